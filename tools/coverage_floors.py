"""Say how much of what matters most the tests have run, and fail below a floor: `python -m tools.coverage_floors`.

It reads what `pytest --cov` has left. What runs in processes of its own is not seen, so no floor counts on it.
Source: requirement D, "Test Coverage Requirements".
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).parents[1]
PRODUCT = ROOT / "src" / "tessella"


@dataclass(frozen=True)
class Floor:
    """The share of lines of some files that tests have to run."""

    name: str
    percent: int
    #: Below `src/tessella`; * is any text.
    files: tuple[str, ...]


FLOORS = (
    Floor(
        "feature extraction", 100,
        (
            "domain/personalization/vector.py", "domain/personalization/vectors/*",
            "storage/personalization/vectors.py", "storage/sessions/vectors.py",
            "usecases/personalization/refresh_vectors.py",
        ),
    ),
    Floor("row security", 100, ("access/*", "storage/scope.py", "storage/migrations/policies.py")),
    Floor(
        "opt-out", 100,
        (
            "domain/privacy/consent.py", "storage/consents.py", "usecases/load_subject.py",
            "usecases/personalization/settings.py",
        ),
    ),
    Floor("ranking", 95, ("domain/ranking/*", "domain/personalization/*")),
    Floor("taxonomy", 90, ("domain/taxonomy/*",)),
    Floor("API", 90, ("http/*",)),
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What the tests have run of one floor's files."""

    floor: Floor
    lines: int
    #: Lines that nothing has run, as `path:line`.
    missed: tuple[str, ...]

    @property
    def percent(self) -> float:
        """0 where there is no such file."""
        return 100 * (self.lines - len(self.missed)) / self.lines if self.lines else 0.0

    @property
    def holds(self) -> bool:
        """Whether the floor is reached."""
        return self.percent >= self.floor.percent

    def line(self) -> str:
        """As it is told."""
        words = "" if self.holds else "  BELOW: " + ", ".join(self.missed[:20]) + (" ..." if self.missed[20:] else "")
        return f"{self.floor.name:<20}{self.percent:7.2f} %{self.floor.percent:5} %{words}"


def found(floor: Floor, coverage: Coverage) -> Found:
    """What was run of a floor's files. Every file of the product counts, also one that no test has imported."""
    lines, missed = 0, []
    for path in sorted(PRODUCT.rglob("*.py")):
        name = path.relative_to(PRODUCT).as_posix()
        if any(fnmatch(name, each) for each in floor.files):
            _, statements, _, not_run, _ = coverage.analysis2(str(path))
            lines += len(statements)
            missed += [f"{name}:{line}" for line in not_run]
    return Found(floor, lines, tuple(missed))


def main(floors: Sequence[Floor] = FLOORS) -> int:
    """Print a line for each floor; 1 when one is not reached."""
    coverage = Coverage(config_file=str(ROOT / "pyproject.toml"), data_file=str(ROOT / ".coverage"))
    coverage.load()
    results = [found(each, coverage) for each in floors]
    print("\n".join(["lines that tests have run, and the floor", *(each.line() for each in results)]))
    return int(not all(each.holds for each in results))


if __name__ == "__main__":
    sys.exit(main())
