"""A policy that somebody has written down: which variant a segment's units would get, and how likely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose, isfinite
from typing import Final

from tessella.domain.errors import SegmentNotInPolicy, UnknownReference, WrongShape
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import Json, Pointer, nearest, point

#: The key of all segments that are not named.
OTHERWISE: Final = "otherwise"
_SUCH_AS: Final = 'Such as {"source:ads": {"bold": 1}, "otherwise": {"plain": 0.5, "bold": 0.5}}.'


@dataclass(frozen=True, slots=True)
class WrittenPolicy:
    """By segment key, how likely each variant is, in the order of the experiment: they sum to 1."""

    shares: Mapping[str, tuple[float, ...]]

    @property
    def named(self) -> frozenset[str]:
        """The segments that it names."""
        return frozenset(self.shares) - {OTHERWISE}

    def of(self, segment_key: str) -> tuple[float, ...]:
        """Those of one segment. Raises `SegmentNotInPolicy`."""
        found = self.shares.get(segment_key, self.shares.get(OTHERWISE))
        if found is None:
            raise SegmentNotInPolicy(segment_key)
        return found


def read_policy(experiment: Experiment, written: Json) -> WrittenPolicy:
    """From `{segment_key: {variant_id: probability}}`; a variant that is left out gets nobody.

    Raises `WrongShape` and `UnknownReference` with the pointer.
    """
    if not isinstance(written, dict) or not written:
        raise WrongShape("", "A policy is an object of segments.", _SUCH_AS)
    return WrittenPolicy({key: _shares(experiment, each, point("", key)) for key, each in written.items()})


def _shares(experiment: Experiment, written: Json, at: Pointer) -> tuple[float, ...]:
    if not isinstance(written, dict):
        raise WrongShape(at, "A segment has an object of variants and their probabilities.", _SUCH_AS)
    known = [each.variant_id for each in experiment.variants]
    for name in written:
        if name not in known:
            near = nearest(name, known)
            raise UnknownReference(point(at, name), "variant", name, near, known, "in this experiment")
    shares = tuple(_share(written.get(name, 0.0), point(at, name)) for name in known)
    if not isclose(sum(shares), 1.0, abs_tol=1e-6):
        raise WrongShape(at, f"Its probabilities sum to {sum(shares):g}, not to 1.", _SUCH_AS)
    return tuple(each / sum(shares) for each in shares)


def _share(written: Json, at: Pointer) -> float:
    if isinstance(written, bool) or not isinstance(written, int | float) or not isfinite(written) or written < 0:
        raise WrongShape(at, "A probability is a number from 0 to 1.", _SUCH_AS)
    return float(written)
