"""How much one answer may take, and what is said when it would take more."""

import socket
from typing import Any

from regiograph.errors import QueryTooLarge, QueryTooSlow, TooBusy
from regiograph.service.frames import Found, Kind, said

_PART = 256 * 1024  # bytes a worker holds before it hands them over


class FrontGone(BaseException):
    """Nobody is there to take the answer."""


class Outgoing:
    """The answer as a worker writes it: handed over in parts once it is long, and never more than a limit."""

    def __init__(self, connection: socket.socket, number: int, limit: int) -> None:
        self._connection = connection
        self._number = number  # of the question it answers
        self._limit = limit
        self._size = 0
        self._held = bytearray()

    def write(self, data: Any) -> int:
        """Adds bytes.

        Raises:
            QueryTooLarge: more than the limit.
        """
        self._size += len(data)
        if self._size > self._limit:
            raise _too_large(self._limit)
        self._held += data
        if len(self._held) >= _PART:
            self._send(said(self._number, Kind.PART, self._held))
            self._held.clear()
        return len(data)

    def flush(self) -> None:
        """Nothing needs to leave before its time."""

    def end(self, megabytes: int, found: Found | None = None) -> None:
        """Hands over the rest: the answer is whole. `found`: what a query that came unread is."""
        if found is None:
            self._send(said(self._number, Kind.END, self._held, megabytes))
        else:
            self._send(said(self._number, Kind.FOUND, found.packed + self._held, megabytes))

    def refuse(self, error: bytes) -> None:
        """Says why there is no answer, whatever part of it has been handed over."""
        self._send(said(self._number, Kind.ERROR, error))

    def _send(self, message: bytes) -> None:
        try:
            self._connection.sendall(message)
        except OSError:
            raise FrontGone from None


def _too_large(limit: int) -> QueryTooLarge:
    return QueryTooLarge(
        f"The answer is larger than {limit // 1_000_000} MB.",
        where="the query",
        way_out="Ask for fewer columns, add LIMIT and OFFSET, or download the edition.",
    )


def out_of_memory(megabytes: int | None = None) -> QueryTooLarge:
    """A query needed more memory, or a deeper stack, than a worker has."""
    most = f": a worker has {megabytes} MB" if megabytes else ""
    return QueryTooLarge(
        f"This query needs more memory than there is for one{most}.",
        where="the query",
        way_out="Make it more specific, aggregate or sort fewer rows, or ask it in parts.",
    )


def too_slow(seconds: float, most: float) -> QueryTooSlow:
    """A query was still going at its deadline."""
    longer = f", or ask for more time (timeout={most:g} at most)" if seconds < most else ""
    return QueryTooSlow(
        f"This query was stopped after {seconds:g} seconds.",
        where="the query",
        way_out=f"Make it more specific, begin with the rarest pattern, or add LIMIT{longer}.",
    )


def too_busy(waiting: int) -> TooBusy:
    """More queries wait than the service takes, or one has waited too long."""
    return TooBusy(
        f"All workers are busy, and {waiting} queries are waiting for one.",
        where="the service",
        way_out="Try again in some seconds, and ask fewer heavy queries at once.",
    )
