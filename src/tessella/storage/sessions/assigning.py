"""Who gets what of an experiment, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from typing import Final

from tessella.domain.errors import AssignmentInDoubt, NotAssigned, RewardBeforeAssignment, TessellaError
from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import Attribution
from tessella.domain.experiments.assignment.conversion import Conversion, ConversionOutcome
from tessella.domain.experiments.assignment.policy import Policy
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import ExperimentId, Pointer, SubjectId, point
from tessella.ports.experiments import ConversionsAdded, StoredClusters
from tessella.storage.errors import WriteInDoubt
from tessella.storage.experiments.counted import assignments, rewards
from tessella.storage.scope import system
from tessella.storage.sessions.written import WritingBase
from tessella.storage.writing.submissions import UNCHANGED, Outcome, RowOutcome

#: About so much memory is held by an assignment that waits.
_ROW_BYTES: Final = 1500


class AssigningPart(WritingBase):
    """`ports.session.Assigning` over memory and the group-commit writer.

    Rows are the server's own: it has looked whose they are, and those of many callers go into one statement.
    """

    __slots__ = ()

    def policy(self, experiment: Experiment) -> Policy:
        return self._loaded.experiments.policy(experiment)

    def known_segments(self, experiment_id: ExperimentId) -> AbstractSet[str]:
        return self._loaded.experiments.known_segments(experiment_id)

    def clusters(self, experiment_id: ExperimentId) -> StoredClusters | None:
        return self._loaded.experiments.clusters(experiment_id)

    def assigned(self, experiment_id: ExperimentId, user: SubjectId) -> Assignment | None:
        self._refuse_another(user)
        return self._parts.experiments.assignments.get(self.caller.namespace, experiment_id, user)

    async def stored_assignment(self, experiment_id: ExperimentId, user: SubjectId) -> Assignment | None:
        known = self.assigned(experiment_id, user)
        if known is not None:
            return known
        namespace = self.caller.namespace
        async with self._parts.database.transaction(system(namespace)) as connection:
            found = await assignments.assignment_of(connection, namespace, experiment_id, user)
        if found is not None:
            self._parts.experiments.assignments.keep(namespace, found)
        return found

    async def earlier_assignment(self, experiment_id: ExperimentId, user: SubjectId) -> Assignment | None:
        namespace, known = self.caller.namespace, self._parts.experiments.assignments
        version = self._loaded.current().version
        if known.is_absent(namespace, experiment_id, user, version):
            return None
        found = await self.stored_assignment(experiment_id, user)
        if found is None:
            known.keep_absent(namespace, experiment_id, user, version)
        return found

    async def assign(self, assignment: Assignment, attribution: Attribution) -> Assignment:
        self._refuse_another(assignment.user_identifier)
        self._parts.database.presence.refuse_while_away()
        namespace, loaded = self.caller.namespace, self._loaded.experiments
        row = assignments.sent(assignment, attribution, loaded)
        try:
            [word] = await self._parts.writer.write(system(namespace), assignments.ASSIGN, (row,), size=_ROW_BYTES)
        except WriteInDoubt as doubt:
            raise AssignmentInDoubt(assignment.experiment_id, assignment.user_identifier) from doubt
        holds = _holding(assignment, word)
        self._parts.experiments.assignments.keep(namespace, holds)
        loaded.note_segment(holds.experiment_id, holds.segment_key)
        return holds

    async def add_conversions(
        self, conversions: Sequence[Conversion], attribution: Attribution, *, at: Sequence[Pointer] = ()
    ) -> ConversionsAdded:
        def told(outcome: Outcome) -> ConversionsAdded:
            where = at or [point("", position) for position in range(len(conversions))]
            return ConversionsAdded([_told(*each) for each in zip(outcome, conversions, where, strict=True)])

        for each in conversions:
            self._refuse_another(each.user_identifier)
        rows = rewards.sent(conversions, attribution, self.now())
        return told(await self._write(rewards.REWARD, rows, told, scope=system(self.caller.namespace)))


def _holding(assignment: Assignment, word: RowOutcome) -> Assignment:
    """The assignment that holds: the new one, or the one that was there first."""
    if isinstance(word, TessellaError):
        raise copy(word)
    return assignment if word == assignments.NEW else assignments.read_assignment(word)


def _told(word: RowOutcome, conversion: Conversion, at: Pointer) -> ConversionOutcome | TessellaError:
    error: TessellaError
    match word:
        case TessellaError():
            error = copy(word)
        case rewards.NOT_ASSIGNED:
            error = NotAssigned(conversion.experiment_id, conversion.user_identifier)
        case rewards.BEFORE_ASSIGNMENT:
            error = RewardBeforeAssignment(conversion.event_id, conversion.user_identifier)
        case _:
            return ConversionOutcome.DUPLICATE if word == UNCHANGED else ConversionOutcome(word)
    error.pointer = at
    return error
