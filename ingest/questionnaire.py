"""A questionnaire is data: its questions, their wordings and what kind of answer each takes."""

import html
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from ingest.languages import ByKey, Language, Languages
from ingest.wording import Wording

RECOGNISED = 88.0
"""Least similarity, 0–100 (indel ratio of folded texts), at which a line is a printed wording.
The best wording wins: some questions of one form are more alike than that ("past", "planned future")."""

ALIKE = 62.0
"""Least similarity, 0–100, of a label to a printed one where its words say what it is about."""

_LONGEST_LABEL = 40  # words
_KEPT = 8  # sets of languages whose questionnaires are kept: people who report together write alike
_REMEMBERED = 512  # texts: about those of one report, of which several steps ask the same
_LENGTHS = 200 / RECOGNISED - 1
"""How many times longer than another a text may be and still be recognised as that: by indel ratio."""

WORDS = (
    "everyone", "exceptions", "additions", "support", "lead_words", "co_lead_words", "lead_phrases",
    "co_lead_phrases", "together", "examples", "online", "hybrid", "undecided", "no_place", "in_person",
    "nobody", "others", "members_of", "excluded", "acting", "row_number", "requests", "verbs",
    "no_longer", "only_online", "ticked",
    "confidential_marks", "never_public",
)  # fmt: skip
"""The lists of phrases that every questionnaire's data file gives."""

_MARKS = re.compile(r"\\(?=[^\w\s])|\*\*|__|<(?!https?:)[^>]*>")
_PART_NUMBER = re.compile(r"^(?:i{1,3}|iv|v)\s+")
_NUMBERING = re.compile(r"\W*(?:(?:\d{1,2}|[a-h])[.)]\s+)?\W*")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_WORD = re.compile(r"\w+")
_FOLDED = bytes(ord(char.lower()) if re.match(r"\w", char) else ord(" ") for char in map(chr, range(128))) * 2
"""What an ASCII character is folded to, by its code."""


def plain(text: str) -> str:
    """Text as read by a person: without Markdown marks, HTML tags and entities; spaces folded.

    >>> plain("**\\\\* Start&nbsp;date**")
    '* Start date'
    """
    return " ".join(_unmarked(text).split())


@lru_cache(_REMEMBERED)
def fold(text: str) -> str:
    """Plain text for comparing: no case, accents, leading number or `*`; punctuation as spaces."""
    read = _unmarked(text)
    numbering = _NUMBERING.match(read)
    bare = read[numbering.end() :] if numbering else read
    if bare.isascii():
        return b" ".join(bare.encode().translate(_FOLDED).split()).decode()
    return " ".join(_WORD.findall(_without_accents(bare.casefold())))


def _unmarked(text: str) -> str:
    if "*" in text or "_" in text or "<" in text or "\\" in text:
        text = _MARKS.sub("", text)
    return html.unescape(text)


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    accents = {ord(char): None for char in set(decomposed) if unicodedata.combining(char)}
    return decomposed.translate(accents) if accents else decomposed


def without_brackets(text: str) -> str:
    """The text without what stands in (possibly nested) round brackets.

    >>> without_brackets("Results (of (all) kinds) so far")
    'Results so far'
    """
    while "(" in text and (shorter := _IN_BRACKETS.sub("", text)) != text:
        text = shorter
    return text.split(" (")[0].strip()


@dataclass(frozen=True, kw_only=True)
class Question:
    """One field of the form."""

    key: str
    kind: str  # period, partnership, date, address, text, actors, areas, events, count, matrix
    wordings: tuple[str, ...]
    mandatory: bool = False
    confidential: bool = False
    role: str = ""
    expected: str = ""
    status: str = ""
    mine: str = ""  # class of the results told in it
    links: bool = False  # tells of links to others
    about: tuple[str, ...] = ()  # words that a label of this question holds, however it is phrased
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    more_columns: dict[str, tuple[str, ...]] = field(default_factory=dict)  # that people add to the form
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of a matrix: titles by number

    @cached_property
    def folded_columns(self) -> dict[str, str]:
        """The columns by their folded wordings."""
        columns = {**self.more_columns, **self.columns}
        return {fold(wording): key for key, wordings in columns.items() for wording in wordings}

    @cached_property
    def folded_rows(self) -> dict[str, int]:
        """The rows of a matrix by their folded titles."""
        return {fold(title): int(number) for number, titles in self.rows.items() for title in titles}

    @cached_property
    def folded_wordings(self) -> tuple[str, ...]:
        """The wordings, folded."""
        return tuple(map(fold, self.wordings))


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the form under one heading."""

    key: str
    wordings: tuple[str, ...]
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """Text of the form that is neither question nor answer."""

    key: str
    instruction: bool = False  # stands between a question and its answer


Recognised = Question | Section | Printed


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """One questionnaire, as its data file describes it."""

    key: str
    title: str
    conforms_to: str
    least_questions: int
    confidential_words: frozenset[str]
    no_answer: frozenset[str]
    wording: Wording  # phrases people use, by what they mean; see `WORDS`
    numbers: dict[str, int]  # as words
    questions: tuple[Question, ...]
    sections: tuple[Section, ...]
    printed: tuple[Printed, ...]
    languages: Languages

    @classmethod
    def read(cls, path: Path) -> "Questionnaire":
        """A questionnaire from its data file.

        Raises:
            ValueError, KeyError, TypeError: the file is not a questionnaire: a defect of ours.
        """
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        languages = Languages.read(path.parent / "languages", data["key"], fold, _english(data))
        everywhere = (word for language in languages.all for word in language.confidential_words)
        return cls(
            key=data["key"],
            title=data["title"],
            conforms_to=data["conforms_to"],
            least_questions=data["least_questions"],
            confidential_words=frozenset(fold(word) for word in (*data["confidential_words"], *everywhere)),
            no_answer=frozenset(fold(word) for word in data["no_answer"]),
            wording=Wording({name: tuple(data[name]) for name in WORDS}, fold),
            numbers={fold(word): number for word, number in data["numbers"].items()},
            questions=tuple(_question(entry) for entry in data["question"]),
            sections=tuple(
                Section(
                    key=entry["key"],
                    wordings=tuple(entry["wordings"]),
                    confidential=entry.get("confidential", False),
                )
                for entry in data["section"]
            ),
            printed=(
                *(Printed(text) for text in data["printed"]),
                *(Printed(text, instruction=True) for text in data["instructions"]),
            ),
            languages=languages,
        )

    def spoken_in(self, lines: Iterable[str]) -> "Questionnaire":
        """The questionnaire with its wordings in the languages that the lines of a report speak, too."""
        languages = self.languages.spoken(lines)
        return self._with(languages) if languages else self

    @property
    def identifying(self) -> tuple[str, ...]:
        """Keys of the questions that say whose report it is, and for when."""
        return tuple(each.key for each in self.questions if each.kind in ("period", "partnership"))

    def question(self, key: str) -> Question:
        """The question with a key.

        Raises:
            KeyError: there is none.
        """
        return self._by_key[key]

    def recognise(self, text: str, least: float = RECOGNISED) -> Recognised | None:
        """The question, section or printed text whose wording a piece of text is."""
        folded = fold(text)
        if len(folded) < 4:
            return None
        if len(folded) < 16:  # in a short text a few letters make another word
            least = max(least, 93.0)
        return self._recognise(folded, least)

    @cached_property
    def _recognise(self) -> Callable[[str, float], Recognised | None]:
        return lru_cache(_REMEMBERED)(self._look_up)

    def _look_up(self, folded: str, least: float) -> Recognised | None:
        if (wording := folded) in self._wordings:
            score = 100.0
        elif found := process.extractOne(
            folded, self._as_long(len(folded)), scorer=fuzz.ratio, score_cutoff=least
        ):
            wording, score, _ = found
        else:
            return None
        owner = self._wordings[wording]
        # An instruction may quote an answer ("e.g.: Lapland (FI), FI1D7"): only its exact words count.
        exact = not (isinstance(owner, Printed) and owner.instruction) or score >= 99.0
        return owner if exact else None

    def likeness(self, text: str) -> float:
        """How much a piece of text is like the printed wording it is most like, 0 to 100."""
        folded = fold(text)
        if folded in self._wordings:
            return 100.0
        found = process.extractOne(folded, self._wordings.keys(), scorer=fuzz.ratio)
        return float(found[1]) if found else 0.0

    def alludes(self, text: str, least: float = ALIKE) -> Question | None:
        """The question that a label in other words is about; None where it is about none, or about two.

        `least` is how much a label must be like a printed one; a short label is taken by its words alone.
        """
        words = fold(without_brackets(plain(text)) or text).split()
        if not 0 < len(words) <= _LONGEST_LABEL:
            return None
        label = f" {' '.join(words)}"
        held = {beginning for beginning in self._beginnings if beginning in label}
        most: dict[int, int] = {}  # how many words of its largest group a question has there
        for beginning in held:
            for at, group in self._beginnings[beginning]:
                if held.issuperset(group):
                    most[at] = max(most.get(at, 0), len(group))
        best = [at for at, count in most.items() if count == max(most.values())]
        if len(best) != 1:
            return None
        question = self.questions[best[0]]
        alike = max(fuzz.token_sort_ratio(" ".join(words), wording) for wording in question.folded_wordings)
        return question if alike >= least else None

    def begins(self, text: str) -> bool:
        """Whether a text is the beginning of a question's wording: a label that was cut off."""
        folded = fold(text)
        return len(folded) >= 4 and any(
            wording.startswith(folded) and wording != folded
            for wording, owner in self._wordings.items()
            if isinstance(owner, Question)
        )

    def says_confidential(self, text: str) -> bool:
        """Whether a heading announces a confidential part."""
        folded, phrases = f" {fold(text)} ", self._confidential_phrases
        return any(phrase in folded for word in folded.split() for phrase in phrases.get(word, ()))

    def begins_confidential(self, text: str) -> bool:
        """Whether a line begins, or ends, with the words that announce a confidential part."""
        folded, phrases = f" {_PART_NUMBER.sub('', fold(text))} ", self._confidential_phrases
        words = folded.split() or [""]
        return folded.startswith(phrases.get(words[0], ())) or folded.endswith(phrases.get(words[-1], ()))

    def heads_confidential(self, text: str) -> bool:
        """Whether a text is nothing but the heading of a confidential part."""
        if _PART_NUMBER.sub("", fold(text)) in self.confidential_words:
            return True
        recognised = self.recognise(text)
        return isinstance(recognised, Section) and recognised.confidential

    def marks_confidential(self, text: str) -> bool:
        """Whether a passage says of itself that it is not for the public: "Confidential: …"."""
        wording = self.wording
        if not text or not wording.may_hold(("confidential_marks", "never_public"), text):
            return False
        return wording.marks("confidential_marks", text) or wording.says("never_public", text)

    def is_no_answer(self, text: str) -> bool:
        """Whether a text only says that there is no answer yet ('tbc')."""
        folded = fold(text)
        return not folded or folded in self.no_answer

    @cached_property
    def _with(self) -> Callable[[tuple[Language, ...]], "Questionnaire"]:
        return lru_cache(_KEPT)(self._translated)

    def _translated(self, languages: tuple[Language, ...]) -> "Questionnaire":
        """This questionnaire with the wordings of some languages behind its own."""
        sections = [each.sections for each in languages]
        return replace(
            self,
            questions=tuple(_translated(question, languages) for question in self.questions),
            sections=tuple(
                replace(section, wordings=_joined(section.wordings, section.key, sections))
                for section in self.sections
            ),
            printed=(
                *self.printed,
                *(Printed(text) for each in languages for text in each.printed),
                *(Printed(text, instruction=True) for each in languages for text in each.instructions),
            ),
        )

    @cached_property
    def _beginnings(self) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
        """The groups of words that questions are `about`, by one of the words, with the question's place.

        A space before a word tells that others may begin with it; a word that gives several to choose from
        ("past|former meeting") makes a group of each.
        """
        found: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for at, question in enumerate(self.questions):
            for words in question.about:
                for group in product(*(word.split("|") for word in words.split())):
                    beginnings = tuple(f" {fold(word)}" for word in group)
                    for beginning in beginnings:
                        found.setdefault(beginning, [])
                    found[max(beginnings, key=len)].append((at, beginnings))
        return found

    @cached_property
    def _confidential_phrases(self) -> dict[str, tuple[str, ...]]:
        """What announces a confidential part, with a space on both sides, by each of its words."""
        found: dict[str, tuple[str, ...]] = {}
        for phrase in self.confidential_words:
            for word in phrase.split():
                found[word] = (*found.get(word, ()), f" {phrase} ")
        return found

    @cached_property
    def _by_key(self) -> dict[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def _wordings(self) -> dict[str, Recognised]:
        owners: list[tuple[str, Recognised]] = [(text.key, text) for text in self.printed]
        owners += [(text, section) for section in self.sections for text in section.wordings]
        owners += [(text, question) for question in self.questions for text in question.wordings]
        found: dict[str, Recognised] = {}
        for text, owner in owners:
            found[fold(text)] = owner
            found.setdefault(fold(without_brackets(text)), owner)
        return found

    def _as_long(self, length: int) -> tuple[str, ...]:
        """The wordings that a text of so many characters may be recognised as, by its length alone."""
        if length > self._longest:
            return ()
        if length not in self._by_length:
            self._by_length[length] = tuple(
                wording
                for wording in self._wordings
                if max(length, len(wording)) <= _LENGTHS * min(length, len(wording)) + 1
            )
        return self._by_length[length]

    @cached_property
    def _by_length(self) -> dict[int, tuple[str, ...]]:
        return {}

    @cached_property
    def _longest(self) -> int:
        """Characters of the longest text that may be recognised."""
        return int(max(map(len, self._wordings)) * _LENGTHS) + 1


def _question(entry: dict[str, Any]) -> Question:
    def texts(part: str) -> dict[str, tuple[str, ...]]:
        return {key: tuple(wordings) for key, wordings in entry.get(part, {}).items()}

    lists = ("wordings", "about", "section", "columns", "more_columns", "rows")
    return Question(
        wordings=tuple(entry["wordings"]),
        about=tuple(entry.get("about", ())),
        columns=texts("columns"),
        more_columns=texts("more_columns"),
        rows=texts("rows"),
        **{key: value for key, value in entry.items() if key not in lists},
    )


def _translated(question: Question, languages: tuple[Language, ...]) -> Question:
    """A question with what it is called in some languages, too."""
    kind = question.kind
    return replace(
        question,
        wordings=_joined(question.wordings, question.key, [each.wordings for each in languages]),
        about=_joined(question.about, question.key, [each.about for each in languages]),
        columns=_all_joined(question.columns, [each.columns.get(kind, {}) for each in languages]),
        rows=_all_joined(question.rows, [each.rows.get(kind, {}) for each in languages]),
    )


def _all_joined(own: ByKey, others: Sequence[ByKey]) -> dict[str, tuple[str, ...]]:
    return {key: _joined(texts, key, others) for key, texts in own.items()}


def _joined(own: tuple[str, ...], key: str, others: Iterable[ByKey]) -> tuple[str, ...]:
    """What has a key in one's own file, and behind that what has it in others."""
    return (*own, *(text for each in others for text in each.get(key, ())))


def _english(data: dict[str, Any]) -> set[str]:
    """The words of a data file that are surely English: of what is printed, and what questions are about."""
    printed = [each["wordings"][0] for each in (*data["section"], *data["question"]) if each["wordings"]]
    about = [text for each in data["question"] for text in each.get("about", ())]
    texts = (*printed, *about, *data["printed"], *data["instructions"])
    return {word for text in texts for word in fold(text).split()}


def read_all(folder: Path | None = None) -> tuple[Questionnaire, ...]:
    """Every questionnaire we know, in the order of their file names."""
    folder = folder or Path(__file__).parent / "questionnaires"
    return tuple(Questionnaire.read(path) for path in sorted(folder.glob("*.toml")))
