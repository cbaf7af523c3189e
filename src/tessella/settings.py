"""Every setting, with its type, default and meaning. Each is an environment variable with the prefix TESSELLA_.

An empty one is not set.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tessella.domain.errors import Faults, TessellaError
from tessella.domain.identifiers import Json, Namespace, nearest
from tessella.domain.notices.mail import HALF_SET, missing_settings
from tessella.domain.notices.urls import Reach
from tessella.domain.own_places import OwnPlaces, own_places, read_urls
from tessella.domain.ranking.knobs import KNOBS, Knobs, KnobValue

#: What precedes the name of a knob in the environment.
KNOB_PREFIX: Final = "TESSELLA_KNOB_"

AccessLog = Literal["off", "errors", "all"]
SmtpSecurity = Literal["starttls", "tls", "none"]


def default_home() -> Path:
    """`~/.tessella`; `/var/lib/tessella` for root."""
    return Path("/var/lib/tessella") if os.geteuid() == 0 else Path.home() / ".tessella"


class Settings(BaseSettings):
    """What can be set from outside."""

    model_config = SettingsConfigDict(
        env_prefix="TESSELLA_", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    #: Holds the embedded database, generated keys and credentials. Private to its owner.
    home: Path = Field(default_factory=default_home)

    #: Your own PostgreSQL (15 or newer) in place of the embedded one: a libpq URL or connection string.
    database_url: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("TESSELLA_DATABASE_URL", "DATABASE_URL", "DB_DSN")
    )
    #: A role that may create roles and own the schema; used by `tessella db init` and `tessella db upgrade` only.
    database_admin_url: SecretStr | None = None
    #: Connections of a process for keys, settings of subjects and loading; the writer, the readers of
    #: subjects and of histories, the watcher and the pulse have one each besides.
    database_connections: int = Field(default=8, ge=1, le=200)
    #: Connections of a process for definitions and the audit. However many of these are busy, decisions do not wait.
    database_admin_connections: int = Field(default=4, ge=1, le=200)

    #: The key of API key hashes. Servers that share a database share it; generated in `home` when it is not set.
    key_pepper: SecretStr | None = Field(default=None, min_length=32)
    #: The key of the pseudonyms in the audit; likewise.
    pseudonym_key: SecretStr | None = Field(default=None, min_length=32)
    #: The key of the hashes that chain the rows of the audit; likewise. With another key no older row can be verified.
    audit_key: SecretStr | None = Field(default=None, min_length=32)
    #: The key that seals stored secrets, such as those of webhooks; likewise.
    encryption_key: SecretStr | None = Field(default=None, min_length=32)
    #: The one before it, while it is replaced: within an hour a server has sealed everything anew.
    encryption_key_before: SecretStr | None = Field(default=None, min_length=32)

    #: Whether webhooks may lead to private, loopback and link-local addresses, and to any port.
    webhook_private_addresses: bool = False

    #: The mail server for alerts. There is e-mail when this, `mail_from` and `mail_to` are set: all three or none.
    smtp_host: str = ""
    #: 587 for starttls, 465 for tls, 25 for none when it is not set.
    smtp_port: int | None = Field(default=None, ge=1, le=65535)
    #: How the line to it is protected. With none there is no user and password.
    smtp_security: SmtpSecurity = "starttls"
    #: The account there, if it asks for one.
    smtp_user: str = ""
    #: Its password.
    smtp_password: SecretStr | None = None
    #: The sender.
    mail_from: str = ""
    #: Who gets alerts, with commas between.
    mail_to: str = ""

    #: Subjects whose facts and settings are kept in memory, over all namespaces.
    cached_subjects: int = Field(default=50_000, ge=1)
    #: About the memory that subjects' histories may hold, over all namespaces.
    cached_history_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    #: Items of rankings that are kept in memory for a moment, over all namespaces.
    cached_ranked_items: int = Field(default=200_000, ge=1)
    #: Predictions for customers that are kept in memory, over all namespaces.
    cached_predictions: int = Field(default=20_000, ge=1)
    #: Where ranking indexes are; servers that share a database share it. `indexes` in `home` when it is not set.
    index_folder: Path | None = None
    #: Versions of a namespace's ranking index that are kept, for replays; older ones are removed by the next build.
    index_versions: int = Field(default=5, ge=1, le=1000)
    #: Where models are; servers that share a database share it. `models` in `home` when it is not set.
    model_folder: Path | None = None
    #: Rows of customers that are kept in memory, over all namespaces.
    cached_customer_rows: int = Field(default=50_000, ge=1)
    #: How long a row of a customer counts as fresh. An older one serves while its source is away.
    customer_row_seconds: float = Field(default=3600.0, ge=0, le=86_400)
    #: How long a decision waits for a row that is not in memory; the first one of a source waits up to 5 seconds.
    customer_row_wait_ms: float = Field(default=250.0, ge=1, le=60_000)
    #: A Redis server that keeps the rows in place of the memory, as redis://host:6379/0. Needs the extra `redis`.
    redis_url: SecretStr | None = None
    #: Where calculated audiences are; servers that share a database share it. `audiences` in `home` when it is not set.
    audience_folder: Path | None = None
    #: Calculations of a namespace whose files are kept: somebody may still be reading those of the one before.
    audience_versions: int = Field(default=2, ge=2, le=100)
    #: The hour of the day, in UTC, at which audiences are calculated anew where there are any; -1: only when asked for.
    audience_calculation_hour: int = Field(default=2, ge=-1, le=23)
    #: The hour of the day, in UTC, at which predictions are written as facts where there are audiences; -1: only when
    #: asked for. Audiences that are calculated after it read them.
    prediction_refresh_hour: int = Field(default=1, ge=-1, le=23)
    #: The hour of the day, in UTC, at which a sample of each namespace is decided online and set-wise and compared.
    consistency_check_hour: int = Field(default=3, ge=0, le=23)
    #: Roles below admin see fewer subjects as "< 10", with this number, and more as a multiple of it; 0: as they are.
    disclosure_threshold: int = Field(default=10, ge=0, le=1000)
    #: Namespaces whose snapshots are kept in memory.
    cached_namespaces: int = Field(default=100, ge=1)

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

    #: The memory of the DuckDB of each process that answers, for questions about audiences, as DuckDB writes it.
    audience_memory: str = Field(default="512MB", pattern=r"(?i)^[0-9]+(\.[0-9]+)?[MGT]i?B$")
    #: How long one scan of an audience may take.
    audience_seconds: float = Field(default=30.0, ge=0.1, le=3600)
    #: Questions about audiences that may wait in a process before new ones are refused with 503.
    audience_queue: int = Field(default=16, ge=0, le=10_000)
    #: Where members of segments may be exported to, with commas between; in each a namespace has the folder of its
    #: name. `exports` in `home` when it is not set.
    export_folders: str = ""
    #: Where else a namespace's members may be exported to, and what lies below: "acme=s3://acme-exports". fsspec writes
    #: there with the credentials that it finds in the environment.
    export_urls: str = ""

    #: Rows that may wait for the writer before new ones are refused with 503.
    write_queue_rows: int = Field(default=20_000, ge=1)
    #: Their bytes, about, likewise.
    write_queue_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    #: Audit rows that may wait before the next are dropped and counted.
    audit_queue_rows: int = Field(default=20_000, ge=1)

    #: Processes that answer requests, under one supervisor.
    workers: int = Field(default=2, ge=1, le=64)
    #: Requests of one network address that may stand half sent for over a second; 0 for any number, as behind a proxy.
    half_open_per_peer: int = Field(default=20, ge=0)
    #: Which requests get a line in the log: none, those that failed by a fault of ours or took over a second, or all.
    access_log: AccessLog = "errors"
    #: Whether `/metrics` answers without a key to clients on this machine. Leave it off behind a proxy.
    metrics_open_on_loopback: bool = False

    @field_validator("warehouse_urls", "export_urls")
    @classmethod
    def _of_namespaces(cls, text: str) -> str:
        read_urls(_listed(text))
        return text

    @property
    def indexes(self) -> Path:
        """The folder of the ranking indexes."""
        return self.index_folder or self.home / "indexes"

    @property
    def models(self) -> Path:
        """The folder of the models."""
        return self.model_folder or self.home / "models"

    @property
    def mails_alerts(self) -> bool:
        """Whether alerts go out by e-mail: there is a mail server, a sender, and somebody to send to."""
        return all((self.smtp_host, self.mail_from, self.mail_to))

    def customer_places(self, namespace: Namespace) -> OwnPlaces:
        """Where a namespace's sources of customers may be."""
        folders = [*map(Path, _listed(self.warehouse_folders))] or [self.home / "warehouse"]
        return own_places(namespace, folders, read_urls(_listed(self.warehouse_urls)))

    def export_places(self, namespace: Namespace) -> OwnPlaces:
        """Where members of a namespace's segments may be exported to."""
        folders = [*map(Path, _listed(self.export_folders))] or [self.home / "exports"]
        return own_places(namespace, folders, read_urls(_listed(self.export_urls)))

    @property
    def webhook_reach(self) -> Reach:
        """How far webhooks reach."""
        return Reach.ANYWHERE if self.webhook_private_addresses else Reach.PUBLIC


def _listed(text: str) -> list[str]:
    """The parts of a text with commas between."""
    return [part for each in text.split(",") if (part := each.strip())]


@dataclass(eq=False)
class SettingInvalid(TessellaError):
    """The setting {name} cannot be used: {problem}."""

    name: str
    problem: str


def read_settings() -> Settings:
    """The settings of this process's environment. Raises `Faults` with a `SettingInvalid` for each that is wrong."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [(f"{each['loc'][0]}".upper().removeprefix("TESSELLA_"), each["msg"]) for each in error.errors()]
        raise Faults([SettingInvalid(f"TESSELLA_{name}", problem) for name, problem in wrong]) from None
    if missing := missing_settings(settings.model_fields_set):
        raise Faults([SettingInvalid(f"TESSELLA_{each.upper()}", HALF_SET) for each in missing])
    return settings


def env_knobs(environment: Mapping[str, str]) -> Knobs:
    """The layer of knobs from `TESSELLA_KNOB_ALPHA` and its like. Raises `Faults` with each that cannot be read.

    >>> env_knobs({"TESSELLA_KNOB_ALPHA": "0.7"})
    {'alpha': 0.7}
    """
    knobs: dict[str, KnobValue] = {}
    errors: list[TessellaError] = []
    for variable, text in environment.items():
        if variable.startswith(KNOB_PREFIX) and text:
            try:
                knobs |= _knob(variable, text)
            except TessellaError as error:
                errors.append(error)
    if errors:
        raise Faults(errors)
    return {name: knobs[name] for name in KNOBS if name in knobs}


def _knob(variable: str, text: str) -> Knobs:
    name = variable.removeprefix(KNOB_PREFIX).lower()
    if name not in KNOBS:
        like = nearest(name, KNOBS)
        advice = f"; the nearest is {KNOB_PREFIX}{like.upper()}" if like else ""
        raise SettingInvalid(variable, f"there is no knob of that name{advice}")
    return {name: KNOBS[name].read(_json(text), variable)}


def _json(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return text
