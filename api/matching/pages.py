"""The page on which people find partners: a form, and suggestions with their reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.matching.matchmaker import Matchmaker
from api.pages import Look
from regiograph.errors import BadParameter, NoSuchThing

if TYPE_CHECKING:
    from regiograph.matching.answer import Document
    from regiograph.matching.matches import Matches

_FIELDS = ("region", "priorities", "organisation", "country", "partnership", "platform", "since", "language")
_FLAGS = ("eu13",)
_SHOWN = 5  # suggestions of a kind
_LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Form:
    """What a person typed."""

    words: Mapping[str, str]

    @classmethod
    def of(cls, request: Request) -> "Form":
        """The fields of a request; unknown ones are left alone."""
        given = request.query_params
        return cls({name: given.get(name, "").strip()[:_LONGEST] for name in (*_FIELDS, *_FLAGS)})

    @property
    def is_blank(self) -> bool:
        """Whether nobody asks for anything yet."""
        return not any(self.words[name] for name in _FIELDS[:5])

    @property
    def language(self) -> str:
        """The language of the reasons."""
        return self.words["language"] or "en"

    def asked(self, matches: "Matches") -> "Document":
        """The suggestions.

        Raises:
            NoSuchThing, BadParameter: something is not understood.
        """
        from regiograph.matching.asking import Profile
        from regiograph.matching.matches import Wish

        words = self.words
        alone = not words["region"] and not words["partnership"]
        wish = Wish(
            limit=_SHOWN,
            language=self.language,
            platform=words["platform"],
            country="" if alone else words["country"],
            eu13=bool(words["eu13"]),
            since=words["since"],
        )
        if words["partnership"]:
            return matches.for_circle(words["partnership"], wish)
        organisations = tuple(each.strip() for each in words["organisation"].split(",") if each.strip())
        profile = Profile(
            region=words["region"],
            country=words["country"] if alone else "",
            priorities=words["priorities"],
            organisations=organisations,
        )
        return matches.for_profile(profile, wish)

    def data(self) -> dict[str, str]:
        """The addresses of the same as data."""
        words = {name: word for name, word in self.words.items() if word}
        words["limit"] = str(_SHOWN)
        if key := words.pop("partnership", ""):
            kept = {"country", "platform", "since", "language", "eu13", "limit"}
            path, words = f"/match/partnerships/{key}", {n: w for n, w in words.items() if n in kept}
        else:
            path = "/match/profile"
        if "region" in words and "country" in words:
            words["in_country"] = words.pop("country")
        return {
            short: f"{path}?{urlencode({**words, 'format': short})}" for short in ("json", "csv", "jsonld")
        }


class MatchPages:
    """Answers `/match`."""

    def __init__(self, look: Look, maker: Matchmaker) -> None:
        self._look, self._maker = look, maker

    def router(self) -> APIRouter:
        """The route of the page."""
        router = APIRouter()
        methods = ["GET", "HEAD"]
        router.add_api_route("/match", self.page, methods=methods, include_in_schema=False)
        return router

    async def page(self, request: Request) -> Response:
        """The form, and what comes of it."""
        form, document, error = Form.of(request), None, None
        if not form.is_blank:
            try:
                document = await self._maker.answer(form.asked)
            except (NoSuchThing, BadParameter) as wrong:
                error = wrong
        return self._look.page(
            request,
            "match.html",
            status=problems.STATUS[type(error)][0] if error else 200,
            words=form.words,
            blank=form.is_blank,
            language=form.language,
            error=error,
            told=document and self._linked(document),
            data=form.data(),
            platforms=await self._maker.answer(_platforms),
        )

    def _linked(self, document: "Document") -> dict[str, Any]:
        """The suggestions, with addresses one can follow."""
        return {
            **document,
            "suggestions": {
                kind: [self._one(each) for each in those] for kind, those in document["suggestions"].items()
            },
        }

    def _one(self, suggestion: "Document") -> dict[str, Any]:
        base = self._look.base
        sides = {side: [self._reason(each) for each in suggestion[side]] for side in ("reasons", "against")}
        return {**suggestion, **sides, "href": suggestion["iri"].removeprefix(base)}

    def _reason(self, reason: "Document") -> dict[str, Any]:
        run = f"/sparql?{urlencode({'query': reason['sparql'], 'format': 'json'})}"
        return {**reason, "run": run, "evidence": [self._found(each) for each in reason["evidence"]]}

    def _found(self, evidence: "Document") -> dict[str, Any]:
        here = self._look.local(evidence["document"])
        line = evidence.get("line")
        if here and line:
            here = f"{here}?line={line}#L{line}"
        return {**evidence, "href": here or _web(evidence["document"])}


def _web(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""


def _platforms(matches: "Matches") -> "Document":
    known = {each.platform: each.platform_label for each in matches.matcher.facts.circles.values()}
    return {iri.rpartition("/")[2]: label for iri, label in sorted(known.items()) if iri}
