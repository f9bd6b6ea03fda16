"""What follows from all reports together: changes from one report of a partnership to the next.

Each partnership's are in a graph of their own. Only those of partnerships whose reports were written are
derived again, pair by pair, and nothing but the graphs of the pair is asked: so it costs what one partnership
holds, however many there are.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, pairwise, product
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from regiograph.editions import Statements
from regiograph.iris import Iris
from regiograph.store import EmbeddedReader, Rows, Triples
from regiograph.store.terms import written

_RULES = Path(__file__).parent / "rules"
_SLOT = "(UNDEF UNDEF UNDEF)"  # in the rule: a partnership, a report, the next one
_NAME = "derived/changes"


@dataclass(frozen=True, order=True)
class _Report:
    """A report, when its period begins, and the graph it is in."""

    start: str
    iri: str
    graph: str


def changes(reader: EmbeddedReader, touched: Collection[str] | None, iris: Iris) -> Statements:
    """The graphs of changes that may differ once those `touched`, or all, were written, asked when read."""
    partnerships = _partnerships(reader, touched, iris)
    reports = _reports(reader, partnerships)
    found: dict[str, Iterable[Triple]] = {}
    if partnerships is None:
        found = {name: () for name in reader.names() if name.startswith(iris.graph(_NAME))}
    for partnership in partnerships if partnerships is not None else reports:
        graph = iris.graph(f"{_NAME}/{partnership.value.rpartition('/')[2]}")
        between = _between(reader, partnership, reports.get(partnership, []), iris.graph("codes"))
        found[graph] = chain(found.get(graph, ()), between)
    return found


def _partnerships(
    reader: EmbeddedReader, touched: Collection[str] | None, iris: Iris
) -> set[NamedNode] | None:
    """Those whose reports were written; none said where other graphs were, on which changes rest as well."""
    names = set(touched or ())
    report = re.compile(rf"{re.escape(iris.base)}/id/report/([^/]+)/[^/]+/graph")
    reports = {name: found[1] for name in names if (found := report.fullmatch(name))}
    derived = {name for name in names if name.startswith(iris.graph("derived/report/"))}
    if touched is None or names - reports.keys() - derived - {iris.graph("decisions")}:
        return None
    told = reader.query(_rule("partnerships"), default_graphs=sorted(reports))
    named = {row["partnership"] for row in told} if isinstance(told, Rows) else set()
    known = {NamedNode(iris.entity("partnership", key)) for key in reports.values()}
    return known | {one for one in named if isinstance(one, NamedNode)}


def _reports(
    reader: EmbeddedReader, partnerships: Collection[NamedNode] | None
) -> dict[NamedNode, list[_Report]]:
    """The reports of partnerships, in the order of their periods."""
    wanted = "UNDEF" if partnerships is None else " ".join(sorted(map(written, partnerships)))
    answer = reader.query(_rule("periods").replace("{ UNDEF }", f"{{ {wanted} }}"))
    found: dict[NamedNode, set[_Report]] = {}
    for row in answer if isinstance(answer, Rows) else ():
        one = row["partnership"]
        said = [str(getattr(row[name], "value", "")) for name in ("start", "report", "graph")]
        if isinstance(one, NamedNode):
            found.setdefault(one, set()).add(_Report(*said))
    return {one: sorted(found[one]) for one in sorted(found, key=lambda each: each.value)}


def _between(
    reader: EmbeddedReader, partnership: NamedNode, reports: list[_Report], codes: str
) -> Iterator[Triple]:
    told = _memberships(reader, reports, codes) if len(reports) > 1 else reader
    for earlier, later in _pairs(reports):
        row = " ".join(written(node) for node in (partnership, NamedNode(earlier.iri), NamedNode(later.iri)))
        graphs = [earlier.graph, later.graph, codes]
        answer = told.query(_rule("changes").replace(_SLOT, f"({row})"), default_graphs=graphs)
        yield from answer if isinstance(answer, Triples) else ()


def _memberships(reader: EmbeddedReader, reports: list[_Report], codes: str) -> EmbeddedReader:
    """Only what changes are told from, each in its graph: a hundredth of what the reports say."""
    quads = list(reader.quads(codes))
    for graph in sorted({report.graph for report in reports}):
        answer = reader.query(_rule("memberships"), default_graphs=[graph])
        for one in answer if isinstance(answer, Triples) else ():
            quads.append(Quad(one.subject, one.predicate, one.object, NamedNode(graph)))
    return EmbeddedReader.of(quads)


def _pairs(reports: list[_Report]) -> Iterator[tuple[_Report, _Report]]:
    """Each report with each of the next period that has one."""
    periods = [list(same) for _, same in groupby(reports, lambda each: each.start)]
    for earlier, later in pairwise(periods):
        yield from product(earlier, later)


def _rule(name: str) -> str:
    return (_RULES / f"{name}.rq").read_text(encoding="utf-8")
