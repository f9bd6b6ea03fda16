"""Who is named, in tables and prose: merged cells, columns of names, headings within tables, several leaders."""

import pytest

from ingest.form import Source
from ingest.questionnaire import read_all
from ingest.read import read
from ingest.report import Mention, Report, Role, State
from ingest.resolved import KnownNames
from ingest.understand import understand

AREAS = "<h4>Please provide an overview of the working areas of your partnership</h4>"
EVENTS = "<h4>Please provide information regarding planned future meetings, workshops and dissemination activities</h4>"
HEADER = "<tr><th>Working area<th>Region in charge<th>Involved regions<th>Other actors"


@pytest.fixture(scope="module")
def reads(pipeline):
    def report(*parts: str, lead: str = "Navarra", participating: str = "Wales, Lombardy") -> Report:
        body = (
            "<h4>Reporting period</h4><p>January - June 2021"
            "<h4>Please select the name of your partnership</h4><p>Photonics"
            f"<h4>Please provide the list of leading regions</h4><div>{lead}</div>"
            f"<h4>Please provide the list of participating regions.</h4><div>{participating}</div>"
            + "".join(parts)
        )
        (form,) = read(Source(name="r.html", data=f"<html><body>{body}</body></html>".encode()))
        return understand(form, read_all(), KnownNames(pipeline.resolver))

    return report


def texts(mentions: tuple[Mention, ...]) -> list[str]:
    return [mention.text for mention in mentions]


def leaders(report: Report) -> list[tuple[str, Role]]:
    return [(each.text, each.role) for each in (*report.lead, *report.lead_support) if each.role]


# --- merged cells ---


def test_a_merged_cell_answers_in_every_row_it_covers(reads):
    report = reads(
        AREAS,
        f"<table>{HEADER}<tr><td>Sensors<td rowspan=2>Wales<td>ALL<td>Tecnalia"
        "<tr><td>Optics<td>Navarra<td rowspan=2>CEA"
        "<tr><td>Lasers<td>Navarra<td>Wales</table>",
    )
    assert [texts(area.lead) for area in report.areas] == [["Wales"], ["Wales"], ["Navarra"]]
    assert [texts(area.other_actors) for area in report.areas] == [["Tecnalia"], ["CEA"], ["CEA"]]


def test_a_row_that_only_goes_on_merged_cells_is_no_answer(reads):
    report = reads(
        AREAS,
        f"<table>{HEADER}<tr><td>Sensors<td rowspan=3>Wales<td>ALL<td><tr><td><td><td><tr><td><td><td></table>",
    )
    assert [area.title.text for area in report.areas if area.title] == ["Sensors"] and len(report.areas) == 1


def test_a_header_of_two_rows_is_read_as_one(reads):
    report = reads(
        AREAS,
        "<table><tr><th rowspan=2>Working area<th colspan=2>Regions<th rowspan=2>Other actors"
        "<tr><th>Region in charge<th>Involved regions"
        "<tr><td>Sensors<td>Wales<td>Navarra<td>CEA</table>",
    )
    (area,) = report.areas
    assert (texts(area.lead), texts(area.involved.named), texts(area.other_actors)) == (
        ["Wales"], ["Navarra"], ["CEA"]
    )  # fmt: skip


def test_columns_are_known_by_their_words_in_any_order(reads):
    report = reads(
        AREAS,
        "<table><tr><th>Working area<th>Lead region(s)<th>Partners involved<th>Status"
        "<tr><td>Sensors<td>Wales<td>Navarra and Lombardy<td>ongoing</table>",
    )
    assert texts(report.areas[0].involved.named) == ["Navarra", "Lombardy"]


# --- headings within a table ---


def rows(heading: str) -> str:
    return (
        f"<table>{HEADER}<tr><td>Sensors<td>Wales<td>ALL<td>CEA"
        f"<tr><td colspan=4><b>{heading}</b>"
        "<tr><td>Lasers<td>Navarra<td>Lombardy<td>Tecnalia</table>"
    )


def test_a_heading_within_the_table_does_not_end_it(reads):
    report = reads(AREAS, rows("B. Horizontal actions"))
    assert [area.title.text for area in report.areas if area.title] == ["Sensors", "Lasers"]
    assert "B. Horizontal actions" in report.form.text


@pytest.mark.parametrize(
    "heading",
    ["Confidential: what we think", "III. Our own view", "Part C. Our own view", "Self-assessment", "What went wrong?", "To whom it may concern:"],
)  # fmt: skip
def test_a_heading_that_may_open_another_part_ends_the_table(reads, heading):
    report = reads(AREAS, rows(heading))
    assert [area.title.text for area in report.areas if area.title] == ["Sensors"]
    assert "Lasers" not in report.form.text


# --- a table of names ---


def test_a_table_of_names_tells_their_countries_and_codes_and_nothing_else(reads):
    report = reads(
        participating="<table><tr><th>Region<th>Country<th>NUTS code<th>Contact"
        "<tr><td>Limburg<td>NL<td><td>Jan Jansen<tr><td>Lapland<td>Finland<td>FI1D7<td>Aino Aalto"
        "<tr><td>Guadeloupe + Martinique<td>FR<td>FRY1, FRY2<td></table>"
    )
    assert [(each.text, each.country, each.code) for each in report.participating] == [
        ("Limburg", "NL", ""),
        ("Lapland", "Finland", "FI1D7"),
        ("Guadeloupe", "FR", "FRY1"),
        ("Martinique", "FR", "FRY2"),
    ]


def test_a_table_without_headings_holds_names_in_any_cell(reads):
    report = reads(participating="<table><tr><td>Limburg (NL)<td>Lapland<tr><td>Wales<td>tbc</table>")
    assert texts(report.participating) == ["Limburg", "Lapland", "Wales"]


# --- who leads ---


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        (
            "Wales with the support of CoSviG and UGI; Navarra (co-lead)",
            [("Wales", Role.LEAD), ("Navarra", Role.CO_LEAD), ("CoSviG", Role.LEAD_SUPPORT), ("UGI", Role.LEAD_SUPPORT)],
        ),
        (
            "Wales with the support of Oost NL and Health Valley; Regione Lombardia",
            [
                ("Wales", Role.LEAD),
                ("Regione Lombardia", Role.LEAD),
                ("Oost NL", Role.LEAD_SUPPORT),
                ("Health Valley", Role.LEAD_SUPPORT),
            ],
        ),
        (
            "Wales w/ the support of Sirris; Flanders Make",
            [("Wales", Role.LEAD), ("Sirris", Role.LEAD_SUPPORT), ("Flanders Make", Role.LEAD_SUPPORT)],
        ),
        ("The partnership is led by Tuscany together with Navarra.", [("Tuscany", Role.LEAD), ("Navarra", Role.LEAD)]),
        ("Wales region co-led by Navarra", [("Wales region", Role.LEAD), ("Navarra", Role.CO_LEAD)]),
    ],
)  # fmt: skip
def test_leaders_and_their_support_are_told_apart(reads, lead, expected):
    assert leaders(reads(lead=lead)) == expected


def test_a_sentence_that_leads_to_a_list_is_no_name(reads):
    report = reads(participating="Besides the two leaders, the following regions are with us: Wales, Lapland")
    assert texts(report.participating) == ["Wales", "Lapland"]


# --- events ---


def test_a_row_of_dashes_is_no_event_and_notes_may_say_that_it_is_hybrid(reads):
    report = reads(
        EVENTS,
        "<table><tr><th>Event<th>Date<th>Place<th>Any other information"
        "<tr><td>Seminar<td>3/7/2021<td>Brussels<td>hybrid format, by invitation"
        "<tr><td>Fair<td>4/7/2021<td>online (virtual fair)<td><tr><td>-<td>-<td>-<td>n/a</table>",
    )
    assert [(event.title.text, event.mode) for event in report.events] == [
        ("Seminar", "hybrid"),
        ("Fair", "online"),
    ]
    assert report.events[1].place_name is None


# --- the confidential part ---


@pytest.mark.parametrize(
    ("part", "state"),
    [
        ("<p>This section is confidential.<p>Please rate the commitment (1 = low)<p>What are the obstacles?", "not-in-export"),
        ("<p>What are the obstacles?<p>Nobody answers the telephone.", "withheld"),
    ],
)  # fmt: skip
def test_questions_alone_do_not_fill_in_the_confidential_part(reads, part, state):
    report = reads(f"<h2>III. Self-assessment</h2>{part}")
    assert report.answers["self-assessment"].state is State(state)
