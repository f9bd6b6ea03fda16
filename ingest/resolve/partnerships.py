"""Name as written → partnership, as in reports and on public pages."""

from collections.abc import Iterable
from pathlib import Path

from ingest.resolve.likeness import confidence, counterparts, nearest
from ingest.resolve.names import Words, fold, tidy
from ingest.resolve.resolution import PROBABLE, SURE, Candidate, Entity, Kind, Outcome, Resolution
from ingest.resolve.table import parts, rows
from regiograph.iris import slug

_ALIKE = (
    0.8  # names of which a word is less alike than this are two names: "Finnish regions", "Mining regions"
)


class Partnerships:
    """The register of partnerships."""

    def __init__(self, words: Words, around: frozenset[tuple[str, ...]]) -> None:
        self._words = words
        self._around = sorted(around, key=len, reverse=True)
        self._entities: dict[str, Entity] = {}
        self._names: dict[str, Entity] = {}
        self._bare: dict[str, Entity] = {}
        self._platforms: dict[str, str] = {}

    @classmethod
    def from_reference(
        cls, reference: Path, words: Words, others: Iterable[tuple[Entity, tuple[str, ...]]] = ()
    ) -> "Partnerships":
        """The register of `partnerships.csv`, and others of keys it lacks, each with its names."""
        register = rows(reference / "generic_words.csv")
        around = frozenset(
            tuple(fold(row["word"]).split()) for row in register if row["kind"] == "partnership"
        )
        partnerships = cls(words, around)
        for row in rows(reference / "partnerships.csv"):
            partnerships._add(row)
        for entity, names in others:
            if entity.key not in partnerships._entities:
                partnerships._name(entity, names)
        return partnerships

    def find(self, text: str) -> Resolution:
        """The partnership; a name like none is a new one."""
        known = self.known(text)
        if known:
            return known
        key = self._words.key(text)
        bare = self._without_words(key)
        close = nearest(bare, sorted(self._bare), 0.75) if len(bare) > 4 else []
        near = [(name, self._bare[name]) for name, _ in close]
        best: dict[str, tuple[float, Entity]] = {}
        for name, alike in close:
            entity = self._bare[name]
            best[entity.key] = max(
                best.get(entity.key, (0.0, entity)), (alike, entity), key=lambda pair: pair[0]
            )
        candidates = []
        for own, (alike, entity) in best.items():
            rival = max((a for other, (a, _) in best.items() if other != own), default=0.0)
            score = confidence(alike, rival, len(bare))
            if not any(e is entity and counterparts(bare, name, _ALIKE) for name, e in near):
                score = min(score, PROBABLE - 0.05)
            candidates.append(Candidate(entity=entity, score=score, reason="fuzzy"))
        candidates.sort(key=lambda c: (-c.score, c.entity.key))
        if candidates and candidates[0].score >= PROBABLE:
            outcome = Outcome.SURE if candidates[0].score >= SURE else Outcome.PROBABLE
            first = candidates[0]
            return Resolution(
                outcome=outcome,
                entity=first.entity,
                score=first.score,
                method="fuzzy",
                candidates=tuple(candidates),
            )
        return self._new(text, tuple(candidates))

    def known(self, text: str) -> Resolution | None:
        """The partnership, where the name is a known one; else None."""
        key = self._words.key(text)
        entity = self._names.get(key) or self._bare.get(self._without_words(key))
        if entity is None:
            return None
        score, method = (1.0, "exact") if key in self._names else (0.95, "without generic words")
        return Resolution(
            outcome=Outcome.SURE,
            entity=entity,
            score=score,
            method=method,
            candidates=(Candidate(entity=entity, score=score, reason=method),),
        )

    def entity(self, key: str) -> Entity | None:
        """The registered partnership of a key."""
        return self._entities.get(key)

    def platform(self, text: str) -> str:
        """The key of a thematic platform; nothing where it is none."""
        key = self._words.key(text)
        return self._platforms.get(key) or self._platforms.get(self._without_words(key), "")

    def _new(self, text: str, candidates: tuple[Candidate, ...]) -> Resolution:
        label = tidy(text) or "unnamed"
        key = slug(self._without_words(self._words.key(label)) or label)
        if key in self._entities:
            key += "-as-written"
        entity = Entity(kind=Kind.PARTNERSHIP, key=key, label=label)
        return Resolution(
            outcome=Outcome.NEW, entity=entity, score=SURE, method="as written", candidates=candidates
        )

    def _without_words(self, key: str) -> str:
        words = key.split()
        kept: list[str] = []
        while words:
            for option in self._around:
                if tuple(words[: len(option)]) == option:
                    words = words[len(option) :]
                    break
            else:
                kept.append(words.pop(0))
        return " ".join(word for word in kept if word not in ("the", "of", "for")) or key

    def _add(self, row: dict[str, str]) -> None:
        names = (row["label"], *parts(row["alt"]), *parts(row["facts_name"]))
        if row["kind"] == "platform":
            self._platforms.update((self._words.key(name), row["key"]) for name in names)
            return
        self._name(Entity(kind=Kind.PARTNERSHIP, key=row["key"], label=row["label"]), names)

    def _name(self, entity: Entity, names: Iterable[str]) -> None:
        self._entities[entity.key] = entity
        for name in names:
            key = self._words.key(name)
            self._names.setdefault(key, entity)
            self._bare.setdefault(self._without_words(key), entity)
