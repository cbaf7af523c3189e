"""What results are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.inference.logged.rows import LoggedRows, logged_from
from tessella.domain.experiments.inference.results.measured import Precision
from tessella.domain.experiments.inference.results.said import Results
from tessella.domain.experiments.learning.learned import LearnedPolicy
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import Metric
from tessella.domain.experiments.tally import PublishedPolicy, Tally, newest
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class Material:
    """An experiment at one moment."""

    experiment: Experiment
    #: By dimension: that of segments, and any further ones that sample ratios are looked at by.
    tallies: Mapping[str, Tally]
    #: Every version that units were drawn by.
    policies: Sequence[PublishedPolicy]
    #: What is believed now, published or not.
    learned: LearnedPolicy
    now: Instant
    #: What was said last: what was told then is told for good.
    before: Results | None = None

    @property
    def newest(self) -> PublishedPolicy:
        """The policy in force."""
        return newest(self.policies)

    @property
    def given(self) -> tuple[int, ...]:
        """The variants that are still given, by position."""
        return self.newest.given(self.experiment.variants)

    def rows(self, dimension: str, metric: Metric) -> LoggedRows:
        """All units, and their rewards by a metric."""
        before = attribution_of(self.experiment).mature_before(self.now)
        return logged_from(self.experiment, self.tallies[dimension], self.policies, metric, before)

    def precision(self, among: int = 1) -> Precision:
        """Of intervals, of which `among` are looked at together."""
        return Precision(self.experiment.stopping.planned_units, among)
