"""`tessella features`: what is declared, and `compute`, which computes it from events."""

from __future__ import annotations

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application
from tessella.cli.definitions import commands
from tessella.cli.options import AsOfOption, moment
from tessella.cli.output import AsJson, answer, console, notes
from tessella.domain.definitions import Kind
from tessella.domain.features.gate import iso
from tessella.ports import Session
from tessella.usecases.compute_features import Computed

app = commands(Kind.FEATURE)


@app.command("compute")
def compute(as_of: AsOfOption = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Compute every feature that has a kind from the events up to --as-of, and store the values as facts."""

    async def act(application: Application, session: Session) -> Computed:
        with application.warehouse() as duckdb, notes.status("Computing"):
            return await usecases.compute_features(session, duckdb, as_of=moment(as_of, "/as_of"))

    answer(in_application(namespace, act), as_json=as_json, show=print_computed)


def print_computed(computed: Computed) -> None:
    """What changed."""
    console.print(
        f"{len(computed.features)} features as of {iso(computed.as_of)}: {computed.changed:,} facts changed.",
        highlight=False,
    )
