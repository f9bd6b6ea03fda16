"""Names in sentences, where a list was asked for: "The work is led by Tuscany, together with Navarre"."""

import re
from collections.abc import Iterator

from ingest.form import Passage
from ingest.lists import Item, Names
from ingest.questionnaire import plain
from ingest.wording import Wording

_LONGEST = 7  # words of a name within a sentence
_SMALL_WORD = re.compile(r"(?<![\w-])[^\W\d_A-ZÀ-ÞΑ-ΩА-Я]{2,}(?![\w-])")
_CAPITAL_WORD = re.compile(r"(?<!\w)[A-ZÀ-ÞΑ-ΩА-Я][\w’'-]+")
_ASIDE = re.compile(r"(?:since|until|from|in|at|on|depuis|seit|desde|dal)\s", re.IGNORECASE)
_PREPOSITION = re.compile(r"(?:with|by|from|among)\s+(?:the\s+)?(?=[^\W\d_a-z])|The$")
_CAPITAL_NEXT = re.compile(r"\s[^\W\d_a-z]")
_WHERE = re.compile(r"\b(?:in|from|of|en|de|aus|dans|z|w)\s+$")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3}|[^\W_]{2}\))\.\s+(?=[^\W\d_a-z])")


class Sentences:
    """Tells sentences from names, and finds the names that they tell."""

    def __init__(self, words: Wording, names: Names) -> None:
        self._words = words
        self._names = names

    def is_aside(self, passage: Passage) -> bool:
        """Whether what stands between names is none: "since March 2020", "Besides the two leaders"."""
        small = len(_SMALL_WORD.findall(passage.text))
        aside = _ASIDE.match(passage.text) is not None or (small > 1 and not _has_name(passage))
        return aside and not self._names.known(plain(passage.text))

    def is_told(self, text: str) -> bool:
        """Whether a text is a sentence, or a part of one: it has a verb, and words that are no names."""
        small = _SMALL_WORD.findall(text)
        return len(small) > 1 and self._words.says("verbs", text) and not self._names.known(plain(text))

    def regions_in(self, item: Item) -> list[Item]:
        """An item of a list of regions; where it is not a name, but tells some, those."""
        passage = item.passage
        if not _SMALL_WORD.search(passage.text) or self._names.known(plain(passage.text)):
            return [item]
        if self._words.divides("acting", passage.text):
            return [item]  # "Scottish Enterprise on behalf of Scotland"
        found = list(self._known_in(passage))
        covered = " ".join(each.passage.text for each in found)
        if not found and self.is_told(passage.text) and not _has_name(passage):
            return []  # "The region in charge still has to be appointed"
        names_all = all(word in covered for word in _CAPITAL_WORD.findall(passage.text))
        told = len(_SMALL_WORD.findall(passage.text)) > 2 or self.is_told(passage.text)
        return found if found and (names_all or told) else [item]

    def _known_in(self, passage: Passage) -> Iterator[Item]:
        """The known names in sentences; not of those who left, nor "in Austria" beside others."""
        for sentence in _parts(passage):
            if self._words.says("no_longer", sentence.text):
                continue
            found = list(self._spans(sentence.text))
            apart = [span for span in found if not _WHERE.search(sentence.text[: span[0]])]
            for start, end in apart or found:
                yield Item(passage=sentence.part(start, end), told=True)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where known names stand in a text, outside brackets; of several that overlap the longest."""
        bare = re.sub(r"\([^()]*\)", lambda match: " " * len(match[0]), text)
        words = [match.span() for match in re.finditer(r"[^\s,;:()]*[^\W_]", bare)]
        at = 0
        while at < len(words):
            start = words[at][0]
            ends = (last for last in range(min(len(words), at + _LONGEST), at, -1))
            end = next((last for last in ends if self._is_name(bare[start : words[last - 1][1]])), at)
            if end > at and not _CAPITAL_NEXT.match(bare[words[end - 1][1] :]):  # "Scottish Enterprise"
                yield start, words[end - 1][1]
            at = max(end, at + 1)

    def _is_name(self, text: str) -> bool:
        first, last = text.split()[0], text.split()[-1]
        return first[:1].isupper() and last[:1].isupper() and len(text) > 3 and self._names.known(plain(text))

    def named_in(self, passage: Passage) -> Passage | None:
        """What a part of a sentence names: what stands behind its verb, or else before it; all of a name."""
        if not self.is_told(passage.text):
            return _without_preposition(passage)
        verb = self._words.find("verbs", passage.text)
        before, behind = passage.text[: verb.start()], passage.text[verb.end() :]
        if name := re.search(r"(?<=\s)[^\W\d_a-z]", behind):
            return _without_preposition(passage.part(verb.end() + name.start(), len(passage.text)))
        named = re.search(r"\s[^\W\d_a-z]|^[^\W\d_a-z]\S*\s*$", before)
        return passage.part(0, verb.start()).strip() if named and verb.start() else None


def _parts(passage: Passage) -> Iterator[Passage]:
    start = 0
    for match in _SENTENCE_END.finditer(passage.text):
        yield passage.part(start, match.start() + 1)
        start = match.end()
    yield passage.part(start, len(passage.text))


def has_capital(item: Item) -> bool:
    """Whether an item holds a word that may be a name's; groups have none: "local authorities"."""
    text = item.passage.text
    return re.search(r"[^\W\d_a-z]", text) is not None or len(text.split()) < 4


def _has_name(passage: Passage) -> bool:
    """Whether sentences may hold a name: a capital that does not begin one."""
    return any(re.search(r"\S\s+\W*[^\W\d_a-z]", each.text.strip()) for each in _parts(passage))


def _without_preposition(passage: Passage) -> Passage:
    """ "with the European Investment Fund" """
    start = _PREPOSITION.match(passage.text)
    return (
        passage.part(start.end(), len(passage.text)) if start and start.end() < len(passage.text) else passage
    )
