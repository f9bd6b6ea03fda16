"""Where the answers come from that make a register: a store at hand, or the registers alone."""

from io import BytesIO

from ingest.reconcile.things import queries
from ingest.reference import reference_quads
from ingest.vocabulary import vocabulary_quads
from regiograph.iris import Iris
from regiograph.rooms import room
from regiograph.store import EmbeddedReader, Format, Readable


def answers_of(store: Readable) -> dict[str, bytes]:
    """What a store answers to the queries of a register."""
    return {name: _answer(store, text) for name, text in queries().items()}


def reference_answers(base: str) -> dict[str, bytes]:
    """The same of the registers that come with the program: for whoever has no edition yet."""
    iris = Iris(base)
    quads = (*reference_quads(room("reference"), iris), *vocabulary_quads(room("ontology"), iris))
    return answers_of(EmbeddedReader.of(quads))


def _answer(store: Readable, text: str) -> bytes:
    answer = BytesIO()
    store.query(text).write(answer, Format.JSON)
    return answer.getvalue()
