"""The outline of a query: its groups, and in them each pattern with its place. Knows no engine.

Built on the tokens that the guard reads, because probes need the place of every pattern in the text as
written, which the parsers at hand do not keep. It need not tell right SPARQL from wrong: the engine does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from regiograph.paging import projected
from regiograph.store.tokens import Token, tokens

Kind = Literal["triple", "filter", "optional", "minus", "values", "bind", "group", "union", "graph", "select"]

_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_PARTS = {"FILTER", "OPTIONAL", "MINUS", "GRAPH", "BIND", "VALUES", "SERVICE"}
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_DEEPEST = 40


class NotUnderstood(Exception):
    """The text has a form this outline does not know."""


@dataclass(frozen=True, slots=True)
class Node:
    """A term of a triple, or its path, as it stands in the text."""

    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def variable(self) -> str | None:
        """The name of the variable that this is."""
        only = self.tokens[0] if len(self.tokens) == 1 else None
        return only.text[1:] if only and only.kind == "variable" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One thing that a group asks for."""

    kind: Kind
    start: int
    end: int
    text: str  # as it stands in a probe: blank nodes are variables there
    mentions: frozenset[str]  # variables
    binds: frozenset[str] = frozenset()
    groups: tuple["Group", ...] = ()
    head: str = ""  # before the group: "GRAPH ?g"
    triple: tuple[Node, Node, Node] | None = None
    cut: tuple[int, int] | None = None  # what to take out of the text to leave it out


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What stands between two brackets."""

    start: int  # of the opening bracket
    end: int  # behind the closing one
    elements: tuple[Element, ...]

    def all(self) -> Iterator[Element]:
        """Every element, those of inner groups after the one that holds them."""
        for element in self.elements:
            yield element
            for group in element.groups:
                yield from group.all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A query, taken apart."""

    text: str
    prefixes: Mapping[str, str]
    prologue: str
    dataset: str  # its FROM clauses
    form: str
    where: Group
    tail: str  # what stands behind the pattern
    stream: tuple[Token, ...] = field(repr=False)

    def line(self, place: int) -> str:
        """Where something stands, in words."""
        before = self.text[:place]
        return f"line {before.count(chr(10)) + 1}, column {place - before.rfind(chr(10))} of the query"

    def iri(self, token: Token) -> str | None:
        """The IRI that a token stands for."""
        if token.kind == "iri":
            return token.text[1:-1]
        if token.kind == "name" and not token.text.startswith("_:"):
            prefix, _, local = token.text.partition(":")
            base = self.prefixes.get(prefix)
            return None if base is None else base + local.replace("\\", "")
        return None


def outline(text: str) -> Outline:
    """The outline of a query.

    Raises:
        NotUnderstood: it has a form that is not known here.
    """
    return _Reader(text).query()


def declared(stream: list[Token]) -> dict[str, str]:
    """The prefixes that a query declares."""
    found = {}
    for keyword, name, iri in zip(stream, stream[1:], stream[2:], strict=False):
        if keyword.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri":
            found[name.text.rstrip(":")] = iri.text[1:-1]
    return found


class _Reader:
    """Walks over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._stream = list(tokens(text))
        self._at = 0
        self._depth = 0

    def query(self) -> Outline:
        while self._word() not in _FORMS:
            self._next()
        form, begin = self._word(), self._here().start
        if form == "CONSTRUCT" and self._ahead(1).text == "{":
            self._next()
            self._balanced()
        sources: list[str] = []
        while self._here().text != "{":
            if self._word() == "FROM":
                sources.append(self._from())
            else:
                self._next()
        where = self._group()
        stream = self._stream
        return Outline(
            text=self._text,
            prefixes=declared(stream),
            prologue=self._text[:begin],
            dataset=" ".join(sources),
            form=form,
            where=where,
            tail=self._text[where.end :],
            stream=tuple(stream),
        )

    def _from(self) -> str:
        first = self._next()
        if self._word() == "NAMED":
            self._next()
        return self._text[first.start : _end(self._next())]

    def _group(self) -> Group:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotUnderstood
        if self._here().text == "{" and self._ahead(1).text.upper() == "SELECT":
            inner = self._select()
            self._depth -= 1
            return Group(start=inner.start, end=inner.end, elements=(inner,))
        start = self._expect("{").start
        elements: list[Element] = []
        while self._here().text != "}":
            if self._here().text == ".":
                self._next()
            else:
                elements += self._elements()
        self._depth -= 1
        return Group(start=start, end=_end(self._next()), elements=tuple(elements))

    def _elements(self) -> list[Element]:
        match self._word():
            case "FILTER":
                return [self._filter()]
            case "OPTIONAL":
                return [self._with_group("optional")]
            case "MINUS":
                return [self._with_group("minus")]
            case "GRAPH":
                return [self._with_group("graph", named=True)]
            case "BIND":
                return [self._bind()]
            case "VALUES":
                return [self._values()]
            case "SERVICE":
                raise NotUnderstood
        if self._here().text == "{":
            return [self._groups()]
        return self._triples()

    def _filter(self) -> Element:
        first = self._at
        self._next()
        while self._here().text not in ("(", "{"):
            self._next()  # NOT EXISTS, or a function's name
        self._balanced()
        return self._element("filter", first)

    def _bind(self) -> Element:
        first = self._at
        self._next()
        self._balanced()
        made = self._stream[self._at - 2]
        return self._element("bind", first, binds=frozenset({made.text[1:]}))

    def _values(self) -> Element:
        first = self._at
        self._next()
        names = {token.text[1:] for token in self._through("{") if token.kind == "variable"}
        self._balanced()
        return self._element("values", first, binds=frozenset(names))

    def _with_group(self, kind: Kind, *, named: bool = False) -> Element:
        first = self._at
        self._next()
        if named:
            self._next()
        head = self._text[self._stream[first].start : self._here().start].strip()
        group = self._group()
        binds = frozenset() if kind == "minus" else _bound(group)
        if named and self._stream[first + 1].kind == "variable":
            binds |= {self._stream[first + 1].text[1:]}
        return self._element(kind, first, binds=binds, groups=(group,), head=head)

    def _groups(self) -> Element:
        first = self._at
        groups = [self._group()]
        while self._word() == "UNION":
            self._next()
            groups.append(self._group())
        if len(groups) == 1 and groups[0].elements and groups[0].elements[0].kind == "select":
            return groups[0].elements[0]
        binds = frozenset[str]().union(*map(_bound, groups))
        kind: Kind = "group" if len(groups) == 1 else "union"
        return self._element(kind, first, binds=binds, groups=tuple(groups))

    def _select(self) -> Element:
        first = self._at
        self._balanced()
        inner = self._stream[first + 1 : self._at]
        return self._element("select", first, binds=frozenset(projected(inner)))

    def _triples(self) -> list[Element]:
        first = self._at
        subject = self._node()
        if self._ends():
            return [self._whole(first)]
        pairs: list[tuple[int, Node, list[tuple[int, Node]]]] = []
        while not self._ends():
            begin = self._at
            path = self._path()
            objects = [(self._at, self._node())]
            while self._here().text == ",":
                self._next()
                objects.append((self._at, self._node()))
            pairs.append((begin, path, objects))
            while self._here().text == ";":
                self._next()
        if len(subject.tokens) > 2:  # [ … ] as a subject cannot be said twice
            return [self._whole(first)]
        last = self._here() if self._here().text == "." else self._stream[self._at - 1]
        return list(self._one_by_one(subject, pairs, _end(last)))

    def _ends(self) -> bool:
        """Whether a statement is over."""
        return self._here().text in (".", "}", "{") or self._word() in _PARTS

    def _one_by_one(
        self, subject: Node, pairs: list[tuple[int, Node, list[tuple[int, Node]]]], end: int
    ) -> Iterator[Element]:
        for place, (_, path, objects) in enumerate(pairs):
            for number, (_, object_) in enumerate(objects):
                if len(objects) > 1:
                    cut = _cut([(one.start, one.end) for _, one in objects], number)
                elif len(pairs) > 1:
                    spans = [(each.start, given[-1][1].end) for _, each, given in pairs]
                    cut = _cut(spans, place)
                else:
                    cut = (subject.start, end)
                parts = (subject, path, object_)
                mentions = frozenset(
                    token.text[1:] for part in parts for token in part.tokens if token.kind == "variable"
                )
                yield Element(
                    kind="triple",
                    start=subject.start if place == number == 0 else path.start,
                    end=object_.end,
                    text=" ".join(self._said(part.start, part.end, part.tokens) for part in parts) + " .",
                    mentions=mentions,
                    binds=mentions | _blanks(parts),
                    triple=parts,
                    cut=cut,
                )

    def _whole(self, first: int) -> Element:
        """A statement that cannot be said in parts."""
        while not self._ends():
            self._balanced() if self._here().text in _CLOSING else self._next()
        one = self._element("triple", first)
        return Element(
            kind="triple",
            start=one.start,
            end=one.end,
            text=one.text + " .",
            mentions=one.mentions,
            binds=one.mentions,
            cut=(one.start, one.end),
        )

    def _node(self) -> Node:
        first = self._at
        token = self._here()
        if token.text in ("[", "("):
            self._balanced()
        elif token.text in ("+", "-"):
            self._next()
            self._next()
        elif token.kind == "string":
            self._next()
            if self._here().kind == "language":
                self._next()
            elif self._here().text == "^":
                for _ in range(3):
                    self._next()
        elif token.kind in ("iri", "name", "variable", "number") or self._word() in ("TRUE", "FALSE"):
            self._next()
        else:
            raise NotUnderstood
        return self._node_from(first)

    def _path(self) -> Node:
        first = self._at
        while True:
            while self._here().text in ("^", "!"):
                self._next()
            if self._here().text == "(":
                self._balanced()
            elif self._here().kind in ("iri", "name", "variable") or self._here().text == "a":
                self._next()
            else:
                raise NotUnderstood
            if self._here().text in ("*", "+", "?"):
                self._next()
            if self._here().text not in ("/", "|"):
                return self._node_from(first)
            self._next()

    def _node_from(self, first: int) -> Node:
        found = tuple(self._stream[first : self._at])
        return Node(found[0].start, _end(found[-1]), found)

    def _element(
        self,
        kind: Kind,
        first: int,
        *,
        binds: frozenset[str] = frozenset(),
        groups: tuple[Group, ...] = (),
        head: str = "",
    ) -> Element:
        given = self._stream[first : self._at]
        start, end = given[0].start, _end(given[-1])
        return Element(
            kind=kind,
            start=start,
            end=end,
            text=self._said(start, end, tuple(given)),
            mentions=frozenset(token.text[1:] for token in given if token.kind == "variable"),
            binds=binds,
            groups=groups,
            head=head,
            cut=(start, end),
        )

    def _said(self, start: int, end: int, given: tuple[Token, ...]) -> str:
        """A piece of the text with variables for its blank nodes."""
        if len(given) == 2 and given[0].text == "[":
            return f"?blank{start}"
        pieces, done = [], start
        for token in given:
            if token.kind == "name" and token.text.startswith("_:"):
                pieces += [self._text[done : token.start], _as_variable(token)]
                done = _end(token)
        return "".join([*pieces, self._text[done:end]])

    def _balanced(self) -> None:
        """Goes over a bracket and all it holds."""
        depth = 0
        while True:
            token = self._next()
            if token.kind == "mark":
                depth += (token.text in _CLOSING) - (token.text in _CLOSING.values())
            if depth == 0:
                return

    def _through(self, mark: str) -> Iterator[Token]:
        while self._here().text != mark:
            yield self._next()

    def _expect(self, mark: str) -> Token:
        if self._here().text != mark:
            raise NotUnderstood
        return self._next()

    def _here(self) -> Token:
        return self._ahead(0)

    def _ahead(self, more: int) -> Token:
        if self._at + more >= len(self._stream):
            raise NotUnderstood
        return self._stream[self._at + more]

    def _next(self) -> Token:
        token = self._here()
        self._at += 1
        return token

    def _word(self) -> str:
        token = self._here()
        return token.text.upper() if token.kind == "word" else ""


def _bound(group: Group) -> frozenset[str]:
    return frozenset[str]().union(*(element.binds for element in group.elements))


def _blanks(parts: tuple[Node, ...]) -> frozenset[str]:
    named = {
        _as_variable(token)[1:]
        for part in parts
        for token in part.tokens
        if token.kind == "name" and token.text.startswith("_:")
    }
    unnamed = {f"blank{part.start}" for part in parts if len(part.tokens) == 2 and part.tokens[0].text == "["}
    return frozenset(named | unnamed)


def _as_variable(token: Token) -> str:
    return "?blank_" + "".join(sign if sign.isalnum() else "_" for sign in token.text[2:])


def _cut(spans: list[tuple[int, int]], place: int) -> tuple[int, int]:
    """What to take out of a list to leave one member out, with the sign that parts it from another."""
    if place == 0:
        return spans[0][0], spans[1][0]
    return spans[place - 1][1], spans[place][1]


def _end(token: Token) -> int:
    return token.start + len(token.text)
