"""Why: for each signal a sentence with a number, the words that say it, and the query that proves the number.

The number is counted here over the facts and by the query over the edition; a test holds the two together.
A reason without evidence is none. Who is in something only because a report says ALL is nowhere in the facts.
"""

import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
from pyoxigraph import Literal, NamedNode
from scipy.sparse import csr_matrix

from regiograph.iris import XSD
from regiograph.matching.asking import Asker
from regiograph.matching.facts import LEADING, Participation
from regiograph.matching.words import Term
from regiograph.matching.world import World

Bindings = Mapping[str, NamedNode | Literal]
LANGUAGES = ("en", "fr")
MOST_EVIDENCE = 3
_MOST_NAMES = 4
_QUIET_YEARS = 2.0
_FEW = 3  # regions below which a partnership is small
_AND = {"en": " and ", "fr": " et "}
_MORE = {"en": "{n} more", "fr": "{n} de plus"}
_QUOTES = {"en": "“{}”", "fr": "« {} »"}
_EVER = "1900-01-01"
_SINGULAR_BELOW = {"en": (1,), "fr": (0, 1)}  # the numbers that take the singular


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason, for or against."""

    signal: str
    template: str  # its sentence, as sentences.toml names it: circle.partners
    number: int
    evidence: tuple[str, ...]  # excerpts
    proof: str  # the query that proves the number
    bindings: Bindings
    named: tuple[str, ...] = ()  # IRIs in the sentence
    words: tuple[str, ...] = ()  # what the sentence says, other than names
    extra: Mapping[str, str] = field(default_factory=dict)


class Sentences:
    """What reasons say, in each language."""

    def __init__(self, templates: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]) -> None:
        self._templates = templates

    @classmethod
    def read(cls) -> "Sentences":
        """The sentences of this version."""
        return cls(tomllib.loads(Path(__file__).with_name("sentences.toml").read_text("utf-8")))

    def say(self, reason: Reason, asker: str, language: str, label: Callable[[str, str], str]) -> str:
        """A reason in words; `label` names an IRI in a language."""
        group, _, name = reason.template.partition(".")
        one, many = self._templates[group][name][language]
        names = [label(iri, language) for iri in reason.named]
        given = {key: label(iri, language) for key, iri in reason.extra.items() if key != "since"}
        return (one if reason.number in _SINGULAR_BELOW[language] else many).format(
            n=reason.number,
            asker=asker,
            names=series(names, language),
            words=series([_QUOTES[language].format(word) for word in reason.words], language),
            since=reason.extra.get("since", ""),
            **given,
        )


def series(names: Sequence[str], language: str) -> str:
    """Names in one phrase; of many only the first.

    >>> series(["Tuscany", "Lapland", "Crete"], "en")
    'Tuscany, Lapland and Crete'
    """
    shown = list(names[:_MOST_NAMES])
    if len(names) > len(shown):
        shown.append(_MORE[language].format(n=len(names) - len(shown)))
    return _AND[language].join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


class Grounds:
    """Finds the reasons between one asker and candidates."""

    def __init__(self, world: World, asker: Asker, *, reverse: bool = False) -> None:
        """`reverse`: the asker is who is suggested, to a partnership that asks."""
        self.world, self.asker, self.facts, self._reverse = world, asker, world.facts, reverse
        self._land = world.facts.territory

    # --- between the asker and a partnership or working area ---

    def of_circle(self, signal: str, it: str) -> Reason | None:
        """The reason that a signal gives for a partnership or working area."""
        match signal:
            case "priorities":
                return self._spoken(it, "priorities", self.asker.vector) or self._named(it)
            case "topics":
                return self._spoken(it, "topics", self._surroundings)
            case "partners":
                return self._people(it, "partners", self._friends_in(it), region=True)
            case "shared":
                return self._inside(it)
            case "interested":
                return self._interest(it)
            case "actors":
                return self._actors(it)
            case "sdg":
                return self._goals(it)
            case "platform":
                return self._platform(it)
            case "country":
                there = [who for who in self._others(it) if self._land.country(who) == self.asker.country]
                return self._people(it, "country", there, country=NamedNode(self.asker.country or "urn:x"))
            case "neighbours":
                near = self._land.neighbours(self.asker.region)
                return self._people(it, "neighbours", [who for who in self._others(it) if who in near])
            case "macro_region":
                return self._macro(it)
            case "kin":
                return self._people(it, "kin", [who for who in self._others(it) if self._is_kin(who)])
            case "leadership":
                return self._leadership(it)
            case "eu13":
                return self._eu13(it)
            case "activity":
                return self._activity(it)
            case "experience" if self._reverse:
                return self._experience()
            case "size":
                return self._people(it, "size", list(self.taking_part(it)))
        return None

    def taking_part(self, circle: str) -> dict[str, tuple[Participation, ...]]:
        """The regions that take part in a circle, each with what says so."""
        return self.world.taking_part(circle)

    def circles_with(self, region: str) -> list[str]:
        """The circles that a region takes part in."""
        known = self.world.regions.at.get(region)
        if known is None:
            return []
        members = self.world.members
        columns = members.indices[members.indptr[known] : members.indptr[known + 1]]
        return sorted(self.world.circles.names[column] for column in columns)

    def _others(self, circle: str) -> list[str]:
        return sorted(who for who in self.taking_part(circle) if who != self.asker.region)

    @cached_property
    def _own(self) -> list[str]:
        return self.circles_with(self.asker.region)

    @cached_property
    def _surroundings(self) -> csr_matrix | None:
        rows = [self.world.circles.at[circle] for circle in self._own]
        return csr_matrix(self.world.docs[rows].sum(axis=0)) if rows else None

    def _friends_in(self, it: str) -> list[str]:
        friends = {who for circle in self._own if circle != it for who in self.taking_part(circle)}
        return [who for who in self._others(it) if who in friends]

    def _is_kin(self, who: str) -> bool:
        mine = self.asker.region
        return bool(mine) and (mine in self._land.around(who) or who in self._land.around(mine))

    def _people(
        self, it: str, signal: str, who: Sequence[str], region: bool = True, **bound: NamedNode | Literal
    ) -> Reason | None:
        members = self.taking_part(it)
        return self._reason(
            f"circle.{signal}",
            signal,
            len(who),
            (each.evidence for one in who for each in members[one][:1]),
            {"candidate": NamedNode(it), **(self._region() if signal != "size" else {}), **bound},
            named=sorted(who, key=self._importance(members)),
        )

    def _importance(
        self, members: Mapping[str, tuple[Participation, ...]]
    ) -> Callable[[str], tuple[bool, str]]:
        """Who leads comes first."""
        return lambda who: (not any(each.role in LEADING for each in members[who]), self.facts_label(who))

    def facts_label(self, iri: str) -> str:
        """The English name of a thing."""
        land = self._land.regions
        for known in (land, self.facts.circles, self.facts.organisations):
            if iri in known:
                return str(known[iri].label)
        return iri

    def _region(self) -> dict[str, NamedNode | Literal]:
        return {"region": NamedNode(self.asker.region)} if self.asker.region else {}

    def _inside(self, it: str) -> Reason | None:
        of = self.facts.circles[it].of
        those = self.taking_part(of).get(self.asker.region, ()) if of != it else ()
        return self._reason(
            "circle.shared",
            "inside",
            len({each.iri for each in those}),
            (each.evidence for each in those),
            {"candidate": NamedNode(it), **self._region()},
        )

    def _interest(self, it: str) -> Reason | None:
        circles = {it, self.facts.circles[it].of}
        those = [
            each
            for circle in circles
            for each in self.world.interested.get(circle, {}).get(self.asker.region, ())
        ]
        return self._reason(
            "circle.interested",
            "interested",
            len({each.iri for each in those}),
            (each.evidence for each in those),
            {"candidate": NamedNode(it), **self._region()},
        )

    def acting_in(self, it: str) -> dict[str, tuple[Participation, ...]]:
        """The organisations in a circle or in a working area of it, each with what says so."""
        found: dict[str, tuple[Participation, ...]] = {}
        for circle in (it, *(self._areas.get(it, ()))):
            for who, those in self.world.named.get(circle, {}).items():
                if who in self.facts.organisations:
                    found[who] = (*found.get(who, ()), *those)
        return found

    @cached_property
    def _areas(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for iri, each in sorted(self.facts.circles.items()):
            if each.is_area:
                found.setdefault(each.of, []).append(iri)
        return found

    def _actors(self, it: str) -> Reason | None:
        acting = self.acting_in(it)
        given = sorted(set(acting) & set(self.asker.organisations))
        if given:
            return self._reason(
                "circle.organisations",
                "organisations",
                len(given),
                (acting[who][0].evidence for who in given),
                {"candidate": NamedNode(it), "list": _barred(self.asker.organisations)},
                named=given,
            )
        based = sorted(set(acting) & self.world.based_in(self.asker.region))
        return self._reason(
            "circle.actors",
            "actors",
            len(based),
            (acting[who][0].evidence for who in based),
            {"candidate": NamedNode(it), **self._region()},
            named=based,
        )

    def _goals(self, it: str) -> Reason | None:
        agreed = {each.goal: each.evidence for each in self.world.ratings.get(it, ()) if each.value >= 4}
        if self.asker.goals:
            both = sorted(set(self.asker.goals) & set(agreed))
            bound: Bindings = {"candidate": NamedNode(it), "list": _barred(map(str, self.asker.goals))}
        else:
            own = set(self._own) - {it}
            mine = {
                each.goal for circle in own for each in self.world.ratings.get(circle, ()) if each.value >= 4
            }
            both = sorted(mine & set(agreed))
            bound = {"candidate": NamedNode(it), **self._region()}
        name = "goals" if self.asker.goals else "sdg"
        evidence = (agreed[goal] for goal in both)
        return self._reason(
            f"circle.{name}", name, len(both), evidence, bound, named=[str(goal) for goal in both]
        )

    def _platform(self, it: str) -> Reason | None:
        circle = self.facts.circles[it]
        own = [
            each
            for each in self._own
            if each != it
            and not self.facts.circles[each].is_area
            and circle.platform
            and self.facts.circles[each].platform == circle.platform
        ]
        return self._reason(
            "circle.platform",
            "platform",
            len(own),
            (*circle.claims[:1], *(claim for each in own for claim in self.facts.circles[each].claims[:1])),
            {
                "candidate": NamedNode(it),
                "platform": NamedNode(circle.platform or "urn:x"),
                **self._region(),
            },
            named=own,
            extra={"platform": circle.platform},
        )

    def _macro(self, it: str) -> Reason | None:
        best: tuple[int, str, list[str]] = (0, "", [])
        for macro in sorted(self.asker.macros):
            there = [who for who in self._others(it) if macro in self._land.macros(who)]
            best = max(best, (len(there), macro, there), key=lambda each: each[0])
        _, macro, there = best
        found = self._people(it, "macro_region", there, macro=NamedNode(macro or "urn:x"))
        return _with(found, proof="macro", extra={"macro": macro}) if found else None

    def _leadership(self, it: str) -> Reason | None:
        if sum(_leads(those) for those in self.taking_part(it).values()) >= 2:
            return None
        own = [circle for circle in self._own if _leads(self.world.named[circle][self.asker.region])]
        return self._reason(
            "circle.leadership",
            "leads",
            len(own),
            (self._leading_evidence(circle, self.asker.region) for circle in own),
            {"candidate": NamedNode(self.asker.region or "urn:x")},
            named=own,
        )

    def _leading_evidence(self, circle: str, who: str) -> str:
        return next(each.evidence for each in self.world.named[circle][who] if each.role in LEADING)

    def _eu13(self, it: str) -> Reason | None:
        if not self._land.is_eu13(self.asker.region or self.asker.country):
            return None
        members = self.taking_part(it)
        there = [who for who in members if self._land.is_eu13(who)]
        if not members or len(there) * 4 > len(members):
            return None
        return self._reason(
            "circle.eu13",
            "eu13",
            len(there),
            (each.evidence for who in (there or sorted(members)) for each in members[who][:1]),
            {"candidate": NamedNode(it)},
            zero=True,
        )

    def _activity(self, it: str) -> Reason | None:
        last = max((each.day for each in self.world.activities.get(it, ())), default="")
        if not last:
            return None
        since = f"{int(last[:4]) - 1}-01-01"
        those = [each for each in self.world.activities.get(it, ()) if each.day >= since]
        return self._reason(
            "circle.activity",
            "activity",
            len({each.iri for each in those}),
            (each.evidence for each in sorted(those, key=lambda each: each.day, reverse=True)),
            {"candidate": NamedNode(it), "since": _day(since)},
            extra={"since": since[:4]},
        )

    def _experience(self) -> Reason | None:
        circles = self.world.circles_of.get(self.asker.region, ())
        return self._reason(
            "circle.experience",
            "circles",
            len(circles),
            (self.world.named[circle][self.asker.region][0].evidence for circle in circles),
            {"candidate": NamedNode(self.asker.region)},
            named=sorted(circles),
        )

    # --- words ---

    def _spoken(self, it: str, signal: str, vector: csr_matrix | None) -> Reason | None:
        if vector is None:
            return None
        own = self.world.told.get(it, ())
        terms = self._terms(vector, [each.text for each in own])
        pattern = _pattern(terms)
        saying = [each for each in own if pattern and _says(each.text, terms)]
        return self._reason(
            f"circle.{signal}",
            "topics",
            len({each.text for each in saying}),
            (each.evidence for each in saying),
            {"candidate": NamedNode(it), "pattern": Literal(pattern or "x")},
            words=[term.label for term in terms],
        )

    def _named(self, it: str) -> Reason | None:
        names = sorted(
            {
                self.facts.circles[it].label,
                *(e.text for e in self.facts.texts if e.circle == it and not e.evidence),
            }
        )
        terms = self._terms(self.asker.vector, names)
        pattern = _pattern(terms)
        saying = [name for name in names if pattern and _says(name, terms)]
        return self._reason(
            "circle.name",
            "name",
            len(saying),
            self._any_evidence(it),
            {"candidate": NamedNode(it), "pattern": Literal(pattern or "x")},
            words=[term.label for term in terms],
        )

    def described(self, it: str) -> Reason | None:
        """That there are texts on it at all: said of what little else is known of."""
        own = self.world.told.get(it, ())
        return self._reason(
            "circle.described",
            "topics",
            len({each.text for each in own}),
            (each.evidence for each in own),
            {"candidate": NamedNode(it), "pattern": Literal(".")},
        )

    def _any_evidence(self, it: str) -> tuple[str, ...]:
        """Some words on a partnership: what it is said to be, or who is said to be in it."""
        told = [each.evidence for each in self.world.told.get(it, ())]
        members = (each.evidence for those in self.world.named.get(it, {}).values() for each in those)
        return tuple([*told, *members, *self.facts.circles[it].claims][:1])

    def _terms(self, vector: csr_matrix | None, texts: Sequence[str]) -> tuple[Term, ...]:
        return self.world.vectors.shared(vector, texts) if vector is not None and texts else ()

    def _speaking(self, who: str, vector: csr_matrix | None) -> tuple[tuple[Term, ...], list[str]]:
        """What somebody's circles share with a vector, and which of them say so."""
        circles = self.world.circles_of.get(who, ())
        texts = [text for circle in circles for text in self.world.told.get(circle, ())]
        terms = self._terms(vector, [each.text for each in texts])
        saying = {each.circle for each in texts if terms and _says(each.text, terms)}
        return terms, sorted(saying)

    # --- between the asker and a region or organisation ---

    def of_person(self, kind: str, signal: str, it: str) -> Reason | None:
        """The reason that a signal gives for a region or an organisation."""
        match signal:
            case "priorities":
                return self._works_on(kind, it) or (self._services(it) if kind == "organisation" else None)
            case "services" if kind == "organisation":
                return self._services(it)
            case "activity" if kind == "organisation":
                return self._hub(it)
            case "partners" if kind == "region":
                return self._common(it)
            case "shared":
                both = [circle for circle in self.world.circles_of.get(it, ()) if circle in self._own]
                return self._places(kind, "shared", "shared", it, both)
            case "interested":
                wanted = [
                    circle
                    for circle in self.world.circles_of.get(it, ())
                    if self.asker.region in self.world.interested.get(circle, {})
                ]
                return self._places(kind, "interested", "wanted", it, wanted)
            case "country" if kind == "region":
                return self._compatriots(it)
            case "neighbours" if kind == "region":
                return self._border(it)
            case "kin" | "country" if kind == "organisation":
                return self._seat(it)
            case "leadership" if kind == "region":
                leads = [c for c in self.world.circles_of.get(it, ()) if _leads(self.world.named[c][it])]
                found = self._places(kind, "leadership", "leads", it, leads)
                evidence = tuple(self._leading_evidence(circle, it) for circle in leads)[:MOST_EVIDENCE]
                return _with(found, evidence=evidence) if found else None
            case "size":
                return self._places(kind, "size", "circles", it, self.world.circles_of.get(it, ()))
        return None

    def _places(self, kind: str, signal: str, proof: str, it: str, circles: Collection[str]) -> Reason | None:
        alone = proof in ("circles", "leads")
        return self._reason(
            f"{kind}.{signal}",
            proof,
            len(circles),
            (self.world.named[circle][it][0].evidence for circle in circles),
            {"candidate": NamedNode(it), **({} if alone else self._region())},
            named=sorted(circles),
        )

    def _works_on(self, kind: str, it: str) -> Reason | None:
        terms, saying = self._speaking(it, self.asker.vector)
        return self._reason(
            f"{kind}.priorities",
            "works-on",
            len(saying),
            (self.world.named[circle][it][0].evidence for circle in saying),
            {"candidate": NamedNode(it), "pattern": Literal(_pattern(terms) or "x")},
            named=saying,
            words=[term.label for term in terms],
        )

    def _services(self, it: str) -> Reason | None:
        hub = self.facts.organisations[it]
        terms = self._terms(self.asker.vector, hub.services)
        saying = [each for each in hub.services if terms and _says(each, terms)]
        return self._reason(
            "organisation.services",
            "services",
            len(saying),
            hub.evidence,
            {"candidate": NamedNode(it), "pattern": Literal(_pattern(terms) or "x")},
            words=[term.label for term in terms],
        )

    def _hub(self, it: str) -> Reason | None:
        hub = self.facts.organisations[it]
        return self._reason(
            "organisation.hub",
            "services",
            len(hub.services) if hub.is_hub else 0,
            hub.evidence,
            {"candidate": NamedNode(it), "pattern": Literal(".")},
        )

    def _common(self, it: str) -> Reason | None:
        """Who works with both: with the asker in one circle, with the other in another one."""
        found = [who for who in self._in_common(it) if who not in (it, self.asker.region)]
        found.sort(key=self.facts_label)
        theirs = self.circles_with(it)
        return self._reason(
            "region.partners",
            "common",
            len(found),
            (self._meeting(who, theirs) for who in found[:MOST_EVIDENCE]),
            {"candidate": NamedNode(it), **self._region()},
            named=found,
        )

    def _in_common(self, it: str) -> Iterator[str]:
        at, members = self.world.circles.at, self.world.members
        mine, theirs = (np.zeros(len(at)) for _ in range(2))
        mine[[at[circle] for circle in self._own]] = 1.0
        theirs[[at[circle] for circle in self.circles_with(it)]] = 1.0
        first, second, both = members @ mine, members @ theirs, members @ (mine * theirs)
        only_there = (first == 1) & (second == 1) & (both == 1)
        places = np.flatnonzero((first > 0) & (second > 0) & ~only_there)
        return (self.world.regions.names[place] for place in places)

    def _meeting(self, who: str, circles: Sequence[str]) -> str:
        """The words that say that somebody takes part in one of several circles."""
        return next(
            self.taking_part(circle)[who][0].evidence for circle in circles if who in self.taking_part(circle)
        )

    def _compatriots(self, it: str) -> Reason | None:
        found: dict[str, str] = {}
        for circle in self.circles_with(it):
            for who, those in self.taking_part(circle).items():
                if who not in (it, self.asker.region) and self._land.country(who) == self.asker.country:
                    found.setdefault(who, those[0].evidence)
        return self._reason(
            "region.country",
            "compatriots",
            len(found),
            found.values(),
            {
                "candidate": NamedNode(it),
                "country": NamedNode(self.asker.country or "urn:x"),
                **self._region(),
            },
            named=sorted(found, key=self.facts_label),
        )

    def _border(self, it: str) -> Reason | None:
        return self._reason(
            "region.neighbours",
            "border",
            int(it in self._land.neighbours(self.asker.region)),
            (self.world.named[circle][it][0].evidence for circle in self.world.circles_of.get(it, ())),
            {"candidate": NamedNode(it), **self._region()},
        )

    def _seat(self, it: str) -> Reason | None:
        seat = self.facts.organisations[it].seat
        near = bool(seat) and self._land.country(seat) == self.asker.country
        return self._reason(
            "organisation.kin",
            "seats",
            int(near),
            (
                *self.facts.organisations[it].evidence,
                *(self.world.named[circle][it][0].evidence for circle in self.world.circles_of.get(it, ())),
            ),
            {"candidate": NamedNode(it)},
        )

    # --- what speaks against ---

    def against_circle(self, it: str) -> list[Reason]:
        """What speaks against a partnership or working area."""
        members = self.taking_part(it)
        leading = sum(_leads(those) for those in members.values())
        candidate = {"candidate": NamedNode(it)}
        found = [
            self._quiet(self.facts.circles[it].of),
            self._only_interested(it),
            self._reason("against.no-leader", "leaders", 0, (), candidate, zero=True)
            if not leading
            else None,
            self._reason("against.few", "size", len(members), (), candidate, zero=True)
            if len(members) < _FEW
            else None,
        ]
        return [each for each in found if each]

    def against_person(self, kind: str, it: str) -> list[Reason]:
        """What speaks against a region or an organisation."""
        candidate = {"candidate": NamedNode(it)}
        circles = self.world.circles_of.get(it, ())
        interests = {each.iri for those in self.world.interested.values() for each in those.get(it, ())}
        found = [
            self._reason("against.one-circle", "circles", 1, (), candidate) if len(circles) == 1 else None,
            _with(
                self._reason(
                    "against.only-interested", "interests", len(interests), (), candidate, zero=True
                ),
                extra={"who": it},
            )
            if interests and not circles
            else None,
        ]
        if kind == "organisation" and not self.facts.organisations[it].seat:
            found.append(self._reason("against.no-seat", "seats", 0, (), candidate, zero=True))
        return [each for each in found if each]

    def interest_only(self, it: str, circle: str) -> Reason | None:
        """A region that is only interested in a circle."""
        if it in self.taking_part(circle):
            return None
        return self._only_interested(circle)

    def _quiet(self, it: str) -> Reason | None:
        last = max((each.day for each in self.world.activities.get(it, ())), default="")
        if last and self.world.years_old(last) <= _QUIET_YEARS:
            return None
        after = (date.fromisoformat(last) + timedelta(days=1)).isoformat() if last else _EVER
        return self._reason(
            "against.quiet" if last else "against.undated",
            "activity",
            0,
            (each.evidence for each in self.world.activities.get(it, ()) if each.day == last),
            {"candidate": NamedNode(it), "since": _day(after)},
            extra={"since": _half(last)} if last else {},
            zero=True,
        )

    def _only_interested(self, it: str) -> Reason | None:
        if not (found := self._interest(it)):
            return None
        return _with(
            found, template="against.only-interested", signal="against", extra={"who": self.asker.region}
        )

    def _reason(
        self,
        template: str,
        proof: str,
        number: int,
        evidence: Iterable[str],
        bindings: Bindings,
        *,
        named: Sequence[str] = (),
        words: Sequence[str] = (),
        extra: Mapping[str, str] | None = None,
        zero: bool = False,
    ) -> Reason | None:
        """A reason; none where the number says nothing."""
        if not number and not zero:
            return None
        found = tuple(dict.fromkeys(each for each in evidence if each in self.facts.excerpts))
        return Reason(
            signal=template.partition(".")[2] if not template.startswith("against") else "against",
            template=template,
            number=number,
            evidence=found[:MOST_EVIDENCE],
            proof=proof,
            bindings=bindings,
            named=tuple(named),
            words=tuple(words),
            extra=extra or {},
        )


def _with(reason: Reason | None, **changes: object) -> Reason | None:
    return replace(reason, **changes) if reason else None  # type: ignore[arg-type]


def _leads(those: Iterable[Participation]) -> bool:
    return any(each.role in LEADING for each in those)


def _pattern(terms: Iterable[Term]) -> str:
    return "|".join(term.pattern for term in terms)


def _says(text: str, terms: Iterable[Term]) -> bool:
    lower = text.lower()
    return any(word in lower for term in terms for word in term.words)


def _barred(names: Iterable[str]) -> Literal:
    return Literal("|" + "|".join(names) + "|")


def _day(day: str) -> Literal:
    return Literal(day, datatype=NamedNode(f"{XSD}date"))


def _half(day: str) -> str:
    """The half-year of a day.

    >>> _half("2020-12-31")
    '2020-H2'
    """
    return f"{day[:4]}-H{1 if day[5:7] <= '06' else 2}"
