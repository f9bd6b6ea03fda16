"""The formats of dumps: what each is called, and how files made of several graphs are put together."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from regiograph.iris import PREFIXES

IANA = "https://www.iana.org/assignments/media-types/"
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
GZIP = "application/gzip"
COLUMNS = ("graph", "subject", "predicate", "object", "kind", "datatype", "language")

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpFormat:
    """One format. A file is `opening`, the pieces of its graphs joined by `between`, and `closing`."""

    ending: str
    name: str
    media: str
    file_type: str  # code of the EU file type list
    standard: str  # where the format is defined
    opening: bytes = b""
    between: bytes = b""
    closing: bytes = b""

    @property
    def content_type(self) -> str:
        """What the header says."""
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") else self.media

    def write(self, graph: str, triples: "Triples", output: IO[bytes]) -> None:
        """The piece of one graph."""
        if self is N_QUADS:
            end = f"<{graph}> .\n".encode()
            output.writelines(line[:-2] + end for line in triples.lines())
        elif self is CSV:
            _write_rows(triples.quads(graph), output)
        elif self is JSON_LD:
            whole = io.BytesIO()
            serialize(triples.quads(graph), whole, RdfFormat.JSON_LD)
            output.write(whole.getvalue().strip()[1:-1])  # without the brackets of the array
        elif self is TURTLE:
            without = (quad.triple for quad in triples.quads(graph))
            serialize(without, output, RdfFormat.TURTLE, prefixes=PREFIXES)
        else:
            serialize(triples.quads(graph), output, RdfFormat.TRIG, prefixes=PREFIXES)


@dataclass(frozen=True, slots=True)
class Triples:
    """Sorted N-Triples: in memory, or in a file where they are many."""

    held: bytes | Path

    def lines(self) -> Iterator[bytes]:
        """One by one."""
        if isinstance(self.held, bytes):
            yield from io.BytesIO(self.held)
        else:
            with self.held.open("rb") as file:
                yield from file

    def quads(self, graph: str) -> Iterator[Quad]:
        """As statements of a graph."""
        name = NamedNode(graph)
        inside = isinstance(self.held, bytes)
        given = {"input": self.held} if inside else {"path": str(self.held)}
        for quad in parse(**given, format=RdfFormat.N_TRIPLES):
            yield Quad(quad.subject, quad.predicate, quad.object, name)


N_QUADS = DumpFormat(
    ending="nq",
    name="N-Quads",
    media="application/n-quads",
    file_type="RDF_N_QUADS",
    standard="https://www.w3.org/TR/n-quads/",
)
TRIG = DumpFormat(
    ending="trig",
    name="TriG",
    media="application/trig",
    file_type="RDF_TRIG",
    standard="https://www.w3.org/TR/trig/",
)
TURTLE = DumpFormat(
    ending="ttl",
    name="Turtle",
    media="text/turtle",
    file_type="RDF_TURTLE",
    standard="https://www.w3.org/TR/turtle/",
)
JSON_LD = DumpFormat(
    ending="jsonld",
    name="JSON-LD",
    media="application/ld+json",
    file_type="JSON_LD",
    standard="https://www.w3.org/TR/json-ld11/",
    opening=b"[",
    between=b",",
    closing=b"]",
)
CSV = DumpFormat(
    ending="csv",
    name="CSV",
    media="text/csv",
    file_type="CSV",
    standard="https://www.w3.org/TR/tabular-data-model/",
    opening=",".join(COLUMNS).encode() + b"\r\n",
)
FORMATS = (TURTLE, TRIG, N_QUADS, JSON_LD, CSV)


def _write_rows(quads: Iterable[Quad], output: IO[bytes]) -> None:
    text = io.TextIOWrapper(output, "utf-8", newline="", write_through=True)
    csv.writer(text, lineterminator="\r\n").writerows(_rows(quads))
    text.detach()


def _rows(quads: Iterable[Quad]) -> Iterator[tuple[str, ...]]:
    for quad in quads:
        graph = getattr(quad.graph_name, "value", "")
        yield (graph, _name(quad.subject), quad.predicate.value, *_object(quad.object))


def _name(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _object(term: object) -> tuple[str, str, str, str]:
    if isinstance(term, Literal):
        plain = term.language or term.datatype.value == _XSD_STRING
        return term.value, "literal", "" if plain else term.datatype.value, term.language or ""
    return _name(term), "iri", "", ""


def table_description(address: str, title: str, licence: str) -> dict[str, object]:
    """CSV on the Web: what the columns of a table of statements hold."""
    says = {
        "graph": "Named graph that holds the statement",
        "subject": "What the statement is about",
        "predicate": "Property",
        "object": "Value: an IRI or the text of a literal",
        "kind": "iri or literal",
        "datatype": "Datatype of a literal; empty: text",
        "language": "Language of a text",
    }
    addresses = {"graph", "subject", "predicate", "datatype"}
    columns = [
        {
            "name": name,
            "titles": name,
            "dc:description": says[name],
            "datatype": "anyURI" if name in addresses else "string",
            "required": name in {"subject", "predicate", "kind"},
        }
        for name in COLUMNS
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": address,
        "dc:title": title,
        "dc:license": {"@id": licence},
        "dialect": {"header": True, "delimiter": ",", "encoding": "utf-8"},
        "tableSchema": {"columns": columns, "aboutUrl": "{+subject}"},
    }
