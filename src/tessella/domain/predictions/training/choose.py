"""Which predictor is published: the baseline, unless another one is better by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.predictions.bootstrap import auc_difference, log_loss_difference
from tessella.domain.predictions.card import Interval
from tessella.domain.predictions.metrics import log_loss
from tessella.domain.predictions.predictors import BASELINE
from tessella.domain.predictions.training.try_out import Task, Tried


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What is published, and why."""

    chosen: Tried
    #: In a sentence or two.
    verdict: str


def choose(tried: Sequence[Tried], task: Task) -> Choice:
    """The lowest log loss on what was held out, if its interval against the baseline excludes 0 there.

    Its AUC must not be worse by more than chance, and the test must not contradict: with a log loss above the
    baseline's by more than chance, the baseline is kept.
    """
    baseline = next(each for each in tried if each.name == BASELINE)
    others = [each for each in tried if each is not baseline]
    if not others:
        return Choice(baseline, "Only the baseline was tried.")
    best = min(others, key=lambda each: log_loss(task.held_out, each.held_out))
    gain = log_loss_difference(task.held_out, best.held_out, baseline.held_out)
    compared = f'The log loss of "{best.name}" less that of the baseline, "{baseline.name}", is {_shown(gain)}'
    objection = _objection(best, baseline, task, gain)
    if objection:
        return Choice(baseline, f"{compared} on validation{objection}: the baseline is published.")
    return Choice(best, f'{compared} on validation: "{best.name}" is published.')


def _objection(best: Tried, baseline: Tried, task: Task, gain: Interval) -> str:
    """Why the best of the others is not published; empty when it is."""
    if gain.high >= 0:
        return ", which may be chance"
    if auc_difference(task.held_out, best.held_out, baseline.held_out).high < 0:
        return ", but its AUC is worse"
    on_test = log_loss_difference(task.test, best.test, baseline.test)
    return f", but {_shown(on_test)} on the test" if on_test.low > 0 else ""


def _shown(interval: Interval) -> str:
    value, low, high = interval.texts(sign="+")
    return f"{value} (95 % from {low} to {high})"
