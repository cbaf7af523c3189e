"""Personalization: what is asked of a scope and answered, and what is switched on."""

from __future__ import annotations

from typing import Annotated

import msgspec

from tessella.domain.identifiers import SUBJECT_MAX_LENGTH


class ScopeAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Items of a scope. Clients and readers get them for themselves."""

    scope: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    limit: Annotated[
        int, msgspec.Meta(ge=1, description="The most items; the installation's own limit holds beyond it.")
    ] = 10
    subject_id: Annotated[str, msgspec.Meta(min_length=1, max_length=SUBJECT_MAX_LENGTH)] | None = None


class ScopeItemShown(msgspec.Struct, frozen=True):
    """One item of a ranking. Why it stands where it does is told to administrators alone."""

    id: str
    #: 0 to 1.
    score: float
    #: 0 to 1: how far what the score hangs on is known.
    confidence: float


class ScopeRankingShown(msgspec.Struct, frozen=True):
    """A scope's items, best first."""

    scope: str
    items: list[ScopeItemShown]
    #: Whether the ranking was kept from before.
    cached: bool
    #: `rule_v1`; `random` on the other side of a comparison; `default` where nothing of a subject has gone into it.
    model_version: str


class RationaleShown(msgspec.Struct, frozen=True):
    """Why the items of a subject's last ranking stand where they do."""

    subject_id: str
    scope: str
    #: The tags of each item that has any, by its id.
    tags: dict[str, list[str]]


class PersonalizationFlagsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to switch on or off. What is not named stays as it is."""

    personalization_rankings: bool | msgspec.UnsetType = msgspec.UNSET
    ml_models: bool | msgspec.UnsetType = msgspec.UNSET
    evaluation_metrics: bool | msgspec.UnsetType = msgspec.UNSET
    #: The share of subjects whose rankings are personal.
    rollout_percent: Annotated[float, msgspec.Meta(ge=0, le=100)] | msgspec.UnsetType = msgspec.UNSET


class PersonalizationFlagsShown(msgspec.Struct, frozen=True):
    """What is in force: a namespace can switch off what the installation allows, and not on what it does not."""

    personalization_rankings: bool
    ml_models: bool
    evaluation_metrics: bool
    rollout_percent: float
