"""Whatever changes, and however often: after each calculation everybody is where the interpreter says."""

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tessella.domain.audiences.places import Place
from tessella.domain.definitions import Kind
from tessella.domain.features.gate import DAY_US, iso
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.rules.explain import evaluate
from tessella.ports.audiences import CalculationKind
from tessella.settings import Settings
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.engines.opening import open_engine
from tests.database import define, session_of
from tests.usecases.audiences import NOW, calculated, held, know, segment
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

FULL, INCREMENTAL = CalculationKind.FULL, CalculationKind.INCREMENTAL
HOUR_US = DAY_US // 24
CROWD = [f"c{number:02}" for number in range(60)]
SEGMENTS: dict[str, dict[str, Any]] = {
    "rich": {"gt": ["revenue", 200]},
    "lapsed": {"gte_days_since": ["seen", 30]},
    "fresh": {"lte_days_since": ["bought", 7]},
    "lost": {"all": [{"in_segment": ["lapsed"]}, {"not": {"in_segment": ["fresh"]}}]},
    "vip": {"eq": ["tier", "VIP"]},
    "nobody-knows": {"not": {"exists": ["revenue"]}},
    "odd": {"any": [{"matches": ["tier", "^[gh]old$"]}, {"gte_days_since": ["bought", 6]}]},
}


class World:
    """What is true of everybody, and how it comes to be stored."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path, self.chance = path, chance
        self.customers: dict[str, dict[str, Any]] = {}
        self.facts: dict[str, dict[str, Any]] = {}
        self.opted_out: set[str] = set()

    def some(self, most: int) -> list[str]:
        return self.chance.sample(CROWD, self.chance.randrange(1, most))

    def moment(self, days: int, now: int) -> int:
        """About so many days before now: on either side of the cutoff, and at it."""
        return now - days * DAY_US + self.chance.randrange(-6, 7) * HOUR_US

    def change_customers(self, whom: list[str], now: int) -> None:
        for who in whom:
            self.customers[who] = {
                "revenue": self.chance.choice([None, 100.0, 200.0, 300.0]),
                "bought": self.chance.choice([None, self.moment(7, now), self.moment(6, now)]),
                "updated_at": self.chance.choice([now, now, None]),
            }
        texts = {who: [_text(row["revenue"]), *map(_moment, (row["bought"], row["updated_at"]))]
                 for who, row in self.customers.items()}  # fmt: skip
        lines = (",".join([who, *cells]) for who, cells in texts.items())
        self.path.write_text("\n".join(["customer_id,revenue,bought,updated_at", *lines, ""]))

    def change_facts(self, whom: list[str], now: int) -> dict[str, dict[str, Any]]:
        told = {who: {"tier": self.chance.choice(["VIP", "gold"]), "seen": self.moment(30, now)} for who in whom}
        self.facts |= told
        return {who: {**known, "seen": iso(Instant(known["seen"]))} for who, known in told.items()}

    def members(self, trees: Any, now: int) -> dict[str, set[str]]:
        everybody = {*self.customers, *self.facts} - self.opted_out
        known = {who: {**self.customers.get(who, {}), **self.facts.get(who, {})} for who in everybody}
        return {each: {who for who, row in known.items() if evaluate(tree, row, now, trees)}
                for each, tree in trees.items()}  # fmt: skip


def _place(active: Any, segment_id: str) -> Place:
    return next(each.place for each in active.audience.segments if each.segment_id == segment_id)


def _too_deep_for_sql() -> dict[str, Any]:
    divided: dict[str, Any] = {"var": "revenue"}
    for _ in range(12):
        divided = {"/": [{"var": "revenue"}, divided]}
    return divided


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _moment(value: int | None) -> str:
    return "" if value is None else iso(Instant(value)).replace("T", " ").removesuffix("+00:00")


@pytest.fixture
async def session(storage, namespace, tmp_path):
    session = await session_of(storage, namespace)
    for name, kind in {"tier": "string", "seen": "timestamp"}.items():
        await declare(session, name, type_=kind)
    location = {"engine": "duckdb", "location": str(_folder(tmp_path, namespace)), "updated_at": "updated_at"}
    await define(session, Kind.SOURCE, "shop", source_id="shop", **location)
    for name, kind in {"revenue": "number", "bought": "timestamp"}.items():
        await declare(session, name, type_=kind, source="warehouse")
    for priority, (segment_id, expr) in enumerate(SEGMENTS.items()):
        await segment(session, segment_id, expr, priority=9 - priority)
    await segment(session, "deep", {">": [_too_deep_for_sql(), 0]}, form="jsonlogic")
    await segment(session, "late", {"all": [{"in_segment": ["deep"]}, {"gte_days_since": ["seen", 30]}]})
    return session


@pytest.fixture
def world(tmp_path, namespace) -> World:
    folder = _folder(tmp_path, namespace)
    folder.mkdir(parents=True)
    return World(folder / "customer_features_view.csv", random.Random(47))


def _folder(home: Path, namespace: str) -> Path:
    return home / "warehouse" / namespace


async def test_after_each_of_many_changes_everybody_is_where_the_interpreter_says(session, world, tmp_path):
    opened = partial(open_engine, settings=Settings(home=tmp_path), environment={})
    world.change_customers(CROWD[:45], NOW)
    await know(session, world.change_facts(CROWD[20:], NOW))
    kinds = []
    with DuckDBWorker(memory_limit="500MB", threads=1) as duckdb:
        for step in range(7):
            now = Instant(NOW + step * 3 * HOUR_US)
            if step:
                await _change(session, world, step, now)
            stored = await calculated(session, duckdb, open_engine=opened, as_of=now)
            trees = (await session.compiled(await session.definitions())).membership
            found, expected = await held(session, duckdb), world.members(trees, now)
            assert {each: found[each] for each in trees} == expected
            assert _place(await session.audience(), "late") is Place.IN_PROCESS
            counts = await session.segment_counts(stored.version)
            assert {each.segment_id: each.members for each in counts} == {k: len(v) for k, v in expected.items()}
            kinds.append(stored.kind)
    assert kinds == [FULL, *[INCREMENTAL] * 3, FULL, *[INCREMENTAL] * 2]


async def _change(session, world: World, step: int, now: Instant) -> None:
    """Rows, facts and opt-outs; once the definitions."""
    world.change_customers(world.some(8), now)
    await know(session, world.change_facts(world.some(8), now), now)
    for who in world.some(3):
        world.opted_out.add(who)
        await session.set_consent(SubjectId(who), Consent(personalization_enabled=False))
    if step == 4:
        await segment(session, "rich", {"gt": ["revenue", 100]}, priority=9)
