"""`tessella.taxonomy`: the three functions of requirement C, over the real database."""

from pathlib import Path

import pytest
from pydantic import SecretStr

import tessella
from tessella.domain.errors import NoSuch, NothingOpen
from tessella.domain.errors.calibrations import NotCalibrated
from tessella.settings import Settings
from tessella.taxonomy import (
    AnomalyDetection,
    GameBehavioralTaxonomy,
    PlayerBehavioralProfile,
    calibrate_game_taxonomy,
    categorize_player,
    detect_anomalies,
)
from tests.database import Dsns, fresh_namespace
from tests.usecases.games import AS_OF, declare_arena, play

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(database: Dsns, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=SecretStr(database.app))


async def test_a_game_is_calibrated_and_its_players_are_told_in_three_calls(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        async with tess.session() as session:
            await declare_arena(session)
            await play(session)
        taxonomy = await calibrate_game_taxonomy("arena", as_of=AS_OF)
        profile = await categorize_player("p001", "arena")
        detection = await detect_anomalies("p001", "arena", days=3)
    assert isinstance(taxonomy, GameBehavioralTaxonomy)
    assert isinstance(profile, PlayerBehavioralProfile)
    assert isinstance(detection, AnomalyDetection)
    assert (taxonomy.players, len(taxonomy.axes[0].segments)) == (40, 2)
    best = profile.memberships[0]
    assert best.segment_name in {each.name for each in taxonomy.axes[0].segments}
    assert (profile.player_id, profile.days, len(detection.days)) == ("p001", 16, 3)


async def test_the_functions_ask_the_namespace_that_was_opened_last_or_the_one_they_are_given(settings):
    outer, inner = fresh_namespace(), fresh_namespace()
    async with tessella.open(outer, settings=settings) as first:
        async with first.session() as session:
            await declare_arena(session)
        async with tessella.open(inner, settings=settings):
            with pytest.raises(NoSuch, match="no game"):
                await categorize_player("p001", "arena")
            with pytest.raises(NotCalibrated):
                await categorize_player("p001", "arena", tessella=first)
        with pytest.raises(NotCalibrated):
            await categorize_player("p001", "arena")


async def test_where_no_namespace_is_open_they_say_how_to_open_one():
    with pytest.raises(NothingOpen) as refused:
        await detect_anomalies("p001", "arena")
    assert "tessella.open" in refused.value.hint()
