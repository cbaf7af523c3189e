"""How games are listed, and how far their players have moved."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.days.calendar import day_text
from tessella.http.schemas.taxonomy import (
    GameRefreshShown,
    TaxonomiesShown,
    TaxonomyDriftShown,
    TaxonomyListed,
    TaxonomyVersionShown,
    TaxonomyVersionsShown,
)
from tessella.ports.taxonomy import GameRefresh, TaxonomyVersion
from tessella.usecases.taxonomy.read import DriftTold, GameListed


def taxonomies_shown(games: Sequence[GameListed]) -> TaxonomiesShown:
    """Every game, with nulls for what there is not."""
    return TaxonomiesShown([_listed(each) for each in games])


def versions_shown(game_id: GameId, versions: Sequence[TaxonomyVersion]) -> TaxonomyVersionsShown:
    """The calibrations of a game."""
    return TaxonomyVersionsShown(game_id, [_version(each) for each in versions])


def drift_shown(told: DriftTold) -> TaxonomyDriftShown:
    """What the last refresh found."""
    refresh = told.refresh
    drift = None if refresh is None else refresh.drift
    return TaxonomyDriftShown(told.taxonomy.game_id, _version(told.taxonomy), _refresh(refresh), drift)


def _listed(each: GameListed) -> TaxonomyListed:
    taxonomy = None if each.taxonomy is None else _version(each.taxonomy)
    return TaxonomyListed(each.game.game_id, each.game.name, taxonomy, _refresh(each.refresh))


def _version(each: TaxonomyVersion) -> TaxonomyVersionShown:
    return TaxonomyVersionShown(each.version, iso(each.calibrated_at), each.players, each.variance_explained)


def _refresh(found: GameRefresh | None) -> GameRefreshShown | None:
    if found is None:
        return None
    return GameRefreshShown(
        iso(found.refreshed_at), day_text(found.as_of_day), found.players, found.mean_confidence, found.left_out
    )
