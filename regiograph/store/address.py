"""Where an engine is, and who asks; light, since workers that need no engine import it too."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from regiograph.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an engine is, and who asks."""

    query: str
    update: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    auth: Literal["basic", "digest"] = "basic"
    seconds: float = 60  # longest an answer may take
    answer_bytes: int = 512_000_000  # largest answer read

    @property
    def message(self) -> dict[str, Any]:
        """What `Address(**message)` makes again in another process."""
        return asdict(self)


def address_of(settings: Settings, *, seconds: float | None = None) -> Address | None:
    """The engine that the settings name, if any."""
    if not settings.store:
        return None
    return Address(
        query=settings.store,
        update=settings.store_update,
        user=settings.store_user,
        password=settings.store_password.get_secret_value(),
        auth=settings.store_auth,
        seconds=seconds or settings.store_seconds,
        answer_bytes=8 * settings.result_megabytes * 1_000_000,  # as JSON; what is written from it is smaller
    )
