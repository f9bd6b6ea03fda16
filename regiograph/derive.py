"""What follows from a graph, in a graph of its own: super-types, and shortcuts for short questions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from regiograph.iris import CODE, RDF, RDFS, RG

_TYPE = RDF + "type"
_AREA_PARTICIPATION = NamedNode(RG + "WorkingAreaParticipation")
_PARTICIPANT, _WHAT, _IN_ROLE = RG + "participant", RG + "participatesIn", RG + "role"
_TELLING = frozenset((_TYPE, _PARTICIPANT, _WHAT, _IN_ROLE))
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

    def of(self, each: NamedNode) -> tuple[NamedNode, ...]:
        """All classes above one, in order, itself not among them."""
        return self._above.get(each, ())


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

    def take(self, name: str, value: str) -> None:
        """What one statement of those that are `_TELLING` says of it."""
        if name == _PARTICIPANT:
            self.participant = value
        elif name == _WHAT:
            self.what = value
        elif name == _IN_ROLE:
            self.role = value
        else:
            self.area = True


def derive(quads: Iterable[Quad], super_types: SuperTypes, graph: str) -> tuple[Quad, ...]:
    """The derived quads of one source graph, to stand in the named graph `graph`."""
    target, node = NamedNode(graph), cache(NamedNode)
    found: dict[Quad, None] = {}
    told: dict[str, _Participation] = defaultdict(_Participation)
    for quad in quads:
        name = quad.predicate.value
        if name not in _TELLING:
            continue
        subject, value = quad.subject, quad.object
        if not isinstance(value, NamedNode):
            continue
        if name == _TYPE:
            for above in super_types.of(value):
                found[Quad(subject, node(_TYPE), above, target)] = None
            if value != _AREA_PARTICIPATION:
                continue
        if isinstance(subject, NamedNode):
            told[subject.value].take(name, value.value)
    for one, name, other in _shortcuts(_whole(told.values())):
        found[Quad(node(one), node(RG + name), node(other), target)] = None
    return tuple(found)


def _whole(participations: Iterable[_Participation]) -> list[_Participation]:
    whole = (each for each in participations if each.participant and each.what and each.role)
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
