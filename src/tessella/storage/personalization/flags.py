"""What is switched on in a namespace, in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tessella.domain.features.gate import HOUR_US
from tessella.domain.identifiers import Namespace
from tessella.domain.personalization.flags import Flags, SetFlags
from tessella.ports.personalization import Installed
from tessella.settings.personalization import PersonalizationSettings
from tessella.storage.connections.connecting import Connection

#: The flags that can be set, in the order of the fields of `SetFlags`.
NAMES: Final = ("personalization_rankings", "ml_models", "evaluation_metrics", "rollout_percent")
#: SQL of what is set, as one value; NULL where nothing is.
SET: Final = f"""(SELECT json_build_array({", ".join(NAMES)}, version) FROM tessella.personalization_flags
        WHERE namespace = %(namespace)s)"""
_READ: Final = f"SELECT {SET}"
_CHANGE: Final = f"""
INSERT INTO tessella.personalization_flags AS stored (namespace, {", ".join(NAMES)})
VALUES (%(namespace)s, {", ".join(f"%({each})s" for each in NAMES)})
ON CONFLICT (namespace) DO UPDATE
   SET {", ".join(f"{each} = coalesce(excluded.{each}, stored.{each})" for each in NAMES)},
       version = stored.version + 1, updated_at = now()
RETURNING json_build_array({", ".join(NAMES)}, version)
"""


def installed(settings: PersonalizationSettings) -> Installed:
    """What the installation says of rankings."""
    flags = Flags(
        personalization_rankings=settings.personalization_enabled,
        ml_models=settings.ml_models_enabled,
        rollout_percent=settings.personalization_rollout_percent,
    )
    return Installed(flags, settings.max_ranking_items, round(settings.ranking_cache_ttl_hours * HOUR_US))


def flags_of(found: Sequence[bool | float | None] | None) -> SetFlags:
    """What is set, from the value of `SET`."""
    return SetFlags() if found is None else SetFlags(*found)  # type: ignore[arg-type]  # in the order of its fields


async def read(connection: Connection, namespace: Namespace) -> SetFlags:
    """What is set now."""
    [(found,)] = await (await connection.execute(_READ, {"namespace": namespace})).fetchall()
    return flags_of(found)


async def change(connection: Connection, namespace: Namespace, flags: Mapping[str, bool | float]) -> SetFlags:
    """Set those that are named; returns what is set then."""
    asked = {"namespace": namespace, **dict.fromkeys(NAMES), **flags}
    [(found,)] = await (await connection.execute(_CHANGE, asked)).fetchall()
    return flags_of(found)
