"""One tree of errors. Each names the place and the way out; none carries an answer of a report.

RegiographError
├── NotReadable            the bytes are not what a report must be (empty, an image, not UTF-8, …)
├── UnknownQuestionnaire   a document, but not of a questionnaire we know
├── NotRdf                 an RDF file that does not parse
├── BadSettings            a setting is unknown or out of range
├── NotReady               no edition has been published yet
├── NoSuchThing            a question, an edition, a document that does not exist
├── Gone                   what was here and is not any more: an edition, an answer, a thing
├── BadParameter           a parameter of a named question is missing or malformed
├── BadQuery               SPARQL that does not parse
├── QueryRefused           SPARQL we do not run (SERVICE, updates, too long, too deep)
├── NotAcceptable          no format on offer is one the client takes
├── QueryTooSlow           stopped at its deadline
├── QueryTooLarge          stopped at a memory or result limit
├── NoRoom                 no more answers can be kept
├── TooOften               more answers were frozen in an hour than the service takes
├── TooBusy                more queries at once than the service takes
├── BeingMade              files of an edition that are on their way
├── Busy                   another process is writing to the same data directory
├── DeskClosed             no token for the review desk is set
├── NotAllowed             the review desk wants a token, and this is not it
├── Moved                  a new edition came while an answer was made
├── NotStorable            a literal that an engine elsewhere does not keep
├── Unreachable            a SPARQL endpoint elsewhere that does not answer
└── Damaged                the archive or an edition does not match its checksum
"""

from collections.abc import Mapping, Sequence
from typing import Any


class RegiographError(Exception):
    """Something a person can act on. Names a place in the file, never an answer."""

    exit_code = 1
    findings: Sequence[Mapping[str, Any]] = ()  # what the doctor says of a query

    def __init__(self, problem: str, *, where: str, way_out: str) -> None:
        self.problem, self.where, self.way_out = problem, where, way_out
        super().__init__(f"{where}: {problem} {way_out}")

    def __reduce__(self) -> tuple[object, ...]:
        """So that an error crosses from one process to another whole."""
        return _again, (type(self), self.problem, self.where, self.way_out)


def _again(kind: type[RegiographError], problem: str, where: str, way_out: str) -> RegiographError:
    return kind(problem, where=where, way_out=way_out)


class NotReadable(RegiographError):
    """The bytes are not what a report must be."""

    exit_code = 3


class UnknownQuestionnaire(NotReadable):
    """A readable document that is not a report of a questionnaire we know."""


class NotRdf(RegiographError):
    """An RDF file that does not parse."""

    exit_code = 3


class BadSettings(RegiographError):
    """A setting is unknown or out of range."""

    exit_code = 2


class NotReady(RegiographError):
    """No edition has been published in this data directory yet."""

    exit_code = 4


class NoSuchThing(RegiographError):
    """A named question, edition or document that does not exist."""

    exit_code = 4


class Gone(NoSuchThing):
    """What was here and is not any more: a dropped edition, an answer taken away, a thing told of no more."""


class BadParameter(RegiographError):
    """A parameter of a named question is missing, unknown or malformed."""

    exit_code = 2


class BadQuery(RegiographError):
    """SPARQL that does not parse."""

    exit_code = 2


class QueryRefused(RegiographError):
    """SPARQL that is understood but not run here."""

    exit_code = 2


class NotAcceptable(RegiographError):
    """No format on offer is one the client takes."""

    exit_code = 2


class QueryTooSlow(RegiographError):
    """Stopped at its deadline."""

    exit_code = 5


class QueryTooLarge(RegiographError):
    """Stopped at a memory or result limit."""

    exit_code = 5


class NoRoom(RegiographError):
    """No more frozen answers can be kept."""

    exit_code = 5


class TooOften(RegiographError):
    """More answers were frozen within an hour than the service takes."""

    exit_code = 5


class TooBusy(RegiographError):
    """More queries at once than the service takes."""

    exit_code = 5


class BeingMade(RegiographError):
    """The files of an edition are being made: a matter of a moment."""

    exit_code = 5


class Busy(RegiographError):
    """Another process is writing to the same data directory."""

    exit_code = 6


class DeskClosed(RegiographError):
    """The review desk over HTTP is open only where a token is set."""

    exit_code = 2


class NotAllowed(RegiographError):
    """No bearer token, or not the right one."""

    exit_code = 2


class Moved(RegiographError):
    """A new edition was published while an answer was made; asking again answers from it."""

    exit_code = 5


class NotStorable(RegiographError):
    """A literal that an engine elsewhere does not keep as it is; nothing was written there."""

    exit_code = 8


class Unreachable(RegiographError):
    """A SPARQL endpoint elsewhere that does not answer, or not with an answer."""

    exit_code = 8


class Damaged(RegiographError):
    """Stored bytes do not match their checksum."""

    exit_code = 7
