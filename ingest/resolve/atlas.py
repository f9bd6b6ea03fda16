"""The NUTS regions of every version, put together into territories. Knows codes, not names as written."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.resolve.table import parts, rows

USUAL_VERSION = "2021"
"""The version taken to be in force where no date is known: the last one with all of today's reports in it."""

_IN_FORCE = ((2024, "2024"), (2021, "2021"), (2018, "2016"), (0, "2013"))
_SYNONYMS = {"GR": "EL", "GB": "UK"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NutsCode:
    """One code of the classification."""

    code: str
    level: int
    kind: str
    name: str
    english: str
    names: tuple[str, ...]  # as the tables of the classification give them
    parent: str
    country: str
    versions: tuple[str, ...]
    successor: str
    recoded: bool  # the successor is the same territory under another code


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """One stretch of land, whatever codes it has had. `code` is the one the graph uses."""

    code: str
    label: str
    level: int
    country: str
    codes: frozenset[str]
    versions: frozenset[str]
    heirs: frozenset[str]  # every code ever said to follow one of these, or to be followed by it


def version_of(on: date | None) -> str:
    """The version in force on a day.

    >>> version_of(date(2020, 12, 31)), version_of(None)
    ('2016', '2021')
    """
    if on is None:
        return USUAL_VERSION
    return next(version for year, version in _IN_FORCE if on.year >= year)


class Atlas:
    """Every code belongs to exactly one territory."""

    def __init__(
        self, codes: dict[str, NutsCode], labels: dict[str, str], older: dict[str, str] | None = None
    ) -> None:
        self.codes = codes
        self._older = older or {}  # codes from before the first version we hold → the code since
        self._labels = labels
        self._children: dict[str, list[str]] = {}
        for known in codes.values():
            self._children.setdefault(known.parent, []).append(known.code)
        self._replaced: dict[str, list[str]] = {}  # by the code that came after them
        for known in codes.values():
            self._replaced.setdefault(known.successor, []).append(known.code)
        self._of_code: dict[str, Territory] = {}
        for group in self._groups():
            territory = self._territory(group)
            for code in group:
                self._of_code[code] = territory
        self._above = {code: self._ancestors(code) for code in codes}

    @classmethod
    def from_reference(cls, reference: Path) -> "Atlas":
        """The atlas of `nuts.csv`, with the labels of `region_labels.csv` and the codes from before 2013."""
        labels = {r["code"]: r["label"] for r in rows(reference / "region_labels.csv") if r["lang"] == "en"}
        older = {row["old_code"]: row["code"] for row in rows(reference / "nuts_2010_codes.csv")}
        return cls({row["code"]: _code(row) for row in rows(reference / "nuts.csv")}, labels, older)

    def territories(self) -> list[Territory]:
        """All territories, by code."""
        return [self._of_code[code] for code in sorted(self.codes) if self._of_code[code].code == code]

    def territory(self, code: str) -> Territory | None:
        """The territory of a code of any version; GR is EL and GB is UK."""
        code = code.strip().upper()
        code = _SYNONYMS.get(code[:2], code[:2]) + code[2:]
        return self._of_code.get(code) or self._of_code.get(self._older.get(code, ""))

    def within(self, inner: Territory, outer: Territory) -> bool:
        """Is `inner` a part of `outer`, by the hierarchy of any version?"""
        return inner is not outer and any(self._above[code] & outer.codes for code in inner.codes)

    def label(self, code: str) -> str:
        """The English display label of one code; a code out of use is called as its land is now."""
        own = self._own_label(code)
        territory = self._of_code.get(code)
        if own or territory is None or territory.code == code:
            return own or self.codes[code].name
        return self._own_label(territory.code) or self.codes[code].name

    def _own_label(self, code: str) -> str:
        return self._labels.get(code) or self.codes[code].english

    def _ancestors(self, code: str) -> frozenset[str]:
        found: set[str] = set()
        while code in self.codes and self.codes[code].parent:
            code = self.codes[code].parent
            found |= self._of_code[code].codes if code in self._of_code else {code}
        return frozenset(found)

    def _groups(self) -> list[set[str]]:
        root = {code: code for code in self.codes}

        def top(code: str) -> str:
            while root[code] != code:
                code = root[code]
            return code

        for one, other in self._same_territory():
            first, second = sorted((top(one), top(other)))
            root[second] = first
        groups: dict[str, set[str]] = {}
        for code in self.codes:
            groups.setdefault(top(code), set()).add(code)
        return list(groups.values())

    def _same_territory(self) -> list[tuple[str, str]]:
        pairs = [
            (c.code, c.successor) for c in self.codes.values() if c.recoded and c.successor in self.codes
        ]
        for parent, children in self._children.items():
            if parent not in self.codes:
                continue
            for version in self.codes[parent].versions:
                living = [
                    c for c in children if version in self.codes[c].versions and _is_land(self.codes[c])
                ]
                if len(living) == 1:
                    pairs.append((parent, living[0]))
        return pairs

    def _territory(self, group: set[str]) -> Territory:
        members = [self.codes[code] for code in group]
        newest = max(member.versions[-1] for member in members)
        living = [member for member in members if member.versions[-1] == newest]
        # a country stands for all of itself; else NUTS 2 where it is the same land; else the higher level
        best = min(living, key=lambda m: ((0, 2, 1, 3).index(m.level), m.code))
        heirs = {m.successor for m in members if m.successor}
        heirs |= {code for member in group for code in self._replaced.get(member, ())}
        return Territory(
            code=best.code,
            label=self.label(best.code),
            level=best.level,
            country=best.country,
            codes=frozenset(group),
            versions=frozenset(version for member in members for version in member.versions),
            heirs=frozenset(heirs) - group,
        )


def _is_land(code: NutsCode) -> bool:
    return code.kind != "EXTRA"


def _code(row: dict[str, str]) -> NutsCode:
    return NutsCode(
        code=row["code"],
        level=int(row["level"]),
        kind=row["kind"],
        name=row["name"],
        english=row["name_english"],
        names=tuple(dict.fromkeys(n for n in (row["name"], row["name_local"], row["name_english"]) if n)),
        parent=row["parent"],
        country=row["country"],
        versions=parts(row["versions"]),
        successor=row["successor"],
        recoded=row["successor_kind"] == "recoded",
    )
