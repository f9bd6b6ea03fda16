"""Ids and properties → values, as a column of them is added to a table."""

from dataclasses import dataclass

from ingest.reconcile.things import Name, Register, Thing, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One property asked for, with what was set for it."""

    property: str
    most: int = 0  # values; 0: all
    language: str = ""  # of names
    role: str = ""  # of participations


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which columns of which things."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def extended(register: Register, asked: Asked) -> dict[str, dict[str, tuple[Value, ...]]]:
    """The values by id and property; none of what is not known."""
    return {
        each: {column.property: _values(register.thing(each), column) for column in asked.columns}
        for each in asked.ids
    }


def _values(thing: Thing | None, column: Column) -> tuple[Value, ...]:
    if thing is None:
        return ()
    found = _own(thing, column) or _held(thing, column)
    return found[: column.most] if column.most else found


def _own(thing: Thing, column: Column) -> tuple[Value, ...]:
    """What is said of every thing."""
    match column.property:
        case "name":
            return (Value(text=thing.named(column.language)),)
        case "also-known-as":
            return _texts(thing.names, column.language)
        case "uri":
            return (Value(text=thing.iri),)
        case "description":
            return (Value(text=thing.description),)
    return ()


def _texts(names: tuple[Name, ...], language: str) -> tuple[Value, ...]:
    wanted = (each.text for each in names if not language or each.language == language.casefold())
    return tuple(Value(text=text) for text in dict.fromkeys(wanted))


def _held(thing: Thing, column: Column) -> tuple[Value, ...]:
    """The values of its own; of several participations in one thing one."""
    values = thing.values.get(column.property, ())
    right = (each for each in values if not column.role or each.role == column.role)
    once = {(each.ref or each.text): each for each in right}
    return tuple(once.values())
