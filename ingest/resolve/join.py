"""Two forms of one organisation in one report → one entity. Knows only organisations of no register."""

import re
from collections.abc import Mapping
from dataclasses import replace

from ingest.report import Mention
from ingest.resolve.names import fold, tidy
from ingest.resolve.resolution import Candidate, Entity, Kind, Outcome, Resolution

_FORMS = re.compile(
    r"^(?P<one>.+?)\s*(?:\((?P<inner>[^()]+)\)|\[(?P<square>[^\[\]]+)\]|\s[–—-]\s(?P<other>.+))$"
)
_SMALL = frozenset(
    [
        "a",
        "and",
        "et",
        "und",
        "y",
        "e",
        "i",
        "of",
        "the",
        "for",
        "de",
        "des",
        "du",
        "del",
        "della",
        "di",
        "la",
        "le",
        "les",
        "el",
        "für",
        "der",
        "die",
        "das",
        "van",
        "voor",
        "da",
        "do",
    ]
)


def join_new(decisions: Mapping[Mention, Resolution]) -> dict[Mention, Resolution]:
    """The decisions, with NEW organisations that the report itself says are one made one entity.

    "REVES - European Network of …" is "REVES", "X (ABC)" is "ABC" and "X" where ABC is made of X's initials;
    names that differ in case, accents and punctuation are one, too. A form that a register knows wins over
    a new one. Pure: the same decisions in any order give the same answer.
    """
    named = [
        mention
        for mention, decision in decisions.items()
        if _is_organisation(decision) and decision.outcome in (Outcome.NEW, Outcome.SURE, Outcome.PROBABLE)
    ]
    longer = _longer({mention.text for mention in named})
    forms = {mention: _forms(mention.text, longer) for mention in named}
    groups = _Groups()
    for mention in forms:
        for form in forms[mention]:
            groups.join(f"m:{id(mention)}", f"f:{form}")
    members: dict[str, list[Mention]] = {}
    for mention in forms:
        members.setdefault(groups.top(f"m:{id(mention)}"), []).append(mention)
    joined = dict(decisions)
    for group in members.values():
        if entity := _one(group, decisions):
            for mention in group:
                joined[mention] = _as(decisions[mention], entity)
    return joined


def _longer(texts: set[str]) -> dict[str, set[str]]:
    """For each short name the long ones that some name gives it: "ABC" of "X (ABC)"."""
    found: dict[str, set[str]] = {}
    for pair in filter(None, map(_two, texts)):
        for short, long in (pair, pair[::-1]):
            if _is_acronym(short) and fold(short) in {fold(tidy(text)) for text in texts}:
                found.setdefault(fold(short), set()).add(fold(long))
    return found


def _two(text: str) -> tuple[str, str] | None:
    match = _FORMS.match(tidy(text))
    return (match["one"], match["inner"] or match["square"] or match["other"]) if match else None


def _forms(text: str, longer: Mapping[str, set[str]]) -> tuple[str, ...]:
    """The ways of writing that one name gives: whole; and, where it says so, its short and its long form.

    Initials say so; else the short form must stand alone elsewhere, and have one long form only.
    """
    keys = [fold(tidy(text))]
    if pair := _two(text):
        for short, long in (pair, pair[::-1]):
            if _is_short_for(short, long) or (_is_acronym(short) and longer.get(fold(short)) == {fold(long)}):
                keys += [fold(short), fold(long)]
    return tuple(dict.fromkeys(key for key in keys if key))


def _is_acronym(short: str) -> bool:
    return " " not in short and short.isalpha() and len(short) > 2 and sum(map(str.isupper, short)) > 1


def _is_short_for(short: str, long: str) -> bool:
    """Whether a word written as an acronym has its letters, in order, among the initials of a name."""
    letters = fold(short).replace(" ", "")
    capitals = sum(char.isupper() for char in short)
    if not 2 <= len(letters) <= 12 or " " in short.strip() or capitals < 2 or len(long.split()) < 2:
        return False
    words = [word for word in fold(long).split() if word not in _SMALL]
    return (
        bool(words) and (letters[0] == words[0][0] or letters[-1] == words[-1][0]) and _within(letters, words)
    )


def _within(letters: str, words: list[str]) -> bool:
    """Whether most letters are initials of the words, in order."""
    at = hits = 0
    for word in words:
        if at < len(letters) and word[0] == letters[at]:
            at += 1
            hits += 1
        elif (later := letters.find(word[0], at)) >= 0 and later - at <= 1:
            at, hits = later + 1, hits + 1
    return hits >= 2 and hits * 2 >= len(letters)


def _one(group: list[Mention], decisions: Mapping[Mention, Resolution]) -> Entity | None:
    """The entity of a group with something new in it; None where it stays as it is."""
    entities = {entity.key: entity for mention in group if (entity := decisions[mention].entity)}
    new = {
        decision.entity.key
        for m in group
        if (decision := decisions[m]).outcome is Outcome.NEW and decision.entity
    }
    known = [entity for key, entity in sorted(entities.items()) if key not in new]
    if len(entities) < 2 or not new or len(known) > 1:
        return None
    if known:
        return known[0]
    return min((entities[key] for key in new), key=lambda entity: (len(entity.label), entity.key))


def _as(decision: Resolution, entity: Entity) -> Resolution:
    if decision.entity == entity:
        return decision
    known = Candidate(entity=entity, score=decision.score, reason="another form in the same report")
    return replace(decision, entity=entity, method=known.reason, candidates=(known, *decision.candidates))


def _is_organisation(decision: Resolution) -> bool:
    return decision.entity is not None and decision.entity.kind is Kind.ORGANISATION


class _Groups:
    """Which names belong together, by what they share."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def top(self, name: str) -> str:
        """The name that stands for a group."""
        while self._above.get(name, name) != name:
            name = self._above[name]
        return name

    def join(self, one: str, other: str) -> None:
        """Put two names into one group."""
        first, second = sorted((self.top(one), self.top(other)))
        self._above[second] = first
