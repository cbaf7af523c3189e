"""What `tessella serve` says of itself."""

import io
import socket
import sys
from pathlib import Path

import pytest

from tessella.cli.serve import announce


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_server_whose_words_find_no_room_goes_on(monkeypatch):
    full = io.TextIOWrapper(io.FileIO("/dev/full", "w"), write_through=True)
    monkeypatch.setattr(sys, "stderr", full)
    announce({"address": "http://127.0.0.1:8600"})


@pytest.mark.parametrize("name", ["PORT", "TESSELLA_PORT"])
def test_a_server_listens_where_its_environment_says(tessella, monkeypatch, name):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv(name, str(port))
        assert f"Cannot listen on 127.0.0.1, port {port}" in tessella("serve").refused()


def test_a_port_of_the_environment_that_is_none_is_refused_by_name(tessella, monkeypatch):
    monkeypatch.setenv("PORT", "http")
    assert "TESSELLA_PORT" in tessella("serve").refused()
