"""What enters a data directory: reports, reference data and RDF; accepted first, published after.

The archive is the truth. An edition is made of what stands in it, and can be made of it again at any time.
"""

import gzip
import hashlib
import json
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from ingest import edih
from ingest.changes import changes
from ingest.crew import Crew, Prepared, Spool, Task, Walk, prepare, walk_one
from ingest.decisions import DOCUMENT, Concern, Decisions
from ingest.form import Source
from ingest.pipeline import Pipeline, Walked
from ingest.vocabulary import named
from regiograph.archive import Accession, Archive
from regiograph.contents import Spooled
from regiograph.editions import Change, Editions, PublicEdition, Publisher, Statements
from regiograph.errors import NotRdf, NotReadable, NotReady, RegiographError
from regiograph.rooms import ROOMS, room
from regiograph.store import EmbeddedReader

RDF_FORMATS = {
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".rdf": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
}

_MANY = 4  # reports from which on a rebuild is worth several processes

_Made = dict[str, tuple[Quad, ...]]  # quads by graph

Told = Callable[[str], None]
"""Is told what is being done, for a person who waits."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A report that the archive holds now."""

    accession: Accession
    walked: Walked
    known: bool  # these very bytes were there before


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of one of many files."""

    name: str
    reports: tuple[Prepared, ...] = ()
    known: bool = False  # these very bytes were there before
    error: RegiographError | None = None


class Intake:
    """Takes things into one data directory, and publishes what stands in it."""

    def __init__(
        self,
        data: Path,
        pipeline: Pipeline,
        told: Told = lambda _: None,
        follow: Callable[[PublicEdition], None] = lambda _: None,
    ) -> None:
        self.archive = Archive(data)
        self.editions = Editions(data)
        self.pipeline = pipeline
        self._told = told
        self._publisher = Publisher(self.archive, follow)

    def take_reports(self, source: Source, *, received_at: str | None = None) -> list[Taken]:
        """Accept the reports of a file and publish them. The same bytes again change nothing.

        Raises:
            NotReadable, UnknownQuestionnaire: it is not a report; nothing is stored.
            Busy: another process is writing to this data directory.
        """
        self._told(f"Reading {source.name}")
        decided = self.decisions()
        reports = self.pipeline.walk(source, decided)
        with self.archive.lock, self._spool() as folder:
            self._take_reference()
            before = {(each.subject, each.sha256) for each in self.archive.accessions()}
            taken = [
                Taken(
                    accession=self._accept(walked, received_at or _now()),
                    walked=walked,
                    known=(walked.resolved.subject, source.sha256) in before,
                )
                for walked in reports
            ]
            still = self.decisions() == decided  # nobody decided anything meanwhile
            walks = {each.accession.number: prepare(each.walked, folder).spool for each in taken if still}
            self._publish_standing(walks, folder)
        return taken

    def take_files(self, paths: Iterable[Path], *, processes: int | None = None) -> Iterator[Received]:
        """Accept the reports of many files, several at a time, and publish once at the end.

        Files that the archive holds already are passed over, so a run that was stopped goes on where it was.
        A file that cannot be read is told and left out. Memory does not grow with the number of files.

        Raises:
            Busy: another process is writing to this data directory.
        """
        with self.archive.lock, self._spool() as folder:
            known: set[str] = {each.sha256 for each in self.archive.accessions() if each.kind == "report"}
            spools: dict[int, Spool] = {}
            new, passed = _parted(paths, known)
            for path in passed:
                yield Received(name=path.name, known=True)
            for walk in self._walks([Task(name=path.name, path=path) for path in new], folder, processes):
                if walk.reports and not spools:
                    self._take_reference()
                for report in walk.reports:
                    spools[self._accept_prepared(walk, report).number] = report.spool
                yield Received(name=walk.task.name, reports=walk.reports, error=walk.error)
            if self.archive.standing():
                self._told("Publishing")
                self._publish_standing(spools, folder, processes)

    def take_reference(self) -> PublicEdition:
        """Make the reference data, the vocabulary and the public facts part of the editions."""
        with self.archive.lock:
            self._take_reference()
            return self.publish()

    def load(self, path: Path) -> PublicEdition:
        """Add an RDF file, or an export of the European Digital Innovation Hub catalogue.

        Raises:
            NotRdf, NotReadable: it is neither, or cannot be used.
        """
        if path.suffix.lower() not in RDF_FORMATS and edih.recognises(path.read_bytes()):
            return self.take_catalogue(path)
        return self.take_rdf(path)

    def take_rdf(self, path: Path) -> PublicEdition:
        """Add the statements of an RDF file as public graphs; those without a graph get the file's own.

        Raises:
            NotRdf: it does not parse, or writes into a graph that a report or the reference data owns.
        """
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        graphs = self._rdf_graphs(path.name, data)
        with self.archive.lock:
            self._refuse_owned(path.name, graphs)
            self.archive.accept(
                "rdf",
                subject=f"rdf/{digest}",
                name=path.name,
                title=path.name,
                data=data,
                details_json=json.dumps({"graphs": sorted(graphs), "document": f"rdf/{digest}.json"}),
                received_at=_now(),
            )
            return self.publish()

    def take_catalogue(self, path: Path) -> PublicEdition:
        """Add an export of the European Digital Innovation Hub catalogue.

        Of the file only the columns on hubs are archived: those on people never enter the archive.

        Raises:
            NotReadable: it is no such catalogue.
        """
        data = edih.kept(path.name, path.read_bytes())
        digest = hashlib.sha256(data).hexdigest()
        with self.archive.lock:
            self._take_reference()
            self.archive.accept(
                "edih",
                subject=f"edih/{digest}",
                name=f"{path.stem}.csv",
                title=path.name,
                data=data,
                details_json=json.dumps(
                    {
                        "graphs": [self.pipeline.iris.graph(f"edih/{digest}")],
                        "document": f"edih/{digest}.json",
                    }
                ),
                received_at=_now(),
            )
            return self.publish()

    def publish(self) -> PublicEdition:
        """An edition of all that stands in the archive; what the current one holds already is not redone.

        Raises:
            NotReady: the archive is empty.
        """
        with self.archive.lock, self._spool() as folder:
            return self._publish_standing({}, folder)

    def rebuild(self) -> PublicEdition:
        """An edition made anew from the originals alone.

        Raises:
            NotReady: the archive is empty.
            Damaged: an original does not match its digest.
        """
        with self.archive.lock:
            standing = self.archive.standing()
            if not standing:
                raise NotReady(
                    "The archive is empty.",
                    where="archive",
                    way_out="Ingest a report first: regiograph ingest FILE.",
                )
            with self._spool() as folder:
                spools = self._walk_again(standing, folder)
                return self._publish(standing, folder, full=True, spools=spools)

    def decisions(self) -> Decisions:
        """What people decided about names, as far as it holds."""
        return Decisions.read(self.archive.decisions())

    def reports_with(self, concern: Concern) -> list[Accession]:
        """The standing reports that hold such a name or entity, as the current edition has them.

        Raises:
            NotReady: nothing is published yet.
        """
        current = self.editions.current()
        graphs = concern.graphs(current.store, self.pipeline.iris) if concern else set()
        reports = (each for each in self.archive.standing() if each.kind == "report")
        return [each for each in reports if graphs & {*json.loads(each.details_json)["graphs"]}]

    def source(self, accession: Accession) -> Source:
        """The file of a report, from the archive.

        Raises:
            Damaged: it does not match its digest.
        """
        data = self.archive.original(accession.sha256)
        return Source(name=accession.name, data=data, title=accession.title)

    def _accept(self, walked: Walked, received_at: str) -> Accession:
        return self.archive.accept(
            "report",
            subject=walked.resolved.subject,
            name=walked.source.name,
            title=walked.source.label,
            data=walked.source.data,
            verdict_json=walked.verdict.to_json(),
            details_json=walked.details(),
            received_at=received_at,
        )

    def _take_reference(self) -> None:
        fingerprint = reference_fingerprint()
        digest = hashlib.sha256(fingerprint).hexdigest()
        self.archive.accept(
            "reference",
            subject="reference",
            name="reference.json",
            title="Reference data, vocabulary and public facts",
            data=fingerprint,
            details_json=json.dumps({"document": f"reference/{digest}.json"}),
            received_at=_now(),
        )

    def _accept_prepared(self, walk: Walk, report: Prepared) -> Accession:
        data = walk.task.source().data
        if hashlib.sha256(data).hexdigest() != walk.sha256:
            raise NotReadable(
                "The file changed while it was read.", where=walk.task.name, way_out="Ingest it again."
            )
        return self.archive.accept(
            "report",
            subject=report.subject,
            name=walk.task.name,
            title=walk.task.title or walk.task.name,
            data=data,
            verdict_json=report.verdict_json,
            details_json=report.details_json,
            received_at=_now(),
        )

    def _walks(self, tasks: Sequence[Task], folder: Path, processes: int | None = None) -> Iterator[Walk]:
        """The walks of files, in order: a few here, many in several processes."""
        if len(tasks) < _MANY or processes == 1:
            yield from (walk_one(self.pipeline, task, folder, self.decisions()) for task in tasks)
            return
        make = partial(Pipeline, self.pipeline.iris.base)
        with Crew(make, folder, processes, decided=self.decisions()) as crew:
            yield from crew.walk(tasks)

    def _walk_again(
        self, accessions: Iterable[Accession], folder: Path, processes: int | None = None
    ) -> dict[int, Spool]:
        """What archived reports give, by number of accession: where there are many, several at a time."""
        reports = [each for each in accessions if each.kind == "report"]
        tasks = [
            Task(name=each.name, title=each.title, path=self.archive.original_path(each.sha256))
            for each in reports
        ]
        found: dict[int, Spool] = {}
        for accession, walk in zip(reports, self._walks(tasks, folder, processes), strict=True):
            if walk.error:
                raise walk.error
            wanted = _document(accession)
            spools = (each.spool for each in walk.reports)
            found[accession.number] = next(each for each in spools if each.document_name == wanted)
        return found

    @contextmanager
    def _spool(self) -> Iterator[Path]:
        """A folder for quads on their way; what a stopped run left in it is removed."""
        folder = self.archive.data / "spool"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _publish_standing(
        self, walked: Mapping[int, Spool], folder: Path, processes: int | None = None
    ) -> PublicEdition:
        """An edition of what stands; `walked` are walks done already, by number of accession."""

        def spools(accessions: Iterable[Accession]) -> dict[int, Spool]:
            rest = (each for each in accessions if each.number not in walked)
            return {**walked, **self._walk_again(rest, folder, processes)}

        standing = self.archive.standing()
        try:
            current = self.editions.current()
        except NotReady:
            if not standing:
                raise
            return self._publish(standing, folder, full=True, spools=spools(standing))
        decided = self.decisions()
        before = Decisions.of_edition(current)
        concerned = self.reports_with(before.concern(decided))
        published = current.manifest.documents
        stale = [each for each in standing if _document(each) not in published or each in concerned]
        if not stale and decided == before:
            return self._publisher.stay()
        return self._publish(stale, folder, full=False, spools=spools(stale))

    def _publish(
        self, accessions: Iterable[Accession], folder: Path, *, full: bool, spools: Mapping[int, Spool]
    ) -> PublicEdition:
        public: dict[str, Iterable[Quad]] = {}
        documents: dict[str, bytes | Path | None] = {}
        for accession in accessions:
            self._told(f"Publishing {accession.name}")
            if accession.kind == "report":
                spool = spools[accession.number]
                public.update(spool.graphs.items())
                documents[spool.document_name] = spool.document
                continue
            graphs, document = self._made(accession, folder)
            for name, quads in graphs.items():
                public[name] = chain(public[name], quads) if name in public else quads
            documents[_document(accession)] = document
        if not full:
            public, documents = self._beside_current(public, documents)
        decided = self.decisions()
        public[self.pipeline.iris.graph("decisions")] = decided.quads(self.pipeline.iris)
        documents[DOCUMENT] = decided.document()
        touched = None if full else list(public)

        def follows(reader: EmbeddedReader) -> Statements:
            return changes(reader, touched, self.pipeline.iris)

        change = Change(public=public, documents=documents, full=full, follows=follows)
        return self._publisher.publish(change)

    def _beside_current(
        self, public: dict[str, Iterable[Quad]], documents: dict[str, bytes | Path | None]
    ) -> tuple[dict[str, Iterable[Quad]], dict[str, bytes | Path | None]]:
        """With what other loaded files gave to the same graphs; without documents superseded."""
        loaded = {
            graph
            for each in self.archive.standing()
            if each.kind == "rdf"
            for graph in json.loads(each.details_json)["graphs"]
        }
        current = self.editions.current()
        for graph in public:
            if graph in loaded:
                public[graph] = chain(current.store.quads(graph), public[graph])
        standing = {_document(each) for each in self.archive.standing()}
        gone = dict.fromkeys(name for name in current.manifest.documents if name not in standing)
        return public, {**documents, **gone}

    def _made(self, accession: Accession, folder: Path) -> tuple[Mapping[str, Iterable[Quad]], bytes]:
        """The public graphs and the public document that an accession gives which is no report."""
        if accession.kind == "reference":
            graphs = {
                name: Spooled.write(name, quads, folder / f"reference-{number}.nq")
                for number, (name, quads) in enumerate(self.pipeline.reference.items())
            }
            return graphs, reference_fingerprint()
        about = {"name": accession.name, "sha256": accession.sha256}
        data = self.archive.original(accession.sha256)
        if accession.kind == "edih":
            made = self.pipeline.catalogue(accession.name, data)
        else:
            made = self._rdf_graphs(accession.name, data)
        return made, json.dumps(about, sort_keys=True).encode()

    def _rdf_graphs(self, name: str, data: bytes) -> _Made:
        """The statements by graph. All of them stand in one, so that a question may look within each."""
        digest = hashlib.sha256(data).hexdigest()
        own = self.pipeline.iris.graph(f"rdf/{digest}")
        graphs: dict[str, list[Quad]] = {}
        prefix = f"{self.pipeline.iris.base}/.well-known/genid/{digest[:16]}"
        for quad in named(_parsed(name, data), None, prefix):
            graph = getattr(quad.graph_name, "value", own)
            graphs.setdefault(graph, []).append(quad)
        return {graph: tuple(quads) for graph, quads in graphs.items()}

    def _refuse_owned(self, name: str, graphs: Iterable[str]) -> None:
        owned = {self.pipeline.iris.graph("decisions"): "the review desk"}
        for each in self.archive.standing():
            if each.kind == "report":
                owned |= dict.fromkeys(json.loads(each.details_json)["graphs"], each.name)
            elif each.kind == "reference":
                owned |= dict.fromkeys(self.pipeline.reference, "the reference data")
        for graph in graphs:
            if graph in owned:
                raise NotRdf(
                    f"The graph <{graph}> belongs to {owned[graph]}.",
                    where=name,
                    way_out="Give the statements a graph of their own.",
                )


def reference_fingerprint() -> bytes:
    """The digests of all files that the reference graphs are made of, as JSON."""
    digests = {
        f"{name}/{path.relative_to(room(name)).as_posix()}": hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ROOMS
        if name in ("ontology", "reference")
        for path in sorted(room(name).rglob("*"))
        if path.is_file() and path.suffix in (".csv", ".ttl") and path.parent.name != "catalogue"
    }
    return json.dumps(digests, indent=1, sort_keys=True).encode()


def _parted(paths: Iterable[Path], known: set[str]) -> tuple[list[Path], list[Path]]:
    """Files whose bytes are new, and those known or named twice."""
    seen = set(known)
    new: list[Path] = []
    passed: list[Path] = []
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        (passed if digest in seen else new).append(path)
        seen.add(digest)
    return new, passed


def _document(accession: Accession) -> str:
    return str(json.loads(accession.details_json)["document"])


def _unpacked(name: str, data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        raise NotRdf(
            "This is not a gzip file, or not all of it.", where=name, way_out="Fetch it again."
        ) from None


def _parsed(name: str, data: bytes) -> Iterator[Quad]:
    if name.lower().endswith(".gz"):
        name, data = name[: -len(".gz")], _unpacked(name, data)
    format = RDF_FORMATS.get(Path(name).suffix.lower())
    if format is None:
        raise NotRdf(
            "The file name does not say which RDF format this is.",
            where=name,
            way_out=f"Use one of the endings {', '.join(RDF_FORMATS)}, or send a catalogue of hubs.",
        )
    try:
        yield from parse(data, format=format)
    except SyntaxError as error:
        place = f"line {error.lineno}" if error.lineno else "an unknown line"
        raise NotRdf(
            f"This is not valid {format.name} ({place}).",
            where=name,
            way_out="Check the file with an RDF validator.",
        ) from None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
