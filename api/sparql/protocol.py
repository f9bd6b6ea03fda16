"""What a request of the SPARQL 1.1 Protocol asks: by GET, as a form, or with the query as its body."""

from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from regiograph.errors import BadQuery, QueryRefused
from regiograph.service.pool import ClientLeft

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
YES, NO = ("1", "true"), ("", "0", "false")

_MOST_PARAMETERS = 1000
_BYTES_PER_CHARACTER = 12  # four bytes of UTF-8, percent-encoded
_UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}


class WrongMedia(Exception):
    """The body is of a type, in a character set or packed in a way that is not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query operation, however it was sent. `others` are parameters the protocol does not know."""

    query: str | None
    format: str | None
    seconds: float | None
    asof: str | None  # a period: only what was reported by then
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    explain: bool = False
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked but, perhaps, a format."""
        given = (self.query, self.asof, self.default_graphs, self.named_graphs, self.others)
        return not any(given)


async def asked(scope: Scope, receive: Receive, characters: int) -> Asked:
    """What a request asks; queries are `characters` long at most.

    Raises:
        WrongMedia: a body that is not taken.
        BadQuery: not as the protocol wants it.
        QueryRefused: too long, or an update.
        ClientLeft: nobody is waiting any more.
    """
    fields = _fields(scope["query_string"])
    if scope["method"] == "POST":
        kind = _kind(Headers(scope=scope))
        body = await _body(receive, characters * _BYTES_PER_CHARACTER)
        if kind == UPDATE:
            raise no_updates()
        fields += _fields(body) if kind == FORM else [("query", _text(body))]
    values: dict[str, tuple[str, ...]] = {}
    for name, value in fields:
        values[name] = (*values.get(name, ()), value)
    if "update" in values:
        raise no_updates()
    return _read(values)


def no_updates() -> QueryRefused:
    """Nothing is written through the service."""
    return QueryRefused(
        "Updates are not accepted here.",
        where="the request",
        way_out="Send reports and RDF files to the archive instead; new editions are made from it.",
    )


def _read(values: dict[str, tuple[str, ...]]) -> Asked:
    return Asked(
        query=_single(values, "query"),
        format=_single(values, "format"),
        seconds=_seconds(_single(values, "timeout")),
        asof=_single(values, "asof"),
        default_graphs=values.pop("default-graph-uri", ()),
        named_graphs=values.pop("named-graph-uri", ()),
        explain=_explains(_single(values, "explain") or ""),
        others=values,
    )


def _kind(headers: Headers) -> str:
    """The media type of a body.

    Raises:
        WrongMedia: not one that is taken.
    """
    message = Message()
    message["content-type"] = headers.get("content-type", "application/octet-stream")
    kind, charset = message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()
    plain = headers.get("content-encoding", "identity").strip().lower() in {"", "identity"}
    if kind not in {FORM, QUERY, UPDATE} or charset not in _UTF_8 or not plain:
        raise WrongMedia
    return kind


async def _body(receive: Receive, most: int) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise QueryRefused(
                f"This request is longer than {most} bytes.",
                where="the request",
                way_out="Ask in parts, or shorten the query.",
            )
    return bytes(body)


def _fields(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError:
        raise BadQuery(
            "The parameters cannot be decoded.", where="the request", way_out="Percent-encode them as UTF-8."
        ) from None


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadQuery("The query is not UTF-8.", where="the query", way_out="Send it as UTF-8.") from None


def _single(values: dict[str, tuple[str, ...]], name: str) -> str | None:
    found = values.pop(name, ())
    if len(found) > 1:
        raise BadQuery("This parameter may be given once.", where=name, way_out="Send one request each.")
    return found[0] if found else None


def _explains(given: str) -> bool:
    if given not in (*YES, *NO):
        raise BadQuery("This is neither yes nor no.", where="explain", way_out="Give explain=1 or explain=0.")
    return given in YES


def _seconds(given: str | None) -> float | None:
    if not given:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0
    if not seconds > 0:
        raise BadQuery(
            "This is no number of seconds.",
            where="timeout",
            way_out="Give one above 0, such as timeout=20.",
        )
    return seconds
