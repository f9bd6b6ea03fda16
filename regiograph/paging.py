"""Pages of an answer that stay the same within an edition: a total order, and a slice of it."""

from collections.abc import Mapping
from itertools import dropwhile, pairwise
from typing import Any

from regiograph.store.tokens import Token, tokens

_ENDS = {"LIMIT", "OFFSET", "VALUES"}


def in_total_order(text: str) -> str:
    """The query with all its columns at the end of its ORDER BY, so that no two rows may change places.

    >>> in_total_order("SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a ORDER BY DESC(?n) LIMIT 3")
    'SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a ORDER BY DESC(?n) ?a ?n LIMIT 3'
    >>> in_total_order("SELECT DISTINCT ?a ?b WHERE { ?a ?p ?b }")
    'SELECT DISTINCT ?a ?b WHERE { ?a ?p ?b } ORDER BY ?a ?b'
    """
    stream = list(tokens(text))
    columns = projected(stream)
    if not columns:
        return text
    closing = _end_of_pattern(stream)
    rest = stream[closing + 1 :]
    ordered = any(_word(token) == "ORDER" for token in rest)
    end = next((token for token in rest if _word(token) in _ENDS), None)
    before = end.start if end else stream[-1].start + len(stream[-1].text)
    added = " ".join(f"?{name}" for name in columns)
    piece = f"{added} " if ordered else f"ORDER BY {added} "
    head = text[:before].rstrip()
    return f"{head} {piece}{text[before:].lstrip()}".rstrip()


def projected(stream: list[Token]) -> list[str]:
    """The columns that a SELECT names, in order; none for `*` and for other forms.

    >>> projected(list(tokens("SELECT ?a (MAX(?b) AS ?c) { ?a ?p ?b }")))
    ['a', 'c']
    """
    after = list(dropwhile(lambda token: _word(token) != "SELECT", stream))
    found: list[str] = []
    depth = 0
    for before, token in pairwise(after):
        if token.text == "{" or (depth == 0 and _word(token) in {"WHERE", "FROM"}):
            break
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and (depth == 0 or _word(before) == "AS"):
            found.append(token.text[1:])
    return found


def sliced(results: Mapping[str, Any], limit: int | None, offset: int) -> dict[str, Any]:
    """Some rows of SPARQL results JSON."""
    if "boolean" in results:
        return dict(results)
    rows = results["results"]["bindings"]
    end = None if limit is None else offset + limit
    return {"head": results["head"], "results": {"bindings": rows[offset:end]}}


def _end_of_pattern(stream: list[Token]) -> int:
    depth = 0
    for place, token in enumerate(stream):
        depth += (token.text == "{") - (token.text == "}")
        if token.text == "}" and depth == 0:
            return place
    return len(stream) - 1


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
