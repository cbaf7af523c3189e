"""What a model says of every subject of whom it knows anything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.audiences.reading import sources_with
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import SubjectId
from tessella.domain.predictions.inputs import NO_TEXT, Input, InputType, encode_columns
from tessella.ports import Session, Warehouse
from tessella.ports.models import LoadedModel
from tessella.usecases.audiences.values import Columns, audience_values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NO_TEXTS: Final = (None, NO_TEXT)


@dataclass(frozen=True, slots=True, eq=False)
class Everybody:
    """An entry a subject; nobody who has opted out is among them."""

    subjects: NDArray[np.object_]
    #: The values that the model reads.
    columns: Columns
    #: Shape (subjects, outputs).
    probabilities: NDArray[np.float64]

    def those(self, chosen: NDArray[np.bool_]) -> Everybody:
        """Some of them."""
        columns = {name: column[chosen] for name, column in self.columns.items()}
        return Everybody(self.subjects[chosen], columns, self.probabilities[chosen])


async def everybody_told(session: Session, warehouse: Warehouse, model: LoadedModel) -> Everybody:
    """What a model says of everybody, from their facts as they are now.

    A model that reads sources of customers reads what the last calculation of audiences has of them. Raises
    `NothingCalculated`.
    """
    inputs = model.manifest.inputs
    reads_rows = sources_with(session.snapshot().sources.values(), [each.name for each in inputs])
    read = audience_values(session, warehouse, inputs) if reads_rows else _stored_values(session, inputs)
    subjects, columns = await read
    return await asyncio.to_thread(_told, model, subjects, columns)


async def _stored_values(session: Session, inputs: Sequence[Input]) -> tuple[Sequence[SubjectId], Columns]:
    """The facts of everybody, as they are now."""
    import numpy as np

    subjects: list[SubjectId] = []
    values: dict[Input, list[Value | None]] = {each: [] for each in inputs}
    async for subject_id, facts in session.stream_subjects():
        subjects.append(subject_id)
        for each, column in values.items():
            column.append(_value(facts.values.get(each.name), each))
    return subjects, {each.name: np.array(column, _kind(each)) for each, column in values.items()}


def _told(model: LoadedModel, subjects: Sequence[SubjectId], columns: Columns) -> Everybody:
    """In a thread: a million takes seconds."""
    import numpy as np

    inputs = model.manifest.inputs
    known = np.any([_is_known(columns[each.name], each) for each in inputs], axis=0)
    columns = {name: column[known] for name, column in columns.items()}
    rows = encode_columns(columns, inputs)
    outputs = sum(len(part.outputs) for part in model.manifest.parts)
    probabilities = model.many(rows) if len(rows) else np.empty((0, outputs))
    return Everybody(np.array(subjects, object)[known], columns, probabilities)


def _is_known(column: NDArray[np.generic], read: Input) -> NDArray[np.bool_]:
    import numpy as np

    if read.type is InputType.CATEGORY:
        return np.fromiter((each not in _NO_TEXTS for each in column.tolist()), np.bool_, len(column))
    return ~np.isnan(column.astype(np.float64))


def _value(value: Value | None, read: Input) -> Value | None:
    """Of the type that the model was trained on, whatever the feature is declared as now."""
    fits = isinstance(value, str if read.type is InputType.CATEGORY else int | float)
    return value if fits else None


def _kind(read: Input) -> type[Any]:
    return object if read.type is InputType.CATEGORY else float
