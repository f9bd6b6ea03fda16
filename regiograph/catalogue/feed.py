"""The change feed: a Linked Data Event Stream (LDES) with one member an edition; a full page never changes.

A member says which edition it follows, and where the statements are that came and went; delta:insertion and
delta:deletion are of the W3C's ontology for differences between graphs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Triple

from regiograph.catalogue.addresses import Addresses
from regiograph.catalogue.codes import AUTHORITY, IANA
from regiograph.catalogue.sheet import CATALOGUE_PREFIXES, SPDX, VOID, Sheet
from regiograph.dumps.changes import ADDED, REMOVED, ChangedLines, EditionChange
from regiograph.dumps.datasets import Kind
from regiograph.dumps.formats import GZIP, N_QUADS
from regiograph.errors import NoSuchThing
from regiograph.iris import DCAT, DCTERMS, PROV

LDES = "https://w3id.org/ldes#"
TREE = "https://w3id.org/tree#"
DELTA = "http://www.w3.org/2004/delta#"
FEED_PREFIXES = {**CATALOGUE_PREFIXES, "ldes": LDES, "tree": TREE, "delta": DELTA}

MEMBERS = 50
"""Editions on a page."""

_PROPERTY = {ADDED: "insertion", REMOVED: "deletion"}


@dataclass(frozen=True, kw_only=True)
class Feed:
    """The stream of editions at one public address."""

    changes: Sequence[EditionChange]  # oldest first
    at: Addresses

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-len(self.changes) // MEMBERS)

    def is_full(self, number: int) -> bool:
        """Whether a page will never change."""
        return number < self.pages or len(self.changes) == self.pages * MEMBERS

    def root(self) -> Iterable[Triple]:
        """The stream and where its pages are."""
        sheet = Sheet()
        node = f"{self.at.public}/feed"
        self._stream(sheet, node)
        sheet.link(self.at.feed, DCTERMS + "isPartOf", self.at.dataset(Kind.WHOLE))
        for number in range(1, self.pages + 1):
            page = self.changes[(number - 1) * MEMBERS]
            self._relation(sheet, node, "GreaterThanOrEqualTo", number, page.created)
        return sheet.triples

    def members(self, number: int) -> Sequence[EditionChange]:
        """The changes of one page, oldest first.

        Raises:
            NoSuchThing: there are not so many.
        """
        if not 1 <= number <= self.pages:
            raise NoSuchThing(
                "The feed has no such page.",
                where=f"page {number}",
                way_out=f"Pages go from 1 to {self.pages}.",
            )
        return self.changes[(number - 1) * MEMBERS : number * MEMBERS]

    def page(self, number: int) -> Iterable[Triple]:
        """The editions of one page.

        Raises:
            NoSuchThing: there are not so many.
        """
        members = self.members(number)
        sheet = Sheet()
        node = self.at.feed_page(number)
        self._stream(sheet, node)
        for change in members:
            self._member(sheet, change)
        if number > 1:
            first = self.changes[(number - 1) * MEMBERS]
            self._relation(sheet, node, "LessThanOrEqualTo", number - 1, first.created)
        return sheet.triples

    def _stream(self, sheet: Sheet, node: str) -> None:
        stream = self.at.feed
        sheet.type(stream, LDES + "EventStream", TREE + "Collection")
        sheet.link(stream, LDES + "timestampPath", DCTERMS + "issued")
        sheet.link(stream, LDES + "versionOfPath", DCTERMS + "isVersionOf")
        sheet.link(stream, TREE + "view", node)
        sheet.type(node, TREE + "Node")
        sheet.say(stream, DCTERMS + "title", {"en": "Editions, and what each changed"})
        sheet.link(stream, DCTERMS + "license", AUTHORITY + "licence/CC_BY_4_0")

    def _relation(self, sheet: Sheet, node: str, kind: str, to: int, value: str) -> None:
        relation = f"{node}#to-{to}"
        sheet.link(node, TREE + "relation", relation)
        sheet.type(relation, TREE + f"{kind}Relation")
        sheet.link(relation, TREE + "node", self.at.feed_page(to))
        sheet.link(relation, TREE + "path", DCTERMS + "issued")
        sheet.value(relation, TREE + "value", value, "dateTime")

    def _member(self, sheet: Sheet, change: EditionChange) -> None:
        node = self.at.edition(change.edition)
        sheet.link(self.at.feed, TREE + "member", node)
        sheet.type(node, PROV + "Entity")
        sheet.link(node, DCTERMS + "isVersionOf", self.at.dataset(Kind.WHOLE))
        sheet.value(node, DCTERMS + "issued", change.created, "dateTime")
        sheet.say(node, DCAT + "version", str(change.edition))
        sheet.say(node, DCTERMS + "identifier", f"sha256:{change.hash}")
        if change.before:
            sheet.link(node, PROV + "wasRevisionOf", self.at.edition(change.before))
        for graph in change.graphs:
            sheet.link(node, DCTERMS + "references", graph.graph)
        for file in change.files:
            self._file(sheet, node, change, file)

    def _file(self, sheet: Sheet, member: str, change: EditionChange, file: ChangedLines) -> None:
        name = _PROPERTY[file.name]
        node = f"{member}#{name}"
        address = self.at.change(change.edition, file.name)
        sheet.link(member, DELTA + name, node)
        sheet.type(node, DCAT + "Distribution")
        sheet.link(node, DCAT + "accessURL", address)
        sheet.link(node, DCAT + "downloadURL", address)
        sheet.link(node, DCAT + "mediaType", IANA + N_QUADS.media)
        sheet.link(node, DCAT + "compressFormat", IANA + GZIP)
        sheet.value(node, DCAT + "byteSize", str(file.size), "nonNegativeInteger")
        sheet.value(node, VOID + "triples", str(file.quads), "integer")
        checksum = f"{node}-checksum"
        sheet.link(node, SPDX + "checksum", checksum)
        sheet.type(checksum, SPDX + "Checksum")
        sheet.link(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
        sheet.value(checksum, SPDX + "checksumValue", file.sha256, "hexBinary")
