"""What requests and responses look like on the wire: one module a resource."""

from __future__ import annotations

from typing import Any, Final

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.features.schema import Feature
from tessella.domain.personalization.scope import Scope
from tessella.domain.predictions.rfm.setup import RfmSetup
from tessella.domain.predictions.setup import Offer, PredictionSetup
from tessella.domain.ranking.setup import RankingSetup
from tessella.domain.segments.segment import Segment
from tessella.domain.taxonomy.game import Game
from tessella.http.schemas.alerts import (
    AlertPage,
    AlertShown,
    DeliveryPage,
    PingBegun,
    WebhookBody,
    WebhookShown,
    WebhooksShown,
    WebhookWithSecret,
)
from tessella.http.schemas.allocate import (
    AllocateBody,
    AllocationShown,
    ConversionBody,
    ConversionsBody,
    ConversionsTaken,
    ConversionTaken,
)
from tessella.http.schemas.audiences import (
    CalculateBody,
    CalculationShown,
    CalculationsShown,
    ChangesShown,
    OverlapShown,
    SegmentCountsShown,
)
from tessella.http.schemas.audit import AuditPage, AuditRowShown, ReplayBody, ReplayShown
from tessella.http.schemas.clustering import ClusteringShown
from tessella.http.schemas.compare import CompareBody, ProfilesComparedShown
from tessella.http.schemas.consistency import CheckBody, ChecksShown
from tessella.http.schemas.decide import BatchAnswer, BatchBody, DecideBody, DecisionShown, DecisionWithReasons
from tessella.http.schemas.eligibility import EligibilityShown, SegmentationRecommended, SegmentationsRecommended
from tessella.http.schemas.evaluations import EvaluateBody, EvaluationShown, EvaluationsShown, TuneBody
from tessella.http.schemas.experiment_results import ResultsShown, SegmentationMetricsShown, SegmentSeenShown
from tessella.http.schemas.experiments import SegmentationBody, SegmentationShown
from tessella.http.schemas.explain import DecisionExplained, SimulateBody, Simulated
from tessella.http.schemas.health import Alive, HealthShown, Ready
from tessella.http.schemas.history import (
    DiffShown,
    PublishPage,
    PublishWhole,
    RollbackBody,
    VersionBody,
    VersionPage,
    VersionShown,
)
from tessella.http.schemas.indexes import IndexBody, IndexesShown, IndexShown
from tessella.http.schemas.ingest import EventsAccepted, EventsBody, FactsAccepted, FactsBody
from tessella.http.schemas.items import ItemBody, ItemPage, ItemsAccepted, ItemsBody, ItemWritten
from tessella.http.schemas.jobs import ComputeBody, JobLog, JobPage, JobRunShown, ProposeBody
from tessella.http.schemas.keys import KeyBody, KeyCreated, KeyPage, KeyShown
from tessella.http.schemas.knobs import KnobsShown
from tessella.http.schemas.models import ActivateBody, ModelCardShown, ModelShown, ModelsShown
from tessella.http.schemas.monitoring import MonitoringShown
from tessella.http.schemas.ofrep import EvaluationBody, EvaluationFailed, FlagShown, FlagsShown
from tessella.http.schemas.outcomes import ComparisonShown, OutcomesShown
from tessella.http.schemas.overview import OverviewShown
from tessella.http.schemas.personalization import (
    PersonalizationFlagsBody,
    PersonalizationFlagsShown,
    RationaleShown,
    ScopeAsked,
    ScopeItemShown,
    ScopeRankingShown,
)
from tessella.http.schemas.personalization_metrics import (
    PersonalizationEvaluateBody,
    PersonalizationEvaluatedShown,
    PersonalizationMetricsShown,
)
from tessella.http.schemas.players import (
    BehavioralProfileShown,
    BehavioralProfilesShown,
    CategorizeBatchBody,
    CategorizeBody,
    DetectBody,
    DetectionShown,
    KeptProfileShown,
    UnusualPlayersShown,
)
from tessella.http.schemas.predictions import CustomerPredictBody, CustomerPredictionShown
from tessella.http.schemas.privacy import ConsentCountsShown, ErasuresShown, ProcessingRecordShown
from tessella.http.schemas.problem import Problem
from tessella.http.schemas.publishing import (
    DraftShown,
    DraftsShown,
    ObjectChangeShown,
    OrderBody,
    OrderShown,
    PlanBody,
    PlanShown,
    PublishBody,
    PublishedShown,
)
from tessella.http.schemas.recommend import (
    RecommendationExplained,
    RecommendationShown,
    RecommendationWithReasons,
    RecommendBatchAnswer,
    RecommendBatchBody,
    RecommendBody,
    SimulateItemsBody,
)
from tessella.http.schemas.rollout import (
    LegacyDetectionShown,
    LegacyProfileShown,
    MigrationDifferences,
    RolloutBody,
    RolloutShown,
    ValidateMigrationBody,
    ValidationShown,
)
from tessella.http.schemas.rules import (
    DryRunAnswer,
    DryRunBody,
    RuleChecked,
    SegmentsLinted,
    ValidateBody,
    VocabularyShown,
)
from tessella.http.schemas.segment_audiences import (
    ExportBody,
    MembersShown,
    PreviewBody,
    PreviewShown,
    ProfileShown,
    UsageShown,
)
from tessella.http.schemas.segment_predictions import (
    LoyaltySegmentShown,
    SegmentPredictBody,
    SegmentPredictionJob,
    SegmentPredictionShown,
    SegmentStatsHistory,
    SegmentStatsShown,
)
from tessella.http.schemas.session import SessionBody, SessionShown
from tessella.http.schemas.sources import ColumnsBody, ColumnsDeclared, ColumnsShown
from tessella.http.schemas.subjects import SettingsBody, SettingsShown, SubjectShown
from tessella.http.schemas.suggestions import FeatureValuesShown
from tessella.http.schemas.taxonomy import (
    CalibrateBody,
    TaxonomiesShown,
    TaxonomyCardShown,
    TaxonomyDriftShown,
    TaxonomyLineageShown,
    TaxonomyShown,
    TaxonomyVersionsShown,
)
from tessella.http.schemas.training import TrainBody
from tessella.ports.jobs import Job, RunState

#: Every record that a body or an answer is, for the OpenAPI document.
RECORDS: Final[tuple[type[Any], ...]] = (
    PersonalizationFlagsBody, PersonalizationFlagsShown, RationaleShown, ScopeAsked, ScopeItemShown, ScopeRankingShown,
    PersonalizationEvaluateBody, PersonalizationEvaluatedShown, PersonalizationMetricsShown, SessionBody, SessionShown,
    KeyBody, KeyCreated, KeyPage, KeyShown, KnobsShown,
    AlertPage, AlertShown, DeliveryPage, PingBegun, WebhookBody, WebhookShown, WebhooksShown, WebhookWithSecret,
    AllocateBody, AllocationShown, ConversionBody, ConversionsBody, ConversionsTaken, ConversionTaken,
    CalculateBody, CalculationShown, CalculationsShown, ChangesShown, CheckBody, ChecksShown, OverlapShown,
    SegmentCountsShown, ClusteringShown,
    ActivateBody, ModelCardShown, ModelShown, ModelsShown, MonitoringShown,
    Alive, AuditPage, AuditRowShown, BatchAnswer, BatchBody, CompareBody, ComparisonShown, ComputeBody, CustomerSource,
    ColumnsBody, ColumnsDeclared, ColumnsShown, CustomerPredictBody, CustomerPredictionShown, Offer, PredictionSetup,
    DecideBody, DecisionExplained, DecisionShown, DecisionWithReasons, DiffShown, DraftShown, DraftsShown, DryRunAnswer,
    DryRunBody, EvaluateBody, EvaluationBody, EvaluationFailed, EvaluationShown, EvaluationsShown, TrainBody, TuneBody,
    EventsAccepted, EventsBody, Experiment, FactsAccepted, FactsBody, Feature,
    FlagShown, FlagsShown, Game, HealthShown, IndexBody, IndexesShown, IndexShown, ItemBody, ItemPage, ItemsAccepted,
    ItemsBody, ItemWritten, Job, JobLog, JobPage, JobRunShown, ObjectChangeShown, OrderBody, OrderShown, OutcomesShown,
    OverviewShown, FeatureValuesShown, ConsentCountsShown, ErasuresShown,
    PlanBody, PlanShown, Problem, ProcessingRecordShown, ProfilesComparedShown, ProposeBody, PublishBody,
    PublishedShown, PublishPage, PublishWhole, RankingSetup, Ready,
    RecommendationExplained, RecommendationShown, RecommendationWithReasons,
    RecommendBatchAnswer, RecommendBatchBody, RecommendBody, ReplayBody, ReplayShown, RollbackBody, RuleChecked,
    RfmSetup, RunState, Scope, Segment, SegmentsLinted, SimulateBody, Simulated, SimulateItemsBody,
    SettingsBody, SettingsShown, SubjectShown, ValidateBody,
    VersionBody, VersionPage, VersionShown, VocabularyShown, ExportBody, MembersShown, PreviewBody, PreviewShown,
    ProfileShown, UsageShown, LoyaltySegmentShown, SegmentPredictBody, SegmentPredictionJob, SegmentPredictionShown,
    SegmentStatsHistory, SegmentStatsShown, SegmentationBody, SegmentationShown,
    ResultsShown, SegmentationMetricsShown, SegmentSeenShown,
    EligibilityShown, SegmentationRecommended, SegmentationsRecommended,
    BehavioralProfileShown, BehavioralProfilesShown, CategorizeBatchBody, CategorizeBody, DetectBody, DetectionShown,
    MigrationDifferences, LegacyDetectionShown, LegacyProfileShown, RolloutBody, RolloutShown, ValidateMigrationBody,
    ValidationShown,
    KeptProfileShown, UnusualPlayersShown, CalibrateBody, TaxonomiesShown, TaxonomyCardShown,
    TaxonomyDriftShown, TaxonomyLineageShown, TaxonomyShown, TaxonomyVersionsShown,
)  # fmt: skip
