"""What the front and its workers say to each other over a socket, lengths first.

To a worker: a JSON header and a text. From a worker: any number of parts of an answer, then its end, or an
error in their place. The front reads no more of a reply than its kind and its lengths, for a worker that a
query has harmed may write anything.
"""

import json
import socket
import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

_ASKED = struct.Struct("!II")
_SAID = struct.Struct("!BII")
HEAD = _SAID.size

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Kind(IntEnum):
    """What a worker says."""

    PART = 0  # of an answer that goes on
    END = 1  # of an answer: the rest of it, and how much memory the worker has ever had, in megabytes
    ERROR = 2  # instead of the rest: one of our errors, as JSON


def question(header: dict[str, Any], text: str = "") -> bytes:
    """A message to a worker."""
    head, body = _encode(header).encode(), text.encode()
    return b"".join((_ASKED.pack(len(head), len(body)), head, body))


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


def whole(data: bytes) -> tuple[int, bytes] | None:
    """The one short cut: megabytes and content of an answer that came in one piece.

    >>> whole(said(Kind.END, b"all", 60)), whole(said(Kind.PART, b"all"))
    ((60, b'all'), None)
    """
    if len(data) < HEAD:
        return None
    kind, megabytes, size = _SAID.unpack_from(data)
    return (megabytes, data[HEAD:]) if kind == Kind.END and len(data) == HEAD + size else None


def receive_blocking(connection: socket.socket) -> tuple[dict[str, Any], str] | None:
    """The next question, or nothing once the front is gone."""
    lengths = _exactly(connection, _ASKED.size)
    if lengths is None:
        return None
    head, body = _ASKED.unpack(lengths)
    content = _exactly(connection, head + body)
    return None if content is None else (json.loads(content[:head]), content[head:].decode())


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    content = bytearray()
    while len(content) < size:
        part = connection.recv(size - len(content))
        if not part:
            return None
        if len(part) == size:
            return part
        content += part
    return bytes(content)
