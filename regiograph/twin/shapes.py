"""The official DCAT-AP 3.0.1 shapes on one page of a catalogue. What they are: shapes/dcat-ap/README.md."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyshacl
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH, SKOS
from rdflib.term import Node

from regiograph.catalogue.codes import CodeLists

FILES = {
    "shapes.ttl": "cardinality and kind of every value",
    "dates.ttl": "dates",
    "range.ttl": "class of every value",
    "shapes_recommended.ttl": "what is recommended",
    "mdr-vocabularies.shape.ttl": "code lists",
    "deprecateduris.ttl": "old terms",
}

_SPDX = "http://spdx.org/rdf/terms#"
_NUTS = "http://data.europa.eu/nuts/code/"
_ALGORITHM = URIRef(_SPDX + "algorithm")
_STATUS = URIRef("http://www.w3.org/ns/adms#status")
_STATUSES = "http://publications.europa.eu/resource/authority/distribution-status/"
_ELSEWHERE = ("http://publications.europa.eu/", "http://data.europa.eu/", "https://sws.geonames.org/")
_FAULTS = {
    "MinCount": "missing",
    "MaxCount": "given more often than allowed",
    "Datatype": "of another datatype",
    "NodeKind": "an address where a text belongs, or a text where an address belongs",
    "Class": "what it points to is not of the right class in this document",
    "Node": "not as it should be, or not of the list",
    "HasValue": "the value asked for is not among them",
    "Pattern": "not of the form asked for",
    "Or": "none of what is allowed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result of validation."""

    file: str
    severity: str  # Violation, Warning or Info
    node: str  # what it is about
    path: str  # the property, empty where it is the node itself
    value: str
    message: str
    set_aside: str = ""  # why it is no fault of the catalogue: a defect of the official file
    explained: str = ""  # why a warning is not for the publisher to mend

    @property
    def is_violation(self) -> bool:
        """Whether it stands as a violation."""
        return self.severity == "Violation" and not self.set_aside

    @property
    def is_warning(self) -> bool:
        """Whether it stands as a warning."""
        return self.severity != "Violation" and not self.set_aside


@dataclass(frozen=True)
class OfficialShapes:
    """The shapes, read when first used."""

    folder: Path
    codes: CodeLists
    files: tuple[str, ...] = field(default=tuple(FILES))

    @cached_property
    def _shapes(self) -> dict[str, Graph]:
        return {name: Graph().parse(self.folder / name, format="turtle") for name in self.files}

    @cached_property
    def _background(self) -> Graph:
        return Graph().parse(self.folder / "background.ttl", format="turtle")

    def findings(self, page: Graph) -> Iterator[Finding]:
        """All results of all files on one page."""
        data = _copied(page, self._background)
        with_codes = _copied(data, self._schemes(page))
        for name, shapes in self._shapes.items():
            own = with_codes if name.startswith("mdr-") else data
            _, results, _ = pyshacl.validate(own, shacl_graph=shapes, inference="none")
            yield from _findings(name, results)

    def _schemes(self, page: Graph) -> Graph:
        """Which list each code in use is of: the shapes ask the data for it."""
        found = Graph()
        for value in {value for value in page.objects() if isinstance(value, URIRef)}:
            if code := self.codes.codes.get(str(value)):
                found.add((value, SKOS.inScheme, URIRef(code.scheme)))
                found.add((URIRef(code.scheme), RDF.type, SKOS.ConceptScheme))
        return found


def _copied(*graphs: Graph) -> Graph:
    whole = Graph()
    for graph in graphs:
        for triple in graph:
            whole.add(triple)
    return whole


def _findings(file: str, results: Graph) -> Iterator[Finding]:
    for report in results.subjects(RDF.type, SH.ValidationReport):
        for result in results.objects(report, SH.result):
            path, value = results.value(result, SH.resultPath), results.value(result, SH.value)
            node = str(results.value(result, SH.focusNode))
            yield Finding(
                file=file,
                severity=str(results.value(result, SH.resultSeverity)).rpartition("#")[2],
                node=node,
                path=str(path or ""),
                value=str(value if value is not None else ""),
                message=_message(results, result),
                set_aside=_defect(file, path, str(value)),
                explained=_explained(path, node, str(value)),
            )


def _message(results: Graph, result: Node) -> str:
    """What is wrong, without naming the node, so that the same fault reads the same everywhere."""
    rule = str(results.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]
    rule = rule.removesuffix("ConstraintComponent")
    return _FAULTS.get(rule, rule)


def _defect(file: str, path: Node | None, value: str) -> str:
    if file.startswith("mdr-") and path == _ALGORITHM and value.startswith(_SPDX + "checksumAlgorithm_"):
        return "the official rule wants https:// where the namespace of SPDX is http://"
    if file.startswith("deprecated") and path == _STATUS and value.startswith(_STATUSES):
        return "the official rule warns of the new codes of adms:status"
    return ""


def _explained(path: Node | None, node: str, value: str) -> str:
    """Why a warning is not the publisher's to mend; empty where it is."""
    name = str(path or "").rpartition("#")[2].rpartition("/")[2]
    if name in ("bbox", "centroid") and node.startswith(_ELSEWHERE):
        return "the place is described by the EU's own registers, not by this catalogue"
    if name == "spatial" and value.startswith(_NUTS):
        return "NUTS regions are finer than the lists of countries and places, which are given too"
    if name == "publisher":
        return "only EU institutions are in the list of corporate bodies"
    if name == "temporal":
        return "nothing in the data says a date, and none is made up"
    return ""
