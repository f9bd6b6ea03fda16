"""The verdict on whole reports, as a secretary meets it."""

import json
import re

import pytest

from ingest.extract import extract

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


RULE = "https://w3id.org/regiograph/shapes#Answer-part-withheld"
SUMMARY = "**\\* Please provide the executive summary and the objectives of your partnership**"
SECRET = "Zanzibar did not pay its share of the costs in this period"


def everything(walked):
    """All that leaves a walk."""
    quads = " ".join(str(quad) for graph in walked.graphs.values() for quad in graph)
    extracted = json.dumps(extract(walked.resolved, walked.questionnaire))
    texts = [walked.verdict.text("en"), walked.verdict.text("fr"), walked.verdict.to_json()]
    return " ".join([quads, extracted, walked.document.decode(), *texts])


@pytest.mark.parametrize(
    ("public", "confidential"),
    [
        (f"Confidential: {SECRET}.", ""),
        (f"We work well. {SECRET} (not for publication).", ""),
        (f"This is for internal use only, but {SECRET}.", ""),
        (f"Vertraulich – {SECRET}", ""),
        (
            f"We work well.\n\n{SECRET}.",
            f"\n\n## III. Self-assessment\n\n**Weaknesses**\n\nSadly, {SECRET}!\n",
        ),
    ],
)
def test_confidential_words_in_a_public_part_are_told_and_kept_out(walk, real_text, public, confidential):
    kept = "The partnership brings regions together."
    text = real_text.replace(SUMMARY, f"{SUMMARY}\n\n{kept}\n\n{public}\n\n", 1)
    walked = walk(text.rstrip() + confidential)
    (finding,) = [each for each in walked.verdict.please_check if each.rule == RULE]
    assert (finding.field, finding.written) == ("executive-summary", "")
    assert finding.line is not None and finding.message.en != finding.message.fr
    told = everything(walked)
    assert kept in told and "Zanzibar" not in told


def test_a_row_that_says_it_is_confidential_is_kept_out_of_its_table(walk, real_text):
    lines = real_text.split("\n")
    (row,) = [number for number, line in enumerate(lines) if line.startswith("2\t") and "TAF" in line][:1]
    lines[row] = f"2\tTAF meeting ({SECRET}; internal)\t11 May 2020 (confidential)\tSkype\t"
    walked = walk("\n".join(lines))
    assert [each.field for each in walked.verdict.please_check if each.rule == RULE] == ["past-events"]
    assert "Zanzibar" not in everything(walked)


def test_a_topic_called_confidential_is_no_secret(walk, real_text):
    words = "Confidential computing and restricted boltzmann machines were discussed with all of the partners in the group."
    walked = walk(real_text.replace(SUMMARY, f"{SUMMARY}\n\n{words}\n\n", 1))
    assert not [each for each in walked.verdict.please_check if each.rule == RULE]
    assert words in walked.document.decode()
