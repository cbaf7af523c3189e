"""How figures are printed: a row for people, or one JSON object a line."""

from __future__ import annotations

import json

from benchmarks.figure import Figure


def print_json(figure: Figure) -> None:
    """One JSON object a line."""
    print(json.dumps(figure.record()), flush=True)


def print_row(figure: Figure) -> None:
    """One row of a table."""
    row = figure.record()
    beside = f"{row['peer']} {row['peer_value']:g}, {row['ratio']:g}x" if figure.peer else ""
    verdict = {None: "", True: f"holds: {row['goal']}", False: f"MISSED: {row['goal']}"}[figure.holds]
    print(f"{figure.name:58} {figure.value:>10.4g} {figure.unit:6} {beside:34} {verdict}".rstrip(), flush=True)
