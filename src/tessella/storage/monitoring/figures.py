"""The last figures of every active model, for metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tessella.domain.identifiers import Namespace
from tessella.ports.monitoring import ModelFigures
from tessella.storage.times import micros

#: Of each active version: the model, when it was kept, its last PSI, and its last calibration error.
MODEL_FIGURES: Final = f"""
SELECT model_id, {micros("added_at")},
       (SELECT psi FROM tessella.model_drifts AS found
         WHERE (found.namespace, found.model_id, found.version) = (m.namespace, m.model_id, m.version)
         ORDER BY as_of DESC LIMIT 1),
       (SELECT calibration_error FROM tessella.model_batches AS batch
         WHERE (batch.namespace, batch.model_id, batch.version) = (m.namespace, m.model_id, m.version)
           AND judged_at IS NOT NULL
         ORDER BY as_of DESC LIMIT 1)
  FROM tessella.models AS m WHERE namespace = %s AND state = 'active'
"""


def figures_of(namespace: Namespace, rows: Sequence[Sequence[Any]]) -> dict[tuple[Namespace, str], ModelFigures]:
    """The figures by namespace and model."""
    return {(namespace, model_id): ModelFigures(*figures) for model_id, *figures in rows}
