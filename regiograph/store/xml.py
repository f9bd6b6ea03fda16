"""What XML cannot hold, or would lose: kept where it can be, refused where not, never written broken.

The engine writes control characters and carriage returns as they are (measured, 0.5.13): the first make a
document that no parser reads, the second become line feeds when it is read. And a property whose address ends
in no name (`http://e/2020`) has no place in RDF/XML.
"""

import re
from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

from pyoxigraph import Triple

from regiograph.errors import NotAcceptable
from regiograph.store.formats import Format

_XML = {Format.XML, Format.RDF_XML}
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_ENDS_IN_NAME = re.compile(r"[^\W\d][\w.\-·]*\Z")


def fitting(output: IO[bytes], format: Format) -> IO[bytes]:
    """Where an answer in this format is to be written so that it comes out well-formed and whole."""
    return cast(IO[bytes], _Checked(output)) if format in _XML else output


def nameable(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples, as long as XML has a name for each property.

    Raises:
        NotAcceptable: it has none.
    """
    fine: set[str] = set()
    for triple in triples:
        name = triple.predicate.value
        if name not in fine:
            if not _ENDS_IN_NAME.search(name):
                raise _unfit("the address of a property that does not end in a name")
            fine.add(name)
        yield triple


class _Checked:
    """Writes XML on. Marks, names and indentation are the engine's; carriage returns are always content."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._tail = b""  # the last two bytes, where a character may be cut in two

    def write(self, data: Any) -> int:
        """Writes a part.

        Raises:
            NotAcceptable: XML cannot hold it.
        """
        part = bytes(data)
        if _FORBIDDEN.search(self._tail + part):
            raise _unfit("a control character")
        self._tail = (self._tail + part)[-2:]
        self._output.write(part.replace(b"\r", b"&#13;"))
        return len(part)

    def flush(self) -> None:
        """Nothing waits here."""


def _unfit(what: str) -> NotAcceptable:
    return NotAcceptable(
        f"XML cannot hold this answer: there is {what} in it.",
        where="the answer",
        way_out="Ask for JSON, Turtle or N-Triples.",
    )
