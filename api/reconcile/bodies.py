"""What a request carries: its body within bounds, and forms, decoded. Knows no route."""

from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from regiograph.errors import BadParameter, QueryTooLarge
from regiograph.service.pool import ClientLeft

_MOST_FIELDS = 100


async def body_of(request: Request, most: int) -> bytes:
    """The whole body.

    Raises:
        QueryTooLarge: more than so many bytes.
        ClientLeft: nobody is waiting any more.
    """
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > most:
                raise QueryTooLarge(
                    f"The request is larger than {most / 1_000_000:g} MB.",
                    where="the request",
                    way_out="Send less at a time.",
                )
    except ClientDisconnect:
        raise ClientLeft from None
    return bytes(body)


def kind_of(request: Request) -> str:
    """The media type of the body, without what follows it."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def form_of(encoded: bytes | str) -> dict[str, list[str]]:
    """The fields of a form, or of a query string: each with its values.

    Raises:
        BadParameter: not percent-encoded UTF-8, or too many fields.
    """
    text = encoded if isinstance(encoded, str) else encoded.decode("ascii", errors="replace")
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadParameter(
            "The form cannot be decoded.", where="the request", way_out="Percent-encode it as UTF-8."
        ) from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields
