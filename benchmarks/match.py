"""The `match` benchmark: the first matching segment of a request, in process."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from benchmarks.figure import Figure, Goal
from benchmarks.match_peers import Peer, Rules, datalogic, qubit, zen, zen_conditional
from benchmarks.match_workload import FEATURES, NOW_US, RULE, Context, Workload, store_workload, workload
from benchmarks.timing import longest_step_ms, p50_us, without_gc
from tessella.domain.definitions import Definitions
from tessella.domain.features.subject import Subject
from tessella.domain.identifiers import DEFAULT_SEGMENT, Namespace, ProfileId
from tessella.domain.ranking.effective_config import EffectiveConfig
from tessella.domain.ranking.profile import Profile
from tessella.domain.rules.compiler import RuleCompiler
from tessella.domain.segments.choice import choose_segment
from tessella.domain.segments.matching import Matcher, matcher_steps
from tessella.domain.segments.segment import RuleDefinition, Segment
from tessella.domain.snapshot import build_snapshot

SEED: Final = 11
ROUNDS: Final = 3

#: How many times as long each peer has to take. The nested conditional is shown for honesty; no goal names it.
PEERS: Final[Mapping[Callable[[Rules], list[Peer]], float | None]] = {
    datalogic: 1.4,
    zen: 20,
    zen_conditional: None,
    qubit: 80,
}


def run() -> Iterator[Figure]:
    """Match 200 segments of six predicates, beside three engines; then 10,000 segments; then what building costs."""
    small = workload(200, 1_000, SEED)
    matcher = Matcher.build(small.entries(), {})
    yield from _spread(matcher, small)
    ours = _median_of_rounds(lambda: _p50_of(matcher, small.contexts))
    yield Figure("match: p50, 200 segments", ours, "us", goal=Goal("value", "<=", 6))
    yield _share_of_loading(matcher, small, ours)
    yield from _beside_peers(matcher, small)
    yield _documented_budget(small)
    large = store_workload(10_000, 1_000, SEED)
    yield from _growth(large, ours)
    for each in (small, large):
        yield from _building(each)


def _p50_of(matcher: Matcher, contexts: Sequence[Context], passes: int = 5) -> float:
    return p50_us(lambda values: matcher.first_match(values, NOW_US), contexts, passes)


def _median_of_rounds(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(ROUNDS))


def _chosen(matcher: Matcher, context: Context) -> str:
    match = matcher.first_match(context, NOW_US)
    return match.segment_id if match else DEFAULT_SEGMENT


def _spread(matcher: Matcher, load: Workload) -> Iterator[Figure]:
    """How the matches lie, so that a reader can judge the workload."""
    chosen = [_chosen(matcher, context) for context in load.contexts]
    place = {segment_id: i for i, (segment_id, _) in enumerate(load.rules, 1)}
    places = [place[segment_id] for segment_id in chosen if segment_id != DEFAULT_SEGMENT]
    yield Figure("match: contexts that no segment matches", 1 - len(places) / len(chosen), "share")
    yield Figure("match: median place of the first match, of 200", statistics.median(places), "th")


def _share_of_loading(matcher: Matcher, load: Workload, whole_us: float) -> Figure:
    reads = matcher.reads
    loading = _median_of_rounds(lambda: p50_us(lambda values: list(map(values.get, reads)), load.contexts, 5))
    return Figure("match: of which loading the values", loading / whole_us, "share")


def _beside_peers(matcher: Matcher, load: Workload) -> Iterator[Figure]:
    expected = [_chosen(matcher, context) for context in load.contexts]
    for make, times in PEERS.items():
        peers = make(load.rules)
        for peer in peers:
            _check(peer, load.contexts, expected)
        # Round by round, ours and theirs in turn, so that both see the same machine.
        rounds = [
            (_p50_of(matcher, load.contexts, 1), *(_p50_of_peer(peer, load) for peer in peers)) for _ in range(ROUNDS)
        ]
        ours, *theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
        quickest, name = min(zip(theirs, (peer.name for peer in peers), strict=True))
        goal = Goal("ratio", ">=", times) if times else None
        yield Figure(f"match: p50 beside {name}", ours, "us", name, quickest, goal)


def _p50_of_peer(peer: Peer, load: Workload) -> float:
    return p50_us(peer.choose, [peer.prepare(context) for context in load.contexts], 1)


def _check(peer: Peer, contexts: Sequence[Context], expected: Sequence[str]) -> None:
    """Every engine has to choose the same segment for every context, or its time means nothing."""
    for context, ours in zip(contexts, expected, strict=True):
        theirs = peer.choose(peer.prepare(context))
        if theirs != ours:
            raise SystemExit(f"{peer.name} chooses {theirs} and Tessella {ours} for {context}")


def _documented_budget(load: Workload) -> Figure:
    """Document A allows a millisecond for "rule eval + profile fetch"; here with the configuration that results."""
    profiles = [Profile(ProfileId(f"profile_{i}"), knobs={"alpha": i / 10}) for i in range(6)]
    segments = [
        Segment(segment_id, priority=-i, profile_id=profiles[i % 6].profile_id, rules=(RuleDefinition(RULE, expr),))
        for i, (segment_id, expr) in enumerate(load.rules)
    ]
    definitions = Definitions(
        {each.name: each for each in FEATURES},
        {each.segment_id: each for each in segments},
        {each.profile_id: each for each in profiles},
    )
    snapshot = build_snapshot(Namespace("bench"), 1, definitions, {})

    def decide(subject: Subject) -> EffectiveConfig:
        choice = choose_segment(snapshot.matcher, definitions.segments, subject, now=NOW_US)
        return snapshot.config(choice.profile_id, campaign={}, overrides={"mmr_lambda": 0.5})

    subjects = [Subject(None, context) for context in load.contexts]
    taken = _median_of_rounds(lambda: p50_us(decide, subjects, 3))
    return Figure("match: p50 with profile, override and reasons", taken, "us", goal=Goal("value", "<=", 1_000))


def _growth(load: Workload, small_us: float) -> Iterator[Figure]:
    matcher = Matcher.build(load.entries(), {})
    large_us = _median_of_rounds(lambda: _p50_of(matcher, load.contexts))
    yield Figure("match: p50, 10,000 segments, 1 % possible", large_us, "us")
    yield Figure("match: 10,000 segments cost, in times 200", large_us / small_us, "x", goal=Goal("value", "<=", 12))


def _building(load: Workload) -> Iterator[Figure]:
    entries = load.entries()
    with without_gc():
        total_ms, longest_ms = longest_step_ms(matcher_steps(entries, {}, RuleCompiler()))
    count = f"{len(entries):,} segments"
    yield Figure(f"match: build {count}", total_ms, "ms")
    yield Figure(f"match: build {count}, longest step without a pause", longest_ms, "ms")
    again = RuleCompiler()
    Matcher.build(entries, {}, again)
    with without_gc():
        rebuilt_ms, _ = longest_step_ms(matcher_steps(entries, {}, again))
    yield Figure(f"match: build {count} again, one compiler", rebuilt_ms, "ms")
