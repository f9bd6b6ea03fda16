"""What is refused before any engine reads it: too long, too deep, updates, and fetching from elsewhere.

The engine fetches for SERVICE and nothing else. It takes `SERVICE:x {` for SERVICE and `:x` (measured,
0.5.13), so a name that begins with the keyword is refused before a group.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from regiograph.errors import BadQuery, QueryRefused
from regiograph.store.tokens import Token, tokens

_FORMS: dict[str, Literal["table", "graph"]] = {
    "SELECT": "table",
    "ASK": "table",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
_VOLATILE = {"NOW", "RAND", "UUID", "STRUUID"}
_OPENING = {"{", "(", "["}
_CLOSING = {"}", ")", "]"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What one may know of a query without an engine."""

    kind: Literal["table", "graph"]
    volatile: bool  # it may answer differently the next time: never kept, never a 304


def check(text: str, *, characters: int, nesting: int) -> Checked:
    """What kind of query this is.

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
    stream = list(tokens(text))
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
            where=_line(text, form),
            way_out="Send reports and RDF files to the archive instead; new editions are made from it.",
        )
    _check_depth(text, stream, nesting)
    _check_service(text, stream)
    return Checked(_FORMS[_word(form)], any(_word(token) in _VOLATILE for token in stream))


def _check_depth(text: str, stream: list[Token], nesting: int) -> None:
    depth = 0
    for token in stream:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth > nesting:
            raise QueryRefused(
                f"Groups, brackets and lists are nested more than {nesting} deep.",
                where=_line(text, token),
                way_out="Flatten the query, or ask it in parts.",
            )


def _check_service(text: str, stream: list[Token]) -> None:
    before = ""
    for token, after in pairwise([*stream, Token("mark", "", len(text))]):
        prefix = token.text.split(":")[0].lower() if token.kind == "name" else ""
        disguised = prefix.endswith("service") and after.text == "{" and before != "GRAPH"
        if disguised or "SERVICE" in _word(token):
            raise QueryRefused(
                "SERVICE is not run here: nothing is fetched from elsewhere while answering.",
                where=_line(text, token),
                way_out="Ask the other endpoint yourself, and give what it says in VALUES.",
            )
        before = _word(token)


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""


def _line(text: str, token: Token) -> str:
    return f"line {text.count(chr(10), 0, token.start) + 1} of the query"
