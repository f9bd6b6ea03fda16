"""The languages, besides those of its own data file, in which people write a questionnaire's labels.

A language is a file: what questions, sections, columns and goals are called in it. Each line of a report is
compared with every wording, so a report is compared only with those of the languages that its lines speak.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Texts = tuple[str, ...]
ByKey = Mapping[str, Texts]

_SPOKEN = 4  # words of a language that a report's lines must hold: fewer are names, or quoted
_SHARE = 0.5  # of the words of the language spoken most: kindred languages share many
_LONGEST_LABEL = 400  # characters
_SHORTEST_WORD = 4  # letters: shorter ones are alike in many languages


@dataclass(frozen=True, kw_only=True, eq=False)
class Language:
    """What a questionnaire's parts are called in one language."""

    code: str
    confidential_words: Texts
    printed: Texts
    instructions: Texts
    sections: ByKey
    wordings: ByKey  # of questions
    about: ByKey  # groups of the beginnings of words that a label of a question holds
    columns: Mapping[str, ByKey]  # by kind of question
    rows: Mapping[str, ByKey]  # by kind of question

    @classmethod
    def of(cls, code: str, data: Mapping[str, Any]) -> "Language":
        """A language from the content of its data file.

        Raises:
            KeyError: a part is missing: a defect of ours.
        """
        return cls(
            code=code,
            confidential_words=tuple(data["confidential_words"]),
            printed=tuple(data["printed"]),
            instructions=tuple(data["instructions"]),
            sections=_by_key(data["sections"]),
            wordings=_by_key(data["wordings"]),
            about=_by_key(data["about"]),
            columns={kind: _by_key(columns) for kind, columns in data["columns"].items()},
            rows={"matrix": _by_key(data["goals"])},
        )

    @property
    def labels(self) -> Texts:
        """The wordings of questions and sections."""
        parts = (*self.sections.values(), *self.wordings.values())
        return tuple(text for texts in parts for text in texts)


@dataclass(frozen=True)
class Languages:
    """The languages of a questionnaire; tells which of them a report speaks."""

    all: tuple[Language, ...]
    fold: Callable[[str], str]
    known: frozenset[str]
    """Folded words that tell of no language, as the questionnaire's own file has them."""

    @classmethod
    def read(
        cls, folder: Path, questionnaire: str, fold: Callable[[str], str], known: Collection[str]
    ) -> "Languages":
        """The languages of a folder that have a questionnaire's labels.

        Raises:
            ValueError, KeyError: a file is not a language: a defect of ours.
        """
        files = sorted(folder.glob("*.toml"))
        found = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in files}
        languages = tuple(
            Language.of(code, data) for code, data in found.items() if data["questionnaire"] == questionnaire
        )
        return cls(languages, fold, frozenset(known))

    def spoken(self, lines: Iterable[str]) -> tuple[Language, ...]:
        """The languages that lines of a report may be labels in, by words that only their labels have."""
        told = self._telling
        words: set[str] = set()
        for line in lines:
            if len(line) <= _LONGEST_LABEL:
                words.update(self.fold(line).split())
        held = told.keys() & words
        if len(held) < _SPOKEN:
            return ()
        count = Counter(at for word in held for at in told[word])
        least = max(_SPOKEN, _SHARE * max(count.values()))
        return tuple(language for at, language in enumerate(self.all) if count[at] >= least)

    @cached_property
    def _telling(self) -> dict[str, tuple[int, ...]]:
        """The words that tell of a language, with the places of those that have them."""
        found: dict[str, list[int]] = {}
        for at, language in enumerate(self.all):
            words = {word for label in language.labels for word in self.fold(label).split()}
            for word in words - self.known:
                if len(word) >= _SHORTEST_WORD and word.isalpha():
                    found.setdefault(word, []).append(at)
        return {word: tuple(places) for word, places in found.items()}


def _by_key(data: Mapping[str, Any]) -> dict[str, Texts]:
    return {key: (texts,) if isinstance(texts, str) else tuple(texts) for key, texts in data.items()}
