"""The `experiments_kernel` benchmark: which variant a unit gets, in memory: the draw, the segment, the whole answer."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from benchmarks.experiments_kernel_peers import PEERS
from benchmarks.experiments_segments import SOURCES, VISITS, in_process
from benchmarks.figure import Figure, Goal
from benchmarks.timing import p50_us
from tessella.domain.experiments.assignment.hashes import WHOLE
from tessella.domain.experiments.assignment.policy import Policy, Weights
from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.experiments.context.device import device_of
from tessella.domain.experiments.context.extract import extract_context
from tessella.domain.experiments.segmentation.key import segment_key
from tessella.domain.identifiers import Instant

UNITS: Final = 4_000
VARIANTS: Final = 10
ROUNDS: Final = 5
_SALT: Final = bytes(range(32))
_NOON: Final = Instant(1_700_000_000_000_000)

#: A unit, and where it comes from.
Asked = tuple[str, dict[str, str]]


def run() -> Iterator[Figure]:
    """The draw of a variant with its segment beside three peers; then what segments add to an allocation."""
    asked = [(f"user-{number}", {"source": SOURCES[number % len(SOURCES)]}) for number in range(UNITS)]
    drawn = _drawn(_policy())
    for make in PEERS:
        peer = make(SOURCES, VARIANTS)
        # Round by round, ours and theirs in turn, so that both see the same machine.
        rounds = [(p50_us(drawn, asked, 1), p50_us(peer.choose, asked, 1)) for _ in range(ROUNDS)]
        ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
        name = f"experiments: a variant of {VARIANTS} in one of {len(SOURCES)} segments, p50"
        yield Figure(name, ours, "us", peer.name, theirs, Goal("value", "<=", 3))
    yield from _extraction()
    yield from in_process()


def _policy() -> Policy:
    """Another weight for each variant in each segment."""
    rows = [[1 + (place * 7 + each * 3) % 11 for each in range(VARIANTS)] for place in range(len(SOURCES))]
    weights = [_weights(row) for row in rows]
    keys = (f"source:{source}" for source in SOURCES)
    return Policy(3, WHOLE // 12, _weights([1] * VARIANTS), dict(zip(keys, weights, strict=True)), weights[0])


def _weights(shares: Sequence[int]) -> Weights:
    whole = [WHOLE * share // sum(shares) for share in shares]
    return Weights.of([whole[0] + WHOLE - sum(whole), *whole[1:]])


def _drawn(policy: Policy) -> Callable[[Asked], object]:
    dimensions = ["source"]

    def drawn(asked: Asked) -> object:
        unit, context = asked
        return policy.draw(_SALT, unit, segment_key(context, dimensions))

    return drawn


def _extraction() -> Iterator[Figure]:
    """The record of a visit; its user agent is remembered, or read for the first time."""
    known = p50_us(lambda raw: extract_context(ChannelType.WEB, raw, _NOON), VISITS * 400, ROUNDS)
    yield Figure("experiments: the record of a visit, user agent known, p50", known, "us")
    agents = [f"{VISITS[number % len(VISITS)]['user_agent']} ({number})" for number in range(1_000)]
    device_of(agents[0])
    yield Figure("experiments: the device of a new user agent, p50", p50_us(device_of, agents[1:], 1), "us")
