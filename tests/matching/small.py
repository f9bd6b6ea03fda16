"""A small world, in which one can count by hand."""

from regiograph.matching.facts import (
    Activity,
    Circle,
    Excerpt,
    Facts,
    Organisation,
    Participation,
    Rating,
    Region,
    Territory,
    Text,
)

COUNTRIES = ("FR", "ES", "IT", "PL")
CODES = (*COUNTRIES, "FR1", "FR2", "FR1A", "ES1", "ES2", "IT1", "PL1")


def region(code: str) -> Region:
    parent = code[:-1] if len(code) > 2 else ""
    return Region(
        iri=code,
        label=f"Land {code}",
        label_fr=f"Pays {code}",
        code=code,
        country=code[:2],
        parent=parent,
        replacement="",
    )


def borders():
    for one, other in (("FR1", "FR2"), ("FR1", "ES1"), ("FR", "ES")):
        yield {"kind": "border", "whole": one, "part": other}
    yield {"kind": "eu13", "part": "PL"}
    for part in ("IT1", "FR1"):
        yield {"kind": "macro-region", "whole": "sea", "label": "Sea Region", "part": part}


def part(who: str, what: str, role: str = "participating", end: str = "") -> Participation:
    key = f"{who} {what} {role} {end}".strip()
    return Participation(iri=key, who=who, what=what, role=role, end=end, evidence=f"says {key}")


PARTS = (
    part("FR1", "water", "lead"),
    part("FR2", "water"),
    part("ES1", "water"),
    part("ES1", "food", "lead"),
    part("ES2", "food"),
    part("IT1", "food"),
    part("PL1", "food", "interested"),
    part("IT1", "sport", "lead"),
    part("PL1", "sport"),
    part("ES2", "sport"),
    part("FR1", "water/rivers", "involved"),
    part("hub", "water", "other-actor"),
    part("hub", "water/rivers", "other-actor"),
    part("uni", "sport", "other-actor"),
)

TEXTS = (
    Text(circle="water", kind="name", text="Clean Water", evidence=""),
    Text(circle="water", kind="claim", text="Land FR1 cleans rivers with sensors", evidence="says water"),
    Text(circle="water", kind="area", text="Rivers and lakes", evidence="says rivers"),
    Text(circle="water/rivers", kind="area", text="Rivers and lakes", evidence="says rivers"),
    Text(circle="food", kind="name", text="Healthy Food", evidence=""),
    Text(circle="food", kind="claim", text="sensors in fields", evidence="says food"),
    Text(circle="sport", kind="name", text="Sport for All", evidence=""),
)


def facts(parts=PARTS, texts=TEXTS) -> Facts:
    excerpts = {each.evidence for each in (*parts, *texts) if each.evidence} | {"says day", "says rating"}
    return Facts(
        territory=Territory({code: region(code) for code in CODES}, borders()),
        circles={
            "water": Circle(iri="water", label="Water", of="water", platform="blue", platform_label="Blue"),
            "food": Circle(iri="food", label="Food", of="food", platform="blue", platform_label="Blue"),
            "sport": Circle(iri="sport", label="Sport", of="sport"),
            "water/rivers": Circle(iri="water/rivers", label="Rivers and lakes", of="water", platform="blue"),
        },
        organisations={
            "hub": Organisation(
                iri="hub", label="Hub", seat="FR1A", is_hub=True, services=("Tests of sensors",)
            ),
            "uni": Organisation(iri="uni", label="Uni", type="university", sector="academia"),
        },
        participations=tuple(parts),
        texts=tuple(texts),
        activities=(
            Activity(iri="a1", circle="water", day="2020-06-30", evidence="says day"),
            Activity(iri="a2", circle="sport", day="2023-06-30", evidence="says day"),
        ),
        ratings=(
            Rating(circle="water", goal=6, value=5, evidence="says rating"),
            Rating(circle="food", goal=6, value=4, evidence="says rating"),
            Rating(circle="food", goal=2, value=2, evidence="says rating"),
        ),
        excerpts={each: Excerpt(quote=each, document="d", source="s") for each in excerpts},
    )
