"""What an operator is told of the storage's figures."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from tessella import __version__
from tessella.http.schemas.health import HealthShown, IndexServed, QueuesShown, Ready, SnapshotShown
from tessella.ports.clock import present
from tessella.storage.indexes.loaded import IndexFigures
from tessella.storage.store import Health


def readiness(health: Health) -> tuple[Ready, HTTPStatus]:
    """Whether requests can be decided: something is in memory, or the database is there to load it from."""
    reasons = list(degradations(health))
    if not health.states and not health.database_is_up:
        return Ready("starting", reasons, health.failures), HTTPStatus.SERVICE_UNAVAILABLE
    return Ready("degraded" if reasons else "ready", reasons, health.failures), HTTPStatus.OK


def shown(health: Health) -> HealthShown:
    """How every part is doing."""
    reasons = list(degradations(health))
    return HealthShown(
        status="degraded" if reasons else "ok",
        version=__version__,
        reasons=reasons,
        database_is_up=health.database_is_up,
        snapshots={
            namespace: SnapshotShown(state.version, state.source.value, round(state.age_seconds, 3))
            for namespace, state in health.states.items()
        },
        failures=health.failures,
        indexes={namespace: _index(each) for namespace, each in health.indexes.items()},
        queues=_queues(health),
        dropped_audit_rows=health.writer.dropped_rows,
        cached_subjects=health.cached_subjects,
    )


def degradations(health: Health) -> Iterator[str]:
    """What is not as it should be, a sentence each, without addresses and paths: health needs no credential."""
    if not health.database_is_up:
        yield "The database is away: decisions go on, writes are refused. The log says why."
    for namespace in health.failures:
        yield f'Namespace "{namespace}" does not serve its newest version; see its failure.'
    for namespace, index in health.indexes.items():
        if index.failure:
            yield f'The active ranking index of namespace "{namespace}" is not served: {index.failure}'
    if health.writer.dropped_lately:
        yield "Decisions of the last minute were not recorded in the audit."
    yield from _disk(health)
    yield from _disagreements(health)


def _disk(health: Health) -> Iterator[str]:
    if health.kept.failure:
        yield "Snapshots cannot be kept on the disk. The log says why."
    for namespace, reason in health.kept.refused.items():
        yield f'The kept snapshot of namespace "{namespace}" cannot be used: {reason}.'


def _disagreements(health: Health) -> Iterator[str]:
    for namespace, check in health.checks.items():
        if check.disagreed:
            told = f"{check.disagreed} of {check.compared} subjects in other segments online than set-wise"
            yield f'The last check of namespace "{namespace}" found {told}; its report names the rules.'


def _index(figures: IndexFigures) -> IndexServed:
    return IndexServed(figures.version, figures.items, round(figures.age_seconds(present()), 3), figures.failure)


def _queues(health: Health) -> QueuesShown:
    writer = health.writer
    return QueuesShown(
        writer.awaited_rows, writer.awaited_bytes, round(writer.oldest_seconds, 3), audit_rows=writer.offered_rows
    )
