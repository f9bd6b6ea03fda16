"""The service in front of real engines: no data directory needed, the same bytes, clear words when one fails."""

import os
import signal
import time
from pathlib import Path

import httpx
import pytest

from regiograph.archive import Archive
from regiograph.editions import Change, Editions, Publisher
from regiograph.elsewhere import follower_of
from regiograph.mirror import Mirror
from regiograph.settings import Settings
from tests.api.serving import QUESTION, publish, serving, thing
from tests.store import engines
from tests.store.engines import Running, engine

ALL = "SELECT ?thing ?label { ?thing ?p ?label } ORDER BY ?label"
FORMATS = ["json", "xml", "csv", "tsv"]


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    folder = tmp_path / "queries"
    folder.mkdir()
    (folder / "things.rq").write_text(QUESTION)
    return folder


@pytest.fixture
def clean(running: Running):
    yield running
    Mirror(engine(running), Settings().base).clear()


def given(running: Running) -> dict[str, object]:
    return {**running.settings, "workers": 1}


def ask(client: httpx.Client, text: str, path: str = "/sparql", **params: str) -> httpx.Response:
    return client.get(path, params={"query": text, **params})


def test_a_front_without_a_data_directory_answers_as_one_with_it(clean, tmp_path, queries):
    data = tmp_path / "data"
    publish(data, 5)
    settings = Settings(data=data, **clean.settings)
    publisher = Publisher(Archive(data), follower_of(settings))
    publisher.publish(Change(documents={"reports/1.txt": b"words"}))
    with (
        serving(data, queries, workers=1) as here,
        serving(tmp_path / "none", queries, **given(clean)) as there,
    ):
        for format in FORMATS:
            assert ask(there, ALL, format=format).content == ask(here, ALL, format=format).content
        construct = "CONSTRUCT { ?s ?p ?o } { GRAPH <http://g/things> { ?s ?p ?o } }"
        for format in ("ttl", "nt", "rdf", "jsonld"):
            assert ask(there, construct, format=format).status_code == 200
        first = ask(there, ALL)
        assert first.headers["regiograph-edition"] == "2"
        assert first.headers["etag"] == ask(here, ALL).headers["etag"]
        assert there.get("/queries/things.csv").content == here.get("/queries/things.csv").content
        assert ask(there, "SELECT ?x { ?s ?p ").status_code == 400
        assert ask(there, "INSERT DATA { <a:b> <a:b> <a:b> }").status_code == 403

        elsewhere = ask(there, ALL, "/edition/1/sparql")
        assert elsewhere.status_code == 404 and "serves edition 2 only" in elsewhere.text
        assert ask(here, ALL, "/edition/1/sparql").status_code == 200

        publisher.publish(Change(public={"http://g/other": [thing(number) for number in range(7)]}))
        for _ in range(40):
            answer = ask(there, ALL)
            assert answer.status_code == 200
            rows = len(answer.json()["results"]["bindings"])
            assert (answer.headers["regiograph-edition"], rows) in {
                ("2", 6),
                ("3", 7),
            }  # six were told before
            if rows == 7:
                break
            time.sleep(0.1)
        assert answer.headers["regiograph-edition"] == "3"
    assert not (tmp_path / "none" / "public").exists()


def test_earlier_editions_are_answered_where_the_archive_is(clean, tmp_path, queries):
    data = tmp_path / "data"
    publish(data, 3)
    publisher = Publisher(Archive(data), follower_of(Settings(data=data, **clean.settings)))
    publisher.publish(Change(public={"http://g/other": [thing(1)]}))
    with serving(data, queries, **given(clean)) as client:
        assert [
            ask(client, ALL, path).headers["regiograph-edition"] for path in ("/sparql", "/edition/1/sparql")
        ] == [
            "2",
            "1",
        ]


def test_an_engine_that_dies_gives_a_problem_document_and_never_half_an_answer(tmp_path, queries):
    data = tmp_path / "data"
    publish(data, 3)
    with engines.oxigraph(tmp_path / "own") as own:
        follower_of(Settings(data=data, **own.settings))(Editions(data).current())
        with serving(tmp_path / "none", queries, **given(own)) as client:
            assert ask(client, ALL).status_code == 200
            os.kill(own.pid, signal.SIGSTOP)
            slow = ask(client, "SELECT * { ?s ?p ?o } LIMIT 1", timeout="1")
            assert slow.status_code == 504, slow.text
            os.kill(own.pid, signal.SIGCONT)
            os.kill(own.pid, signal.SIGKILL)
            for number in range(20):
                failed = ask(client, f"SELECT * {{ ?s ?p ?o }} LIMIT {number}")
                assert failed.status_code == 502, failed.text
                assert failed.headers["content-type"].startswith("application/problem+json")
                assert "oxigraph" not in failed.text.lower() and "Traceback" not in failed.text
                time.sleep(0.05)
