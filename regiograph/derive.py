"""What follows from a graph, in a graph of its own: super-types, and shortcuts for short questions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from regiograph.iris import CODE, RDF, RDFS, RG

_TYPE = NamedNode(RDF + "type")
_AREA_PARTICIPATION = RG + "WorkingAreaParticipation"
_TELLING = frozenset((RDF + "type", RG + "participant", RG + "participatesIn", RG + "role"))
_ROLE = CODE + "role/"
_LEADING = frozenset({_ROLE + "lead", _ROLE + "co-lead"})
_SHORTCUTS = {
    "lead": "leads",
    "co-lead": "leads",
    "lead-support": "supportsLeadOf",
    "participating": "participatesInPartnership",
    "interested": "interestedIn",
    "involved": "involvedIn",
    "other-actor": "actsIn",
    "invited": "invitedTo",
    "organiser": "organises",
    "presenter": "presentsAt",
}


class SuperTypes:
    """The classes above each class, from the `rdfs:subClassOf` statements of the ontology."""

    def __init__(self, above: Mapping[NamedNode, Iterable[NamedNode]]) -> None:
        self._above = {
            each: tuple(sorted(found, key=lambda node: node.value)) for each, found in above.items()
        }

    @classmethod
    def read(cls, ontology: Path) -> "SuperTypes":
        """From an ontology in Turtle; superclasses that are expressions, not names, are left out."""
        direct: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        for triple in parse(path=str(ontology), format=RdfFormat.TURTLE):
            named = isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode)
            if named and triple.predicate.value == RDFS + "subClassOf":
                direct[triple.subject].add(triple.object)
        return cls({each: _closure(each, direct) for each in direct})

    def of(self, each: object) -> tuple[NamedNode, ...]:
        """All classes above one, in order, itself not among them."""
        return self._above.get(each, ()) if isinstance(each, NamedNode) else ()


def _closure(start: NamedNode, direct: Mapping[NamedNode, set[NamedNode]]) -> set[NamedNode]:
    found: set[NamedNode] = set()
    waiting = list(direct.get(start, ()))
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += direct.get(each, ())
    return found - {start}


@dataclass(slots=True)
class _Participation:
    participant: str = ""
    what: str = ""
    role: str = ""
    area: bool = False


def derive(quads: Iterable[Quad], super_types: SuperTypes, graph: str) -> tuple[Quad, ...]:
    """The derived quads of one source graph, to stand in the named graph `graph`."""
    quads = tuple(quads)
    target, node = NamedNode(graph), cache(NamedNode)
    found = {
        Quad(quad.subject, _TYPE, above, target): None
        for quad in quads
        if quad.predicate == _TYPE
        for above in super_types.of(quad.object)
    }
    for subject, name, object_ in _shortcuts(_participations(quads)):
        found[Quad(node(subject), node(RG + name), node(object_), target)] = None
    return tuple(found)


def _participations(quads: Iterable[Quad]) -> list[_Participation]:
    found: dict[str, _Participation] = defaultdict(_Participation)
    for quad in quads:
        name = quad.predicate.value
        if name not in _TELLING:
            continue
        subject, value = quad.subject, quad.object
        if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode):
            continue
        match name.removeprefix(RG):
            case "participant":
                found[subject.value].participant = value.value
            case "participatesIn":
                found[subject.value].what = value.value
            case "role":
                found[subject.value].role = value.value
            case _ if value.value == _AREA_PARTICIPATION:
                found[subject.value].area = True
    whole = (each for each in found.values() if each.participant and each.what and each.role)
    return [each for each in whole if "/mention/" not in each.participant]  # doubt derives nothing


def _shortcuts(participations: list[_Participation]) -> Iterator[tuple[str, str, str]]:
    together: dict[str, set[str]] = defaultdict(set)
    leading: dict[str, set[str]] = defaultdict(set)
    for each in participations:
        if name := _SHORTCUTS.get(each.role.removeprefix(_ROLE)):
            yield each.participant, name, each.what
        if each.area and "/id/group/" not in each.participant:
            together[each.what].add(each.participant)
        if each.role in _LEADING and ("/id/region/" in each.participant or "/id/place/" in each.participant):
            leading[each.what].add(each.participant)
    for members in together.values():
        yield from ((one, "worksWith", other) for one, other in permutations(sorted(members), 2))
    for what, leaders in leading.items():
        if len(leaders) > 1:
            yield from ((leader, "coLeads", what) for leader in sorted(leaders))
            yield from ((one, "coLeadsWith", other) for one, other in permutations(sorted(leaders), 2))
