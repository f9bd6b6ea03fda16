"""The doctor's round: terms first, then culprits and their remedies, then what stands behind the pattern."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from regiograph.doctor.cost import costly
from regiograph.doctor.culprits import culprits
from regiograph.doctor.findings import Diagnosis, Finding
from regiograph.doctor.outline import Element, NotUnderstood, Outline, outline
from regiograph.doctor.probes import Ask, Probes
from regiograph.doctor.remedies import Remedy, remedies, together, tried
from regiograph.doctor.terms import Edit, Term, meant, mended, replaced, shorter, terms, undeclared, unknown
from regiograph.doctor.vocabulary import Vocabulary, local
from regiograph.errors import TooBusy

_MOST_PROBES = 120
_SECONDS = 8.0
_EACH = 1.5  # seconds
_ROUNDS = 3
_TRIALS = 10  # remedies tried a round
_AT_ONCE = 2
_MOST_WAITING = 8
_PRECISE = {"language-tag", "case", "datatype", "spelling", "retired-code", "direction", "predicate"}
_MOST_PARTLY = 3
_REMEMBERED = 4  # editions
_LONGEST = 20_000  # characters


class Doctor:
    """Looks at queries. Owns what it remembers of editions; a few patients at once."""

    def __init__(self) -> None:
        self._words: OrderedDict[object, Vocabulary] = OrderedDict()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def diagnose(self, text: str, rows: int, edition: int, dataset: object, ask: Ask) -> Diagnosis:
        """Why a query of an edition (and of some of its graphs) has so few rows; `ask` asks the same.

        Raises:
            TooBusy: too many wait for the doctor.
        """
        if self._waiting >= _MOST_WAITING:
            raise TooBusy(
                "More queries are being explained than this service takes.",
                where="explain",
                way_out="Try again in some seconds.",
            )
        self._waiting += 1
        try:
            return await self._diagnosis(text, rows, edition, dataset, ask)
        finally:
            self._waiting -= 1

    async def _diagnosis(self, text: str, rows: int, edition: int, dataset: object, ask: Ask) -> Diagnosis:
        async with self._room:
            probes = Probes(ask, most=_MOST_PROBES, seconds=_SECONDS, each=_EACH)
            findings = [] if rows else await self._findings(text, (edition, dataset), probes)
            return Diagnosis(
                rows=rows,
                edition=edition,
                findings=tuple(findings),
                probes=probes.asked,
                complete=probes.complete,
            )

    async def expensive(self, text: str, edition: int, dataset: object, ask: Ask) -> tuple[Finding, ...]:
        """What makes a query expensive, from its text and counts alone."""
        if (query := _outline(text)) is None:
            return ()
        probes = Probes(ask, most=2, seconds=3, each=2)
        return tuple(costly(query, await self._vocabulary((edition, dataset), probes)))

    async def _findings(self, text: str, about: object, probes: Probes) -> list[Finding]:
        found: list[Finding] = []
        for _ in range(_ROUNDS):
            if (query := _outline(text)) is None:
                return found or [_not_understood()]
            words = await self._vocabulary(about, probes)
            more, text = await _about_terms(query, words, probes)
            found += more
            if more and more[-1].query:
                return found
            if (query := _outline(text)) is None:
                return found
            guilty = await culprits(query, query.where, probes)
            if guilty is None:
                return found if found else [*found, *await _about_tail(query, probes)]
            if not guilty:
                return found
            remedy, text, helped = await _cured(query, guilty, words, probes)
            found.append(remedy or together(query, guilty))
            if helped or remedy is None:
                return found
        return found

    async def _vocabulary(self, about: object, probes: Probes) -> Vocabulary:
        if about not in self._words:
            words = await Vocabulary.ask(probes)
            if not words.predicates:
                return words
            self._words[about] = words
            while len(self._words) > _REMEMBERED:
                self._words.popitem(last=False)
        self._words.move_to_end(about)
        return self._words[about]


def unreadable(text: str) -> list[Finding]:
    """What may be wrong with a query that the engine cannot read: prefixes that are not declared."""
    found = []
    for token, prefix, namespace in undeclared(text[:_LONGEST]):
        line = text.count("\n", 0, token.start) + 1
        column = token.start - text.rfind("\n", 0, token.start)
        found.append(
            Finding(
                kind="undeclared-prefix",
                what=f"The prefix {prefix}: is not declared.",
                where=f"line {line}, column {column} of the query",
                way_out=f"Begin with PREFIX {prefix}: <{namespace}>"
                if namespace
                else "Declare it with PREFIX.",
                pattern=token.text,
                query=f"PREFIX {prefix}: <{namespace}>\n{text}" if namespace else None,
            )
        )
    return found


async def _about_terms(query: Outline, words: Vocabulary, probes: Probes) -> tuple[list[Finding], str]:
    """Terms the edition does not use; and the query with what was meant, as far as that is known."""
    strangers = await unknown(query, probes)
    retired = await replaced(query, probes)
    edits: list[Edit] = []
    told: list[Finding] = []
    names: Mapping[str, list[str]] = {
        term.iri: await meant(query, term, words, probes)
        for term in {each.iri: each for each in strangers}.values()
        if term.iri not in retired
    }
    for term in strangers:
        if term.iri not in retired:
            told.append(_stranger(query, term, names[term.iri]))
            edits += _edits(query, term, names[term.iri])
    for term, new in _retired(query, retired):
        told.append(_recoded(query, term, new))
        edits += _edits(query, term, new)
    if not edits:
        return told, query.text
    text = mended(query.text, edits)
    rows = await probes.count(text)
    if not rows and len(names) == 1 and not retired:
        for other in next(iter(names.values()))[1:]:
            edits = [edit for term in strangers for edit in _edits(query, term, [other])]
            if rows := await probes.count(mended(query.text, edits)):
                text = mended(query.text, edits)
                break
    if rows:
        told[-1] = replace(told[-1], query=text, rows=rows)
    return told, text


def _stranger(query: Outline, term: Term, names: list[str]) -> Finding:
    written = [shorter(each, query.prefixes) for each in names]
    if names and _is_of_prefix(term, names[0]):
        prefix = term.token.text.partition(":")[0]
        way_out = f"Declare PREFIX {prefix}: <{names[0].removesuffix(local(term.iri))}>"
    elif names:
        way_out = f"Did you mean {written[0]}?" + (f" Or {', '.join(written[1:])}." if names[1:] else "")
    else:
        way_out = "Look it up in the ontology, or at /queries."
    uses = {"predicate": "No fact has the predicate", "class": "Nothing is of the class"}
    return Finding(
        kind="unknown-term",
        what=f"{uses.get(term.use, 'This edition does not know')} {term.token.text}.",
        where=query.line(term.token.start),
        way_out=way_out,
        pattern=term.token.text,
    )


def _retired(query: Outline, found: Mapping[str, list[str]]) -> list[tuple[Term, list[str]]]:
    return [(term, found[term.iri]) for term in terms(query) if term.use == "thing" and term.iri in found]


def _recoded(query: Outline, term: Term, new: list[str]) -> Finding:
    names = ", ".join(shorter(each, query.prefixes) for each in new)
    return Finding(
        kind="retired-code",
        what=f"{term.token.text} is a retired code: it was replaced by {names}.",
        where=query.line(term.token.start),
        way_out=f"Ask for {names}.",
        pattern=term.token.text,
    )


def _edits(query: Outline, term: Term, names: list[str]) -> list[Edit]:
    if not names:
        return []
    token = term.token
    if _is_of_prefix(term, names[0]):
        return _declaration(query, token.text.partition(":")[0], names[0].removesuffix(local(term.iri)))
    text = shorter(names[0], query.prefixes)
    return [Edit(start=token.start, end=token.start + len(token.text), text=text)]


def _is_of_prefix(term: Term, meant: str) -> bool:
    """Whether it is the prefix that is declared otherwise than the edition has it."""
    return term.token.kind == "name" and local(term.iri) == local(meant)


def _declaration(query: Outline, prefix: str, namespace: str) -> list[Edit]:
    """Declares a prefix otherwise."""
    for name, iri in pairwise(query.stream):
        if name.text == f"{prefix}:" and iri.kind == "iri" and iri.start < query.where.start:
            return [Edit(start=iri.start, end=iri.start + len(iri.text), text=f"<{namespace}>")]
    return []


async def _cured(
    query: Outline, guilty: tuple[Element, ...], words: Vocabulary, probes: Probes
) -> tuple[Finding | None, str, bool]:
    """The first remedy that helps; or one after which something else is the culprit."""
    trials = 0
    partly: list[Remedy] = []
    async for remedy in remedies(query, guilty, words, probes):
        if trials >= _TRIALS:
            break
        trials += 1
        text = tried(query, remedy)
        if rows := await probes.count(text):
            return remedy.finding(query, text, rows), text, True
        if remedy.kind in _PRECISE and len(partly) < _MOST_PARTLY:
            partly.append(remedy)
    for remedy in partly:
        text = tried(query, remedy)
        if await _is_past(text, remedy, probes):
            return replace(remedy.finding(query, text, 0), query=None, rows=None), text, False
    return None, query.text, False


async def _is_past(text: str, remedy: Remedy, probes: Probes) -> bool:
    """Whether, with a remedy, the culprits are others than the pattern it changed."""
    if (query := _outline(text)) is None:
        return False
    place = remedy.edits[0].start
    guilty = await culprits(query, query.where, probes)
    return guilty is None or not any(one.start <= place < one.end for one in guilty)


async def _about_tail(query: Outline, probes: Probes) -> list[Finding]:
    """The pattern has matches: it is HAVING, LIMIT or OFFSET that leaves nothing."""
    without = query.text[: query.where.end]
    rows = await probes.count(f"{without} LIMIT 1")
    if not rows and "GROUP" not in query.tail.upper():
        return []
    words = [token.text.upper() for token in query.stream if token.start >= query.where.end]
    guilty = [word for word in ("HAVING", "OFFSET", "LIMIT", "VALUES") if word in words]
    if not guilty:
        return []
    place = next(
        token for token in query.stream if token.start >= query.where.end and token.text.upper() == guilty[0]
    )
    return [
        Finding(
            kind="modifier",
            what=f"The pattern has matches; {guilty[0]} leaves none of them.",
            where=query.line(place.start),
            way_out=f"Change or leave out {guilty[0]}.",
            pattern=query.text[place.start :].strip(),
        )
    ]


def _outline(text: str) -> Outline | None:
    if len(text) > _LONGEST:
        return None
    try:
        return outline(text)
    except (NotUnderstood, IndexError):
        return None


def _not_understood() -> Finding:
    return Finding(
        kind="not-understood",
        what="This query has a form that cannot be taken apart here.",
        where="the query",
        way_out="Leave its patterns out one by one to see which of them has no match.",
    )
