"""`python -m faults NAME [--json] [--seed N]`, `--all`, `--list`."""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Final

from benchmarks.figure import Figure, Goal
from benchmarks.printing import print_json, print_row
from faults.installation import installation
from faults.registry import LONG_SCENARIOS, SCENARIOS

_BY_NAME: Final = {**SCENARIOS, **LONG_SCENARIOS}
#: Few enough to be printed whole.
_SEEDS: Final = 10_000
#: Of `--all`.
_MOST_SECONDS: Final = 300


def main() -> int:
    """Run what is asked for; 1 when a figure misses its goal."""
    arguments = _arguments()
    if arguments.list:
        for name, scenario in _BY_NAME.items():
            print(f"{name:14} {(scenario.__doc__ or '').splitlines()[0]}")
        return 0
    signal.signal(signal.SIGTERM, _leave)
    show = print_json if arguments.json else print_row
    missed = 0
    for figure in _figures(arguments.names, arguments.seed):
        show(figure)
        missed += figure.holds is False
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description="Break things under load, and check.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(_BY_NAME))
    parser.add_argument("--all", action="store_true", help=f"run {', '.join(SCENARIOS)}")
    parser.add_argument("--list", action="store_true", help="name every scenario and what it does")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--seed", type=int, default=random.randrange(_SEEDS), help="the seed of an earlier run")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in _BY_NAME]:
        parser.error(f"there is no scenario {unknown[0]}; there are {', '.join(_BY_NAME)}")
    if not (arguments.names or arguments.all or arguments.list):
        parser.error("name a scenario, or ask for --all or --list")
    return arguments


def _figures(names: list[str], seed: int) -> Iterator[Figure]:
    yield Figure("seed", seed, "")
    began = time.monotonic()
    with installation() as installed:
        for name in names or SCENARIOS:
            yield from _BY_NAME[name](installed, seed)
    goal = None if names else Goal("value", "<=", _MOST_SECONDS)
    yield Figure("the whole run", time.monotonic() - began, "s", goal=goal)


def _leave(number: int, _: FrameType | None) -> None:
    """End what was started, as after Ctrl-C."""
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
