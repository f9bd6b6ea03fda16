"""SPARQL results → a table for people: columns with heads, values with links, a passage in one cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.pages import Look
from api.rows import Row, value_of
from api.wording import labels
from regiograph.iris import XSD
from regiograph.labels import companions
from regiograph.linked.addresses import Addresses

MOST_ROWS = 500
"""Of an answer, on a page."""

_NUMBERS = {f"{XSD}{name}" for name in ("integer", "decimal", "double", "float", "int", "long", "gYear")}
_PASSAGE = ("before", "quote", "after")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of an answer, ready to be shown."""

    text: str
    href: str = ""
    before: str = ""
    after: str = ""
    is_number: bool = False
    is_iri: bool = False
    iri: str = ""  # what the text is the name of
    is_passage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An answer; of a long one only the first rows."""

    columns: tuple[str, ...]
    hidden: tuple[str, ...]  # what only the data formats show
    rows: tuple[tuple[Cell, ...], ...]
    total: int


def shown(outcome: Mapping[str, Any], look: Look) -> Table:
    """SPARQL results JSON, ready to be shown."""
    if "boolean" in outcome:
        truth = Cell("yes" if outcome["boolean"] else "no")
        return Table(columns=("Answer",), hidden=(), rows=((truth,),), total=1)
    variables = [str(name) for name in outcome["head"]["vars"]]
    rows: Sequence[Row] = outcome["results"]["bindings"]
    names = companions(outcome)
    shown = [name for name in _columns(variables) if name not in names.values()]
    return Table(
        columns=labels(shown),
        hidden=tuple(
            name
            for name in variables
            if name not in shown and name not in _PASSAGE and name not in names.values()
        ),
        rows=tuple(
            tuple(_cell(row, name, names.get(name, ""), look) for name in shown) for row in rows[:MOST_ROWS]
        ),
        total=len(rows),
    )


def _cell(row: Row, name: str, called: str, look: Look) -> Cell:
    """A value; an IRI is shown by its name where it has one."""
    term = row.get(name)
    if term is None:
        return Cell("")
    text = term["value"]
    if name == "quote":
        return Cell(text, before=value_of(row, "before"), after=value_of(row, "after"), is_passage=True)
    if term["type"] == "uri":
        web = text.startswith(("https://", "http://"))
        href = look.local(text) or Addresses(look.base).local(text) or (text if web else "")
        known = value_of(row, called)
        return Cell(known or text, href=href, is_iri=not known, iri=text)
    href = ""
    if name == "line":
        href = look.document_link(row)
    elif name == "sha256":
        href = look.local(value_of(row, "document") or f"{look.base}/id/source/{text}")
    return Cell(text, href=href, is_number=term.get("datatype") in _NUMBERS)


def _columns(variables: Sequence[str]) -> Iterator[str]:
    """The columns a page has: not those that are merged into the quote, or only lead to its place."""
    for name in variables:
        merged = name in ("before", "after") and "quote" in variables
        place = name in ("lastLine", "column", "lastColumn") and "line" in variables
        document = name == "document" and not {"line", "sha256"}.isdisjoint(variables)
        code = name.endswith("Code") and name.removesuffix("Code") in variables
        if not (merged or place or document or code):
            yield name
