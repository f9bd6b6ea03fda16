"""What an engine serves: the edition, its manifest and its documents, as `regiograph.mirror` put them there.

These are triples in a graph of their own, which no query is asked of. The number comes last when an edition
is put there, in the same request as the last of its quads; while `publishing` is there, nothing is ready.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from regiograph.editions import Manifest
from regiograph.errors import Damaged, Moved, NoSuchThing, NotReady
from regiograph.store.engine import Engine
from regiograph.store.remote import Placing, RemoteReader
from regiograph.store.rewrite import Dataset

_PART = 60_000  # characters: well below what engines take as one literal


@dataclass(frozen=True, slots=True)
class Terms:
    """The names of what is said in the status graph."""

    base: str

    @property
    def engine(self) -> NamedNode:
        """What is spoken of."""
        return NamedNode(f"{self.base}/engine")

    def says(self, name: str) -> NamedNode:
        """A property: `edition`, `publishing`, `unverified` or `text`."""
        return NamedNode(f"{self.base}/engine#{name}")

    def part(self, name: str, number: int) -> NamedNode:
        """A part of a long text."""
        return NamedNode(f"{self.base}/engine/{name}/{number:06d}")

    def number(self, number: int) -> Triple:
        """That an edition is there."""
        return Triple(self.engine, self.says("edition"), Literal(number))

    def publishing(self, number: int) -> Triple:
        """That an edition is being put there."""
        return Triple(self.engine, self.says("publishing"), Literal(number))

    def unverified(self, number: int) -> Triple:
        """That an edition was put there, and not yet read again."""
        return Triple(self.engine, self.says("unverified"), Literal(number))

    def text(self, name: str, data: bytes) -> list[Triple]:
        """A text of any length."""
        whole = base64.b64encode(zlib.compress(data, 6)).decode()
        return [
            Triple(self.part(name, place), self.says("text"), Literal(whole[begin : begin + _PART]))
            for place, begin in enumerate(range(0, len(whole), _PART))
        ]


@dataclass(frozen=True, slots=True)
class Status:
    """The numbers an engine says of itself; where all is well, of its edition only."""

    editions: tuple[int, ...]
    publishing: tuple[int, ...]
    unverified: tuple[int, ...]


class Served:
    """Reads what one engine serves."""

    def __init__(self, engine: Engine, base: str) -> None:
        self.engine = engine
        self.placing = Placing(base)
        self.terms = Terms(base)

    def number(self) -> int:
        """The number of the edition.

        Raises:
            NotReady: none yet, or one is just being put there.
            Unreachable: the engine does not answer.
        """
        status = self.status()
        if status.publishing or not status.editions:
            raise NotReady(
                "An edition is being put on the engine."
                if status.publishing
                else "The engine has no edition yet.",
                where="the engine",
                way_out="Try again in a moment; if it stays so, run: regiograph engine push.",
            )
        return max(status.editions)

    def status(self) -> Status:
        """What the engine says of itself."""
        table = self.engine.select(f"SELECT ?p ?o {self._dataset}{{ {self.terms.engine} ?p ?o }}")
        said = [(row["p"]["value"], int(row["o"]["value"])) for row in table.bindings]
        return Status(
            *(
                tuple(number for name, number in said if name == self.terms.says(kind).value)
                for kind in ("edition", "publishing", "unverified")
            )
        )

    def check(self, number: int) -> None:
        """Makes sure that an edition is still what is served.

        Raises:
            Moved: it is another one by now.
            NotReady, Unreachable: see `number`.
        """
        if self.number() != number:
            raise Moved(
                "A new edition was published while this was answered.",
                where=f"edition {number}",
                way_out="Ask again.",
            )

    def manifest(self) -> Manifest:
        """The manifest of the edition.

        Raises:
            NotReady, Unreachable: see `number`.
            Damaged: there is none, or not a whole one.
        """
        number = self.number()
        manifest = self.stored_manifest()
        if manifest is None:
            raise _damaged("its manifest")
        if manifest.number != number:
            raise Moved(
                "A new edition is just being published.", where=f"edition {number}", way_out="Ask again."
            )
        return manifest

    def stored_manifest(self) -> Manifest | None:
        """The manifest that is there, whether or not its edition is; none where it is not whole."""
        try:
            return Manifest.of(json.loads(self.text("manifest")))
        except (ValueError, NoSuchThing, Damaged):
            return None

    def gone(self) -> dict[str, int]:
        """What earlier editions told of and this one does not: the last edition that did, by IRI."""
        try:
            return {str(iri): int(number) for iri, number in json.loads(self.text("gone")).items()}
        except NoSuchThing:
            return {}

    def document(self, digest: str) -> bytes:
        """A document of the edition, by its digest.

        Raises:
            NoSuchThing: it is not there.
            Damaged: its bytes have changed.
        """
        data = self.text(f"document/{digest}")
        if hashlib.sha256(data).hexdigest() != digest:
            raise _damaged("a document")
        return data

    def reader(self, manifest: Manifest) -> RemoteReader:
        """The store to ask for an edition, for as long as the engine serves it."""
        counts = {name: content.quads for name, content in manifest.graphs.items()}
        return RemoteReader(self.engine, self.placing, counts, still=lambda: self.check(manifest.number))

    def text(self, name: str) -> bytes:
        """A long text.

        Raises:
            NoSuchThing: it is not there.
            Damaged: it is not whole.
        """
        parts = list(self._parts(name))
        if not parts:
            raise NoSuchThing("The engine does not have this.", where=name, way_out="See the manifest.")
        try:
            return zlib.decompress(base64.b64decode("".join(parts), validate=True))
        except (ValueError, zlib.error):
            raise _damaged(name) from None

    def parts_of(self, name: str) -> list[Triple]:
        """The triples a long text is made of, as they are there."""
        return [
            Triple(self.terms.part(name, place), self.terms.says("text"), Literal(part))
            for place, part in enumerate(self._parts(name))
        ]

    def _parts(self, name: str) -> Iterator[str]:
        """Asked one by one: no prefix is searched, no answer gets too long."""
        place = 0
        while True:
            part = self.terms.part(name, place)
            table = self.engine.select(f"SELECT ?o {self._dataset}{{ {part} {self.terms.says('text')} ?o }}")
            if not table.bindings:
                return
            yield table.bindings[0]["o"]["value"]
            place += 1

    @property
    def _dataset(self) -> str:
        return Dataset((self.placing.status,), ()).clauses


def _damaged(what: str) -> Damaged:
    return Damaged(
        f"The engine does not hold {what} as it was put there.",
        where="the engine",
        way_out="Run: regiograph engine push --afresh.",
    )
