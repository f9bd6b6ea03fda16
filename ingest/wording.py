"""The phrases people use, by what they mean, compiled once: what of them a text says, or begins with."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property

Fold = Callable[[str], str]


class Wording:
    """The lists of phrases of a questionnaire's data file."""

    def __init__(self, words: Mapping[str, tuple[str, ...]], fold: Fold) -> None:
        self._words = words
        self._fold = fold
        self._folded: dict[tuple[str, ...], frozenset[str]] = {}
        self._telling: dict[tuple[str, ...], tuple[str, ...]] = {}  # a word of each phrase, by meanings
        self._compiled: dict[tuple[str, str], re.Pattern[str]] = {}

    def phrases(self, group: str) -> tuple[str, ...]:
        """The phrases of one meaning, as written."""
        return self._words[group]

    def folded(self, *groups: str) -> frozenset[str]:
        """The phrases of some meanings, folded for comparing."""
        if groups not in self._folded:
            self._folded[groups] = frozenset(
                self._fold(each) for group in groups for each in self._words[group]
            )
        return self._folded[groups]

    def may_hold(self, groups: tuple[str, ...], text: str) -> bool:
        """Whether a text may hold a phrase of some meanings: a quick look that overlooks none."""
        if not text.isascii():  # letters beyond ASCII may be alike, case ignored, in more ways than one
            return True
        if groups not in self._telling:
            phrases = (phrase for group in groups for phrase in self._words[group])
            words = {max(phrase.lower().split(), key=len) for phrase in phrases}
            shortest = {word for word in words if not any(each in word for each in words - {word})}
            self._telling[groups] = tuple(sorted(shortest))
        return any(map(text.lower().__contains__, self._telling[groups]))

    def says(self, group: str, text: str) -> bool:
        """Whether a text holds one of the phrases, as words of their own."""
        return self._pattern("says", group, r"(?<!\w)(?:{})(?!\w)").search(text) is not None

    def find(self, group: str, text: str) -> re.Match[str]:
        """The first of the phrases in a text that `says` one.

        Raises:
            LookupError: it says none.
        """
        if found := self._pattern("says", group, r"(?<!\w)(?:{})(?!\w)").search(text):
            return found
        raise LookupError(group)

    def begins(self, group: str, text: str) -> int | None:
        """Where the phrase that a text begins with ends, the longest of several; None where there is none."""
        found = self._pattern("begins", group, r"[\s,(+&\"'“”„«]*(?:{})(?!\w)[\s:,]*").match(text)
        if found:
            return found.end()
        plus = re.match(r"\s*[+&]\s*", text) if "plus" in self._words[group] else None
        return plus.end() if plus else None

    def ends(self, group: str, text: str) -> re.Match[str] | None:
        """The phrase that a text ends with, behind a comma or an "and"; its group 1 is the phrase."""
        joint = r"[\s,;+&]+(?:(?:and|et|und|y|e|en|och|og|i)\s+)?({})[\s.)]*$"
        return self._pattern("ends", group, joint).search(text)

    def divides(self, group: str, text: str) -> re.Match[str] | None:
        """A phrase with something on both sides of it: "X with the support of Y"."""
        found = self._pattern("divides", group, r"[\s,(]+(?:{})(?:\s+|(?<=['’]))").search(text)
        return found if found and found.start() and found.end() < len(text) else None

    def marks(self, group: str, text: str) -> bool:
        """Whether one of the phrases stands before a text, with a colon or dash, or in brackets."""
        frame = r"^\W*(?:{})\s*[:–—-]\s*\S|[(\[]\s*(?:{})\s*[)\],;:–—-]"
        return self._pattern("marks", group, frame).search(text) is not None

    def announced(self, text: str) -> list[re.Match[str]]:
        """Where words say who leads, or leads together (group `both`): "Lead: X; co-lead: Y"."""
        return list(self._leading.finditer(text))

    def blanked(self, text: str) -> str:
        """A text with the words that say how an event is held, or that nobody knows yet, as NULs."""
        return self._how.sub(lambda match: "\0" * len(match[0]), text)

    def _pattern(self, use: str, group: str, frame: str) -> re.Pattern[str]:
        if (use, group) not in self._compiled:
            text = frame.replace("{}", either(self._words[group]))
            self._compiled[use, group] = re.compile(text, re.IGNORECASE)
        return self._compiled[use, group]

    @cached_property
    def _leading(self) -> re.Pattern[str]:
        both, one = either(self._words["co_lead_phrases"]), either(self._words["lead_phrases"])
        behind = r"(?<=\b(?:by|of|da|de))\s+|(?<=\b(?:par|von|por))\s+"
        return re.compile(
            rf"(?:^|[\n;,(])\s*(?:(?P<both>{both})|{one})(?:\s*[:–]\s*|{behind}|\s+-\s+)"
            rf"|\s(?:(?P<both_told>{both})|{one})(?:{behind})",  # "The partnership is led by"
            re.IGNORECASE,
        )

    @cached_property
    def _how(self) -> re.Pattern[str]:
        groups = ("online", "hybrid", "undecided", "no_place", "in_person")
        words = sorted({word for group in groups for word in self._words[group]}, key=len, reverse=True)
        whole = (_spaced(word) + (r"(?!\w)" if word[-1].isalnum() else "") for word in words)
        return re.compile(rf"(?<!\w)(?:{'|'.join(whole)})", re.IGNORECASE)


def either(phrases: tuple[str, ...]) -> str:
    """A pattern for any of some phrases, the longest first."""
    return "|".join(_spaced(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _spaced(phrase: str) -> str:
    """A pattern for a phrase, with any white space between its words: a narrow cell breaks it anywhere.

    Either apostrophe will do.
    """
    return r"\s+".join(map(re.escape, phrase.split())).replace("'", "['’]")
