"""What the log says of a failure: its kind, and where in the code; never the values that were at hand.

The words of an exception and the variables of its frames may hold what a report says in confidence, and logs
travel. Only our own errors speak for themselves, for they name a place and never an answer.
"""

import logging
import sys
import traceback
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import ExcInfo

from regiograph.errors import RegiographError

_TIME = "%Y-%m-%d %H:%M:%S"
_DEEPEST = 10  # failures that came of another are told


def configure() -> None:
    """Lets this process log so, through structlog and through the standard library."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt=_TIME, utc=False),
            structlog.dev.ConsoleRenderer(exception_formatter=_write),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter("%(asctime)s [%(levelname)s] %(message)s", _TIME))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def told(error: BaseException | None) -> str:
    """A failure in lines: its kind, its places in the code, innermost first, and what it came of.

    >>> try:
    ...     int("a secret")
    ... except ValueError as error:
    ...     told(error).split()[0]
    'ValueError'
    """
    failures: list[str] = []
    while error is not None and len(failures) < _DEEPEST:
        places = () if isinstance(error, RegiographError) else _places(error)
        words = f": {error}" if isinstance(error, RegiographError) else ""
        failures.append("\n  at ".join((f"{type(error).__name__}{words}", *places)))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nbecause of ".join(failures)


def _places(error: BaseException) -> list[str]:
    frames = reversed(traceback.extract_tb(error.__traceback__, limit=-20))
    return [
        f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in frames
    ]


def _write(output: TextIO, failure: ExcInfo) -> None:
    output.write(told(failure[1]))


class _Formatter(logging.Formatter):
    """Tells failures as `told` does, and of what is said beside them only the first line: asyncio goes on
    with the words of the exception."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """What stands above a failure, or alone."""
        whole = super().formatMessage(record)
        return whole.partition("\n")[0] if record.exc_info else whole

    def formatException(self, ei: ExcInfo) -> str:  # type: ignore[override]  # noqa: N802
        """What stands below a message."""
        return told(ei[1])
