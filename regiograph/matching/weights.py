"""What signals and roles weigh: data, learnt from facts where facts allow."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regiograph.matching.signals import SIGNALS
from regiograph.matching.world import Array

_MARK = "# --- learnt: written by regiograph match --learn ---"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of one version of the file."""

    roles: Mapping[str, float]
    stated: Mapping[str, float]
    learnt: Mapping[str, Mapping[str, float]]  # by task

    @classmethod
    def read(cls, path: Path) -> "Weights":
        """From `match_weights.toml`.

        Raises:
            ValueError: a signal that does not exist.
        """
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found = cls(roles=data["roles"], stated=data["stated"], learnt=data["weights"])
        for table in (found.stated, *found.learnt.values()):
            if strangers := table.keys() - SIGNALS.keys():
                raise ValueError(f"{path.name}: no such signals: {', '.join(sorted(strangers))}.")
        return found

    def of(self, task: str) -> Array:
        """A weight a signal, in the order of `SIGNALS`; a task of its own, or that of partnerships."""
        table = {**self.learnt.get(task, self.learnt["partnerships"]), **self.stated}
        return np.array([table.get(name, 0.0) for name in SIGNALS])


def written(text: str, learnt: Mapping[str, Mapping[str, float]], note: str) -> str:
    """The text of a weights file with its learnt tables replaced; the rest stays as it is."""
    kept = text.partition(_MARK)[0].rstrip()
    tables = [f"[weights.{task}]\n" + _lines(table) for task, table in learnt.items()]
    return "\n\n".join([kept, f"{_MARK}\n# {note}", *tables]) + "\n"


def _lines(table: Mapping[str, float]) -> str:
    return "\n".join(f"{name} = {value}" for name, value in table.items())
