"""Reports of how good rankings are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from tessella.domain.identifiers import Json
from tessella.domain.ranking.evaluation.asked import DAYS, LENGTH
from tessella.domain.ranking.evaluation.views import View
from tessella.http.schemas.decide import TimeText
from tessella.ports.evaluations import EvaluationKind


class EvaluateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which days are held out."""

    #: Their end; the moment of asking when it is absent.
    until: TimeText | None = None
    #: How many, 1 to 365.
    days: int = DAYS
    #: How long the lists are, 1 to 100: the K of the metrics.
    length: int = LENGTH


class TuneBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which profile to tune, and on which days to report. As many days before them are searched."""

    profile_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    until: TimeText | None = None
    days: int = DAYS
    length: int = LENGTH
    #: What the search is to find: `repeats_allowed` or `new_items`.
    view: View = View.REPEATS_ALLOWED
    #: Keep what is proposed as a draft of the profile. Nothing is published.
    save_draft: bool = False


class EvaluationHead(msgspec.Struct, frozen=True):
    """One report, without its figures."""

    evaluation_id: str
    kind: EvaluationKind
    made_at: str
    inputs: Mapping[str, Json]


class EvaluationShown(EvaluationHead, frozen=True):
    """One report."""

    #: Of an evaluation: `contenders`, each with its `views`, their `groups` and the `metrics` of those. Of a tuning:
    #: what was `searched`, what is `changed`, the `proposal`, and the report on the `outer` days.
    report: Json


class EvaluationsShown(msgspec.Struct, frozen=True):
    """The newest first."""

    items: Sequence[EvaluationHead]
