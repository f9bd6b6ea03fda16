"""Rows of SPARQL results, as JSON brings them."""

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Mapping[str, str]]
"""One row of SPARQL results JSON: a term by column; what is unbound is left out."""


def value_of(row: Row, name: str) -> str:
    """The text of a column; empty where it is unbound."""
    term = row.get(name)
    return term["value"] if term else ""


def count(results: Mapping[str, Any]) -> int:
    """How many rows an answer has; a yes or no is one."""
    return len(results["results"]["bindings"]) if "results" in results else 1
