"""Sending answers: headers, packing, entity tags, and what lets pages of any origin read them."""

from collections.abc import Iterable, Iterator
from itertools import chain

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from regiograph.service.coding import SHORTEST, Coding, coding
from regiograph.service.front import Front, Reply
from regiograph.service.job import Content
from regiograph.service.plan import Plan
from regiograph.service.spool import Spool

METHODS = "GET, HEAD, POST, OPTIONS"
EXPOSED = "ETag, Regiograph-Edition, Retry-After"

RawHeaders = list[tuple[bytes, bytes]]


class Sent(Response):
    """An answer, whole: its status is certain before its first byte is sent."""

    body = b""

    def __init__(self, headers: RawHeaders, parts: Iterable[bytes]) -> None:
        self.status_code = 200
        self.raw_headers = headers
        self.background = None
        self._parts = parts

    @property
    def only(self) -> bytes | None:
        """All of it, where it is one part."""
        return self._parts[0] if isinstance(self._parts, list) else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it, part by part where there is more than one."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        parts: Iterator[bytes] = iter(() if scope["method"] == "HEAD" else self._parts)
        held = next(parts, b"")
        for part in parts:
            await send({"type": "http.response.body", "body": held, "more_body": True})
            held = part
        await send({"type": "http.response.body", "body": held})


def sent(front: Front, reply: Reply, accept_encoding: str) -> Sent:
    """An answer as it is sent to a client that takes these codings."""
    plan, content = reply.plan, reply.content
    packing = coding(accept_encoding) if len(content) >= SHORTEST else None
    headers = raw({**head(plan.edition, plan.tag, packing), "content-type": plan.format.media})
    parts, size = _parts(front, plan, content, packing)
    if size is not None:
        headers.append((b"content-length", str(size).encode()))
    return Sent(headers, parts)


def _parts(
    front: Front, plan: Plan, content: Content, packing: Coding | None
) -> tuple[Iterable[bytes], int | None]:
    """The parts of an answer, and how many bytes they are together where that is known beforehand."""
    if isinstance(content, Spool):
        parts = content.parts()
        return (packing.packing(parts), None) if packing else (parts, len(content))
    body = front.packed(plan, content, packing) if packing else content
    return [body], len(body)


def head(edition: int, tag: str | None, packing: Coding | None = None) -> dict[str, str]:
    """What the header of an answer says of it. Without a tag it may be another the next time."""
    headers = {
        "vary": "Accept, Accept-Encoding",
        "regiograph-edition": str(edition),
        "cache-control": "no-store" if tag is None else "no-cache",
    }
    if tag:
        headers["etag"] = f'"{tag}-{packing.value}"' if packing else f'"{tag}"'
    if packing:
        headers["content-encoding"] = packing.value
    return headers


def unchanged(plan: Plan, headers: Headers) -> Response | None:
    """A 304, where the client has this very answer already."""
    if not plan.tag or not knows(headers.get("if-none-match", ""), plan.tag):
        return None
    return Response(status_code=304, headers=head(plan.edition, plan.tag))


def knows(if_none_match: str, tag: str) -> bool:
    """Whether a client has an answer, packed in any way.

    >>> knows('"other", W/"abc-gzip"', "abc"), knows("*", "abc"), knows('"ab"', "abc")
    (True, True, False)
    """
    given = (part.strip().removeprefix("W/").strip('"') for part in if_none_match.split(","))
    return any(part == "*" or part.split("-")[0] == tag for part in given)


def open_to_all(headers: RawHeaders, method: str) -> RawHeaders:
    """The headers with those that let a page of any origin read the answer; none may send credentials."""
    more = [
        (b"access-control-allow-origin", b"*"),
        (b"access-control-expose-headers", EXPOSED.encode()),
    ]
    if method == "OPTIONS":
        more += [
            (b"access-control-allow-methods", METHODS.encode()),
            (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
            (b"access-control-max-age", b"86400"),
        ]
    named = {name for name, _ in more}
    return [*chain((pair for pair in headers if pair[0] not in named), more)]


def opening(send: Send, method: str) -> Send:
    """A `send` that lets a page of any origin read the answer."""

    async def send_open(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = open_to_all(list(message.get("headers", ())), method)
        await send(message)

    return send_open


def raw(headers: dict[str, str]) -> RawHeaders:
    """Headers as the server takes them."""
    return [(name.encode(), value.encode()) for name, value in headers.items()]
