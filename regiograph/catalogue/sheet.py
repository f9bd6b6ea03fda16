"""A sheet of RDF: triples, each once, with what portals want described beside every code."""

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from regiograph.catalogue.codes import Code
from regiograph.catalogue.words import Said
from regiograph.iris import DCAT, DCTERMS, FOAF, PREFIXES, PROV, RDF, RDFS, SKOS, XSD

ADMS = "http://www.w3.org/ns/adms#"
AS = "https://www.w3.org/ns/activitystreams#"
DCATAP = "http://data.europa.eu/r5r/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
SD = "http://www.w3.org/ns/sparql-service-description#"
SPDX = "http://spdx.org/rdf/terms#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
VOID = "http://rdfs.org/ns/void#"

CATALOGUE_PREFIXES = {
    **{name: PREFIXES[name] for name in ("rdf", "rdfs", "xsd", "skos", "dcterms", "dcat", "prov", "foaf")},
    "adms": ADMS,
    "as": AS,
    "dcatap": DCATAP,
    "hydra": HYDRA,
    "sd": SD,
    "spdx": SPDX,
    "vcard": VCARD,
    "void": VOID,
}


class Sheet:
    """Triples of a document."""

    def __init__(self, codes: Mapping[str, Code] | None = None) -> None:
        self._codes = codes or {}
        self._triples: dict[Triple, None] = {}

    def type(self, subject: str, *classes: str) -> None:
        """What a thing is."""
        self.link(subject, RDF + "type", *classes)

    def link(self, subject: str, predicate: str, *targets: str) -> None:
        """To other things; nothing for those without an address."""
        for target in targets:
            if target:
                self._add(subject, predicate, NamedNode(target))

    def say(self, subject: str, predicate: str, said: Said | str) -> None:
        """A text, in the languages it has; without a language where it is plain."""
        if isinstance(said, str):
            self._add(subject, predicate, Literal(said))
            return
        for language, text in said.items():
            self._add(subject, predicate, Literal(text, language=language))

    def value(self, subject: str, predicate: str, text: str, datatype: str) -> None:
        """A value of an XSD datatype, exactly as written."""
        self._add(subject, predicate, Literal(text, datatype=NamedNode(XSD + datatype)))

    def code(self, subject: str, predicate: str, uri: str, *classes: str) -> None:
        """A code of a list, with its type and labels beside it: portals look nothing up."""
        self.link(subject, predicate, uri)
        self.type(uri, *classes)
        if code := self._codes.get(uri):
            self.say(uri, SKOS + "prefLabel", code.labels)

    def standard(self, subject: str, uri: str, title: Said | str) -> None:
        """What a thing conforms to."""
        self.link(subject, DCTERMS + "conformsTo", uri)
        self.type(uri, DCTERMS + "Standard")
        self.say(uri, DCTERMS + "title", title)

    def page(self, subject: str, predicate: str, address: str) -> None:
        """A page or document on the web."""
        self.link(subject, predicate, address)
        self.type(address, FOAF + "Document")

    def statement(self, subject: str, predicate: str, node: str, kind: str, said: Said) -> None:
        """A statement of its own, such as one of rights or provenance."""
        self.link(subject, predicate, node)
        self.type(node, kind)
        self.say(node, RDFS + "label", said)

    @property
    def triples(self) -> Iterable[Triple]:
        """All of them, in order."""
        return self._triples.keys()

    def _add(self, subject: str, predicate: str, target: NamedNode | Literal) -> None:
        self._triples[Triple(NamedNode(subject), NamedNode(predicate), target)] = None


def written(
    triples: Iterable[Triple], format: RdfFormat, prefixes: Mapping[str, str] = CATALOGUE_PREFIXES
) -> bytes:
    """Triples as a document, grouped by subject in a fixed order."""
    ordered = sorted(triples, key=lambda one: (str(one.subject), str(one.predicate), str(one.object)))
    return serialize(ordered, format=format, prefixes=dict(prefixes)) or b""


__all__ = [
    "ADMS",
    "AS",
    "DCAT",
    "DCATAP",
    "DCTERMS",
    "FOAF",
    "HYDRA",
    "PROV",
    "SD",
    "SPDX",
    "VCARD",
    "VOID",
    "Sheet",
    "written",
]
