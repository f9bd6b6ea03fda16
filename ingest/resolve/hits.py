"""What a name may mean, weighed; and the decision that the weights allow. Finds nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.resolve.gazetteer import Land
from ingest.resolve.resolution import PROBABLE, SURE, Candidate, Outcome, Resolution

LEAST = 0.6
"""Below this score a candidate is not worth showing."""

NOTHING = Resolution(outcome=Outcome.DOUBT, entity=None, score=0.0, method="nothing similar")
_MOST = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One land a name may mean."""

    land: Land
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Where:
    """What else is known of the region: its country, and the version of NUTS in force."""

    country: str
    version: str


def decide(hits: Iterable[Hit], *, doubt: bool = False) -> Resolution:
    """The decision the hits allow, best first; `doubt` keeps the best from being taken."""
    ranked = sorted(hits, key=lambda hit: (-hit.score, hit.land.level, hit.land.entity.key))
    candidates: dict[str, Candidate] = {}
    for hit in ranked:
        if hit.score >= LEAST and hit.land.entity.key not in candidates:
            candidates[hit.land.entity.key] = Candidate(
                entity=hit.land.entity, score=round(hit.score, 3), reason=hit.reason
            )
    kept = tuple(candidates.values())[:_MOST]
    if not kept:
        return NOTHING
    best = kept[0]
    if doubt or best.score < PROBABLE:
        return Resolution(
            outcome=Outcome.DOUBT, entity=None, score=best.score, method=best.reason, candidates=kept
        )
    outcome = Outcome.SURE if best.score >= SURE else Outcome.PROBABLE
    return Resolution(
        outcome=outcome, entity=best.entity, score=best.score, method=best.reason, candidates=kept
    )


def capped(found: Resolution, cap: float, method: str) -> Resolution:
    """The same decision, no more certain than `cap`."""
    if found.entity is None or found.score <= cap:
        return found
    outcome = Outcome.SURE if cap >= SURE else Outcome.PROBABLE
    candidates = tuple(replace(c, score=min(c.score, cap)) for c in found.candidates)
    return replace(found, outcome=outcome, score=cap, method=method, candidates=candidates)
