"""How a name is written, and what of it carries meaning. Knows words, not regions or organisations."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from anyascii import anyascii
from rapidfuzz import fuzz, process

from ingest.resolve.table import rows

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LIST_MARK = re.compile(r"^(?:[-–—•·*●▪\s]+|\(?\d{1,2}[.)]\s+)")
_DOUBLED = re.compile(r"([a-z])\1")
_UMLAUTS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ø": "oe",
        "å": "aa",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "Ø": "Oe",
        "Å": "Aa",
    }
)
_SHORTEST_GENERIC = 6  # letters of a generic word that may be misspelt
LONGEST = 300
"""Characters of a name that are looked at; nobody is called longer."""


def fold(text: str) -> str:
    """Lower case, ASCII letters and digits only, words divided by one space; any alphabet.

    >>> fold("Castilla y León"), fold("KRŪMINĖ–Straße"), fold("Κρήτη")
    ('castilla y leon', 'krumine strasse', 'kriti')
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST]).replace("’", "'")
    return _NOT_WORD.sub(" ", anyascii(text).lower()).strip()


def spelt_out(text: str) -> str:
    """Umlauts and rings written as two letters, as people without the keys do.

    >>> spelt_out("Örebro"), spelt_out("Brittany")
    ('Oerebro', 'Brittany')
    """
    return text.translate(_UMLAUTS)


def tidy(text: str) -> str:
    """A name without the list marks, stray brackets and commas around it.

    >>> tidy("• ICE Castilla y Leo,,"), tidy("Ministry of the economy Luxembourg)")
    ('ICE Castilla y Leo', 'Ministry of the economy Luxembourg')
    """
    text = _LIST_MARK.sub("", " ".join(text.split()), count=1)
    for opening, closing in ("()", "[]"):
        if opening not in text and closing not in text:
            continue
        if text.count(opening) < text.count(closing) and text.rstrip(" ,;.").endswith(closing):
            text = text.rstrip(" ,;.")[:-1]
        if text.count(opening) > text.count(closing):
            text = text.replace(opening, " ", 1) if text.startswith(opening) else text + closing
    return text.strip(' \t,;:*•·–—-"“”«»') if any(map(str.isalnum, text)) else ""


def squeeze(key: str) -> str:
    """Without doubled letters, which people double and drop at random.

    >>> squeeze("brittany") == squeeze("britanny")
    True
    """
    return _DOUBLED.sub(r"\1", key)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A name without its generic words, and what kinds of words were taken off."""

    key: str
    kinds: frozenset[str]


class Words:
    """The generic words of names: joiners, articles, divisions (region, län, kraj), directions."""

    def __init__(
        self,
        kinds: dict[str, frozenset[tuple[str, ...]]],
        directions: dict[str, str],
        homes: dict[tuple[str, ...], str],
    ) -> None:
        self._kinds = kinds
        self._homes = homes
        self._directions = directions
        self._joiners = frozenset(words[0] for words in kinds["joiner"])
        self._of_word: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for kind in ("division", "authority", "suffix", "article"):
            for words in sorted(kinds.get(kind, ())):
                self._of_word.setdefault(words[0], []).append((words, kind))
        for options in self._of_word.values():
            options.sort(key=lambda option: -len(option[0]))
        self._long_generic = sorted(
            words[0]
            for kind in ("division", "authority")
            for words in kinds.get(kind, ())
            if len(words) == 1 and len(words[0]) >= _SHORTEST_GENERIC
        )
        self._long_directions = sorted(word for word in directions if len(word) >= 4)
        self._way = lru_cache(maxsize=16384)(self._nearest_way)
        self.key = lru_cache(maxsize=4096)(self._key)
        self.stripped = lru_cache(maxsize=4096)(self._stripped)

    @classmethod
    def from_file(cls, path: Path) -> "Words":
        """The words of `generic_words.csv`: word, kind, value."""
        kinds: dict[str, set[tuple[str, ...]]] = {"joiner": set()}
        directions: dict[str, str] = {}
        homes: dict[tuple[str, ...], str] = {}
        table = list(rows(path))
        joiners = {fold(row["word"]) for row in table if row["kind"] == "joiner"}
        for row in table:
            folded = fold(row["word"]).split()
            words = tuple(word for word in folded if word not in joiners) or tuple(folded)
            kinds.setdefault(row["kind"], set()).add(words)
            if row["kind"] == "direction":
                directions[" ".join(words)] = row["value"]
            elif row["value"]:
                homes[words] = row["value"]
        return cls({kind: frozenset(words) for kind, words in kinds.items()}, directions, homes)

    def _key(self, text: str) -> str:
        words = fold(text).split()
        kept = [word for word in words if word not in self._joiners]
        return " ".join(kept or words)

    def _stripped(self, key: str) -> Stripped:
        """The key without generic words; empty where nothing else was in it."""
        words = key.split()
        kept: list[str] = []
        kinds: set[str] = set()
        at = 0
        while at < len(words):
            length, kind = self._generic(words, at)
            if length:
                kinds.add(kind)
                at += length
            else:
                kept.append(words[at])
                at += 1
        return Stripped(" ".join(kept), frozenset(kinds))

    def home(self, key: str) -> str:
        """The country that alone calls its regions so: RO for "regiunea nord est"; empty where none does."""
        words = key.split()
        spans = (tuple(words[at : at + self._generic(words, at)[0]]) for at in range(len(words)))
        homes = {self._homes[span] for span in spans if span in self._homes}
        return homes.pop() if len(homes) == 1 else ""

    def nearly_stripped(self, key: str) -> str:
        """The key without words that are like a generic one ("regoine"); empty where no other is left."""
        words = key.split()
        return " ".join(word for word in words if not self._is_nearly_generic(word)) if len(words) > 1 else ""

    def _is_nearly_generic(self, word: str) -> bool:
        if len(word) < _SHORTEST_GENERIC:
            return False
        return process.extractOne(word, self._long_generic, scorer=fuzz.ratio, score_cutoff=84) is not None

    def _generic(self, words: list[str], at: int) -> tuple[int, str]:
        for option, kind in self._of_word.get(words[at], ()):
            if tuple(words[at : at + len(option)]) == option:
                return len(option), kind
        return 0, ""

    def pointed(self, key: str) -> str:
        """The key with its directions in English: "nord vest" → "north west"."""
        return " ".join(self._directions.get(word, word) for word in key.split())

    def turned(self, one: str, other: str) -> bool:
        """Do two keys point different ways? A misspelt direction ("norther") still points.

        Of two single words, one that points nowhere may just be misspelt: "nodland" for "nordland".
        """
        ways, others = self._ways(one), self._ways(other)
        single = " " not in one and " " not in other
        return ways != others and not (single and not (ways and others))

    def _ways(self, key: str) -> tuple[str, ...]:
        return tuple(sorted(" ".join(self._way(word) for word in key.split()).split()))

    def _nearest_way(self, word: str) -> str:
        """The direction a word gives: as written, misspelt, or joined to what follows ("northholland")."""
        if word in self._directions or len(word) < 4:
            return self._directions.get(word, "")
        near = process.extract(word, self._long_directions, scorer=fuzz.ratio, score_cutoff=80, limit=3)
        ways = {self._directions[known] for known, score, _ in near if score >= near[0][1] - 5}
        if len(ways) == 1:
            return ways.pop()
        joined = [
            known for known in self._long_directions if word.startswith(known) and len(word) > len(known) + 2
        ]
        return self._directions[max(joined, key=len)] if joined and not ways else ""

    def only_directions(self, key: str) -> bool:
        """Does the key say nothing but north, central, upper, …?"""
        return all(word in self._directions for word in key.split())
