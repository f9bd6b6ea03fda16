"""From bytes to Forms. The type of a file is found from its content, never from its name."""

from typing import Protocol

from ingest.form import Form, Source
from ingest.read import docx, eusurvey_xlsx, eusurvey_xml, html, markdown, pdf
from ingest.read.signatures import kind
from regiograph.errors import NotReadable


class Reader(Protocol):
    """What the module of a format offers."""

    def recognises(self, data: bytes) -> bool:
        """Whether bytes are of this format, as far as a look at them tells. Never raises."""

    def read(self, source: Source) -> tuple[Form, ...]:
        """The reports of a file, mostly one.

        Raises:
            NotReadable: it is not of this format after all, or not safe to read.
        """


_READERS: tuple[Reader, ...] = (
    docx,
    eusurvey_xlsx,
    eusurvey_xml,
    pdf,
    html,
    markdown,  # last: any text may be Markdown
)

_WAY_OUT = "Send the report as a PDF, Word (.docx), Excel (.xlsx), EUSurvey XML, HTML or Markdown file."


def read(source: Source) -> tuple[Form, ...]:
    """The reports of a file, mostly one: the blocks of each, each block with its place.

    Raises:
        NotReadable: empty, of a type that is not read, damaged, or not in the encoding it claims.
    """
    if not source.data.strip():
        raise NotReadable(
            "The file is empty.", where=source.name, way_out="Send the report with its answers in it."
        )
    for reader in _READERS:
        if reader.recognises(source.data):
            return reader.read(source)
    raise _unknown(source)


def _unknown(source: Source) -> NotReadable:
    if name := kind(source.data):
        return NotReadable(f"This is {name}, whatever its name says.", where=source.name, way_out=_WAY_OUT)
    line = source.data[: source.data.index(b"\x00")].count(b"\n") + 1
    return NotReadable(
        f"Line {line} holds binary data, so this is not a text file.", where=source.name, way_out=_WAY_OUT
    )
