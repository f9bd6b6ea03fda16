"""Names of regions as people write them, in any language, with what they put around them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.form import Passage, Place
from ingest.report import Expected, Mention, Role
from ingest.resolve.gazetteer import Gazetteer
from ingest.resolve.resolution import PROBABLE, SURE, Kind, Outcome
from ingest.resolve.resolver import Resolver
from regiograph.rooms import room

ON = date(2020, 12, 31)


def _mention(text: str) -> Mention:
    place = Place(line=1, column=1, end_line=1, end_column=len(text))
    return Mention(passage=Passage(text=text, place=place), role=Role.LEAD, expected=Expected.REGION)


PLACES = {"R014": "saint-quentin-en-yvelines"}  # the gold has the region around it
NOT_ONE_REGION = {"R050"}  # "Finnish Regions": a group


def test_the_regions_of_a_real_report_are_found_and_none_is_surely_wrong(resolver, gold):
    cases = [c for c in gold("gold_regions.csv") if c["relation"] != "group"]
    cases = [c for c in cases if c["match_type"] != "negative" and c["mention_id"] not in NOT_ONE_REGION]
    found = {c["mention_id"]: resolver.region(c["literal"], on=ON) for c in cases}
    wanted = {c["mention_id"]: PLACES.get(c["mention_id"], c["target"]) for c in cases}
    right = [i for i, r in found.items() if r.entity and r.entity.key == wanted[i]]
    surely_wrong = [i for i, r in found.items() if r.outcome is Outcome.SURE and i not in right]
    assert len(cases) > 50
    assert surely_wrong == []
    assert len(right) / len(cases) >= 0.97, sorted(set(found) - set(right))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Northern Netherlands", "NL1"),
        ("Gobierno Vasco", "ES21"),
        ("Mazowsza", "PL9"),
        ("woj. śląskie", "PL22"),
        ("Southern Estonia", "EE008"),
        ("Region Sud Provence-Alpes-Côte d'Azur", "FRL0"),
        ("Република България", "BG"),
        ("Republic of Finland", "FI"),
        ("Észak-Alföld", "HU32"),
        ("Nord-Vest", "RO11"),
        ("North-West Romania", "RO11"),
        ("Nord Est (Romania)", "RO21"),
        ("Örebro", "SE124"),
        ("Orebro Lan", "SE124"),
        ("Oerebro", "SE124"),
        ("Castile and Leon", "ES41"),
        ("Castille y Leon (ES)", "ES41"),
        ("Nordland", "NO071"),
        ("Mazovia", "PL9"),
        ("P.A. Trento", "ITH2"),
        ("AP Vojvodina", "RS12"),
        ("Groot-Polen", "PL41"),
        ("Woiwodschaft Schlesien", "PL22"),
        ("Regiunea Nord-Est", "RO21"),
        ("Regione Nord-Est", "ITH"),
        ("L. Silesia", "PL51"),
        ("S. Moravia", "CZ064"),
        ("W. Greece", "EL63"),
        ("N-Brabant", "NL41"),
        ("Canary Isl.", "ES70"),
        ("Meckl.-Vorpommern", "DE80"),
        ("Zadar Cty", "HR033"),
        ("Lower Silesia", "PL51"),
        ("Limburg (NL)", "NL42"),
        ("Limburg (the Netherland)", "NL42"),
        ("Province of Limburg (NL)", "NL42"),
        ("Dutch Limburg", "NL42"),
        ("Limburg, Belgium", "BE22"),
        ("Emilia Romagna", "ITH5"),
        ("Usti Region", "CZ042"),
        ("Ústí", "CZ042"),
        ("Pilsen, Czech Republic", "CZ032"),
        ("Flemish Region", "BE2"),
        ("Vlaanderen / Flanders", "BE2"),
        ("Region Skåne", "SE224"),
        ("Skane lan", "SE224"),
        ("Autonomous Region of Madeira", "PT30"),
        ("Île-de-France", "FR10"),
        ("Ile de France", "FR10"),
        ("Bourgogne Franche Comté", "FRC"),
        ("Upper Austria", "AT31"),
        ("Oberösterreich", "AT31"),
        ("West Midlands", "UKG"),
        ("Scotland", "UKM"),
        ("NRW", "DEA"),
        ("Nord Rhein Westfalen", "DEA"),
        ("North Rhine Westaflavia", "DEA"),
        ("North Rhine Westflavia", "DEA"),
        ("Castilla y Leo", "ES41"),
        ("Britanny", "FRH0"),
        ("BRETAGNE", "FRH0"),
        ("Κρήτη", "EL43"),
        ("Περιφέρεια Κρήτης", "EL43"),
        ("Κεντρική Μακεδονία", "EL52"),
        ("Северозападен", "BG31"),
        ("Regione Toscana", "ITI1"),
        ("Tuscany Region (IT)", "ITI1"),
        ("Comunidad Foral de Navarra", "ES22"),
        ("Spain - Navarra", "ES22"),
        ("Lodz", "PL71"),
        ("Košice Region", "SK042"),
        ("Northern Ostrobothnia (Pohjois-Pohjanmaa) (FI)", "FI1D9"),
        ("Norther Ireland", "UKN0"),
        ("Saxony-Anhalt", "DEE0"),
        ("Luxembourg", "LU"),
        ("Luxembourg (BE)", "BE34"),
        ("Estonia,", "EE"),
        ("Holland", "NL"),
    ],
)
def test_a_region_is_found(resolver, written, code):
    found = resolver.region(written, on=ON)
    assert (found.entity and found.entity.key, found.score >= PROBABLE) == (code, True), found


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("FRH", "FRH0"),
        ("FR52", "FRH0"),
        ("Brittany (FR), FRH0", "FRH0"),
        ("Lapland (FI), FI1D7", "FI1D7"),
        ("Crete (GR), GR43", "EL43"),
        ("Crete (EL43)", "EL43"),
        ("Mazovia, PL12", "PL9"),
        ("Central Finland (FI), FI198", "FI198"),
        ("Wales, UKL", "UKL"),
    ],
)
def test_name_and_code_together_are_certain(resolver, written, code):
    found = resolver.region(written, on=ON)
    assert (found.entity and found.entity.key, found.outcome) == (code, Outcome.SURE), found


def test_a_name_beside_the_code_its_land_had_before_means_the_land_in_force(resolver):
    then, now = (resolver.region("Kainuu (FI), FI1D4", on=date(year, 12, 31)) for year in (2017, 2021))
    assert [found.entity.key for found in (then, now)] == ["FI1D4", "FI1D8"]
    assert now.outcome is Outcome.SURE


def test_letters_that_are_part_of_some_name_are_not_surely_its_regions(resolver):
    assert resolver.region("GAL", on=ON).outcome is Outcome.DOUBT


@pytest.mark.parametrize(
    ("body", "code"),
    [("Business Finland", "FI"), ("Turismo do Algarve", "PT15"), ("Lithuanian Innovation Agency", "LT")],
)
def test_a_body_stands_for_its_region_where_one_is_asked_for_and_a_person_confirms_it(resolver, body, code):
    found = resolver.resolve(_mention(body), on=ON)
    assert (found.entity and found.entity.key, found.outcome) == (code, Outcome.PROBABLE)


@pytest.mark.parametrize("text", ["Eastern", "P.A.", "South"])
def test_a_direction_or_a_kind_of_region_alone_is_nobodys_name(resolver, text):
    assert not resolver.knows(text)


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2017, 6, 30), "FI193"), (ON, "FI193"), (None, "FI193"), (date(2024, 12, 31), "FI198")],
)
def test_a_region_whose_boundary_changed_goes_by_the_version_in_force(resolver, day, code):
    assert resolver.region("Central Finland", on=day).entity.key == code


def test_a_region_that_left_keeps_its_code(resolver):
    assert resolver.region("Wales", on=date(2025, 6, 30)).entity.key == "UKL"


@pytest.mark.parametrize(
    ("written", "among"),
    [
        ("Limburg", {"BE22", "NL42"}),
        ("Centro", {"ES4", "ITI", "PT16"}),
        ("Bretagne, FRK", {"FRK", "FRH0"}),  # code and name disagree
        ("Lapland (SE)", {"FI1D7"}),  # country and name disagree
    ],
)
def test_what_is_ambiguous_stays_in_doubt_with_its_candidates(resolver, written, among):
    found = resolver.region(written, on=ON)
    assert (found.outcome, found.entity) == (Outcome.DOUBT, None)
    assert among <= {candidate.entity.key for candidate in found.candidates}


@pytest.mark.parametrize(
    "written", ["Québec", "Québec (CA)", "New York", "Digital Event", "", "???", "Region", "tbc"]
)
def test_what_is_no_region_is_not_taken(resolver, written):
    found = resolver.region(written, on=ON)
    assert (found.outcome, found.entity) == (Outcome.DOUBT, None)


@pytest.mark.parametrize(
    ("written", "key"),
    [("Australia", "australia"), ("Israel (IL)", "israel"), ("USA", "united-states"), ("Géorgie", "georgia")],
)
def test_a_country_without_nuts_regions_is_a_place(resolver, written, key):
    found = resolver.region(written, on=ON)
    assert (found.outcome, found.entity.kind, found.entity.key) == (Outcome.SURE, Kind.PLACE, key)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Emilia-Romagna (IT), ITD5", "ITH5"),
        ("ITE1 - Toscana", "ITI1"),
        ("Crete, GR43", "EL43"),
        ("FI1A3", "FI1D7"),
    ],
)
def test_codes_from_before_2013_are_known(resolver, written, key):
    found = resolver.region(written, on=ON)
    assert found.outcome is Outcome.SURE and found.entity.key == key


def test_a_place_without_a_code_is_its_own_entity(resolver):
    found = resolver.region("Saint Quentin en Yvelins (FR)", on=ON)
    assert (found.entity.kind, found.entity.label) == (Kind.PLACE, "Saint-Quentin-en-Yvelines")
    assert found.score >= SURE


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("FRH0", "Brittany"),
        ("ES21", "Basque Country"),
        ("EE", "Estonia"),
        ("DEA", "North Rhine-Westphalia"),
        ("ES41", "Castilla y León"),
        ("PL21", "Małopolska"),
        ("FRY4", "La Réunion"),
        ("ITI1", "Tuscany"),
        ("BE3", "Wallonia"),
        ("FI193", "Central Finland"),
        ("BE2", "Flanders"),
    ],
)
def test_regions_are_shown_by_their_english_names(resolver, code, label):
    assert resolver.entity(Kind.REGION, code).label == label


# --- properties: whatever people do to a known name, it is never surely another's ---

_DECORATIONS = (
    "{}",
    "{} Region",
    "Region {}",
    "Province of {}",
    "  {},",
    "{} county",
    "Region of {}",
    "* {} *",
)
_CHANGES = (
    str.upper,
    str.lower,
    str.title,
    lambda name: name.replace("-", " "),
    lambda name: name.replace(" ", "-"),
)


def _bearers(gazetteer: Gazetteer, name: str) -> set[str]:
    """The keys of all lands that bear a name, with or without its generic words."""
    key = gazetteer.words.key(name)
    bare = gazetteer.words.stripped(key).key or key
    lands = {
        **gazetteer.lands(key),
        **gazetteer.lands(bare),
        **gazetteer.pointed.get(gazetteer.words.pointed(bare), {}),
    }
    return {land.entity.key for land in lands}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_known_name_written_otherwise_is_never_surely_another(resolver, gazetteer, data):
    codes = sorted(code for code, known in gazetteer.atlas.codes.items() if known.kind != "EXTRA")
    known = gazetteer.atlas.codes[data.draw(st.sampled_from(codes))]
    name = data.draw(st.sampled_from(known.names)).split(" (")[0].split("/")[0]
    change, frame = data.draw(st.sampled_from(_CHANGES)), data.draw(st.sampled_from(_DECORATIONS))
    found = resolver.region(frame.format(change(name)), on=ON)
    if found.outcome is Outcome.SURE:
        assert found.entity.key in _bearers(gazetteer, name), (frame.format(change(name)), found)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    text=st.text(max_size=60),
    country=st.sampled_from(["", "FI", "Italy", "xx", "GB"]),
    code=st.text(max_size=6),
)
def test_any_text_gets_an_answer(resolver, text, country, code):
    found = resolver.region(text, country=country, code=code, on=ON)
    assert found.outcome in (Outcome.SURE, Outcome.PROBABLE, Outcome.DOUBT)
    assert (found.entity is None) == (found.outcome is Outcome.DOUBT)
    assert [c.score for c in found.candidates] == sorted((c.score for c in found.candidates), reverse=True)
    assert len(found.candidates) <= 5


def test_two_resolvers_answer_alike(resolver):
    other = Resolver.from_reference(room("reference"))
    for name in ("Limburg", "Sud", "Slovania", "North", "Castilla y Leo", "Sao Paulo", "Mars", "Rhine"):
        assert other.region(name, on=ON) == resolver.region(name, on=ON)


def test_names_made_ready_together_mean_the_same_as_each_alone(resolver):
    names = [
        "North Rhine Westflavia",
        "Slovania",
        "Kosice",
        "Wales",
        "",
        "?",
        "Castila y Leo (ES)",
        "Mähren-Schelsien",
    ]
    together = Resolver.from_reference(room("reference"))
    for batch in (names, []):
        together.prepare(batch)
    together.prepare(names)
    assert [together.region(name) for name in names] == [resolver.region(name) for name in names]


@pytest.mark.parametrize(
    "text", ["Northern Croatian", "Central Slovenija", "Upper Normandie", "Northern Lithuania"]
)
def test_a_land_named_beside_a_direction_is_no_misspelt_other_land(resolver, text):
    found = resolver.region(text, on=ON)
    assert found.outcome is not Outcome.SURE or found.entity.key[:2] in {"HR", "SI", "FR", "LT"}


def test_a_name_of_two_regions_waits_for_a_person(resolver):
    found = resolver.region("Midlands", on=ON)
    assert found.entity is None and {c.entity.key for c in found.candidates} == {"UKF", "UKG"}


def test_a_body_that_acts_for_a_region_in_brackets_stands_for_it(resolver):
    acting = [
        resolver.resolve(_mention(text), on=ON)
        for text in ("Lapland UAS (Lapland)", "Port of Rotterdam (Zuid-Holland)")
    ]
    assert [found.entity.key for found in acting] == ["FI1D7", "NL33"]
    assert {found.outcome for found in acting} == {Outcome.PROBABLE}
    assert resolver.resolve(_mention("Sirris (Belgium)"), on=ON).entity != resolver.region("Belgium").entity


def test_one_short_first_word_is_not_taken_for_a_long_name(resolver):
    assert resolver.region("Food", on=ON).entity is None
