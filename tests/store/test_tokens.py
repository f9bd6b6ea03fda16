import pytest

from regiograph.store.tokens import names_dataset, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a # b" # c\n"d"', ['"a # b"', '"d"']),
        ("'''it's'''", ["'''it's'''"]),
        (r'"say \"#\"" ?x', [r'"say \"#\""', "?x"]),
        ("<http://e/a#b> ?x", ["<http://e/a#b>", "?x"]),
        (r"<http://e/\u0041#b> ?x", [r"<http://e/\u0041#b>", "?x"]),
        (r"e:a\#b ?x", [r"e:a\#b", "?x"]),
        ("?a < ?b && ?c > ?d", ["?a", "<", "?b", "&", "&", "?c", ">", "?d"]),
        ("1e5SERVICE", ["1e5", "SERVICE"]),
        ("1SERVICE:x", ["1", "SERVICE:x"]),
        ('"x"@en-GB.', ['"x"', "@en-GB", "."]),
        ("# to the end\r?x", ["?x"]),
        ('"never closed # ?x', ['"', "never", "closed"]),
    ],
)
def test_tokens_are_told_apart_as_the_grammar_says(text, expected):
    assert [token.text for token in tokens(text)] == expected


def test_only_a_from_clause_names_a_dataset():
    assert names_dataset("SELECT * FROM<http://e/g>{ ?s ?p ?o }")
    assert not names_dataset('PREFIX from: <http://from> ASK { ?from from:from "FROM" } # FROM')
