"""What Tessella does: one async function a verb. Load, decide, record; orchestration and nothing else."""

from tessella.usecases.apply_definitions import apply_definitions
from tessella.usecases.count_matches import count_matches
from tessella.usecases.decide import decide, decide_many
from tessella.usecases.definitions import delete_definition, get_definition, list_definitions, save_definition
from tessella.usecases.explain import decide_explained, simulate

__all__ = [
    "apply_definitions",
    "count_matches",
    "decide",
    "decide_explained",
    "decide_many",
    "delete_definition",
    "get_definition",
    "list_definitions",
    "save_definition",
    "simulate",
]
