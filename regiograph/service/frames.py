"""What the front and its workers say to each other over a socket, lengths first.

To a worker: a JSON header and a text. From a worker: any number of parts of an answer, then its end, or an
error in their place. The front reads no more of a reply than its kind, its lengths and what was found, for a
worker that a query has harmed may write anything.
"""

import json
import socket
import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple

from regiograph.store.formats import Format

_ASKED = struct.Struct("!II")
_SAID = struct.Struct("!BII")
_FOUND = struct.Struct("!B32s")
_FORMATS = tuple(Format)
_AT_ONCE = 64 * 1024  # bytes
HEAD = _SAID.size

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Kind(IntEnum):
    """What a worker says."""

    PART = 0  # of an answer that goes on
    END = 1  # of an answer: the rest of it, and how much memory the worker has ever had, in megabytes
    ERROR = 2  # instead of the rest: one of our errors, as JSON
    FOUND = 3  # like END, but before the rest stands what the worker found the query to be


class Found(NamedTuple):
    """What a worker found a query to be that came to it unread."""

    format: Format
    tag: str | None

    @property
    def packed(self) -> bytes:
        """As it stands in a message."""
        return _FOUND.pack(_FORMATS.index(self.format), (self.tag or "").encode())


def packed(header: dict[str, Any]) -> bytes:
    """The header of a message to a worker, as it travels."""
    return _encode(header).encode()


def question(head: bytes, body: bytes = b"") -> bytes:
    """A message to a worker."""
    return b"".join((_ASKED.pack(len(head), len(body)), head, body))


def found(content: bytes) -> tuple[Found, bytes]:
    """What a worker found, and the rest of the answer.

    Raises:
        ValueError: no sound worker says so.

    >>> found(Found(Format.CSV, None).packed + b"?s")
    (Found(format=<Format.CSV: ('csv', 'text/csv; charset=utf-8', (), ())>, tag=None), b'?s')
    """
    if len(content) < _FOUND.size or content[0] >= len(_FORMATS):
        raise ValueError("no answer")
    number, tag = _FOUND.unpack_from(content)
    named = tag.rstrip(b"\0").decode("ascii", "replace")
    if named and not named.isalnum():
        raise ValueError("no tag")
    return Found(_FORMATS[number], named or None), content[_FOUND.size :]


def said(kind: Kind, content: bytes | bytearray, megabytes: int = 0) -> bytes:
    """A message of a worker."""
    return b"".join((_SAID.pack(kind, megabytes, len(content)), content))


def hear(received: bytearray) -> Iterator[tuple[int, int, bytes]]:
    """Takes whole messages of a worker off what has been received: kind, megabytes, content.

    >>> received = bytearray(said(Kind.PART, b"one") + said(Kind.END, b"two", 60)[:-1])
    >>> list(hear(received)), len(received)
    ([(0, 0, b'one')], 11)
    """
    while len(received) >= HEAD:
        kind, megabytes, size = _SAID.unpack_from(received)
        if len(received) < HEAD + size:
            return
        content = bytes(memoryview(received)[HEAD : HEAD + size])
        del received[: HEAD + size]
        yield kind, megabytes, content


def whole(data: bytes) -> tuple[int, int, bytes] | None:
    """The one short cut: kind, megabytes and content of a message that came in one piece.

    >>> whole(said(Kind.END, b"all", 60)), whole(said(Kind.END, b"all")[:-1])
    ((1, 60, b'all'), None)
    """
    if len(data) < HEAD:
        return None
    kind, megabytes, size = _SAID.unpack_from(data)
    return (kind, megabytes, data[HEAD:]) if len(data) == HEAD + size else None


def questions(connection: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """Waits for one question after the other, header and body, until the front is gone."""
    room = memoryview(bytearray(_AT_ONCE))  # one for all: a new one each time costs more than the rest
    received = bytearray()
    while size := connection.recv_into(room):
        received += room[:size]
        while len(received) >= _ASKED.size:
            head, body = _ASKED.unpack_from(received)
            begins, ends = _ASKED.size, _ASKED.size + head + body
            if len(received) < ends:
                break
            whole = bytes(received[begins:ends])
            del received[:ends]
            yield whole[:head], whole[head:]
