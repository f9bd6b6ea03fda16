"""Graph of one report → Verdict: what must be fixed, what to check, what is for information.

The rules are the SHACL shapes; this module knows how to say whom a finding concerns and where it stands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ingest.validators import SH, Judged, Known, Result, Shapes, Term, validator
from ingest.verdict import Finding, Severity, Verdict, Words
from regiograph.iris import ACCESS, CODE, DCTERMS, FOAF, RDF, RDFS, RG, SKOS

_FIELD = CODE + "field/"
_PRIVATE = ox.NamedNode(ACCESS + "NON_PUBLIC")
_ANSWER = ox.NamedNode(RG + "FieldAnswer")
_IN_DOUBT = ox.NamedNode(RG + "MentionInDoubt")
_TOLD_TYPES = frozenset((_ANSWER, _IN_DOUBT))

_MOST_CANDIDATES = 3

_TYPE, _LABEL, _IN_SCHEME = RDF + "type", RDFS + "label", SKOS + "inScheme"
# What a report may need to know about the things it refers to.
_CONTEXT = frozenset(
    (
        *(_TYPE, _LABEL, RDFS + "subClassOf", SKOS + "prefLabel", SKOS + "exactMatch", SKOS + "member"),
        *(
            _IN_SCHEME,
            DCTERMS + "isPartOf",
            RG + "nutsCode",
            RG + "nutsLevel",
            RG + "country",
            RG + "position",
        ),
        *(RG + "helixSector", RG + "organisationType", RG + "inPlatform"),
    )
)
_ALWAYS = (RDFS + "subClassOf", SKOS + "member")
# By which a fact that has its own place points to a thing that may have none.
_NAMED_BY = frozenset(
    RG + name
    for name in ("participant", "participatesIn", "contributor", "counterpart", "exceptsParticipant")
)
# What is told of a finding comes from these.
_TOLD = _NAMED_BY | {_TYPE, _LABEL, _IN_SCHEME, DCTERMS + "accessRights"}
_TOLD |= {
    RG + name
    for name in (
        *("field", "evidence", "lineStart", "placePath", "labelLine", "labelPath", "goal", "dateAsReported"),
        *("nameAsReported", "hasCandidate", "candidateFor", "rank"),
    )
}
# Properties of the report whose value may be shown beside a finding.
_SHOWN = frozenset((RG + "reportedStart", FOAF + "homepage"))

Spot = tuple[int, str]  # a line, and the place it is in the original where that has no lines


_SEVERITIES = {SH + "Warning": Severity.PLEASE_CHECK, SH + "Info": Severity.FOR_INFORMATION}


class Judge:
    """Judges one report at a time by the shapes of a folder.

    `context` holds what reports refer to: ontology, codes, regions, organisations, partnerships, goals.
    Of it, only what a report reaches enters a judgement, so that the graph to validate stays small.
    Nothing is changed by judging.
    """

    def __init__(self, shapes: Path, context: Iterable[ox.Quad]) -> None:
        read = Shapes(shapes)
        self._validator = validator(read)
        self._rules = dict(_rules(read))
        self._context = Context(context)
        self._facts = _Facts(self._context)
        self._questions = dict(_questions(self._context))

    def judge(self, report: Iterable[ox.Quad]) -> Verdict:
        """What there is to say about the graph of one report."""
        graph = self._context.around(report)
        results = self._validator.results(graph)
        reader = _Reader(_Facts(graph.report, self._facts), self._rules, self._questions)
        return Verdict.of(sorted({reader.finding(result) for result in results}, key=reader.order))


class Context:
    """What reports refer to, by node."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        said: dict[Term, list[ox.Quad]] = {}
        for quad in filter(_is_context, quads):
            said.setdefault(quad.subject, []).append(quad)
        self._known = {node: Known(tuple(own)) for node, own in said.items()}
        self._refers = {node: _referred(own) for node, own in said.items()}
        self._always = Known(tuple(quad for quad in self if quad.predicate.value in _ALWAYS))

    def __iter__(self) -> Iterator[ox.Quad]:
        return (quad for known in self._known.values() for quad in known.quads)

    def around(self, report: Iterable[ox.Quad]) -> Judged:
        """A report with what it refers to, near and far."""
        quads = list(report)
        wanted = _referred(quads)
        seen: dict[Term, Known] = {}
        while wanted:
            node = wanted.pop()
            if node not in seen and node in self._known:
                seen[node] = self._known[node]
                wanted += self._refers[node]
        return Judged(report=quads, known=[*seen.values(), self._always])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    key: str
    label: Words
    position: int


def _questions(context: Context) -> Iterator[tuple[str, _Question]]:
    texts: dict[str, list[tuple[str, ox.Literal]]] = {}
    for quad in context:
        node, value = quad.subject, quad.object
        if isinstance(node, ox.NamedNode) and node.value.startswith(_FIELD) and isinstance(value, ox.Literal):
            texts.setdefault(node.value.removeprefix(_FIELD), []).append((quad.predicate.value, value))
    for key, said in texts.items():
        words = {text.language: text.value for name, text in said if name == SKOS + "prefLabel"}
        places = [int(text.value) for name, text in said if name == RG + "position"]
        label = Words(en=words.get("en", key), fr=words.get("fr", ""))
        yield key, _Question(key=key, label=label, position=min(places, default=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What a shape says to people."""

    severity: Severity
    message: Words
    fields: tuple[str, ...]  # keys of the questions it is about
    shown: bool  # whether the value it is about may be shown


def _rules(shapes: Shapes) -> Iterator[tuple[str, _Rule]]:
    for shape in shapes.having(_TYPE):
        if isinstance(shape, ox.NamedNode):
            said = {text.language: text.value for text in shapes.texts(shape, SH + "message")}
            severities = [
                _SEVERITIES[each] for each in shapes.links(shape, SH + "severity") if each in _SEVERITIES
            ]
            keys = (key.removeprefix(_FIELD) for key in shapes.links(shape, RG + "aboutField"))
            yield (
                shape.value,
                _Rule(
                    severity=severities[0] if severities else Severity.MUST_FIX,
                    message=Words(en=said.get("en", ""), fr=said.get("fr", "")),
                    fields=tuple(sorted(keys)),
                    shown=not _SHOWN.isdisjoint(shapes.links(shape, SH + "path")),
                ),
            )


class _Facts:
    """What a graph says that may be told beside a finding, by property and node.

    `known` is what is known besides, of whatever the graph refers to.
    """

    def __init__(self, quads: Iterable[ox.Quad], known: "_Facts | None" = None) -> None:
        self._known = known
        self._said: dict[str, dict[Term, list[Term]]] = {name: {} for name in _TOLD}
        self._namers: dict[Term, list[Term]] = {}
        for quad in quads:
            name = quad.predicate.value
            if name in _TOLD and (name != _TYPE or quad.object in _TOLD_TYPES):
                self._said[name].setdefault(quad.subject, []).append(quad.object)
                if name in _NAMED_BY:
                    self._namers.setdefault(quad.object, []).append(quad.subject)

    def subjects(self, name: str) -> Iterable[Term]:
        """The nodes that have a property."""
        return self._said[name]

    def links(self, node: Term, name: str) -> list[ox.NamedNode]:
        """The nodes that a property of a node points to."""
        return [each for each in self._values(node, name) if isinstance(each, ox.NamedNode)]

    def numbers(self, node: Term, name: str) -> list[int]:
        """The values of a property of a node, as numbers."""
        return [int(each.value) for each in self._literals(node, name)]

    def text(self, node: Term, name: str) -> str:
        """The text that a property of a node has, in English if it can be; empty where there is none."""
        texts = ((each.language != "en", each.value) for each in self._literals(node, name))
        return min(texts, default=(False, ""))[1]

    def namers(self, node: Term) -> list[Term]:
        """The facts that name a node."""
        return self._namers.get(node, [])

    def _literals(self, node: Term, name: str) -> list[ox.Literal]:
        return [each for each in self._values(node, name) if isinstance(each, ox.Literal)]

    def _values(self, node: Term, name: str) -> Iterator[Term]:
        yield from self._said[name].get(node, ())
        if self._known is not None:
            yield from self._known._values(node, name)


class _Reader:
    """Reads the results of a validation in what the graph says."""

    def __init__(self, facts: _Facts, rules: dict[str, _Rule], questions: dict[str, _Question]) -> None:
        self._facts, self._rules, self._questions = facts, rules, questions
        self._answers = {
            field.value.removeprefix(_FIELD): answer
            for answer in facts.subjects(RG + "field")
            for field in facts.links(answer, RG + "field")
        }
        self._starts = sorted(
            (line, key)
            for key, answer in self._answers.items()
            for line in facts.numbers(answer, RG + "labelLine")
        )

    def finding(self, result: Result) -> Finding:
        rule = self._rules[result.shape]
        nodes = [node for node in (result.value, result.focus) if isinstance(node, ox.NamedNode)]
        line, place = next((spot for node in nodes for spot in self._spots(node)), (None, ""))
        field = self._field(rule, nodes, line)
        answer = self._answers.get(field)
        secret = answer is not None and _PRIVATE in self._facts.links(answer, DCTERMS + "accessRights")
        if line is None and answer is not None:
            line, place = next(iter(self._answer_spots(answer)), (None, ""))
        written, taken_as = ("", "") if secret else self._names(nodes)
        if not written and not secret and rule.shown:
            written = str(getattr(result.value, "value", ""))
        return Finding(
            severity=rule.severity,
            field=field,
            question=self._questions[field].label if field in self._questions else None,
            message=rule.message,
            line=line,
            place=place,
            written=written,
            taken_as=taken_as,
            perhaps=() if secret else self._candidates(nodes),
            rule=result.shape,
        )

    def order(self, finding: Finding) -> tuple[int, int, str, str, str]:
        question = self._questions.get(finding.field)
        position = question.position if question else len(self._questions) + 1
        return position, finding.line or 0, finding.rule, finding.written, finding.taken_as

    def _field(self, rule: _Rule, nodes: list[ox.NamedNode], line: int | None) -> str:
        """The question's key: the answer's own, the rule's, or that of the line's part of the file."""
        for node in nodes:
            for field in self._facts.links(node, RG + "field"):
                return field.value.removeprefix(_FIELD)
        if len(rule.fields) == 1:
            return rule.fields[0]
        above = [key for start, key in self._starts if line is not None and start <= line]
        if above and rule.fields:
            return above[-1]
        return min(rule.fields, key=self._position, default="")

    def _position(self, key: str) -> int:
        question = self._questions.get(key)
        return question.position if question else 0

    def _is_answer(self, node: Term) -> bool:
        return _ANSWER in self._facts.links(node, _TYPE)

    def _spots(self, node: ox.NamedNode) -> list[Spot]:
        """Where it says so, the first place first: of the node itself, or of the facts that name it."""
        if self._is_answer(node):
            return self._answer_spots(node)
        return self._evidence(node) or sorted(
            spot for fact in self._facts.namers(node) for spot in self._evidence(fact)
        )

    def _evidence(self, node: Term) -> list[Spot]:
        return sorted(
            (line, self._facts.text(excerpt, RG + "placePath"))
            for excerpt in self._facts.links(node, RG + "evidence")
            for line in self._facts.numbers(excerpt, RG + "lineStart")
        )

    def _answer_spots(self, answer: Term) -> list[Spot]:
        label = self._facts.text(answer, RG + "labelPath")
        lines = self._facts.numbers(answer, RG + "labelLine")
        return self._evidence(answer) or [(line, label) for line in lines]

    def _names(self, nodes: list[ox.NamedNode]) -> tuple[str, str]:
        """The words of the report for the first node that has any, and whom we took them for."""
        nodes = [node for node in nodes if not self._is_answer(node)]
        for node in nodes:
            if reported := self._facts.text(node, RG + "nameAsReported"):
                meant = self._meant(node)
                return reported, "" if meant == reported else meant
        for node in nodes:
            for goal in self._facts.links(node, RG + "goal"):
                return f"{goal.value.rsplit('/', 1)[-1]}. {self._facts.text(goal, _LABEL)}", ""
            label = self._facts.text(node, _LABEL)
            if label and not self._facts.links(node, _IN_SCHEME):
                date = self._facts.text(node, RG + "dateAsReported")
                return f"{label} ({date})" if date else label, ""
        return "", ""

    def _meant(self, fact: ox.NamedNode) -> str:
        """Whom we took a name for; empty where that is in doubt."""
        for participant in self._facts.links(fact, RG + "participant"):
            doubtful = _IN_DOUBT in self._facts.links(participant, _TYPE)
            return "" if doubtful else self._facts.text(participant, _LABEL)
        return ""

    def _candidates(self, nodes: list[ox.NamedNode]) -> tuple[str, ...]:
        ranked = sorted(
            (min(self._facts.numbers(candidate, RG + "rank"), default=0), self._facts.text(meant, _LABEL))
            for node in nodes
            for candidate in self._facts.links(node, RG + "hasCandidate")
            for meant in self._facts.links(candidate, RG + "candidateFor")
        )
        return tuple(dict.fromkeys(label for _, label in ranked if label))[:_MOST_CANDIDATES]


def _referred(quads: Iterable[ox.Quad]) -> list[ox.NamedNode]:
    """What quads make worth knowing: their values, unless those are classes."""
    return [
        value
        for quad in quads
        if isinstance(value := quad.object, ox.NamedNode) and quad.predicate.value != _TYPE
    ]


def _is_context(quad: ox.Quad) -> bool:
    """Whether a report may need to know it: not a label in a language we do not speak."""
    value = quad.object
    readable = not isinstance(value, ox.Literal) or value.language in (None, "en", "fr")
    return readable and quad.predicate.value in _CONTEXT
