"""The demo decides everybody at once, which takes its time where a machine does something else besides."""

from collections.abc import Callable

import pytest

from tessella.demo.everybody import decided_one_by_one
from tessella.domain.definitions import Kind
from tessella.domain.errors import SourceSlow
from tessella.domain.identifiers import SegmentId
from tests.database import define, session_of
from tests.usecases.audiences import NOW, know, segment
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace, tmp_path):
    """One customer whose row is in a source."""
    path = tmp_path / "warehouse" / namespace / "customer_features_view.csv"
    path.parent.mkdir(parents=True)
    path.write_text("customer_id,spend\nann,250.5\n")
    session = await session_of(storage, namespace)
    await declare(session, "tier", type_="string")
    await define(session, Kind.SOURCE, "shop", source_id="shop", engine="duckdb", location=str(path.parent))
    await declare(session, "spend", type_="number", source="warehouse")
    await know(session, {"ann": {"tier": "VIP"}})
    await segment(session, "rich", {"gt": ["spend", 200]})
    return session


def slow_at_first(opened: Callable, times: int) -> Callable:
    """A source that is slow so often, and then answers."""
    left = times

    class Slow:
        def __init__(self, engine) -> None:
            self._engine = engine

        def __getattr__(self, name):
            return getattr(self._engine, name)

        async def rows(self, keys, columns):
            nonlocal left
            left -= 1
            if left >= 0:
                raise SourceSlow("shop", 5.0)
            return await self._engine.rows(keys, columns)

    return lambda *asked: Slow(opened(*asked))


async def test_a_source_that_is_slow_at_first_is_asked_again(session, opened):
    (told,) = (await decided_one_by_one(session, slow_at_first(opened, 3), NOW)).values()
    assert told.segments == {SegmentId("rich")}


async def test_a_source_that_stays_slow_is_told_of(session, opened):
    with pytest.raises(SourceSlow, match=r"within 5\.0 seconds"):
        await decided_one_by_one(session, slow_at_first(opened, 100), NOW)
