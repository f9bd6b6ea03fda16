"""Every name of every territory and place, by key. Looks up; decides nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.resolve.atlas import Atlas, Territory
from ingest.resolve.names import Words, fold, spelt_out
from ingest.resolve.resolution import Entity, Kind
from ingest.resolve.table import parts, rows
from regiograph.iris import slug

_PUBLISHED = ("CLDR", "EU country", "hand")


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """A territory, or a place without a code that lies in one. There is one of each, so identity tells."""

    entity: Entity
    territory: Territory  # of a place: the one it lies in

    @property
    def is_place(self) -> bool:
        """Has it no code of its own?"""
        return self.entity.kind is Kind.PLACE

    @property
    def country(self) -> str:
        """The NUTS code of its country."""
        return self.territory.country

    @property
    def level(self) -> int:
        """The NUTS level; places count as the finest."""
        return 4 if self.is_place else self.territory.level


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that people use and no table of official names has."""

    land: Land
    kind: str
    certainty: float


class Gazetteer:
    """Keys → lands. Rank 0: official and English names; 1: in other languages; 2: what else is in use."""

    def __init__(self, atlas: Atlas, words: Words) -> None:
        self.atlas, self.words = atlas, words
        self.exact: dict[str, dict[Land, int]] = {}
        self.stripped: dict[str, dict[Land, int]] = {}
        self.pointed: dict[str, dict[Land, int]] = {}
        self.places: dict[str, Entity] = {}
        self.joined: dict[str, list[str]] = {}
        self.aliases: dict[str, list[Alias]] = {}
        self.literal: set[str] = set()
        self.countries: dict[str, str] = {}
        self.elsewhere: dict[str, Entity] = {}  # countries without NUTS regions, by key
        self.elsewhere_codes: dict[str, Entity] = {}
        self._lands: dict[str, Land] = {}
        self._by_country: dict[str, list[str]] = {}

    @classmethod
    def from_reference(cls, reference: Path, words: Words) -> "Gazetteer":
        """All names of the data room."""
        gazetteer = cls(Atlas.from_reference(reference), words)
        for name, land, rank in gazetteer._given(reference):
            gazetteer._add(name, land, rank)
        for row in rows(reference / "region_aliases.csv"):
            gazetteer._add_alias(row)
        gazetteer._add_countries(reference)
        gazetteer._index_by_country()
        return gazetteer

    def land(self, territory: Territory) -> Land:
        """The territory as something a name can mean."""
        known = self._lands.get(territory.code)
        if known is None:
            known = Land(Entity(kind=Kind.REGION, key=territory.code, label=territory.label), territory)
            self._lands[territory.code] = known
        return known

    def keys(self, country: str = "") -> list[str]:
        """All keys, or those with a land in one country."""
        return self._by_country.get(country, [])

    def lands(self, key: str) -> dict[Land, int]:
        """What a key can mean: whole names, names without generic words, aliases."""
        found = dict(self.exact.get(key, {}))
        for land, rank in self.stripped.get(key, {}).items():
            found.setdefault(land, rank)
        for alias in self.aliases.get(key, ()):
            if alias.kind == "alias":
                found[alias.land] = 0
        return found

    def _given(self, reference: Path) -> Iterator[tuple[str, Land, int]]:
        for code in self.atlas.codes.values():
            if code.kind == "EXTRA":
                continue
            land = self.land(self.atlas.territory(code.code))  # type: ignore[arg-type]
            for name in (*code.names, self.atlas.label(code.code)):
                yield name, land, 0
        for row in rows(reference / "nuts_alt_names.csv"):
            territory = self.atlas.territory(row["code"])
            if territory and self.atlas.codes[row["code"]].kind != "EXTRA":
                yield row["name"], self.land(territory), _rank(row["source"], parts(row["lang"]))
        for row in rows(reference / "places.csv"):
            place = Entity(kind=Kind.PLACE, key=row["key"], label=row["label"])
            self.places[row["key"]] = place
            land = Land(place, self.atlas.territory(row["within"]))  # type: ignore[arg-type]
            for name in (row["label"], *parts(row["alt"])):
                yield name, land, 0

    def _add(self, name: str, land: Land, rank: int) -> None:
        self.literal.add(name.casefold())
        for version in _versions(name):
            for spelling in {version, spelt_out(version)}:
                key = self.words.key(spelling)
                if len(key) < 2:  # "P-A", without its joiner, is everybody's letter
                    continue
                _put(self.exact, key, land, rank)
                bare = self.words.stripped(key).key
                if bare and bare != key:
                    _put(self.stripped, bare, land, rank)
                for form in {key, bare} - {""}:
                    pointed = self.words.pointed(form)
                    if pointed != form:
                        _put(self.pointed, pointed, land, rank)

    def _add_alias(self, row: dict[str, str]) -> None:
        territory = self.atlas.territory(row["code"])
        if territory is None:
            raise ValueError(f"region_aliases.csv: no region {row['code']!r} ({row['alias']!r}).")
        alias = Alias(self.land(territory), row["kind"], float(row["certainty"]))
        for spelling in {row["alias"], spelt_out(row["alias"])}:
            self.aliases.setdefault(self.words.key(spelling), []).append(alias)

    def _add_countries(self, reference: Path) -> None:
        for row in rows(reference / "eu_country.csv"):
            names = [value for column, value in row.items() if column.startswith("label_")]
            territory = self.atlas.territory(row["nuts_country"])
            if territory is None:
                self._add_elsewhere(row, names)
                continue
            for name in (*names, row["iso2"], row["nuts_country"], row["code"]):
                self.countries[fold(name)] = territory.country
        for table in (self.exact, self.stripped):
            for key, lands in table.items():
                for land, rank in lands.items():
                    if land.level == 0 and rank < 2:
                        self.countries.setdefault(key, land.country)
        for key, aliases in self.aliases.items():
            for alias in aliases:
                if alias.land.level == 0 and alias.kind == "alias":
                    self.countries.setdefault(key, alias.land.country)
        for row in rows(reference / "country_aliases.csv"):
            country = self.elsewhere_codes.get(row["code"])
            if country is None:
                raise ValueError(
                    f"country_aliases.csv: no country without NUTS {row['code']!r} ({row['alias']!r})."
                )
            self.elsewhere[self.words.key(row["alias"])] = country
        for key in set(self.elsewhere) & set(self.exact):
            del self.elsewhere[key]

    def _add_elsewhere(self, row: dict[str, str], names: list[str]) -> None:
        country = country_place(row)
        self.places[country.key] = country
        self.elsewhere_codes |= {code: country for code in (row["iso2"], row["code"]) if code}
        self.elsewhere |= {self.words.key(name): country for name in names if name}

    def _index_by_country(self) -> None:
        everything: dict[str, set[str]] = {"": set()}
        for table in (self.exact, self.stripped):
            for key, lands in table.items():
                everything[""].add(key)
                for land in lands:
                    everything.setdefault(land.country, set()).add(key)
        for key, aliases in self.aliases.items():
            for alias in aliases:
                if alias.kind == "alias":
                    everything[""].add(key)
                    everything.setdefault(alias.land.country, set()).add(key)
        self._by_country = {country: sorted(keys) for country, keys in everything.items()}
        for key in self._by_country[""]:
            self.joined.setdefault(key.replace(" ", ""), []).append(key)


def country_place(row: dict[str, str]) -> Entity:
    """The place that a country without NUTS regions is, from its row of `eu_country.csv`."""
    return Entity(kind=Kind.PLACE, key=slug(row["label_en"]), label=row["label_en"])


def _rank(source: str, languages: tuple[str, ...]) -> int:
    published = any(mark in source for mark in _PUBLISHED)
    if "Eurostat" in source or (published and "en" in languages):
        return 0
    return 1 if published else 2


def _versions(name: str) -> set[str]:
    """The name, without its bracket, and each side of a slash."""
    found = {name}
    if name.endswith(")") and " (" in name:
        found.add(name[: name.rindex(" (")])
    if "/" in name:
        found.update(side.strip() for side in name.split("/"))
    return found


def _put(table: dict[str, dict[Land, int]], key: str, land: Land, rank: int) -> None:
    lands = table.setdefault(key, {})
    lands[land] = min(rank, lands.get(land, rank))
