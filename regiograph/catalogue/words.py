"""The words of the catalogue: `words.toml`, filled in."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "ENG", "fr": "FRA"}
"""Of the catalogue: tag and EU code."""

Said = Mapping[str, str]
"""The same in several languages, by language tag."""


class Words:
    """Texts by name. A text has every language of the catalogue."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    @classmethod
    def read(cls) -> "Words":
        """Those of the project."""
        return cls(tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8")))

    def say(self, *names: str, **filled: str | Said) -> Said:
        """A text, with its blanks filled; what fills them may differ by language."""
        texts: Any = self._content
        for name in names:
            texts = texts[name]
        return {
            language: " ".join(texts[language].format(**_in(language, filled)).split())
            for language in LANGUAGES
        }

    def keywords(self) -> Mapping[str, list[str]]:
        """The keywords of every dataset, by language."""
        keywords: Mapping[str, list[str]] = self._content["keywords"]
        return keywords


def _in(language: str, filled: Mapping[str, str | Said]) -> dict[str, str]:
    return {name: text if isinstance(text, str) else text[language] for name, text in filled.items()}
