"""What resolving a name yields. A score travels with its reason; doubt is kept, never guessed away."""

from dataclasses import dataclass
from enum import StrEnum

SURE = 0.9
"""From this score on a name is taken without asking a person."""

PROBABLE = 0.75
"""From this score on a name is taken, and put before a person; below, it stays a mention in doubt."""


class Kind(StrEnum):
    """What an entity is."""

    REGION = "region"  # key: NUTS code
    PLACE = "place"  # key: slug; a territory without a NUTS code, within one that has
    ORGANISATION = "organisation"  # key: slug
    GROUP = "group"  # key: slug; named without naming its members: "Finnish Regions"
    PARTNERSHIP = "partnership"  # key: slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something the graph has an IRI for."""

    kind: Kind
    key: str
    label: str
    registered: bool = True  # False: no register describes it, a person did; what follows is what they said
    organisation_type: str = ""  # a code
    within: str = ""  # of a place: the key of its region

    @property
    def ref(self) -> str:
        """What it is called beside its kind: "region/FRH0"."""
        return f"{self.kind}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One entity a name may mean."""

    entity: Entity
    score: float  # 0 to 1
    reason: str  # "exact", "folded", "alias", "acronym", "fuzzy", "code", … with what matched


class Outcome(StrEnum):
    """What was decided."""

    SURE = "sure"
    PROBABLE = "probable"  # taken, and to be confirmed by a person
    DOUBT = "doubt"  # not taken; candidates kept
    NEW = "new"  # resembles nothing known: an entity of its own, named as written
    EVERYONE = "everyone"  # ALL
    REJECTED = "rejected"  # not an entity, a person said


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The decision on one name."""

    outcome: Outcome
    entity: Entity | None  # None exactly for DOUBT, EVERYONE and REJECTED
    score: float
    method: str
    candidates: tuple[Candidate, ...] = ()  # best first
