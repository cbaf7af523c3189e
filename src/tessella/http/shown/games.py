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
from tessella.http.shown.counts import EVERYTHING, Shown
from tessella.ports.taxonomy import GameRefresh, TaxonomyVersion
from tessella.usecases.taxonomy.read import DriftTold, GameListed


def taxonomies_shown(games: Sequence[GameListed], shown: Shown = EVERYTHING) -> TaxonomiesShown:
    """Every game, with nulls for what there is not."""
    return TaxonomiesShown([_listed(each, shown) for each in games])


def versions_shown(
    game_id: GameId, versions: Sequence[TaxonomyVersion], shown: Shown = EVERYTHING
) -> TaxonomyVersionsShown:
    """The calibrations of a game."""
    return TaxonomyVersionsShown(game_id, [_version(each, shown) for each in versions])


def drift_shown(told: DriftTold, shown: Shown = EVERYTHING) -> TaxonomyDriftShown:
    """What the last refresh found."""
    refresh = told.refresh
    drift = None if refresh is None else refresh.drift
    return TaxonomyDriftShown(told.taxonomy.game_id, _version(told.taxonomy, shown), _refresh(refresh, shown), drift)


def _listed(each: GameListed, shown: Shown) -> TaxonomyListed:
    taxonomy = None if each.taxonomy is None else _version(each.taxonomy, shown)
    return TaxonomyListed(each.game.game_id, each.game.name, taxonomy, _refresh(each.refresh, shown))


def _version(each: TaxonomyVersion, shown: Shown) -> TaxonomyVersionShown:
    players = shown.count(each.players)
    return TaxonomyVersionShown(each.version, iso(each.calibrated_at), players, each.variance_explained)


def _refresh(found: GameRefresh | None, shown: Shown) -> GameRefreshShown | None:
    if found is None:
        return None
    left_out = {why: shown.count(count) for why, count in found.left_out.items()}
    return GameRefreshShown(
        iso(found.refreshed_at), day_text(found.as_of_day), shown.count(found.players), found.mean_confidence, left_out
    )
