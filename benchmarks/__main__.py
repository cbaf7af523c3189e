"""`python -m benchmarks NAME [--json]`, `--all`, `--list`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.printing import print_json, print_row
from benchmarks.registry import BENCHMARKS
from benchmarks.timing import calibration


def main() -> int:
    """Run what is asked for; 1 when a figure misses its goal."""
    arguments = _arguments()
    if arguments.list:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:14} {(benchmark.__doc__ or '').splitlines()[0]}")
        return 0
    show = print_json if arguments.json else print_row
    missed = 0
    for figure in _figures(arguments.names or list(BENCHMARKS)):
        show(figure)
        missed += figure.holds is False
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, beside a peer in the same run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--all", action="store_true", help="run every benchmark")
    parser.add_argument("--list", action="store_true", help="name every benchmark and what it measures")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    if not (arguments.names or arguments.all or arguments.list):
        parser.error("name a benchmark, or ask for --all or --list")
    return arguments


def _figures(names: list[str]) -> Iterator[Figure]:
    yield calibration()
    for name in names:
        yield from BENCHMARKS[name]()


if __name__ == "__main__":
    sys.exit(main())
