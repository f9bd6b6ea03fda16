"""The matrix of goals, ticked, marked and worded as people do."""

import pytest

from ingest.form import Source
from ingest.matrix import Matrix
from ingest.questionnaire import read_all
from ingest.read import read
from ingest.report import State

HEADER = "\tStrongly agree\tAgree\tNeutral\tDisagree\tStrongly disagree\tNot applicable"


@pytest.fixture(scope="module")
def rated():
    (questionnaire,) = read_all()
    matrix = Matrix(questionnaire.question("sdg-contribution"), questionnaire.wording)

    def ratings(text: str) -> dict[int, tuple[str, ...]]:
        (form,) = read(Source(name="r.md", data=text.encode()))
        return {
            each.goal: each.options for each in matrix.ratings(form.blocks, cut_off=False) if each.options
        }

    return ratings


@pytest.mark.parametrize(
    ("on", "off"), [("yes", "no"), ("1", "0"), ("X", "-"), ("•", ""), ("✓", "—"), ("ja", "nein")]
)
def test_ticks_are_marks_and_words(rated, on, off):
    rows = [
        "\t".join([f"Goal {goal}. End poverty", *(on if at == goal % 6 else off for at in range(6))])
        for goal in range(1, 18)
    ]
    assert rated("\n".join([HEADER, *rows]))[13] == ("agree",)
    assert len(rated("\n".join([HEADER, *rows]))) == 17


@pytest.mark.parametrize(
    "goal",
    [
        "Goal 7",
        "SDG 7",
        "7",
        "7. Affordable energy",
        "Objectif n° 7",
        "Affordable and clean energy",
        "Affordable and Clean Energy (7)",
    ],
)
def test_a_goal_is_known_by_its_number_or_its_title(rated, goal):
    assert rated(f"{HEADER}\n{goal}\t\tx\t\t\t\t\nGoal 1. No poverty\tx\t\t\t\t\t") == {
        7: ("agree",),
        1: ("strongly-agree",),
    }


def test_the_option_may_be_written_behind_the_goal(rated):
    table = "SDG (1-17)\tYour assessment\tComments\nGoal 3. Good health\tstrongly agree\tvia hubs\n4\tN/A\t"
    assert rated(table) == {3: ("strongly-agree",), 4: ("not-applicable",)}
    assert rated("Goal 3. Good health: Strongly disagree\n\nGoal 4: neutral") == {
        3: ("strongly-disagree",),
        4: ("neutral",),
    }


def test_the_option_may_be_written_in_its_own_column(rated):
    assert rated(f"{HEADER}\nGoal 2\t\tAgree\t\t\t\t\nGoal 3\t\t\t\tDisagree\t\t") == {
        2: ("agree",),
        3: ("disagree",),
    }


def test_two_marks_are_two_options_and_no_mark_is_a_blank(rated):
    (questionnaire,) = read_all()
    (form,) = read(Source(name="r.md", data=f"{HEADER}\nGoal 1\tx\tx\t\t\t\t\nGoal 2\t\t\t\t\t\t".encode()))
    matrix = Matrix(questionnaire.question("sdg-contribution"), questionnaire.wording)
    first, second, third, *_ = matrix.ratings(form.blocks, cut_off=False)
    assert first.options == ("strongly-agree", "agree")
    assert (second.state, third.state) == (State.BLANK, State.NOT_READ)
