"""The demo's installation, loaded once for all tests that look at it."""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tessella.domain.identifiers import Role
from tessella.storage.embedded import start
from tests.database import scoped
from tests.e2e.installation import Installation

#: The demo's data end here.
AT = "2018-01-01T05:00:00Z"


#: Names the home of a demo that is loaded already, for who works on the pages.
LOADED_BEFORE = "TESSELLA_TESTS_DEMO"


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    if before := os.environ.get(LOADED_BEFORE):
        yield Installation(Path(before))
        return
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="tess-") as folder:
        yield Installation(Path(folder) / "home")


@dataclass(frozen=True)
class FirstLoad:
    """What the first load showed, beside a server."""

    printed: dict[str, Any]
    #: Of the demo's administrator, and of household 13.
    key: str
    client_key: str
    #: A recommendation of the server that was made at once, and one that was made once there were items.
    at_once: dict[str, Any]
    later: dict[str, Any]


@pytest.fixture(scope="session")
def first_load(installation: Installation) -> FirstLoad:
    with installation.serving("demo", "--port", "0") as serving:
        printed, access = serving.says(), serving.says()
        headers = {"Authorization": f"Bearer {access['key']}"}
        with httpx.Client(base_url=access["address"], headers=headers, timeout=30) as client:
            at_once = later = recommended(client)
            deadline = time.monotonic() + 300
            while not later["items"]:
                assert time.monotonic() < deadline, "the index was built in vain"
                time.sleep(0.2)
                later = recommended(client)
        assert serving.terminate() == 0
    return FirstLoad(printed, access["key"], access["client_key"], at_once, later)


def recommended(client: httpx.Client) -> Any:
    return client.post("/api/v1/recommend", json={"subject_id": "13", "at": AT}).json()


@dataclass(frozen=True)
class SecondLoad:
    """What a load shows that finds all there, and how many rows there are before and after it."""

    printed: dict[str, Any]
    before: list[Any]
    after: list[Any]


@pytest.fixture(scope="session")
def second_load(installation: Installation, first_load: FirstLoad) -> Iterator[SecondLoad]:
    """The database stays up: the tests after it need not start it."""
    trained = "feature = 'prediction.churn' OR feature LIKE 'taxonomy.%'"  # what jobs tell, which may go on
    tables = (
        "events", f"subject_facts WHERE NOT ({trained})", "definition_versions", "assignments",
        "experiment_reward_events",
    )  # fmt: skip
    numbers = "SELECT " + ", ".join(f"(SELECT count(*) FROM tessella.{table})" for table in tables)
    with start(installation.home):
        before = rows_of(installation, numbers)
        printed = json.loads(installation.run("demo", "--load-only", "--json").stdout)
        yield SecondLoad(printed, before, rows_of(installation, numbers))


@pytest.fixture(scope="session")
def loaded(second_load: SecondLoad) -> dict[str, Any]:
    """What is shown once all is there."""
    return second_load.printed


def rows_of(installation: Installation, statement: str) -> list[Any]:
    with start(installation.home) as server, scoped(server.dsn(), "demo", Role.ADMIN) as connection:
        return connection.execute(statement).fetchall()
