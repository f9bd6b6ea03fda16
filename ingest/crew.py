"""Many walks at once, one process a core; results wait on disk, so memory does not grow with the files.

A file that ends its process (a crash inside a library) fails alone: what was under way is walked again, each
file in a process of its own, and only the one that ends that too is refused.
"""

import gc
import hashlib
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from ingest.decisions import UNDECIDED, Decisions
from ingest.form import Source
from ingest.pipeline import Pipeline, Walked
from regiograph.contents import Spooled
from regiograph.errors import NotReadable, RegiographError

MakePipeline = Callable[[], Pipeline]
"""Makes the pipeline of one process; must be picklable, as `functools.partial(Pipeline, base)` is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A file to walk: on disk, or in memory where it has no name there."""

    name: str
    title: str = ""
    path: Path | None = None
    data: bytes = b""

    def source(self) -> Source:
        """The file, read now."""
        return Source(
            name=self.name, title=self.title, data=self.path.read_bytes() if self.path else self.data
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """What one report gives to an edition, waiting on disk until many are published together."""

    document_name: str
    document: Path
    graphs: Mapping[str, Spooled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One report at the end of its walk."""

    subject: str
    verdict_json: str
    details_json: str
    must_fix: int
    please_check: int
    spool: Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What became of one task: its reports, or the error."""

    task: Task
    sha256: str = ""
    reports: tuple[Prepared, ...] = ()
    error: RegiographError | None = None


def prepare(walked: Walked, folder: Path) -> Prepared:
    """Puts what a walked report gives to an edition on disk."""
    key = f"{walked.source.sha256[:16]}-{hashlib.sha256(walked.resolved.subject.encode()).hexdigest()[:8]}"
    document = folder / f"{key}.txt"
    document.write_bytes(walked.document)
    graphs = {
        name: Spooled.write(name, quads, folder / f"{key}-{number}.nq")
        for number, (name, quads) in enumerate(walked.graphs.items())
    }
    return Prepared(
        subject=walked.resolved.subject,
        verdict_json=walked.verdict.to_json(),
        details_json=walked.details(),
        must_fix=len(walked.verdict.must_fix),
        please_check=len(walked.verdict.please_check),
        spool=Spool(document_name=walked.document_name, document=document, graphs=graphs),
    )


def walk_one(pipeline: Pipeline, task: Task, folder: Path, decided: Decisions = UNDECIDED) -> Walk:
    """The walk of one file, its errors told, not raised."""
    try:
        source = task.source()
    except OSError:
        unopened = NotReadable(
            "The file cannot be opened.", where=task.name, way_out="Check that it exists and may be read."
        )
        return Walk(task=task, error=unopened)
    try:
        reports = tuple(prepare(walked, folder) for walked in pipeline.walk(source, decided))
    except RegiographError as error:
        return Walk(task=task, error=error)
    return Walk(task=task, sha256=source.sha256, reports=reports)


class Crew:
    """Walks files in several processes. Owns the processes; the folder belongs to whoever gives it."""

    def __init__(
        self,
        make_pipeline: MakePipeline,
        folder: Path,
        processes: int | None = None,
        decided: Decisions = UNDECIDED,
    ) -> None:
        self._make_pipeline = make_pipeline
        self._decided = decided
        self._folder = folder
        self._processes = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def walk(self, tasks: Iterable[Task]) -> Iterator[Walk]:
        """The outcome of each task, in their order. Never more than a few are under way."""
        waiting: deque[tuple[Task, Future[Walk]]] = deque()
        for task in tasks:
            waiting.append((task, self._submit(task)))
            if len(waiting) > 2 * self._processes:
                yield from self._next(waiting)
        while waiting:
            yield from self._next(waiting)

    def _next(self, waiting: deque[tuple[Task, Future[Walk]]]) -> Iterator[Walk]:
        try:
            yield waiting[0][1].result()
            waiting.popleft()
        except BrokenProcessPool:
            tasks = [task for task, _ in waiting]
            waiting.clear()
            self._stop()
            for task in tasks:
                yield self._alone(task)

    def _alone(self, task: Task) -> Walk:
        try:
            return self._submit(task).result()
        except BrokenProcessPool:
            self._stop()
            error = NotReadable(
                "Reading this file ended the program that reads it.",
                where=task.name,
                way_out="Save the report in another format and send that.",
            )
            return Walk(task=task, error=error)

    def _submit(self, task: Task) -> Future[Walk]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self._make_pipeline, self._decided),
            )
        return self._pool.submit(_walk, task, self._folder)

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


# --- in the worker processes --------------------------------------------------------------------------


class _Worker:
    """What one worker process keeps between tasks."""

    pipeline: Pipeline
    decided: Decisions


def _begin(make_pipeline: MakePipeline, decided: Decisions) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Worker.pipeline = make_pipeline()
    _Worker.decided = decided
    _Worker.pipeline.load()
    spare_what_is_loaded()


def spare_what_is_loaded() -> None:
    """Leave what is loaded out of the search for garbage, and search seldom: a walk leaves little behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _walk(task: Task, folder: Path) -> Walk:
    return walk_one(_Worker.pipeline, task, folder, _Worker.decided)
