"""What commands work with, opened from settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from regiograph.cli.printing import err
from regiograph.settings import Settings

if TYPE_CHECKING:
    from ingest.decisions import Decisions
    from ingest.form import Source
    from ingest.intake import Intake
    from ingest.pipeline import Pipeline
    from regiograph.questions import Questions


def new_pipeline(settings: Settings) -> "Pipeline":
    """The walk from file to judged graph."""
    from ingest.pipeline import Pipeline

    return Pipeline(settings.base)


@contextmanager
def opened_intake(settings: Settings) -> "Iterator[Intake]":
    """What takes files into a data directory, while it tells what it does."""
    from ingest.intake import Intake
    from regiograph.elsewhere import follower_of

    with err.status("Loading names and shapes") as status:
        follow = follower_of(settings, status.update)
        yield Intake(settings.data, new_pipeline(settings), told=status.update, follow=follow)


def decisions_of(data: Path | None) -> "Decisions":
    """What people decided about names in a data directory, where one is given."""
    from ingest.decisions import UNDECIDED, Decisions
    from regiograph.archive import Archive

    return Decisions.read(Archive(data).decisions()) if data else UNDECIDED


def source_of(file: Path) -> "Source":
    """A file, read whole."""
    from ingest.form import Source

    return Source(name=file.name, data=file.read_bytes())


def all_questions(settings: Settings) -> "Questions":
    """The named questions."""
    from regiograph.iris import Iris
    from regiograph.questions import Questions
    from regiograph.rooms import room

    return Questions.read(room("queries"), Iris(settings.base))
