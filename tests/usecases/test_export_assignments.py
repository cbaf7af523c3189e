"""What is told of single units is told of nobody who has opted out, and leaves the house with those who agreed."""

import pytest

from tessella.domain.identifiers import Namespace, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import Session
from tessella.storage.store import Storage
from tessella.usecases.experiments.clusters.units import Units
from tessella.usecases.experiments.results.evaluate_policy import Asked, evaluate_policy
from tessella.usecases.experiments.results.export import export_assignments
from tests.database import session_of
from tests.experiments import BANNER, banner, declare, everywhere, meet
from tests.sharing import share

pytestmark = pytest.mark.anyio

USERS = [f"u{number}" for number in range(10, 30)]
BOB = SubjectId("u17")


async def told_of(session: Session) -> tuple[list[str], int, int]:
    """Who is exported, and how many a policy is evaluated on and clusters are found in."""
    experiment = session.snapshot().definitions.experiments[BANNER]
    exported = [each.user_identifier async for each in export_assignments(session, BANNER)]
    evaluated = await evaluate_policy(session, Asked(BANNER, {"otherwise": {"bold": 1}}))
    found = await Units.read(session, experiment, len(USERS), lambda share: None)
    return exported, round(evaluated.estimates.units), len(found.contexts)


async def test_who_opts_out_after_the_assignment_is_in_no_export_no_evaluation_and_no_clusters(
    storage: Storage, namespace: Namespace
) -> None:
    await declare(await session_of(storage, namespace), banner())
    session = await session_of(storage, namespace)
    await meet(session, USERS, everywhere(plain=0.5, bold=0.5))
    await share(session, USERS)
    assert await told_of(session) == (USERS, 20, 20)
    await session.set_consent(BOB, Consent(personalization_enabled=False))
    assert await told_of(session) == ([each for each in USERS if each != BOB], 19, 19)
    assert sum(each.units for each in (await session.tally(BANNER)).units) == 20
    await session.set_consent(BOB, Consent(data_sharing_consent=True))
    assert await told_of(session) == (USERS, 20, 20)


async def test_units_who_do_not_share_data_are_evaluated_but_neither_exported_nor_learned_from(
    storage: Storage, namespace: Namespace
) -> None:
    await declare(await session_of(storage, namespace), banner())
    session = await session_of(storage, namespace)
    await meet(session, USERS, everywhere(plain=0.5, bold=0.5))
    assert await told_of(session) == ([], 20, 0)
    await share(session, USERS[:3])
    assert await told_of(session) == (USERS[:3], 20, 3)
