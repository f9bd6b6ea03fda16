"""The walk of one document: read, understand, mine, resolve, describe, derive, judge. Stores nothing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Quad

from ingest.decisions import UNDECIDED, Decisions
from ingest.describe import describe
from ingest.edih import edih_quads
from ingest.facts import fact_quads
from ingest.form import Form, Source
from ingest.judge import Judge
from ingest.mine import Phrases, mine
from ingest.questionnaire import Questionnaire, read_all
from ingest.read import read
from ingest.reference import reference_quads
from ingest.resolve.resolver import Resolver
from ingest.resolved import KnownNames, ResolvedReport, resolve
from ingest.several import parted
from ingest.understand import understand
from ingest.verdict import Verdict
from ingest.vocabulary import vocabulary_quads
from regiograph.derive import SuperTypes, derive
from regiograph.examples import example_quads
from regiograph.iris import Iris
from regiograph.questions import Questions
from regiograph.rooms import room

Graphs = Mapping[str, tuple[Quad, ...]]
"""Quads by named graph."""


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A document at the end of its walk, nothing stored yet."""

    resolved: ResolvedReport
    questionnaire: Questionnaire
    graphs: Graphs
    verdict: Verdict
    document: bytes  # the public rendition: the lines that may be shown, in their places

    @property
    def source(self) -> Source:
        """The file."""
        return self.resolved.report.form.source

    @property
    def document_name(self) -> str:
        """Under which name an edition keeps the public rendition."""
        return f"reports/{self.resolved.report.form.name}.txt"

    def details(self) -> str:
        """What the ledger notes beside the verdict, as JSON."""
        return json.dumps({"graphs": sorted(self.graphs), "document": self.document_name})


class Pipeline:
    """Everything a walk needs, loaded once: questionnaires, names, shapes, vocabulary."""

    def __init__(self, base: str) -> None:
        self.iris = Iris(base)
        self.questionnaires = read_all()
        self._phrases = Phrases.read()

    def resolved(
        self, source: Source, decided: Decisions = UNDECIDED
    ) -> list[tuple[ResolvedReport, Questionnaire]]:
        """The reports of a file, mostly one, up to the decisions on their names.

        Raises:
            NotReadable, UnknownQuestionnaire: it is not a report that can be read.
        """
        forms = (part for form in read(source) for part in parted(form, self.questionnaires))
        return [self._resolved(form, decided) for form in forms]

    def walk(self, source: Source, decided: Decisions = UNDECIDED) -> list[Walked]:
        """The reports of a file, mostly one, up to their verdicts.

        Raises:
            NotReadable, UnknownQuestionnaire: it is not a report that can be read.
        """
        return [self._walked(*each) for each in self.resolved(source, decided)]

    def _resolved(self, form: Form, decided: Decisions) -> tuple[ResolvedReport, Questionnaire]:
        report = understand(form, self.questionnaires, self._names)
        questionnaire = next(each for each in self.questionnaires if each.key == report.questionnaire)
        mined = mine(report, questionnaire, self._names, self._phrases)
        return resolve(mined, self.resolver, decided), questionnaire

    def _walked(self, resolved: ResolvedReport, questionnaire: Questionnaire) -> Walked:
        quads = describe(resolved, questionnaire, self.iris)
        name = str(quads[0].graph_name)[1:-1]
        derived = self._derived_name(name)
        return Walked(
            resolved=resolved,
            questionnaire=questionnaire,
            graphs={name: quads, derived: derive(quads, self._super_types, derived)},
            verdict=self._judge.judge(quads),
            document=_rendition(resolved),
        )

    def load(self) -> None:
        """Load now what is otherwise loaded when it is first needed."""
        _ = self._judge, self._names, self._super_types

    @cached_property
    def reference(self) -> Graphs:
        """The graphs that belong to no report: vocabulary, registers, public facts; with what follows."""
        graphs: dict[str, list[Quad]] = {}
        for quad in self._reference_quads():
            graphs.setdefault(str(quad.graph_name)[1:-1], []).append(quad)
        found = {name: tuple(quads) for name, quads in graphs.items()}
        for name, quads in list(found.items()):
            derived = self._derived_name(name)
            if follows := derive(quads, self._super_types, derived):
                found[derived] = follows
        return found

    def catalogue(self, name: str, data: bytes) -> dict[str, tuple[Quad, ...]]:
        """The graphs of a catalogue of hubs.

        Raises:
            NotReadable: it is no such catalogue.
        """
        quads = tuple(edih_quads(name, data, self.iris, self.resolver))
        graph = str(quads[0].graph_name)[1:-1]
        derived = self._derived_name(graph)
        return {graph: quads, derived: derive(quads, self._super_types, derived)}

    @cached_property
    def resolver(self) -> Resolver:
        """Names to entities, over reference/."""
        return Resolver.from_reference(room("reference"))

    @cached_property
    def _names(self) -> KnownNames:
        return KnownNames(self.resolver)

    @cached_property
    def _super_types(self) -> SuperTypes:
        return SuperTypes.read(room("ontology") / "regiograph.ttl")

    @cached_property
    def _judge(self) -> Judge:
        quads = (quad for quads in self.reference.values() for quad in quads)
        return Judge(room("shapes"), quads)

    def _reference_quads(self) -> Iterator[Quad]:
        yield from vocabulary_quads(room("ontology"), self.iris)
        yield from example_quads(Questions.read(room("queries"), self.iris).values(), self.iris)
        yield from reference_quads(room("reference"), self.iris)
        yield from fact_quads(room("reference"), self.iris, self.resolver)

    def _derived_name(self, graph: str) -> str:
        """The graph for what follows from another: `/graph/derived/…`, with the other's own path."""
        path = graph.removeprefix(self.iris.base).removeprefix("/graph").removeprefix("/id")
        return self.iris.graph("derived" + path.removesuffix("/graph"))


def _rendition(resolved: ResolvedReport) -> bytes:
    """The lines of a report that may be shown; others are replaced, so that line numbers stay."""
    report = resolved.report
    shown = (
        "[not shown]" if number in report.withheld_lines else line
        for number, line in enumerate(report.form.text.split("\n"), 1)
    )
    return "\n".join(shown).encode()
