"""One installation on a PostgreSQL that may be hurt, and the server that the tests share."""

from collections.abc import Iterator

import pytest

from faults.installation import Installation, installation
from faults.server import Server


@pytest.fixture(scope="session")
def installed() -> Iterator[Installation]:
    with installation() as made:
        yield made


@pytest.fixture(scope="module")
def server(installed: Installation) -> Iterator[Server]:
    with installed.serving() as running:
        yield running
