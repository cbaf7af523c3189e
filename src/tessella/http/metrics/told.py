"""What is told of each thing that storage keeps figures of: numbers by name."""

from __future__ import annotations

from tessella.domain.identifiers import Instant
from tessella.ports.consistency import LastCheck
from tessella.ports.monitoring import ExperimentFigures, JobFigures, ModelFigures, NightFigures, TaxonomyFigures


def check_told(last: LastCheck) -> dict[str, float]:
    """The last check of consistency."""
    return {"compared": last.compared, "disagreed": last.disagreed, "made_at": last.made_at / 1e6}


def model_told(figures: ModelFigures, now: Instant) -> dict[str, float]:
    """A model's active version; what is not known is left out."""
    age_seconds = max(now - figures.added_at, 0) / 1e6
    told = {"age_seconds": age_seconds, "psi": figures.psi, "calibration_error": figures.calibration_error}
    return {name: value for name, value in told.items() if value is not None}


def experiment_told(figures: ExperimentFigures, now: Instant) -> dict[str, float]:
    """An experiment; what is not known is left out."""
    ages = {"report_age_seconds": figures.made_at, "policy_age_seconds": figures.published_at}
    told = {name: max(now - since, 0) / 1e6 for name, since in ages.items() if since is not None}
    return told | {"units": figures.units, "refresh_seconds": figures.refresh_seconds}


def taxonomy_told(figures: TaxonomyFigures, now: Instant) -> dict[str, float]:
    """A taxonomy in force; what is not known is left out."""
    told = {
        "age_seconds": max(now - figures.calibrated_at, 0) / 1e6,
        "players": figures.players,
        "variance_explained": figures.variance_explained,
        "categorization_accuracy": figures.categorization_accuracy,
        "average_confidence": figures.mean_confidence,
    }
    return {name: value for name, value in told.items() if value is not None}


def night_told(figures: NightFigures, now: Instant) -> dict[str, float]:
    """The last nightly refresh; what is not known is left out."""
    told = {
        "active_subjects": figures.active_subjects,
        "extraction_success": figures.extraction_success,
        "opt_out_rate": figures.opt_out_rate,
        "refresh_age_seconds": max(now - figures.refreshed_at, 0) / 1e6,
    }
    return {name: value for name, value in told.items() if value is not None}


def job_told(figures: JobFigures, now: Instant) -> dict[str, float]:
    """The last run of a job."""
    age_seconds = max(now - figures.finished_at, 0) / 1e6
    # true is no number to the workers that read it
    return {"seconds": figures.seconds, "failed": float(figures.failed), "age_seconds": age_seconds}
