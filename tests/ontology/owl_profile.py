"""Is a graph within OWL 2 RL, and within the restrictions of OWL 2 DL that a light ontology can break?

Syntactic, over the RDF mapping: https://www.w3.org/TR/owl2-profiles/#OWL_2_RL and
https://www.w3.org/TR/owl2-syntax/#Global_Restrictions_on_Axioms_in_OWL_2_DL. It names what it finds, so that
an empty list means something; OWLAPI's own checker agrees on ontology/ (see README.md beside this file).
"""

from collections.abc import Iterator

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal
from rdflib.collection import Collection
from rdflib.term import Node

RESERVED = tuple(str(vocabulary) for vocabulary in (RDF, RDFS, OWL, XSD))
DATATYPES = {RDFS.Literal, RDF.PlainLiteral, RDF.XMLLiteral, RDF.langString} | {
    XSD[name]
    for name in [
        "decimal",
        "integer",
        "nonNegativeInteger",
        "nonPositiveInteger",
        "positiveInteger",
        "negativeInteger",
        "long",
        "int",
        "short",
        "byte",
        "unsignedLong",
        "unsignedInt",
        "unsignedShort",
        "unsignedByte",
        "float",
        "double",
        "string",
        "normalizedString",
        "token",
        "language",
        "Name",
        "NCName",
        "NMTOKEN",
        "boolean",
        "hexBinary",
        "base64Binary",
        "anyURI",
        "dateTime",
        "dateTimeStamp",
    ]
}
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
BUILT_IN_ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo}
BUILT_IN_ANNOTATIONS |= {OWL.deprecated, OWL.priorVersion, OWL.backwardCompatibleWith, OWL.incompatibleWith}
CHARACTERISTICS = {
    *(OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty, OWL.SymmetricProperty),
    *(OWL.AsymmetricProperty, OWL.TransitiveProperty),
}
NEEDS_SIMPLE = {OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty}
NEEDS_SIMPLE |= {OWL.AsymmetricProperty}
SYNTAX = {
    *(RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, RDF.type, RDF.first, RDF.rest),
    *(OWL.equivalentClass, OWL.equivalentProperty, OWL.disjointWith, OWL.propertyDisjointWith, OWL.inverseOf),
    *(OWL.members, OWL.hasKey, OWL.propertyChainAxiom, OWL.sameAs, OWL.differentFrom, OWL.distinctMembers),
    *(OWL.intersectionOf, OWL.unionOf, OWL.complementOf, OWL.oneOf, OWL.onProperty, OWL.someValuesFrom),
    *(OWL.allValuesFrom, OWL.hasValue, OWL.maxCardinality, OWL.maxQualifiedCardinality, OWL.onClass),
    *(OWL.onDataRange, OWL.versionIRI, OWL.imports),
}
META = {
    *(OWL.Ontology, OWL.Class, RDFS.Datatype, OWL.Restriction, OWL.NamedIndividual, OWL.AllDisjointClasses),
    *(OWL.AllDisjointProperties, OWL.AllDifferent),
    *(PROPERTY_KINDS + tuple(CHARACTERISTICS)),
}


def violations(graph: Graph) -> list[str]:
    """What keeps the graph out of OWL 2 RL or OWL 2 DL; empty where it is in both."""
    return sorted({f"{why}: {_short(node)}" for why, node in _Check(graph).run()})


class _Check:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.classes = {*graph.subjects(RDF.type, OWL.Class)}
        self.kinds = {kind: {*graph.subjects(RDF.type, kind)} for kind in PROPERTY_KINDS}
        self.declared = set().union(*self.kinds.values())

    def run(self) -> Iterator[tuple[str, Node]]:
        yield from self.declarations()
        yield from self.class_axioms()
        yield from self.property_axioms()
        yield from self.assertions()
        yield from self.simple_roles()

    def declarations(self) -> Iterator[tuple[str, Node]]:
        for prop in self.declared:
            if sum(prop in members for members in self.kinds.values()) > 1:
                yield "property of two kinds", prop
        for both in self.classes & {*self.graph.subjects(RDF.type, RDFS.Datatype)}:
            yield "both class and datatype", both
        for subject in set(self.graph.subjects()):
            if str(subject).startswith(RESERVED):
                yield "reserved vocabulary redefined", subject
        for predicate in set(self.graph.predicates()):
            if predicate in SYNTAX or predicate in BUILT_IN_ANNOTATIONS or predicate in self.declared:
                continue
            reserved = str(predicate).startswith(RESERVED)
            yield ("construct outside OWL 2 RL" if reserved else "undeclared property"), predicate

    def class_axioms(self) -> Iterator[tuple[str, Node]]:
        for sub, sup in self.graph.subject_objects(RDFS.subClassOf):
            yield from self.expression(sub, "sub")
            yield from self.expression(sup, "super")
        for one, other in self.graph.subject_objects(OWL.equivalentClass):
            yield from self.expression(one, "equivalent")
            yield from self.expression(other, "equivalent")
        for one, other in self.graph.subject_objects(OWL.disjointWith):
            yield from self.expression(one, "sub")
            yield from self.expression(other, "sub")
        for group in self.graph.subjects(RDF.type, OWL.AllDisjointClasses):
            for member in self.list(self.graph.value(group, OWL.members)):
                yield from self.expression(member, "sub")
        for keyed in self.graph.subjects(OWL.hasKey):
            yield from self.expression(keyed, "sub")

    def expression(self, node: Node, side: str) -> Iterator[tuple[str, Node]]:
        """The grammar of class expressions: what may stand as sub, super or equivalent class."""
        if not isinstance(node, BNode):
            if node == OWL.Thing or (node != OWL.Nothing and node not in self.classes):
                yield ("owl:Thing" if node == OWL.Thing else "undeclared class"), node
            return
        get = self.graph.value
        if (members := get(node, OWL.intersectionOf)) is not None or (
            (members := get(node, OWL.unionOf)) is not None and side == "sub"
        ):
            for member in self.list(members):
                yield from self.expression(member, side)
        elif get(node, OWL.oneOf) is not None and side == "sub":
            return
        elif (negated := get(node, OWL.complementOf)) is not None and side == "super":
            yield from self.expression(negated, "sub")
        elif (prop := get(node, OWL.onProperty)) is not None:
            yield from self.restriction(node, prop, side)
        else:
            yield f"class expression not allowed as {side}class", node

    def restriction(self, node: Node, prop: Node, side: str) -> Iterator[tuple[str, Node]]:
        get, on_data = self.graph.value, prop in self.kinds[OWL.DatatypeProperty]
        if get(node, OWL.hasValue) is not None:
            return
        some, every = get(node, OWL.someValuesFrom), get(node, OWL.allValuesFrom)
        at_most = get(node, OWL.maxCardinality)
        qualified = get(node, OWL.maxQualifiedCardinality)
        if some is not None and side == "sub":
            if on_data:
                yield from self.data_range(some)
            elif some != OWL.Thing:
                yield from self.expression(some, "sub")
        elif every is not None and side == "super":
            yield from self.data_range(every) if on_data else self.expression(every, "super")
        elif at_most is not None and side == "super" and int(str(at_most)) <= 1:
            return
        elif qualified is not None and side == "super" and int(str(qualified)) <= 1:
            filler = get(node, OWL.onClass)
            if filler not in (None, OWL.Thing):
                yield from self.expression(filler, "sub")
        else:
            yield f"restriction not allowed as {side}class", prop

    def data_range(self, node: Node) -> Iterator[tuple[str, Node]]:
        if isinstance(node, BNode) and (members := self.graph.value(node, OWL.intersectionOf)) is not None:
            for member in self.list(members):
                yield from self.data_range(member)
        elif node not in DATATYPES:
            yield "datatype outside OWL 2 RL", node

    def property_axioms(self) -> Iterator[tuple[str, Node]]:
        annotations, data = self.kinds[OWL.AnnotationProperty], self.kinds[OWL.DatatypeProperty]
        for prop, domain in self.graph.subject_objects(RDFS.domain):
            if prop not in annotations:
                yield from self.expression(domain, "super")
        for prop, wanted in self.graph.subject_objects(RDFS.range):
            if prop not in annotations:
                yield from self.data_range(wanted) if prop in data else self.expression(wanted, "super")
        for sub, sup in self.graph.subject_objects(RDFS.subPropertyOf):
            for end in (sub, sup):
                if end not in self.declared:
                    yield "undeclared property", end
            if not any(sub in kind and sup in kind for kind in self.kinds.values()):
                yield "sub-property of another kind", sub

    def assertions(self) -> Iterator[tuple[str, Node]]:
        for kind in self.graph.objects(None, RDF.type):
            if kind in META:
                continue
            if str(kind).startswith(RESERVED):
                yield "type outside OWL 2 RL", kind
            else:
                yield from self.expression(kind, "super")
        for _, predicate, value in self.graph:
            literal = isinstance(value, Literal)
            if predicate in self.kinds[OWL.ObjectProperty] and literal:
                yield "literal as value of an object property", predicate
            if predicate in self.kinds[OWL.DatatypeProperty] and not literal:
                yield "node as value of a datatype property", predicate
            if literal and (value.datatype or XSD.string) not in DATATYPES:
                yield "literal of a datatype outside OWL 2 RL", value.datatype or XSD.string

    def simple_roles(self) -> Iterator[tuple[str, Node]]:
        """What is transitive or made by a chain, and all above it, may be neither counted nor functional."""
        composite = {*self.graph.subjects(RDF.type, OWL.TransitiveProperty)}
        composite |= {*self.graph.subjects(OWL.propertyChainAxiom)}
        above = {sup for prop in composite for sup in self.graph.transitive_objects(prop, RDFS.subPropertyOf)}
        for prop in above:
            counted = any(
                self.graph.value(restriction, cardinality) is not None
                for restriction in self.graph.subjects(OWL.onProperty, prop)
                for cardinality in (OWL.maxCardinality, OWL.maxQualifiedCardinality)
            )
            if counted or NEEDS_SIMPLE & {*self.graph.objects(prop, RDF.type)}:
                yield "composite property where a simple one is needed", prop

    def list(self, head: Node | None) -> list[Node]:
        return [] if head is None else list(Collection(self.graph, head))


def _short(node: Node) -> str:
    return "(anonymous)" if isinstance(node, BNode) else str(node)
