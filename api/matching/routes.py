"""Suggestions over HTTP: `/match/regions/<code>`, `/match/profile`, `/match/partnerships/<key>` and more.

The same edition gives the same bytes.
"""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.matching.matchmaker import Matchmaker
from api.negotiation import caching, not_modified, unchanged
from api.openapi import problem_response
from regiograph import errors
from regiograph.errors import NotAcceptable
from regiograph.store.formats import Format, accepted, named, prefers_html

if TYPE_CHECKING:
    from regiograph.matching.answer import Document
    from regiograph.matching.asking import Profile
    from regiograph.matching.matches import Matches, Wish

_OFFERED = (Format.JSON, Format.CSV, Format.JSON_LD)
_MEDIA = {Format.JSON: "application/json", Format.CSV: Format.CSV.media, Format.JSON_LD: Format.JSON_LD.media}
_KINDS = Literal["partnerships", "working_areas", "regions", "organisations"]
_LONGEST = 5000


class Telling(BaseModel):
    """How an answer should be."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(10, ge=1, le=50, description="Suggestions of a kind.")
    language: Literal["en", "fr"] = Field("en", description="Language of the reasons.")
    format: Literal["", "json", "csv", "jsonld"] = Field("", description="Goes before the Accept header.")

    def wish(self, country: str = "") -> "Wish":
        """The same, for the library."""
        from regiograph.matching.matches import Wish

        return Wish(limit=self.limit, language=self.language, country=country)


class Joining(Telling):
    """Who would join what."""

    region: str = Field(min_length=1, max_length=200, description="A NUTS code, or a name.")
    join: str = Field(
        min_length=1, max_length=300, description="A partnership, or <partnership>/<working area>."
    )


class Asking(Telling):
    """How an answer should be, and what may be in it."""

    kind: list[_KINDS] = Field([], description="Only these kinds of suggestions.")
    platform: str = Field("", max_length=100, description="Only on this thematic platform, such as energy.")
    eu13: bool = Field(False, description="Only with regions of the EU13.")
    role: str = Field("", max_length=40, description="Only with this role, such as lead.")
    since: str = Field("", max_length=10, description="Only active since: 2020, 2020-H2 or 2020-07-01.")

    def wish(self, country: str = "") -> "Wish":
        """The same, for the library."""
        from regiograph.matching.candidates import KINDS
        from regiograph.matching.matches import Wish

        return Wish(
            kinds=tuple(self.kind) or KINDS,
            limit=self.limit,
            language=self.language,
            platform=self.platform,
            country=country,
            eu13=self.eu13,
            role=self.role,
            since=self.since,
        )


class AskingOfPlace(Asking):
    """The same, for a region or partnership."""

    country: str = Field("", max_length=100, description="Only what is in this country.")


class AskingOfProfile(Asking):
    """The same, and who asks."""

    country: str = Field("", max_length=100, description="The country of those who ask.")
    in_country: str = Field("", max_length=100, description="Only what is in this country.")
    region: str = Field("", max_length=200, description="A NUTS code or name, where one is a region.")
    priorities: str = Field(
        "", max_length=_LONGEST, description="What one works on, in any official EU language."
    )
    nace: list[str] = Field([], max_length=50, description="Codes of NACE Rev. 2.1.")
    taxonomy: list[str] = Field([], max_length=50, description="Codes of the JRC cybersecurity taxonomy.")
    sdg: list[str] = Field([], max_length=17, description="Sustainable Development Goals, 1 to 17.")
    organisation: list[str] = Field([], max_length=50, description="Organisations and hubs one has.")

    def profile(self) -> "Profile":
        """Who asks, for the library."""
        from regiograph.matching.asking import Profile

        return Profile(
            region=self.region,
            country=self.country,
            priorities=self.priorities,
            nace=tuple(self.nace),
            taxonomy=tuple(self.taxonomy),
            sdg=tuple(self.sdg),
            organisations=tuple(self.organisation),
        )


_PROBLEMS = problem_response(
    errors.NoSuchThing, errors.NotAcceptable, errors.BadParameter, errors.TooBusy, errors.QueryTooSlow
)
_SUGGESTIONS: dict[str, Any] = {
    "type": "object",
    "required": ["edition", "language", "asker", "suggestions"],
    "properties": {
        "edition": {"type": "object", "description": "The number and hash of the edition that answers."},
        "language": {"type": "string"},
        "filters": {"type": "object"},
        "asker": {"type": "object", "description": "Who asks, as understood."},
        "suggestions": {
            "type": "object",
            "description": "Suggestions by kind, the best first, each with two to five reasons.",
            "additionalProperties": {"type": "array", "items": {"type": "object"}},
        },
    },
}


def documented(about: str, schema: dict[str, Any] | None = None) -> dict[int | str, dict[str, Any]]:
    """The responses of an operation."""
    content: dict[str, Any] = {_MEDIA[one].split(";")[0]: {"schema": {"type": "string"}} for one in _OFFERED}
    content["application/json"] = {"schema": schema or _SUGGESTIONS}
    content[Format.JSON_LD.media] = {"schema": {"type": "object"}}
    return {200: {"content": content, "description": about}, **_PROBLEMS}


class MatchRoutes:
    """Answers `/match/…`."""

    def __init__(self, maker: Matchmaker) -> None:
        self._maker = maker

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(tags=["matchmaking"])
        add: Any = router.add_api_route
        shared = {"response_class": Response, "responses": documented("The suggestions")}
        add("/match/regions/{code}", self.region, operation_id="match_region", **shared)
        add("/match/profile", self.profile, operation_id="match_profile", **shared)
        add("/match/profile", self.posted, methods=["POST"], operation_id="match_posted_profile", **shared)
        add("/match/partnerships/{key:path}", self.partnership, operation_id="match_partnership", **shared)
        gaps = {"response_class": Response, "responses": documented("What is missing, and who could fill it")}
        add("/match/gaps/{key:path}", self.gaps, operation_id="match_gaps", **gaps)
        outlook = {"response_class": Response, "responses": documented("Before and after")}
        add("/match/what-if", self.what_if, operation_id="match_what_if", **outlook)
        return router

    async def region(self, request: Request, code: str, asked: Annotated[AskingOfPlace, Query()]) -> Response:
        """Whom a region could work with: partnerships, working areas, regions, organisations; and why."""

        def make(matches: "Matches") -> "Document":
            from regiograph.matching.asking import Profile

            return matches.for_profile(Profile(region=code), asked.wish(asked.country))

        return _page(request, asked.format, region=code) or await self._answer(request, asked.format, make)

    async def profile(self, request: Request, asked: Annotated[AskingOfProfile, Query()]) -> Response:
        """Whom those with a profile could work with, and why."""
        return _page(request, asked.format) or await self._for_profile(request, asked)

    async def posted(self, request: Request, asked: Annotated[AskingOfProfile, Body()]) -> Response:
        """The same; the profile is sent as JSON."""
        return await self._for_profile(request, asked)

    async def partnership(
        self, request: Request, key: str, asked: Annotated[AskingOfPlace, Query()]
    ) -> Response:
        """Which regions a partnership, or one of its working areas, could ask to join, and why."""
        return _page(request, asked.format, partnership=key) or await self._answer(
            request, asked.format, lambda matches: matches.for_circle(key, asked.wish(asked.country))
        )

    async def gaps(self, request: Request, key: str, asked: Annotated[Telling, Query()]) -> Response:
        """What a partnership or working area lacks: countries, leads, sectors, hubs; who could fill it."""
        return await self._answer(request, asked.format, lambda matches: matches.gaps(key, asked.wish()))

    async def what_if(self, request: Request, asked: Annotated[Joining, Query()]) -> Response:
        """What would change for a region that joined: new partners, reach within two steps, centrality."""
        return await self._answer(
            request, asked.format, lambda matches: matches.what_if(asked.region, asked.join, asked.wish())
        )

    async def _for_profile(self, request: Request, asked: AskingOfProfile) -> Response:
        return await self._answer(
            request,
            asked.format,
            lambda matches: matches.for_profile(asked.profile(), asked.wish(asked.in_country)),
        )

    async def _answer(self, request: Request, short: str, make: "Callable[[Matches], Document]") -> Response:
        format = _format(request, short)
        document = await self._maker.answer(make)
        body = _written(document, format)
        tag = hashlib.sha256(body).hexdigest()[:32]
        headers = {**caching(tag, self._maker.front.current()), "vary": "Accept"}
        if request.method == "GET" and unchanged(request, headers):
            return not_modified(headers)
        return Response(body, headers=headers, media_type=_MEDIA[format])


def _page(request: Request, short: str, **words: str) -> Response | None:
    """The way to the page, for a browser that asks for no format."""
    if short or not prefers_html(",".join(request.headers.getlist("accept"))):
        return None
    given = {**dict(request.query_params), **words}
    given["country"] = given.pop("in_country", given.get("country", ""))
    asked = urlencode({name: word for name, word in given.items() if word})
    return RedirectResponse(f"/match?{asked}", 303, {"vary": "Accept"})


def _format(request: Request, short: str) -> Format:
    header = ",".join(request.headers.getlist("accept"))
    chosen = named(short, _OFFERED) if short else accepted(header, _OFFERED)
    if chosen is None:
        raise NotAcceptable(
            "Suggestions are not told in the format asked for.",
            where="the Accept header",
            way_out=f"Ask for one of: {', '.join(_MEDIA[one] for one in _OFFERED)}.",
        )
    return chosen


def _written(document: "Document", format: Format) -> bytes:
    from regiograph.matching.answer import as_csv, as_json, as_json_ld

    return {Format.JSON: as_json, Format.CSV: as_csv, Format.JSON_LD: as_json_ld}[format](document)
