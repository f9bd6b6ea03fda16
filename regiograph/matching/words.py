"""Texts to vectors: words, pieces of words, and concepts that have a name in many languages.

The concepts are data (`reference/topic_words.csv`): what a priority in Greek and a working area in English
share is a concept. Beyond those, texts in different languages share no more than pieces of words.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from anyascii import anyascii
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

_WORD = re.compile(r"[^\W_]+")
_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]()|]")  # in regular expressions of Python and SPARQL alike
_SHORTEST = 3  # letters of a word that counts
_PIECE = 5  # letters of a piece of a word
_ROOT = 5  # letters from which on a name of a concept may go on: "textil" is in "textiles"
_CONCEPT_WEIGHT = 3  # a concept counts as often as this many words
_MOST_FEATURES = 60_000
_MOST_TERMS = 3
_MOST_SEEN = 20_000  # vectors kept
_CONCEPT, _PLAIN, _PART = "concept ", "word ", "piece "


@dataclass(frozen=True, slots=True)
class Term:
    """Something two texts share: what it is called, and the words of the second that say it."""

    label: str
    words: tuple[str, ...]  # in lower case, as they stand there

    @property
    def pattern(self) -> str:
        """A regular expression that finds them in a text in lower case."""
        return "|".join(_SPECIAL.sub(r"\\\g<0>", word) for word in self.words)


class Concepts:
    """Topics with their names in many languages."""

    def __init__(self, names: Iterable[tuple[str, str, str]]) -> None:
        """From rows of concept, code of NACE (or nothing), and name."""
        self._of: dict[str, str] = {}
        self._told: dict[str, tuple[tuple[str, str], ...]] = {}
        for concept, _nace, name in names:
            if folded := fold(name):
                self._of.setdefault(folded, concept)
        longest_first = sorted(self._of, key=lambda name: (-len(name), name))
        pieces = (re.escape(name) + ("" if len(name) >= _ROOT else r"\b") for name in longest_first)
        self._pattern = re.compile(r"\b(?:" + "|".join(pieces) + r")") if self._of else None

    @classmethod
    def read(cls, table: Path, stop: Sequence[str] = ()) -> "Concepts":
        """From a table with one column a language, names parted by bars."""
        with table.open(encoding="utf-8", newline="") as file:
            return cls(
                (row["key"], "", name)
                for row in csv.DictReader(file)
                for column, names in row.items()
                if len(column) == 2
                for name in names.split("|")
                if name
            )

    def found(self, text: str) -> tuple[tuple[str, str], ...]:
        """Each concept a text names, and the words that do, folded."""
        if self._pattern is None:
            return ()
        if text not in self._told:
            if len(self._told) >= _MOST_SEEN:
                self._told.pop(next(iter(self._told)))
            named = self._pattern.finditer(fold(text))
            self._told[text] = tuple((self._of[match[0]], match[0]) for match in named)
        return self._told[text]


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """A text in small ASCII letters, with single spaces.

    >>> fold("Κυβερνο-ασφάλεια  & Données")
    'kyverno asfaleia donnees'
    """
    return " ".join(_WORD.findall(anyascii(text).lower()))


class Vectors:
    """Turns texts into vectors; what words weigh is learnt from the texts of the edition."""

    def __init__(self, concepts: Concepts, common: frozenset[str], texts: Sequence[str]) -> None:
        """`common` are words that tell nothing here; `texts` are those to learn from."""
        self._concepts = concepts
        self._common = common | {fold(word) for word in ENGLISH_STOP_WORDS}
        self._model = TfidfVectorizer(
            analyzer=self._features, sublinear_tf=True, max_features=_MOST_FEATURES, dtype=np.float32
        )
        self._model.fit([*texts, "regiograph"])  # a word to learn where the texts have none
        self._names: Any = self._model.get_feature_names_out()
        self._seen: dict[tuple[str, ...], csr_matrix] = {}

    def of(self, texts: Sequence[str]) -> csr_matrix:
        """A row a text, each of length one, or nothing where no word is known."""
        return csr_matrix(self._model.transform(texts)) if texts else self.nothing(0)

    def nothing(self, rows: int) -> csr_matrix:
        """Rows without words."""
        return csr_matrix((rows, len(self._names)), dtype=np.float32)

    def shared(self, one: csr_matrix, texts: Sequence[str]) -> tuple[Term, ...]:
        """What a vector and texts share, the weightiest first, in words that stand in the texts."""
        other = self._together(tuple(texts))
        common = one.multiply(other).tocoo()
        heaviest = sorted(
            zip(-common.data.astype(float), (self._names[at] for at in common.col), strict=True)
        )
        terms: list[Term] = []
        for _, name in heaviest:
            if (term := self._term(name, texts)) and not _covered(term, terms):
                terms.append(term)
            if len(terms) == _MOST_TERMS:
                break
        return tuple(terms)

    def _together(self, texts: tuple[str, ...]) -> csr_matrix:
        """The vector of several texts as one; those of an edition are asked for again and again."""
        if texts not in self._seen:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.pop(next(iter(self._seen)))
            self._seen[texts] = self.of([" \n ".join(texts)])
        return self._seen[texts]

    def _term(self, name: str, texts: Sequence[str]) -> Term | None:
        if name.startswith(_PART):
            return None
        words = self._saying(name, texts)
        label = name.removeprefix(_CONCEPT).replace("-", " ") if name.startswith(_CONCEPT) else ""
        return Term(label or words[0], tuple(words)) if words else None

    def _saying(self, name: str, texts: Sequence[str]) -> list[str]:
        """The words of texts that stand for a feature."""
        found: dict[str, None] = {}
        for text in texts:
            for word in _WORD.findall(text.lower()):
                if name == _PLAIN + fold(word):
                    found[word] = None
            if name.startswith(_CONCEPT):
                said = {words for concept, words in self._concepts.found(text) if _CONCEPT + concept == name}
                found.update(dict.fromkeys(_as_written(said, text.lower())))
        return list(found)

    def _features(self, text: str) -> Iterator[str]:
        for concept, _ in self._concepts.found(text):
            yield from (_CONCEPT + concept,) * _CONCEPT_WEIGHT
        for word in fold(text).split():
            if len(word) >= _SHORTEST and word not in self._common:
                yield _PLAIN + word
                for at in range(len(word) - _PIECE + 1):
                    yield _PART + word[at : at + _PIECE]


def _as_written(folded: set[str], lower: str) -> Iterator[str]:
    """The stretches of a text in lower case that read so once folded."""
    words = list(_WORD.finditer(lower))
    for name in sorted(folded):
        length = len(name.split())
        for at in range(len(words) - length + 1):
            stretch = lower[words[at].start() : words[at + length - 1].end()]
            if fold(stretch).startswith(name) and stretch.isprintable():
                yield stretch


def _covered(term: Term, terms: Sequence[Term]) -> bool:
    return any(set(term.words) & set(known.words) for known in terms)
