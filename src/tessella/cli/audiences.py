"""`tessella audiences`: who is in which segment, over everybody."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application, in_session
from tessella.cli.audience_exports import add_exports
from tessella.cli.audience_reading import add_reading
from tessella.cli.audience_tables import (
    print_calculation,
    print_calculations,
    print_changes,
    print_counts,
    print_overlap,
)
from tessella.cli.consistency import add_checks
from tessella.cli.options import AsOfOption, moment
from tessella.cli.output import AsJson, answer, progress
from tessella.domain.identifiers import SegmentId
from tessella.http.schemas.audiences import CalculationShown, CalculationsShown, OverlapShown, SegmentCountsShown
from tessella.http.shown.counts import Shown, change_shown, staleness_shown
from tessella.ports import Session
from tessella.ports.audiences import CalculationKind, StoredCalculation

app = typer.Typer(no_args_is_help=True, help="Audiences: who is in which segment, over everybody at once.")
add_reading(app)
add_exports(app)
add_checks(app)

Version = Annotated[str, typer.Argument(help="As `tessella audiences list` tells it.")]
Segments = Annotated[list[str] | None, typer.Argument(help="Only these segments.")]
Segment = Annotated[str, typer.Argument(help="The segment.")]
Most = Annotated[int, typer.Option("--limit", min=1, max=100_000, help="So many at most.")]
After = Annotated[str | None, typer.Option("--cursor", help="The next_cursor of the page before.")]
KindOption = Annotated[
    CalculationKind, typer.Option("--kind", help="Read what has changed where that is enough, or everything.")
]
TrendOption = Annotated[int, typer.Option("--trend", min=1, max=365, help="The last so many calculations.")]


@app.command("calculate")
def calculate(
    as_of: AsOfOption = None,
    kind: KindOption = CalculationKind.INCREMENTAL,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Tell for everybody which segments hold them, as of --as-of, and put the result to use."""

    async def act(application: Application, session: Session) -> CalculationShown:
        with application.warehouse() as duckdb, progress("Calculating") as tell:
            stored: StoredCalculation = await usecases.calculate_audiences(
                session, duckdb, application.open_engine, as_of=moment(as_of, "/as_of"), progress=tell, kind=kind
            )
        return _shown(application, session).calculation(stored)

    answer(in_application(namespace, act), as_json=as_json, show=print_calculation)


@app.command("list")
def list_all(limit: Most = 20, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """List the last calculations, the newest first, those that failed too."""

    async def act(application: Application, session: Session) -> CalculationsShown:
        found, stale = await usecases.list_calculations(session, limit)
        shown = _shown(application, session)
        return CalculationsShown([shown.calculation(each) for each in found], staleness_shown(stale))

    answer(in_application(namespace, act), as_json=as_json, show=print_calculations)


@app.command("show")
def show(version: Version, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show one calculation: how it went, and what it found."""

    async def act(application: Application, session: Session) -> CalculationShown:
        return _shown(application, session).calculation(await usecases.get_calculation(session, version))

    answer(in_application(namespace, act), as_json=as_json, show=print_calculation)


@app.command("counts")
def counts(trend: TrendOption = 30, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show how many subjects each segment holds, and what earlier calculations counted."""

    async def act(application: Application, session: Session) -> SegmentCountsShown:
        return _shown(application, session).counts(await usecases.segment_counts(session, trend=trend))

    answer(in_application(namespace, act), as_json=as_json, show=print_counts)


@app.command("overlap")
def overlap(segments: Segments = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show how many subjects segments have in common, two by two."""

    async def act(application: Application, session: Session) -> OverlapShown:
        wanted = [SegmentId(each) for each in segments or ()]
        return _shown(application, session).overlap(await usecases.segment_overlap(session, wanted))

    answer(in_application(namespace, act), as_json=as_json, show=print_overlap)


@app.command("changes")
def changes(
    segment: Segment, limit: Most = 100, cursor: After = None, namespace: InNamespace = DEMO, as_json: AsJson = False
) -> None:
    """List who entered and left a segment, the oldest first. The next_cursor leads to later changes too."""
    found, after = in_session(
        namespace, lambda session: usecases.membership_changes(session, segment, limit=limit, cursor=cursor)
    )
    page = {"items": [msgspec.to_builtins(change_shown(each)) for each in found], "next_cursor": after}
    answer(page, as_json=as_json, show=print_changes)


def _shown(application: Application, session: Session) -> Shown:
    return Shown(session.caller.role, application.settings.disclosure_threshold)
