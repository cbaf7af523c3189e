"""What a body says of segmentation, over what holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from tessella.domain.errors import Faults, TessellaError, WrongShape, shown
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.identifiers import Json, Pointer, point
from tessella.domain.wire import read_record

#: A key names so many dimensions at most: each multiplies the segments.
MOST_DIMENSIONS: Final = 5
#: Of a key of the requirement's, and of its table: both are read.
_ALIAS: Final = {"auto_activation_enabled": "auto_activation"}


def changed(before: Segmentation, written: Json, at: Pointer = "") -> Segmentation:
    """What holds once a body is taken up: what it leaves out stays as it was.

    `enabled` and `mode` are two words for one thing: a mode without `enabled` is in force, and `enabled: true` without
    a mode takes the one that the other fields are of. Raises `Invalid` errors with pointers into the body.
    """
    if not isinstance(written, Mapping):
        raise WrongShape(at, "segmentation is an object.", 'Such as {"mode": "manual", "segment_by": ["source"]}.')
    held = msgspec.structs.asdict(before)
    said = _spelled(written, held)
    whole = {**held, **said} | _implied(held, said)
    after = read_record(Segmentation, whole, at)
    _check(after, said, at)
    return after


def _spelled(written: Mapping[str, Json], held: Mapping[str, Json]) -> dict[str, Json]:
    """By the names that are stored. Who changes one of two that were read says what is new."""
    said = {name: value for name, value in written.items() if name not in _ALIAS}
    for alias, name in _ALIAS.items():
        if alias in written and said.get(name, held[name]) == held[name]:
            said[name] = written[alias]
    return said


def _implied(held: Mapping[str, Json], said: Mapping[str, Json]) -> dict[str, Json]:
    """What follows from what is said, where nothing is said of it."""
    implied: dict[str, Json] = {}
    if "mode" in said and "enabled" not in said:
        implied["enabled"] = True
    if said.get("enabled") is True and "mode" not in said and held["mode"] is SegmentationMode.DISABLED:
        implied["mode"] = _mode_of({**held, **said})
    if said.get("mode", implied.get("mode")) == SegmentationMode.AUTO and "auto_clustering_enabled" not in said:
        implied["auto_clustering_enabled"] = True
    return implied


def _mode_of(fields: Mapping[str, Json]) -> SegmentationMode:
    """The mode that the other fields are of."""
    if fields["segment_by"]:
        return SegmentationMode.MANUAL
    return SegmentationMode.AUTO if fields["auto_clustering_enabled"] else SegmentationMode.DISABLED


def _check(after: Segmentation, said: Mapping[str, Json], at: Pointer) -> None:
    faults = [*_mode_faults(after, said, at), *_dimension_faults(after.segment_by, point(at, "segment_by"))]
    for name in ("min_samples_per_segment", "auto_activation_threshold"):
        if not 1 <= getattr(after, name) < 2**31:
            faults.append(WrongShape(point(at, name), f"{name} is a whole number from 1 on.", "Such as 1000."))
    if faults:
        raise Faults(faults)


def _mode_faults(after: Segmentation, said: Mapping[str, Json], at: Pointer) -> list[TessellaError]:
    if after.mode is SegmentationMode.MANUAL and not after.segment_by:
        problem = "Manual segmentation needs dimensions."
        return [WrongShape(point(at, "segment_by"), problem, 'Such as ["source"] or ["source", "device"].')]
    if after.mode is SegmentationMode.AUTO and not after.auto_clustering_enabled:
        problem = "The mode auto has clusters for segments, and auto_clustering_enabled is false."
        return [WrongShape(point(at, "auto_clustering_enabled"), problem, "Leave it out, or choose another mode.")]
    unsaid = said.get("enabled") is True and "mode" not in said
    if unsaid and after.mode is SegmentationMode.DISABLED and not after.auto_activation:
        problem = "It is enabled, and nothing says what its segments are."
        return [WrongShape(point(at, "mode"), problem, 'Send "manual" with segment_by, or "auto".')]
    return []


def _dimension_faults(dimensions: tuple[str, ...], at: Pointer) -> list[TessellaError]:
    faults: list[TessellaError] = [
        WrongShape(point(at, index), f"{shown(name)} is there twice.", "Leave one of them out.")
        for index, name in enumerate(dimensions)
        if name in dimensions[:index]
    ]
    if len(dimensions) > MOST_DIMENSIONS:
        problem = f"Segments have at most {MOST_DIMENSIONS} dimensions."
        faults.append(WrongShape(at, problem, "Each multiplies the segments: leave some of them out."))
    return faults
