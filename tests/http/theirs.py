"""A namespace beside the one that is tested, with something of every kind in it."""

from collections.abc import Mapping
from uuid import uuid4

import psycopg

from tessella import usecases
from tessella.bootstrap import Application
from tessella.demo.data import DEFINITIONS
from tessella.domain.identifiers import Namespace, Role
from tessella.files.definitions import read_folder
from tessella.ports import Caller
from tests.database import Dsns
from tests.storage.rows import insert

#: What their subjects, events and items are called begins so.
CANARY = "their-"
#: What their rows are called, by table and column; other columns are as in every test of rows.
IDS = {
    name: str(uuid4()) for name in ("run", "alert", "webhook", "decision", "recommendation", "evaluation", "version")
}
THEIR_ROWS: Mapping[str, Mapping[str, str]] = {
    "subject_facts": {"subject_id": "'their-subject'", "feature": "'user.tier'"},
    "events": {"event_id": "'their-event'", "subject_id": "'their-subject'"},
    "items": {"item_id": "'their-item'"},
    "models": {"model_id": "'churn'"},
    "job_runs": {"run_id": f"'{IDS['run']}'"},
    "alerts": {"alert_id": f"'{IDS['alert']}'"},
    "webhooks": {"webhook_id": f"'{IDS['webhook']}'"},
    "decision_audit": {"decision_id": f"'{IDS['decision']}'"},
    "segmentation_recommendations": {
        "recommendation_id": f"'{IDS['recommendation']}'", "experiment_id": "'banner'",
    },
    "ranking_evaluations": {"evaluation_id": f"'{IDS['evaluation']}'"},
    "audience_calculations": {"version": f"'{IDS['version']}'"},
    "player_profiles": {"game_id": "'store'", "player_id": "'their-subject'"},
    "personalization_features": {"user_id": "'their-subject'"},
}  # fmt: skip


async def define_theirs(application: Application, database: Dsns, theirs: Namespace) -> None:
    """Define and store something of every kind."""
    await application.administration.create_key(theirs, Role.ADMIN)
    async with application.session(Caller(theirs, Role.ADMIN)) as session:
        await usecases.apply_definitions(session, read_folder(DEFINITIONS))
    with psycopg.connect(database.superuser) as connection:
        for table, changed in THEIR_ROWS.items():
            insert(connection, table, theirs, **changed)
