"""The tables of `reference/` → quads of regions, organisations, partnerships, goals (docs/model.md)."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Quad

from ingest.quads import Graph
from ingest.resolve.atlas import Atlas, NutsCode
from ingest.resolve.gazetteer import country_place
from ingest.resolve.table import parts, rows
from regiograph.iris import CODE, DCTERMS, FOAF, GEO, ORG, RDFS, RG, SDGO, SKOS, Iris

_LABEL, _NAME, _OTHER = RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel"
_NO_LANGUAGE = frozenset({"und", "mis"})
_TRUST = ("Eurostat", "EU country", "CLDR", "hand", "iso3166")
_SURE_ALIAS = 0.9


def reference_quads(reference_dir: Path, iris: Iris) -> Iterator[Quad]:
    """Everything the registers say, graph by graph; the same tables give the same quads in the same order.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    atlas = Atlas.from_reference(reference_dir)
    yield from _regions(reference_dir, iris, atlas)
    yield from _organisations(reference_dir, iris, atlas)
    yield from _partnerships(reference_dir, iris)
    yield from _goals(reference_dir, iris)
    yield from _neighbours(reference_dir, iris, atlas)


# --- regions ---


def _regions(reference: Path, iris: Iris, atlas: Atlas) -> Iterable[Quad]:
    graph = Graph(iris.graph("regions"))
    uris = {row["code"]: row["uri"] for row in rows(reference / "nuts.csv")}
    names = _region_names(reference)
    for code in sorted(atlas.codes):
        known = atlas.codes[code]
        node = iris.entity("region", code)
        graph.type(node, RG + "NutsRegion")
        graph.say(node, RG + "nutsCode", code)
        graph.value(node, RG + "nutsLevel", known.level)
        for version in known.versions:
            graph.say(node, RG + "nutsVersion", version)
        graph.link(node, SKOS + "exactMatch", uris[code])
        graph.link(node, RG + "country", iris.entity("region", known.country))
        graph.link(node, DCTERMS + "isPartOf", iris.entity("region", known.parent) if known.parent else None)
        graph.link(node, DCTERMS + "isReplacedBy", _replacement(known, atlas, iris))
        _say_names(graph, node, atlas.label(code), known.names, names.get(code, []))
    _places(graph, reference, iris, atlas)
    _countries_elsewhere(graph, reference, iris, atlas)
    return graph.quads()


def _replacement(code: NutsCode, atlas: Atlas, iris: Iris) -> str | None:
    """The code that today stands for the same land, for a code that is no longer in use."""
    territory = atlas.territory(code.code)
    if territory is None or territory.code == code.code:
        return None
    gone = max(code.versions) < max(atlas.codes[territory.code].versions)
    return iris.entity("region", territory.code) if gone else None


def _region_names(reference: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Language, name and source of each name, by code."""
    names: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows(reference / "nuts_alt_names.csv"):
        for language in parts(row["lang"]):
            names.setdefault(row["code"], []).append((language, row["name"], row["source"]))
    for row in rows(reference / "region_aliases.csv"):
        if row["kind"] == "alias" and float(row["certainty"]) >= _SURE_ALIAS:
            names.setdefault(row["code"], []).append(("und", row["alias"], ""))
    return names


def _say_names(
    graph: Graph, node: str, label: str, own: tuple[str, ...], names: list[tuple[str, str, str]]
) -> None:
    """The English label, one preferred name per language, and all others."""
    graph.say(node, _LABEL, label, "en")
    graph.say(node, _NAME, label, "en")
    said = {("en", label)}
    best: dict[str, tuple[int, int, str]] = {}
    for language, name, source in names:
        if language not in _NO_LANGUAGE and language != "en":
            candidate = (_trust(source), len(name), name)
            best[language] = min(best.get(language, candidate), candidate)
    for language in sorted(best):
        graph.say(node, _NAME, best[language][2], _tag(language))
        said.add((language, best[language][2]))
    for language, name, _ in sorted({*names, *(("und", name, "") for name in own)}):
        tag = "" if language in _NO_LANGUAGE else language
        if (tag, name) not in said and (tag or name not in {told for _, told in said}):
            graph.say(node, _OTHER, name, _tag(tag))
            said.add((tag, name))


def _trust(source: str) -> int:
    return next((rank for rank, mark in enumerate(_TRUST) if mark in source), len(_TRUST))


def _tag(language: str) -> str:
    return language.replace("_", "-")


def _places(graph: Graph, reference: Path, iris: Iris, atlas: Atlas) -> None:
    for row in sorted(rows(reference / "places.csv"), key=lambda row: row["key"]):
        node = iris.entity("place", row["key"])
        graph.type(node, RG + "Place")
        graph.say(node, _LABEL, row["label"], "en")
        for name in parts(row["alt"]):
            graph.say(node, _OTHER, name)
        graph.link(node, DCTERMS + "isPartOf", iris.entity("region", row["within"]))
        graph.link(node, RG + "country", iris.entity("region", atlas.codes[row["within"]].country))


def _countries_elsewhere(graph: Graph, reference: Path, iris: Iris, atlas: Atlas) -> None:
    """Countries without NUTS regions: places of their own and, like all countries, their own country."""
    for row in sorted(rows(reference / "eu_country.csv"), key=lambda row: row["code"]):
        if atlas.territory(row["nuts_country"]) is not None:
            continue
        node = iris.entity("place", country_place(row).key)
        graph.type(node, RG + "Place")
        graph.say(node, _LABEL, row["label_en"], "en")
        for language in ("en", "fr", "de", "es", "it"):
            graph.say(node, _NAME, row[f"label_{language}"] or None, language)
        graph.link(node, SKOS + "exactMatch", row["uri"])
        graph.link(node, DCTERMS + "isPartOf", node)
        graph.link(node, RG + "country", node)


# --- organisations, partnerships, goals ---


def _organisations(reference: Path, iris: Iris, atlas: Atlas) -> Iterable[Quad]:
    graph = Graph(iris.graph("organisations"))
    for row in sorted(rows(reference / "organisations.csv"), key=lambda row: row["key"]):
        node = iris.entity("organisation", row["key"])
        graph.type(node, RG + "DigitalInnovationHub" if row["type"] == "dih" else ORG + "Organization")
        graph.say(node, _LABEL, row["label"])
        graph.say(node, _NAME, row["name"])
        for name in parts(row["alt"]):
            if name not in (row["label"], row["name"]):
                graph.say(node, _OTHER, name)
        graph.link(node, RG + "helixSector", f"{CODE}helix/{row['helix']}" if row["helix"] else None)
        graph.link(node, RG + "organisationType", f"{CODE}organisation-type/{row['type']}")
        seat = atlas.territory(row["nuts"] or row["country"])
        graph.link(node, RG + "basedIn", iris.entity("region", seat.code) if seat else None)
        graph.link(node, FOAF + "homepage", row["homepage"] or None)
        parent = iris.entity("organisation", row["part_of"]) if row["part_of"] else None
        graph.link(node, ORG + "subOrganizationOf", parent)
        graph.say(node, DCTERMS + "source", row["source"])
    return graph.quads()


def _partnerships(reference: Path, iris: Iris) -> Iterable[Quad]:
    graph = Graph(iris.graph("partnerships"))
    kinds = {
        "partnership": ("partnership", RG + "Partnership"),
        "project": ("partnership", ORG + "OrganizationalCollaboration"),
        "platform": ("platform", RG + "ThematicPlatform"),
    }
    for row in sorted(rows(reference / "partnerships.csv"), key=lambda row: (row["kind"], row["key"])):
        kind, class_ = kinds[row["kind"]]
        node = iris.entity(kind, row["key"])
        graph.type(node, class_)
        graph.say(node, _LABEL, row["label"])
        for name in parts(row["alt"]):
            graph.say(node, _OTHER, name)
    return graph.quads()


def _goals(reference: Path, iris: Iris) -> Iterable[Quad]:
    graph = Graph(iris.graph("goals"))
    for row in sorted(rows(reference / "sdg_goals.csv"), key=lambda row: int(row["goal"])):
        node = row["uri"]
        graph.type(node, SDGO + "Goal")
        graph.say(node, _LABEL, row["label_en"], "en")
        for language in ("en", "fr", "es"):
            graph.say(node, _NAME, row[f"label_{language}"], language)
        graph.say(node, _OTHER, row["short_title_en"], "en")
        graph.say(node, SKOS + "notation", row["goal"])
    return graph.quads()


# --- neighbours ---


def _neighbours(reference: Path, iris: Iris, atlas: Atlas) -> Iterable[Quad]:
    """Which regions border each other, at all levels, each pair once; and the macro-regions of the EU."""
    graph = Graph(iris.graph("neighbours"))
    for one, other in sorted(_borders(reference, atlas)):
        graph.link(iris.entity("region", one), GEO + "sfTouches", iris.entity("region", other))
    for row in rows(reference / "macro_regions.csv"):
        node = iris.entity("macro-region", row["key"])
        graph.type(node, SKOS + "Collection")
        graph.say(node, _LABEL, row["label_en"], "en")
        for language in ("en", "fr"):
            graph.say(node, _NAME, row[f"label_{language}"], language)
        for code in parts(row["territories"]):
            graph.link(node, SKOS + "member", iris.entity("region", code))
    return graph.quads()


def _borders(reference: Path, atlas: Atlas) -> set[tuple[str, str]]:
    """Regions border each other where their parts do and neither is a part of the other."""
    found: set[tuple[str, str]] = set()
    for row in rows(reference / "neighbours.csv"):
        here, there = (_with_wholes(row[name], atlas) for name in ("code", "touches"))
        for one in here - there:
            found |= {(min(one, other), max(one, other)) for other in there - here}
    return found


def _with_wholes(code: str, atlas: Atlas) -> set[str]:
    whole, parent = {code}, atlas.codes[code].parent
    return whole | _with_wholes(parent, atlas) if parent else whole
