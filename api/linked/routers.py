"""Linked data: which routers there are for the addresses of things, of words, and for those without RDF."""

from collections.abc import Callable, Iterator

from fastapi import APIRouter
from starlette.requests import Request

from api.linked.findable import Findable
from api.linked.identities import Identities, identities_router
from api.linked.listing import listing_router
from api.linked.namespace import Vocabularies, namespace_router
from api.linked.tables import Tables
from api.linked.thing_pages import ThingPages
from api.linked.things import Things
from api.pages import Look
from regiograph.linked.namespace import Namespace
from regiograph.linked.vocabulary import Vocabulary
from regiograph.questions import Questions
from regiograph.rooms import room
from regiograph.settings import Settings


def linked_routers(
    look: Look, questions: Questions, settings: Settings, public: Callable[[Request], str]
) -> Iterator[APIRouter]:
    """The routers, in the order in which they are tried."""
    things = Things(look.front, settings.base)
    identities = Identities(things, ThingPages(look, things, Vocabulary.read(room("ontology"))))
    namespace = Namespace(room("ontology"), room("shapes"), room("queries"))
    yield identities_router(identities)
    yield Tables(look, things).router()
    yield listing_router(look, things)
    yield Findable(look, things, questions, public).router()
    yield namespace_router(Vocabularies(look, namespace, things), identities)
