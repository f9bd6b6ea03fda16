"""The verdict on whole reports, as a secretary meets it."""

import re

import pytest

ANSWERS = {
    "reporting-period": ("July - December 2020", 24),
    "partnership-name": ("\n\nCybersecurity\n", 28),
    "start-date": ("01/02/2018", 32),
    "webpage": ("<https://s3platform.jrc.ec.europa.eu/cybersecurity>", 36),
    "leading-regions": ("Brittany Region\n\n**\\* Please", 53),
    "participating-regions": (re.compile(r"Castilla y Leon  \n.*?Westaflavia", re.DOTALL), 57),
    "executive-summary": (re.compile(r"Cybersecurity risks.*?of the EU as a whole\.", re.DOTALL), 42),
}


def without(text: str, *keys: str) -> str:
    for key in keys:
        answer = ANSWERS[key][0]
        if isinstance(answer, str):
            assert answer in text
            text = text.replace(answer, "\n\n**\\* Please" if "Please" in answer else "\n\n\n", 1)
        else:
            kept = "\n" * answer.search(text)[0].count("\n")
            text = answer.sub(kept, text, count=1)
    return text


def test_the_real_report_has_nothing_to_fix(walked):
    assert walked.verdict.conforms
    assert len(walked.verdict.please_check) >= 10


@pytest.mark.parametrize("key", ANSWERS)
def test_a_missing_mandatory_answer_is_one_thing_to_fix(walk, real_text, key):
    (finding,) = walk(without(real_text, key)).verdict.must_fix
    assert finding.field == key and finding.line == ANSWERS[key][1]
    assert finding.message.en and finding.message.fr and finding.message.en != finding.message.fr


@pytest.mark.parametrize(
    "keys",
    [
        ("start-date", "webpage", "participating-regions"),
        ("reporting-period", "partnership-name", "executive-summary"),
        ("leading-regions", "start-date", "partnership-name"),
    ],
)
def test_three_missing_mandatory_answers_are_exactly_three_things_to_fix(walk, real_text, keys):
    findings = walk(without(real_text, *keys)).verdict.must_fix
    assert sorted(finding.field for finding in findings) == sorted(keys)
    assert all(finding.line for finding in findings)
