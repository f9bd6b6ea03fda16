"""What a newcomer does on the command line, with real processes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from SPARQLWrapper import CSV, JSON, SPARQLWrapper


def regiograph(*arguments: object, **more) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "regiograph", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **more)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("first") / "data"
    done = regiograph("demo", "--data", folder, "--no-serve")
    assert done.returncode == 0, done.stderr
    (folder.parent / "demo.txt").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(data) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "regiograph", "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    url = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{url}/sparql?query=ASK%7B%7D", timeout=2)
            break
        except OSError:
            assert process.poll() is None, process.stdout.read()
            time.sleep(0.1)
    yield url
    process.send_signal(signal.SIGINT)
    process.wait(20)


def get(url: str, accept: str = "*/*") -> tuple[int, str, str]:
    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers["content-type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["content-type"], error.read().decode()


def test_the_demo_tells_what_came_of_the_report(data):
    told = (data.parent / "demo.txt").read_text(encoding="utf-8")
    for words in (
        "Cybersecurity, July - December 2020",
        "18 answered, 3 blank",
        "“SecMadinLux” not taken",
        "Nothing has to be fixed.",
        "Brittany — lead",
        "Basque Country — involved",
        "Estonia — involved",
        "North Rhine-Westphalia — involved",
        "line 85: “2 Inter regional Cyber Range Platform",
        "No report says that two regions lead this work together.",
    ):
        assert words in told, words


def test_the_demo_twice_is_the_same_edition(data):
    before = (data / "public" / "current").read_text()
    done = regiograph("demo", "--data", data, "--no-serve")
    assert done.returncode == 0 and (data / "public" / "current").read_text() == before


def test_the_headline_question_in_three_shapes(data):
    asked = ("query", "co-leads", "--param", "topic=cyber range", "--data", data)
    table = regiograph(*asked)
    assert table.returncode == 0 and "4 rows" in table.stderr
    lines = regiograph(*asked, "--format", "csv").stdout.splitlines()
    assert lines[0].startswith("area,region,role") and len(lines) == 5
    bindings = json.loads(regiograph(*asked, "--format", "json").stdout)["results"]["bindings"]
    answer = [(row["region"]["value"], row["role"]["value"], row["line"]["value"]) for row in bindings]
    assert answer == [
        ("Brittany", "lead", "85"),
        ("Basque Country", "involved", "85"),
        ("Estonia", "involved", "85"),
        ("North Rhine-Westphalia", "involved", "85"),
    ]
    assert bindings[3]["quote"]["value"] == "North Rhine Westflavia"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("query", "no-such-question"), 4, "There is no such question"),
        (("query", "co-leads"), 2, "parameter topic"),
        (("query", "co-leads", "--param", "topic"), 2, "NAME=VALUE"),
        (("query", "co-leads", "--param", "colour=red", "--param", "topic=x"), 2, "no such parameter"),
        (("query", "closest-partners", "--param", "region=Brittany"), 2, "NUTS code"),
        (("serve", "--port", "99999"), 2, "REGIOGRAPH_PORT"),
        (("query", "reports", "--endpoint", "http://127.0.0.1:9/sparql"), 8, "cannot be reached"),
    ],
)
def test_wrong_use_is_one_sentence_and_an_exit_code(data, arguments, code, says):
    done = regiograph(*arguments, "--data", data)
    assert done.returncode == code and says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_directory_without_an_edition_says_what_to_do(tmp_path):
    for command in (("query", "reports"), ("serve",)):
        done = regiograph(*command, "--data", tmp_path)
        assert done.returncode == 4 and "regiograph" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.md", b""),
        ("photo.md", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"),
        ("holiday.md", b"# Holiday request\n\n**Name**\n\nA. Person\n"),
        ("latin.md", "**Reporting period**\n\nJuillet \u2013 d\u00e9cembre".encode("cp1252")),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_stored(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    data = tmp_path / "data"
    commands = [
        ("ingest", file, "--data", data),
        ("validate", file),
        ("extract", file, "--out", tmp_path / "o"),
    ]
    for command in commands if name == "empty.md" else commands[:1]:
        done = regiograph(*command)
        assert done.returncode == 3, command
        message = " ".join(done.stderr.split())
        assert name in message and message.count("error") == 1 and "Traceback" not in message
    assert not list(data.rglob("originals/*/*")) and not (data / "public" / "current").exists()
    assert not list((tmp_path / "o").glob("*"))


def test_a_bad_file_does_not_stop_the_good_ones(tmp_path, real_report):
    (tmp_path / "bad.md").write_bytes(b"")
    done = regiograph("ingest", tmp_path / "bad.md", real_report, "--data", tmp_path / "data")
    assert done.returncode == 3
    assert "bad.md" in done.stderr
    assert re.search(r"cybersecurity/2020-h2\W+0\W+10\W", done.stdout)


def test_three_missing_answers_make_validate_fail_with_three_things_to_fix(tmp_path, real_text):
    file = tmp_path / "report.md"
    text = (
        real_text.replace("01/02/2018", "")
        .replace("July - December 2020", "")
        .replace("Brittany Region\n", "\n", 1)
    )
    file.write_text(text, encoding="utf-8")
    done = regiograph("validate", file)
    assert done.returncode == 1
    must_fix = done.stdout.split("Must be fixed (3)")[1].split("Please check")[0]
    assert sorted(re.findall(r"line (\d+)", must_fix)) == ["24", "32", "53"]
    french = regiograph("validate", file, "--language", "fr").stdout
    assert "À corriger (3)" in french and "La date de début manque" in french
    told = json.loads(regiograph("validate", file, "--format", "json").stdout)
    assert not told["conforms"]


def test_rebuild_says_that_nothing_changed(data):
    first, second = (regiograph("rebuild", "--data", data) for _ in range(2))
    assert first.returncode == 0 and first.stdout == second.stdout and "the same as before" in first.stdout


def test_loaded_rdf_can_be_asked(tmp_path):
    (tmp_path / "things.ttl").write_text('<urn:a> <urn:b> "hello"@en .')
    (tmp_path / "broken.ttl").write_text("<urn:a> <urn:b> .")
    data = tmp_path / "data"
    assert regiograph("load", tmp_path / "things.ttl", "--data", data).returncode == 0
    broken = regiograph("load", tmp_path / "broken.ttl", "--data", data)
    assert broken.returncode == 3 and "broken.ttl" in broken.stderr and "line 1" in broken.stderr
    assert "1 quads" in regiograph("rebuild", "--data", data).stdout


def test_two_writers_at_once_are_told_to_wait(data, real_report):
    import fcntl

    with (data / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = regiograph("ingest", real_report, "--data", data)
    assert done.returncode == 6 and "Wait until it has finished" in " ".join(done.stderr.split())


# --- served ---


def test_sparql_with_sparqlwrapper(address):
    client = SPARQLWrapper(f"{address}/sparql", returnFormat=JSON)
    client.setQuery(
        "PREFIX rg: <https://w3id.org/regiograph/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
        "SELECT ?region { ?r rg:leads ?w ; rdfs:label ?region . ?w a rg:WorkingArea } GROUP BY ?region"
    )
    rows = client.query().convert()["results"]["bindings"]
    assert [row["region"]["value"] for row in rows] == ["Brittany"]
    client.setMethod("POST")
    client.setReturnFormat(CSV)
    assert client.query().convert().decode().split() == ["region", "Brittany"]


@pytest.mark.parametrize(
    ("accept", "media", "holds"),
    [
        ("application/sparql-results+json", "application/sparql-results+json", '"bindings"'),
        ("application/sparql-results+xml", "application/sparql-results+xml", "<sparql"),
        ("text/csv", "text/csv", "n\r\n"),
        ("text/tab-separated-values", "text/tab-separated-values", "?n\n"),
    ],
)
def test_sparql_tables_in_every_format(address, accept, media, holds):
    status, kind, body = get(
        f"{address}/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fs%20%3Fp%20%3Fo%7D", accept
    )
    assert status == 200 and kind.startswith(media) and holds in body


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_sparql_graphs_in_every_format(address, accept):
    asked = (
        "CONSTRUCT%20WHERE%20%7B%3Fs%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fregiograph%2Fns%23WorkingArea%3E%7D"
    )
    status, kind, body = get(f"{address}/sparql?query={asked}", accept)
    assert status == 200 and kind.startswith(accept) and "cyber-range" in body


def test_a_named_question_over_http_and_from_afar(address):
    status, _, body = get(f"{address}/queries/co-leads?topic=cyber%20range", "text/csv")
    assert status == 200 and len(body.strip().splitlines()) == 5
    done = regiograph(
        "query",
        "co-leads",
        "--param",
        "topic=cyber range",
        "--endpoint",
        f"{address}/sparql",
        "--format",
        "csv",
    )
    assert done.stdout.split() == body.split()


def test_errors_are_problem_documents(address):
    for path in ("/sparql?query=SELECT", "/queries/nothing", "/queries/co-leads", "/nowhere"):
        status, kind, body = get(address + path, "application/json")
        assert status >= 400 and kind == "application/problem+json", path
        assert {"title", "status", "detail"} <= set(json.loads(body)), path


def test_a_new_edition_is_served_without_a_restart(tmp_path, real_text, demo_data):
    import shutil

    data = Path(shutil.copytree(demo_data, tmp_path / "data"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "regiograph", "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/queries/reports?format=csv"
        for _ in range(150):
            try:
                before = get(url)[2]
                break
            except OSError:
                time.sleep(0.1)
        report = tmp_path / "next.md"
        report.write_text(real_text.replace("July - December 2020", "January - June 2021"), encoding="utf-8")
        assert regiograph("ingest", report, "--data", data).returncode == 0
        after = get(url)[2]
        assert (len(before.splitlines()), len(after.splitlines())) == (2, 3)
    finally:
        os.kill(process.pid, signal.SIGINT)
        process.wait(20)
