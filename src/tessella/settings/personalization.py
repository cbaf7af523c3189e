"""Personalization: whether it is on, for how many, and how much is done at once.

Source: requirement D, "Configuration".
"""

from __future__ import annotations

from pydantic import AliasChoices, Field, field_validator

from tessella.settings.home import HomeSettings
from tessella.settings.schedules import checked_schedule


def _also(name: str) -> AliasChoices:
    """The name of ours, which wins, and that of the requirement."""
    return AliasChoices(f"TESSELLA_{name}", name)


class PersonalizationSettings(HomeSettings):
    """Personalization: whether it is on, for how many, and how much is done at once."""

    #: False: everybody gets the default order. The flags of a namespace can only switch off what is on here.
    personalization_enabled: bool = Field(default=True, validation_alias=_also("PERSONALIZATION_ENABLED"))
    #: Whether `model_training` trains models of personalization.
    ml_models_enabled: bool = Field(default=False, validation_alias=_also("ML_MODELS_ENABLED"))
    #: Subjects that the nightly refresh takes at a time.
    feature_refresh_batch_size: int = Field(
        default=500, ge=1, le=100_000, validation_alias=_also("FEATURE_REFRESH_BATCH_SIZE")
    )
    #: How long a ranking is served again.
    ranking_cache_ttl_hours: float = Field(
        default=24.0, gt=0, le=24 * 365, validation_alias=_also("RANKING_CACHE_TTL_HOURS")
    )
    #: The most items that a ranking has; a larger limit is cut to it.
    max_ranking_items: int = Field(default=50, ge=1, le=1_000, validation_alias=_also("MAX_RANKING_ITEMS"))
    #: The share of subjects whose rankings are personal, where a namespace says nothing else.
    personalization_rollout_percent: float = Field(
        default=100.0, ge=0, le=100, validation_alias=_also("PERSONALIZATION_ROLLOUT_PERCENT")
    )
    #: When `nightly_refresh` is asked for where there are scopes: cron, in UTC. Empty: only when somebody asks.
    nightly_refresh_schedule: str = "0 2 * * *"
    #: When `cleanup` is asked for in every namespace, likewise.
    cleanup_schedule: str = "0 3 * * *"
    #: When coverage and diversity of rankings are evaluated, likewise.
    weekly_evaluation_schedule: str = "0 4 * * 1"
    #: When everything about rankings is evaluated, likewise.
    monthly_review_schedule: str = "0 5 1 * *"

    @field_validator(
        "nightly_refresh_schedule", "cleanup_schedule", "weekly_evaluation_schedule", "monthly_review_schedule"
    )
    @classmethod
    def _cron(cls, text: str) -> str:
        return checked_schedule(text)
