"""What nobody sees of a page: elements not shown, styles that hide, words in the colour of their ground.

Knows HTML's elements, CSS declarations and colours; knows no file format.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

ELEMENTS = frozenset(
    ("script", "style", "template", "noscript", "noframes", "noembed", "nav", "footer", "svg", "canvas",
     "iframe", "object", "audio", "video", "map", "button", "datalist", "del", "title", "meta", "link",
     "base", "rp", "annotation", "annotation-xml")
)  # fmt: skip
"""Elements of a page whose words are not its text."""

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

_CLOSEST = 24  # of 255: colours that differ less are not told apart
_SMALLEST = 3.0  # points or pixels of a letter that can be read
_FAR = 500.0  # pixels outside of the page
_NAMES: dict[str, Colour] = {
    "white": WHITE, "black": BLACK, "snow": (255, 250, 250), "ivory": (255, 255, 240),
    "azure": (240, 255, 255),
    "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255), "floralwhite": (255, 250, 240),
    "mintcream": (245, 255, 250), "aliceblue": (240, 248, 255), "honeydew": (240, 255, 240),
    "seashell": (255, 245, 238), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
    "red": (255, 0, 0), "lime": (0, 255, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "navy": (0, 0, 128),
    "yellow": (255, 255, 0), "aqua": (0, 255, 255), "cyan": (0, 255, 255), "fuchsia": (255, 0, 255),
    "magenta": (255, 0, 255), "maroon": (128, 0, 0), "olive": (128, 128, 0), "purple": (128, 0, 128),
    "teal": (0, 128, 128),
}  # fmt: skip
_NUMBER = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|%|vw|vh|)")


def colour(text: str) -> Colour | None:
    """The colour that CSS, Word or Excel writes so; None where it is none that we know.

    >>> colour("#FFF"), colour("rgb(255 0 0)"), colour("auto")
    ((255, 255, 255), (255, 0, 0), None)
    """
    text = text.strip().casefold()
    if re.fullmatch(r"#[0-9a-f]{3,4}", text):
        return _of_hex("".join(digit * 2 for digit in text[1:4]))
    if re.fullmatch(r"#?[0-9a-f]{6}|#[0-9a-f]{8}", text):
        return _of_hex(text.lstrip("#"))
    if re.fullmatch(r"[0-9a-f]{8}", text):  # Excel: how opaque comes first
        return _of_hex(text[2:])
    if match := re.match(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})", text):
        return int(match[1]), int(match[2]), int(match[3])
    return _NAMES.get(text)


def _of_hex(digits: str) -> Colour:
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def alike(one: Colour | None, other: Colour | None) -> bool:
    """Whether nobody tells two colours apart; where one is not known, somebody may."""
    if one is None or other is None:
        return False
    return max(abs(left - right) for left, right in zip(one, other, strict=True)) < _CLOSEST


def too_small(size: float) -> bool:
    """Whether letters of a size, in points or pixels, cannot be read."""
    return size < _SMALLEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """What the text at a place is written with, and on what; inherited from element to element."""

    colour: Colour | None = BLACK
    ground: Colour | None = WHITE
    hidden: bool = False  # whatever its colour

    @property
    def unseen(self) -> bool:
        """Whether nobody sees what is written so."""
        return self.hidden or alike(self.colour, self.ground)

    def over(self, color: str | None, bgcolor: str | None) -> "Ink":
        """With what two attributes of an element say that are older than CSS."""
        ink = self
        if color:
            ink = replace(ink, colour=colour(color))
        if bgcolor:
            ink = replace(ink, ground=colour(bgcolor))
        return ink

    def styled(self, style: str) -> "Ink":
        """With the declarations of a style applied."""
        if not style:
            return self
        given = dict(declarations(style))
        ink = replace(self, hidden=self.hidden or _hides(given))
        if (written := given.get("color")) and written != "inherit":
            clear = (
                written == "transparent" or re.search(r"rgba?\(.*[,/]\s*0?\.?0+\s*\)", written) is not None
            )
            ink = replace(ink, colour=colour(written), hidden=ink.hidden or clear)
        for name in ("background", "background-color"):
            if name in given and given[name] not in ("transparent", "none", "inherit", "initial"):
                ink = replace(ink, ground=_ground(given[name]))
        return ink


PLAIN = Ink()
"""How text is written where nothing says otherwise."""


def declarations(style: str) -> Iterator[tuple[str, str]]:
    """The names and values in a style, in lower case."""
    for declaration in style.casefold().split(";"):
        name, _, value = declaration.partition(":")
        yield name.strip(), value.replace("!important", "").strip()


def _ground(value: str) -> Colour | None:
    """The colour in a background; None for pictures and gradients, whose colour nobody knows here."""
    if "(" in value and not value.startswith("rgb"):
        return None
    return colour(value) or next((found for word in value.split() if (found := colour(word))), None)


def _hides(given: dict[str, str]) -> bool:
    """Whether a style leaves an element in its place but lets nobody see it."""
    sizes = {name: _size(given[name]) for name in _SIZES if name in given}
    size, opacity = sizes.get("font-size"), sizes.get("opacity")
    if (size is not None and too_small(size)) or (opacity is not None and opacity < 0.1):
        return True
    if any((away := sizes.get(name)) is not None and away <= -_FAR for name in _AWAY):
        return True
    flat = any(sizes.get(name) == 0 for name in ("height", "width", "max-height", "max-width"))
    cut = re.match(r"rect\(\s*[01]|inset\(\s*(?:50|100)%", given.get("clip") or given.get("clip-path") or "")
    return (
        bool(cut) or (flat and given.get("overflow") == "hidden") or "scale(0)" in given.get("transform", "")
    )


_AWAY = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top")
_SIZES = ("font-size", "opacity", "height", "width", "max-height", "max-width", *_AWAY)


def _size(value: str) -> float | None:
    """A length in pixels or points; a share of the usual size as such; None for what is neither."""
    match = _NUMBER.match(value)
    if match is None:
        return None
    return float(match[1]) * {"em": 12.0, "rem": 12.0, "%": 0.12, "vw": 10.0, "vh": 10.0}.get(match[2], 1.0)
