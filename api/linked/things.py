"""Asks the store what is told of a thing: the plain SPARQL of `queries/linked/`, through the public front."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.rows import Row
from api.sparql.answering import answer
from regiograph.editions import Manifest
from regiograph.errors import Gone, NoSuchThing
from regiograph.iris import Iris
from regiograph.linked.addresses import Addresses
from regiograph.linked.description import Description
from regiograph.questions import Question, Questions
from regiograph.rooms import room
from regiograph.service.front import Front
from regiograph.store.formats import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which thing, in which language, and after which mention."""

    thing: str
    language: str = "en"
    after: str = ""


class Things:
    """Answers what is told of a thing. Owns the queries for that."""

    def __init__(self, front: Front, base: str) -> None:
        self.front = front
        self.addresses = Addresses(base)
        self._asked = Questions.read(room("queries") / "linked", Iris(base))
        self.tables = Questions.read(room("queries") / "tables", Iris(base))
        self._gone: tuple[int, Mapping[str, int]] = (0, {})

    async def describe(self, request: Request, wanted: Wanted) -> Description:
        """What is told of a thing.

        Raises:
            Gone: only earlier editions told of it.
            NoSuchThing: none ever did.
            RegiographError: see `Front.answer`.
        """
        own = {"thing": wanted.thing, "language": wanted.language}
        texts = (
            self._asked["about"].asked(own),
            self._asked["mentions"].asked({**own, "after": wanted.after}),
        )
        plans = [self.front.plan(text, format=Format.N_TRIPLES.short) for text in texts]
        about, mentions = [await answer(self.front, plan, request.receive) for plan in plans]
        found = await run_in_threadpool(Description.read, wanted.thing, about.body, mentions.body)
        if found or wanted.after:
            return found
        if wanted.thing in self.edition().graphs:
            return Description.of_graph(wanted.thing, self.edition().graphs[wanted.thing].quads)
        raise await self._nothing(wanted.thing)

    def is_graph(self, iri: str) -> bool:
        """Whether this is a named graph of the current edition."""
        return iri in self.edition().graphs

    async def rows(
        self, request: Request, question: Question, given: Mapping[str, str], most: int, skipped: int = 0
    ) -> Sequence[Row]:
        """Some rows of the answer to a question, the first where none are skipped.

        Raises:
            ClientLeft, RegiographError: see `answer`.
        """
        plan = self.front.plan(question.first(given, most, skipped), format=Format.JSON.short)
        found = json.loads((await answer(self.front, plan, request.receive)).body)
        rows: list[Row] = found["results"]["bindings"]
        return rows

    def question(self, name: str) -> Question:
        """A query of `queries/linked/` or `queries/tables/`."""
        return self._asked[name] if name in self._asked else self.tables[name]

    def edition(self) -> Manifest:
        """The current edition.

        Raises:
            NotReady: nothing is published yet.
        """
        return self.front.current()

    def tag(self, wanted: Wanted, suffix: str) -> str:
        """What names this answer and no other: edition, question, format."""
        edition = self.edition()
        content = [edition.number, edition.hash, wanted.thing, wanted.language, wanted.after, suffix]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]

    async def _nothing(self, thing: str) -> NoSuchThing:
        where = (self.addresses.local(thing) or thing)[:200]
        last = (await run_in_threadpool(self._gone_now)).get(thing)
        if last is None:
            return NoSuchThing(
                "Nothing is told at this address.",
                where=where,
                way_out="Begin at the start page, or ask for it by name at /sparql.",
            )
        return Gone(
            f"Edition {last} was the last to tell of this.",
            where=where,
            way_out=f"See edition {last}: editions are kept.",
        )

    def _gone_now(self) -> Mapping[str, int]:
        number = self.edition().number
        if self._gone[0] != number:
            self._gone = (number, self.front.editions.edition(number).gone)
        return self._gone[1]
