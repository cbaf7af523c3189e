"""Every document that gives its reader something to run is followed, in an installation of its own."""

from pathlib import Path

import pytest

from tests.docs_blocks import runs
from tests.docs_runner import Reader

ROOT = Path(__file__).parents[2]
DOCUMENTS = [path for path in sorted((ROOT / "docs").rglob("*.md")) if runs(path)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_a_reader_who_does_what_the_document_says_sees_what_it_shows(document, tmp_path):
    Reader(tmp_path).follow(document)
