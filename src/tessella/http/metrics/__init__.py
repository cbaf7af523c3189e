"""What the server counts, for Prometheus, over all of its workers."""

from tessella.http.metrics.counting import Metrics
from tessella.http.metrics.slots import Slot

__all__ = ["Metrics", "Slot"]
