"""The Reconciliation Service API v0.2 in JSON: what clients ask, and what they are told. Knows no HTTP.

Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ingest.reconcile.extending import Asked, Column
from ingest.reconcile.matching import Candidate, Query, Strictness
from ingest.reconcile.schema import Property, Schema, Type
from ingest.reconcile.things import Thing, Value
from regiograph import __version__
from regiograph.errors import BadParameter, QueryTooLarge
from regiograph.iris import RG

VERSIONS = ("0.1", "0.2")
PREVIEW = {"width": 420, "height": 200}
_FEWEST, _USUAL, _MOST = 1, 5, 50  # candidates for a query
_MOST_IDS = 1000  # extended at once
_MOST_COLUMNS = 50
_SETTINGS = [
    {
        "name": "limit",
        "label": "Most values",
        "type": "number",
        "default": 0,
        "help_text": "How many values a cell takes at most; 0: all of them.",
    },
    {
        "name": "language",
        "label": "Language of names",
        "type": "text",
        "default": "",
        "help_text": "A language code such as fr; empty: as the entity is shown.",
    },
    {
        "name": "role",
        "label": "Role in partnerships",
        "type": "text",
        "default": "",
        "help_text": "Only taking part in this role: lead, participating, interested, involved, …",
    },
]


def manifest(base: str, here: str, schema: Schema, batch: int) -> dict[str, Any]:
    """What the service says of itself. `here` is the address it was asked at, up to `/reconcile`."""
    suggesting = {
        name: {
            "service_url": here,
            "service_path": f"/suggest/{name}",
            "flyout_service_url": here,
            "flyout_service_path": f"/flyout/{name}?id=${{id}}",
        }
        for name in ("entity", "property", "type")
    }
    return {
        "versions": list(VERSIONS),
        "name": "Regiograph: European regions, partnerships and organisations",
        "identifierSpace": f"{base}/id/",
        "schemaSpace": RG,
        "documentation": f"{here}/list",
        "serviceVersion": __version__,
        "logo": f"{here.removesuffix('/reconcile')}/static/mark.svg",
        "view": {"url": f"{here}/view?id={{{{id}}}}"},
        "feature_view": {"url": f"{here}/features/{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", **PREVIEW},
        "defaultTypes": [told_type(each, schema) for each in schema.types.values() if not each.broader],
        "suggest": suggesting,
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/properties"},
            "property_settings": _SETTINGS,
        },
        "batchSize": batch,
    }


# --- queries ------------------------------------------------------------------------------------------


def read_queries(text: str, most: int) -> dict[str, Query]:
    """The queries of a batch, by their key.

    Raises:
        BadParameter: not a batch as v0.2 has it.
        QueryTooLarge: more queries than a batch may hold.
    """
    batch = _object(_json(text, "queries"), "queries")
    if len(batch) > most:
        raise QueryTooLarge(
            f"This batch holds {len(batch)} queries.",
            where="queries",
            way_out=f"Send at most {most} at a time, as the manifest's batchSize says.",
        )
    return {key: _query(query, f"query {key[:40]}") for key, query in batch.items()}


def read_query(text: str) -> Query:
    """One query as older clients send it: a JSON object, or the bare name.

    Raises:
        BadParameter: an object that is no query.
    """
    if text.lstrip().startswith("{"):
        return _query(_json(text, "query"), "query")
    return _query({"query": text}, "query")


def _query(written: Any, where: str) -> Query:
    query = _object(written, where)
    text = query.get("query", "")
    if not isinstance(text, str):
        raise _wrong(f"{where}, query", "Give a text.")
    values = tuple(
        _value_pair(each, where) for each in _list(query.get("properties", []), f"{where}, properties")
    )
    if not text.strip() and not values:
        raise _wrong(where, "Give a name as `query`, or `properties`.")
    return Query(
        text=text,
        types=_types(query.get("type"), where),
        strict=_strictness(query.get("type_strict"), where),
        limit=_limit(query.get("limit"), where),
        values=values,
    )


def _types(written: Any, where: str) -> tuple[str, ...]:
    schema = Schema.read()
    given = written if isinstance(written, list) else [written] if written else []
    ids = []
    for each in given:
        name = each.get("id") if isinstance(each, dict) else each
        if not isinstance(name, str):
            raise _wrong(f"{where}, type", "Give the id of a type, or a list of ids.")
        known = schema.type(name)
        ids.append(known.id if known else name)
    return tuple(dict.fromkeys(ids))


def _strictness(written: Any, where: str) -> Strictness:
    if written in (None, ""):
        return Strictness.ANY
    if written not in set(Strictness):
        raise _wrong(f"{where}, type_strict", "Give any, all or should.")
    return Strictness(written)


def _limit(written: Any, where: str) -> int:
    if written is None:
        return _USUAL
    if isinstance(written, bool) or not isinstance(written, int | float) or written < _FEWEST:
        raise _wrong(f"{where}, limit", "Give a whole number above 0.")
    return min(int(written), _MOST)


def _value_pair(written: Any, where: str) -> tuple[str, tuple[str, ...]]:
    pair = _object(written, f"{where}, properties")
    pid, value = pair.get("pid"), pair.get("v")
    if not isinstance(pid, str):
        raise _wrong(f"{where}, properties", "Give each property as {pid, v}.")
    values = value if isinstance(value, list) else [value]
    return pid, tuple(text for each in values if (text := _text(each, where)))


def _text(value: Any, where: str) -> str:
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value:g}"
        case {"id": str(id)}:
            return id
    raise _wrong(f"{where}, properties", "A value is a text, a number, true or false, or {id, name}.")


# --- results ------------------------------------------------------------------------------------------


def results(found: Mapping[str, Sequence[Candidate]], schema: Schema) -> dict[str, Any]:
    """The result batch."""
    return {
        key: {"result": [_candidate(each, schema) for each in each_one]} for key, each_one in found.items()
    }


def _candidate(one: Candidate, schema: Schema) -> dict[str, Any]:
    return {
        "id": one.thing.id,
        "name": one.thing.name,
        "description": f"{one.thing.description} — {one.reason}",
        "type": [{"id": each, "name": schema.types[each].name} for each in one.thing.types],
        "score": round(one.score * 100, 2),
        "match": one.match,
        "features": [{"id": key, "value": value} for key, value in one.features.items()],
    }


def suggested_entities(things: Iterable[Thing], schema: Schema) -> dict[str, Any]:
    """The response of the suggest service for entities."""
    return {
        "result": [
            {
                "id": each.id,
                "name": each.name,
                "description": each.description,
                "notable": [{"id": id, "name": schema.types[id].name} for id in each.types],
            }
            for each in things
        ]
    }


def suggested_types(prefix: str, schema: Schema) -> dict[str, Any]:
    """The response of the suggest service for types."""
    fitting = (each for each in schema.types.values() if _begins(prefix, each.id, each.name))
    return {"result": [told_type(each, schema) for each in fitting]}


def suggested_properties(prefix: str, schema: Schema) -> dict[str, Any]:
    """The response of the suggest service for properties."""
    fitting = (each for each in schema.properties.values() if _begins(prefix, each.id, each.name))
    return {
        "result": [{"id": each.id, "name": each.name, "description": each.description} for each in fitting]
    }


def _begins(prefix: str, *names: str) -> bool:
    """Does a name, or a word in one, begin so? Everything does, where nothing is typed yet."""
    start = prefix.strip().casefold()
    return any(name.casefold().startswith(start) or f" {start}" in name.casefold() for name in names)


def told_type(each: Type, schema: Schema) -> dict[str, Any]:
    """A type, with the one above it."""
    told: dict[str, Any] = {"id": each.id, "name": each.name, "description": each.description}
    return {**told, "broader": [told_type(schema.types[each.broader], schema)]} if each.broader else told


def flyout(id: str, name: str, description: str) -> dict[str, str]:
    """The small preview of something suggested."""
    return {"id": id, "html": f"<p><strong>{html.escape(name)}</strong></p><p>{html.escape(description)}</p>"}


# --- data extension -----------------------------------------------------------------------------------


def proposed(type_id: str, limit: int | None, schema: Schema) -> dict[str, Any]:
    """The properties that may be worth a column, for things of a type."""
    found = schema.properties_of(type_id if type_id in schema.types else "")
    told: dict[str, Any] = {"properties": [_pair(each) for each in found[:limit]]}
    told |= {"type": type_id} if type_id else {}
    return told if limit is None else {**told, "limit": limit}


def read_extension(text: str, schema: Schema) -> Asked:
    """Which columns of which things.

    Raises:
        BadParameter: not a data extension query, or a property that there is not.
        QueryTooLarge: too many things or columns at once.
    """
    written = _object(_json(text, "extend"), "extend")
    ids, columns = (_list(written.get(key), f"extend, {key}") for key in ("ids", "properties"))
    if len(ids) > _MOST_IDS or len(columns) > _MOST_COLUMNS:
        raise QueryTooLarge(
            "This asks for too much at once.",
            where="extend",
            way_out=f"Ask for at most {_MOST_IDS} entities and {_MOST_COLUMNS} properties at a time.",
        )
    if not all(isinstance(each, str) for each in ids):
        raise _wrong("extend, ids", "Give the ids as texts.")
    return Asked(ids=tuple(ids), columns=tuple(_column(each, schema) for each in columns))


def _column(written: Any, schema: Schema) -> Column:
    given = _object(written, "extend, properties")
    property = schema.known_property(str(given.get("id", "")))
    settings = _object(given.get("settings") or {}, "extend, settings")
    most = settings.get("limit") or 0
    if isinstance(most, str) and most.isdigit():
        most = int(most)
    if isinstance(most, bool) or not isinstance(most, int | float) or most < 0:
        raise _wrong("extend, settings, limit", "Give a whole number, 0 for all.")
    language, role = (str(settings.get(key) or "") for key in ("language", "role"))
    return Column(property=property.id, most=int(most), language=language, role=role)


def extension(
    asked: Asked, values: Mapping[str, Mapping[str, Sequence[Value]]], schema: Schema
) -> dict[str, Any]:
    """The data extension response."""
    meta = [_meta(schema.properties[each.property], schema) for each in asked.columns]
    rows = {
        id: {pid: [_cell(each) for each in cells] for pid, cells in held.items()}
        for id, held in values.items()
    }
    return {"meta": meta, "rows": rows}


def _meta(property: Property, schema: Schema) -> dict[str, Any]:
    kind = schema.types.get(property.values)
    return {**_pair(property), "type": {"id": kind.id, "name": kind.name}} if kind else _pair(property)


def _pair(property: Property) -> dict[str, str]:
    return {"id": property.id, "name": property.name}


def _cell(value: Value) -> dict[str, Any]:
    if value.ref:
        return {"id": value.ref, "name": value.text}
    return {"str": value.text} if value.number is None else {"int": value.number}


# --- JSON ---------------------------------------------------------------------------------------------


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong(where, "Send JSON, percent-encoded as UTF-8.") from None


def _object(written: Any, where: str) -> dict[str, Any]:
    if not isinstance(written, dict):
        raise _wrong(where, "Send a JSON object.")
    return written


def _list(written: Any, where: str) -> list[Any]:
    if not isinstance(written, list):
        raise _wrong(where, "Send a JSON array.")
    return written


def _wrong(where: str, way_out: str) -> BadParameter:
    return BadParameter("This is not as the Reconciliation API v0.2 has it.", where=where, way_out=way_out)
