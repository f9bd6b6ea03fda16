"""Resolve: every mention of a report gets its decision; the names adapter that reading lists needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.decisions import UNDECIDED, Decisions
from ingest.questionnaire import plain
from ingest.report import Expected, Mention, Report
from ingest.resolve.context import abbreviated, settle
from ingest.resolve.join import join_new
from ingest.resolve.resolution import Entity, Kind, Outcome, Resolution
from ingest.resolve.resolver import Resolver

_REMEMBERED = 8192  # texts


@dataclass(frozen=True, kw_only=True)
class ResolvedReport:
    """A report whose names have been decided on, surely or not."""

    report: Report
    partnership: Entity
    partnership_named: bool  # False: the report does not say; the entity stands in
    partnership_new: bool  # not in the register
    decisions: dict[Mention, Resolution]

    @property
    def period_key(self) -> str:
        """The period as a key: `2020-h2` for a half-year, else its days; `undated` where unknown."""
        period = self.report.period
        if not period or not period.start or not period.end:
            return "undated"
        start, end = period.start, period.end
        if start.year == end.year and (start.month, start.day) == (1, 1) and (end.month, end.day) == (6, 30):
            return f"{start.year}-h1"
        if start.year == end.year and (start.month, start.day) == (7, 1) and (end.month, end.day) == (12, 31):
            return f"{start.year}-h2"
        return f"{start.isoformat()}--{end.isoformat()}"

    @property
    def subject(self) -> str:
        """What the report is about: a later report with the same subject is its correction."""
        return f"{self.partnership.key}/{self.period_key}"


def resolve(report: Report, resolver: Resolver, decided: Decisions = UNDECIDED) -> ResolvedReport:
    """Decide on every name in a report; what a person decided holds."""
    on = report.period.end if report.period else None
    decision = resolver.partnership(plain(report.partnership.text)) if report.partnership else None
    named = decision.entity if decision else None
    stand_in = f"unnamed-{report.form.source.sha256[:8]}"
    partnership = named or Entity(kind=Kind.PARTNERSHIP, key=stand_in, label="(not named)")
    resolver.prepare(
        mention.text for mention in report.mentions() if mention.expected is not Expected.ORGANISATION
    )
    lines = report.form.text.split("\n")
    alone = {
        mention: resolver.resolve(mention, on=on, context=_before(lines, mention))
        for mention in report.mentions()
    }
    return ResolvedReport(
        report=report,
        partnership=partnership,
        partnership_named=named is not None,
        partnership_new=decision is not None and decision.outcome is Outcome.NEW,
        decisions=decided.applied(partnership.key, settle(abbreviated(join_new(alone)))),
    )


def _before(lines: Sequence[str], mention: Mention) -> str:
    """What stands before a name on its line: "DG CNECT A.2 Unit and" tells whose unit H.1 is."""
    place = mention.passage.place
    return lines[place.line - 1][: place.column - 1] if place.line <= len(lines) else ""


class KnownNames:
    """What reading lists needs to know of names, from the resolver; remembers what it was asked last."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known = lru_cache(maxsize=_REMEMBERED)(resolver.knows)
        self._is_group = lru_cache(maxsize=_REMEMBERED)(lambda text: resolver.group(text) is not None)

    def known(self, text: str) -> bool:
        """Whether a text is a region's or a registered organisation's name."""
        return self._known(text)

    def is_code(self, text: str) -> bool:
        """Whether a text is a NUTS code of any version."""
        return self._resolver.is_code(text)

    def is_country(self, text: str) -> bool:
        """Whether two capital letters are a country's."""
        return self._resolver.is_country(text)

    def is_group(self, text: str) -> bool:
        """Whether a text names a group without naming its members."""
        return self._is_group(text)
