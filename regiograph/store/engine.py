"""A SPARQL 1.1 engine at an address, over the protocol: tables asked for as JSON, updates sent.

Nothing else is asked for, since engines differ in every other format. No text of an engine is ever passed on:
some quote the query, some their own files.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

from SPARQLWrapper import BASIC, DIGEST, INSERT, JSON, POST, SELECT, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed, SPARQLWrapperException

from regiograph.errors import BadQuery, BadSettings, QueryTooLarge, QueryTooSlow, Unreachable
from regiograph.store.address import Address

_PART = 1 << 20
_CUT = "X-SPARQL-MaxRows"  # Virtuoso says so where it has cut an answer short
_SLOW = (b"S1T00", b"S1TAT", b"estimated execution time", b"imeout")  # how engines say so


@dataclass(frozen=True, slots=True)
class Table:
    """An answer as the engine gives it: `bindings` are those of SPARQL results JSON."""

    variables: tuple[str, ...]
    bindings: list[dict[str, dict[str, str]]]


class Engine:
    """Speaks to one engine. Holds no connection; each request is whole or an error."""

    def __init__(self, address: Address) -> None:
        self.address = address

    def select(self, text: str) -> Table:
        """The answer to a SELECT query.

        Raises:
            Unreachable: no answer, or none that can be used.
            QueryTooSlow, QueryTooLarge: stopped at a limit, ours or the engine's.
            BadQuery: the engine does not take it.
        """
        answer = self._asked(text)
        try:
            return Table(tuple(answer["head"].get("vars", ())), answer["results"]["bindings"])
        except (KeyError, TypeError, AttributeError):
            raise self._unreachable("Its answer is not one of SPARQL.") from None

    def ask(self, text: str) -> bool:
        """The answer to an ASK query; some engines give it as a table.

        Raises:
            Unreachable, QueryTooSlow, QueryTooLarge, BadQuery: see `select`.
        """
        answer = self._asked(text)
        if isinstance(answer.get("boolean"), bool):
            return bool(answer["boolean"])
        rows = (answer.get("results") or {}).get("bindings", [])
        return any(term.get("value") in ("1", "true") for row in rows for term in row.values())

    def update(self, text: str) -> None:
        """Sends an update request.

        Raises:
            BadSettings: no address for updates is set.
            Unreachable: refused, or no answer. Nothing may have happened, or part of it, or all.
        """
        if not self.address.update:
            raise BadSettings(
                "No address for updates is set.",
                where="REGIOGRAPH_STORE_UPDATE",
                way_out="Set it where editions are published; where they are only read it is not needed.",
            )
        try:
            self._read(self._client(text, self.address.update, INSERT))
        except BadQuery:
            raise self._unreachable("It refused an update.") from None

    def _asked(self, text: str) -> dict[str, Any]:
        body, headers = self._read(self._client(text, self.address.query, SELECT))
        if _CUT.lower() in headers:
            raise QueryTooLarge(
                f"The engine gives at most {headers[_CUT.lower()]} rows.",
                where="the query",
                way_out="Ask for fewer rows, or raise ResultSetMaxRows of the engine.",
            )
        try:
            answer = json.loads(body)
        except ValueError:
            raise self._unreachable("Its answer is not whole.") from None
        if not isinstance(answer, dict):
            raise self._unreachable("Its answer is not one of SPARQL.")
        return answer

    def _client(self, text: str, address: str, kind: str) -> SPARQLWrapper:
        client = _Client(address, returnFormat=JSON, agent="regiograph")
        client.setMethod(POST)
        client.setTimeout(max(1, round(self.address.seconds)))
        client.queryString, client.queryType = text, kind  # setQuery would guess the kind from the text
        if self.address.user:
            client.setHTTPAuth(DIGEST if self.address.auth == "digest" else BASIC)
            client.setCredentials(self.address.user, self.address.password)
        return client

    def _read(self, client: SPARQLWrapper) -> tuple[bytes, Mapping[str, str]]:
        until = time.monotonic() + self.address.seconds
        try:
            response = client.query().response
            if response.geturl() != client.endpoint:
                raise self._unreachable("It sends us to another address.")
            body = bytearray()
            while part := response.read(_PART):
                body += part
                if len(body) > self.address.answer_bytes:
                    raise _too_large()
                if time.monotonic() > until:
                    raise _too_slow()
            return bytes(body), {name.lower(): value for name, value in response.headers.items()}
        except TimeoutError:
            raise _too_slow() from None
        except HTTPError as error:
            raise self._told(error.code, error.read(_PART)) from None
        except (QueryBadFormed, EndPointInternalError) as error:
            code = 400 if isinstance(error, QueryBadFormed) else 500
            raise self._told(code, str(error).encode()) from None
        except SPARQLWrapperException:
            raise self._unreachable("It refused the request: wrong address, or wrong password.") from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise _too_slow() from None
            raise self._unreachable("It cannot be reached.") from None
        except (OSError, HTTPException):
            raise self._unreachable("It broke off, or cannot be reached.") from None

    def _told(self, status: int, text: bytes) -> BadQuery | QueryTooSlow | Unreachable:
        """What an HTTP status means; of the text only whether it speaks of time."""
        if status == 504 or any(word in text for word in _SLOW):
            return _too_slow()
        if status == 400:
            return BadQuery(
                "The engine behind this service does not take this query.",
                where="the query",
                way_out="See docs/engines.md for what engines do not know.",
            )
        return self._unreachable(f"It answered with HTTP status {status}.")

    def _unreachable(self, problem: str) -> Unreachable:
        return Unreachable(
            problem,
            where=self.address.query,
            way_out="Check the address, and that the endpoint is running.",
        )


class _Client(SPARQLWrapper):
    """SPARQLWrapper that keeps its password to the address it was given for, wherever that redirects to."""

    def _createRequest(self) -> Any:  # noqa: N802  (its name)
        request = super()._createRequest()
        for name in [name for name in request.headers if name.lower() == "authorization"]:
            request.add_unredirected_header(name, request.headers.pop(name))
        return request


def _too_slow() -> QueryTooSlow:
    return QueryTooSlow(
        "The engine did not answer in time.",
        where="the query",
        way_out="Make it more specific, begin with the rarest pattern, or add LIMIT.",
    )


def _too_large() -> QueryTooLarge:
    return QueryTooLarge(
        "The engine's answer is larger than what is read here.",
        where="the query",
        way_out="Ask for fewer columns, add LIMIT and OFFSET, or download the edition.",
    )
