"""The players whose last day is most unlike them."""

import pytest

from tessella.domain.errors.calibrations import NotCalibrated
from tessella.domain.privacy.consent import Consent
from tessella.usecases.taxonomy import unusual
from tessella.usecases.taxonomy.detect import detect_anomalies
from tessella.usecases.taxonomy.unusual import unusual_players
from tests.database import session_of
from tests.taxonomies_served import GAME, declare_planted, serve_planted

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace):
    await serve_planted(await session_of(storage, namespace))
    return await session_of(storage, namespace)


async def test_everybody_is_judged_and_the_most_unusual_come_first(session):
    told = await unusual_players(session, GAME, limit=300)
    scores = [each.displacement.score for each in told.found]
    assert (told.looked_at, len(scores)) == (300, 300)
    assert scores == sorted(scores, reverse=True)
    assert told.flagged == sum(each.alerts for each in told.found)


async def test_what_is_listed_of_a_player_is_what_is_told_of_that_player_alone(session):
    first, *_ = (await unusual_players(session, GAME, limit=3)).found
    assert first == await detect_anomalies(session, first.player_id, GAME)


async def test_of_many_players_a_part_is_looked_at(session, monkeypatch):
    monkeypatch.setattr(unusual, "MOST_LOOKED_AT", 40)
    told = await unusual_players(session, GAME, limit=2)
    assert (told.looked_at, len(told.found)) == (40, 2)


async def test_nobody_who_has_opted_out_is_listed(session):
    first, second = (await unusual_players(session, GAME, limit=2)).found
    await session.set_consent(first.player_id, Consent(personalization_enabled=False))
    told = await unusual_players(session, GAME, limit=1)
    assert (told.looked_at, told.found) == (299, [second])


async def test_before_a_calibration_nobody_can_be_judged(storage, namespace):
    await declare_planted(await session_of(storage, namespace))
    with pytest.raises(NotCalibrated):
        await unusual_players(await session_of(storage, namespace), GAME, limit=1)
