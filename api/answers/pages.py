"""Pages of named questions: all of them, and each with its form and its answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.answers.asked import Asked
from api.answers.mending import mended
from api.answers.table import shown
from api.pages import Look
from regiograph import doctor
from regiograph.errors import BadParameter, RegiographError
from regiograph.questions import Question, Questions, without_header


class QuestionPages:
    """Answers browsers: the `Pages` of the questions."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def questions(self, request: Request, questions: Questions) -> Response:
        """The page of all questions."""
        return self._look.page(request, "questions.html", groups=grouped(questions.values()))

    def answer(
        self,
        request: Request,
        asked: Asked,
        outcome: Mapping[str, Any] | RegiographError,
        findings: Sequence[doctor.Finding] = (),
    ) -> Response:
        """The page of one question; what is wrong with a parameter is said beside its field."""
        question, given = asked.question, asked.given
        error = outcome if isinstance(outcome, RegiographError) else None
        table = None if isinstance(outcome, RegiographError) else shown(outcome, self._look)
        fresh = not given and isinstance(error, BadParameter)
        words = {param.name: param.example if fresh else param.default for param in question.params}
        return self._look.page(
            request,
            "question.html",
            status=problems.STATUS[type(error)][0] if error and not fresh else 200,
            question=question,
            words={name: word or "" for name, word in words.items()} | dict(given),
            wrong=None if fresh else _wrong(question, error),
            error=None if fresh else error,
            table=table,
            asked=asked,
            run=None if error else Run.of(asked),
            findings=[_told(asked, finding) for finding in findings],
            fresh=fresh,
        )


def grouped(questions: Iterable[Question]) -> dict[str, list[Question]]:
    """Questions by tag, in the order of the alphabet; one with two tags stands twice."""
    found: dict[str, list[Question]] = {}
    for question in questions:
        for tag in question.tags or ("questions",):
            found.setdefault(tag, []).append(question)
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The query that was run, and where to run it again."""

    query: str
    href: str
    csv: str
    json: str
    xlsx: str

    @classmethod
    def of(cls, asked: Asked) -> "Run":
        """The query of a question, with the words for it."""
        query = without_header(asked.text)
        prefix = f"/edition/{asked.edition}" if asked.edition else ""
        asof = {"asof": asked.asof} if asked.asof else {}
        return cls(
            query=query,
            href=f"{prefix}/sparql?{urlencode({'query': query, 'format': 'json', **asof})}",
            csv=asked.href(suffix=".csv"),
            json=asked.href(suffix=".json"),
            xlsx=asked.href(suffix=".xlsx"),
        )


def _told(asked: Asked, finding: doctor.Finding) -> dict[str, Any]:
    """A finding with the address at which the mended query can be asked."""
    words = mended(asked, finding)
    prefix = f"/edition/{asked.edition}" if asked.edition else ""
    href = asked.href(words=words) if words else ""
    if finding.query and not words:
        href = f"{prefix}/sparql?{urlencode({'query': finding.query, 'format': 'json'})}"
    return {**finding.as_dict(), "href": href, "words": words}


def _wrong(question: Question, error: RegiographError | None) -> str | None:
    """Which parameter an error is about."""
    names = [*(param.name for param in question.params), "asof"]
    return next((name for name in names if error and error.where == f"parameter {name}"), None)
