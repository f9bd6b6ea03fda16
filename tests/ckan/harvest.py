"""Reads a catalogue as CKAN's harvester does, page by page, in each format, and says what CKAN would lose.

Run by `make check-ckan` in an environment of its own, where CKAN's reader is and regiograph is not:
`python harvest.py http://127.0.0.1:8000`. Ends with exit code 1 where anything is lost.
"""

import sys
import urllib.request

from ckanext.dcat.processors import RDFParser
from rdflib.namespace import DCTERMS

FORMATS = {"text/turtle": "ttl", "application/rdf+xml": "rdf", "application/ld+json": "jsonld"}
TEMPORAL = DCTERMS.temporal
OF_DATASET = ("uri", "identifier", "issued", "theme", "publisher_name", "contact_email", "access_rights")
OF_RESOURCE = ("url", "format", "mimetype", "license", "size", "hash")


def pages(address: str, accept: str = ""):
    """Each page as CKAN gets it: with the format that the harvest source names, or with none."""
    while address:
        request = urllib.request.Request(address, headers={"accept": accept} if accept else {})
        with urllib.request.urlopen(request, timeout=120) as response:
            kind = response.headers.get_content_type()
            parser = RDFParser(profiles=["euro_dcat_ap_3"])
            parser.parse(response.read(), kind)
        yield parser
        following = parser.next_page()
        address = str(following) if following else ""


def field(dataset: dict, name: str):
    """A field of a dataset, wherever CKAN puts it."""
    extras = {extra["key"]: extra["value"] for extra in dataset.get("extras", ())}
    return dataset.get(name) or extras.get(name)


def harvested(address: str, accept: str = "") -> tuple[dict[str, dict], set[str], int]:
    """All datasets by IRI, which of them have a period, and how many pages they came on."""
    found: dict[str, dict] = {}
    dated: set[str] = set()
    count = 0
    for parser in pages(address, accept):
        count += 1
        dated |= {str(subject) for subject in parser.g.subjects(TEMPORAL)}
        for dataset in parser.datasets():
            found[field(dataset, "uri")] = dataset
    return found, dated, count


def lost(datasets: dict[str, dict], dated: set[str]) -> list[str]:
    """What CKAN does not find."""
    missing = []
    for uri, dataset in datasets.items():
        missing += [f"{uri}: {name}" for name in OF_DATASET if not field(dataset, name)]
        if not dataset.get("title") or not dataset.get("notes") or not dataset.get("tags"):
            missing.append(f"{uri}: title, notes or tags")
        if uri in dated and not field(dataset, "temporal_start"):
            missing.append(f"{uri}: temporal_start")
        if not dataset["resources"]:
            missing.append(f"{uri}: resources")
        for resource in dataset["resources"]:
            missing += [
                f"{uri} {resource.get('url')}: {name}" for name in OF_RESOURCE if not resource.get(name)
            ]
    return missing


def main(base: str) -> int:
    """Reads, compares, tells."""
    ways = {f"/catalog as {media}": (f"{base}/catalog", media) for media in FORMATS}
    ways |= {f"/catalog.{suffix}": (f"{base}/catalog.{suffix}", "") for suffix in FORMATS.values()}
    ways["/catalog, no format asked for"] = (f"{base}/catalog", "")
    first: dict[str, dict] = {}
    wrong: list[str] = []
    for name, (address, accept) in ways.items():
        datasets, dated, count = harvested(address, accept)
        first = first or datasets
        resources = sum(len(dataset["resources"]) for dataset in datasets.values())
        print(
            f"{name}: {len(datasets)} datasets ({len(dated & set(datasets))} dated), {resources} resources on {count} pages"
        )
        wrong += [f"{name}: {each}" for each in lost(datasets, dated)]
        if {uri: _plain(one) for uri, one in datasets.items()} != {
            uri: _plain(one) for uri, one in first.items()
        }:
            wrong.append(f"{name}: not the same as the first")
    for each in wrong[:40]:
        print("LOST", each)
    print(f"{len(wrong)} things lost")
    return 1 if wrong or not first else 0


def _plain(dataset: dict) -> tuple:
    """What of a dataset must be alike in every format; the order of lists is no matter."""
    names = sorted(extra["key"] for extra in dataset.get("extras", ()))
    urls = sorted((one["url"], one["format"], one["size"], one["hash"]) for one in dataset["resources"])
    return (dataset["title"], dataset["notes"], sorted(tag["name"] for tag in dataset["tags"]), names, urls)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
