"""What is refused before any engine reads it: too long, too deep, updates, and fetching from elsewhere.

The engine fetches for SERVICE and nothing else. It takes `SERVICE:x {` for SERVICE and `:x` (measured,
0.5.13), so a name that begins with the keyword is refused before a group. Most queries hold none of the words
that matter, which is quickly seen; only the others are read token by token.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from regiograph.errors import BadQuery, QueryRefused
from regiograph.service.depth import is_surely_flat, line_of, within_depth
from regiograph.store.tokens import Token

Kind = Literal["table", "graph"]
"""What a query answers with."""

_FORMS: dict[str, Kind] = {
    "SELECT": "table",
    "ASK": "table",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_VOLATILE = ("NOW", "RAND", "UUID")
# In lower case. What comes before a keyword matters not: the engine takes FILTERNOW() for FILTER NOW().
_MATTERS = re.compile(r"service|\\u|(?:now|rand|uuid)(?:\s|\#[^\n\r]*+[\n\r])*+\(")
_BEGINNING = re.compile(
    r"(?:\s++|\#[^\n\r]*+[\n\r]|prefix\s++[\w.\-]*+:\s*+<[^<>\"{}|^`\\\s]*+>|base\s++<[^<>\"{}|^`\\\s]*+>)*+"
    r"((?a:select|ask|construct|describe))\b",  # in ASCII: K and ſ are no k and s
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What one may know of a query without an engine."""

    kind: Kind
    volatile: bool  # it may answer differently the next time: never kept, never a 304
    fetches: bool = False  # it asks a service that is allowed


_PLAIN = {form.lower(): Checked(kind, volatile=False) for form, kind in _FORMS.items()}


def check(text: str, *, characters: int, nesting: int, services: Collection[str] = ()) -> Checked:
    """What kind of query this is. `services` are the addresses that SERVICE may ask.

    Raises:
        QueryRefused: understood, but not run here.
        BadQuery: not a query.
    """
    if len(text) > characters:
        raise QueryRefused(
            f"This query is {len(text)} characters long.",
            where="the query",
            way_out=f"Keep it within {characters} characters, or ask it in parts.",
        )
    return _at_a_glance(text, nesting) or _read(text, nesting, services)


def _at_a_glance(text: str, nesting: int) -> Checked | None:
    """What a query is, where no word that matters stands in it, not even in a comment. A query that begins
    like one, as is seen at the end, is no update."""
    small = text.lower()
    if _has_traces(small) and _MATTERS.search(small):
        return None
    if not is_surely_flat(small, nesting):
        return None
    if (plain := _PLAIN.get(text.partition(" ")[0].lower())) is not None:
        return plain
    beginning = _BEGINNING.match(text)
    return _PLAIN[beginning[1].lower()] if beginning else None


def _has_traces(small: str) -> bool:
    """Whether to look closer for what matters. Takes a tenth of the time that looking closer does."""
    return "service" in small or "\\u" in small or "now" in small or "rand" in small or "uuid" in small


def _read(text: str, nesting: int, services: Collection[str]) -> Checked:
    stream = list(within_depth(text, nesting))
    form = next((token for token in stream if _word(token) in _FORMS.keys() | _UPDATES), None)
    if form is None:
        raise BadQuery(
            "This is no SPARQL query.",
            where="the query",
            way_out="Begin with SELECT, ASK, CONSTRUCT or DESCRIBE, after the prefixes.",
        )
    if _word(form) in _UPDATES:
        raise QueryRefused(
            "Updates are not accepted here.",
            where=line_of(text, form),
            way_out="Send reports and RDF files to the archive instead; new editions are made from it.",
        )
    fetches = _check_services(text, stream, services)
    volatile = fetches or any(_word(token).endswith(_VOLATILE) for token in stream)
    return Checked(_FORMS[_word(form)], volatile, fetches)


def _check_services(text: str, stream: list[Token], allowed: Collection[str]) -> bool:
    """Whether a query asks services; only those allowed, written as they are on the list.

    Raises:
        QueryRefused: another one, or none that can be told.
    """
    before, fetches = "", False
    end = Token("mark", "", len(text))
    for token, after, then in zip(stream, [*stream[1:], end], [*stream[2:], end, end], strict=False):
        prefix = token.text.split(":")[0].lower() if token.kind == "name" else ""
        disguised = prefix.endswith("service") and after.text == "{" and before != "GRAPH"
        if disguised or "SERVICE" in _word(token):
            address = then if _word(after) == "SILENT" else after
            plain = _word(token) == "SERVICE" and address.kind == "iri"
            if not plain or address.text[1:-1] not in allowed:
                raise _no_service(line_of(text, token), bool(allowed))
            fetches = True
        before = _word(token)
    return fetches


def _no_service(line: str, others: bool) -> QueryRefused:
    if others:
        return QueryRefused(
            "This address is not among those that SERVICE may ask here.",
            where=line,
            way_out="Write one that is allowed, as a whole IRI; the service description names them.",
        )
    return QueryRefused(
        "SERVICE is not run here: nothing is fetched from elsewhere while answering.",
        where=line,
        way_out="Ask the other endpoint yourself, and give what it says in VALUES.",
    )


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
