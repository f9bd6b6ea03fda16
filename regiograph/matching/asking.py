"""Who asks: a region by code or name, or a profile of what one has and wants."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process
from scipy.sparse import csr_matrix

from regiograph.errors import BadParameter, NoSuchThing
from regiograph.matching.facts import Facts
from regiograph.matching.words import fold
from regiograph.matching.world import GOALS, Askers, World

_SURE = 90.0  # likeness from which a name of an organisation is taken
_LIKE = 75.0
_MOST_OFFERED = 5
_MOST_WORDS = 5_000  # characters of priorities


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What somebody says of themselves. Codes and names as typed."""

    region: str = ""
    country: str = ""
    priorities: str = ""
    nace: tuple[str, ...] = ()
    taxonomy: tuple[str, ...] = ()  # JRC cybersecurity taxonomy
    sdg: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A profile, understood."""

    label: str
    label_fr: str
    region: str  # IRI, or empty
    country: str
    macros: frozenset[str]
    organisations: tuple[str, ...]
    unknown: tuple[str, ...]  # organisations that were not found
    goals: tuple[int, ...]
    words: str
    vector: csr_matrix | None
    row: Askers

    def named(self, language: str) -> str:
        """What to call whoever asks."""
        return self.label_fr if language == "fr" else self.label


class Register:
    """Finds what a person names: regions, countries, organisations, codes."""

    def __init__(self, facts: Facts, names: Iterable[tuple[str, str]], codes: "Codes") -> None:
        self._facts, self._codes = facts, codes
        self._names: dict[str, set[str]] = {}
        self._called: dict[str, list[str]] = {}
        for region, name in names:
            self._names.setdefault(fold(name), set()).add(region)
            self._called.setdefault(region, []).append(name)

    def names_of(self, region: str) -> tuple[str, ...]:
        """All names of a region."""
        return tuple(self._called.get(region, ()))

    def region(self, written: str, known: Iterable[str]) -> str:
        """The region of a code of any NUTS version, or of a name in any language.

        Of the codes of one territory it is the one that is known to take part.

        Raises:
            NoSuchThing: nothing is called so.
            BadParameter: several are.
        """
        words = written.strip()
        found = self._by_code.get(words.upper()) or self._by_code.get(_greek_or_british(words.upper()))
        those = {found} if found else self._names.get(fold(words), set())
        lands = {self._one(region, frozenset(known)) for region in those}
        if not lands:
            raise NoSuchThing(
                "No region is called so.", where=f"region {written[:80]}", way_out=self._perhaps(words)
            )
        if len(lands) > 1 and len(lands & frozenset(known)) == 1:
            lands &= frozenset(known)
        if len(lands) > 1:
            options = ", ".join(sorted(f"{self._code(each)} ({self._label(each)})" for each in lands))
            raise BadParameter(
                "Several regions are called so.",
                where=f"region {written[:80]}",
                way_out=f"Give one of: {options}.",
            )
        return lands.pop()

    def _one(self, region: str, known: frozenset[str]) -> str:
        land = list(self._facts.territory.same_land(region))
        return next((each for each in land if each in known), land[0])

    def _perhaps(self, words: str) -> str:
        like = process.extract(
            fold(words), self._names.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE, limit=_MOST_OFFERED
        )
        offered = dict.fromkeys(self._code(min(self._names[name])) for name, _, _ in like)
        return f"Perhaps: {', '.join(offered)}." if offered else "Give a NUTS code, such as ES41."

    @cached_property
    def _by_code(self) -> dict[str, str]:
        return {each.code: iri for iri, each in self._facts.territory.regions.items() if each.code}

    def _code(self, region: str) -> str:
        return self._facts.territory.regions[region].code or region.rpartition("/")[2]

    def _label(self, region: str) -> str:
        return self._facts.territory.regions[region].label

    def organisations(self, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those that are known, by IRI, and the names of those that are not."""
        choices = {iri: fold(each.label) for iri, each in self._facts.organisations.items()}
        known: dict[str, None] = {}
        unknown: list[str] = []
        for name in names:
            best = process.extractOne(fold(name), choices, scorer=fuzz.token_sort_ratio, score_cutoff=_SURE)
            if name in choices:
                known[name] = None
            elif best:
                known[best[2]] = None
            else:
                unknown.append(name)
        return tuple(sorted(known)), tuple(unknown)

    def understood(self, profile: Profile, world: World) -> Asker:
        """A profile as one who asks.

        Raises:
            NoSuchThing: a code or region that does not exist.
            BadParameter: an ambiguous name, or nothing said at all.
        """
        if profile == Profile():
            raise BadParameter(
                "This profile says nothing.",
                where="profile",
                way_out="Give a region, a country, priorities, codes or organisations.",
            )
        region = self.region(profile.region, world.regions.names) if profile.region else ""
        country = self._country(profile.country) if profile.country else ""
        words = self._codes.words(profile)
        known, unknown = self.organisations(profile.organisations)
        goals = tuple(sorted({_goal(each) for each in profile.sdg}))
        land = self._facts.territory.regions.get(region or country)
        row = _row(world, region, country, known, goals, words)
        return Asker(
            label=land.label if land else "your profile",
            label_fr=land.label_fr if land else "votre profil",
            region=region,
            country=self._facts.territory.country(region) or country,
            macros=self._facts.territory.macros(region or country),
            organisations=known,
            unknown=unknown,
            goals=goals,
            words=words,
            vector=row.words if words else None,
            row=row,
        )

    def _country(self, written: str) -> str:
        region = self.region(written, ())
        return self._facts.territory.country(region) or region


def _row(
    world: World, region: str, country: str, known: Sequence[str], goals: Sequence[int], words: str
) -> Askers:
    row = world.askers([region])
    if country and not region:
        there = world.askers([country])
        row = replace(row, country=there.country, macros=there.macros, eu13=there.eu13)
    if known:
        flags = np.zeros((1, len(world.organisations)))
        flags[0, [world.organisations.at[iri] for iri in known]] = 1.0
        row = replace(row, organisations=csr_matrix(flags))
    wanted = np.zeros((1, GOALS))
    wanted[0, [goal - 1 for goal in goals]] = 1.0
    return replace(row, goals=wanted, words=world.vectors.of([words]) if words else row.words)


def _greek_or_british(code: str) -> str:
    """Country codes people write beside those of NUTS."""
    return {"GR": "EL", "GB": "UK"}.get(code[:2], code[:2]) + code[2:]


def _goal(written: str) -> int:
    number = written.lower().removeprefix("sdg").strip()
    if not number.isdigit() or not 1 <= int(number) <= GOALS:
        raise BadParameter(
            "There is no such goal.", where=f"sdg {written[:20]}", way_out="Give numbers from 1 to 17."
        )
    return int(number)


class Codes:
    """What codes of classifications are called."""

    def __init__(
        self, nace: Mapping[str, str], taxonomy: Mapping[str, str], topics: Mapping[str, str]
    ) -> None:
        """Labels by code; `topics` are names of topics by the beginnings of NACE codes, parted by bars."""
        self._nace, self._taxonomy, self._topics = nace, taxonomy, topics

    @classmethod
    def read(cls, reference: Path) -> "Codes":
        """From the tables of the reference room."""
        taxonomy = {row["id_local"]: row for row in _table(reference / "jrc_cyber_taxonomy.csv")}
        parents = {key: taxonomy.get(row["parent"], row)["label"] for key, row in taxonomy.items()}
        return cls(
            {row["code"]: row["label"] for row in _table(reference / "nace.csv")},
            {key: f"cybersecurity: {parents[key]}: {row['label']}" for key, row in taxonomy.items()},
            {row["en"].split("|")[0]: row["nace"] for row in _table(reference / "topic_words.csv")},
        )

    @staticmethod
    def goals(reference: Path) -> dict[str, tuple[str, str]]:
        """The names of the Sustainable Development Goals, by number, in English and French."""
        rows = _table(reference / "sdg_goals.csv")
        return {row["goal"]: (row["short_title_en"], row["label_fr"]) for row in rows}

    def words(self, profile: Profile) -> str:
        """Priorities in words, those of the codes among them.

        Raises:
            BadParameter: a code that is in no table, or too long a text.
        """
        if len(profile.priorities) > _MOST_WORDS:
            raise BadParameter(
                "These priorities are too long.",
                where="priorities",
                way_out=f"Say it in {_MOST_WORDS} characters.",
            )
        parts = [profile.priorities]
        for code in profile.nace:
            parts += [self._label(self._nace, "nace", code), *self._topics_of(code.strip())]
        parts += [self._label(self._taxonomy, "taxonomy", code) for code in profile.taxonomy]
        return "\n".join(part for part in parts if part.strip())

    def _topics_of(self, code: str) -> Iterator[str]:
        for topic, codes in self._topics.items():
            if any(code.startswith(each) for each in codes.split("|") if each):
                yield topic

    @staticmethod
    def _label(table: Mapping[str, str], kind: str, code: str) -> str:
        label = table.get(code.strip().upper()) or table.get(code.strip())
        if label is None:
            raise BadParameter(
                "There is no such code.",
                where=f"{kind} {code[:20]}",
                way_out=f"Give one such as {next(iter(table), '')}.",
            )
        return label


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
