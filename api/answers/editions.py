"""Editions over HTTP: `/editions`, and each at `/edition/<number>` for as long as it is kept."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.negotiation import wants_html
from api.openapi import problem_response
from api.pages import Look
from regiograph import errors
from regiograph.archive import Archive
from regiograph.asof import periods
from regiograph.editions import Manifest
from regiograph.keeping import Keeper
from regiograph.settings import Settings


def editions_router(look: Look, settings: Settings) -> APIRouter:
    """The routes of editions."""
    router = APIRouter(tags=["editions"])
    keeper = Keeper(Archive(settings.data))

    @router.head("/editions", include_in_schema=False)
    @router.get("/editions", operation_id="list_editions", response_class=JSONResponse)
    def editions(request: Request) -> Response:
        """Every edition that was published, the newest first, and whether it still stands."""
        found = keeper.list()[::-1]
        if wants_html(request):
            return look.page(request, "editions.html", editions=found)
        listed = [{**asdict(each), "href": f"/edition/{each.number}"} for each in found]
        return JSONResponse({"editions": listed}, headers={"vary": "Accept", "cache-control": "no-cache"})

    @router.head("/edition/{edition}", include_in_schema=False)
    @router.get(
        "/edition/{edition}",
        operation_id="show_edition",
        response_class=JSONResponse,
        responses=problem_response(errors.NoSuchThing, errors.Gone),
    )
    def edition(request: Request, edition: int) -> Response:
        """What one edition says of itself: its hash, its graphs and documents, and where to ask it."""
        manifest = look.front.manifest(edition)
        if wants_html(request):
            current = look.front.current().number
            known = periods(manifest.graphs, settings.base)
            return look.page(
                request,
                "edition.html",
                shown=manifest,
                current=current,
                periods=known,
                graphs=_told(manifest)["graphs"],
            )
        headers = {"vary": "Accept", "etag": f'"{manifest.hash[:32]}-{manifest.number}"'}
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return JSONResponse(_told(manifest), headers=headers)

    return router


def _told(manifest: Manifest) -> dict[str, Any]:
    here = f"/edition/{manifest.number}"
    told = asdict(manifest)
    return {**told, "href": here, "sparql": f"{here}/sparql", "queries": f"{here}/queries/{{name}}"}
