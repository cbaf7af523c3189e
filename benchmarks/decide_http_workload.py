"""What the `decide_http` benchmark defines and asks: the segments of `match`, and 10,000 subjects by Zipf's law."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import accumulate
from typing import Final

from benchmarks.match_workload import TYPES, Context, Workload, workload
from tessella.domain.definitions import Definitions
from tessella.domain.features.gate import iso
from tessella.domain.features.schema import BUILT_IN, Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, ProfileId, SubjectId
from tessella.domain.ranking.profile import Profile
from tessella.domain.segments.segment import RuleDefinition, Segment
from tessella.ports import Session
from tessella.usecases import add_facts, apply_definitions
from tessella.usecases.add_facts import SubjectValues

SUBJECTS: Final = 10_000
SEGMENTS: Final = 200
PROFILES: Final = 8
SEED: Final = 17
_AT_ONCE: Final = 500


@cache
def load() -> Workload:
    """200 rules of six predicates, and a visitor for each subject."""
    return workload(SEGMENTS, SUBJECTS, SEED)


async def define(session: Session) -> None:
    """Store the definitions, and the facts of every subject."""
    await apply_definitions(session, definitions())
    values = [SubjectValues(subject_id(i), facts_of(context)) for i, context in enumerate(load().contexts)]
    for start in range(0, SUBJECTS, _AT_ONCE):
        await add_facts(session, values[start : start + _AT_ONCE])


def definitions() -> Definitions:
    """The features, 8 profiles, and 200 segments of falling priority."""
    built_in = {each.name for each in BUILT_IN}
    features = [
        Feature(FeatureName(name), kind, Source.FACT if _is_fact(name) else Source.REQUEST)
        for name, kind in TYPES.items()
        if name not in built_in
    ]
    profiles = [Profile(ProfileId(f"profile-{i}"), knobs={"alpha": i / 4, "brand_cap": i}) for i in range(PROFILES)]
    segments = [
        Segment(
            segment_id, priority=SEGMENTS - i, profile_id=profiles[i % PROFILES].profile_id,
            rules=(RuleDefinition("rule", expr),),
        )
        for i, (segment_id, expr) in enumerate(load().rules)
    ]  # fmt: skip
    return Definitions(
        features={each.name: each for each in features},
        profiles={each.profile_id: each for each in profiles},
        segments={each.segment_id: each for each in segments},
    )


def bodies(count: int, seed: int) -> Iterator[bytes]:
    """Requests of subjects who come back by Zipf's law with exponent 1."""
    weights = list(accumulate(1 / rank for rank in range(1, SUBJECTS + 1)))
    rng = random.Random(seed)
    for i in rng.choices(range(SUBJECTS), cum_weights=weights, k=count):
        yield body(i)


def body(subject: int) -> bytes:
    """The request of one subject: who, and what only the request knows."""
    return json.dumps({"subject_id": subject_id(subject), "context": context_of(load().contexts[subject])}).encode()


def subject_id(number: int) -> SubjectId:
    """The name of one subject."""
    return SubjectId(f"subject-{number}")


def _is_fact(name: str) -> bool:
    return name.startswith("user.")


def facts_of(context: Context) -> Mapping[str, Json]:
    """What is stored of a visitor."""
    return {
        name: iso(value) if TYPES[name] is FeatureType.TIMESTAMP and isinstance(value, int) else value
        for name, value in context.items()
        if _is_fact(name)
    }


def context_of(context: Context) -> dict[str, dict[str, Json]]:
    """What only the request of a visitor knows."""
    grouped: dict[str, dict[str, Json]] = {}
    for name, value in context.items():
        if not _is_fact(name):
            group, _, inner = name.partition(".")
            grouped.setdefault(group, {})[inner] = value
    return grouped
