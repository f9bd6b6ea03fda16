"""Dates as people write them → first and last day, precision, and what does not fit.

Day before month before year, as in the forms. A date that cannot be is reported, never repaired.
"""

import re
import unicodedata
from datetime import date

from ingest.dates.clock import times, without_times
from ingest.dates.grammar import changed_to, first_span
from ingest.dates.spans import ImpossibleDateError, Period
from ingest.dates.spelling import spelt_right
from ingest.dates.vocabulary import english_month, recurring, words
from ingest.dates.weekdays import by_weekday, weekday_doubt
from ingest.form import Passage
from ingest.questionnaire import plain
from ingest.report import When

_LONGEST = 1000  # characters in which a date is looked for
_LINES_OF_DAYS = re.compile(  # one day below the other, or two with their years side by side
    r"(?<=\d)\s*[\n\u2028\t]\s*(?=\d)|(?<=[/.]\d{4})\s+(?=\d{1,2}[/.]\d{1,2}[/.]\d{4})"
)


def understand(passage: Passage, *, period: tuple[date, date] | None = None, planned: bool = False) -> When:
    """The days a passage names. `start` is None where it names none, or one that cannot be.

    A missing year is inferred from the reporting period, and for planned dates from the time after it.
    """
    text, misspelt = spelt_right(_normal(passage.text))
    around = Period(period[0] if period else None, period[1] if period else None, planned)
    start_time, end_time = times(text)
    bare = without_times(text)
    if recurring().search(text):
        return When(passage=passage, start=None, end=None, precision=None)
    try:
        span = changed_to(bare, around) or first_span(bare, around)
    except ImpossibleDateError as error:
        return When(passage=passage, start=None, end=None, precision=None, doubt=str(error))
    if span is None:
        return When(passage=passage, start=None, end=None, precision=None)
    span = by_weekday(bare, span)
    return When(
        passage=passage,
        start=span.start,
        end=span.end,
        precision=span.precision,
        start_time=start_time,
        end_time=end_time,
        doubt=weekday_doubt(bare, span) or misspelt,
    )


def understand_period(passage: Passage) -> When:
    """A reporting period: "July - December 2020", "2020 H2", "01/07/2020 – 31/12/2020"."""
    text, _ = spelt_right(_normal(passage.text))
    try:
        span = first_span(text, Period(None, None, False))
    except ImpossibleDateError as error:
        return When(passage=passage, start=None, end=None, precision=None, doubt=str(error))
    if span is None:
        return When(passage=passage, start=None, end=None, precision=None)
    return When(passage=passage, start=span.start, end=span.end, precision=span.precision)


def _normal(text: str) -> str:
    text = _LINES_OF_DAYS.sub(", ", text[:_LONGEST])
    text = unicodedata.normalize("NFC", plain(text)).casefold().replace("\u00a0", " ")
    for clash in words()["clashes"]:
        dotted, undotted = (english_month(clash[each]) for each in ("dotted", "undotted"))
        text = re.sub(rf"(\d\.\s*){clash['word']}\b", rf"\1{dotted}", text)
        text = re.sub(rf"(\d\s+){clash['word']}\b", rf"\1{undotted}", text)
    return text
