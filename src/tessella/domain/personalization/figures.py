"""The figures of personalization by name, as they are stored and told. Source: requirement D, "Evaluation Metrics"."""

from __future__ import annotations

from typing import Final

#: Of rankings of a scope, by the events of days that they did not know.
PRECISION: Final = "precision"
MAP: Final = "map"
NDCG: Final = "ndcg"
#: The share of subjects with a vector that have a ranking which may be served.
COVERAGE: Final = "coverage"
#: How unlike the first items of a ranking are.
DIVERSITY: Final = "diversity"

#: Of events, over all scopes.
CLICK_THROUGH_RATE: Final = "click_through_rate"
COMPLETION_RATE: Final = "completion_rate"
SESSION_DURATION: Final = "avg_session_duration_sec"
RETURN_RATE: Final = "return_rate"

#: The share of active subjects whose vector was computed without a fault, at the last refresh.
EXTRACTION_SUCCESS: Final = "extraction_success"
#: How many had opted out, of so many with settings.
OPTED_OUT: Final = "opted_out"

#: The model of a figure that says nothing of rankings.
NO_MODEL: Final = ""
