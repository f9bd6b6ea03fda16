"""The day of the week that stands beside a date, and whether it fits. Knows days of the week."""

import re

from ingest.dates.spans import Span
from ingest.dates.vocabulary import english_day, month_table, weekday_table

_HAS_YEAR = re.compile(r"(?:19|20)\d\d|'\d\d|\d[/.-]\d{1,2}[/.-]\d\d")


def by_weekday(text: str, span: Span) -> Span:
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
            fitting.append(Span(moved[0], moved[1], span.precision))
    return fitting[0] if len(fitting) == 1 else span


def weekday_doubt(text: str, span: Span) -> str:
    """What is to be said of a day of the week that is not the day's; nothing where all fits."""
    if span.precision != "day":
        return ""
    stated = _weekdays(text)
    true = span.start.weekday()
    if not stated or stated[0] == true:
        return ""
    return f"{span.start.isoformat()} is a {english_day(true)}, not a {english_day(stated[0])}."


def _weekdays(text: str) -> list[int]:
    table, months = weekday_table(), month_table()
    return [table[word] for word in re.findall(r"[^\W\d]+", text) if word in table and word not in months]
