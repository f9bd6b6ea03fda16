"""What a partnership or working area lacks, and who could fill it.

That two regions lead and three countries take part is what the thematic platforms ask of a partnership.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from regiograph.iris import CODE
from regiograph.matching.facts import LEADING, Organisation
from regiograph.matching.ranking import LEAST_REASONS, MOST_REASONS, Filters, Matcher, Suggestion
from regiograph.matching.reasons import MOST_EVIDENCE, Grounds, Reason

_LEADERS, _COUNTRIES = 2, 3
_TELLING = ("priorities", "services", "activity", "size")
_SECTORS = ("academia", "business", "public", "intermediary")
_AHEAD = 50  # regions that are ranked, to choose from


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that is missing, and who could be asked."""

    name: str
    reason: Reason
    fillers: tuple[Suggestion, ...]


def gaps(matcher: Matcher, circle: str, limit: int) -> tuple[Gap, ...]:
    """All that a partnership or working area lacks."""
    return tuple(_Finder(matcher, circle, limit).gaps())


class _Finder:
    def __init__(self, matcher: Matcher, circle: str, limit: int) -> None:
        self._matcher, self._circle, self._limit = matcher, circle, limit
        self._grounds = Grounds(matcher.world, matcher.nobody(circle))
        self._members = self._grounds.taking_part(circle)
        self._land = matcher.facts.territory

    def gaps(self) -> Iterator[Gap]:
        yield from self._of_regions()
        yield from self._of_organisations()

    # --- regions that are missing ---

    def _of_regions(self) -> Iterator[Gap]:
        if not any(self._land.is_eu13(who) for who in self._members):
            yield self._wanting("eu13", 0, Filters(eu13=True))
        for macro in sorted(self._land.macro_regions):
            if not any(macro in self._land.macros(who) for who in self._members):
                yield self._wanting_macro(macro)
        countries = {self._land.country(who) for who in self._members}
        if len(countries) < _COUNTRIES:
            others = [each for each in self._best() if self._land.country(each.iri) not in countries]
            yield self._gap("countries", len(countries), others)
        leading = [who for who, those in self._members.items() if any(t.role in LEADING for t in those)]
        if len(leading) < _LEADERS:
            yield self._wanting("leaders", len(leading), Filters(role="lead"))

    def _wanting(self, name: str, number: int, filters: Filters) -> Gap:
        return self._gap(name, number, self._matcher.wanted(self._circle, filters, self._limit))

    def _wanting_macro(self, macro: str) -> Gap:
        there = [each for each in self._best() if macro in self._land.macros(each.iri)]
        reason = self._reason("macro", 0, {"macro": NamedNode(macro)}, {"macro": macro})
        name = f"macro-region-{macro.rpartition('/')[2]}"
        return Gap(name=name, reason=reason, fillers=self._first(there))

    def _best(self) -> tuple[Suggestion, ...]:
        return self._matcher.wanted(self._circle, limit=_AHEAD)

    # --- organisations that are missing ---

    def _of_organisations(self) -> Iterator[Gap]:
        known = self._matcher.facts.organisations
        acting = [known[who] for who in self._grounds.acting_in(self._circle)]
        if not any(each.is_hub for each in acting):
            yield self._lacking("hub", "hubs", [each for each in known.values() if each.is_hub])
        if not any(each.type == "university" for each in acting):
            those = [each for each in known.values() if each.type == "university"]
            yield self._lacking(
                "university", "type", those, type=NamedNode(f"{CODE}organisation-type/university")
            )
        for sector in _SECTORS:
            if not any(each.sector == sector for each in acting):
                those = [each for each in known.values() if each.sector == sector]
                yield self._lacking(sector, "sector", those, sector=NamedNode(f"{CODE}helix/{sector}"))

    def _lacking(self, name: str, proof: str, those: Sequence[Organisation], **bound: NamedNode) -> Gap:
        reason = self._reason(name, 0, bound, {}, proof=proof)
        return Gap(name=name, reason=reason, fillers=tuple(self._fillers(those)))

    def _fillers(self, those: Sequence[Organisation]) -> Iterator[Suggestion]:
        """Those that work with most of its regions elsewhere come first."""
        found = [(each, self._links(each.iri)) for each in those]
        found.sort(key=lambda pair: (-(pair[1].number if pair[1] else 0), pair[0].iri))
        rank = 0
        for each, links in found:
            others = (self._grounds.of_person("organisation", name, each.iri) for name in _TELLING)
            reasons = tuple(one for one in (links, *others) if one and one.evidence)[:MOST_REASONS]
            if len(reasons) >= LEAST_REASONS and rank < self._limit:
                rank += 1
                yield Suggestion(
                    kind="organisations",
                    rank=rank,
                    iri=each.iri,
                    label=each.label,
                    score=round((links.number if links else 0) / max(len(self._members), 1), 4),
                    reasons=reasons,
                    against=tuple(self._grounds.against_person("organisation", each.iri)),
                    asker=self._grounds.asker,
                )

    def _links(self, who: str) -> Reason | None:
        elsewhere = [c for c in self._matcher.world.circles_of.get(who, ()) if c != self._circle]
        met = {
            region: self._matcher.world.named[circle][who][0].evidence
            for circle in elsewhere
            for region in self._grounds.taking_part(circle)
            if region in self._members
        }
        if not met:
            return None
        return Reason(
            signal="links",
            template="organisation.links",
            number=len(met),
            evidence=tuple(dict.fromkeys(met.values()))[:MOST_EVIDENCE],
            proof="links",
            bindings={"circle": NamedNode(self._circle), "candidate": NamedNode(who)},
            named=tuple(sorted(met, key=self._grounds.facts_label)),
        )

    def _gap(self, name: str, number: int, fillers: Sequence[Suggestion]) -> Gap:
        return Gap(name=name, reason=self._reason(name, number, {}, {}), fillers=self._first(fillers))

    def _first(self, fillers: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
        return tuple(replace(each, rank=rank) for rank, each in enumerate(fillers[: self._limit], 1))

    def _reason(
        self, name: str, number: int, bound: dict[str, NamedNode], extra: dict[str, str], proof: str = ""
    ) -> Reason:
        return Reason(
            signal="gap",
            template=f"gap.{name}",
            number=number,
            evidence=tuple(those[0].evidence for _, those in sorted(self._members.items()))[:MOST_EVIDENCE],
            proof=proof or name,
            bindings={"candidate": NamedNode(self._circle), **bound},
            extra=extra,
        )
