"""What the `admin_app` benchmark looks at: a namespace whose subjects are counted, and one of 10,000 segments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.decide_http_workload import definitions, facts_of, load, subject_id
from benchmarks.http_server import NAMESPACE
from tessella.bootstrap import Application, running
from tessella.domain.definitions import Definitions
from tessella.domain.features.schema import Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json, Namespace, Role, SegmentId
from tessella.domain.segments.segment import RuleDefinition, Segment
from tessella.ports import Caller
from tessella.settings import Settings
from tessella.usecases import add_facts, apply_definitions, calculate_audiences
from tessella.usecases.add_facts import SubjectValues

MANY: Final = Namespace("many")
SEGMENTS: Final = 10_000
AT_ONCE: Final = 500
#: Whose facts the rule that is typed counts.
SUBJECTS: Final = 500
#: Of the rule that is typed.
CONDITIONS: Final = 9
GROUPS: Final = 6
NODES: Final = 1 + GROUPS * (1 + CONDITIONS)


def rule() -> Json:
    """Groups of conditions of our rules that read stored facts, the first of each beside a number."""
    stored = {str(each.name): each for each in definitions().features.values() if each.source is Source.FACT}
    leaves = [leaf for _, expr in load().rules for leaf in _leaves(expr) if _feature(leaf) in stored]
    number = next(name for name, each in stored.items() if each.type is FeatureType.NUMBER)
    groups = [leaves[start : start + CONDITIONS - 1] for start in range(0, CONDITIONS * GROUPS, CONDITIONS)]
    return {"any": [{"all": [{"gte": [number, 100 + index]}, *group]} for index, group in enumerate(groups)]}


def _leaves(expr: Json) -> Iterator[dict[str, Any]]:
    assert isinstance(expr, dict)
    ((name, inner),) = expr.items()
    if name not in ("all", "any", "not"):
        yield expr
        return
    for each in inner if isinstance(inner, list) else [inner]:
        yield from _leaves(each)


def _feature(leaf: dict[str, Any]) -> str:
    (operands,) = leaf.values()
    return str(operands[0])


async def prepare(home: Path) -> dict[Namespace, str]:
    """Make the installation. Returns the key of an administrator of each namespace."""
    async with running(Settings(home=home)) as application:
        await _counted(application)
        await application.administration.create_namespace(MANY)
        async with application.session(Caller(MANY, Role.ADMIN)) as session:
            for each in _many():
                await apply_definitions(session, each)
        create = application.administration.create_key
        return {each: await create(each, Role.ADMIN) for each in (NAMESPACE, MANY)}


async def _counted(application: Application) -> None:
    await application.administration.create_namespace(NAMESPACE)
    async with application.session(Caller(NAMESPACE, Role.ADMIN)) as session:
        await apply_definitions(session, definitions())
        facts = [SubjectValues(subject_id(i), facts_of(each)) for i, each in enumerate(load().contexts[:SUBJECTS])]
        await add_facts(session, facts)
        with application.warehouse() as duckdb:
            await calculate_audiences(
                session, duckdb, application.open_engine, as_of=session.now(), progress=lambda _: None
            )


def _many() -> Iterator[Definitions]:
    """Segments of one condition each, in parts: a publish of all at once takes longer than a publish may."""
    found = definitions()
    for start in range(0, SEGMENTS, AT_ONCE):
        segments = [_segment(index) for index in range(start, start + AT_ONCE)]
        yield replace(found, segments={each.segment_id: each for each in segments})


def _segment(index: int) -> Segment:
    rule = RuleDefinition("rule", {"gte": ["user.ltv_eur", index]})
    return Segment(SegmentId(f"segment_{index}"), f"Segment {index}", priority=SEGMENTS - index, rules=(rule,))
