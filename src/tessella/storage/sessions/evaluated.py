"""How good rankings of personalization were."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.identifiers import Instant
from tessella.ports.personalization import EvaluatedMetric, KeptCounts, OptOuts
from tessella.storage.personalization import evaluations
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class EvaluatedPart(SessionBase):
    """`ports.session.Evaluated` over PostgreSQL."""

    __slots__ = ()

    async def add_evaluated(self, figures: Sequence[EvaluatedMetric]) -> None:
        async with self._administering() as connection:
            await evaluations.add(connection, self.caller.namespace, figures)

    async def evaluated_since(self, moment: Instant) -> Sequence[EvaluatedMetric]:
        async with self._administering() as connection:
            return await evaluations.since(connection, self.caller.namespace, moment)

    async def opt_outs(self) -> OptOuts:
        async with self._administering() as connection:
            return await evaluations.opt_outs(connection, self.caller.namespace)

    async def kept_counts(self) -> KeptCounts:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await evaluations.kept_counts(connection, self.caller.namespace)

    async def covered_counts(self) -> KeptCounts:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await evaluations.covered_counts(connection, self.caller.namespace)
