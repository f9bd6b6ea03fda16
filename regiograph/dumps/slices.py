"""What graphs that tell of many partnerships say of each one: facts of public pages, changes, register."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Quad

from regiograph.iris import OA, RG, Iris
from regiograph.store.embedded import EmbeddedReader

FAMILIES = ("partnerships", "public-facts", "changes")
"""A graph and what is derived from it; `changes` is only derived."""

_TOWARDS = {RG + name for name in ("ofPartnership", "participatesIn", "claimSubject", "changedIn")}
_ONWARDS = {RG + "evidence", RG + "hasCandidate", OA + "hasSelector"}
_PARTICIPANT = RG + "participant"

Slices = Mapping[str, Mapping[str, list[bytes]]]
"""By thing and graph: sorted N-Triples."""


def graphs_of(family: str, iris: Iris) -> tuple[str, str]:
    """The graphs of a family."""
    return iris.graph(family), iris.graph(f"derived/{family}")


def slices(reader: EmbeddedReader, graphs: Iterable[str], things: Iterable[str]) -> Slices:
    """What the graphs of one family say of each of these things, and of what belongs to it."""
    quads = [quad for graph in graphs for quad in reader.quads(graph)]
    web = _Web.of(quads)
    owners: dict[str, list[str]] = defaultdict(list)
    for thing in things:
        for node in web.belonging_to(thing):
            owners[node].append(thing)
    found: dict[str, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        line = f"{quad.subject} {quad.predicate} {quad.object} .\n".encode()
        graph = getattr(quad.graph_name, "value", "")
        ends = {*owners.get(_key(quad.subject), ()), *owners.get(_key(quad.object), ())}
        for thing in ends:
            found[thing][graph].append(line)
    return {thing: {graph: sorted(lines) for graph, lines in held.items()} for thing, held in found.items()}


@dataclass(frozen=True, slots=True)
class _Web:
    """Who points to whom, as far as it says what belongs to what."""

    edges: Mapping[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> "_Web":
        web = cls()
        for quad in quads:
            subject, name, value = _key(quad.subject), quad.predicate.value, _key(quad.object)
            if name in _TOWARDS:
                web.edges[value].append(subject)
            elif name in _ONWARDS or (name == _PARTICIPANT and "/mention" in value):
                web.edges[subject].append(value)
        return web

    def belonging_to(self, thing: str) -> Iterator[str]:
        """The thing itself, and all that is reached from it."""
        seen, waiting = {thing}, [thing]
        while waiting:
            each = waiting.pop()
            yield each
            new = [other for other in self.edges.get(each, ()) if other not in seen]
            seen.update(new)
            waiting += new


def _key(term: object) -> str:
    return str(getattr(term, "value", term))
