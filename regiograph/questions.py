"""Named questions: SPARQL files with a header, and how a person's words become their parameters.

A question is a whole SPARQL query that runs as it stands. Its header is YAML in `#+ ` lines; a parameter is
a variable with *slots*: `VALUES ?topic { UNDEF }`, one in every group `{ … }` that names it. Binding puts an
RDF term, written by the RDF library, in the place of `UNDEF`; a parameter that is not given stays `UNDEF`,
unbound. So nothing a person types is ever read as SPARQL, and every engine gives the same answer:

    SELECT ?region WHERE {
      VALUES ?role { UNDEF }                    # not given: the pattern matches every role
      VALUES ?name { UNDEF }                    # not given: the filter asks for !BOUND(?name)
      ?p rg:participant ?region ; rg:role ?role .
      OPTIONAL { ?region rdfs:label ?label }
      FILTER(!BOUND(?name) || STR(?label) = ?name)
    }

In a MINUS group a slot is one more shared variable: let the two sides share another one too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode

from regiograph.errors import BadParameter, NoSuchThing
from regiograph.iris import CODE, XSD, Iris
from regiograph.store.terms import written as written  # part of what this module offers
from regiograph.store.tokens import Token, tokens

Bindings = Mapping[str, NamedNode | Literal]

_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there
_HEADER = {"summary", "description", "params", "columns", "example", "tags"}
_PARAM = {"type", "required", "default", "example", "description"}
RESERVED = frozenset({"format", "lang", "limit", "offset", "asof", "explain", "question", "query", "edition"})
"""Names that mean the same at every question, so no question may use them."""

_LONGEST_TEXT = 500

_PATTERNS = {  # type → what a value looks like, and how to say so
    "integer": (r"[+-]?\d{1,18}", "a whole number, such as 2020"),
    "date": (r"\d{4}-\d{2}-\d{2}", "a date, such as 2020-11-30"),
    "region": (r"[A-Z]{2}[A-Z0-9]{0,3}", "a NUTS code, such as FRH0"),
    "period": (r"\d{4}-h[12]", "a half-year, such as 2020-H2"),
    "language": (r"[a-z]{2,3}(-[a-z0-9]{1,8})*", "a language code, such as en"),
    "iri": (r"https?://[^\s<>\"{}|^`\\]+", "an address that begins with http:// or https://"),
    "code": (r"[a-z0-9]+(-[a-z0-9]+)*", "a code in lower case, such as co-lead"),
}
_PLAIN = {"text", "partnership"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter of a question, as its header declares it."""

    name: str
    type: str  # text, integer, date, region, partnership, period, language, iri or code:<scheme>
    required: bool = False
    default: str | None = None
    example: str | None = None
    description: str = ""

    @property
    def pattern(self) -> str | None:
        """The regular expression a value must match, where its type has one."""
        return _PATTERNS[self._kind][0] if self._kind in _PATTERNS else None

    @property
    def _kind(self) -> str:
        return self.type.split(":")[0]

    def read(self, written: str, iris: Iris) -> NamedNode | Literal:
        """The RDF term a person's words stand for.

        Raises:
            BadParameter: not of this type.
        """
        value = _folded(self._kind, written.strip())
        if self._kind in _PLAIN:
            if not value or len(value) > _LONGEST_TEXT or not value.isprintable():
                raise self._wrong(f"a text of 1 to {_LONGEST_TEXT} characters on one line")
            return Literal(value)
        pattern, looks = _PATTERNS[self._kind]
        if not re.fullmatch(pattern, value, re.ASCII):
            raise self._wrong(looks)
        try:
            return self._term(value, iris)
        except ValueError:
            raise self._wrong(looks) from None

    def words(self, term: Token) -> str:
        """What a person writes for a term that stands in a query."""
        if term.kind == "string":
            return unquoted(term.text)
        text = term.text.strip("<>")
        return text.rpartition("/")[2] if self._kind in ("region", "code") else text

    def _term(self, value: str, iris: Iris) -> NamedNode | Literal:
        match self._kind:
            case "integer":
                return Literal(str(int(value)), datatype=NamedNode(f"{XSD}integer"))
            case "date":
                day = date.fromisoformat(value).isoformat()
                return Literal(day, datatype=NamedNode(f"{XSD}date"))
            case "region":
                return NamedNode(iris.entity("region", value))
            case "iri":
                return NamedNode(value)
            case "code":
                return NamedNode(f"{CODE}{self.type.split(':')[1]}/{value}")
            case _:
                return Literal(value)

    def _wrong(self, looks: str) -> BadParameter:
        example = f" Example: {self.example}." if self.example else ""
        return BadParameter(
            "This value cannot be used.",
            where=f"parameter {self.name}",
            way_out=f"Give {looks}.{example}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: what it asks, in words and in SPARQL, and what it needs to know."""

    name: str
    summary: str
    description: str = ""
    params: tuple[Param, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)  # what each column of the answer holds
    example: Mapping[str, Any] = field(default_factory=dict)  # values one row of the answer has
    tags: tuple[str, ...] = ()
    text: str  # the whole file, header included
    iris: Iris

    def bind(self, given: Mapping[str, str]) -> dict[str, NamedNode | Literal]:
        """The terms a person's words stand for, by parameter. Empty words count as not given.

        Raises:
            BadParameter: one is unknown, missing or malformed.
        """
        known = {param.name: param for param in self.params}
        for name in given.keys() - known.keys():
            raise BadParameter(
                "This question has no such parameter.",
                where=f"parameter {name}",
                way_out=f"It takes: {', '.join(known) or 'none'}.",
            )
        words = {name: given.get(name) or param.default for name, param in known.items()}
        for name, param in known.items():
            if param.required and not words[name]:
                raise BadParameter(
                    "This parameter is missing.",
                    where=f"parameter {name}",
                    way_out=f"Give one, such as {name}={param.example or '…'}.",
                )
        return {name: known[name].read(word, self.iris) for name, word in words.items() if word}

    def text_for(self, bindings: Bindings) -> str:
        """The query with its slots filled: the same text for every engine."""
        return self.template().fill(bindings)

    def template(self) -> "Template":
        """The query taken apart at its slots, for those who fill it many times."""
        pieces: list[tuple[str, str]] = []
        done = 0
        for name, undef in _slots(list(tokens(self.text))):
            end = undef.start + len(undef.text)
            pieces.append((self.text[done : undef.start], name))
            done = end
        return Template(tuple(pieces), self.text[done:])

    def words_in(self, text: str) -> dict[str, str]:
        """The words that stand in the slots of a query: `asked`, the other way round."""
        found: dict[str, str] = {}
        known = {param.name: param for param in self.params}
        for name, term in _filled(list(tokens(text))):
            if name in known:
                found[name] = known[name].words(term)
        return found

    def asked(self, given: Mapping[str, str]) -> str:
        """The query for a person's words: `bind`, then `text_for`."""
        return self.text_for(self.bind(given))

    def first(self, given: Mapping[str, str], rows: int, skipped: int = 0) -> str:
        """The query for a person's words, for some rows only; for questions without a LIMIT."""
        return f"{self.asked(given).rstrip()}\nLIMIT {rows:d} OFFSET {skipped:d}\n"


@dataclass(frozen=True, slots=True)
class Template:
    """A query between its slots: each piece of text, and the parameter whose slot follows it."""

    pieces: tuple[tuple[str, str], ...]
    rest: str

    def fill(self, bindings: Bindings) -> str:
        """The query with terms in its slots; a parameter that is not given stays `UNDEF`."""
        terms = {name: written(term) for name, term in bindings.items()}
        return "".join([*(text + terms.get(name, "UNDEF") for text, name in self.pieces), self.rest])


class Questions(Mapping[str, Question]):
    """All questions of a folder, by name."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._questions = dict(questions)

    @classmethod
    def read(cls, folder: Path, iris: Iris) -> "Questions":
        """The questions of a folder; the name is the file's.

        Raises:
            ValueError: a header that is not understood, or a parameter without its slots.
        """
        paths = sorted(folder.glob("*.rq"))
        return cls({path.stem: read_question(path.stem, path.read_text("utf-8"), iris) for path in paths})

    def __getitem__(self, name: str) -> Question:
        """The question of that name, as of any mapping; `named` says which there are."""
        return self._questions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def named(self, name: str) -> Question:
        """The question of that name.

        Raises:
            NoSuchThing: there is none.
        """
        if name not in self._questions:
            raise NoSuchThing(
                "There is no such question.", where=name, way_out=f"Ask one of: {', '.join(self._questions)}."
            )
        return self._questions[name]


def read_question(name: str, text: str, iris: Iris) -> Question:
    """One question from its file.

    Raises:
        ValueError: a header that is not understood, or a parameter without its slots.
    """
    header = _header(name, text)
    params = tuple(_param(name, key, value or {}) for key, value in (header.get("params") or {}).items())
    question = Question(
        name=name,
        summary=str(header["summary"]).strip(),
        description=str(header.get("description") or "").strip(),
        params=params,
        columns={name: str(words) for name, words in (header.get("columns") or {}).items()},
        example=header.get("example") or {},
        tags=tuple(header.get("tags") or ()),
        text=text,
        iris=iris,
    )
    _check_slots(question)
    for param in params:
        for value in (param.default, param.example):
            if value is not None:
                _check_value(question, param, value)
    return question


def _folded(kind: str, value: str) -> str:
    match kind:
        case "region":
            return value.upper()
        case "period" | "language" | "code":
            return value.lower()
        case _:
            return value


def _header(name: str, text: str) -> dict[str, Any]:
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    header = yaml.load("\n".join(lines), Loader=_YAML) or {}  # noqa: S506  (either makes plain values only)
    if not isinstance(header, dict) or not header.get("summary"):
        raise ValueError(f"{name}.rq: the header needs a summary.")
    if unknown := header.keys() - _HEADER:
        raise ValueError(f"{name}.rq: unknown in the header: {', '.join(sorted(unknown))}.")
    return header


def _param(question: str, name: str, declared: Mapping[str, Any]) -> Param:
    if unknown := declared.keys() - _PARAM:
        raise ValueError(f"{question}.rq: parameter {name}: unknown: {', '.join(sorted(unknown))}.")
    kind = str(declared.get("type", "text"))
    scheme = re.fullmatch(r"code:[a-z-]+", kind)
    if not (kind in _PLAIN or scheme or (kind in _PATTERNS and kind != "code")):
        raise ValueError(f"{question}.rq: parameter {name}: unknown type {kind}.")
    if name in RESERVED or not re.fullmatch(r"[a-z][a-zA-Z0-9_]*", name):
        raise ValueError(f"{question}.rq: {name} cannot be the name of a parameter.")
    texts = {key: _text(declared.get(key)) for key in ("default", "example")}
    return Param(
        name=name,
        type=kind,
        required=bool(declared.get("required", False)),
        description=str(declared.get("description") or "").strip(),
        **texts,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _check_value(question: Question, param: Param, value: str) -> None:
    try:
        param.read(value, question.iris)
    except BadParameter as error:
        raise ValueError(f"{question.name}.rq: default or example: {error}") from None


def _slots(stream: list[Token]) -> Iterator[tuple[str, Token]]:
    """Each `VALUES ?name { UNDEF }`: the name, and the token to put a term in place of."""
    for place in range(len(stream) - 4):
        values, variable, opening, undef, closing = stream[place : place + 5]
        if (
            values.text.upper() == "VALUES"
            and variable.kind == "variable"
            and (opening.text, undef.text.upper(), closing.text) == ("{", "UNDEF", "}")
        ):
            yield variable.text[1:], undef


def _filled(stream: list[Token]) -> Iterator[tuple[str, Token]]:
    """Each `VALUES ?name { term … }`: the name, and the first token of the term."""
    for values, variable, opening, term in zip(stream, stream[1:], stream[2:], stream[3:], strict=False):
        is_slot = values.text.upper() == "VALUES" and variable.kind == "variable" and opening.text == "{"
        if is_slot and term.text.upper() != "UNDEF":
            yield variable.text[1:], term


def without_header(text: str) -> str:
    """A question's query alone."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip()


def unquoted(quoted: str) -> str:
    """The text of a string as SPARQL writes it, its escapes undone.

    >>> unquoted('"say \\\\"hi\\\\""')
    'say "hi"'
    """
    long = 3 if quoted[:3] in ('"' * 3, "'" * 3) else 1
    return re.sub(r"\\(U[0-9A-Fa-f]{8}|u[0-9A-Fa-f]{4}|.)", _sign, quoted[long:-long], flags=re.DOTALL)


def _sign(escape: re.Match[str]) -> str:
    kind = escape[1]
    if kind[0] in "uU" and len(kind) > 1:
        return chr(int(kind[1:], 16))
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}.get(kind, kind)


def _check_slots(question: Question) -> None:
    """Every parameter has a slot in every group that names it, and every slot a parameter."""
    stream = list(tokens(question.text))
    declared = {param.name for param in question.params}
    slots = {undef.start: name for name, undef in _slots(stream)}
    if strangers := set(slots.values()) - declared:
        raise ValueError(f"{question.name}.rq: slots without a parameter: {', '.join(sorted(strangers))}.")
    if idle := declared - set(slots.values()):
        raise ValueError(
            f"{question.name}.rq: parameters without VALUES ?… {{ UNDEF }}: {', '.join(sorted(idle))}."
        )
    for name, line in _without_slot(question.text, stream, slots, declared):
        raise ValueError(
            f"{question.name}.rq, line {line}: the group that begins here names ?{name}; "
            f"give it its own VALUES ?{name} {{ UNDEF }}."
        )


def _without_slot(
    text: str, stream: list[Token], slots: Mapping[int, str], declared: set[str]
) -> Iterator[tuple[str, int]]:
    """Groups that name a parameter but have no slot for it, each with its line."""
    groups: list[tuple[Token, set[str], set[str]]] = []  # opening bracket, named, with a slot
    template = any(token.text.upper() == "CONSTRUCT" for token in stream)
    for place, token in enumerate(stream):
        if token.text == "{":
            groups.append((token, set(), set()))
        elif token.kind == "variable" and groups and token.text[1:] in declared:
            groups[-1][1].add(token.text[1:])
        elif token.start in slots:
            groups[-2][2].add(slots[token.start])
        elif token.text == "}" and groups:
            opening, named, slotted = groups.pop()
            if template:
                template = False
            elif not _is_head(stream, place, opening):
                yield from (
                    (name, text.count("\n", 0, opening.start) + 1) for name in sorted(named - slotted)
                )


def _is_head(stream: list[Token], closing: int, opening: Token) -> bool:
    """Whether a group only holds a sub-SELECT: what it names are that SELECT's own columns."""
    after = next(token for token in stream[: closing + 1] if token.start > opening.start)
    return after.text.upper() == "SELECT"
