"""What stands around every route: the short way for programs, and what any web page may read."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.sparql.answering import note_client

OPEN_PATHS = (
    "/queries",
    "/edition",
    "/catalog",
    "/changes",
    "/feed",
    "/dumps",
    "/id/",
    "/graph/",
    "/ns",
    "/code",
    "/shapes",
    "/alignments",
    "/tables",
    "/org",
    "/.well-known/",
    "/match",
    "/reconcile",
    "/answers",
)  # any web page may read these


class Shortcut:
    """Leads programs to one path past everything else; browsers go the whole way, for they may get a page."""

    def __init__(self, app: ASGIApp, path: str, target: ASGIApp) -> None:
        self._app = app
        self._path = path
        self._target = target

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            note_client(scope)
        short = scope["type"] == "http" and scope["path"] == self._path and not _takes_html(scope)
        await (self._target if short else self._app)(scope, receive, send)


def _takes_html(scope: Scope) -> bool:
    return any(name == b"accept" and b"html" in value for name, value in scope["headers"])


class OpenToAll:
    """CORS for open data: any origin may read, none may send credentials. Submissions are not open."""

    def __init__(self, app: ASGIApp, paths: tuple[str, ...]) -> None:
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers that let a page of another origin read the answer."""
        if scope["type"] != "http" or not scope["path"].startswith(self._paths):
            await self._app(scope, receive, send)
            return

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["access-control-allow-origin"] = "*"
                headers["access-control-expose-headers"] = (
                    "ETag, Link, Regiograph-Edition, Regiograph-Rows, Retry-After"
                )
                if scope["method"] == "OPTIONS":
                    headers["access-control-allow-methods"] = "GET, HEAD, POST, OPTIONS"
                    headers["access-control-allow-headers"] = "Accept, Content-Type, If-None-Match"
                    headers["access-control-max-age"] = "86400"
            await send(message)

        await self._app(scope, receive, send_open)
