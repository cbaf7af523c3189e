"""What the law asks for: subjects erased, what is old removed, pseudonyms under a new key."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tessella.domain.identifiers import Instant, Pseudonym, SubjectId
from tessella.domain.privacy.terms import Terms
from tessella.ports.session.privacy import PersonalFile
from tessella.storage.memory.forgetting import sealing_place
from tessella.storage.privacy import expiry, files, naming, rows
from tessella.storage.privacy.sealing import change_rows, erased
from tessella.storage.scope import scope_of, system
from tessella.storage.sessions.base import SessionBase
from tessella.storage.versions.locks import wait_for


class PrivacyPart(SessionBase):
    """`ports.session.Privacy` over PostgreSQL and the folders. An erasure runs as a role that reaches one subject."""

    __slots__ = ()

    async def erase_rows(self, subject_id: SubjectId) -> Mapping[str, int]:
        namespace, parts = self.caller.namespace, self._parts
        hashes = self._parts.privacy.pseudonyms(namespace, subject_id)
        sealed = parts.vault.seal(subject_id, sealing_place(namespace))
        async with parts.database.long_transaction(rows.eraser(namespace, subject_id)) as connection:
            gone = Counter(await rows.delete_own(connection, namespace, subject_id))
            gone.update(await rows.remove_mentions(connection, namespace, subject_id, hashes))
            gone["decision_audit"] += await change_rows(connection, namespace, hashes, erased, parts.audit.mac)
            await rows.keep_tombstone(connection, namespace, hashes[0], sealed)
        await parts.forgetting().forget(self._loaded, [subject_id])
        return {table: count for table, count in sorted(gone.items()) if count}

    async def settle_erasure(self, subject_id: SubjectId) -> Pseudonym:
        namespace = self.caller.namespace
        user_hash, *_ = self._parts.privacy.pseudonyms(namespace, subject_id)
        async with self._parts.database.long_transaction(rows.eraser(namespace, subject_id)) as connection:
            await rows.settle(connection, namespace, subject_id, user_hash)
        return user_hash

    @asynccontextmanager
    async def audiences_held(self) -> AsyncIterator[None]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as locked:
            await wait_for(locked, "audience", self.caller.namespace)
            yield

    def exports_under_way(self) -> Collection[Path]:
        return files.exports_under_way(self._parts.privacy, self.caller.namespace, self.now())

    def personal_files(self) -> Sequence[PersonalFile]:
        return files.personal_files(self._parts.privacy, self.caller.namespace)

    async def replace_file(self, file: PersonalFile, written: Path) -> None:
        await asyncio.to_thread(files.replace_file, file, written)

    async def mend_manifests(self, subject_id: SubjectId) -> None:
        namespace, store = self.caller.namespace, self._parts.privacy
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            await files.mend_audiences(connection, store, namespace)
        await asyncio.to_thread(files.mend_scores, store.scores, namespace, subject_id)

    async def delete_expired(self, now: Instant) -> Mapping[str, int]:
        namespace, parts = self.caller.namespace, self._parts
        async with parts.database.long_transaction(system(namespace)) as connection:
            return await expiry.delete_expired(connection, namespace, parts.privacy.terms, now, parts.audit.mac)

    async def count_expired(self, now: Instant) -> Mapping[str, int]:
        namespace = self.caller.namespace
        async with self._parts.database.long_transaction(system(namespace)) as connection:
            return await expiry.count_expired(connection, namespace, self._parts.privacy.terms, now)

    async def rename_subjects(self, subject_ids: Sequence[SubjectId]) -> int:
        namespace, parts = self.caller.namespace, self._parts
        count = 0
        async with parts.database.long_transaction(naming.renamer(namespace)) as connection:
            for subject_id in subject_ids:
                hashes = parts.privacy.pseudonyms(namespace, subject_id)
                count += await naming.rename(connection, namespace, hashes, parts.audit.mac)
        return count

    async def stream_subject_ids(self) -> AsyncIterator[Sequence[SubjectId]]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for some in naming.stream_subjects(connection, self.caller.namespace):
                yield some

    def retention_terms(self) -> Terms:
        return self._parts.privacy.terms

    async def stored_columns(self) -> Mapping[str, Sequence[str]]:
        async with self._administering() as connection:
            return await naming.stored_columns(connection)
