"""A resolved report → the JSON of the schema `regiograph-report-gold/1`, for scoring and other tools."""

from collections.abc import Iterable, Iterator
from typing import Any

from ingest.questionnaire import Questionnaire, plain
from ingest.report import Event, Mention, Rating, State, When, WorkingArea
from ingest.resolve.resolution import Kind, Outcome
from ingest.resolved import ResolvedReport

SCHEMA = "regiograph-report-gold/1"

_MANDATORY = {
    "reporting-period": "period",
    "partnership-name": "partnership",
    "start-date": "start_date",
    "webpage": "webpage",
    "executive-summary": "executive_summary",
    "leading-regions": "lead_regions",
    "participating-regions": "participating_regions",
}
_NOBODY = (Outcome.EVERYONE, Outcome.REJECTED)
_TERRITORIES = (Kind.REGION, Kind.PLACE)


def extract(resolved: ResolvedReport, questionnaire: Questionnaire) -> dict[str, Any]:
    """The report in the gold schema. Holds nothing of confidential answers but whether there are any."""
    return _Extract(resolved).whole(questionnaire)


class _Extract:
    def __init__(self, resolved: ResolvedReport) -> None:
        self.resolved = resolved
        self.report = resolved.report

    def whole(self, questionnaire: Questionnaire) -> dict[str, Any]:
        report = self.report
        interested = report.interested
        return {
            "schema": SCHEMA,
            "partnership": self.resolved.partnership.label if self.resolved.partnership_named else None,
            "period": _period(report.period),
            "start_date": _as_precise(report.started),
            "webpage": report.webpages[0].text if report.webpages else None,
            "webpage_alt": [page.text for page in report.webpages[1:]],
            "lead_regions": self.regions(report.lead),
            "lead_support": self.organisations(report.lead_support),
            "participating_regions": self.regions(report.participating),
            "interested": {
                "regions": self.regions(each for each in interested if self.is_territory(each)),
                "others": self.organisations(each for each in interested if not self.is_territory(each)),
            },
            "working_areas": [self.area(area) for area in report.areas],
            "past_events": list(self.events("past")),
            "planned_events": list(self.events("planned")),
            "sdg": {str(rating.goal): _rating(rating) for rating in report.ratings},
            "confidential": any(
                answer.state is State.WITHHELD or answer.part_withheld for answer in report.answers.values()
            ),
            "missing_mandatory": self.missing(questionnaire),
            "organisations": self.organisations(self.everybody()),
            "source_file": report.form.source.name,
        }

    def is_territory(self, mention: Mention) -> bool:
        decision = self.resolved.decisions[mention]
        if decision.entity:
            return decision.entity.kind in _TERRITORIES
        return any(candidate.entity.kind in _TERRITORIES for candidate in decision.candidates)

    def region(self, mention: Mention) -> dict[str, Any] | None:
        decision = self.resolved.decisions[mention]
        entity = decision.entity
        if decision.outcome in _NOBODY or (entity and entity.kind not in _TERRITORIES):
            return None
        name = plain(mention.text)
        if entity and entity.kind is Kind.REGION:
            return {"raw": name, "nuts": entity.key}
        return {"raw": entity.label if entity and entity.kind is Kind.PLACE else name, "nuts": None}

    def regions(self, mentions: Iterable[Mention]) -> list[dict[str, Any]]:
        """Each region once, in the order of the text."""
        found: dict[str, dict[str, Any]] = {}
        for mention in mentions:
            if region := self.region(mention):
                found.setdefault(region["nuts"] or region["raw"], region)
        return list(found.values())

    def codes(self, mentions: Iterable[Mention]) -> list[str]:
        return [region["nuts"] or f"name:{region['raw']}" for region in self.regions(mentions)]

    def organisations(self, mentions: Iterable[Mention]) -> list[dict[str, Any]]:
        """Each organisation once, as first written, with its other names beside. Groups are left out."""
        found: dict[str, dict[str, Any]] = {}
        for mention in mentions:
            decision = self.resolved.decisions[mention]
            name, entity = plain(mention.text), decision.entity
            if decision.outcome in _NOBODY or (entity and entity.kind is Kind.GROUP):
                continue
            entry = found.setdefault(entity.key if entity else name, {"name": name, "aliases": []})
            for other in (name, entity.label if entity else name):
                if other != entry["name"] and other not in entry["aliases"]:
                    entry["aliases"].append(other)
        return list(found.values())

    def area(self, area: WorkingArea) -> dict[str, Any]:
        involved: Any = self.codes(area.involved.named)
        if area.involved.exceptions:
            involved = {"all_except": self.codes(area.involved.exceptions)}
        elif area.involved.everyone:
            involved = ["ALL", *involved] if involved else "ALL"
        return {
            "n": area.number,
            "title": plain(area.title.text) if area.title else None,
            "lead": self.codes(area.lead),
            "lead_support": self.organisations(area.lead_support),
            "involved": involved,
            "other_actors": self.organisations(area.other_actors),
        }

    def events(self, status: str) -> Iterator[dict[str, Any]]:
        for event in self.report.events:
            if event.status == status and not event.mined:
                yield _event(event)

    def missing(self, questionnaire: Questionnaire) -> list[str]:
        missing = []
        for key, name in _MANDATORY.items():
            state = self.report.answers[key].state
            if key == "webpage" and not self.report.webpages and state is State.ANSWERED:
                state = State.BLANK  # "not yet online"
            if questionnaire.question(key).mandatory and state not in (State.ANSWERED, State.WITHHELD):
                missing.append(name)
        return missing

    def everybody(self) -> Iterator[Mention]:
        """Every mention that is an organisation's."""
        for mention in self.report.mentions():
            entity = self.resolved.decisions[mention].entity
            if entity and entity.kind is Kind.ORGANISATION:
                yield mention


def _period(period: When | None) -> dict[str, Any] | None:
    if period is None or period.start is None or period.end is None:
        return None
    return {
        "raw": plain(period.passage.text),
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }


def _as_precise(when: When | None) -> str | None:
    """`2018-02-01`, `2018-02` or `2018`, as precise as the text."""
    if when is None or when.start is None:
        return None
    day = when.start.isoformat()
    return {"day": day, "year": day[:4]}.get(when.precision or "", day[:7])


def _event(event: Event) -> dict[str, Any]:
    when = event.when
    found: dict[str, Any] = {
        "title": plain(event.title.text),
        "start": when.start.isoformat() if when and when.start else None,
        "end": when.end.isoformat() if when and when.end else None,
        "precision": when.precision if when else None,
        "place": plain(event.place_name.text) if event.place_name else None,
        "mode": event.mode,
    }
    if when and when.start_time:
        times = [when.start_time, when.end_time]
        found["time"] = "-".join(each.isoformat("minutes") for each in times if each)
    return found


def _rating(rating: Rating) -> Any:
    codes = [option.replace("-", "_") for option in rating.options]
    if len(codes) > 1:
        return {"conflict": codes}
    return codes[0] if codes else None
