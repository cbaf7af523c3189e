"""What a card says beside its figures."""

import pytest

from tessella.cli.model_candidates import not_published
from tessella.cli.model_cards import print_model
from tessella.domain.predictions.card import Interval


def candidate(name: str, gain: float | None, auc: float) -> dict:
    interval = None if gain is None else {"value": gain, "low": gain - 0.01, "high": gain + 0.01}
    return {"predictor": name, "quality": quality(auc), "against_baseline": interval, "on_validation": interval}


def quality(auc: float) -> dict:
    interval = {"value": auc, "low": auc - 0.01, "high": auc + 0.01}
    rest = {"brier": 0.1, "expected_calibration_error": 0.02, "lift_at_10": 2.0}
    return {"auc": interval, "log_loss": interval, **rest}


CANDIDATES = [candidate("logistic", None, 0.8), candidate("boosting", -0.02, 0.9), candidate("mlp", -0.01, 0.85)]


@pytest.mark.parametrize(
    ("published", "reasons"),
    [
        (0.9, ["logistic: the baseline; not published, as boosting is better", "mlp: not published, as not better"]),
        (0.8, ["boosting: not published, although better than logistic", "mlp: not published, although better"]),
    ],
)
def test_each_predictor_that_was_tried_has_a_reason_why_it_was_not_published(published, reasons):
    told = list(not_published(CANDIDATES, quality(published)))
    assert [each[: len(reason)] for each, reason in zip(told, reasons, strict=True)] == reasons


def test_a_bound_close_to_0_is_not_shown_as_0():
    assert Interval(-0.01, -0.02, -0.00003).texts(sign="+") == ("-0.01000", "-0.02000", "-0.00003")
    assert Interval(0.5, 0.0, 1.0).texts() == ("0.5000", "0.0000", "1.0000")


def test_a_card_says_what_a_positive_is_how_it_was_validated_and_why_a_segment_has_no_figures(capsys):
    span = {"rows": 100, "positives": 10, "first_cut": None, "last_cut": None}
    none = dict.fromkeys(("auc", "log_loss", "expected_calibration_error"))
    card = {
        "meaning": "Accepted within 5 days of being shown.", "verdict": "The best.", "candidates": CANDIDATES,
        "quality": quality(0.9), **dict.fromkeys(("train", "validation", "test"), span),
        "segments": [{"segment_id": "vip", "rows": 60, "positives": 0, **none},
                     {"segment_id": "new", "rows": 6, "positives": 1, **none}],
    }  # fmt: skip
    print_model({"model": {"model_id": "nbo", "version": 1, "state": "active", "predictor": "boosting",
                           "target": "nbo"}, "card": card})  # fmt: skip
    told = capsys.readouterr().out
    for part in ("positives (accepted)", "in folds by chance", "nobody accepted", "fewer than 50 rows"):
        assert part in told
