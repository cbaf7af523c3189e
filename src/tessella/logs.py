"""Log lines of every process: on standard error, JSON for programs and coloured text for people.

What may be said is on a list. Any other key is written without its value, so that nobody's data gets into a log because
somebody logged one thing more. Of errors of libraries a line has the class and the place, never the text.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Final


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """A package that nobody finds meanwhile."""
    modules: dict[str, Any] = sys.modules
    known = {name: modules[name]} if name in modules else {}
    modules[name] = None
    try:
        yield
    finally:
        del modules[name]
        modules.update(known)


# structlog would load rich, pygments and attrs for tracebacks, which no line of ours has: half of its time.
with _hidden("rich"):
    import structlog
    from structlog.typing import Processor

# Who calls the engine from a program of their own, and has not said what becomes of log lines, reads warnings only.
if not structlog.is_configured():
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

Event = MutableMapping[str, Any]

#: Of the request that is being answered; empty outside of one.
REQUEST_ID: Final[ContextVar[str]] = ContextVar("request_id", default="")
#: Who else takes the lines of the work in hand, as they are written: the log of a job's run. None for nobody.
KEEPER: Final[ContextVar[Callable[[Event], None] | None]] = ContextVar("keeper", default=None)
#: The keys whose values are written. They hold names, words and numbers of ours, and nothing that a client sent.
ALLOWED: Final = frozenset(
    {
        "event", "level", "time", "request_id", "method", "route", "status", "milliseconds", "namespace", "role",
        "segment_id", "rule_id", "cause", "process", "failures", "statement", "submissions", "rows", "version",
        "logger", "error", "where", "seconds", "slot", "kind", "job", "run_id", "until", "attempts", "task", "count",
        "writer", "delivery_id", "source", "model", "experiment_id", "game_id", "appointment",
    }
)  # fmt: skip
#: Keys whose texts come from errors. What they quote may be anybody's: it is taken out.
_ERROR_TEXTS: Final = frozenset({"reason", "problem"})
_QUOTED: Final = re.compile(r"""\"[^"]*\"|'[^']*'|\([^()]*\)=\([^()]*\)""")
_MOST_LETTERS: Final = 300
_HIDDEN: Final = "(not logged)"
#: What psycopg warns of while an error is on its way to who used the connection, or once that is replaced.
_TOLD_ELSEWHERE: Final = ("error ignored ", "discarding ")


def log_to_stderr(level: str) -> None:
    """Send log lines of `level` and above to standard error: standard output is for a command's result.

    `KEEPER` is given those of the level "info" and above, whatever `level` is.
    """
    numbers = logging.getLevelNamesMapping()
    written = numbers[level.upper()]
    structlog.configure(
        processors=[_add_request_id, *_PROCESSORS, _keep, _from_level(written), _renderer()],
        wrapper_class=structlog.make_filtering_bound_logger(min(written, logging.INFO)),
        logger_factory=_printer,
    )
    logging.root.handlers[:] = [_Library()]
    logging.root.setLevel(logging.WARNING)


def get_logger(name: str) -> Any:
    """What a module says its lines with."""
    return structlog.get_logger(name)


def redact(_: object, __: str, event: Event) -> Event:
    """Keep what is on the list; a processor of structlog."""
    return {key: _shown(key, value) for key, value in event.items()}


def without_quotes(text: str) -> str:
    """The first line of an error's text, without what it quotes.

    >>> without_quotes('invalid input for type json: "ann@example.com"')
    'invalid input for type json: ...'
    """
    return _QUOTED.sub("...", text.partition("\n")[0])[:_MOST_LETTERS]


def _shown(key: str, value: object) -> object:
    if key in _ERROR_TEXTS:
        return without_quotes(str(value))
    return value if key in ALLOWED else _HIDDEN


def _add_request_id(_: object, __: str, event: Event) -> Event:
    if request_id := REQUEST_ID.get():
        event.setdefault("request_id", request_id)
    return event


def _keep(_: object, __: str, event: Event) -> Event:
    if (keep := KEEPER.get()) is not None:
        keep(event)
    return event


def _from_level(least: int) -> Processor:
    numbers = logging.getLevelNamesMapping()

    def drop_others(_: object, __: str, event: Event) -> Event:
        if numbers[event["level"].upper()] < least:
            raise structlog.DropEvent
        return event

    return drop_others


def _describe_error(_: object, __: str, event: Event) -> Event:
    """In place of a traceback, whose last line may quote a value."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found if isinstance(found, BaseException) else sys.exc_info()[1]
    if found and error is not None:
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["where"] = _places(error.__traceback__)
    return event


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


class _Printer(structlog.PrintLogger):
    """A line that cannot be written is lost: a full disk must not end what wanted to say something."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = error = exception = critical = fatal = failure = err = msg


def _printer(*_: object) -> structlog.PrintLogger:
    """To what standard error is at this moment."""
    return _Printer(sys.stderr)


def _renderer() -> Processor:
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer()
    return structlog.processors.JSONRenderer()


class _Library(logging.Handler):
    """Lines of libraries, on the same way."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("psycopg") and str(record.msg).startswith(_TOLD_ELSEWHERE):
            return
        log = structlog.get_logger().warning if record.levelno < logging.ERROR else structlog.get_logger().error
        log("library", logger=record.name, reason=record.getMessage(), exc_info=record.exc_info)


_PROCESSORS: Final[tuple[Processor, ...]] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    _describe_error,
    redact,
)
