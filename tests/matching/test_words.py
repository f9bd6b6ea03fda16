"""Topics in 24 languages."""

import csv

import pytest

from regiograph.matching.words import Concepts, Vectors
from regiograph.rooms import room

TABLE = room("reference") / "topic_words.csv"

WORDS = {
    "bg": "киберсигурност", "cs": "kybernetická bezpečnost", "da": "cybersikkerhed", "de": "Cybersicherheit",
    "el": "κυβερνοασφάλεια", "en": "cyber range", "es": "ciberseguridad", "et": "küberturvalisus",
    "fi": "kyberturvallisuus", "fr": "cybersécurité", "ga": "cibearshlándáil", "hr": "kibernetička sigurnost",
    "hu": "kiberbiztonság", "it": "cibersicurezza", "lt": "kibernetinis saugumas", "lv": "kiberdrošība",
    "mt": "ċibersigurtà", "nl": "cyberbeveiliging", "pl": "cyberbezpieczeństwo", "pt": "cibersegurança",
    "ro": "securitate cibernetică", "sk": "kybernetická bezpečnosť", "sl": "kibernetska varnost", "sv": "cybersäkerhet",
}  # fmt: skip


def test_every_topic_has_a_name_in_every_official_language():
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [name for name in rows[0] if len(name) == 2] == list(WORDS) and len(WORDS) == 24
    assert [row["key"] for row in rows if not all(row[language] for language in WORDS)] == []


@pytest.mark.parametrize("language", WORDS)
def test_a_topic_is_found_in_every_language(matches, language):
    from regiograph.matching.asking import Profile
    from regiograph.matching.matches import Wish

    asked = Profile(priorities=f"… {WORDS[language]} …")
    found = matches.for_profile(asked, Wish(kinds=("partnerships",), limit=1))["suggestions"]["partnerships"]
    assert [each["label"] for each in found] == ["Cybersecurity"]


def test_names_go_on_only_when_they_are_long():
    concepts = Concepts([("textiles", "", "textil"), ("food", "", "bia")])
    assert [concept for concept, _ in concepts.found("textiles, biathlon")] == ["textiles"]


@pytest.mark.parametrize("texts", [[], ["", "the and of"]])
def test_an_edition_without_words_has_vectors_too(texts):
    concepts = Concepts.read(TABLE)
    vectors = Vectors(concepts, frozenset(), texts)
    assert vectors.of(["cyber range"]).nnz == 0 and vectors.of([]).shape[0] == 0
