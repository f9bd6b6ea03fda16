"""Name as written → region. Every NUTS version, any language; ambiguity stays doubt."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from ingest.resolve.atlas import Territory, version_of
from ingest.resolve.gazetteer import Gazetteer, Land
from ingest.resolve.hits import NOTHING, Hit, Where, capped, decide
from ingest.resolve.likeness import nearest
from ingest.resolve.misspelt import Misspelt
from ingest.resolve.names import fold
from ingest.resolve.resolution import PROBABLE, SURE, Candidate, Entity, Outcome, Resolution
from ingest.resolve.types import is_field, organisation_type
from ingest.resolve.written import Written, code_in, take_apart

_REMEMBERED = 8192  # texts
_POINTED = "direction translated"
_WORD_OR_CUT = re.compile(r"[A-Z]-|[^\s-]+")
_CUT_SHORT = re.compile(r"[^\W\d_]{1,6}\.|[A-Z]-")
_WAYS = {"n": "north", "s": "south", "e": "east", "w": "west"}
_SHORTEST_WORD = 5  # letters; fewer in capitals are an acronym
_Within = Callable[[Territory, Territory], bool]


class Regions:
    """Finds the region a name means."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._names = gazetteer
        self._words = gazetteer.words
        self._atlas = gazetteer.atlas
        self._misspelt = Misspelt(gazetteer)
        self._countries = sorted(gazetteer.countries)
        self._found = lru_cache(maxsize=_REMEMBERED)(self._find)  # the reports of a partnership name the same
        self._key_of = lru_cache(maxsize=_REMEMBERED)(lambda text: self._words.key(take_apart(text).name))

    def find(self, text: str, *, country: str = "", code: str = "", on: date | None = None) -> Resolution:
        """The region, with hints of its country and its code; never a new entity."""
        return self._found(text, country, code, version_of(on))

    def _find(self, text: str, country: str, code: str, version: str) -> Resolution:
        written = take_apart(text)
        if abroad := self._elsewhere(written, country):
            return abroad
        where = Where(self.country(country), version)
        code = code_in(code.strip().upper())
        if not code and (codes := self._codes(written)):
            code = codes[0]
            written = _without(written, codes)
        if not where.country and not (len(written.pieces) == 1 and not written.asides):
            written, where = self._country_of(written, where)
        if code and not written.name:
            return self._by_code(code, where)
        found = self._by_name(written, where)
        if not where.country and found.outcome is Outcome.DOUBT:
            found = self._at_home(found, written, where)
        if where.country and found.outcome is not Outcome.SURE:
            found = self._abroad(found, written, where)
        return self._agreed(found, written, code, where) if code else found

    def _at_home(self, found: Resolution, written: Written, where: Where) -> Resolution:
        """A name that several regions have, by what it calls a region: "Regiunea Nord-Est" is Romania's."""
        country = self._words.home(self._words.key(written.name))
        again = self._by_name(written, replace(where, country=country)) if country else found
        keys = {candidate.entity.key for candidate in found.candidates}
        return again if again.entity and again.entity.key in keys else found

    def in_brackets(self, text: str, *, on: date | None = None) -> Resolution | None:
        """The region behind a name that is no region's: "Lapland UAS (Lapland)"; a person confirms it."""
        for aside in take_apart(text).asides:
            found = self._direct(aside, Where("", version_of(on)))
            if (
                found
                and found.entity
                and found.outcome is Outcome.SURE
                and found.entity.key != self.country(aside)
            ):
                return capped(found, SURE - 0.05, "in brackets")
        return None

    def behind(self, text: str, *, on: date | None = None) -> Resolution | None:
        """The region that a body is named after, where a region is asked for: a person confirms it."""
        words = text.split()
        kept = [word for word in words if not (_is_of_bodies(word) or (word.isupper() and len(word) < 6))]
        if not 0 < len(kept) < len(words):
            return None
        found = self.find(" ".join(kept), on=on)
        sound = found.entity is not None and found.score >= PROBABLE and "fuzzy" not in found.method
        return capped(found, SURE - 0.05, "in the name of a body") if sound else None

    def prepare(self, texts: Iterable[str]) -> None:
        """Makes ready for names that will be asked for, where they are nobody's as they stand."""
        keys = set(map(self._key_of, texts))
        self._misspelt.prepare(key for key in keys if key and not self._names.lands(key))

    def _elsewhere(self, written: Written, country: str) -> Resolution | None:
        """A country without NUTS regions; nothing for what lies in one, which no table of ours holds."""
        named = self._names.elsewhere.get(self._words.key(written.name))
        codes = self._names.elsewhere_codes
        given = [code for code in (country, *written.asides) if code in codes]
        if named is None:
            return replace(NOTHING, method="in a country without NUTS regions") if given else None
        alone = all(codes.get(code) == named for code in given) and len(given) >= len(written.asides)
        return _elsewhere(named) if alone else None

    def country(self, text: str) -> str:
        """The NUTS country code of a country's name or ISO code; nothing where it is none."""
        key = fold(text)
        known = self._names.countries.get(key) or self._names.countries.get(self._words.stripped(key).key)
        if known or len(key) < 5:
            return known or ""
        near = [k for k, alike in nearest(key, self._countries, 0.88) if len(k) > 3]
        found = {self._names.countries[k] for k in near}
        return found.pop() if len(found) == 1 else ""

    def is_country(self, code: str) -> bool:
        """Is it the code of a country with NUTS regions?"""
        return bool(self._names.countries.get(fold(code)))

    def elsewhere(self, text: str) -> bool:
        """Is it a country that has no NUTS regions?"""
        return self._words.key(text) in self._names.elsewhere

    def surely(self, text: str) -> str:
        """The key of the region a text surely names, misspellings apart; else nothing."""
        found = self._direct(text, Where("", version_of(None)))
        return found.entity.key if found and found.entity and found.score >= PROBABLE else ""

    def is_name(self, text: str) -> bool:
        """Is it, as a whole, a region's name, be it ambiguous, or one with its country behind a comma?"""
        written, anywhere = take_apart(text), Where("", version_of(None))
        if self._words.key(written.name) in self._names.elsewhere:
            return True
        if "," not in written.name or len(written.pieces) != 2:
            key = self._words.key(written.name)
            direct = self._direct(written.name, anywhere)
            english = self._words.only_directions(key) and self._words.pointed(key) == key
            if direct and " " not in key and (english or direct.method.startswith(_POINTED)):
                return False  # "Eastern", "West": a direction, not whose
            return direct is not None or self._with_country(key, anywhere) is not None
        country = self._names.countries.get(fold(written.pieces[1]), "")
        named = self._direct(written.pieces[0], replace(anywhere, country=country)) if country else None
        return named is not None and any(
            c.entity.key != country and c.entity.key.startswith(country) for c in named.candidates
        )

    def is_code(self, text: str) -> bool:
        """Is it a NUTS code of any version?"""
        return self._atlas.territory(text) is not None

    def country_of(self, key: str) -> str:
        """The country of a region's key; nothing where the key is unknown."""
        territory = self._atlas.territory(key)
        return territory.country if territory else ""

    def codes_of(self, key: str) -> tuple[str, ...]:
        """All codes of the territory of a code."""
        territory = self._atlas.territory(key)
        return tuple(sorted(territory.codes)) if territory else ()

    def heirs_of(self, key: str) -> tuple[str, ...]:
        """The codes of other territories that follow a code, or that it follows."""
        territory = self._atlas.territory(key)
        return tuple(sorted(territory.heirs)) if territory else ()

    def entity(self, key: str) -> Entity | None:
        """The region of any NUTS code, or the place of a key."""
        territory = self._atlas.territory(key)
        return self._names.land(territory).entity if territory else self._names.places.get(key)

    # --- the code

    def _codes(self, written: Written) -> list[str]:
        """The codes in the text, known ones first. Letters alone ("NRW") are one only where known."""
        codes = [code for code in map(code_in, (*written.pieces, *written.asides)) if code]
        known = [code for code in codes if self._atlas.territory(code)]
        return known + [code for code in codes if code not in known and any(c.isdigit() for c in code)]

    def _by_code(self, code: str, where: Where) -> Resolution:
        territory = self._atlas.territory(code)
        if territory is None:
            return replace(NOTHING, method="unknown code")
        hit = Hit(self._names.land(territory), 1.0, "code")
        return decide([hit], doubt=bool(where.country and where.country != territory.country))

    def _agreed(self, found: Resolution, written: Written, code: str, where: Where) -> Resolution:
        """Name and code together: agreeing they are certain, else a person decides."""
        territory = self._atlas.territory(code)
        if territory is None:
            return capped(found, SURE - 0.05, "code unknown")
        land = self._names.land(territory)
        keys = {candidate.entity.key for candidate in found.candidates}
        kin = {t.code for c in territory.heirs if (t := self._atlas.territory(c))}
        if heir := self._heir(found, kin, territory, where):
            return decide([Hit(heir, 1.0, "name and retired code")])
        if land.entity.key in keys or keys & kin or self._is_name_of(written, land):
            return decide([Hit(land, 1.0, "name and code")])
        if not found.candidates or found.score < PROBABLE:
            return decide([Hit(land, 0.8, "code; name not recognised")])
        hits = [Hit(land, 0.7, "the code says"), *self._again(found, 0.7, "the name says")]
        return decide(hits, doubt=True)

    def _heir(self, found: Resolution, kin: set[str], old: Territory, where: Where) -> Land | None:
        """The land in force that a name surely means, where the code beside it is that of the land before."""
        named = self._atlas.territory(found.entity.key) if found.entity else None
        if named is None or found.outcome is not Outcome.SURE or named.code not in kin:
            return None
        retired = max(old.versions) < where.version and where.version in named.versions
        return self._names.land(named) if retired else None

    def _is_name_of(self, written: Written, land: Land) -> bool:
        key = self._words.key(written.name)
        bare = self._words.stripped(key).key
        return land in self._names.lands(key) or land in self._names.lands(bare)

    def _again(self, found: Resolution, score: float, reason: str = "") -> list[Hit]:
        again = []
        for candidate in found.candidates:
            territory = self._atlas.territory(candidate.entity.key)
            if territory:
                again.append(
                    Hit(self._names.land(territory), min(candidate.score, score), reason or candidate.reason)
                )
        return again

    # --- the name

    def _country_of(self, written: Written, where: Where) -> tuple[Written, Where]:
        """A country beside the name, in brackets or behind a comma."""
        asides = [(aside, self.country(aside)) for aside in written.asides]
        named = [country for _, country in asides if country]
        rest = tuple(aside for aside, country in asides if not country)
        if named:
            return replace(written, asides=rest), replace(where, country=named[0])
        if len(written.pieces) > 1 and not self._direct(written.name, where):
            for piece in (written.pieces[-1], written.pieces[0]):
                country = self._names.countries.get(fold(piece), "")
                if country:
                    pieces = tuple(p for p in written.pieces if p != piece) or written.pieces
                    return Written(", ".join(pieces), pieces, rest), replace(where, country=country)
        return written, where

    def _by_name(self, written: Written, where: Where) -> Resolution:
        found = self._one(written.name, where)
        if len(written.pieces) > 1 and found.outcome is not Outcome.SURE:
            found = self._several(written, where, found)
        if written.asides and found.entity is not None:
            found = self._beside(written, where, found)
        return found

    def _several(self, written: Written, where: Where, whole: Resolution) -> Resolution:
        """Pieces that name one region together: "Vlaanderen / Flanders"; pieces that do not."""
        sure = [r for r in (self._one(p, where) for p in written.pieces) if r.outcome is Outcome.SURE]
        regions = {r.entity.key for r in sure if r.entity}
        if len(regions) == 1 and len(sure) == len(written.pieces):
            return replace(sure[0], score=min(sure[0].score, 0.95), method="same name twice")
        if len(regions) == 1 and whole.score < PROBABLE:
            return capped(sure[0], SURE - 0.05, "part of the text")
        if len(regions) > 1 and whole.score < SURE:
            return decide([hit for r in sure for hit in self._again(r, 0.7, "several names")], doubt=True)
        return whole

    def _beside(self, written: Written, where: Where, found: Resolution) -> Resolution:
        """What else stands in brackets: the same name again, a finer one, or something unknown."""
        for aside in written.asides:
            other = self._one(aside, where)
            if other.entity is None or other.outcome is not Outcome.SURE:
                found = capped(found, SURE - 0.02, "something else in brackets")
            elif other.entity != found.entity and found.entity is not None:
                return decide(
                    [*self._again(found, 0.7, "name"), *self._again(other, 0.7, "in brackets")], doubt=True
                )
        return found

    def _abroad(self, found: Resolution, written: Written, where: Where) -> Resolution:
        """A name that is exactly right in another country than the one given: a person decides."""
        other = self._direct(written.name, replace(where, country=""))
        if other is None or other.entity is None or other.score < SURE or other.entity == found.entity:
            return found
        return decide(
            [*self._again(other, 0.7, "in another country"), *self._again(found, 0.69, found.method)],
            doubt=True,
        )

    def _one(self, name: str, where: Where) -> Resolution:
        direct = self._direct(name, where)
        if direct:
            return direct
        key = self._words.key(name)
        if not key:
            return NOTHING
        if country := self._names.elsewhere.get(key):
            return _elsewhere(country)
        return self._with_country(key, where) or self._roughly(key, where)

    def _direct(self, name: str, where: Where) -> Resolution | None:
        """A known name, written one way or another; None where there is none."""
        key = self._words.key(name)
        if not key:
            return None
        short = name.strip()
        if len(short) in (2, 3) and short.isupper() and (country := self._names.countries.get(short.lower())):
            land = self._names.land(self._atlas.territory(country))  # type: ignore[arg-type]
            clash = any(other is not land for other in self._names.exact.get(key, ()))  # "EST"
            return decide([Hit(land, 0.8 if clash else 0.98, "country code")])
        for attempt in (
            self._alias, self._exact, self._abbreviated, self._stripped, self._pointed, self._joined
        ):  # fmt: skip
            hits = attempt(key, name, where)
            if hits:
                return self._settle(hits, where)
        return None

    def _alias(self, key: str, name: str, where: Where) -> list[Hit]:
        return [
            Hit(alias.land, alias.certainty, alias.kind)
            for alias in self._names.aliases.get(key, ())
            if not where.country or alias.land.country == where.country
        ]

    def _exact(self, key: str, name: str, where: Where) -> list[Hit]:
        lands = self._names.exact.get(key, {})
        if not lands:
            return []
        literal = name.casefold() in self._names.literal
        score, reason = (1.0, "exact") if literal else (0.98, "folded")
        if self._words.only_directions(key) and not where.country:
            score = 0.88
            if self._words.pointed(key) == key:  # "North": whose?
                return self._ranked({**self._names.pointed.get(key, {}), **lands}, score, reason, where)
        return self._ranked(lands, score, reason, where)

    def _abbreviated(self, key: str, name: str, where: Where) -> list[Hit]:
        """Words cut short: "L. Silesia", "Canary Isl.", "Meckl.-Vorpommern", "N-Brabant"."""
        words = [(fold(word), bool(_CUT_SHORT.fullmatch(word))) for word in _WORD_OR_CUT.findall(name)]
        whole = [word for word, cut in words if not cut and len(word) > 3]
        if not whole or not any(cut for _, cut in words) or any(" " in word for word, _ in words):
            return []
        pattern = re.compile(" ".join(f"{word}[a-z]+" if cut else word for word, cut in words))
        longest = max(whole, key=len)
        ways = {at: _WAYS[word] for at, (word, cut) in enumerate(words) if cut and word in _WAYS}
        keys = (
            key
            for key in self._names.keys("")
            if longest in key
            and pattern.fullmatch(key)
            and all(self._words.pointed(key.split()[at]) == way for at, way in ways.items())
        )
        lands = {land: rank for key in keys for land, rank in self._names.lands(key).items()}
        return self._ranked(lands, 0.95, "words cut short", where)

    def _stripped(self, key: str, name: str, where: Where) -> list[Hit]:
        stripped = self._words.stripped(key)
        bare = stripped.key or key
        lands, countries = self._names.lands(bare), []
        score = 0.95
        if stripped.kinds & {"division", "authority"} and len({bool(land.level) for land in lands}) > 1:
            countries = [land for land in lands if not land.level]
            lands = {land: rank for land, rank in lands.items() if land.level}  # a country is no province
            score = 0.85  # but some call it a region
        if "authority" in stripped.kinds:
            score = 0.85
        elif name.isupper() and len(name) < _SHORTEST_WORD and name.casefold() not in self._names.literal:
            score = 0.7  # "GAL": letters of some other name
        elif any(not land.level for land in lands) and "division" in stripped.kinds:
            score = 0.8
        if self._words.only_directions(bare) and not where.country:
            score = 0.8
        hits = self._ranked(lands, score, "without generic words", where)
        hits += [Hit(land, 0.7, "a country") for land in countries if hits]
        if "division" in stripped.kinds and _nested(hits, self._atlas.within):
            hits = [replace(hit, score=min(hit.score, 0.85)) for hit in hits]
        return hits

    def _pointed(self, key: str, name: str, where: Where) -> list[Hit]:
        bare = self._words.stripped(key).key
        for form in (key, bare):
            pointed = self._words.pointed(form)
            lands = dict(self._names.pointed.get(pointed, {}))
            for table in (self._names.exact, self._names.stripped):
                if pointed != form:
                    lands.update(table.get(pointed, {}))
            if form and lands:
                certain = where.country or not self._words.only_directions(form)
                return self._ranked(lands, 0.93 if certain else 0.78, _POINTED, where)
        return []

    def _joined(self, key: str, name: str, where: Where) -> list[Hit]:
        """Spaces left out or put in: "Nord Rhein Westfalen"."""
        joined = key.replace(" ", "")
        known = self._names.joined.get(joined, ()) if len(joined) >= 6 else ()
        lands = {land: rank for k in known for land, rank in self._names.lands(k).items()}
        return self._ranked(lands, 0.93, "spaces", where)

    def _with_country(self, key: str, where: Where) -> Resolution | None:
        """A country inside the name: "North-West Romania", "Dutch Limburg"."""
        words = key.split()
        for count in (1, 2, 3):
            for part, rest in ((words[-count:], words[:-count]), (words[:count], words[count:])):
                country = self._country_word(" ".join(part)) if rest else ""
                if not country or (where.country and where.country != country):
                    continue
                if len(self._words.stripped(" ".join(rest)).key) < 4:
                    continue
                found = self._direct(" ".join(rest), replace(where, country=country))
                if found and found.entity and found.entity.key != country:
                    return capped(found, 0.94, f"{found.method}, in {country}")
        return None

    def _country_word(self, key: str) -> str:
        if len(key) > 3 and key in self._names.countries:
            return self._names.countries[key]
        adjectives = [a for a in self._names.aliases.get(key, ()) if a.kind == "adjective"]
        return adjectives[0].land.country if adjectives and adjectives[0].land.level == 0 else ""

    def _ranked(self, lands: dict[Land, int], score: float, reason: str, where: Where) -> list[Hit]:
        """Official names before others; other countries out of the way."""
        here = {
            land: rank for land, rank in lands.items() if not where.country or land.country == where.country
        }
        if not here:
            return []
        best = min(here.values())
        first = {land.country for land, rank in here.items() if rank == best}
        if any(land.country not in first and land.level for land in here):
            score = min(score, 0.85)  # in some language it names another country's region, too
        return [Hit(land, score if rank == best else min(score, 0.7), reason) for land, rank in here.items()]

    def _settle(self, hits: list[Hit], where: Where) -> Resolution:
        """One of several lands of one name, where a rule says which; else doubt."""
        top = max(hit.score for hit in hits)
        best = list({hit.land: hit for hit in hits if hit.score == top}.values())
        best = self._in_force(best, where.version)
        if any(hit.land.level == 0 for hit in best):
            best = [hit for hit in best if hit.land.level == 0]
        inner = self._atlas.within
        best = [
            hit
            for hit in best
            if not any(other is not hit and _inside(hit.land, other.land, inner) for other in best)
        ]
        if len(best) == 1:
            rest = [replace(hit, score=min(hit.score, 0.7)) for hit in hits if hit is not best[0]]
            return decide([self._dated(best[0], where.version), *rest])
        return decide(
            [replace(hit, score=0.7, reason=f"{hit.reason}; ambiguous") for hit in best], doubt=True
        )

    def _in_force(self, hits: list[Hit], version: str) -> list[Hit]:
        """Of a country's regions of one name, those of the version in force, if it has any."""
        kept = []
        for hit in hits:
            rivals = [h.land.territory for h in hits if h.land.country == hit.land.country]
            living = [t for t in rivals if version in t.versions]
            newest = max(max(t.versions) for t in rivals)
            if (hit.land.territory in living) if living else (newest in hit.land.territory.versions):
                kept.append(hit)
        return kept

    def _dated(self, hit: Hit, version: str) -> Hit:
        """Less certain where the region existed no more at the time, but its country had regions."""
        country = self._atlas.territory(hit.land.country)
        gone = max(hit.land.territory.versions) < version
        if not gone or country is None or version not in country.versions:
            return hit
        return replace(hit, score=min(hit.score, 0.85), reason=f"{hit.reason}; gone by then")

    def _roughly(self, key: str, where: Where) -> Resolution:
        """Misspelt names, and parts of names."""
        if not self._words.stripped(key).key:
            return NOTHING
        ranked = self._misspelt.hits(key, where)
        if not ranked:
            return NOTHING
        top = [hit for hit in ranked if hit.score >= ranked[0].score - 0.001]
        settled = self._settle(top, where)
        rest = [replace(hit, score=min(hit.score, ranked[0].score)) for hit in ranked if hit not in top]
        if settled.entity is None:
            return decide([*self._again(settled, 0.7), *rest], doubt=True)
        chosen = next(hit for hit in top if hit.land.entity == settled.entity)
        chosen = self._dated(chosen, where.version)
        return decide(
            [
                chosen,
                *(
                    replace(h, score=min(h.score, chosen.score - 0.01))
                    for h in [*top, *rest]
                    if h is not chosen
                ),
            ]
        )


def _is_of_bodies(word: str) -> bool:
    """Whether a word is one that bodies are named by: of a field, of a kind, or a small one."""
    return is_field(word) or organisation_type(word) is not None or (word.islower() and len(word) < 4)


def _elsewhere(country: Entity) -> Resolution:
    sure = Candidate(entity=country, score=1.0, reason="country without NUTS regions")
    return Resolution(outcome=Outcome.SURE, entity=country, score=1.0, method=sure.reason, candidates=(sure,))


def _without(written: Written, codes: list[str]) -> Written:
    pieces = tuple(p for p in written.pieces if code_in(p) not in codes)
    asides = tuple(a for a in written.asides if code_in(a) not in codes)
    name = ", ".join(pieces) if len(pieces) != len(written.pieces) else written.name
    return Written(name, pieces, asides)


def _inside(inner: Land, outer: Land, within: _Within) -> bool:
    if outer.is_place:
        return False
    if inner.is_place:
        return inner.territory is outer.territory or within(inner.territory, outer.territory)
    return within(inner.territory, outer.territory)


def _nested(hits: list[Hit], within: _Within) -> bool:
    return any(_inside(a.land, b.land, within) for a in hits for b in hits if a is not b)
