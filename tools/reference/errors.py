"""The page about errors."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import tessella
from tessella.domain.errors import Faults, TessellaError, base
from tessella.http.problems import STATUSES
from tools.reference.markdown import code, document, table

INTRODUCTION = """\
An answer with an error is `application/problem+json` (RFC 9457). Its `type` is `urn:tessella:` and the name of the
error in small letters, such as `urn:tessella:unknown-feature`; its `errors` hold the `pointer`, `message` and `hint` of
each fault. The command prints the same message and hint and exits with 1; some errors only it meets. What stands in
braces is filled in."""

#: Loading one of these runs a program.
PROGRAMS = re.compile(r"__main__|\.env$")


def page() -> str:
    _load_everything()
    categories = table(["category", "status", "meaning"], ([code(_name(e)), _status(e), _message(e)] for e in _bases()))
    rows = sorted(_row(error) for error in _below(TessellaError) if error not in _bases())
    return document(
        "Errors", INTRODUCTION, "## Categories", categories, "## All errors",
        table(["error", "category", "status", "message"], rows),
    )  # fmt: skip


def _load_everything() -> None:
    for module in pkgutil.walk_packages(tessella.__path__, "tessella."):
        if not PROGRAMS.search(module.name):
            importlib.import_module(module.name)


def _bases() -> list[type[TessellaError]]:
    """The categories: what `base` defines."""
    defined = [each for each in vars(base).values() if isinstance(each, type) and issubclass(each, TessellaError)]
    return [each for each in defined if each not in (TessellaError, Faults)]


def _below(error: type[TessellaError]) -> Iterator[type[TessellaError]]:
    for each in error.__subclasses__():
        if each.__module__.startswith("tessella."):
            yield each
            yield from _below(each)


def _row(error: type[TessellaError]) -> tuple[str, ...]:
    category = next((code(_name(each)) for each in error.__mro__ if each in _bases()), "none")
    return code(_name(error)), category, _status(error), _message(error)


def _status(error: type[TessellaError]) -> str:
    found = (status for category, status in STATUSES.items() if issubclass(error, category))
    return str(int(next(found, 500)))


def _message(error: type[TessellaError]) -> str:
    return (error.__doc__ or "").strip().splitlines()[0]


def _name(error: type[TessellaError]) -> str:
    return error.__name__
