"""The requirements' tables by name: views over what is stored, made anew by every upgrade.

They run with the rights of whoever reads them (`security_invoker`), so the row policies below them hold.
"""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection

from tessella.domain.ranking.knobs import KNOBS, Knob
from tessella.storage.migrations.experiment_views import READABLE, SEALED_VIEWS
from tessella.storage.migrations.taxonomy_views import TAXONOMY_VIEWS

_SQL_TYPES: Final = {float: "double precision", int: "integer", bool: "boolean"}

_ACTIVE: Final = """tessella.active_definitions AS active
  JOIN tessella.definition_versions AS stored USING (namespace, kind, identifier, version)
 WHERE active.kind = '{kind}'"""


def _knob_column(knob: Knob) -> str:
    return f"(body ->> '{knob.name}')::{_SQL_TYPES[knob.type]} AS {knob.name}"


_KNOBS: Final = ",\n       ".join(_knob_column(knob) for knob in KNOBS.values())

VIEWS: Final = {
    "segments": f"""
SELECT namespace, identifier AS segment_id, body ->> 'name' AS name, (body ->> 'priority')::integer AS priority,
       (body ->> 'active')::boolean AS active, body ->> 'profile_id' AS profile_id,
       body ->> 'description' AS description, body ->> 'owner' AS owner, version, changed_at
  FROM {_ACTIVE.format(kind="segment")}""",
    "segment_rules": f"""
SELECT namespace, identifier AS segment_id, rule ->> 'rule_id' AS rule_id, rule -> 'expr' AS rule_expr_json,
       rule ->> 'form' AS form, (rule ->> 'enabled')::boolean AS enabled
  FROM (SELECT namespace, identifier, body FROM {_ACTIVE.format(kind="segment")}) AS segment,
       jsonb_array_elements(body -> 'rules') AS rule""",
    "profiles": f"""
SELECT namespace, identifier AS profile_id, body ->> 'name' AS name, body ->> 'description' AS description,
       {_KNOBS}
  FROM {_ACTIVE.format(kind="profile")}""",
    "campaigns": f"""
SELECT namespace, identifier AS campaign_id, body -> 'overrides' AS overrides,
       (body ->> 'starts_at')::timestamptz AS starts_at, (body ->> 'ends_at')::timestamptz AS ends_at
  FROM {_ACTIVE.format(kind="campaign")}""",
    "feature_definitions": f"""
SELECT namespace, identifier AS name, body ->> 'type' AS type, coalesce(body ->> 'source', 'fact') AS source,
       coalesce((body ->> 'overridable')::boolean, false) AS overridable,
       coalesce((body ->> 'personal')::boolean, false) AS personal,
       coalesce(body ->> 'group', 'Profile') AS feature_group, coalesce(body ->> 'unit', '') AS unit,
       coalesce(body ->> 'description', '') AS description, body -> 'allowed_values' AS allowed_values,
       body -> 'kind' AS kind
  FROM {_ACTIVE.format(kind="feature")}""",
    "namespace_defaults": f"""
SELECT namespace,
       {_KNOBS}, coalesce(body ->> 'audit', 'best_effort') AS audit
  FROM {_ACTIVE.format(kind="defaults")}""",
    "experiment_segmentation_config": f"""
SELECT namespace, experiment_id, mode <> 'disabled' AS enabled, mode,
       ARRAY(SELECT jsonb_array_elements_text(coalesce(said -> 'segment_by', '[]'))) AS segment_by,
       coalesce((said ->> 'min_samples_per_segment')::integer, 100) AS min_samples_per_segment,
       coalesce((said ->> 'auto_clustering_enabled')::boolean, false) AS auto_clustering_enabled,
       coalesce((said ->> 'auto_activation')::boolean, false) AS auto_activation_enabled,
       coalesce((said ->> 'auto_activation_threshold')::integer, 1000) AS auto_activation_threshold,
       coalesce((said ->> 'auto_activation_requires_evidence')::boolean, true) AS auto_activation_requires_evidence,
       version, changed_at
  FROM (SELECT namespace, identifier AS experiment_id, version, changed_at, body -> 'segmentation' AS said,
               CASE WHEN (body #>> '{{segmentation,enabled}}')::boolean THEN body #>> '{{segmentation,mode}}'
                    ELSE 'disabled' END AS mode
          FROM {_ACTIVE.format(kind="experiment")}) AS experiment""",
    "segment_audit_log": """
SELECT namespace, user_hash, segment_id, profile_id, rule_id, decision_id, snapshot_version, at, recorded_at
  FROM tessella.decision_audit""",
    **SEALED_VIEWS,
    **TAXONOMY_VIEWS,
}


def apply_views(connection: Connection[Any]) -> None:
    """Make the views anew: a knob that was added or taken away changes their columns."""
    for name, query in VIEWS.items():
        connection.execute(f"DROP VIEW IF EXISTS tessella.{name}")
        connection.execute(f"CREATE VIEW tessella.{name} WITH (security_invoker = true) AS {query}")


def grant_views(connection: Connection[Any]) -> None:
    """Let the serving role read them; of those with secrets, the other columns."""
    for name in VIEWS:
        columns = f" ({', '.join(READABLE[name])})" if name in READABLE else ""
        connection.execute(f"GRANT SELECT{columns} ON tessella.{name} TO tessella_app")
