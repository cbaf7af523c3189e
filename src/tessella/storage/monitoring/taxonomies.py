"""The last figures of every taxonomy in force, for metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tessella.domain.identifiers import Namespace
from tessella.ports.monitoring import TaxonomyFigures
from tessella.storage.times import micros

#: Of each game that is declared and calibrated: when, on how many players, and the figures of requirement C that are no
#: times. Profiles are as sure as they were when they were last told; before that, as the card says.
TAXONOMY_FIGURES: Final = f"""
SELECT DISTINCT ON (found.game_id) found.game_id, {micros("calibrated_at")}, found.players, variance_explained,
       (document -> 'card' ->> 'categorization_accuracy')::float8,
       coalesce(refresh.mean_confidence, (document -> 'card' ->> 'mean_confidence')::float8)
  FROM tessella.taxonomies AS found
  JOIN tessella.active_definitions AS game
    ON (game.namespace, game.kind, game.identifier) = (found.namespace, 'game', found.game_id)
  LEFT JOIN tessella.taxonomy_refreshes AS refresh
    ON (refresh.namespace, refresh.game_id) = (found.namespace, found.game_id)
 WHERE found.namespace = %s
 ORDER BY found.game_id, found.version DESC
"""


def taxonomies_of(namespace: Namespace, rows: Sequence[Sequence[Any]]) -> dict[tuple[Namespace, str], TaxonomyFigures]:
    """The figures by namespace and game."""
    return {(namespace, game_id): TaxonomyFigures(*figures) for game_id, *figures in rows}
