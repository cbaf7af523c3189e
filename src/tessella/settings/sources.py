"""Sources of customers: where they may be, how they are read, and their rows in memory."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from tessella.domain.identifiers import Namespace
from tessella.domain.own_places import OwnPlaces
from tessella.settings.home import HomeSettings
from tessella.settings.places import checked_urls, places_of


class SourceSettings(HomeSettings):
    """Sources of customers: where they may be, how they are read, and their rows in memory."""

    #: Rows of customers that are kept in memory, over all namespaces.
    cached_customer_rows: int = Field(default=50_000, ge=1)
    #: How long a row of a customer counts as fresh. An older one serves while its source is away.
    customer_row_seconds: float = Field(default=3600.0, ge=0, le=86_400)
    #: How long a decision waits for a row that is not in memory; the first one of a source waits up to 5 seconds.
    customer_row_wait_ms: float = Field(default=250.0, ge=1, le=60_000)
    #: A Redis server that keeps the rows in place of the memory, as redis://host:6379/0. Needs the extra `redis`.
    redis_url: SecretStr | None = None
    #: Where the files of customer sources may be, with commas between; in each a namespace has the folder of its name.
    #: `warehouse` in `home` when it is not set.
    warehouse_folders: str = ""
    #: Where else a namespace's customer sources may be, and what lies below: "acme=s3://lake/acme, acme=sc://spark:15002,
    #: beta=postgresql://db.internal/beta". fsspec opens files; the packages that it needs are yours to install.
    warehouse_urls: str = ""
    #: How long one statement over all customers of a source may take.
    warehouse_timeout_seconds: float = Field(default=600.0, ge=1, le=86_400)
    #: The memory of DuckDB beside us while it reads a source, as DuckDB writes it. Its process takes up to 0.2 GB more.
    warehouse_memory: str = Field(default="1.8GB", pattern=r"(?i)^[0-9]+(\.[0-9]+)?[MGT]i?B$")
    #: Its threads.
    warehouse_threads: int = Field(default=2, ge=1, le=256)

    @field_validator("warehouse_urls")
    @classmethod
    def _sources_of_namespaces(cls, text: str) -> str:
        return checked_urls(text)

    def customer_places(self, namespace: Namespace) -> OwnPlaces:
        """Where a namespace's sources of customers may be."""
        return places_of(namespace, self.warehouse_folders, self.home / "warehouse", self.warehouse_urls)
