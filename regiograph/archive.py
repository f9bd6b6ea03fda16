"""The archive: every original, what was decided about it, and in which order. All else is rebuilt from it.

Files (`archive/originals/ab/<sha256>`) hold the bytes, one SQLite ledger (`archive/ledger.sqlite`) says what
they are. An original is on disk before the ledger names it, so a stop at any moment leaves the old or the new
state. Nothing is changed or taken away: a newer report stands beside the older one of the same subject.
"""

import hashlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from regiograph.errors import Damaged, NoSuchThing
from regiograph.ledger import Ledger
from regiograph.store.files import write_whole
from regiograph.store.lock import DataLock

Kind = Literal["report", "rdf", "edih", "reference"]

_ACCESSIONS = "SELECT number, kind, subject, sha256, name, title, details, received_at FROM accessions"
_STANDING = "WHERE number IN (SELECT MAX(number) FROM accessions GROUP BY kind, subject)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accession:
    """One thing accepted, in the order it came. Its verdict, many times as long, stays in the ledger."""

    number: int
    kind: Kind
    subject: str  # what it is about, "cybersecurity/2020-h2"; a later one of the same subject supersedes it
    sha256: str
    name: str  # the file name as given
    title: str
    details_json: str
    received_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about a doubtful mention."""

    number: int
    kind: str
    mention: str
    choice: str
    who: str
    decided_at: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRecord:
    """That an edition was published; its content can be rebuilt from the accessions."""

    number: int
    hash: str
    quads: int
    created: str


class Archive:
    """The archive of one data directory. Its invariant: what the ledger names is on disk, whole."""

    def __init__(self, data: Path, lock: DataLock | None = None) -> None:
        self.data = data
        self.lock = lock or DataLock(data)
        self._originals = data / "archive" / "originals"
        self.ledger = Ledger(data / "archive" / "ledger.sqlite")

    def accept(
        self,
        kind: Kind,
        *,
        subject: str,
        name: str,
        title: str,
        data: bytes,
        verdict_json: str = "{}",
        details_json: str = "{}",
        received_at: str,
    ) -> Accession:
        """Keeps the bytes for ever. The same bytes of the same subject once more change nothing.

        Raises:
            Busy: another process is writing to this data directory.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        with self.lock:
            if (known := self._find(kind, sha256, subject)) is not None:
                return known
            if not self._path(sha256).exists():
                write_whole(self._path(sha256), data)
            with self.ledger.write() as ledger:
                number = ledger.execute(
                    "INSERT INTO accessions"
                    " (kind, subject, sha256, name, title, verdict, details, received_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (kind, subject, sha256, name, title, verdict_json, details_json, received_at),
                ).lastrowid
                row = ledger.execute(f"{_ACCESSIONS} WHERE number = ?", (number,)).fetchone()
        return _accession(row)

    def accessions(self) -> list[Accession]:
        """Everything accepted, oldest first."""
        return [_accession(row) for row in self.ledger.read(f"{_ACCESSIONS} ORDER BY number")]

    def standing(self) -> list[Accession]:
        """What new editions are made of: the latest accession of each kind and subject, oldest first."""
        rows = self.ledger.read(f"{_ACCESSIONS} {_STANDING} ORDER BY number")
        return [_accession(row) for row in rows]

    def original_path(self, sha256: str) -> Path:
        """Where an original is, its digest checked.

        Raises:
            NoSuchThing: never accepted.
            Damaged: the file is gone or its bytes have changed.
        """
        self.original(sha256)
        return self._path(sha256)

    def original(self, sha256: str) -> bytes:
        """The bytes of an original.

        Raises:
            NoSuchThing: never accepted.
            Damaged: the file is gone or its bytes have changed.
        """
        if not self.ledger.read("SELECT 1 FROM accessions WHERE sha256 = ?", sha256):
            raise NoSuchThing(
                "This original was never accepted.", where=sha256, way_out="Look up its digest in the ledger."
            )
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            data = b""
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged(
                "The archived original does not match its digest.",
                where=f"archive/originals/{sha256[:2]}/{sha256}",
                way_out="Restore this file from a backup; its digest is its name.",
            )
        return data

    def decide(
        self, *, kind: str, mention: str, choice: str, who: str, decided_at: str, why: str
    ) -> Decision:
        """Keeps a person's decision; a later one about the same mention stands in its place."""
        with self.lock, self.ledger.write() as ledger:
            ledger.execute(
                "INSERT INTO decisions (kind, mention, choice, who, decided_at, why)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (kind, mention, choice, who, decided_at, why),
            )
        return self.decisions()[-1]

    def decisions(self) -> list[Decision]:
        """Every decision, oldest first."""
        return [Decision(**dict(row)) for row in self.ledger.read("SELECT * FROM decisions ORDER BY number")]

    def add_edition(self, record: EditionRecord) -> None:
        """Notes that an edition was published. Noting it again changes nothing."""
        with self.lock, self.ledger.write() as ledger:
            ledger.execute(
                "INSERT OR IGNORE INTO editions VALUES (?, ?, ?, ?)",
                (record.number, record.hash, record.quads, record.created),
            )

    def editions(self) -> list[EditionRecord]:
        """Every edition published, oldest first."""
        return [
            EditionRecord(**dict(row)) for row in self.ledger.read("SELECT * FROM editions ORDER BY number")
        ]

    def _find(self, kind: Kind, sha256: str, subject: str) -> Accession | None:
        rows = self.ledger.read(
            f"{_ACCESSIONS} WHERE kind = ? AND sha256 = ? AND subject = ?", kind, sha256, subject
        )
        return _accession(rows[0]) if rows else None

    def _path(self, sha256: str) -> Path:
        return self._originals / sha256[:2] / sha256


def _accession(row: sqlite3.Row) -> Accession:
    kind = next(one for one in get_args(Kind) if one == row["kind"])
    return Accession(
        number=row["number"],
        kind=kind,
        subject=row["subject"],
        sha256=row["sha256"],
        name=row["name"],
        title=row["title"],
        details_json=row["details"],
        received_at=row["received_at"],
    )
