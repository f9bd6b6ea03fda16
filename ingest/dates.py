"""Dates as people write them → first and last day, precision, and what does not fit.

Day before month before year, as in the forms. A date that cannot be is reported, never repaired.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import NamedTuple

from babel import Locale

from ingest.form import Passage
from ingest.questionnaire import plain
from ingest.report import When

LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt",
    "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
"""The official languages of the EU, in which month and day names are understood."""

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_SEASON_WORDS = {
    "printemps": "spring", "été": "summer", "automne": "autumn", "hiver": "winter",
    "frühling": "spring", "frühjahr": "spring", "sommer": "summer", "herbst": "autumn",
    "primavera": "spring", "verano": "summer", "estate": "summer", "otoño": "autumn", "autunno": "autumn",
    "invierno": "winter", "inverno": "winter", "outono": "autumn", "verão": "summer",
    "voorjaar": "spring", "lente": "spring", "zomer": "summer", "herfst": "autumn",
    "wiosna": "spring", "lato": "summer", "jesień": "autumn", "zima": "winter",
}  # fmt: skip
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_DASH = r"\s*(?:-|–|—|−|&|/|\b(?:to|until|till|and|bis|und|au|et|al|a|y|e|i|do|til|tot|en|och|og|ja)\b)\s*"
_OR = r"\s+(?:or|ou|oder|o)\s+"
_ORDINAL = r"(?:st|nd|rd|th|er|º|°|\.)?"
_RECURRING = re.compile(
    r"\b(?:(?:every|each)\s+(?:\d+|two|three|four|six|second|third|other|first|last|week|month|quarter|year|day|half|"
    r"mon|tue|wed|thu|fri|sat|sun)\w*|of\s+(?:each|every)|monthly|weekly|fortnightly|quarterly|bi-?(?:weekly|monthly)|yearly|annually|regular(?:ly)?|"
    r"(?:once|twice|\w+\s+times)\s+(?:a|per)\s+\w+|on-?going|continuous(?:ly)?|chaque|tous\s+les|toutes\s+les|"
    r"mensue\w*|hebdomadaire\w*|trimestrie\w*|réguli\w*|jede[nrms]?|monatlich|wöchentlich|vierteljährlich|"
    r"regelmäßig|laufend|cada|todos\s+los|ogni|settimanal\w*|mensil\w*|trimestral\w*|maandelijks|wekelijks|co\s+miesiąc|"
    r"regularnie|kuukausittain|viikoittain|månadsvis)\b"
)
"""Words of a date that comes again and again: it names no day."""

_QUARTERS = r"(?:quarters?|trimest(?:er|re)s?|quartal|kwartał|kwartaal|kvartal|čtvrtletí|štvrťrok|τρίμηνο)"
_HALVES = r"(?:half(?:-year)?|semest(?:er|re)|halbjahr|półrocze|pololetí|εξάμηνο)"
_FIRST = {
    "1": 1, "1st": 1, "first": 1, "i": 1, "premier": 1, "première": 1, "erstes": 1, "primer": 1, "primo": 1,
    "2": 2, "2nd": 2, "second": 2, "ii": 2, "2e": 2, "deuxième": 2, "zweites": 2, "segundo": 2, "secondo": 2,
    "3": 3, "3rd": 3, "third": 3, "iii": 3, "troisième": 3, "drittes": 3, "tercer": 3, "terzo": 3,
    "4": 4, "4th": 4, "fourth": 4, "iv": 4, "last": 4, "quatrième": 4, "viertes": 4, "cuarto": 4, "quarto": 4,
}  # fmt: skip
_ORDINALS = "|".join(sorted((re.escape(word) for word in _FIRST), key=len, reverse=True))
_HAS_YEAR = re.compile(r"(?:19|20)\d\d|'\d\d|\d[/.-]\d{1,2}[/.-]\d\d")
_YEAR = r"(?P<year>(?:19|20)\d\d|'\d\d)"


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
    if _RECURRING.search(text):
        return When(passage=passage, start=None, end=None, precision=None)
    try:
        span = _first_span(bare, around)
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
    return unicodedata.normalize("NFC", plain(text)).casefold().replace("\u00a0", " ")


# --- the grammar: each rule yields a span or nothing; the first that matches wins -------------------


def _first_span(text: str, around: _Period) -> _Span | None:
    for rule in _rules():
        if found := rule(text, around):
            return found
    return None


Rule = Callable[[str, _Period], _Span | None]


@cache
def _rules() -> tuple[Rule, ...]:
    return (
        _iso, _full_range, _day_range, _day_month_range, _roman_day, _month_range, _numeric, _day, _half,
        _quarter, _week, _week_of_month, _part_month, _numeric_month, _month, _season, _only_year,
    )  # fmt: skip


def _iso(text: str, around: _Period) -> _Span | None:
    found = re.findall(r"(?<![\d/.-])((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})\b", text)
    days = [_day_of(int(year), int(month), int(day)) for year, month, day in found]
    return _Span(days[0], days[-1], "day") if days else None


def _full_range(text: str, around: _Period) -> _Span | None:
    """`28/02/2021 - 02/03/2021`, `28.2. - 2.3.2021`, `30 November - 2 December 2020`."""
    one = (
        rf"(\d{{1,2}}){_ORDINAL}\s*(?:[/.\-]\s*(\d{{1,2}})\b(?:\.(?!\s?\d))?|(?:of\s+|de\s+)?({_month_names()})\.?)"
        r"(?:[/.,\s]+((?:19|20)\d\d|\d\d(?!\d)))?"
    )
    match = re.search(rf"(?<!\d){one}{_DASH}(?:[^\W\d]+,?\s+)?{one}", text)
    if not match:
        return None
    day1, num1, name1, year1, day2, num2, name2, year2 = match.groups()
    month1, month2 = (int(num1) if num1 else _month_of(name1)), (int(num2) if num2 else _month_of(name2))
    end_year = _year(year2) or around.year_of(month2, int(day2))
    if end_year is None:
        return None
    start_year = _year(year1) or (end_year - 1 if (month1, int(day1)) > (month2, int(day2)) else end_year)
    return _Span(_day_of(start_year, month1, int(day1)), _day_of(end_year, month2, int(day2)), "day")


def _day_range(text: str, around: _Period) -> _Span | None:
    """`3-4 December 2020`, `17-19/11/2020`, `12., 13. March`."""
    match = re.search(
        rf"(?<![\d/.])(\d{{1,2}}){_ORDINAL}(?:{_DASH}|\s*,\s*)(?:[^\W\d]+\.?,?\s+)?(\d{{1,2}}){_ORDINAL}\s*"
        rf"(?:[/.]\s*(\d{{1,2}})[/.]\s*((?:19|20)?\d\d)?|(?:of\s+|de\s+)?({_month_names()})\b\.?,?\s*(?:de\s+)?((?:19|20)\d\d)?)",
        text,
    )
    if not match:
        return None
    first, last, number, numeric_year, name, named_year = match.groups()
    month = int(number) if number else _month_of(name)
    year = _year(numeric_year or named_year) or around.year_of(month, int(last))
    if year is None:
        return None
    return _Span(_day_of(year, month, int(first)), _day_of(year, month, int(last)), "day")


def _day_month_range(text: str, around: _Period) -> _Span | None:
    """`March 12-14, 2021`, `December 3 and 4`."""
    match = re.search(
        rf"\b({_month_names()})\b\.?\s*(\d{{1,2}}){_ORDINAL}(?:{_DASH}(\d{{1,2}}){_ORDINAL})?(?!\d)(?:,?\s*((?:19|20)\d\d))?",
        text,
    )
    if not match:
        return None
    name, first, last, stated = match.groups()
    month = _month_of(name)
    year = _year(stated) or around.year_of(month, int(first))
    if year is None:
        return None
    return _Span(_day_of(year, month, int(first)), _day_of(year, month, int(last or first)), "day")


def _roman_day(text: str, around: _Period) -> _Span | None:
    """`17.IX.2022`, `17 IX 2022`."""
    match = re.search(r"(?<![\d/.])(\d{1,2})\s?[./\s-]\s?([ivx]{1,4})[./\s-]\s?((?:19|20)\d\d)\b", text)
    if not match or match[2] not in _ROMAN:
        return None
    day = _day_of(int(match[3]), _ROMAN.index(match[2]) + 1, int(match[1]))
    return _Span(day, day, "day")


def _month_range(text: str, around: _Period) -> _Span | None:
    """`July - December 2020`, `May/June 2019`."""
    match = re.search(
        rf"\b({_month_names()})\b\.?\s*((?:19|20)\d\d)?(?:{_DASH}|{_OR})({_month_names()})\b\.?,?\s*((?:19|20)\d\d)?",
        text,
    )
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
    match = re.search(r"(?<![\d/.])(\d{1,2})\s?([/.\-])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d|\d\d)(?!\d)", text)
    if match:
        day = _day_of(_year(match[4]) or 0, int(match[3]), int(match[1]))
        return _Span(day, day, "day")
    match = re.search(r"(?<![\d/.])(\d{1,2})([/.])(\d{1,2})(?:\.(?!\d)|(?![\d/.]))", text)
    if match and int(match[3]) <= 12:
        year = around.year_of(int(match[3]), int(match[1]))
        if year is not None:
            day = _day_of(year, int(match[3]), int(match[1]))
            return _Span(day, day, "day")
    return None


def _day(text: str, around: _Period) -> _Span | None:
    """`11 May 2020`, `30th October`, `22nd of June 2021`."""
    match = re.search(
        rf"(?<![\d/.])(\d{{1,2}}){_ORDINAL}[\s/.-]*(?:of\s+|de\s+)?({_month_names()})\b[.,/-]*\s*(?:de\s+|del\s+)?((?:19|20)\d\d|'\d\d|(?<=[-/])\d\d\b)?",
        text,
    )
    if not match:
        return None
    month = _month_of(match[2])
    year = _year(match[3]) or around.year_of(month, int(match[1]))
    if year is None:
        return None
    day = _day_of(year, month, int(match[1]))
    return _Span(day, day, "day")


def _half(text: str, around: _Period) -> _Span | None:
    """`H1 2020`, `2H2020`, `2020/S2`, `second half of 2020`, `2. Halbjahr 2020`, `2020, second half`."""
    match = (
        re.search(r"\b(?:h|s)\s?(?P<number>[12])[\s/-]*(?P<year>(?:19|20)\d\d)", text)
        or re.search(r"\b(?P<number>[12])\s?(?:h|s)[\s/-]*(?P<year>(?:19|20)\d\d)", text)
        or re.search(r"\b(?P<year>(?:19|20)\d\d)[\s/-]*(?:h|s)\s?(?P<number>[12])\b", text)
        or re.search(
            rf"\b(?P<number>{_ORDINALS})(?:er|st|nd|e|ème|°|º|\.)?\s*{_HALVES}(?:\s+of|\s+de)?(?:\s+the\s+year)?[\s,]*(?P<year>(?:19|20)\d\d)",
            text,
        )
        or re.search(rf"\b{_HALVES}\s+(?P<number>[12])[\s/,-]+(?P<year>(?:19|20)\d\d)", text)
        or re.search(
            rf"\b(?P<year>(?:19|20)\d\d)[\s,(/-]*(?P<number>{_ORDINALS})(?:er|st|nd|e|ème|°|º|\.)?\s*{_HALVES}",
            text,
        )
    )
    if not match or _FIRST[match["number"]] > 2:
        return None
    return _months(int(match["year"]), 7 if _FIRST[match["number"]] == 2 else 1, 6, "half")


def _quarter(text: str, around: _Period) -> _Span | None:
    """`Q2 2021`, `1Q22`, `2021/Q3`, `third quarter of 2021`, `3. Quartal 2021`, `Q1-Q2 2021`."""
    match = (
        re.search(
            r"\b(?:q|t)\s?(?P<number>[1-4])(?:\s?[-–/&]\s?(?:q|t)(?P<last>[1-4]))?[\s/'’-]*(?P<year>(?:19|20)?\d\d)\b",
            text,
        )
        or re.search(r"\b(?P<number>[1-4])\s?(?:q|t)(?P<last>\b)?[\s/'’-]*(?P<year>(?:19|20)?\d\d)\b", text)
        or re.search(r"\b(?P<year>(?:19|20)\d\d)[\s/-]*(?:q|t)\s?(?P<number>[1-4])(?P<last>\b)", text)
        or re.search(
            rf"\b(?P<number>{_ORDINALS})(?:er|st|nd|rd|th|e|ème|°|º|\.)?\s*(?P<last>\b)?{_QUARTERS}(?:\s+of|\s+de)?[\s,/]*(?P<year>(?:19|20)\d\d)?",
            text,
        )
        or re.search(r"\bq\s?(?P<number>[1-4])\b(?P<last>\b)(?P<year>\b)", text)
    )
    if not match:
        return None
    first = _FIRST[match["number"]]
    last = int(match["last"]) if match["last"] else first
    year = _year(match["year"]) or around.year_of(last * 3, 1)
    return _months(year, first * 3 - 2, (last - first + 1) * 3, "quarter") if year and last >= first else None


def _week(text: str, around: _Period) -> _Span | None:
    """`week 20`, `W20 2021`, `calendar week 20/2021`: ISO 8601 weeks."""
    match = re.search(
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
    match = re.search(
        rf"\b({_ORDINALS})\s+(?:week|semaine|woche|semana|settimana)\s+(?:of\s+|in\s+|de\s+|im\s+|di\s+)?({_month_names()})\b"
        r"\.?,?\s*((?:19|20)\d\d)?",
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
    """`end of October`, `early March 2021`, `mid-May`: ten days each."""
    match = re.search(
        rf"\b(beginning|start|early|mid|middle|end|late|début|mi|fin|anfang|mitte|ende)[\s-]*(?:of\s+|de\s+)?({_month_names()})\b\.?,?\s*((?:19|20)\d\d)?",
        text,
    )
    if not match:
        return None
    month = _month_of(match[2])
    year = _year(match[3]) or around.year_of(month, 28)
    if year is None:
        return None
    if match[1] in ("beginning", "start", "early", "début", "anfang"):
        return _Span(date(year, month, 1), date(year, month, 10), "part-month")
    if match[1] in ("mid", "middle", "mi", "mitte"):
        return _Span(date(year, month, 11), date(year, month, 20), "part-month")
    return _Span(date(year, month, 21), _last_day(year, month), "part-month")


def _numeric_month(text: str, around: _Period) -> _Span | None:
    """`12/2020`, `XII.2020`, `2020-12`, `07/2020 - 12/2020`, `07-12/2020`."""
    if match := re.search(
        rf"(?<![\d/.])(\d{{1,2}})(?:\s?[/.]\s?((?:19|20)\d\d))?{_DASH}(\d{{1,2}})\s?[/.]\s?((?:19|20)\d\d)\b",
        text,
    ):
        first, last, year = int(match[1]), int(match[3]), int(match[4])
        if 1 <= first <= 12 and 1 <= last <= 12:
            return _Span(date(int(match[2] or year), first, 1), _last_day(year, last), "month")
    if match := re.search(r"(?<![\d/.])(\d{1,2})\s?[/.\-]\s?((?:19|20)\d\d)\b", text):
        month, year = int(match[1]), int(match[2])
    elif match := re.search(r"\b((?:19|20)\d\d)[/.\-](\d{1,2})(?![\d/.])", text):
        month, year = int(match[2]), int(match[1])
    elif match := re.search(r"\b([ivx]{1,4})[\s/.\-]+((?:19|20)\d\d)\b", text):
        month = _ROMAN.index(match[1]) + 1 if match[1] in _ROMAN else 0
        year = int(match[2])
    else:
        return None
    if not 1 <= month <= 12:
        raise _ImpossibleDateError(f"There is no month {match[0]}.")
    return _months(year, month, 1, "month")


def _month(text: str, around: _Period) -> _Span | None:
    match = re.search(rf"\b({_month_names()})\b\.?,?\s*(?:of\s+|de\s+)?((?:19|20)\d\d|'\d\d)?", text)
    if not match:
        return None
    month = _month_of(match[1])
    year = _year(match[2]) or around.year_of(month, 1)
    return _months(year, month, 1, "month") if year else None


def _season(text: str, around: _Period) -> _Span | None:
    """Meteorological seasons: spring is March to May; winter begins in December of the year named."""
    words = "|".join([*_SEASONS, *_SEASON_WORDS])
    match = re.search(rf"\b({words})\b\.?,?\s*(?:of\s+|de\s+)?((?:19|20)\d\d)?", text)
    if not match:
        return None
    month = _SEASONS[_SEASON_WORDS.get(match[1], match[1])]
    year = _year(match[2]) or around.year_of(month, 1)
    return _months(year, month, 3, "season") if year else None


def _only_year(text: str, around: _Period) -> _Span | None:
    match = re.search(r"(?<![\d/.])(?<!\d-)((?:19|20)\d\d)(?![\d/]|-\d)", text)
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
    digits = text.lstrip("'")
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
    table: dict[str, int] = {"sept": 9}
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
    return {word: number for word, number in table.items() if word not in clashing} | keep


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
def _month_names() -> str:
    return "|".join(sorted((re.escape(word) for word in _month_table()), key=len, reverse=True))


def _month_of(name: str) -> int:
    return _month_table()[name]


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
_TIMES = re.compile(
    rf"(?<![\d/.]){_CLOCK}(?:\s*h)?(?:{_DASH}{_CLOCK}(?:\s*h)?)?(?![\d/.])|(?<![\d/.])(\d{{1,2}})\s*(am|pm)\b"
)


def _time_match(text: str) -> re.Match[str] | None:
    """The first time of day; with dots only a range on quarter hours is one: `8.30-13.00`, not `8.12`."""
    for match in _TIMES.finditer(text):
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
