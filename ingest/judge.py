"""Graph of one report → Verdict: what must be fixed, what to check, what is for information.

The rules are the SHACL shapes; this module knows how to say whom a finding concerns and where it stands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from rdflib import RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF
from rdflib.term import Node

from ingest.shacl import JudgedGraph, Queries, Rules, Triple
from ingest.verdict import Finding, Severity, Verdict, Words
from regiograph.iris import ACCESS, CODE, RG

_RG = Namespace(RG)
_FIELD = CODE + "field/"
_PRIVATE = URIRef(ACCESS + "NON_PUBLIC")

_MOST_CANDIDATES = 3

# What a report may need to know about the things it refers to.
_CONTEXT = frozenset(
    str(iri)
    for iri in (
        *(RDF.type, RDFS.label, RDFS.subClassOf, SKOS.prefLabel, SKOS.exactMatch, SKOS.member),
        *(SKOS.inScheme, DCTERMS.isPartOf, _RG.nutsCode, _RG.nutsLevel, _RG.country, _RG.position),
        *(_RG.helixSector, _RG.organisationType, _RG.inPlatform),
    )
)
# By which a fact that has its own place points to a thing that may have none.
_NAMED_BY = (_RG.participant, _RG.participatesIn, _RG.contributor, _RG.counterpart, _RG.exceptsParticipant)
# Properties of the report whose value may be shown beside a finding.
_SHOWN = (_RG.reportedStart, FOAF.homepage)

# What of the shapes is for people, not for the validator: it would read it again for each node.
_FOR_PEOPLE = frozenset((SH.name, SH.description, SH.message, SH.group, SH.order, RDFS.label, _RG.aboutField))

Spot = tuple[int, str]  # a line, and the place it is in the original where that has no lines


_SEVERITIES = {
    SH.Violation: Severity.MUST_FIX,
    SH.Warning: Severity.PLEASE_CHECK,
    SH.Info: Severity.FOR_INFORMATION,
}


class Judge:
    """Judges one report at a time by the shapes of a folder.

    `context` holds what reports refer to: ontology, codes, regions, organisations, partnerships, goals.
    Of it, only what a report reaches enters a judgement, so that the graph to validate stays small.
    Nothing is changed by judging.
    """

    def __init__(self, shapes: Path, context: Iterable[ox.Quad]) -> None:
        self._shapes = Graph()
        for file in sorted(shapes.glob("*.ttl")):
            self._shapes.parse(file)
        self._rules = Rules(triple for triple in self._shapes if triple[1] not in _FOR_PEOPLE)
        self._queries = Queries()
        self._known: dict[Node, list[Triple]] = {}
        self._always: list[Triple] = []
        for triple in _triples(filter(_is_context, context)):
            self._known.setdefault(triple[0], []).append(triple)
            if triple[1] in (RDFS.subClassOf, SKOS.member):
                self._always.append(triple)

    def judge(self, report: Iterable[ox.Quad]) -> Verdict:
        """What there is to say about the graph of one report."""
        data = self._with_context(_triples(report))
        _, results, _ = pyshacl.validate(data, shacl_graph=self._rules, inplace=True, do_owl_imports=False)
        reader = _Reader(data, self._shapes, self._questions())
        found = {
            reader.finding(results, result)
            for result in results.objects(None, SH.result)
            if (result, SH.sourceShape, None) in results
        }
        return Verdict.of(sorted(found, key=reader.order))

    def _with_context(self, report: Iterable[Triple]) -> Graph:
        data = JudgedGraph(queries=self._queries)
        wanted: list[Node] = []
        for triple in report:
            data.add(triple)
            wanted += _referred(triple)
        seen: set[Node] = set()
        while wanted:
            node = wanted.pop()
            if node in seen:
                continue
            seen.add(node)
            for triple in self._known.get(node, ()):
                data.add(triple)
                wanted += _referred(triple)
        for triple in self._always:
            data.add(triple)
        return data

    def _questions(self) -> dict[str, "_Question"]:
        questions = {}
        for subject, triples in self._known.items():
            if str(subject).startswith(_FIELD):
                key = str(subject).removeprefix(_FIELD)
                labels = {_language(o): str(o) for _, p, o in triples if p == SKOS.prefLabel}
                places = [int(str(o)) for _, p, o in triples if p == _RG.position]
                label = Words(en=labels.get("en", key), fr=labels.get("fr", ""))
                questions[key] = _Question(key=key, label=label, position=min(places, default=0))
        return questions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    key: str
    label: Words
    position: int


class _Reader:
    """Reads one validation report against the graph it is about."""

    def __init__(self, data: Graph, shapes: Graph, questions: dict[str, _Question]) -> None:
        self._data, self._shapes, self._questions = data, shapes, questions
        self._answers = {
            str(field).removeprefix(_FIELD): answer for answer, field in data.subject_objects(_RG.field)
        }
        self._starts = sorted(
            (line, key)
            for key, answer in self._answers.items()
            for line in self._numbers(answer, _RG.labelLine)
        )

    def finding(self, results: Graph, result: Node) -> Finding:
        shape = results.value(result, SH.sourceShape)
        severity = results.value(result, SH.resultSeverity)
        path = results.value(result, SH.resultPath)
        focus, value = results.value(result, SH.focusNode), results.value(result, SH.value)
        nodes = [node for node in (value, focus) if isinstance(node, URIRef)]
        line, place = next((spot for node in nodes for spot in self._spots(node)), (None, ""))
        field = self._field(shape, nodes, line)
        answer = self._answers.get(field)
        secret = answer is not None and (answer, DCTERMS.accessRights, _PRIVATE) in self._data
        if line is None and answer is not None:
            line, place = next(iter(self._answer_spots(answer)), (None, ""))
        written, taken_as = ("", "") if secret else self._names(nodes)
        if not written and not secret and path in _SHOWN and value is not None:
            written = str(value)
        return Finding(
            severity=_SEVERITIES.get(URIRef(str(severity)), Severity.MUST_FIX),
            field=field,
            question=self._questions[field].label if field in self._questions else None,
            message=self._words(shape, SH.message),
            line=line,
            place=place,
            written=written,
            taken_as=taken_as,
            perhaps=() if secret else self._candidates(nodes),
            rule=str(shape),
        )

    def order(self, finding: Finding) -> tuple[int, int, str, str, str]:
        question = self._questions.get(finding.field)
        position = question.position if question else len(self._questions) + 1
        return position, finding.line or 0, finding.rule, finding.written, finding.taken_as

    def _field(self, shape: Node | None, nodes: list[URIRef], line: int | None) -> str:
        """The question's key: the answer's own, the rule's, or that of the line's part of the file."""
        for node in nodes:
            for field in self._data.objects(node, _RG.field):
                return str(field).removeprefix(_FIELD)
        keys = sorted(str(key).removeprefix(_FIELD) for key in self._shapes.objects(shape, _RG.aboutField))
        if len(keys) == 1:
            return keys[0]
        above = [key for start, key in self._starts if line is not None and start <= line]
        if above and keys:
            return above[-1]
        return min(keys, key=self._position, default="")

    def _position(self, key: str) -> int:
        question = self._questions.get(key)
        return question.position if question else 0

    def _spots(self, node: URIRef) -> list[Spot]:
        """Where it says so, the first place first: of the node itself, or of the facts that name it."""
        if (node, RDF.type, _RG.FieldAnswer) in self._data:
            return self._answer_spots(node)
        namers = [fact for name in _NAMED_BY for fact in self._data.subjects(name, node)]
        return self._evidence(node) or sorted(spot for fact in namers for spot in self._evidence(fact))

    def _evidence(self, node: Node) -> list[Spot]:
        return sorted(
            (line, self._text(excerpt, _RG.placePath))
            for excerpt in self._data.objects(node, _RG.evidence)
            for line in self._numbers(excerpt, _RG.lineStart)
        )

    def _answer_spots(self, answer: Node) -> list[Spot]:
        label = self._text(answer, _RG.labelPath)
        return self._evidence(answer) or [(line, label) for line in self._numbers(answer, _RG.labelLine)]

    def _numbers(self, node: Node, predicate: Node) -> list[int]:
        return [int(str(number)) for number in self._data.objects(node, predicate)]

    def _names(self, nodes: list[URIRef]) -> tuple[str, str]:
        """The words of the report for the first node that has any, and whom we took them for."""
        nodes = [node for node in nodes if (node, RDF.type, _RG.FieldAnswer) not in self._data]
        for node in nodes:
            reported = self._text(node, _RG.nameAsReported)
            if reported:
                participant = self._data.value(node, _RG.participant)
                doubtful = (participant, RDF.type, _RG.MentionInDoubt) in self._data
                meant = "" if participant is None or doubtful else self._text(participant, RDFS.label)
                return reported, "" if meant == reported else meant
        for node in nodes:
            goal = self._data.value(node, _RG.goal)
            if goal is not None:
                return f"{str(goal).rsplit('/', 1)[-1]}. {self._text(goal, RDFS.label)}", ""
            label = self._text(node, RDFS.label)
            if label and (node, SKOS.inScheme, None) not in self._data:
                date = self._text(node, _RG.dateAsReported)
                return f"{label} ({date})" if date else label, ""
        return "", ""

    def _candidates(self, nodes: list[URIRef]) -> tuple[str, ...]:
        ranked = sorted(
            (min(self._numbers(candidate, _RG.rank), default=0), self._text(meant, RDFS.label))
            for node in nodes
            for candidate in self._data.objects(node, _RG.hasCandidate)
            for meant in self._data.objects(candidate, _RG.candidateFor)
        )
        return tuple(dict.fromkeys(label for _, label in ranked if label))[:_MOST_CANDIDATES]

    def _text(self, node: Node, predicate: Node) -> str:
        texts = [text for text in self._data.objects(node, predicate) if isinstance(text, Literal)]
        return str(min(texts, key=lambda text: (text.language != "en", str(text)), default=""))

    def _words(self, shape: Node | None, predicate: Node) -> Words:
        texts = {_language(text): str(text) for text in self._shapes.objects(shape, predicate)}
        return Words(en=texts.get("en", ""), fr=texts.get("fr", ""))


def _triples(quads: Iterable[ox.Quad]) -> Iterator[Triple]:
    known: dict[object, Node] = {}  # most terms come many times

    def term(each: object) -> Node:
        if each not in known:
            known[each] = _term(each)
        return known[each]

    for quad in quads:
        yield term(quad.subject), term(quad.predicate), term(quad.object)


def _term(term: object) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    raise ValueError("A report holds plain triples only.")


def _referred(triple: Triple) -> tuple[Node, ...]:
    """What a triple makes worth knowing: its value, unless that is a class."""
    _, predicate, value = triple
    return (value,) if isinstance(value, URIRef) and predicate != RDF.type else ()


def _is_context(quad: ox.Quad) -> bool:
    """Whether a report may need to know it: not a label in a language we do not speak."""
    value = quad.object
    readable = not isinstance(value, ox.Literal) or value.language in (None, "en", "fr")
    return readable and quad.predicate.value in _CONTEXT


def _language(value: Node) -> str:
    return (value.language or "") if isinstance(value, Literal) else ""
