"""Counts and digests of graphs, computed in every way one may: they must agree."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from regiograph import contents as module
from regiograph.contents import (
    Spooled,
    content_of_triples,
    contents_of,
    contents_of_quads,
    edition_hash,
    hash_of_quads,
    write_contents,
)
from regiograph.editions import Editions
from regiograph.store import EmbeddedReader, EmbeddedWriter, canonical

ROOT = Path(__file__).resolve().parents[1]
XSD = "http://www.w3.org/2001/XMLSchema#"
NODE = NamedNode("http://e/s")
ODD = [
    Quad(NODE, NODE, Literal('a "tab"\t<http://e/x>\n\\ é\u2028\u0001'), NamedNode("http://g/a")),
    Quad(NODE, NODE, Literal("0.50", datatype=NamedNode(XSD + "decimal")), NamedNode("http://g/a")),
    Quad(NODE, NODE, Literal("ends in <http://e/x>"), NamedNode("http://g/0")),
    Quad(NODE, NODE, Literal("a <b", datatype=NamedNode("http://e/type")), NamedNode("http://g/0")),
    Quad(NODE, NODE, Literal("spoken", language="en-GB"), NamedNode("http://g/a#b")),
    Quad(NODE, NODE, NamedNode("http://e/o"), NamedNode("http://g/0")),
]


def test_the_hash_of_quads_is_that_of_the_store_that_holds_them():
    store = EmbeddedReader.of(ODD)
    assert contents_of_quads([*ODD, *ODD]) == contents_of(store)
    assert hash_of_quads(ODD) == edition_hash(contents_of(store))
    assert hash_of_quads([]) == hashlib.sha256().hexdigest()


def test_quads_in_a_file_know_what_a_store_will_hold(tmp_path):
    odd = [quad for quad in ODD if quad.graph_name == NamedNode("http://g/a")]
    spooled = Spooled.write("http://g/a", [*odd, *odd], tmp_path / "1.nq")
    assert {"http://g/a": spooled.content} == contents_of(EmbeddedReader.of(odd))
    assert list(spooled) == [*odd, *odd]
    assert Spooled.write("http://g/a", [], tmp_path / "2.nq").content.quads == 0


def test_what_files_hold_stands_in_the_merge_however_it_is_written(tmp_path):
    odd = [
        *ODD,
        Quad(NODE, NODE, Literal("ends in <http://g/a> .\n <http://g/a> .\n"), NamedNode("http://g/a")),
    ]
    by_graph = {
        quad.graph_name.value: [one for one in odd if one.graph_name == quad.graph_name] for quad in odd
    }
    writer = EmbeddedWriter(tmp_path / "store")
    writer.replace(
        {name: Spooled.write(name, by_graph[name], tmp_path / f"{n}.nq") for n, name in enumerate(by_graph)}
    )
    writer.close()
    store = EmbeddedReader.open(tmp_path / "store")
    merged = set(store.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"))
    assert merged == {quad.triple for quad in canonical(odd)}


@pytest.mark.parametrize(
    ("quads", "problem"),
    [
        (ODD, "not of http://g/a"),
        ([Quad(NODE, NODE, NODE)], "not of http://g/a"),
        ([Quad(NODE, NODE, BlankNode("b"), NamedNode("http://g/a"))], "blank node"),
        ([Quad(BlankNode("b"), NODE, NODE, NamedNode("http://g/a"))], "blank node"),
    ],
)
def test_a_file_holds_one_graph_without_blank_nodes(tmp_path, quads, problem):
    with pytest.raises(ValueError, match=problem):
        Spooled.write("http://g/a", quads, tmp_path / "1.nq")


def test_a_graph_can_be_checked_alone():
    everything = contents_of_quads(ODD)
    alone = [quad.triple for quad in ODD if quad.graph_name == NamedNode("http://g/a")]
    assert content_of_triples(reversed(alone)) == everything["http://g/a"]
    assert content_of_triples([]).quads == 0


def test_much_is_sorted_in_parts_with_the_same_hash(monkeypatch):
    quads = [Quad(NODE, NODE, Literal(str(number * 7919 % 500)), NODE) for number in range(500)]
    whole = hash_of_quads(quads)
    monkeypatch.setattr(module, "_CHUNK_BYTES", 1000)
    monkeypatch.setattr(module, "_CHUNK_QUADS", 70)
    assert hash_of_quads([*quads, *quads[100:300]]) == whole
    assert edition_hash(contents_of(EmbeddedReader.of(quads))) == whole


def test_every_graph_changes_the_hash_by_content_and_by_name():
    triple = Quad(NODE, NODE, NODE).triple
    named = {name: hash_of_quads([Quad(*triple, NamedNode(name))]) for name in ("http://g/a", "http://g/b")}
    assert len({hash_of_quads([Quad(*triple)]), *named.values()}) == 3


def recipe() -> list[str]:
    """The commands in docs/architecture.md: first from the manifest, then from a dump."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = re.search(r"```sh\n(  jq .*?)```", text, re.DOTALL)[1]
    first, _, second = block.partition("\n")
    return [first, second]


def run(command: str, folder: Path) -> str:
    ended = subprocess.run(["sh", "-ec", command], cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout.split()[0]


def test_the_recipe_in_shell_gives_the_hash_of_odd_quads(tmp_path):
    (tmp_path / "edition.nq").write_bytes(serialize(EmbeddedReader.of(ODD).quads(), format=RdfFormat.N_QUADS))
    assert run(recipe()[1], tmp_path) == hash_of_quads(ODD)


def test_the_recipe_in_shell_gives_the_hash_of_the_demo_and_so_does_its_dump_read_again(demo_data, tmp_path):
    edition = Editions(demo_data).current()
    edition.store.dump(tmp_path / "edition.nq")
    assert run(recipe()[1], tmp_path) == edition.manifest.hash
    assert hash_of_quads(parse(path=str(tmp_path / "edition.nq"))) == edition.manifest.hash
    lines = (f"{one['hash']} {name}" for name, one in write_contents(edition.manifest.graphs).items())
    (tmp_path / "lines").write_text("".join(f"{line}\n" for line in lines))
    assert run("LC_ALL=C sort lines | sha256sum", tmp_path) == edition.manifest.hash


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_the_recipe_from_the_manifest(tmp_path):
    held = contents_of_quads(ODD)
    (tmp_path / "manifest.json").write_text(json.dumps({"graphs": write_contents(held)}))
    assert run(recipe()[0], tmp_path) == edition_hash(held)
