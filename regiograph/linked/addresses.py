"""Where an IRI of ours is found on this server, and which IRI an address here stands for.

Data IRIs begin with the base (a setting); the vocabulary's own begin where they always do. Both are served by
the same paths on every host.
"""

from urllib.parse import quote

from regiograph.iris import RG
from regiograph.store.formats import Format

VOCABULARY = RG.removesuffix("/ns#")
"""What the IRIs of the vocabulary, the codes and the shapes begin with, whatever the base is."""

HTML = "html"
DOCUMENTS = (Format.TURTLE, Format.N_TRIPLES, Format.RDF_XML, Format.JSON_LD)
"""The formats of RDF in which one thing is told: those that hold triples."""

SUFFIXES: dict[str, Format | None] = {HTML: None, **{one.short: one for one in DOCUMENTS}}
"""How an address says in which format it wants a description; a page is no format of RDF."""

_ROOMS = ("/id/", "/graph/", "/edition/", "/.well-known/genid/")
_WORDS = ("/ns", "/code", "/shapes", "/alignments")
_SAFE = "/:@!$&'()*+,;=~%-._"


class Addresses:
    """IRIs under one base."""

    def __init__(self, base: str) -> None:
        self.base = base

    def iri(self, path: str) -> str:
        """The IRI that a path here stands for.

        >>> Addresses("https://example.org/x").iri("/id/region/FRH0")
        'https://example.org/x/id/region/FRH0'
        """
        return f"{VOCABULARY if path.startswith(_WORDS) else self.base}{quote(path, safe=_SAFE)}"

    def local(self, iri: str) -> str | None:
        """The path here of an IRI of ours; none for every other.

        >>> here = Addresses("https://w3id.org/regiograph")
        >>> here.local("https://w3id.org/regiograph/ns#Region"), here.local("https://example.org/id/region/FR")
        ('/ns#Region', None)
        """
        for root, rooms in ((self.base, _ROOMS), (VOCABULARY, _WORDS)):
            path = iri.removeprefix(root)
            if path != iri and path.startswith(rooms):
                return path
        return None


def parted(path: str) -> tuple[str, str | None]:
    """A path without its suffix, and the suffix, where it names a format.

    >>> parted("region/FRH0.ttl"), parted("region/FRH0"), parted("x/v1.5")
    (('region/FRH0', 'ttl'), ('region/FRH0', None), ('x/v1.5', None))
    """
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and stem and suffix in SUFFIXES else (path, None)
