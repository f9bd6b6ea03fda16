"""A key that is nobody's name → the regions it may be meant for: misspelt, cut short, or longer."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from ingest.resolve.gazetteer import Gazetteer, Land
from ingest.resolve.hits import LEAST, Hit, Where
from ingest.resolve.likeness import confidence, counterparts, nearest, nearest_of_each
from ingest.resolve.resolution import PROBABLE, SURE

_DIFFERENT = 0.7  # what names are worth at most that differ by a whole word, or point another way
_DIRECTION = 0.8  # what a misspelt "North" is worth
_FLOOR = 0.7  # keys less alike than this are not looked at
_SHORTEST = 4  # letters; anything is like a shorter key
_REMEMBERED = 4096  # keys
_TELLING = 6  # letters of first words that are taken for the whole name; of fewer, half of the name is asked
_ONE_WORD = 0.85  # a single word less alike than this is not taken
_Near = tuple[float, str, Land]  # how alike, to which key, of which land


class Misspelt:
    """Weighs every known name against a misspelt one."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._names = gazetteer
        self._words = gazetteer.words
        self._atlas = gazetteer.atlas
        self._elsewhere = sorted(gazetteer.elsewhere)
        self._ready: dict[str, list[tuple[str, float]]] = {}
        self.hits = lru_cache(maxsize=_REMEMBERED)(self._hits)  # reports of a partnership misspell alike

    def prepare(self, keys: Iterable[str]) -> None:
        """Looks for what several keys are like, all at once; `hits` of each takes less time then."""
        new = (key for key in keys if key not in self._ready)
        forms = {form for key in new for form in self._forms(key) if len(form) >= _SHORTEST}
        if not (missing := sorted(forms.difference(self._ready))):
            return
        if len(self._ready) > _REMEMBERED:
            self._ready.clear()
        found = nearest_of_each(missing, self._names.keys(), _FLOOR)
        self._ready.update(zip(missing, found, strict=True))

    def _forms(self, key: str) -> list[str]:
        return sorted({key, self._words.stripped(key).key, self._words.nearly_stripped(key)} - {""})

    def _near(self, form: str, country: str) -> list[tuple[str, float]]:
        if not country and form in self._ready:
            return self._ready[form]
        return nearest(form, self._names.keys(country), _FLOOR)

    def _hits(self, key: str, where: Where) -> tuple[Hit, ...]:
        """Each land that the key may be meant for, with its best score; the best first."""
        found = self._like(key, where)
        if not found or max(hit.score for hit in found) < SURE:
            found += self._partly(key, where)
        best: dict[Land, Hit] = {}
        named = self._named_in(key)
        for hit in found:
            if named and not any(self._akin(hit.land, land) for land in named):
                hit = replace(hit, score=min(hit.score, _DIFFERENT))
            if hit.land not in best or best[hit.land].score < hit.score:
                best[hit.land] = hit
        return tuple(sorted(best.values(), key=lambda hit: (-hit.score, hit.land.level, hit.land.entity.key)))

    def _named_in(self, key: str) -> list[Land]:
        """The lands that a key names beside its directions: "northern estonia" lies in none but Estonia."""
        words = self._words.stripped(key).key.split()
        bare = [word for word in words if not self._words.only_directions(word)]
        return list(self._names.lands(" ".join(bare))) if 0 < len(bare) < len(key.split()) else []

    def _akin(self, one: Land, other: Land) -> bool:
        a, b = one.territory, other.territory
        return a is b or self._atlas.within(a, b) or self._atlas.within(b, a)

    def _like(self, key: str, where: Where) -> list[Hit]:
        found: dict[Land, tuple[float, str]] = {}
        forms = self._forms(key)
        for form in forms:
            if len(form) < _SHORTEST:
                continue
            for known, alike in self._near(form, where.country):
                if alike < 1 and (self._words.turned(form, known) or not counterparts(form, known)):
                    alike = _different(alike)
                for land in self._names.lands(known):
                    if (not where.country or land.country == where.country) and alike > found.get(
                        land, (0.0, "")
                    )[0]:
                        found[land] = (alike, known)
        decoy = max((alike for _, alike in nearest(key, self._elsewhere, 0.7)), default=0.0)
        shortest = min(len(form) for form in forms)
        ranked = [(alike, known, land) for land, (alike, known) in found.items()]
        ranked.sort(key=lambda one: -one[0])
        return [self._weighed(one, ranked, decoy, shortest) for one in ranked]

    def _weighed(self, one: _Near, ranked: list[_Near], decoy: float, length: int) -> Hit:
        """One land and its score; `ranked` are all, the likest first."""
        alike, known, land = one
        rival = next((a for a, key, other in ranked if not self._same(land, other, key == known)), 0.0)
        score = confidence(alike, max(rival, decoy), length)
        if alike <= _DIFFERENT:
            score = min(score, alike)
        if " " not in known and alike < _ONE_WORD:
            score = min(score, PROBABLE - 0.01)
        if self._words.only_directions(known):
            score = min(score, _DIRECTION)
        if decoy >= alike:
            score = min(score, LEAST)
        return Hit(land, score, f"fuzzy: {known}")

    def _same(self, one: Land, other: Land, same_key: bool) -> bool:
        """Is the other no rival: itself, its heir, or one of the same name that lies within?"""
        a, b = one.territory, other.territory
        if one is other or not a.heirs.isdisjoint(b.codes):
            return True
        return same_key and (self._atlas.within(a, b) or self._atlas.within(b, a))

    def _partly(self, key: str, where: Where) -> list[Hit]:
        """The first words of one longer name, or a known name with more behind it."""
        bare = self._words.stripped(key).key or key
        hits = []
        if len(bare) >= 4 and not self._words.only_directions(bare):
            for known in _begun(self._names.keys(where.country), bare + " "):
                for land in self._names.lands(known):
                    if not where.country or land.country == where.country:
                        told = len(bare) >= _TELLING or 2 * len(bare) >= len(known)
                        hits.append(Hit(land, 0.82 if told else 0.65, f"first words of: {known}"))
            if len({hit.land for hit in hits}) > 1:
                hits = [replace(hit, score=0.65) for hit in hits]
        words = key.split()
        for count in range(len(words) - 1, 0, -1):
            first = " ".join(words[:count])
            if len(first) >= 4 and not self._words.only_directions(first):
                for land in self._names.lands(first):
                    if not where.country or land.country == where.country:
                        hits.append(Hit(land, 0.62, f"begins with: {first}"))
                if hits:
                    break
        return hits


def _different(alike: float) -> float:
    """What a likeness is worth between names that differ where it counts; the likelier still ranks first."""
    return min(alike, _DIFFERENT - 0.1 * (1 - alike))


def _begun(keys: Sequence[str], start: str) -> Iterator[str]:
    """Those of some sorted keys that begin so."""
    for at in range(bisect_left(keys, start), len(keys)):
        if not keys[at].startswith(start):
            return
        yield keys[at]
