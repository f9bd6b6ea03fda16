"""First and last day, how precisely told, and the year that is left out. Knows the calendar, no words."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Span(NamedTuple):
    """The days that a text names."""

    start: date
    end: date
    precision: str  # day, week, part-month, month, quarter, half, season, part-year, year


@dataclass(frozen=True, slots=True)
class Period:
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


class ImpossibleDateError(ValueError):
    """The numbers name no day of the calendar."""


def whole_months(year: int, month: int, count: int, precision: str) -> Span:
    """Some months, the first of which is given."""
    last = year * 12 + month - 1 + count - 1
    return Span(date(year, month, 1), last_day(last // 12, last % 12 + 1), precision)


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def day_of(year: int, month: int, day: int) -> date:
    """A day of the calendar.

    Raises:
        ImpossibleDateError: there is no such day.
    """
    try:
        return date(year, month, day)
    except ValueError:
        raise ImpossibleDateError(f"There is no day {day}/{month}/{year}.") from None


def year_of(text: str | None) -> int | None:
    """The year of four digits, or of two; those are of this century."""
    if not text:
        return None
    digits = text.lstrip("'’")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
