"""Whether an experiment learns for each segment, by which, and whether it may begin to by itself."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class SegmentationMode(StrEnum):
    """What an experiment's segments are."""

    #: There is one: everybody.
    DISABLED = "disabled"
    #: The values of dimensions that were chosen.
    MANUAL = "manual"
    #: Clusters of contexts.
    AUTO = "auto"


class Segmentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Source: requirement B, "Configuración por Experimento"."""

    #: False is the mode `disabled`, whatever `mode` says.
    enabled: bool = True
    mode: SegmentationMode = SegmentationMode.DISABLED
    #: Names of a context's fields, of declared features, or `segment_id`, in the order of the key.
    segment_by: tuple[str, ...] = ()
    #: A segment with fewer units is given what is believed of all together.
    min_samples_per_segment: int = 100
    auto_clustering_enabled: bool = False
    auto_activation: bool = False
    #: Distinct units a day.
    auto_activation_threshold: int = 1000
    auto_activation_requires_evidence: bool = True

    @property
    def in_force(self) -> SegmentationMode:
        """The mode that holds."""
        return self.mode if self.enabled else SegmentationMode.DISABLED
