"""The database, how many connections a process has to it, and the keys of hashes and seals."""

from __future__ import annotations

from pydantic import AliasChoices, Field, SecretStr

from tessella.settings.home import HomeSettings


class InstallationSettings(HomeSettings):
    """The database, how many connections a process has to it, and the keys of hashes and seals."""

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
    #: The one before it, while it is replaced: subjects are found by both, until `tessella privacy rekey` is through.
    pseudonym_key_before: SecretStr | None = Field(default=None, min_length=32)
    #: The key of the hashes that chain the rows of the audit; likewise. With another key no older row can be verified.
    audit_key: SecretStr | None = Field(default=None, min_length=32)
    #: The key that seals stored secrets, such as those of webhooks; likewise.
    encryption_key: SecretStr | None = Field(default=None, min_length=32)
    #: The one before it, while it is replaced: within an hour a server has sealed everything anew.
    encryption_key_before: SecretStr | None = Field(default=None, min_length=32)
