"""The terms an edition uses, how often, and which of them a word may have meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from regiograph.doctor.probes import Probes
from regiograph.iris import RDF

PREDICATES = "SELECT ?t (COUNT(*) AS ?n) { ?s ?t ?o } GROUP BY ?t"
CLASSES = f"SELECT ?t (COUNT(*) AS ?n) {{ ?s <{RDF}type> ?t }} GROUP BY ?t"
_ALIKE = 72  # of 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What one edition says things with: how many facts have a predicate, how many things a class."""

    predicates: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    async def ask(cls, probes: Probes) -> "Vocabulary":
        """The vocabulary of what the probes ask; empty where it takes too long."""
        found = [await probes.rows(query) or [] for query in (PREDICATES, CLASSES)]
        counts = [{row["t"]["value"]: int(row["n"]["value"]) for row in rows if "t" in row} for rows in found]
        return cls(predicates=counts[0], classes=counts[1])


def alike(iri: str, known: Iterable[str], most: int = 4) -> list[str]:
    """The IRIs that this one may have been meant to be, best first: by their last part, then as a whole.

    >>> ns = "https://w3id.org/regiograph/ns#"
    >>> alike(ns + "participants", [ns + "participant", ns + "leads"])
    ['https://w3id.org/regiograph/ns#participant']
    """
    choices = {each: local(each) for each in known if each != iri}
    found = process.extract(local(iri), choices, scorer=_likeness, score_cutoff=_ALIKE, limit=most * 3)
    ranked = sorted(found, key=lambda hit: (-hit[1], -fuzz.ratio(iri, hit[2]), hit[2]))
    return [str(hit[2]) for hit in ranked[:most]]


def closest(word: str, known: Iterable[str], most: int = 5) -> list[str]:
    """The texts that a word may have been meant to be, best first; a part of a text may be meant, too."""
    choices = list(dict.fromkeys(known))
    found = process.extract(
        word, choices, scorer=fuzz.WRatio, processor=str.casefold, score_cutoff=_ALIKE, limit=most
    )
    return [text for text, _, _ in found]


def part_alike(word: str, text: str) -> str:
    """The words of a text that are most like some words.

    >>> part_alike("cyber rnage", "Inter-regional Cyber Range platform")
    'Cyber Range'
    """
    hit = fuzz.partial_ratio_alignment(word.casefold(), text.casefold())
    if hit is None or len(word) >= len(text):
        return text
    start, end = hit.dest_start, hit.dest_end
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end].strip()


def local(iri: str) -> str:
    """The last part of an IRI."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


def _likeness(one: str, other: str, **more: object) -> float:
    return float(max(fuzz.ratio(one, other), fuzz.ratio(one.casefold(), other.casefold()) - 1))
