"""A thing as search engines know it: schema.org in JSON-LD. Says no more than the description does."""

from typing import Any

from regiograph.iris import DCAT, DCTERMS, FOAF, ORG, RDFS, RG, SCHEMA, SKOS
from regiograph.linked.description import LICENCE, Description

_TYPES = (  # class → schema.org type; the first that fits
    (RG + "NutsRegion", "AdministrativeArea"),
    (RG + "Place", "Place"),
    (RG + "Partnership", "Organization"),
    (RG + "ThematicPlatform", "Organization"),
    (ORG + "Organization", "Organization"),
    (RG + "DigitalInnovationHub", "Organization"),
    (RG + "PartnershipEvent", "Event"),
    (RG + "WorkingArea", "Project"),
    (RG + "ProgressReport", "Report"),
    (SKOS + "ConceptScheme", "DefinedTermSet"),
    (SKOS + "Concept", "DefinedTerm"),
)


def schema_type(told: Description) -> str:
    """The schema.org type of a thing; `Thing` where none says more."""
    types = set(told.types())
    return next((name for kind, name in _TYPES if kind in types), "Thing")


def schema_org(told: Description) -> dict[str, Any]:
    """The thing as JSON-LD."""
    kind = schema_type(told)
    name = told.name(told.thing)[0]
    others = set(_all(told, SKOS + "prefLabel", SKOS + "altLabel", RDFS + "label")) - {name}
    content = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": told.thing,
        "name": name,
        "alternateName": sorted(others),
        "sameAs": list(told.values(told.thing, SKOS + "exactMatch")),
        "url": _first(told, FOAF + "homepage"),
        "description": _first(told, DCTERMS + "description") or _first(told, SKOS + "definition"),
        **_more(told, kind),
    }
    return {key: value for key, value in content.items() if value}


def dataset(base: str, number: int, created: str) -> dict[str, Any]:
    """The edition as a dataset, for the start page."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": f"{base}/edition/{number}",
        "name": "Regiograph: who works with whom in EU interregional partnerships",
        "description": (
            "Regions, thematic Smart Specialisation partnerships, their working areas and events, and who "
            "takes part in which role, with the sentence of the report that says so."
        ),
        "url": base,
        "version": str(number),
        "datePublished": created,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": f"{base}/catalog",
            "url": f"{base}/catalog",
        },
        "keywords": ["smart specialisation", "S3", "regions", "partnerships", "NUTS", "knowledge graph"],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": "SPARQL endpoint",
                "contentUrl": f"{base}/sparql",
                "encodingFormat": "application/sparql-results+json",
            },
            {
                "@type": "DataDownload",
                "name": "Participations",
                "contentUrl": f"{base}/tables/participations.csv",
                "encodingFormat": "text/csv",
            },
        ],
    }


def _more(told: Description, kind: str) -> dict[str, Any]:
    match kind:
        case "AdministrativeArea" | "Place":
            return {
                "identifier": _first(told, RG + "nutsCode"),
                "containedInPlace": _named(told, DCTERMS + "isPartOf", "Place"),
            }
        case "Organization":
            return {
                "parentOrganization": _named(told, ORG + "subOrganizationOf", "Organization"),
                "memberOf": _named(told, RG + "inPlatform", "Organization"),
                "location": _named(told, RG + "basedIn", "Place"),
            }
        case "Event":
            return _event(told)
        case "Project":
            return {"parentOrganization": _named(told, RG + "ofPartnership", "Organization")}
        case "Report":
            return {
                "about": _named(told, RG + "ofPartnership", "Organization"),
                "temporalCoverage": _period(told),
                "isBasedOn": _first(told, DCTERMS + "source"),
                "license": LICENCE,
            }
        case "DefinedTerm":
            return {
                "termCode": _first(told, SKOS + "notation"),
                "inDefinedTermSet": _first(told, SKOS + "inScheme"),
            }
    return {}


def _event(told: Description) -> dict[str, Any]:
    place = _first(told, RG + "placeName")
    return {
        "startDate": _first(told, SCHEMA + "startDate"),
        "endDate": _first(told, SCHEMA + "endDate"),
        "eventAttendanceMode": _first(told, SCHEMA + "eventAttendanceMode").replace("http:", "https:"),
        "location": {"@type": "Place", "name": place} if place else None,
        "organizer": _named(told, RG + "ofPartnership", "Organization"),
    }


def _period(told: Description) -> str:
    for period in told.values(told.thing, RG + "reportingPeriod"):
        days = [*told.values(period, DCAT + "startDate")[:1], *told.values(period, DCAT + "endDate")[:1]]
        return "/".join(days)
    return ""


def _named(told: Description, name: str, kind: str) -> dict[str, str] | None:
    found = told.values(told.thing, name)
    return {"@type": kind, "@id": found[0], "name": told.name(found[0])[0]} if found else None


def _first(told: Description, name: str) -> str:
    return next(iter(told.values(told.thing, name)), "")


def _all(told: Description, *names: str) -> list[str]:
    return [text for name in names for text in told.values(told.thing, name)]
