"""Ways out of patterns that nothing matches together: each is tried, and only one that helps is told."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from regiograph.doctor.culprits import ask_for, said
from regiograph.doctor.findings import Finding
from regiograph.doctor.outline import Element, Group, Node, Outline
from regiograph.doctor.probes import Probes, Row
from regiograph.doctor.terms import Edit, mended, shorter, terms
from regiograph.doctor.vocabulary import Vocabulary, alike, closest, local, part_alike
from regiograph.iris import DCTERMS, RDF, RG
from regiograph.questions import unquoted, written
from regiograph.store.tokens import Token

_MOST_VALUES = 3000
_NEAR = "|".join(
    (
        f"<{DCTERMS}isReplacedBy>+",
        f"^<{DCTERMS}isReplacedBy>",
        f"^<{DCTERMS}isPartOf>",
        f"<{DCTERMS}isPartOf>",
    )
)
_READ = ("en", "", "fr", "de", "es", "it", "pl", "nl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change that may help, and how it is told if it does."""

    kind: str
    what: str
    place: int
    way_out: str
    pattern: str
    edits: list[Edit]

    def finding(self, query: Outline, text: str, rows: int | None) -> Finding:
        """The finding, once the mended query was seen to have rows."""
        return Finding(
            kind=self.kind,
            what=self.what,
            where=query.line(self.place),
            way_out=self.way_out,
            pattern=self.pattern,
            query=text,
            rows=rows,
        )


async def remedies(
    query: Outline, guilty: Sequence[Element], words: Vocabulary, probes: Probes
) -> AsyncIterator[Remedy]:
    """What may help, the likeliest first; leaving a pattern out comes last."""
    for element in guilty:
        if element.triple:
            async for remedy in _other_literal(query, element, probes):
                yield remedy
    for element in guilty:
        if element.kind == "filter":
            async for remedy in _other_value(query, element, guilty, probes):
                yield remedy
    async for remedy in _other_territory(query, guilty, probes):
        yield remedy
    for element in guilty:
        if element.triple:
            for remedy in _turned_round(query, element):
                yield remedy
            async for remedy in _other_predicate(query, element, words, probes):
                yield remedy
    for element in sorted(guilty, key=lambda one: (one.kind != "filter", -one.start)):
        for remedy in _left_out(query, element):
            yield remedy


# --- literals -----------------------------------------------------------------------------------------


async def _other_literal(query: Outline, element: Element, probes: Probes) -> AsyncIterator[Remedy]:
    """The object is a literal that no fact has just so: in another language, case or type, or misspelt."""
    assert element.triple  # noqa: S101
    _, path, object_ = element.triple
    token = object_.tokens[0]
    if token.kind not in ("string", "number") or path.variable:
        return
    predicate = query.text[path.start : path.end]
    word = _unquoted(token)
    same = await probes.rows(
        f"{query.prologue} SELECT DISTINCT ?o {query.dataset} WHERE {{ ?s {predicate} ?o . "
        f"FILTER(LCASE(STR(?o)) = LCASE({written(Literal(word))})) }} LIMIT 8"
    )
    asked = query.text[object_.start : object_.end]
    exact = [dict(row["o"]) for row in same or ()]
    if any(_is_same(asked, one) for one in exact):
        return
    for term in sorted(exact, key=lambda one: (one["value"] != word, one.get("xml:lang", "") != "en")):
        yield _instead(query, element, object_, asked, term)
    if exact:
        return
    if token.kind == "string" and len(object_.tokens) <= 2 and sum(map(str.isalpha, word)) > 2:
        async for remedy in _said_otherwise(query, element, word, probes):
            yield remedy
    rows = await probes.rows(
        f"{query.prologue} SELECT DISTINCT ?o {query.dataset} WHERE {{ ?s {predicate} ?o }} "
        f"LIMIT {_MOST_VALUES}"
    )
    by_text = {row["o"]["value"]: dict(row["o"]) for row in reversed(rows or [])}
    for text in closest(word, by_text, 3):
        yield _instead(query, element, object_, asked, by_text[text])


async def _said_otherwise(
    query: Outline, element: Element, word: str, probes: Probes
) -> AsyncIterator[Remedy]:
    """The same words stand with another predicate: a name in another language, an alternative name."""
    assert element.triple  # noqa: S101
    _, path, object_ = element.triple
    rows = await probes.rows(
        f"SELECT DISTINCT ?p ?o {query.dataset} WHERE {{ ?s ?p ?o . "
        f"FILTER(isLiteral(?o) && LCASE(STR(?o)) = LCASE({written(Literal(word))})) }} LIMIT 8"
    )
    for row in sorted(rows or (), key=_by_name):
        predicate, found = shorter(row["p"]["value"], query.prefixes), _literal(dict(row["o"]))
        yield Remedy(
            kind="predicate",
            what=f"{query.text[path.start : path.end]} is never {found}; {predicate} is.",
            place=path.start,
            way_out=f"Write {predicate} {found}.",
            pattern=query.text[element.start : element.end],
            edits=[
                Edit(start=path.start, end=path.end, text=predicate),
                Edit(start=object_.start, end=object_.end, text=found),
            ],
        )


def _by_name(row: Row) -> tuple[bool, int, str, str]:
    """Names before other texts, widely read languages first."""
    language = row["o"].get("xml:lang", "")
    known = _READ.index(language) if language in _READ else len(_READ)
    return not row["p"]["value"].endswith("abel"), known, row["p"]["value"], language


def _is_same(asked: str, term: dict[str, str]) -> bool:
    return _literal(term) == asked.replace("'", '"') or (
        asked.isdecimal() and term["value"] == asked and term.get("datatype", "").endswith("#integer")
    )


def _instead(query: Outline, element: Element, node: Node, asked: str, term: dict[str, str]) -> Remedy:
    found = _literal(term)
    kind, why = _difference(_unquoted(node.tokens[0]), asked, term)
    return Remedy(
        kind=kind,
        what=f"No fact here has {asked}; there is {found}: {why}.",
        place=node.start,
        way_out=f"Write {found}.",
        pattern=query.text[element.start : element.end],
        edits=[Edit(start=node.start, end=node.end, text=found)],
    )


def _difference(word: str, asked: str, term: dict[str, str]) -> tuple[str, str]:
    language = term.get("xml:lang", "")
    spoken = asked.rpartition("@")[2].lower() if "@" in asked.rpartition('"')[2] else ""
    if term["value"] == word and spoken != language:
        return "language-tag", f"its language is {language}" if language else "it has no language"
    if term["value"] == word:
        return "datatype", f"its type is {local(term.get('datatype', 'string'))}"
    if term["value"].casefold() == word.casefold():
        return "case", "capitals differ"
    return "spelling", "it is written otherwise"


async def _other_value(
    query: Outline, element: Element, guilty: Sequence[Element], probes: Probes
) -> AsyncIterator[Remedy]:
    """A filter lets nothing through: what the values are that it is about, and which of them may be meant."""
    literals = [(element, token) for token in _strings(query, element)]
    names = set(element.mentions)
    for other in guilty:
        if other.kind == "values" and other.binds & names:
            literals += [(other, token) for token in _strings(query, other)]
            names -= other.binds
    rest = _beside(query, element)
    for name in sorted(names):
        language = f"LANG(?{name})".replace(" ", "").upper() in element.text.replace(" ", "").upper()
        shown = f"(LANG(?{name}) AS ?value)" if language else f"(?{name} AS ?value)"
        rows = await probes.rows(
            f"{query.prologue} SELECT DISTINCT {shown} {query.dataset} WHERE {{ {said(rest)} }} "
            f"LIMIT {_MOST_VALUES}"
        )
        values = [row["value"] for row in rows or () if row and "value" in row]
        for holder, token in literals:
            for remedy in _of_values(query, element, holder, token, name, values, language):
                yield remedy
        if between := _range(query, element, name, values):
            yield between


def _of_values(
    query: Outline,
    element: Element,
    holder: Element,
    token: Token,
    name: str,
    values: Sequence[object],
    language: bool,
) -> list[Remedy]:
    word = _unquoted(token)
    texts = [str(each["value"]) for each in values if isinstance(each, dict)]
    what = f"No ?{name} passes the filter on {query.line(element.start)}."
    if language:
        others = sorted({text for text in texts if text != word}, key=lambda text: (text != "en", text))
        listed = ", ".join(others[:8])
        return [
            _value(query, holder, token, text, "language-tag", f"{what} Its languages: {listed}.")
            for text in sorted(others, key=lambda text: text.casefold() != word.casefold())[:3]
        ]
    found = []
    for text in closest(word, texts, 5):
        kind = "case" if word.casefold() in text.casefold() else "spelling"
        for candidate in dict.fromkeys((part_alike(word, text), text)):
            found += [
                _value(query, holder, token, each, kind, f"{what} There is “{text}”.")
                for each in dict.fromkeys((candidate, candidate.lower()))
                if each != word
            ]
    return found


def _value(query: Outline, holder: Element, token: Token, text: str, kind: str, what: str) -> Remedy:
    edit = Edit(start=token.start, end=token.start + len(token.text), text=written(Literal(text)))
    return Remedy(
        kind=kind,
        what=what,
        place=token.start,
        way_out=f"Write {edit.text} instead of {token.text}.",
        pattern=query.text[holder.start : holder.end],
        edits=[edit],
    )


def _range(query: Outline, element: Element, name: str, values: Sequence[object]) -> Remedy | None:
    """What the numbers or days are that a filter compares."""
    typed = sorted(
        (str(one["value"]) for one in values if isinstance(one, dict) and one.get("datatype")), key=_sortable
    )
    if not typed or element.cut is None:
        return None
    start, end = element.cut
    return Remedy(
        kind="range",
        what=f"No ?{name} passes this filter: its values go from {typed[0]} to {typed[-1]}.",
        place=element.start,
        way_out="Compare with a value in between, or leave the filter out.",
        pattern=query.text[element.start : element.end],
        edits=[Edit(start=start, end=end, text="")],
    )


# --- things and predicates ----------------------------------------------------------------------------


async def _other_territory(
    query: Outline, guilty: Sequence[Element], probes: Probes
) -> AsyncIterator[Remedy]:
    """A region of which nothing is said, while something is said of the same territory by another code."""
    spans = [(one.start, one.end) for one in guilty]
    for term in terms(query):
        within = any(start <= term.token.start < end for start, end in spans)
        if term.use != "thing" or not within:
            continue
        for iri in await _territories(query, f"VALUES ?t {{ {written(NamedNode(term.iri))} }}", probes):
            yield _territory(query, term.token, shorter(iri, query.prefixes), local(iri), guilty)
    for element in guilty:
        token = element.triple[2].tokens[0] if element.triple else None
        if not element.triple or token is None or token.kind != "string":
            continue
        if [query.iri(each) for each in element.triple[1].tokens] != [RG + "nutsCode"]:
            continue
        code = written(Literal(_unquoted(token)))
        for iri in await _territories(query, f"?t <{RG}nutsCode> {code} .", probes):
            yield _territory(query, token, written(Literal(local(iri))), local(iri), guilty)


async def _territories(query: Outline, which: str, probes: Probes) -> list[str]:
    rows = await probes.rows(
        f"SELECT DISTINCT ?near {query.dataset} WHERE {{ {which} "
        f"?t {_NEAR} ?near . "
        f"?near a <{RG}NutsRegion> }} LIMIT 12"
    )
    return sorted((row["near"]["value"] for row in rows or ()), key=lambda iri: (-len(iri), iri))


def _territory(query: Outline, token: Token, text: str, code: str, guilty: Sequence[Element]) -> Remedy:
    holder = next(one for one in guilty if one.start <= token.start < one.end)
    return Remedy(
        kind="retired-code",
        what=f"Nothing is said here of {token.text}, but of {code}, the same territory or one beside it.",
        place=token.start,
        way_out=f"Ask for {code}.",
        pattern=query.text[holder.start : holder.end],
        edits=[Edit(start=token.start, end=token.start + len(token.text), text=text)],
    )


def _turned_round(query: Outline, element: Element) -> list[Remedy]:
    """The pattern holds the other way round."""
    assert element.triple and element.cut  # noqa: S101
    subject, path, object_ = element.triple
    is_type = path.tokens[0].text == "a" or query.iri(path.tokens[0]) == f"{RDF}type"
    if is_type or object_.tokens[0].kind not in ("variable", "iri", "name") or "_:" in element.text:
        return []
    pieces = [query.text[part.start : part.end] for part in (object_, path, subject)]
    return [
        Remedy(
            kind="direction",
            what="Facts say this the other way round.",
            place=path.start,
            way_out=f"Write {' '.join(pieces)}",
            pattern=" ".join(reversed(pieces)),
            edits=_moved(query, element, f"{' '.join(pieces)} ."),
        )
    ]


async def _other_predicate(
    query: Outline, element: Element, words: Vocabulary, probes: Probes
) -> AsyncIterator[Remedy]:
    """Other predicates that hold between what the rest of the query finds."""
    assert element.triple  # noqa: S101
    subject, path, object_ = element.triple
    asked = query.iri(path.tokens[0]) if len(path.tokens) == 1 else None
    if asked is None or asked not in words.predicates:
        return
    rest = [one for one in query.where.elements if one is not element]
    bound = frozenset[str]().union(*(one.binds for one in rest))
    if any(node.variable and node.variable not in bound for node in (subject, object_)):
        return
    ends = [query.text[node.start : node.end] for node in (subject, object_)]
    rows = await probes.rows(
        f"{query.prologue} SELECT DISTINCT ?between {query.dataset} WHERE "
        f"{{ {said(rest)} {ends[0]} ?between {ends[1]} }} LIMIT 12"
    )
    known = [row["between"]["value"] for row in rows or ()]
    for iri in dict.fromkeys(
        [*alike(asked, known), *sorted(known, key=lambda each: words.predicates.get(each, 0))]
    ):
        text = shorter(iri, query.prefixes)
        yield Remedy(
            kind="predicate",
            what=f"Nothing has {query.text[path.start : path.end]} here; {text} does hold between them.",
            place=path.start,
            way_out=f"Write {text}.",
            pattern=query.text[element.start : element.end],
            edits=[Edit(start=path.start, end=path.end, text=text)],
        )


# --- leaving out --------------------------------------------------------------------------------------


def _left_out(query: Outline, element: Element) -> list[Remedy]:
    others = [one for one in query.where.elements if one is not element and one.binds]
    if element.cut is None or element.kind == "values" or not others:
        return []
    start, end = element.cut
    pattern = query.text[element.start : element.end]
    if element.kind == "triple":
        return [
            Remedy(
                kind="no-match",
                what="Everything else has matches; this has none with them.",
                place=element.start,
                way_out="Put it in OPTIONAL { … }, if it need not be there.",
                pattern=pattern,
                edits=_moved(query, element, f"OPTIONAL {{ {element.text} }}"),
            )
        ]
    return [
        Remedy(
            kind="no-match",
            what="This sub-SELECT has no row."
            if element.kind == "select"
            else f"Nothing passes this {element.kind}.",
            place=element.start,
            way_out="Leave it out, or make it wider.",
            pattern=pattern,
            edits=[Edit(start=start, end=end, text="")],
        )
    ]


def _moved(query: Outline, element: Element, text: str) -> list[Edit]:
    """A pattern taken out of its place, and said otherwise at the end of its group."""
    assert element.cut  # noqa: S101
    start, end = element.cut
    closing = _home(query, element) - 1
    rest = (query.text[:start] + query.text[end:closing]).rstrip()
    before = "" if rest[-1:] in ("{", "}", ".") else " . "
    return [Edit(start=closing, end=closing, text=f"{before}{text} "), Edit(start=start, end=end, text="")]


def _home(query: Outline, element: Element) -> int:
    """Where the group of an element ends."""
    return min((group.end for group in _holding(query, element)), default=0)


def _beside(query: Outline, element: Element) -> list[Element]:
    """What stands in one group with an element."""
    return [one for group in _holding(query, element) for one in group.elements if one is not element]


def _holding(query: Outline, element: Element) -> list[Group]:
    groups = [query.where, *(group for one in query.where.all() for group in one.groups)]
    return [group for group in groups if any(one is element for one in group.elements)]


def tried(query: Outline, remedy: Remedy) -> str:
    """The query with a remedy."""
    return mended(query.text, remedy.edits)


def together(query: Outline, guilty: Sequence[Element]) -> Finding:
    """What is said of the culprits themselves."""
    alone = len(guilty) == 1
    return Finding(
        kind="no-match",
        what="Nothing in this edition matches this pattern."
        if alone
        else "Each of these patterns matches something, but nothing matches them together.",
        where=query.line(guilty[0].start),
        way_out="Change it, or leave it out." if alone else "Change one of them, or leave one out.",
        pattern="\n".join(
            f"{query.line(one.start).split(',')[0]}: {' '.join(query.text[one.start : one.end].split())}"
            for one in guilty
        ),
    )


def _strings(query: Outline, element: Element) -> list[Token]:
    return [
        token
        for token in query.stream
        if token.kind == "string" and element.start <= token.start < element.end
    ]


def _unquoted(token: Token) -> str:
    if token.kind == "number":
        return token.text
    return unquoted(token.text)


def _literal(term: dict[str, str]) -> str:
    if term["type"] == "uri":
        return written(NamedNode(term["value"]))
    if "xml:lang" in term:
        return written(Literal(term["value"], language=term["xml:lang"]))
    kind = term.get("datatype")
    return written(Literal(term["value"], datatype=NamedNode(kind)) if kind else Literal(term["value"]))


def _sortable(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return 0.0, text


__all__ = ["Remedy", "ask_for", "remedies", "together", "tried"]
