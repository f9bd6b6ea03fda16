"""Which lines are questions, and what the answers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.form import Source
from ingest.outline import outline
from ingest.questionnaire import Question, fold, read_all, without_brackets
from ingest.read import read
from ingest.report import Report, Role
from ingest.resolved import KnownNames
from ingest.understand import understand
from regiograph.errors import UnknownQuestionnaire

QUESTIONNAIRE = read_all()[0]
PHRASES = QUESTIONNAIRE.wording.phrases


@pytest.fixture(scope="module")
def reads(pipeline):
    def report(text: str) -> Report:
        (form,) = read(Source(name="r.md", data=text.encode()))
        return understand(form, read_all(), KnownNames(pipeline.resolver))

    return report


@pytest.fixture(scope="module")
def real(reads, real_text) -> Report:
    return reads(real_text)


def states(report: Report) -> dict[str, str]:
    return {key: str(answer.state) for key, answer in report.answers.items()}


def test_every_question_of_the_real_report_is_found_with_its_state(real):
    expected = dict.fromkeys(real.answers, "answered")
    expected |= dict.fromkeys(("eu13-involvement", "non-eu28-involvement", "outreach"), "blank")
    assert states(real) == {**expected, "self-assessment": "not-in-export"}


def test_help_text_is_not_an_answer(real):
    assert "Lapland" not in [mention.text for mention in real.participating]
    assert [mention.text for mention in real.participating][:3] == [
        "Castilla y Leon",
        "Luxembourg",
        "Estonia",
    ]


def test_an_answer_may_quote_the_help_text(reads, real_text):
    report = reads(real_text.replace("Castilla y Leon  \n", "Lapland (FI), FI1D7  \n", 1))
    first = report.participating[0]
    assert (first.text, first.country, first.code) == ("Lapland", "FI", "FI1D7")


def test_a_label_and_its_answer_may_share_a_line(real):
    assert [page.text for page in real.webpages] == ["https://s3platform.jrc.ec.europa.eu/cybersecurity"]
    assert real.webpages[0].place.line == 36


def test_goals_that_are_cut_off_are_not_read_and_goals_nobody_ticked_are_blank(real, reads, real_text):
    by_goal = {rating.goal: str(rating.state) for rating in real.ratings}
    assert [by_goal[goal] for goal in (14, 15, 16, 17)] == ["answered", "not-read", "not-read", "not-read"]
    empty = "\t".join(['<input type="radio"/>'] * 6)
    unticked = reads(
        real_text.replace("halt biodiversity loss\t\t\t\t\t\t", f"halt biodiversity loss\t{empty}")
    )
    assert {rating.goal: str(rating.state) for rating in unticked.ratings}[15] == "blank"
    cut = reads(real_text[: real_text.index("Goal 9.")])
    assert [str(rating.state) for rating in cut.ratings[7:10]] == ["answered", "not-read", "not-read"]


def test_two_ticks_are_a_conflict_not_a_choice(reads, real_text):
    off, on = '<input type="radio"/>', '<input checked="" type="radio"/>'
    row = f"Goal 1. End poverty in all its forms everywhere\t{off}\t{off}\t{on}"
    report = reads(real_text.replace(row, row.replace(off, on, 1)))
    assert report.ratings[0].options == ("strongly-agree", "neutral")


def test_a_label_that_the_end_of_the_file_cuts_is_not_read(reads, real_text):
    cut = real_text[: real_text.index("Advancement and promotion") + 60]
    assert states(reads(cut))["outreach"] == "not-read"
    assert states(reads(cut))["non-eu28-involvement"] == "blank"
    assert states(reads(cut))["sdg-contribution"] == "not-in-export"


@pytest.mark.parametrize(
    "opening",
    [
        "## III. Self-assessment",
        "### Section III: Self-assessment (confidential)",
        "**III. Confidential part**",
        "## Auto-évaluation",
        "III. Self-assessment",
        "## Selbstbewertung",
    ],
)
def test_what_stands_under_self_assessment_is_not_read_and_not_shown(reads, real_text, opening):
    secret = (
        f"\n\n{opening}\n\n**How well does the partnership work?**\n\nZanzibar quarrels with everybody.\n"
    )
    report = reads(real_text + secret)
    assert states(report)["self-assessment"] == "withheld"
    assert "Zanzibar" not in repr(report.answers) and "Zanzibar" not in repr(report.ratings)
    line = (real_text + secret)[: (real_text + secret).index("Zanzibar")].count("\n") + 1
    assert line not in report.public_lines


@pytest.mark.parametrize("before", ["## I. Management report", "Tangible short- and medium-term"])
def test_a_confidential_part_in_the_middle_ends_where_a_public_question_begins(reads, real_text, before):
    secret = "## III. Self-assessment\n\nZanzibar quarrels.\n\n"
    report = reads(real_text.replace(before, secret + before, 1))
    assert states(report)["self-assessment"] == "withheld"
    assert "Zanzibar" not in repr(report.answers)
    assert states(report)["impacts"] == "answered" and len(report.areas) == 4


def test_a_part_of_the_document_that_nobody_knows_is_not_shown(reads, real_text):
    report = reads(real_text + "\n\n## Annex for the desk officer\n\nZanzibar must not know.\n")
    assert "Zanzibar" not in repr(report.answers)
    shown = [report.form.text.split("\n")[number - 1] for number in report.public_lines]
    assert not any("Zanzibar" in line for line in shown)


def test_everyone_with_exceptions_and_additions(reads, real_text):
    def involved(words: str):
        return reads(real_text.replace("\tAll\tEC SO, EIB", f"\t{words}\tEC SO, EIB")).areas[2].involved

    assert involved("all partners").everyone and not involved("all partners").named
    assert [mention.text for mention in involved("All except Wales and Estonia").exceptions] == [
        "Wales",
        "Estonia",
    ]
    assert [mention.text for mention in involved("ALL + Flanders").named] == ["Flanders"]
    assert [mention.text for mention in involved("All (10 regions)").named] == []
    assert not involved("Allgäu").everyone


@pytest.mark.parametrize("phrase", ["with the support of", "supported by", "avec le soutien de"])
def test_who_supports_the_lead_does_not_lead(reads, real_text, phrase):
    report = reads(real_text.replace("with the support of", phrase))
    area = report.areas[3]
    assert [mention.text for mention in area.lead] == ["Brittany Region"]
    assert [(m.text, m.role) for m in area.lead_support] == [("Images & Reseaux", Role.LEAD_SUPPORT)]


def test_explicit_co_leads(reads, real_text):
    report = reads(
        real_text.replace("\n\nBrittany Region\n\n", "\n\nBrittany (lead), Wales (co-lead)\n\n", 1)
    )
    assert [(mention.text, str(mention.role)) for mention in report.lead] == [
        ("Brittany", "lead"),
        ("Wales", "co-lead"),
    ]


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (0, 4, 3, 2, 1), (1, 2, 3, 4, 0), (2, 1, 4, 0, 3)])
def test_columns_may_stand_in_any_order(reads, real_text, real, order):
    lines = real_text.split("\n")
    for number in range(82, 93):
        cells = (lines[number].split("\t") + [""] * 5)[:5]
        lines[number] = "\t".join(cells[index] for index in order)
    report = reads("\n".join(lines))
    told = [
        [
            (a.number, a.title.text, [m.text for m in (*a.lead, *a.involved.named, *a.other_actors)])
            for a in r.areas
        ]
        for r in (report, real)
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("place", "where", "mode"),
    [
        ("Digital Event", None, "online"),
        ("Pamplona and online", "Pamplona", "hybrid"),
        ("Rennes (tbc)", "Rennes", None),
        ("Porto or online", "Porto", None),
        ("place tbc", None, None),
        ("Brussels", "Brussels", "in-person"),
        ("MS Teams", None, "online"),
        ("Halle (Saale)", "Halle (Saale)", "in-person"),
    ],
)
def test_where_an_event_is_held(reads, real_text, place, where, mode):
    event = reads(real_text.replace("Digital Event", place, 1)).events[0]
    assert (event.place_name and event.place_name.text, event.mode) == (where, mode)


@pytest.mark.parametrize("word", ["tbc", "to be confirmed", "N/A", "-"])
def test_an_answer_that_says_there_is_none_yet_is_none(reads, real_text, word):
    assert states(reads(real_text.replace("01/02/2018", word)))["start-date"] == "blank"


def test_another_document_is_refused(reads):
    with pytest.raises(UnknownQuestionnaire) as caught:
        reads("# Holiday request\n\n**Name**\n\nA. Person\n\n**Days**\n\n5\n")
    assert "0 of 22 questions" in caught.value.problem


def test_every_wording_is_recognised_as_its_own_question():
    for question in QUESTIONNAIRE.questions:
        for wording in question.wordings:
            for text in (
                wording,
                f"**\\* {wording}**",
                wording.upper(),
                f"3. {wording}:",
                without_brackets(wording),
            ):
                found = QUESTIONNAIRE.recognise(text)
                assert isinstance(found, Question) and found.key == question.key, text


@given(st.sampled_from([w for q in QUESTIONNAIRE.questions for w in q.wordings if len(w) > 40]), st.data())
def test_a_typo_in_a_wording_does_no_harm(wording, data):
    at = data.draw(st.integers(0, len(wording) - 2))
    swapped = wording[:at] + wording[at + 1] + wording[at] + wording[at + 2 :]
    assert QUESTIONNAIRE.recognise(swapped) is QUESTIONNAIRE.recognise(wording)


MARKED = ("{}: the budget", "The budget ({}; 2020)", "Où? – ({}): it", "\u0130 ({}) \u017f")
NEVER_PUBLIC = ("We were many. {}.", "– {} –", "\u0130 {}", "Où? {}!")


@given(
    st.sampled_from(
        [(frame, phrase) for phrase in PHRASES("confidential_marks") for frame in MARKED]
        + [(frame, phrase) for phrase in PHRASES("never_public") for frame in NEVER_PUBLIC]
    ),
    st.sampled_from([str.lower, str.upper, str.title, str.swapcase]),
)
def test_the_quick_look_for_marks_overlooks_none(framed, case):
    frame, phrase = framed
    assert QUESTIONNAIRE.marks_confidential(frame.format(case(phrase)))


@given(
    st.sampled_from([text for question in QUESTIONNAIRE.questions for text in question.wordings]),
    st.text("aeinrst x", max_size=60),
    st.integers(0, 60),
)
def test_the_length_of_a_text_rules_out_no_wording_that_is_like_it_enough(wording, more, less):
    text = fold(wording)[: max(4, len(fold(wording)) - less)] + more
    alike = QUESTIONNAIRE.likeness(text)
    assert alike < 93 or QUESTIONNAIRE.recognise(text) is not None or len(fold(text)) < 4
    assert alike >= 88 or QUESTIONNAIRE.recognise(text) is None


def test_labels_of_the_printed_form_are_not_shown_twice(real_text):
    (form,) = read(Source(name="r.md", data=real_text.encode()))
    assert len(outline(form, QUESTIONNAIRE).found) == 21
    assert fold("**\\* Start date**") == "start date"


def test_lines_without_room_between_them_are_told_apart(reads):
    """In a printed page nothing may stand between an answer and the next label."""
    report = reads(
        "\\* Reporting period\n2022 H1\n\\* Please select the name of your partnership\nHydrogen Valleys\n"
        "\\* Partnership's webpage\ns3platform.eu/hydrogen\n\\* Start date of your partnership\n12 October 2016\n"
        "Please provide the list of interested regions or other entities (other than national /regional authorities)\n"
        "Wales\nPlease provide the list of participating regions.\nOost NL\nNord Portugal\n"
        "Advancement and promotion of the Partnership through publications and other communication/outreach "
        "activities (number of outreach activities that resulted from the partnership)\nthree\n"
    )
    assert (str(report.period.start), str(report.started.start)) == ("2022-01-01", "2016-10-12")
    assert [page.text for page in report.webpages] == ["s3platform.eu/hydrogen"]
    assert [each.text for each in report.interested] == ["Wales"]
    assert [each.text for each in report.participating] == ["Oost NL", "Nord Portugal"]
    assert report.numbers == {"outreach": 3}


def test_unknown_questions_behind_the_last_public_one_are_taken_for_confidential(reads):
    matrix = "\tStrongly agree\tAgree\nGoal 1. End poverty\tx\t\n"
    text = (
        "**Reporting period**\n\n2022 H1\n\n**Name of the partnership**\n\nBatteries\n\n**Leading regions**\n\nWales\n\n"
        "**Please indicate to which Sustainable Development Goals and to what extent your thematic Partnership "
        f"contributes?**\n\n{matrix}\n## Reflection\n\nZanzibar left.\n"
    )
    report = reads(text)
    assert states(report)["self-assessment"] == "withheld"
    assert "Zanzibar" not in repr(report.answers)


def table(label: str, *rows: str) -> str:
    head = "**Reporting period**\n\n2021 H1\n\n**Name of the partnership**\n\nBatteries\n\n**Leading regions**\n\nWales\n\n"
    cells = "\n".join(row.replace(" | ", "\t") for row in rows)
    return f"{head}**{label}**\n\n{cells}\n\n**Participating regions**\n\nTuscany\n"


AREAS = "Please provide an overview of the working areas of your partnership"
PLANNED = (
    "Please provide information regarding planned future meetings, workshops and dissemination activities"
)


@pytest.mark.parametrize(
    "header",
    [
        "Hub | Coordinator | Regions involved | Other stakeholders",
        "No. | Hub | Coordinator | Regions involved | Other stakeholders",
        "Domaine de travail | Région responsable | Régions impliquées | Autres acteurs",
    ],
)
def test_the_column_left_over_is_the_title(reads, header):
    row = (
        "1 | Recycling | Tuscany | Wales | LSEC"
        if header.startswith("No.")
        else "Recycling | Tuscany | Wales | LSEC"
    )
    (area,) = reads(table(AREAS, header, row)).areas
    assert area.title.text == "Recycling" and [each.text for each in area.lead] == ["Tuscany"]


@pytest.mark.parametrize(
    ("cell", "place", "mode"),
    [
        ("Φλωρεντία ή διαδικτυακά", "Φλωρεντία", None),
        ("Θεσσαλονίκη (υβριδικά)", "Θεσσαλονίκη", "hybrid"),
        ("Falun eller online", "Falun", None),
        ("do ustalenia", None, None),
        ("wideokonferencja", None, "online"),
    ],
)
def test_where_and_how_is_told_in_any_language(reads, cell, place, mode):
    (event,) = reads(table(PLANNED, "Event | Date | Place", f"Forum | 3/9/2021 | {cell}")).events
    assert (event.place_name and event.place_name.text, event.mode) == (place, mode)


@pytest.mark.parametrize(
    ("cell", "leaders", "supporters"),
    [
        ("Tuscany avec le soutien du Pôle des Microtechniques", ["Tuscany"], ["Pôle des Microtechniques"]),
        ("Tuscany avec l’appui de l’Agence", ["Tuscany"], ["Agence"]),
        ("Τοσκάνη με την υποστήριξη του ΕΚΕΤΑ", ["Τοσκάνη"], ["ΕΚΕΤΑ"]),
        ("Scottish Enterprise on behalf of Scotland", ["Scotland"], []),
    ],
)
def test_who_leads_for_whom_and_with_whose_support(reads, cell, leaders, supporters):
    (area,) = reads(
        table(AREAS, "Working area | Region in charge | Involved regions", f"Skills | {cell} | ALL")
    ).areas
    assert [each.text for each in area.lead] == leaders
    assert [each.text for each in area.lead_support] == supporters


def test_what_is_said_to_be_as_above_names_nobody(reads):
    (area,) = reads(
        table(
            AREAS,
            "Working area | Region in charge | Involved regions",
            "Skills | Wales | As above, plus Tuscany",
        )
    ).areas
    assert [each.text for each in area.involved.named] == ["Tuscany"]


@pytest.mark.parametrize(
    "heading", ["## III. Outlook", "**III. Outlook**", "## Sebehodnocení", "## Internal notes"]
)
def test_the_number_of_the_confidential_section_announces_it_in_the_middle(reads, heading):
    text = (
        f"**Reporting period**\n\n2022 H1\n\n**Name of the partnership**\n\nBatteries\n\n{heading}\n\n**Governance**\n\n"
        "Zanzibar left.\n\n**Leading regions**\n\nWales\n\n**Participating regions**\n\nTuscany\n"
    )
    report = reads(text)
    assert states(report)["self-assessment"] == "withheld" and len(report.lead) == 1
    assert "Zanzibar" not in repr(report.answers)


def test_numbers_and_running_titles_of_pages_are_no_answers(reads):
    text = (
        "**Reporting period**\n\n2022 H1\n\nPage 1 of 3\n\nContribution 4711\n\n**Name of the partnership**\n\nBatteries\n\n"
        "Page 2 of 3\n\nContribution 4711\n\n**Leading regions**\n\nWales\n\nPage 3 of 3\n\nContribution 4711\n\nTuscany\n\n**Start date of your partnership**\n\n2017\n"
    )
    report = reads(text)
    assert [each.text for each in report.lead] == ["Wales", "Tuscany"]
    assert report.answers["partnership-name"].passage.text == "Batteries"


@pytest.mark.parametrize(
    ("period", "name", "lead", "start"),
    [
        (
            "Période couverte par le rapport",
            "Nom de votre partenariat",
            "Liste des régions chefs de file",
            "Date de début du partenariat",
        ),
        (
            "Berichtszeitraum",
            "Name der Partnerschaft",
            "Liste der federführenden Regionen",
            "Startdatum der Partnerschaft",
        ),
        (
            "Período del informe",
            "Nombre del partenariado",
            "Lista de regiones líderes",
            "Fecha de inicio del partenariado",
        ),
        (
            "Periodo di riferimento",
            "Nome del partenariato",
            "Elenco delle regioni capofila",
            "Data di inizio del partenariato",
        ),
        (
            "Period covered by this report",
            "Title of the partnership",
            "Leading region(s) of the partnership",
            "When did the partnership start?",
        ),
    ],
)
def test_questions_in_other_languages_and_words(reads, period, name, lead, start):
    report = reads(
        f"**{period}**\n\n2022 H1\n\n**{name}**\n\nBatteries\n\n**{lead}**\n\nWales\n\n**{start}**\n\n05/2017\n"
    )
    assert [str(each.start) for each in (report.period, report.started)] == ["2022-01-01", "2017-05-01"]
    assert [each.text for each in report.lead] == ["Wales"]


@pytest.mark.parametrize(
    ("cell", "everyone", "named", "left_out"),
    [
        ("Wales, Tuscany, and all other interested regions", True, ["Wales", "Tuscany"], []),
        ("Wales, Tuscany and other regions", False, ["Wales", "Tuscany"], []),
        ("Partners from Wales, Tuscany and Flanders", False, ["Wales", "Tuscany", "Flanders"], []),
        ("all, Wales excluded", True, [], ["Wales"]),
        ("“ALL”", True, [], []),
        ("The whole consortium", True, [], []),
        ("Bavaria, NRW, BW", False, ["Bavaria", "NRW", "BW"], []),
        ("Wales, (open)", False, ["Wales"], []),
        ("None at the moment", False, [], []),
    ],
)
def test_who_is_involved(reads, cell, everyone, named, left_out):
    header = "Working area | Region in charge | Involved regions"
    (area,) = reads(table(AREAS, header, f"Skills | Wales; co-lead tbc | {cell}")).areas
    assert [each.text for each in area.lead] == ["Wales"]
    assert area.involved.everyone is everyone
    assert [each.text for each in area.involved.named] == named
    assert [each.text for each in area.involved.exceptions] == left_out


def test_supporters_of_other_actors_are_actors_and_addresses_are_none(reads):
    header = "Working area | Region in charge | Other actors"
    cell = "Clusters Alliance with the support of EURADA, https://www.eurada.org"
    (area,) = reads(table(AREAS, header, f"Skills | Wales | {cell}")).areas
    assert [each.text for each in area.other_actors] == ["Clusters Alliance", "EURADA"]
