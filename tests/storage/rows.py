"""One row for every table, so that a test can put it into any namespace and for any subject."""

from psycopg import Connection

#: Values besides the namespace. A table that is missing here fails the tests of isolation.
ROWS: dict[str, dict[str, str]] = {
    "namespaces": {},
    "api_keys": {"key_id": "'k'", "secret_hash": "sha256('s')", "role": "'client'", "subject_id": "'s'"},
    "signed_requests": {"key_id": "'k'", "signature": "sha256('s')"},
    "definition_versions": {
        "kind": "'profile'", "identifier": "'p'", "version": "1", "body": "'{}'", "changed_by": "'admin'",
    },
    "active_definitions": {"kind": "'profile'", "identifier": "'p'", "version": "1"},
    "snapshot_versions": {},
    "publishes": {"snapshot_version": "1", "published_by": "'admin'"},
    "publish_changes": {"snapshot_version": "1", "kind": "'profile'", "identifier": "'p'"},
    "drafts": {"kind": "'profile'", "identifier": "'p'", "base_version": "1", "changed_by": "'admin'"},
    "subject_facts": {"subject_id": "'s'", "feature": "'f'", "value": "'1'", "as_of": "now()"},
    "personalization_settings": {
        "subject_id": "'s'", "personalization_enabled": "true", "data_sharing_consent": "false",
    },
    "events": {
        "event_id": "'e'", "subject_id": "'s'", "event_type": "'t'", "occurred_at": "now()",
    },
    "items": {"item_id": "'i'"},
    "ranking_indexes": {"version": "gen_random_uuid()", "as_of": "now()"},
    "ranking_evaluations": {
        "evaluation_id": "gen_random_uuid()", "kind": "'evaluation'", "inputs": "'{}'", "report": "'{}'",
    },
    "audience_calculations": {"version": "'0199b2c4-0000-7000-8000-000000000001'", "as_of": "now()"},
    "audience_counts": {
        "version": "'0199b2c4-0000-7000-8000-000000000001'", "segment_id": "'s'", "position": "0", "members": "1",
        "first_matches": "1",
    },
    "membership_changes": {
        "number": "1", "version": "gen_random_uuid()", "segment_id": "'s'", "subject_id": "'s'", "entered": "true",
        "cause": "'data'", "as_of": "now()",
    },
    "models": {"model_id": "'m'", "version": "1", "manifest_sha256": "'s'", "manifest": "'{}'"},
    "model_activations": {"model_id": "'m'", "number": "1", "version": "1"},
    "segment_prediction_stats": {
        "segment_id": "'s'", "made_at": "now()", "as_of": "now()", "members": "1", "stats": "'{}'", "made_from": "'m'",
    },
    "model_drifts": {
        "model_id": "'m'", "version": "1", "as_of": "'2026-01-01'", "made_at": "now()", "report": "'{}'",
    },
    "model_batches": {
        "model_id": "'m'", "version": "1", "as_of": "'2026-01-01'", "due_at": "'2026-01-29'", "subjects": "1",
        "setup": "'{}'",
    },
    "kept_predictions": {
        "model_id": "'m'", "version": "1", "as_of": "'2026-01-01'", "subject_id": "'s'", "probability": "0.5",
    },
    "consistency_checks": {
        "check_id": "gen_random_uuid()", "compared": "1", "disagreed": "0", "report": "'{}'",
    },
    "idempotency_keys": {"subject_id": "'s'", "key": "'k'", "route": "'r'", "body_hash": "sha256('b')"},
    "outcomes_pending": {
        "event_id": "'e'", "subject_id": "'s'", "event_type": "'click'", "decision_id": "gen_random_uuid()",
    },
    "outcome_counts": {"segment_id": "'default'", "event_type": "'click'", "count": "1"},
    "outcome_cells": {"segment_id": "'default'", "event_type": "'click'", "count": "1"},
    "decision_audit": {
        "decision_id": "gen_random_uuid()", "segment_id": "'default'", "snapshot_version": "1", "at": "now()",
        "recorded_at": "now()", "body": "'{}'", "writer": "gen_random_uuid()", "sequence": "1", "hash": "sha256('h')",
    },
    "audit_heads": {
        "writer": "gen_random_uuid()", "previous": "1", "sequence": "1", "follows": "'{}'", "seal": "sha256('s')",
    },
    "writer_marks": {"writer": "gen_random_uuid()", "mark": "1"},
    "alerts": {
        "alert_id": "gen_random_uuid()", "rule": "'r'", "key": "'k'", "severity": "'info'", "title": "'t'",
        "detail": "'d'", "first_seen_at": "now()", "last_seen_at": "now()",
    },
    "webhooks": {
        "webhook_id": "gen_random_uuid()", "url": "'u'", "events": "'{}'", "is_on": "true", "secret": "'s'",
        "created_at": "now()", "changed_at": "now()",
    },
    "deliveries": {
        "delivery_id": "gen_random_uuid()", "event": "'alert.raised'", "body": "'{}'", "created_at": "now()",
    },
    "assignments": {
        "experiment_id": "'x'", "user_identifier": "'s'", "assigned_at": "now()", "cohort": "now()",
        "policy_version": "0", "variant": "0", "in_holdout": "false", "forced": "false", "variant_id": "'a'",
        "segment_key": "'default'", "channel": "'web'", "source": "'ads'", "device": "'mobile'",
        "propensities": "'{0.5,0.5}'", "context": "'{}'",
    },
    "experiment_reward_events": {
        "experiment_id": "'x'", "user_identifier": "'s'", "metric": "'m'", "event_id": "'e'", "value": "1",
        "at": "now()", "received_at": "now()", "state": "'counted'",
    },
    "experiment_unit_rewards": {
        "experiment_id": "'x'", "user_identifier": "'s'", "metric": "'m'", "total": "1",
    },
    "experiment_units": {
        "experiment_id": "'x'", "dimension": "'segment'", "level": "'default'", "segment_key": "'default'",
        "policy_version": "0", "in_holdout": "false", "variant": "0", "cohort": "'2026-01-01'", "units": "1",
    },
    "experiment_rewards": {
        "experiment_id": "'x'", "dimension": "'segment'", "level": "'default'", "segment_key": "'default'",
        "policy_version": "0", "in_holdout": "false", "variant": "0", "cohort": "'2026-01-01'", "metric": "'m'",
        "rewarded": "1", "total": "1", "squares": "1",
    },
    "experiment_delays": {"experiment_id": "'x'", "metric": "'m'", "bucket": "0", "count": "1"},
    "experiment_traffic_stats": {"experiment_id": "'x'", "hour": "'2026-01-01'", "users": "1"},
    "experiment_policies": {
        "experiment_id": "'x'", "version": "1", "published_at": "now()", "disabled": "'{}'", "weights": "'{}'",
    },
    "experiment_reports": {
        "experiment_id": "'x'", "made_at": "now()", "policy_version": "1", "units": "1", "body": "'{}'",
    },
    "experiment_segments": {
        "experiment_id": "'x'", "segment_key": "'default'", "display_name": "'d'", "allocations": "1",
        "conversions": "1", "updated_at": "now()",
    },
    "experiment_variants": {
        "experiment_id": "'x'", "segment_key": "'default'", "variant_id": "'a'", "allocations": "1",
        "conversions": "1", "updated_at": "now()",
    },
    "experiment_clusters": {
        "experiment_id": "'x'", "version": "1", "state": "'kept'", "trained_at": "now()", "assignments": "1",
        "clusters": "'[]'",
    },
    "experiment_secrets": {"experiment_id": "'x'", "place": "'clusters 1'", "sealed": "'s'"},
    "segmentation_recommendations": {
        "recommendation_id": "gen_random_uuid()", "experiment_id": "'x'", "created_at": "now()", "state": "'open'",
        "mode": "'manual'", "segment_by": "'{source}'", "evidence": "'{}'", "text": "'{}'",
    },
    "experiment_eligibility": {"experiment_id": "'x'", "checked_at": "now()", "body": "'{}'"},
    "taxonomies": {
        "game_id": "'g'", "version": "1", "calibrated_at": "now()", "declared": "'d'", "players": "1",
        "variance_explained": "0.7", "document": """'{"axes": []}'""",
    },
    "taxonomy_refreshes": {
        "game_id": "'g'", "as_of_day": "20000", "metrics": "'{spend}'", "declared": "'d'", "players": "1",
        "refreshed_at": "now()",
    },
    "player_baselines": {"game_id": "'g'", "player_id": "'s'", "days": "1", "sums": "'{1}'", "recent": "'{1}'"},
    "player_profiles": {
        "game_id": "'g'", "player_id": "'s'", "version": "1", "days": "1", "variance_coverage": "0.5",
        "confidence": "0.5", "memberships": "'[]'", "updated_at": "now()",
    },
    "personalization_features": {"user_id": "'s'", "computed_at": "now()"},
    "personalization_ranks": {
        "user_id": "'s'", "scope": "'x'", "ranked_items": "'{i}'", "scores": "'{1}'", "confidences": "'{1}'",
        "model_version": "'rule_v1'", "basis": "'b'", "computed_at": "now()", "valid_until": "now()",
    },
    "personalization_rationales": {"user_id": "'s'", "scope": "'x'", "tags": "'{}'", "computed_at": "now()"},
    "personalization_eval": {
        "evaluated_at": "now()", "period": "'asked'", "model_version": "'rule_v1'", "metric": "'coverage'",
        "sample_size": "1",
    },
    "personalization_flags": {},
    "erasures": {"user_hash": "repeat('a', 32)"},
    "taxonomy_differences": {
        "difference_id": "gen_random_uuid()", "game_id": "'g'", "player": "'p'", "at": "now()", "asked": "'profile'",
        "strategy": "'shadow_mode'", "answered": "'legacy'", "causes": "'[]'",
    },
    "job_runs": {"run_id": "gen_random_uuid()", "job": "'j'"},
}  # fmt: skip


def insert(connection: Connection, table: str, namespace: str, **changed: str) -> None:
    values = {"namespace": f"'{namespace}'", **ROWS[table], **changed}
    connection.execute(f"INSERT INTO tessella.{table} ({', '.join(values)}) VALUES ({', '.join(values.values())})")


def seed(connection: Connection, namespace: str) -> None:
    """One row in every table, in an order that foreign keys accept."""
    for table in ROWS:
        insert(connection, table, namespace)


def tables(connection: Connection, kinds: str = "r") -> list[str]:
    found = connection.execute(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'tessella'::regnamespace AND relkind::text = ANY(%s) "
        "ORDER BY 1",
        [list(kinds)],
    )
    return [name for (name,) in found]


def rows_of(connection: Connection, namespace: str) -> list[str]:
    """Every row of a namespace, as text."""
    return [
        str(row)
        for table in tables(connection)
        for row in connection.execute(f"SELECT t::text FROM tessella.{table} t WHERE namespace = %s", [namespace])
    ]


def count(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM tessella.{table}").fetchone()
    assert row is not None
    return int(row[0])
