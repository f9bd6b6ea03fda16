"""The formats answers are written in, and which one an Accept header or a `format` parameter asks for."""

from collections.abc import Sequence
from enum import Enum
from functools import cached_property

from pyoxigraph import QueryResultsFormat, RdfFormat


class Format(Enum):
    """One format: its short name is what `?format=` and file suffixes say; other words mean it too."""

    JSON = ("json", "application/sparql-results+json", ("application/json",), ("srj",))
    XML = ("xml", "application/sparql-results+xml", ("application/xml", "text/xml"), ("srx",))
    CSV = ("csv", "text/csv; charset=utf-8", (), ())
    TSV = ("tsv", "text/tab-separated-values; charset=utf-8", (), ())
    TURTLE = ("ttl", "text/turtle; charset=utf-8", ("application/x-turtle",), ("turtle", "n3"))
    N_TRIPLES = ("nt", "application/n-triples", ("text/plain",), ("ntriples", "n-triples"))
    N_QUADS = ("nq", "application/n-quads", (), ("nquads", "n-quads"))
    TRIG = ("trig", "application/trig", (), ())
    RDF_XML = ("rdf", "application/rdf+xml", ("application/xml", "text/xml"), ("xml", "rdf+xml", "rdfxml"))
    JSON_LD = ("jsonld", "application/ld+json", ("application/json",), ("json", "json-ld"))

    def __init__(self, short: str, media: str, aliases: tuple[str, ...], words: tuple[str, ...]) -> None:
        self.short = short
        self.media = media
        self.names = (media.split(";")[0], *aliases)
        self.words = (short, *words, *self.names)

    @cached_property
    def engine(self) -> QueryResultsFormat | RdfFormat:
        """The same format, as pyoxigraph names it."""
        return _ENGINE[self.name]


_ENGINE: dict[str, QueryResultsFormat | RdfFormat] = {
    "JSON": QueryResultsFormat.JSON,
    "XML": QueryResultsFormat.XML,
    "CSV": QueryResultsFormat.CSV,
    "TSV": QueryResultsFormat.TSV,
    "TURTLE": RdfFormat.TURTLE,
    "N_TRIPLES": RdfFormat.N_TRIPLES,
    "N_QUADS": RdfFormat.N_QUADS,
    "TRIG": RdfFormat.TRIG,
    "RDF_XML": RdfFormat.RDF_XML,
    "JSON_LD": RdfFormat.JSON_LD,
}

TABLES = (Format.JSON, Format.XML, Format.CSV, Format.TSV)
GRAPHS = (
    Format.TURTLE,
    Format.N_TRIPLES,
    Format.RDF_XML,
    Format.JSON_LD,
    Format.N_QUADS,
    Format.TRIG,
)


def named(short: str, offered: Sequence[Format]) -> Format | None:
    """The offered format of a short or media-type name.

    >>> named("csv", TABLES).name, named("text/turtle", GRAPHS).name, named("json", GRAPHS).name
    ('CSV', 'TURTLE', 'JSON_LD')
    """
    wanted = short.strip().lower()
    return next((one for one in offered if wanted in one.words), None)


def accepted(header: str, offered: Sequence[Format]) -> Format | None:
    """The offered format an Accept header likes best, the first offered one where it does not mind.

    >>> accepted("text/csv;q=0.5, application/sparql-results+xml", TABLES).short
    'xml'
    >>> accepted("image/png", TABLES) is None
    True
    """
    ranges = _ranges(header or "*/*")
    best = max(offered, key=lambda one: _best(one.names, ranges))  # the first of equals
    return best if _best(best.names, ranges)[0] > 0 else None


def liking(media: str, header: str) -> float:
    """How much an Accept header likes one media type, 0 to 1.

    >>> liking("text/html", "text/html, */*;q=0.1"), liking("text/csv", "text/html, */*;q=0.1")
    (1.0, 0.1)
    """
    return _best((media,), _ranges(header or "*/*"))[0]


def prefers_html(header: str) -> bool:
    """Whether an Accept header is a browser's: it likes HTML better than data.

    >>> prefers_html("text/html, */*;q=0.1"), prefers_html("*/*"), prefers_html("")
    (True, False, False)
    """
    return liking("text/html", header) > max(liking(name, header) for name in Format.JSON.names)


def _ranges(header: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in header.split(",")[:100]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        try:
            found[name] = min(max(float(quality), 0.0), 1.0)
        except ValueError:
            found[name] = 0.0
    return found


def _best(names: Sequence[str], ranges: dict[str, float]) -> tuple[float, int]:
    """The quality of the most specific range that matches one of the names, and how specific it is."""
    exact = [ranges[name] for name in names if name in ranges]
    if exact:
        return max(exact), 2
    family = f"{names[0].split('/')[0]}/*"
    if family in ranges:
        return ranges[family], 1
    return ranges.get("*/*", ranges.get("*", 0.0)), 0
