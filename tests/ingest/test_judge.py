"""The verdict: plain, placed, ordered, and silent about secrets."""

import json
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from ingest.judge import Judge
from ingest.verdict import Finding, Severity, Verdict, Words
from regiograph.iris import CODE, RDF, RG, SHAPES

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "ontology" / "data" / "report.trig"
BASE = "https://w3id.org/regiograph/id/report/cybersecurity/2020-h2/"
GRAPH = ox.NamedNode(BASE + "graph")
REPORT = ox.NamedNode(BASE + "report")


def real_report() -> list[ox.Quad]:
    quads = ox.parse(path=DATA, format=ox.RdfFormat.TRIG)
    return [quad for quad in quads if quad.graph_name == GRAPH]


@pytest.fixture(scope="module")
def judge() -> Judge:
    context = [quad for quad in ox.parse(path=DATA, format=ox.RdfFormat.TRIG) if quad.graph_name != GRAPH]
    for file in sorted((ROOT / "ontology").glob("*.ttl")):
        context += ox.parse(path=file, format=ox.RdfFormat.TURTLE)
    return Judge(ROOT / "shapes", context)


@pytest.fixture(scope="module")
def verdict(judge) -> Verdict:
    return judge.judge(real_report())


def short(findings: tuple[Finding, ...]) -> list[tuple[str, str, int | None, str]]:
    return [(each.rule.removeprefix(SHAPES), each.field, each.line, each.written) for each in findings]


def rg(name: str) -> ox.NamedNode:
    return ox.NamedNode(RG + name)


def test_the_real_report_has_nothing_to_fix(verdict):
    assert verdict.conforms
    assert verdict.must_fix == ()


def test_regions_involved_but_not_listed_are_to_be_checked(verdict):
    listed = [each for each in short(verdict.please_check) if each[0] == "WorkingAreas-listed"]
    assert listed == [
        ("WorkingAreas-listed", "working-areas", 87, name)
        for name in ("Bulgaria", "Campania", "Catalonia", "Flanders", "Hungary", "La Reunion", "Malopolska")
    ]


def test_a_doubtful_match_says_whom_we_took_it_for(verdict):
    finding = next(each for each in verdict.please_check if each.written == "Tecnia")
    assert (finding.taken_as, finding.field, finding.line) == ("Tecnalia", "business-involvement", 164)


def test_blank_optional_fields_are_for_information(verdict):
    blank = [each for each in short(verdict.for_information) if each[0].startswith("Blank-")]
    assert blank == [
        ("Blank-eu13-involvement", "eu13-involvement", 202, ""),
        ("Blank-non-eu28-involvement", "non-eu28-involvement", 204, ""),
        ("Blank-outreach", "outreach", 206, ""),
    ]


def test_three_mandatory_answers_removed_are_three_violations(judge):
    gone = {rg("reportedStart"), rg("executiveSummary"), rg("reportingPeriod")}
    quads = [quad for quad in real_report() if quad.subject != REPORT or quad.predicate not in gone]
    verdict = judge.judge(quads)
    assert [finding.field for finding in verdict.must_fix] == [
        *("reporting-period", "start-date", "executive-summary"),
    ]
    assert not verdict.conforms


def test_a_field_that_was_not_read_is_not_called_blank(judge):
    answer, status = ox.NamedNode(BASE + "answer-outreach"), rg("answerStatus")
    blank = (rg("leftBlank"), ox.NamedNode(CODE + "field/outreach"))
    quads = [
        quad
        for quad in real_report()
        if (quad.subject, quad.predicate) != (answer, status) and (quad.predicate, quad.object) != blank
    ]
    quads.append(ox.Quad(answer, status, ox.NamedNode(CODE + "status/not-read"), GRAPH))
    found = [finding for finding in judge.judge(quads).findings if finding.field == "outreach"]
    assert [(each.rule, each.severity) for each in found] == [
        (SHAPES + "Answer-not-read", Severity.FOR_INFORMATION)
    ]
    assert "cut off or damaged" in found[0].message.en


def test_findings_follow_the_questions(judge, verdict):
    again = judge.judge(reversed(real_report()))
    assert again == verdict
    assert verdict.findings == verdict.must_fix + verdict.please_check + verdict.for_information
    lines = [finding.line for finding in verdict.please_check]
    assert lines == sorted(lines)


def test_a_verdict_survives_json(verdict):
    assert Verdict.from_json(verdict.to_json()) == verdict
    assert json.loads(verdict.to_json())["conforms"] is True


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"findings": [{"field": "x"}]}', '{"findings": 3}'])
def test_what_is_no_verdict_is_refused(text):
    with pytest.raises(ValueError, match=r"Not a verdict\."):
        Verdict.from_json(text)


def test_text_in_both_languages(verdict):
    english, french = verdict.text("en"), verdict.text("fr")
    assert english.startswith("Nothing has to be fixed.\n\nPlease check (")
    assert "line 164, “Tecnia” (taken as Tecnalia)" in english
    assert french.startswith("Rien n'est à corriger.\n\nÀ vérifier (")
    assert "ligne 164, « Tecnia » (compris comme Tecnalia)" in french


def test_what_is_said_of_many_names_is_said_once(verdict):
    english = verdict.text("en")
    assert english.count("is not listed as leading, participating or interested") == 1
    assert "\n  - line 87, “Bulgaria”\n  - line 87, “Campania”\n" in english


def test_a_name_in_doubt_comes_with_its_candidates(judge):
    doubt, participation = rg("doubt"), ox.NamedNode(BASE + "participation/p-interested-puglia")
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    taken = (participation, rg("participant"))
    quads = [quad for quad in real_report() if (quad.subject, quad.predicate) != taken]
    quads.append(ox.Quad(participation, rg("participant"), doubt, GRAPH))
    quads.append(ox.Quad(doubt, ox.NamedNode(RDF + "type"), rg("MentionInDoubt"), GRAPH))
    quads.append(ox.Quad(doubt, label, ox.Literal("Puglia (IT)"), GRAPH))
    for rank, code in ((2, "ITC3"), (1, "ITF4")):
        option = ox.NamedNode(f"{RG}option{rank}")
        region = ox.NamedNode(f"https://w3id.org/regiograph/id/region/{code}")
        quads.append(ox.Quad(doubt, rg("hasCandidate"), option, GRAPH))
        quads.append(ox.Quad(option, rg("candidateFor"), region, GRAPH))
        quads.append(ox.Quad(option, rg("rank"), ox.Literal(rank), GRAPH))
    verdict = judge.judge(quads)
    (found,) = [finding for finding in verdict.please_check if finding.written == "Puglia (IT)"]
    assert (found.perhaps, found.line, found.field) == (("Puglia", "Liguria"), 77, "interested-regions")
    assert "line 77, “Puglia (IT)” (perhaps Puglia, Liguria)" in verdict.text("en")


def test_a_file_without_lines_is_cited_by_its_own_places(judge):
    excerpt, answer = ox.NamedNode(BASE + "excerpt/L164-1"), ox.NamedNode(BASE + "answer-outreach")
    quads = [
        *real_report(),
        ox.Quad(excerpt, rg("placePath"), ox.Literal("page 4"), GRAPH),
        ox.Quad(answer, rg("labelPath"), ox.Literal("page 5"), GRAPH),
    ]
    verdict = judge.judge(quads)
    places = {finding.written or finding.field: finding.place for finding in verdict.findings}
    assert (places["Tecnia"], places["outreach"], places["Bulgaria"]) == ("page 4", "page 5", "")
    assert "page 4, “Tecnia”" in verdict.text("en")


def test_every_finding_speaks_both_languages(verdict):
    for finding in verdict.findings:
        assert finding.message.en
        assert finding.message.fr
        assert finding.question is not None
        assert finding.question.fr


def test_a_secret_is_in_no_finding(judge):
    """Even a graph that wrongly holds a confidential answer gives a verdict without its words."""
    secret = "hush-hush-4711"
    answer = ox.NamedNode(BASE + "answer-self-assessment")
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    quads = [
        *real_report(),
        ox.Quad(answer, rg("answerText"), ox.Literal(secret), GRAPH),
        ox.Quad(answer, label, ox.Literal(secret), GRAPH),
    ]
    verdict = judge.judge(quads)
    assert [finding.rule for finding in verdict.must_fix] == [SHAPES + "Answer-secret"]
    assert secret not in verdict.to_json() + verdict.text("en") + verdict.text("fr")


def test_judging_changes_nothing(judge, verdict):
    stranger = ox.NamedNode("https://example.org/stranger")
    region = ox.Quad(stranger, ox.NamedNode(RDF + "type"), rg("NutsRegion"), GRAPH)
    assert not judge.judge([region]).conforms
    assert judge.judge(real_report()) == verdict


def test_only_what_the_report_reaches_is_judged(judge):
    """A mistake in a region that the report does not name is not told to its author."""
    context = [ox.Quad(rg(f"r{n}"), ox.NamedNode(RDF + "type"), rg("NutsRegion")) for n in range(3)]
    lonely = Judge(ROOT / "shapes", context)
    assert lonely.judge([]) == Verdict()


def test_one_judgement_takes_well_under_a_second(judge):
    report = real_report()
    start = time.process_time()
    judge.judge(report)
    assert time.process_time() - start < 2  # 0.5 s where this was written


def test_nothing_to_say():
    assert Verdict().conforms
    assert Verdict().text("fr") == "Rien n'est à corriger."


def test_french_falls_back_to_english():
    assert Words(en="Start", fr="").say("fr") == "Start"
