"""What clients may send, as the specification has it; everything else is told what is wrong with it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reconcile import protocol
from ingest.reconcile.extending import Asked, Column, extended
from ingest.reconcile.matching import Query, Strictness
from ingest.reconcile.schema import Schema
from ingest.reconcile.things import Name, Register, Thing, Value
from regiograph.errors import BadParameter, QueryTooLarge, RegiographError
from tests.reconcile.schemas import EXTENSION, MANIFEST, PROPOSAL, TYPES, check

SCHEMA = Schema.read()


def read(**query) -> Query:
    return protocol.read_queries(json.dumps({"q0": query}), 10)["q0"]


def test_a_query_with_all_it_may_have():
    values = [
        {"pid": "country", "v": ["Spain", {"id": "region/ES", "name": "Spain"}]},
        {"pid": "level", "v": 2},
    ]
    assert read(
        query="León", type=["Q1", "region"], limit=3, properties=values, type_strict="should"
    ) == Query(
        text="León",
        types=("Q1", "region"),
        strict=Strictness.SHOULD,
        limit=3,
        values=(("country", ("Spain", "region/ES")), ("level", ("2",))),
    )


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("region", "region"),
        ("NUTS 2 region", "nuts2"),
        ("https://w3id.org/regiograph/ns#DigitalInnovationHub", "dih"),
        ({"id": "partnership", "name": "Partnership"}, "partnership"),
        ("Q515", "Q515"),
    ],
)
def test_types_by_id_name_or_class(written, id):
    assert read(query="x", type=[written]).types == (id,)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"query": "  "},
        {"query": 7},
        {"query": "x", "limit": 0},
        {"query": "x", "limit": "many"},
        {"query": "x", "type_strict": "maybe"},
        {"query": "x", "type": [7]},
        {"query": "x", "properties": {"pid": "a"}},
        {"query": "x", "properties": [{"v": "a"}]},
        {"query": "x", "properties": [{"pid": "a", "v": {"name": "no id"}}]},
    ],
)
def test_what_is_no_query_is_refused(query):
    with pytest.raises(BadParameter) as caught:
        read(**query)
    assert caught.value.where.startswith("query q0")


def test_a_batch_may_hold_so_many():
    batch = json.dumps({str(number): {"query": "x"} for number in range(11)})
    with pytest.raises(QueryTooLarge, match="at most 10"):
        protocol.read_queries(batch, 10)


@given(
    text=st.text()
    | st.recursive(st.none() | st.text(), lambda e: st.lists(e) | st.dictionaries(st.text(), e)).map(
        json.dumps
    )
)
def test_any_text_is_read_or_refused_in_our_words(text):
    for reading in (lambda: protocol.read_queries(text, 5), lambda: protocol.read_extension(text, SCHEMA)):
        try:
            reading()
        except RegiographError as error:
            assert error.where and error.way_out


def test_deep_json_is_refused():
    with pytest.raises(BadParameter):
        protocol.read_queries("[" * 100_000, 5)


def test_one_query_as_old_clients_send_it():
    assert protocol.read_query("Wales") == protocol.read_query('{"query": "Wales"}') == Query(text="Wales")


def test_the_manifest_is_as_the_specification_has_it():
    told = check(protocol.manifest("https://x.eu", "http://h/reconcile", SCHEMA, 50), MANIFEST)
    assert [each["id"] for each in told["defaultTypes"]] == [
        "region",
        "organisation",
        "working-area",
        "group",
    ]
    assert told["identifierSpace"] == "https://x.eu/id/" and told["batchSize"] == 50
    assert told["view"]["url"] == "http://h/reconcile/view?id={{id}}"
    assert told["suggest"]["entity"]["flyout_service_path"] == "/flyout/entity?id=${id}"


def test_types_tell_what_is_above_them():
    (nuts2,) = check(protocol.suggested_types("NUTS 2", SCHEMA), TYPES)["result"]
    assert (nuts2["id"], nuts2["broader"][0]["id"]) == ("nuts2", "region")


def test_properties_are_proposed_for_a_type():
    of_region = {
        each["id"] for each in check(protocol.proposed("nuts2", None, SCHEMA), PROPOSAL)["properties"]
    }
    assert {"code", "level", "country", "part-of", "partnerships", "roles", "exact-match"} <= of_region
    assert "homepage" not in of_region and "sector" not in of_region
    of_dih = {each["id"] for each in protocol.proposed("dih", None, SCHEMA)["properties"]}
    assert {"homepage", "seat", "type", "sector"} <= of_dih and "level" not in of_dih
    assert len(check(protocol.proposed("", 3, SCHEMA), PROPOSAL)["properties"]) == 3


def test_extending_follows_settings_and_replacements():
    names = (Name(text="Wales", language="en"), Name(text="Cymru", language="cy"))
    lead, part = (Value(text="A", ref="partnership/a", role=role) for role in ("lead", "participating"))
    values = {
        "level": (Value(text="1", number=1),),
        "partnerships": (lead, part, Value(text="B", ref="b", role="lead")),
    }
    thing = Thing(
        id="region/UKL", iri="http://x/UKL", name="Wales", types=("region",), names=names, values=values
    )
    register = Register("http://x", {thing.id: thing}, {"region/OLD": thing.id})
    asked = protocol.read_extension(
        json.dumps(
            {
                "ids": ["region/OLD", "region/UKL", "nobody"],
                "properties": [
                    {"id": "name", "settings": {"language": "cy"}},
                    {"id": "level"},
                    {"id": "partnerships", "settings": {"role": "lead", "limit": "1"}},
                ],
            }
        ),
        SCHEMA,
    )
    assert asked.columns[2] == Column(property="partnerships", most=1, role="lead")
    told = check(protocol.extension(asked, extended(register, asked), SCHEMA), EXTENSION)
    wales = {
        "name": [{"str": "Cymru"}],
        "level": [{"int": 1}],
        "partnerships": [{"id": "partnership/a", "name": "A"}],
    }
    assert told["rows"] == {
        "region/OLD": wales,
        "region/UKL": wales,
        "nobody": {"name": [], "level": [], "partnerships": []},
    }
    assert told["meta"][2]["type"] == {"id": "partnership", "name": "Partnership"}
    everything = Asked(ids=("region/UKL",), columns=(Column(property="partnerships"),))
    assert (
        len(extended(register, everything)["region/UKL"]["partnerships"]) == 2
    )  # each once, in whatever role


@pytest.mark.parametrize(
    "query",
    [
        {"ids": []},
        {"ids": [7], "properties": []},
        {"ids": ["a"], "properties": [{"id": "mayor"}]},
        {"ids": ["a"], "properties": [{"id": "name", "settings": {"limit": -1}}]},
    ],
)
def test_what_is_no_extension_is_refused(query):
    with pytest.raises(BadParameter):
        protocol.read_extension(json.dumps(query), SCHEMA)


def test_too_much_is_not_extended_at_once():
    with pytest.raises(QueryTooLarge):
        protocol.read_extension(json.dumps({"ids": ["a"] * 1001, "properties": []}), SCHEMA)
