"""Every IRI the project mints: from keys, never from a counter, so the same input gives the same graph."""

import hashlib
import re
from dataclasses import dataclass

from anyascii import anyascii

RG = "https://w3id.org/regiograph/ns#"
CODE = "https://w3id.org/regiograph/code/"
SHAPES = "https://w3id.org/regiograph/shapes#"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
ORG = "http://www.w3.org/ns/org#"
GEO = "http://www.opengis.net/ont/geosparql#"
FOAF = "http://xmlns.com/foaf/0.1/"
SCHEMA = "http://schema.org/"
SDG = "http://metadata.un.org/sdg/"
SDGO = "http://metadata.un.org/sdg/ontology#"
NUTS = "http://data.europa.eu/nuts/code/"
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"

PREFIXES: dict[str, str] = {
    "rg": RG,
    "role": CODE + "role/",
    "status": CODE + "status/",
    "rating": CODE + "rating/",
    "helix": CODE + "helix/",
    "field": CODE + "field/",
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "owl": OWL,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "dcat": DCAT,
    "prov": PROV,
    "oa": OA,
    "org": ORG,
    "foaf": FOAF,
    "schema": SCHEMA,
    "sdg": SDG,
    "nuts": NUTS,
}


def slug(text: str, longest: int = 80) -> str:
    """A key from a name: ASCII, lower case, words joined by hyphens; never empty.

    >>> slug("Pôle d'excellence cyber")
    'pole-d-excellence-cyber'
    >>> slug("Κρήτη")
    'kriti'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower()).strip("-")
    if not plain:
        return hashlib.sha256(text.encode()).hexdigest()[:12]
    if len(plain) <= longest:
        return plain
    digest = hashlib.sha256(plain.encode()).hexdigest()[:6]
    return f"{plain[: longest - 7].rstrip('-')}-{digest}"


@dataclass(frozen=True, slots=True)
class Iris:
    """IRIs under one base (a setting). The vocabulary's own namespaces do not move with it."""

    base: str

    def entity(self, kind: str, key: str) -> str:
        """`/id/<kind>/<key>`: kinds are region, place, organisation, group, partnership, platform."""
        return f"{self.base}/id/{kind}/{key}"

    def area(self, partnership: str, title: str) -> str:
        """A working area of a partnership, by its title."""
        return f"{self.base}/id/working-area/{partnership}/{slug(title)}"

    def event(self, partnership: str, day: str, title: str) -> str:
        """An event, by its first day (`undated` where none is known) and title."""
        return f"{self.base}/id/event/{partnership}/{day or 'undated'}-{slug(title, 60)}"

    def report(self, partnership: str, period: str, part: str = "report") -> str:
        """A report of a partnership for a period such as `2020-h2`, or a part of it."""
        return f"{self.base}/id/report/{partnership}/{period}/{part}"

    def source(self, name: str) -> str:
        """An archived original, by its digest; or one of several reports in it, `<sha256>-<part>`."""
        return f"{self.base}/id/source/{name}"

    def fact(self, key: str) -> str:
        """A statement of a public web page, by a digest of its own words."""
        return f"{self.base}/id/fact/{hashlib.sha256(key.encode()).hexdigest()[:16]}"

    def graph(self, name: str) -> str:
        """A named graph that belongs to no report: codes, regions, organisations, facts, …"""
        return f"{self.base}/graph/{name}"
