"""The rules by which a text tells days: the first that matches wins. Knows the order of numbers and words."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from ingest.dates.spans import ImpossibleDateError, Period, Span, day_of, last_day, whole_months, year_of
from ingest.dates.vocabulary import FIRST, ROMAN, month_of, pattern, search, season_table

Rule = Callable[[str, Period], Span | None]
"""Yields a span or nothing."""


def first_span(text: str, around: Period) -> Span | None:
    """The days of the first rule that matches.

    Raises:
        ImpossibleDateError: its numbers name no day.
    """
    for rule in _rules():
        if found := rule(text, around):
            return found
    return None


def changed_to(text: str, around: Period) -> Span | None:
    """The days a thing was put off to: `12 October (postponed to 14 January)`. They come after the period."""
    parts = pattern(r"\b(?:{changed})(?!\w|\s+(?:from|de|du|von|vom|del|dal|van|od|z)\b)").split(text)
    return first_span(parts[-1], replace(around, planned=True)) if len(parts) > 1 else None


def _week_of(text: str, around: Period) -> Span | None:
    """`week of 16 November 2020`, `w/c 16/11`: the week that the day is in."""
    match = search(r"(?<!\w)(?:{week_of})\s+(?:the\s+)?(?=\d|\w+day)", text)
    span = first_span(text[match.end() :], around) if match else None
    if span is None or span.start != span.end:
        return span if span and span.precision == "day" else None
    monday = span.start - timedelta(days=span.start.weekday())
    return Span(monday, monday + timedelta(days=6), "week")


def _iso(text: str, around: Period) -> Span | None:
    """`2020-11-03`, `2020-11-03/05`, `2020.11.03 - 2020.11.05`, `20201103`."""
    found = pattern(
        r"(?<![\d/.-])({year})(?:[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(?:\.?\s?[-–/]\s?(\d{1,2})(?![\d/.:-]\d|\d))?"
        r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d))"
    ).findall(text)
    days = [
        day_of(int(year), int(month or packed_month), int(each))
        for year, month, day, last, packed_month, packed_day in found
        for each in (day or packed_day, last)
        if each
    ]
    return Span(days[0], days[-1], "day") if days else None


def _full_range(text: str, around: Period) -> Span | None:
    """`28/02/2021 - 02/03/2021`, `28.2. - 2.3.2021`, `30 November - 2 December`, `3/11/2020, 17/11/2020`."""
    match = search(
        r"(?<![\d/.]){day}(?:{joint}{weekday}{some_day}){0,11}{joint}{weekday}{day}",
        text,
    )
    if not match:
        return None
    day1, num1, name1, year1, day2, num2, name2, year2 = match.groups()
    month1, month2 = (int(num1) if num1 else month_of(name1)), (int(num2) if num2 else month_of(name2))
    end_year = year_of(year2) or year_of(year1) or around.year_of(month2, int(day2))
    if end_year is None:
        return None
    start_year = year_of(year1) or (end_year - 1 if (month1, int(day1)) > (month2, int(day2)) else end_year)
    first, last = day_of(start_year, month1, int(day1)), day_of(end_year, month2, int(day2))
    return Span(min(first, last), max(first, last), "day")


def _day_range(text: str, around: Period) -> Span | None:
    """`3-4 December 2020`, `17-19/11/2020`, `12., 13. March`, `3, 10 and 17 November`."""
    match = search(
        r"(?<![\d/.])(\d{1,2}){ordinal}(?:(?:{dash}|\s*,\s*)(?:[^\W\d]+\.?,?\s+)?\d{1,2}{ordinal}){0,11}?"
        r"(?:{dash}|\s*,\s*)(?:[^\W\d]+\.?,?\s+)?(\d{1,2}){ordinal}\s*"
        r"(?:[/.]\s*(\d{1,2})[/.]\s*((?:19|20)?\d\d)?|-(\d{1,2})-((?:19|20)\d\d)"
        r"|{of}({month})\b\.?,?\s*(?:de\s+)?((?:19|20)\d\d)?)",
        text,
    )
    if not match:
        return None
    first, last, number, year1, dashed, year2, name, year3 = match.groups()
    month = int(number or dashed) if number or dashed else month_of(name)
    year = year_of(year1 or year2 or year3) or around.year_of(month, int(last))
    if year is None:
        return None
    return Span(day_of(year, month, int(first)), day_of(year, month, int(last)), "day")


def _day_month_range(text: str, around: Period) -> Span | None:
    """`March 12-14, 2021`, `December 3 and 4`, `November 30 - December 2, 2020`."""
    match = search(
        r"\b({month})\b\.?\s*(\d{1,2}){ordinal}(?:{dash}(?:({month})\b\.?\s*)?(\d{1,2}){ordinal})?(?!\d)"
        r"(?:,?\s*((?:19|20)\d\d))?",
        text,
    )
    if not match or search(r"(?<!\d)\d{1,2}{ordinal}[\s/.-]*{of}$", text[: match.start()]):
        return None  # the number belongs to a day before the month: "19 Nov 20"
    name, first, other, last, stated = match.groups()
    month = month_of(name)
    end_month = month_of(other) if other else month
    year = year_of(stated) or _year_before(text, match) or around.year_of(end_month, int(last or first))
    if year is None:
        return None
    start_year = year - 1 if month > end_month else year
    return Span(day_of(start_year, month, int(first)), day_of(year, end_month, int(last or first)), "day")


def _roman_day(text: str, around: Period) -> Span | None:
    """`17.IX.2022`, `17 IX 2022`."""
    match = search(r"(?<![\d/.])(\d{1,2})\s?[./\s-]\s?([ivx]{1,4})[./\s-]\s?((?:19|20)\d\d)\b", text)
    if not match or match[2] not in ROMAN:
        return None
    day = day_of(int(match[3]), ROMAN.index(match[2]) + 1, int(match[1]))
    return Span(day, day, "day")


def _month_range(text: str, around: Period) -> Span | None:
    """`July - December 2020`, `May/June 2019`, `January, March and May 2020`, `XI-XII 2020`."""
    match = search(
        r"\b({month})\b\.?\s*((?:19|20)\d\d)?(?:\s*,\s*(?:{month})\b\.?){0,11}(?:{dash}|{or})({month})\b\.?,?\s*"
        r"((?:19|20)\d\d)?",
        text,
    ) or search(r"\b({roman})(\b)\s?[-–/]\s?({roman})\b[\s./]*((?:19|20)\d\d)", text)
    if not match:
        return None
    first, last = month_of(match[1]), month_of(match[3])
    year = year_of(match[4]) or year_of(match[2]) or around.year_of(last, 1)
    if year is None:
        return None
    start_year = year_of(match[2]) or (year - 1 if first > last else year)
    return Span(date(start_year, first, 1), last_day(year, last), "month")


def _numeric(text: str, around: Period) -> Span | None:
    """`8/12/2020`, `8.12.20`, `8-12-2020`, `8/12`."""
    match = search(r"(?<![\d/.])(\d{1,2})\s?([/.\-])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d|\d\d)(?!\d)", text)
    if match:
        day = day_of(year_of(match[4]) or 0, int(match[3]), int(match[1]))
        return Span(day, day, "day")
    match = search(r"(?<![\d/.])(\d{1,2})([/.])(\d{1,2})(?:\.(?!\d)|(?![\d/.]))", text)
    if match and int(match[3]) <= 12:
        year = around.year_of(int(match[3]), int(match[1]))
        if year is not None:
            day = day_of(year, int(match[3]), int(match[1]))
            return Span(day, day, "day")
    return None


def _day(text: str, around: Period) -> Span | None:
    """`11 May 2020`, `30th October`, `22nd of June 2021`, `19 Nov 20`."""
    match = search(
        r"(?<![\d/.])(\d{1,2}){ordinal}[\s/.-]*{of}({month})(?![^\W\d])[.,/-]*\s*(?:de\s+|del\s+|of\s+)?"
        r"((?:19|20)\d\d|['’]\d\d|(?<=[-/])\d\d\b|(?<=\s)\d\d\b(?![.:h]))?",
        text,
    )
    if not match:
        return None
    month = month_of(match[2])
    stated = year_of(match[3])
    if stated and " " in match[0][-3:] and not around.is_near(stated):
        stated = None  # hardly a year: "3 November 10-12"
    year = stated or around.year_of(month, int(match[1]))
    if year is None:
        return None
    day = day_of(year, month, int(match[1]))
    return Span(day, day, "day")


def _part_month(text: str, around: Period) -> Span | None:
    """`end of October`, `early March 2021`, `mid-May`: ten days each; `second half of November`: a half."""
    if match := search(
        r"\b({first})\s*(?:{fortnight})\s+(?:of\s+|de\s+|di\s+)?({month})\b\.?{then_year}", text
    ):
        return _days_of(match[2], match[3], around, (1, 15) if FIRST[match[1]] == 1 else (16, 31))
    for before, behind, days in (
        (r"{beginning}", r"{behind_beginning}", (1, 10)),
        (r"{middle}", r"{behind_middle}", (11, 20)),
        (r"{end}", r"{behind_end}", (21, 31)),
    ):
        first = rf"\b(?:{before})[\s-]*(?:(?:{{joints}})(?:\s+|(?<=['’])))*({{month}})\b\.?{{then_year}}"
        if match := search(first, text):
            return _days_of(match[1], match[2], around, days)
        if match := search(rf"(?:({{year}})\W+(?:\w\.?\s+)?)?\b({{month}})\b\s+(?:{behind})\b", text):
            return _days_of(match[2], match[1], around, days)
    return None


def _half(text: str, around: Period) -> Span | None:
    """`H1 2020`, `2H2020`, `2020/S2`, `second half of 2020`, `2. Halbjahr 2020`, `2020, second half`."""
    match = (
        search(r"\b(?:h|s)\s?(?P<number>[12])(?:[\s-]*|\s?[/'’]\s?)(?P<year>(?:19|20)\d\d)", text)
        or search(r"\bh\s?(?P<number>[12])\s?[\s/'’]\s?(?P<year>\d\d)\b", text)
        or search(r"\b(?P<number>[12])\s?(?:h|s)[\s/-]*(?P<year>(?:19|20)\d\d)", text)
        or search(r"\b(?P<year>(?:19|20)\d\d)[\s/-]*(?:h|s)\s?(?P<number>[12])\b", text)
        or search(
            r"\b(?P<number>{first})(?:er|st|nd|e|ème|°|º|\.)?\s*{half}(?:\s+of|\s+de)?(?:\s+the\s+year)?[\s,]*(?P<year>(?:19|20)\d\d)",
            text,
        )
        or search(r"\b{half}\s+(?P<number>[12])[\s/,-]+(?P<year>(?:19|20)\d\d)", text)
        or search(
            r"\b(?P<year>(?:19|20)\d\d)[\s,(/-]*(?P<number>{first})(?:er|st|nd|e|ème|°|º|\.)?\s*{half}",
            text,
        )
        or search(r"\b(?P<number>{first})(?:er|st|nd|e|ème|°|º|\.)?\s*{half}\b(?P<year>)", text)
    )
    if not match or FIRST[match["number"]] > 2:
        return None
    first = 7 if FIRST[match["number"]] == 2 else 1
    year = year_of(match["year"]) or around.year_of(first + 5, 1)
    return whole_months(year, first, 6, "half") if year else None


def _quarter(text: str, around: Period) -> Span | None:
    """`Q2 2021`, `1Q22`, `2021/Q3`, `third quarter of 2021`, `3. Quartal 2021`, `Q1-Q2 2021`."""
    match = (
        search(
            r"\b(?:q|t)\s?(?P<number>[1-4])(?:\s?(?:[-–/&+]|and|to)\s?(?:q|t)(?P<last>[1-4]))?[\s/'’-]*(?P<year>(?:19|20)?\d\d)\b",
            text,
        )
        or search(r"\b(?P<number>[1-4])\s?(?:q|t)(?P<last>\b)?[\s/'’-]*(?P<year>(?:19|20)?\d\d)\b", text)
        or search(r"\b(?P<year>(?:19|20)\d\d)[\s/-]*(?:q|t)\s?(?P<number>[1-4])(?P<last>\b)", text)
        or search(
            r"\b(?P<number>{first})(?:er|st|nd|rd|th|e|ème|°|º|\.)?\s*(?P<last>\b)?{quarter}(?:\s+of|\s+de)?[\s,/]*(?P<year>(?:19|20)\d\d)?",
            text,
        )
        or search(r"\b(?P<number>i{1,3}|iv)\s*kw\b\.?(?P<last>)\s*(?P<year>(?:19|20)\d\d)?", text)
        or search(r"\bq\s?(?P<number>[1-4])\b(?P<last>\b)(?P<year>\b)", text)
    )
    if not match:
        return None
    first = FIRST[match["number"]]
    last = int(match["last"]) if match["last"] else first
    year = year_of(match["year"]) or around.year_of(last * 3, 1)
    if not year or last < first:
        return None
    return whole_months(year, first * 3 - 2, (last - first + 1) * 3, "quarter")


def _week(text: str, around: Period) -> Span | None:
    """`week 20`, `W20 2021`, `calendar week 20/2021`: ISO 8601 weeks."""
    match = search(
        r"\b(?:weeks?|wk|w|kw|cw|semaines?|semana|settimana|vecka|uge|viikko|týden|tydzień)\s?(\d{1,2})\b"
        r"(?:\s?(?:-|–|and|to|/|&)\s?(\d{1,2})\b(?!\d))?(?:[\s/,of-]*((?:19|20)\d\d))?",
        text,
    )
    if not match:
        return None
    month = min(12, max(1, round(int(match[1]) / 4.35)))
    year = year_of(match[3]) or around.year_of(month, 1)
    if year is None:
        return None
    try:
        monday = date.fromisocalendar(year, int(match[1]), 1)
        last = date.fromisocalendar(year, int(match[2] or match[1]), 1)
    except ValueError:
        raise ImpossibleDateError(f"{year} has no week {match[1]}.") from None
    return Span(monday, max(monday, last) + timedelta(days=6), "week")


def _week_of_month(text: str, around: Period) -> Span | None:
    """`first week of July 2021`, `last week of May`: seven days each."""
    match = search(
        r"\b({first})\s+(?:week|semaine|woche|semana|settimana)\s+(?:of\s+|in\s+|de\s+|im\s+|di\s+)?({month})\b"
        r"\.?{then_year}",
        text,
    )
    if not match:
        return None
    month = month_of(match[2])
    year = year_of(match[3]) or around.year_of(month, 1)
    if year is None:
        return None
    last = last_day(year, month)
    first = last - timedelta(days=6) if match[1] == "last" else date(year, month, FIRST[match[1]] * 7 - 6)
    return Span(first, first + timedelta(days=6), "week")


def _season(text: str, around: Period) -> Span | None:
    """Meteorological seasons: spring is March to May; winter begins in December of the year named."""
    match = search(r"\b({season})\b(?:\s?[-–/]\s?\b({season})\b)?\.?,?\s*(?:of\s+|de\s+)?({year})?", text)
    if not match:
        return None
    month, last = season_table()[match[1]], season_table()[match[2] or match[1]]
    year = year_of(match[3]) or around.year_of(month, 1)
    return whole_months(year, month, (last - month) % 12 + 3, "season") if year else None


def _year_range(text: str, around: Period) -> Span | None:
    """`2021-2022`, `2021/22`."""
    match = search(r"(?<![\d/.-])((?:19|20)\d\d)\s?[-–/]\s?((?:(?:19|20)\d\d)|\d\d)(?![\d/.-])", text)
    if not match:
        return None
    first = int(match[1])
    last = int(match[2]) if len(match[2]) == 4 else first // 100 * 100 + int(match[2])
    if not first < last <= first + 10 or (len(match[2]) == 2 and int(match[2]) <= 12):
        return None  # `2020-12` is a month
    return Span(date(first, 1, 1), date(last, 12, 31), "year")


def _numeric_month(text: str, around: Period) -> Span | None:
    """`12/2020`, `XII.2020`, `2020-12`, `07/2020 - 12/2020`, `07-12/2020`."""
    if match := search(
        r"(?<![\d/.])(\d{1,2})(?:\s?[/.]\s?((?:19|20)\d\d))?{dash}(\d{1,2})\s?[/.]\s?((?:19|20)\d\d)\b",
        text,
    ):
        first, last, year = int(match[1]), int(match[3]), int(match[4])
        if 1 <= first <= 12 and 1 <= last <= 12:
            return Span(date(int(match[2] or year), first, 1), last_day(year, last), "month")
    if match := search(r"(?<![\d/.])(\d{1,2})\s?[/.\-]\s?((?:19|20)\d\d)\b", text):
        month, year = int(match[1]), int(match[2])
    elif match := search(r"\b((?:19|20)\d\d)[/.\-](\d{1,2})(?![\d/.])", text):
        month, year = int(match[2]), int(match[1])
    elif match := search(r"\b([ivx]{1,4})[\s/.\-]+((?:19|20)\d\d)\b", text):
        month = ROMAN.index(match[1]) + 1 if match[1] in ROMAN else 0
        year = int(match[2])
    else:
        return None
    if not 1 <= month <= 12:
        raise ImpossibleDateError(f"There is no month {match[0]}.")
    return whole_months(year, month, 1, "month")


def _month(text: str, around: Period) -> Span | None:
    match = search(r"\b({month})-(\d\d)(?![\d-])", text) or search(  # "Nov-19", as spreadsheets write it
        r"\b({month})\b\.?,?\s*(?:of\s+|de\s+)?((?:19|20)\d\d|'\d\d)?", text
    )
    if not match:
        return None
    month = month_of(match[1])
    year = year_of(match[2]) or _year_before(text, match) or around.year_of(month, 1)
    return whole_months(year, month, 1, "month") if year else None


def _part_year(text: str, around: Period) -> Span | None:
    """`end of 2020`, `early 2021`: the last or first quarter; `mid-2021`: June and July."""
    for name, month, count, precision in (
        ("beginning", 1, 3, "quarter"),
        ("middle", 6, 2, "month"),
        ("end", 10, 3, "quarter"),
    ):
        if match := search(
            rf"\b(?:{{{name}}})[\s-]*(?:(?:{{joints}}|year)\s+)*({{year}})(?![\d/]|-\d)", text
        ):
            return whole_months(int(match[1]), month, count, precision)
    return None


def _only_year(text: str, around: Period) -> Span | None:
    match = search(r"(?<![\d/.])(?<!\d-)((?:19|20)\d\d)(?![\d/]|-\d)", text)
    return whole_months(int(match[1]), 1, 12, "year") if match else None


def _year_before(text: str, match: re.Match[str]) -> int | None:
    """The year just before what matched: "2021. március 15."."""
    found = search(r"\b((?:19|20)\d\d)\W+(?:\w\.?\s+)?$", text[: match.start()])
    return int(found[1]) if found else None


def _days_of(name: str, stated: str | None, around: Period, days: tuple[int, int]) -> Span | None:
    """Some days of a month, no further than it has."""
    month = month_of(name)
    year = year_of(stated) or around.year_of(month, 28)
    if year is None:
        return None
    last = last_day(year, month)
    return Span(date(year, month, days[0]), last.replace(day=min(days[1], last.day)), "part-month")


@cache
def _rules() -> tuple[Rule, ...]:
    return (
        _week_of, _iso, _full_range, _day_range, _day_month_range, _roman_day, _month_range, _numeric, _day,
        _part_month, _half, _quarter, _week, _week_of_month, _season, _year_range, _numeric_month, _month,
        _part_year, _only_year,
    )  # fmt: skip
