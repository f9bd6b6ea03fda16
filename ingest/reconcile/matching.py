"""Name as people write it → the things it may mean, with score and reasons. On what the resolver finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from ingest.reconcile.index import Index
from ingest.reconcile.schema import Schema
from ingest.reconcile.things import Register, Thing, Value
from ingest.resolve.names import LONGEST, fold
from ingest.resolve.organisations import Organisation
from ingest.resolve.resolution import SURE, Entity, Kind, Outcome, Resolution
from ingest.resolve.resolver import Resolver

_LEAST_MANY = 0.3  # candidates that only share words are shown down to here
_OTHER_TYPE = 0.5  # what a candidate of another type than asked for is worth of its score
_CONTRADICTED = 0.6  # what a candidate is worth of its score for each value that is not as asked
_AGREED = 0.1  # what each value as asked adds, for names in doubt
_MOST_AGREED = 0.95
_BEHIND = 0.01  # how far the next of another kind stays behind what the whole resolver takes
_OTHERS = ("place", "project", "platform", "working-area", "group")
_FINDERS = {"region": Kind.REGION, "organisation": Kind.ORGANISATION, "partnership": Kind.PARTNERSHIP}


class Strictness(StrEnum):
    """What types asked for mean."""

    ANY = "any"  # of one of them
    ALL = "all"  # of all of them
    SHOULD = "should"  # others too, behind, never taken as a match


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked: a name, or values, or both."""

    text: str = ""
    types: tuple[str, ...] = ()  # ids; one that does not exist has no things
    strict: Strictness = Strictness.ANY
    limit: int = 5
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()  # property → what it should be; ids, IRIs or texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One thing a name may mean."""

    thing: Thing
    score: float  # 0 to 1
    reason: str  # for people
    match: bool  # sure enough to be taken without asking a person
    features: dict[str, float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    thing: Thing
    score: float
    method: str
    kind: Kind | None = None  # whose finder found it
    sure: bool = True  # False: the finder itself would not take it
    features: dict[str, float | bool] = field(default_factory=dict)


class Matcher:
    """Reconciles to the things of one edition."""

    def __init__(self, register: Register, resolver: Resolver) -> None:
        self._register = register
        self._resolver = resolver
        self._schema = Schema.read()
        self.index = Index(register)

    @classmethod
    def of(cls, register: Register, reference: Path) -> "Matcher":
        """A matcher that knows the names of the registers and of the edition."""
        resolver = Resolver.from_reference(
            reference, organisations=_organisations(register), partnerships=_partnerships(register)
        )
        return cls(register, resolver)

    def prepare(self, queries: Iterable[Query]) -> None:
        """Makes ready for queries that will be asked, together: each then takes less time."""
        self._resolver.prepare(
            query.text[:LONGEST] for query in queries if self._asks_for("region", self._wanted(query))
        )

    def find(self, query: Query) -> tuple[Candidate, ...]:
        """The candidates, best first; none where nothing is like it."""
        text = " ".join(query.text[:LONGEST].split())
        wanted = self._wanted(query)
        found = self._identified(text) or (self._named(text, query, wanted) if text else self._valued(query))
        found = [self._compared(each, query) for each in found]
        typed = (self._typed(each, query) for each in found)
        ranked = sorted(
            (each for each in typed if each), key=lambda each: (-each.score, each.thing.types, each.thing.id)
        )
        return tuple(self._candidates(ranked, text, query))

    # --- finding

    def _wanted(self, query: Query) -> frozenset[str]:
        """The types a candidate may be of; none: all."""
        if query.strict is Strictness.SHOULD:
            return frozenset()
        return frozenset(query.types)

    def _identified(self, text: str) -> list[_Found]:
        """The thing whose id or address the text is."""
        key = self._register.id(text)
        thing = self._register.thing(key) or self._register.elsewhere(text)
        if thing is None:
            return []
        method = "replaced identifier" if key in self._register.replaced else "identifier"
        return [_Found(thing=thing, score=1.0, method=method)]

    def _named(self, text: str, query: Query, wanted: frozenset[str]) -> list[_Found]:
        hints = self._hints(query)
        found: list[_Found] = []
        for root, kind in _FINDERS.items():
            if self._asks_for(root, wanted):
                found += self._resolved(kind, self._resolver.alone(kind, text, **hints))
        found = self._led(found, text, hints)
        found += [
            _Found(thing=thing, score=score, method=method, sure="place" not in thing.types)
            for thing, score, method in self._others(text, wanted)
        ]
        found += [each for one in list(found) for each in self._kin(one, wanted)]
        best = _best(found)
        if max((each.score for each in best), default=0.0) < SURE:
            shared = self.index.sharing_words(text, wanted, query.limit)
            weak = (_Found(thing=t, score=s, method=m) for t, s, m in shared if s >= _LEAST_MANY)
            best = _best([*best, *weak])
        return best

    def _asks_for(self, root: str, wanted: frozenset[str]) -> bool:
        """May a wanted type be this one, below it or above it?"""
        line = self._schema.with_broader(root)
        known = (each for each in wanted if each in self._schema.types)
        return not wanted or any(each in line or root in self._schema.with_broader(each) for each in known)

    def _hints(self, query: Query) -> dict[str, str]:
        """Country and code, which the resolver itself weighs."""
        given = dict(query.values)
        country = next(iter(given.get("country", ())), "")
        code = next(iter(given.get("code", ())), "")
        return {"country": self._register.id(country).rpartition("/")[2] or country, "code": code}

    def _resolved(self, kind: Kind, resolution: Resolution) -> Iterator[_Found]:
        taken = resolution.entity.ref if resolution.entity else ""
        for candidate in resolution.candidates:
            thing = self._thing_of(candidate.entity)
            if thing is not None:
                sure = candidate.entity.ref == taken and resolution.outcome is Outcome.SURE
                method = resolution.method if candidate.entity.ref == taken else candidate.reason
                yield _Found(thing=thing, score=candidate.score, method=method, kind=kind, sure=sure)

    def _thing_of(self, entity: Entity) -> Thing | None:
        return self._register.thing(entity.ref) or self._register.thing(entity.key)

    def _led(self, found: list[_Found], text: str, hints: dict[str, str]) -> list[_Found]:
        """Of several kinds of one name the one the resolver would take comes first, and a person decides."""
        if len({each.kind for each in found if each.score >= SURE}) < 2:
            return found
        first = self._resolver.any(text, country=hints["country"], code=hints["code"])
        top = self._thing_of(first.entity) if first.entity else None
        leading = next((each for each in found if each.thing is top), None)
        if leading is None:
            return found
        most = leading.score - _BEHIND
        behind = (replace(each, score=min(each.score, most)) for each in found if each is not leading)
        return [replace(each, sure=False) for each in (leading, *behind)]

    def _others(self, text: str, wanted: frozenset[str]) -> Iterator[tuple[Thing, float, str]]:
        """Things of the types that the resolver does not know, or knows by exact names only."""
        asked = {each for each in wanted if each in self._schema.types}
        types = {each for each in _OTHERS if not wanted or asked & set(self._schema.with_broader(each))}
        return self.index.like(text, frozenset(types)) if types else iter(())

    def _kin(self, found: _Found, wanted: frozenset[str]) -> Iterator[_Found]:
        """The regions of other levels on the same land, and those of today on the land of an old one."""
        if "region" not in found.thing.types or "place" in found.thing.types or found.score < SURE:
            return
        own = found.thing.id.removeprefix("region/")
        if wanted and not wanted & set(found.thing.types):
            for code in self._resolver.same_land(own):
                thing = self._register.things.get(f"region/{code}")
                if thing and thing.id not in self._register.replaced and wanted & set(thing.types):
                    yield replace(found, thing=thing, method=f"same land as {own}")
        for code in self._resolver.heirs(own) if not _is_current(found.thing, self._register) else ():
            thing = self._register.thing(f"region/{code}")
            if thing and _is_current(thing, self._register):
                yield _Found(thing=thing, score=0.7, method=f"follows {own}", sure=False)

    def _valued(self, query: Query) -> list[_Found]:
        """Things that have the values asked for, where no name is given."""
        sets = [
            frozenset[str]().union(*(self._holding(pid, each) for each in values))
            for pid, values in query.values
        ]
        ids = frozenset.intersection(*sets) if sets else frozenset()
        ids -= self._register.replaced.keys()
        score = 1.0 if len(ids) == 1 else 0.7
        things = (self._register.things[each] for each in sorted(ids))
        return [_Found(thing=thing, score=score, method="values", sure=len(ids) == 1) for thing in things]

    def _holding(self, pid: str, wanted: str) -> frozenset[str]:
        readings = self._readings(pid, wanted)
        return frozenset[str]().union(*(self._register.holding(pid, each) for each in readings))

    # --- weighing

    def _compared(self, found: _Found, query: Query) -> _Found:
        """Its score, given the values it should have."""
        features = dict(found.features)
        score = found.score
        for pid, values in query.values:
            agrees = self._agrees(found.thing, pid, values)
            if agrees is None:
                continue
            features[f"property_{pid}"] = agrees
            if not agrees:
                score *= _CONTRADICTED
            elif score < _MOST_AGREED:
                score = min(score + _AGREED, _MOST_AGREED)
        return replace(found, score=score, features=features, sure=found.sure or score > found.score)

    def _agrees(self, thing: Thing, pid: str, wanted: Iterable[str]) -> bool | None:
        """Has it one of the values? None where nothing is known."""
        names = tuple(Value(text=name.text) for name in thing.names)
        held = names if pid in ("name", "also-known-as") else thing.values.get(pid, ())
        if not held:
            return None
        have = set[str]().union(*(self._register.spellings(value) for value in held))
        return any(have & self._readings(pid, each) for each in wanted)

    def _readings(self, pid: str, wanted: str) -> set[str]:
        """What a value asked for may mean, folded: countries have codes of other kinds, too."""
        readings = {fold(wanted), fold(self._register.id(wanted))}
        return readings | {fold(self._resolver.country(wanted))} - {""} if pid == "country" else readings

    def _typed(self, found: _Found, query: Query) -> _Found | None:
        """Its score, given the types asked for; None where they rule it out."""
        if not query.types:
            return found
        asked, own = set(query.types), set(found.thing.types)
        right = asked <= own if query.strict is Strictness.ALL else bool(asked & own)
        if not right and query.strict is not Strictness.SHOULD:
            return None
        features = {**found.features, "type_match": right}
        if right:
            return replace(found, features=features)
        return replace(found, features=features, score=found.score * _OTHER_TYPE, sure=False)

    def _candidates(self, ranked: list[_Found], text: str, query: Query) -> Iterator[Candidate]:
        alone = len(ranked) < 2 or ranked[1].score < ranked[0].score
        for place, found in enumerate(ranked[: query.limit]):
            reason, _ = self._schema.reason(found.method)
            features = {
                "name_similarity": self.index.similarity(text, found.thing),
                reason.feature: True,
                **found.features,
            }
            yield Candidate(
                thing=found.thing,
                score=round(found.score, 4),
                reason=self._schema.says(found.method),
                match=place == 0 and alone and found.sure and found.score >= SURE,
                features=features,
            )


def _best(found: Iterable[_Found]) -> list[_Found]:
    """Each thing once, with its best score."""
    best: dict[str, _Found] = {}
    for each in found:
        if each.thing.id not in best or best[each.thing.id].score < each.score:
            best[each.thing.id] = each
    return list(best.values())


def _is_current(thing: Thing, register: Register) -> bool:
    """Is it in the newest version of the classification that its country has?"""
    country = next((register.things.get(value.ref) for value in thing.values.get("country", ())), None)
    versions = [value.text for value in thing.values.get("versions", ())]
    newest = [value.text for value in country.values.get("versions", ())] if country else versions
    return max(versions, default="") >= max(newest, default="")


def _organisations(register: Register) -> Iterator[Organisation]:
    """The organisations of an edition, as the resolver knows them."""
    for thing in register.things.values():
        collaboration = {"partnership", "project", "platform"} & set(thing.types)
        if "organisation" in thing.types and not collaboration and thing.id not in register.replaced:
            entity = Entity(
                kind=Kind.ORGANISATION, key=thing.id.removeprefix("organisation/"), label=thing.name
            )
            names = tuple(dict.fromkeys((thing.name, *(name.text for name in thing.names))))
            seat = next((value.ref for value in thing.values.get("seat", ())), "").removeprefix("region/")
            parent = next((value.ref for value in thing.values.get("part-of", ())), "")
            yield Organisation(entity, names, seat[:2], seat, parent.removeprefix("organisation/"))


def _partnerships(register: Register) -> Iterator[tuple[Entity, tuple[str, ...]]]:
    """The partnerships and projects of an edition, as the resolver knows them."""
    for thing in register.things.values():
        if {"partnership", "project"} & set(thing.types) and thing.id not in register.replaced:
            entity = Entity(
                kind=Kind.PARTNERSHIP, key=thing.id.removeprefix("partnership/"), label=thing.name
            )
            yield entity, tuple(dict.fromkeys((thing.name, *(name.text for name in thing.names))))
