"""Words on pages: the names of programs as people say them, and queries and tables that can be read."""

import re
from collections.abc import Sequence

from markupsafe import Markup

from regiograph.store.tokens import tokens

_CELL_BREAK = "\u2028"  # stands for a line break inside a table cell


def labels(names: Sequence[str]) -> tuple[str, ...]:
    """The heads of columns. What a column holds goes before how it is called: `roleLabel` is a role.

    >>> labels(["n", "roleLabel", "period_label", "matchedTo"])
    ('N', 'Role', 'Period', 'Matched to')
    >>> labels(["role", "roleLabel"])
    ('Role', 'Role label')
    """
    short = [label(re.sub(r"(?<=.)_?(label|Label|Name)$", "", name)) for name in names]
    return tuple(label(name) if short.count(one) > 1 else one for name, one in zip(names, short, strict=True))


def first_question(summary: str) -> str:
    """The question of a summary, without what is said after it.

    >>> first_question("Who leads? Each with its role")
    'Who leads?'
    """
    asks, mark, _ = summary.partition("?")
    return asks + mark


def label(name: str) -> str:
    """A name of a program as words.

    >>> label("asWritten"), label("sha256")
    ('As written', 'Sha256')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]", " ", name).lower()
    return words[:1].upper() + words[1:]


def series(names: Sequence[str]) -> str:
    """Names as one says them.

    >>> series(["Estonia"]), series(["Brittany", "Estonia", "Wales"])
    ('Estonia', 'Brittany, Estonia and Wales')
    """
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def tabs(text: str) -> Markup:
    """A piece of a report; what parts the cells of a table row, and the lines in a cell, can be seen."""
    lines = [
        Markup('<span class="tab"> / </span>').join(cell.split(_CELL_BREAK)) for cell in text.split("\t")
    ]
    return Markup('<span class="tab"> · </span>').join(lines)


def colored(query: str) -> Markup:
    """A SPARQL query with its kinds of words told apart."""
    pieces: list[Markup] = []
    done = 0
    for token in tokens(query):
        pieces.append(Markup.escape(query[done : token.start]))
        shown = Markup('<span class="{}">{}</span>').format(token.kind, token.text)
        pieces.append(shown if token.kind != "mark" else Markup.escape(token.text))
        done = token.start + len(token.text)
    return Markup("").join([*pieces, Markup.escape(query[done:])])
