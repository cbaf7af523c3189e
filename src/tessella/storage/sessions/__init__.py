"""A caller's view of a namespace: `ports.Session` over PostgreSQL and this process's memory."""

from __future__ import annotations

from tessella.storage.sessions.access import AccessPart
from tessella.storage.sessions.alerts import AlertsPart, WebhooksPart
from tessella.storage.sessions.assigning import AssigningPart
from tessella.storage.sessions.audiences import AudiencesPart
from tessella.storage.sessions.base import Parts
from tessella.storage.sessions.bulk import BulkPart
from tessella.storage.sessions.consents import ConsentsPart
from tessella.storage.sessions.consistency import ConsistencyPart
from tessella.storage.sessions.customers import CustomersPart
from tessella.storage.sessions.drafting import DraftingPart
from tessella.storage.sessions.evaluated import EvaluatedPart
from tessella.storage.sessions.evaluations import EvaluationsPart
from tessella.storage.sessions.flags import FlagsPart
from tessella.storage.sessions.histories import HistoriesPart
from tessella.storage.sessions.history import HistoryPart
from tessella.storage.sessions.indexes import IndexesPart
from tessella.storage.sessions.ingesting import IngestingPart
from tessella.storage.sessions.items import ItemsPart
from tessella.storage.sessions.jobs import JobsPart
from tessella.storage.sessions.learning import LearningPart
from tessella.storage.sessions.models import ModelsPart
from tessella.storage.sessions.monitoring import MonitoringPart
from tessella.storage.sessions.outcomes import OutcomesPart
from tessella.storage.sessions.overview import OverviewPart
from tessella.storage.sessions.players import PlayersPart
from tessella.storage.sessions.predictions import PredictionsPart
from tessella.storage.sessions.privacy import PrivacyPart
from tessella.storage.sessions.publishing import PublishingPart
from tessella.storage.sessions.rankings import RankingsPart
from tessella.storage.sessions.ranks import RanksPart
from tessella.storage.sessions.reading import ReadingPart
from tessella.storage.sessions.recommending import RecommendingPart
from tessella.storage.sessions.recording import RecordingPart
from tessella.storage.sessions.segment_predictions import SegmentPredictionsPart
from tessella.storage.sessions.segmenting import SegmentingPart
from tessella.storage.sessions.taxonomy import TaxonomiesPart
from tessella.storage.sessions.vectors import VectorsPart


class StoredSession(
    ReadingPart,
    ConsentsPart,
    AccessPart,
    CustomersPart,
    RecordingPart,
    PublishingPart,
    DraftingPart,
    HistoryPart,
    HistoriesPart,
    RankingsPart,
    PredictionsPart,
    IndexesPart,
    IngestingPart,
    BulkPart,
    ItemsPart,
    JobsPart,
    OutcomesPart,
    OverviewPart,
    EvaluationsPart,
    AudiencesPart,
    ModelsPart,
    MonitoringPart,
    SegmentPredictionsPart,
    AssigningPart,
    LearningPart,
    SegmentingPart,
    TaxonomiesPart,
    PlayersPart,
    EvaluatedPart,
    FlagsPart,
    RanksPart,
    VectorsPart,
    PrivacyPart,
    ConsistencyPart,
    AlertsPart,
    WebhooksPart,
    RecommendingPart,
):
    """One caller's view of one namespace."""

    __slots__ = ()


__all__ = ["Parts", "StoredSession"]
