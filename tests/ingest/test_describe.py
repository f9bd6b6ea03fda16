"""The graph of a report: every fact has its place, and the same report gives the same bytes."""

from collections import defaultdict

import pytest
from pyoxigraph import BlankNode, Literal

from ingest.describe import describe
from regiograph.iris import OA, RDF, RG


@pytest.fixture(scope="module")
def graph(walked):
    """Values by subject and predicate."""
    found = defaultdict(lambda: defaultdict(list))
    for quads in walked.graphs.values():
        for quad in quads:
            found[quad.subject.value][quad.predicate.value].append(quad.object)
    return found


def instances(graph, name: str) -> list[str]:
    return [node for node, said in graph.items() if RG + name in {t.value for t in said[RDF + "type"]}]


def test_all_participations_have_evidence(graph):
    nodes = instances(graph, "Participation")
    assert len(nodes) > 60
    assert [node for node in nodes if not graph[node][RG + "evidence"]] == []


def test_everything_that_is_said_has_a_source(graph):
    kinds = ("WorkingArea", "PartnershipEvent", "SdgAssessment", "Result", "TechnicalAssistance", "Claim")
    kinds += ("InterPartnershipCollaboration",)
    for kind in kinds:
        nodes = instances(graph, kind)
        assert nodes, kind
        assert [node for node in nodes if not graph[node][RG + "reportedIn"]] == [], kind
        if kind != "SdgAssessment":
            assert [node for node in nodes if not graph[node][RG + "evidence"]] == [], kind


def test_every_quote_stands_verbatim_at_its_place(graph, real_text):
    lines = real_text.split("\n")
    excerpts = instances(graph, "SourceExcerpt")
    assert len(excerpts) > 100
    for node in excerpts:
        said = graph[node]
        first, last = (int(said[RG + name][0].value) for name in ("lineStart", "lineEnd"))
        start, end = (int(said[RG + name][0].value) for name in ("columnStart", "columnEnd"))
        quote = graph[said[OA + "hasSelector"][0].value][OA + "exact"][0].value
        there = lines[first - 1 : last]
        there[-1] = there[-1][:end]
        there[0] = there[0][start - 1 :]
        assert quote == "\n".join(there)


def test_prefix_quote_and_suffix_are_the_table_row(graph, real_text):
    (node,) = [
        node
        for node in instances(graph, "SourceExcerpt")
        if "/L85C" in node and graph[f"{node}/quote"][OA + "exact"][0].value == "North Rhine Westflavia"
    ]
    said = graph[f"{node}/quote"]
    row = "".join(said[OA + part][0].value for part in ("prefix", "exact", "suffix"))
    assert row == real_text.split("\n")[84]


def test_no_blank_nodes_and_no_facts_spelt_out_from_all(walked, graph):
    for quads in walked.graphs.values():
        for quad in quads:
            assert not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)
    areas = [node for node in instances(graph, "WorkingArea") if graph[node][RG + "involvesAllParticipants"]]
    assert len(areas) == 2
    for node in instances(graph, "WorkingAreaParticipation"):
        if graph[node][RG + "participatesIn"][0].value in areas:
            assert not graph[node][RG + "role"][0].value.endswith("/involved")


def test_the_same_name_twice_in_a_cell_is_one_fact_with_two_places(graph):
    (node,) = [n for n in instances(graph, "WorkingAreaParticipation") if n.endswith("involved-itc3")]
    assert len(graph[node][RG + "evidence"]) == 2
    assert len(graph[node][RG + "nameAsReported"]) == 1


def test_a_name_in_doubt_stays_in_doubt(graph):
    (node,) = instances(graph, "MentionInDoubt")
    (candidate,) = graph[node][RG + "hasCandidate"]
    assert graph[candidate.value][RG + "candidateFor"][0].value.endswith("/organisation/securitymadein-lu")
    assert not any("/mention/" in value.value for said in graph.values() for value in said[RG + "worksWith"])


def test_the_same_report_gives_the_same_quads(pipeline, walked, walk, real_text):
    again = walk(real_text)
    assert again.graphs == walked.graphs
    assert describe(again.resolved, again.questionnaire, pipeline.iris) == next(iter(walked.graphs.values()))


def test_windows_line_ends_change_no_fact(walk, walked, real_text):
    def facts(one):
        return {
            str(quad.object)
            for quads in one.graphs.values()
            for quad in quads
            if isinstance(quad.object, Literal) and quad.predicate.value == RG + "nameAsReported"
        }

    assert facts(walk(real_text.replace("\n", "\r\n"))) == facts(walked)


@pytest.mark.parametrize("place", ["end", "middle"])
def test_nothing_confidential_reaches_a_graph_the_verdict_or_the_public_document(walk, real_text, place):
    secret = (
        "\n\n## III. Self-assessment\n\n**Please rate your partnership**\n\nZanzibar quarrels, Wales too.\n\n"
    )
    at = len(real_text) if place == "end" else real_text.index("## II. Progress report")
    one = walk(real_text[:at] + secret + real_text[at:])
    assert "Zanzibar" not in "".join(map(str, (q for quads in one.graphs.values() for q in quads)))
    assert "Zanzibar" not in one.verdict.to_json() and b"Zanzibar" not in one.document
    assert b"[not shown]" in one.document
    assert any("status/withheld" in str(q.object) for quads in one.graphs.values() for q in quads)
    assert len(one.document.decode().split("\n")) == len((real_text + secret).split("\n"))


def test_what_words_of_a_new_name_tell_is_marked_as_inferred(walk, real_text):
    one = walk(real_text.replace("\tEC SO, EIB", "\tUniversity of Atlantis, Zorvex"))
    said = {
        (q.subject.value.rsplit("/", 1)[-1], q.predicate.value, q.object.value)
        for g in one.graphs.values()
        for q in g
    }
    inferred = {(who, what) for who, predicate, what in said if predicate == RG + "inferredType"}
    assert inferred == {
        ("university-of-atlantis", "https://w3id.org/regiograph/code/organisation-type/university")
    }
    assert ("zorvex", RG + "registered", "false") in said
