"""Ranked suggestions with their reasons. One `Matcher` an edition; the same edition gives the same answer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from regiograph.errors import NoSuchThing
from regiograph.matching.asking import Asker, Codes, Profile, Register
from regiograph.matching.candidates import Candidates, candidates
from regiograph.matching.facts import Answers, Facts
from regiograph.matching.reasons import Grounds, Reason
from regiograph.matching.signals import SIGNALS, features
from regiograph.matching.weights import Weights
from regiograph.matching.words import Concepts, Vectors, fold
from regiograph.matching.world import Array, World

LEAST_REASONS, MOST_REASONS = 2, 5
_GENERIC = ("activity", "experience", "size")  # true of anyone who asks: they come last
_TRIED = 5  # how many times the limit is looked at, where reasons are missing
_SINGULAR = {"regions": "region", "organisations": "organisation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What may be suggested at all."""

    platform: str = ""
    country: str = ""
    eu13: bool = False
    role: str = ""
    since: str = ""  # a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Somebody or something to work with, and why."""

    kind: str
    rank: int
    iri: str
    label: str
    score: float
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    asker: Asker  # whom the reasons are about: the one who asks, or who is suggested to a partnership


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What reading an edition needs besides the edition."""

    weights: Weights
    codes: Codes
    concepts: Concepts
    common: frozenset[str]  # words that tell nothing


class Matcher:
    """Answers who should work with whom, by the facts of one edition."""

    def __init__(self, facts: Facts, names: Iterable[tuple[str, str]], tools: Tools) -> None:
        self.facts, self._tools = facts, tools
        texts = [each.text for each in facts.texts]
        self.vectors = Vectors(tools.concepts, tools.common | _of_places(facts), texts)
        self.world = World(facts, self.vectors, tools.weights.roles)
        self.register = Register(facts, names, tools.codes)
        self._pools: dict[str, Candidates] = {}

    @classmethod
    def of(cls, answers: Answers, tools: Tools) -> "Matcher":
        """From the rows of the reading queries."""
        names = ((row["region"], row["name"]) for row in answers["read-names"])
        return cls(Facts.of(answers), names, tools)

    def pool(self, kind: str) -> Candidates:
        """All candidates of a kind."""
        if kind not in self._pools:
            self._pools[kind] = candidates(self.world, kind)
        return self._pools[kind]

    def asker(self, profile: Profile) -> Asker:
        """Who asks.

        Raises:
            NoSuchThing, BadParameter: see `Register.understood`.
        """
        return self.register.understood(profile, self.world)

    def suggest(
        self, asker: Asker, kind: str, filters: Filters = Filters(), limit: int = 10
    ) -> tuple[Suggestion, ...]:
        """The best candidates of a kind for one who asks, each with two to five reasons."""
        pool = self.pool(kind)
        block = features(self.world, asker.row, pool)[0]
        weights = self._tools.weights.of(kind)
        allowed = self._allowed(pool, filters)
        free = allowed - self._taken(asker, pool)
        order = [place for place in _best(block @ weights, pool.iris) if place in free]
        grounds = Grounds(self.world, asker)
        found: list[Suggestion] = []
        for place in order[: limit * _TRIED]:
            it = pool.iris[place]
            reasons = self._reasons(grounds, kind, it, block[place], weights)
            if len(reasons) >= LEAST_REASONS:
                found.append(
                    Suggestion(
                        kind=kind,
                        rank=len(found) + 1,
                        iri=it,
                        label=grounds.facts_label(it),
                        score=score(block[place], weights),
                        reasons=reasons,
                        against=self._against(grounds, kind, it),
                        asker=asker,
                    )
                )
            if len(found) == limit:
                break
        return tuple(found)

    def wanted(self, circle: str, filters: Filters = Filters(), limit: int = 10) -> tuple[Suggestion, ...]:
        """The reverse: the best regions for a partnership or working area."""
        kind = "working_areas" if self.facts.circles[circle].is_area else "partnerships"
        pool = self.pool(kind)
        column = pool.only([pool.iris.index(circle)])
        regions = self.world.regions.names
        block = features(self.world, self.world.all_askers, column)[:, 0]
        weights = self._tools.weights.of("regions_wanted")
        inside = set(Grounds(self.world, self.nobody(circle)).taking_part(circle)) if regions else set()
        allowed = self._allowed(self.pool("regions"), filters)
        order = [
            place
            for place in _best(block @ weights, regions)
            if place in allowed and regions[place] not in inside
        ]
        found: list[Suggestion] = []
        for place in order[: limit * _TRIED]:
            grounds = Grounds(self.world, self.region_as_asker(regions[place]), reverse=True)
            reasons = self._reasons(grounds, kind, circle, block[place], weights)
            if len(reasons) >= LEAST_REASONS:
                found.append(
                    Suggestion(
                        kind="regions",
                        rank=len(found) + 1,
                        iri=regions[place],
                        label=grounds.facts_label(regions[place]),
                        score=score(block[place], weights),
                        reasons=reasons,
                        against=self._against_region(grounds, regions[place], circle),
                        asker=grounds.asker,
                    )
                )
            if len(found) == limit:
                break
        return tuple(found)

    def circle(self, written: str) -> str:
        """The IRI of a partnership or working area, by its key, name or IRI.

        Raises:
            NoSuchThing: there is none.
        """
        name = fold(written)
        offered = {iri: each for iri, each in self.facts.circles.items() if not each.is_project}
        exact = [iri for iri in offered if written in (iri, _key(iri))]
        named = [iri for iri, each in offered.items() if fold(each.label) == name]
        named += [
            each.circle
            for each in self.facts.texts
            if each.circle in offered and each.kind == "name" and fold(each.text) == name
        ]
        for found in (exact, sorted(named, key=lambda iri: offered[iri].is_area)):
            if found:
                return found[0]
        known = sorted(_key(iri) for iri, each in offered.items() if not each.is_area)
        raise NoSuchThing(
            "No partnership or working area is called so.",
            where=written[:80],
            way_out=f"Give one of: {', '.join(known)}; or <partnership>/<working area>.",
        )

    def circles_with(self, region: str) -> list[str]:
        """The circles a region takes part in."""
        return Grounds(self.world, self.region_as_asker(region)).circles_with(region)

    def region_as_asker(self, region: str) -> Asker:
        """A region as one that reasons are about."""
        known = self.facts.territory.regions[region]
        return replace(
            self._nobody,
            label=known.label,
            label_fr=known.label_fr,
            region=region,
            country=known.country,
            macros=self.facts.territory.macros(region),
        )

    def nobody(self, circle: str) -> Asker:
        """A partnership or working area as what reasons are about."""
        label = self.facts.circles[circle].label
        words = self.world.docs[self.world.circles.at[circle]]
        return replace(self._nobody, label=label, label_fr=label, vector=words)

    @cached_property
    def _nobody(self) -> Asker:
        return Asker(
            label="",
            label_fr="",
            region="",
            country="",
            macros=frozenset(),
            organisations=(),
            unknown=(),
            goals=(),
            words="",
            vector=None,
            row=self.world.askers([""]),
        )

    def _reasons(
        self, grounds: Grounds, kind: str, it: str, row: Array, weights: Array
    ) -> tuple[Reason, ...]:
        """What speaks for it, the weightiest first; a signal without weight may still be a reason."""
        gains = zip(SIGNALS, row, row * weights, strict=True)
        found: list[Reason] = []
        for signal, says, _ in sorted(gains, key=lambda each: (each[0] in _GENERIC, -each[2], each[0])):
            if says <= 0 and signal not in _GENERIC:
                continue
            if signal in _GENERIC and len(found) >= LEAST_REASONS + 1:
                break
            reason = self._reason(grounds, kind, signal, it)
            if reason and reason.evidence and all(reason.template != known.template for known in found):
                found.append(reason)
        if len(found) < LEAST_REASONS and kind not in _SINGULAR and (told := grounds.described(it)):
            found.append(told)
        return tuple(found[:MOST_REASONS])

    @staticmethod
    def _reason(grounds: Grounds, kind: str, signal: str, it: str) -> Reason | None:
        if kind in _SINGULAR:
            return grounds.of_person(_SINGULAR[kind], signal, it)
        return grounds.of_circle(signal, it)

    @staticmethod
    def _against(grounds: Grounds, kind: str, it: str) -> tuple[Reason, ...]:
        if kind in _SINGULAR:
            return tuple(grounds.against_person(_SINGULAR[kind], it))
        return tuple(grounds.against_circle(it))

    @staticmethod
    def _against_region(grounds: Grounds, region: str, circle: str) -> tuple[Reason, ...]:
        interest = grounds.interest_only(region, circle)
        return (*([interest] if interest else ()), *grounds.against_person("region", region))

    def _taken(self, asker: Asker, pool: Candidates) -> set[int]:
        """What the asker has already: its own circles, itself, its own organisations."""
        own = {asker.region, *asker.organisations, *self.world.based_in(asker.region)}
        if pool.kind in ("partnerships", "working_areas") and asker.region:
            own |= set(Grounds(self.world, asker).circles_with(asker.region))
        return {place for place, iri in enumerate(pool.iris) if iri in own}

    def _allowed(self, pool: Candidates, filters: Filters) -> set[int]:
        """The candidates that pass the filters."""
        places = range(len(pool.iris))
        if filters == Filters():
            return set(places)
        return {place for place in places if self._passes(pool.kind, pool.iris[place], filters)}

    def _passes(self, kind: str, it: str, filters: Filters) -> bool:
        circles = self._circles_of(kind, it)
        land = self.facts.territory
        where = self._where(kind, it)
        return (
            (not filters.platform or any(self._on(circle, filters.platform) for circle in circles))
            and (not filters.country or any(land.country(each) == filters.country for each in where))
            and (not filters.eu13 or any(land.is_eu13(each) for each in where))
            and (not filters.role or self._has_role(kind, it, filters.role))
            and (not filters.since or any(self.world.last_day[each] >= filters.since for each in circles))
        )

    def _circles_of(self, kind: str, it: str) -> Sequence[str]:
        return self.world.circles_of.get(it, ()) if kind in _SINGULAR else (it,)

    def _where(self, kind: str, it: str) -> Iterable[str]:
        if kind == "organisations":
            return [self.facts.organisations[it].seat]
        if kind == "regions":
            return [it]
        return [who for who in self.world.named.get(it, {}) if who in self.facts.territory.regions]

    def _on(self, circle: str, platform: str) -> bool:
        known = self.facts.circles[circle]
        return platform in (known.platform, _key(known.platform), fold(known.platform_label))

    def _has_role(self, kind: str, it: str, role: str) -> bool:
        if kind in _SINGULAR:
            return any(each.who == it and each.role == role for each in self.facts.participations)
        return any(each.what == it and each.role == role for each in self.facts.participations)


def _of_places(facts: Facts) -> frozenset[str]:
    """The words in names of regions that take part, and of countries: they are no topics."""
    land = facts.territory.regions
    named = {each.who for each in facts.participations} | {each.country for each in land.values()}
    return frozenset(
        word for iri in named if iri in land for word in fold(land[iri].label).split() if len(word) > 3
    )


def score(row: Array, weights: Array) -> float:
    """How much speaks for a candidate, as a share of all that could; for people, not for ranking."""
    return round(float(row @ weights / weights.sum()), 4)


def _best(scores: Array, iris: Sequence[str]) -> Iterator[int]:
    """Places from the best score to the least; of equals the first IRI first."""
    order = np.lexsort((np.arange(len(iris)), -np.round(scores, 9)))
    return (int(place) for place in order)


def _key(iri: str) -> str:
    """What a person calls a thing by: the end of its IRI.

    >>> _key("https://w3id.org/regiograph/id/working-area/sport/data")
    'sport/data'
    """
    for kind in ("/id/working-area/", "/id/partnership/", "/id/platform/"):
        if kind in iri:
            return iri.partition(kind)[2]
    return iri
