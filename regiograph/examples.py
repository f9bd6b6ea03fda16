"""The named questions as examples that SPARQL editors pick up: SHACL's `sh:SPARQLExecutable`, in the store.

Editors ask an endpoint for things of that class with their text. Parameters have the value of their example,
so that each runs as it stands.
"""

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from regiograph.iris import DCTERMS, RDF, RDFS, SCHEMA, XSD, Iris
from regiograph.questions import Question, without_header
from regiograph.store.tokens import tokens

SH = "http://www.w3.org/ns/shacl#"
GRAPH = "examples"

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_FORMS = {"SELECT": "Select", "ASK": "Ask", "CONSTRUCT": "Construct", "DESCRIBE": "Describe"}
_PREFIX = re.compile(r"^\s*PREFIX\s+([\w-]*):\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)


def example_quads(questions: Iterable[Question], iris: Iris) -> Iterator[Quad]:
    """All questions as examples, in `/graph/examples`."""
    graph = NamedNode(iris.graph(GRAPH))
    prefixes: dict[str, str] = {}
    for question in questions:
        prefixes |= dict(_PREFIX.findall(question.text))
        for name, value in _told(question, iris):
            node = iris.entity("question", question.name)
            yield Quad(NamedNode(node), NamedNode(name), value, graph)
    yield from (Quad(*triple, graph) for triple in _declared(prefixes, iris))


def example_text(question: Question) -> str:
    """A question without its header, its parameters having the values of their examples."""
    given = {param.name: param.example for param in question.params if param.required and param.example}
    return without_header(question.asked(given))


def _told(question: Question, iris: Iris) -> Iterator[tuple[str, NamedNode | Literal]]:
    text = example_text(question)
    form = next(token.text.upper() for token in tokens(text) if token.text.upper() in _FORMS)
    yield RDF + "type", NamedNode(SH + "SPARQLExecutable")
    yield RDF + "type", NamedNode(f"{SH}SPARQL{_FORMS[form]}Executable")
    yield RDFS + "label", Literal(question.summary, language="en")
    yield RDFS + "comment", Literal(question.description or question.summary, language="en")
    yield SH + form.lower(), Literal(text)
    yield SH + "prefixes", NamedNode(iris.entity("question", "prefixes"))
    yield SCHEMA + "target", NamedNode(f"{iris.base}/sparql")
    yield DCTERMS + "license", NamedNode(_LICENCE)
    for tag in question.tags:
        yield SCHEMA + "keywords", Literal(tag)


def _declared(
    prefixes: dict[str, str], iris: Iris
) -> Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    whole = iris.entity("question", "prefixes")
    for prefix, namespace in sorted(prefixes.items()):
        node = NamedNode(f"{whole}/{prefix}")
        yield NamedNode(whole), NamedNode(SH + "declare"), node
        yield node, NamedNode(SH + "prefix"), Literal(prefix)
        kind = NamedNode(XSD + "anyURI")
        yield node, NamedNode(SH + "namespace"), Literal(namespace, datatype=kind)
