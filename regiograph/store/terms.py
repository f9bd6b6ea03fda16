"""Terms on their way to and from an engine: the same value always has the same form."""

import re
from functools import lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from regiograph.iris import RDF, XSD

_SUBJECT = NamedNode("urn:regiograph:any")
_AS_WRITTEN = {XSD + "string", RDF + "langString"}


def term_of(binding: dict[str, str], *, truth: bool = False) -> NamedNode | BlankNode | Literal:
    """The term of a binding in SPARQL results JSON, in canonical form.

    `truth` says that it is true or false, whatever the engine calls it.

    >>> term_of({"type": "typed-literal", "value": "1.50", "datatype": XSD + "decimal"}).value
    '1.5'
    >>> term_of({"type": "typed-literal", "value": "1", "datatype": XSD + "integer"}, truth=True).value
    'true'
    """
    value = binding["value"]
    if binding["type"] == "uri":
        return NamedNode(value)
    if binding["type"] == "bnode":
        return BlankNode("b" + value.encode().hex())
    if language := binding.get("xml:lang"):
        return Literal(value, language=language)
    datatype = binding.get("datatype", XSD + "string")
    if truth and value in ("0", "1", "true", "false"):
        datatype = XSD + "boolean"
    return Literal(value) if datatype in _AS_WRITTEN else canonical_literal(value, datatype)


@lru_cache(maxsize=50_000)
def canonical_literal(value: str, datatype: str) -> Literal:
    """A typed literal as the embedded store returns it.

    >>> canonical_literal("5", XSD + "nonNegativeInteger").datatype.value.rpartition("#")[2]
    'integer'
    """
    store = Store()
    store.add(Quad(_SUBJECT, _SUBJECT, Literal(value, datatype=NamedNode(datatype))))
    found = next(iter(store)).object
    assert isinstance(found, Literal)  # noqa: S101  (it was put there)
    return found


def in_sparql(triple: Triple) -> str:
    """A triple as DATA of an update."""
    subject, predicate, value = triple.subject, triple.predicate, triple.object
    if isinstance(value, NamedNode | Literal) and isinstance(subject, NamedNode):
        return f"{subject} {predicate} {written(value)} .\n"
    raise ValueError("Only IRIs and literals are sent to an engine.")


def written(term: NamedNode | Literal) -> str:
    """A term in SPARQL. Also right where an engine undoes `\\u` escapes before it reads the query.

    >>> written(Literal('say "hi"'))
    '"say \\\\"hi\\\\""'
    """
    return re.sub(r"\\\\([uU])|\\.", _kept, str(term), flags=re.DOTALL)


def _kept(escape: re.Match[str]) -> str:
    """A backslash that is followed by a u would look like an escape: the u is written as one."""
    return f"\\\\\\U{ord(escape[1]):08X}" if escape[1] else escape[0]
