"""What the doctor says: what is wrong, where, and the way out, with a mended query where one was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that explains an empty answer or a slow query."""

    kind: str  # unknown-term, language-tag, case, datatype, spelling, retired-code, direction, no-match, …
    what: str
    where: str
    way_out: str
    pattern: str = ""  # as it stands in the query
    query: str | None = None  # mended, and seen to have rows
    rows: int | None = None  # how many the mended query has
    words: Mapping[str, str] | None = None  # of a named question: the parameters that were mended

    def as_dict(self) -> dict[str, Any]:
        """Without what is not there."""
        content = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in content.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All that was found about one query."""

    rows: int  # of the query as it is
    edition: int
    findings: tuple[Finding, ...]
    probes: int
    complete: bool  # False: time or the number of probes ran out

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "rows": self.rows,
            "edition": self.edition,
            "findings": [finding.as_dict() for finding in self.findings],
            "probes": self.probes,
            "complete": self.complete,
        }
