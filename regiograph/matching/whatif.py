"""What if a region joined a partnership or working area: new partners, reach and place in the network."""

from dataclasses import dataclass

import numpy as np
from pyoxigraph import NamedNode
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from regiograph.matching.ranking import Matcher, Suggestion
from regiograph.matching.reasons import MOST_EVIDENCE, Grounds, Reason
from regiograph.matching.world import Array

_NEAR = 2  # steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a region stands among all regions that work together."""

    partners: int
    within_two_steps: int
    closeness: float  # harmonic: the mean of one over the steps to each other region
    rank: int  # by number of partners, 1 is the most


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Before and after."""

    region: str
    circle: str
    before: Place
    after: Place
    reasons: tuple[Reason, ...]
    new_partners: tuple[Suggestion, ...]
    newly_near: tuple[str, ...]  # regions that come within two steps, other than new partners


def what_if(matcher: Matcher, region: str, circle: str) -> Outlook:
    """The outlook for a region that joins."""
    grounds = Grounds(matcher.world, matcher.region_as_asker(region))
    names = sorted({*matcher.world.regions.names, region})
    place = names.index(region)
    before = _network(matcher, names)
    after = before.copy()
    joined = [names.index(who) for who in grounds.taking_part(circle) if who != region]
    after[place, joined] = after[joined, place] = 1.0
    steps = {moment: _steps(matrix, place) for moment, matrix in (("before", before), ("after", after))}
    new = sorted(names[at] for at in joined if not before[place, at])
    near = {
        moment: {names[at] for at in np.flatnonzero((far > 0) & (far <= _NEAR))}
        for moment, far in steps.items()
    }
    return Outlook(
        region=region,
        circle=circle,
        before=_place(before, steps["before"], place),
        after=_place(after, steps["after"], place),
        reasons=_reasons(grounds, region, circle, new, int(before[place].sum())),
        new_partners=tuple(_partner(grounds, circle, who, rank) for rank, who in enumerate(new, 1)),
        newly_near=tuple(sorted(near["after"] - near["before"] - set(new))),
    )


def _network(matcher: Matcher, names: list[str]) -> Array:
    """Regions × regions: 1 where two take part in the same."""
    members = matcher.world.members
    together = (members @ members.T).toarray() > 0
    found = np.zeros((len(names), len(names)))
    places = [names.index(name) for name in matcher.world.regions.names]
    found[np.ix_(places, places)] = together
    np.fill_diagonal(found, 0)
    return found


def _steps(network: Array, place: int) -> Array:
    return np.asarray(dijkstra(csr_matrix(network), unweighted=True, indices=place))


def _place(network: Array, steps: Array, place: int) -> Place:
    reached = steps[(steps > 0) & np.isfinite(steps)]
    degrees = network.sum(axis=1)
    return Place(
        partners=int(degrees[place]),
        within_two_steps=int((reached <= _NEAR).sum()),
        closeness=round(float((1 / reached).sum()) / max(len(network) - 1, 1), 4),
        rank=int((degrees > degrees[place]).sum()) + 1,
    )


def _reasons(grounds: Grounds, region: str, circle: str, new: list[str], partners: int) -> tuple[Reason, ...]:
    members = grounds.taking_part(circle)
    links = Reason(
        signal="new-links",
        template="whatif.new-links",
        number=len(new),
        evidence=tuple(members[who][0].evidence for who in new)[:MOST_EVIDENCE],
        proof="new-links",
        bindings={"region": NamedNode(region), "candidate": NamedNode(circle)},
        named=tuple(new),
    )
    now = Reason(
        signal="partners-now",
        template="whatif.partners-now",
        number=partners,
        evidence=(),
        proof="partners-now",
        bindings={"candidate": NamedNode(region)},
    )
    return now, links


def _partner(grounds: Grounds, circle: str, who: str, rank: int) -> Suggestion:
    those = grounds.taking_part(circle)[who]
    return Suggestion(
        kind="regions",
        rank=rank,
        iri=who,
        label=grounds.facts_label(who),
        score=0.0,
        reasons=(
            Reason(
                signal="member",
                template="circle.member",
                number=len({each.iri for each in those}),
                evidence=tuple(dict.fromkeys(each.evidence for each in those))[:MOST_EVIDENCE],
                proof="member",
                bindings={"region": NamedNode(who), "candidate": NamedNode(circle)},
                extra={"joined": circle},
            ),
        ),
        against=(),
        asker=grounds.asker,
    )
