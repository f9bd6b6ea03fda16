"""Free text → events, results, assistance and links, each with its passage. Phrases are data (mining.toml).

Careful by design: a sentence that fits no phrase yields nothing, and all that is found is marked as mined.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ingest.dates import understand as understand_date
from ingest.form import Passage
from ingest.lists import Names, split
from ingest.questionnaire import Questionnaire, fold, plain
from ingest.report import (
    Assistance,
    Collaboration,
    Event,
    Expected,
    Mention,
    Report,
    Result,
    Role,
    State,
    WorkingArea,
)

_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_WORD = re.compile(r"[^\W_][\w.'’&-]*")
_JOINER = re.compile(r"\W(?:and|or|of|for|in|to|with|by|at|on|the)$", re.IGNORECASE)  # no name ends so
_ACRONYM = re.compile(r"\b[A-Z]{2,}s?\b")
_LONGEST_NAME = 8  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The phrases of mining.toml, compiled."""

    nothing: re.Pattern[str]
    gathering: re.Pattern[str]
    joint: re.Pattern[str]
    assistance: re.Pattern[str]
    ended: re.Pattern[str]
    delivered: re.Pattern[str]
    status: tuple[tuple[str, re.Pattern[str]], ...]
    common: frozenset[str]  # words of working-area titles that link nothing by themselves
    link_clauses: tuple[re.Pattern[str], ...]
    link_end: re.Pattern[str]
    link_separators: re.Pattern[str]
    link_planned: re.Pattern[str]

    @classmethod
    def read(cls, path: Path | None = None) -> "Phrases":
        """The phrases from their data file."""
        data = tomllib.loads((path or Path(__file__).parent / "mining.toml").read_text(encoding="utf-8"))
        links: dict[str, Any] = data["links"]
        return cls(
            nothing=_either(data["nothing"]),
            gathering=_one(data["gathering"]),
            joint=_one(data["joint"]),
            assistance=re.compile(data["assistance"]),
            ended=_one(data["ended"]),
            delivered=_one(data["delivered"]),
            status=tuple((name, _either(phrases)) for name, phrases in data["status"].items()),
            common=frozenset(data["common"]),
            link_clauses=tuple(_one(clause) for clause in links["clauses"]),
            link_end=_one(links["end"]),
            link_separators=_one(links["separators"]),
            link_planned=_either(links["planned"]),
        )


def _one(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _either(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def mine(report: Report, questionnaire: Questionnaire, names: Names, phrases: Phrases) -> Report:
    """The report with what its free text tells."""
    miner = _Miner(report, questionnaire, names, phrases)
    return replace(
        report,
        events=tuple(miner.events()),
        results=tuple(miner.results()),
        assistance=tuple(miner.assistance()),
        collaborations=tuple(miner.collaborations()),
    )


class _Miner:
    def __init__(self, report: Report, questionnaire: Questionnaire, names: Names, phrases: Phrases) -> None:
        self.report = report
        self.questionnaire = questionnaire
        self.names = names
        self.phrases = phrases

    # --- events ---

    def events(self) -> Iterator[Event]:
        """The events of the tables with their organisers and areas, then those told in free text."""
        for event in self.report.events:
            about = f"{event.title.text} {event.other.text if event.other else ''}"
            yield replace(event, participants=tuple(self._organisers(event.title)), area=self._area(about))
        for question in self.questionnaire.questions:
            if question.kind == "text" and (passage := self._told(question.key)):
                yield from self._gatherings(passage)

    def _organisers(self, title: Passage) -> Iterator[Mention]:
        match = self.phrases.joint.search(title.text)
        if not match:
            return
        for start, end in _between(self.phrases.link_separators, title.text, *match.span("names")):
            if known := self._known_start(title.part(start, end)):
                yield _mention(known, Role.ORGANISER)

    def _gatherings(self, passage: Passage) -> Iterator[Event]:
        match = self.phrases.gathering.search(passage.text)
        if not match or match.end() >= len(passage.text):
            return
        title = passage.part(*match.span("title"))
        listed = passage.part(match.end(), len(passage.text)).strip()
        items = split(listed, names=self.names) if listed else ()
        yield Event(
            status="past",
            title=title,
            when=None,
            place_name=None,
            mode=None,
            other=None,
            participants=tuple(_mention(item.passage, Role.INVITED, item.country) for item in items),
            area=self._area(title.text),
            mined=True,
        )

    # --- results and assistance ---

    def results(self) -> Iterator[Result]:
        """One result a paragraph; a paragraph "head: A: …; B: …" has a part for each of A and B."""
        for question in self.questionnaire.questions:
            passage = self._told(question.key) if question.mine else None
            if passage:
                for paragraph, area in self._paragraphs(passage):
                    if not self.phrases.assistance.search(paragraph.text):
                        yield from self._result(question.mine, paragraph, area)

    def assistance(self) -> Iterator[Assistance]:
        """Paragraphs that tell of technical assistance, with what it delivered."""
        for question in self.questionnaire.questions:
            passage = self._told(question.key) if question.mine else None
            if passage:
                for paragraph, area in self._paragraphs(passage):
                    if self.phrases.assistance.search(paragraph.text):
                        yield self._assistance(paragraph, area)

    def _result(self, kind: str, paragraph: Passage, area: int | None) -> Iterator[Result]:
        pages = tuple(url.rstrip(".,;") for url in _URL.findall(paragraph.text))
        title = _first_sentence(paragraph)
        if title is None:
            return
        parts = tuple(self._parts(kind, paragraph, area))
        if parts:
            title = _tidy(title.part(0, title.text.find(":"))) if ":" in title.text else title
        if title is None:
            return
        yield Result(
            kind=kind,
            title=title,
            status=self._status(title.text.split(";")[0]),
            contributors=() if parts else tuple(_mention(name, None) for name in self._names_in(title)),
            area=area,
            parts=parts,
            pages=pages,
        )

    def _parts(self, kind: str, paragraph: Passage, area: int | None) -> Iterator[Result]:
        """The "Name : what" pairs of a paragraph, where there are two or more."""
        pairs = []
        for start, end in _between(re.compile(r";|\n"), paragraph.text, 0, len(paragraph.text)):
            clause = paragraph.part(start, end)
            pieces = clause.text.rsplit(":", 1)
            head = pieces[0].rsplit(":", 1)[-1]
            who = clause.find(head.strip()) if len(pieces) == 2 and head.strip() else None
            what = (
                _tidy(clause.part(len(pieces[0]) + 1, len(clause.text))) if pieces[1:] and pieces[1] else None
            )
            if who and what and self.names.known(plain(who.text)):
                pairs.append((who, what))
        if len(pairs) < 2:
            return
        for who, what in pairs:
            contributors = (who, *self._names_in(what))
            yield Result(
                kind=kind,
                title=what,
                status=self._status(what.text),
                contributors=tuple(_mention(name, None) for name in contributors),
                area=area,
            )

    def _assistance(self, paragraph: Passage, area: int | None) -> Assistance:
        delivered = self.phrases.delivered.search(paragraph.text)
        told = paragraph.part(0, delivered.start()) if delivered and delivered.start() else paragraph
        ended = self.phrases.ended.search(told.text)
        when = understand_date(told.part(*ended.span("when"))) if ended else None
        items = []
        if delivered:
            for start, end in _between(re.compile(r";|\n"), paragraph.text, *delivered.span("list")):
                if title := _tidy(paragraph.part(start, end)):
                    items.append(Result(kind="Result", title=title, status="achieved", area=area))
        return Assistance(
            passage=told.part(0, ended.end()) if ended else (_first_sentence(told) or paragraph),
            ended=_as_precise(when.start.isoformat(), when.precision) if when and when.start else "",
            deliverables=tuple(items),
            area=area,
        )

    def _paragraphs(self, passage: Passage) -> Iterator[tuple[Passage, int | None]]:
        """The paragraphs of an answer with the area each is about: its own, else the one before's."""
        area = None
        for start, end in _between(re.compile(r"\n[ \t\r]*\n"), passage.text, 0, len(passage.text)):
            paragraph = passage.part(start, end).strip()
            if paragraph:
                area = self._area(paragraph.text) or area
                yield paragraph, area

    def _status(self, text: str) -> str:
        return next((name for name, phrase in self.phrases.status if phrase.search(text)), "achieved")

    def _area(self, text: str) -> int | None:
        """The working area whose title a text alludes to: by two words of its own, or by an acronym."""
        best, found = 1, None
        words = set(fold(text).split())
        for area, weights in self._weights:
            shared = sum(weights[word] for word in weights.keys() & words)
            if shared > best:
                best, found = shared, area.number
        return found

    @cached_property
    def _weights(self) -> list[tuple[WorkingArea, dict[str, int]]]:
        """The words that only one working area has in its title; an acronym counts for two."""
        titles = [(area, set(_title_words(area))) for area in self.report.areas]
        count = Counter(word for _, words in titles for word in words)
        name = set(fold(self.report.partnership.text).split()) if self.report.partnership else set()
        return [
            (
                area,
                {
                    word: 2 if word in _acronyms(area) else 1
                    for word in words - name - self.phrases.common
                    if count[word] == 1
                },
            )
            for area, words in titles
        ]

    # --- links to others ---

    def collaborations(self) -> Iterator[Collaboration]:
        """One link a paragraph, named by its best clause; counterparts from all its clauses."""
        for question in self.questionnaire.questions:
            passage = self._told(question.key) if question.links else None
            if passage:
                for paragraph, _ in self._paragraphs(passage):
                    yield from self._collaboration(paragraph, fallback=not question.mine)

    def _collaboration(self, paragraph: Passage, *, fallback: bool) -> Iterator[Collaboration]:
        clauses = [
            self._clause(paragraph, match)
            for pattern in self.phrases.link_clauses
            for match in pattern.finditer(paragraph.text)
        ]
        title = clauses[0] if clauses else _first_sentence(paragraph) if fallback else None
        if title is None:
            return
        counterparts: dict[str, Mention] = {}
        for clause in clauses:
            for start, end in _between(self.phrases.link_separators, clause.text, 0, len(clause.text)):
                if named := self._counterpart(clause.part(start, end)):
                    counterparts.setdefault(fold(named.text), _mention(named, None))
        yield Collaboration(
            title=title,
            label=_readable(title.text),
            status="planned" if self.phrases.link_planned.search(title.text) else "ongoing",
            counterparts=tuple(counterparts.values()),
        )

    def _clause(self, paragraph: Passage, match: re.Match[str]) -> Passage:
        end = self.phrases.link_end.search(paragraph.text, match.end())
        return paragraph.part(match.start(), end.start() if end else len(paragraph.text))

    def _counterpart(self, phrase: Passage) -> Passage | None:
        """The known name or the described group that a phrase begins with; "DIHs" alone names nobody."""
        lead = re.match(r"\s*(?:the|our|its|other)?\s*", phrase.text, re.IGNORECASE)
        start = lead.end() if lead else 0
        bare = phrase.part(start, len(phrase.text)).strip() if start < len(phrase.text) else None
        if bare is None:
            return None
        if 2 < len(bare.text.split()) <= _LONGEST_NAME and self.names.is_group(bare.text):
            return bare
        return self._known_start(bare)

    # --- pieces ---

    def _told(self, key: str) -> Passage | None:
        """A text answer that tells something."""
        answer = self.report.answers[key]
        if answer.state is not State.ANSWERED or answer.passage is None:
            return None
        return (
            None if self.phrases.nothing.fullmatch(plain(answer.passage.text).rstrip(".")) else answer.passage
        )

    def _known_start(self, phrase: Passage) -> Passage | None:
        """The longest known name that a phrase begins with."""
        ends = [match.end() for match in _WORD.finditer(phrase.text)][:_LONGEST_NAME]
        start = next((match.start() for match in _WORD.finditer(phrase.text)), 0)
        for end in reversed(ends):
            if _JOINER.search(phrase.text[start:end]):
                continue
            if self.names.known(plain(phrase.text[start:end])):
                return phrase.part(start, end)
        return None

    def _names_in(self, passage: Passage) -> Iterator[Passage]:
        """The known names in a text, longest first at each place; a name begins with a capital letter."""
        at = 0
        while match := _WORD.search(passage.text, at):
            at = match.end()
            if match[0][0].isupper() and (
                known := self._known_start(passage.part(match.start(), len(passage.text)))
            ):
                yield known
                at = match.start() + len(known.text)


def _mention(passage: Passage, role: Role | None, country: str = "") -> Mention:
    return Mention(passage=passage, role=role, expected=Expected.ANY, country=country, mined=True)


def _title_words(area: WorkingArea) -> list[str]:
    return fold(area.title.text).split() if area.title else []


def _acronyms(area: WorkingArea) -> set[str]:
    return {fold(word) for word in _ACRONYM.findall(area.title.text)} if area.title else set()


def _between(separator: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans between separators, without those that hold no word."""
    for match in separator.finditer(text, start, end):
        if re.search(r"\w", text[start : match.start()]):
            yield start, match.start()
        start = match.end()
    if re.search(r"\w", text[start:end]):
        yield start, end


def _tidy(passage: Passage) -> Passage | None:
    """Without the spaces, colons and semicolons around it."""
    text = passage.text.strip(" \t\r\n;:,.–-")
    return passage.find(text) if re.search(r"\w", text) else None


def _first_sentence(paragraph: Passage) -> Passage | None:
    """The first sentence of a paragraph, on the line it begins; addresses are not sentences."""
    for line_start, line_end in _between(re.compile(r"\n"), paragraph.text, 0, len(paragraph.text)):
        line = paragraph.text[line_start:line_end]
        if _URL.search(line) and not re.search(r"\w", _URL.sub("", line)):
            continue
        stop = re.search(r"(?<=\w{3})[.!?](?=\s+[A-ZÀ-Þ«\"“]|\s*$)", line)
        return _tidy(paragraph.part(line_start, line_start + (stop.start() if stop else len(line))))
    return None


def _readable(text: str) -> str:
    """A clause as a label: capital first, and not "A and A" at its end."""
    label = re.sub(r"\b(\w.{2,}?)\s+and\s+\1$", r"\1", plain(text))
    return label[:1].upper() + label[1:]


def _as_precise(day: str, precision: str | None) -> str:
    return {"year": day[:4], "day": day}.get(precision or "", day[:7])
