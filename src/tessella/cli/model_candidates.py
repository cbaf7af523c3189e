"""Why each predictor that was tried is not what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tessella.domain.predictions.card import Interval
from tessella.domain.typed import convert

#: What the baseline gains over itself.
_SAME: Final = {"value": 0.0, "low": 0.0, "high": 0.0}


def not_published(candidates: Sequence[Mapping[str, Any]], quality: Mapping[str, Any]) -> Iterator[str]:
    """A sentence of each candidate, the baseline first; `quality` is that of the one that was published."""
    published = next((each for each in candidates if each["quality"] == quality), None)
    if published is not None:
        yield from (f"{each['predictor']}: {_reason(each, published)}" for each in candidates if each is not published)


def _reason(candidate: Mapping[str, Any], published: Mapping[str, Any]) -> str:
    name = published["predictor"]
    if candidate["on_validation"] is None:
        return f"the baseline; not published, as {name} is better on validation."
    if _gain(candidate) < _gain(published):
        return f"not published, although better than {name} on validation: the verdict says why."
    told = f"{_text(candidate)} against {_text(published)} of log loss less that of the baseline"
    return f"not published, as not better than {name} on validation: {told}."


def _gain(candidate: Mapping[str, Any]) -> float:
    """On validation, against the baseline: below 0 is better."""
    return float((candidate["on_validation"] or _SAME)["value"])


def _text(candidate: Mapping[str, Any]) -> str:
    return convert(candidate["on_validation"] or _SAME, Interval).texts(sign="+")[0]
