"""How the app is served: uvicorn with uvloop and httptools, in one process or in several on one address."""

from asyncio import AbstractEventLoop, Transport
from functools import partial
from typing import Any

from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from api.app import create_app
from regiograph.settings import Settings

_START = (
    60  # seconds a front may take to answer its parent; loading all the code on a busy machine takes some
)


def serve(settings: Settings) -> None:
    """Serves until stopped. Each front has workers of its own; one that ends is replaced."""
    config = Config(
        partial(create_app, settings, warm=True),
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.fronts,
        http=WholeAnswers,
        timeout_worker_healthcheck=_START,
        log_level="warning",
        access_log=False,
    )
    if settings.fronts == 1:
        Server(config).run()
    else:
        Multiprocess(config, sockets=[config.bind_socket()]).run()


class WholeAnswers(HttpToolsProtocol):
    """Sends the head of an answer with its first bytes: one write for most, one wake of the client."""

    def connection_made(self, transport: Any) -> None:
        """A client has come."""
        super().connection_made(_Together(transport, self.loop))  # type: ignore[arg-type]


class _Together:
    """A transport that holds the head of an answer until more comes, or nothing more does for now."""

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""

    def write(self, data: bytes) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data.startswith(b"HTTP/") and data.endswith(b"\r\n\r\n"):
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
