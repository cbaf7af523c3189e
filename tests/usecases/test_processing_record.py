"""The record of processing: every table and column of the database is described, and nothing that is not there."""

import psycopg
import pytest

from tessella.access import MATRIX
from tessella.domain.identifiers import Namespace
from tessella.domain.privacy.terms import Terms
from tessella.storage.store import Storage
from tessella.usecases.privacy.record import UNDESCRIBED, described, made_record, processing_record
from tests.database import Dsns, session_of

pytestmark = pytest.mark.anyio

SAID = described()


async def test_every_table_and_column_is_described_and_nothing_else(storage: Storage, namespace: Namespace) -> None:
    stored = await (await session_of(storage, namespace)).stored_columns()
    told = {table: {*columns} - {*SAID["common"]} for table, columns in stored.items()}
    said = {table: {*each["columns"]} - {*SAID["common"]} for table, each in SAID["tables"].items()}
    listed = {table: {*columns} - {*SAID["common"]} for table, columns in SAID["nobody"].items()}
    assert said | listed == told
    assert not said.keys() & listed.keys()


async def test_a_table_that_somebody_adds_is_told_as_not_described(storage: Storage, namespace: Namespace) -> None:
    stored = {**await (await session_of(storage, namespace)).stored_columns(), "added": ["namespace", "email"]}
    [added] = [each for each in made_record(stored, SAID, Terms()).tables if each.table == "added"]
    assert (added.about, added.columns[1].holds) == (UNDESCRIBED, UNDESCRIBED)


def test_every_table_that_names_subjects_is_about_subjects() -> None:
    named = {table.name for table in MATRIX.tables.values() if table.subject}
    about = {name for name, each in SAID["tables"].items() if each["about"] == "subject"}
    assert named <= about
    assert about - named == {"deliveries", "job_runs"}, "they name subjects among others"


async def test_the_record_says_what_requirement_d_says(storage: Storage, namespace: Namespace) -> None:
    record = await processing_record(await session_of(storage, namespace))
    assert record.purpose == "Improve user experience through personalized content ranking"
    assert record.legal_basis == "Legitimate interest (Article 6(1)(f) GDPR)"
    assert record.data_categories == "Engagement metrics, preferences (no personal identifiers)"
    assert record.retention == "Features: 30 days; Rankings: 24 hours; Evaluations: 365 days"
    assert record.recipients.startswith("Internal systems only")
    assert record.transfers.startswith("None")
    assert record.rights["objection"] == "POST /personalization/settings"
    kept = {each.table: each.kept for each in record.tables}
    assert kept["personalization_ranks"] == "24 hours, and no longer than it is valid"
    assert kept["personalization_features"] == "30 days"
    assert kept["events"] == "400 days after they were received"


def test_personal_columns_have_no_statistics(database: Dsns) -> None:
    """They hold values of rows, and hold them on after the rows have gone."""
    columns = [(table.name, table.subject) for table in MATRIX.tables.values() if table.subject]
    columns += [("subject_facts", "value"), ("events", "event_id"), ("events", "properties"), ("deliveries", "body")]
    columns += [("job_runs", each) for each in ("inputs", "result", "error", "log")]
    with psycopg.connect(database.superuser) as connection:
        for table, column in columns:
            [(target,)] = connection.execute(
                "SELECT attstattarget FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
                [f"tessella.{table}", column],
            ).fetchall()
            assert target == 0, (table, column)
