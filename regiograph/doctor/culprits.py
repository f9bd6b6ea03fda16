"""Which patterns of a group no fact matches together: a smallest set, found by leaving out one by one."""

from collections.abc import Iterable, Sequence

from regiograph.doctor.outline import Element, Group, Outline
from regiograph.doctor.probes import Probes

_ORDER = {"optional": 0, "triple": 1, "graph": 2, "group": 2, "select": 2, "union": 2, "bind": 3}


def ask_for(query: Outline, elements: Iterable[Element], around: str = "") -> str:
    """The query that says whether anything matches these elements."""
    inside = said(elements)
    pattern = f"{around} {{ {inside} }}" if around else inside
    return f"{query.prologue} ASK {query.dataset} WHERE {{ {pattern} }}"


def said(elements: Iterable[Element]) -> str:
    """Elements as the inside of a group, without filters on what they do not bind."""
    return "\n".join(element.text for element in _sensible(tuple(elements)))


class Emptiness:
    """Whether nothing matches some elements. Parts that share no variable are asked apart, each only once."""

    def __init__(self, query: Outline, probes: Probes, around: str = "") -> None:
        self._query = query
        self._probes = probes
        self._around = around
        self._known: dict[tuple[int, ...], bool | None] = {}

    async def of(self, elements: Sequence[Element]) -> bool | None:
        """Yes, no, or not known."""
        unsure = False
        for part in sorted(parts(_sensible(tuple(elements))), key=len):
            matches = await self._matches(part)
            if matches is False:
                return True
            unsure = unsure or matches is None
        return None if unsure else False

    async def _matches(self, part: Sequence[Element]) -> bool | None:
        key = tuple(one.start for one in part) + tuple(one.end for one in part)
        if key not in self._known:
            self._known[key] = await self._probes.any(ask_for(self._query, part, self._around))
        return self._known[key]


async def culprits(
    query: Outline, group: Group, probes: Probes, around: str = ""
) -> tuple[Element, ...] | None:
    """A smallest set of elements that nothing matches together; `None` where something matches all of them.

    Where it is one element that holds groups, the culprits are looked for inside. What could not be probed
    stays under suspicion.
    """
    elements = [one for one in group.elements if not _means_nothing(one)]
    empty = Emptiness(query, probes, around)
    suspects = await _first_suspects(elements, empty)
    if suspects is None:
        return None
    for element in sorted(suspects, key=lambda one: (_ORDER.get(one.kind, 4), -len(one.text))):
        fewer = [one for one in suspects if one is not element]
        if await empty.of(fewer) is True:
            suspects = fewer
    if len(suspects) == 1 and suspects[0].groups:
        only = suspects[0]
        for inner in only.groups:
            found = await culprits(query, inner, probes, only.head if only.kind == "graph" else around)
            if found:
                return found
    return tuple(sorted(suspects, key=lambda one: one.start))


async def _first_suspects(elements: list[Element], empty: Emptiness) -> list[Element] | None:
    """Some elements that nothing matches together: as few as can be had by asking little."""
    for element in elements:
        about = element.mentions | element.binds
        beside = [one for one in elements if one is not element and one.binds & about]
        near = [element]
        if element.kind == "values":
            near += beside
        elif element.kind == "filter":
            near += _with_types(beside, elements)
        elif element.kind != "triple":
            continue
        if await empty.of(near) is True:
            return near
    return elements if await empty.of(elements) is True else None


def _with_types(beside: list[Element], elements: list[Element]) -> list[Element]:
    """Elements, and those that say of what class their subjects are: these make a probe cheap."""
    names = {one.triple[0].variable for one in beside if one.triple} - {None}
    return [one for one in elements if one in beside or _says_more(one, names)]


def _says_more(one: Element, names: set[str | None]) -> bool:
    return bool(one.triple and one.triple[0].variable in names and not one.triple[2].variable)


def parts(elements: Sequence[Element]) -> list[list[Element]]:
    """The elements, those together that hang together by variables; each part in the order of the text."""
    found: list[tuple[frozenset[str], list[Element]]] = []
    for element in elements:
        names = element.binds | element.mentions
        touching = [part for part in found if part[0] & names]
        found = [part for part in found if not part[0] & names]
        joined = names.union(*(part[0] for part in touching))
        found.append((joined, [*(one for part in touching for one in part[1]), element]))
    return [sorted(part[1], key=lambda one: one.start) for part in found]


def _sensible(elements: Sequence[Element]) -> list[Element]:
    """Without filters and bindings that miss what they are about: those would say no for another reason."""
    bound = {name for one in elements if one.kind not in ("bind", "filter", "minus") for name in one.binds}
    for one in elements:
        if one.kind == "bind" and one.mentions - one.binds <= bound:
            bound |= one.binds
    return [one for one in elements if one.kind != "filter" or _about(one) <= bound]


def _about(one: Element) -> frozenset[str]:
    """The variables a filter needs from outside; those of EXISTS may be its own, and BOUND needs none."""
    text = one.text.upper()
    return frozenset() if "EXISTS" in text or "BOUND" in text else one.mentions


def _means_nothing(one: Element) -> bool:
    """A slot that is not filled restricts nothing."""
    return one.kind == "values" and one.text.upper().replace(" ", "").endswith("{UNDEF}")
