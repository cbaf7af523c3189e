"""What a task is given: the attempt, and the running parts of the worker's process."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.ports import Caller, Progress, Session, Warehouse
from tessella.ports.audience_reading import MemberFiles
from tessella.ports.customer_engine import CustomerEngine
from tessella.ports.jobs import Attempt
from tessella.ports.models import ModelWriter
from tessella.ports.scoring import Scoring
from tessella.settings import Settings


class Workshop(Protocol):
    """The running parts of the worker's process."""

    @property
    def settings(self) -> Settings:
        """What is set from outside."""
        ...

    def session(self, caller: Caller) -> AbstractAsyncContextManager[Session]:
        """A caller's view of their namespace."""
        ...

    def warehouse(self) -> AbstractContextManager[Warehouse]:
        """An engine for set-wise work, for as long as the block is open."""
        ...

    def open_engine(self, namespace: Namespace, source: CustomerSource) -> CustomerEngine:
        """A namespace's source of customers. Raises `LocationRefused`, `CredentialsMissing` and `PackageMissing`."""
        ...

    @property
    def write_model(self) -> ModelWriter:
        """Writes what was trained as ONNX."""
        ...

    @property
    def scoring(self) -> Scoring:
        """What scores whole segments, in a process beside this one."""
        ...

    def exports(self, namespace: Namespace) -> AbstractContextManager[MemberFiles]:
        """What writes members of a namespace's segments to files, likewise."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """What a task is given."""

    attempt: Attempt
    workshop: Workshop
    progress: Progress

    def session(self) -> AbstractAsyncContextManager[Session]:
        """A session of the namespace's administrator: only those may ask for jobs."""
        return self.workshop.session(Caller(self.attempt.namespace, Role.ADMIN))

    def as_of(self) -> Instant:
        """The moment that was asked for, or that of asking."""
        return read_instant(self.attempt.inputs.get("as_of"), "/as_of") or self.attempt.asked_at
