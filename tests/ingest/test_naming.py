"""Who is named, in tables and prose: merged cells, columns of names, headings within tables, several leaders."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.dates import understand as understand_date
from ingest.form import Passage, Place, Source
from ingest.naming import Naming
from ingest.questionnaire import read_all
from ingest.read import read
from ingest.report import Expected, Mention, Report, Role, State
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


@pytest.fixture(scope="module")
def naming(pipeline) -> Naming:
    return Naming(read_all()[0], KnownNames(pipeline.resolver))


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


@pytest.mark.parametrize(
    ("participating", "expected"),
    [
        (
            "Besides the two leaders, there are Carinthia and Vorarlberg from Austria; Hauts-de-France and, since March 2020, Wales. "
            "Lapland left the partnership.",
            ["Carinthia", "Vorarlberg", "Hauts-de-France", "Wales"],
        ),
        ("We are glad to count on the Lubuskie Voivodeship (Poland) and Navarra.", ["Lubuskie Voivodeship", "Navarra"]),
        ("All is well. The regions still have to be appointed.", []),
        ("Lombardia, wales and the Basque Country", ["Lombardia", "wales", "Basque Country"]),
    ],
)  # fmt: skip
def test_regions_are_read_from_sentences(reads, participating, expected):
    assert texts(reads(participating=participating).participating) == expected


def test_organisations_are_read_from_sentences(reads):
    report = reads(
        AREAS,
        f"<table>{HEADER}<tr><td>Sensors<td>Wales<td>With the exception of Lapland, all the regions take part."
        "<td>We cooperate with LUT University and Eurecat, which leads it."
        "<tr><td>Optics<td>Wales<td>ALL<td>Contacts have been established with the European Investment Bank.</table>",
    )
    first, second = report.areas
    assert first.involved.everyone and texts(first.involved.exceptions) == ["Lapland"]
    assert texts(first.other_actors) == ["LUT University", "Eurecat"]
    assert texts(second.other_actors) == ["European Investment Bank"]


def test_a_name_goes_on_in_the_next_line_of_its_cell(reads):
    report = reads(
        AREAS,
        f"<table>{HEADER}<tr><td>Sensors<td>Wales<td>All regions<br>except Navarra<br>and Lapland"
        "<td>Institute for Durability<br>and System Reliability<br>ALICE (Alliance for Logistics<br>through Europe)</table>",
    )
    (area,) = report.areas
    assert texts(area.involved.exceptions) == ["Navarra", "Lapland"]
    assert [" ".join(text.split()) for text in texts(area.other_actors)] == [
        "Institute for Durability and System Reliability", "ALICE (Alliance for Logistics through Europe)"
    ]  # fmt: skip


# --- events ---


def test_events_may_have_columns_for_their_first_and_last_day_and_how_they_are_held(reads):
    report = reads(
        EVENTS,
        "<table><tr><th>ID<th>EVENT<th>START<th>END<th>CITY<th>FORMAT"
        "<tr><td>P1<td>Visit<td>17-Sep-21<td>18-Sep-21<td>Linköping<td>physical"
        "<tr><td>P2<td>Webinar<td>Nov-21<td>Nov-21<td>-<td>online</table>",
    )
    visit, webinar = report.events
    assert (str(visit.when.start), str(visit.when.end), visit.mode) == (
        "2021-09-17",
        "2021-09-18",
        "in-person",
    )
    assert (str(webinar.when.end), webinar.mode, webinar.place_name) == ("2021-11-30", "online", None)


@pytest.mark.parametrize(
    ("told", "place", "mode"),
    [
        ("The meeting was hosted by Eurecat in Barcelona.", "Barcelona", "in-person"),
        ("It was organised on Zoom.", None, "online"),
        ("It had been planned in Ljubljana, but it was held entirely online.", None, "online"),
        ("It will be held in San Sebastian and streamed online.", "San Sebastian", "hybrid"),
    ],
)
def test_places_are_read_from_sentences(reads, told, place, mode):
    (event,) = reads(
        EVENTS, f"<table><tr><th>Event<th>Date<th>Place<tr><td>Visit<td>3/7/2021<td>{told}</table>"
    ).events
    assert (event.place_name and event.place_name.text, event.mode) == (place, mode)


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


# --- whatever people write ---

WORDS = st.sampled_from(
    [
        *("Wales", "Lombardy", "L.", "N-", "Isl.", "Basque", "Country", "GAL", "(FI)", "FI1D7", "BE52", "West", "Regiunea"),
        *("and", "&", "the", "of", "with the support of", "is led by", "all", "except", "which", "are involved", "in", "since"),
        *("Research", "University", "CEA", "Sirris", "co-lead:", "(", ")", ",", ";", ".", ":", "/", "-", "\n", "\u2028", "\t"),
    ]
)  # fmt: skip


@example("Romania - FI1D7 Romania TBC Romania")  # a code with nothing before it
@settings(max_examples=300)
@given(st.one_of(st.lists(WORDS, min_size=1, max_size=14).map(" ".join), st.text(min_size=1, max_size=60)))
def test_names_are_read_from_anything_and_stand_in_it(naming, text):
    passage = Passage(text=text, place=Place(line=1, column=1, end_line=1, end_column=len(text)))
    for role, expected in ((Role.LEAD, Expected.REGION), (Role.INTERESTED, Expected.ANY)):
        assert all(mention.text in text for mention in naming.mentions(passage, role, expected))
    involved = naming.involved(passage)
    assert all(mention.text in text for mention in (*involved.named, *involved.exceptions))
    assert all(
        item.text in text for item in naming.mentions(passage, Role.OTHER_ACTOR, Expected.ORGANISATION)
    )


@settings(max_examples=200)
@given(st.text(alphabet="ojan cbrufe0123456789./-,+", max_size=30))
def test_dates_are_read_from_anything(text):
    text = text or " "
    found = understand_date(
        Passage(text=text, place=Place(line=1, column=1, end_line=1, end_column=len(text)))
    )
    assert (found.start is None) == (found.end is None)
