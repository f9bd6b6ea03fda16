"""One form for each answer, whatever its format and the order of its rows: what is hashed, and compared.

Of rows: a line with the names of the columns, then each row as N-Triples terms, all parted by tabs, the rows
sorted by their bytes. Of triples: their N-Triples lines, each once, sorted. Of a truth: `true` or `false`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from regiograph.errors import BadQuery
from regiograph.store.formats import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """An answer in the one form."""

    head: str
    lines: tuple[str, ...]  # sorted; the same row may come twice

    @property
    def hash(self) -> str:
        """SHA-256 of the head and the lines, each with a line feed."""
        text = "".join(f"{line}\n" for line in (self.head, *self.lines))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How an answer differs from an earlier one."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    columns: bool  # whether the columns differ

    @property
    def is_none(self) -> bool:
        """Whether it does not."""
        return not (self.added or self.removed or self.columns)


def canonical(body: bytes, format: Format) -> Canonical:
    """The one form of an answer in SPARQL results JSON or N-Triples.

    Raises:
        BadQuery: it has blank nodes, which have no name that lasts.
    """
    if format is Format.N_TRIPLES:
        found = {f"{triple} ." for triple in parse(BytesIO(body), RdfFormat.N_TRIPLES)}
        if any(line.startswith("_:") or " _:" in line.partition('"')[0] for line in found):
            raise _no_blank_nodes()
        return Canonical(head="", lines=tuple(sorted(found, key=str.encode)))
    results = json.loads(body)
    if "boolean" in results:
        return Canonical(head=str(results["boolean"]).lower(), lines=())
    columns = results["head"]["vars"]
    lines = (line_of(row, columns) for row in results["results"]["bindings"])
    return Canonical(head="\t".join(columns), lines=tuple(sorted(lines, key=str.encode)))


def line_of(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    """One row of SPARQL results JSON as a line.

    >>> line_of({"b": {"type": "literal", "value": "x", "xml:lang": "en"}}, ["a", "b"])
    '\\t"x"@en'
    """
    return "\t".join(_written(row[name]) if name in row else "" for name in columns)


def change(earlier: Canonical, later: Canonical) -> Change:
    """What a later answer has, and has not, beside an earlier one."""
    before, after = Counter(earlier.lines), Counter(later.lines)
    return Change(
        added=tuple(sorted((after - before).elements())),
        removed=tuple(sorted((before - after).elements())),
        columns=earlier.head != later.head,
    )


def _written(term: Mapping[str, str]) -> str:
    match term["type"]:
        case "uri":
            return str(NamedNode(term["value"]))
        case "literal":
            if "xml:lang" in term:
                text = str(Literal(term["value"], language=term["xml:lang"]))
            elif "datatype" in term:
                text = str(Literal(term["value"], datatype=NamedNode(term["datatype"])))
            else:
                text = str(Literal(term["value"]))
            return text.replace("\t", "\\t")
        case _:
            raise _no_blank_nodes()


def _no_blank_nodes() -> BadQuery:
    return BadQuery(
        "This answer has nodes without a lasting name, so it cannot be compared later.",
        where="the query",
        way_out="Ask for names and values instead of blank nodes.",
    )
