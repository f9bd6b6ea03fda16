"""Answers packed for the way: zstd, or gzip for those who know no better.

Levels are chosen by measurement: on SPARQL JSON, zstd 1 packs 500 kB in 0.4 ms, gzip 4 in 1.5 ms, and higher
levels gain a tenth for several times the work.
"""

import zlib
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Protocol

import zstandard

SHORTEST = 1000  # bytes below which packing gains nothing


class _Packer(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class Coding(Enum):
    """A content coding, by its name in HTTP."""

    ZSTD = "zstd"
    GZIP = "gzip"

    def packer(self) -> _Packer:
        """What packs one body."""
        if self is Coding.ZSTD:
            return zstandard.ZstdCompressor(1).compressobj()
        return zlib.compressobj(4, zlib.DEFLATED, 31)

    def packed(self, body: bytes) -> bytes:
        """A body, packed."""
        packer = self.packer()
        return packer.compress(body) + packer.flush()

    def packing(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """A body that comes in parts, packed part by part."""
        packer = self.packer()
        for part in parts:
            if done := packer.compress(part):
                yield done
        yield packer.flush()


def coding(header: str) -> Coding | None:
    """The coding an Accept-Encoding header likes best; none where it wants the plain bytes.

    >>> coding("gzip, deflate, br, zstd"), coding("gzip;q=1.0, zstd;q=0"), coding("")
    (<Coding.ZSTD: 'zstd'>, <Coding.GZIP: 'gzip'>, None)
    """
    if not header:
        return None
    liked: dict[str, float] = {}
    for part in header.split(",")[:20]:
        name, _, quality = part.strip().lower().partition(";")
        try:
            liked[name.strip()] = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            liked[name.strip()] = 0.0
    best = max(Coding, key=lambda one: liked.get(one.value, 0.0))
    return best if liked.get(best.value, 0.0) > 0 else None
