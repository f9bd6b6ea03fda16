"""How deep a query makes the engine's tree: by brackets in one another, and by rows of operators and clauses.

The engine reads and evaluates by recursion, and a stack that ends takes the process with it. A row counts for
as long as its bracket is open, and so does every row around it; what stands in VALUES is data, and no row.
"""

import re
from collections.abc import Iterator

from regiograph.errors import QueryRefused
from regiograph.store.tokens import Token, tokens

LONGEST_ROW = 1_000
"""Operators and clauses in a row, with those of the groups around it. Measured with pyoxigraph 0.5.13
and 8 MB of stack: a worker survives 2 000 of BIND, MINUS, AS, or groups in one another, and ends by 3 000; it
survives 6 000 of UNION, OPTIONAL, +, * and HAVING, 9 000 of !, || and &&, 10 000 of | in paths."""

_OPENING, _CLOSING = {"{", "(", "["}, {"}", ")", "]"}
_OPERATORS = {"!", "+", "-", "*", "/", "|", "&"}
_DOUBLE = {"||", "&&"}
_ROWS = (*_OPERATORS, "{", "(", "filter", "as")
_IRI = re.compile(rf'<[^<>"{{}}|^`\\\x00-\x20]{{0,{LONGEST_ROW}}}+>')
"""An IRI. What looks like a longer one may be an expression between < and >."""


def is_surely_flat(text: str, nesting: int) -> bool:
    """Whether a query, in small letters, has too few brackets and operators to be deep however they stand."""
    if text.count("{") + text.count("(") + text.count("[") > nesting:
        return False
    if len(text) <= LONGEST_ROW:
        return True
    return _links(text) <= LONGEST_ROW or _links(_IRI.sub("", text)) <= LONGEST_ROW


class Depth:
    """Follows the tokens of a query: how many brackets are open, and how many links the rows in them have."""

    def __init__(self) -> None:
        self._rows = [0]  # links in each open bracket, the outermost first
        self._links = 0  # in all of them
        self._clause = ""  # the last word
        self._in_data = False
        self._before = Token("mark", "", -1)

    def see(self, token: Token) -> None:
        """The next token."""
        if not self._in_data:
            self._count(token)
        if token.text in _OPENING:
            self._in_data = self._in_data or (token.text == "{" and self._clause == "VALUES")
            self._rows.append(0)
        elif token.text in _CLOSING:
            self._in_data = self._in_data and token.text != "}"
            self._links -= self._rows.pop() if len(self._rows) > 1 else 0
        elif token.kind == "word":
            self._clause = token.text.upper()
        self._before = token

    @property
    def brackets(self) -> int:
        """How many are open."""
        return len(self._rows) - 1

    @property
    def links(self) -> int:
        """Operators and clauses in the rows that are open."""
        return self._links

    def _count(self, token: Token) -> None:
        if token.kind == "iri" and len(token.text) > LONGEST_ROW:
            self._add(sum(map(token.text.count, _OPERATORS)))
        elif token.kind == "word":
            word = token.text.upper()
            self._add(word == "FILTER")
            self._add(word == "AS", around=1)
        elif token.kind == "mark":
            again = token.text * 2 in _DOUBLE and self._is_beside(token, token.text)
            self._add(token.text in _OPERATORS and not again)
            self._add(token.text == "{" or (token.text == "(" and self._before.text == ")"))
            self._add(-1 if token.text == "=" and self._is_beside(token, "!") else 0)

    def _add(self, links: int, around: int = 0) -> None:
        self._rows[-1 - min(around, self.brackets)] += links
        self._links += links

    def _is_beside(self, token: Token, mark: str) -> bool:
        return self._before.text == mark and self._before.start == token.start - 1


def within_depth(text: str, nesting: int) -> Iterator[Token]:
    """The tokens of a query, as long as the engine can read it.

    Raises:
        QueryRefused: brackets are nested deeper than that, or a row is longer than `LONGEST_ROW`.
    """
    depth = Depth()
    for token in tokens(text):
        depth.see(token)
        if depth.brackets > nesting:
            raise QueryRefused(
                f"Groups, brackets and lists are nested more than {nesting} deep.",
                where=line_of(text, token),
                way_out="Flatten the query, or ask it in parts.",
            )
        if depth.links > LONGEST_ROW:
            raise QueryRefused(
                f"More than {LONGEST_ROW} operators and clauses stand in a row.",
                where=line_of(text, token),
                way_out="Write long lists in VALUES or IN, or ask in parts.",
            )
        yield token


def _links(text: str) -> int:
    """At least as many as the rows of a text have together."""
    return sum(map(text.count, _ROWS)) - sum(map(text.count, _DOUBLE))


def line_of(text: str, token: Token) -> str:
    """Where a token stands, as people say it."""
    return f"line {text.count(chr(10), 0, token.start) + 1} of the query"
