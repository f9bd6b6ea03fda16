"""The review desk: which names wait for a person, and what people decide about them.

A decision is in the ledger before the edition that follows it; a run that was stopped in between is healed by
the next, for each edition says which decisions it was made with (`ingest.decisions`).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pyoxigraph import NamedNode

from ingest.decisions import Concern, Decisions, Name, Ruling, Verb, choice, undone_in
from ingest.intake import Intake
from ingest.resolve.resolution import Entity, Kind
from ingest.waiting import Waiting, answer, waiting
from regiograph.archive import Accession, Decision
from regiograph.errors import BadParameter, NoSuchThing
from regiograph.iris import CODE, slug

_MAKEABLE = (Kind.ORGANISATION, Kind.GROUP, Kind.PLACE)
_LONGEST = 300  # characters of a name
_LOOK = "Look it up in the queue: regiograph review list."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A decision, and whether it still holds."""

    number: int
    verb: Verb
    about: str  # a name's id, an organisation's reference, or "decision/3"
    entity: Entity | None  # the one meant; for a merge the one that stands for the other
    who: str
    decided_at: str
    why: str
    undone: bool
    in_force: bool  # neither undone nor overtaken by a later one


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who decides, and why."""

    who: str
    why: str

    def __post_init__(self) -> None:
        for name, text in (("who", self.who), ("why", self.why)):
            if not text.strip():
                raise BadParameter(
                    "Every decision says who took it, and why.",
                    where=name,
                    way_out="Say it with --who (or REGIOGRAPH_WHO) and --why; it is kept, never published.",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entity that a person wants to make."""

    label: str
    kind: Kind = Kind.ORGANISATION
    organisation_type: str = ""
    within: str = ""  # of a place: a NUTS code


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a decision."""

    decision: Entry
    edition: int
    hash: str
    reports: tuple[str, ...]  # subjects of the reports that were walked again


class Desk:
    """The review desk of one data directory. Its invariant: what holds in the ledger, the edition says."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._iris = intake.pipeline.iris

    # --- reading

    def queue(self) -> list[Waiting]:
        """The names that wait, those that occur most often first.

        Raises:
            NotReady: nothing is published yet.
        """
        store = self._intake.editions.current().store
        try:
            return waiting(store, self._iris)
        finally:
            store.close()

    def history(self) -> list[Entry]:
        """Every decision ever taken, oldest first."""
        ledger = self._intake.archive.decisions()
        undone = undone_in(ledger)
        holding = {each.number for each in Decisions.read(ledger).standing}
        return [
            Entry(
                number=each.number,
                verb=Verb(each.kind),
                about=each.mention,
                entity=Ruling.of(each).entity,
                who=each.who,
                decided_at=each.decided_at,
                why=each.why,
                undone=each.number in undone,
                in_force=each.number in holding or (each.kind == Verb.UNDO and each.number not in undone),
            )
            for each in ledger
        ]

    # --- deciding

    def accept(self, name: str, by: Signature, *, everywhere: bool = False) -> Done:
        """The best candidate is the one meant.

        Raises:
            NoSuchThing: no such name waits.
            BadParameter: it has no candidate.
            Busy: another process is writing to this data directory.
        """
        with self._at_work():
            found = next((each for each in self.queue() if each.id == name), None)
            if found is None:
                raise NoSuchThing("No such name waits for a decision.", where=name[:200], way_out=_LOOK)
            if not found.candidates:
                raise BadParameter(
                    "This name has no candidate.", where=name, way_out="Choose or create an entity instead."
                )
            entity = self._entity(found.candidates[0].entity)
            return self._name(Verb.ACCEPT, name, entity, by, everywhere)

    def choose(self, name: str, entity: str, by: Signature, *, everywhere: bool = False) -> Done:
        """Another entity is meant, "region/FRH0" or its IRI.

        Raises:
            NoSuchThing: no report has this name in such a place, or there is no such entity.
            Busy: another process is writing to this data directory.
        """
        with self._at_work():
            return self._name(Verb.CHOOSE, name, self._entity(entity), by, everywhere)

    def create(self, name: str, draft: Draft, by: Signature, *, everywhere: bool = False) -> Done:
        """An entity that no register knows is meant.

        Raises:
            NoSuchThing: no report has this name in such a place.
            BadParameter: the entity cannot be made so, or is there already.
            Busy: another process is writing to this data directory.
        """
        with self._at_work():
            return self._name(Verb.CREATE, name, self._made(draft), by, everywhere)

    def reject(self, name: str, by: Signature, *, everywhere: bool = False) -> Done:
        """The name is nobody's.

        Raises:
            NoSuchThing: no report has this name in such a place.
            Busy: another process is writing to this data directory.
        """
        with self._at_work():
            return self._name(Verb.REJECT, name, None, by, everywhere)

    def merge(self, old: str, new: str, by: Signature) -> Done:
        """Two organisations are one: the new one stands for the old.

        Raises:
            NoSuchThing: there is no such organisation.
            BadParameter: these two cannot be merged.
            Busy: another process is writing to this data directory.
        """
        with self._at_work():
            one, other = self._entity(old), self._entity(new)
            if {one.kind, other.kind} != {Kind.ORGANISATION} or one.ref == other.ref:
                raise BadParameter(
                    "Two different organisations can be merged, nothing else.",
                    where=f"{one.ref}, {other.ref}",
                    way_out="Give two references such as organisation/tecnalia.",
                )
            return self._take(Verb.MERGE, one.ref, other, by)

    def undo(self, number: int, by: Signature) -> Done:
        """A decision does not hold any more; the one before it does. An undo can be undone.

        Raises:
            NoSuchThing: there is no such decision.
            BadParameter: it is undone already, or merges would lead back to where they began.
            Busy: another process is writing to this data directory.
        """
        with self._at_work():
            ledger = self._intake.archive.decisions()
            if number not in {each.number for each in ledger}:
                raise NoSuchThing(
                    "There is no such decision.",
                    where=f"decision {number}",
                    way_out="See all with regiograph review history.",
                )
            if number in undone_in(ledger):
                raise BadParameter(
                    "This decision is undone already.",
                    where=f"decision {number}",
                    way_out="To bring it back, undo the decision that undid it.",
                )
            return self._take(Verb.UNDO, f"decision/{number}", None, by)

    # --- pieces

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Nobody else writes, and the edition is that of the ledger."""
        with self._intake.archive.lock:
            self._intake.publish()
            yield

    def _name(self, verb: Verb, text: str, entity: Entity | None, by: Signature, everywhere: bool) -> Done:
        name = Name.read(text)
        if not self._occurs(name):
            raise NoSuchThing("No report has this name in such a place.", where=text[:200], way_out=_LOOK)
        return self._take(verb, str(name.everywhere() if everywhere else name), entity, by)

    def _take(self, verb: Verb, about: str, entity: Entity | None, by: Signature) -> Done:
        archive, ledger = self._intake.archive, self._intake.archive.decisions()
        taken = Decision(
            number=max((each.number for each in ledger), default=0) + 1,
            kind=verb,
            mention=about,
            choice=choice(entity),
            who=by.who.strip(),
            decided_at=datetime.now(UTC).isoformat(timespec="seconds"),
            why=by.why.strip(),
        )
        decided = Decisions.read([*ledger, taken])
        if decided.goes_round():
            raise BadParameter(
                "Merged so, organisations would stand for each other in a circle.",
                where=about,
                way_out="Undo the other merge first, or merge the other way.",
            )
        if ledger and _same(ledger[-1], taken):  # said twice: an answer that was lost, asked for again
            return self._done()
        concerned = self._intake.reports_with(self._intake.decisions().concern(decided))
        archive.decide(
            kind=taken.kind,
            mention=taken.mention,
            choice=taken.choice,
            who=taken.who,
            decided_at=taken.decided_at,
            why=taken.why,
        )
        self._intake.publish()
        return self._done(*(each.subject for each in concerned))

    def _done(self, *reports: str) -> Done:
        """The latest decision, and the edition that follows it."""
        manifest = self._intake.editions.current().manifest
        return Done(decision=self.history()[-1], edition=manifest.number, hash=manifest.hash, reports=reports)

    def _occurs(self, name: Name) -> bool:
        """Whether some standing report has the name in such a place, be it decided on or not."""
        if str(name) in {each.id for each in self.queue()}:
            return True
        concern = Concern(names=frozenset({name}), entities=frozenset())
        return any(name in self._names(each) for each in self._intake.reports_with(concern))

    def _names(self, accession: Accession) -> Iterator[Name]:
        """The names of an archived report, and of others in the same file."""
        for resolved, _ in self._intake.pipeline.resolved(self._intake.source(accession)):
            for mention in resolved.decisions:
                yield Name.of(resolved.partnership.key, mention)

    def _entity(self, text: str) -> Entity:
        """The entity of a reference or IRI: of a register, or one that reports or people made.

        Raises:
            NoSuchThing: there is none.
        """
        ref = text.strip().removeprefix(f"{self._iris.base}/id/")
        kind, _, key = ref.partition("/")
        found = None
        if kind in set(Kind) and re.fullmatch(r"[A-Za-z0-9-]+", key):
            registered = self._intake.pipeline.resolver.entity(Kind(kind), key)
            found = registered if registered and registered.kind == kind else self._unregistered(ref)
        if found is None:
            raise NoSuchThing(
                "There is no such entity.",
                where=text[:200],
                way_out="Give kind and key, such as region/FRH0 or organisation/tecnalia, or create one.",
            )
        return found

    def _unregistered(self, ref: str) -> Entity | None:
        kind, _, key = ref.partition("/")
        if kind not in _MAKEABLE:
            return None
        decided = self._intake.decisions()
        if ref in decided.replacements():  # no report describes it any more
            return decided.meant(Entity(kind=Kind(kind), key=key, label=key))
        if made := decided.made(ref):
            return made
        store = self._intake.editions.current().store
        try:
            rows = list(answer(store, "entity", entity=NamedNode(self._iris.entity(kind, key))))
        finally:
            store.close()
        if not rows:
            return None
        return Entity(
            kind=Kind(kind),
            key=key,
            label=rows[0]["label"],
            registered=False,
            organisation_type=rows[0].get("type", "").removeprefix(f"{CODE}organisation-type/"),
            within=rows[0].get("within", "").rpartition("/")[2],
        )

    def _made(self, draft: Draft) -> Entity:
        label = " ".join(draft.label.split())
        nameless = not any(map(str.isalnum, label)) or not label.isprintable() or len(label) > _LONGEST
        if nameless or draft.kind not in _MAKEABLE:
            raise BadParameter(
                "This entity cannot be made.",
                where=f"{draft.kind} “{label[:80]}”",
                way_out=f"Give it a name, and a kind: {', '.join(_MAKEABLE)}.",
            )
        entity = Entity(
            kind=draft.kind,
            key=slug(label),
            label=label,
            registered=False,
            organisation_type=self._type(draft),
            within=self._within(draft),
        )
        if known := self._intake.pipeline.resolver.entity(entity.kind, entity.key):
            raise BadParameter(
                f"There is “{known.label}” already.", where=known.ref, way_out="Choose it instead."
            )
        return entity

    def _type(self, draft: Draft) -> str:
        prefix = f"{CODE}organisation-type/"
        codes = self._intake.pipeline.reference[self._iris.graph("codes")]
        known = sorted({each for quad in codes if (each := str(quad.subject)[1:-1]).startswith(prefix)})
        types = [each.removeprefix(prefix) for each in known]
        wanted = types if draft.kind is Kind.ORGANISATION else []
        if draft.organisation_type and draft.organisation_type not in wanted:
            raise BadParameter(
                "There is no such type of organisation, or this is none.",
                where=f"type {draft.organisation_type[:80]}",
                way_out=f"Organisations may have one of: {', '.join(types)}.",
            )
        return draft.organisation_type

    def _within(self, draft: Draft) -> str:
        if draft.kind is not Kind.PLACE and not draft.within:
            return ""
        found = self._intake.pipeline.resolver.entity(Kind.REGION, draft.within)
        if draft.kind is not Kind.PLACE or found is None or found.kind is not Kind.REGION:
            raise BadParameter(
                "A place lies within a region, and only a place does.",
                where=f"within {draft.within[:80]}".strip(),
                way_out="Give a place the NUTS code of its region, such as FR10.",
            )
        return found.key


def _same(one: Decision, other: Decision) -> bool:
    return (one.kind, one.mention, one.choice, one.who, one.why) == (
        *(other.kind, other.mention, other.choice, other.who, other.why),
    )
