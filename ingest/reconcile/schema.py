"""The types, properties and reasons of `schema.toml`. Knows words, no entity."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from regiograph.errors import BadParameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """One type of entity."""

    id: str
    name: str
    description: str
    broader: str = ""
    classes: tuple[str, ...] = ()  # classes of the graph
    level: int | None = None  # NUTS level


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property whose values can be asked for."""

    id: str
    name: str
    description: str
    types: tuple[str, ...] = ()  # of which types; none: of all
    values: str = ""  # the type of its values, where they are entities


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something matches: how finders begin to say so, the feature it counts as, and words for people."""

    starts: str
    feature: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """All of them, by id."""

    types: dict[str, Type]
    properties: dict[str, Property]
    reasons: tuple[Reason, ...]
    features: dict[str, str]

    @classmethod
    def read(cls) -> "Schema":
        """The schema that comes with the program."""
        table = tomllib.loads(Path(__file__).with_name("schema.toml").read_text("utf-8"))
        types = (Type(**{**row, "classes": tuple(row.get("classes", ()))}) for row in table["type"])
        properties = (Property(**{**row, "types": tuple(row.get("types", ()))}) for row in table["property"])
        return cls(
            types={each.id: each for each in types},
            properties={each.id: each for each in properties},
            reasons=tuple(Reason(**row) for row in table["reason"]),
            features=table["feature"],
        )

    def type(self, written: str) -> Type | None:
        """The type of an id, a name, or the IRI of its class; capitals do not matter.

        >>> Schema.read().type("http://www.w3.org/ns/org#Organization").id, Schema.read().type("NUTS2").id
        ('organisation', 'nuts2')
        """
        wanted = written.strip().casefold()
        for each in self.types.values():
            if wanted in {name.casefold() for name in (each.id, each.name, *each.classes)}:
                return each
        return None

    def known_type(self, written: str) -> Type:
        """The same, where there must be one.

        Raises:
            BadParameter: there is none.
        """
        found = self.type(written)
        if found is None:
            raise BadParameter(
                "There is no such type.",
                where=f"type {written[:80]}",
                way_out=f"One of: {', '.join(self.types)}.",
            )
        return found

    def known_property(self, written: str) -> Property:
        """The property of an id.

        Raises:
            BadParameter: there is none.
        """
        if written not in self.properties:
            raise BadParameter(
                "There is no such property.",
                where=f"property {written[:80]}",
                way_out=f"One of: {', '.join(self.properties)}.",
            )
        return self.properties[written]

    def with_broader(self, type_id: str) -> tuple[str, ...]:
        """A type and those above it, the narrowest first."""
        line = []
        while type_id:
            line.append(type_id)
            type_id = self.types[type_id].broader
        return tuple(line)

    def properties_of(self, type_id: str) -> list[Property]:
        """The properties that entities of a type may have; all for no type."""
        line = set(self.with_broader(type_id)) if type_id else set(self.types)
        below = {each.id for each in self.types.values() if type_id in self.with_broader(each.id)}
        return [
            each for each in self.properties.values() if not each.types or {*line, *below} & set(each.types)
        ]

    def reason(self, method: str) -> tuple[Reason, str]:
        """The reason that a finder's words begin with, the longest that fits, and the rest of them."""
        fitting = (each for each in self.reasons if method.startswith(each.starts))
        reason = max(fitting, key=lambda each: len(each.starts))
        return reason, method[len(reason.starts) :]

    def says(self, method: str) -> str:
        """A finder's words for people: "fuzzy: britany" → "written almost like “britany”"."""
        reason, rest = self.reason(method)
        if "{rest}" in reason.says:
            name, mark, more = rest.partition("; ")
            return reason.says.replace("{rest}", name) + (f" ({more})" if mark else "")
        more = rest.strip(" ;,")
        return f"{reason.says} ({more})" if more else reason.says


def narrowest(types: Iterable[str], schema: Schema) -> tuple[str, ...]:
    """Types with all that are above them, the narrowest first."""
    lines = [schema.with_broader(each) for each in types]
    longest = sorted(lines, key=lambda line: (-len(line), line))
    return tuple(dict.fromkeys(each for line in longest for each in line))
