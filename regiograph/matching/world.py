"""The facts as sparse matrices: who is in what, with whom, where, and in which words.

Rows and columns go by the order of IRIs, so that the same facts give the same numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from regiograph.matching.facts import (
    INTERESTED,
    LEADING,
    TAKING_PART,
    Activity,
    Facts,
    Participation,
    Rating,
    Text,
)
from regiograph.matching.words import Vectors

Array = NDArray[np.float64]
_OnCircle = TypeVar("_OnCircle", Text, Activity, Rating)
GOALS = 17
_AGREES = 4
_FAR = 50.0  # years since an activity, where none is known


class Index:
    """Names in a fixed order, and the place of each."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(set(names)))
        self.at = {name: place for place, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: str) -> bool:
        return name in self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Askers:
    """Who asks: one row each. A profile is a row like a region's."""

    taking: csr_matrix  # askers × circles, by weight of role
    interest: csr_matrix  # askers × circles
    leads: Array  # circles they lead
    own: csr_matrix  # askers × regions: which they are
    country: csr_matrix  # askers × countries
    near: csr_matrix  # askers × regions that border them
    kin: csr_matrix  # askers × regions within or around them
    macros: csr_matrix  # askers × macro-regions
    organisations: csr_matrix  # askers × their organisations
    words: csr_matrix  # askers × words of their own
    goals: Array  # askers × goals of their own
    eu13: Array

    def only(self, places: Sequence[int]) -> "Askers":
        """Some of the rows."""
        return Askers(**{each.name: getattr(self, each.name)[list(places)] for each in fields(self)})


class World:
    """The matrices of one set of facts."""

    def __init__(
        self, facts: Facts, vectors: Vectors, roles: Mapping[str, float], like: "World | None" = None
    ) -> None:
        """`like` is a world of almost the same facts: its regions stay known, its vectors are used again."""
        self.facts, self.vectors, self._roles, self._like = facts, vectors, roles, like
        self._taking_part: dict[str, dict[str, tuple[Participation, ...]]] = {}
        taking = [each for each in facts.participations if each.role in TAKING_PART | {INTERESTED}]
        land = facts.territory
        known: tuple[str, ...] = like.regions.names if like else ()
        self.regions: Index = Index([*known, *(each.who for each in taking if each.who in land.regions)])
        self.circles = Index(facts.circles)
        self.organisations = Index(facts.organisations)
        self.platforms = Index(each.platform for each in facts.circles.values() if each.platform)
        self.countries = Index(land.country(region) for region in self.regions.names)
        self.macros = Index(land.macro_regions)

    # --- who is in what ---

    @cached_property
    def named(self) -> Mapping[str, Mapping[str, tuple[Participation, ...]]]:
        """Of each circle: who takes part or acts in it, each with what says so."""
        found: dict[str, dict[str, list[Participation]]] = defaultdict(lambda: defaultdict(list))
        for each in self.facts.participations:
            if each.role != INTERESTED:
                found[each.what][each.who].append(each)
        return _frozen(found)

    def taking_part(self, circle: str) -> dict[str, tuple[Participation, ...]]:
        """The regions that take part in a circle, each with what says so."""
        if circle not in self._taking_part:
            self._taking_part[circle] = {
                who: taking
                for who, those in self.named.get(circle, {}).items()
                if who in self.facts.territory.regions
                and (taking := tuple(each for each in those if each.role in TAKING_PART))
            }
        return self._taking_part[circle]

    @cached_property
    def interested(self) -> Mapping[str, Mapping[str, tuple[Participation, ...]]]:
        """Of each circle: who is interested, and what says so."""
        found: dict[str, dict[str, list[Participation]]] = defaultdict(lambda: defaultdict(list))
        for each in self.facts.participations:
            if each.role == INTERESTED:
                found[each.what][each.who].append(each)
        return _frozen(found)

    @cached_property
    def circles_of(self) -> Mapping[str, tuple[str, ...]]:
        """Of each region or organisation: the circles it is named in, not only as interested."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for what, members in self.named.items():
            for who in members:
                found[who][what] = None
        return {who: tuple(sorted(whats)) for who, whats in found.items()}

    @cached_property
    def taking(self) -> csr_matrix:
        """Regions × circles, the weightiest role each."""
        return self._matrix(self.regions, lambda each: self._roles.get(each.role, 0.0))

    @cached_property
    def members(self) -> csr_matrix:
        """Regions × circles: 1 where a region takes part."""
        return self._matrix(self.regions, lambda each: float(each.role in TAKING_PART))

    @cached_property
    def leading(self) -> csr_matrix:
        """Regions × circles: 1 where a region leads."""
        return self._matrix(self.regions, lambda each: float(each.role in LEADING))

    @cached_property
    def interests(self) -> csr_matrix:
        """Regions × circles: 1 where a region is interested."""
        return self._matrix(self.regions, lambda each: float(each.role == INTERESTED))

    @cached_property
    def acting(self) -> csr_matrix:
        """Organisations × circles: 1 where one acts."""
        return self._matrix(self.organisations, lambda each: float(each.role != INTERESTED))

    def _matrix(self, who: Index, weight: Any) -> csr_matrix:
        cells: dict[tuple[int, int], float] = {}
        for each in self.facts.participations:
            if each.who in who and each.what in self.circles and (value := weight(each)):
                cell = who.at[each.who], self.circles.at[each.what]
                cells[cell] = max(value, cells.get(cell, 0.0))
        return sparse(cells, (len(who), len(self.circles)))

    @cached_property
    def within(self) -> csr_matrix:
        """Circles × circles: 1 from a partnership to each of its working areas."""
        at = self.circles.at
        cells = {(at[each.of], at[iri]): 1.0 for iri, each in self.facts.circles.items() if each.is_area}
        return sparse(cells, (len(at), len(at)))

    @cached_property
    def sharing(self) -> csr_matrix:
        """Circles × regions: how much of a circle's attention each member gets."""
        spread = _inverse(np.asarray(self.members.sum(axis=0)).ravel())
        return (diags(spread) @ self.taking.T).tocsr()

    @cached_property
    def rare(self) -> Array:
        """Of each region: the less it is in, the more a link through it tells."""
        return _inverse(np.asarray(self.members.sum(axis=1)).ravel())

    @cached_property
    def countries_of(self) -> csr_matrix:
        """Countries × regions."""
        land = self.facts.territory
        return _flags([{land.country(region)} for region in self.regions.names], self.countries).T.tocsr()

    @cached_property
    def macros_of(self) -> csr_matrix:
        """Macro-regions × regions."""
        land = self.facts.territory
        return _flags([land.macros(region) for region in self.regions.names], self.macros).T.tocsr()

    @cached_property
    def platforms_of(self) -> csr_matrix:
        """Platforms × circles: of partnerships only, so that each counts once."""
        cells = {
            (self.platforms.at[each.platform], self.circles.at[iri]): 1.0
            for iri, each in self.facts.circles.items()
            if each.platform and not each.is_area
        }
        return sparse(cells, (len(self.platforms), len(self.circles)))

    # --- words ---

    @cached_property
    def texts(self) -> Mapping[str, tuple[str, ...]]:
        """Of each circle: its names and what is written of it."""
        found: dict[str, list[str]] = defaultdict(list)
        for each in self.facts.texts:
            found[each.circle].append(each.text)
        return {
            iri: tuple(dict.fromkeys((circle.label, *found.get(iri, ()))))
            for iri, circle in self.facts.circles.items()
        }

    @cached_property
    def told(self) -> Mapping[str, tuple[Text, ...]]:
        """Of each circle: the texts on it that stand somewhere."""
        return _by_circle(each for each in self.facts.texts if each.evidence)

    @cached_property
    def activities(self) -> Mapping[str, tuple[Activity, ...]]:
        """Of each circle: what happened when."""
        return _by_circle(self.facts.activities)

    @cached_property
    def ratings(self) -> Mapping[str, tuple[Rating, ...]]:
        """Of each partnership: how it rates its contribution to the goals."""
        return _by_circle(self.facts.ratings)

    @cached_property
    def docs(self) -> csr_matrix:
        """Circles × words."""
        old = self._like
        if old is None:
            return self.vectors.of([" \n ".join(self.texts[name]) for name in self.circles.names])
        changed = [name for name in self.circles.names if self.texts[name] != old.texts[name]]
        if not changed:
            return old.docs
        rows, places = old.docs.tolil(), [self.circles.at[name] for name in changed]
        rows[places] = self.vectors.of([" \n ".join(self.texts[name]) for name in changed])
        return rows.tocsr()

    @cached_property
    def goals(self) -> Array:
        """Circles × goals: 1 where a partnership says it contributes."""
        found = np.zeros((len(self.circles), GOALS))
        for each in self.facts.ratings:
            if each.value >= _AGREES and 1 <= each.goal <= GOALS:
                found[self.circles.at[each.circle], each.goal - 1] = 1.0
        return found

    # --- when ---

    @cached_property
    def last_day(self) -> Mapping[str, str]:
        """Of each circle: the day of its last activity; a working area has its partnership's too."""
        found: dict[str, str] = {}
        for each in self.facts.activities:
            found[each.circle] = max(each.day, found.get(each.circle, ""))
        return {
            iri: max(found.get(iri, ""), found.get(circle.of, ""))
            for iri, circle in self.facts.circles.items()
        }

    def years_old(self, day: str) -> float:
        """Years from a day to the newest one known."""
        newest = self.facts.newest
        if not day or not newest:
            return _FAR
        return (date.fromisoformat(newest) - date.fromisoformat(day)).days / 365.25

    # --- who asks ---

    @cached_property
    def all_askers(self) -> Askers:
        """Every region known."""
        return self.askers(self.regions.names)

    def askers(self, regions: Sequence[str]) -> Askers:
        """Regions, known to take part in anything or not, as those who ask."""
        land, known = self.facts.territory, self.regions.at
        rows = [known.get(region, -1) for region in regions]
        near = [land.neighbours(region) for region in regions]
        kin = [self._kin(region) for region in regions]
        return Askers(
            taking=_rows(self.taking, rows),
            interest=_rows(self.interests, rows),
            leads=np.asarray(_rows(self.leading, rows).sum(axis=1)).ravel(),
            own=_flags([{region} for region in regions], self.regions),
            country=_flags([{land.country(region)} for region in regions], self.countries),
            near=_flags(near, self.regions),
            kin=_flags(kin, self.regions),
            macros=_flags([land.macros(region) for region in regions], self.macros),
            organisations=_flags([self.based_in(region) for region in regions], self.organisations),
            words=self.vectors.nothing(len(regions)),
            goals=np.zeros((len(regions), GOALS)),
            eu13=np.array([float(land.is_eu13(region)) for region in regions]),
        )

    def _kin(self, region: str) -> set[str]:
        around = set(self.facts.territory.around(region))
        return {each for each in self.regions.names if each in around or region in self._around[each]} - {
            region
        }

    @cached_property
    def _around(self) -> dict[str, frozenset[str]]:
        return {each: frozenset(self.facts.territory.around(each)) for each in self.regions.names}

    @cached_property
    def _seats(self) -> Mapping[str, frozenset[str]]:
        """Of each region: the organisations based in it or in a part of it."""
        found: dict[str, set[str]] = defaultdict(set)
        for iri, each in self.facts.organisations.items():
            for region in self.facts.territory.around(each.seat) if each.seat else ():
                found[region].add(iri)
        return {region: frozenset(those) for region, those in found.items()}

    def based_in(self, region: str) -> frozenset[str]:
        """The organisations based in a region or in a part of it."""
        return self._seats.get(region, frozenset())


def _by_circle(those: Iterable[_OnCircle]) -> dict[str, tuple[_OnCircle, ...]]:
    found: dict[str, list[_OnCircle]] = defaultdict(list)
    for each in those:
        found[each.circle].append(each)
    return {circle: tuple(own) for circle, own in found.items()}


def sparse(cells: Mapping[tuple[int, int], float], shape: tuple[int, int]) -> csr_matrix:
    """A matrix from its cells."""
    places = np.array(list(cells), dtype=int).reshape(-1, 2)
    return csr_matrix(
        (np.array(list(cells.values()), dtype=float), (places[:, 0], places[:, 1])), shape=shape
    )


def _flags(sets: Sequence[Iterable[str]], index: Index) -> csr_matrix:
    """A row a set: 1 at each name the index knows."""
    cells = {(row, index.at[name]): 1.0 for row, names in enumerate(sets) for name in names if name in index}
    return sparse(cells, (len(sets), len(index)))


def _rows(matrix: csr_matrix, rows: Sequence[int]) -> csr_matrix:
    """Rows of a matrix; an empty one for -1."""
    cells = {(place, row): 1.0 for place, row in enumerate(rows) if row >= 0}
    return (sparse(cells, (len(rows), matrix.shape[0])) @ matrix).tocsr()


def _inverse(values: Array) -> Array:
    return np.asarray(np.divide(1.0, values, out=np.zeros_like(values, dtype=float), where=values > 0))


def _frozen(
    found: Mapping[str, Mapping[str, list[Participation]]],
) -> Mapping[str, Mapping[str, tuple[Participation, ...]]]:
    return {what: {who: tuple(those) for who, those in members.items()} for what, members in found.items()}
