"""Bounds for readers of containers: how much may be unpacked, how deep, for how long. Knows no format.

Everything that passes here came from a stranger. A reader unpacks and parses through this module only, so
that a file that would fill the memory or never end is refused in one sentence.
"""

import io
import struct
import time
import zipfile
import zlib

from lxml import etree

from ingest.form import Source
from regiograph.errors import NotReadable

MOST_ENTRIES = 4_000
MOST_BYTES = 256 * 2**20  # of all entries together, unpacked
MOST_PART_BYTES = 48 * 2**20  # of one entry that is read, unpacked
HIGHEST_RATIO = 250  # unpacked to packed; XML of real documents stays below 100, a bomb is near 1000
MOST_TAGS = 1_000_000  # of one XML document
MOST_CELLS = 100_000  # of all tables together, merged ones counted as often as they cover
DEEPEST = 120  # levels of nested elements

_SMALL = 2**20  # entries up to this size may be packed at any ratio
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    LookupError,
    RuntimeError,
    ValueError,
)
_DAMAGED = "Open it in the program that made it, save it again and send that file."


class Container:
    """A ZIP file whose entries are unpacked one by one, within bounds."""

    def __init__(self, source: Source) -> None:
        """Take the list of entries; nothing is unpacked yet.

        Raises:
            NotReadable: not a whole ZIP file, or beyond bounds.
        """
        self._source = source
        self._left = MOST_BYTES
        if source.data.count(b"PK\x01\x02") > MOST_ENTRIES:  # before zipfile makes an object of each
            raise _beyond(source, f"more than {MOST_ENTRIES} files")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source.data))
        except _BROKEN:
            raise NotReadable(
                "The file is damaged or incomplete: its list of contents cannot be read.",
                where=source.name,
                way_out=_DAMAGED,
            ) from None
        self._check(self._zip.infolist())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the entries, as stored."""
        return tuple(self._zip.namelist())

    def read(self, name: str) -> bytes:
        """The unpacked bytes of one entry.

        Raises:
            NotReadable: there is no such entry, it is damaged, or its bytes are beyond bounds.
        """
        try:
            with self._zip.open(name) as entry:
                data = entry.read(min(MOST_PART_BYTES, self._left) + 1)
        except _BROKEN:
            raise NotReadable(
                f"The part {name} of the file is missing or damaged.",
                where=self._source.name,
                way_out=_DAMAGED,
            ) from None
        self._left -= len(data)
        if len(data) > MOST_PART_BYTES or self._left < 0:
            raise _beyond(self._source, f"a part larger than {MOST_PART_BYTES // 2**20} MB")
        return data

    def xml(self, name: str) -> etree._Element:
        """The root element of an entry that is XML.

        Raises:
            NotReadable: as `read`, or the XML is refused.
        """
        return parse_xml(self.read(name), self._source, part=name)

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise NotReadable(
                "The file is protected by a password.",
                where=self._source.name,
                way_out="Save it without the password and send that file.",
            )
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise _beyond(self._source, f"more than {MOST_BYTES // 2**20} MB")
        for entry in entries:
            packed = max(entry.compress_size, 1)
            if entry.file_size > _SMALL and entry.file_size / packed > HIGHEST_RATIO:
                raise _beyond(self._source, f"a part packed more than {HIGHEST_RATIO} times")


class Deadline:
    """A moment by which reading a file must be done."""

    def __init__(self, source: Source, seconds: float) -> None:
        self._source, self._seconds = source, seconds
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        """Go on only while there is time.

        Raises:
            NotReadable: the time is over.
        """
        if time.monotonic() > self._end:
            raise NotReadable(
                f"Reading the file takes longer than {self._seconds:g} seconds.",
                where=self._source.name,
                way_out="Send the report alone, without attachments and pictures.",
            )


class CellCount:
    """How many table cells a document has so far."""

    def __init__(self, source: Source) -> None:
        self._source, self._count = source, 0

    def add(self, cells: int) -> None:
        """Count some more.

        Raises:
            NotReadable: they are too many.
        """
        self._count += cells
        if self._count > MOST_CELLS:
            raise NotReadable(
                f"Its tables have more than {MOST_CELLS} cells, which is more than a report needs.",
                where=self._source.name,
                way_out="Send the report alone, without other tables.",
            )


def parse_xml(data: bytes, source: Source, *, part: str = "") -> etree._Element:
    """The root element of XML bytes. Entities and document types are refused, nothing is fetched.

    Raises:
        NotReadable: not well-formed, declares a document type, or is nested too deep.
    """
    where = f"{source.name}, {part}" if part else source.name
    if data.count(b"<") > MOST_TAGS:
        raise _beyond(source, f"more than {MOST_TAGS} tags")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        raise NotReadable(
            f"Its XML is not well-formed{f' at line {line}' if line else ''}.",
            where=where,
            way_out=_DAMAGED,
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotReadable(
            "Its XML declares a document type, which reports do not need and attacks use.",
            where=where,
            way_out=_DAMAGED,
        )
    check_depth(root, where)
    return root


def check_depth(root: etree._Element, where: str, deepest: int = DEEPEST) -> None:
    """Let pass only trees that can be walked one call per level.

    Raises:
        NotReadable: elements are nested deeper than `deepest` levels.
    """
    if root.xpath(f"boolean({'/'.join('*' * deepest)})"):
        raise NotReadable(
            f"Its elements are nested more than {deepest} levels deep.",
            where=where,
            way_out="Copy the filled form into a new document and send that.",
        )


def _beyond(source: Source, what: str) -> NotReadable:
    return NotReadable(
        f"Unpacked, the file holds {what}: more than a report needs.",
        where=source.name,
        way_out="Send the report alone, without attachments and large pictures.",
    )
