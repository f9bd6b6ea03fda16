"""The words of a SPARQL text, told apart from what only looks like them: strings, comments, IRIs, names.

Follows the lexical rules of SPARQL 1.1, section 19.8, as the embedded engine applies them. Where these could
differ, a doubtful piece becomes a mark and what follows is read as words: rather one refusal too many.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """One piece of a query. Comments and white space are none."""

    kind: str  # string, iri, name (prefix:local), variable, language, number, word or mark
    text: str
    start: int


_TOKEN = re.compile(
    r"""
      (?P<space>    \s++ | \#[^\n\r]*+ )
    | (?P<string>   \"{3}(?:\"{0,2}+(?:[^"\\]|\\.))*+\"{3} | '{3}(?:'{0,2}+(?:[^'\\]|\\.))*+'{3}
                  | "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+' )
    | (?P<iri>      <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+> )
    | (?P<name>     (?:[^\W\d_][\w.\-]*+|_)?:(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+ )
    | (?P<variable> [?$]\w++ )
    | (?P<language> @[A-Za-z]++(?:-+[A-Za-z0-9]++)*+ )
    | (?P<number>   (?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+\-]?\d++)? )
    | (?P<word>     [^\W\d]\w*+ )
    | (?P<mark>     . )
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, in order.

    >>> [t.text for t in tokens('ASK { ?s a <http://x#y> } # SERVICE')]
    ['ASK', '{', '?s', 'a', '<http://x#y>', '}']
    """
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind != "space":
            yield Token(kind, match.group(), match.start())


def names_dataset(text: str) -> bool:
    """Whether a query has a FROM clause of its own.

    >>> names_dataset("SELECT * FROM <http://g> { ?s ?p ?o }"), names_dataset('ASK { ?from ?p "from" }')
    (True, False)
    """
    if "from" not in text.lower():
        return False
    return any(token.kind == "word" and token.text.lower() == "from" for token in tokens(text))
