"""Every error that Tessella raises on purpose: what happened, where, and what to do."""

from tessella.domain.errors.assignments import (
    AlreadyDecided,
    AssignmentInDoubt,
    NotAssigned,
    PolicyPublished,
    RewardBeforeAssignment,
)
from tessella.domain.errors.audiences import (
    AudienceBeingCalculated,
    AudienceBusy,
    AudienceTooWide,
    AudienceUnread,
    CursorOfAnother,
    ExportNotWritten,
    ExportRefused,
    FeatureChanged,
    NothingCalculated,
    ReadsTheRequest,
    TooFewToShow,
)
from tessella.domain.errors.base import (
    MOST_FAULTS,
    Conflict,
    Denied,
    Faults,
    Invalid,
    NotFound,
    Stale,
    TessellaError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    field_names,
)
from tessella.domain.errors.calibrations import CalibrationFailed, TooFewPlayers
from tessella.domain.errors.columns import (
    ColumnMissing,
    ColumnNotDeclarable,
    ColumnTypeChanged,
    CustomerOptedOut,
    NoSourceDeclared,
    SourceNeeded,
)
from tessella.domain.errors.definitions import (
    AlreadyExists,
    FileInvalid,
    InUse,
    KnobInvalid,
    Overtaken,
    StaleVersion,
    StoredUnreadable,
    UnknownField,
    UnknownKind,
    UnknownReference,
    WrongResultType,
    WrongShape,
)
from tessella.domain.errors.experiment_results import NothingLogged, NotRefreshed, SegmentNotInPolicy
from tessella.domain.errors.experiments import ExperimentBegun, ExperimentOver, TooFewAssignments, WrongStatus
from tessella.domain.errors.held_out import NobodyHeldOut, NoPurchases, NothingHeldOut, NothingToSearchOn
from tessella.domain.errors.history import (
    DraftChanged,
    HistoryGone,
    LeftOut,
    NamedTwice,
    NoSuchVersion,
    NothingToPublish,
    StaleDrafts,
    StalePlan,
    VersionDeleted,
)
from tessella.domain.errors.imports import (
    FactRefused,
    MappingInvalid,
    MissingColumn,
    UndeclaredColumn,
)
from tessella.domain.errors.items import ItemRefused, OtherDimensions
from tessella.domain.errors.jobs import (
    JobBroke,
    ResultTooLarge,
    RunIsOver,
    RunNotFailed,
    SameRunOpen,
    TriedTooOften,
    UnknownJob,
)
from tessella.domain.errors.messages import shown, storable
from tessella.domain.errors.models import (
    ModelBeingAdded,
    ModelFeaturesUnknown,
    ModelFileBroken,
    ModelFileChanged,
    ModelFileForeign,
    ModelFileMissing,
    ModelFileRefused,
    ModelFileTooLarge,
    ModelManifestRefused,
    ModelNameRefused,
    ModelOperatorsRefused,
    ModelOpsetRefused,
    ModelPackageMissing,
    ModelSaysNoProbability,
    ModelShapeRefused,
    ModelTrialFailed,
    NoModelBefore,
    NotWritable,
    ParityLost,
)
from tessella.domain.errors.notices import (
    AddressRefused,
    AlertIsResolved,
    DeliveryFailed,
    NoMailServer,
    ReceiverAway,
    ReceiverRefused,
    SecretUnreadable,
    TooManyWebhooks,
)
from tessella.domain.errors.offers import NothingOffered
from tessella.domain.errors.predicting import ModelTellsOther, NoModel, PlaceholderSaysNothing
from tessella.domain.errors.predictions import (
    ConstantTarget,
    NothingToLearnFrom,
    SingleClass,
    TooFewOfAClass,
    TooFewRows,
    UnequalColumns,
)
from tessella.domain.errors.privacy import SubjectIsAddress, SubjectNotNamed
from tessella.domain.errors.replay import (
    ContextNotKept,
    HistoryChanged,
    IndexNotKept,
    NotReplayable,
    OverlayGone,
    SubjectDoesNotFit,
    SubjectErased,
    SubjectNeeded,
    SubjectNeededForHistory,
    SubjectOptedOut,
)
from tessella.domain.errors.requests import (
    ClientSentTrait,
    EventFromFuture,
    FactNotAccepted,
    FeatureNotAccepted,
    KeyReused,
    NoSuch,
    NoSuchNamespace,
    NothingOpen,
    NotYours,
    TooManyItems,
    TooManyValues,
    UnknownItem,
)
from tessella.domain.errors.rollout import LegacyAnswerInvalid, LegacyAway, LegacyFailed, NothingKnownOfPlayers
from tessella.domain.errors.rules import (
    ItemFeature,
    MalformedRule,
    NotSqlCapable,
    PersonalFeature,
    RuleError,
    RuleInvalid,
    RuleTooLarge,
    SegmentCycle,
    SubjectsOwnId,
    UnknownFeature,
    UnknownOperator,
    UnsupportedOperator,
    WrongOperand,
)
from tessella.domain.errors.value import NobodyToScore, NotFitted, TooFewPurchases
from tessella.domain.errors.warehouse import (
    ColumnsChanged,
    CredentialsMissing,
    CredentialsRefused,
    DiskFull,
    KeysUnusable,
    LocationRefused,
    PackageMissing,
    QueryFailed,
    QueryTimedOut,
    SourceAway,
    SourceBroken,
    SourceDenies,
    SourceError,
    SourceSlow,
    ValueUnreadable,
    ViewGone,
    WorkerLost,
)

__all__ = [
    "MOST_FAULTS", "AddressRefused", "AlertIsResolved", "AlreadyDecided", "AlreadyExists", "AssignmentInDoubt",
    "AudienceBeingCalculated", "AudienceBusy", "AudienceTooWide", "AudienceUnread", "CalibrationFailed",
    "ClientSentTrait", "ColumnMissing", "ColumnNotDeclarable", "ColumnTypeChanged", "ColumnsChanged", "Conflict",
    "ConstantTarget", "ContextNotKept", "CredentialsMissing", "CredentialsRefused", "CursorOfAnother",
    "CustomerOptedOut", "DeliveryFailed", "Denied", "DiskFull", "DraftChanged", "EventFromFuture", "ExperimentBegun",
    "ExperimentOver", "ExportNotWritten", "ExportRefused", "FactNotAccepted", "FactRefused", "Faults", "FeatureChanged",
    "FeatureNotAccepted", "FileInvalid", "HistoryChanged", "HistoryGone", "InUse", "IndexNotKept", "Invalid",
    "ItemFeature", "ItemRefused", "JobBroke", "KeyReused", "KeysUnusable", "KnobInvalid", "LeftOut",
    "LegacyAnswerInvalid", "LegacyAway", "LegacyFailed", "LocationRefused", "MalformedRule", "MappingInvalid",
    "MissingColumn", "ModelBeingAdded", "ModelFeaturesUnknown", "ModelFileBroken", "ModelFileChanged",
    "ModelFileForeign", "ModelFileMissing", "ModelFileRefused", "ModelFileTooLarge", "ModelManifestRefused",
    "ModelNameRefused", "ModelOperatorsRefused", "ModelOpsetRefused", "ModelPackageMissing", "ModelSaysNoProbability",
    "ModelShapeRefused", "ModelTellsOther", "ModelTrialFailed", "NamedTwice", "NoMailServer", "NoModel",
    "NoModelBefore", "NoPurchases", "NoSourceDeclared", "NoSuch", "NoSuchNamespace", "NoSuchVersion", "NobodyHeldOut",
    "NobodyToScore", "NotAssigned", "NotFitted", "NotFound", "NotRefreshed", "NotReplayable", "NotSqlCapable",
    "NotWritable", "NotYours", "NothingCalculated", "NothingHeldOut", "NothingKnownOfPlayers", "NothingLogged",
    "NothingOffered", "NothingOpen", "NothingToLearnFrom", "NothingToPublish", "NothingToSearchOn", "OtherDimensions",
    "OverlayGone", "Overtaken", "PackageMissing", "ParityLost", "PersonalFeature", "PlaceholderSaysNothing",
    "PolicyPublished", "QueryFailed", "QueryTimedOut", "ReadsTheRequest", "ReceiverAway", "ReceiverRefused",
    "ResultTooLarge", "RewardBeforeAssignment", "RuleError", "RuleInvalid", "RuleTooLarge", "RunIsOver", "RunNotFailed",
    "SameRunOpen", "SecretUnreadable", "SegmentCycle", "SegmentNotInPolicy", "SingleClass", "SourceAway",
    "SourceBroken", "SourceDenies", "SourceError", "SourceNeeded", "SourceSlow", "Stale", "StaleDrafts", "StalePlan",
    "StaleVersion", "StoredUnreadable", "SubjectDoesNotFit", "SubjectErased", "SubjectIsAddress", "SubjectNeeded",
    "SubjectNeededForHistory", "SubjectNotNamed", "SubjectOptedOut", "SubjectsOwnId", "TessellaError",
    "TooFewAssignments", "TooFewOfAClass", "TooFewPlayers", "TooFewPurchases", "TooFewRows", "TooFewToShow", "TooLarge",
    "TooManyItems", "TooManyValues", "TooManyWebhooks", "TriedTooOften", "Unauthenticated", "Unavailable",
    "UndeclaredColumn", "UnequalColumns", "UnknownFeature", "UnknownField", "UnknownItem", "UnknownJob", "UnknownKind",
    "UnknownOperator", "UnknownReference", "UnsupportedOperator", "ValueUnreadable", "VersionDeleted", "ViewGone",
    "WorkerLost", "WrongOperand", "WrongResultType", "WrongShape", "WrongStatus", "field_names", "shown", "storable",
]  # fmt: skip
