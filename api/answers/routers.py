"""Answers: which routers there are for named questions, answers that last, and editions."""

from collections.abc import Iterator

from fastapi import APIRouter

from api.answers.citations import Citable
from api.answers.editions import editions_router
from api.answers.home import Home
from api.answers.pages import QuestionPages
from api.answers.questions import questions_router
from api.pages import Look
from regiograph.questions import Questions
from regiograph.settings import Settings


def answers_routers(look: Look, questions: Questions, settings: Settings) -> Iterator[APIRouter]:
    """The routers, in the order in which they are tried."""
    yield Home(look, questions).router()
    yield questions_router(look.front, questions, QuestionPages(look))
    yield editions_router(look, settings)
    yield Citable(look, questions, settings).router()
