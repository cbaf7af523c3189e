"""What is asked about experiments, and done with them: one file a resource, one line each below."""

from typing import Final

from tessella.http.routes.experiments import (
    assignments,
    clustering,
    eligibility,
    lifecycle,
    results,
    segmentation_config,
)

EXPERIMENT_ROUTERS: Final = (
    lifecycle.router,
    results.router,
    assignments.router,
    segmentation_config.router,
    eligibility.router,
    clustering.router,
)
