"""Every document that gives its reader something to run is followed, in an installation of its own.

A tutorial makes its installation. The readers of other documents have one: copies of one that is made once.
"""

from pathlib import Path

import pytest

from tessella.storage.embedded import SUPERUSER, start
from tessella.storage.migrations import upgrade
from tests.docs_blocks import runs
from tests.docs_runner import Reader

ROOT = Path(__file__).parents[2]
#: Those that take longest. What they run is run by faster tests too: of the command, of Spark, of audiences, of models,
#: of taxonomies, of outcomes and recommendations, of experiments by segment, of the jobs of personalization.
LONG = {
    "bring-a-model", "calibrate-a-taxonomy", "count-and-export-audiences", "evaluate-rankings", "keep-a-catalogue",
    "measure-what-is-shown", "operate-personalization", "predict-for-a-segment", "propose-segments", "recommend",
    "segment-an-experiment", "train-a-model", "use-a-spark-cluster",
}  # fmt: skip
DOCUMENTS = [
    pytest.param(path, id=path.stem, marks=[pytest.mark.long] if path.stem in LONG else [])
    for path in sorted((ROOT / "docs").rglob("*.md"))
    if runs(path)
]


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the database, as the first command makes it, and nothing in it. No server runs there."""
    home = tmp_path_factory.mktemp("made") / "home"
    with start(home) as server:
        upgrade(server.dsn(SUPERUSER))
    return home


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_reader_who_does_what_the_document_says_sees_what_it_shows(document, made_home, tmp_path):
    reader = Reader(tmp_path)
    if document.parent.name != "tutorials":
        reader.settle(made_home)
    reader.follow(document)
