"""Months and seasons that are misspelt: "9 Setpember 2020". Days stay as written."""

import re
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ingest.dates.vocabulary import month_table, season_table, weekday_table

_BESIDE_A_NUMBER = re.compile(r"(?<=\d)(\W{1,3})([^\W\d_]{4,})\b|\b([^\W\d_]{4,})(?=\W{1,3}\d)")
_SHORT = 6  # letters of a word in which more than one slip makes another word


def spelt_right(text: str) -> tuple[str, str]:
    """A text in lower case with misspelt months and seasons put right, and what to say of it, or nothing.

    Only words beside a number are taken for such, and only where one month is like them.

    >>> spelt_right("9 setpember 2020")
    ('9 september 2020', '“setpember” is read as september.')
    """
    told: list[str] = []

    def right(match: re.Match[str]) -> str:
        before, word = match[1] or "", match[2] or match[3]
        month = _month_like(word)
        if month:
            told.append(f"“{word}” is read as {month}.")
        return before + (month or word)

    return _BESIDE_A_NUMBER.sub(right, text), " ".join(told)


@lru_cache(maxsize=1024)
def _month_like(word: str) -> str:
    """The month that a word misspells; empty where it is a word of its own, or like two months."""
    table = _table()
    if word in table or word in weekday_table():
        return ""
    slips = 1 if len(word) <= _SHORT else 2
    near = process.extract(word, _long_names(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    if not near:
        return ""
    least = min(distance for _, distance, _ in near)
    names = [name for name, distance, _ in near if distance == least]
    return names[0] if len({table[name] for name in names}) == 1 else ""


@cache
def _table() -> dict[str, tuple[str, int]]:
    months, seasons = month_table(), season_table()
    return {name: ("month", at) for name, at in months.items()} | {
        name: ("season", at) for name, at in seasons.items()
    }


@cache
def _long_names() -> tuple[str, ...]:
    seasons = (name for name in season_table() if len(name) >= _SHORT)
    return tuple(sorted(name for name in (*month_table(), *seasons) if len(name) > 3 and name.isalpha()))
