"""Features that taxonomies of games write: which there are, and that nobody else writes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, GameId, Pointer, point

PREFIX: Final = "taxonomy."
#: Why a value cannot be sent or imported.
BY_TAXONOMIES: Final = "it is written by the taxonomy of a game"
_MEMBERSHIP: Final = ".membership"
_ANOMALY: Final = ".anomaly"


class Told(StrEnum):
    """What one of these features says of a player."""

    #: `taxonomy.GAME.AXIS`: the name of the segment that fits best.
    SEGMENT = "segment"
    #: `taxonomy.GAME.AXIS.membership`: how much the player belongs to it, 0 to 1.
    MEMBERSHIP = "membership"
    #: `taxonomy.GAME.anomaly`: the score of the player's last day by the method in force, 0 to 1.
    ANOMALY = "anomaly"


TYPES: Final = {
    Told.SEGMENT: FeatureType.STRING,
    Told.MEMBERSHIP: FeatureType.NUMBER,
    Told.ANOMALY: FeatureType.NUMBER,
}


@dataclass(frozen=True, slots=True)
class GameFeature:
    """What a feature is about."""

    game_id: GameId
    told: Told
    #: Empty for an anomaly, which is of all axes.
    axis: str = ""

    @property
    def name(self) -> FeatureName:
        """What the feature is called.

        >>> GameFeature(GameId("store"), Told.MEMBERSHIP, "social").name
        'taxonomy.store.social.membership'
        """
        axis = f".{self.axis}" if self.axis else ""
        ending = {Told.SEGMENT: "", Told.MEMBERSHIP: _MEMBERSHIP, Told.ANOMALY: _ANOMALY}[self.told]
        return FeatureName(f"{PREFIX}{self.game_id}{axis}{ending}")


def game_feature(name: str) -> GameFeature | None:
    """What a feature of that name is about; None for a name of another form.

    The name of a game may have dots in it. An axis has none, and is never called `anomaly` or `membership`.

    >>> game_feature("taxonomy.shop.eu.social.membership")
    GameFeature(game_id='shop.eu', told=<Told.MEMBERSHIP: 'membership'>, axis='social')
    >>> game_feature("taxonomy.store.anomaly").told, game_feature("taxonomy.store")
    (<Told.ANOMALY: 'anomaly'>, None)
    """
    about = name.removeprefix(PREFIX)
    if about == name:
        return None
    if about.endswith(_ANOMALY):
        return GameFeature(GameId(about.removesuffix(_ANOMALY)), Told.ANOMALY)
    game_id, _, axis = about.removesuffix(_MEMBERSHIP).rpartition(".")
    if not game_id or not axis:
        return None
    return GameFeature(GameId(game_id), Told.MEMBERSHIP if about.endswith(_MEMBERSHIP) else Told.SEGMENT, axis)


def told_of(features: Iterable[Feature], game_id: GameId) -> dict[FeatureName, GameFeature]:
    """The declared features that the taxonomy of a game writes, by name."""
    written = {each.name: game_feature(each.name) for each in features if each.source is Source.TAXONOMY}
    return {name: about for name, about in sorted(written.items()) if about is not None and about.game_id == game_id}


def check_game_feature(feature: Feature, at: Pointer = "") -> None:
    """That a declaration of the source `taxonomy` is one that can be written. `at` points at it. Raises `WrongShape`.

    Its name and type are those of such a feature, it is not personal, and no request carries it.
    """
    if feature.source is not Source.TAXONOMY:
        return
    about = game_feature(feature.name)
    if about is None:
        problem = f'No taxonomy writes "{feature.name}".'
        hint = f"{PREFIX}GAME.AXIS, {PREFIX}GAME.AXIS{_MEMBERSHIP} or {PREFIX}GAME{_ANOMALY}."
        raise WrongShape(point(at, "name"), problem, hint)
    if feature.type is not TYPES[about.told]:
        raise WrongShape(point(at, "type"), f"The type of {feature.name} is {TYPES[about.told]}.")
    for name, refused in (("overridable", "A request cannot carry it"), ("personal", "It is no personal data")):
        if getattr(feature, name):
            raise WrongShape(point(at, name), f"{refused}: the taxonomy writes {feature.name}.", "Leave this out.")
