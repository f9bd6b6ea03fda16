"""A report, understood but still literal: typed answers, mentions as written, nothing resolved."""

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from ingest.form import Form, Passage, Place


class State(StrEnum):
    """What became of a field. The values are codes of ontology/codes.ttl, status scheme."""

    ANSWERED = "answered"
    BLANK = "blank"  # the field is there and empty
    NOT_READ = "not-read"  # the field's part of the document is cut off or damaged
    NOT_IN_EXPORT = "not-in-export"  # the document does not hold the field
    WITHHELD = "withheld"  # confidential: answered, and kept out of everything public


class Role(StrEnum):
    """Codes of ontology/codes.ttl, role scheme."""

    LEAD = "lead"
    CO_LEAD = "co-lead"
    LEAD_SUPPORT = "lead-support"
    PARTICIPATING = "participating"
    INTERESTED = "interested"
    INVOLVED = "involved"
    OTHER_ACTOR = "other-actor"
    ORGANISER = "organiser"
    INVITED = "invited"
    PRESENTER = "presenter"


class Expected(StrEnum):
    """What the place of a mention lets one expect it to be."""

    REGION = "region"
    ORGANISATION = "organisation"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name as the report writes it, before anyone decides whom it means."""

    passage: Passage  # the name alone: "North Rhine Westflavia"
    role: Role | None  # None where the text names somebody without saying in which role
    expected: Expected
    country: str = ""  # "FI" of "Lapland (FI), FI1D7"
    code: str = ""  # "FI1D7" of the same
    mined: bool = False  # found in free text, not in a field of its own

    @property
    def text(self) -> str:
        """The name, verbatim."""
        return self.passage.text


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date as people write it. `start` and `end` are the first and last day it can mean."""

    passage: Passage
    start: date | None
    end: date | None
    precision: str | None  # day, week, month, quarter, half, season, part-month, year
    start_time: time | None = None
    end_time: time | None = None
    doubt: str = ""  # why no day could be taken, or what does not fit ("is a Friday, not a Monday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a report holds for one field."""

    key: str
    state: State
    label: Place | None = None  # where the question stands
    passage: Passage | None = None  # the whole answer, verbatim; None unless ANSWERED
    part_withheld: bool = False  # something in it looks confidential, or nobody sees it: it was not taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Involved:
    """Who a working area says is involved: names, or ALL with exceptions."""

    everyone: bool = False
    everyone_passage: Passage | None = None
    exceptions: tuple[Mention, ...] = ()
    named: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingArea:
    """One filled row of the table of working areas."""

    number: int
    title: Passage | None
    lead: tuple[Mention, ...]
    lead_support: tuple[Mention, ...]
    involved: Involved
    other_actors: tuple[Mention, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One filled row of a table of events, or an event named in free text."""

    status: str  # "past" or "planned"
    title: Passage
    when: When | None
    place_name: Passage | None
    mode: str | None  # "online", "in-person", "hybrid"
    other: Passage | None
    participants: tuple[Mention, ...] = ()
    area: int | None = None  # number of the working area it is about
    mined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What the SDG matrix says of one goal."""

    goal: int  # 1–17
    state: State
    options: tuple[str, ...] = ()  # rating codes ticked: none, one, or a conflict of two and more
    passage: Passage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An output or effect told in free text."""

    kind: str  # InnovativeResult, SocioEconomicImpact, CollaborationResult, Result
    title: Passage
    status: str  # "achieved", "ongoing", "expected"
    contributors: tuple[Mention, ...] = ()
    area: int | None = None  # number of the working area it is about
    parts: tuple["Result", ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """Technical assistance (TAF) told in free text."""

    passage: Passage
    ended: str  # "2020-09", as precise as the source; empty where not said
    deliverables: tuple[Result, ...]
    area: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaboration:
    """A link to another partnership, network or organisation told in free text."""

    title: Passage
    label: str  # the title tidied for reading
    status: str
    counterparts: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report of one partnership for one period, as written."""

    form: Form  # its text holds public lines alone
    questionnaire: str  # its key
    answers: dict[str, Answer]
    period: When | None
    partnership: Passage | None
    started: When | None
    webpages: tuple[Passage, ...]
    lead: tuple[Mention, ...]
    lead_support: tuple[Mention, ...]
    participating: tuple[Mention, ...]
    interested: tuple[Mention, ...]
    areas: tuple[WorkingArea, ...]
    events: tuple[Event, ...]
    ratings: tuple[Rating, ...]
    results: tuple[Result, ...] = ()
    assistance: tuple[Assistance, ...] = ()
    collaborations: tuple[Collaboration, ...] = ()
    numbers: dict[str, int] = field(default_factory=dict)  # counts people give: {"outreach": 3}
    public_lines: frozenset[int] = frozenset()  # lines that may be shown; all others are withheld
    withheld_lines: frozenset[int] = frozenset()  # lines with words that may not

    def mentions(self) -> tuple[Mention, ...]:
        """Every name in the report that wants resolving, in reading order of the fields."""
        found: list[Mention] = [*self.lead, *self.lead_support, *self.participating, *self.interested]
        for area in self.areas:
            found += [*area.lead, *area.lead_support, *area.involved.named]
            found += [*area.involved.exceptions, *area.other_actors]
        for event in self.events:
            found += event.participants
        for result in self.results:
            for told in (result, *result.parts):
                found += told.contributors
        for link in self.collaborations:
            found += link.counterparts
        return tuple(found)
