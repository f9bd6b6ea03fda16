"""Where quads live: what a store promises (base), its answers, its formats, and the embedded engine."""

from regiograph.store.answers import Answer, Rows, Triples, Truth
from regiograph.store.base import Readable, Term, Writable
from regiograph.store.embedded import EmbeddedReader, EmbeddedWriter, canonical
from regiograph.store.formats import Format

__all__ = [
    "Answer",
    "EmbeddedReader",
    "EmbeddedWriter",
    "Format",
    "Readable",
    "Rows",
    "Term",
    "Triples",
    "Truth",
    "Writable",
    "canonical",
]
