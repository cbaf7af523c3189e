"""Whether a stored player's last days are unlike the player."""

import pytest

from tessella.domain.errors import NoSuch, NotYours, WrongShape
from tessella.domain.errors.calibrations import NotCalibrated
from tessella.domain.errors.membership import NothingKnownOfPlayer
from tessella.domain.identifiers import GameId, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.taxonomy.anomaly.detect import detected
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.game import AnomalyMethod
from tessella.usecases.taxonomy.detect import detect_anomalies
from tests.database import session_of
from tests.taxonomies_served import GAME, KNOWN, UNKNOWN, declare_planted, learned, serve_planted

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace):
    await serve_planted(await session_of(storage, namespace))
    return await session_of(storage, namespace)


async def test_a_stored_player_is_judged_as_the_norms_of_the_taxonomy_say(session):
    found = learned()
    measure = Yardstick.of(found.game, (await session.stored_taxonomy(GAME)).taxonomy, found.norms)
    for days in (1, 3):
        told = await detect_anomalies(session, KNOWN, GAME, days=days)
        assert told == detected(measure, found.world.baseline(0), days=days)
        assert (told.game_id, told.taxonomy_version, len(told.days)) == (GAME, 1, days)


async def test_a_call_can_ask_for_the_other_method(session):
    told = await detect_anomalies(session, KNOWN, GAME, method=AnomalyMethod.DISTANCE_DELTA)
    assert told.method is AnomalyMethod.DISTANCE_DELTA
    assert told.alerts == told.is_anomalous


async def test_who_has_opted_out_is_answered_like_one_of_whom_nothing_is_known(session):
    await session.set_consent(KNOWN, Consent(personalization_enabled=False))
    for player in KNOWN, UNKNOWN:
        with pytest.raises(NothingKnownOfPlayer, match=f'"{player}" is known in the game "planted"'):
            await detect_anomalies(session, player, GAME)


async def test_a_client_is_told_of_themselves_only(storage, namespace, session):
    client = await session_of(storage, namespace, Role.CLIENT, subject_id=KNOWN)
    assert (await detect_anomalies(client, KNOWN, GAME)).player_id == KNOWN
    with pytest.raises(NotYours):
        await detect_anomalies(client, SubjectId("player-1"), GAME)


async def test_what_cannot_be_judged_is_named(storage, namespace):
    await declare_planted(await session_of(storage, namespace))
    session = await session_of(storage, namespace)
    with pytest.raises(NotCalibrated):
        await detect_anomalies(session, KNOWN, GAME)
    with pytest.raises(NoSuch):
        await detect_anomalies(session, KNOWN, GameId("other"))


async def test_other_numbers_of_days_are_refused(session):
    with pytest.raises(WrongShape) as refused:
        await detect_anomalies(session, KNOWN, GAME, days=8)
    assert refused.value.pointer == "/days"
