"""What the front and its workers say to each other over a socket, lengths first.

To a worker: a number, a JSON header and a text. From a worker, under the same number: any number of parts of
an answer, then its end, or an error in their place. The front reads no more of a reply than its kind, its
number, its lengths and what was found, for a worker that a query has harmed may write anything.
"""

import json
import socket
import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple

from regiograph.store.formats import Format

_NUMBER = struct.Struct("!I")
_ASKED = struct.Struct("!II")
_BEGINNING = struct.Struct("!III")  # a number and what is asked
_SAID = struct.Struct("!BIII")
_FOUND = struct.Struct("!B32s")
_NO_TAG = bytes(32)
_FORMATS = tuple(Format)
_AT_ONCE = 64 * 1024  # bytes
HEAD = _SAID.size
NUMBERS = 1 << 32
"""How many numbers there are for questions; then they begin again."""

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
    """A message to a worker, but for its number."""
    return b"".join((_ASKED.pack(len(head), len(body)), head, body))


def numbered(number: int, question: bytes) -> bytes:
    """A message to a worker."""
    return _NUMBER.pack(number) + question


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
    if tag != _NO_TAG and not tag.isalnum():
        raise ValueError("no tag")
    return Found(_FORMATS[number], None if tag == _NO_TAG else tag.decode()), content[_FOUND.size :]


def said(number: int, kind: Kind, content: bytes | bytearray, megabytes: int = 0) -> bytes:
    """A message of a worker."""
    return b"".join((_SAID.pack(kind, number, megabytes, len(content)), content))


def hear(received: bytearray) -> Iterator[tuple[int, int, int, bytes]]:
    """Takes whole messages of a worker off what has been received: kind, number, megabytes, content.

    >>> received = bytearray(said(7, Kind.PART, b"one") + said(7, Kind.END, b"two", 60)[:-1])
    >>> list(hear(received)), len(received)
    ([(0, 7, 0, b'one')], 15)
    """
    while len(received) >= HEAD:
        kind, number, megabytes, size = _SAID.unpack_from(received)
        if len(received) < HEAD + size:
            return
        content = bytes(memoryview(received)[HEAD : HEAD + size])
        del received[: HEAD + size]
        yield kind, number, megabytes, content


def whole(data: bytes) -> tuple[int, int, int, bytes] | None:
    """The one short cut: a message that came in one piece, as `hear` tells it.

    >>> whole(said(7, Kind.END, b"all", 60)), whole(said(7, Kind.END, b"all")[:-1])
    ((1, 7, 60, b'all'), None)
    """
    if len(data) < HEAD:
        return None
    kind, number, megabytes, size = _SAID.unpack_from(data)
    return (kind, number, megabytes, data[HEAD:]) if len(data) == HEAD + size else None


def questions(connection: socket.socket) -> Iterator[tuple[int, bytes, bytes]]:
    """Waits for one question after the other, number, header and body, until the front is gone."""
    room = memoryview(bytearray(_AT_ONCE))  # one for all: a new one each time costs more than the rest
    received = bytearray()
    while size := connection.recv_into(room):
        received += room[:size]
        while len(received) >= _BEGINNING.size:
            number, head, body = _BEGINNING.unpack_from(received)
            ends = _BEGINNING.size + head + body
            if len(received) < ends:
                break
            whole = bytes(memoryview(received)[_BEGINNING.size : ends])
            del received[:ends]
            yield number, whole[:head], whole[head:]
