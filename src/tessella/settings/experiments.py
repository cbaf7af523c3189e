"""Experiments: how often what they learn is published."""

from __future__ import annotations

from pydantic import Field

from tessella.settings.home import HomeSettings


class ExperimentSettings(HomeSettings):
    """Experiments: how often what they learn is published."""

    #: How often the worker of jobs looks at every experiment that runs: learns, publishes weights, writes its report.
    experiment_refresh_seconds: float = Field(default=10.0, ge=0.1, le=3600)
