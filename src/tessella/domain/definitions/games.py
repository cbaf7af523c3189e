"""What games need of what else is defined, and the features that their taxonomies write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.audiences.reading import source_of
from tessella.domain.definitions.records import Definitions
from tessella.domain.errors import Faults, TessellaError, UnknownReference, WrongShape
from tessella.domain.features.of_games import game_feature, told_of
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, GameId, Pointer, nearest, point
from tessella.domain.taxonomy.game import Game, UniversalAxis

#: What an outcome can be: true is 1 and false is 0.
_NUMBERS: Final = frozenset({FeatureType.NUMBER, FeatureType.INTEGER, FeatureType.BOOLEAN})


def check_games(definitions: Definitions) -> None:
    """Outcomes are numbers that are stored of subjects; features of taxonomies are of games. Raises `Faults`."""
    errors = [
        fault
        for game_id, game in sorted(definitions.games.items())
        for fault in _outcome_faults(game, definitions, point("/games", game_id, "outcomes"))
    ]
    for name, feature in sorted(definitions.features.items()):
        errors += _feature_faults(feature, definitions, point("/features", name))
    if errors:
        raise Faults(errors)


def games_with_outcome(definitions: Definitions, name: str) -> list[str]:
    """Which games name a feature as an outcome."""
    return sorted(each.game_id for each in definitions.games.values() if name in each.outcomes.values())


def features_of_game(definitions: Definitions, game_id: str) -> list[FeatureName]:
    """Which declared features the taxonomy of a game writes."""
    return list(told_of(definitions.features.values(), GameId(game_id)))


def _outcome_faults(game: Game, definitions: Definitions, at: Pointer) -> Iterator[TessellaError]:
    for outcome, name in game.outcomes.items():
        feature = definitions.features.get(FeatureName(name))
        if feature is None:
            near = nearest(name, definitions.features)
            yield UnknownReference(point(at, outcome), "feature", name, near, (), "among the declared features")
        elif refusal := _refusal(feature, definitions):
            problem = f'"{name}" cannot be an outcome: {refusal}.'
            yield WrongShape(point(at, outcome), problem, "Name a number that is stored of subjects.")


def _refusal(feature: Feature, definitions: Definitions) -> str:
    """Why no segment is compared with a feature; empty where it may be."""
    if feature.personal:
        return "it is personal data"
    if feature.source in (Source.REQUEST, Source.ITEM):
        return "it is not stored of subjects"
    if feature.source is Source.TAXONOMY:
        return "it is what a taxonomy says"
    if (source := source_of(feature, definitions.sources)) is not None:
        return f'it is read from the source "{source}", and not stored'
    return "" if feature.type in _NUMBERS else f"it is a {feature.type}"


def _feature_faults(feature: Feature, definitions: Definitions, at: Pointer) -> Iterator[TessellaError]:
    """A feature that is called as those of a taxonomy is of a game, and of an axis that the game can have."""
    about = game_feature(feature.name)
    if about is None or (feature.source is not Source.TAXONOMY and about.game_id not in definitions.games):
        return
    if feature.source is not Source.TAXONOMY:
        problem = f'"{feature.name}" is written by the taxonomy of "{about.game_id}": its source is taxonomy.'
        yield WrongShape(point(at, "source"), problem, "Declare it so, or choose another name.")
    elif (game := definitions.games.get(GameId(about.game_id))) is None:
        near = nearest(about.game_id, definitions.games)
        yield UnknownReference(point(at, "name"), "game", about.game_id, near, sorted(definitions.games))
    elif about.axis in list(UniversalAxis) and about.axis not in game.axes:
        hint = f"It has {', '.join(game.axes)}, and what a calibration finds."
        yield WrongShape(point(at, "name"), f'The game "{game.game_id}" has no axis "{about.axis}".', hint)
