"""A model and its card, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tessella.cli.output import console, figure, print_table, say
from tessella.http.shown.models import card_shown, model_shown
from tessella.ports.models import StoredModel

#: With what each is called where there is little room.
_FIGURES: Final = {
    "auc": "AUC", "log_loss": "log loss", "brier": "Brier", "expected_calibration_error": "ECE", "lift_at_10": "lift",
}  # fmt: skip
_SPANS: Final = ("train", "validation", "test")


def listed(stored: StoredModel) -> dict[str, Any]:
    """A version as lists tell of it."""
    found: dict[str, Any] = msgspec.to_builtins(model_shown(stored))
    return found


def told(stored: StoredModel) -> dict[str, Any]:
    """A version with its card."""
    found: dict[str, Any] = msgspec.to_builtins(card_shown(stored))
    return found


def print_model(found: Mapping[str, Any]) -> None:
    """What it was trained on, how good it was, and what may be wrong with it."""
    model, card = found["model"], found["card"]
    say(f"{model['model_id']}, version {model['version']} ({model['state']}): {model['predictor']}")
    if card is None:
        say("It has no card: nobody has told what it was trained on, or how good it is.")
        return
    say(f"{card['meaning']}\n{card['verdict']}")
    for warning in card.get("warnings", ()):
        console.print(warning, style="yellow", highlight=False, markup=False, soft_wrap=True)
    _print_data(card)
    _print_candidates(card["candidates"])
    _print_segments(card.get("segments", ()))


def _print_data(card: Mapping[str, Any]) -> None:
    columns = ("rows", "positives", "first_cut", "last_cut")
    print_table("Data", ("part", *columns), [[name, *(card[name][each] for each in columns)] for name in _SPANS])


def _print_candidates(candidates: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        [each["predictor"], *(_figure(each["quality"][name]) for name in _FIGURES), _figure(each["against_baseline"])]
        for each in candidates
    ]
    print_table("On the test, with intervals of 95 %", ("predictor", *_FIGURES.values(), "against baseline"), rows)


def _print_segments(segments: Sequence[Mapping[str, Any]]) -> None:
    if segments:
        columns = ("segment_id", "rows", "positives", "auc", "log_loss", "expected_calibration_error")
        rows = [[figure(each[column]) for column in columns] for each in segments]
        print_table("By segment", columns, rows)


def _figure(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value['value']:.4f} ({value['low']:.4f} to {value['high']:.4f})"
    return "" if value is None else f"{value:.4f}"
