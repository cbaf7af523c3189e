"""What the jobs of experiments do."""

from __future__ import annotations

from tessella.domain.identifiers import ExperimentId, Json
from tessella.jobs.order import Order


async def train_clusters(order: Order) -> Json:
    """Find the clusters of an experiment's contexts, and sort new units into them."""
    from tessella.usecases.experiments.clusters.train import train_clusters as train  # loads numpy and SciPy

    async with order.session() as session:
        experiment_id = ExperimentId(order.attempt.inputs["experiment_id"])
        return (await train(session, experiment_id, order.progress)).written()
