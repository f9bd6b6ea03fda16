"""The entities of an edition that names can be reconciled to: read by plain SPARQL, from any engine."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from ingest.reconcile.schema import Schema, narrowest
from ingest.resolve.names import fold

Rows = Iterable[Mapping[str, Mapping[str, str]]]
"""The bindings of SPARQL results JSON."""

_MOST_ROLES = 200  # of one entity, told in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name of a thing."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a property: a text, a number, or another thing."""

    text: str
    number: int | None = None
    ref: str = ""  # the id of a thing
    role: str = ""  # where it is a participation: the role's code


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something a name can mean."""

    id: str  # what follows `/id/` in its IRI; the whole IRI where it is from elsewhere
    iri: str
    name: str
    types: tuple[str, ...]  # the narrowest first
    description: str = ""
    names: tuple[Name, ...] = ()
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    def named(self, language: str) -> str:
        """Its name in a language, or as it is shown."""
        wanted = language.casefold()
        return next((each.text for each in self.names if wanted and each.language == wanted), self.name)


def queries() -> dict[str, str]:
    """The queries whose answers make a register, by name."""
    folder = Path(__file__).parent
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.rq"))}


class Register:
    """The things of one edition, by id. What was merged or recoded leads on to what stands for it."""

    def __init__(self, base: str, things: Mapping[str, Thing], replaced: Mapping[str, str]) -> None:
        self.base = base
        self.things = things
        self.replaced = replaced

    @classmethod
    def of(cls, base: str, answers: Mapping[str, bytes]) -> "Register":
        """The register that the answers to `queries()` make, as SPARQL results JSON."""
        rows = {name: json.loads(answer)["results"]["bindings"] for name, answer in answers.items()}
        return _Reading(base, rows).register()

    def id(self, written: str) -> str:
        """The id of an id or IRI, whether it is known or not."""
        return written.removeprefix(f"{self.base}/id/")

    def thing(self, written: str) -> Thing | None:
        """The thing of an id or an IRI; the one that stands for it now."""
        key = self.id(written)
        seen: set[str] = set()
        while key in self.replaced and key not in seen:
            seen.add(key)
            key = self.replaced[key]
        return self.things.get(key)

    def elsewhere(self, iri: str) -> Thing | None:
        """The thing that another data set calls so."""
        key = self._by_match.get(iri)
        return self.thing(key) if key else None

    def holding(self, pid: str, key: str) -> frozenset[str]:
        """The ids of the things that have a value, which is given folded."""
        return self._by_value.get((pid, key), frozenset())

    def label(self, ref: str) -> str:
        """How a thing is called; its id where it is not known."""
        found = self.things.get(ref)
        return found.name if found else ref

    @cached_property
    def _by_match(self) -> Mapping[str, str]:
        return {
            value.text: thing.id
            for thing in self.things.values()
            for value in thing.values.get("exact-match", ())
        }

    @cached_property
    def _by_value(self) -> Mapping[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for thing in self.things.values():
            for pid, values in thing.values.items():
                for value in values:
                    for text in self.spellings(value):
                        found.setdefault((pid, text), set()).add(thing.id)
        return {key: frozenset(ids) for key, ids in found.items()}

    def spellings(self, value: Value) -> set[str]:
        """All that a value may be called, folded: a thing by its id, IRI and names."""
        if not value.ref:
            return {fold(value.text)}
        thing = self.things.get(value.ref)
        names = (thing.iri, *(name.text for name in thing.names)) if thing else ()
        codes = (value.ref, value.ref.rpartition("/")[2])
        return {fold(text) for text in (value.text, *codes, *names)}


class _Reading:
    """Puts the rows of the answers together."""

    def __init__(self, base: str, rows: Mapping[str, Rows]) -> None:
        self._base = base
        self._schema = Schema.read()
        self._types = self._read_types(rows["things"])
        self._names = self._read_names(rows["names"])
        self._replaced: dict[str, str] = {}
        self._values = self._read_values(rows["values"])
        self._add_former_codes()
        self._add_participations(rows["participations"])

    def register(self) -> Register:
        """All things, described."""
        things = {key: self._thing(key) for key in sorted(self._types)}
        return Register(self._base, things, self._replaced)

    def _id(self, iri: str) -> str:
        return iri.removeprefix(f"{self._base}/id/")

    def _iri(self, key: str) -> str:
        return key if "://" in key else f"{self._base}/id/{key}"

    def _read_types(self, rows: Rows) -> dict[str, set[str]]:
        by_class = {name: each.id for each in self._schema.types.values() for name in each.classes}
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(self._id(row["thing"]["value"]), set()).add(by_class[row["class"]["value"]])
        for types in found.values():
            if types & {"partnership", "platform"}:
                types.discard("project")
        return found

    def _read_names(self, rows: Rows) -> dict[str, list[tuple[int, str, str]]]:
        found: dict[str, list[tuple[int, str, str]]] = {}
        for row in rows:
            name = row["name"]
            language = name.get("xml:lang", "").casefold()
            told = (int(row["kind"]["value"]), language, name["value"])
            found.setdefault(self._id(row["thing"]["value"]), []).append(told)
        return {key: sorted(names, key=_shown_first) for key, names in found.items()}

    def _read_values(self, rows: Rows) -> dict[str, dict[str, set[Value]]]:
        found: dict[str, dict[str, set[Value]]] = {}
        for row in rows:
            key, pid = self._id(row["thing"]["value"]), row["property"]["value"]
            if pid == "replaced-by":
                self._replaced[key] = self._id(row["value"]["value"])
            elif key in self._types:
                found.setdefault(key, {}).setdefault(pid, set()).add(self._value(pid, row["value"]))
        return found

    def _value(self, pid: str, term: Mapping[str, str]) -> Value:
        key = self._id(term["value"])
        if key in self._types:
            return Value(text=self._name(key), ref=key)
        number = int(key) if pid == "level" else None
        return Value(text=term["value"], number=number)

    def _add_former_codes(self) -> None:
        for old, new in self._replaced.items():
            if old.startswith("region/") and new in self._types:
                former = self._values.setdefault(new, {}).setdefault("former-codes", set())
                former.add(Value(text=old.removeprefix("region/")))

    def _add_participations(self, rows: Rows) -> None:
        for row in rows:
            who, what = self._id(row["who"]["value"]), self._id(row["what"]["value"])
            partnership = self._id(row["partnership"]["value"])
            if who not in self._types or what not in self._types:
                continue  # a name in doubt
            role = row["role"]["value"]
            self._add(who, "partnerships", self._role_in(partnership, role))
            self._add(what, "members", self._role_in(who, role))
            if what != partnership:
                self._add(who, "working-areas", self._role_in(what, role))
            when = f", {row['period']['value']}" if "period" in row else ""
            told = f"{self._name(what)}: {row['roleLabel']['value']}{when}"
            self._add(who, "roles", Value(text=told, role=role))

    def _role_in(self, key: str, role: str) -> Value:
        return Value(text=self._name(key), ref=key, role=role)

    def _add(self, key: str, pid: str, value: Value) -> None:
        self._values.setdefault(key, {}).setdefault(pid, set()).add(value)

    def _name(self, key: str) -> str:
        names = self._names.get(key)
        return names[0][2] if names else key

    def _thing(self, key: str) -> Thing:
        held = self._values.get(key, {})
        values = {pid: tuple(sorted(found, key=_order)) for pid, found in sorted(held.items())}
        if "roles" in values:
            values["roles"] = values["roles"][:_MOST_ROLES]
        names = dict.fromkeys(
            Name(text=text, language=language) for _, language, text in self._names.get(key, ())
        )
        thing = Thing(
            id=key,
            iri=self._iri(key),
            name=self._name(key),
            types=self._types_of(key, values),
            names=tuple(names),
            values=values,
        )
        return replace(thing, description=" · ".join(_description(thing, self._schema)))

    def _types_of(self, key: str, values: Mapping[str, tuple[Value, ...]]) -> tuple[str, ...]:
        types = set(self._types[key])
        level = next((value.number for value in values.get("level", ())), None)
        types |= {
            each.id for each in self._schema.types.values() if level is not None and each.level == level
        }
        return narrowest(types, self._schema)


def _shown_first(name: tuple[int, str, str]) -> tuple[int, bool, str, str]:
    kind, language, text = name
    return kind, language not in ("en", ""), language, text


def _order(value: Value) -> tuple[int, str, str, str]:
    return (value.number or 0, value.text, value.ref, value.role)


def _description(thing: Thing, schema: Schema) -> Iterator[str]:
    """What a thing is, in a few words."""
    yield schema.types[thing.types[0]].name
    for pid in ("code", "type", "seat", "part-of", "country", "platform"):
        if pid == "country" and "country" in thing.types:
            continue
        if pid == "part-of" and "nuts1" in thing.types:
            continue  # its country says it
        told = (value.text for value in thing.values.get(pid, ())[:1])
        yield from (text for text in told if text != thing.name or pid == "part-of")
