"""Why a query takes long or grows large: told from its outline and counts, without running it."""

from collections.abc import Iterator, Sequence

from regiograph.doctor.culprits import parts
from regiograph.doctor.findings import Finding
from regiograph.doctor.outline import Element, Group, Outline
from regiograph.doctor.vocabulary import Vocabulary
from regiograph.iris import RDF

_MANY = 20_000  # facts from which on a pattern is worth naming
_BINDING = {"triple", "values", "graph", "group", "union", "select", "optional", "bind"}


def costly(query: Outline, words: Vocabulary) -> list[Finding]:
    """The expensive patterns of a query, the worst first."""
    found = [*_products(query, query.where, words), *_endless(query), *_wide(query, words), *_sorted(query)]
    return found[:5]


def _products(query: Outline, group: Group, words: Vocabulary) -> Iterator[Finding]:
    """Groups of patterns that share no variable: each match of one goes with each match of the other."""
    binding = [one for one in group.elements if one.kind in _BINDING and one.binds]
    found = parts(binding)
    if len(found) > 1:
        sizes = [_size(query, part, words) for part in found]
        order = sorted(range(len(found)), key=lambda place: -sizes[place])
        one, other = found[order[0]], found[order[1]]
        product = sizes[order[0]] * sizes[order[1]]
        amount = f", about {sizes[order[0]]:,} × {sizes[order[1]]:,} rows" if product else ""
        lines = " and ".join(query.line(part[0].start).split(",")[0] for part in (one, other))
        yield Finding(
            kind="cartesian-product",
            what=f"The patterns on {lines} share no variable, so each match of one goes with each of the "
            f"other{amount}.",
            where=query.line(other[0].start),
            way_out="Join them by a variable that both have, or ask two queries.",
            pattern="\n".join(" ".join(query.text[e.start : e.end].split()) for e in (one[0], other[0])),
        )
    for element in group.elements:
        for inner in element.groups:
            yield from _products(query, inner, words)


def _endless(query: Outline) -> Iterator[Finding]:
    """Paths of any length between two things of which neither is named."""
    for element in _triples(query.where):
        assert element.triple  # noqa: S101
        subject, path, object_ = element.triple
        endless = any(token.text in ("*", "+") for token in path.tokens)
        if endless and subject.variable and object_.variable:
            pattern = " ".join(query.text[element.start : element.end].split())
            yield Finding(
                kind="endless-path",
                what=f"{query.text[path.start : path.end]} is followed any number of times from every node.",
                where=query.line(path.start),
                way_out="Name one end of the path, or say how long it is at most: p/p?/p?.",
                pattern=pattern,
            )


def _wide(query: Outline, words: Vocabulary) -> Iterator[Finding]:
    """Patterns that very many facts match."""
    sized = [(count, one) for one in _triples(query.where) if (count := _count(query, one, words)) >= _MANY]
    for count, element in sorted(sized, key=lambda each: -each[0])[:2]:
        yield Finding(
            kind="wide-pattern",
            what=f"{count:,} facts of this edition match this pattern alone.",
            where=query.line(element.start),
            way_out="Name its subject, predicate or object, or put a rarer pattern beside it.",
            pattern=" ".join(query.text[element.start : element.end].split()),
        )


def _sorted(query: Outline) -> Iterator[Finding]:
    """What needs all rows before the first can be sent."""
    tail = [token.text.upper() for token in query.stream if token.start >= query.where.end]
    if "LIMIT" in tail:
        return
    words = {token.text.upper() for token in query.stream if token.kind == "word"}
    for word, what in (("GROUP_CONCAT", "joins texts of all rows"), ("ORDER", "sorts all rows")):
        if word in words:
            yield Finding(
                kind="all-rows",
                what=f"{word.replace('ORDER', 'ORDER BY')} {what} before the first is sent.",
                where="the query",
                way_out="Leave it out, or narrow the pattern; LIMIT alone does not make it cheaper.",
            )
            return
    yield Finding(
        kind="no-limit",
        what="The query names no LIMIT.",
        where="the query",
        way_out="Add LIMIT, or ask for fewer columns.",
    )


def _triples(group: Group) -> Iterator[Element]:
    return (element for element in group.all() if element.triple)


def _size(query: Outline, part: Sequence[Element], words: Vocabulary) -> int:
    """How many rows a part may have, from its rarest pattern."""
    inner = (each for one in part for group in one.groups for each in group.all())
    counts = [_count(query, one, words) for one in (*part, *inner) if one.triple]
    return min(counts, default=0)


def _count(query: Outline, element: Element, words: Vocabulary) -> int:
    """How many facts match a triple alone, where neither subject nor object is named."""
    assert element.triple  # noqa: S101
    subject, path, object_ = element.triple
    if not subject.variable:
        return 1
    iri = query.iri(path.tokens[0]) if len(path.tokens) == 1 else None
    if path.tokens[0].text == "a":
        iri = f"{RDF}type"
    if object_.variable:
        return sum(words.predicates.values()) if path.variable else words.predicates.get(iri or "", 0)
    kind = query.iri(object_.tokens[0])
    return words.classes.get(kind or "", 0) if iri == f"{RDF}type" else 1
