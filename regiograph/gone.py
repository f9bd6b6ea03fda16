"""What earlier editions told of and this one does not: so that its address says “gone”, not “never heard of”.

Each edition keeps the list in a file of its own, `gone.tsv`: IRI, and the last edition that told of it. It is
made when the edition is: from the graphs that changed, and from the list before.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from pyoxigraph import NamedNode

from regiograph.store.embedded import EmbeddedReader
from regiograph.store.files import write_whole

FILE = "gone.tsv"
_TOLD = "SELECT ?thing WHERE { ?thing ?p ?o } LIMIT 1"

Gone = Mapping[str, int]
"""The last edition that told of a thing, by IRI."""


def read_gone(home: Path) -> dict[str, int]:
    """The list of an edition's directory; empty where it has none."""
    try:
        lines = (home / FILE).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {iri: int(number) for iri, _, number in (line.partition("\t") for line in lines)}


def note_gone(home: Path, before: Path, changed: Collection[str]) -> None:
    """Writes the list of a new edition; `changed` are the graphs that may differ from the edition before.

    Raises:
        OSError: one of the stores cannot be opened.
    """
    old, new = EmbeddedReader.open(before / "store"), EmbeddedReader.open(home / "store")
    try:
        gone = read_gone(before)
        for graph in changed:  # one after the other, so that memory holds what one graph tells of
            lost = _subjects(old, graph)
            if not lost and not gone:
                continue
            for iri in _subjects(new, graph):
                lost.discard(iri)
                gone.pop(iri, None)
            gone |= {iri: int(before.name) for iri in lost if not _is_told(new, iri)}
    finally:
        old.close()
        new.close()
    if gone:
        lines = "".join(f"{iri}\t{number}\n" for iri, number in sorted(gone.items()))
        write_whole(home / FILE, lines.encode())


def _subjects(store: EmbeddedReader, graph: str) -> set[str]:
    return {quad.subject.value for quad in store.quads(graph) if isinstance(quad.subject, NamedNode)}


def _is_told(store: EmbeddedReader, iri: str) -> bool:
    return any(True for _ in store.query(_TOLD, substitutions={"thing": NamedNode(iri)}))  # type: ignore[union-attr]
