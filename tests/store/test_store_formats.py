import pytest

from regiograph.store.formats import GRAPHS, TABLES, Format, accepted, named


@pytest.mark.parametrize(
    ("header", "offered", "expected"),
    [
        ("", TABLES, Format.JSON),
        ("*/*", TABLES, Format.JSON),
        ("text/csv", TABLES, Format.CSV),
        ("application/json", TABLES, Format.JSON),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", TABLES, Format.XML),
        ("text/*", TABLES, Format.CSV),
        ("application/sparql-results+json;q=0, */*", TABLES, Format.XML),
        ("text/csv;q=high, text/tab-separated-values", TABLES, Format.TSV),
        ("image/png", TABLES, None),
        ("text/html", TABLES, None),
        ("application/ld+json, text/turtle;q=0.9", GRAPHS, Format.JSON_LD),
        ("", GRAPHS, Format.TURTLE),
    ],
)
def test_the_accept_header_chooses(header, offered, expected):
    assert accepted(header, offered) is expected


def test_a_format_may_be_named():
    assert named("csv", TABLES) is Format.CSV
    assert named("application/rdf+xml", GRAPHS) is Format.RDF_XML
    assert named("csv", GRAPHS) is None
