"""Who an API key speaks for."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors.identity import InvalidKey
from tessella.domain.identifiers import Namespace, SubjectId
from tessella.domain.identity.keys import PREFIX, KeyText, read_key
from tessella.ports import Caller
from tessella.storage.connections.database import Database
from tessella.storage.errors import DatabaseAway
from tessella.storage.key_ring import KnownKey
from tessella.storage.memory.snapshots import Snapshots
from tessella.storage.scope import system

#: A revocation is seen everywhere after so long.
_TRUSTED_SECONDS: Final = 2.0
_REMEMBERED: Final = 4096

#: One row in any case, so that an id that nobody has takes as long: of no secret the HMAC is 32 zeros.
_FIND: Final = """
SELECT coalesce(secret_hash, decode(repeat('00', 32), 'hex')), coalesce(role, 'client'), subject_id,
       coalesce(allowed_networks::text[], '{}'), signing_secret
  FROM (SELECT) AS claimed
  LEFT JOIN tessella.api_keys ON namespace = %s AND key_id = %s AND revoked_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class _Answer:
    #: None: the key is not valid.
    caller: Caller | None
    #: The monotonic time of the question.
    asked_at: float

    def is_due(self, now: float) -> bool:
        """Whether it is to be renewed in the background."""
        return now > self.asked_at + _TRUSTED_SECONDS / 2

    def is_over(self, now: float) -> bool:
        """Whether it counts no more."""
        return now > self.asked_at + _TRUSTED_SECONDS


class Keys:
    """Who a key speaks for. The answers, also that a key is not valid, are remembered for two seconds."""

    def __init__(self, database: Database, snapshots: Snapshots, pepper: bytes) -> None:
        self._database = database
        self._snapshots = snapshots
        self._pepper = pepper
        self._remembered: OrderedDict[str, _Answer] = OrderedDict()
        self._questions: dict[str, asyncio.Task[_Answer]] = {}

    async def verify(self, text: str) -> Caller:
        """The caller behind a key. Does not wait while the answer is remembered. Raises `InvalidKey`.

        While the database is away the keys that the namespace had when it was last seen are asked instead; one that is
        not among them raises `DatabaseAway`, unless it is known not to be valid.
        """
        remembered = self._remembered.get(text)
        now = time.monotonic()
        if remembered is None or remembered.is_over(now):
            remembered = await asyncio.shield(self._asking(text))
        elif remembered.is_due(now):
            self._asking(text)
        if remembered.caller is None:
            raise InvalidKey
        return remembered.caller

    def forget_subjects(self, namespace: Namespace, subject_ids: Collection[SubjectId]) -> None:
        """Let go of keys that spoke for subjects who are erased."""
        for text, answer in [*self._remembered.items()]:
            caller = answer.caller
            if caller is not None and caller.namespace == namespace and caller.subject_id in subject_ids:
                del self._remembered[text]

    def _asking(self, text: str) -> asyncio.Task[_Answer]:
        """One question a key at a time, however many wait for the answer."""
        asking = self._questions.get(text)
        if asking is None:
            asking = self._questions[text] = asyncio.create_task(self._ask(text))
            asking.add_done_callback(lambda _: self._questions.pop(text))
        return asking

    async def _ask(self, text: str) -> _Answer:
        claim = read_key(text)
        if claim is None:
            raise InvalidKey
        asked_at = time.monotonic()
        try:
            caller = await self._caller(claim)
        except DatabaseAway:
            caller = await self._last_known(claim)
        answer = _Answer(caller, asked_at)
        self._remembered[text] = answer
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return answer

    async def _caller(self, claim: KeyText) -> Caller | None:
        """The namespace is only claimed until the secret is proved; it opens no more than the look-up."""
        async with self._database.transaction(system(claim.namespace)) as connection:
            row = await (await connection.execute(_FIND, [claim.namespace, claim.key_id])).fetchone()
        return self._proved(claim, None if row is None else KnownKey(*row))

    async def _last_known(self, claim: KeyText) -> Caller | None:
        """What is to be thought of a key while nobody can be asked. Raises `DatabaseAway` when nothing is known."""
        loaded = await self._snapshots.claimed(claim.namespace)
        ring = None if loaded is None else loaded.ring
        if ring is not None and claim.key_id in ring.keys:
            return self._proved(claim, ring.keys[claim.key_id])
        remembered = self._remembered.get(str(claim))
        if remembered is None:
            raise DatabaseAway("whether this key is valid is not known")
        was_taken_back = loaded is not None and remembered.asked_at < loaded.ring_at
        return None if was_taken_back else remembered.caller

    def _proved(self, claim: KeyText, known: KnownKey | None) -> Caller | None:
        """An id that nobody has costs as much as a wrong secret."""
        expected = bytes(32) if known is None else known.secret_hash
        is_proved = hmac.compare_digest(expected, self.digest(claim))
        return known.caller(claim) if is_proved and known is not None else None

    def digest(self, key: KeyText) -> bytes:
        """What is stored of a key."""
        return hmac.digest(self._pepper, str(key).removeprefix(PREFIX).encode(), "sha256")

    def forget_key(self, namespace: Namespace, key_id: str) -> None:
        """What was taken back is refused at once here."""
        mine = f"tess_{namespace}.{key_id}."
        for text in [text for text in self._remembered if text.startswith(mine)]:
            del self._remembered[text]
        self._snapshots.take_key_back(namespace, key_id)
