"""What `tessella serve` says of itself."""

import io
import sys
from pathlib import Path

import pytest

from tessella.cli.serve import announce


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_server_whose_words_find_no_room_goes_on(monkeypatch):
    full = io.TextIOWrapper(io.FileIO("/dev/full", "w"), write_through=True)
    monkeypatch.setattr(sys, "stderr", full)
    announce({"address": "http://127.0.0.1:8600"})
