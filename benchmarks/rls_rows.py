"""A million rows each of facts and events, of 200 tenants, and vectors and rankings of everybody."""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection

NAMESPACES: Final = 200
#: Of each namespace.
SUBJECTS: Final = 1_000

_EVERYBODY: Final = f"""
generate_series(0, {NAMESPACES - 1}) AS n, generate_series(0, {SUBJECTS - 1}) AS s
"""
_STATEMENTS: Final = (
    f"INSERT INTO tessella.namespaces (namespace) SELECT 'tenant-' || n FROM generate_series(0, {NAMESPACES - 1}) AS n",
    f"""INSERT INTO tessella.subject_facts (namespace, subject_id, feature, value, as_of)
        SELECT 'tenant-' || n, 'subject-' || s, 'user.f' || f, to_jsonb(s), now()
          FROM {_EVERYBODY}, generate_series(1, 5) AS f""",
    f"""INSERT INTO tessella.personalization_settings
               (namespace, subject_id, personalization_enabled, data_sharing_consent)
        SELECT 'tenant-' || n, 'subject-' || s, true, false FROM {_EVERYBODY} WHERE s % 2 = 0""",
    f"""INSERT INTO tessella.events (namespace, event_id, subject_id, event_type, occurred_at, item_id)
        SELECT 'tenant-' || n, 'event-' || s || '-' || e, 'subject-' || s, 'purchase', now() - e * interval '1 hour',
               'item-' || e
          FROM {_EVERYBODY}, generate_series(1, 5) AS e""",
    f"""INSERT INTO tessella.personalization_features (namespace, user_id, engagement_score, computed_at)
        SELECT 'tenant-' || n, 'subject-' || s, 0.5, now() FROM {_EVERYBODY}""",
    f"""INSERT INTO tessella.personalization_ranks
               (namespace, user_id, scope, ranked_items, scores, confidences, model_version, basis, computed_at,
                valid_until)
        SELECT 'tenant-' || n, 'subject-' || s, 'daily_horoscopes', ARRAY['1', '2'], ARRAY[0.9, 0.5], ARRAY[0.8, 0.8],
               'rule_v1', '', now(), now() + interval '1 day'
          FROM {_EVERYBODY}""",
    "VACUUM (ANALYZE)",
)


def fill(superuser: Connection[Any]) -> None:
    """Store all of it, past row security."""
    for statement in _STATEMENTS:
        superuser.execute(statement)
