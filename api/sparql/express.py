"""Plain queries, taken as they come off the wire: sent again where they are known, given to a worker unread.

A request is plain when it is one whole GET of `/sparql?query=…`, with no other parameter and no header but
those that programs and browsers send by themselves. All others, and all that goes wrong, go through the app.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from api.sparql.sending import Sent, head, open_to_all, raw, sent
from regiograph.editions import Manifest
from regiograph.errors import QueryTooLarge, QueryTooSlow, RegiographError, TooBusy
from regiograph.service.coding import SHORTEST
from regiograph.service.front import Front, Reply
from regiograph.service.job import Content, Job
from regiograph.service.kept import Kept
from regiograph.service.plan import Dataset, Plan
from regiograph.settings import Settings

REQUEST = "regiograph.request"
"""In an ASGI scope: the bytes of the request, where they are worth knowing again."""
OUTCOME = "regiograph.outcome"
"""In an ASGI scope: what came of a plain query before it went to the app."""

_LONGEST = 8000  # bytes of a request worth knowing again
_HEADS = 1000  # different header sections that are read only once
_PLAIN = re.compile(
    rb"GET (/sparql\?query=([^\x00-\x20&\x7f]++)) HTTP/1\.1\r\n((?:[!-9;-~]++:[^\r\n]*+\r\n)++)\r\n"
)
_HARMLESS = frozenset(
    b"accept accept-encoding accept-language cache-control connection cookie dnt host origin pragma priority "
    b"referer sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site te "
    b"user-agent".split()
)
_ABOUT_THE_RUN = (QueryTooLarge, QueryTooSlow, TooBusy)


@dataclass(slots=True)
class Asking:
    """A plain query on its way; once it has come to something, it calls back."""

    request: bytes
    dataset: Dataset
    accept_encoding: str
    back: Callable[["Asking"], None]
    job: Job | None = None

    def settled(self, job: Job) -> None:
        """It is known what came of it."""
        self.job = job
        self.back(self)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a query, for the app to tell: an answer too long for one piece, or why there is none."""

    edition: int
    content: Content | RegiographError


class Express:
    """Knows the requests that were answered, and how. Of one edition at a time: the current one."""

    def __init__(self, front: Front, settings: Settings) -> None:
        self._front = front
        self._current: Manifest | None = None
        self._dataset = Dataset(edition=0, hash="")
        self._ready = self._has_looked = False
        self._answers = Kept[bytes, bytes](settings.cache_megabytes * 250_000)
        self._targets = Kept[bytes, bool](settings.cache_megabytes * 50_000)
        self._headers = lru_cache(_HEADS)(_read)
        self._heads = lru_cache(_HEADS)(_head)
        self.first = lru_cache(1)(_first)

    def take(
        self, request: bytes, client: str, back: Callable[[Asking], None], loop: asyncio.AbstractEventLoop
    ) -> bytes | Asking | None:
        """The response to a request answered before, but for its first line and the server's headers.

        To a plain one, a worker begins to answer, and `back` hears of it. With all others it is for the app.
        """
        if len(request) > _LONGEST or not self._is_ready(loop):
            return None
        if (known := self._answers.get(request)) is not None:
            return known
        plain = _PLAIN.fullmatch(request)
        if plain is None or (headers := self._headers(plain[3])) is None or self._targets.get(plain[1]):
            return None
        asking = Asking(request, self._dataset, headers[1], back)
        asking.job = self._front.begin(plain[2], self._dataset, headers[0], client, asking.settled)
        return asking

    def answer(self, asking: Asking, job: Job) -> bytes | Outcome | None:
        """The response to a settled query, like `take`; an outcome, or nothing, for the app to tell."""
        dataset = asking.dataset
        if isinstance(job.error, _ABOUT_THE_RUN):
            return Outcome(dataset.edition, job.error)
        if job.content is None:
            return None  # the app comes to the same, and knows how to say so
        if job.found is None or not isinstance(job.content, bytes):
            return Outcome(dataset.edition, job.content)
        format, tag = job.found
        self._front.remember(tag, job.content)
        if len(job.content) >= SHORTEST and asking.accept_encoding:
            plan = Plan(text="", dataset=dataset, format=format, tag=tag, seconds=job.seconds)
            whole = sent(self._front, Reply(content=job.content, plan=plan), asking.accept_encoding)
            return self.keep(asking.request, plan, whole)
        head = self._heads(dataset.edition, format.media, tag is not None)
        etag = b'etag: "%b"\r\n' % tag.encode() if tag else b""
        length = b"content-length: %d\r\n\r\n" % len(job.content)
        response = b"".join((head, etag, length, job.content))
        if tag is not None and dataset is self._dataset:
            self._keep(asking.request, response)
        return response

    def abandon(self, asking: Asking) -> None:
        """The client has left."""
        if asking.job is not None:
            self._front.pool.abandon(asking.job)

    def keep(self, request: bytes, plan: Plan, whole: Sent) -> bytes:
        """Remembers what the app, or this, answers to a request."""
        head = [b"%b: %b\r\n" % pair for pair in open_to_all(whole.raw_headers, "GET")]
        response = b"".join((*head, b"\r\n", whole.only or b""))
        if plan.tag is not None and plan.dataset == self._dataset:
            self._keep(request, response)
        return response

    def _keep(self, request: bytes, response: bytes) -> None:
        self._answers.put(request, response, len(response) + len(request) + 500)
        target = request.split(b" ", 2)[1]
        self._targets.put(target, True, len(target) + 200)

    def _is_ready(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether there is a current edition; looked at once for all requests that have come by now."""
        if not self._has_looked:
            self._ready, self._has_looked = self._look(), True
            loop.call_soon(self._look_again)
        return self._ready

    def _look_again(self) -> None:
        self._has_looked = False

    def _look(self) -> bool:
        """Whether there is a current edition. Of another one than before, nothing is known yet."""
        try:
            current = self._front.current()
        except RegiographError:
            return False
        if current is not self._current:
            self._current = current
            dataset = Dataset(edition=current.number, hash=current.hash)
            if dataset != self._dataset:
                self._dataset = dataset
                self._answers.clear()
                self._targets.clear()
        return True


def _first(*headers: tuple[bytes, bytes]) -> bytes:
    """The first lines of a response, with the server's headers."""
    return b"".join((b"HTTP/1.1 200 OK\r\n", *(b"%b: %b\r\n" % pair for pair in headers)))


def _head(edition: int, media: str, stays: bool) -> bytes:
    """The header section of an answer in plain bytes, but for its tag and its length."""
    pairs = open_to_all(raw({**head(edition, "" if stays else None), "content-type": media}), "GET")
    return b"".join(b"%b: %b\r\n" % pair for pair in pairs)


def _read(headers: bytes) -> tuple[str, str] | None:
    """Accept and Accept-Encoding of a header section; none where there is a header that may matter.

    >>> _read(b"Host: x\\r\\nAccept: text/csv\\r\\n"), _read(b"Host: x\\r\\nContent-Length: 5\\r\\n")
    (('text/csv', ''), None)
    """
    found: dict[bytes, list[str]] = {}
    for line in headers.split(b"\r\n")[:-1]:
        name, _, value = line.partition(b":")
        found.setdefault(name.lower(), []).append(value.decode("latin-1").strip())
    accept, encoding = (",".join(found.get(name, ())) for name in (b"accept", b"accept-encoding"))
    alive = all(value.lower() == "keep-alive" for value in found.get(b"connection", ()))
    if not _HARMLESS.issuperset(found) or b"host" not in found or not alive or "html" in accept:
        return None
    return accept, encoding
