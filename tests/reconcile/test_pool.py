"""More than is taken at once is refused at once, whatever the processes do."""

import asyncio
from pathlib import Path

import pytest

from ingest.reconcile.matching import Query
from ingest.reconcile.pool import Edition, ReconcilePool
from regiograph.errors import TooBusy


def test_what_is_too_much_is_refused_at_once_and_taken_again_later():
    async def never() -> dict[str, bytes]:
        await asyncio.Event().wait()
        return {}

    async def ask() -> None:
        pool = ReconcilePool("https://x.eu", Path(), count=1, waiting=1, seconds=1)
        edition = Edition(key="1", read=never)

        async def reconcile_list() -> None:
            async with pool.list(edition):
                pass

        waiting = [asyncio.create_task(pool.find(edition, [Query(text="Wales")])) for _ in range(2)]
        waiting.append(asyncio.create_task(reconcile_list()))
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            await pool.find(edition, [Query(text="Wales")])
        with pytest.raises(TooBusy):
            await reconcile_list()
        for task in waiting:
            task.cancel()
        assert all(
            isinstance(one, asyncio.CancelledError)
            for one in await asyncio.gather(*waiting, return_exceptions=True)
        )
        again = asyncio.create_task(pool.find(edition, [Query(text="Wales")]))
        await asyncio.sleep(0.01)
        assert not again.done()
        again.cancel()
        await pool.close()

    asyncio.run(ask())
