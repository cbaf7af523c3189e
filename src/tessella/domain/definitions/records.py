"""The kinds of definition, and all that a namespace has defined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import (
    CampaignId,
    ExperimentId,
    FeatureName,
    GameId,
    Json,
    OfferId,
    PredictionId,
    ProfileId,
    ScopeId,
    SegmentId,
    SourceId,
)
from tessella.domain.personalization.scope import Scope
from tessella.domain.predictions.rfm.setup import RfmSetup
from tessella.domain.predictions.setup import Offer, PredictionSetup
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.domain.ranking.knobs import Knobs
from tessella.domain.ranking.profile import Campaign, Profile
from tessella.domain.ranking.setup import RankingSetup
from tessella.domain.segments.segment import Segment
from tessella.domain.taxonomy.game import Game


class Kind(StrEnum):
    """What can be defined."""

    FEATURE = "feature"
    SEGMENT = "segment"
    PROFILE = "profile"
    CAMPAIGN = "campaign"
    SOURCE = "source"
    PREDICTION = "prediction"
    OFFER = "offer"
    EXPERIMENT = "experiment"
    GAME = "game"
    SCOPE = "scope"
    DEFAULTS = "defaults"

    @property
    def plural(self) -> str:
        """The word for several: a field of `Definitions`, a folder of files, a path of the API."""
        return self.value if self is Kind.DEFAULTS else f"{self.value}s"


class AuditMode(StrEnum):
    """What becomes of a decision that cannot be recorded."""

    #: It is given all the same; decisions that are not recorded are counted.
    BEST_EFFORT = "best_effort"
    #: It is not given.
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for the whole namespace."""

    #: Its layer of knobs.
    knobs: Knobs = field(default_factory=dict)
    #: Whether every decision has to be recorded.
    audit: AuditMode = AuditMode.BEST_EFFORT
    #: How its events become signals.
    ranking: RankingSetup = field(default_factory=RankingSetup)
    #: As in a profile, for every ranking of the namespace.
    item_filter: Json = None
    #: What recency, frequency and money are read from.
    rfm: RfmSetup = field(default_factory=RfmSetup)
    #: Whether its subjects may be named by e-mail addresses and telephone numbers.
    subject_ids: SubjectIds = SubjectIds.OPAQUE


Definition = (
    Feature
    | Segment
    | Profile
    | Campaign
    | CustomerSource
    | PredictionSetup
    | Offer
    | Experiment
    | Game
    | Scope
    | Defaults
)

#: The field of the JSON object that holds its name. The defaults have none: there is one such object.
ID_FIELD: Final = {
    Kind.FEATURE: "name",
    Kind.SEGMENT: "segment_id",
    Kind.PROFILE: "profile_id",
    Kind.CAMPAIGN: "campaign_id",
    Kind.SOURCE: "source_id",
    Kind.PREDICTION: "prediction_id",
    Kind.OFFER: "offer_id",
    Kind.EXPERIMENT: "experiment_id",
    Kind.GAME: "game_id",
    Kind.SCOPE: "scope_id",
}
DEFAULTS_ID: Final = "defaults"


def identifier_of(kind: Kind, definition: Definition) -> str:
    """The object's name within its kind."""
    return DEFAULTS_ID if kind is Kind.DEFAULTS else str(getattr(definition, ID_FIELD[kind]))


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything that a namespace has defined, by kind and name."""

    features: Mapping[FeatureName, Feature] = field(default_factory=dict)
    segments: Mapping[SegmentId, Segment] = field(default_factory=dict)
    profiles: Mapping[ProfileId, Profile] = field(default_factory=dict)
    campaigns: Mapping[CampaignId, Campaign] = field(default_factory=dict)
    sources: Mapping[SourceId, CustomerSource] = field(default_factory=dict)
    predictions: Mapping[PredictionId, PredictionSetup] = field(default_factory=dict)
    offers: Mapping[OfferId, Offer] = field(default_factory=dict)
    experiments: Mapping[ExperimentId, Experiment] = field(default_factory=dict)
    games: Mapping[GameId, Game] = field(default_factory=dict)
    scopes: Mapping[ScopeId, Scope] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)

    @staticmethod
    def of(objects: Mapping[Kind, Mapping[str, Definition]]) -> Definitions:
        """From the objects of each kind by name; a kind that is left out has none."""
        named: dict[str, Any] = {kind.plural: objects[kind] for kind in ID_FIELD if kind in objects}
        defaults: Any = objects.get(Kind.DEFAULTS, {}).get(DEFAULTS_ID, Defaults())
        return Definitions(**named, defaults=defaults)

    def of_kind(self, kind: Kind) -> Mapping[str, Definition]:
        """The objects of one kind by name."""
        held: Any = getattr(self, kind.plural)
        objects: Mapping[str, Definition] = {DEFAULTS_ID: held} if kind is Kind.DEFAULTS else held
        return objects

    def objects(self) -> Iterator[tuple[Kind, str, Definition]]:
        """Each object with its kind and name; the defaults where they say anything."""
        for kind in Kind:
            for identifier, definition in self.of_kind(kind).items():
                if definition != Defaults():
                    yield kind, identifier, definition

    def with_definition(self, kind: Kind, identifier: str, definition: Definition | None) -> Definitions:
        """The same with one object put in place, or taken away when it is None."""
        return self.with_changes({(kind, identifier): definition})

    def with_changes(self, changes: Mapping[tuple[Kind, str], Definition | None]) -> Definitions:
        """The same with many."""
        changed: dict[str, Any] = {}
        for kind in {kind for kind, _ in changes}:
            changed[kind.plural] = dict(self.of_kind(kind))
        for (kind, identifier), definition in changes.items():
            if kind is Kind.DEFAULTS:
                changed[kind.plural] = definition or Defaults()
            elif definition is None:
                changed[kind.plural].pop(identifier, None)
            else:
                changed[kind.plural][identifier] = definition
        return replace(self, **changed)
