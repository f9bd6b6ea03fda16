"""Settings: frozen, built once by the command line, passed in."""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from regiograph.errors import BadSettings

PREFIX = "REGIOGRAPH_"


class Settings(BaseSettings):
    """All that can be set. Each field is also the environment variable `REGIOGRAPH_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Field(Path("data"), description="Data directory: archive, public and restricted editions.")
    base: str = Field(
        "https://w3id.org/regiograph",
        pattern=r"^https?://[^\s<>\"]+[^/\s<>\"]$",
        description="Base of all data IRIs, without a final slash.",
    )
    store: str = Field(
        "",
        pattern=r"^$|^https?://[^\s<>\"]+$",
        description="SPARQL query address of an engine that serves the editions; empty: the embedded store.",
    )
    store_update: str = Field(
        "",
        pattern=r"^$|^https?://[^\s<>\"]+$",
        description="SPARQL update address of that engine; needed only where editions are published.",
    )
    store_user: str = Field("", description="User name for that engine.")
    store_password: SecretStr = Field(SecretStr(""), description="Password for that engine.")
    store_auth: Literal["basic", "digest"] = Field(
        "basic", description="How the password is sent: basic or digest (Virtuoso's /sparql-auth)."
    )
    store_seconds: float = Field(
        120,
        gt=0,
        le=3600,
        description="Longest request to that engine while an edition is published, in seconds.",
    )
    host: str = Field("127.0.0.1", description="Address to serve on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to serve on.")
    fronts: int = Field(
        1, ge=1, le=64, description="Processes that serve the same address, each with workers of its own."
    )
    workers: int = Field(
        2, ge=1, le=64, description="Queries answered at once, by each front; one is kept for quick ones."
    )
    queue: int = Field(
        32, ge=0, le=10_000, description="Queries that may wait for a worker before 503 is sent."
    )
    queue_seconds: float = Field(
        10, gt=0, le=300, description="Longest wait of a query for a worker before 503 is sent, in seconds."
    )
    query_seconds: float = Field(10, gt=0, le=300, description="Longest public query, in seconds.")
    longest_seconds: float = Field(
        60, gt=0, le=3600, description="Most seconds that a query may ask for with timeout=."
    )
    service_allowed: str = Field(
        "", description="Addresses that queries may ask with SERVICE, separated by spaces; empty: none."
    )
    query_characters: int = Field(100_000, ge=100, description="Longest public query, in characters.")
    query_nesting: int = Field(200, ge=1, le=1000, description="Deepest nesting of groups in a public query.")
    result_megabytes: int = Field(64, ge=1, description="Largest result, in megabytes.")
    cache_megabytes: int = Field(32, ge=0, description="Memory for answers given before, in megabytes.")
    reconcile_workers: int = Field(
        2, ge=1, le=64, description="Processes that reconcile names; the first starts soon after the service."
    )
    reconcile_batch: int = Field(100, ge=1, le=1000, description="Most names in one reconciliation request.")
    reconcile_rows: int = Field(20_000, ge=1, description="Most rows in one list that is reconciled.")
    reconcile_megabytes: int = Field(
        8, ge=1, le=256, description="Largest list that is reconciled, in megabytes."
    )
    freeze_megabytes: int = Field(
        256, ge=0, description="Most frozen answers may take together, in megabytes; 0: none can be frozen."
    )
    freeze_hourly: int = Field(120, ge=1, description="Most answers that may be frozen within an hour.")
    who: str = Field("", description="Who decides at the review desk; kept in the archive, never published.")
    desk_token: SecretStr = Field(
        SecretStr(""), description="Bearer token of the review desk over HTTP; empty: the desk is closed."
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s<>\"]+[^/\s<>\"])?$",
        description="Address at which others reach this service, for the catalogue; empty: as it was asked.",
    )
    publisher: str = Field(
        "The operators of this Regiograph service", description="Who publishes the catalogue."
    )
    publisher_iri: str = Field(
        "",
        pattern=r"^(https?://[^\s<>\"{}|\\^`]+)?$",
        description="IRI of the publisher, such as one of the EU corporate bodies; empty: one of our own.",
    )
    publisher_type: str = Field(
        "",
        pattern=r"^([A-Za-z()-]+)?$",
        description="ADMS type of the publisher, such as RegionalAuthority or NonProfitOrganisation.",
    )
    contact: str = Field("", description="Whom to write to about the data; empty: the publisher.")
    contact_email: str = Field(
        "contact@example.org",
        pattern=r"^([A-Za-z0-9._+-]+@[A-Za-z0-9.-]+)?$",
        description="Address for questions about the data; set your own.",
    )
    contact_page: str = Field(
        "", pattern=r"^(https?://[^\s<>\"{}|\\^`]+)?$", description="Page of whom to write to."
    )
    worker_megabytes: int = Field(2048, ge=512, description="Memory limit of one query worker, in megabytes.")

    @model_validator(mode="after")
    def _password_is_not_sent_openly(self) -> Self:
        for address in (self.store, self.store_update):
            parts = urlsplit(address)
            if self.store_user and parts.scheme == "http" and not _on_this_machine(parts.hostname or ""):
                raise ValueError("A password is sent to another machine over https only")
        return self


def _on_this_machine(host: str) -> bool:
    """Whether a host is this machine: its traffic never leaves it."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(**given: Any) -> Settings:
    """Settings from the environment, overridden by what the command line was given.

    Raises:
        BadSettings: an unknown `REGIOGRAPH_*` variable, or a value out of range.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise BadSettings(
                "This setting does not exist.",
                where=name,
                way_out=f"Use one of: {', '.join(sorted(known))}.",
            )
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadSettings(
            f"{first['msg']}.",
            where=PREFIX + str(first["loc"][0]).upper() if first["loc"] else "settings",
            way_out="See docs/settings.md.",
        ) from None
