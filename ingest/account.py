"""The account of one report, in plain words: what was read, resolved, left in doubt, missing; the verdict."""

from collections import Counter
from collections.abc import Iterator

from ingest.pipeline import Walked
from ingest.questionnaire import plain
from ingest.report import State
from ingest.resolve.resolution import Outcome

_SAID = {
    State.ANSWERED: "answered",
    State.BLANK: "blank",
    State.NOT_READ: "not read",
    State.NOT_IN_EXPORT: "not in the document",
    State.WITHHELD: "confidential, withheld",
}


def account(walked: Walked, language: str = "en") -> str:
    """The account as text; the verdict in the secretary's language."""
    return "\n".join([*_read(walked), *_resolved(walked), "", walked.verdict.text(language)])


def _read(walked: Walked) -> Iterator[str]:
    report, resolved = walked.resolved.report, walked.resolved
    period = plain(report.period.passage.text) if report.period else "no period"
    yield f"Report      {resolved.partnership.label}, {period} ({walked.source.label})"
    states = Counter(answer.state for answer in report.answers.values())
    yield "Read        " + ", ".join(f"{count} {_SAID[state]}" for state, count in states.items())
    goals = Counter(rating.state for rating in report.ratings)
    parts = [
        f"{len(report.lead)} leading, {len(report.participating)} participating",
        f"{len(report.interested)} interested",
        f"{len(report.areas)} working areas",
        f"{len(report.events)} events",
        "SDGs: " + ", ".join(f"{count} {_SAID[state]}" for state, count in goals.items()),
    ]
    yield "            " + "; ".join(parts)
    missing = [
        walked.questionnaire.question(key).wordings[0]
        for key, answer in report.answers.items()
        if walked.questionnaire.question(key).mandatory and answer.state is not State.ANSWERED
    ]
    yield "Missing     " + ("; ".join(missing) if missing else "no mandatory answer")


def _resolved(walked: Walked) -> Iterator[str]:
    decisions = walked.resolved.decisions
    outcomes = Counter(decision.outcome for decision in decisions.values())
    yield (
        f"Resolved    {len(decisions)} names: "
        f"{outcomes[Outcome.SURE]} sure, {outcomes[Outcome.PROBABLE]} probable, "
        f"{outcomes[Outcome.NEW]} new organisations, {outcomes[Outcome.DOUBT]} in doubt"
        + (f", {outcomes[Outcome.REJECTED]} not entities" if outcomes[Outcome.REJECTED] else "")
    )
    for mention, decision in decisions.items():
        if decision.outcome in (Outcome.PROBABLE, Outcome.DOUBT):
            taken = f"taken as {decision.entity.label}" if decision.entity else "not taken"
            maybe = ", ".join(f"{each.entity.label} {each.score:.2f}" for each in decision.candidates[:3])
            where = mention.passage.place.line
            yield f"            line {where}: “{plain(mention.text)}” {taken} ({maybe or 'nothing like it'})"
