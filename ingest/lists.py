"""Lists as people write them → the names in them, each with its place and what stands in brackets.

Separators are lines, semicolons and commas; "and", "&" and "/" only where that splits into known names,
for "Castile and Leon" is one region.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Protocol

from ingest.form import Passage
from ingest.questionnaire import fold, plain
from ingest.resolve.types import is_field, organisation_type


class Names(Protocol):
    """What reading lists needs to know of the world."""

    def known(self, text: str) -> bool:
        """Whether a text is, beyond doubt, the name of a region or organisation we know."""

    def is_code(self, text: str) -> bool:
        """Whether a text is a NUTS code of any version."""

    def is_country(self, text: str) -> bool:
        """Whether two capital letters are a country's, not some region's: "NH" is North Holland."""

    def is_group(self, text: str) -> bool:
        """Whether a text names a group without naming its members: "European DIHs"."""


class _Nothing:
    """Knows no name; its lists split at plain separators only."""

    def known(self, text: str) -> bool:
        return False

    def is_code(self, text: str) -> bool:
        return False

    def is_country(self, text: str) -> bool:
        return True

    def is_group(self, text: str) -> bool:
        return False


_SEPARATOR = re.compile(
    r"\n|\s\(?(?:\d{1,2}|[a-h])\)\s(?=[^\W\d_])|\s?\|\s?|\s·\s|→|\u2028|<br\s*/?>|(?<!&amp)(?<!&nbsp)(?<!&quot)(?<!&#39);|,(?!\d)|•|\t",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(
    r"\s+(?:and|&|&amp;|und|et|y|e|en|och|og|ja|i|oraz|a|și|és|ir|un|agus|και|и)\s+|\s*/\s*|\s+\+\s+|\s+[–—-]\s+"
)
_AND = re.compile(r"\s+(?:and|&|&amp;|und|et|y|e|en|och|og|ja|i|oraz|a|și|és|ir|un|agus|και|и)\s+")
_PLAINLY_AND = re.compile(r"\s+(?:and|&|&amp;|und|et|og|och|oraz|și|és|και)\s+")  # no part of a place's name
_OF_FIELDS = re.compile(  # bodies that are named after several fields
    r"(?:[\w’']+\s+){0,2}(?:ministry|department|directorate(?:[ -]general)?|secretariat|agency|office|"
    r"faculty|"
    r"ministerium|ministère|ministerio|ministero|ministério|ministerstwo|ministerstvo|departamento|consejería|"
    r"conselleria)\s+"
    r"(?:of|for|für|de|del|della|di|da|do|pro|pre|des|du)\b",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(r"([^\W\d_a-z][^:]{1,60}?)\s*:\s+(?=[a-z])")  # "CEA: pilot line"
_BULLET = re.compile(r"\s*([-–—*▪·])\s+\S")
_NUMBER = re.compile(r"(?:^|(?<=\s))(\d{1,2})[.)]\s+(?=[^\W\d_])")
_COUNTRY = re.compile(r"[A-Z]{2}")
_TRAILING_CODE = re.compile(r"[\s,:–-]+([A-Z]{2}[A-Z0-9]{1,3})$")
_LEADING_CODE = re.compile(
    r"([A-Z]{2}[A-Z]?\d[A-Z0-9]{0,2}(?=[\s:–-])|[A-Z]{3}(?=\s*[:–-]\s))[\s:–-]*(?=[^\W\d_])"
)
_TRAILING_COUNTRY = re.compile(r"\s([A-Z]{2})$")
_BRACKETS = re.compile(r"\s*\\?[(\[]([^()\[\]\\]*)\\?[)\]]?\s*$")
_EDGES = re.compile(
    r"^[\s\\\-–•*·.,;:]*(?:(?:\d{1,2}[.)]|[a-h]\))\s+)?(?:(?:and|&|und|et|plus)\s+(?=\S))?(?:the\s+(?=[^\W\d_a-z]))?|[\s,;.]+$"
)
_TRAILING = re.compile(r"(?:\s+(?:and|&|und|et))?[\s,;.]+$|\s+(?:and|&|und|et)$")
_LIKE_A_CODE = re.compile(r"[A-Z]{2}[A-Z0-9]?\d[A-Z0-9]?")
_ASIDE = re.compile(r"(?<=\S)\s*\([^()]*\)$")  # "(WUR)"
_DASH = re.compile(r"\s[–—-]\s")
_OPEN_END = re.compile(r"(?:\s(?:and|und|et|y|e|en|och|og|ja|i|oraz|a|și)|[^\w)\].])$")  # no name ends so
_SLASH = re.compile(r"\s+/\s+")
_GOVERNING = re.compile(
    r"\b(?:of|for|de|des|du|del|della|di|für|der|voor|van|per|pour|para|do|da|za|dla)\b", re.I
)
_GOES_ON = re.compile(
    r"\s*(?:and|of|for|in|through|und|für|der|et|de|des|du|pour|y|per|van|voor|i|oraz)\s+\S"
)
_LONGEST_RUN = 40  # words of a cell whose separators may be lost
_LONGEST_NAME = 7  # words of one name in it
_ACRONYM = re.compile(r"[A-Z][A-Za-z]*[A-Z][A-Za-z&-]*|[A-Z]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One name of a list."""

    passage: Passage
    country: str = ""
    code: str = ""
    remark: str = ""  # what else stood in brackets, folded
    told: bool = False  # stands in a sentence, not in a list


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a list is to be split."""

    names: Names
    examples: tuple[str, ...]
    apart: int


def split(
    passage: Passage,
    *,
    names: Names | None = None,
    examples: Sequence[str] = (),
    together: Sequence[str] = (),
    apart: int = 0,
) -> tuple[Item, ...]:
    """The names of a list, in order; repeated names are kept.

    `examples` are phrases that introduce the members of a group, `together` those that join two names.
    `apart` is how many words names must have that "and" is taken to join though nobody knows them; 0: it
    never is, for they may be a region's halves.
    """
    manner = _Manner(names or _Nothing(), tuple(examples), apart)
    names = manner.names
    items: list[Item] = []
    in_line = 0
    for piece, starts in _pieces(passage, together):
        in_line = 0 if starts == "line" else in_line + 1
        rest: Passage | None = piece
        if items and not starts:
            items[-1], rest = _taken(piece, items[-1], names)
            if rest is piece and _goes_on(items[-1], piece, names):
                items[-1], rest = _joined(passage, items[-1], piece), None
        if rest:
            items += _items(rest, manner, in_line > 0)
    return tuple(items)


def _taken(piece: Passage, before: Item, names: Names) -> tuple[Item, Passage | None]:
    """The item before a comma with the code or country that follows it, and what is left of the piece."""
    bare, name = plain(piece.text), plain(before.passage.text)
    words = re.split(r"[\s,:–-]+", name)
    coded = bool(before.code) or any(names.is_code(word) for word in words if not _COUNTRY.fullmatch(word))
    is_there = names.known(name) or (before.country and bare.startswith(before.country))
    if not coded and _LIKE_A_CODE.fullmatch(bare) and is_there:
        return replace(before, code=bare), None  # of no version: a slip of the pen
    first = re.match(r"([A-Z]{2}[A-Z0-9]{1,3})\s+(?:\d{1,2}[.)]\s+)?(?=[^\W\d_a-z])", piece.text)
    if not coded and names.is_code(bare) and not _COUNTRY.fullmatch(bare):
        return replace(before, code=bare), None
    is_country = (
        _COUNTRY.fullmatch(bare)
        and (names.is_code(bare) or not names.known(bare))  # "BW" is a region
        and (not names.known(name) or names.known(f"{name}, {bare}"))  # "FVG, EE" are two
    )
    if not before.country and (is_country or _is_country_of(bare, before, names)):
        return replace(before, country=bare), None
    if not coded and first and names.is_code(first[1]):  # the separator behind the code is lost
        return replace(before, code=first[1]), piece.part(first.end(), len(piece.text))
    return before, piece


def _goes_on(item: Item, piece: Passage, names: Names) -> bool:
    """Whether a piece goes on a name of fields: "Ministry of Economy, Labour and Housing"."""
    before, text = plain(item.passage.text), plain(piece.text)
    return (
        _OF_FIELDS.match(before) is not None
        and re.search(r"\s(?:and|und|et|y|e|i|a)\s", text) is not None
        and organisation_type(text) is None
        and not (names.known(before) or names.is_group(text))
        and not any(names.known(part) or _is_acronym(part) for part in _CONJUNCTION.split(text))
    )


def _joined(passage: Passage, item: Item, piece: Passage) -> Item:
    """An item and the piece behind it as one, with what stands between them."""
    start, end = _start_in(passage, item.passage), _start_in(passage, piece) + len(piece.text)
    return Item(passage=passage.part(start, end))


def _is_country_of(text: str, item: Item, names: Names) -> bool:
    """Whether a piece is the country of the name before it: "Lapland, Finland" is one name."""
    name = plain(item.passage.text)
    return not item.country and names.known(text) and names.known(name) and names.known(f"{name}, {text}")


def _pieces(passage: Passage, together: Sequence[str]) -> Iterator[tuple[Passage, str]]:
    """What stands between separators, and whether it begins a "line", a "part" of it, or nothing."""
    text, start, starts = passage.text, 0, "line"
    for match in _separator(tuple(together), _is_numbered(text), _bullet(text)).finditer(text):
        if match[0] not in ("\n", "\u2028") and _inside_brackets(text, start, match.start()):
            continue
        if match[0] in ("\n", "\u2028") and _goes_on_below(text, start, match.end()):
            continue
        if piece := _trimmed(passage, start, match.start()):
            yield piece, starts
        line_ends = match[0] in ("\n", "\u2028") or match[0].casefold().startswith("<br")
        start, starts = match.end(), "line" if line_ends else "" if match[0] == "," else "part"
    if piece := _trimmed(passage, start, len(text)):
        yield piece, starts


def _goes_on_below(text: str, start: int, at: int) -> bool:
    """Whether a name goes on behind the end of a line: "Institute for Durability", "and Reliability"."""
    before, rest = text[start:at], text[at:]
    closing, opening = rest.find(")"), rest.find("(")
    in_brackets = before.count("(") > before.count(")") and 0 <= closing < (
        opening if opening >= 0 else len(rest)
    )
    return in_brackets or _GOES_ON.match(rest) is not None


@cache
def _separator(together: tuple[str, ...], numbered: bool, bullet: str) -> re.Pattern[str]:
    joiners = [rf"\s{re.escape(phrase)}\s" for phrase in together]
    numbers = [rf"\s{_NUMBER.pattern}"] if numbered else []
    bullets = [rf"\s{re.escape(bullet)}\s"] if bullet else []
    return re.compile("|".join((_SEPARATOR.pattern, *joiners, *numbers, *bullets)), re.IGNORECASE)


def _bullet(text: str) -> str:
    """The mark before each item of a list that has lost its lines: "- ZAG - CTU - Leitat"; else nothing."""
    match = None if "\n" in text or "\u2028" in text or "<br" in text else _BULLET.match(text)
    return match[1] if match and len(re.findall(rf"\s{re.escape(match[1])}\s", text)) > 1 else ""


def _is_numbered(text: str) -> bool:
    """Whether numbers in a line count its items: "1. Randstad  2. Flanders"."""
    numbers = [int(match[1]) for match in _NUMBER.finditer(text)]
    return (
        len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 3
    )


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
    stripped = _TRAILING.sub("", text[lead:])
    if stripped.endswith(")") and stripped.count(")") > stripped.count("("):
        stripped = stripped[:-1].rstrip()
    for mark in ("**", "__"):
        if stripped.startswith(mark) and stripped.endswith(mark) and len(stripped) > 4:
            lead, stripped = lead + len(mark), stripped[2:-2]
    if not re.search(r"\w", stripped):
        return None
    return passage.part(start + lead, start + lead + len(stripped))


def _items(piece: Passage, manner: _Manner, listed: bool = False) -> Iterator[Item]:
    names, examples = manner.names, manner.examples
    if members := _members(piece, names):
        yield from members
        return
    piece = _without_lead(piece, examples, names)
    whole = _item(piece, names)
    if not names.known(plain(piece.text)) and not names.known(plain(whole.passage.text)):
        if listed_members := _headed(piece, names):
            yield from split(listed_members, names=names, examples=examples, apart=manner.apart)
            return
        if given := _examples(piece, examples) or _bracketed(piece, names):
            group, inner = given
            yield Item(passage=group)
            yield from split(inner, names=names, apart=manner.apart)
            return
        if run := _segmented(piece, names):
            for part in run:
                yield _item(part, names)
            return
        parts = (
            [whole.passage]
            if names.is_group(whole.passage.text)
            else _conjoined(whole.passage, manner, listed)
        )
        if len(parts) > 1:
            for part in parts[:-1]:
                yield from _items(part, manner)
            yield replace(whole, passage=_item(parts[-1], names).passage)
            return
    yield whole


@cache
def _example_lead(phrases: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True))) or "(?!)"
    return re.compile(rf"(?:{either})[\s:,]+(?=\w)", re.IGNORECASE)


def _without_lead(piece: Passage, examples: Sequence[str], names: Names) -> Passage:
    """A piece without "e.g." before it, and without the remark behind its colon."""
    if match := _example_lead(tuple(examples)).match(piece.text):
        return piece.part(match.end(), len(piece.text))
    described = _DESCRIBED.match(piece.text)
    if described and not names.is_group(described[1]) and not names.known(plain(piece.text)):
        return piece.part(*described.span(1))
    return piece


def _item(piece: Passage, names: Names) -> Item:
    """A name without the country and the code that follow it."""
    item = Item(passage=piece)
    while True:
        text = item.passage.text
        if (kept := len(text.rstrip("* "))) < len(text):
            item = replace(item, passage=item.passage.part(0, kept))
        elif (match := _TRAILING_CODE.search(text)) and match.start() and names.is_code(match[1]):
            item = replace(item, passage=item.passage.part(0, match.start()), code=item.code or match[1])
        elif (match := _TRAILING_COUNTRY.search(text)) and _is_in(text[: match.start()], match[1], names):
            item = replace(item, passage=item.passage.part(0, match.start()), country=match[1])
        elif (match := _LEADING_CODE.match(text)) and names.is_code(match[1]):
            item = replace(
                item, passage=item.passage.part(match.end(), len(text)), code=item.code or match[1]
            )
        elif (match := _BRACKETS.search(text)) and match.start():
            inner = match[1].strip()
            words = re.split(r"[\s,;/:–-]+", inner)
            country = next(
                (word for word in words if _COUNTRY.fullmatch(word) and names.is_country(word)), ""
            )
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


def _is_in(name: str, country: str, names: Names) -> bool:
    """Whether a name is a region's in a country given by its code: "Limburg NL"."""
    return names.is_code(country) and names.known(name) and names.known(f"{name}, {country}")


def _members(piece: Passage, names: Names) -> list[Item]:
    """ "Finland (Lapland, Kainuu)" → the regions in the bracket, each with the country before it."""
    bracket = re.fullmatch(r"([^()\[\]]+?)\s*[(\[]([^()\[\]]+)[)\]]\s*", piece.text)
    if not bracket:
        return []
    country = plain(bracket[1])
    inner = split(piece.part(*bracket.span(2)), names=names)
    inside = all(names.known(f"{plain(item.passage.text)}, {country}") for item in inner)
    return [replace(item, country=country) for item in inner] if inner and inside else []


def _headed(piece: Passage, names: Names) -> Passage | None:
    """What stands behind the group that heads it: "Clusters: LSEC"."""
    head, colon, rest = piece.text.partition(":")
    start = len(head) + len(colon)
    return piece.part(start, len(piece.text)) if rest.strip() and names.is_group(head) else None


def _bracketed(piece: Passage, names: Names) -> tuple[Passage, Passage] | None:
    """ "regional clusters (LSEC, CETIC)" → the group and the list of its members."""
    bracket = re.fullmatch(r"([^()\[\]]+?)\s*[(\[]([^()\[\]]+)[)\]]\s*", piece.text)
    if not bracket or not names.is_group(bracket[1]) or not re.match(r"\W*[^\W\d_a-z]", bracket[2]):
        return None
    return piece.part(*bracket.span(1)), piece.part(*bracket.span(2))


def _examples(piece: Passage, phrases: Sequence[str]) -> tuple[Passage, Passage] | None:
    """ "local SMEs (e.g. LSEC, Cyberservices)" → the group and the list of its members."""
    text = piece.text
    for phrase in phrases:
        match = re.search(rf"(?:\s*[(\[,]\s*|\s+){re.escape(phrase)}[\s:,]+", text, re.IGNORECASE)
        if match and match.start():
            end = len(text.rstrip(")] "))
            if end > match.end():
                return piece.part(0, match.start()), piece.part(match.end(), end)
    return None


def _conjoined(piece: Passage, manner: _Manner, listed: bool) -> list[Passage]:
    """The parts between conjunctions, where they are names of their own; else the whole.

    They are where each is known or an acronym, where all are built alike, where a slash with spaces divides
    them, or where one is known and the rest are not governed by what stands before ("Chamber of Commerce and
    Industry"). At the end of a list (`listed`) "and" is taken for its last joint.
    """
    names = manner.names
    parts = _of_two_fields(piece, _whole_names(piece, _parts(piece, _CONJUNCTION), names))
    texts = [_ASIDE.sub("", plain(_item(part, names).passage.text)) for part in parts]
    sure = [names.known(text) or _is_acronym(text) or names.is_group(text) for text in texts]
    if all(sure) or _alike(texts):
        return parts
    slashed = _parts(piece, _SLASH)
    if len(slashed) > 1 and all(len(fold(part.text)) > 2 for part in slashed):
        return slashed
    if any(text.casefold().startswith("co") and len(text) < 7 for text in texts[1:]):
        return [piece]  # "GmbH & Co. KG"
    if _DASH.search(piece.text):
        return _with_long_forms(piece, names)
    bodies = [" " in text and organisation_type(text) is not None for text in texts]
    if " & " in piece.text and not sure[0] and " " not in texts[0] and bodies[-1]:
        return [piece]  # "Food & Bio Cluster Denmark"
    named = all(done or text[:1].isupper() for done, text in zip(sure, texts, strict=True))
    free = [
        _is_acronym(text)
        or body
        or (names.is_group(text) and text[:1].islower())
        or not _GOVERNING.search(before)
        for (before, text), body in zip(pairwise(texts), bodies[1:], strict=True)
    ]
    longer = all(done or len(text.split()) > 1 for done, text in zip(sure[1:], texts[1:], strict=True))
    if named and all(free) and (any(sure) or all(bodies) or (listed and longer)):
        return parts
    plainly = len(_parts(piece, _PLAINLY_AND)) == len(parts)
    enough = manner.apart and all(len(text.split()) >= manner.apart for text in texts)
    if named and all(free) and plainly and enough and all(map(_is_whole, texts)):
        return parts
    return [piece]


def _with_long_forms(piece: Passage, names: Names) -> list[Passage]:
    """The parts of a piece in which acronyms have their long forms behind a dash; else the whole.

    "Norte and EPIC - European Photonics Industry Consortium"
    """
    parts = _parts(piece, _AND)
    texts = [plain(_item(part, names).passage.text) for part in parts]
    sure = [
        names.known(text) or _is_acronym(text) or _is_acronym(_DASH.split(text)[0].strip()) for text in texts
    ]
    return parts if all(sure) else [piece]


def _is_whole(text: str) -> bool:
    """Whether a text can be the name of a body by itself, not half of "Research and Innovation Agency"."""
    words = text.split()
    alone = len(words) == 1 and (organisation_type(text) is not None or not text[:1].isupper())
    ends_open = is_field(words[-1]) and not _is_acronym(words[0]) and organisation_type(text) is None
    return not alone and not ends_open and len(words) <= _LONGEST_NAME


def _is_acronym(text: str) -> bool:
    return bool(_ACRONYM.fullmatch(text)) or (text.isupper() and text.isalpha() and 1 < len(text) < 9)


def _whole_names(piece: Passage, parts: list[Passage], names: Names) -> list[Passage]:
    """The parts, with those put together again that are one known name: "Castilla y León"."""
    whole: list[Passage] = []
    starts = [_start_in(piece, part) for part in parts]
    at = 0
    while at < len(parts):
        end = next(
            (
                last
                for last in range(len(parts) - 1, at, -1)
                if names.known(plain(piece.text[starts[at] : starts[last] + len(parts[last].text)]))
            ),
            at,
        )
        whole.append(piece.part(starts[at], starts[end] + len(parts[end].text)))
        at = end + 1
    return whole


def _of_two_fields(piece: Passage, parts: list[Passage]) -> list[Passage]:
    """The parts, with those put together again that name two fields: "Science and Technology Park"."""
    whole = parts[:1]
    for part in parts[1:]:
        before, behind = plain(whole[-1].text).split(), plain(part.text).split()
        if before and behind and is_field(before[-1]) and is_field(behind[0]):
            start = _start_in(piece, whole.pop())
            part = piece.part(start, _start_in(piece, part) + len(part.text))
        whole.append(part)
    return whole


def _start_in(piece: Passage, part: Passage) -> int:
    """Where a part of a piece begins, in characters of the piece."""
    lines = piece.text.split("\n")
    line = part.place.line - piece.place.line
    before = sum(len(each) + 1 for each in lines[:line])
    return before + part.place.column - (piece.place.column if line == 0 else 1)


def _parts(piece: Passage, separator: re.Pattern[str]) -> list[Passage]:
    parts: list[Passage] = []
    start = 0
    for match in separator.finditer(piece.text):
        if _inside_brackets(piece.text, start, match.start()):
            continue
        if part := _trimmed(piece, start, match.start()):
            parts.append(part)
        start = match.end()
    if part := _trimmed(piece, start, len(piece.text)):
        parts.append(part)
    return parts


def _segmented(piece: Passage, names: Names) -> list[Passage]:
    """Known names that stand one behind the other, their separators lost; nothing unless all of it is known.

    Of several ways to cut, the one with the fewest names is taken, and with the fewest single words that are
    part of a longer name with the next: "Central | Finland Lapland".
    """
    words = [match.span() for match in re.finditer(r"[^\s(\[]+(?:\s*[(\[][^()\[\]]*[)\]])?|\S+", piece.text)]
    if not 1 < len(words) <= _LONGEST_RUN:
        return []
    pairs = {
        end: names.known(plain(piece.text[words[end - 1][0] : words[end][1]])) for end in range(1, len(words))
    }  # whether the word before and the one behind are a name together
    best: list[tuple[int, list[tuple[int, int]]] | None] = [
        (0, [])
    ]  # the best way to cut the first words, its cost
    for end in range(1, len(words) + 1):
        ways = [
            (
                way[0] + 2 + (end - start == 1 and pairs.get(end, False)),
                [*way[1], (words[start][0], words[end - 1][1])],
            )
            for start in range(max(0, end - _LONGEST_NAME), end)
            if (way := best[start]) is not None
            and _is_segment(piece.text[words[start][0] : words[end - 1][1]], names)
        ]
        best.append(min(ways, key=lambda way: way[0], default=None))
    cut = best[-1][1] if best[-1] else []
    return [piece.part(start, end) for start, end in cut] if len(cut) > 1 else []


def _is_segment(text: str, names: Names) -> bool:
    """Whether a known name is long enough, and written as a name, to be cut out of a run of words."""
    if (code := _TRAILING_CODE.search(text)) and names.is_code(code[1]):
        text = text[: code.start()]
    whole = text[:1].isupper() and len(fold(text)) > 2 and not _OPEN_END.search(text)
    return whole and names.known(plain(text)) and not _reaches_over(text, names)


def _reaches_over(text: str, names: Names) -> bool:
    """Whether a run of words is a name and the beginning of the next: "Nord-Est and Regiunea"."""
    parts = _AND.split(text)
    return len(parts) > 1 and names.known(plain(parts[0])) and not names.known(plain(parts[-1]))


def _alike(texts: Sequence[str]) -> bool:
    """ "Unit A.2 and Unit H.1", "… A.2 Unit and H.1 Unit": the parts begin or end with the same word."""
    words = [text.casefold().split() for text in texts]
    if len(words) < 2 or any(len(word) < 2 for word in words):
        return False
    return len({word[0] for word in words}) == 1 or len({word[-1] for word in words}) == 1
