"""What catalogue and dumps are served from: the files of an edition, made beside the service."""

import asyncio
import json
import re
import sys
from collections import OrderedDict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from regiograph.catalogue.addresses import Addresses
from regiograph.catalogue.codes import CodeLists
from regiograph.catalogue.describe import Catalogue, Responsible
from regiograph.catalogue.feed import Feed
from regiograph.catalogue.words import Words
from regiograph.dumps.changes import EditionChange
from regiograph.dumps.index import Index
from regiograph.dumps.shelf import Shelf
from regiograph.errors import BeingMade, RegiographError
from regiograph.service.front import Front
from regiograph.service.stores import Sources
from regiograph.settings import Settings

_SECONDS = 20.0  # that a request waits for files to be made
_KEPT = 2  # indexes in memory
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-:\[\]]+(/[A-Za-z0-9._~/-]*)?")


class Stock:
    """The files of editions, for the service. Never blocks: they are made in another process."""

    def __init__(self, front: Front, settings: Settings) -> None:
        self.front = front
        self.shelf = Shelf(settings.data, settings.base)
        self._settings = settings
        self._known: OrderedDict[int, Index] = OrderedDict()
        self._making: dict[int, asyncio.Task[None]] = {}
        self._changes: tuple[int, list[EditionChange]] = (0, [])
        self._words = Words.read()
        self._codes: CodeLists | None = None

    async def index(self, edition: int | None = None) -> Index:
        """The files of an edition; the current one where none is named.

        Raises:
            NoSuchThing, NotReady: there is no such edition.
            BeingMade: its files are on their way.
        """
        number = self.front.current().number if edition is None else edition
        if edition is not None:  # it may have been dropped since
            await run_in_threadpool(self.front.editions.edition, edition)
        if number not in self._known:
            self._remember(await self._ready(number))
        return self._known[number]

    async def warm(self) -> None:
        """Has the files of the current edition made, however long it takes."""
        self._codes = self._codes or await run_in_threadpool(CodeLists.read)
        while True:
            try:
                await self.index()
            except BeingMade:
                continue
            return

    async def feed(self, request: Request) -> Feed:
        """The changes from edition to edition, at the address a request came to."""
        index = await self.index()
        if self._changes[0] != index.edition:
            self._changes = (index.edition, await run_in_threadpool(self.shelf.changes.known))
        at = Addresses(self._settings.base, self.public(request))
        return Feed(changes=self._changes[1], at=at)

    async def catalogue(self, request: Request) -> Catalogue:
        """The catalogue of the current edition, at the address a request came to."""
        index = await self.index()
        if self._codes is None:
            self._codes = await run_in_threadpool(CodeLists.read)
        return Catalogue(
            index=index,
            at=Addresses(self._settings.base, self.public(request)),
            responsible=responsible(self._settings),
            words=self._words,
            codes=self._codes,
        )

    def public(self, request: Request) -> str:
        """The address of this service: as set, else as a request knows it."""
        asked = str(request.base_url).rstrip("/")
        return self._settings.public_url or (asked if _ADDRESS.fullmatch(asked) else local(self._settings))

    async def close(self) -> None:
        """Stops what is being made; it is made again when asked for."""
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    async def _ready(self, number: int) -> Index:
        found = await run_in_threadpool(self.shelf.ready, number)
        if found is None:
            await self._made(number)
            found = await run_in_threadpool(self.shelf.ready, number)
        if found is None:
            raise RegiographError(
                "The files of this edition could not be made.",
                where=f"edition {number}",
                way_out="Its operators find the reason in the log of the service.",
            )
        return found

    async def _made(self, number: int) -> None:
        if number not in self._making or self._making[number].done():
            self._making[number] = asyncio.create_task(self._make(number))
        try:
            await asyncio.wait_for(asyncio.shield(self._making[number]), _SECONDS)
        except TimeoutError:
            raise _being_made(number) from None

    async def _make(self, number: int) -> None:
        command = (sys.executable, "-m", "regiograph.dumps")
        told = json.dumps(Sources.of(self._settings).message | {"edition": number}).encode()
        process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
        try:
            await process.communicate(told)
        except asyncio.CancelledError:
            process.terminate()
            raise

    def _remember(self, index: Index) -> None:
        self._known[index.edition] = index
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)


def responsible(settings: Settings) -> Responsible:
    """Who answers for the catalogue."""
    return Responsible(
        name=settings.publisher,
        iri=settings.publisher_iri,
        kind=settings.publisher_type,
        contact=settings.contact,
        email=settings.contact_email,
        page=settings.contact_page,
    )


def local(settings: Settings) -> str:
    """The address of this service on this machine."""
    return f"http://{settings.host}:{settings.port}"


def _being_made(number: int) -> BeingMade:
    return BeingMade(
        "The files of this edition are being made.",
        where=f"edition {number}",
        way_out="Ask again in a moment.",
    )
