"""Figures of evaluations: stored once, read back the last first, and kept apart by model."""

from dataclasses import replace

import pytest

from tessella.domain.identifiers import Instant
from tessella.ports.personalization import EvaluatedMetric, Period
from tests.database import session_of

pytestmark = pytest.mark.anyio

NOON = Instant(1_780_000_000_123_456)
COVERAGE = EvaluatedMetric(NOON, Period.WEEKLY, "daily_horoscopes", "rule_v1", "coverage", 0.25, 8)


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


async def test_figures_read_back_exactly_the_last_evaluation_first(session):
    later = replace(COVERAGE, evaluated_at=Instant(NOON + 1), value=None, sample_size=0)
    await session.add_evaluated([COVERAGE, later])
    assert await session.evaluated_since(Instant(NOON - 1)) == [later, COVERAGE]


async def test_only_later_evaluations_than_the_moment_are_told(session):
    await session.add_evaluated([COVERAGE])
    assert await session.evaluated_since(NOON) == []


async def test_an_evaluation_that_is_begun_again_changes_nothing(session):
    await session.add_evaluated([COVERAGE])
    await session.add_evaluated([replace(COVERAGE, value=0.5)])
    assert await session.evaluated_since(Instant(0)) == [COVERAGE]


async def test_the_same_figure_of_two_models_is_two_figures(session):
    random = replace(COVERAGE, model_version="random")
    await session.add_evaluated([COVERAGE, random])
    assert await session.evaluated_since(Instant(0)) == [random, COVERAGE]
