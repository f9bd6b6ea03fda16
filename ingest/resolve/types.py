"""What kind of body a name says it is: "… University", "… GmbH". Knows words, held as data; an inference."""

from functools import cache
from typing import NamedTuple

from ingest.resolve.names import fold
from ingest.resolve.table import rows
from regiograph.rooms import room

_LONGEST = 5  # words


def organisation_type(name: str) -> tuple[str, str] | None:
    """The type and the helix sector that the words of a name tell; None where no word tells any.

    Of several the longest wins, then the first of the table.

    >>> organisation_type("Gdańsk University of Technology"), organisation_type("DSM")
    (('university', 'academia'), None)
    """
    words = fold(name).split()
    table = _table()
    found: list[tuple[int, _Row]] = []
    for start, word in enumerate(words):
        for count in range(1, min(_LONGEST, len(words) - start) + 1):
            span = " ".join(words[start : start + count])
            at_end = start > 0 and start + count == len(words)
            found += [
                (-count, row) for row in (table.whole.get(span), at_end and table.last.get(span)) if row
            ]
        found += [(-1, row) for end, row in table.endings.items() if word.endswith(end) and word != end]
    return min(found)[1][1:] if found else None


def is_field(word: str) -> bool:
    """Whether a word is a field of work, which names join by "and": "Research and Innovation Agency".

    >>> is_field("Innovation"), is_field("Sirris")
    (True, False)
    """
    return fold(word) in _fields()


@cache
def _fields() -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in rows(room("reference") / "field_words.csv"))


_Row = tuple[int, str, str]  # position in the table, type, helix


class _Table(NamedTuple):
    whole: dict[str, _Row]
    last: dict[str, _Row]  # only as the last words: legal forms
    endings: dict[str, _Row]  # only as the end of a longer word


@cache
def _table() -> _Table:
    """The words of `organisation_types.csv` by key: `… gmbh` stands last, `*institut` ends a longer word."""
    table = _Table({}, {}, {})
    for position, row in enumerate(rows(room("reference") / "organisation_types.csv")):
        words = row["words"]
        kind = (
            table.endings if words.startswith("*") else table.last if words.startswith("…") else table.whole
        )
        kind.setdefault(fold(words), (position, row["type"], row["helix"]))
    return table
