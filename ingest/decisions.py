"""What people decided about names: read from the ledger, applied to every report, told in each edition.

A decision is about a name as written, in one partnership or everywhere, where one kind of thing is expected.
Of several that fit a mention the latest holds. An undo is a decision too; nothing is taken away.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import cached_property

from pyoxigraph import NamedNode, Quad

from ingest.quads import Graph
from ingest.questionnaire import plain
from ingest.report import Expected, Mention
from ingest.resolve.resolution import Candidate, Entity, Kind, Outcome, Resolution
from regiograph.archive import Decision
from regiograph.editions import PublicEdition
from regiograph.errors import NoSuchThing
from regiograph.iris import DCTERMS, Iris, slug
from regiograph.store import EmbeddedReader, Rows

EVERYWHERE = "*"
"""In the place of a partnership: in all of them."""

DOCUMENT = "decisions.json"
"""The document of an edition that says which decisions it was made with; nobody's name is in it."""

_BY_A_PERSON = "decided by a person"
_WORDS = """PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT DISTINCT ?graph ?words WHERE { GRAPH ?graph { ?s oa:exact ?words } }"""
_NAMING = "SELECT DISTINCT ?graph ?entity WHERE { GRAPH ?graph { ?s ?p ?entity } }"


class Verb(StrEnum):
    """What can be decided."""

    ACCEPT = "accept"  # the best candidate
    CHOOSE = "choose"  # another entity that there is
    CREATE = "create"  # an entity of its own
    REJECT = "reject"  # not an entity
    MERGE = "merge"  # two organisations are one
    UNDO = "undo"  # a decision does not hold


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A name as written, folded: in which partnership, and where what is expected."""

    partnership: str
    expected: Expected
    key: str

    @classmethod
    def of(cls, partnership: str, mention: Mention) -> "Name":
        """The name of a mention in a report of a partnership."""
        return cls(partnership, mention.expected, folded(mention.text))

    @classmethod
    def read(cls, text: str) -> "Name":
        """The name that `str` wrote.

        Raises:
            NoSuchThing: not such a text.
        """
        match text.split("/"):
            case [partnership, kind, key] if partnership and key and kind in set(Expected):
                return cls(partnership, Expected(kind), key)
        raise NoSuchThing(
            "No name is called so.",
            where=text[:200],
            way_out="Take the id of a name from the queue, such as cybersecurity/any/secmadinlux.",
        )

    def __str__(self) -> str:
        return f"{self.partnership}/{self.expected}/{self.key}"

    def everywhere(self) -> "Name":
        """The same name in every partnership."""
        return replace(self, partnership=EVERYWHERE)


def folded(text: str) -> str:
    """A name without what people write at random: case, accents, marks.

    >>> folded("Castilla y  León"), folded("castilla Y LEON,")
    ('castilla-y-leon', 'castilla-y-leon')
    """
    return slug(plain(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision that holds."""

    number: int
    verb: Verb
    about: str  # a Name, or the reference of an entity that another stands for
    entity: Entity | None  # None: not an entity

    @classmethod
    def of(cls, decision: Decision) -> "Ruling":
        """The ruling of a row of the ledger."""
        choice = json.loads(decision.choice or "null")
        entity = Entity(**{**choice, "kind": Kind(choice["kind"])}) if choice else None
        return cls(number=decision.number, verb=Verb(decision.kind), about=decision.mention, entity=entity)


@dataclass(frozen=True)
class Decisions:
    """The decisions that hold, one about each thing, in the order they were taken."""

    standing: tuple[Ruling, ...] = ()

    @classmethod
    def read(cls, ledger: Iterable[Decision]) -> "Decisions":
        """What holds of all that was ever decided."""
        ledger = list(ledger)
        undone = undone_in(ledger)
        holding = (each for each in ledger if each.number not in undone and each.kind != Verb.UNDO)
        latest = {each.mention: each for each in holding}
        return cls(tuple(Ruling.of(each) for each in sorted(latest.values(), key=lambda each: each.number)))

    @classmethod
    def of_edition(cls, edition: PublicEdition) -> "Decisions":
        """The decisions an edition was made with."""
        if DOCUMENT not in edition.manifest.documents:
            return cls()
        rows: list[dict[str, str]] = json.loads(edition.document(DOCUMENT))
        return cls(tuple(Ruling.of(Decision(**row, who="", decided_at="", why="")) for row in rows))  # type: ignore[arg-type]

    def document(self) -> bytes | None:
        """As a document of an edition; none where nothing was decided."""
        if not self.standing:
            return None
        rows = [
            {"number": each.number, "kind": each.verb, "mention": each.about, "choice": choice(each.entity)}
            for each in self.standing
        ]
        return json.dumps(rows, ensure_ascii=False, indent=1).encode()

    def applied(self, partnership: str, found: Mapping[Mention, Resolution]) -> dict[Mention, Resolution]:
        """What the names in a report of a partnership mean: as decided, else as found."""
        if not self.standing:
            return dict(found)
        return {mention: self.resolve(Name.of(partnership, mention), each) for mention, each in found.items()}

    def resolve(self, name: Name, found: Resolution) -> Resolution:
        """What a name means: as decided, else as found; an entity merged into another is that other."""
        if found.outcome is Outcome.EVERYONE:
            return found
        found = replace(found, candidates=self._merged(found.candidates))
        ruling = self.about(name)
        if ruling is None:
            return self._as_found(found)
        decided = replace(found, outcome=Outcome.REJECTED, entity=None, score=1.0, method=_BY_A_PERSON)
        if ruling.entity is None:
            return decided
        return replace(decided, outcome=Outcome.SURE, entity=self.meant(ruling.entity))

    def about(self, name: Name) -> Ruling | None:
        """The latest decision that fits a name, its own or one for everywhere."""
        fitting = (self._by_about.get(str(each)) for each in (name, name.everywhere()))
        return max((each for each in fitting if each), key=lambda each: each.number, default=None)

    def meant(self, entity: Entity) -> Entity:
        """The entity that stands for another after all merges, as a person described it, if one did."""
        for merge in self._path(entity.ref):
            entity = merge
        return self._made.get(entity.ref, entity)

    def replacements(self) -> dict[str, str]:
        """For each entity merged into another the one that stands for it, by reference."""
        return {old: self.meant(new).ref for old, new in self._merges.items()}

    def made(self, ref: str) -> Entity | None:
        """The entity of a reference, where a person's decision describes it."""
        return self._made.get(ref)

    def goes_round(self) -> bool:
        """Whether merges lead back to where they began."""
        return any((path := self._path(old)) and path[-1].ref in self._merges for old in self._merges)

    def concern(self, later: "Decisions") -> "Concern":
        """What later decisions say differently: names, and entities as they are called by these."""
        changed = set(self.standing) ^ set(later.standing)
        names = {each.about for each in changed if each.verb is not Verb.MERGE}
        refs = {*self._merges, *self._made, *later._merges, *later._made}
        return Concern(
            names=frozenset(Name.read(each) for each in names),
            entities=frozenset(self._end(ref)[0] for ref in refs if self._end(ref) != later._end(ref)),
        )

    def quads(self, iris: Iris) -> tuple[Quad, ...]:
        """What the graph says of merges."""
        graph = Graph(iris.graph("decisions"))
        for old, new in self.replacements().items():
            graph.link(iris.entity(*old.split("/")), DCTERMS + "isReplacedBy", iris.entity(*new.split("/")))
        return graph.quads()

    @cached_property
    def _by_about(self) -> Mapping[str, Ruling]:
        return {each.about: each for each in self.standing}

    @cached_property
    def _merges(self) -> Mapping[str, Entity]:
        return {each.about: each.entity for each in self.standing if each.verb is Verb.MERGE and each.entity}

    @cached_property
    def _made(self) -> Mapping[str, Entity]:
        """What no register knows; who described it last is believed."""
        return {
            each.entity.ref: each.entity
            for each in self.standing
            if each.entity and not each.entity.registered
        }

    def _path(self, ref: str) -> list[Entity]:
        """The merges that lead on from an entity; one that was passed before ends them."""
        path: list[Entity] = []
        seen: set[str] = set()
        while ref in self._merges and ref not in seen:
            seen.add(ref)
            path.append(self._merges[ref])
            ref = path[-1].ref
        return path

    def _end(self, ref: str) -> tuple[str, Entity | None]:
        path = self._path(ref)
        end = path[-1].ref if path else ref
        return end, self._made.get(end)

    def _as_found(self, found: Resolution) -> Resolution:
        if found.entity is None:
            return found
        entity = self.meant(found.entity)
        if found.outcome is Outcome.NEW and entity.ref != found.entity.ref:
            return replace(found, outcome=Outcome.SURE, entity=entity, score=1.0, method=_BY_A_PERSON)
        return replace(found, entity=entity)

    def _merged(self, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        meant = (replace(each, entity=self.meant(each.entity)) for each in candidates)
        first: dict[str, Candidate] = {}
        for each in meant:
            first.setdefault(each.entity.ref, each)
        return tuple(first.values())


UNDECIDED = Decisions()
"""Nobody decided anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Names and entities whose meaning changes."""

    names: frozenset[Name]
    entities: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.names or self.entities)

    def graphs(self, reader: EmbeddedReader, iris: Iris) -> set[str]:
        """The graphs of reports that hold such a name, or such an entity."""
        scopes = {name.partnership for name in self.names}
        wanted: dict[str, set[str]] = {}
        for name in self.names:
            wanted.setdefault(name.key, set()).add(name.partnership)
        found: set[str] = set()
        for graph, words in _pairs(reader, _WORDS) if wanted else ():
            own = {partnership_of(graph), EVERYWHERE}
            if own & scopes and own & wanted.get(folded(words), set()):
                found.add(graph)
        for ref in self.entities:
            entity = NamedNode(iris.entity(*ref.split("/")))
            found |= {graph for graph, _ in _pairs(reader, _NAMING, entity=entity)}
        return {graph for graph in found if partnership_of(graph)}


def undone_in(ledger: Iterable[Decision]) -> set[int]:
    """The numbers of the decisions that a later one undid, and nobody brought back."""
    undone: set[int] = set()
    for each in sorted(ledger, key=lambda each: -each.number):
        if each.kind == Verb.UNDO and each.number not in undone:
            undone.add(int(each.mention.removeprefix("decision/")))
    return undone


def choice(entity: Entity | None) -> str:
    """An entity as the ledger keeps it; nothing where there is none."""
    return json.dumps(asdict(entity), ensure_ascii=False, sort_keys=True) if entity else ""


def partnership_of(iri: str) -> str:
    """The partnership whose report an IRI is a part of; nothing for other IRIs.

    >>> partnership_of("https://w3id.org/regiograph/id/report/cybersecurity/2020-h2/graph")
    'cybersecurity'
    """
    found = re.search(r"/id/report/([^/]+)/[^/]+/", iri)
    return found[1] if found else ""


def _pairs(reader: EmbeddedReader, text: str, **terms: NamedNode) -> Iterator[tuple[str, str]]:
    answer = reader.query(text, substitutions=terms)
    for row in answer if isinstance(answer, Rows) else ():
        graph, other = (getattr(term, "value", "") for term in row.values())
        yield graph, other
