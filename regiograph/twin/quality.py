"""data.europa.eu's metadata quality assessment, offline: 23 metrics in five dimensions, 405 points.

A dataset has its own metrics and those of its best distribution; a catalogue is the mean of its datasets.
Weights and conditions: docs/catalogue.md.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF
from rdflib.term import Node

from regiograph.catalogue.codes import AUTHORITY, CodeLists

DIMENSIONS = {
    "findability": 100,
    "accessibility": 100,
    "interoperability": 110,
    "reusability": 75,
    "contextuality": 20,
}
MOST = sum(DIMENSIONS.values())
RATINGS = ((351, "excellent"), (221, "good"), (121, "sufficient"), (0, "bad"))

_NONE = URIRef("about:none")  # stands for the distribution of a dataset that has none
_FILE_TYPE = AUTHORITY + "file-type/"
_MEDIA_OF = {
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/geo+json": "GEOJSON",
    "application/ld+json": "JSON_LD",
    "application/n-quads": "RDF_N_QUADS",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/rdf+xml": "RDF_XML",
    "application/trig": "RDF_TRIG",
    "application/xml": "XML",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "text/turtle": "RDF_TURTLE",
    "text/xml": "XML",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a judge knows besides the catalogue: lists, who answered, what violates the shapes."""

    codes: CodeLists
    reached: Mapping[str, int] = field(default_factory=dict)  # HTTP status by address
    violating: Collection[str] = ()  # datasets that, or whose descriptions, violate a shape


@dataclass(frozen=True, slots=True)
class Subject:
    """A dataset, or one of its distributions beside it."""

    graph: Graph
    dataset: Node
    known: Known
    distribution: Node | None = None

    def own(self, *path: URIRef) -> list[Node]:
        """Values of a property of the distribution, or of the dataset where there is none."""
        node = self.distribution if self.distribution is not None else self.dataset
        return [value for each in path for value in self.graph.objects(node, each)]

    def has(self, *path: URIRef) -> bool:
        """Whether there is any value."""
        return bool(self.own(*path))

    def dated(self, path: URIRef) -> bool:
        """Whether the distribution has a date, or else the dataset."""
        return self.has(path) or (self.dataset, path, None) in self.graph

    def reaches(self, path: URIRef) -> bool:
        """Whether one of the addresses answers with success."""
        return any(200 <= self.known.reached.get(str(each), 0) < 300 for each in self.own(path))

    def file_types(self) -> set[str]:
        """File types by format, and by media type where we know the one of the other."""
        named = {str(each) for each in self.own(DCTERMS["format"])}
        media = {self.known.codes.media_type(str(each)) for each in self.own(DCAT.mediaType)}
        return named | {_FILE_TYPE + _MEDIA_OF[each] for each in media if each in _MEDIA_OF}

    def from_lists(self) -> bool:
        """Whether format and media type both come from their lists."""
        codes = self.known.codes
        formats = {str(each) for each in self.own(DCTERMS["format"])}
        return any(each.startswith(_FILE_TYPE) and each in codes.codes for each in formats) and any(
            codes.media_type(str(each)) for each in self.own(DCAT.mediaType)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric: what it is worth, when it is met, and what to do where it is not."""

    name: str
    dimension: str
    points: int
    of_distribution: bool
    met: Callable[[Subject], bool]
    mend: str


def _metric(
    dimension: str, name: str, points: int, on: str, mend: str, met: Callable[[Subject], bool]
) -> Metric:
    return Metric(
        name=name,
        dimension=dimension,
        points=points,
        of_distribution=on == "distribution",
        met=met,
        mend=mend,
    )


METRICS: tuple[Metric, ...] = (
    _metric("findability", "keywords", 30, "dataset", "Add dcat:keyword.", lambda s: s.has(DCAT.keyword)),
    _metric("findability", "categories", 30, "dataset", "Add dcat:theme.", lambda s: s.has(DCAT.theme)),
    _metric("findability", "geo search", 20, "dataset", "Add dct:spatial.", lambda s: s.has(DCTERMS.spatial)),
    _metric(
        "findability", "time search", 20, "dataset", "Add dct:temporal.", lambda s: s.has(DCTERMS.temporal)
    ),
    _metric(
        "accessibility",
        "access URL reachable",
        50,
        "distribution",
        "Make dcat:accessURL answer HEAD with 2xx.",
        lambda s: s.reaches(DCAT.accessURL),
    ),
    _metric(
        "accessibility",
        "download URL",
        20,
        "distribution",
        "Add dcat:downloadURL.",
        lambda s: s.has(DCAT.downloadURL),
    ),
    _metric(
        "accessibility",
        "download URL reachable",
        30,
        "distribution",
        "Make dcat:downloadURL answer HEAD with 2xx.",
        lambda s: s.reaches(DCAT.downloadURL),
    ),
    _metric(
        "interoperability",
        "format",
        20,
        "distribution",
        "Add dct:format.",
        lambda s: s.has(DCTERMS["format"]),
    ),
    _metric(
        "interoperability",
        "media type",
        10,
        "distribution",
        "Add dcat:mediaType.",
        lambda s: s.has(DCAT.mediaType),
    ),
    _metric(
        "interoperability",
        "format and media type from lists",
        10,
        "distribution",
        "Use an EU file type for dct:format and IANA's address for dcat:mediaType.",
        Subject.from_lists,
    ),
    _metric(
        "interoperability",
        "non-proprietary",
        20,
        "distribution",
        "Offer a non-proprietary format.",
        lambda s: bool(s.file_types() & s.known.codes.open_formats),
    ),
    _metric(
        "interoperability",
        "machine-readable",
        20,
        "distribution",
        "Offer a machine-readable format.",
        lambda s: bool(s.file_types() & s.known.codes.machine_formats),
    ),
    _metric(
        "interoperability",
        "DCAT-AP compliance",
        30,
        "dataset",
        "Mend the violations of the shapes.",
        lambda s: str(s.dataset) not in s.known.violating,
    ),
    _metric(
        "reusability", "licence", 20, "distribution", "Add dct:license.", lambda s: s.has(DCTERMS.license)
    ),
    _metric(
        "reusability",
        "known licence",
        10,
        "distribution",
        "Use a licence of the EU's list.",
        lambda s: any(str(each) in s.known.codes.licences for each in s.own(DCTERMS.license)),
    ),
    _metric(
        "reusability",
        "access rights",
        10,
        "dataset",
        "Add dct:accessRights.",
        lambda s: s.has(DCTERMS.accessRights),
    ),
    _metric(
        "reusability",
        "access rights from the list",
        5,
        "dataset",
        "Use an EU code for dct:accessRights.",
        lambda s: any(
            str(each).startswith(AUTHORITY + "access-right/") and str(each) in s.known.codes.codes
            for each in s.own(DCTERMS.accessRights)
        ),
    ),
    _metric(
        "reusability",
        "contact point",
        20,
        "dataset",
        "Add dcat:contactPoint.",
        lambda s: s.has(DCAT.contactPoint),
    ),
    _metric(
        "reusability", "publisher", 10, "dataset", "Add dct:publisher.", lambda s: s.has(DCTERMS.publisher)
    ),
    _metric("contextuality", "rights", 5, "distribution", "Add dct:rights.", lambda s: s.has(DCTERMS.rights)),
    _metric(
        "contextuality", "byte size", 5, "distribution", "Add dcat:byteSize.", lambda s: s.has(DCAT.byteSize)
    ),
    _metric(
        "contextuality", "issued", 5, "distribution", "Add dct:issued.", lambda s: s.dated(DCTERMS.issued)
    ),
    _metric(
        "contextuality",
        "modified",
        5,
        "distribution",
        "Add dct:modified.",
        lambda s: s.dated(DCTERMS.modified),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetScore:
    """The score of one dataset."""

    dataset: str
    title: str
    lost: tuple[Metric, ...]

    @property
    def points(self) -> int:
        """Of 405."""
        return MOST - sum(metric.points for metric in self.lost)

    def of(self, dimension: str) -> int:
        """The points in one dimension."""
        return DIMENSIONS[dimension] - sum(each.points for each in self.lost if each.dimension == dimension)


def rating(points: float) -> str:
    """The portal's word for a score.

    >>> rating(396.8), rating(350), rating(0)
    ('excellent', 'good', 'bad')
    """
    return next(word for least, word in RATINGS if round(points) >= least)


def scores(graph: Graph, known: Known) -> Sequence[DatasetScore]:
    """The scores of all datasets on a page."""
    datasets = sorted({*graph.subjects(RDF.type, DCAT.Dataset)}, key=str)
    return [_score(graph, dataset, known) for dataset in datasets]


def _score(graph: Graph, dataset: Node, known: Known) -> DatasetScore:
    own = [metric for metric in METRICS if not metric.of_distribution]
    lost = [metric for metric in own if not metric.met(Subject(graph, dataset, known))]
    distributions = sorted(graph.objects(dataset, DCAT.distribution), key=str)
    missing = [_missing(Subject(graph, dataset, known, each)) for each in distributions]
    best = min(
        missing or [_missing(Subject(graph, dataset, known, _NONE))],
        key=lambda one: sum(metric.points for metric in one),
    )
    titles = sorted(
        graph.objects(dataset, DCTERMS.title), key=lambda text: getattr(text, "language", "") != "en"
    )
    return DatasetScore(dataset=str(dataset), title=str(titles[0]) if titles else "", lost=(*lost, *best))


def _missing(subject: Subject) -> list[Metric]:
    return [metric for metric in METRICS if metric.of_distribution and not metric.met(subject)]
