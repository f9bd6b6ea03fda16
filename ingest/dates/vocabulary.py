"""The words of dates, and patterns made of them. They are data: words.toml; cldr.toml for names from CLDR."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}  # by their first month
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
FIRST = {
    "1": 1, "1st": 1, "first": 1, "i": 1, "premier": 1, "première": 1, "erstes": 1, "primer": 1, "primo": 1,
    "2": 2, "2nd": 2, "second": 2, "ii": 2, "2e": 2, "deuxième": 2, "zweites": 2, "segundo": 2, "secondo": 2,
    "3": 3, "3rd": 3, "third": 3, "iii": 3, "troisième": 3, "drittes": 3, "tercer": 3, "terzo": 3,
    "4": 4, "4th": 4, "fourth": 4, "iv": 4, "last": 4, "quatrième": 4, "viertes": 4, "cuarto": 4, "quarto": 4,
}  # fmt: skip


_PIECE = re.compile(r"\{([a-z_]+)\}")
_NOTHING = "(?!)"  # a pattern that nothing matches


@cache
def words() -> dict[str, Any]:
    """What words.toml holds."""
    return _data("words.toml")


@cache
def names() -> dict[str, Any]:
    """The names of months and days, as cldr.toml has them."""
    return _data("cldr.toml")


def _data(file: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / file).read_text(encoding="utf-8"))


def search(template: str, text: str) -> re.Match[str] | None:
    """Where a text first matches a pattern; of all names of months only those in the text are tried."""
    return pattern(template, _months_in(text) if _tells_months(template) else ()).search(text)


@lru_cache(maxsize=1024)
def pattern(template: str, months: tuple[str, ...] = ()) -> re.Pattern[str]:
    """A pattern with the pieces it names in braces put in: `{month}` is any of some month names."""
    while found := _PIECE.search(template):
        piece = (_any_of(months) or _NOTHING) if found[1] == "month" else _piece(found[1])
        template = template.replace(found[0], piece)
    return re.compile(template)


@cache
def _tells_months(template: str) -> bool:
    named = _PIECE.findall(template)
    return "month" in named or any(_tells_months(_piece(name)) for name in named)


@lru_cache(maxsize=64)
def _months_in(text: str) -> tuple[str, ...]:
    return tuple(name for name in month_table() if name in text)


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _piece(name: str) -> str:
    lists: dict[str, Iterable[str]] = {
        "first": FIRST,
        "roman": ROMAN,
        "season": season_table(),
        "changed": words()["changed"]["words"],
        "week_of": words()["week_of"]["words"],
        "fortnight": words()["fortnights"]["words"],
        **words()["parts"],
    }
    return _any_of(lists[name]) if name in lists else words()["pieces"][name]


@cache
def recurring() -> re.Pattern[str]:
    """Words of a date that comes again and again."""
    again = (re.escape(word).replace(r"\*", r"\w*") for word in words()["again"]["words"])
    return re.compile(
        r"\b(?:(?:every|each)\s+(?:\d+|two|three|four|six|second|third|other|first|last|week|month|quarter|year|day|half|"
        r"mon|tue|wed|thu|fri|sat|sun)\w*|of\s+(?:each|every)|jede[nrms]?|(?:once|twice|\w+\s+times)\s+(?:a|per)\s+\w+|"
        rf"{'|'.join(again)})(?!\w)"
    )


@cache
def month_table() -> dict[str, int]:
    """The number of a month, 1 to 12, by its names; those that name two only where one is English."""
    english = (*enumerate(names()["english"]["months"], 1), *enumerate(names()["english"]["short_months"], 1))
    more = {name: int(number) for number, several in words()["months"].items() for name in several}
    sure, clashing = _numbered(names()["months"])
    kept = {name: number for name, number in more.items() if name not in clashing}
    return kept | sure | {name.casefold(): number for number, name in english}


@cache
def weekday_table() -> dict[str, int]:
    """The number of a day of the week, 0 to 6, by its names; Monday is 0."""
    english = {name.casefold(): number for number, name in enumerate(names()["english"]["days"])}
    return _numbered(names()["days"])[0] | english


def _numbered(several: dict[str, list[str]]) -> tuple[dict[str, int], set[str]]:
    """The number of each name that has one alone, and the names that have two."""
    count = Counter(name for each in several.values() for name in each)
    clashing = {name for name, numbers in count.items() if numbers > 1}
    sure = {name: int(number) for number, each in several.items() for name in each if name not in clashing}
    return sure, clashing


@cache
def season_table() -> dict[str, int]:
    """The first month of each season, by its words."""
    return {word: _SEASONS[name] for name, several in words()["seasons"].items() for word in several}


def month_of(name: str) -> int:
    """The number of a month's name or Roman number.

    Raises:
        KeyError: it is none.
    """
    return ROMAN.index(name) + 1 if name in ROMAN else month_table()[name]


def english_month(number: int) -> str:
    """The English name of a month, in lower case."""
    return str(names()["english"]["months"][number - 1]).casefold()


def english_day(number: int) -> str:
    """The English name of a day of the week."""
    return str(names()["english"]["days"][number])
