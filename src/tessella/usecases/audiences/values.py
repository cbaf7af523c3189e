"""What the last calculation of audiences holds of everybody, as columns that a model can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tessella.domain.errors import NothingCalculated
from tessella.domain.identifiers import FeatureName, SubjectId
from tessella.domain.predictions.inputs import Input
from tessella.ports import Session, Warehouse
from tessella.usecases.audiences.rows import withdrawn_since_begun

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: An entry a subject.
Columns = Mapping[FeatureName, "NDArray[np.generic]"]


async def audience_values(
    session: Session, warehouse: Warehouse, inputs: Sequence[Input]
) -> tuple[Sequence[SubjectId], Columns]:
    """The subjects and their values, as `members_sql` writes them; nobody is there who has opted out since.

    Raises `NothingCalculated`, and what the warehouse raises.
    """
    import numpy as np

    from tessella.domain.audiences.rows import audience_rows  # loads sqlglot
    from tessella.domain.predictions.segment.members import members_sql

    active = await session.audience()
    if active is None:
        raise NothingCalculated(session.caller.namespace)
    audience = active.audience
    names = audience.columns()
    held = {each.name: (names[each.name], each.type) for each in audience.features}
    columns = await warehouse.columns(members_sql(audience_rows(audience, active.folder), "TRUE", inputs, held))
    stays = ~np.isin(columns["subject_id"], list(await withdrawn_since_begun(session, audience)))
    read = {each.name: columns[f"i{at}"][stays] for at, each in enumerate(inputs)}
    return columns["subject_id"][stays].tolist(), read
