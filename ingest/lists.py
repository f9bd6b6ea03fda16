"""Lists as people write them → the names in them, each with its place and what stands in brackets.

Separators are lines, semicolons and commas; "and", "&" and "/" only where that splits into known names,
for "Castile and Leon" is one region.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ingest.form import Passage
from ingest.questionnaire import fold, plain


class Names(Protocol):
    """What reading lists needs to know of the world."""

    def known(self, text: str) -> bool:
        """Whether a text is, beyond doubt, the name of a region or organisation we know."""

    def is_code(self, text: str) -> bool:
        """Whether a text is a NUTS code of any version."""

    def is_group(self, text: str) -> bool:
        """Whether a text names a group without naming its members: "European DIHs"."""


class _Nothing:
    """Knows no name; its lists split at plain separators only."""

    def known(self, text: str) -> bool:
        return False

    def is_code(self, text: str) -> bool:
        return False

    def is_group(self, text: str) -> bool:
        return False


_SEPARATOR = re.compile(r"\n|\u2028|<br\s*/?>|;|,(?!\d)|•|\t", re.IGNORECASE)
_CONJUNCTION = re.compile(
    r"\s+(?:and|&|und|et|y|e|en|och|og|ja|i|oraz|a|și|și)\s+|\s*/\s*|\s+\+\s+|\s+[–—-]\s+"
)
_COUNTRY = re.compile(r"[A-Z]{2}")
_TRAILING_CODE = re.compile(r"[\s,:–-]+([A-Z]{2}[A-Z0-9]{1,3})$")
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]?\s*$")
_EDGES = re.compile(r"^[\s\-–•*·.,;:]*(?:\d{1,2}[.)]\s+)?|[\s,;.]+$")
_ACRONYM = re.compile(r"[A-Z][A-Za-z]*[A-Z][A-Za-z&-]*|[A-Z]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One name of a list."""

    passage: Passage
    country: str = ""
    code: str = ""
    remark: str = ""  # what else stood in brackets, folded


def split(passage: Passage, *, names: Names | None = None, examples: Sequence[str] = ()) -> tuple[Item, ...]:
    """The names of a list, in order; repeated names are kept."""
    names = names or _Nothing()
    items: list[Item] = []
    for piece, starts_line in _pieces(passage):
        bare = plain(piece.text)
        if items and not starts_line and names.is_code(bare) and not items[-1].code:
            items[-1] = replace(items[-1], code=bare)
        elif items and not starts_line and _COUNTRY.fullmatch(bare) and not items[-1].country:
            items[-1] = replace(items[-1], country=bare)
        else:
            items += _items(piece, names, examples)
    return tuple(items)


def _pieces(passage: Passage) -> Iterator[tuple[Passage, bool]]:
    """What stands between separators, and whether it begins a line."""
    text, start, starts_line = passage.text, 0, True
    for match in _SEPARATOR.finditer(text):
        if match[0] not in ("\n", "\u2028") and _inside_brackets(text, start, match.start()):
            continue
        if piece := _trimmed(passage, start, match.start()):
            yield piece, starts_line
        start, starts_line = match.end(), match[0] in ("\n", "\u2028")
    if piece := _trimmed(passage, start, len(text)):
        yield piece, starts_line


def _inside_brackets(text: str, start: int, at: int) -> bool:
    """Whether an opened bracket is still open, and will be closed before the line ends."""
    line_end = text.find("\n", at)
    rest = text[at : line_end if line_end >= 0 else len(text)]
    before = text[start:at]
    return before.count("(") > before.count(")") and ")" in rest


def _trimmed(passage: Passage, start: int, end: int) -> Passage | None:
    text = passage.text[start:end]
    edges = _EDGES.match(text)
    lead = edges.end() if edges else 0
    stripped = re.sub(r"[\s,;.]+$", "", text[lead:])
    if stripped.endswith(")") and stripped.count(")") > stripped.count("("):
        stripped = stripped[:-1].rstrip()
    for mark in ("**", "__"):
        if stripped.startswith(mark) and stripped.endswith(mark) and len(stripped) > 4:
            lead, stripped = lead + len(mark), stripped[2:-2]
    if not re.search(r"\w", stripped):
        return None
    return passage.part(start + lead, start + lead + len(stripped))


def _items(piece: Passage, names: Names, examples: Sequence[str]) -> Iterator[Item]:
    whole = _item(piece, names)
    if not names.known(plain(piece.text)) and not names.known(plain(whole.passage.text)):
        if given := _examples(piece, examples):
            group, inner = given
            yield Item(passage=group)
            yield from split(inner, names=names)
            return
        parts = _conjoined(whole.passage, names)
        if len(parts) > 1:
            for part in parts[:-1]:
                yield _item(part, names)
            yield replace(whole, passage=_item(parts[-1], names).passage)
            return
    yield whole


def _item(piece: Passage, names: Names) -> Item:
    """A name without the country and the code that follow it."""
    item = Item(passage=piece)
    while True:
        text = item.passage.text
        if (kept := len(text.rstrip("* "))) < len(text):
            item = replace(item, passage=item.passage.part(0, kept))
        elif (match := _TRAILING_CODE.search(text)) and match.start() and names.is_code(match[1]):
            item = replace(item, passage=item.passage.part(0, match.start()), code=item.code or match[1])
        elif (match := _BRACKETS.search(text)) and match.start():
            inner = match[1].strip()
            words = re.split(r"[\s,;/:–-]+", inner)
            country = next((word for word in words if _COUNTRY.fullmatch(word)), "")
            code = next((word for word in words if names.is_code(word) and word != country), "")
            if set(words) - {country, code, "NUTS", ""}:
                if not country and not code:
                    return replace(item, remark=fold(inner))
                return item
            item = replace(
                item,
                passage=item.passage.part(0, match.start()),
                country=item.country or country,
                code=item.code or code,
            )
        else:
            return item


def _examples(piece: Passage, phrases: Sequence[str]) -> tuple[Passage, Passage] | None:
    """ "local SMEs (e.g. LSEC, Cyberservices)" → the group and the list of its members."""
    text = piece.text
    for phrase in phrases:
        match = re.search(rf"\s*[(\[,]\s*{re.escape(phrase)}[\s:,]+", text, re.IGNORECASE)
        if match and match.start():
            end = len(text.rstrip(")] "))
            if end > match.end():
                return piece.part(0, match.start()), piece.part(match.end(), end)
    return None


def _conjoined(piece: Passage, names: Names) -> list[Passage]:
    """The parts between conjunctions, where each is a known name or an acronym, or all are built alike."""
    parts: list[Passage] = []
    start = 0
    for match in _CONJUNCTION.finditer(piece.text):
        if part := _trimmed(piece, start, match.start()):
            parts.append(part)
        start = match.end()
    if part := _trimmed(piece, start, len(piece.text)):
        parts.append(part)
    texts = [plain(_item(part, names).passage.text) for part in parts]
    if all(names.known(text) or _ACRONYM.fullmatch(text) for text in texts) or _alike(texts):
        return parts
    return [piece]


def _alike(texts: Sequence[str]) -> bool:
    """ "Unit A.2 and Unit H.1", "… A.2 Unit and H.1 Unit": the parts begin or end with the same word."""
    words = [text.casefold().split() for text in texts]
    if len(words) < 2 or any(len(word) < 2 for word in words):
        return False
    return len({word[0] for word in words}) == 1 or len({word[-1] for word in words}) == 1
