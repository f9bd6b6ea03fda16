"""The names of an edition that wait for a person: as written, in their sentences, with whom they may mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from ingest.decisions import Name, partnership_of
from ingest.report import Expected
from regiograph.iris import CODE, Iris
from regiograph.store import EmbeddedReader, Rows

_RULES = Path(__file__).parent / "rules"

Row = dict[str, str]
"""One row of an answer as plain texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One entity that a name may mean."""

    entity: str  # its reference, "region/FRH0"
    label: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place where a name stands, with the sentence around it."""

    report: str  # its subject, "cybersecurity/2020-h2"
    source: str
    sha256: str
    line: int
    role: str  # empty where the report names somebody without saying in which role
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A name that waits for a person."""

    id: str
    name: str  # as written, where it stands first
    partnership: str  # as it is called; empty where the report does not say
    expected: Expected
    occurrences: int
    taken_as: Option | None  # None: in doubt
    candidates: tuple[Option, ...]  # best first
    spots: tuple[Spot, ...]


def waiting(store: EmbeddedReader, iris: Iris) -> list[Waiting]:
    """The names that wait in an edition, those that occur most often first."""
    candidates = _by_name(answer(store, "candidates"))
    found = (
        _waiting(name, rows, _options(candidates.get(name, ()), iris))
        for name, rows in _by_name(answer(store, "waiting")).items()
    )
    return sorted(found, key=lambda each: (-each.occurrences, each.name.casefold(), each.id))


def answer(store: EmbeddedReader, rule: str, **terms: NamedNode) -> Iterator[Row]:
    """The rows of a question in `rules/`; what is unbound is left out."""
    text = (_RULES / f"{rule}.rq").read_text(encoding="utf-8")
    found = store.query(text, substitutions=terms)
    for row in found if isinstance(found, Rows) else ():
        yield {name: str(getattr(term, "value", term)) for name, term in row.items()}


def _by_name(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each name, whatever report it stands in."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_name(row), []).append(row)
    return found


def _name(row: Row) -> str:
    expected, _, key = row["mention"].rpartition("/mention/")[2].partition("/")
    return str(Name(partnership_of(row["mention"]), Expected(expected), key))


def _options(rows: Iterable[Row], iris: Iris) -> tuple[Option, ...]:
    """Each candidate once, as the first report ranks it."""
    found: dict[str, Option] = {}
    for row in sorted(rows, key=lambda row: int(row["rank"])):
        ref = row["entity"].removeprefix(f"{iris.base}/id/")
        label, score = row.get("label", ref), float(row["score"])
        found.setdefault(ref, Option(entity=ref, label=label, score=score, reason=row["reason"]))
    return tuple(found.values())


def _waiting(name: str, rows: list[Row], options: tuple[Option, ...]) -> Waiting:
    places: dict[str, list[Row]] = {}
    for row in rows:
        places.setdefault(row["place"], []).append(row)
    return Waiting(
        id=name,
        name=rows[0]["name"],
        partnership=rows[0].get("partnership", ""),
        expected=Name.read(name).expected,
        occurrences=len(places),
        taken_as=options[0] if options and any(row["taken"] == "true" for row in rows) else None,
        candidates=options,
        spots=tuple(_spot(same) for same in places.values()),
    )


def _spot(rows: list[Row]) -> Spot:
    """One place; several rows where several roles are read from it."""
    first = rows[0]
    return Spot(
        report=_subject(first["mention"]),
        source=first["source"],
        sha256=first["sha256"],
        line=int(first["line"]),
        role=", ".join(row["role"].removeprefix(f"{CODE}role/") for row in rows if "role" in row),
        before=first.get("before", ""),
        quote=first["quote"],
        after=first.get("after", ""),
    )


def _subject(mention: str) -> str:
    return "/".join(mention.rpartition("/id/report/")[2].split("/")[:2])
