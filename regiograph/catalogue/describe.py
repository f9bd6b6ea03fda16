"""Index of an edition's files → its catalogue in DCAT-AP 3.0.1, page by page.

Every page holds all that its datasets need, for harvesters read each by itself. Built without a store:
a store would turn the nonNegativeInteger of a size into an integer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pyoxigraph import Triple

from regiograph.catalogue.addresses import Addresses
from regiograph.catalogue.codes import AUTHORITY, IANA, CodeLists
from regiograph.catalogue.sheet import (
    ADMS,
    AS,
    DCAT,
    DCATAP,
    DCTERMS,
    FOAF,
    HYDRA,
    PROV,
    SD,
    SPDX,
    VCARD,
    VOID,
    Sheet,
)
from regiograph.catalogue.words import LANGUAGES, Said, Words
from regiograph.dumps.datasets import Dataset, Kind
from regiograph.dumps.formats import GZIP
from regiograph.dumps.index import TABLE_END, File, Index, Shelved
from regiograph.errors import NoSuchThing
from regiograph.iris import ACCESS, NUTS, RG, SKOS

PAGE = 100
"""Datasets on a page."""

LICENCE = AUTHORITY + "licence/CC_BY_4_0"
EUROPE = AUTHORITY + "continent/EUROPE"
_ATTRIBUTION = "http://purl.org/adms/licencetype/Attribution"
_SERVICES = {  # path, what it conforms to
    "sparql": ("sparql", "https://www.w3.org/TR/sparql11-protocol/", "SPARQL 1.1 Protocol"),
    "api": ("queries", "https://spec.openapis.org/oas/v3.1.0", "OpenAPI 3.1"),
    "feed": ("feed", "https://w3id.org/ldes/specification", "Linked Data Event Streams"),
}
_THEMES = {Kind.REGIONS: ("REGI",), Kind.ORGANISATIONS: ("TECH",)}
_EACH_THEME = ("REGI", "TECH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """Who publishes the catalogue, and whom one may write to: settings of whoever runs the service."""

    name: str
    iri: str = ""  # an EU corporate body, say; else a name of our own
    kind: str = ""  # ADMS publisher type
    contact: str = ""
    email: str = ""
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The catalogue of one edition at one public address."""

    index: Index
    at: Addresses
    responsible: Responsible
    words: Words
    codes: CodeLists

    @cached_property
    def pages(self) -> int:
        """How many pages it has."""
        return max(1, -(-len(self.index.shelved) // PAGE))

    def page(self, number: int, suffix: str = "") -> Iterable[Triple]:
        """One page; `suffix` is kept in the addresses of the others.

        Raises:
            NoSuchThing: it has not so many pages.
        """
        if not 1 <= number <= self.pages:
            raise NoSuchThing(
                "The catalogue has no such page.",
                where=f"page {number}",
                way_out=f"Pages go from 1 to {self.pages}.",
            )
        sheet = Sheet(self.codes.codes)
        own = self.index.shelved[(number - 1) * PAGE : number * PAGE]
        self._catalogue(sheet)
        self._paging(sheet, number, suffix)
        for shelved in own:
            sheet.link(self.at.catalogue, DCAT + "dataset", self.at.dataset(shelved.dataset.id))
            self._dataset(sheet, shelved)
        for id in sorted({shelved.dataset.series for shelved in own} - {""}):
            self._series(sheet, id)
        if number == 1:
            self._services(sheet)
            self._gone(sheet, self.index.gone)
        return sheet.triples

    def dataset(self, id: str) -> Iterable[Triple]:
        """One dataset alone; of one that is gone, that it was there.

        Raises:
            NoSuchThing: there never was one.
        """
        sheet = Sheet(self.codes.codes)
        if id in self.index.gone:
            self._gone(sheet, [id])
            return sheet.triples
        shelved = self.index.find(id)
        self._dataset(sheet, shelved)
        if shelved.dataset.series:
            self._series(sheet, shelved.dataset.series)
        return sheet.triples

    def series(self, id: str) -> Iterable[Triple]:
        """The reports of a partnership, by the id of its dataset.

        Raises:
            NoSuchThing: it has none.
        """
        sheet = Sheet(self.codes.codes)
        for shelved in self._of_series(id):
            self._dataset(sheet, shelved)
        self._series(sheet, id)
        return sheet.triples

    def service(self, name: str) -> Iterable[Triple]:
        """A data service.

        Raises:
            NoSuchThing: there is no such service.
        """
        if name not in _SERVICES:
            raise NoSuchThing("There is no such service.", where=name[:40], way_out="See /catalog.")
        sheet = Sheet(self.codes.codes)
        self._service(sheet, name)
        return sheet.triples

    def version(self, id: str, edition: int) -> Iterable[Triple]:
        """A dataset as an earlier edition brought it: when, and what came after.

        Raises:
            NoSuchThing: that edition brought no state of it.
        """
        past = self.index.gone[id] if id in self.index.gone else self.index.find(id).past
        found = next((one for one in past.versions if one.edition == edition), None)
        if found is None:
            raise NoSuchThing(
                "That edition changed nothing in this dataset.",
                where=f"{id}, edition {edition}",
                way_out="See the dataset for its versions.",
            )
        sheet = Sheet(self.codes.codes)
        node = self.at.version(id, edition)
        sheet.type(node, PROV + "Entity")
        sheet.link(node, DCAT + "isVersionOf", self.at.dataset(id))
        sheet.say(node, DCAT + "version", str(edition))
        sheet.value(node, DCTERMS + "issued", found.created, "dateTime")
        sheet.link(node, PROV + "wasDerivedFrom", self.at.edition(edition))
        for one, following in pairwise(past.versions):
            if following.edition == edition:
                sheet.link(node, DCAT + "previousVersion", self.at.version(id, one.edition))
        return sheet.triples

    def title(self, dataset: Dataset) -> Said:
        """What a dataset is called."""
        return self.words.say(dataset.kind, "title", name=dataset.label, period=_period(dataset))

    def description(self, dataset: Dataset) -> Said:
        """What is in it."""
        others: Said | str = ""
        if dataset.others:
            others = self.words.say("others", names=", ".join(dataset.others))
        return self.words.say(
            dataset.kind, "description", name=dataset.label, period=_period(dataset), others=others
        )

    # --- what stands on a page ---

    def _catalogue(self, sheet: Sheet) -> None:
        node, index = self.at.catalogue, self.index
        sheet.type(node, DCAT + "Catalog")
        sheet.say(node, DCTERMS + "title", self.words.say("catalogue", "title"))
        sheet.say(node, DCTERMS + "description", self.words.say("catalogue", "description"))
        sheet.say(node, DCTERMS + "identifier", node)
        sheet.say(node, DCAT + "version", str(index.edition))
        sheet.value(node, DCTERMS + "issued", index.since, "dateTime")
        sheet.value(node, DCTERMS + "modified", index.created, "dateTime")
        sheet.page(node, FOAF + "homepage", f"{self.at.public}/")
        sheet.code(node, DCTERMS + "spatial", EUROPE, DCTERMS + "Location")
        taxonomy = AUTHORITY + "data-theme"
        sheet.link(node, DCAT + "themeTaxonomy", taxonomy)
        sheet.type(taxonomy, SKOS + "ConceptScheme")
        sheet.say(taxonomy, DCTERMS + "title", {"en": "Data theme"})
        self._licence(sheet, node)
        self._languages(sheet, node)
        self._responsible(sheet, node)

    def _paging(self, sheet: Sheet, number: int, suffix: str) -> None:
        view, collection = self.at.page(number, suffix), self.at.catalogue
        sheet.type(collection, HYDRA + "Collection")
        sheet.link(collection, HYDRA + "view", view)
        sheet.type(view, HYDRA + "PartialCollectionView")
        for node in (collection, view):
            sheet.value(node, HYDRA + "totalItems", str(len(self.index.shelved)), "integer")
        places = {"first": 1, "last": self.pages, "previous": number - 1, "next": number + 1}
        for name, place in places.items():
            if 1 <= place <= self.pages:
                sheet.link(view, HYDRA + name, self.at.page(place, suffix))

    def _dataset(self, sheet: Sheet, shelved: Shelved) -> None:
        dataset, past = shelved.dataset, shelved.past
        node = self.at.dataset(dataset.id)
        sheet.type(node, DCAT + "Dataset", VOID + "Dataset", SD + "Dataset")
        sheet.say(node, DCTERMS + "title", self.title(dataset))
        sheet.say(node, DCTERMS + "description", self.description(dataset))
        sheet.say(node, DCTERMS + "identifier", node)
        sheet.value(node, DCTERMS + "issued", past.issued, "dateTime")
        sheet.value(node, DCTERMS + "modified", past.current.created, "dateTime")
        sheet.page(node, DCAT + "landingPage", self.at.landing(dataset.id))
        sheet.link(node, DCTERMS + "subject", dataset.about)
        sheet.value(node, VOID + "triples", str(dataset.quads), "integer")
        self._subject(sheet, node, dataset)
        self._coverage(sheet, node, dataset)
        self._versions(sheet, node, shelved)
        self._graphs(sheet, node, dataset)
        self._responsible(sheet, node)
        self._languages(sheet, node)
        self._access(sheet, node)
        frequency = "ANNUAL_2" if dataset.kind is Kind.PARTNERSHIP else "IRREG"
        if dataset.kind is Kind.REPORT:
            frequency = "NEVER"
            sheet.link(node, DCAT + "inSeries", self.at.series(dataset.series))
        sheet.code(
            node, DCTERMS + "accrualPeriodicity", f"{AUTHORITY}frequency/{frequency}", DCTERMS + "Frequency"
        )
        sheet.standard(node, RG.rstrip("#"), self.words.say("vocabulary"))
        for file in shelved.files:
            self._distribution(sheet, node, shelved, file)

    def _subject(self, sheet: Sheet, node: str, dataset: Dataset) -> None:
        for name in _THEMES.get(dataset.kind, _EACH_THEME):
            sheet.code(node, DCAT + "theme", f"{AUTHORITY}data-theme/{name}", SKOS + "Concept")
        for language, keywords in self.words.keywords().items():
            for keyword in keywords:
                sheet.say(node, DCAT + "keyword", {language: keyword})
        for name in (dataset.label, *dataset.others):
            if name:
                sheet.say(node, DCAT + "keyword", {"en": name})

    def _coverage(self, sheet: Sheet, node: str, dataset: Dataset) -> None:
        sheet.code(node, DCTERMS + "spatial", EUROPE, DCTERMS + "Location")
        countries = {self.codes.countries.get(code[:2], "") for code in dataset.places} - {""}
        for country in sorted(countries):
            sheet.code(node, DCTERMS + "spatial", country, DCTERMS + "Location")
        for code in dataset.places:
            sheet.code(node, DCTERMS + "spatial", NUTS + code, DCTERMS + "Location")
        if dataset.start or dataset.end:
            period = f"{node}#period"
            sheet.link(node, DCTERMS + "temporal", period)
            sheet.type(period, DCTERMS + "PeriodOfTime")
            for name, day in (("startDate", dataset.start), ("endDate", dataset.end)):
                if day:
                    sheet.value(period, DCAT + name, day[:10], "date")

    def _versions(self, sheet: Sheet, node: str, shelved: Shelved) -> None:
        past = shelved.past
        sheet.say(node, DCAT + "version", str(past.current.edition))
        notes = self.words.say("changed", edition=str(past.current.edition))
        sheet.say(node, ADMS + "versionNotes", notes)
        if past.previous:
            earlier = self.at.version(shelved.dataset.id, past.previous.edition)
            sheet.link(node, DCAT + "previousVersion", earlier)
        sheet.link(node, PROV + "wasDerivedFrom", self.at.edition(self.index.edition))
        said = self.words.say("provenance", edition=str(self.index.edition), hash=self.index.hash)
        statement = f"{self.at.catalogue}#provenance"
        sheet.statement(node, DCTERMS + "provenance", statement, DCTERMS + "ProvenanceStatement", said)

    def _graphs(self, sheet: Sheet, node: str, dataset: Dataset) -> None:
        """Which named graphs of the SPARQL endpoint hold it."""
        for graph in dataset.graphs:
            holder = f"{node}#in-{graph.removeprefix(self.at.base).strip('/').replace('/', '-')}"
            sheet.link(node, SD + "namedGraph", holder)
            sheet.type(holder, SD + "NamedGraph")
            sheet.link(holder, SD + "name", graph)
        sheet.link(node, VOID + "sparqlEndpoint", f"{self.at.public}/sparql")

    def _distribution(self, sheet: Sheet, dataset: str, shelved: Shelved, file: File) -> None:
        format = file.format
        node = f"{dataset}#{format.ending}"
        address = self.at.file(shelved.dataset, file)
        title = self.title(shelved.dataset)
        sheet.link(dataset, DCAT + "distribution", node)
        sheet.link(dataset, VOID + "dataDump", address)
        sheet.type(node, DCAT + "Distribution")
        sheet.say(
            node, DCTERMS + "title", self.words.say("distribution", "title", name=title, format=format.name)
        )
        described = self.words.say("distribution", "description", format=format.name)
        sheet.say(node, DCTERMS + "description", described)
        sheet.link(node, DCAT + "accessURL", address)
        sheet.link(node, DCAT + "downloadURL", address)
        file_type = AUTHORITY + "file-type/" + format.file_type
        sheet.code(node, DCTERMS + "format", file_type, DCTERMS + "MediaTypeOrExtent")
        sheet.code(node, DCAT + "mediaType", IANA + format.media, DCTERMS + "MediaType")
        if file.is_packed:
            sheet.code(node, DCAT + "compressFormat", IANA + GZIP, DCTERMS + "MediaType")
        sheet.value(node, DCAT + "byteSize", str(file.size), "nonNegativeInteger")
        self._checksum(sheet, node, file)
        sheet.standard(node, format.standard, format.name)
        if format.ending == "csv":
            described_by = f"{self.at.public}/dumps/{shelved.dataset.id}{TABLE_END}"
            sheet.page(node, FOAF + "page", described_by)
        sheet.value(node, DCTERMS + "issued", shelved.past.issued, "dateTime")
        sheet.value(node, DCTERMS + "modified", shelved.past.current.created, "dateTime")
        available = AUTHORITY + "planned-availability/STABLE"
        sheet.code(node, DCATAP + "availability", available, SKOS + "Concept")
        sheet.code(node, ADMS + "status", AUTHORITY + "distribution-status/COMPLETED", SKOS + "Concept")
        self._languages(sheet, node)
        self._licence(sheet, node)
        statement = f"{self.at.catalogue}#rights"
        sheet.statement(
            node, DCTERMS + "rights", statement, DCTERMS + "RightsStatement", self.words.say("rights")
        )

    def _checksum(self, sheet: Sheet, distribution: str, file: File) -> None:
        node = f"{distribution}-checksum"
        sheet.link(distribution, SPDX + "checksum", node)
        sheet.type(node, SPDX + "Checksum")
        algorithm = SPDX + "checksumAlgorithm_sha256"
        sheet.link(node, SPDX + "algorithm", algorithm)
        sheet.type(algorithm, SPDX + "ChecksumAlgorithm")
        sheet.value(node, SPDX + "checksumValue", file.sha256, "hexBinary")

    @cached_property
    def _reports(self) -> dict[str, list[Shelved]]:
        found: dict[str, list[Shelved]] = defaultdict(list)
        for shelved in self.index.shelved:
            if shelved.dataset.series:
                found[shelved.dataset.series].append(shelved)
        for reports in found.values():
            reports.sort(key=lambda one: (one.dataset.start, one.dataset.id))
        return found

    def _of_series(self, id: str) -> Sequence[Shelved]:
        reports = self._reports.get(id)
        if not reports:
            raise NoSuchThing("There is no such series.", where=id[:80], way_out="See /catalog.")
        return reports

    def _series(self, sheet: Sheet, id: str) -> None:
        node, reports = self.at.series(id), self._of_series(id)
        name = reports[0].dataset.label
        sheet.type(node, DCAT + "DatasetSeries")
        sheet.say(node, DCTERMS + "title", self.words.say("series", "title", name=name))
        sheet.say(node, DCTERMS + "description", self.words.say("series", "description", name=name))
        sheet.say(node, DCTERMS + "identifier", node)
        sheet.value(node, DCTERMS + "issued", min(one.past.issued for one in reports), "dateTime")
        sheet.value(node, DCTERMS + "modified", max(one.past.current.created for one in reports), "dateTime")
        frequency = AUTHORITY + "frequency/ANNUAL_2"
        sheet.code(node, DCTERMS + "accrualPeriodicity", frequency, DCTERMS + "Frequency")
        places = tuple(sorted({code for one in reports for code in one.dataset.places}))
        days = [day for one in reports for day in (one.dataset.start, one.dataset.end) if day]
        span = Dataset(
            id=id, kind=Kind.REPORT, places=places, start=min(days, default=""), end=max(days, default="")
        )
        self._coverage(sheet, node, span)
        self._responsible(sheet, node)
        iris = [self.at.dataset(one.dataset.id) for one in reports]
        sheet.link(node, DCAT + "first", iris[0])
        sheet.link(node, DCAT + "last", iris[-1])
        for earlier, later in pairwise(iris):
            sheet.link(later, DCAT + "prev", earlier)

    def _services(self, sheet: Sheet) -> None:
        for name in _SERVICES:
            sheet.link(self.at.catalogue, DCAT + "service", self.at.service(name))
            self._service(sheet, name)
            sheet.link(self.at.service(name), DCAT + "servesDataset", self.at.dataset(Kind.WHOLE))

    def _service(self, sheet: Sheet, name: str) -> None:
        node, public = self.at.service(name), self.at.public
        sheet.type(node, DCAT + "DataService")
        sheet.say(node, DCTERMS + "title", self.words.say(name, "title"))
        sheet.say(node, DCTERMS + "description", self.words.say(name, "description"))
        sheet.say(node, DCTERMS + "identifier", node)
        path, standard, title = _SERVICES[name]
        sheet.link(node, DCAT + "endpointURL", f"{public}/{path}")
        sheet.link(node, DCAT + "endpointDescription", f"{public}/openapi.json")
        sheet.standard(node, standard, title)
        self._subject(sheet, node, Dataset(id=name, kind=Kind.WHOLE))
        self._responsible(sheet, node)
        self._access(sheet, node)
        self._licence(sheet, node)

    def _gone(self, sheet: Sheet, ids: Iterable[str]) -> None:
        """What once was there. Of what it was about, nothing is said."""
        for id in ids:
            node = self.at.dataset(id)
            sheet.type(node, AS + "Tombstone")
            sheet.link(node, AS + "formerType", DCAT + "Dataset")
            sheet.value(node, AS + "deleted", self.index.gone[id].gone, "dateTime")

    # --- what many things have ---

    def _licence(self, sheet: Sheet, node: str) -> None:
        sheet.code(node, DCTERMS + "license", LICENCE, DCTERMS + "LicenseDocument")
        sheet.code(LICENCE, DCTERMS + "type", _ATTRIBUTION, SKOS + "Concept")

    def _languages(self, sheet: Sheet, node: str) -> None:
        for code in LANGUAGES.values():
            sheet.code(
                node, DCTERMS + "language", f"{AUTHORITY}language/{code}", DCTERMS + "LinguisticSystem"
            )

    def _access(self, sheet: Sheet, node: str) -> None:
        sheet.code(node, DCTERMS + "accessRights", ACCESS + "PUBLIC", DCTERMS + "RightsStatement")

    def _responsible(self, sheet: Sheet, node: str) -> None:
        who = self.responsible
        publisher = who.iri or f"{self.at.catalogue}#publisher"
        contact = f"{self.at.catalogue}#contact"
        sheet.link(node, DCTERMS + "publisher", publisher)
        sheet.type(publisher, FOAF + "Agent", FOAF + "Organization")
        sheet.say(publisher, FOAF + "name", {"en": who.name})
        if who.kind:
            kind = f"http://purl.org/adms/publishertype/{who.kind}"
            sheet.code(publisher, DCTERMS + "type", kind, SKOS + "Concept")
        sheet.link(node, DCAT + "contactPoint", contact)
        sheet.type(contact, VCARD + "Kind", VCARD + "Organization")
        sheet.say(contact, VCARD + "fn", {"en": who.contact or who.name})
        sheet.link(contact, VCARD + "hasEmail", f"mailto:{who.email}" if who.email else "")
        sheet.link(contact, VCARD + "hasURL", who.page)


def _period(dataset: Dataset) -> str:
    if dataset.period or not dataset.start:
        return dataset.period or "?"
    return f"{dataset.start[:10]} – {dataset.end[:10]}"
