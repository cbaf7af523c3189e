"""Experiments from Python, with the services of requirement B: only the line that imports them is another one.

Each service takes what `tessella.open()` gives, or its `pool`.
"""

from __future__ import annotations

from tessella.domain.experiments.context.channel import ChannelType
from tessella.sdk.experiments.clustering import ClusteringService
from tessella.sdk.experiments.context import ContextExtractor
from tessella.sdk.experiments.eligibility import EligibilityService
from tessella.sdk.experiments.segmentation import SegmentationService
from tessella.sdk.experiments.segmented import SegmentedExperimentService

__all__ = [
    "ChannelType", "ClusteringService", "ContextExtractor", "EligibilityService", "SegmentationService",
    "SegmentedExperimentService",
]  # fmt: skip
