"""What v0.2 of the Reconciliation API wants of each response, as JSON Schemas: written from the text of the specification.

Stricter than it where it leaves things open: no member that it does not name, candidates by score, scores to 100.
"""

from typing import Any

from jsonschema import Draft202012Validator

TEXT: dict[str, Any] = {"type": "string"}
FILLED: dict[str, Any] = {"type": "string", "minLength": 1}
URL: dict[str, Any] = {"type": "string", "pattern": "^https?://[^ ]+$"}


def thing(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


def several(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


TYPE = thing({"id": FILLED, "name": FILLED}, description=TEXT, broader=several({"$ref": "#/$defs/type"}))
SHORT_TYPE = thing({"id": FILLED, "name": FILLED})
TEMPLATE: dict[str, Any] = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}
SUGGEST = thing(
    {"service_url": URL, "service_path": {"type": "string", "pattern": "^/"}},
    flyout_service_url=URL,
    flyout_service_path={"type": "string", "pattern": r"\$\{id\}"},
)
SETTING = thing(
    {"name": FILLED, "label": FILLED, "type": {"enum": ["number", "text", "checkbox", "select"]}},
    default={},
    help_text=TEXT,
    choices=several(thing({"value": TEXT, "name": TEXT})),
)
MANIFEST = thing(
    {
        "versions": several(FILLED, contains={"const": "0.2"}),
        "name": FILLED,
        "identifierSpace": URL,
        "schemaSpace": URL,
    },
    defaultTypes=several({"$ref": "#/$defs/type"}, uniqueItems=True),
    documentation=URL,
    logo=URL,
    serviceVersion=FILLED,
    view=thing({"url": TEMPLATE}),
    feature_view=thing({"url": TEMPLATE}),
    preview=thing({"url": TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}),
    suggest=thing({}, entity=SUGGEST, property=SUGGEST, type=SUGGEST),
    extend=thing(
        {},
        propose_properties=thing({"service_url": URL, "service_path": TEXT}),
        property_settings=several(SETTING),
    ),
    batchSize={"type": "integer", "minimum": 1},
)
CANDIDATE = thing(
    {"id": FILLED, "name": FILLED, "score": {"type": "number", "minimum": 0, "maximum": 100}},
    description=TEXT,
    type=several(SHORT_TYPE, minItems=1),
    match={"type": "boolean"},
    features=several(thing({"id": FILLED, "value": {"type": ["boolean", "number"]}}), uniqueItems=True),
)
RESULTS = {"type": "object", "additionalProperties": thing({"result": several(CANDIDATE)})}
PAIR = {"id": FILLED, "name": FILLED}
ENTITIES = thing({"result": several(thing(PAIR, description=TEXT, notable=several(SHORT_TYPE)))})
PROPERTIES = thing({"result": several(thing(PAIR, description=TEXT))})
TYPES = thing({"result": several({"$ref": "#/$defs/type"})})
FLYOUT = thing({"id": FILLED, "html": FILLED})
PROPOSAL = thing({"properties": several(thing(PAIR))}, type=FILLED, limit={"type": "integer"})
CELL = {
    "oneOf": [
        thing(PAIR, description=TEXT),
        thing({"str": TEXT}),
        thing({"int": {"type": "integer"}}),
        thing({"float": {"type": "number"}}),
    ]
}
EXTENSION = thing(
    {
        "meta": several(thing(PAIR, type=SHORT_TYPE)),
        "rows": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": several(CELL)},
        },
    }
)


def check(content: Any, schema: dict[str, Any]) -> Any:
    """The content, where it is as the schema wants it."""
    Draft202012Validator(schema | {"$defs": {"type": TYPE}}).validate(content)
    return content
