"""What a refresh found of an experiment, as it is stored and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tessella.domain.experiments.inference.results.said import Results
from tessella.domain.experiments.learning.due import Basis
from tessella.domain.experiments.segmentation.seen import SegmentSeen
from tessella.domain.identifiers import Json
from tessella.domain.typed import convert
from tessella.ports.experiments import StoredReport


class Report(msgspec.Struct, frozen=True):
    """It holds no state of a posterior, and no weight."""

    results: Results
    segments: Sequence[SegmentSeen]
    #: By each dimension of `OBSERVED`, what is seen of its levels, whatever the segments are.
    observed: Mapping[str, Sequence[SegmentSeen]]
    #: What the policy in force has learned from.
    basis: Basis
    #: How long it took to read what was counted, to learn and to judge.
    refresh_seconds: float

    def written(self) -> Json:
        """As JSON."""
        return msgspec.to_builtins(self)


def read_report(stored: StoredReport) -> Report:
    """A report as it was written."""
    return convert(stored.body, Report)
