"""What the front and its workers say to each other: a JSON header and bytes, their lengths first."""

import json
import socket
import struct
from typing import Any

_LENGTHS = struct.Struct("!II")


def frame(header: dict[str, Any], body: bytes = b"") -> bytes:
    """One message, ready to send."""
    head = json.dumps(header, separators=(",", ":")).encode()
    return b"".join((_LENGTHS.pack(len(head), len(body)), head, body))


def whole(received: bytearray) -> tuple[dict[str, Any], bytes] | None:
    """The message, once all of it has been received.

    >>> message = frame({"a": 1}, b"body")
    >>> whole(bytearray(message)), whole(bytearray(message[:-1]))
    (({'a': 1}, b'body'), None)
    """
    if len(received) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack_from(received)
    begin = _LENGTHS.size + head
    if len(received) < begin + body:
        return None
    return json.loads(received[_LENGTHS.size : begin]), bytes(received[begin : begin + body])


def receive_blocking(connection: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """The next message, or nothing once the other side is gone."""
    lengths = _exactly(connection, _LENGTHS.size)
    if lengths is None:
        return None
    head, body = _LENGTHS.unpack(lengths)
    content = _exactly(connection, head + body)
    return None if content is None else (json.loads(content[:head]), content[head:])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    content = bytearray()
    while len(content) < size:
        part = connection.recv(size - len(content))
        if not part:
            return None
        content += part
    return bytes(content)
