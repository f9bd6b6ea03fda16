"""The ledger, one SQLite file (`archive/ledger.sqlite`): knows its schema, and how to read and write it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from regiograph.errors import Damaged

_SCHEMA = (
    """
    CREATE TABLE accessions (
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        name TEXT NOT NULL,
        title TEXT NOT NULL,
        verdict TEXT NOT NULL,
        details TEXT NOT NULL,
        received_at TEXT NOT NULL,
        UNIQUE (kind, sha256, subject)
    );
    CREATE TABLE decisions (
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        mention TEXT NOT NULL,
        choice TEXT NOT NULL,
        who TEXT NOT NULL,
        decided_at TEXT NOT NULL,
        why TEXT NOT NULL
    );
    CREATE TABLE editions (
        number INTEGER PRIMARY KEY,
        hash TEXT NOT NULL,
        quads INTEGER NOT NULL,
        created TEXT NOT NULL
    );
    """,
    """
    CREATE TABLE marks (
        number INTEGER PRIMARY KEY,
        edition INTEGER NOT NULL,
        mark TEXT NOT NULL,
        why TEXT NOT NULL,
        marked_at TEXT NOT NULL
    );
    CREATE TABLE answers (
        id TEXT PRIMARY KEY,
        edition INTEGER NOT NULL,
        edition_hash TEXT NOT NULL,
        question TEXT NOT NULL,
        parameters TEXT NOT NULL,
        query TEXT NOT NULL,
        asof TEXT NOT NULL,
        format TEXT NOT NULL,
        result_hash TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        rows INTEGER NOT NULL,
        size INTEGER NOT NULL,
        frozen_at TEXT NOT NULL
    );
    """,
)  # one script per version of the schema; PRAGMA user_version says how many have run


class Ledger:
    """The rows of an archive. Its invariant: a transaction is in it wholly or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, statement: str, *values: str | int, since: int = 1) -> list[sqlite3.Row]:
        """The rows a statement finds; none where the ledger is older than the schema that knows them.

        Raises:
            Damaged: a newer version of regiograph wrote it.
        """
        if not self._path.exists():
            return []
        with closing(self._connect()) as connection:
            if _version(connection) < since:
                return []
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing. Another process that writes is waited for.

        Raises:
            Damaged: a newer version of regiograph wrote it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                _upgrade(connection)
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection


def _version(connection: sqlite3.Connection) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(_SCHEMA):
        raise Damaged(
            f"The ledger has schema {version}; this version of regiograph knows up to {len(_SCHEMA)}.",
            where="archive/ledger.sqlite",
            way_out="Use the version of regiograph that wrote it, or a newer one.",
        )
    return version


def _upgrade(connection: sqlite3.Connection) -> None:
    """Brings the schema up to date, within the transaction that is open."""
    for version in range(_version(connection), len(_SCHEMA)):
        for statement in _SCHEMA[version].split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version + 1}")
