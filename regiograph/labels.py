"""Labels beside IRIs: an answer gets, after each column of IRIs, a column of their names in a language.

What an IRI is called is asked of the same edition. The asked language comes first, then English, then a name
without language; `skos:prefLabel` goes before `rdfs:label`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pyoxigraph import NamedNode

from regiograph.iris import RDFS, SKOS
from regiograph.store.terms import written
from regiograph.things import with_things

Results = Mapping[str, Any]
"""SPARQL results JSON, as read."""

FALLBACK = "en"
_AT_ONCE = 200
_PROPERTIES = (f"{SKOS}prefLabel", f"{RDFS}label")


def languages(asked: str, header: str = "") -> tuple[str, ...]:
    """The languages to look for, best first: what is asked for, or what an Accept-Language header likes.

    >>> languages("fr"), languages("", "de-AT, nl;q=0.5, *;q=0.1"), languages("")
    (('fr', 'en'), ('de-at', 'de', 'nl', 'en'), ('en',))
    """
    wanted = [asked] if asked else [tag for tag in _accepted(header) if tag != "*"]
    exact = (each for tag in wanted for each in (tag.lower(), tag.lower().split("-")[0]))
    return tuple(dict.fromkeys((*exact, FALLBACK)))


def iris_of(results: Results) -> list[str]:
    """The IRIs of an answer, each once."""
    rows = results.get("results", {}).get("bindings", ())
    return list(
        dict.fromkeys(term["value"] for row in rows for term in row.values() if term["type"] == "uri")
    )


def queries(iris: Iterable[str], wanted: Sequence[str]) -> Iterator[str]:
    """The queries that ask what IRIs are called: some at once."""
    tags = ", ".join(f'"{tag}"' for tag in ("", *wanted) if tag.replace("-", "").isalnum() or not tag)
    first, second = (written(NamedNode(name)) for name in _PROPERTIES)
    named = list(iris)
    for begin in range(0, len(named), _AT_ONCE):
        values = " ".join(written(NamedNode(iri)) for iri in named[begin : begin + _AT_ONCE])
        yield (
            f"SELECT DISTINCT ?iri ?property ?label WHERE {{ VALUES ?iri {{ {values} }} "
            f"VALUES ?property {{ {first} {second} }} "
            f"?iri ?property ?label . FILTER(LCASE(LANG(?label)) IN ({tags})) }}"
        )


def best(answers: Iterable[Results], wanted: Sequence[str]) -> dict[str, Mapping[str, str]]:
    """The name of each IRI, as a term of SPARQL results JSON."""
    order = {tag: place for place, tag in enumerate((*wanted, ""))}
    found: dict[str, tuple[tuple[int, int, str], Mapping[str, str]]] = {}
    for row in (row for answer in answers for row in answer["results"]["bindings"]):
        label = row["label"]
        rank = order[label.get("xml:lang", "").lower()]
        key = (rank, _PROPERTIES.index(row["property"]["value"]), label["value"])
        iri = row["iri"]["value"]
        if iri not in found or key < found[iri][0]:
            found[iri] = (key, label)
    return {iri: label for iri, (_, label) in found.items()}


def labelled(results: Results, names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The answer with a column `<name>Label` after each column that holds IRIs."""
    if "boolean" in results:
        return dict(results)
    rows = results["results"]["bindings"]
    variables = list(results["head"]["vars"])
    holding = {name for row in rows for name, term in row.items() if term["type"] == "uri"}
    beside = {name: _free(f"{name}Label", variables) for name in variables if name in holding}
    columns = [each for name in variables for each in (name, beside.get(name)) if each]
    return {
        "head": {"vars": columns},
        "results": {"bindings": [_beside(row, beside, names) for row in rows]},
    }


def companions(results: Results) -> dict[str, str]:
    """The columns of IRIs that have their column of names right after them, as `labelled` puts it."""
    variables = list(results["head"].get("vars", ()))
    rows = results.get("results", {}).get("bindings", ())
    holding = {name for row in rows for name, term in row.items() if term["type"] == "uri"}
    pairs = pairwise(variables)
    return {name: after for name, after in pairs if name in holding and after.rstrip("_") == f"{name}Label"}


def with_names(ask: Callable[[str], Results], text: str, wanted: Sequence[str]) -> dict[str, Any]:
    """The answer to a query with the IRIs of what it names, and what these are called; `ask` asks."""
    results = ask(with_things(text))
    found = [ask(query) for query in queries(iris_of(results), wanted)]
    return labelled(results, best(found, wanted))


def _beside(
    row: Mapping[str, Any], beside: Mapping[str, str], names: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    more = {
        label: names[row[name]["value"]]
        for name, label in beside.items()
        if name in row and row[name]["value"] in names
    }
    return {**row, **more}


def _free(name: str, taken: Sequence[str]) -> str:
    """A name that the query does not use itself."""
    while name in taken:
        name += "_"
    return name


def _accepted(header: str) -> list[str]:
    found: list[tuple[float, str]] = []
    for part in header.split(",")[:50]:
        tag, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            weight = 0.0
        if weight > 0 and tag and (tag == "*" or tag.replace("-", "").isalnum()) and tag.isascii():
            found.append((-weight, tag))
    return [tag for _, tag in sorted(found, key=lambda each: each[0])]
