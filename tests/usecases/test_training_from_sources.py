"""Rows to train on from a source of customers, one of whose columns says what happened."""

from functools import partial
from pathlib import Path

import msgspec
import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import ColumnTypeChanged, Faults, KeysUnusable, WrongShape
from tessella.domain.errors.training import LabelMissing, LabelUnclear, NothingToLearn
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, PredictionId, SubjectId
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.target import Target
from tessella.domain.privacy.consent import Consent, ConsentChange
from tessella.settings import Settings
from tessella.usecases.training.from_source import table_from_source
from tessella.warehouse.engines.opening import open_engine
from tests.database import define, session_elsewhere, session_of
from tests.sharing import share
from tests.usecases.files import at, declare

pytestmark = pytest.mark.anyio

NOW = Instant(1_767_225_600_000_000)
HEADER = "customer_id,email,monthly,plan,is_new,left,seen_at\n"
ROWS = (
    "c1,a@b.fi,10.5,basic,true,Yes,2025-11-01 00:00:00\n"
    "c2,b@b.fi,,gold,false,no,2025-12-01 00:00:00\n"
    "c3,c@b.fi,30,,true,,2025-12-01 00:00:00\n"
    "c4,d@b.fi,40,gold,,NO,\n"
)
SETUP = PredictionSetup(PredictionId("leavers"), Target.CHURN, source="shop", label="left")


@pytest.fixture
def source(tmp_path, namespace) -> Path:
    path = tmp_path / "warehouse" / namespace / "customer_features_view.csv"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + ROWS)
    return path


@pytest.fixture
async def session(storage, namespace, source):
    session = await session_of(storage, namespace)
    await define(session, Kind.SOURCE, "shop", source_id="shop", engine="duckdb", location=str(source.parent))
    for name, kind in {"monthly": "number", "plan": "string", "is_new": "boolean", "left": "boolean"}.items():
        await declare(session, name, type_=kind, source="warehouse")
    await declare(session, "email", type_="string", source="warehouse", personal=True)
    return session


@pytest.fixture
async def learned(session, warehouse, tmp_path):
    opened = partial(open_engine, settings=Settings(home=tmp_path), environment={})

    await share(session, ["c1", "c2", "c3", "c4"])

    async def table(**changed):
        return await table_from_source(session, warehouse, opened, msgspec.structs.replace(SETUP, **changed), NOW)

    return table


async def test_a_row_is_a_customer_whose_label_is_known(learned):
    table = await learned()
    assert table.subject.tolist() == ["c1", "c2", "c4"]
    assert table.positive.tolist() == [True, False, False]
    assert [str(each) for each in table.columns["monthly"]] == ["10.5", "nan", "40.0"]
    assert table.columns["plan"].tolist() == ["basic", "gold", "gold"]
    assert [str(each) for each in table.columns["is_new"]] == ["1.0", "0.0", "nan"]
    assert table.booleans == {"is_new"}


async def test_neither_the_label_nor_personal_columns_are_learned_from(learned):
    assert set((await learned()).columns) == {"monthly", "plan", "is_new"}
    assert set((await learned(features=("monthly",))).columns) == {"monthly"}


async def test_a_column_of_time_says_when_a_row_was_known_and_rows_without_are_left_out(learned):
    assert (await learned()).cut.tolist() == [0, 0, 0]
    table = await learned(time="seen_at")
    assert table.subject.tolist() == ["c1", "c2"]
    assert table.cut.tolist() == [at("2025-11-01T00:00:00"), at("2025-11-01T00:00:00") + 30 * DAY_US]


async def test_when_a_row_has_changed_is_told_of_each_of_its_values(learned, session, source):
    table = await learned(time="seen_at")
    assert all((stamps == table.cut).all() for stamps in table.stamps.values())
    at_once, later, unknown = "2025-11-01,2025-11-01", "2025-11-01,2025-11-02", "2025-11-01,"
    rows = f"c1,1,basic,true,yes,{at_once}\nc2,2,gold,true,no,{later}\nc3,3,a,true,no,{unknown}\n"
    source.write_text("customer_id,monthly,plan,is_new,left,seen_at,changed_at\n" + rows)
    location = {"engine": "duckdb", "location": str(source.parent), "updated_at": "changed_at"}
    await define(session, Kind.SOURCE, "shop", source_id="shop", **location)
    table = await learned(time="seen_at")
    assert set(table.stamps) == {"monthly", "plan", "is_new"}
    assert (table.stamps["plan"] - table.cut).tolist() == [0, DAY_US, 0]


async def test_a_column_of_time_holds_moments(learned):
    with pytest.raises(WrongShape) as refused:
        await learned(time="monthly")
    assert refused.value.message == 'The column "monthly" holds no moments: it is number.'


async def test_who_switched_personalization_off_is_not_learned_from(learned, session):
    await session.set_consent(SubjectId("c2"), Consent(personalization_enabled=False))
    assert (await learned()).subject.tolist() == ["c1", "c4"]


async def test_only_who_shares_data_is_learned_from(learned, session):
    await session.change_consent(SubjectId("c2"), ConsentChange(data_sharing_consent=False))
    assert (await learned()).subject.tolist() == ["c1", "c4"]


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("1", "0"), ("1.0", "0.0"), ("Y", "N")])
async def test_what_happened_can_be_said_in_several_ways(learned, source, yes, no):
    source.write_text(f"customer_id,monthly,plan,is_new,gone,left\nc1,1,a,true,{yes},true\nc2,2,a,true,{no},true\n")
    assert (await learned(label="gone")).positive.tolist() == [True, False]


async def test_a_label_that_is_neither_yes_nor_no_is_told(learned):
    with pytest.raises(LabelUnclear) as refused:
        await learned(label="plan")
    assert refused.value.message == 'The column "plan" does not say whether it happened: "basic" is neither yes nor no.'


@pytest.mark.parametrize("role", ["label", "time"])
async def test_a_label_or_time_that_the_source_has_not_is_told(learned, role):
    with pytest.raises(LabelMissing) as refused:
        await learned(**{role: "nowhere"})
    assert (refused.value.pointer, refused.value.column) == (f"/{role}", "nowhere")


async def test_columns_and_keys_that_are_not_as_declared_are_refused(learned, source):
    source.write_text("customer_id,monthly,plan,is_new,left\nc1,much,a,true,yes\n")
    with pytest.raises(Faults) as refused:
        await learned()
    assert [type(each) for each in refused.value.faults()] == [ColumnTypeChanged]
    source.write_text(HEADER + ROWS + "c1,,1,basic,true,no,\n")
    with pytest.raises(KeysUnusable):
        await learned()


async def test_a_source_without_a_declared_column_gives_nothing_to_learn_from(storage, warehouse, tmp_path, source):
    session = await session_elsewhere(storage)
    await define(session, Kind.SOURCE, "shop", source_id="shop", engine="duckdb", location=str(source.parent))
    with pytest.raises(NothingToLearn):
        await table_from_source(session, warehouse, partial(open_engine, settings=Settings(home=tmp_path)), SETUP, NOW)
