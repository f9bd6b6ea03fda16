"""Lists as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.form import Passage, Place
from ingest.lists import split
from ingest.questionnaire import fold

KNOWN = {
    fold(name)
    for name in (
        "Navarra",
        "Emilia-Romagna",
        "Slovenia",
        "Lapland",
        "Örebro",
        "LSEC",
        "Lombardy",
        "Limburg",
        "Wales",
    )
}
CODES = {"FI1D7", "ES62", "ITH5", "BE3", "FI1D8", "DEA"}


class Names:
    def known(self, text: str) -> bool:
        return fold(text) in KNOWN

    def is_code(self, text: str) -> bool:
        return text in CODES

    def is_country(self, text: str) -> bool:
        return True

    def is_group(self, text: str) -> bool:
        return False


def items(text: str) -> list[tuple[str, str, str]]:
    passage = Passage(text=text, place=Place(line=1, column=1, end_line=1, end_column=len(text)))
    found = split(passage, names=Names(), examples=("e.g.",))
    return [(item.passage.text, item.country, item.code) for item in found]


def names(text: str) -> list[str]:
    return [name for name, _, _ in items(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Navarra, Emilia-Romagna and Slovenia", ["Navarra", "Emilia-Romagna", "Slovenia"]),
        ("Lapland / Örebro", ["Lapland", "Örebro"]),
        ("1. Navarra (ES)  2. Lapland 3. Wales", ["Navarra", "Lapland", "Wales"]),
        ("Horizon 2020; Round 2. Navarra", ["Horizon 2020", "Round 2. Navarra"]),
        ("Wageningen University & Research", ["Wageningen University & Research"]),
        ("Lapland/Örebro", ["Lapland", "Örebro"]),
        ("Castile and Leon", ["Castile and Leon"]),
        ("Lapland UAS; Coompanion", ["Lapland UAS", "Coompanion"]),
        ("ICE Castilla y Leo,,", ["ICE Castilla y Leo"]),
        ("Ministry of the economy Luxembourg)", ["Ministry of the economy Luxembourg"]),
        (
            "REVES - European Network of Cities and Regions",
            ["REVES - European Network of Cities and Regions"],
        ),
        ("ANEL and REVES", ["ANEL", "REVES"]),
        ("DG CNECT A.2 Unit and H.1 Unit", ["DG CNECT A.2 Unit", "H.1 Unit"]),
        ("SMEs (e.g. LSEC, Cyberservices), ECSO", ["SMEs", "LSEC", "Cyberservices", "ECSO"]),
        ("- Wales\n- Lapland", ["Wales", "Lapland"]),
        ("Wales\u2028Lapland", ["Wales", "Lapland"]),
        ("1. Wales\n2. Lapland", ["Wales", "Lapland"]),
        ("Wales<br>Lapland", ["Wales", "Lapland"]),
        ("tba, , ;", ["tba"]),
    ],
)
def test_separators(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "apart", "expected"),
    [
        ("Sirris and Flanders Make", 1, ["Sirris", "Flanders Make"]),
        ("Vitens & Deltares", 1, ["Vitens", "Deltares"]),
        ("Vitens & Deltares", 2, ["Vitens & Deltares"]),
        ("MedTech Europe and EIT Health", 2, ["MedTech Europe", "EIT Health"]),
        ("MedTech Europe and EIT Health", 0, ["MedTech Europe and EIT Health"]),
        ("Research and Innovation Foundation", 1, ["Research and Innovation Foundation"]),
        ("Institute for Energy and Environment Research", 1, ["Institute for Energy and Environment Research"]),
        ("Food & Bio Cluster Denmark", 1, ["Food & Bio Cluster Denmark"]),
        ("Saint Quentin en Yvelins", 1, ["Saint Quentin en Yvelins"]),
        ("Wales and ECSO - European Cyber Security Organisation", 0,
         ["Wales", "ECSO - European Cyber Security Organisation"]),
    ],
)  # fmt: skip
def test_and_joins_names_that_can_stand_by_themselves(text, apart, expected):
    passage = Passage(text=text, place=Place(line=1, column=1, end_line=1, end_column=len(text)))
    assert [item.passage.text for item in split(passage, names=Names(), apart=apart)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lapland (FI), FI1D7", [("Lapland", "FI", "FI1D7")]),
        ("Lapland (FI), FI1D7, Murcia (ES), ES62", [("Lapland", "FI", "FI1D7"), ("Murcia", "ES", "ES62")]),
        ("Lapland FI1D7\nKainuu (FI, FI1D8)", [("Lapland", "", "FI1D7"), ("Kainuu", "FI", "FI1D8")]),
        ("**Wallonia** (BE), BE3", [("Wallonia", "BE", "BE3")]),
        ("ECSO, EIB", [("ECSO", "", ""), ("EIB", "", "")]),
        ("Wales\nDEA", [("Wales", "", ""), ("DEA", "", "")]),
        (
            "Flandres (BE), BE52; Wales",
            [("Flandres", "BE", "BE52"), ("Wales", "", "")],
        ),  # no code of any version
        ("Lombardy and Limburg (NL)", [("Lombardy", "", ""), ("Limburg", "NL", "")]),
    ],
)
def test_countries_and_codes_belong_to_the_name_before_them(text, expected):
    assert items(text) == expected


@given(
    st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, max_size=6),
    st.sampled_from([", ", "; ", "\n", " ;", ",  "]),
)
def test_separators_do_not_matter(chosen, separator):
    assert names(separator.join(chosen)) == chosen


@settings(deadline=None)
@given(st.text(max_size=80))
def test_every_item_stands_in_the_text(text):
    for name in names(text or " "):
        assert name in text


def test_marks_divide_a_list_that_lost_its_lines():
    assert [name for name, *_ in items("- ZAG - Construction Cluster of Slovenia - Leitat")] == [
        "ZAG",
        "Construction Cluster of Slovenia",
        "Leitat",
    ]
    assert len(items("- Lapland - Finland")) < 3


def test_a_body_whose_name_has_two_parts_stays_whole():
    assert [name for name, *_ in items("Slovenia, Food & Bio Cluster Denmark")] == [
        "Slovenia",
        "Food & Bio Cluster Denmark",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Lapland|Wales",
        "Lapland · Wales",
        "\\- Lapland \\(FI\\); Wales",
        "Lapland &amp; Wales",
        "Lapland, plus Wales",
    ],
)
def test_marks_of_other_programs_divide_and_surround_names(text):
    assert [name for name, *_ in items(text)] == ["Lapland", "Wales"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Ministry of Economy, Labour and Housing, LSEC",
            ["Ministry of Economy, Labour and Housing", "LSEC"],
        ),
        ("Ministry of Economy, Lapland and Wales", ["Ministry of Economy", "Lapland", "Wales"]),
        ("a) LSEC b) TNO c) imec", ["LSEC", "TNO", "imec"]),
        ("LSEC: pilot line; TNO: testing", ["LSEC", "TNO"]),
        ("ΕΚΕΤΑ και ΙΤΕ", ["ΕΚΕΤΑ", "ΙΤΕ"]),
    ],
)
def test_names_with_fields_letters_remarks_and_other_alphabets(text, names):
    assert [name for name, *_ in items(text)] == names


def test_members_of_a_group_follow_such_as_and_examples_begin_with_e_g():
    passage = Passage(
        text="bodies such as Alpha GmbH, e.g. Beta SA",
        place=Place(line=1, column=1, end_line=1, end_column=39),
    )
    found = split(passage, names=Names(), examples=("such as", "e.g."))
    assert [item.passage.text for item in found][1:] == ["Alpha GmbH", "Beta SA"]


class Finland(Names):
    def known(self, text: str) -> bool:
        return fold(text) in {"north karelia", "central", "central finland", "finland lapland", "lapland"}


def test_a_run_of_names_is_cut_where_no_longer_name_is_broken():
    passage = Passage(
        text="North Karelia Central Finland Lapland", place=Place(line=1, column=1, end_line=1, end_column=37)
    )
    assert [item.passage.text for item in split(passage, names=Finland())] == [
        "North Karelia",
        "Central Finland",
        "Lapland",
    ]
