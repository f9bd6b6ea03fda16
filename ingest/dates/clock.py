"""Times of day in a text about a date. Knows hours and minutes."""

import re
from datetime import time

from ingest.dates.vocabulary import pattern

_CLOCK = r"(\d{1,2})(?:[:.h](\d{2})|h)\s*(am|pm|a\.m\.|p\.m\.)?"
_TIMES = (
    rf"(?<![\d/.]){_CLOCK}(?:\s*h)?(?:{{dash}}{_CLOCK}(?:\s*h)?)?(?![\d/.])"
    r"|(?<![\d/.])(\d{1,2})\s*(am|pm)\b"
)


def times(text: str) -> tuple[time | None, time | None]:
    """The time of day at which a thing begins, and at which it ends, where a text tells them."""
    match = _time_match(text)
    if not match:
        return None, None
    hour1, minute1, half1, hour2, minute2, half2, lone, lone_half = match.groups()
    if lone:
        return _clock(lone, None, lone_half), None
    return _clock(hour1, minute1, half1 or (half2 if half2 == "am" else None)), (
        _clock(hour2, minute2, half2) if hour2 else None
    )


def without_times(text: str) -> str:
    """A text without the first time of day in it."""
    match = _time_match(text)
    return text[: match.start()] + " " + text[match.end() :] if match else text


def _time_match(text: str) -> re.Match[str] | None:
    """The first time of day; with dots only a range on quarter hours is one: `8.30-13.00`, not `8.12`."""
    for match in pattern(_TIMES).finditer(text):
        if ":" in match[0] or "h" in match[0] or "m" in match[0]:
            return match
        if match[5] and {match[2], match[5]} <= {"00", "15", "30", "45"}:
            return match
    return None


def _clock(hour: str, minute: str | None, half: str | None) -> time | None:
    hours = int(hour) % 12 + (12 if half.startswith("p") else 0) if half else int(hour)
    return time(hours, int(minute or 0)) if hours < 24 and int(minute or 0) < 60 else None
