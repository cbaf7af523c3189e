"""The four tables of requirement C by name: views over the newest taxonomy of each game, and players' profiles.

A segment's id is its game's, as answers name it: with more than one game, join by `game_id` too. An axis has no id of
its own; the one here is a digest of game and name, so that it is the same after every recalibration.
"""

from __future__ import annotations

from typing import Final

#: Of games whose players are known: those of a game that was deleted are let go at night.
_HELD: Final = """(
    SELECT DISTINCT ON (namespace, game_id) namespace, game_id, calibrated_at, variance_explained, document
      FROM tessella.taxonomies JOIN tessella.taxonomy_refreshes USING (namespace, game_id)
     ORDER BY namespace, game_id, version DESC) AS held"""
_AXES: Final = f"{_HELD}, json_array_elements(document -> 'axes') AS axis"
_AXIS_ID: Final = "(hashtext(game_id || ' ' || (axis ->> 'axis_name')) & 2147483647) AS axis_id"


def _axes_of(kind: str) -> str:
    return f"""coalesce((
           SELECT jsonb_agg(axis ->> 'axis_name') FROM json_array_elements(document -> 'axes') AS axis
            WHERE axis ->> 'axis_type' = '{kind}'), '[]') AS {kind}_axes"""


def _correlation(outcome: str, column: str) -> str:
    return f"(segment -> 'correlations' -> '{outcome}' ->> 'value')::double precision AS {column}"


#: By view: its query.
TAXONOMY_VIEWS: Final = {
    "game_behavioral_taxonomy": f"""
SELECT namespace, game_id, {_axes_of("universal")}, {_axes_of("game_specific")},
       json_array_length(document -> 'axes') AS total_axes_count,
       (SELECT coalesce(sum(json_array_length(axis -> 'segments')), 0)::integer
          FROM json_array_elements(document -> 'axes') AS axis) AS total_segments_count,
       variance_explained, calibrated_at AS last_calibrated
  FROM {_HELD}""",
    "behavioral_axes": f"""
SELECT namespace, {_AXIS_ID}, game_id, axis ->> 'axis_name' AS axis_name, axis ->> 'axis_type' AS axis_type,
       (axis -> 'defining_metrics')::jsonb AS defining_metrics, json_array_length(axis -> 'segments') AS segment_count
  FROM {_AXES}""",
    "segment_definitions": f"""
SELECT namespace, (segment ->> 'segment_id')::integer AS segment_id, {_AXIS_ID}, game_id,
       segment ->> 'name' AS segment_name, (segment -> 'center_position')::jsonb AS center_position,
       (segment -> 'standard_deviations')::jsonb AS standard_deviations,
       (segment -> 'covariance_matrix')::jsonb AS covariance_matrix,
       (segment -> 'contextual_centers')::jsonb AS contextual_centers,
       100 * (segment ->> 'population_share')::double precision AS population_percentage,
       {_correlation("ltv", "ltv_correlation")},
       {_correlation("churn", "churn_correlation")},
       {_correlation("support", "support_risk_correlation")}
  FROM {_AXES}, json_array_elements(axis -> 'segments') AS segment""",
    "player_segment_memberships": """
SELECT namespace, player_id, game_id, (membership ->> 'segment_id')::integer AS segment_id,
       (membership ->> 'membership_strength')::double precision AS membership_strength,
       membership -> 'position_offset' AS position_offset,
       (membership ->> 'distance_from_center')::double precision AS distance_from_center,
       (membership ->> 'confidence')::double precision AS confidence, updated_at AS last_updated
  FROM tessella.player_profiles AS told, jsonb_array_elements(memberships) AS membership
 WHERE NOT EXISTS (SELECT FROM tessella.personalization_settings AS settings
                    WHERE settings.namespace = told.namespace AND settings.subject_id = told.player_id
                      AND NOT settings.personalization_enabled)""",
}
