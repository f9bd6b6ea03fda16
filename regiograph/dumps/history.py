"""What became of datasets over the editions: since when they are there, when they changed, when they went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

_MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A state of a dataset: the edition that brought it."""

    edition: int
    created: str
    content: str  # digest of what it holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The life of a dataset so far."""

    issued: str
    versions: tuple[Version, ...]  # oldest first; of a long life the last ones
    gone: str = ""  # when it went

    @property
    def current(self) -> Version:
        """The last state."""
        return self.versions[-1]

    @property
    def previous(self) -> Version | None:
        """The state before, where there was one."""
        return self.versions[-2] if len(self.versions) > 1 else None

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        versions = [[one.edition, one.created, one.content] for one in self.versions]
        return {"issued": self.issued, "versions": versions, "gone": self.gone}

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Past":
        """From JSON."""
        versions = tuple(
            Version(edition=edition, created=created, content=digest)
            for edition, created, digest in content["versions"]
        )
        return cls(issued=content["issued"], versions=versions, gone=content["gone"])


def lived(before: Past | None, edition: int, created: str, content: str) -> Past:
    """The life of a dataset that this edition has. One that comes back is the same dataset.

    >>> first = lived(None, 1, "2026-01-01", "aa")
    >>> lived(first, 2, "2026-02-01", "aa") == first
    True
    >>> lived(first, 2, "2026-02-01", "bb").previous.edition
    1
    """
    now = Version(edition=edition, created=created, content=content)
    if before is None:
        return Past(issued=created, versions=(now,))
    if before.current.content == content:
        return replace(before, gone="")
    return Past(issued=before.issued, versions=(*before.versions, now)[-_MOST_VERSIONS:])


def left(
    earlier: Mapping[str, Past], gone: Mapping[str, Past], ids: Sequence[str], created: str
) -> dict[str, Past]:
    """The datasets that are no more, by id: those gone before, and those this edition no longer has."""
    there = {*ids}
    new = {id: replace(past, gone=created) for id, past in earlier.items() if id not in there}
    return {id: past for id, past in {**gone, **new}.items() if id not in there}
