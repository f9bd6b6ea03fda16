"""The vocabulary's own documents: ontology, alignments, shapes, code lists; in every version and format.

They are files of the data rooms, not of an edition: the namespace answers before anything is published.
Earlier versions stand in `ontology/versions/<version>/` under the names of the files.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, parse

from regiograph.iris import Iris
from regiograph.linked.addresses import VOCABULARY
from regiograph.questions import Questions
from regiograph.store import EmbeddedReader, Rows
from regiograph.store.answers import Triples
from regiograph.store.formats import Format

_FILES = {  # address → room and files
    "ns": ("ontology", "regiograph.ttl"),
    "alignments": ("ontology", "alignments.ttl"),
    "code": ("ontology", "codes.ttl"),
    "shapes": ("shapes", "*.ttl"),
}
_VERSION = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?version WHERE { ?ontology owl:versionInfo ?version }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that is checked in a field."""

    shape: str
    name: str
    says: str
    severity: str  # Violation, Warning or Info
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guided:
    """A field of the form: what it asks, and what is checked in the answer."""

    iri: str
    position: int
    mandatory: bool
    label: str
    printed: str  # as the form prints it
    definition: str
    checks: tuple[Check, ...]


class Namespace:
    """Answers what the documents of the vocabulary say. Reads files; keeps what it has written."""

    def __init__(self, ontology: Path, shapes: Path, queries: Path) -> None:
        self._rooms = {"ontology": ontology, "shapes": shapes}
        self._asked = Questions.read(queries / "linked", Iris(VOCABULARY))
        self.data = cache(self._data)
        self.guide = cache(self._guide)
        self.current = cache(self._current)

    @property
    def names(self) -> Sequence[str]:
        """The addresses there are."""
        return tuple(_FILES)

    def versions(self, name: str) -> list[str]:
        """The versions of a document, oldest first; the last is the current one."""
        room, pattern = _FILES[name]
        folder = self._rooms[room] / "versions"
        kept = (each.name for each in folder.glob("*") if any(each.glob(pattern)))
        current = self.current(name)
        return [*sorted(set(kept) - {current}, key=_in_order), current]

    def documentation(self) -> str:
        """What `docs/make_vocabulary.py` wrote of the ontology, as a fragment of HTML."""
        return (self._rooms["ontology"] / "documentation.html").read_text("utf-8")

    def diagram(self) -> bytes:
        """The picture of the main classes."""
        return (self._rooms["ontology"] / "diagram.svg").read_bytes()

    def _current(self, name: str) -> str:
        rows = EmbeddedReader.of(self._quads(name, "")).query(_VERSION)
        found = [str(getattr(row["version"], "value", "")) for row in rows] if isinstance(rows, Rows) else []
        return found[0] if found else self.current("ns")  # code lists come with the ontology

    def _data(self, name: str, version: str, format: Format) -> bytes:
        files = list(self._files(name, version))
        if format is Format.TURTLE and len(files) == 1:
            return files[0].read_bytes()  # as it was written, with its comments
        dataset = Dataset(self._quads(name, version))
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)  # blank nodes have the same names each time
        output = BytesIO()
        triples = (Triple(each.subject, each.predicate, each.object) for each in dataset)
        Triples(sorted(triples, key=str)).write(output, format)
        return output.getvalue()

    def _guide(self, language: str) -> tuple[Guided, ...]:
        quads = (quad for name in ("code", "shapes") for quad in self._quads(name, ""))
        answer = EmbeddedReader.of(quads).query(self._asked["form-guide"].asked({"language": language}))
        rows = [
            {name: str(getattr(term, "value", "")) for name, term in row.items()}
            for row in (answer if isinstance(answer, Rows) else ())
        ]
        fields = dict.fromkeys(row["field"] for row in rows)
        return tuple(_guided([row for row in rows if row["field"] == field]) for field in fields)

    def _quads(self, name: str, version: str) -> Iterator[Quad]:
        for path in self._files(name, version):
            yield from parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True)

    def _files(self, name: str, version: str) -> Iterator[Path]:
        """The files of a version; of the current one where none is named."""
        room, pattern = _FILES[name]
        home = self._rooms[room]
        yield from sorted((home / "versions" / version if version else home).glob(pattern))


def _guided(rows: Sequence[dict[str, str]]) -> Guided:
    first = rows[0]
    names = ("shape", "name", "says", "message")
    return Guided(
        iri=first["field"],
        position=int(first["position"]),
        mandatory=first["mandatory"] == "true",
        label=first["label"],
        printed=first["printed"],
        definition=first["definition"],
        checks=tuple(
            Check(**{name: row[name] for name in names}, severity=row["severity"].rpartition("#")[2])
            for row in rows
            if "shape" in row
        ),
    )


def _in_order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
