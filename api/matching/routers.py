"""Matchmaking: which routers there are, for people and for programs."""

from collections.abc import Iterator

from fastapi import APIRouter

from api.matching.matchmaker import Matchmaker
from api.matching.pages import MatchPages
from api.matching.routes import MatchRoutes
from api.pages import Look


def matching_routers(maker: Matchmaker, look: Look) -> Iterator[APIRouter]:
    """The routers, in the order in which they are tried."""
    yield MatchPages(look, maker).router()
    yield MatchRoutes(maker).router()
