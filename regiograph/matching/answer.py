"""Suggestions as documents: one tree of plain values, and the same as CSV and JSON-LD."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regiograph.matching.asking import Asker
from regiograph.matching.facts import Facts
from regiograph.matching.ranking import Suggestion
from regiograph.matching.reasons import Reason, Sentences
from regiograph.questions import Template

Document = dict[str, Any]

CONTEXT = {
    "schema": "http://schema.org/",
    "iri": "@id",
    "asker": {"@id": "schema:audience"},
    "suggestions": {"@id": "schema:itemListElement", "@container": "@list"},
    "label": "schema:name",
    "rank": {"@id": "schema:position"},
    "score": "schema:ratingValue",
    "kind": "schema:category",
    "reasons": {"@id": "schema:positiveNotes", "@container": "@list"},
    "against": {"@id": "schema:negativeNotes", "@container": "@list"},
    "signal": "schema:identifier",
    "sentence": "schema:description",
    "number": "schema:value",
    "evidence": {"@id": "schema:citation", "@container": "@list"},
    "document": {"@id": "schema:url", "@type": "@id"},
    "source": "schema:isBasedOn",
    "quote": "schema:text",
    "line": "schema:pagination",
    "sparql": "schema:query",
    "language": "schema:inLanguage",
    "edition": "schema:version",
}
_COLUMNS = (
    *("kind", "rank", "iri", "label", "score", "side", "signal", "number", "sentence"),
    *("quote", "source", "document", "line", "sparql"),
)


class Labels:
    """What to call the things that reasons name."""

    def __init__(self, facts: Facts, goals: Mapping[str, tuple[str, str]]) -> None:
        """`goals` are the names of the goals by number, in English and French."""
        self._facts, self._goals = facts, goals
        self._platforms = {each.platform: each.platform_label for each in facts.circles.values()}

    def of(self, iri: str, language: str) -> str:
        """The name of a thing in a language, in English where it has none."""
        facts = self._facts
        french = language == "fr"
        if iri in facts.territory.regions:
            region = facts.territory.regions[iri]
            return region.label_fr if french else region.label
        if iri in facts.circles:
            return facts.circles[iri].label
        if iri in facts.organisations:
            return facts.organisations[iri].label
        if iri in facts.territory.macro_labels:
            return facts.territory.macro_labels[iri][french]
        if iri in self._goals:
            return f"{iri} ({self._goals[iri][french]})"
        return self._platforms.get(iri, iri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Turns suggestions into documents, in one language."""

    facts: Facts
    labels: Labels
    sentences: Sentences
    proofs: Mapping[str, Template]
    language: str

    def asker(self, asker: Asker) -> Document:
        """Who asks."""
        known = self.facts.territory.regions.get(asker.region)
        return {
            "label": asker.named(self.language),
            **({"iri": asker.region, "code": known.code} if known else {}),
            **({"country": asker.country} if asker.country else {}),
            **({"priorities": asker.words} if asker.words else {}),
            **({"goals": list(asker.goals)} if asker.goals else {}),
            **({"organisations": list(asker.organisations)} if asker.organisations else {}),
            **({"organisations_not_known": list(asker.unknown)} if asker.unknown else {}),
        }

    def suggestion(self, one: Suggestion) -> Document:
        """One suggestion."""
        name = one.asker.named(self.language)
        return {
            "kind": one.kind,
            "rank": one.rank,
            "iri": one.iri,
            "label": self.labels.of(one.iri, self.language),
            **self._more(one.iri),
            "score": one.score,
            "reasons": [self.reason(each, name) for each in one.reasons],
            "against": [self.reason(each, name) for each in one.against],
        }

    def _more(self, iri: str) -> Document:
        """What places a thing: its partnership, its code, its type."""
        facts = self.facts
        if (circle := facts.circles.get(iri)) is not None:
            of = {"partnership": facts.circles[circle.of].label} if circle.is_area else {}
            return {**of, **({"platform": circle.platform_label} if circle.platform else {})}
        if (region := facts.territory.regions.get(iri)) is not None:
            return {"code": region.code, "country": self.labels.of(region.country, self.language)}
        organisation = facts.organisations[iri]
        seat = {"based_in": self.labels.of(organisation.seat, self.language)} if organisation.seat else {}
        return {**({"type": organisation.type_label} if organisation.type else {}), **seat}

    def reason(self, reason: Reason, asker: str) -> Document:
        """One reason: its sentence, its number, the words that say it, and the query that proves it."""
        return {
            "signal": reason.signal,
            "sentence": self.sentences.say(reason, asker, self.language, self.labels.of),
            "number": reason.number,
            "evidence": [self._evidence(each) for each in reason.evidence],
            "sparql": self.proofs[reason.proof].fill(reason.bindings),
        }

    def _evidence(self, excerpt: str) -> Document:
        found = self.facts.excerpts[excerpt]
        place = {"line": int(found.line)} if found.line else {}
        path = {"place": found.path} if found.path else {}
        return {
            "iri": excerpt,
            "quote": found.quote,
            "source": found.source,
            "document": found.document,
            **place,
            **path,
        }


def as_json(document: Document) -> bytes:
    """The document; the same one gives the same bytes."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def as_json_ld(document: Document) -> bytes:
    """The document, with what its keys mean."""
    flat = {**document, "suggestions": list(_all(document))} if "suggestions" in document else document
    return as_json({"@context": CONTEXT, "@type": "schema:ItemList", **flat})


def as_csv(document: Document) -> bytes:
    """A row a reason, for and against."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, _COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for suggestion in _all(document):
        for side in ("reasons", "against"):
            for reason in suggestion[side]:
                first = (reason["evidence"] or [{}])[0]
                writer.writerow({**suggestion, **first, **reason, "iri": suggestion["iri"], "side": side})
    return out.getvalue().encode()


def _all(document: Document) -> Iterator[Document]:
    suggestions: Mapping[str, Sequence[Document]] = document.get("suggestions", {})
    for those in suggestions.values():
        yield from those


def proofs(templates: Iterable[tuple[str, Template]]) -> dict[str, Template]:
    """The proving queries, by the name reasons call them."""
    return {name.removeprefix("proof-"): each for name, each in templates if name.startswith("proof-")}
