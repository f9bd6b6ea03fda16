"""What a name field holds besides the name: brackets, a country, a NUTS code. Knows shapes, not regions."""

import re
from dataclasses import dataclass

from ingest.resolve.names import tidy

_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_CODE = re.compile(r"^(?:NUTS\s*[0-3]?\s*:?\s*)?([A-Z]{2}[0-9A-Z]{1,3})$")
_JOINED = re.compile(r"[(\[;/|:,]|\s[-–—]")  # without one of these there is nothing to take apart
_SEPARATOR = re.compile(r"\s*[;/|:]\s*|\s*,\s*|\s+[-–—]+\s+")


@dataclass(frozen=True, slots=True)
class Written:
    """A field taken apart. `name` is the text outside brackets."""

    name: str
    pieces: tuple[str, ...]  # the name cut at commas, slashes, dashes; one piece where there is none
    asides: tuple[str, ...]  # what stands in brackets, cut likewise


def take_apart(text: str) -> Written:
    """The name, its pieces and its asides.

    >>> take_apart("Lapland (FI), FI1D7")
    Written(name='Lapland , FI1D7', pieces=('Lapland', 'FI1D7'), asides=('FI',))
    """
    text = tidy(text)
    if not _JOINED.search(text):
        name = tidy(text)
        return Written(name, (name,) if name else (), ())
    asides = tuple(piece for aside in _BRACKETS.findall(text) for piece in _cut(aside))
    name = " ".join(_BRACKETS.sub(" ", text).split())
    return Written(tidy(name), _cut(name), asides)


def code_in(piece: str) -> str:
    """The NUTS code that a piece is, or nothing. Two letters alone are a country, not a code.

    >>> code_in("FI1D7"), code_in("NUTS 2: ES41"), code_in("Lapland")
    ('FI1D7', 'ES41', '')
    """
    found = _CODE.match(piece.strip())
    return found[1] if found and any(c.isdigit() or c.isupper() for c in found[1][2:]) else ""


def _cut(text: str) -> tuple[str, ...]:
    return tuple(piece for piece in (tidy(piece) for piece in _SEPARATOR.split(text)) if piece)
