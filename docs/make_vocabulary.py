"""Writes ontology/documentation.html (pyLODE's, in our own look) and ontology/diagram.svg: `make docs`.

pyLODE's page has styles of its own, anchors made from labels and links to its makers' servers. Kept is what
it says; anchors are the names of terms, so that `/ns#Region` leads to the region.
"""

import logging
import re
from pathlib import Path

from lxml import html
from pylode.profiles.ontpub import OntPub
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import split_uri

from regiograph.iris import OA, RG
from regiograph.rooms import room

LANGUAGE = "en"
KEPT = (
    "h2",
    "h3",
    "h4",
    "table",
    "tbody",
    "tr",
    "th",
    "td",
    "dl",
    "dt",
    "dd",
    "ul",
    "li",
    "p",
    "code",
    "a",
    "div",
)
SECTIONS = ("classes", "objectproperties", "datatypeproperties", "annotationproperties")

DEFINED = ["Is", "Defined", "By"]  # a row that says the same of every term

BOXES = {  # class → column and row of the diagram
    "ThematicPlatform": (0, 0),
    "Partnership": (1, 0),
    "WorkingArea": (2, 0),
    "PartnershipEvent": (3, 0),
    "Region": (0, 1),
    "Participation": (1, 1),
    "ParticipationRole": (2, 1),
    "FieldAnswer": (0, 2),
    "ProgressReport": (1, 2),
    "SourceExcerpt": (2, 2),
    "SourceDocument": (3, 2),
    "Mention": (0, 3),
    "SdgAssessment": (1, 3),
    "Result": (2, 3),
    "Claim": (3, 3),
}
ARROWS = (  # as in the data: the ontology gives few domains and ranges, so that nothing follows from them
    ("Partnership", RG + "inPlatform", "ThematicPlatform"),
    ("WorkingArea", RG + "ofPartnership", "Partnership"),
    ("PartnershipEvent", RG + "aboutWorkingArea", "WorkingArea"),
    ("Participation", RG + "participatesIn", "Partnership"),
    ("Participation", RG + "participatesIn", "WorkingArea"),
    ("Participation", RG + "participatesIn", "PartnershipEvent"),
    ("Participation", RG + "participant", "Region"),
    ("Participation", RG + "role", "ParticipationRole"),
    ("Participation", RG + "reportedIn", "ProgressReport"),
    ("Participation", RG + "evidence", "SourceExcerpt"),
    ("ProgressReport", RG + "hasAnswer", "FieldAnswer"),
    ("ProgressReport", RG + "hasAssessment", "SdgAssessment"),
    ("ProgressReport", RG + "hasResult", "Result"),
    ("SourceExcerpt", OA + "hasSource", "SourceDocument"),
    ("Claim", RG + "evidence", "SourceExcerpt"),
    ("Mention", RG + "reportedIn", "ProgressReport"),
)
_WIDTH, _STEP_X, _STEP_Y, _LINE, _MARGIN = 220, 330, 180, 17, 24
_MOST_ATTRIBUTES = 4


def documentation(ontology: Path) -> str:
    """What pyLODE says of the ontology, as one fragment of HTML."""
    logging.disable(logging.INFO)
    page = html.fromstring(OntPub(ontology=_in_one_language(ontology)).make_html())
    names = {}
    for entity in page.iter("div"):
        code = entity.find(".//code")
        if "entity" in (entity.get("class") or "") and code is not None:
            names[entity.get("id")] = _anchor(code.text)
    sections = [page.get_element_by_id(name) for name in SECTIONS]
    for section in sections:
        _sort(section)
        for node in list(section.iter()):
            _plain(node, names)
    text = "\n".join(html.tostring(section, encoding="unicode").strip() for section in sections)
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", text)).replace("</div><div", "</div>\n<div") + "\n"


def _in_one_language(ontology: Path) -> Graph:
    """The ontology without labels of other languages, and without terms of others that it only declares."""
    graph = Graph().parse(ontology)
    for triple in list(graph):
        value = triple[2]
        if isinstance(value, Literal) and value.language not in (None, LANGUAGE):
            graph.remove(triple)
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty):
        for term in list(graph.subjects(RDF.type, kind)):
            if not term.startswith(RG):
                graph.remove((term, RDF.type, kind))
    return graph


def _anchor(iri: str) -> str:
    return iri.removeprefix(RG) if iri.startswith(RG) else re.sub(r"\W+", "-", iri.split("//")[1])


def _sort(section: html.HtmlElement) -> None:
    """Entities, and the values in a list, in the order of the alphabet: the same each time."""
    for parent in (section, *section.iter("ul")):
        children = [each for each in parent if each.tag == "li" or "entity" in (each.get("class") or "")]
        for child in sorted(children, key=lambda each: each.text_content().casefold()):
            parent.append(child)


def _plain(node: html.HtmlElement, names: dict[str, str]) -> None:
    """An element without styles, hints and foreign anchors."""
    if node.tag == "a" and "hover_property" in (node.get("class") or ""):
        node.tag = "span"
    target = node.get("href", "")
    given = {"id": node.get("id"), "class": node.get("class")}
    node.attrib.clear()
    if target.startswith("#"):
        node.set("href", f"#{names.get(target[1:], target[1:])}")
    elif target and node.tag == "a":
        own = target.startswith(RG)
        node.set("href", f"#{target.removeprefix(RG)}" if own else target)
        if not own:
            node.set("rel", "noreferrer")
    if given["id"] and "entity" in (given["class"] or ""):
        node.set("id", names[given["id"]])
        node.set("class", "entity")
    elif given["id"]:
        node.set("id", f"section-{given['id']}")
    if node.tag == "th":
        node.set("scope", "row")
    if node.tag == "sup" or (node.tag == "tr" and node.text_content().split()[:3] == DEFINED):
        node.drop_tree()
    elif node.tag not in KEPT:
        node.drop_tag()


def diagram(ontology: Path) -> str:
    """The main classes, their own attributes and how they point to each other, as SVG."""
    graph = Graph().parse(ontology)
    parts = [*(_box(graph, name) for name in BOXES), *(_edge(graph, *arrow) for arrow in ARROWS)]
    width = max(x for x, _ in BOXES.values()) * _STEP_X + _WIDTH + 2 * _MARGIN
    height = max(y for _, y in BOXES.values()) * _STEP_Y + 110 + 2 * _MARGIN
    style = (
        "text{font:13px sans-serif;fill:#1c2127}.name{font-weight:600}.small{font-size:11px;fill:#585e66}"
        "rect{fill:#fff;stroke:#8b8779}line{stroke:#8a5a00}.on{stroke:#fbf9f4;stroke-width:4px;paint-order:stroke}svg{background:#fbf9f4}"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
            "<title>The main classes of the regiograph ontology and how they point to each other</title>",
            f"<style>{style}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#8a5a00"/></marker></defs>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _box(graph: Graph, name: str) -> str:
    x, y = _corner(BOXES[name])
    attributes = _attributes(graph, RG + name)
    height = _height(graph, name)
    lines = [
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{height}" rx="5"/>',
        f'<text class="name" x="{x + 12}" y="{y + 21}">{_label(graph, RG + name)}</text>',
    ]
    for number, each in enumerate(attributes, 1):
        lines.append(f'<text class="small" x="{x + 12}" y="{y + 20 + _LINE * number}">{each}</text>')
    return "\n".join(lines)


def _attributes(graph: Graph, iri: str) -> list[str]:
    found = [
        _label(graph, each)
        for each in graph.subjects(RDFS.domain, URIRef(iri))
        if (each, RDF.type, OWL.DatatypeProperty) in graph
    ]
    names = sorted(set(found))
    more = len(names) - _MOST_ATTRIBUTES
    return names if more <= 1 else [*names[:_MOST_ATTRIBUTES], f"and {more} more"]


def _edge(graph: Graph, start: str, name: str, end: str) -> str:
    if (URIRef(name), RDF.type, OWL.ObjectProperty) not in graph:
        raise ValueError(f"{name} is no property of the ontology: mend ARROWS.")
    (x1, y1), (x2, y2) = _side(graph, start, end), _side(graph, end, start)
    near = 2 if y1 == y2 else 3  # words stand in the middle, or nearer to where the arrow begins
    place = f'x="{x1 + (x2 - x1) / near:g}" y="{y1 + (y2 - y1) / near - 5:g}"'
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" marker-end="url(#tip)"/>'
        f'<text class="small on" {place} text-anchor="middle">{_label(graph, name)}</text>'
    )


def _side(graph: Graph, box: str, towards: str) -> tuple[float, float]:
    """The middle of the side of a box that faces another."""
    x, y = _corner(BOXES[box])
    (column, row), (other_column, other_row) = BOXES[box], BOXES[towards]
    if row == other_row:
        return x + (_WIDTH if other_column > column else 0), y + 17
    shift = 0.3 * max(-1, min(1, other_column - column))  # so that arrows to several boxes part
    return x + _WIDTH * (0.5 + shift), y + (0 if other_row < row else _height(graph, box))


def _height(graph: Graph, box: str) -> int:
    return 34 + _LINE * len(_attributes(graph, RG + box))


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return _MARGIN + place[0] * _STEP_X, _MARGIN + place[1] * _STEP_Y


def _label(graph: Graph, iri: str | URIRef) -> str:
    labels = graph.objects(URIRef(str(iri)), RDFS.label)
    found = [str(each) for each in labels if isinstance(each, Literal) and each.language == LANGUAGE]
    return found[0] if found else split_uri(str(iri))[1]


if __name__ == "__main__":
    home = room("ontology")
    source = home / "regiograph.ttl"
    (home / "documentation.html").write_text(documentation(source), encoding="utf-8")
    (home / "diagram.svg").write_text(diagram(source), encoding="utf-8")
