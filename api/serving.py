"""How the app is served: uvicorn with uvloop and httptools, in one process or in several on one address."""

from asyncio import AbstractEventLoop, CancelledError, Transport
from functools import partial
from typing import Any, cast

from fastapi import FastAPI
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState
from uvicorn.supervisors import Multiprocess

from api.app import create_app
from api.sparql.express import OUTCOME, REQUEST, Asking, Express, Outcome
from regiograph.logs import configure
from regiograph.settings import Settings

_START = (
    60  # seconds a front may take to answer its parent; loading all the code on a busy machine takes some
)
_MOMENT = 0.1  # seconds until a silent connection is looked at once more


def serve(settings: Settings) -> None:
    """Serves until stopped. Each front has workers of its own; one that ends is replaced."""
    configure()
    config = Config(
        partial(_app, settings),
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.fronts,
        http=ExpressProtocol,
        timeout_worker_healthcheck=_START,
        log_config=None,  # it is configured
        log_level="warning",
        access_log=False,
    )
    if settings.fronts == 1:
        Server(config).run()
    else:
        Multiprocess(config, sockets=[config.bind_socket()]).run()


def _app(settings: Settings) -> FastAPI:
    """The app, in the process of a front."""
    configure()
    return create_app(settings, warm=True)


class ExpressProtocol(HttpToolsProtocol):
    """Answers plain queries past the app, see `api.sparql.express`; leaves all other requests to uvicorn.

    Sends the head of an answer with its first bytes: one write for most, one wake of the client.
    """

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any], **more: Any
    ) -> None:
        super().__init__(config, server_state, app_state, **more)
        self._express: Express | None = app_state.get("express")
        self._between = True  # no request has come in part
        self._asking: Asking | None = None
        self._early = b""  # what comes while a plain query is asked
        self._last = False
        self._at = 0.0  # when a plain query was answered last
        self._warned = False  # nothing came until it was time to close

    def connection_made(self, transport: Any) -> None:
        """A client has come."""
        super().connection_made(_Together(transport, self.loop))  # type: ignore[arg-type]

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has left."""
        if self._asking is not None and self._express is not None:
            self._express.abandon(self._asking)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A request, or a part of some."""
        self._warned = False
        if self._asking is not None:
            self._early += data
            self.flow.pause_reading()
        elif self._express is None or not self._is_next():
            super().data_received(data)
        else:
            client = self.client[0] if self.client else ""
            taken = self._express.take(data, client, self._settled, self.loop)
            if isinstance(taken, bytes):
                self._respond(self._express, taken)
            elif taken is None:
                self._give(data)
            elif taken.job is None or not taken.job.is_settled:
                self._asking = taken

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self._between = True
        super().on_message_complete()

    def shutdown(self) -> None:
        """The server is about to stop: what is under way is still answered."""
        if self._asking is None:
            super().shutdown()
        else:
            self._last = True

    def _is_next(self) -> bool:
        return self._between and (self.cycle is None or self.cycle.response_complete)

    def _give(self, data: bytes, outcome: Outcome | None = None) -> None:
        """Gives a request to the app, and what is known of it. One after which the connection closes is not
        worth knowing again."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is before or data.find(b"\r\n\r\n") != len(data) - 4 or not data.startswith(b"GET "):
            return
        known = {OUTCOME: outcome, **({REQUEST: data} if self.cycle.keep_alive else {})}
        cast(dict[str, Any], self.scope).update(known)

    def _settled(self, asking: Asking) -> None:
        """A plain query has come to something."""
        self._asking = None
        job = asking.job
        if job is None or self._express is None or self.transport.is_closing():
            return
        if isinstance(job.error, CancelledError):
            self.transport.close()
            return
        response = self._express.answer(asking, job)
        if isinstance(response, bytes):
            self._respond(self._express, response)
        else:
            self._give(asking.request, response)
            if self._last:
                self.shutdown()
        if self._early and not self.transport.is_closing():
            early, self._early = self._early, b""
            self.data_received(early)

    def _respond(self, express: Express, response: bytes) -> None:
        self.transport.write(express.first(*self.server_state.default_headers) + response)
        self.server_state.total_requests += 1
        self._at = self.loop.time()
        if self._last:
            self.transport.close()
        elif self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_handler()
        if self._early:
            self.flow.resume_reading()

    def timeout_keep_alive_handler(self) -> None:
        """Looks whether the client has been silent for too long; if not, looks again later.

        Where this process itself was held up, a request may have come in time and not been read: what is due
        goes before what has come. So a connection closes only once there was nothing to read a moment later.
        """
        rest = self._at + self.timeout_keep_alive - self.loop.time()
        if rest > 0 or self._asking is not None:
            wait = max(rest, 1.0)
        elif not self._warned:
            self._warned, wait = True, _MOMENT
        else:
            super().timeout_keep_alive_handler()
            return
        self.timeout_keep_alive_task = self.loop.call_later(wait, self.timeout_keep_alive_handler)


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
