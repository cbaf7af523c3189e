"""A model's card in a few lines."""

from __future__ import annotations

from collections.abc import Iterator

from tessella.cli.output import print_below, say
from tessella.domain.features.gate import iso
from tessella.domain.predictions.card import Card, Interval, Span
from tessella.domain.predictions.target import POSITIVES
from tessella.ports.models import StoredModel


def print_summary(stored: StoredModel) -> None:
    """What it was learned from, how good it was on what came later, and why it is in use; and how to see the rest."""
    manifest = stored.manifest
    say(f"\n{manifest.model_id}, version {manifest.version}: {manifest.predictor}")
    for line in () if manifest.card is None else _told(manifest.card, POSITIVES[manifest.target]):
        print_below(line)
    if manifest.warning:
        print_below(manifest.warning, style="yellow")
    print_below(f"The whole card: tessella models card {manifest.model_id}")


def _told(card: Card, positive: str) -> Iterator[str]:
    quality = card.quality
    yield card.meaning
    yield f"Learned from {_span(card.train, positive)}."
    yield f"Tested on {_span(card.test, positive)}."
    yield f"AUC {_interval(quality.auc)}."
    yield f"Log loss {_interval(quality.log_loss)}{_gain(card)}."
    yield f"Expected calibration error {quality.expected_calibration_error:.3f}, lift at 10 % {quality.lift_at_10:.1f}."
    yield card.verdict
    yield from card.warnings


def _span(span: Span, positive: str) -> str:
    rows = f"{span.rows:,} rows, {span.positives / span.rows:.1%} {positive}"
    if span.first_cut is None or span.last_cut is None:
        return f"{rows}, by chance"
    first, last = iso(span.first_cut)[:10], iso(span.last_cut)[:10]
    return f"{rows}, as of {first}" if first == last else f"{rows}, as of {first} to {last}"


def _gain(card: Card) -> str:
    """Against the baseline; empty of the baseline itself."""
    baseline = card.candidates[0].predictor
    published = next(each for each in card.candidates if each.quality == card.quality)
    if published.against_baseline is None:
        return ", which is the baseline's"
    return f"; less that of the baseline, {baseline}: {_interval(published.against_baseline)}"


def _interval(interval: Interval) -> str:
    value, low, high = interval.texts()
    return f"{value} (95 % from {low} to {high})"
