"""Every rule fires where it should, alone, and the report they start from gives no finding at all."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import SH, Graph

from ingest.judge import Context, Judge
from ingest.shacl import Reference
from ingest.validators import Compiled, Shapes
from ingest.verdict import Severity, Verdict
from regiograph.iris import PREFIXES, SHAPES

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
HEADER = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()) + (
    "PREFIX r: <https://w3id.org/regiograph/id/report/seaweed/2021-h1/>\n"
    "PREFIX access: <http://publications.europa.eu/resource/authority/access-right/>\n"
    "PREFIX region: <https://w3id.org/regiograph/id/region/>\n"
    "PREFIX partnership: <https://w3id.org/regiograph/id/partnership/>\n"
    "PREFIX place: <https://w3id.org/regiograph/id/place/>\n"
    "PREFIX organisation: <https://w3id.org/regiograph/id/organisation/>\n"
)
VIOLATION, WARNING, INFO = Severity


def blank(key: str) -> str:
    return (
        f"DELETE {{ r:answer-{key} rg:answerStatus ?s ; rg:evidence ?e }} "
        f"INSERT {{ r:answer-{key} rg:answerStatus status:blank . r:report rg:leftBlank field:{key} }} "
        f"WHERE {{ r:answer-{key} rg:answerStatus ?s ; rg:evidence ?e }}"
    )


def without(subject: str, predicate: str) -> str:
    return f"DELETE WHERE {{ {subject} {predicate} ?value }}"


def instead(subject: str, predicate: str, value: str) -> str:
    return (
        f"DELETE {{ {subject} {predicate} ?old }} INSERT {{ {subject} {predicate} {value} }} "
        f"WHERE {{ {subject} {predicate} ?old }}"
    )


def more(triples: str) -> str:
    return f"INSERT DATA {{ {triples} }}"


NO_SLOVENIA = "DELETE WHERE { r:report rg:hasParticipating ?p }; " + more(
    "r:report rg:hasParticipating r:p-interested-ITF4"
)

# name of a rule, what is done to the report: (the rule's severity, the line it points to, the words it shows)
CASES: list[tuple[str, str, tuple[Severity, int | None, str]]] = [
    # the seven mandatory fields
    ("Report-period", without("r:report", "rg:reportingPeriod"), (VIOLATION, 11, "")),
    ("Report-period", without("r:period", "dcat:endDate"), (VIOLATION, 11, "January - June 2021")),
    (
        "Report-period",
        instead("r:period", "dcat:startDate", "'2021-12-01'^^xsd:date"),
        (VIOLATION, 11, "January - June 2021"),
    ),
    ("Report-partnership", without("r:report", "rg:ofPartnership"), (VIOLATION, 21, "")),
    ("Report-start", without("r:report", "rg:reportedStart"), (VIOLATION, 31, "")),
    ("Report-webpage", without("r:report", "foaf:homepage"), (VIOLATION, 41, "")),
    (
        "Report-webpage",
        instead("r:report", "foaf:homepage", "<ftp://seaweed.example>"),
        (VIOLATION, 41, "ftp://seaweed.example"),
    ),
    ("Report-summary", without("r:report", "rg:executiveSummary"), (VIOLATION, 51, "")),
    ("Report-summary", instead("r:report", "rg:executiveSummary", "'  '"), (VIOLATION, 51, "")),
    ("Report-leading", without("r:report", "rg:hasLead"), (VIOLATION, 61, "")),
    ("Report-participating", without("r:report", "rg:hasParticipating"), (VIOLATION, 71, "")),
    # plausible?
    ("Report-start-day", instead("r:report", "rg:reportedStart", "'2018'^^xsd:gYear"), (WARNING, 31, "2018")),
    (
        "Report-start-month",
        instead("r:report", "rg:reportedStart", "'2018-03'^^xsd:gYearMonth"),
        (INFO, 31, "2018-03"),
    ),
    (
        "Report-start-plausible",
        instead("r:report", "rg:reportedStart", "'2022-03-01'^^xsd:date"),
        (WARNING, 31, "2022-03-01"),
    ),
    (
        "Report-leading-region",
        instead("r:p-lead-FRH0", "rg:participant", "organisation:kelp-lab")
        + "; "
        + more("r:report rg:hasInterested r:x . r:x rg:participant region:FRH0"),
        (WARNING, 62, "Brittany (FR)"),
    ),
    (
        "Report-participating-region",
        instead("r:p-participating-SI", "rg:participant", "organisation:kelp-lab")
        + "; "
        + more("r:report rg:hasInterested r:x . r:x rg:participant region:SI")
        + "; "
        + instead("r:answer-eu13-involvement", "rg:answerStatus", "status:answered"),
        (WARNING, 72, "Slovenia"),
    ),
    # optional fields
    *[
        (f"Blank-{key}", blank(key), (INFO, number * 10, ""))
        for number, key in {
            8: "interested-regions",
            9: "working-areas",
            10: "past-events",
            11: "planned-events",
            12: "innovative-results",
            13: "impacts",
            14: "other-partnership-results",
            15: "business-involvement",
            16: "cooperation-sufficiency",
            17: "eu13-involvement",
            18: "non-eu28-involvement",
            19: "outreach",
            20: "other-platform-activities",
            21: "sdg-contribution",
        }.items()
    ],
    (
        "EU13-justification",
        blank("eu13-involvement")
        + "; "
        + NO_SLOVENIA
        + "; "
        + more("r:report rg:hasInterested r:p-participating-SI"),
        (WARNING, 170, ""),
    ),
    ("Answer-part-withheld", more("r:answer-outreach rg:partWithheld true"), (WARNING, 191, "")),
    ("Answer-not-read", instead("r:answer-outreach", "rg:answerStatus", "status:not-read"), (INFO, 191, "")),
    (
        "Answer-not-in-export",
        instead("r:answer-outreach", "rg:answerStatus", "status:not-in-export"),
        (INFO, 191, ""),
    ),
    # names
    (
        "PartnershipParticipation-sure",
        instead("r:p-interested-ITF4", "rg:matchConfidence", "0.85"),
        (WARNING, 82, "Puglia (IT)"),
    ),
    (
        "WorkingAreaParticipation-sure",
        instead("r:a-involved-SI", "rg:matchConfidence", "0.6"),
        (WARNING, 92, "Slovenia"),
    ),
    (
        "EventParticipation-sure",
        instead("r:e-organiser", "rg:matchConfidence", "0.6"),
        (WARNING, 102, "Kelp Lab"),
    ),
    (
        "Mention-doubtful",
        instead("r:p-interested-ITF4", "rg:participant", "r:doubt")
        + "; "
        + instead("r:p-interested-ITF4", "rg:matchConfidence", "0.4")
        + "; "
        + more("r:doubt a rg:MentionInDoubt ; rdfs:label 'Flandria'"),
        (WARNING, 82, "Flandria"),
    ),
    (
        "PartnershipParticipation-code",
        instead("r:p-interested-ITF4", "rg:participant", "place:saint-malo"),
        (INFO, 82, "Puglia (IT)"),
    ),
    # working areas
    ("WorkingArea-title", without("r:area", "rdfs:label"), (WARNING, 92, "")),
    (
        "WorkingAreas-lead",
        instead("r:a-lead-FRH0", "rg:role", "role:involved"),
        (WARNING, 92, "Kelp"),
    ),
    ("WorkingAreas-all-or-names", more("r:area rg:involvesAllParticipants true"), (WARNING, 92, "Kelp")),
    (
        "WorkingAreas-listed",
        instead("r:a-involved-SI", "rg:participant", "region:BE2"),
        (WARNING, 92, "Slovenia"),
    ),
    (
        "WorkingAreaParticipation-once",
        more("r:a-involved-SI rg:evidence r:excerpt\\/L82"),
        (INFO, 82, "Slovenia"),
    ),
    # events
    (
        "Event-date",
        f"{without('r:past', 'schema:startDate')}; {without('r:past', 'rg:dateAsReported')}",
        (WARNING, 102, "Kelp day"),
    ),
    ("Event-date-readable", without("r:past", "schema:startDate"), (WARNING, 102, "Kelp day (03/02/2021)")),
    (
        "Event-date-doubt",
        more("r:past rg:dateDoubt 'is a Wednesday'"),
        (WARNING, 102, "Kelp day (03/02/2021)"),
    ),
    (
        "Event-order",
        instead("r:planned", "schema:endDate", "'2021-09-01'^^xsd:date"),
        (WARNING, 112, "Kelp week (6-10 September)"),
    ),
    (
        "Events-past-in-period",
        instead("r:past", "schema:endDate", "'2020-12-30'^^xsd:date")
        + "; "
        + instead("r:past", "schema:startDate", "'2020-12-29'^^xsd:date"),
        (WARNING, 102, "Kelp day (03/02/2021)"),
    ),
    (
        "Events-past-in-period",
        instead("r:past", "schema:endDate", "'2021-07-02'^^xsd:date")
        + "; "
        + instead("r:past", "schema:startDate", "'2021-07-01'^^xsd:date"),
        (WARNING, 102, "Kelp day (03/02/2021)"),
    ),
    (
        "Events-planned-after-period",
        instead("r:planned", "schema:endDate", "'2021-06-30'^^xsd:date")
        + "; "
        + instead("r:planned", "schema:startDate", "'2021-06-30'^^xsd:date"),
        (WARNING, 112, "Kelp week (6-10 September)"),
    ),
    # goals
    (
        "SdgAssessment-conflict",
        without("r:sdg-3", "rg:rating") + "; " + more("r:sdg-3 rg:conflictingRating rating:agree"),
        (WARNING, 214, "3. SDG 3"),
    ),
    (
        "SdgAssessment-blank",
        without("r:sdg-3", "rg:rating") + "; " + instead("r:sdg-3", "rg:answerStatus", "status:blank"),
        (INFO, 214, "3. SDG 3"),
    ),
    (
        "SdgAssessment-not-read",
        without("r:sdg-3", "rg:rating") + "; " + instead("r:sdg-3", "rg:answerStatus", "status:not-read"),
        (INFO, 214, "3. SDG 3"),
    ),
    ("SdgAssessments-complete", "DELETE DATA { r:report rg:hasAssessment r:sdg-3 }", (WARNING, 211, "")),
    # free text
    ("Impact-status", without("r:impact", "rg:reportedStatus"), (WARNING, 132, "Ten jobs")),
    ("Collaboration-counterpart", without("r:collaboration", "rg:counterpart"), (INFO, 202, "With Algae")),
    # secrets
    ("Answer-secret", more("r:answer-self-assessment rg:answerText 'hush'"), (VIOLATION, None, "")),
    ("Answer-secret", more("r:answer-self-assessment rg:evidence r:excerpt\\/L82"), (VIOLATION, 82, "")),
    (
        "Answer-self-assessment",
        instead("r:answer-self-assessment", "dcterms:accessRights", "access:PUBLIC"),
        (VIOLATION, None, ""),
    ),
    # our own mistakes
    ("Report-source", without("r:report", "prov:wasDerivedFrom"), (VIOLATION, None, "")),
    ("Report-template", without("r:report", "dcterms:conformsTo"), (VIOLATION, None, "")),
    ("Answer-field", without("r:answer-outreach", "rg:field"), (VIOLATION, 191, "")),
    ("Answer-status", without("r:answer-outreach", "rg:answerStatus"), (VIOLATION, 191, "")),
    ("Answer-access", without("r:answer-outreach", "dcterms:accessRights"), (VIOLATION, 191, "")),
    ("Answer-evidence", without("r:answer-outreach", "rg:evidence"), (VIOLATION, 190, "")),
    (
        "Participation-participant",
        without("r:a-other-kelp-lab", "rg:participant"),
        (VIOLATION, 92, "Kelp Lab"),
    ),
    ("Participation-role", without("r:a-other-kelp-lab", "rg:role"), (VIOLATION, 92, "Kelp Lab")),
    ("Participation-name", without("r:a-other-kelp-lab", "rg:nameAsReported"), (VIOLATION, 92, "")),
    ("Participation-evidence", without("r:a-other-kelp-lab", "rg:evidence"), (VIOLATION, None, "Kelp Lab")),
    ("Participation-source", without("r:a-other-kelp-lab", "rg:reportedIn"), (VIOLATION, 92, "Kelp Lab")),
    (
        "Participation-confidence-range",
        instead("r:a-other-kelp-lab", "rg:matchConfidence", "1.5"),
        (VIOLATION, 92, "Kelp Lab"),
    ),
    (
        "PartnershipParticipation-what",
        without("r:p-interested-ITF4", "rg:participatesIn"),
        (VIOLATION, 82, "Puglia (IT)"),
    ),
    (
        "WorkingAreaParticipation-what",
        without("r:a-other-kelp-lab", "rg:participatesIn"),
        (VIOLATION, 92, "Kelp Lab"),
    ),
    ("EventParticipation-what", without("r:e-organiser", "rg:participatesIn"), (VIOLATION, 102, "Kelp Lab")),
    ("WorkingArea-row", instead("r:area", "rg:rowNumber", "0"), (VIOLATION, 92, "Kelp")),
    ("Event-name", without("r:past", "rdfs:label"), (VIOLATION, 102, "")),
    ("Event-status", without("r:past", "rg:reportedStatus"), (VIOLATION, 102, "Kelp day (03/02/2021)")),
    ("SdgAssessment-status", without("r:sdg-3", "rg:answerStatus"), (VIOLATION, 214, "3. SDG 3")),
    ("SdgAssessment-rating", more("r:sdg-3 rg:rating rating:neutral"), (VIOLATION, 214, "3. SDG 3")),
    ("SdgAssessment-goal", without("r:sdg-3", "rg:goal"), (VIOLATION, 214, "")),
    ("Result-label", without("r:result", "rdfs:label"), (VIOLATION, 122, "")),
    ("Result-evidence", without("r:result", "rg:evidence"), (VIOLATION, None, "A kelp atlas")),
    ("Collaboration-label", without("r:collaboration", "rdfs:label"), (VIOLATION, 202, "")),
    ("Collaboration-evidence", without("r:collaboration", "rg:evidence"), (VIOLATION, None, "With Algae")),
    ("TechnicalAssistance-label", without("r:assistance", "rdfs:label"), (VIOLATION, 133, "")),
    ("TechnicalAssistance-evidence", without("r:assistance", "rg:evidence"), (VIOLATION, None, "TAF")),
    ("Claim-subject", without("r:claim", "rg:claimSubject"), (VIOLATION, 31, "")),
    ("Claim-property", without("r:claim", "rg:claimProperty"), (VIOLATION, 31, "")),
    ("Claim-value", without("r:claim", "rg:claimValue"), (VIOLATION, 31, "")),
    ("Claim-evidence", without("r:claim", "rg:evidence"), (VIOLATION, None, "")),
    ("Claim-source", without("r:claim", "rg:reportedIn"), (VIOLATION, 31, "")),
    (
        "NutsRegion-code",
        more("region:FR9 a rg:NutsRegion ; rdfs:label 'N' ; rg:nutsLevel 1"),
        (VIOLATION, None, "N"),
    ),
    (
        "NutsRegion-level",
        more("region:FR9 a rg:NutsRegion ; rdfs:label 'N' ; rg:nutsCode 'FR9' ; rg:nutsLevel 4"),
        (VIOLATION, None, "N"),
    ),
    (
        "NutsRegion-label",
        more("region:FR9 a rg:NutsRegion ; rg:nutsLevel 1 ; rg:nutsCode 'FR9'"),
        (VIOLATION, None, ""),
    ),
    ("Place-label", more("place:x a rg:Place ; dcterms:isPartOf region:FR"), (VIOLATION, None, "")),
    ("Place-within", more("place:x a rg:Place ; rdfs:label 'X'"), (VIOLATION, None, "X")),
    ("Organisation-label", without("organisation:kelp-lab", "rdfs:label"), (VIOLATION, 92, "")),
    (
        "Organisation-sector",
        instead("organisation:kelp-lab", "rg:helixSector", "status:past"),
        (VIOLATION, 92, "Kelp Lab"),
    ),
    (
        "Organisation-type",
        more("organisation:kelp-lab rg:organisationType status:past"),
        (VIOLATION, 92, "Kelp Lab"),
    ),
    ("Partnership-label", without("partnership:seaweed", "rdfs:label"), (VIOLATION, 62, "")),
    (
        "Partnership-platform",
        more("partnership:seaweed rg:inPlatform 'Agri-Food'"),
        (VIOLATION, 62, "Seaweed"),
    ),
    ("Mention-name", more("r:doubt a rg:MentionInDoubt"), (VIOLATION, None, "")),
    ("Candidate-for", more("r:option a rg:Candidate ; rg:matchConfidence 0.5"), (VIOLATION, None, "")),
    (
        "Candidate-confidence",
        more("r:option a rg:Candidate ; rg:candidateFor region:FR"),
        (VIOLATION, None, ""),
    ),
    ("SourceExcerpt-source", without("r:excerpt\\/L202", "oa:hasSource"), (VIOLATION, None, "")),
    ("SourceExcerpt-quote", without("r:excerpt\\/L202", "oa:hasSelector"), (VIOLATION, None, "")),
    ("SourceExcerpt-lines", instead("r:excerpt\\/L202", "rg:lineEnd", "7"), (VIOLATION, None, "")),
    ("SourceDocument-digest", "DELETE WHERE { ?s rg:sha256 ?d }", (VIOLATION, None, "seaweed.md")),
]
# Findings that come along, because the report is no longer what it was.
ALONG = {
    "Report-period": {"Events-past-in-period"},
    "Report-leading": {"WorkingAreas-listed"},
    "Report-participating": {"WorkingAreas-listed"},
    "Mention-name": {"Mention-doubtful"},
    "Answer-access": {"Answer-secret"},
}
# Changes that are no fault.
HARMLESS = [
    more("r:area rg:involvesAllParticipants true") + "; " + without("r:a-involved-SI", "rg:role ?r ; ?p"),
    instead("r:a-lead-FRH0", "rg:role", "role:co-lead"),
    instead("r:report", "foaf:homepage", "<http://seaweed.example/kelp>"),
    instead("r:past", "schema:endDate", "'2021-07-04'^^xsd:date"),
    instead("r:planned", "schema:startDate", "'2021-06-29'^^xsd:date"),
    instead("r:report", "rg:reportedStart", "'2021-01-01'^^xsd:date"),
    instead("r:p-interested-ITF4", "rg:participant", "organisation:kelp-lab"),
    instead("r:a-involved-SI", "rg:participant", "region:ITF4"),
    f"{without('r:past', 'schema:startDate')}; {more('r:past rg:minedFromText true')}",
    without("r:sdg-3", "rg:rating") + "; " + more("r:sdg-3 rg:rating rating:not-applicable"),
    instead("r:answer-self-assessment", "rg:answerStatus", "status:not-in-export"),
    instead("r:answer-self-assessment", "rg:answerStatus", "status:blank"),
    "DELETE WHERE { r:report rg:hasAssessment ?a }",
    without("r:p-interested-ITF4", "rg:matchConfidence"),
    instead("r:a-involved-SI", "rg:matchConfidence", "0.9"),
    without("r:a-involved-SI", "dcterms:temporal"),
    instead("r:a-involved-SI", "rg:reportedIn", "r:report")
    + "; "
    + more("r:a-involved-SI prov:hadPrimarySource r:x"),
]


@pytest.fixture(scope="module")
def context() -> list[ox.Quad]:
    files = [*sorted((ROOT / "ontology").glob("*.ttl")), DATA / "context.ttl"]
    return [quad for file in files for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def judge(context) -> Judge:
    return Judge(ROOT / "shapes", context)


@pytest.fixture(scope="module")
def both() -> tuple[Compiled, Reference]:
    shapes = Shapes(ROOT / "shapes")
    return Compiled(shapes), Reference(shapes)


def report(update: str) -> ox.Store:
    store = ox.Store()
    store.load(path=DATA / "small.ttl", format=ox.RdfFormat.TURTLE)
    if update:
        store.update(HEADER + update)
    return store


def judged(judge: Judge, update: str = "") -> Verdict:
    return judge.judge(report(update))


def names(verdict: Verdict) -> list[str]:
    return [finding.rule.removeprefix(SHAPES) for finding in verdict.findings]


def test_a_good_report_gives_no_finding(judge):
    assert judged(judge) == Verdict()


@pytest.mark.parametrize(("rule", "update", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_fires_once_and_alone(judge, rule, update, expected):
    verdict = judged(judge, update)
    found = [finding for finding in verdict.findings if finding.rule == SHAPES + rule]
    assert [(finding.severity, finding.line, finding.written) for finding in found] == [expected]
    assert set(names(verdict)) - {rule} <= ALONG.get(rule, set())


@pytest.mark.parametrize(("rule", "update"), [case[:2] for case in CASES], ids=[case[0] for case in CASES])
def test_a_rule_fires_under_both_validators(both, context, rule, update):
    graph = Context(context).around(report(update))
    fast, reference = (each.results(graph) for each in both)
    assert SHAPES + rule in {result.shape for result in fast}
    assert fast == reference


@pytest.mark.parametrize("update", HARMLESS)
def test_what_is_no_fault_is_not_found(judge, update):
    assert names(judged(judge, update)) == []


def test_every_rule_has_a_case():
    shapes = Graph()
    for file in (ROOT / "shapes").glob("*.ttl"):
        shapes.parse(file)
    rules = {str(rule).removeprefix(SHAPES) for rule in shapes.subjects(SH.message)}
    inside = {"Period-first", "Period-last"}  # part of Report-period
    assert rules - inside == {case[0] for case in CASES}


@pytest.mark.parametrize(
    ("removed", "count"),
    [
        (("reportingPeriod", "reportedStart", "executiveSummary"), 3),
        (("ofPartnership", "hasLead", "hasParticipating"), 3),
        (("reportingPeriod", "ofPartnership", "reportedStart", "executiveSummary", "hasLead"), 5),
    ],
)
def test_as_many_violations_as_mandatory_answers_removed(judge, removed, count):
    verdict = judged(judge, "; ".join(without("r:report", f"rg:{name}") for name in removed))
    assert len(verdict.must_fix) == count
