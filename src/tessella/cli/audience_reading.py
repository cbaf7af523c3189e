"""`tessella audiences preview|members|profile`: what the last calculation says of a rule or a segment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from tessella import usecases
from tessella.bootstrap import Application
from tessella.cli.application import DEMO, InNamespace, in_application, read_context, read_document
from tessella.cli.audience_tables import print_members, print_preview, print_profile
from tessella.cli.output import AsJson, answer
from tessella.cli.rules import FormOption, RuleFile
from tessella.domain.identifiers import SegmentId
from tessella.domain.rules.ast import Form
from tessella.http.schemas.segment_audiences import MembersShown, PreviewShown, ProfileShown
from tessella.http.shown.audiences import Viewer, members_shown, preview_shown, profile_shown
from tessella.ports import Session
from tessella.usecases.audiences.members import MemberCursor
from tessella.usecases.audiences.preview_rule import PreviewRequest

Segment = Annotated[str, typer.Argument(help="The segment; default for those in none.")]
InPlaceOf = Annotated[str | None, typer.Option("--segment", help="The segment whose rules it would take the place of.")]
Priority = Annotated[int | None, typer.Option("--priority", help="That of the segment, or before all, if left out.")]
Carried = Annotated[str | None, typer.Option("--context", "-c", help="What a request carries, as JSON.")]
Most = Annotated[int, typer.Option("--limit", min=1, max=100_000, help="So many members at most.")]
After = Annotated[str | None, typer.Option("--cursor", help="The next_cursor of the page before.")]


def add_reading(app: typer.Typer) -> None:
    """The commands that read."""
    commands: dict[str, Callable[..., None]] = {"preview": preview, "members": members, "profile": profile}
    for name, command in commands.items():
        app.command(name)(command)


def preview(
    rule: RuleFile,
    form: FormOption = Form.DSL,
    segment: InPlaceOf = None,
    priority: Priority = None,
    context: Carried = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Count whom a rule would hold, part by part, and what segments would lose to it, before it is saved."""
    carried = None if context is None else read_context(context)
    segment_id = None if segment is None else SegmentId(segment)
    asked = PreviewRequest(read_document(rule), form, segment_id, priority, carried)

    async def act(application: Application, session: Session) -> PreviewShown:
        previewed = await usecases.preview_rule(session, application.audiences, asked)
        return preview_shown(previewed, _viewer(application, session))

    answer(in_application(namespace, act), as_json=as_json, show=print_preview)


def members(
    segment: Segment, limit: Most = 100, cursor: After = None, namespace: InNamespace = DEMO, as_json: AsJson = False
) -> None:
    """List who is in a segment, by id."""
    after = None if cursor is None else MemberCursor.read(cursor)

    async def act(application: Application, session: Session) -> MembersShown:
        page = await usecases.list_members(session, application.audiences, segment, after=after, limit=limit)
        more = None if page.next_cursor is None else page.next_cursor.written()
        return members_shown(page, more)

    answer(in_application(namespace, act), as_json=as_json, show=print_members)


def profile(segment: Segment, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Say what sets a segment apart from everybody else, the largest differences first."""

    async def act(application: Application, session: Session) -> ProfileShown:
        found = await usecases.profile_segment(session, application.audiences, segment)
        return profile_shown(found, _viewer(application, session))

    answer(in_application(namespace, act), as_json=as_json, show=print_profile)


def _viewer(application: Application, session: Session) -> Viewer:
    return Viewer(session.caller.role, application.settings.disclosure_threshold, session.pseudonym)
