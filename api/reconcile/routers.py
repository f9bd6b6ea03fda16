"""Reconciliation: which routers there are, for lists and for the protocol."""

from collections.abc import Iterator

from fastapi import APIRouter

from api.pages import Look
from api.reconcile.lists import lists_router
from api.reconcile.reconciliation import Reconciliation
from api.reconcile.service import reconcile_router


def reconcile_routers(service: Reconciliation, look: Look) -> Iterator[APIRouter]:
    """The routers, in the order in which they are tried."""
    yield lists_router(service, look)
    yield reconcile_router(service, look)
