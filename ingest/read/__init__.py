"""From bytes to Forms. The type of a file is found from its content, never from its name."""

from collections.abc import Callable

from ingest.form import Form, Source
from ingest.read import markdown
from regiograph.errors import NotReadable

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a sound or image file"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP container, such as a Word or Excel file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
)


def read(source: Source) -> tuple[Form, ...]:
    """The reports of a file, mostly one: the blocks of each, each block with its place.

    Raises:
        NotReadable: empty, of a type that is not read, or not UTF-8 text.
    """
    return _reader(source)(source)


def _reader(source: Source) -> Callable[[Source], tuple[Form, ...]]:
    if not source.data.strip():
        raise NotReadable(
            "The file is empty.", where=source.name, way_out="Send the report with its answers in it."
        )
    for signature, kind in _SIGNATURES:
        if source.data.startswith(signature):
            raise NotReadable(
                f"This is {kind}, whatever its name says.",
                where=source.name,
                way_out="Send the report as Markdown text (UTF-8).",
            )
    if b"\x00" in source.data:
        line = source.data[: source.data.index(b"\x00")].count(b"\n") + 1
        raise NotReadable(
            f"Line {line} holds binary data, so this is not a text file.",
            where=source.name,
            way_out="Send the report as Markdown text (UTF-8).",
        )
    return markdown.read
