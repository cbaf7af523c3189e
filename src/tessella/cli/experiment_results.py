"""`tessella experiments refresh|results|assignments|evaluate`: what an experiment has learned and may say."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session, read_document
from tessella.cli.experiment_evaluated import print_evaluated
from tessella.cli.experiment_tables import print_results
from tessella.cli.options import ExperimentName
from tessella.cli.output import AsJson, answer, note
from tessella.domain.errors import FileInvalid
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import ExperimentId
from tessella.ports import Session
from tessella.usecases.experiments.results.export import export_assignments
from tessella.usecases.experiments.results.exported_lines import ExportFormat, read_lines, written
from tessella.usecases.experiments.results.results import ExperimentResults

if TYPE_CHECKING:
    from tessella.usecases.experiments.results.evaluate_policy import Asked, PolicyEvaluated

OfMetric = Annotated[str | None, typer.Option("--metric", help="The metric of rewards; the first one if left out.")]


def add_results(app: typer.Typer) -> None:
    """The commands, in the group of experiments."""
    app.command("refresh")(refresh)
    app.command("results")(results)
    app.command("assignments")(assignments)
    app.command("evaluate")(evaluate)


def refresh(experiment: ExperimentName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Work out anew what may be said, and publish weights where they say more. Workers do so every few seconds."""
    answer(in_session(namespace, lambda session: _refreshed(session, experiment)), as_json=as_json, show=print_results)


def results(experiment: ExperimentName, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show what may be said of an experiment, with intervals that hold however often one looks."""
    found = in_session(namespace, lambda session: usecases.experiment_results(session, ExperimentId(experiment)))
    answer(_told(found), as_json=as_json, show=print_results)


def assignments(
    experiment: ExperimentName,
    form: Annotated[ExportFormat, typer.Option("--format", help="What a line is.")] = ExportFormat.NDJSON,
    to: Annotated[Path | None, typer.Option("--to", help="A file; standard output if left out.")] = None,
    metric: OfMetric = None,
    namespace: InNamespace = DEMO,
) -> None:
    """Export who got what, with the probabilities that they were drawn by and what they brought."""
    in_session(namespace, lambda session: _export(session, ExperimentId(experiment), form, to, metric))


def evaluate(
    experiment: ExperimentName,
    policy: Annotated[Path, typer.Option("--policy", help="JSON: {segment_key: {variant_id: probability}}.")],
    log: Annotated[Path | None, typer.Option("--log", help="An export; what is stored if left out.")] = None,
    metric: OfMetric = None,
    young: Annotated[bool, typer.Option("--young", help="Count units too whose rewards may still come.")] = False,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Tell what units would have brought under another policy, from what was logged under those that were in force."""
    from tessella.usecases.experiments.results.evaluate_policy import Asked, evaluate_policy  # loads SciPy

    async def act(session: Session) -> PolicyEvaluated:
        as_of = None if young else session.now()
        asked = Asked(ExperimentId(experiment), read_document(policy), metric, as_of)
        return await (evaluate_policy(session, asked) if log is None else _on_file(session, asked, log))

    answer(msgspec.to_builtins(in_session(namespace, act)), as_json=as_json, show=print_evaluated)


async def _refreshed(session: Session, experiment: str) -> dict[str, Any]:
    from tessella.usecases.experiments.refreshing.refresh import refresh_now  # loads SciPy

    await refresh_now(session, ExperimentId(experiment))
    return _told(await usecases.experiment_results(session, ExperimentId(experiment)))


def _told(found: ExperimentResults) -> dict[str, Any]:
    shown = {"experiment_id": found.experiment.experiment_id, "status": found.experiment.status, "note": found.note}
    shown |= {"conclusion": found.conclusion}
    return {**shown, "made_at": write_instant(found.made_at), "results": msgspec.to_builtins(found.results)}


async def _export(
    session: Session, experiment_id: ExperimentId, form: ExportFormat, to: Path | None, metric: str | None
) -> None:
    lines = written(export_assignments(session, experiment_id, metric), form)
    if to is None:
        await _write(lines, sys.stdout.buffer)
        return
    try:
        with to.open("wb") as file:
            await _write(lines, file)
    except OSError as error:
        raise FileInvalid(str(to), "", f"It cannot be written: {error.strerror}.") from error
    note(f"Written to {to}.")


async def _write(lines: AsyncIterator[bytes], file: Any) -> None:
    async for each in lines:
        file.write(each)
    file.flush()


async def _on_file(session: Session, asked: Asked, log: Path) -> PolicyEvaluated:
    from tessella.usecases.experiments.results.evaluate_policy import evaluate_policy_on

    try:
        with log.open(encoding="utf-8", newline="") as lines:
            return await evaluate_policy_on(session, asked, read_lines(lines))
    except OSError as error:
        raise FileInvalid(str(log), "", f"It cannot be read: {error.strerror}.") from error
