"""Export: the members of a segment or everybody, with features as far as they are asked for, to a file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.audiences.matches import MATCHES, SEGMENT_ID, SEGMENTS, with_matches
from tessella.domain.errors import UnknownFeature, WrongShape
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, SegmentId
from tessella.ports import Session
from tessella.ports.audience_reading import FileForm, MemberFiles, Written
from tessella.ports.jobs import Job, JobRun
from tessella.usecases.audiences.rows import AudienceRows, audience_rows_of, known_segment
from tessella.usecases.audiences.rule_over_audience import check_held
from tessella.usecases.audiences.sharing import only_sharing

_PREFIX: Final = "tessella-sharing-"


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to write, and where."""

    #: None: everybody, each with the first match and all segments that hold them.
    segment_id: SegmentId | None
    #: A name below the namespace's folder of exports, or a URL.
    target: str
    form: FileForm
    #: Columns beside the id.
    features: tuple[FeatureName, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    #: The calculation that it is of.
    audience: Audience
    written: Written


def read_export(inputs: Mapping[str, Json]) -> ExportRequest:
    """An export as a job keeps it. Raises `WrongShape` where two columns would have the same name."""
    features = tuple(FeatureName(each) for each in inputs.get("features", ()))
    named = inputs.get("segment_id")
    headings = (SUBJECT, *features) if named else (SUBJECT, SEGMENT_ID, SEGMENTS, *features)
    if len(set(headings)) < len(headings):
        raise WrongShape("/features", "Two columns would have the same name.", f"Of {', '.join(headings)} each once.")
    return ExportRequest(SegmentId(named) if named else None, inputs["target"], FileForm(inputs["form"]), features)


async def ask_for_export(session: Session, files: MemberFiles, inputs: Mapping[str, Json]) -> JobRun:
    """Have it done by a job; what can be seen to fail is refused at once, as `export_members` refuses it."""
    asked = read_export(inputs)
    files.check(asked.target)
    _statement(await audience_rows_of(session), session, asked)
    return await session.ask_for(Job.EXPORT_MEMBERS, inputs)


async def export_members(session: Session, files: MemberFiles, asked: ExportRequest) -> Exported:
    """Write them as of the active calculation, of those who share data now.

    Raises `NoSuch`, `NotCounted`, `NotInAudience` and `FeatureChanged`, and as `audience_rows_of` and
    `MemberFiles.write` do.
    """
    rows = await audience_rows_of(session)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        shared = await only_sharing(session, rows, Path(folder, "sharing.csv"))
        sql = _statement(shared, session, asked)
        return Exported(rows.audience, await files.write(sql, rows.parameters, asked.form, asked.target))


def _statement(rows: AudienceRows, session: Session, asked: ExportRequest) -> str:
    from tessella.domain.audiences.exported import csv_sql, parquet_sql  # loads sqlglot

    select = {FileForm.CSV: csv_sql, FileForm.PARQUET: parquet_sql}[asked.form]
    if asked.segment_id is None:
        columns = [*MATCHES, *_columns(session, rows.audience, asked.features)]
        return select(with_matches(rows.sql, rows.audience), "TRUE", columns)
    member = rows.member(known_segment(session.snapshot(), asked.segment_id))
    return select(rows.sql, member, _columns(session, rows.audience, asked.features))


def _columns(
    session: Session, audience: Audience, features: Sequence[FeatureName]
) -> list[tuple[str, FeatureType, str]]:
    return [(name, _declared(session, audience, name), audience.column(name)) for name in features]


def _declared(session: Session, audience: Audience, name: FeatureName) -> FeatureType:
    schema = session.snapshot().schema
    if name not in schema:
        raise UnknownFeature("/features", name, schema.nearest(name))
    check_held(audience, schema[name])
    return schema[name].type
