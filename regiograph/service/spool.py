"""The bytes of an answer until all of them are there: in memory while few, then in a file without a name."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

_IN_MEMORY = 1_000_000  # bytes
PART = 256 * 1024


class Spool:
    """An answer that came in parts. Whoever holds it may read it any number of times; it closes itself."""

    def __init__(self) -> None:
        self._file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed with this object)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, part: bytes) -> None:
        """Adds to its end."""
        self._file.write(part)
        self._size += len(part)

    def parts(self) -> Iterator[bytes]:
        """All of it, piece by piece; readers do not disturb each other."""
        place = 0
        while place < self._size:
            self._file.seek(place)
            part = self._file.read(PART)
            place += len(part)
            yield part

    def whole(self) -> bytes:
        """All of it at once."""
        return b"".join(self.parts())
