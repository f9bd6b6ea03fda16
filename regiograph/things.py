"""The things behind the names of an answer: a question that projects names is asked for their IRIs, too."""

from collections.abc import Iterator

from regiograph.doctor.outline import Element, Group, NotUnderstood, Outline, outline
from regiograph.iris import RDFS, SKOS
from regiograph.store.tokens import Token

_NAMES = {f"{RDFS}label", f"{SKOS}prefLabel"}


def with_things(text: str) -> str:
    """The query with `<column>Iri` after each column that holds the name of something.

    >>> prefix = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    >>> query = "SELECT ?name (MAX(?y) AS ?n) { ?x ?p ?y ; rdfs:label ?name } GROUP BY ?name"
    >>> with_things(prefix + query).removeprefix(prefix)
    'SELECT ?name (?x AS ?nameIri) (MAX(?y) AS ?n) { ?x ?p ?y ; rdfs:label ?name } GROUP BY ?name ?x'
    """
    try:
        query = outline(text)
    except NotUnderstood:
        return text
    named = dict(_named(query))
    columns = {token.text[1:]: token for token in _columns(query)}
    found = [name for name in columns if name in named and named[name] not in columns]
    if query.form != "SELECT" or not found:
        return text
    inserts = [(_end(columns[name]), f" (?{named[name]} AS ?{name}Iri)") for name in found]
    if (grouped := _end_of_grouping(query)) is not None:
        inserts.append(
            (grouped, "".join(f" ?{thing}" for thing in dict.fromkeys(named[one] for one in found)))
        )
    for place, piece in sorted(inserts, reverse=True):
        text = text[:place] + piece + text[place:]
    return text


def _named(query: Outline) -> Iterator[tuple[str, str]]:
    """Each variable that holds a name, and the variable of what it is the name of."""
    always = list(_always(query.where))
    inner = [each for one in always if one.kind == "optional" for each in one.groups[0].elements]
    for element in (*inner, *always):  # what is always there goes before what may be
        if element.triple:
            subject, path, object_ = element.triple
            is_name = len(path.tokens) == 1 and query.iri(path.tokens[0]) in _NAMES
            if is_name and subject.variable and object_.variable:
                yield object_.variable, subject.variable


def _always(group: Group) -> Iterator[Element]:
    """What a group asks for, and plain groups and those of a graph within it."""
    for element in group.elements:
        if element.kind in ("group", "graph"):
            yield from _always(element.groups[0])
        else:
            yield element


def _columns(query: Outline) -> Iterator[Token]:
    """The variables that the SELECT names as they are."""
    depth = 0
    for token in query.stream:
        if len(query.prologue) <= token.start < query.where.start:
            depth += (token.text == "(") - (token.text == ")")
            if token.kind == "variable" and depth == 0:
                yield token


def _end_of_grouping(query: Outline) -> int | None:
    """Where the variables after GROUP BY end."""
    behind = [token for token in query.stream if token.start >= query.where.end]
    words = [token.text.upper() for token in behind]
    if "GROUP" not in words:
        return None
    last = behind[words.index("GROUP") + 1]
    for token in behind[words.index("GROUP") + 2 :]:
        if token.kind != "variable":
            break
        last = token
    return _end(last)


def _end(token: Token) -> int:
    return token.start + len(token.text)
