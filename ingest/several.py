"""One document that holds several reports → one Form each. Knows where a questionnaire begins again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.form import Block, Form, Line, Table
from ingest.outline import label_ends, outline
from ingest.questionnaire import Printed, Question, Questionnaire, Recognised


def parted(form: Form, questionnaires: Sequence[Questionnaire]) -> tuple[Form, ...]:
    """The reports in a document, in order; mostly the document itself.

    A report begins where a question comes again, with the printed title before it; in a confidential part,
    where an answer may name any question, only with that title. Each part must say which partnership or
    period it is about, and answer enough questions to be a report; else the document is left whole. All parts
    keep the text of the whole, so that their places stay true.
    """
    for questionnaire in questionnaires:
        starts = list(_starts(form.blocks, questionnaire))
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
    yield 0
    for at, block in enumerate(blocks):
        found = _found(block, questionnaire)
        if isinstance(block, Table):
            printed = None  # it led to a question in other words
        if isinstance(found, Printed):
            printed = at if printed is None else printed
        elif isinstance(found, Question):
            again = found.key in seen and not (confidential and printed is None)
            if again:
                yield at if printed is None else printed
                seen = set()
            confidential = confidential and not again and found.key in seen
            seen.add(found.key)
            printed = None
        elif isinstance(block, Line) and questionnaire.heads_confidential(block.passage.text):
            confidential = True


def _found(block: Block, questionnaire: Questionnaire) -> Recognised | None:
    if not isinstance(block, Line):
        return None
    text = block.passage.text
    ends = (len(text), *label_ends(text))
    return next((found for end in ends if (found := questionnaire.recognise(text[:end], least=92.0))), None)


def _is_report(form: Form, questionnaire: Questionnaire) -> bool:
    answered = {key for key, each in outline(form, questionnaire).found.items() if each.content}
    return len(answered) >= questionnaire.least_questions and bool(answered & set(questionnaire.identifying))
