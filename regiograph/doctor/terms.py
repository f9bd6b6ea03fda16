"""Terms of a query that the edition does not use: misspelt, of a prefix declared otherwise, retired."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from regiograph.doctor.outline import Outline, declared
from regiograph.doctor.probes import Probes
from regiograph.doctor.vocabulary import Vocabulary, alike, local
from regiograph.iris import DCTERMS, PREFIXES, RDF
from regiograph.questions import written
from regiograph.store.tokens import Token, tokens

_MOST_TERMS = 40
_MOST_NEAR = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """An IRI in a query, and what it is used as."""

    iri: str
    use: str  # predicate, class, graph, thing
    token: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A piece of a text, and what is to stand there instead."""

    start: int
    end: int
    text: str

    def apply(self, query: str) -> str:
        """The text with the piece replaced."""
        return query[: self.start] + self.text + query[self.end :]


def mended(query: str, edits: list[Edit]) -> str:
    """A text with several pieces replaced."""
    for edit in sorted(set(edits), key=lambda one: -one.start):
        query = edit.apply(query)
    return query


def terms(query: Outline) -> list[Term]:
    """The IRIs of a query's pattern, each as often as it is used."""
    predicates: set[int] = set()
    classes: set[int] = set()
    graphs: set[int] = set()
    for element in query.where.all():
        if element.triple:
            _, path, object_ = element.triple
            predicates |= {token.start for token in path.tokens}
            kinds = [token for token in path.tokens if token.text == "a" or query.iri(token) == RDF + "type"]
            if kinds and len(object_.tokens) == 1:
                classes.add(object_.start)
        if element.kind == "graph":
            graphs |= {
                token.start for token in query.stream if element.start < token.start < element.groups[0].start
            }
    found = []
    before: tuple[str, str] = ("", "")
    for token in query.stream:
        inside = query.where.start < token.start < query.where.end
        iri = query.iri(token) if inside and before != ("^", "^") else None
        before = (before[1], token.text)
        if iri is None or not iri.startswith(("http:", "https:", "urn:")):
            continue
        place = token.start
        use = "predicate" if place in predicates else "class" if place in classes else "thing"
        found.append(Term(iri=iri, use="graph" if place in graphs else use, token=token))
    return found[:_MOST_TERMS]


async def unknown(query: Outline, probes: Probes) -> list[Term]:
    """The terms that no fact uses in the way the query does."""
    found: list[Term] = []
    uses = {
        "predicate": "EXISTS { ?s ?t ?o }",
        "class": f"EXISTS {{ ?s <{RDF}type> ?t }}",
        "graph": "EXISTS { GRAPH ?t { ?s ?p ?o } }",
        "thing": "EXISTS { ?t ?p ?o } || EXISTS { ?s ?p ?t } || EXISTS { ?s ?t ?o } "
        "|| EXISTS { GRAPH ?t { ?s ?p ?o } }",
    }
    everything = terms(query)
    for use, test in uses.items():
        asked = [term for term in everything if term.use == use]
        values = " ".join(dict.fromkeys(written(NamedNode(term.iri)) for term in asked))
        if not values:
            continue
        rows = await probes.rows(
            f"SELECT ?t {query.dataset} WHERE {{ VALUES ?t {{ {values} }} FILTER({test}) }}"
        )
        if rows is not None:
            known = {row["t"]["value"] for row in rows}
            found += [term for term in asked if term.iri not in known]
    return found


async def meant(query: Outline, term: Term, words: Vocabulary, probes: Probes) -> list[str]:
    """The IRIs that an unknown term may have been meant to be, best first."""
    known = {"predicate": words.predicates, "class": words.classes}.get(term.use)
    if known is not None:
        return alike(term.iri, known)
    if term.use == "graph":
        rows = await probes.rows("SELECT DISTINCT ?t { GRAPH ?t { ?s ?p ?o } }")
    else:
        place = term.iri[: -len(local(term.iri).rstrip("/#"))]
        rows = await probes.rows(
            f"SELECT DISTINCT ?t {query.dataset} WHERE {{ ?t a ?c . "
            f"FILTER(STRSTARTS(STR(?t), {written(Literal(place))})) }} LIMIT {_MOST_NEAR}"
        )
    return alike(term.iri, (row["t"]["value"] for row in rows or () if row["t"]["type"] == "uri"))


async def replaced(query: Outline, probes: Probes) -> dict[str, list[str]]:
    """The things of a query that were recoded, each with what stands for it now."""
    things = dict.fromkeys(term.iri for term in terms(query) if term.use == "thing")
    values = " ".join(written(NamedNode(iri)) for iri in things)
    if not values:
        return {}
    rows = await probes.rows(
        f"SELECT ?t ?new {query.dataset} WHERE {{ VALUES ?t {{ {values} }} "
        f"?t <{DCTERMS}isReplacedBy>+ ?new . FILTER NOT EXISTS {{ ?new <{DCTERMS}isReplacedBy> ?newer }} }}"
    )
    found: dict[str, list[str]] = {}
    for row in rows or ():
        found.setdefault(row["t"]["value"], []).append(row["new"]["value"])
    return found


def undeclared(text: str) -> Iterator[tuple[Token, str, str | None]]:
    """The prefixes a query uses but does not declare: where first, the prefix, and what we know it to be."""
    stream = list(tokens(text))
    known = declared(stream)
    seen = set(known)
    for token in stream:
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "name" and colon and prefix not in seen | {"_"}:
            seen.add(prefix)
            yield token, prefix, _namespace(prefix)


def shorter(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI as a query writes it: with one of its prefixes where that can be read, else whole.

    >>> shorter("http://e.org/ns#leads", {"rg": "http://e.org/ns#"})
    'rg:leads'
    """
    for prefix, base in sorted(prefixes.items(), key=lambda each: -len(each[1])):
        rest = iri[len(base) :]
        plain = rest.replace("-", "").replace("_", "")
        if iri.startswith(base) and plain.isalnum() and plain.isascii() and not rest.startswith("-"):
            return f"{prefix}:{rest}"
    return written(NamedNode(iri))


def _namespace(prefix: str) -> str | None:
    near = alike(prefix, PREFIXES, 1)
    return PREFIXES.get(prefix) or (PREFIXES[near[0]] if near else None)
