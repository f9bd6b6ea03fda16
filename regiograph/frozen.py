"""Frozen answers: an answer with its edition, query and hash, at an address that lasts.

The bytes are kept in the archive (`archive/answers/ab/<sha256>`), beside the originals, and a row of the
ledger says what they answer: so they outlive rebuilding, and the edition they come from. The id follows from
edition, query and answer, so freezing the same twice gives the same address.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection, Row
from typing import Any

from regiograph.archive import Archive
from regiograph.canonical import Canonical
from regiograph.errors import BadParameter, Damaged, Gone, NoRoom, NoSuchThing, QueryTooLarge, TooOften
from regiograph.store.files import write_whole
from regiograph.store.formats import Format

LARGEST = 4_000_000  # bytes of one answer

_TAKEN_AWAY = "taken away: "
_COLUMNS = (
    "id, edition, edition_hash, question, parameters, query, asof, format, result_hash, sha256, rows, size,"
    " frozen_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked, of which edition."""

    edition: int
    edition_hash: str
    query: str
    question: str = ""  # the name of a named question, where it was one
    parameters: Mapping[str, str]
    asof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A frozen answer."""

    id: str
    edition: int
    edition_hash: str
    question: str
    parameters: Mapping[str, str]
    query: str
    asof: str
    format: Format
    result_hash: str  # of the canonical form
    sha256: str  # of the bytes that are kept
    rows: int
    size: int  # bytes, those of the query among them; none once it was taken away
    frozen_at: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        content = {name: getattr(self, name) for name in self.__slots__}
        return {**content, "format": self.format.names[0], "parameters": dict(self.parameters)}


class FrozenAnswers:
    """The frozen answers of one archive. Its invariant: what the ledger names is on disk."""

    def __init__(self, archive: Archive, *, megabytes: int, hourly: int) -> None:
        self._ledger = archive.ledger
        self._files = archive.data / "archive" / "answers"
        self._most_bytes = megabytes * 1_000_000
        self._hourly = hourly

    def freeze(
        self, asked: Request, body: bytes, format: Format, answer: Canonical, *, now: datetime | None = None
    ) -> tuple[Frozen, bool]:
        """Keeps an answer; and whether it is new. The same once more changes nothing.

        Raises:
            QueryTooLarge: larger than one answer may be.
            NoRoom: no more answers are kept here.
            TooOften: too many were frozen within an hour.
            Gone: this very answer was taken away.
        """
        moment = now or datetime.now(UTC)
        frozen = _frozen(asked, body, format, answer, moment)
        if frozen.size > LARGEST:
            raise QueryTooLarge(
                f"Query and answer have {frozen.size // 1000} kB; up to {LARGEST // 1000} kB can be frozen.",
                where="the answer",
                way_out="Narrow the question, or cite the edition.",
            )
        with self._ledger.write() as ledger:
            if (row := _row(ledger, frozen.id)) is not None:
                return _read(row), False
            self._check_room(ledger, frozen.size, moment)
            if not self._path(frozen.sha256).exists():
                write_whole(self._path(frozen.sha256), body)
            content = {**frozen.as_dict(), "parameters": json.dumps(dict(asked.parameters), sort_keys=True)}
            names = _COLUMNS.split(", ")
            ledger.execute(
                f"INSERT INTO answers ({_COLUMNS}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
                [content[name] if name != "format" else format.short for name in names],
            )
        return frozen, True

    def find(self, name: str) -> Frozen:
        """A frozen answer by its id.

        Raises:
            NoSuchThing: never frozen.
            Gone: it was taken away.
        """
        rows = self._ledger.read("SELECT * FROM answers WHERE id = ?", name, since=2)
        if not rows:
            raise NoSuchThing(
                "There is no such frozen answer.",
                where=f"answer {name[:40]}",
                way_out="Check the address; it ends in the answer's id.",
            )
        return _read(rows[0])

    def body(self, frozen: Frozen) -> bytes:
        """The bytes of a frozen answer.

        Raises:
            Damaged: they are gone or have changed.
        """
        try:
            data = self._path(frozen.sha256).read_bytes()
        except FileNotFoundError:
            data = b""
        if hashlib.sha256(data).hexdigest() != frozen.sha256:
            raise Damaged(
                "The frozen answer does not match its digest.",
                where=f"archive/answers/{frozen.sha256[:2]}/{frozen.sha256}",
                way_out="Restore this file from a backup; its digest is its name.",
            )
        return data

    def list(self) -> list[Frozen]:
        """Every frozen answer that stands, oldest first."""
        rows = self._ledger.read(
            "SELECT * FROM answers WHERE size > 0 ORDER BY frozen_at, id",
            since=2,
        )
        return [_read(row) for row in rows]

    def take_away(self, name: str, why: str) -> None:
        """Removes the bytes of an answer; its address then says that it is gone, and why.

        Raises:
            NoSuchThing, Gone: there is none.
            BadParameter: no reason.
        """
        frozen = self.find(name)
        reason = " ".join(why.split())
        if not reason:
            raise BadParameter("A reason is missing.", where="--why", way_out="Say in a few words why.")
        with self._ledger.write() as ledger:
            ledger.execute(
                "UPDATE answers SET size = 0, query = ?, parameters = '{}', question = '' WHERE id = ?",
                (_TAKEN_AWAY + reason, name),
            )
            same = "SELECT COUNT(*) FROM answers WHERE sha256 = ? AND size > 0"
            if not ledger.execute(same, (frozen.sha256,)).fetchone()[0]:
                self._path(frozen.sha256).unlink(missing_ok=True)

    def _check_room(self, ledger: Connection, size: int, now: datetime) -> None:
        (held,) = ledger.execute("SELECT COALESCE(SUM(size), 0) FROM answers").fetchone()
        if held + size > self._most_bytes:
            raise NoRoom(
                "No more answers can be frozen here: the room for them is full."
                if self._most_bytes
                else "Answers cannot be frozen here.",
                where="the archive",
                way_out="Cite the edition and its number instead, or ask whoever runs this service.",
            )
        since = _written(now - timedelta(hours=1))
        (lately,) = ledger.execute("SELECT COUNT(*) FROM answers WHERE frozen_at > ?", (since,)).fetchone()
        if lately >= self._hourly:
            raise TooOften(
                f"{lately} answers were frozen within an hour, and no more are taken.",
                where="the archive",
                way_out="Try again in an hour; meanwhile cite the edition.",
            )

    def _path(self, sha256: str) -> Path:
        return self._files / sha256[:2] / sha256


def _frozen(asked: Request, body: bytes, format: Format, answer: Canonical, now: datetime) -> Frozen:
    content = [asked.edition, asked.edition_hash, asked.query, asked.asof, answer.hash]
    name = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:24]
    return Frozen(
        id=name,
        edition=asked.edition,
        edition_hash=asked.edition_hash,
        question=asked.question,
        parameters=dict(sorted(asked.parameters.items())),
        query=asked.query,
        asof=asked.asof,
        format=format,
        result_hash=answer.hash,
        sha256=hashlib.sha256(body).hexdigest(),
        rows=len(answer.lines) or int(answer.head == "true"),
        size=len(body) + len(asked.query.encode()),
        frozen_at=_written(now),
    )


def _row(ledger: Connection, name: str) -> Row | None:
    found: Row | None = ledger.execute("SELECT * FROM answers WHERE id = ?", (name,)).fetchone()
    return found


def _read(row: Row) -> Frozen:
    if row["size"] == 0:
        raise Gone(
            f"This answer was {row['query']}",
            where=f"answer {row['id']}",
            way_out=f"Edition {row['edition']} may still be asked.",
        )
    content = {name: row[name] for name in Frozen.__slots__}
    format = next(one for one in (Format.JSON, Format.N_TRIPLES) if one.short == row["format"])
    return Frozen(**{**content, "format": format, "parameters": json.loads(row["parameters"])})


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
