"""Who is named in an answer, and as what: leaders and their support, those involved, everyone but some."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from ingest.columns import columns_of
from ingest.form import Cell, Passage, Table
from ingest.lists import Item, Names, split
from ingest.questionnaire import Question, Questionnaire, fold, plain
from ingest.report import Expected, Involved, Mention, Role
from ingest.resolve.types import organisation_type
from ingest.sentences import Sentences, has_capital

URL = re.compile(r"(?:https?://|www\.)[^\s<>\[\]()\"']+[^\s<>\[\]()\"'.,;:]", re.IGNORECASE)

_APART = {Expected.REGION: 0, Expected.ANY: 2, Expected.ORGANISATION: 1}
"""How many words names must have that "and" joins, unknown to us, by what is expected."""


_RELATIVE = re.compile(r"(?:which|who|that|whose|where|qui|que|die|der|das)\s", re.IGNORECASE)


class Naming:
    """Reads the names in answers to one questionnaire; `names` is what is known of the world."""

    def __init__(self, questionnaire: Questionnaire, names: Names) -> None:
        self._questionnaire = questionnaire
        self._words = questionnaire.wording
        self._names = names
        self._sentences = Sentences(self._words, names)

    def named(self, passage: Passage, question: Question) -> Iterator[Mention]:
        """The names in a line of the answer to a question."""
        if not self._questionnaire.is_no_answer(passage.text):
            yield from self.mentions(passage, Role(question.role), Expected(question.expected))

    def tabled(self, table: Table, question: Question) -> Iterator[Mention]:
        """The names in a table: of the column of names, with their countries and codes; else in any cell.

        What other columns tell, such as whom to contact, nobody asked for.
        """
        columns: dict[str, int] = {}
        for row in table.rows:
            if header := columns_of(row, question, self._words.folded("row_number")):
                columns = {key: index for index, key in header.items()}
                continue
            cells = {key: row.cells[index] for key, index in columns.items() if index < len(row.cells)}
            for cell in [cells["name"]] if "name" in cells else row.cells:
                if cell.passage and not cell.repeated:
                    yield from self._located(self.named(cell.passage, question), cells)

    def _located(self, mentions: Iterable[Mention], cells: Mapping[str, Cell]) -> Iterator[Mention]:
        """Names with the country and the codes that stand beside them."""
        found = list(mentions)
        country, code = (plain(cells[key].text) if key in cells else "" for key in ("country", "code"))
        codes = [word for word in re.split(r"\W+", code) if self._names.is_code(word)]
        if len(codes) != len(found):
            codes = [""] * len(found)
        for mention, own in zip(found, codes, strict=True):
            yield replace(mention, country=mention.country or country, code=mention.code or own)

    def mentions(self, passage: Passage, role: Role, expected: Expected) -> Iterator[Mention]:
        """The names in a passage; behind "with the support of" stand those who support the lead."""
        leaders, supporters = self._supported(passage)
        if role is not Role.LEAD:
            for part in (leaders, supporters):
                for item in self._split(part, expected) if part else ():
                    yield self._mention(item, role, expected)
            return
        for part, part_role in self._leading(leaders) if leaders else ():
            for item in self._split(part, expected):
                yield self._mention(item, part_role, expected)
        supporters, more = self._until_leader(supporters) if supporters else (None, None)
        for item in self._split(supporters, Expected.ORGANISATION) if supporters else ():
            if item.remark and item.remark in self._words.folded("lead_words", "co_lead_words"):
                yield self._mention(item, role, expected)
            else:
                yield self._mention(item, Role.LEAD_SUPPORT, Expected.ORGANISATION)
        if more:
            yield from self.mentions(more, role, expected)

    def _until_leader(self, passage: Passage) -> tuple[Passage, Passage | None]:
        """Those who support a leader, and what begins with the next: "A and B; Iceland (co-lead)"."""
        for match in re.finditer(r"[;\n\u2028](?=.)", passage.text, re.DOTALL):
            rest = passage.part(match.end(), len(passage.text)).strip()
            first = next(iter(self._split(rest, Expected.REGION)), None) if rest else None
            if rest and first and match.start() and self._leads(first, rest):
                return passage.part(0, match.start()), rest
        return passage, None

    def _leads(self, first: Item, passage: Passage) -> bool:
        """Whether a passage tells who leads: in so many words, or with a region as its first name."""
        announced = next(iter(self._words.announced(passage.text)), None)
        name = plain(first.passage.text)
        return (
            (announced is not None and not re.search(r"\w", passage.text[: announced.start()]))
            or first.remark in self._words.folded("lead_words", "co_lead_words")
            or (self._names.known(name) and (organisation_type(name) or ("authority",))[0] == "authority")
        )

    def _leading(self, passage: Passage) -> Iterator[tuple[Passage, Role]]:
        """The parts of a passage with the role its words give: "Lead: X; co-lead: Y", "co-led by X and Y"."""
        start, role = 0, Role.LEAD
        for match in self._words.announced(passage.text):
            before = passage.part(start, match.start()) if start < match.start() else None
            if before and re.search(r"\w", before.text) and not self._only_tells(before):
                yield before, role
            start, role = match.end(), Role.CO_LEAD if match["both"] or match["both_told"] else Role.LEAD
        if re.search(r"\w", passage.text[start:]):
            yield passage.part(start, len(passage.text)), role

    def _only_tells(self, passage: Passage) -> bool:
        """Whether a text leads to names and holds none: "The partnership is", "The following take part"."""
        words = re.findall(r"[^\W\d]+", passage.text)
        told = len(words) > 2 and words[-1].islower() and sum(map(str.islower, words)) * 2 >= len(words)
        return told and not any(
            self._names.known(plain(item.passage.text)) for item in split(passage, names=self._names)
        )

    def _split(self, passage: Passage, expected: Expected) -> tuple[Item, ...]:
        """The names of a list; of sentences those that they tell."""
        listed = self._listed(passage, expected)
        if expected is Expected.REGION:
            names = [name for item in listed for name in self._sentences.regions_in(item)]
            return tuple(
                name for name in names if len(names) == 1 or not self._sentences.is_aside(name.passage)
            )
        if not any(self._sentences.is_told(item.passage.text) for item in listed):
            return listed
        kept = (self._sentences.named_in(item.passage) for item in listed)
        told = (item for each in kept if each for item in self._listed(each, expected))
        return tuple(replace(item, told=True) for item in told if has_capital(item))

    def _listed(self, passage: Passage, expected: Expected) -> tuple[Item, ...]:
        if (clause := re.match(r"([^:\n]{12,160}):\s+(?=\S)", passage.text)) and self._only_tells(
            passage.part(*clause.span(1))
        ):
            passage = passage.part(clause.end(), len(passage.text))
        if (others := self._words.ends("others", passage.text)) and others.start():
            passage = passage.part(0, others.start())
        if (lead := self._words.begins("members_of", passage.text)) and lead < len(passage.text):
            passage = passage.part(lead, len(passage.text))
        examples, together = self._words.phrases("examples"), self._words.phrases("together")
        items = split(
            passage, names=self._names, examples=examples, together=together, apart=_APART[expected]
        )
        return tuple(item for item in items if not self._is_nobody(item.passage.text))

    def _is_nobody(self, text: str) -> bool:
        """Whether what stands in a list says that there is nobody, or nobody yet."""
        folded = fold(text)
        counted = re.fullmatch(r"\d{1,3} [^\W\d]+", folded)  # "5 regions"
        return (
            self._questionnaire.is_no_answer(text)
            or folded in self._words.folded("nobody")
            or counted is not None
            or URL.fullmatch(text.strip("<>")) is not None
            or set(folded.split()) <= self._words_for_lead
            or _RELATIVE.match(text) is not None
            or re.fullmatch(r"\([^()]*\)", text.strip()) is not None
        )

    @cached_property
    def _words_for_lead(self) -> frozenset[str]:
        """The words of "co-lead", "leader" and "to be confirmed"."""
        phrases = (*self._words.folded("lead_words", "co_lead_words"), *self._questionnaire.no_answer)
        return frozenset(word for phrase in phrases for word in phrase.split())

    def _supported(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        if match := self._words.divides("support", passage.text):
            return passage.part(0, match.start()), passage.part(match.end(), len(passage.text))
        return passage, None

    def _mention(self, item: Item, role: Role, expected: Expected) -> Mention:
        if role is Role.LEAD and item.remark in self._words.folded("co_lead_words"):
            role = Role.CO_LEAD
        lead_remarks = self._words.folded("lead_words", "co_lead_words")
        passage = item.passage
        if (
            item.remark
            and item.remark in lead_remarks
            and (bracket := re.search(r"\s*[(\[][^(\[]*$", passage.text))
        ):
            passage = passage.part(0, bracket.start()) if bracket.start() else passage
        if expected is Expected.REGION and (acting := self._words.divides("acting", passage.text)):
            passage = passage.part(acting.end(), len(passage.text))
        return Mention(
            passage=passage,
            role=role,
            expected=expected,
            country=item.country,
            code=item.code,
            mined=item.told,
        )

    def involved(self, passage: Passage) -> Involved:
        """Who is involved: names, everyone, or everyone but some."""
        if self._questionnaire.is_no_answer(passage.text):
            return Involved()
        everyone = self._words.begins("everyone", passage.text)
        if turned := self._exceptions_first(passage):
            return turned
        if everyone is None:
            return self._named_and_everyone(passage)
        all_of_them = passage.part(0, everyone)
        rest = passage.part(everyone, len(passage.text)).strip() if everyone < len(passage.text) else None
        if rest and (inner := re.fullmatch(r"\((.*)\)", rest.text, re.DOTALL)) and inner[1].strip():
            rest = rest.part(1, len(rest.text) - 1).strip()
        counted = rest and re.match(r"\W*\d+\s", rest.text)  # "All (10 regions)" names nobody
        if rest is None or counted or not re.search(r"[^\W\d]{2}", rest.text):
            return Involved(everyone=True, everyone_passage=all_of_them)
        left_out = self._words.begins("exceptions", rest.text)
        if left_out is not None and left_out < len(rest.text):
            named = self.mentions(rest.part(left_out, len(rest.text)), Role.INVOLVED, Expected.REGION)
            return Involved(everyone=True, everyone_passage=all_of_them, exceptions=tuple(named))
        if (excluded := self._words.ends("excluded", rest.text)) and excluded.start():
            named = self.mentions(rest.part(0, excluded.start()), Role.INVOLVED, Expected.REGION)
            return Involved(everyone=True, everyone_passage=all_of_them, exceptions=tuple(named))
        more = self._words.begins("additions", rest.text) or 0
        named = self.mentions(rest.part(more, len(rest.text)), Role.INVOLVED, Expected.REGION)
        return Involved(everyone=True, everyone_passage=all_of_them, named=tuple(named))

    def _exceptions_first(self, passage: Passage) -> Involved | None:
        """ "With the exception of Wales, all regions take part" """
        start = self._words.begins("exceptions", passage.text)
        comma = passage.text.find(",", start or 0)
        if not start or comma <= start:
            return None
        rest = passage.part(comma, len(passage.text))
        end = self._words.begins("everyone", rest.text)
        if end is None:
            return None
        named = self.mentions(passage.part(start, comma), Role.INVOLVED, Expected.REGION)
        return Involved(everyone=True, everyone_passage=rest.part(0, end), exceptions=tuple(named))

    def _named_and_everyone(self, passage: Passage) -> Involved:
        """Names; and behind them, at times, "and all other partners"."""
        last = self._words.ends("everyone", passage.text)
        names = passage.part(0, last.start()) if last and last.start() else passage
        named = tuple(self.mentions(names, Role.INVOLVED, Expected.REGION))
        if not last or names is passage:
            return Involved(named=named)
        return Involved(everyone=True, everyone_passage=passage.part(*last.span(1)), named=named)
