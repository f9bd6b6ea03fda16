"""A question as a request asks it: the words for its parameters, and what is asked of every question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from api.sparql.protocol import NO, YES
from regiograph.asof import dataset_until
from regiograph.editions import Manifest
from regiograph.errors import BadParameter
from regiograph.labels import languages
from regiograph.questions import Question
from regiograph.service.front import Front

MOST_ROWS = 10_000
_MOST_OFFSET = 10_000_000
OPTIONS = ("format", "lang", "limit", "offset", "asof", "explain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question with the words for it, of one edition (none: the current one)."""

    question: Question
    given: Mapping[str, str]
    edition: int | None = None
    suffix: str | None = None
    format: str | None = None
    languages: tuple[str, ...] = ()  # none: no labels are asked for
    lang: str = ""
    limit: int | None = None
    offset: int = 0
    asof: str = ""
    explain: bool = False

    @property
    def text(self) -> str:
        """The query.

        Raises:
            BadParameter: a word cannot be used.
        """
        return self.question.asked(self.given)

    @property
    def is_paged(self) -> bool:
        """Whether only some of the rows are asked for."""
        return self.limit is not None or self.offset > 0

    @property
    def changes_the_answer(self) -> bool:
        """Whether the answer is not just what the engine says."""
        return self.is_paged or bool(self.languages)

    def scope(self, front: Front) -> dict[str, Any]:
        """Which edition, and which of its graphs, are asked: for `Front.plan`.

        Raises:
            NoSuchThing, Gone: no such edition.
            BadParameter: `asof` is no period.
            BadQuery: the query says itself which graphs it is asked of.
        """
        if not self.asof:
            return {"edition": self.edition}
        held = front.manifest(self.edition).graphs
        graphs = dataset_until(self.text, held, self.asof, self.question.iris.base)
        return {"edition": self.edition, "default_graphs": graphs, "named_graphs": graphs}

    @property
    def place(self) -> str:
        """The address without any words."""
        prefix = f"/edition/{self.edition}" if self.edition else ""
        return f"{prefix}/queries/{self.question.name}"

    def href(
        self,
        *,
        edition: int | None = None,
        suffix: str = "",
        words: Mapping[str, str] | None = None,
        **changed: str | int | None,
    ) -> str:
        """The address of this question, or of it with something changed; `None` takes a part away."""
        number = edition or self.edition
        options = {"lang": self.lang, "limit": self.limit, "offset": self.offset, "asof": self.asof}
        everything = {**self.given, **(words or {}), **options, **changed}
        asked = {name: word for name, word in everything.items() if word}
        prefix = f"/edition/{number}" if number else ""
        return f"{prefix}/queries/{self.question.name}{suffix}" + (f"?{urlencode(asked)}" if asked else "")

    def freezing(self, edition: int) -> dict[str, str]:
        """The fields by which this answer is frozen."""
        fields = {"question": self.question.name, "edition": str(self.edition or edition), "asof": self.asof}
        return {name: word for name, word in {**self.given, **fields}.items() if word}

    def links(self, edition: int, rows: int) -> dict[str, str]:
        """The headers of a part of an answer: how many rows there are, and where the other parts are.

        The addresses name the edition, so that turning pages never mixes two.
        """
        if not self.is_paged:
            return {}
        step = self.limit or MOST_ROWS
        places = {"first": 0}
        if self.offset > 0:
            places["prev"] = max(0, self.offset - step)
        if self.limit is not None and self.offset + step < rows:
            places["next"] = self.offset + step
        suffix = f".{self.suffix}" if self.suffix else ""
        format = None if self.suffix else self.format
        shared: dict[str, Any] = {"edition": edition, "suffix": suffix, "limit": step, "format": format}
        found = [f'<{self.href(**shared, offset=place)}>; rel="{name}"' for name, place in places.items()]
        return {"link": ", ".join(found), "regiograph-rows": str(rows)}

    def about(self, manifest: Manifest) -> dict[str, str]:
        """What a workbook says of itself."""
        asof = {"as of": self.asof} if self.asof else {}
        return {
            "question": self.question.summary,
            **{f"parameter {name}": word for name, word in self.given.items() if word},
            **asof,
            "edition": str(manifest.number),
            "published": manifest.created,
            "hash of the edition": manifest.hash,
            "address": self.question.iris.base + self.href(edition=manifest.number),
            "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        }


def read_asked(question: Question, request: Request, suffix: str | None) -> Asked:
    """The question as a request asks it. A parameter given twice is a mistake, not a list.

    Raises:
        BadParameter: given twice, or not what it has to be.
    """
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise BadParameter(
                "This parameter is given twice.", where=f"parameter {name}", way_out="Give it once."
            )
        given[name] = value
    options = {name: given.pop(name, "").strip() for name in OPTIONS}
    lang = _language(options["lang"])
    header = request.headers.get("accept-language", "")
    return Asked(
        question=question,
        given=given,
        edition=request.path_params.get("edition"),
        suffix=suffix,
        format=suffix or options["format"] or None,
        languages=languages(lang, header) if lang or header else (),
        lang=lang,
        limit=_number("limit", options["limit"], 1, MOST_ROWS) if options["limit"] else None,
        offset=_number("offset", options["offset"], 0, _MOST_OFFSET) if options["offset"] else 0,
        asof=options["asof"],
        explain=_flag("explain", options["explain"]),
    )


def _language(written: str) -> str:
    if written and not (len(written) <= 35 and written.isascii() and written.replace("-", "").isalnum()):
        raise BadParameter(
            "This is no language.", where="parameter lang", way_out="Give a language code, such as fr."
        )
    return written.lower()


def _flag(name: str, written: str) -> bool:
    if written not in (*YES, *NO):
        raise BadParameter(
            "This is neither yes nor no.", where=f"parameter {name}", way_out=f"Give {name}=1 or {name}=0."
        )
    return written in YES


def _number(name: str, written: str, least: int, most: int) -> int:
    if not (written.isascii() and written.isdigit() and len(written) < 10 and least <= int(written) <= most):
        raise BadParameter(
            "This value cannot be used.",
            where=f"parameter {name}",
            way_out=f"Give a whole number from {least} to {most}.",
        )
    return int(written)
