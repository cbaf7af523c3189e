"""Every benchmark by name: one file a benchmark, one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from benchmarks import (
    audiences,
    audiences_engines,
    audiences_preview,
    audiences_recalculate,
    covisitation,
    decide_http,
    experiments_clusters,
    experiments_durable,
    experiments_inference,
    experiments_kernel,
    experiments_million,
    experiments_overhead,
    experiments_real,
    experiments_refresh,
    experiments_regret,
    experiments_value,
    hostile_bodies,
    index,
    ingest,
    match,
    personalization,
    predictions,
    predictions_bulk,
    predictions_journey,
    predictions_one,
    predictions_value,
    publish,
    ranking,
    ranking_quality,
    recommend,
    rls,
    sets,
    taxonomy,
    taxonomy_real,
)
from benchmarks.figure import Figure

#: A benchmark yields its figures as they come. The first line of its docstring says what it measures.
Benchmark = Callable[[], Iterator[Figure]]

BENCHMARKS: Final[Mapping[str, Benchmark]] = {
    "audiences": audiences.run,
    "audiences_engines": audiences_engines.run,
    "audiences_preview": audiences_preview.run,
    "audiences_recalculate": audiences_recalculate.run,
    "covisitation": covisitation.run,
    "decide_http": decide_http.run,
    "experiments_clusters": experiments_clusters.run,
    "experiments_durable": experiments_durable.run,
    "experiments_million": experiments_million.run,
    "experiments_inference": experiments_inference.run,
    "experiments_kernel": experiments_kernel.run,
    "experiments_overhead": experiments_overhead.run,
    "experiments_real": experiments_real.run,
    "experiments_refresh": experiments_refresh.run,
    "experiments_regret": experiments_regret.run,
    "experiments_value": experiments_value.run,
    "hostile_bodies": hostile_bodies.run,
    "index": index.run,
    "ingest": ingest.run,
    "match": match.run,
    "personalization": personalization.run,
    "predictions": predictions.run,
    "predictions_bulk": predictions_bulk.run,
    "predictions_journey": predictions_journey.run,
    "predictions_one": predictions_one.run,
    "predictions_value": predictions_value.run,
    "publish": publish.run,
    "ranking": ranking.run,
    "ranking_quality": ranking_quality.run,
    "recommend": recommend.run,
    "rls": rls.run,
    "sets": sets.run,
    "taxonomy": taxonomy.run,
    "taxonomy_real": taxonomy_real.run,
}
