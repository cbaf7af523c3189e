"""`tessella features compute`: compute features from events."""

from __future__ import annotations

import asyncio

import typer

from tessella import usecases
from tessella.bootstrap import running
from tessella.cli.application import DEMO, InNamespace
from tessella.cli.options import AsOfOption, moment
from tessella.cli.output import AsJson, answer, console, notes
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Caller
from tessella.settings import Settings
from tessella.usecases.compute_features import Computed


def add_compute(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("compute")
    def compute(as_of: AsOfOption = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
        """Compute every feature that has a kind from the events up to --as-of, and store the values as facts."""

        async def act() -> Computed:
            caller = Caller(Namespace(namespace), Role.ADMIN)
            async with running(Settings()) as application, application.session(caller) as session:
                with application.warehouse() as duckdb, notes.status("Computing"):
                    return await usecases.compute_features(session, duckdb, as_of=moment(as_of))

        answer(asyncio.run(act()), as_json=as_json, show=print_computed)


def print_computed(computed: Computed) -> None:
    """What changed."""
    console.print(
        f"{len(computed.features)} features as of {iso(computed.as_of)}: {computed.changed:,} facts changed.",
        highlight=False,
    )
