"""The graph as known at the end of a period: those graphs of an edition that hold what was reported by then.

A report's graph is named by its period, so the edition's own list of graphs is all that is needed. Registers,
catalogues and vocabulary belong to no report, and stay; so does what is derived from a graph that stays. What
public web pages say has no period, and is left out. What follows from several reports together stays only
where no report is left out.
"""

import re
from calendar import monthrange
from collections.abc import Collection
from datetime import date

from regiograph.errors import BadParameter, BadQuery
from regiograph.store.tokens import names_dataset

_DERIVED = "/graph/derived"
_TOGETHER = f"{_DERIVED}/changes"
_UNDATED = ("/graph/public-facts", f"{_DERIVED}/public-facts")


def graphs_until(graphs: Collection[str], asof: str, base: str) -> tuple[str, ...]:
    """The graphs that hold what was reported up to a period, sorted.

    >>> base, first, second = "h", "h/id/report/c/2020-h1/graph", "h/id/report/c/2020-h2/graph"
    >>> derived = [f"h/graph/derived/report/c/2020-h{half}" for half in (1, 2)]
    >>> graphs_until([first, second, *derived, "h/graph/regions"], "2020-H1", base)
    ('h/graph/derived/report/c/2020-h1', 'h/graph/regions', 'h/id/report/c/2020-h1/graph')

    Raises:
        BadParameter: no period.
    """
    end = end_of(asof)
    late = {name for name in graphs if (period := _period(name, base)) is not None and not _by(period, end)}
    undated = {base + name for name in _UNDATED}
    together = {name for name in graphs if name.startswith(base + _TOGETHER)} if late else set()
    return tuple(sorted(name for name in graphs if name and name not in late | undated | together))


def dataset_until(text: str, graphs: Collection[str], asof: str, base: str) -> tuple[str, ...]:
    """The graphs that a query is asked of, as of a period. See `graphs_until`.

    Raises:
        BadParameter: no period.
        BadQuery: the query says itself which graphs it is asked of.
    """
    if names_dataset(text):
        raise both_given()
    return graphs_until(graphs, asof, base)


def both_given() -> BadQuery:
    """A period says which graphs are asked, so nothing else may."""
    return BadQuery(
        "A period and a dataset are both given.",
        where="asof",
        way_out="Give one of them: leave out asof, or FROM and the graphs of the dataset.",
    )


def end_of(period: str) -> date:
    """The last day of a period as people write it.

    >>> [str(end_of(period)) for period in ("2020-H1", "2020", "2020-02", "2020-11-30")]
    ['2020-06-30', '2020-12-31', '2020-02-29', '2020-11-30']

    Raises:
        BadParameter: no period.
    """
    found = re.fullmatch(r"(\d{4})(?:-(?:h([12])|(\d\d)(?:-(\d\d))?))?", period.strip().lower(), re.ASCII)
    try:
        if found is None:
            raise ValueError
        year, half, month, day = (int(part) if part else 0 for part in found.groups())
        month = month or (6 if half == 1 else 12)
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        raise BadParameter(
            "This is not a period.", where="parameter asof", way_out="Give a half-year, such as 2020-H2."
        ) from None


def _period(graph: str, base: str) -> str | None:
    """The period in the name of a report's graph, or of what is derived from it."""
    name = re.escape(base) + r"(?:/id|/graph/derived)/report/[^/]+/([^/]+?)(?:/graph)?"
    found = re.fullmatch(name, graph)
    return found[1] if found else None


def _by(period: str, end: date) -> bool:
    """Whether a period ends by a day; what has no known period was not reported by any."""
    try:
        return end_of(period.split("--")[-1]) <= end
    except BadParameter:
        return False


def periods(graphs: Collection[str], base: str) -> tuple[str, ...]:
    """The half-years that reports of an edition are about, sorted, as people write them.

    >>> periods(["h/id/report/c/2020-h2/graph", "h/id/report/d/undated/graph", "h/graph/regions"], "h")
    ('2020-H2',)
    """
    found = {period for name in graphs if (period := _period(name, base))}
    return tuple(sorted(period.upper() for period in found if re.fullmatch(r"\d{4}-h[12]", period)))
