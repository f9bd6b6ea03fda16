"""What changed from one report of a partnership to the next."""

from pathlib import Path

import pytest

from ingest.changes import changes as changed
from ingest.form import Source
from ingest.intake import Intake

GOLD = Path(__file__).parent / "gold"
ASKED = """
PREFIX rg: <https://w3id.org/regiograph/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?kind ?who WHERE {
  ?c a rg:MembershipChange ; rg:changeKind/rdfs:label ?kind ; rg:changedMember/rdfs:label ?who
} ORDER BY ?kind ?who"""


@pytest.fixture(scope="module")
def intake(tmp_path_factory, pipeline, real_text) -> Intake:
    intake = Intake(tmp_path_factory.mktemp("periods") / "data", pipeline)
    first = (GOLD / "o4_cybersecurity_2020H1.md").read_text(encoding="utf-8")
    third = real_text.replace("July - December 2020", "January - June 2021").replace("Wales  \n", "", 1)
    third = third.replace("\n\nBrittany Region\n\n", "\n\nWallonia\n\n", 1)
    for number, text in enumerate((third, first, real_text)):  # not in the order of time
        intake.take_reports(Source(name=f"{number}.md", data=text.encode()))
    return intake


def changes(intake: Intake) -> list[tuple[str, str]]:
    store = intake.editions.current().store
    return [(row["kind"].value, row["who"].value) for row in store.query(ASKED)]


def test_each_report_is_compared_with_the_one_before_it(intake):
    found = changes(intake)
    assert ("changed role", "Luxembourg") in found  # interested, then participating
    assert ("left", "Košice IT Valley") in found and ("joined", "Slovakia") in found
    assert {("left", "Wales"), ("left", "Brittany"), ("became lead", "Wallonia")} <= set(found)
    assert len([who for _, who in found if who == "Estonia"]) == 0


def test_a_change_points_to_what_both_reports_say(intake):
    asked = ASKED.replace(
        "?kind ?who WHERE {", "?before ?after WHERE { ?c rg:changedFrom ?before ; rg:changedTo ?after .", 1
    )
    pairs = {
        (row["before"].value, row["after"].value) for row in intake.editions.current().store.query(asked)
    }
    periods = {tuple(one.split("/")[7] for one in pair) for pair in pairs}
    assert periods == {("2020-h1", "2020-h2"), ("2020-h2", "2021-h1")}


def test_only_the_partnership_whose_report_was_written_is_derived_again(intake, pipeline):
    store, iris = intake.editions.current().store, pipeline.iris
    (graph,) = (name for name in store.names() if name and name.startswith(iris.graph("derived/changes")))
    assert graph == iris.graph("derived/changes/cybersecurity")
    report = iris.report("cybersecurity", "2020-h2", "graph")
    derived = iris.graph("derived/report/cybersecurity/2020-h2")
    everything = changed(store, None, iris)
    assert everything.keys() == {graph}
    again = changed(store, [report, derived, iris.graph("decisions")], iris)
    assert {name: set(triples) for name, triples in again.items()} == {graph: set(everything[graph])}
    other = changed(store, [iris.report("photonics", "2020-h2", "graph")], iris)
    assert {name: list(triples) for name, triples in other.items()} == {
        iris.graph("derived/changes/photonics"): []
    }


def test_changes_are_rebuilt_alike(intake):
    before = intake.editions.current().manifest.hash
    assert intake.rebuild().manifest.hash == before


def test_membership_is_never_told_as_since(intake):
    said = {quad.predicate.value for quad in intake.editions.current().store.quads()}
    assert not any(predicate.endswith(("#since", "#until", "memberSince")) for predicate in said)
