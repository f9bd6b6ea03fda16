"""Asking a SPARQL endpoint somewhere else, over the SPARQL 1.1 Protocol."""

from urllib.error import HTTPError, URLError

from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from regiograph.errors import Unreachable


def ask(endpoint: str, query: str, *, seconds: int = 60) -> bytes:
    """The answer to a SELECT or ASK query, as SPARQL results JSON.

    Sent by POST, for long queries; only JSON is asked for, since engines differ most in the other formats.

    Raises:
        Unreachable: no answer in time, or one that is not an answer.
    """
    client = SPARQLWrapper(endpoint, returnFormat=JSON, agent="regiograph")
    client.setMethod(POST)
    client.setTimeout(seconds)
    client.setQuery(query)
    try:
        result = client.query()
        body = bytes(result.response.read())
        kind = result.info().get("content-type", "")
    except TimeoutError:
        raise _unreachable(endpoint, f"It did not answer within {seconds} seconds.") from None
    except HTTPError as error:
        raise _unreachable(endpoint, f"It answered with HTTP status {error.code}.") from None
    except SPARQLWrapperException:
        raise _unreachable(endpoint, "It refused the query.") from None
    except (URLError, OSError):
        raise _unreachable(endpoint, "It cannot be reached.") from None
    if "json" not in kind:
        raise _unreachable(
            endpoint, f"It answered with {kind or 'an unnamed format'}, not with SPARQL results."
        )
    return body


def _unreachable(endpoint: str, problem: str) -> Unreachable:
    return Unreachable(
        problem, where=endpoint, way_out="Check the address, and that the endpoint is running."
    )
