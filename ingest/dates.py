"""Dates as people write them → first and last day, precision, and what does not fit.

Words are data (dates.toml). Day before month before year, as in the forms. A date that cannot be is reported,
never repaired.
"""

import re
import tomllib
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale

from ingest.form import Passage
from ingest.questionnaire import plain
from ingest.report import When

LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt",
    "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
"""The official languages of the EU, in which month and day names are understood."""

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}  # by their first month
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_LONGEST = 1000  # characters in which a date is looked for
_FIRST = {
    "1": 1, "1st": 1, "first": 1, "i": 1, "premier": 1, "première": 1, "erstes": 1, "primer": 1, "primo": 1,
    "2": 2, "2nd": 2, "second": 2, "ii": 2, "2e": 2, "deuxième": 2, "zweites": 2, "segundo": 2, "secondo": 2,
    "3": 3, "3rd": 3, "third": 3, "iii": 3, "troisième": 3, "drittes": 3, "tercer": 3, "terzo": 3,
    "4": 4, "4th": 4, "fourth": 4, "iv": 4, "last": 4, "quatrième": 4, "viertes": 4, "cuarto": 4, "quarto": 4,
}  # fmt: skip
_HAS_YEAR = re.compile(r"(?:19|20)\d\d|'\d\d|\d[/.-]\d{1,2}[/.-]\d\d")


class _Span(NamedTuple):
    start: date
    end: date
    precision: str


@dataclass(frozen=True, slots=True)
class _Period:
    """What a missing year is inferred from: the days reported on, and whether the date is planned."""

    start: date | None
    end: date | None
    planned: bool

    def year_of(self, month: int, day: int) -> int | None:
        """The year in which a day of a month lies in the period, or first after it when planned."""
        if self.start is None or self.end is None:
            return None
        if self.planned:
            coming = (self.end.year, self.end.year + 1)
            return next((year for year in coming if (year, month, day) > _key(self.end)), coming[-1])
        gone = (self.end.year, self.start.year, self.start.year - 1)
        return next((year for year in gone if (year, month, day) <= _key(self.end)), gone[0])

    def is_near(self, year: int) -> bool:
        """Whether a year is that of the period, or one beside it."""
        return (
            self.start is not None
            and self.end is not None
            and self.start.year - 1 <= year <= self.end.year + 2
        )


def _key(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


class _ImpossibleDateError(ValueError):
    """The numbers name no day of the calendar."""


def understand(passage: Passage, *, period: tuple[date, date] | None = None, planned: bool = False) -> When:
    """The days a passage names. `start` is None where it names none, or one that cannot be.

    A missing year is inferred from the reporting period, and for planned dates from the time after it.
    """
    text = _normal(passage.text)
    around = _Period(period[0] if period else None, period[1] if period else None, planned)
    start_time, end_time = _times(text)
    bare = _without_times(text)
    if _recurring().search(text):
        return When(passage=passage, start=None, end=None, precision=None)
    try:
        span = _changed_to(bare, around) or _first_span(bare, around)
    except _ImpossibleDateError as error:
        return When(passage=passage, start=None, end=None, precision=None, doubt=str(error))
    if span is None:
        return When(passage=passage, start=None, end=None, precision=None)
    span = _by_weekday(bare, span)
    return When(
        passage=passage,
        start=span.start,
        end=span.end,
        precision=span.precision,
        start_time=start_time,
        end_time=end_time,
        doubt=_weekday_doubt(bare, span),
    )


def understand_period(passage: Passage) -> When:
    """A reporting period: "July - December 2020", "2020 H2", "01/07/2020 – 31/12/2020"."""
    text = _normal(passage.text)
    try:
        span = _first_span(text, _Period(None, None, False))
    except _ImpossibleDateError as error:
        return When(passage=passage, start=None, end=None, precision=None, doubt=str(error))
    if span is None:
        return When(passage=passage, start=None, end=None, precision=None)
    return When(passage=passage, start=span.start, end=span.end, precision=span.precision)


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFC", plain(text[:_LONGEST])).casefold().replace("\u00a0", " ")
    for clash in _words()["clashes"]:
        dotted, undotted = (_english_month(clash[each]) for each in ("dotted", "undotted"))
        text = re.sub(rf"(\d\.\s*){clash['word']}\b", rf"\1{dotted}", text)
        text = re.sub(rf"(\d\s+){clash['word']}\b", rf"\1{undotted}", text)
    return text


@cache
def _words() -> dict[str, Any]:
    """What dates.toml holds."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _recurring() -> re.Pattern[str]:
    """Words of a date that comes again and again."""
    words = (re.escape(word).replace(r"\*", r"\w*") for word in _words()["again"]["words"])
    return re.compile(
        r"\b(?:(?:every|each)\s+(?:\d+|two|three|four|six|second|third|other|first|last|week|month|quarter|year|day|half|"
        r"mon|tue|wed|thu|fri|sat|sun)\w*|of\s+(?:each|every)|jede[nrms]?|(?:once|twice|\w+\s+times)\s+(?:a|per)\s+\w+|"
        rf"{'|'.join(words)})(?!\w)"
    )


# --- the grammar: each rule yields a span or nothing; the first that matches wins -------------------


def _first_span(text: str, around: _Period) -> _Span | None:
    for rule in _rules():
        if found := rule(text, around):
            return found
    return None


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return _pattern(pattern).search(text)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """A pattern with the pieces it names in braces put in."""
    found = re.search(r"\{([a-z_]+)\}", template)
    while found:
        template = template.replace(found[0], _piece(found[1]))
        found = re.search(r"\{([a-z_]+)\}", template)
    return re.compile(template)


@cache
def _piece(name: str) -> str:
    words = _words()
    lists: dict[str, Iterable[str]] = {
        "month": _month_table(),
        "first": _FIRST,
        "roman": _ROMAN,
        "season": _season_table(),
        "changed": words["changed"]["words"],
        "week_of": words["week_of"]["words"],
        "fortnight": words["fortnights"]["words"],
        **words["parts"],
    }
    return _any_of(lists[name]) if name in lists else words["pieces"][name]


def _changed_to(text: str, around: _Period) -> _Span | None:
    """The days a thing was put off to: `12 October (postponed to 14 January)`. They come after the period."""
    parts = _pattern(r"\b(?:{changed})(?!\w|\s+(?:from|de|du|von|vom|del|dal|van|od|z)\b)").split(text)
    return _first_span(parts[-1], replace(around, planned=True)) if len(parts) > 1 else None


Rule = Callable[[str, _Period], _Span | None]


@cache
def _rules() -> tuple[Rule, ...]:
    return (
        _week_of, _iso, _full_range, _day_range, _day_month_range, _roman_day, _month_range, _numeric, _day,
        _part_month, _half, _quarter, _week, _week_of_month, _season, _year_range, _numeric_month, _month,
        _part_year, _only_year,
    )  # fmt: skip


def _iso(text: str, around: _Period) -> _Span | None:
    """`2020-11-03`, `2020-11-03/05`, `2020.11.03 - 2020.11.05`, `20201103`."""
    found = _pattern(
        r"(?<![\d/.-])({year})(?:[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(?:\.?\s?[-–/]\s?(\d{1,2})(?![\d/.:-]\d|\d))?"
        r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d))"
    ).findall(text)
    days = [
        _day_of(int(year), int(month or packed_month), int(each))
        for year, month, day, last, packed_month, packed_day in found
        for each in (day or packed_day, last)
        if each
    ]
    return _Span(days[0], days[-1], "day") if days else None


def _week_of(text: str, around: _Period) -> _Span | None:
    """`week of 16 November 2020`, `w/c 16/11`: the week that the day is in."""
    match = _search(r"(?<!\w)(?:{week_of})\s+(?:the\s+)?(?=\d|\w+day)", text)
    span = _first_span(text[match.end() :], around) if match else None
    if span is None or span.start != span.end:
        return span if span and span.precision == "day" else None
    monday = span.start - timedelta(days=span.start.weekday())
    return _Span(monday, monday + timedelta(days=6), "week")


def _full_range(text: str, around: _Period) -> _Span | None:
    """`28/02/2021 - 02/03/2021`, `28.2. - 2.3.2021`, `30 November - 2 December`, `3/11/2020, 17/11/2020`."""
    match = _search(
        r"(?<![\d/.]){day}(?:{joint}{weekday}{some_day}){0,11}{joint}{weekday}{day}",
        text,
    )
    if not match:
        return None
    day1, num1, name1, year1, day2, num2, name2, year2 = match.groups()
    month1, month2 = (int(num1) if num1 else _month_of(name1)), (int(num2) if num2 else _month_of(name2))
    end_year = _year(year2) or _year(year1) or around.year_of(month2, int(day2))
    if end_year is None:
        return None
    start_year = _year(year1) or (end_year - 1 if (month1, int(day1)) > (month2, int(day2)) else end_year)
    first, last = _day_of(start_year, month1, int(day1)), _day_of(end_year, month2, int(day2))
    return _Span(min(first, last), max(first, last), "day")


def _day_range(text: str, around: _Period) -> _Span | None:
    """`3-4 December 2020`, `17-19/11/2020`, `12., 13. March`, `3, 10 and 17 November`."""
    match = _search(
        r"(?<![\d/.])(\d{1,2}){ordinal}(?:(?:{dash}|\s*,\s*)(?:[^\W\d]+\.?,?\s+)?\d{1,2}{ordinal}){0,11}?"
        r"(?:{dash}|\s*,\s*)(?:[^\W\d]+\.?,?\s+)?(\d{1,2}){ordinal}\s*"
        r"(?:[/.]\s*(\d{1,2})[/.]\s*((?:19|20)?\d\d)?|-(\d{1,2})-((?:19|20)\d\d)"
        r"|{of}({month})\b\.?,?\s*(?:de\s+)?((?:19|20)\d\d)?)",
        text,
    )
    if not match:
        return None
    first, last, number, year1, dashed, year2, name, year3 = match.groups()
    month = int(number or dashed) if number or dashed else _month_of(name)
    year = _year(year1 or year2 or year3) or around.year_of(month, int(last))
    if year is None:
        return None
    return _Span(_day_of(year, month, int(first)), _day_of(year, month, int(last)), "day")


def _day_month_range(text: str, around: _Period) -> _Span | None:
    """`March 12-14, 2021`, `December 3 and 4`, `November 30 - December 2, 2020`."""
    match = _search(
        r"\b({month})\b\.?\s*(\d{1,2}){ordinal}(?:{dash}(?:({month})\b\.?\s*)?(\d{1,2}){ordinal})?(?!\d)"
        r"(?:,?\s*((?:19|20)\d\d))?",
        text,
    )
    if not match or _search(r"(?<!\d)\d{1,2}{ordinal}[\s/.-]*{of}$", text[: match.start()]):
        return None  # the number belongs to a day before the month: "19 Nov 20"
    name, first, other, last, stated = match.groups()
    month = _month_of(name)
    end_month = _month_of(other) if other else month
    year = _year(stated) or _year_before(text, match) or around.year_of(end_month, int(last or first))
    if year is None:
        return None
    start_year = year - 1 if month > end_month else year
    return _Span(_day_of(start_year, month, int(first)), _day_of(year, end_month, int(last or first)), "day")


def _year_before(text: str, match: re.Match[str]) -> int | None:
    """The year just before what matched: "2021. március 15."."""
    found = _search(r"\b((?:19|20)\d\d)\W+(?:\w\.?\s+)?$", text[: match.start()])
    return int(found[1]) if found else None


def _roman_day(text: str, around: _Period) -> _Span | None:
    """`17.IX.2022`, `17 IX 2022`."""
    match = _search(r"(?<![\d/.])(\d{1,2})\s?[./\s-]\s?([ivx]{1,4})[./\s-]\s?((?:19|20)\d\d)\b", text)
    if not match or match[2] not in _ROMAN:
        return None
    day = _day_of(int(match[3]), _ROMAN.index(match[2]) + 1, int(match[1]))
    return _Span(day, day, "day")


def _month_range(text: str, around: _Period) -> _Span | None:
    """`July - December 2020`, `May/June 2019`, `January, March and May 2020`, `XI-XII 2020`."""
    match = _search(
        r"\b({month})\b\.?\s*((?:19|20)\d\d)?(?:\s*,\s*(?:{month})\b\.?){0,11}(?:{dash}|{or})({month})\b\.?,?\s*"
        r"((?:19|20)\d\d)?",
        text,
    ) or _search(r"\b({roman})(\b)\s?[-–/]\s?({roman})\b[\s./]*((?:19|20)\d\d)", text)
    if not match:
        return None
    first, last = _month_of(match[1]), _month_of(match[3])
    year = _year(match[4]) or _year(match[2]) or around.year_of(last, 1)
    if year is None:
        return None
    start_year = _year(match[2]) or (year - 1 if first > last else year)
    return _Span(date(start_year, first, 1), _last_day(year, last), "month")


def _numeric(text: str, around: _Period) -> _Span | None:
    """`8/12/2020`, `8.12.20`, `8-12-2020`, `8/12`."""
    match = _search(r"(?<![\d/.])(\d{1,2})\s?([/.\-])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d|\d\d)(?!\d)", text)
    if match:
        day = _day_of(_year(match[4]) or 0, int(match[3]), int(match[1]))
        return _Span(day, day, "day")
    match = _search(r"(?<![\d/.])(\d{1,2})([/.])(\d{1,2})(?:\.(?!\d)|(?![\d/.]))", text)
    if match and int(match[3]) <= 12:
        year = around.year_of(int(match[3]), int(match[1]))
        if year is not None:
            day = _day_of(year, int(match[3]), int(match[1]))
            return _Span(day, day, "day")
    return None


def _day(text: str, around: _Period) -> _Span | None:
    """`11 May 2020`, `30th October`, `22nd of June 2021`, `19 Nov 20`."""
    match = _search(
        r"(?<![\d/.])(\d{1,2}){ordinal}[\s/.-]*{of}({month})(?![^\W\d])[.,/-]*\s*(?:de\s+|del\s+|of\s+)?"
        r"((?:19|20)\d\d|['’]\d\d|(?<=[-/])\d\d\b|(?<=\s)\d\d\b(?![.:h]))?",
        text,
    )
    if not match:
        return None
    month = _month_of(match[2])
    stated = _year(match[3])
    if stated and " " in match[0][-3:] and not around.is_near(stated):
        stated = None  # hardly a year: "3 November 10-12"
    year = stated or around.year_of(month, int(match[1]))
    if year is None:
        return None
    day = _day_of(year, month, int(match[1]))
    return _Span(day, day, "day")


def _half(text: str, around: _Period) -> _Span | None:
    """`H1 2020`, `2H2020`, `2020/S2`, `second half of 2020`, `2. Halbjahr 2020`, `2020, second half`."""
    match = (
        _search(r"\b(?:h|s)\s?(?P<number>[12])[\s/-]*(?P<year>(?:19|20)\d\d)", text)
        or _search(r"\b(?P<number>[12])\s?(?:h|s)[\s/-]*(?P<year>(?:19|20)\d\d)", text)
        or _search(r"\b(?P<year>(?:19|20)\d\d)[\s/-]*(?:h|s)\s?(?P<number>[12])\b", text)
        or _search(
            r"\b(?P<number>{first})(?:er|st|nd|e|ème|°|º|\.)?\s*{half}(?:\s+of|\s+de)?(?:\s+the\s+year)?[\s,]*(?P<year>(?:19|20)\d\d)",
            text,
        )
        or _search(r"\b{half}\s+(?P<number>[12])[\s/,-]+(?P<year>(?:19|20)\d\d)", text)
        or _search(
            r"\b(?P<year>(?:19|20)\d\d)[\s,(/-]*(?P<number>{first})(?:er|st|nd|e|ème|°|º|\.)?\s*{half}",
            text,
        )
        or _search(r"\b(?P<number>{first})(?:er|st|nd|e|ème|°|º|\.)?\s*{half}\b(?P<year>)", text)
    )
    if not match or _FIRST[match["number"]] > 2:
        return None
    first = 7 if _FIRST[match["number"]] == 2 else 1
    year = _year(match["year"]) or around.year_of(first + 5, 1)
    return _months(year, first, 6, "half") if year else None


def _quarter(text: str, around: _Period) -> _Span | None:
    """`Q2 2021`, `1Q22`, `2021/Q3`, `third quarter of 2021`, `3. Quartal 2021`, `Q1-Q2 2021`."""
    match = (
        _search(
            r"\b(?:q|t)\s?(?P<number>[1-4])(?:\s?(?:[-–/&+]|and|to)\s?(?:q|t)(?P<last>[1-4]))?[\s/'’-]*(?P<year>(?:19|20)?\d\d)\b",
            text,
        )
        or _search(r"\b(?P<number>[1-4])\s?(?:q|t)(?P<last>\b)?[\s/'’-]*(?P<year>(?:19|20)?\d\d)\b", text)
        or _search(r"\b(?P<year>(?:19|20)\d\d)[\s/-]*(?:q|t)\s?(?P<number>[1-4])(?P<last>\b)", text)
        or _search(
            r"\b(?P<number>{first})(?:er|st|nd|rd|th|e|ème|°|º|\.)?\s*(?P<last>\b)?{quarter}(?:\s+of|\s+de)?[\s,/]*(?P<year>(?:19|20)\d\d)?",
            text,
        )
        or _search(r"\b(?P<number>i{1,3}|iv)\s*kw\b\.?(?P<last>)\s*(?P<year>(?:19|20)\d\d)?", text)
        or _search(r"\bq\s?(?P<number>[1-4])\b(?P<last>\b)(?P<year>\b)", text)
    )
    if not match:
        return None
    first = _FIRST[match["number"]]
    last = int(match["last"]) if match["last"] else first
    year = _year(match["year"]) or around.year_of(last * 3, 1)
    return _months(year, first * 3 - 2, (last - first + 1) * 3, "quarter") if year and last >= first else None


def _week(text: str, around: _Period) -> _Span | None:
    """`week 20`, `W20 2021`, `calendar week 20/2021`: ISO 8601 weeks."""
    match = _search(
        r"\b(?:weeks?|wk|w|kw|cw|semaines?|semana|settimana|vecka|uge|viikko|týden|tydzień)\s?(\d{1,2})\b"
        r"(?:\s?(?:-|–|and|to|/|&)\s?(\d{1,2})\b(?!\d))?(?:[\s/,of-]*((?:19|20)\d\d))?",
        text,
    )
    if not match:
        return None
    month = min(12, max(1, round(int(match[1]) / 4.35)))
    year = _year(match[3]) or around.year_of(month, 1)
    if year is None:
        return None
    try:
        monday = date.fromisocalendar(year, int(match[1]), 1)
        last = date.fromisocalendar(year, int(match[2] or match[1]), 1)
    except ValueError:
        raise _ImpossibleDateError(f"{year} has no week {match[1]}.") from None
    return _Span(monday, max(monday, last) + timedelta(days=6), "week")


def _week_of_month(text: str, around: _Period) -> _Span | None:
    """`first week of July 2021`, `last week of May`: seven days each."""
    match = _search(
        r"\b({first})\s+(?:week|semaine|woche|semana|settimana)\s+(?:of\s+|in\s+|de\s+|im\s+|di\s+)?({month})\b"
        r"\.?{then_year}",
        text,
    )
    if not match:
        return None
    month = _month_of(match[2])
    year = _year(match[3]) or around.year_of(month, 1)
    if year is None:
        return None
    last = _last_day(year, month)
    first = last - timedelta(days=6) if match[1] == "last" else date(year, month, _FIRST[match[1]] * 7 - 6)
    return _Span(first, first + timedelta(days=6), "week")


def _part_month(text: str, around: _Period) -> _Span | None:
    """`end of October`, `early March 2021`, `mid-May`: ten days each; `second half of November`: a half."""
    if match := _search(
        r"\b({first})\s*(?:{fortnight})\s+(?:of\s+|de\s+|di\s+)?({month})\b\.?{then_year}", text
    ):
        return _days_of(match[2], match[3], around, (1, 15) if _FIRST[match[1]] == 1 else (16, 31))
    for before, behind, days in (
        (r"{beginning}", r"{behind_beginning}", (1, 10)),
        (r"{middle}", r"{behind_middle}", (11, 20)),
        (r"{end}", r"{behind_end}", (21, 31)),
    ):
        first = rf"\b(?:{before})[\s-]*(?:(?:{{joints}})(?:\s+|(?<=['’])))*({{month}})\b\.?{{then_year}}"
        if match := _search(first, text):
            return _days_of(match[1], match[2], around, days)
        if match := _search(rf"(?:({{year}})\W+(?:\w\.?\s+)?)?\b({{month}})\b\s+(?:{behind})\b", text):
            return _days_of(match[2], match[1], around, days)
    return None


def _days_of(name: str, stated: str | None, around: _Period, days: tuple[int, int]) -> _Span | None:
    """Some days of a month, no further than it has."""
    month = _month_of(name)
    year = _year(stated) or around.year_of(month, 28)
    if year is None:
        return None
    last = _last_day(year, month)
    return _Span(date(year, month, days[0]), last.replace(day=min(days[1], last.day)), "part-month")


def _numeric_month(text: str, around: _Period) -> _Span | None:
    """`12/2020`, `XII.2020`, `2020-12`, `07/2020 - 12/2020`, `07-12/2020`."""
    if match := _search(
        r"(?<![\d/.])(\d{1,2})(?:\s?[/.]\s?((?:19|20)\d\d))?{dash}(\d{1,2})\s?[/.]\s?((?:19|20)\d\d)\b",
        text,
    ):
        first, last, year = int(match[1]), int(match[3]), int(match[4])
        if 1 <= first <= 12 and 1 <= last <= 12:
            return _Span(date(int(match[2] or year), first, 1), _last_day(year, last), "month")
    if match := _search(r"(?<![\d/.])(\d{1,2})\s?[/.\-]\s?((?:19|20)\d\d)\b", text):
        month, year = int(match[1]), int(match[2])
    elif match := _search(r"\b((?:19|20)\d\d)[/.\-](\d{1,2})(?![\d/.])", text):
        month, year = int(match[2]), int(match[1])
    elif match := _search(r"\b([ivx]{1,4})[\s/.\-]+((?:19|20)\d\d)\b", text):
        month = _ROMAN.index(match[1]) + 1 if match[1] in _ROMAN else 0
        year = int(match[2])
    else:
        return None
    if not 1 <= month <= 12:
        raise _ImpossibleDateError(f"There is no month {match[0]}.")
    return _months(year, month, 1, "month")


def _month(text: str, around: _Period) -> _Span | None:
    match = _search(r"\b({month})\b\.?,?\s*(?:of\s+|de\s+)?((?:19|20)\d\d|'\d\d)?", text)
    if not match:
        return None
    month = _month_of(match[1])
    year = _year(match[2]) or around.year_of(month, 1)
    return _months(year, month, 1, "month") if year else None


def _season(text: str, around: _Period) -> _Span | None:
    """Meteorological seasons: spring is March to May; winter begins in December of the year named."""
    match = _search(r"\b({season})\b(?:\s?[-–/]\s?\b({season})\b)?\.?,?\s*(?:of\s+|de\s+)?({year})?", text)
    if not match:
        return None
    month, last = _season_table()[match[1]], _season_table()[match[2] or match[1]]
    year = _year(match[3]) or around.year_of(month, 1)
    return _months(year, month, (last - month) % 12 + 3, "season") if year else None


def _year_range(text: str, around: _Period) -> _Span | None:
    """`2021-2022`, `2021/22`."""
    match = _search(r"(?<![\d/.-])((?:19|20)\d\d)\s?[-–/]\s?((?:(?:19|20)\d\d)|\d\d)(?![\d/.-])", text)
    if not match:
        return None
    first = int(match[1])
    last = int(match[2]) if len(match[2]) == 4 else first // 100 * 100 + int(match[2])
    if not first < last <= first + 10 or (len(match[2]) == 2 and int(match[2]) <= 12):
        return None  # `2020-12` is a month
    return _Span(date(first, 1, 1), date(last, 12, 31), "year")


def _part_year(text: str, around: _Period) -> _Span | None:
    """`end of 2020`, `early 2021`: the last or first quarter; `mid-2021`: June and July."""
    for name, month, count, precision in (
        ("beginning", 1, 3, "quarter"),
        ("middle", 6, 2, "month"),
        ("end", 10, 3, "quarter"),
    ):
        if match := _search(
            rf"\b(?:{{{name}}})[\s-]*(?:(?:{{joints}}|year)\s+)*({{year}})(?![\d/]|-\d)", text
        ):
            return _months(int(match[1]), month, count, precision)
    return None


def _only_year(text: str, around: _Period) -> _Span | None:
    match = _search(r"(?<![\d/.])(?<!\d-)((?:19|20)\d\d)(?![\d/]|-\d)", text)
    return _months(int(match[1]), 1, 12, "year") if match else None


# --- pieces -----------------------------------------------------------------------------------------


def _months(year: int, month: int, count: int, precision: str) -> _Span:
    last = year * 12 + month - 1 + count - 1
    return _Span(date(year, month, 1), _last_day(last // 12, last % 12 + 1), precision)


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _day_of(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _ImpossibleDateError(f"There is no day {day}/{month}/{year}.") from None


def _year(text: str | None) -> int | None:
    if not text:
        return None
    digits = text.lstrip("'’")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _names(kind: str) -> Iterator[tuple[int, str]]:
    for language in LANGUAGES:
        table = getattr(Locale(language), kind)
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in table[form][width].items():
                    word = unicodedata.normalize("NFC", name).casefold().rstrip(".")
                    if len(word) >= 3 and not any(char.isdigit() for char in word):
                        yield number, word


@cache
def _month_table() -> dict[str, int]:
    table: dict[str, int] = {}
    clashing: set[str] = set()
    for number, word in _names("months"):
        if table.setdefault(word, number) != number:
            clashing.add(word)
    english = Locale("en").months["format"]
    keep = {
        english[width][number].casefold(): number
        for width in ("wide", "abbreviated")
        for number in range(1, 13)
    }
    more = {word: int(number) for number, words in _words()["months"].items() for word in words}
    return {word: number for word, number in (more | table).items() if word not in clashing} | keep


def _english_month(number: int) -> str:
    return str(Locale("en").months["format"]["wide"][number]).casefold()


@cache
def _weekday_table() -> dict[str, int]:
    table: dict[str, int] = {}
    clashing: set[str] = set()
    for number, word in _names("days"):
        if table.setdefault(word, number) != number:
            clashing.add(word)
    english = {Locale("en").days["format"]["wide"][number].casefold(): number for number in range(7)}
    return {word: number for word, number in table.items() if word not in clashing} | english


@cache
def _season_table() -> dict[str, int]:
    """The first month of each season, by its words."""
    return {word: _SEASONS[name] for name, words in _words()["seasons"].items() for word in words}


def _month_of(name: str) -> int:
    return _ROMAN.index(name) + 1 if name in _ROMAN else _month_table()[name]


def _by_weekday(text: str, span: _Span) -> _Span:
    """The span in the year beside the inferred one, where only there its first day is the weekday written."""
    stated = _weekdays(text)
    if span.precision != "day" or not stated or stated[0] == span.start.weekday() or _HAS_YEAR.search(text):
        return span
    fitting = []
    for years in (-1, 1):
        try:
            moved = [day.replace(year=day.year + years) for day in (span.start, span.end)]
        except ValueError:  # 29 February
            continue
        if moved[0].weekday() == stated[0]:
            fitting.append(_Span(moved[0], moved[1], span.precision))
    return fitting[0] if len(fitting) == 1 else span


def _weekdays(text: str) -> list[int]:
    table, months = _weekday_table(), _month_table()
    return [table[word] for word in re.findall(r"[^\W\d]+", text) if word in table and word not in months]


def _weekday_doubt(text: str, span: _Span) -> str:
    if span.precision != "day":
        return ""
    stated = _weekdays(text)
    if not stated or stated[0] == span.start.weekday():
        return ""
    names = Locale("en").days["format"]["wide"]
    return f"{span.start.isoformat()} is a {names[span.start.weekday()]}, not a {names[stated[0]]}."


_CLOCK = r"(\d{1,2})(?:[:.h](\d{2})|h)\s*(am|pm|a\.m\.|p\.m\.)?"
_TIMES = (
    rf"(?<![\d/.]){_CLOCK}(?:\s*h)?(?:{{dash}}{_CLOCK}(?:\s*h)?)?(?![\d/.])"
    r"|(?<![\d/.])(\d{1,2})\s*(am|pm)\b"
)


def _time_match(text: str) -> re.Match[str] | None:
    """The first time of day; with dots only a range on quarter hours is one: `8.30-13.00`, not `8.12`."""
    for match in _pattern(_TIMES).finditer(text):
        if ":" in match[0] or "h" in match[0] or "m" in match[0]:
            return match
        if match[5] and {match[2], match[5]} <= {"00", "15", "30", "45"}:
            return match
    return None


def _times(text: str) -> tuple[time | None, time | None]:
    match = _time_match(text)
    if not match:
        return None, None
    hour1, minute1, half1, hour2, minute2, half2, lone, lone_half = match.groups()
    if lone:
        return _clock(lone, None, lone_half), None
    return _clock(hour1, minute1, half1 or (half2 if half2 == "am" else None)), (
        _clock(hour2, minute2, half2) if hour2 else None
    )


def _clock(hour: str, minute: str | None, half: str | None) -> time | None:
    hours = int(hour) % 12 + (12 if half.startswith("p") else 0) if half else int(hour)
    return time(hours, int(minute or 0)) if hours < 24 and int(minute or 0) < 60 else None


def _without_times(text: str) -> str:
    match = _time_match(text)
    return text[: match.start()] + " " + text[match.end() :] if match else text
