"""What is decided at the desk, in the editions that follow."""

import random
from collections import Counter

import pytest
from pyoxigraph import NamedNode

from ingest.decisions import DOCUMENT, Decisions, Name, Verb, choice
from ingest.desk import Desk, Draft, Signature
from ingest.intake import Intake
from ingest.report import Expected
from ingest.resolve.resolution import Kind
from regiograph.errors import BadParameter, NoSuchThing, RegiographError
from regiograph.iris import RG

BASE = "https://w3id.org/regiograph"
RUHR = "cybersecurity/organisation/ruhr-universitat"
TECNIA = "cybersecurity/organisation/tecnia"
WALES = "cybersecurity/region/wales"


def manifest(intake: Intake):
    return intake.editions.current().manifest


def graphs(intake: Intake) -> dict[str, frozenset[str]]:
    """The quads of each graph."""
    found: dict[str, set[str]] = {}
    for quad in intake.editions.current().store.quads():
        found.setdefault(quad.graph_name.value, set()).add(str(quad))
    return {name: frozenset(quads) for name, quads in found.items()}


def changed(before: dict[str, frozenset[str]], after: dict[str, frozenset[str]]) -> set[str]:
    """The graphs that differ, without what is derived."""
    names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return {name.removeprefix(BASE) for name in names if "/derived" not in name}


def participants(intake: Intake, name: str) -> list[str]:
    """Whom a name is taken for, everywhere it is written so."""
    asked = f"PREFIX rg: <{RG}> SELECT ?who {{ ?p rg:nameAsReported ?name ; rg:participant ?who FILTER(?name = '{name}') }}"
    rows = intake.editions.current().store.query(asked)
    return sorted({row["who"].value.removeprefix(f"{BASE}/id/") for row in rows})


# --- the queue ---


def test_the_queue_says_where_a_name_stands_and_whom_it_may_mean(desk):
    queue = desk.queue()
    found = {each.id: each for each in queue}
    ruhr = found[RUHR]
    assert (ruhr.name, ruhr.expected, ruhr.occurrences) == ("Ruhr-Universität", "organisation", 2)
    assert ruhr.partnership == "Cybersecurity" and ruhr.taken_as.entity == "organisation/rub"
    assert [(each.entity, each.score, each.reason) for each in ruhr.candidates] == [
        ("organisation/rub", 0.8, "alias")
    ]
    assert {spot.report for spot in ruhr.spots} == {"cybersecurity/2020-h2", "cybersecurity/2021-h1"}
    spot = ruhr.spots[0]
    assert (spot.line, spot.role, spot.quote) == (85, "other-actor", "Ruhr-Universität")
    assert spot.before.endswith("Tecnalía, ") and "Pole" in spot.after
    assert found["bioenergy/region/wonderland"].taken_as is None


def test_what_occurs_most_often_comes_first_then_by_name(desk):
    keys = [(-each.occurrences, each.name.casefold()) for each in desk.queue()]
    assert keys == sorted(keys) and len(keys) > 3
    assert [each.id for each in desk.queue()] == [each.id for each in desk.queue()]


# --- decisions, one by one ---


def test_accepting_takes_the_best_candidate_and_leaves_the_queue(desk, intake, by):
    before = graphs(intake)
    done = desk.accept(RUHR, by)
    assert done.reports == ("cybersecurity/2020-h2", "cybersecurity/2021-h1")
    assert changed(before, graphs(intake)) == {
        "/id/report/cybersecurity/2020-h2/graph",
        "/id/report/cybersecurity/2021-h1/graph",
    }
    ids = [each.id for each in desk.queue()]
    assert RUHR not in ids and "bioenergy/organisation/ruhr-universitat" in ids
    (entry,) = desk.history()
    assert (entry.verb, entry.about, entry.entity.key, entry.who) == ("accept", RUHR, "rub", "Ada Zanzibar")
    assert entry.in_force and entry.decided_at and entry.why
    asked = f"PREFIX rg: <{RG}> SELECT DISTINCT ?c ?m {{ ?p rg:nameAsReported 'Ruhr-Universität' ; rg:reportedIn <{BASE}/id/report/cybersecurity/2020-h2/report> ; rg:matchConfidence ?c ; rg:matchMethod ?m }}"
    (row,) = intake.editions.current().store.query(asked)
    assert (row["c"].value, row["m"].value) == ("1", "decided by a person")


def test_everywhere_is_every_partnership(desk, intake, by):
    done = desk.choose(RUHR, f"{BASE}/id/organisation/securitymadein-lu", by, everywhere=True)
    assert len(done.reports) == 3 and done.decision.about == "*/organisation/ruhr-universitat"
    assert participants(intake, "Ruhr-Universität") == ["organisation/securitymadein-lu"]
    desk.choose("bioenergy/organisation/ruhr-universitat", "organisation/rub", by)
    assert participants(intake, "Ruhr-Universität") == ["organisation/rub", "organisation/securitymadein-lu"]


def test_a_name_that_was_sure_can_be_decided_on_too(desk, intake, by):
    assert participants(intake, "Wales") == ["region/UKL"]
    desk.choose(WALES, "region/FRH0", by)
    assert participants(intake, "Wales") == ["region/FRH0"]
    desk.choose(WALES, "region/UKL", by)
    assert participants(intake, "Wales") == ["region/UKL"]
    assert [each.in_force for each in desk.history()] == [False, True]


def test_an_old_code_of_a_region_is_the_region(desk, intake, by):
    desk.choose(WALES, "region/FRH", by)
    assert participants(intake, "Wales") == ["region/FRH0"]


@pytest.mark.parametrize(
    ("draft", "ref", "says"),
    [
        (
            Draft(label="Foo  Bar Lab", organisation_type="cluster"),
            "organisation/foo-bar-lab",
            {"type": "organisation-type/cluster", "class": "Organization", "label": "Foo Bar Lab"},
        ),
        (
            Draft(label="Welsh folk", kind=Kind.GROUP),
            "group/welsh-folk",
            {"class": "UnresolvedGroup", "label": "Welsh folk"},
        ),
        (
            Draft(label="Cardiff Bay", kind=Kind.PLACE, within="UKL22"),
            "place/cardiff-bay",
            {"within": "/id/region/UKL22", "class": "Place", "label": "Cardiff Bay"},
        ),
    ],
)
def test_what_is_made_is_described_where_it_is_named(desk, intake, by, draft, ref, says):
    desk.create(WALES, draft, by)
    assert participants(intake, "Wales") == [ref]
    quads = intake.editions.current().store.quads(f"{BASE}/id/report/cybersecurity/2020-h2/graph")
    own = [quad for quad in quads if quad.subject == NamedNode(f"{BASE}/id/{ref}")]
    values = {quad.predicate.value.rpartition("/")[2].rpartition("#")[2]: quad.object.value for quad in own}
    keys = {"type": "organisationType", "class": "type", "label": "label", "within": "isPartOf"}
    for key, value in says.items():
        assert values[keys[key]].endswith(value), key
    if ref.startswith("place"):
        assert values["country"].endswith("/region/UK")


def test_what_was_made_can_be_chosen_for_another_name(desk, intake, by):
    desk.create(WALES, Draft(label="Cardiff Bay", kind=Kind.PLACE, within="UKL22"), by)
    desk.choose("cybersecurity/region/tuscany", "place/cardiff-bay", by)
    assert participants(intake, "Tuscany") == ["place/cardiff-bay", "region/ITI1"]
    desk.undo(1, by)
    assert participants(intake, "Wales") == ["region/UKL"]
    assert "place/cardiff-bay" in participants(intake, "Tuscany")


def test_what_is_nobodys_takes_part_in_nothing_and_stays_visible(desk, intake, by):
    before = graphs(intake)
    desk.reject("bioenergy/region/wonderland", by)
    assert changed(before, graphs(intake)) == {"/id/report/bioenergy/2020-h2/graph"}
    assert participants(intake, "Wonderland") == []
    asked = f"PREFIX rg: <{RG}> SELECT ?name {{ ?m a rg:RejectedMention ; rdfs:label ?name ; rg:evidence/rg:lineStart ?line ; rg:reportedIn ?r }}"
    rows = intake.editions.current().store.query(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> " + asked
    )
    assert [row["name"].value for row in rows] == ["Wonderland"]
    assert "bioenergy/region/wonderland" not in {each.id for each in desk.queue()}


def test_merged_organisations_are_one_step_after_step(desk, intake, by):
    before = graphs(intake)
    done = desk.merge("organisation/foo-bar-lab", "organisation/tecnalia", by)
    assert done.reports == ("bioenergy/2020-h2",)
    assert participants(intake, "Foo Bar Lab") == ["organisation/tecnalia"]
    desk.merge("organisation/tecnalia", "organisation/rub", by)
    assert participants(intake, "Foo Bar Lab") == participants(intake, "Tecnia") == ["organisation/rub"]
    after = graphs(intake)
    said = {tuple(line.split()[0:3:2]) for line in after[f"{BASE}/graph/decisions"]}
    rub = f"<{BASE}/id/organisation/rub>"
    assert said == {
        (f"<{BASE}/id/organisation/foo-bar-lab>", rub),
        (f"<{BASE}/id/organisation/tecnalia>", rub),
    }
    assert f"{BASE}/graph/decisions" not in before
    with pytest.raises(BadParameter, match="circle"):
        desk.merge("organisation/rub", "organisation/tecnalia", by)
    with pytest.raises(BadParameter, match="Two different"):  # that one is this one already
        desk.merge("organisation/rub", "organisation/foo-bar-lab", by)
    assert len(desk.history()) == 2


def test_an_undone_decision_gives_way_to_the_one_before(desk, intake, by):
    first = manifest(intake).hash
    desk.reject(WALES, by)
    second = manifest(intake).hash
    desk.choose(WALES, "region/FRH0", by)
    desk.undo(2, by)
    assert manifest(intake).hash == second
    desk.undo(1, by)
    assert manifest(intake).hash == first and DOCUMENT not in manifest(intake).documents
    desk.undo(4, by)
    assert manifest(intake).hash == second
    assert [each.undone for each in desk.history()] == [False, True, False, True, False]
    with pytest.raises(BadParameter, match="undone already"):
        desk.undo(2, by)


def test_the_same_decision_twice_is_one(desk, by):
    first, second = desk.reject(WALES, by), desk.reject(WALES, by)
    assert (first.decision, first.edition) == (second.decision, second.edition) and not second.reports


@pytest.mark.parametrize(
    ("deed", "kind", "says"),
    [
        (lambda desk, by: desk.accept("cybersecurity/any/nobody", by), NoSuchThing, "No such name waits"),
        (lambda desk, by: desk.accept(WALES, by), NoSuchThing, "No such name waits"),
        (lambda desk, by: desk.reject("cybersecurity/any/wales", by), NoSuchThing, "No report has this name"),
        (lambda desk, by: desk.reject("bioenergy/region/wales", by), NoSuchThing, "No report has this name"),
        (lambda desk, by: desk.reject("wales", by), NoSuchThing, "No name is called so"),
        (lambda desk, by: desk.choose(WALES, "region/XX99", by), NoSuchThing, "There is no such entity"),
        (
            lambda desk, by: desk.choose(WALES, "organisation/<x> y", by),
            NoSuchThing,
            "There is no such entity",
        ),
        (lambda desk, by: desk.choose(WALES, "planet/mars", by), NoSuchThing, "There is no such entity"),
        (lambda desk, by: desk.create(WALES, Draft(label=" - "), by), BadParameter, "cannot be made"),
        (lambda desk, by: desk.create(WALES, Draft(label="a\0b"), by), BadParameter, "cannot be made"),
        (
            lambda desk, by: desk.create(WALES, Draft(label="UK", kind=Kind.REGION), by),
            BadParameter,
            "cannot be made",
        ),
        (
            lambda desk, by: desk.create(WALES, Draft(label="x", organisation_type="pub"), by),
            BadParameter,
            "no such type",
        ),
        (
            lambda desk, by: desk.create(WALES, Draft(label="x", kind=Kind.PLACE), by),
            BadParameter,
            "within a region",
        ),
        (
            lambda desk, by: desk.create(WALES, Draft(label="x", within="FR10"), by),
            BadParameter,
            "within a region",
        ),
        (lambda desk, by: desk.create(WALES, Draft(label="Tecnalia"), by), BadParameter, "already"),
        (
            lambda desk, by: desk.merge("organisation/rub", "organisation/rub", by),
            BadParameter,
            "Two different organisations",
        ),
        (
            lambda desk, by: desk.merge("organisation/rub", "region/FRH0", by),
            BadParameter,
            "Two different organisations",
        ),
        (
            lambda desk, by: desk.merge("organisation/rub", "organisation/nix", by),
            NoSuchThing,
            "no such entity",
        ),
        (lambda desk, by: desk.undo(7, by), NoSuchThing, "no such decision"),
    ],
)
def test_what_cannot_be_decided_is_one_sentence_and_leaves_no_trace(desk, intake, by, deed, kind, says):
    before = manifest(intake)
    with pytest.raises(kind, match=says) as caught:
        deed(desk, by)
    assert caught.value.way_out and type(caught.value) is kind
    assert manifest(intake) == before and desk.history() == []


@pytest.mark.parametrize(("who", "why"), [("", "x"), ("  ", "x"), ("x", ""), ("x", "\n")])
def test_nobody_decides_without_a_name_and_a_reason(who, why):
    with pytest.raises(BadParameter):
        Signature(who=who, why=why)


# --- decisions and editions ---


@pytest.mark.slow
def test_later_reports_are_read_by_earlier_decisions(desk, intake, by, written):
    desk.choose(WALES, "region/FRH0", by)
    desk.reject(RUHR, by, everywhere=True)
    intake.take_reports(written("Cybersecurity", "July - December 2021"))
    intake.take_reports(written("Photonics", "July - December 2021"))
    assert participants(intake, "Ruhr-Universität") == []
    assert "region/UKL" in participants(intake, "Wales")  # of the other partnership
    asked = f"ASK {{ GRAPH <{BASE}/id/report/cybersecurity/2021-h2/graph> {{ ?p <{RG}participant> <{BASE}/id/region/UKL> }} }}"
    assert not intake.editions.current().store.query(asked)
    before = manifest(intake).hash
    assert intake.rebuild().manifest.hash == before  # five reports: walked by processes of their own


def test_every_name_of_a_report_can_be_found_in_its_graph(intake, quick):
    """Else a decision on it would not reach the report before the next rebuild."""
    decided = Decisions()
    for accession in intake.archive.standing():
        if accession.kind != "report":
            continue
        for resolved, _ in quick.resolved(intake.source(accession)):
            for mention, found in resolved.decisions.items():
                name = Name.of(resolved.partnership.key, mention)
                rejected = Decisions.read(_rows((Verb.REJECT, str(name), "")))
                if found.outcome != "everyone":
                    assert accession in intake.reports_with(decided.concern(rejected)), name


def _rows(*rows: tuple[Verb, str, str]):
    from regiograph.archive import Decision

    return [
        Decision(number=n, kind=verb, mention=about, choice=chosen, who="a", decided_at="", why="b")
        for n, (verb, about, chosen) in enumerate(rows, 1)
    ]


def test_a_run_stopped_after_the_ledger_is_healed_by_the_next(desk, intake, by, quick):
    before = manifest(intake)
    entity = quick.resolver.entity(Kind.REGION, "FRH0")
    intake.archive.decide(
        kind="choose", mention=WALES, choice=choice(entity), who="Ada", decided_at="2026-11-23", why="x"
    )
    assert manifest(intake) == before
    healed = Intake(intake.archive.data, quick).publish().manifest
    assert healed.number == before.number + 1 and participants(intake, "Wales") == ["region/FRH0"]
    assert intake.rebuild().manifest.hash == healed.hash


def test_who_and_why_are_not_published(desk, intake, by):
    desk.accept(RUHR, by)
    desk.merge("organisation/foo-bar-lab", "organisation/tecnalia", by)
    desk.undo(1, by)
    assert DOCUMENT in manifest(intake).documents
    for path in (intake.archive.data / "public").rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert b"Zanzibar" not in data and b"Quarrelsome" not in data, path
    assert desk.history()[0].who == "Ada Zanzibar"


@pytest.mark.parametrize("seed", [4])
def test_a_rebuild_after_fifty_decisions_has_the_hash_of_the_steps(desk, intake, seed, monkeypatch):
    """Of every ten decisions the last publishes, what the others left unpublished too, as after a stop."""
    chance, publish, taken = random.Random(seed), intake.publish, Counter()
    monkeypatch.setattr(intake, "publish", lambda: publish() if taken.total() % 10 == 9 else None)
    first = manifest(intake).hash
    names = sorted(
        {
            str(Name.of(resolved.partnership.key, mention))
            for accession in intake.archive.standing()
            if accession.kind == "report"
            for resolved, _ in intake.pipeline.resolved(intake.source(accession))
            for mention, found in resolved.decisions.items()
            if found.outcome != "everyone"
        }
    )
    while taken.total() < 50:
        try:
            taken[_decide_at_random(desk, chance, names)] += 1
        except (BadParameter, NoSuchThing):
            continue
        if taken.total() in (25, 50):
            after = publish().manifest
            again = intake.rebuild().manifest
            assert again.hash == after.hash, taken.total()
            assert again.documents[DOCUMENT] == after.documents[DOCUMENT]
    assert set(taken) == set(Verb), taken
    monkeypatch.undo()
    _undo_all(intake)
    assert manifest(intake).hash == first
    assert intake.rebuild().manifest.hash == first


def _decide_at_random(desk: Desk, chance: random.Random, names: list[str]) -> str:
    name, everywhere = chance.choice(names), chance.random() < 0.3
    by = Signature(who="Ada", why=f"{chance.random()}")
    organisations = ["rub", "tecnalia", "foo-bar-lab", "securitymadein-lu", "own-0", "own-1"]
    verb = chance.choice([*Verb, Verb.UNDO, Verb.MERGE])
    match verb:
        case Verb.ACCEPT:
            waiting = [each.id for each in desk.queue() if each.candidates]
            desk.accept(chance.choice(waiting) if waiting else name, by, everywhere=everywhere)
        case Verb.CHOOSE:
            ref = chance.choice(["region/FRH0", "region/UKL", "organisation/tecnalia", "organisation/own-0"])
            desk.choose(name, ref, by, everywhere=everywhere)
        case Verb.CREATE:
            number = chance.randrange(3)
            drafts = [
                Draft(label=f"Own {number}", organisation_type=chance.choice(["", "cluster"])),
                Draft(label=f"OWN {number}"),
                Draft(label=f"Own {number}", kind=Kind.PLACE, within="FR10"),
            ]
            desk.create(name, chance.choice(drafts), by, everywhere=everywhere)
        case Verb.REJECT:
            desk.reject(name, by, everywhere=everywhere)
        case Verb.MERGE:
            one, other = chance.sample(organisations, 2)
            desk.merge(f"organisation/{one}", f"organisation/{other}", by)
        case Verb.UNDO:
            desk.undo(chance.randint(1, max(len(desk.history()), 1)), by)
    return verb


def _undo_all(intake: Intake) -> None:
    """Everything at once, as after a stop: the ledger first, one edition after."""
    while standing := Decisions.read(intake.archive.decisions()).standing:
        intake.archive.decide(
            kind=Verb.UNDO,
            mention=f"decision/{standing[-1].number}",
            choice="",
            who="Ada",
            decided_at="",
            why="start again",
        )
    intake.publish()


def test_an_empty_archive_says_what_to_do(tmp_path, quick, by):
    desk = Desk(Intake(tmp_path / "data", quick))
    for deed in (desk.queue, lambda: desk.reject(WALES, by)):
        with pytest.raises(RegiographError, match="No edition"):
            deed()
    assert desk.history() == [] and Name.read(WALES).expected is Expected.REGION
