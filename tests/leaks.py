"""Fails a run whose log lines name a secret or an e-mail address, whichever test wrote them.

Tests use addresses such as ann@example.com as ids of subjects, in properties and in bodies, and keys and tokens of
their own: all of these are planted. What a process says on standard error is its log.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

#: What a line of a log must not hold, by what it is.
SECRETS: Final = {
    "an API key": re.compile(r"tess_[a-z0-9-]+\.[0-9a-f]{12}\.[\w-]{20,}"),
    "a token": re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}"),
    "a session or a sign-in link": re.compile(r"\bt(?:ses|lnk)_[\w-]{20,}"),
    "a secret of a webhook": re.compile(r"\bwhsec_[\w-]{20,}"),
    "a password in a URL": re.compile(r"[a-z]://[^\s:/@]+:[^\s@*]+@"),
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
}


@dataclass(frozen=True)
class Leak:
    """One line that says too much. The line itself is not kept."""

    test: str
    what: str

    def line(self) -> str:
        """As it is told."""
        return f"{self.test} logged {self.what}"


def leaks_in(text: str) -> list[str]:
    """What a log must not hold and this one does."""
    return [what for what, pattern in SECRETS.items() if pattern.search(text)]


class LeakReport:
    """Looks at what every test's processes have said."""

    def __init__(self) -> None:
        self.found: list[Leak] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for title, text in report.sections:
            if "stderr" in title:  # what pytest calls log is said before ours has taken anything out
                self.found += [Leak(report.nodeid, what) for what in leaks_in(text)]

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        if self.found and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        yield

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.found:
            terminalreporter.section("secrets in logs")
            terminalreporter.write_line("\n".join(sorted({each.line() for each in self.found})))
