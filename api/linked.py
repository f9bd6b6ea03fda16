"""Linked data: which routers there are for the addresses of things, of words, and for those without RDF."""

from collections.abc import Iterator

from fastapi import APIRouter

from api.identities import Identities, identities_router
from api.namespace import Vocabularies, namespace_router
from api.pages import Look
from api.tables import Tables
from api.thing_pages import ThingPages
from api.things import Things
from regiograph.linked.namespace import Namespace
from regiograph.linked.vocabulary import Vocabulary
from regiograph.rooms import room
from regiograph.settings import Settings


def linked_routers(look: Look, settings: Settings) -> Iterator[APIRouter]:
    """The routers, in the order in which they are tried."""
    things = Things(look.front, settings.base)
    identities = Identities(things, ThingPages(look, things, Vocabulary.read(room("ontology"))))
    namespace = Namespace(room("ontology"), room("shapes"), room("queries"))
    yield identities_router(identities)
    yield Tables(look, things).router()
    yield namespace_router(Vocabularies(look, namespace, things), identities)
