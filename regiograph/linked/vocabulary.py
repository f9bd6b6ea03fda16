"""What the words of the vocabulary are called, for pages: from the ontology's own files."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from regiograph.iris import RDFS, SKOS

_NAMES = {RDFS + "label": "label", SKOS + "prefLabel": "label", SKOS + "definition": "definition"}


class Vocabulary:
    """Labels and definitions of terms, by language."""

    def __init__(self, told: Mapping[str, Mapping[tuple[str, str], str]]) -> None:
        self._told = told

    @classmethod
    def read(cls, folder: Path) -> "Vocabulary":
        """From all Turtle files of a folder."""
        told: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        for path in sorted(folder.glob("*.ttl")):
            for one in parse(path=str(path), format=RdfFormat.TURTLE):
                kind = _NAMES.get(one.predicate.value)
                if kind and isinstance(one.subject, NamedNode) and isinstance(one.object, Literal):
                    told[one.subject.value].setdefault((kind, one.object.language or ""), one.object.value)
        return cls(dict(told))

    def label(self, term: str, language: str = "en") -> str:
        """What a term is called; a term of others by the last part of its IRI, as words.

        >>> Vocabulary({}).label("http://purl.org/dc/terms/isPartOf")
        'Is part of'
        """
        return self._of(term, "label", language) or words(term)

    def definition(self, term: str, language: str = "en") -> str:
        """What a term means; empty for terms of others."""
        return self._of(term, "definition", language)

    def _of(self, term: str, kind: str, language: str) -> str:
        told = self._told.get(term, {})
        return told.get((kind, language)) or told.get((kind, "en")) or told.get((kind, "")) or ""


def words(iri: str) -> str:
    """The last part of a term's IRI, as words.

    >>> words("http://www.w3.org/ns/oa#hasSource")
    'Has source'
    """
    tail = iri.rstrip("/#").replace("#", "/").rpartition("/")[2]
    apart = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in tail).strip()
    return apart[:1].upper() + apart[1:]
