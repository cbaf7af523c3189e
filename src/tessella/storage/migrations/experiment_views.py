"""Tables of requirement B whose secrets are kept apart: their columns are there, and granted to nobody.

PostgreSQL grants columns to its own roles, and all of our roles are one of those. So a secret stands in a table that
only the server's own role sees rows of, and the column of its name is granted to none.
"""

from __future__ import annotations

from typing import Final

_SECRET: Final = """
LEFT JOIN tessella.experiment_secrets AS secret
    ON secret.namespace = shown.namespace AND secret.experiment_id = shown.experiment_id AND secret.place = """

#: By view: the columns that may be read.
READABLE: Final = {
    "element_variants": (
        "namespace", "experiment_id", "segment_key", "variant_id", "allocations", "conversions", "updated_at",
    ),
    "clustering_models": (
        "namespace", "experiment_id", "version", "state", "trained_at", "assignments", "clusters",
    ),
}  # fmt: skip


def _columns(view: str) -> str:
    return ", ".join(f"shown.{each}" for each in READABLE[view])


#: By view: its query. `place` is what `storage.experiments.learned.secrets` makes of it.
SEALED_VIEWS: Final = {
    "element_variants": f"""
SELECT {_columns("element_variants")}, secret.sealed AS algorithm_state
  FROM tessella.experiment_variants AS shown{_SECRET} 'variant ' || shown.variant_id || ' ' || shown.segment_key""",
    "clustering_models": f"""
SELECT {_columns("clustering_models")}, secret.sealed AS model_data
  FROM tessella.experiment_clusters AS shown{_SECRET} 'clusters ' || shown.version""",
}
