"""That a run of tests notices secrets in logs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.leaks import leaks_in

ROOT = Path(__file__).parents[1]
KEY = "tess_shop.0123456789ab." + "s" * 43
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
SAID = {
    "an API key": f'{{"event": "x", "key": "{KEY}"}}',
    "a token": f"Authorization: Bearer {TOKEN}",
    "a secret of a webhook": "whsec_" + "A" * 43,
    "a password in a URL": "postgresql://shop:hidden@db.internal/shop",
    "an e-mail address": '{"subject": "ann@example.com"}',
    "a private key": "-----BEGIN EC PRIVATE KEY-----",
}
HARMLESS = (
    '{"event": "request", "route": "/api/v1/segments/{segment_id}", "where": ["/srv/a.py:12 f"], "role": "admin"}',
    "postgresql://db.internal/shop",
    "a @decorator, x@y, 3 @ 4",
    "Send the header: Authorization: Bearer tess_...",
)


@pytest.mark.parametrize("what", SAID)
def test_each_kind_of_secret_is_seen(what):
    assert what in leaks_in(SAID[what])


def test_what_a_log_says_of_requests_is_none():
    assert [leaks_in(each) for each in HARMLESS] == [[]] * len(HARMLESS)


def test_a_run_in_which_a_passing_test_logs_an_address_fails_and_names_the_test(tmp_path):
    """In a process of its own, as it changes the end of a run."""
    (tmp_path / "conftest.py").write_text(
        "from tests.leaks import LeakReport\n\n\ndef pytest_configure(config):\n"
        "    config.pluginmanager.register(LeakReport())\n"
    )
    (tmp_path / "test_planted.py").write_text(
        'import sys\n\n\ndef test_one():\n    sys.stderr.write("ann@exa" + "mple.com")\n\n\ndef test_two():\n    pass\n'
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path)
    assert done.returncode == 1
    assert "2 passed" in done.stdout
    assert "test_planted.py::test_one logged an e-mail address" in done.stdout
    assert "example.com" not in done.stdout
