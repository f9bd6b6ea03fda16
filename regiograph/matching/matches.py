"""The answers of an edition to all that doors ask: suggestions for regions, profiles and partnerships.

`Matches` is built once an edition, from the rows of its reading queries; see `facts.reading`.
"""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from regiograph.errors import BadParameter
from regiograph.iris import Iris
from regiograph.matching.answer import Document, Labels, Teller, proofs
from regiograph.matching.asking import Codes, Profile
from regiograph.matching.candidates import KINDS
from regiograph.matching.facts import Answers, reading, rows
from regiograph.matching.ranking import Filters, Matcher, Suggestion, Tools
from regiograph.matching.reasons import LANGUAGES, Sentences
from regiograph.matching.weights import Weights
from regiograph.matching.words import Concepts
from regiograph.questions import Question, Questions, Template
from regiograph.rooms import room

WEIGHTS = "match_weights.toml"
MOST = 50  # suggestions of a kind
_ROLES = ("lead", "co-lead", "lead-support", "participating", "involved", "other-actor", "interested")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How an answer should be: which kinds, how many, in which language, and what may be in it. As typed."""

    kinds: tuple[str, ...] = KINDS
    limit: int = 10
    language: str = "en"
    platform: str = ""
    country: str = ""
    eu13: bool = False
    role: str = ""
    since: str = ""


def queries(base: str) -> Questions:
    """The reading and the proving queries."""
    return Questions.read(room("queries") / "matching", Iris(base))


def bare(query: Question) -> Question:
    """A query without the header that is for us."""
    lines = query.text.splitlines(keepends=True)
    return replace(query, text="".join(line for line in lines if not line.startswith("#+")))


def tools() -> Tools:
    """Weights, classifications and topics of this version."""
    reference = room("reference")
    words = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return Tools(
        weights=Weights.read(reference / WEIGHTS),
        codes=Codes.read(reference),
        concepts=Concepts.read(reference / "topic_words.csv"),
        common=frozenset(words["common"].split()),
    )


class Matches:
    """One edition's matcher, and its answers as documents."""

    def __init__(self, matcher: Matcher, templates: dict[str, Template], edition: Document) -> None:
        """`edition` is told in every answer: number and hash, where they are known."""
        self.matcher, self._templates, self._edition = matcher, templates, edition

    @classmethod
    def of(cls, answers: Answers, asked: Questions, edition: Document) -> "Matches":
        """From the rows of the reading queries."""
        templates = proofs((name, bare(query).template()) for name, query in asked.items())
        return cls(Matcher.of(answers, tools()), templates, edition)

    @classmethod
    def read(cls, asked: Questions, ask: Callable[[str], bytes], edition: Document) -> "Matches":
        """From whoever answers SELECT queries with SPARQL results JSON."""
        return cls.of({name: rows(ask(text)) for name, text in reading(asked).items()}, asked, edition)

    def for_profile(self, profile: Profile, wish: Wish) -> Document:
        """Partnerships, working areas, regions and organisations for a region or a profile.

        Raises:
            NoSuchThing, BadParameter: something in the profile or the wish is not understood.
        """
        asker = self.matcher.asker(profile)
        filters = self._filters(wish)
        teller = self.teller(wish.language)
        found = {
            kind: self.matcher.suggest(asker, kind, filters, wish.limit)
            for kind in KINDS
            if kind in wish.kinds
        }
        return {
            **self.head(wish, filters),
            "asker": teller.asker(asker),
            "suggestions": {kind: _told(teller, those) for kind, those in found.items()},
        }

    def for_circle(self, name: str, wish: Wish) -> Document:
        """Regions for a partnership or working area.

        Raises:
            NoSuchThing, BadParameter: as above.
        """
        circle = self.matcher.circle(name)
        filters = self._filters(wish)
        teller = self.teller(wish.language)
        found = self.matcher.wanted(circle, filters, wish.limit)
        return {
            **self.head(wish, filters),
            "asker": {"iri": circle, "label": teller.labels.of(circle, wish.language)},
            "suggestions": {"regions": _told(teller, found)},
        }

    def gaps(self, name: str, wish: Wish) -> Document:
        """What a partnership or working area lacks, and who could fill it.

        Raises:
            NoSuchThing, BadParameter: as above.
        """
        from regiograph.matching.gaps import gaps

        circle = self.matcher.circle(name)
        teller = self.teller(wish.language)
        label = teller.labels.of(circle, wish.language)
        found = gaps(self.matcher, circle, self._limit(wish))
        return {
            **self.head(wish, Filters()),
            "asker": {"iri": circle, "label": label},
            "gaps": [{"gap": each.name, **teller.reason(each.reason, label)} for each in found],
            "suggestions": {each.name: _told(teller, each.fillers) for each in found},
        }

    def what_if(self, region: str, name: str, wish: Wish) -> Document:
        """What would change for a region that joined a partnership or working area.

        Raises:
            NoSuchThing, BadParameter: as above; or it takes part already.
        """
        from regiograph.matching.whatif import what_if

        asker = self.matcher.asker(Profile(region=region))
        circle = self.matcher.circle(name)
        if circle in self.matcher.circles_with(asker.region):
            raise BadParameter(
                "It takes part already.", where=f"region {region[:80]}", way_out="Ask for what it is not in."
            )
        found, teller = what_if(self.matcher, asker.region, circle), self.teller(wish.language)
        return {
            **self.head(wish, Filters()),
            "asker": teller.asker(asker),
            "joined": {"iri": circle, "label": teller.labels.of(circle, wish.language)},
            "before": asdict(found.before),
            "after": asdict(found.after),
            "reasons": [teller.reason(each, asker.named(wish.language)) for each in found.reasons],
            "newly_within_two_steps": [
                {"iri": each, "label": teller.labels.of(each, wish.language)} for each in found.newly_near
            ],
            "suggestions": {"new_partners": _told(teller, found.new_partners)},
        }

    def backtest(self) -> Document:
        """How well what is known would have been suggested; see `backtest`."""
        from regiograph.matching.backtest import Backtest

        return {"edition": self._edition, **Backtest(self.matcher, tools().weights).run()}

    def learnt(self) -> str:
        """The file of weights, with those learnt from this edition."""
        from regiograph.matching.backtest import Backtest
        from regiograph.matching.weights import written

        text = (room("reference") / WEIGHTS).read_text(encoding="utf-8")
        return written(
            text, Backtest(self.matcher, tools().weights).learnt(), f"From {_edition(self._edition)}."
        )

    def head(self, wish: Wish, filters: Filters) -> Document:
        """What every answer begins with."""
        given = {name: value for name, value in asdict(filters).items() if value}
        return {"edition": self._edition, "language": wish.language, "filters": given}

    def teller(self, language: str) -> Teller:
        """Who tells suggestions in a language."""
        if language not in LANGUAGES:
            raise BadParameter(
                "Reasons are told in English and French.",
                where=f"language {language}",
                way_out="Say en or fr.",
            )
        return Teller(
            facts=self.matcher.facts,
            labels=self._labels,
            sentences=self._sentences,
            proofs=self._templates,
            language=language,
        )

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self.matcher.facts, Codes.goals(room("reference")))

    @cached_property
    def _sentences(self) -> Sentences:
        return Sentences.read()

    def _filters(self, wish: Wish) -> Filters:
        if strangers := set(wish.kinds) - set(KINDS):
            raise _unknown("kind", sorted(strangers)[0], KINDS)
        if wish.role and wish.role not in _ROLES:
            raise _unknown("role", wish.role, _ROLES)
        self._limit(wish)
        country = self.matcher.register.region(wish.country, ()) if wish.country else ""
        return Filters(
            platform=self._platform(wish.platform),
            country=self.matcher.facts.territory.country(country),
            eu13=wish.eu13,
            role=wish.role,
            since=_since(wish.since),
        )

    @staticmethod
    def _limit(wish: Wish) -> int:
        if not 1 <= wish.limit <= MOST:
            raise _unknown("limit", str(wish.limit), (f"1 to {MOST}",))
        return wish.limit

    def _platform(self, written: str) -> str:
        if not written:
            return ""
        known = {each.platform for each in self.matcher.facts.circles.values() if each.platform}
        keys = {name: iri for iri in known for name in (iri, iri.rpartition("/")[2])}
        if written.lower() not in keys:
            raise _unknown("platform", written, sorted(iri.rpartition("/")[2] for iri in known))
        return keys[written.lower()]


def _told(teller: Teller, those: Sequence[Suggestion]) -> list[Document]:
    return [teller.suggestion(each) for each in those]


def _edition(told: Document) -> str:
    """An edition in words.

    >>> _edition({"number": 3, "hash": "ab"})
    'edition 3, hash ab'
    """
    return ", ".join(f"{name} {value}".replace("number", "edition", 1) for name, value in told.items())


def _since(written: str) -> str:
    """The first day of a year, half-year or day.

    >>> _since("2020-H2"), _since("2019"), _since("2020-03-01")
    ('2020-07-01', '2019-01-01', '2020-03-01')
    """
    from datetime import date

    words = written.strip().lower()
    for ending, day in (("-h1", "-01-01"), ("-h2", "-07-01")):
        words = words.replace(ending, day)
    words = f"{words}-01-01" if len(words) == 4 else words
    try:
        return date.fromisoformat(words).isoformat() if words else ""
    except ValueError:
        raise _unknown("since", written, ("2020, 2020-H2 or 2020-07-01",)) from None


def _unknown(what: str, written: str, known: Sequence[Any]) -> BadParameter:
    return BadParameter(
        "This value cannot be used.",
        where=f"{what} {written[:40]}",
        way_out=f"Give one of: {', '.join(map(str, known))}.",
    )
