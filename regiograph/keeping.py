"""Which editions stay: kept for ever with a reason, or dropped, leaving a tombstone that their address tells.

Each mark is a row of the ledger. The current edition is never dropped; one that is kept, or that a frozen
answer cites, only by force. A tombstone stands before the files go: a stop leaves no half edition.
"""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from regiograph.archive import Archive
from regiograph.dumps.shelf import forget
from regiograph.editions import Editions, Tombstone
from regiograph.errors import BadParameter, RegiographError

State = Literal["current", "kept", "standing", "dropped", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One edition that was published, and whether it still stands."""

    number: int
    hash: str
    quads: int
    created: str
    state: State
    why: str  # of the mark that holds
    cited: int  # frozen answers that name it


class Keeper:
    """Marks the editions of one data directory. Its invariant: what is dropped has a tombstone."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._editions = Editions(archive.data)

    def list(self) -> list[Standing]:
        """Every edition ever published, oldest first."""
        marks = self._marks()
        cited = self._cited()
        there = set(self._editions.numbers())
        current = max(there, default=0)
        found = []
        for record in self._archive.editions():
            mark, why = marks.get(record.number, ("", ""))
            state: State = "kept" if mark == "keep" else "standing"
            if record.number == current:
                state = "current"
            elif record.number not in there:
                state = "dropped" if mark == "drop" else "missing"
            found.append(
                Standing(
                    number=record.number,
                    hash=record.hash,
                    quads=record.quads,
                    created=record.created,
                    state=state,
                    why=why,
                    cited=cited.get(record.number, 0),
                )
            )
        return found

    def keep(self, number: int, why: str) -> None:
        """Keeps an edition for ever.

        Raises:
            NoSuchThing, Gone: there is no such edition any more.
            BadParameter: no reason.
            Busy: another process is writing to this data directory.
        """
        reason = _reason(why)
        with self._archive.lock:
            self._editions.edition(number)
            self._mark(number, "keep", reason)

    def drop(self, number: int, why: str, *, force: bool = False) -> None:
        """Removes the files of an edition; its address then says that it is gone.

        Raises:
            NoSuchThing, Gone: there is no such edition any more.
            BadParameter: no reason, or an edition that has to stay.
            Busy: another process is writing to this data directory.
        """
        reason = _reason(why)
        with self._archive.lock:
            manifest = self._editions.edition(number).manifest
            self._check(number, force)
            self._mark(number, "drop", reason)
            Tombstone(
                number=number, hash=manifest.hash, created=manifest.created, dropped=_now(), why=reason
            ).write(self._editions.tombstone(number))
            for side in ("public", "restricted"):
                _remove(self._archive.data / side / "editions", number)
            forget(self._archive.data, number)

    def _check(self, number: int, force: bool) -> None:
        if number == self._editions.current_number():
            raise _stays(number, "It is the current edition.", "Publish another one first.")
        if force:
            return
        if cited := self._cited().get(number):
            raise _stays(number, f"Frozen answers cite it: {cited}.", "Use --force; the answers stay.")
        mark, why = self._marks().get(number, ("", ""))
        if mark == "keep":
            raise _stays(number, f"It is kept: {why}", "Use --force.")

    def _marks(self) -> dict[int, tuple[str, str]]:
        rows = self._archive.ledger.read("SELECT edition, mark, why FROM marks ORDER BY number", since=2)
        return {row["edition"]: (row["mark"], row["why"]) for row in rows}

    def _cited(self) -> dict[int, int]:
        rows = self._archive.ledger.read(
            "SELECT edition, COUNT(*) AS n FROM answers GROUP BY edition", since=2
        )
        return {row["edition"]: row["n"] for row in rows}

    def _mark(self, number: int, mark: str, why: str) -> None:
        with self._archive.ledger.write() as ledger:
            ledger.execute(
                "INSERT INTO marks (edition, mark, why, marked_at) VALUES (?, ?, ?, ?)",
                (number, mark, why, _now()),
            )


def _remove(editions: Path, number: int) -> None:
    """Takes a folder away; what a stop leaves of it, the next publication removes."""
    folder = editions / f"{number:06d}"
    if folder.is_dir():
        shutil.rmtree(folder.rename(editions / f".new-dropped-{number:06d}"))


def _reason(why: str) -> str:
    reason = " ".join(why.split())
    if not reason:
        raise BadParameter("A reason is missing.", where="--why", way_out="Say in a few words why.")
    return reason


def _stays(number: int, problem: str, way_out: str) -> RegiographError:
    return BadParameter(f"This edition is not dropped. {problem}", where=f"edition {number}", way_out=way_out)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
