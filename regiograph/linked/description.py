"""A thing as the store tells it: its own statements, what points to it, the names of all it mentions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from regiograph.iris import DCTERMS, FOAF, OA, RDF, RDFS, RG, SKOS, XSD
from regiograph.store.answers import Triples
from regiograph.store.formats import Format

MOST_MENTIONS = 100
"""How many things that point to one stand in one description; `mentions.rq` asks for one more."""

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_ABOUT = (RG + "field", RG + "goal", RG + "candidateFor", RG + "changedMember")
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
_NEXT = "http://www.w3.org/1999/xhtml/vocab#next"

Object = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Description:
    """What is told of one thing."""

    thing: str
    triples: frozenset[Triple]
    mentions: tuple[str, ...]  # what points to it, in the order of addresses
    after: str | None  # the next page of mentions begins after this one

    @classmethod
    def read(cls, thing: str, about: bytes, mentions: bytes) -> "Description":
        """From what `about.rq` and `mentions.rq` answer, as N-Triples."""
        own, pointing = _triples(about), _triples(mentions)
        found = sorted({_subject(one) for one in pointing if _is(one.object, thing)})
        kept, left = found[:MOST_MENTIONS], set(found[MOST_MENTIONS:])
        return cls(
            thing=thing,
            triples=frozenset([*own, *(one for one in pointing if _subject(one) not in left)]),
            mentions=tuple(kept),
            after=kept[-1] if left else None,
        )

    @classmethod
    def of_graph(cls, graph: str, quads: int) -> "Description":
        """A named graph that nothing else is told of: how much it holds."""
        node, count = NamedNode(graph), Literal(str(quads), datatype=NamedNode(XSD + "integer"))
        kind = Triple(node, NamedNode(RDF + "type"), NamedNode(SD + "NamedGraph"))
        return cls(graph, frozenset([kind, Triple(node, NamedNode(VOID + "triples"), count)]), (), None)

    def __bool__(self) -> bool:
        """Whether anything is told of it at all."""
        return bool(self.triples)

    @cached_property
    def nodes(self) -> Mapping[str, Mapping[str, tuple[Object, ...]]]:
        """Values by subject and predicate, each in a fixed order."""
        found: dict[str, dict[str, list[Object]]] = defaultdict(lambda: defaultdict(list))
        for one in sorted(self.triples, key=str):
            found[_subject(one)][one.predicate.value].append(one.object)
        return {node: {name: tuple(values) for name, values in told.items()} for node, told in found.items()}

    def values(self, node: str, name: str) -> tuple[str, ...]:
        """The values of a property of a node, as plain texts."""
        return tuple(text(each) for each in self.nodes.get(node, {}).get(name, ()))

    def types(self, node: str | None = None) -> tuple[str, ...]:
        """The classes of a node; of the thing itself where none is given."""
        return self.values(node or self.thing, RDF + "type")

    def replaced_by(self) -> str | None:
        """The one thing that stands for this one now, where there is exactly one."""
        found = self.values(self.thing, DCTERMS + "isReplacedBy")
        return found[0] if len(found) == 1 else None

    def name(self, node: str, language: str = "en") -> tuple[str, str]:
        """What a node is called, and in which language, as near to the one asked for as there is.

        What has no name of its own is called by what it is about: a passage by its words, a participation by
        who and in which role.
        """
        if RG + "reportingPeriod" in self.nodes.get(node, {}):  # reports all have the title of their form
            parts = (self._names(node, RG + name, language) for name in ("ofPartnership", "reportingPeriod"))
            return ", ".join(part for part in parts if part), ""
        if label := self._label(node, language):
            return label
        return self._made_of(node, language) or _tail(node), "en"

    def _label(self, node: str, language: str) -> tuple[str, str] | None:
        told = self.nodes.get(node, {})
        for name, wanted in ((SKOS + "prefLabel", language), (RDFS + "label", ""), (DCTERMS + "title", "")):
            labels = [each for each in told.get(name, ()) if isinstance(each, Literal)]
            if name == SKOS + "prefLabel":  # in English the short name goes first
                labels = [each for each in labels if each.language == wanted != "en"]
            for each in labels:
                return each.value, each.language or ""
        return None

    def _made_of(self, node: str, language: str) -> str:
        told = self.nodes.get(node, {})
        if RG + "role" in told:
            return ", ".join(self._names(node, RG + name, language) for name in ("participant", "role"))
        for place in (node, *self.values(node, OA + "hasSelector")):
            for quote in self.values(place, OA + "exact"):
                return f"“{_short(quote)}”"
        for value in self.values(node, RG + "claimValue"):
            return f"{_tail(self.values(node, RG + 'claimProperty')[0])}: {_short(value)}"
        about = (name for name in _ABOUT if name in told)
        return next((self._names(node, name, language) for name in about), "")

    def _names(self, node: str, name: str, language: str) -> str:
        return " · ".join(self.name(each, language)[0] for each in self.values(node, name))

    def write(self, format: Format, card: "Card") -> bytes:
        """All of it, and what the document is, in one of the graph formats; the same bytes each time."""
        triples = sorted({*self.triples, *card.triples(self)}, key=str)
        output = BytesIO()
        Triples(triples).write(output, format)
        return output.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a document with a description says of itself."""

    document: str
    edition: str
    modified: str
    next: str | None = None  # the document with the next mentions

    def triples(self, of: Description) -> Iterator[Triple]:
        """Its statements."""
        document = NamedNode(self.document)
        yield Triple(document, NamedNode(RDF + "type"), NamedNode(FOAF + "Document"))
        yield Triple(document, NamedNode(FOAF + "primaryTopic"), NamedNode(of.thing))
        yield Triple(document, NamedNode(DCTERMS + "license"), NamedNode(LICENCE))
        yield Triple(document, NamedNode(DCTERMS + "isPartOf"), NamedNode(self.edition))
        day = Literal(self.modified, datatype=NamedNode(XSD + "dateTime"))
        yield Triple(document, NamedNode(DCTERMS + "modified"), day)
        if self.next:
            yield Triple(document, NamedNode(_NEXT), NamedNode(self.next))


def text(term: Object) -> str:
    """A term as a person would write it."""
    return str(term) if isinstance(term, Triple) else term.value


def _triples(data: bytes) -> list[Triple]:
    return [quad.triple for quad in parse(data, format=RdfFormat.N_TRIPLES)]


def _subject(triple: Triple) -> str:
    return text(triple.subject)


def _is(term: Object, iri: str) -> bool:
    return isinstance(term, NamedNode) and term.value == iri


def _short(words: str, most: int = 90) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[:most].rstrip()}…"


def _tail(iri: str) -> str:
    """The last part of an IRI, as words.

    >>> _tail("https://w3id.org/regiograph/id/report/cybersecurity/2020-h2/answer-start-date")
    'Answer start date'
    """
    parts = iri.rstrip("/#").replace("#", "/").split("/")
    words = parts[-1] if len(parts[-1]) < 64 else f"{parts[-1][:12]}…"
    words = words.replace("-", " ") if words.islower() else words
    return words[:1].upper() + words[1:]
