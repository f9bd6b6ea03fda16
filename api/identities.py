"""The addresses of things, `/id/…`: so far, where an organisation went that was merged into another."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from ingest.decisions import Decisions
from regiograph.editions import Editions
from regiograph.errors import NoSuchThing


def identities_router(editions: Editions) -> APIRouter:
    """The routes of all addresses."""
    router = APIRouter(tags=["identities"])

    @router.head("/id/organisation/{key}", status_code=301, include_in_schema=False)
    @router.get(
        "/id/organisation/{key}",
        status_code=301,
        response_class=Response,
        operation_id="find_organisation",
        summary="Which organisation stands for a merged one",
        responses={404: {"content": {"application/problem+json": {}}, "description": "Not merged"}},
    )
    def organisation(key: str) -> Response:
        """The address of the organisation that a person said is the same."""
        new = Decisions.of_edition(editions.current()).replacements().get(f"organisation/{key}")
        if new is None:
            raise NoSuchThing(
                "Nothing is told at this address.",
                where=f"organisation {key[:80]}",
                way_out="Ask for it at /sparql.",
            )
        return RedirectResponse(f"/id/{new}", 301, {"cache-control": "no-cache"})  # a merge may be undone

    return router
