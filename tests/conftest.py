"""What every test shares."""

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tessella.domain.identifiers import Namespace
from tessella.storage.embedded import SUPERUSER, Server, start
from tessella.storage.migrations import upgrade
from tessella.storage.store import Storage
from tests.budget import BudgetReport
from tests.counted import CountedOnly
from tests.database import Dsns, fresh_namespace, storage_with, with_namespace
from tests.demo_home import first_load, installation, loaded, second_load  # noqa: F401 - fixtures of several folders
from tests.examples import ExamplesOnly
from tests.leaks import LeakReport
from tests.scheduling import in_order, scheduler

# No deadline: a busy machine is not a failure. The fast tier repeats itself, the long one explores.
settings.register_profile("fast", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, print_blob=True)

# xdist gives its processes a width, which the command would keep from when it is imported. A test sets its own.
os.environ.pop("COLUMNS", None)


# Spark's client takes a process whose main module has no file for its own doctests, and ends it. Such are xdist's
# workers.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(ExamplesOnly(), "examples-only")
    config.pluginmanager.register(CountedOnly(), "counted-only")
    settings.load_profile("long" if config.option.markexpr == "long" else "fast")
    if not hasattr(config, "workerinput"):  # a worker's reports come to its controller
        config.pluginmanager.register(BudgetReport(), "budget-report")
        config.pluginmanager.register(LeakReport(), "leak-report")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = in_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    return scheduler(config, log)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def installation_home() -> Iterator[Path]:
    """The TESSELLA_HOME of the one embedded server. Its path is short: a socket's may have 104 letters at most."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="tess-") as folder:
        yield Path(folder) / "home"


@pytest.fixture(scope="session")
def postgres(installation_home: Path) -> Iterator[Server]:
    """One embedded server for all tests; a test makes itself a namespace in it."""
    with start(installation_home) as server:
        yield server


@pytest.fixture(scope="session")
def database(postgres: Server) -> Dsns:
    """The migrated database."""
    upgrade(postgres.dsn(SUPERUSER))
    return Dsns(postgres.dsn(), postgres.dsn(SUPERUSER))


@pytest.fixture
def namespace() -> Namespace:
    """A namespace that no other test uses; `storage` makes it."""
    return fresh_namespace()


@pytest.fixture(scope="module")
def process_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TESSELLA_HOME of `process`."""
    return tmp_path_factory.mktemp("process") / "home"


@pytest.fixture(scope="module")
async def process(database: Dsns, process_home: Path) -> AsyncIterator[Storage]:
    """The storage of one process. To open one takes three connections, so the tests of a file share it.

    It keeps few namespaces in memory: every second it asks about each of them.
    """
    async with storage_with(database.app, process_home, cached_namespaces=3) as storage:
        yield storage


@pytest.fixture
async def shared_storage(process: Storage, process_home: Path, namespace: Namespace, tmp_path: Path) -> Storage:
    """The storage that the tests of a file share, with `namespace` in it. Its home is `home` below `tmp_path` too."""
    (tmp_path / "home").symlink_to(process_home)
    await with_namespace(process, namespace)
    return process


@pytest.fixture
def storage(shared_storage: Storage) -> Storage:
    """As it is where a folder says nothing else."""
    return shared_storage


@pytest.fixture
async def own_storage(database: Dsns, namespace: Namespace, tmp_path: Path) -> AsyncIterator[Storage]:
    """The same for a test that counts on a process of its own, or leaves it as no other test expects it."""
    async with storage_with(database.app, tmp_path / "home", namespace) as storage:
        yield storage
