"""A dataset as people see it, and as search engines do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regiograph.catalogue.describe import Catalogue
from regiograph.dumps.datasets import Kind
from regiograph.dumps.index import TABLE_END

_CC_BY = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file, ready to be shown."""

    format: str
    href: str
    size: str
    sha256: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPage:
    """One dataset, ready to be shown."""

    id: str
    iri: str
    title: str
    description: str
    about: str
    kind: str
    statements: int
    start: str
    end: str
    places: Sequence[str]
    graphs: Sequence[str]
    issued: str
    modified: str
    edition: int
    series: str
    files: Sequence[FileLine]


def dataset_page(catalogue: Catalogue, id: str) -> DatasetPage:
    """What a page says of a dataset.

    Raises:
        NoSuchThing: not in this edition.
    """
    shelved = catalogue.index.find(id)
    dataset, past = shelved.dataset, shelved.past
    return DatasetPage(
        id=dataset.id,
        iri=catalogue.at.dataset(dataset.id),
        title=catalogue.title(dataset)["en"],
        description=catalogue.description(dataset)["en"],
        about=dataset.about,
        kind=dataset.kind,
        statements=dataset.quads,
        start=dataset.start[:10],
        end=dataset.end[:10],
        places=dataset.places,
        graphs=dataset.graphs,
        issued=past.issued[:10],
        modified=past.current.created[:10],
        edition=past.current.edition,
        series=dataset.series,
        files=[
            FileLine(
                format=file.format.name + (", compressed" if file.is_packed else ""),
                href=f"/dumps/{dataset.id}.{file.ending}",
                size=_size(file.size),
                sha256=file.sha256,
                note=f"/dumps/{dataset.id}{TABLE_END}" if file.ending == "csv" else "",
            )
            for file in shelved.files
        ],
    )


def schema_org(catalogue: Catalogue, id: str) -> dict[str, Any]:
    """The same in the words of schema.org, for search engines."""
    shelved = catalogue.index.find(id)
    dataset, at = shelved.dataset, catalogue.at
    content: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": at.dataset(id),
        "name": catalogue.title(dataset)["en"],
        "description": catalogue.description(dataset)["en"],
        "url": at.landing(id),
        "identifier": at.dataset(id),
        "license": _CC_BY,
        "isAccessibleForFree": True,
        "version": str(shelved.past.current.edition),
        "datePublished": shelved.past.issued,
        "dateModified": shelved.past.current.created,
        "inLanguage": ["en", "fr"],
        "keywords": [each for words in catalogue.words.keywords().values() for each in words],
        "creator": {"@type": "Organization", "name": catalogue.responsible.name},
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": at.catalogue, "url": f"{at.public}/catalog"},
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": at.file(dataset, file),
                "encodingFormat": file.format.media,
                "contentSize": f"{file.size} B",
                "sha256": file.sha256,
            }
            for file in shelved.files
        ],
    }
    if dataset.start and dataset.end:
        content["temporalCoverage"] = f"{dataset.start[:10]}/{dataset.end[:10]}"
    if dataset.places:
        content["spatialCoverage"] = [{"@type": "Place", "identifier": code} for code in dataset.places]
    if dataset.kind is not Kind.WHOLE:
        content["isPartOf"] = {
            "@type": "Dataset",
            "@id": at.dataset(Kind.WHOLE),
            "url": at.landing(Kind.WHOLE),
        }
    return content


def _size(count: int) -> str:
    """A size as people say it.

    >>> _size(532), _size(15_300), _size(2_133_320)
    ('532 B', '15 kB', '2.1 MB')
    """
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{round(count / 1000)} kB"
    return f"{count / 1_000_000:.1f} MB"
