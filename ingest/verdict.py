"""What there is to say about a report: findings in plain words, grouped, in English and French."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

_LONGEST_HEAD = 80


class Severity(StrEnum):
    """How much a finding matters to the person who wrote the report."""

    MUST_FIX = "must-fix"
    PLEASE_CHECK = "please-check"
    FOR_INFORMATION = "for-information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One text in the languages a secretary can choose."""

    en: str
    fr: str

    def say(self, language: str) -> str:
        """The text in `language`, in English where there is no other."""
        return self.fr if language == "fr" and self.fr else self.en


_NOTHING = Words(en="Nothing has to be fixed.", fr="Rien n'est à corriger.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to tell about a report."""

    severity: Severity
    field: str  # key of the question; empty where it is about none
    question: Words | None  # as printed
    message: Words
    line: int | None  # in their file, or in its plain rendition where it has no lines
    place: str  # where that is in a file without lines, such as a page
    written: str  # the name or value as they wrote it; never of a confidential answer
    taken_as: str  # whom we took the name for, where that reads differently
    perhaps: tuple[str, ...]  # whom a name in doubt may mean, the likeliest first
    rule: str  # the shape's IRI


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All findings on a report, in the order of its questions."""

    must_fix: tuple[Finding, ...] = ()
    please_check: tuple[Finding, ...] = ()
    for_information: tuple[Finding, ...] = ()

    @property
    def conforms(self) -> bool:
        """Nothing has to be fixed."""
        return not self.must_fix

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, the gravest first."""
        return self.must_fix + self.please_check + self.for_information

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Verdict":
        """Findings, grouped by severity; their order is kept."""
        groups: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
        for finding in findings:
            groups[finding.severity].append(finding)
        must_fix, please_check, for_information = (tuple(group) for group in groups.values())
        return cls(must_fix=must_fix, please_check=please_check, for_information=for_information)

    def to_json(self) -> str:
        """As JSON; `from_json` reads it back."""
        content = {"conforms": self.conforms, "findings": [asdict(finding) for finding in self.findings]}
        return json.dumps(content, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Verdict":
        """A verdict that `to_json` wrote.

        Raises:
            ValueError: not such a text.
        """
        try:
            return cls.of(_finding(entry) for entry in json.loads(text)["findings"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError("Not a verdict.") from error

    def text(self, language: str = "en") -> str:
        """In plain words, `en` or `fr`.

        >>> print(Verdict().text("en"))
        Nothing has to be fixed.
        """
        parts = (
            (Words(en="Must be fixed", fr="À corriger"), self.must_fix),
            (Words(en="Please check", fr="À vérifier"), self.please_check),
            (Words(en="For information", fr="Pour information"), self.for_information),
        )
        said = [] if self.must_fix else [_NOTHING.say(language)]
        for heading, findings in parts:
            if findings:
                said.append(f"{heading.say(language)} ({len(findings)})\n{_paragraph(findings, language)}")
        return "\n\n".join(said)


def _finding(entry: dict[str, object]) -> Finding:
    def words(value: object) -> Words:
        if not isinstance(value, dict):
            raise TypeError
        return Words(en=str(value["en"]), fr=str(value["fr"]))

    def names(value: object) -> list[object]:
        if not isinstance(value, list):
            raise TypeError
        return value

    question, line = entry["question"], entry["line"]
    return Finding(
        severity=Severity(str(entry["severity"])),
        field=str(entry["field"]),
        question=None if question is None else words(question),
        message=words(entry["message"]),
        line=line if isinstance(line, int) else None,
        place=str(entry["place"]),
        written=str(entry["written"]),
        taken_as=str(entry["taken_as"]),
        perhaps=tuple(str(name) for name in names(entry["perhaps"])),
        rule=str(entry["rule"]),
    )


def _paragraph(findings: Iterable[Finding], language: str) -> str:
    """Findings as a list; what a rule says several times of one question is said once, with all places."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.field, finding.rule), []).append(finding)
    return "\n".join(line for group in alike.values() for line in _items(group, language))


def _items(alike: list[Finding], language: str) -> Iterator[str]:
    """One item of the list.

    >>> message = Words(en="Please check.", fr="Veuillez vérifier.")
    >>> finding = Finding(severity=Severity.PLEASE_CHECK, field="", question=None, line=62, place="",
    ...     message=message, written="Castilla", taken_as="Castile and León", perhaps=(), rule="")
    >>> print(*_items([finding], "fr"))
    - Ligne 62, « Castilla » (compris comme Castile and León) : Veuillez vérifier.
    """
    first, colon = alike[0], " : " if language == "fr" else ": "
    question = first.question.say(language).rstrip(".") if first.question else ""
    head = [textwrap.shorten(question, _LONGEST_HEAD, placeholder=" …")] if question else []
    places = [_where(finding, language) for finding in alike]
    if len(alike) == 1:
        head += places
    start = ", ".join(part for part in head if part)
    message = first.message.say(language)
    yield f"- {start[:1].upper()}{start[1:]}{colon}{message}" if start else f"- {message}"
    if len(alike) > 1:
        yield from (f"  - {place}" for place in places if place)


def _where(finding: Finding, language: str) -> str:
    """The line and the words of a finding."""
    french = language == "fr"
    line = "" if finding.line is None else f"{'ligne' if french else 'line'} {finding.line}"
    said = [finding.place or line] if finding.place or line else []
    if finding.written:
        written = textwrap.shorten(finding.written, _LONGEST_HEAD, placeholder=" …")
        notes = []
        if finding.taken_as:
            notes.append(f"{'compris comme' if french else 'taken as'} {finding.taken_as}")
        if finding.perhaps:
            notes.append(f"{'peut-être' if french else 'perhaps'} {', '.join(finding.perhaps)}")
        note = f" ({'; '.join(notes)})" if notes else ""
        said.append((f"« {written} »" if french else f"“{written}”") + note)
    return ", ".join(said)
