"""Free text, told carefully."""

import pytest


@pytest.fixture(scope="module")
def report(walked):
    return walked.resolved.report


def test_a_gathering_told_in_a_sentence_is_an_event_with_its_guests(report):
    (event,) = [event for event in report.events if event.mined]
    assert event.title.text == "meeting to discuss cooperation with cybersecurity DIHs"
    assert [mention.text for mention in event.participants][:3] == [
        "European Commission DG GNECT A.2 Unit",
        "H.1 Unit",
        "Brittany Region",
    ]
    assert len(event.participants) == 21 and all(mention.mined for mention in event.participants)


def test_results_by_region(report):
    (study,) = [result for result in report.results if result.parts]
    told = [(part.contributors[0].text, part.title.text, part.status) for part in study.parts]
    assert told == [
        ("Brittany", "Interest confirmed for the Health sector", "achieved"),
        ("NRW", "on-going cyber range market study", "ongoing"),
        ("Estonia", "contribution from Cybexer", "achieved"),
        ("Basque country", "focused on Energy sector", "ongoing"),
    ]
    assert study.area == 2


def test_technical_assistance(report):
    (assistance,) = report.assistance
    assert assistance.ended == "2020-09" and assistance.area == 2
    assert [result.title.text for result in assistance.deliverables] == [
        "Methodology for the market study",
        "Consolidated Business case with 4 regions",
        "Note on legal structure",
    ]


def test_links_to_others(report):
    told = [(link.label, [mention.text for mention in link.counterparts]) for link in report.collaborations]
    assert told == [
        (
            "Possible linking of ECSO WG4 activities and S3 Partnership with DIHs",
            ["ECSO WG4", "European Cybersecurity DIHs"],
        ),
        ("Strong link with DIHs and Smart Regions involved in SME integration to Industry 4.0", []),
    ]


@pytest.mark.parametrize("answer", ["None in this period", "n/a", "Nothing to report.", "No"])
def test_an_answer_that_tells_nothing_yields_nothing(walk, real_text, answer):
    said = (
        "Strong link with DIHs and Smart Regions involved in SME integration to Industry 4.0 and Industry 4.0"
    )
    report = walk(real_text.replace(said, answer)).resolved.report
    assert len(report.collaborations) == 1


def test_an_area_is_linked_by_its_own_words_not_by_the_partnership_name(report):
    areas = {event.title.text: event.area for event in report.events}
    assert areas["TAF Talks series"] == 2
    assert areas["Gearing up towards European Digital Innovation Hubs - online conference"] is None
