"""A model and its card, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tessella.cli.model_candidates import not_published
from tessella.cli.output import console, figure, print_table, say
from tessella.domain.predictions.card import LEAST_ROWS, Interval
from tessella.domain.predictions.target import POSITIVES, Target
from tessella.domain.typed import convert
from tessella.http.shown.models import card_shown, model_shown
from tessella.ports.models import StoredModel

#: With what each is called where there is little room.
_FIGURES: Final = {
    "auc": "AUC", "log_loss": "log loss", "brier": "Brier", "expected_calibration_error": "ECE", "lift_at_10": "lift",
}  # fmt: skip
_SPANS: Final = ("train", "validation", "test")
_VALIDATION: Final = (
    "Validation: rows of the training, in {folds}, told by fits that had not seen them. What is published was then "
    "fitted to all rows but the test, so that both spans overlap."
)


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
    positive = POSITIVES[Target(model["target"])]
    _print_data(card, positive)
    _print_candidates(card["candidates"])
    for line in not_published(card["candidates"], card["quality"]):
        say(line)
    _print_segments(card.get("segments", ()), positive)


def _print_data(card: Mapping[str, Any], positive: str) -> None:
    columns = ("rows", "positives", "first_cut", "last_cut")
    named = ("part", "rows", f"positives ({positive})", *columns[2:])
    print_table("Data", named, [[name, *(card[name][each] for each in columns)] for name in _SPANS])
    folds = "folds by chance" if card["train"]["first_cut"] is None else "folds by time"
    say(_VALIDATION.format(folds=folds))


def _print_candidates(candidates: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        [each["predictor"], *(_figure(each["quality"][name]) for name in _FIGURES), _figure(each["against_baseline"])]
        for each in candidates
    ]
    print_table("On the test, with intervals of 95 %", ("predictor", *_FIGURES.values(), "against baseline"), rows)


def _print_segments(segments: Sequence[Mapping[str, Any]], positive: str) -> None:
    if segments:
        columns = ("segment_id", "rows", "positives", "auc", "log_loss", "expected_calibration_error")
        rows = [[*(figure(each[column]) for column in columns), _why_empty(each, positive)] for each in segments]
        print_table("By segment, of those that read the inputs alone", (*columns, "why no figures"), rows)


def _why_empty(segment: Mapping[str, Any], positive: str) -> str:
    if segment["rows"] < LEAST_ROWS:
        return f"fewer than {LEAST_ROWS} rows"
    if segment["auc"] is not None:
        return ""
    return f"everybody {positive}" if segment["positives"] else f"nobody {positive}"


def _figure(value: Any) -> str:
    if isinstance(value, Mapping):
        told, low, high = convert(value, Interval).texts()
        return f"{told} ({low} to {high})"
    return "" if value is None else f"{value:.4f}"
