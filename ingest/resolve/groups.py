"""Names that name nobody in particular: "local SMEs", "Finnish Regions", "ALL". Knows words, held as data."""

import re
from collections.abc import Callable
from pathlib import Path

from ingest.resolve.names import fold, tidy
from ingest.resolve.table import rows

_ASIDE = re.compile(r"[(\[][^()\[\]]*[)\]]")
_EXAMPLES = re.compile(
    r"\b(?:e\.\s?g\.|such as|i\.\s?e\.|including|like|par exemple|p\. ?ex\.|z\. ?B\.)", re.IGNORECASE
)
_CUT = re.compile(r"\s*[,;/&+]\s*|\s+(?:and|or|et|ou|und|oder|y|o|e|i|och|og|en|ja|és|si)\s+", re.IGNORECASE)


class Groups:
    """Tells unnamed members from names."""

    def __init__(self, words: dict[str, frozenset[str]], is_region: Callable[[str], bool]) -> None:
        self._words = words
        self._is_region = is_region
        self._small = words["modifier"] | words["filler"] | words["theme"]

    @classmethod
    def from_file(cls, path: Path, is_region: Callable[[str], bool]) -> "Groups":
        """The words of `group_words.csv`; `is_region` knows keys of regions and their adjectives."""
        words: dict[str, set[str]] = {
            k: set() for k in ("head", "modifier", "filler", "theme", "body", "everyone", "nobody")
        }
        for row in rows(path):
            words[row["kind"]].add(fold(row["word"]))
        return cls({kind: frozenset(found) for kind, found in words.items()}, is_region)

    def is_everyone(self, text: str) -> bool:
        """Does it mean all partners: "ALL", "all regions", "tous les partenaires"?"""
        words = fold(tidy(text)).split()
        for count in range(min(len(words), 5), 0, -1):
            if " ".join(words[:count]) in self._words["everyone"]:
                return self._are_members(words[count:])
        return False

    def _are_members(self, words: list[str]) -> bool:
        """What may follow "all": nothing, or some word for members with small words around it."""
        if self._covered(words, self._words["filler"], named=False):
            return True
        heads = self._words["head"]
        some = any(
            " ".join(words[i:j]) in heads for i in range(len(words)) for j in range(i + 1, len(words) + 1)
        )
        return some and self._covered(words, heads | self._small, named=False)

    def is_group(self, text: str) -> bool:
        """Does it name a kind of member and nobody?"""
        parts = [part for part in _CUT.split(self.label(text)) if fold(part)]
        return (
            bool(parts)
            and self._is_kind(parts[-1])
            and all(self._is_kind(p) or self._is_small(p) for p in parts)
        )

    def label(self, text: str) -> str:
        """A group's name without the brackets and examples that follow it."""
        return tidy(_EXAMPLES.split(_ASIDE.sub(" ", tidy(text)))[0])

    def has_body(self, text: str) -> bool:
        """Does it hold a word that organisations are called by: network, agency, GmbH?"""
        return bool(self._spans(text) & self._words["body"])

    def is_nobody(self, text: str) -> bool:
        """Does it say that there is none, or none yet: "n/a", "tbc"?"""
        return fold(text) in self._words["nobody"]

    def _names_a_body(self, text: str) -> bool:
        return bool(self._spans(text) & (self._words["body"] - self._small))

    def _spans(self, text: str) -> set[str]:
        words = fold(text).split()
        return {" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)}

    def _is_kind(self, part: str) -> bool:
        words = fold(part).split()
        if self._names_a_body(part):
            return False
        for count in range(min(len(words), 4), 0, -1):
            for head, rest in ((words[-count:], words[:-count]), (words[:count], words[count:])):
                if " ".join(head) in self._words["head"]:
                    common = frozenset(w for w in fold(part).split() if w in fold_lower(part))
                    if self._covered(rest, self._small | self._words["head"] | common, named=True):
                        return True
        return False

    def _is_small(self, part: str) -> bool:
        return not self._names_a_body(part) and self._covered(fold(part).split(), self._small, named=True)

    def _covered(self, words: list[str], known: frozenset[str], *, named: bool) -> bool:
        """Are all words known ones, or names of regions where those may stand?"""
        at = 0
        while at < len(words):
            for count in range(min(4, len(words) - at), 0, -1):
                span = " ".join(words[at : at + count])
                if span in known or span.isdigit() or (named and self._is_region(span)):
                    at += count
                    break
            else:
                return False
        return True


def fold_lower(text: str) -> frozenset[str]:
    """The words written in lower case, folded: words of the language, not of a name."""
    return frozenset(part for word in text.split() if word[:1].islower() for part in fold(word).split())
