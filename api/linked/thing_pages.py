"""A page for each thing: what it is, who takes part, in what it takes part, and the sentences that say so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response

from api.linked.things import Things, Wanted
from api.pages import DOCUMENT, Look
from api.rows import Row, value_of
from regiograph.iris import DCTERMS, FOAF, OA, ORG, PROV, RDF, RDFS, RG, SKOS
from regiograph.linked.addresses import DOCUMENTS, Addresses
from regiograph.linked.description import MOST_MENTIONS, Description, Object, text
from regiograph.linked.schema_org import schema_org
from regiograph.linked.vocabulary import Vocabulary

FORMATS = tuple(
    {"suffix": one.short, "media": one.names[0], "name": name}
    for one, name in zip(DOCUMENTS, ("Turtle", "N-Triples", "RDF/XML", "JSON-LD"), strict=True)
)
_MOST_ROWS = 200
_NAMES = (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel")
_ACTORS = {
    RG + "NutsRegion",
    RG + "Place",
    ORG + "Organization",
    RG + "DigitalInnovationHub",
    RG + "UnresolvedGroup",
}
_TAKEN_PART_IN = {RG + "Partnership", RG + "WorkingArea", RG + "PartnershipEvent"}
_KINDS = (  # the first of a thing's classes that is here says what it is
    *(RG + name for name in ("NutsRegion", "Place", "DigitalInnovationHub", "UnresolvedGroup")),
    ORG + "Organization",
    *(RG + name for name in ("Partnership", "ThematicPlatform", "WorkingArea", "PartnershipEvent")),
    *(RG + name for name in ("ProgressReport", "PartnershipParticipation", "WorkingAreaParticipation")),
    *(RG + name for name in ("EventParticipation", "MentionInDoubt", "MentionToConfirm", "RejectedMention")),
)
_SHORTCUTS = {
    RG + name
    for name in (
        *(
            "leads",
            "coLeads",
            "supportsLeadOf",
            "participatesInPartnership",
            "interestedIn",
            "involvedIn",
            "actsIn",
        ),
        *("invitedTo", "organises", "presentsAt", "worksWith", "coLeadsWith", "hasAnswer", "hasLead"),
        *(
            "hasLeadSupport",
            "hasParticipating",
            "hasInterested",
            "hasWorkingArea",
            "hasEvent",
            "hasAssessment",
        ),
        *("hasResult", "hasCollaboration"),
    )
}
"""What the sections of a page tell better; it stands among all statements, too."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value, ready to be shown."""

    text: str
    href: str = ""
    language: str = ""
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One property and all its values."""

    name: str
    href: str
    values: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence that says so, and where it stands."""

    before: str
    quote: str
    after: str
    where: Shown
    node: str  # the participation it is evidence of
    is_mined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Who takes part in what, in which role, and the sentences that say so."""

    who: Shown
    what: Shown
    kind: str
    role: str
    role_code: str
    partnership: Shown
    periods: tuple[str, ...]
    passages: tuple[Passage, ...]


class ThingPages:
    """Makes the page of a thing."""

    def __init__(self, look: Look, things: Things, vocabulary: Vocabulary) -> None:
        self._look = look
        self._things = things
        self._words = vocabulary

    async def page(self, request: Request, wanted: Wanted, told: Description) -> Response:
        """The page of a thing."""
        view = View(told, self._things.addresses, self._words, wanted.language)
        types = set(told.types())
        name, spoken = told.name(told.thing, wanted.language)
        sections: dict[str, Sequence[object]] = dict.fromkeys(_SECTIONS, ())
        if types & _ACTORS:
            sections["takes_part"] = await self._sayings(request, who=told.thing, language=wanted.language)
        if types & _TAKEN_PART_IN:
            sections["members"] = await self._sayings(request, within=told.thing, language=wanted.language)
        if RG + "Partnership" in types:
            sections |= await self._of_partnership(request, wanted)
        if SKOS + "ConceptScheme" in types:
            own = {"list": told.thing, "language": wanted.language}
            sections["codes"] = self._linked(await self._rows(request, "codes", **own), "code", "list")
        if RG + "ProgressReport" in types:
            sections["answers"] = await self._answers(request, wanted)
        return self._look.page(
            request,
            "thing.html",
            iri=told.thing,
            here=self._things.addresses.local(told.thing) or "",
            name=name,
            spoken=_other(spoken),
            kind=view.kind(),
            facts=tuple(view.facts(short=True)),
            whole=tuple(view.facts(short=False)),
            names=tuple(view.names()),
            pointing=tuple(view.pointing()),
            passages=tuple(view.passages()),
            works_with=tuple(view.others(RG + "worksWith")),
            based_here=tuple(view.pointing_by(RG + "basedIn")),
            next=next_query(told, wanted),
            is_special=any(sections.values()),
            language=wanted.language,
            formats=FORMATS,
            documents=[each.removesuffix(".txt") for each in self.items(told)],
            schema=schema_org(told),
            most_rows=_MOST_ROWS,
            most_mentions=MOST_MENTIONS,
            sections=sections,
        )

    def items(self, told: Description) -> list[str]:
        """The addresses of what the thing consists of, as files: the documents of a report or a source."""
        sources = (told.thing, *told.values(told.thing, PROV + "wasDerivedFrom"))
        found = (self._look.local(each) for each in sources)
        return [f"{each}.txt" for each in found if each]

    async def _sayings(self, request: Request, **given: str) -> Sequence[Saying]:
        rows = await self._rows(request, "participations", **given)
        found: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            key = tuple(value_of(row, name) for name in ("participant", "what", "role"))
            found.setdefault(key, []).append(row)
        return [self._saying(own) for own in found.values()]

    async def _of_partnership(self, request: Request, wanted: Wanted) -> dict[str, Sequence[object]]:
        own = {"partnership": wanted.thing}
        spoken = {**own, "language": wanted.language}
        return {
            "areas": self._linked(await self._rows(request, "working-areas", **own), "area", "report"),
            "events": self._linked(await self._rows(request, "events", **spoken), "event", "report"),
            "goals": self._linked(await self._rows(request, "sdgs", **spoken), "assessment", "report"),
            "reports": self._linked(await self._rows(request, "reports", **own), "report", "document"),
            "changes": self._linked(await self._rows(request, "changes", **own), "member", "from", "to"),
        }

    async def _answers(self, request: Request, wanted: Wanted) -> Sequence[object]:
        rows = await self._rows(request, "answers", report=wanted.thing, language=wanted.language)
        return self._linked(rows, "answer")

    async def _rows(self, request: Request, name: str, **given: str) -> Sequence[Row]:
        return await self._things.rows(request, self._things.question(name), given, _MOST_ROWS)

    def _linked(self, rows: Sequence[Row], *links: str) -> Sequence[Mapping[str, str]]:
        """Rows as plain texts; an address of ours becomes one here."""
        return [
            {
                name: self._href(term["value"]) if name in links else term["value"]
                for name, term in row.items()
            }
            for row in rows
        ]

    def _href(self, iri: str) -> str:
        return self._things.addresses.local(iri) or iri

    def _saying(self, rows: Sequence[Row]) -> Saying:
        row = rows[0]

        def link(iri: str, name: str) -> Shown:
            return Shown(value_of(row, name), self._href(value_of(row, iri)))

        return Saying(
            who=link("participant", "participantName"),
            what=link("what", "whatName"),
            kind=value_of(row, "kind"),
            role=value_of(row, "roleName"),
            role_code=value_of(row, "role").rpartition("/")[2],
            partnership=link("partnership", "partnershipName"),
            periods=tuple(dict.fromkeys(each for row in rows if (each := value_of(row, "period")))),
            passages=tuple(self._passage(each) for each in rows),
        )

    def _passage(self, row: Row) -> Passage:
        return Passage(
            before=value_of(row, "before"),
            quote=value_of(row, "quote") or value_of(row, "nameAsReported"),
            after=value_of(row, "after"),
            where=self._where(row),
            node=self._href(value_of(row, "participation")),
            is_mined=value_of(row, "mined") == "true",
        )

    def _where(self, row: Row) -> Shown:
        if href := self._look.document_link(row):
            return Shown(f"Line {value_of(row, 'line')} of the report", href)
        page = value_of(row, "document")
        if self._things.addresses.local(page) is not None:
            return Shown(f"Line {value_of(row, 'line')} of the source", self._href(page))
        return Shown(page, page, is_outside=True)


_SECTIONS = ("takes_part", "members", "areas", "events", "goals", "reports", "changes", "answers", "codes")


class View:
    """What a description looks like: names and links instead of IRIs."""

    def __init__(
        self, told: Description, addresses: Addresses, vocabulary: Vocabulary, language: str
    ) -> None:
        self._told = told
        self._addresses = addresses
        self._words = vocabulary
        self._language = language

    def kind(self) -> Shown:
        """What the thing is."""
        types = self._told.types()
        best = next((each for each in _KINDS if each in types), None)
        best = best or next((each for each in types if each.startswith(RG)), next(iter(types), ""))
        return Shown(self._words.label(best) if best else "Thing", self._addresses.local(best) or "")

    def facts(self, *, short: bool) -> Iterator[Fact]:
        """The properties of the thing; in short: without names, classes and shortcuts."""
        told = self._told.nodes.get(self._told.thing, {})
        for name, values in sorted(told.items(), key=lambda each: self._words.label(each[0])):
            if short and (name in _SHORTCUTS or name in _NAMES or name == RDF + "type"):
                continue
            yield self._fact(name, (self.shown(each) for each in values))

    def names(self) -> Iterator[tuple[str, str]]:
        """Every name of the thing with its language, the language first in the order of the alphabet."""
        told = self._told.nodes.get(self._told.thing, {})
        labels = {each for name in _NAMES for each in told.get(name, ()) if isinstance(each, Literal)}
        yield from sorted({(each.language or "", each.value) for each in labels})

    def pointing(self) -> Iterator[Fact]:
        """What points to the thing, by property."""
        found: dict[str, list[Shown]] = {}
        for node in self._told.mentions:
            for name, values in self._told.nodes[node].items():
                if any(isinstance(each, NamedNode) and each.value == self._told.thing for each in values):
                    found.setdefault(name, []).append(self.shown(NamedNode(node)))
        for name in sorted(found, key=self._words.label):
            yield self._fact(name, found[name])

    def pointing_by(self, name: str) -> Iterator[Shown]:
        """What points to the thing by one property."""
        yield from (
            each for fact in self.pointing() if fact.name == self._words.label(name) for each in fact.values
        )

    def others(self, name: str) -> Iterator[Shown]:
        """What the thing points to by one property, in the order of names."""
        told = self._told.nodes.get(self._told.thing, {}).get(name, ())
        yield from sorted((self.shown(each) for each in told), key=lambda each: each.text)

    def passages(self) -> Iterator[Shown]:
        """The words of the sources that tell of this thing, each with the address of its place."""
        told = self._told
        for excerpt in (told.thing, *told.values(told.thing, RG + "evidence")):
            for selector in told.values(excerpt, OA + "hasSelector"):
                for quote in told.values(selector, OA + "exact"):
                    yield Shown(quote, self.place(excerpt))

    def place(self, excerpt: str) -> str:
        """The address of an excerpt in the page of its document, or of the web page it is from."""
        value = self._told.values
        source = next(iter(value(excerpt, OA + "hasSource")), "")
        found = re.fullmatch(f"{re.escape(self._addresses.base)}/id/source/({DOCUMENT})", source)
        line = next(iter(value(excerpt, RG + "lineStart")), "")
        if not found or not line:
            return self._addresses.local(source) or source
        given = {
            "line": line,
            "last": next(iter(value(excerpt, RG + "lineEnd")), line),
            "from": next(iter(value(excerpt, RG + "columnStart")), ""),
            "to": next(iter(value(excerpt, RG + "columnEnd")), ""),
        }
        query = {name: word for name, word in given.items() if word}
        return f"/documents/{found[1]}?{urlencode(query)}#L{line}"

    def shown(self, term: Object) -> Shown:
        """A value with its name and its link."""
        if not isinstance(term, NamedNode):
            return Shown(text(term), language=_other(getattr(term, "language", None) or ""))
        here = self._addresses.local(term.value)
        name, spoken = self._name(term.value)
        web = term.value.startswith(("http://", "https://"))
        return Shown(name, here or (term.value if web else ""), _other(spoken), is_outside=here is None)

    def _name(self, iri: str) -> tuple[str, str]:
        if self._told.nodes.get(iri):
            return self._told.name(iri, self._language)
        if iri.startswith((RG, DCTERMS, FOAF, PROV, ORG, SKOS, OA)):
            return self._words.label(iri, self._language), ""
        here = self._addresses.local(iri)
        return (self._told.name(iri)[0], "") if here else (iri, "")

    def _fact(self, name: str, values: Iterator[Shown] | Sequence[Shown]) -> Fact:
        return Fact(self._words.label(name), self._addresses.local(name) or name, tuple(values))


def _other(language: str) -> str:
    """A language that has to be named, since the page is in another."""
    return "" if language == "en" else language


def next_query(told: Description, wanted: Wanted) -> str:
    """The query of the page with the next mentions; empty on the last."""
    if told.after is None:
        return ""
    spoken = {"lang": wanted.language} if wanted.language != "en" else {}
    return urlencode({"after": told.after, **spoken})
