"""What one name in a report tells of another: an ambiguous one means the one that is surely named."""

import re
from collections.abc import Mapping
from dataclasses import replace

from ingest.report import Mention
from ingest.resolve.resolution import PROBABLE, SURE, Candidate, Entity, Kind, Outcome, Resolution

_BY_CONTEXT = SURE
"""The score of a name settled so: the report itself says which of several it deals with."""


_SHORT = re.compile(r"(.+?)\s*[(\[]\s*([A-Za-z][A-Za-z.&/-]{1,7})\s*[)\]]")


def abbreviated(decisions: Mapping[Mention, Resolution]) -> dict[Mention, Resolution]:
    """The decisions, with short names that the report gives its regions: "Brittany (BRE)", then "BRE".

    A short name is no surer than the name it stands for.
    """
    meant: dict[str, dict[Entity, Resolution]] = {}
    for mention, decision in decisions.items():
        pair, entity = _SHORT.fullmatch(mention.text), decision.entity
        if pair and entity and entity.kind is Kind.REGION and sum(map(str.isupper, pair[2])) > 1:
            meant.setdefault(pair[2], {})[entity] = decision
    return {
        mention: _as_given(decision, meant.get(mention.text, {})) for mention, decision in decisions.items()
    }


def _as_given(decision: Resolution, meant: Mapping[Entity, Resolution]) -> Resolution:
    if decision.outcome is Outcome.SURE or len(meant) != 1:
        return decision
    ((entity, given),) = meant.items()
    method = "short name given in the same report"
    option = Candidate(entity=entity, score=given.score, reason=method)
    return replace(given, method=method, candidates=(option,))


def settle(decisions: Mapping[Mention, Resolution]) -> dict[Mention, Resolution]:
    """The decisions, with names in doubt settled where just one of their candidates is sure elsewhere.

    "Limburg" is Dutch in a report whose leading region is "Province of Limburg (NL)".
    """
    sure = {decision.entity for decision in decisions.values() if decision.outcome is Outcome.SURE}
    return {mention: _settled(decision, sure) for mention, decision in decisions.items()}


def _settled(decision: Resolution, sure: set[Entity | None]) -> Resolution:
    if decision.outcome is not Outcome.DOUBT:
        return decision
    near = [each for each in decision.candidates if each.entity in sure]
    if len(near) != 1 or near[0].score < PROBABLE - 0.1:
        return decision
    (found,) = near
    return replace(
        decision,
        outcome=Outcome.SURE,
        entity=found.entity,
        score=_BY_CONTEXT,
        method=f"{found.reason}, named surely in the same report",
    )
