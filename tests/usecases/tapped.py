"""A session that notes what it tells, so that a test can say who was in it."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any

from tessella.storage.sessions import StoredSession

#: These tell who is to be left out, and definitions.
_NOT_NOTED = frozenset(
    {"stream_opted_out", "stream_changed_subjects", "withdrawn_since", "snapshot", "definitions", "definitions_at"}
)


class TappedSession:
    """The session itself, but for its answers, which are noted as text too; of a mapping the values."""

    def __init__(self, session: StoredSession) -> None:
        self._session = session
        self.told: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._session, name)
        return found if name in _NOT_NOTED or not callable(found) else self._noting(found)

    def _noting(self, method: Any) -> Any:
        def call(*asked: Any, **named: Any) -> Any:
            answer = method(*asked, **named)
            if inspect.isasyncgen(answer):
                return self._streamed(answer)
            return self._awaited(answer) if inspect.isawaitable(answer) else self._told(answer)

        return call

    async def _streamed(self, answer: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for each in answer:
            yield self._told(each)

    async def _awaited(self, answer: Awaitable[Any]) -> Any:
        return self._told(await answer)

    def _told(self, answer: Any) -> Any:
        self.told.append(repr([*answer.values()] if isinstance(answer, Mapping) else answer))
        return answer
