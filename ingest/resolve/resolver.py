"""Name as written → entity. Puts together what each finder knows; the only door to this package."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from ingest.report import Expected, Mention
from ingest.resolve.gazetteer import Gazetteer
from ingest.resolve.groups import Groups
from ingest.resolve.names import Words, fold, tidy
from ingest.resolve.organisations import Geography, Organisation, Organisations
from ingest.resolve.partnerships import Partnerships
from ingest.resolve.regions import Regions
from ingest.resolve.resolution import PROBABLE, SURE, Entity, Kind, Outcome, Resolution
from ingest.resolve.types import organisation_type
from regiograph.iris import slug

_EVERYONE = Resolution(outcome=Outcome.EVERYONE, entity=None, score=1.0, method="everyone")
_UNLIKE = 0.72  # a name no more like a region's than this is an organisation's, where both may stand
_REMEMBERED = 8192  # texts
_NOTHING = Resolution(outcome=Outcome.DOUBT, entity=None, score=0.0, method="no name")


class Resolver:
    """Decides on names; the same name in the same place always gets the same answer."""

    def __init__(
        self, regions: Regions, organisations: Organisations, partnerships: Partnerships, groups: Groups
    ) -> None:
        self._regions = regions
        self._organisations = organisations
        self._partnerships = partnerships
        self._groups = groups
        self._found = lru_cache(maxsize=_REMEMBERED)(self._organisation)  # many reports name the same

    @classmethod
    def from_reference(
        cls,
        reference: Path,
        *,
        organisations: Iterable[Organisation] = (),
        partnerships: Iterable[tuple[Entity, tuple[str, ...]]] = (),
    ) -> "Resolver":
        """A resolver of the tables in the data room `reference/`, and of what else is known by name.

        Raises:
            FileNotFoundError: the installation is incomplete.
            ValueError: a table names a code or key that another lacks.
        """
        words = Words.from_file(reference / "generic_words.csv")
        gazetteer = Gazetteer.from_reference(reference, words)
        regions = Regions(gazetteer)

        def is_region(span: str) -> bool:
            return bool(gazetteer.lands(span)) or span in gazetteer.aliases or span in gazetteer.countries

        geography = Geography(regions.country, regions.surely, regions.country_of)
        return cls(
            regions,
            Organisations.from_reference(reference, words, geography, organisations),
            Partnerships.from_reference(reference, words, partnerships),
            Groups.from_file(reference / "group_words.csv", is_region),
        )

    def region(self, text: str, *, country: str = "", code: str = "", on: date | None = None) -> Resolution:
        """The region a name means, in any version of NUTS; DOUBT where it is not certain enough."""
        return self._regions.find(text, country=country, code=code, on=on)

    def organisation(
        self, text: str, *, country: str = "", near: tuple[str, ...] = (), context: str = ""
    ) -> Resolution:
        """The organisation, an unnamed group, a partnership acting as one, or a NEW organisation.

        `context` is the text before the name: "H.1 Unit" after "DG CNECT A.2 Unit".
        """
        return self._found(text, country, near, context)

    def _organisation(self, text: str, country: str, near: tuple[str, ...], context: str) -> Resolution:
        if not fold(tidy(text)) or self._groups.is_nobody(text):
            return _NOTHING
        if self._groups.is_everyone(text):
            return _EVERYONE
        registered = self._organisations.find(text, country=country, near=near, context=context)
        if registered and registered.score >= SURE and registered.method != "fuzzy":
            return registered
        named = self._partnership_named(text) or self.group(text) or registered
        return named or self._organisations.new(text)

    def alone(self, kind: Kind, text: str, *, country: str = "", code: str = "") -> Resolution:
        """What one kind of thing a name may mean, whatever else it may mean; DOUBT where it means none."""
        found: Resolution | None = None
        if kind is Kind.ORGANISATION:
            found = self._organisations.find(text, country=country)
        elif kind is Kind.PARTNERSHIP:
            found = self._partnerships.find(text) if fold(text) else None
        elif kind in (Kind.REGION, Kind.PLACE):
            found = self.region(text, country=country, code=code)
        return _NOTHING if found is None or (found.outcome is Outcome.NEW and not found.candidates) else found

    def prepare(self, texts: Iterable[str]) -> None:
        """Makes ready for regions that will be asked for, together: each then takes less time."""
        self._regions.prepare(texts)

    def country(self, text: str) -> str:
        """The NUTS code of a country's name or ISO code; nothing where it is none."""
        return self._regions.country(text)

    def is_country(self, code: str) -> bool:
        """Is it the code of a country with NUTS regions?"""
        return self._regions.is_country(code)

    def same_land(self, key: str) -> tuple[str, ...]:
        """All codes of the territory that a code names, in any version."""
        return self._regions.codes_of(key)

    def heirs(self, key: str) -> tuple[str, ...]:
        """The codes that are said to follow a code, or to come before it, on other land than its own."""
        return self._regions.heirs_of(key)

    def group(self, text: str) -> Resolution | None:
        """Unnamed members, where the name denotes such; else None."""
        if not self._groups.is_group(text):
            return None
        label = self._groups.label(text)
        entity = Entity(kind=Kind.GROUP, key=slug(label), label=label)
        return Resolution(outcome=Outcome.SURE, entity=entity, score=0.95, method="group")

    def everyone(self, text: str) -> bool:
        """Does it mean all partners: "ALL", "all regions", "tous"?"""
        return self._groups.is_everyone(text)

    def any(
        self, text: str, *, country: str = "", code: str = "", on: date | None = None, context: str = ""
    ) -> Resolution:
        """A region or an organisation, for lists that mix them."""
        if not fold(tidy(text)) or self._groups.is_nobody(text):
            return _NOTHING
        if self._groups.is_everyone(text):
            return _EVERYONE
        region = self.region(text, country=country, code=code, on=on)
        if region.outcome is Outcome.SURE and not region.method.startswith("fuzzy"):
            return region
        other = self.organisation(text, country=country, context=context)
        if region.entity is not None and (organisation_type(text) or ("",))[0] == "authority":
            return region  # its government speaks for it
        if other.outcome is Outcome.SURE or (
            region.outcome is Outcome.DOUBT and other.outcome is not Outcome.NEW
        ):
            return other
        if region.entity is not None and not (self._groups.has_body(text) and region.score < SURE):
            return region
        misspelt = region.method.startswith(("fuzzy", "begins", "first")) and region.score <= _UNLIKE
        unclear = region.candidates and not misspelt and not self._groups.has_body(text)
        return (
            region if other.outcome is Outcome.NEW and (unclear or self._regions.elsewhere(text)) else other
        )

    def knows(self, text: str) -> bool:
        """Is the whole text a region's or a registered organisation's name? For cutting lists."""
        return self._regions.is_name(text) or self._organisations.is_name(text)

    def is_code(self, text: str) -> bool:
        """Is it a NUTS code of any version?"""
        return self._regions.is_code(text.strip())

    def partnership(self, text: str) -> Resolution:
        """The partnership a name means; NEW where it is like none."""
        return self._partnerships.find(text) if fold(text) else _NOTHING

    def platform(self, text: str) -> str:
        """The key of the thematic platform a name means; nothing where it is none."""
        return self._partnerships.platform(text)

    def entity(self, kind: Kind, key: str) -> Entity | None:
        """The registered entity of a key, or None: for decisions that people made."""
        if kind is Kind.ORGANISATION:
            return self._organisations.entity(key)
        if kind is Kind.PARTNERSHIP:
            return self._partnerships.entity(key)
        return self._regions.entity(key) if kind in (Kind.REGION, Kind.PLACE) else None

    def resolve(self, mention: Mention, *, on: date | None = None, context: str = "") -> Resolution:
        """The decision on a mention, by what its place in the report lets one expect."""
        text, country, code = mention.text, mention.country, mention.code
        if mention.expected is Expected.ORGANISATION:
            return self.organisation(text, country=country, context=context)
        if mention.expected is Expected.ANY:
            return self.any(text, country=country, code=code, on=on, context=context)
        if self._groups.is_everyone(text):
            return _EVERYONE
        region = self.region(text, country=country, code=code, on=on)
        if region.score >= PROBABLE and region.entity is not None:
            return region
        if acted_for := self._regions.in_brackets(text, on=on):
            return acted_for
        other = self.organisation(text, country=country, context=context)
        named = other.outcome in (Outcome.SURE, Outcome.PROBABLE)
        if not named and (behind := self._regions.behind(text, on=on)):
            return behind
        if named or (other.outcome is Outcome.NEW and self._groups.has_body(text)):
            return other
        return region

    def _partnership_named(self, text: str) -> Resolution | None:
        """A partnership by a name of several words; one word alone is a topic."""
        return self._partnerships.known(text) if len(fold(text).split()) > 1 else None
