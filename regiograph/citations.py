"""How a frozen answer is cited: as BibTeX, RIS, CSL-JSON, and as one sentence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regiograph.frozen import Frozen

NAME = "Regiograph"
LICENCE = "CC BY 4.0"
MEDIA = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json",
}

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # a bare brace counts for BibTeX, also behind a backslash
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What a citation says."""

    frozen: Frozen
    title: str
    url: str

    @classmethod
    def of(cls, frozen: Frozen, summary: str, base: str) -> "Citation":
        """The citation of an answer; `summary` is the question in words, empty where it was plain SPARQL."""
        words = ", ".join(f"{name}: {word}" for name, word in frozen.parameters.items() if word)
        asof = f"as of {frozen.asof}" if frozen.asof else ""
        more = "; ".join(part for part in (words, asof) if part)
        title = _line(summary) or "Answer to a SPARQL query"
        return cls(
            frozen=frozen,
            title=f"{title} ({_line(more)})" if more else title,
            url=f"{base}/answers/{frozen.id}",
        )

    @property
    def sentence(self) -> str:
        """For reading."""
        return f"{NAME} ({self._year}). {self.title}. {self._version}. {self.url}"

    @property
    def note(self) -> str:
        """What makes the citation checkable."""
        frozen = self.frozen
        return (
            f"Frozen {frozen.frozen_at}; hash of the edition {frozen.edition_hash}; "
            f"hash of the answer {frozen.result_hash}; {LICENCE}"
        )

    def written(self, kind: str) -> str:
        """As `bib`, `ris` or `csl`."""
        return {"bib": self._bibtex, "ris": self._ris, "csl": self._csl}[kind]()

    def _bibtex(self) -> str:
        fields: Mapping[str, str] = {
            "author": f"{{{NAME}}}",
            "title": f"{{{_tex(self.title)}}}",
            "year": self._year,
            "date": self._day,
            "version": _tex(self._version),
            "publisher": NAME,
            "url": self.url,
            "urldate": self._day,
            "note": _tex(self.note),
        }
        inside = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        return f"@misc{{regiograph-{self.frozen.id},\n{inside}}}\n"

    def _ris(self) -> str:
        fields = [
            ("TY", "DATA"),
            ("ID", f"regiograph-{self.frozen.id}"),
            ("TI", self.title),
            ("AU", NAME),
            ("PY", self._year),
            ("DA", self._day.replace("-", "/")),
            ("ET", self._version),
            ("PB", NAME),
            ("UR", self.url),
            ("N1", self.note),
            ("ER", ""),
        ]
        return "".join(f"{tag}  - {value}\r\n" for tag, value in fields)

    def _csl(self) -> str:
        day = [int(part) for part in self._day.split("-")]
        content: dict[str, Any] = {
            "id": f"regiograph-{self.frozen.id}",
            "type": "dataset",
            "title": self.title,
            "author": [{"literal": NAME}],
            "publisher": NAME,
            "issued": {"date-parts": [day]},
            "accessed": {"date-parts": [day]},
            "version": self._version,
            "URL": self.url,
            "note": self.note,
        }
        return json.dumps([content], ensure_ascii=False, indent=1) + "\n"

    @property
    def _day(self) -> str:
        return self.frozen.frozen_at[:10]

    @property
    def _year(self) -> str:
        return self.frozen.frozen_at[:4]

    @property
    def _version(self) -> str:
        return f"Edition {self.frozen.edition}"


def _line(text: str) -> str:
    """A text on one line, without signs that no reader can print."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
