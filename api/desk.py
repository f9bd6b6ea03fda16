"""The review desk over HTTP: `/desk/queue`, `/desk/history`, `/desk/decisions`. Behind a bearer token.

The token is looked at before a body is read. Nothing here runs on the event loop: reading and walking reports
takes seconds.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from secrets import compare_digest
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response

from ingest.desk import Desk, Done, Draft, Entry, Signature
from ingest.intake import Intake
from ingest.pipeline import Pipeline
from ingest.resolve.resolution import Kind
from ingest.waiting import Waiting
from regiograph.elsewhere import follower_of
from regiograph.errors import DeskClosed, NotAllowed
from regiograph.settings import Settings

_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
_WHY_NOT = {
    401: {**_PROBLEM, "description": "No token, or not the right one"},
    403: {**_PROBLEM, "description": "The desk is closed: no token is set"},
    503: {**_PROBLEM, "description": "Another process is writing, or nothing is published yet"},
}


class _Signed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    who: str = Field(min_length=1, max_length=200, description="Who decides; kept, never published.")
    why: str = Field(min_length=1, max_length=2000, description="Why; kept, never published.")

    @property
    def by(self) -> Signature:
        """Who, and why."""
        return Signature(who=self.who, why=self.why)


class _OnName(_Signed):
    name: str = Field(max_length=300, description="The id of a name, from the queue.")
    everywhere: bool = Field(False, description="In every partnership, not only in this one.")


class Accept(_OnName):
    """The best candidate is meant."""

    action: Literal["accept"]

    def taken(self, desk: Desk) -> Done:
        """What came of it."""
        return desk.accept(self.name, self.by, everywhere=self.everywhere)


class Choose(_OnName):
    """Another entity is meant."""

    action: Literal["choose"]
    entity: str = Field(max_length=300, description="Its reference, such as region/FRH0, or its IRI.")

    def taken(self, desk: Desk) -> Done:
        """What came of it."""
        return desk.choose(self.name, self.entity, self.by, everywhere=self.everywhere)


class Create(_OnName):
    """An entity that no register knows is meant."""

    action: Literal["create"]
    label: str = Field(min_length=1, max_length=300, description="What it is called.")
    kind: Literal["organisation", "group", "place"] = "organisation"
    organisation_type: str = Field(
        "", max_length=80, description="Of an organisation: a code, such as cluster."
    )
    within: str = Field("", max_length=80, description="Of a place: the NUTS code of its region.")

    def taken(self, desk: Desk) -> Done:
        """What came of it."""
        draft = Draft(
            label=self.label,
            kind=Kind(self.kind),
            organisation_type=self.organisation_type,
            within=self.within,
        )
        return desk.create(self.name, draft, self.by, everywhere=self.everywhere)


class Reject(_OnName):
    """The name is nobody's."""

    action: Literal["reject"]

    def taken(self, desk: Desk) -> Done:
        """What came of it."""
        return desk.reject(self.name, self.by, everywhere=self.everywhere)


class Merge(_Signed):
    """Two organisations are one: the new one stands for the old."""

    action: Literal["merge"]
    old: str = Field(max_length=300, description="The reference of an organisation.")
    new: str = Field(max_length=300, description="The reference of the one that stands for it.")

    def taken(self, desk: Desk) -> Done:
        """What came of it."""
        return desk.merge(self.old, self.new, self.by)


class Undo(_Signed):
    """A decision does not hold any more."""

    action: Literal["undo"]
    decision: int = Field(ge=1, lt=2**63, description="Its number.")

    def taken(self, desk: Desk) -> Done:
        """What came of it."""
        return desk.undo(self.decision, self.by)


_SIGNED = {"who": "Ada Lovelace", "why": "Their web page says so."}
_NAME = {"name": "cybersecurity/any/secmadinlux", **_SIGNED}
_EXAMPLES: dict[str, Any] = {
    "accept": {"value": {"action": "accept", **_NAME}},
    "choose": {"value": {"action": "choose", "entity": "organisation/tecnalia", "everywhere": True, **_NAME}},
    "create": {
        "value": {"action": "create", "label": "SecMadInLux", "organisation_type": "agency", **_NAME},
    },
    "reject": {"value": {"action": "reject", **_NAME}},
    "merge": {
        "value": {"action": "merge", "old": "organisation/tecnia", "new": "organisation/tecnalia", **_SIGNED},
    },
    "undo": {"value": {"action": "undo", "decision": 3, **_SIGNED}},
}
Decision = Annotated[
    Accept | Choose | Create | Reject | Merge | Undo,
    Field(discriminator="action"),
    Body(openapi_examples=_EXAMPLES),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A part of the queue."""

    total: int
    names: tuple[Waiting, ...]


def desk_router(settings: Settings) -> APIRouter:
    """The routes of the desk; without a token set they say that it is closed."""
    router = APIRouter(
        prefix="/desk",
        tags=["desk"],
        route_class=_guarded(settings.desk_token),
        dependencies=[Security(HTTPBearer(auto_error=False))],  # documents what the route class asks for
        responses=_WHY_NOT,  # type: ignore[arg-type]
    )
    desk = Desk(Intake(settings.data, Pipeline(settings.base), follow=follower_of(settings)))

    @router.get("/queue", summary="Names that wait for a person")
    def queue(
        limit: Annotated[int, Query(ge=1, le=1000)] = 100, offset: Annotated[int, Query(ge=0)] = 0
    ) -> QueuePage:
        """Those that occur most often first, each in its sentences, with whom it may mean and why."""
        names = desk.queue()
        return QueuePage(total=len(names), names=tuple(names[offset : offset + limit]))

    @router.get("/history", summary="Every decision ever taken")
    def history() -> list[Entry]:
        """Oldest first; undone ones are there too."""
        return desk.history()

    @router.post(
        "/decisions",
        status_code=201,
        summary="Decide",
        responses={
            404: {**_PROBLEM, "description": "No such name, entity or decision"},
            422: {**_PROBLEM, "description": "This cannot be decided so"},
        },
    )
    def decide(decision: Decision) -> Done:
        """Keeps a decision, applies it to every report it concerns, and publishes a new edition."""
        return decision.taken(desk)

    return router


def _guarded(token: SecretStr) -> type[APIRoute]:
    """Routes that let nobody in without the token."""
    expected = token.get_secret_value().encode()

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                _admit(request, expected)
                response = await handler(request)
                response.headers["cache-control"] = "no-store"
                return response

            return guarded

    return Guarded


def _admit(request: Request, expected: bytes) -> None:
    if not expected:
        raise DeskClosed(
            "The review desk is closed.",
            where=request.url.path,
            way_out="Whoever runs this service opens it by setting REGIOGRAPH_DESK_TOKEN.",
        )
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(given.strip().encode("latin-1"), expected):
        raise NotAllowed(
            "The review desk wants a token, and this is not it."
            if given
            else "The review desk wants a token.",
            where=request.url.path,
            way_out="Send the header Authorization: Bearer, with the token of this service.",
        )
