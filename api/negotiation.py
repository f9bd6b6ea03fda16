"""What a client wants of a description: which format, in which language, and whether it has it already."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

from regiograph.editions import Manifest
from regiograph.errors import BadParameter, NotAcceptable
from regiograph.linked.addresses import HTML, SUFFIXES
from regiograph.store.formats import Format, accepted, liking, prefers_html

VARY = "Accept, Accept-Language"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def wants_html(request: Request) -> bool:
    """Whether a request would rather have a page than data."""
    return prefers_html(",".join(request.headers.getlist("accept")))


def wanted(request: Request) -> str:
    """The suffix of the format a client likes best: the page only where it says so.

    Raises:
        NotAcceptable: none of them.
    """
    header = ",".join(request.headers.getlist("accept"))
    names = {one.short: one.names for one in SUFFIXES.values() if one} | {HTML: ("text/html",)}
    best = max(names, key=lambda suffix: _liking(names[suffix], header))  # the first of equals: Turtle
    if _liking(names[best], header) > 0:
        return best
    raise _nothing_suits([each[0] for each in names.values()])


def wanted_of(request: Request, offered: Sequence[Format]) -> Format:
    """The format of some that a client likes best.

    Raises:
        NotAcceptable: none of them.
    """
    if best := accepted(",".join(request.headers.getlist("accept")), offered):
        return best
    raise _nothing_suits([one.names[0] for one in offered])


def asked_language(request: Request) -> str:
    """The language a client would have names in: `?lang=`, else the first it accepts, else English.

    Raises:
        BadParameter: not the code of a language.
    """
    if given := request.query_params.get("lang"):
        if not _LANGUAGE.fullmatch(given.lower()):
            raise BadParameter(
                "This is not a language.",
                where="parameter lang",
                way_out="Give a language code, such as fr.",
            )
        return given.lower()
    first = request.headers.get("accept-language", "").split(",")[0].split(";")[0].strip().lower()
    return first.split("-")[0] if _LANGUAGE.fullmatch(first) else "en"


def caching(tag: str, edition: Manifest) -> dict[str, str]:
    """The headers by which a client knows whether what it has is still right."""
    return {
        "etag": f'"{tag}"',
        "last-modified": http_date(edition.created),
        "cache-control": "no-cache",
        "regiograph-edition": str(edition.number),
    }


def unchanged(request: Request, headers: dict[str, str]) -> bool:
    """Whether a client has it already; a tag goes before a date."""
    if tags := request.headers.get("if-none-match"):
        return headers["etag"] in {tag.strip().removeprefix("W/") for tag in tags.split(",")} or tags == "*"
    since = request.headers.get("if-modified-since")
    return bool(since) and _at_least(since or "", headers["last-modified"])


def not_modified(headers: dict[str, str]) -> Response:
    """304, with the headers of the answer it stands for."""
    return Response(status_code=304, headers=headers)


def _nothing_suits(offered: Sequence[str]) -> NotAcceptable:
    return NotAcceptable(
        "This is not told in the format asked for.",
        where="the Accept header",
        way_out=f"Ask for one of: {', '.join(offered)}.",
    )


def http_date(written: str) -> str:
    """A time as HTTP writes it.

    >>> http_date("2026-11-23T12:00:00Z")
    'Mon, 23 Nov 2026 12:00:00 GMT'
    """
    moment = datetime.fromisoformat(written.replace("Z", "+00:00")).astimezone(UTC)
    return format_datetime(moment, usegmt=True)


def _at_least(since: str, modified: str) -> bool:
    try:
        return parsedate_to_datetime(since) >= parsedate_to_datetime(modified)
    except (ValueError, TypeError):
        return False


def _liking(names: tuple[str, ...], header: str) -> float:
    return max(liking(name, header) for name in names)
