"""What reconciles names against the current edition: its processes, and what they read of it."""

from ingest.reconcile.pool import Answers, Edition, ReconcilePool
from ingest.reconcile.schema import Schema
from ingest.reconcile.things import Thing, queries
from regiograph.errors import NoSuchThing
from regiograph.rooms import room
from regiograph.service.front import Front
from regiograph.settings import Settings
from regiograph.store.formats import Format

_READING = 60.0  # seconds an edition's names may take to be read: once an edition


class Reconciliation:
    """The service: knows the current edition, has the processes. Closed with the app."""

    def __init__(self, front: Front, settings: Settings) -> None:
        self.front = front
        self.settings = settings
        self.schema = Schema.read()
        self.pool = ReconcilePool(
            settings.base,
            room("reference"),
            count=settings.reconcile_workers,
            waiting=settings.queue,
            seconds=settings.query_seconds,
        )

    def edition(self) -> Edition:
        """The current edition.

        Raises:
            NotReady: nothing is published yet.
        """
        current = self.front.current()

        async def read() -> Answers:
            plans = {
                name: self.front.plan(
                    text, format=Format.JSON.short, edition=current.number, seconds=_READING
                )
                for name, text in queries().items()
            }
            return {name: (await self.front.answer(plan)).body for name, plan in plans.items()}

        return Edition(key=f"{current.number} {current.hash}", read=read)

    async def warm(self) -> None:
        """Starts the processes for the current edition."""
        await self.pool.start(self.edition())

    async def thing(self, id: str) -> Thing:
        """The thing of an id.

        Raises:
            NoSuchThing: there is none.
        """
        found = await self.pool.thing(self.edition(), id)
        if found is None:
            raise NoSuchThing(
                "This edition has nothing of this id.",
                where=f"id {id[:120]}",
                way_out="Ids look like region/FRH0; reconcile a name to find one.",
            )
        return found
