"""Every name of every thing, for typing ahead and for names that nothing else explains. Decides nothing."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from rapidfuzz import fuzz, process

from ingest.reconcile.things import Register, Thing
from ingest.resolve.likeness import confidence, counterparts, nearest
from ingest.resolve.names import fold

_SHORTEST_FUZZY = 5
_WORTH_A_LOOK = 0.75  # keys less alike are different names
_MOST_OF_A_WORD = 2000  # things; a word that more share tells nothing
_BY_WORDS = 0.55  # what sharing all words is worth: less than any likeness of letters
_MOST_ENTRIES = 3000  # looked at for one prefix


class Index:
    """The names of a register's things, folded. Of all types; who asks says which types count."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._keys: dict[str, list[str]] = {}  # name, folded → ids
        self._words: dict[str, set[str]] = {}  # word → ids
        self._of_thing: dict[str, list[str]] = {}
        entries: set[tuple[str, int, str]] = set()
        for thing in register.things.values():
            self._of_thing[thing.id] = _keys(thing)
            for key in self._of_thing[thing.id]:
                self._keys.setdefault(key, []).append(thing.id)
                entries.update((start, place, thing.id) for start, place in _starts(key))
                for word in key.split():
                    self._words.setdefault(word, set()).add(thing.id)
        self._entries = sorted(entries)
        self._by_types: dict[frozenset[str], Mapping[str, list[Thing]]] = {}

    def similarity(self, text: str, thing: Thing) -> float:
        """How alike a text and the likest name of a thing are, 0 to 1."""
        found = process.extractOne(fold(text), self._of_thing[thing.id], scorer=fuzz.ratio)
        return round(found[1] / 100, 3) if found else 0.0

    def completions(self, prefix: str, types: frozenset[str]) -> list[Thing]:
        """The things with a name, or a word in a name, that begins so: the likeliest meant first."""
        start = fold(prefix)
        if not start:
            return []
        best: dict[str, tuple[bool, int, int]] = {}
        for key, place, found in islice(self._beginning(start), _MOST_ENTRIES):
            rank = (key != start or place > 0, min(place, 1), len(key))
            best[found] = min(best.get(found, rank), rank)
        things = (self._register.things[each] for each in best if each not in self._register.replaced)
        wanted = [thing for thing in things if not types or types & set(thing.types)]
        return sorted(
            wanted, key=lambda thing: (best[thing.id][:2], _size(thing), best[thing.id][2], thing.id)
        )

    def like(self, text: str, types: frozenset[str]) -> Iterator[tuple[Thing, float, str]]:
        """The things of some types with this name, or almost; each with score and reason."""
        key = fold(text)
        known = self._of_types(frozenset(types))
        if key in known:
            yield from ((thing, 1.0, "exact") for thing in known[key])
        elif len(key) >= _SHORTEST_FUZZY:
            close = nearest(key, list(known), _WORTH_A_LOOK)
            near = [(name, alike) for name, alike in close if counterparts(key, name)]
            for name, alike in near:
                rival = max((a for other, a in near if other != name), default=0.0)
                for thing in known[name]:
                    yield thing, confidence(alike, rival, len(key)), f"fuzzy: {name}"

    def sharing_words(
        self, text: str, types: frozenset[str], most: int
    ) -> Iterator[tuple[Thing, float, str]]:
        """The things whose names share the rarest words with a text."""
        words = {word: found for word in fold(text).split() if (found := self._words.get(word))}
        rare = {word: found for word, found in words.items() if len(found) <= _MOST_OF_A_WORD}
        weights = {word: self._weight(word) for word in set(fold(text).split())}
        whole = sum(weights.values()) or 1.0
        shared: dict[str, list[str]] = {}
        for word, found in rare.items():
            for each in found:
                shared.setdefault(each, []).append(word)
        ranked = sorted(shared.items(), key=lambda pair: (-sum(weights[word] for word in pair[1]), pair[0]))
        wanted = (pair for pair in ranked if self._is_of(pair[0], types))
        for each, common in islice(wanted, most):
            thing = self._register.things[each]
            score = _BY_WORDS * sum(weights[word] for word in common) / whole
            yield thing, score, f"words: {' '.join(sorted(common))}"

    def _is_of(self, key: str, types: frozenset[str]) -> bool:
        thing = self._register.things[key]
        return key not in self._register.replaced and (not types or bool(types & set(thing.types)))

    def _weight(self, word: str) -> float:
        return math.log(1 + len(self._register.things) / (1 + len(self._words.get(word, ()))))

    def _of_types(self, types: frozenset[str]) -> Mapping[str, list[Thing]]:
        """The things of some types, by key; sorted by it."""
        if types not in self._by_types:
            found: dict[str, list[Thing]] = {}
            for thing in self._register.things.values():
                if types & set(thing.types):
                    for key in self._of_thing[thing.id]:
                        found.setdefault(key, []).append(thing)
            self._by_types[types] = dict(sorted(found.items()))
        return self._by_types[types]

    def _beginning(self, start: str) -> Iterator[tuple[str, int, str]]:
        first = bisect_left(self._entries, (start, 0, ""))
        for entry in islice(self._entries, first, None):
            if not entry[0].startswith(start):
                return
            yield entry


def _keys(thing: Thing) -> list[str]:
    codes = [value.text for pid in ("code", "former-codes") for value in thing.values.get(pid, ())]
    texts: Iterable[str] = (*(name.text for name in thing.names), *codes, thing.id)
    return [key for key in dict.fromkeys(map(fold, texts)) if key]


def _starts(key: str) -> Iterator[tuple[str, int]]:
    """The key from each of its words on, and the number of that word."""
    words = key.split()
    return ((" ".join(words[place:]), place) for place in range(min(len(words), 6)))


def _size(thing: Thing) -> int:
    """Larger regions first, and whole things before their parts."""
    level = next((value.number for value in thing.values.get("level", ())), None)
    return level if level is not None else 2
