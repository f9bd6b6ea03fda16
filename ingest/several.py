"""One document that holds several reports → one Form each. Knows where a questionnaire begins again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from ingest.form import Block, Form, Line, Table
from ingest.outline import label_ends, outline
from ingest.questionnaire import Printed, Question, Questionnaire, Recognised

_LONGEST_HEADING = 12  # words
_FIRST_QUESTIONS = 4  # of a form; among them are those that say whose report it is


def parted(form: Form, questionnaires: Sequence[Questionnaire]) -> tuple[Form, ...]:
    """The reports in a document, in order; mostly the document itself.

    A report begins where a question comes again, with the printed title before it; in a confidential part,
    where an answer may name any question, only with that title or with all that says whose report it is.
    Each part must say which partnership or period it is about, and answer enough questions to be a report;
    else the document is left whole. All parts keep the text of the whole, so that their places stay true.
    """
    for questionnaire in questionnaires:
        starts = list(_starts(form.blocks, questionnaire.spoken_in(form.lines())))
        if len(starts) < 2:
            continue
        ends = [*starts[1:], len(form.blocks)]
        parts = [form.blocks[start:end] for start, end in zip(starts, ends, strict=True)]
        if all(_is_report(replace(form, blocks=part), questionnaire) for part in parts):
            return tuple(
                replace(form, blocks=part, part=f"{form.part}{'-' if form.part else ''}{number}")
                for number, part in enumerate(parts, 1)
            )
    return (form,)


def _starts(blocks: Sequence[Block], questionnaire: Questionnaire) -> Iterator[int]:
    """Where a report may begin: where a question comes again, or at the printed text that leads to it."""
    seen: set[str] = set()
    printed: int | None = None
    confidential = False
    all_found = [_found(block, questionnaire) for block in blocks]
    yield 0
    for at, (block, found) in enumerate(zip(blocks, all_found, strict=True)):
        if isinstance(block, Table):
            printed = None  # it led to a question in other words
        if isinstance(found, Printed):
            printed = at if printed is None else printed
        elif isinstance(found, Question):
            again = found.key in seen
            if again and confidential and printed is None:
                again = _says_whose(all_found[at:], questionnaire)
            if again:
                yield at if printed is None else printed
                seen = set()
            confidential = confidential and not again and found.key in seen
            seen.add(found.key)
            printed = None
        elif isinstance(block, Line) and _is_confidential(block.passage.text, questionnaire):
            confidential = True


def _is_confidential(text: str, questionnaire: Questionnaire) -> bool:
    return len(text.split()) <= _LONGEST_HEADING and questionnaire.begins_confidential(text)


def _says_whose(found: Sequence[Recognised | None], questionnaire: Questionnaire) -> bool:
    """Whether questions begin as those of a form do: whose report it is, and for when."""
    first = list(islice((each.key for each in found if isinstance(each, Question)), _FIRST_QUESTIONS))
    return set(questionnaire.identifying) <= set(first)


def _found(block: Block, questionnaire: Questionnaire) -> Recognised | None:
    if not isinstance(block, Line):
        return None
    text = block.passage.text
    ends = (len(text), *label_ends(text))
    return next((found for end in ends if (found := questionnaire.recognise(text[:end], least=92.0))), None)


def _is_report(form: Form, questionnaire: Questionnaire) -> bool:
    answered = {key for key, each in outline(form, questionnaire).found.items() if each.content}
    return len(answered) >= questionnaire.least_questions and bool(answered & set(questionnaire.identifying))
