"""Requests that are to take effect once, however often they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it is kept."""

    status: int
    #: Those that belong to the answer, such as its ETag.
    headers: Mapping[str, str]
    #: JSON; empty for an answer without a body.
    body: bytes


@dataclass(frozen=True, slots=True)
class Once(Generic[T]):
    """What makes a request the same as an earlier one, and what is kept of its result for those who send it again."""

    #: As the sender chose it, 1 to 256 characters.
    key: str
    #: Method and path.
    route: str
    #: SHA-256 of what was sent.
    body_hash: bytes
    #: Called in the transaction that makes the change.
    answer: Callable[[T], KeptAnswer]

    def after(self, step: Callable[[S], T]) -> Once[S]:
        """The same for who has only what `step` makes a result of."""
        answer = self.answer
        return Once(self.key, self.route, self.body_hash, lambda found: answer(step(found)))


class AlreadyAnswered(Exception):
    """This request was answered before, under its key: nothing is wrong, and nothing is to be done again."""

    def __init__(self, kept: KeptAnswer) -> None:
        super().__init__(kept)
        self.kept = kept
