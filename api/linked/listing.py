"""A page that lists what there is: partnerships, reports, regions that take part, and so on."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.linked.identities import METHODS
from api.linked.things import Things
from api.negotiation import wants_html
from api.pages import Look
from api.rows import Row, value_of
from regiograph.iris import ORG, RG
from regiograph.linked.addresses import Addresses
from regiograph.service.pool import ClientLeft

_KINDS = {  # class → what a list of them is called
    RG + "Partnership": "Partnerships",
    RG + "ProgressReport": "Reports",
    RG + "Region": "Regions that take part",
    RG + "ThematicPlatform": "Thematic platforms",
    RG + "WorkingArea": "Working areas",
    RG + "PartnershipEvent": "Events",
    ORG + "Organization": "Organisations",
}
_MOST = 5000

Thing = dict[str, str]
"""A thing with a page: its path here, its class and its name."""


def listed(addresses: Addresses, row: Row) -> Thing | None:
    """The thing of a row of `site.rq`, where it has a page here."""
    path = addresses.local(value_of(row, "thing"))
    if not path or path.count("/") < 2:
        return None
    return {"path": path.strip("/"), "kind": value_of(row, "kind"), "name": value_of(row, "name")}


def grouped(things: Sequence[Thing]) -> dict[str, list[Thing]]:
    """Things by what they are; codes have pages of their own."""
    found = {title: [each for each in things if each["kind"] == kind] for kind, title in _KINDS.items()}
    return {title: own for title, own in found.items() if own}


def listing_router(look: Look, things: Things) -> APIRouter:
    """The route of the list."""
    router = APIRouter(include_in_schema=False)

    async def listing(request: Request) -> Response:
        try:
            rows = await things.rows(request, things.question("site"), {}, _MOST)
        except ClientLeft:
            return Response(status_code=499)
        found = {one["path"]: one for row in rows if (one := listed(things.addresses, row))}
        if wants_html(request):
            groups = grouped(list(found.values()))
            return look.page(request, "things.html", groups=groups, is_whole=len(rows) < _MOST)
        return JSONResponse({"things": [f"/{path}" for path in found]})

    router.add_api_route("/things", listing, methods=METHODS)
    return router
