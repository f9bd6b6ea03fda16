"""What may be suggested: partnerships, working areas, regions, organisations; one column each."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags, eye

from regiograph.matching.world import Array, Index, World, sparse

KINDS = ("partnerships", "working_areas", "regions", "organisations")
_INHERITED = 0.25  # what a member of the partnership counts for its working areas


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What may be suggested: one column each."""

    kind: str
    iris: tuple[str, ...]
    speaks: csr_matrix  # circles × candidates: whose texts speak for it; each column adds up to one
    docs: csr_matrix  # candidates × words: its own texts, where it has other than its circles
    at: csr_matrix  # regions × candidates: who is in it, or where it is
    reach: csr_matrix  # regions × candidates: who works with it
    circles: csr_matrix  # circles × candidates: what it is, or takes part in
    doors: csr_matrix  # circles × candidates: what one must be in to be near it
    organisations: csr_matrix  # organisations × candidates: who acts in it
    platforms: csr_matrix  # platforms × candidates
    goals: Array  # goals × candidates: 1 where it says it contributes
    leads: Array  # circles it leads
    lacks_lead: Array  # 1 where fewer than two regions lead it
    old: Array  # years from its last activity to the newest of all
    eu13: Array  # share of EU13 among its regions
    size: Array  # regions in it, or circles it is in

    def only(self, places: Sequence[int]) -> "Candidates":
        """Some of the columns."""
        chosen = list(places)
        cut: dict[str, Any] = {"iris": tuple(self.iris[place] for place in chosen)}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "docs":
                cut[each.name] = value[chosen]
            elif not isinstance(value, str | tuple):
                cut[each.name] = value[..., chosen] if value.ndim == 1 else value[:, chosen]
        return replace(self, **cut)


def candidates(world: World, kind: str) -> Candidates:
    """All candidates of a kind, in the order of their IRIs."""
    match kind:
        case "partnerships" | "working_areas":
            return _circles(world, kind)
        case "regions":
            return _regions(world)
        case "organisations":
            return _organisations(world)
    raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}.")


def _circles(world: World, kind: str) -> Candidates:
    all_circles, areas = world.facts.circles, kind == "working_areas"
    iris = tuple(
        iri
        for iri in world.circles.names
        if all_circles[iri].is_area == areas and not all_circles[iri].is_project
    )
    columns = [world.circles.at[iri] for iri in iris]
    inside = world.within[:, columns]
    itself = eye(len(world.circles), format="csr")[:, columns]
    members = world.members[:, columns] + (_INHERITED * (world.members @ inside) if areas else 0)
    acting = itself + (world.within.T[:, columns] if not areas else 0)
    counted = np.asarray(world.members[:, columns].sum(axis=0)).ravel()
    eu13 = np.array([world.facts.territory.is_eu13(region) for region in world.regions.names], dtype=float)
    return Candidates(
        kind=kind,
        iris=iris,
        speaks=_shares(itself + inside),
        docs=world.vectors.nothing(len(iris)),
        at=members.tocsr(),
        reach=members.tocsr(),
        circles=(itself + inside).tocsr(),
        doors=inside.tocsr(),
        organisations=(world.acting @ acting).tocsr(),
        platforms=_platforms(world, itself + inside),
        goals=np.minimum(world.goals.T @ (itself + inside), 1),
        leads=np.zeros(len(iris)),
        lacks_lead=(np.asarray(world.leading[:, columns].sum(axis=0)).ravel() < 2).astype(float),
        old=np.array([world.years_old(world.last_day[iri]) for iri in iris]),
        eu13=np.divide(eu13 @ world.members[:, columns], np.maximum(counted, 1)),
        size=counted,
    )


def _regions(world: World) -> Candidates:
    land = world.facts.territory
    iris = world.regions.names
    together = (world.members @ world.members.T).sign().tolil()
    together.setdiag(0)
    return _of_members(
        world,
        "regions",
        world.members,
        iris=iris,
        docs=world.vectors.nothing(len(iris)),
        at=eye(len(iris), format="csr"),
        reach=together.tocsr(),
        leads=np.asarray(world.leading.sum(axis=1)).ravel(),
        eu13=np.array([float(land.is_eu13(region)) for region in iris]),
    )


def _organisations(world: World) -> Candidates:
    land, known = world.facts.territory, world.facts.organisations
    iris = world.organisations.names
    seats = {
        (world.regions.at[region], column): 1.0
        for column, iri in enumerate(iris)
        for region in land.around(known[iri].seat)[:1]
        if region in world.regions
    }
    return _of_members(
        world,
        "organisations",
        world.acting,
        iris=iris,
        docs=world.vectors.of([" \n ".join(known[iri].services) for iri in iris]),
        at=sparse(seats, (len(world.regions), len(iris))),
        reach=(world.members @ world.acting.T).sign().tocsr(),
        leads=np.zeros(len(iris)),
        eu13=np.array([float(land.is_eu13(known[iri].seat)) for iri in iris]),
    )


def _of_members(world: World, kind: str, members: csr_matrix, **given: Any) -> Candidates:
    """Candidates that are known by the circles they are in."""
    circles = members.T.tocsr()
    ages = np.array([world.years_old(world.last_day[iri]) for iri in world.circles.names])
    return Candidates(
        kind=kind,
        speaks=_shares(circles),
        circles=circles,
        doors=circles,
        organisations=csr_matrix((len(world.organisations), circles.shape[1])),
        platforms=_platforms(world, circles),
        goals=np.minimum(world.goals.T @ circles, 1),
        lacks_lead=np.zeros(circles.shape[1]),
        old=_youngest(members, ages),
        size=np.asarray(circles.sum(axis=0)).ravel(),
        **given,
    )


def _platforms(world: World, circles: csr_matrix) -> csr_matrix:
    """Platforms × candidates."""
    cells = {
        (world.platforms.at[each.platform], world.circles.at[iri]): 1.0
        for iri, each in world.facts.circles.items()
        if each.platform
    }
    return (sparse(cells, (len(world.platforms), len(world.circles))) @ circles).sign().tocsr()


def _shares(matrix: csr_matrix) -> csr_matrix:
    """The columns, each adding up to one, or to nothing."""
    sums = np.asarray(matrix.sum(axis=0)).ravel()
    return (
        matrix @ diags(np.divide(1.0, sums, out=np.zeros_like(sums, dtype=float), where=sums > 0))
    ).tocsr()


def _youngest(members: csr_matrix, ages: Array) -> Array:
    """Of each row: the least age among its columns."""
    found = np.full(members.shape[0], ages.max(initial=0.0))
    for row in range(members.shape[0]):
        columns = members.indices[members.indptr[row] : members.indptr[row + 1]]
        if len(columns):
            found[row] = ages[columns].min()
    return found


def index_of(pool: Candidates) -> Index:
    """The place of each candidate."""
    return Index(pool.iris)
