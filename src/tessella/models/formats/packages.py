"""Packages that are installed only with an extra."""

from __future__ import annotations

from tessella.domain.errors import ModelPackageMissing


def missing(error: ModuleNotFoundError, extra: str, done: str) -> ModelPackageMissing:
    """What to say of a package that is not there; `done` is what models cannot be without it."""
    return ModelPackageMissing(done, (error.name or "").partition(".")[0], extra)
