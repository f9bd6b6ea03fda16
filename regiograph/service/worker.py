"""A worker: a process that answers one query after the other from the public editions, and nothing else.

It opens stores read-only, has a memory limit, writes no file, and while it answers it can open neither a file
nor a connection: the number of descriptors it may have is the number it has, and those that its stores have
still to open. Only a query that asks a service on the list of allowed ones may. Whatever a query does to it,
the front only loses a worker. Forked by the nursery; all it needs to know comes first over its socket.
"""

import contextlib
import gc
import json
import os
import resource
import socket
from binascii import a2b_qp
from functools import lru_cache
from pathlib import Path

from regiograph.errors import BadQuery, Damaged, RegiographError, Unreachable
from regiograph.service.frames import Kind, questions, said
from regiograph.service.limits import FrontGone, Outgoing, out_of_memory
from regiograph.service.plan import Dataset, Planner, Wish
from regiograph.service.stores import Sources, Stores, stores_of
from regiograph.service.usage import Usage, most_megabytes
from regiograph.store.base import Readable
from regiograph.store.formats import Format

_HEADERS = 50  # of messages, that are read only once
_PLUS = bytes.maketrans(b"+", b" ")
_KEPT_OPEN = 2  # editions: the current one, and the one before for those still asking it


class Worker:
    """Answers queries. Owns the stores it has open."""

    def __init__(
        self, stores: Stores, connection: socket.socket, result_bytes: int, planner: Planner
    ) -> None:
        self._stores = stores
        self._connection = connection
        self._result_bytes = result_bytes
        self._planner = planner
        self._usage = Usage()
        self._open: dict[int, Readable] = {}

    def close_doors(self) -> None:
        """Lets this process open what its stores need, and nothing else."""
        _allow_descriptors(True)  # to look for what is to come
        to_come = sum(self._stores.files_to_come(edition) for edition in self._open)
        _allow_descriptors(self._stores.needs_network, to_come)

    def warm(self) -> None:
        """Opens the current edition, if there is one, and asks it something. Before doors are closed."""
        with contextlib.suppress(RegiographError, OSError):
            self._store(self._stores.current()).query("ASK { ?s ?p ?o }")

    def answer(self, number: int, wish: Wish, body: bytes) -> None:
        """Answers a query, or says why not.

        Raises:
            FrontGone: there is nobody to tell.
        """
        self._usage.begin(wish.seconds, waits=wish.fetches or self._stores.needs_network)
        output = Outgoing(self._connection, number, self._result_bytes)
        found, refused = None, None
        try:
            if wish.format is None:
                text = _decoded(body)
                found = self._planner.find(text, wish.dataset, wish.accept)
                self._write(text, wish.dataset, found.format, output)
            elif wish.fetches:
                self._fetch(body.decode(), wish.dataset, wish.format, output)
            else:
                self._write(body.decode(), wish.dataset, wish.format, output)
        except RegiographError as error:
            refused = error
        except MemoryError:
            refused = out_of_memory()
        megabytes = self._usage.end()
        if refused is None:
            output.end(megabytes, found)
        else:
            output.refuse(_refusal(refused))

    def _write(self, text: str, dataset: Dataset, format: Format, output: Outgoing) -> None:
        try:
            self._ask(text, dataset, format, output)
        except (OSError, RuntimeError) as error:
            raise _broken(error) from None

    def _fetch(self, text: str, dataset: Dataset, format: Format, output: Outgoing) -> None:
        """Answers a query that asks services."""
        self._store(dataset.edition)
        _allow_descriptors(True)
        try:
            self._ask(text, dataset, format, output)
        except (OSError, RuntimeError) as error:
            raise _unreachable(error) from None
        except BadQuery as error:
            if _is_elsewhere(error.__context__):
                raise _unreachable(error.__context__) from None
            raise
        finally:
            self.close_doors()

    def _ask(self, text: str, dataset: Dataset, format: Format, output: Outgoing) -> None:
        answer = self._store(dataset.edition).query(
            text, default_graphs=dataset.default_graphs, named_graphs=dataset.named_graphs
        )
        answer.write(output, format)  # type: ignore[arg-type]

    def _store(self, edition: int) -> Readable:
        if edition not in self._open:
            while len(self._open) >= _KEPT_OPEN:
                self._open.pop(next(iter(self._open))).close()
            _allow_descriptors(True)
            try:
                self._open[edition] = self._stores.store(edition)
            finally:
                self.close_doors()
        return self._open[edition]


def _decoded(encoded: bytes) -> str:
    """What `urllib.parse.unquote_plus` makes of it, in a tenth of the time.

    Raises:
        BadQuery: not percent-encoded UTF-8.

    >>> _decoded(b"SELECT+%3Fp%20%7B%7D+%23+%3d=1")
    'SELECT ?p {} # ==1'
    """
    try:
        decoded = a2b_qp(encoded.translate(_PLUS).replace(b"=", b"=3D").replace(b"%", b"="))
        if len(decoded) != len(encoded) - 2 * encoded.count(b"%"):
            raise ValueError  # not every % begins an escape
        return decoded.decode()
    except ValueError:
        raise BadQuery(
            "The query cannot be decoded.", where="the request", way_out="Percent-encode it as UTF-8."
        ) from None


def _refusal(error: RegiographError) -> bytes:
    said = {name: getattr(error, name) for name in ("problem", "where", "way_out")}
    return json.dumps({"error": type(error).__name__, **said}).encode()


def _is_elsewhere(cause: BaseException | None) -> bool:
    """Whether the engine was stopped by what a service sent, and not by the query that it read."""
    return isinstance(cause, RuntimeError) and "custom function" not in str(cause)


def _unreachable(cause: BaseException | None) -> Unreachable:
    did = "sent what is no answer" if isinstance(cause, RuntimeError) else "did not answer as it should"
    return Unreachable(
        f"A service that this query asks {did}.",
        where="SERVICE",
        way_out="Try again later, or write SERVICE SILENT to do without it.",
    )


def _broken(error: Exception) -> RegiographError:
    if isinstance(error, OSError):
        return Damaged(
            "The store of this edition cannot be read.",
            where="the store",
            way_out="Tell whoever runs this service.",
        )
    return BadQuery(
        "This query cannot be evaluated as it stands.",
        where="the query",
        way_out="Use only the functions of SPARQL 1.1.",
    )


def _allow_descriptors(more: bool, few: int = 0) -> None:
    """Lets this process open as much as it likes, or only a few things."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if not more:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_limit_for(few), most))


def _limit_for(few: int) -> int:
    """The limit under which just so many more descriptors can be had. What is open leaves gaps."""
    number = 0
    while few > 0 or _is_open(number):
        few -= not _is_open(number)
        number += 1
    return number


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _limit(megabytes: int) -> None:
    memory = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def main(descriptor: int) -> None:
    """Answers until the front is gone."""
    with socket.socket(fileno=descriptor) as connection, contextlib.suppress(FrontGone):
        asked = questions(connection)
        told = next(asked, None)
        if told is None:
            return
        limits = json.loads(told[1])
        stores = stores_of(Sources(**limits["sources"]))
        planner = Planner(characters=limits["query_characters"], nesting=limits["query_nesting"])
        worker = Worker(stores, connection, limits["result_megabytes"] * 1_000_000, planner)
        _limit(limits["worker_megabytes"])
        worker.warm()
        worker.close_doors()
        gc.freeze()
        connection.sendall(said(told[0], Kind.END, b"", most_megabytes()))
        read = lru_cache(_HEADERS)(Wish.read)  # most come many times
        for number, head, body in asked:
            worker.answer(number, read(head), body)
