"""How much one answer may take, and what is said when it would take more."""

from io import BytesIO
from typing import Any

from regiograph.errors import QueryTooLarge


class Bounded(BytesIO):
    """Bytes, up to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Any) -> int:
        """Adds bytes.

        Raises:
            QueryTooLarge: more than the limit.
        """
        if self.tell() + len(data) > self._limit:
            raise QueryTooLarge(
                f"The answer is larger than {self._limit // 1_000_000} MB.",
                where="the query",
                way_out="Ask for fewer columns, add LIMIT and OFFSET, or download the edition.",
            )
        return super().write(data)


def out_of_memory() -> QueryTooLarge:
    """A query needed more memory, or a deeper stack, than a worker has."""
    return QueryTooLarge(
        "This query needs more memory than there is for one.",
        where="the query",
        way_out="Make it more specific, or ask it in parts.",
    )
