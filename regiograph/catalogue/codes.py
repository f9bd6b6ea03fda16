"""The lists that codes of a catalogue come from: EU authority tables, IANA media types, ADMS."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from regiograph.rooms import room

AUTHORITY = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"

_LANGUAGES = ("en", "fr", "de", "es", "it")
_TABLES = {
    "data-theme": "catalogue/eu_data_theme.csv",
    "frequency": "catalogue/eu_frequency.csv",
    "language": "catalogue/eu_language.csv",
    "access-right": "catalogue/eu_access_right.csv",
    "corporate-body": "catalogue/eu_corporate_body.csv",
    "file-type": "catalogue/eu_file_type_mqa.csv",
    "licence": "catalogue/eu_licence.csv",
    "country": "eu_country.csv",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code of a list."""

    uri: str
    scheme: str
    labels: Mapping[str, str] = field(default_factory=dict)  # by language tag


@dataclass(frozen=True, kw_only=True)
class CodeLists:
    """All lists, read once."""

    codes: Mapping[str, Code]  # by URI
    licences: frozenset[str]  # addresses that count as a known licence
    media_types: frozenset[str]
    open_formats: frozenset[str]  # file types that count as non-proprietary
    machine_formats: frozenset[str]  # file types that count as machine-readable
    countries: Mapping[str, str]  # NUTS country code → URI

    @classmethod
    def read(cls) -> "CodeLists":
        """From the reference room."""
        reference = room("reference")
        found = [code for name, path in _TABLES.items() for code in _codes(name, reference / path)]
        files = list(_rows(reference / _TABLES["file-type"]))
        licences = list(_rows(reference / _TABLES["licence"]))
        return cls(
            codes={code.uri: code for code in [*_others(reference), *found]},
            licences=frozenset(each for row in licences for each in (row["uri"], *row["same_as"].split())),
            media_types=frozenset(
                row["media_type"] for row in _rows(reference / "catalogue" / "iana_media_types.csv")
            ),
            open_formats=frozenset(
                row["uri"] for row in files if "1" in (row["eu_non_proprietary"], row["mqa_non_proprietary"])
            ),
            machine_formats=frozenset(row["uri"] for row in files if row["mqa_machine_readable"] == "1"),
            countries={row["nuts_country"]: row["uri"] for row in _rows(reference / _TABLES["country"])},
        )

    def media_type(self, uri: str) -> str:
        """The media type that a URI of IANA's list names; empty for every other."""
        address = uri.replace("http://", "https://", 1)
        name = address.removeprefix(IANA) if address.startswith(IANA) else ""
        return name if name in self.media_types else ""


def _others(reference: Path) -> Iterator[Code]:
    for row in _rows(reference / "catalogue" / "other_codes.csv"):
        label = row["code"].replace("_", " ")
        yield Code(
            uri=row["uri"], scheme=row["scheme"], labels={"en": label.lower() if label.isupper() else label}
        )


def _codes(name: str, path: Path) -> Iterator[Code]:
    for row in _rows(path):
        labels = {each: row[f"label_{each}"] for each in _LANGUAGES if row.get(f"label_{each}")}
        yield Code(uri=row["uri"], scheme=AUTHORITY + name, labels=labels or {"en": row["code"]})


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
