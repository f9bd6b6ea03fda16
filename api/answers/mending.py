"""What the doctor finds in a named question: the words that were mended, and the address to ask with them."""

from typing import Any

from starlette.responses import Response

from api.answers.asked import Asked
from api.sparql.explain import explained
from regiograph.doctor import Diagnosis, Finding
from regiograph.errors import BadParameter
from regiograph.questions import without_header


def explained_question(diagnosis: Diagnosis, asked: Asked) -> Response:
    """A diagnosis as JSON, with the words that were mended, and their address."""
    return explained(diagnosis, [{**each.as_dict(), **_link(asked, each)} for each in diagnosis.findings])


def mended(asked: Asked, finding: Finding) -> dict[str, str]:
    """The words of a question that a mended query has otherwise; none where more than words was mended."""
    if not finding.query or not finding.rows:
        return {}
    before = asked.question.words_in(asked.text)
    words = asked.question.words_in(finding.query)
    changed = {name: word for name, word in words.items() if word != before.get(name)}
    try:
        again = without_header(asked.question.asked({**asked.given, **changed}))
    except BadParameter:
        return {}
    return changed if again == finding.query else {}


def _link(asked: Asked, finding: Finding) -> dict[str, Any]:
    words = mended(asked, finding)
    return {"parameters": words, "href": asked.href(words=words)} if words else {}
