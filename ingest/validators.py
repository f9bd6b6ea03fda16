"""Which rules a graph breaks: judged by a fast validator, and in grave matters by the reference one too.

The fast one (shacl, in Rust) compiles the shapes once. Where no build of it fits the machine, the reference
(pyshacl, `ingest.shacl`) judges alone: the results are the same, and take ten times as long.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyoxigraph as ox
import structlog

from regiograph.iris import RDF, RDFS, RG

try:
    import shacl
except ImportError:  # no wheel for this machine
    shacl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from ingest.shacl import Reference

SH = "http://www.w3.org/ns/shacl#"

# What of the shapes is for people, not for a validator: it would read it again for each node.
_FOR_PEOPLE = frozenset(
    (
        *(SH + name for name in ("name", "description", "message", "group", "order")),
        *(RDFS + "label", RG + "aboutField"),
    )
)
_NAME_IN_QUERY = re.compile(r"\b(?P<prefix>\w+):(?P<name>[\w-]+)|<(?P<iri>[^<>\s]+)>")

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

log = structlog.get_logger()


class Shapes:
    """The shapes of a folder."""

    def __init__(self, folder: Path) -> None:
        files = (ox.parse(path=path, format=ox.RdfFormat.TURTLE) for path in sorted(folder.glob("*.ttl")))
        self._triples: list[ox.Triple] = [quad.triple for file in files for quad in file]
        self._said: dict[tuple[Term, str], list[Term]] = {}
        for triple in self._triples:
            self._said.setdefault((triple.subject, triple.predicate.value), []).append(triple.object)

    def having(self, name: str) -> dict[Term, list[Term]]:
        """Whatever has a property, with its values."""
        return {node: values for (node, each), values in self._said.items() if each == name}

    def links(self, node: Term, name: str) -> list[str]:
        """The IRIs that a property of a node points to."""
        return [each.value for each in self._said.get((node, name), ()) if isinstance(each, ox.NamedNode)]

    def texts(self, node: Term, name: str) -> list[ox.Literal]:
        """The literals that a property of a node has."""
        return [each for each in self._said.get((node, name), ()) if isinstance(each, ox.Literal)]

    def for_validators(self) -> list[ox.Triple]:
        """All triples but those that are for people."""
        return [triple for triple in self._triples if triple.predicate.value not in _FOR_PEOPLE]

    def light(self) -> frozenset[str]:
        """The shapes that find nothing which must be fixed."""
        return frozenset(
            node.value
            for node in self.having(SH + "severity")
            if isinstance(node, ox.NamedNode)
            and not {SH + "Warning", SH + "Info"}.isdisjoint(self.links(node, SH + "severity"))
        )

    def named(self) -> Iterator[str]:
        """Every IRI that they name, in their queries too."""
        yield from (RDF + "type", RDFS + "subClassOf")
        for triple in self._triples:
            if isinstance(triple.object, ox.NamedNode):
                yield triple.object.value
        prefixes = {
            self.texts(node, SH + "prefix")[0].value: self.texts(node, SH + "namespace")[0].value
            for nodes in self.having(SH + "declare").values()
            for node in nodes
        }
        for node in self.having(SH + "select"):
            for query in self.texts(node, SH + "select"):
                for found in _NAME_IN_QUERY.finditer(query.value):
                    yield found["iri"] or prefixes.get(found["prefix"], "") + found["name"]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of a thing, whichever report refers to it. There is one of each, so identity tells."""

    quads: tuple[ox.Quad, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A graph to judge: what a report says, and what is known of the things it refers to."""

    report: Sequence[ox.Quad]
    known: Sequence[Known] = ()

    def __iter__(self) -> Iterator[ox.Quad]:
        yield from self.report
        for known in self.known:
            yield from known.quads


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One rule broken in one place."""

    focus: Term
    shape: str  # IRI
    value: Term | None


class Validator(Protocol):
    """Judges graphs by the shapes it was made with."""

    def results(self, graph: Judged) -> set[Result]:
        """Where the graph breaks a rule."""
        ...


def validator(shapes: Shapes) -> Validator:
    """The fastest one that this machine has."""

    def reference() -> "Reference":
        from ingest.shacl import Reference  # it takes half a second to import, and is seldom asked

        return Reference(shapes)

    return reference() if shacl is None else Confirmed(Compiled(shapes), reference, shapes.light())


class Confirmed:
    """Believes the fast validator, except that something must be fixed: that is for the reference to say."""

    def __init__(self, fast: Validator, make: Callable[[], "Reference"], light: Collection[str]) -> None:
        self._fast, self._make, self._light = fast, make, light

    def results(self, graph: Judged) -> set[Result]:
        """Where the graph breaks a rule."""
        found = self._fast.results(graph)
        grave = {result for result in found if result.shape not in self._light}
        if not grave:
            return found
        confirmed = self._reference.results(graph, {result.shape for result in grave})
        if confirmed != grave:
            log.warning("validators disagree", shapes=sorted({each.shape for each in confirmed ^ grave}))
        return found - grave | confirmed

    @cached_property
    def _reference(self) -> "Reference":
        return self._make()


class Compiled:
    """The fast validator. It is given only what some shape asks for."""

    def __init__(self, shapes: Shapes) -> None:
        self._asked_for = frozenset(shapes.named())
        self._shapes = shacl.Shapes.from_text(_n_triples(shapes.for_validators()), format="ntriples")
        self._known = cache(lambda known: self._text(known.quads))

    def results(self, graph: Judged) -> set[Result]:
        """Where the graph breaks a rule."""
        text = self._text(graph.report) + "".join(map(self._known, graph.known))
        return {
            Result(
                focus=_read(each.focus_node),
                shape=str(each.root_shape)[1:-1],
                value=None if each.value is None else _read(each.value),
            )
            for each in self._shapes.validate_text(text, format="ntriples").results
        }

    def _text(self, quads: Iterable[ox.Quad]) -> str:
        asked_for = self._asked_for
        return _n_triples([quad.triple for quad in quads if quad.predicate.value in asked_for])


def _n_triples(triples: Iterable[ox.Triple]) -> str:
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def _read(text: str) -> Term:
    """A term in N-Triples."""
    quads: list[ox.Quad] = list(ox.parse(f"<x:x> <x:x> {text} .", format=ox.RdfFormat.N_TRIPLES))
    return quads[0].object
