"""How an experiment is segmented, on the wire."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Struct, UnsetType

from tessella.domain.experiments.setup.segmentation import SegmentationMode


class SegmentationBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    #: False is the mode `disabled`.
    enabled: bool | UnsetType = UNSET
    mode: SegmentationMode | UnsetType = UNSET
    #: At most 5: fields of a context, declared features, or `segment_id`.
    segment_by: Sequence[str] | UnsetType = UNSET
    min_samples_per_segment: int | UnsetType = UNSET
    auto_clustering_enabled: bool | UnsetType = UNSET
    auto_activation: bool | UnsetType = UNSET
    #: Another name of `auto_activation`.
    auto_activation_enabled: bool | UnsetType = UNSET
    #: Distinct units a day.
    auto_activation_threshold: int | UnsetType = UNSET
    #: False: traffic alone is enough.
    auto_activation_requires_evidence: bool | UnsetType = UNSET


class SegmentationShown(Struct, frozen=True):
    """What holds."""

    enabled: bool
    mode: SegmentationMode
    segment_by: Sequence[str]
    min_samples_per_segment: int
    auto_clustering_enabled: bool
    auto_activation: bool
    auto_activation_enabled: bool
    auto_activation_threshold: int
    auto_activation_requires_evidence: bool
