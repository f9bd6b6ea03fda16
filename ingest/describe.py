"""A resolved report → the quads of its named graph (docs/model.md). Same input, same quads."""

import re
from collections.abc import Iterable

from pyoxigraph import Quad

from ingest.decisions import folded
from ingest.form import Passage
from ingest.quads import Graph, Node
from ingest.questionnaire import Questionnaire, plain
from ingest.report import Collaboration, Event, Mention, Rating, Result, State, When, WorkingArea
from ingest.resolve.resolution import Candidate, Entity, Kind, Outcome, Resolution
from ingest.resolve.types import organisation_type
from ingest.resolved import ResolvedReport
from regiograph.iris import (
    ACCESS,
    CODE,
    DCAT,
    DCTERMS,
    FOAF,
    OA,
    ORG,
    PROV,
    RDFS,
    RG,
    SCHEMA,
    SDG,
    XSD,
    Iris,
    slug,
)

_MODES = {
    "online": SCHEMA + "OnlineEventAttendanceMode",
    "in-person": SCHEMA + "OfflineEventAttendanceMode",
    "hybrid": SCHEMA + "MixedEventAttendanceMode",
}
_MENTIONS = {
    Outcome.DOUBT: "MentionInDoubt",
    Outcome.PROBABLE: "MentionToConfirm",
    Outcome.REJECTED: "RejectedMention",
}
_LONGEST_CONTEXT = 400  # characters before and after a quote
_LABEL = RDFS + "label"


def describe(resolved: ResolvedReport, questionnaire: Questionnaire, iris: Iris) -> tuple[Quad, ...]:
    """All that one report says, in its named graph."""
    return _Description(resolved, questionnaire, iris).quads()


class _Description:
    def __init__(self, resolved: ResolvedReport, questionnaire: Questionnaire, iris: Iris) -> None:
        self.resolved = resolved
        self.report = resolved.report
        self.questionnaire = questionnaire
        self.iris = iris
        self.lines = self.report.form.text.split("\n")
        self.key = (resolved.partnership.key, resolved.period_key)
        self.graph = Graph(self.part("graph"))
        self.node = self.part("report")
        self.source = iris.source(self.report.form.name)
        self.partnership = iris.entity("partnership", resolved.partnership.key)
        self.described: set[Node] = set()
        self.areas = {area.number: self.area_iri(area) for area in self.report.areas}

    def part(self, name: str) -> Node:
        return self.iris.report(*self.key, name)

    def quads(self) -> tuple[Quad, ...]:
        self.describe_source()
        self.describe_report()
        self.describe_answers()
        self.describe_partnership()
        for role, mentions in (
            ("hasLead", self.report.lead),
            ("hasLeadSupport", self.report.lead_support),
            ("hasParticipating", self.report.participating),
            ("hasInterested", self.report.interested),
        ):
            for mention in mentions:
                self.participation(mention, self.partnership, "partnership", f"{RG}{role}")
        for area in self.report.areas:
            self.describe_area(area)
        for event in self.report.events:
            self.describe_event(event)
        for rating in self.report.ratings:
            self.describe_rating(rating)
        for result in self.report.results:
            self.describe_result(result)
        for assistance in self.report.assistance:
            self.describe_assistance(
                assistance.passage, assistance.ended, assistance.deliverables, assistance.area
            )
        for link in self.report.collaborations:
            self.describe_collaboration(link)
        return self.graph.quads()

    # --- the report and its answers ---

    def describe_source(self) -> None:
        graph, form = self.graph, self.report.form
        file = self.iris.source(form.source.sha256)
        for node, label in {file: form.source.label, self.source: form.label}.items():
            graph.type(node, RG + "SourceDocument")
            graph.say(node, _LABEL, label)
            graph.say(node, DCTERMS + "format", form.media_type)
            graph.say(node, RG + "sha256", form.source.sha256)
        if file != self.source:
            graph.link(self.source, DCTERMS + "isPartOf", file)
        graph.type(graph.name, PROV + "Entity")
        graph.link(graph.name, PROV + "wasDerivedFrom", self.source)
        graph.link(graph.name, DCTERMS + "accessRights", ACCESS + "PUBLIC")
        label = f"{self.resolved.partnership.label}, {self.resolved.period_key}"
        graph.say(graph.name, DCTERMS + "description", f"What the progress report says: {label}.", "en")

    def describe_report(self) -> None:
        graph, node, report = self.graph, self.node, self.report
        graph.type(node, RG + "ProgressReport")
        graph.say(node, DCTERMS + "title", self.questionnaire.title, "en")
        graph.link(node, DCTERMS + "conformsTo", CODE + self.questionnaire.conforms_to)
        graph.link(node, PROV + "wasDerivedFrom", self.source)
        if self.resolved.partnership_named:
            graph.link(node, RG + "ofPartnership", self.partnership)
        if report.period and report.period.start and report.period.end:
            period = self.part("period")
            graph.link(node, RG + "reportingPeriod", period)
            graph.type(period, DCTERMS + "PeriodOfTime")
            graph.value(period, DCAT + "startDate", report.period.start)
            graph.value(period, DCAT + "endDate", report.period.end)
            graph.say(period, _LABEL, plain(report.period.passage.text))
            graph.link(period, RG + "evidence", self.excerpt(report.period.passage))
        if report.started:
            self.describe_start(report.started)
        for address in report.webpages:
            page = address.text if "://" in address.text else f"https://{address.text}"
            graph.link(node, FOAF + "homepage", page)
            self.claim("homepage", FOAF + "homepage", address, None)

    def describe_start(self, started: When) -> None:
        if started.start is None:
            return
        day, precision = started.start.isoformat(), started.precision
        lexical, datatype = {
            "day": (day, "date"),
            "year": (day[:4], "gYear"),
        }.get(precision or "", (day[:7], "gYearMonth"))
        self.graph.typed(self.node, RG + "reportedStart", lexical, XSD + datatype)
        self.claim("started", RG + "started", started.passage, started.start.year)

    def claim(self, name: str, claimed: str, passage: Passage, year: int | None) -> None:
        """A single value that the report gives, kept beside what other sources say of the same."""
        graph, value = self.graph, plain(passage.text)
        node = self.part(f"claim/{name}-{slug(value, 40)}")
        graph.type(node, RG + "Claim")
        graph.link(node, RG + "claimSubject", self.partnership)
        graph.link(node, RG + "claimProperty", claimed)
        graph.say(node, RG + "claimValue", value)
        graph.value(node, RG + "claimYear", year)
        self.sourced(node, passage)

    def describe_answers(self) -> None:
        graph = self.graph
        for question in self.questionnaire.questions:
            answer = self.report.answers[question.key]
            node = self.part(f"answer-{question.key}")
            graph.link(self.node, RG + "hasAnswer", node)
            graph.type(node, RG + "FieldAnswer")
            graph.link(node, RG + "field", f"{CODE}field/{question.key}")
            graph.link(node, RG + "answerStatus", f"{CODE}status/{answer.state}")
            access = "NON_PUBLIC" if question.confidential else "PUBLIC"
            graph.link(node, DCTERMS + "accessRights", ACCESS + access)
            if question.confidential:
                continue
            if answer.state is State.BLANK:
                graph.link(self.node, RG + "leftBlank", f"{CODE}field/{question.key}")
            graph.value(node, RG + "partWithheld", answer.part_withheld or None)
            graph.value(node, RG + "labelLine", answer.label.line if answer.label else None)
            graph.say(node, RG + "labelPath", (answer.label.path or None) if answer.label else None)
            graph.value(node, RG + "answerNumber", self.report.numbers.get(question.key))
            if answer.passage:
                graph.link(node, RG + "evidence", self.excerpt(answer.passage))
                if question.kind in ("text", "count"):
                    graph.say(node, RG + "answerText", answer.passage.text)
                if question.key == "executive-summary":
                    graph.say(self.node, RG + "executiveSummary", answer.passage.text)

    def describe_partnership(self) -> None:
        """The register names the partnerships it knows; a report names only a new one."""
        if self.resolved.partnership_named:
            self.graph.type(self.partnership, RG + "Partnership")
        if self.resolved.partnership_new:
            self.graph.say(self.partnership, _LABEL, self.resolved.partnership.label)

    # --- who takes part ---

    def participation(
        self,
        mention: Mention,
        what: Node,
        what_key: str,
        from_report: str | None = None,
        kind: str = "PartnershipParticipation",
    ) -> None:
        decision = self.resolved.decisions[mention]
        if decision.outcome is Outcome.EVERYONE or mention.role is None:
            return
        if decision.outcome is Outcome.REJECTED:
            self.mention(mention, decision)
            return
        graph = self.graph
        participant, who_key = self.participant(mention, decision)
        node = self.part(f"participation/{what_key}-{mention.role}-{who_key}")
        evidence = self.excerpt(mention.passage)
        if from_report:
            graph.link(self.node, from_report, node)
        if self.seen(node):  # named twice in one cell: one fact, both places
            graph.link(node, RG + "evidence", evidence)
            return
        graph.type(node, RG + kind)
        graph.link(node, RG + "participant", participant)
        graph.link(node, RG + "participatesIn", what)
        graph.link(node, RG + "role", f"{CODE}role/{mention.role}")
        if self.report.period and self.report.period.start:
            graph.link(node, DCTERMS + "temporal", self.part("period"))
        graph.say(node, RG + "nameAsReported", plain(mention.text))
        graph.value(node, RG + "namedExplicitly", True)
        if decision.outcome is not Outcome.NEW:
            graph.value(node, RG + "matchConfidence", float(decision.score))
            graph.say(node, RG + "matchMethod", decision.method)
        if decision.outcome is Outcome.PROBABLE:
            for option in self.mention(mention, decision):
                graph.link(node, RG + "hasCandidate", option)
        if mention.mined:
            graph.value(node, RG + "minedFromText", True)
        self.sourced(node, mention.passage)

    def seen(self, node: Node) -> bool:
        """Whether a node was described before; notes that it is now."""
        known = node in self.described
        self.described.add(node)
        return known

    def participant(self, mention: Mention, decision: Resolution) -> tuple[Node, str]:
        """The node a name stands for, described here where no register does, and its key."""
        entity = decision.entity
        if entity is None:
            self.mention(mention, decision)
            return self.mention_iri(mention), folded(mention.text)
        node = self.entity_iri(entity)
        if entity.kind is Kind.GROUP:
            self.graph.type(node, RG + "UnresolvedGroup")
            self.graph.say(node, _LABEL, entity.label)
        elif decision.outcome is Outcome.NEW or not entity.registered:
            self.unregistered(node, entity)
        return node, slug(entity.key)

    def unregistered(self, node: Node, entity: Entity) -> None:
        """What is known of an entity that no register describes."""
        graph = self.graph
        graph.say(node, _LABEL, entity.label)
        graph.value(node, RG + "registered", False)
        if entity.kind is Kind.PLACE:
            graph.type(node, RG + "Place")
            graph.link(node, DCTERMS + "isPartOf", self.iris.entity("region", entity.within))
            graph.link(node, RG + "country", self.iris.entity("region", entity.within[:2]))
            return
        graph.type(node, ORG + "Organization")
        if entity.organisation_type:
            graph.link(node, RG + "organisationType", f"{CODE}organisation-type/{entity.organisation_type}")
        elif inferred := organisation_type(entity.label):
            kind, sector = inferred
            graph.link(node, RG + "inferredType", f"{CODE}organisation-type/{kind}")
            graph.link(node, RG + "inferredSector", f"{CODE}helix/{sector}" if sector else None)

    def mention(self, mention: Mention, decision: Resolution) -> list[Node]:
        """A name that waits for a person, or that one said is nobody's; the nodes of its candidates."""
        graph, node = self.graph, self.mention_iri(mention)
        graph.type(node, RG + _MENTIONS[decision.outcome])
        if not self.seen(node):
            graph.say(node, _LABEL, plain(mention.text))
            graph.say(node, RG + "expectedKind", mention.expected)
        self.sourced(node, mention.passage)
        if decision.outcome is Outcome.REJECTED:
            return []
        return [self.candidate(node, *each) for each in enumerate(_candidates(decision), 1)]

    def candidate(self, node: Node, rank: int, candidate: Candidate) -> Node:
        graph, option = self.graph, f"{node}/candidate/{candidate.entity.kind}-{candidate.entity.key}"
        graph.link(node, RG + "hasCandidate", option)
        if not self.seen(option):
            graph.type(option, RG + "Candidate")
            graph.link(option, RG + "candidateFor", self.entity_iri(candidate.entity))
            graph.value(option, RG + "matchConfidence", float(candidate.score))
            graph.say(option, RG + "matchMethod", candidate.reason)
            graph.value(option, RG + "rank", rank)
        return option

    def mention_iri(self, mention: Mention) -> Node:
        return self.part(f"mention/{mention.expected}/{folded(mention.text)}")

    def entity_iri(self, entity: Entity) -> Node:
        return self.iris.entity(entity.kind.value, entity.key)

    # --- what they take part in ---

    def area_iri(self, area: WorkingArea) -> Node:
        title = plain(area.title.text) if area.title else f"working area {area.number}"
        return self.iris.area(self.resolved.partnership.key, title)

    def describe_area(self, area: WorkingArea) -> None:
        graph, node = self.graph, self.areas[area.number]
        graph.link(self.node, RG + "hasWorkingArea", node)
        graph.type(node, RG + "WorkingArea")
        graph.link(node, RG + "ofPartnership", self.partnership)
        graph.value(node, RG + "rowNumber", area.number)
        if area.title:
            graph.say(node, _LABEL, plain(area.title.text))
            self.sourced(node, area.title)
        else:
            graph.link(node, RG + "reportedIn", self.node)
        if area.involved.everyone:
            graph.value(node, RG + "involvesAllParticipants", True)
            if area.involved.everyone_passage:
                graph.link(node, RG + "evidence", self.excerpt(area.involved.everyone_passage))
        self.link_mentions(node, "exceptsParticipant", area.involved.exceptions)
        for mention in (*area.lead, *area.lead_support, *area.involved.named, *area.other_actors):
            if self.resolved.decisions[mention].outcome is Outcome.EVERYONE:
                graph.value(node, RG + "involvesAllParticipants", True)
            self.participation(mention, node, slug(node.rsplit("/", 1)[-1]), kind="WorkingAreaParticipation")

    def describe_event(self, event: Event) -> None:
        graph, when = self.graph, event.when
        title = plain(event.title.text)
        day = when.start.isoformat() if when and when.start else ""
        node = self.iris.event(self.resolved.partnership.key, day, title)
        graph.link(self.node, RG + "hasEvent", node)
        graph.type(node, RG + "PartnershipEvent")
        graph.say(node, _LABEL, title)
        graph.link(node, RG + "ofPartnership", self.partnership)
        graph.link(node, RG + "reportedStatus", f"{CODE}status/{event.status}")
        if when:
            self.describe_when(node, when)
        if event.mode:
            graph.link(node, SCHEMA + "eventAttendanceMode", _MODES[event.mode])
        graph.say(node, RG + "placeName", plain(event.place_name.text) if event.place_name else None)
        graph.say(node, DCTERMS + "description", plain(event.other.text) if event.other else None)
        self.about(node, event.area)
        if event.mined:
            graph.value(node, RG + "minedFromText", True)
        self.sourced(node, event.title)
        for mention in event.participants:
            self.participation(mention, node, node.rsplit("/", 1)[-1], kind="EventParticipation")

    def describe_when(self, node: Node, when: When) -> None:
        graph = self.graph
        graph.value(node, SCHEMA + "startDate", when.start)
        graph.value(node, SCHEMA + "endDate", when.end)
        graph.value(node, RG + "startTime", when.start_time)
        graph.value(node, RG + "endTime", when.end_time)
        if when.precision:
            graph.link(node, RG + "datePrecision", f"{CODE}precision/{when.precision}")
        graph.say(node, RG + "dateAsReported", plain(when.passage.text))
        graph.say(node, RG + "dateDoubt", when.doubt or None, "en")
        graph.link(node, RG + "evidence", self.excerpt(when.passage))

    def describe_rating(self, rating: Rating) -> None:
        if rating.state is State.NOT_IN_EXPORT:
            return
        graph, node = self.graph, self.part(f"sdg-{rating.goal}")
        graph.link(self.node, RG + "hasAssessment", node)
        graph.type(node, RG + "SdgAssessment")
        graph.link(node, RG + "goal", f"{SDG}{rating.goal}")
        graph.link(node, RG + "ofPartnership", self.partnership)
        graph.link(node, RG + "answerStatus", f"{CODE}status/{rating.state}")
        options = [f"{CODE}rating/{option}" for option in rating.options]
        if len(options) == 1:
            graph.link(node, RG + "rating", options[0])
        else:
            for option in options:
                graph.link(node, RG + "conflictingRating", option)
        if rating.passage:
            self.sourced(node, rating.passage)
        else:
            graph.link(node, RG + "reportedIn", self.node)

    # --- what is told in free text ---

    def describe_result(self, result: Result, whole: Node | None = None) -> Node:
        graph = self.graph
        title = plain(result.title.text)
        place = result.title.place
        node = self.part(f"result/{slug(title, 60)}-L{place.line}C{place.column}")
        graph.link(self.node, RG + "hasResult", node)
        graph.type(node, RG + result.kind)
        graph.say(node, _LABEL, title)
        graph.link(node, RG + "ofPartnership", self.partnership)
        graph.link(node, RG + "reportedStatus", f"{CODE}status/{result.status}")
        graph.value(node, RG + "minedFromText", True)
        self.about(node, result.area)
        graph.link(node, DCTERMS + "isPartOf", whole)
        for page in result.pages:
            graph.link(node, FOAF + "page", page)
        self.link_mentions(node, "contributor", result.contributors)
        self.sourced(node, result.title)
        for part in result.parts:
            self.describe_result(part, node)
        return node

    def describe_assistance(
        self, passage: Passage, ended: str, deliverables: Iterable[Result], area: int | None
    ) -> None:
        graph = self.graph
        node = self.part(f"assistance/L{passage.place.line}")
        graph.type(node, RG + "TechnicalAssistance")
        graph.say(node, _LABEL, plain(passage.text))
        graph.link(node, RG + "ofPartnership", self.partnership)
        graph.value(node, RG + "minedFromText", True)
        graph.link(node, RG + "supports", self.areas.get(area) if area else None)
        if ended:
            datatype = {4: "gYear", 7: "gYearMonth"}.get(len(ended), "date")
            graph.typed(node, RG + "ended", ended, XSD + datatype)
        self.sourced(node, passage)
        for deliverable in deliverables:
            graph.link(node, RG + "deliverable", self.describe_result(deliverable))

    def describe_collaboration(self, link: Collaboration) -> None:
        graph, place = self.graph, link.title.place
        node = self.part(f"collaboration/L{place.line}C{place.column}")
        graph.link(self.node, RG + "hasCollaboration", node)
        graph.type(node, RG + "InterPartnershipCollaboration")
        graph.say(node, _LABEL, link.label)
        graph.link(node, RG + "ofPartnership", self.partnership)
        graph.link(node, RG + "reportedStatus", f"{CODE}status/{link.status}")
        graph.value(node, RG + "minedFromText", True)
        self.link_mentions(node, "counterpart", link.counterparts)
        self.sourced(node, link.title)

    def link_mentions(self, node: Node, name: str, mentions: Iterable[Mention]) -> None:
        for mention in mentions:
            decision = self.resolved.decisions[mention]
            if decision.outcome in _MENTIONS:
                self.mention(mention, decision)
            if decision.entity is not None:
                self.graph.link(node, RG + name, self.participant(mention, decision)[0])
                self.graph.link(node, RG + "evidence", self.excerpt(mention.passage))

    def about(self, node: Node, area: int | None) -> None:
        self.graph.link(node, RG + "aboutWorkingArea", self.areas.get(area) if area else None)

    # --- sources ---

    def sourced(self, node: Node, passage: Passage) -> None:
        self.graph.link(node, RG + "reportedIn", self.node)
        self.graph.link(node, RG + "evidence", self.excerpt(passage))

    def excerpt(self, passage: Passage) -> Node:
        """The node of a place in the source; described once."""
        graph, place = self.graph, passage.place
        node = self.part(f"excerpt/L{place.line}C{place.column}-L{place.end_line}C{place.end_column}")
        if self.seen(node):
            return node
        graph.type(node, RG + "SourceExcerpt")
        graph.link(node, OA + "hasSource", self.source)
        for name, number in (
            ("lineStart", place.line),
            ("lineEnd", place.end_line),
            ("columnStart", place.column),
            ("columnEnd", place.end_column),
            ("tableRow", place.row),
            ("tableCell", place.cell),
        ):
            graph.value(node, RG + name, number)
        graph.say(node, RG + "placePath", place.path or None)
        quote = f"{node}/quote"
        graph.link(node, OA + "hasSelector", quote)
        graph.type(quote, OA + "TextQuoteSelector")
        graph.say(quote, OA + "exact", passage.text)
        before, after = self.around(passage)
        graph.say(quote, OA + "prefix", before or None)
        graph.say(quote, OA + "suffix", after or None)
        return node

    def around(self, passage: Passage) -> tuple[str, str]:
        """The rest of the sentence, or of the table row, before and after a quote on one line."""
        place = passage.place
        if place.line != place.end_line:
            return "", ""
        line = self.lines[place.line - 1].rstrip("\r")
        before, after = line[: place.column - 1], line[place.end_column :]
        if place.table is None:
            before = re.split(r"(?<=\w{3}[.!?])\s+(?=[A-ZÀ-Þ«\"“])", before)[-1]
            after = re.split(r"(?<=\w{3}[.!?])\s+(?=[A-ZÀ-Þ«\"“])", after)[0]
        return before[-_LONGEST_CONTEXT:], after[:_LONGEST_CONTEXT]


def _candidates(decision: Resolution) -> list[Candidate]:
    """Whom a name may mean, the one it is taken for first."""
    taken = decision.entity
    if taken is None:
        return list(decision.candidates)
    known = [each for each in decision.candidates if each.entity.ref == taken.ref]
    first = known or [Candidate(entity=taken, score=decision.score, reason=decision.method)]
    return [*first, *(each for each in decision.candidates if each.entity.ref != taken.ref)]
