"""Five minutes of bytes that no person would send, through the door that finds the type of a file.

    pip install atheris            # no dependency of the project
    python -P bench/fuzz.py FOLDER_WITH_REPORTS -max_total_time=300

Ends at the first input that a reader answers with anything but its documented error; keeps it as `crash-…`.
Whatever a reader takes is understood, too.
"""

import sys

import atheris

with atheris.instrument_imports(include=["ingest"]):
    from ingest.form import Source
    from ingest.lists import _Nothing
    from ingest.questionnaire import read_all
    from ingest.read import read
    from ingest.several import parted
    from ingest.understand import understand
from regiograph.errors import RegiographError

QUESTIONNAIRES = read_all()


def one(data: bytes) -> None:
    """Read one input, and understand what is read."""
    try:
        for form in read(Source(name="any", data=data)):
            for part in parted(form, QUESTIONNAIRES):
                understand(part, QUESTIONNAIRES, _Nothing())
    except RegiographError:
        pass


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
