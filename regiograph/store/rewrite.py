"""A query as any engine answers it alike: a SELECT or ASK with its whole dataset in FROM clauses.

Only the tokens are looked at; the text has been parsed by the embedded engine before. CONSTRUCT and DESCRIBE
are asked as the SELECT they rest on, since engines cut or write graphs each in their own way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from regiograph.store.tokens import Token, tokens

_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_MODIFIERS = {"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}
_AGGREGATES = {"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "EXISTS"}
_OPENING = {"{": "}", "(": ")", "[": "]"}
_COMPARING = {"=", "<", ">", "!", "&", "|"}
_TRUE_OR_FALSE = {
    *("BOUND", "EXISTS", "NOT", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL", "ISNUMERIC", "SAMETERM"),
    *("REGEX", "CONTAINS", "STRSTARTS", "STRENDS", "LANGMATCHES"),
}
_SAME_KIND = {"COALESCE", "MIN", "MAX", "SAMPLE", "DISTINCT"}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Graphs by IRI: the default graph is the merge of the first, the others are there by name."""

    default: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def clauses(self) -> str:
        """As FROM clauses. There is one of each kind at least: without, some engines take all they have."""
        plain = "".join(f"FROM <{graph}>\n" for graph in self.default or (_NOTHING,))
        return plain + "".join(f"FROM NAMED <{graph}>\n" for graph in self.named or (_NOTHING,))


_NOTHING = "urn:regiograph:nothing"  # a graph that is never written


class Reading:
    """One query, read once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._depths = list(_depths(self._tokens))
        self._form = next(
            place
            for place, token in enumerate(self._tokens)
            if _word(token) in _FORMS and self._depths[place] == 0
        )
        self.form = _word(self._tokens[self._form])
        self._from = list(self._dataset_clauses())
        self._body = next(
            (place for place in self._top() if _word(self._tokens[place]) == "WHERE"), None
        ) or next((place for place in self._top() if self._tokens[place].text == "{"), None)

    @property
    def dataset(self) -> Dataset | None:
        """The dataset the query itself names, if it does."""
        if not self._from:
            return None
        iris = [(named, self._iri(self._tokens[last])) for _, last, named in self._from]
        plain, other = ([iri for named, iri in iris if named is kind] for kind in (False, True))
        return Dataset(tuple(plain), tuple(other))

    @property
    def names_graphs(self) -> bool:
        """Whether it asks by graph."""
        return any(_word(token) == "GRAPH" for token in self._tokens)

    def asked(self, dataset: Dataset) -> str:
        """A SELECT or ASK query, of this dataset."""
        start = self._tokens[self._form].start
        head = self._between(self._form, self._body)
        return f"{self._text[:start]}{head}\n{dataset.clauses}{self._rest}"

    def solutions(self, dataset: Dataset, variables: Sequence[str]) -> str:
        """The SELECT query a CONSTRUCT or DESCRIBE query rests on, for some of its variables."""
        start = self._tokens[self._form].start
        chosen = " ".join(f"?{name}" for name in variables) or "(1 AS ?regiographAny)"
        distinct = "DISTINCT " if self.form == "DESCRIBE" else ""
        return f"{self._text[:start]}SELECT {distinct}{chosen}\n{dataset.clauses}{self._rest}"

    def every_solution(self, dataset: Dataset) -> str:
        """The SELECT query with all variables that a `DESCRIBE *` query rests on."""
        start = self._tokens[self._form].start
        return f"{self._text[:start]}SELECT DISTINCT *\n{dataset.clauses}{self._rest}"

    @property
    def template(self) -> str:
        """What a CONSTRUCT query makes of each solution, with its brackets."""
        opening = next(
            place for place in range(self._form, len(self._tokens)) if self._tokens[place].text == "{"
        )
        closing = self._closing(opening)
        return self._text[self._tokens[opening].start : self._tokens[closing].start + 1]

    @property
    def prologue(self) -> str:
        """Its prefixes and base."""
        return self._text[: self._tokens[self._form].start]

    @property
    def described(self) -> tuple[str, ...]:
        """What a DESCRIBE query names: variables, IRIs, or `*`."""
        end = self._body or len(self._tokens)
        place = self._form + 1
        found = []
        while place < end and _word(self._tokens[place]) not in _MODIFIERS | {"FROM"}:
            found.append(self._tokens[place].text)
            place += 1
        return tuple(found)

    @property
    def order(self) -> str:
        """The ORDER BY clause, if it can be told from the columns alone."""
        top = list(self._top())
        begin = next((place for place in top if _word(self._tokens[place]) == "ORDER"), None)
        if begin is None:
            return ""
        after = (place for place in top if place > begin and _word(self._tokens[place]) in _MODIFIERS)
        end = next(after, len(self._tokens))
        clause = self._tokens[begin:end]
        if any(_word(token) in _AGGREGATES for token in clause):
            return ""
        last = clause[-1]
        return self._text[clause[0].start : last.start + len(last.text)]

    @property
    def has_body(self) -> bool:
        """Whether there is a pattern: DESCRIBE may have none."""
        return self._body is not None

    @property
    def truths(self) -> frozenset[str]:
        """The variables that are given true or false by an expression: some engines say 1 and 0."""
        known: set[str] = set()
        given = list(self._given())
        while more := {name for name, first, end in given if self._is_truth(first, end, known)} - known:
            known |= more
        return frozenset(known)

    @property
    def _rest(self) -> str:
        if self._body is None:
            return ""
        return self._text[self._tokens[self._body].start :]

    def _top(self) -> Iterator[int]:
        """Tokens outside all brackets, after the form; of CONSTRUCT after its template."""
        begin = self._form + 1
        if self.form == "CONSTRUCT" and self._tokens[begin].text == "{":
            begin = self._closing(begin) + 1
        return (place for place in range(begin, len(self._tokens)) if self._depths[place] == 0)

    def _dataset_clauses(self) -> Iterator[tuple[int, int, bool]]:
        for place in self._top():
            if _word(self._tokens[place]) == "FROM":
                named = _word(self._tokens[place + 1]) == "NAMED"
                yield place, place + 1 + named, named

    def _between(self, first: int, end: int | None) -> str:
        """The text from one token up to another, without dataset clauses."""
        pieces, done = [], self._tokens[first].start
        for begin, last, _ in self._from:
            pieces.append(self._text[done : self._tokens[begin].start])
            done = self._tokens[last].start + len(self._tokens[last].text)
        pieces.append(self._text[done : len(self._text) if end is None else self._tokens[end].start])
        return "".join(pieces)

    def _closing(self, opening: int) -> int:
        depth = self._depths[opening]
        return next(place for place in range(opening + 1, len(self._tokens)) if self._depths[place] == depth)

    def _iri(self, token: Token) -> str:
        base, prefixes = "", dict[str, str]()
        for keyword, name, iri in zip(self._tokens, self._tokens[1:], self._tokens[2:], strict=False):
            if keyword.start >= self._tokens[self._form].start:
                break
            if _word(keyword) == "BASE":
                base = urljoin(base, _unescaped(name.text[1:-1]))
            elif _word(keyword) == "PREFIX":
                prefixes[name.text.rstrip(":")] = urljoin(base, _unescaped(iri.text[1:-1]))
        if token.kind == "iri":
            return urljoin(base, _unescaped(token.text[1:-1]))
        prefix, _, local = token.text.partition(":")
        return prefixes.get(prefix, "") + local.replace("\\", "")

    def _given(self) -> Iterator[tuple[str, int, int]]:
        """Each `(expression AS ?name)`: the name, and from where to where its expression goes."""
        open_brackets: list[int] = []
        for place, token in enumerate(self._tokens):
            if token.text in _OPENING:
                open_brackets.append(place)
            elif token.text in _OPENING.values() and open_brackets:
                opening = open_brackets.pop()
                if place - opening > 3 and _word(self._tokens[place - 2]) == "AS":
                    yield self._tokens[place - 1].text[1:], opening + 1, place - 2

    def _is_truth(self, first: int, end: int, known: set[str]) -> bool:
        """Whether an expression is true or false."""
        if first >= end:
            return False
        outer = [place for place in range(first, end) if self._depths[place] == self._depths[first]]
        words = {_word(self._tokens[place]) for place in outer}
        begin = self._tokens[first]
        if words & {"IN"} or any(self._tokens[place].text in _COMPARING for place in outer):
            return True
        if _word(begin) in _TRUE_OR_FALSE or _word(begin) in {"TRUE", "FALSE"}:
            return True
        if end == first + 1:
            return begin.kind == "variable" and begin.text[1:] in known
        if begin.text == "(" and self._closing(first) == end - 1:
            return self._is_truth(first + 1, end - 1, known)
        if _word(begin) in _SAME_KIND | {"IF"} and self._closes(first + 1, end):
            parts = list(self._parts(first + 2, end - 1))
            judged = parts[1:] if _word(begin) == "IF" else parts
            return any(self._is_truth(*part, known) for part in judged)
        return _word(begin) == "DISTINCT" and self._is_truth(first + 1, end, known)

    def _closes(self, opening: int, end: int) -> bool:
        return opening < end and self._tokens[opening].text == "(" and self._closing(opening) == end - 1

    def _parts(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        """The arguments between commas."""
        begin = first
        depth = self._depths[first - 1] + 1
        for place in range(first, end):
            if self._tokens[place].text == "," and self._depths[place] == depth:
                yield begin, place
                begin = place + 1
        yield begin, end


def variables_in(text: str) -> tuple[str, ...]:
    """The variables of a template, each once.

    >>> variables_in("{ ?a <http://p> $b . ?a ?p ?b }")
    ('a', 'b', 'p')
    """
    names = (token.text[1:] for token in tokens(text) if token.kind == "variable")
    return tuple(dict.fromkeys(names))


def _depths(stream: Sequence[Token]) -> Iterator[int]:
    """How many brackets are open around each token; a bracket counts as outside itself."""
    depth = 0
    for token in stream:
        if token.text in _OPENING.values():
            depth -= 1
        yield depth
        if token.text in _OPENING:
            depth += 1


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""


def _unescaped(iri: str) -> str:
    return iri.encode("latin-1", "backslashreplace").decode("unicode_escape") if "\\" in iri else iri
