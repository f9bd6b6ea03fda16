"""The data room `reference/`: every file has a source, and the tables fit together."""

import doctest
import importlib
import pkgutil

import ingest.resolve
from ingest.resolve.table import rows
from regiograph.rooms import room

HELIX = {"public", "academia", "business", "society", "intermediary", ""}
TYPES = {
    "dih",
    "cluster",
    "university",
    "research-organisation",
    "agency",
    "authority",
    "ministry",
    "eu-body",
}
TYPES |= {"company", "association", "network", "other"}


def test_each_file_has_a_source_and_as_many_rows_as_it_says():
    reference = room("reference")
    told = {row["file"]: row["rows"] for row in rows(reference / "SOURCES.csv")}
    there = {p.relative_to(reference).as_posix() for p in reference.rglob("*") if p.is_file()} - {
        "SOURCES.csv"
    }
    assert set(told) == there
    tables = {name for name in told if name.endswith(".csv")}
    assert {n: told[n] for n in tables} == {n: str(sum(1 for _ in rows(reference / n))) for n in tables}
    assert all(row["source"] and row["licence"] for row in rows(reference / "SOURCES.csv"))


def test_the_register_of_organisations_fits_together():
    register = list(rows(room("reference") / "organisations.csv"))
    keys = {row["key"] for row in register}
    assert len(keys) == len(register)
    assert {row["part_of"] for row in register} - {""} <= keys
    assert {row["helix"] for row in register} <= HELIX
    assert {row["type"] for row in register} <= TYPES
    assert all(row["source"] for row in register)


def test_codes_in_other_tables_exist():
    reference = room("reference")
    codes = {row["code"] for row in rows(reference / "nuts.csv")}
    for name, column in (
        ("region_aliases.csv", "code"),
        ("region_labels.csv", "code"),
        ("places.csv", "within"),
    ):
        assert {row[column] for row in rows(reference / name)} <= codes
    assert {row["nuts"] for row in rows(reference / "organisations.csv")} - {""} <= codes


def test_names_that_the_table_calls_ambiguous_are_not_surely_one_of_them(resolver):
    for row in rows(room("reference") / "nuts_ambiguous_names.csv"):
        found = resolver.region(row["normalised_name"])
        countries = {code for code in row["codes"].split("|") if len(code) == 2}
        if found.entity and found.score >= 0.9:
            assert found.entity.key in countries or int(row["n_countries"]) == 1, row


def test_the_helix_of_those_invited_to_a_meeting():
    helix = {row["key"]: row["helix"] for row in rows(room("reference") / "organisations.csv")}
    assert {
        helix[k] for k in ("dg-cnect-a2", "dg-cnect-h1", "bcsc", "ice-cyl", "meco-lu", "ciberseguretat-cat")
    } == {"public"}
    assert {helix[k] for k in ("ecso", "eurobits", "images-et-reseaux", "bdi", "systematic", "lsec")} == {
        "intermediary"
    }
    assert {helix[k] for k in ("jamk", "tecnalia", "cetic")} == {"academia"}
    assert {helix[k] for k in ("pwc-it", "cyberservices")} == {"business"}


def test_the_examples_in_the_code_are_true():
    names = ["ingest.facts", "ingest.reference"]
    names += [f"ingest.resolve.{module.name}" for module in pkgutil.iter_modules(ingest.resolve.__path__)]
    results = [doctest.testmod(importlib.import_module(name)) for name in names]
    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) > 10
