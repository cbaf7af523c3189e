"""The processes that answer: what they keep in memory, and how much may wait in them."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, Field

from tessella.settings.home import HomeSettings

AccessLog = Literal["off", "errors", "all"]


class ServingSettings(HomeSettings):
    """The processes that answer: what they keep in memory, and how much may wait in them."""

    #: Namespaces whose snapshots are kept in memory.
    cached_namespaces: int = Field(default=100, ge=1)
    #: Subjects whose facts and settings are kept in memory, over all namespaces.
    cached_subjects: int = Field(default=50_000, ge=1)
    #: About the memory that subjects' histories may hold, over all namespaces.
    cached_history_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    #: Items of rankings that are kept in memory for a moment, over all namespaces.
    cached_ranked_items: int = Field(default=200_000, ge=1)
    #: Predictions for customers that are kept in memory, over all namespaces.
    cached_predictions: int = Field(default=20_000, ge=1)
    #: Assignments of experiments that are kept in memory, over all namespaces.
    cached_assignments: int = Field(default=50_000, ge=1)
    #: Rows that may wait for the writer before new ones are refused with 503.
    write_queue_rows: int = Field(default=20_000, ge=1)
    #: Their bytes, about, likewise.
    write_queue_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    #: Audit rows that may wait before the next are dropped and counted.
    audit_queue_rows: int = Field(default=20_000, ge=1)
    #: The address that `tessella serve` listens on; 0.0.0.0 in a container.
    host: str = "127.0.0.1"
    #: The port that `tessella serve` listens on; without one, the first free one from 8600 on. `PORT` is read too.
    port: int | None = Field(default=None, ge=0, le=65_535, validation_alias=AliasChoices("TESSELLA_PORT", "PORT"))
    #: Processes that answer requests, under one supervisor.
    workers: int = Field(default=2, ge=1, le=64)
    #: Requests of one network address that may stand half sent for over a second; 0 for any number, as behind a proxy.
    half_open_per_peer: int = Field(default=20, ge=0)
    #: Which requests get a line in the log: none, those that failed by a fault of ours or took over a second, or all.
    access_log: AccessLog = "errors"
    #: Whether `/metrics` answers without a key to clients on this machine. Leave it off behind a proxy.
    metrics_open_on_loopback: bool = False
