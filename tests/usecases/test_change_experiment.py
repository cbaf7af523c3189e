"""Changes of an experiment that others overtake."""

from typing import NoReturn

import pytest

from tessella.domain.errors import Overtaken, StaleVersion
from tessella.usecases.experiments.anew import anew

pytestmark = pytest.mark.anyio


async def test_a_change_that_others_always_overtake_is_a_conflict_and_no_version_is_said_to_be_stale() -> None:
    tried = []

    async def attempt() -> NoReturn:
        tried.append(1)
        raise StaleVersion("experiment", "banner", len(tried) + 1, len(tried))

    with pytest.raises(Overtaken, match='The experiment "banner"'):
        await anew(attempt)
    assert len(tried) > 16
