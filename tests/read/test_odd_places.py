"""Words of the confidential part, wherever they stand: nobody is shown them, and the honest answers stay."""

from dataclasses import replace

import pytest

from ingest.form import Source
from ingest.questionnaire import read_all
from ingest.read import read
from ingest.report import Report
from ingest.several import parted
from ingest.understand import understand
from tests.read import odd_places
from tests.read.odd_places import LEAD, MARKER, PERIOD, SUMMARY

QUESTIONNAIRES = read_all()
REPLACED = (
    "export: white",
    "export: the colour",
    "export: black",
    "export: a format",
    "export: a hidden column",
)
"""Where the words stand in place of the executive summary, not beside it."""


class Nobody:
    def known(self, text: str) -> bool:
        return False

    is_code = is_group = known


def reports(data: bytes) -> list[Report]:
    forms = (part for form in read(Source(name="report", data=data)) for part in parted(form, QUESTIONNAIRES))
    return [understand(form, QUESTIONNAIRES, Nobody()) for form in forms]


@pytest.mark.parametrize(
    ("name", "data"), [pytest.param(name, data, id=name) for name, data in odd_places.files()]
)
def test_words_in_odd_places_come_out_nowhere(name, data):
    (report,) = reports(data)
    told = repr(replace(report, form=replace(report.form, blocks=()))) + report.form.text + report.form.part
    assert MARKER not in told
    answers = {key: answer.passage.text for key, answer in report.answers.items() if answer.passage}
    assert answers["reporting-period"] == PERIOD[1] and answers["leading-regions"] == LEAD[1]
    if not name.startswith(REPLACED):
        assert answers["executive-summary"].startswith(SUMMARY[1])
