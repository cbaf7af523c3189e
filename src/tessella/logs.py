"""Log lines of every process: on standard error, JSON for programs and coloured text for people."""

from __future__ import annotations

import sys

import structlog


def log_to_stderr(level: str) -> None:
    """Send log lines of `level` and above to standard error: standard output is for a command's result."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
