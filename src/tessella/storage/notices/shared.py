"""Messages that name subjects, as they may be sent by now: consent is asked again when they are delivered."""

from __future__ import annotations

from typing import Final

import msgspec

from tessella.domain.identifiers import Json, Namespace
from tessella.domain.notices.notice import MEMBERSHIP_EVENTS
from tessella.storage.connections.connecting import Connection
from tessella.storage.sharing import shares_data

_NAMED: Final = "subject_ids"
_STILL: Final = f"""
SELECT named FROM unnest(%(named)s::text[]) WITH ORDINALITY AS asked (named, place)
 WHERE {shares_data("%(namespace)s", "named")} ORDER BY place
"""


async def still_shared(connection: Connection, namespace: Namespace, event: str, body: str) -> str | None:
    """The message without subjects who do not share data any more; None where it would name nobody."""
    if event not in MEMBERSHIP_EVENTS.values():
        return body
    told: dict[str, Json] = msgspec.json.decode(body)
    found = await connection.execute(_STILL, {"namespace": namespace, "named": told[_NAMED]})
    kept = [subject_id for (subject_id,) in await found.fetchall()]
    if kept == told[_NAMED]:
        return body
    return msgspec.json.encode({**told, _NAMED: kept}).decode() if kept else None
