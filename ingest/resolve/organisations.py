"""Name as written → organisation of the register, or one of its own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from ingest.resolve.likeness import confidence, counterparts, nearest
from ingest.resolve.names import Words, fold, tidy
from ingest.resolve.resolution import PROBABLE, SURE, Candidate, Entity, Kind, Outcome, Resolution
from ingest.resolve.table import parts, rows
from ingest.resolve.written import take_apart
from regiograph.iris import slug

_SHORTEST_FUZZY = 6
_WORTH_A_LOOK = 0.7
_ONE_WORD = 0.9  # one-word names less alike than this are two names


@dataclass(frozen=True, slots=True)
class Organisation:
    """One row of the register."""

    entity: Entity
    names: tuple[str, ...]
    country: str
    nuts: str
    part_of: str


@dataclass(frozen=True, slots=True)
class Found:
    """One organisation a name may mean."""

    organisation: Organisation
    score: float
    reason: str

    def at_most(self, score: float, reason: str = "") -> "Found":
        """The same, no more certain than `score`."""
        return Found(self.organisation, min(self.score, score), reason or self.reason)


@dataclass(frozen=True, slots=True)
class Geography:
    """What organisations need to know of regions: questions answered by `ingest.resolve.regions`."""

    country: Callable[[str], str]  # name or ISO code → NUTS country code
    region: Callable[[str], str]  # surely a region's name → its key; else nothing
    country_of: Callable[[str], str]  # key of a region → its country


class Organisations:
    """The register, by name."""

    def __init__(self, register: Iterable[Organisation], words: Words, geography: Geography) -> None:
        self._words, self._geography = words, geography
        self._by_key: dict[str, Organisation] = {}
        self._names: dict[str, list[Organisation]] = {}
        self._joined: dict[str, list[Organisation]] = {}
        self._aliases: dict[str, list[tuple[Organisation, float]]] = {}
        self._literal: set[str] = set()
        for organisation in register:
            self._by_key[organisation.entity.key] = organisation
            for name in organisation.names:
                self._literal.add(name.casefold())
                _put(self._names, words.key(name), organisation)
                _put(self._joined, words.key(name).replace(" ", ""), organisation)
        self._keys = sorted(key for key in self._names if len(key) >= _SHORTEST_FUZZY)

    @classmethod
    def from_reference(
        cls, reference: Path, words: Words, geography: Geography, others: Iterable[Organisation] = ()
    ) -> "Organisations":
        """The register `organisations.csv` with `organisation_aliases.csv`, and others of keys it lacks."""
        register = {row["key"]: _organisation(row) for row in rows(reference / "organisations.csv")}
        for other in others:
            register.setdefault(other.entity.key, other)
        organisations = cls(register.values(), words, geography)
        for row in rows(reference / "organisation_aliases.csv"):
            organisations._alias(row["alias"], row["key"], float(row["certainty"]))
        return organisations

    def find(
        self, text: str, *, country: str = "", near: tuple[str, ...] = (), context: str = ""
    ) -> Resolution | None:
        """The registered organisation a name means, or may mean; None where none is like it."""
        written = take_apart(text)
        name = written.name or tidy(text)
        country = country or next((c for c in map(self._geography.country, written.asides) if c), "")
        found = self._whole(tidy(text)) or self._whole(name) or self._with_aside(name, written.asides)
        found = found or self._pieces(text) or self._qualified(name) or self._unit(name, context)
        found = found or self._within_words(name) or self._misspelt(name)
        return _decide([self._placed(f, country, near) for f in found]) if found else None

    def new(self, text: str) -> Resolution:
        """An organisation that resembles none: named as written."""
        label = take_apart(text).name or tidy(text)
        key = slug(label)
        while key in self._by_key:
            key += "-as-written"
        entity = Entity(kind=Kind.ORGANISATION, key=key, label=label)
        return Resolution(outcome=Outcome.NEW, entity=entity, score=SURE, method="as written")

    def is_name(self, text: str) -> bool:
        """Is it, as a whole, a name in the register, or one with its own place behind: "CETIC Wallonia"?"""
        name, whole = take_apart(text).name, tidy(text)
        if self._whole(whole) or (name != whole and self._whole(name)):
            return True
        return "," not in name and any(found.score >= SURE for found in self._qualified(name))

    def entity(self, key: str) -> Entity | None:
        """The registered organisation of a key."""
        return self._by_key[key].entity if key in self._by_key else None

    # --- ways of writing

    def _whole(self, name: str) -> list[Found]:
        key = self._words.key(name)
        if not key:
            return []
        if key in self._aliases:
            return [Found(o, certainty, "alias") for o, certainty in self._aliases[key]]
        if key in self._names:
            literal = name.casefold() in self._literal
            return [
                Found(o, 1.0 if literal else 0.98, "exact" if literal else "folded") for o in self._names[key]
            ]
        joined = key.replace(" ", "")
        return [Found(o, 0.95, "spaces") for o in self._joined.get(joined, ())] if len(joined) > 3 else []

    def _with_aside(self, name: str, asides: tuple[str, ...]) -> list[Found]:
        """An unknown name with a known acronym in brackets: "European Chemical Regions' Network (ECRN)"."""
        for aside in asides:
            found = self._whole(aside)
            if found and self._is_acronym(aside, name):
                return [f.at_most(0.9, "acronym in brackets") for f in found]
            if found and self._misspelt(name):
                return [f.at_most(0.93, "acronym in brackets, name alike") for f in found]
        return []

    def _is_acronym(self, short: str, name: str) -> bool:
        initials = "".join(word[0] for word in fold(name).split())
        short = fold(short).replace(" ", "")
        return len(short) > 1 and fuzz.ratio(short, initials) >= 75

    def _pieces(self, text: str) -> list[Found]:
        """Name and acronym, or name and region, joined by a dash, comma or slash."""
        for separator in (" - ", " – ", ",", "/", "-", "–", ":"):
            pieces = [piece for piece in map(tidy, text.split(separator)) if piece]
            if len(pieces) < 2:
                continue
            found = [self._whole(piece) for piece in pieces]
            known = {f.organisation.entity.key: f for hits in found for f in hits}
            rest = [piece for piece, hits in zip(pieces, found, strict=True) if not hits]
            if len(known) == 1 and all(
                self._is_where(piece) or self._is_acronym(piece, text) for piece in rest
            ):
                return [
                    f.at_most(0.95, "name and acronym" if not rest else "name and place")
                    for f in known.values()
                ]
        return []

    def _is_where(self, text: str) -> bool:
        return bool(self._geography.country(text) or self._geography.region(text))

    def _qualified(self, name: str) -> list[Found]:
        """A name with its region or country behind or before it: "CETIC Wallonia"."""
        words = name.split()
        for count in range(1, min(len(words), 5)):
            for rest, place in ((words[:-count], words[-count:]), (words[count:], words[:count])):
                found = self._whole(" ".join(rest)) if rest else []
                where = self._where(" ".join(place)) if found else ""
                if where:
                    return [
                        f.at_most(0.95 if f.organisation.country == where else 0.7, "name and place")
                        for f in found
                    ]
        return []

    def _where(self, text: str) -> str:
        region = self._geography.region(text)
        return self._geography.country_of(region) if region else self._geography.country(text)

    def _unit(self, name: str, context: str) -> list[Found]:
        """A part of an organisation: "DG GNECT A.2 Unit"; "H.1 Unit" after it."""
        words = name.split()
        for count in range(len(words) - 1, 0, -1):
            for parent in self._whole(" ".join(words[:count])):
                found = self._part(parent.organisation, " ".join(words[count:]))
                if found:
                    return [f.at_most(min(parent.score, 0.95), "part of an organisation") for f in found]
        for parent_of in self._mentioned(context):
            found = self._part(parent_of, name)
            if found:
                return [f.at_most(0.92, "part of the organisation named before") for f in found]
        return []

    def _part(self, parent: Organisation, rest: str) -> list[Found]:
        keys = [self._words.key(f"{name} {rest}") for name in parent.names]
        return [
            Found(o, 0.95, "part")
            for key in keys
            for o in self._names.get(key, ())
            if o.part_of == parent.entity.key
        ][:1]

    def _mentioned(self, context: str) -> Iterator[Organisation]:
        """The organisations a text names, the last one first, each followed by what it is part of."""
        words = fold(context[-300:]).split()
        for end in range(len(words), 0, -1):
            for start in range(max(0, end - 6), end):
                key = " ".join(words[start:end])
                for organisation in [*self._names.get(key, ()), *(o for o, _ in self._aliases.get(key, ()))]:
                    yield organisation
                    if organisation.part_of in self._by_key:
                        yield self._by_key[organisation.part_of]

    def _within_words(self, name: str) -> list[Found]:
        """A known name with generic words around it: "the BioWin cluster"."""
        bare = self._words.stripped(self._words.key(name))
        if bare.key and bare.kinds <= {"article", "suffix"}:
            return [f.at_most(0.93, "without generic words") for f in self._whole(bare.key)]
        return []

    def _misspelt(self, name: str) -> list[Found]:
        key = self._words.key(name)
        if len(key) < _SHORTEST_FUZZY:
            return []
        close = [(k, a) for k, a in nearest(key, self._keys, 0.75) if counterparts(key, k)]
        best: dict[str, tuple[float, Organisation]] = {}
        for known, alike in close:
            for organisation in self._names[known]:
                if alike > best.get(organisation.entity.key, (0.0, organisation))[0]:
                    best[organisation.entity.key] = (alike, organisation)
        found = []
        for own, (alike, organisation) in best.items():
            rival = max((a for other, (a, _) in best.items() if other != own), default=0.0)
            score = confidence(alike, rival, len(key))
            if " " not in key and alike < _ONE_WORD:
                score = min(score, _WORTH_A_LOOK)
            found.append(Found(organisation, score, "fuzzy"))
        return found

    def _placed(self, found: Found, country: str, near: tuple[str, ...]) -> Found:
        """Less certain where the text gives another country than the register."""
        own = found.organisation.country
        given = self._geography.country(country) if country else ""
        if own and given and own != given:
            return found.at_most(0.7, f"{found.reason}; another country given")
        if found.score < PROBABLE and own in {self._geography.country_of(key) for key in near}:
            return found
        return found

    def _alias(self, alias: str, key: str, certainty: float) -> None:
        if key not in self._by_key:
            raise ValueError(f"organisation_aliases.csv: no organisation {key!r} ({alias!r}).")
        self._aliases.setdefault(self._words.key(alias), []).append((self._by_key[key], certainty))


def _decide(found: list[Found]) -> Resolution | None:
    found = sorted(found, key=lambda f: (-f.score, f.organisation.entity.key))
    kept = [f for f in found if f.score >= _WORTH_A_LOOK][:5]
    if not kept:
        return None
    candidates = tuple(
        Candidate(entity=f.organisation.entity, score=round(f.score, 3), reason=f.reason) for f in kept
    )
    best = candidates[0]
    tied = [c for c in candidates if c.score == best.score]
    if best.score < PROBABLE or len(tied) > 1:
        score = min(best.score, 0.7)
        return Resolution(
            outcome=Outcome.DOUBT, entity=None, score=score, method=best.reason, candidates=candidates
        )
    outcome = Outcome.SURE if best.score >= SURE else Outcome.PROBABLE
    return Resolution(
        outcome=outcome, entity=best.entity, score=best.score, method=best.reason, candidates=candidates
    )


def _organisation(row: dict[str, str]) -> Organisation:
    entity = Entity(kind=Kind.ORGANISATION, key=row["key"], label=row["label"])
    names = tuple(dict.fromkeys((row["label"], row["name"], *parts(row["alt"]))))
    return Organisation(entity, names, row["country"], row["nuts"], row["part_of"])


def _put(table: dict[str, list[Organisation]], key: str, organisation: Organisation) -> None:
    known = table.setdefault(key, [])
    if organisation not in known:
        known.append(organisation)
