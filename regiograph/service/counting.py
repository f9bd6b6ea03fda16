"""Counts the current edition, or another, through the query service itself: bounded like any query."""

import json

from regiograph.description import COUNTING, Counts
from regiograph.errors import QueryTooLarge, QueryTooSlow, TooBusy
from regiograph.service.front import Front


async def counted(front: Front, edition: int | None = None) -> Counts:
    """How much of what an edition holds. What takes too long, or too much memory, is left out.

    The answers are remembered with all others, so asking again costs little.

    Raises:
        NoSuchThing: no such edition.
        NotReady: nothing is published yet.
    """
    found = {name: await _rows(front, query, edition) for name, query in COUNTING.items()}
    return Counts(
        classes=_by_name(found["classes"]),
        properties=_by_name(found["properties"]),
        subjects=_only(found["subjects"]),
        objects=_only(found["objects"]),
    )


async def _rows(front: Front, query: str, edition: int | None) -> list[dict[str, dict[str, str]]]:
    plan = front.plan(query, format="json", edition=edition)
    try:
        body = (await front.answer(plan, client="description")).body
    except (QueryTooSlow, QueryTooLarge, TooBusy):
        return []
    rows: list[dict[str, dict[str, str]]] = json.loads(body)["results"]["bindings"]
    return rows


def _by_name(rows: list[dict[str, dict[str, str]]]) -> dict[str, int]:
    named = (row for row in rows if row["name"]["type"] == "uri")
    return {row["name"]["value"]: int(row["n"]["value"]) for row in named}


def _only(rows: list[dict[str, dict[str, str]]]) -> int | None:
    return int(rows[0]["n"]["value"]) if rows else None
