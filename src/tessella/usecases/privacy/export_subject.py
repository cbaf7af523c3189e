"""Tell everything that is known of a subject, as JSON: the right of access."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

import msgspec

from tessella.domain.audiences.layout import BASE, DELTA, SUBJECT
from tessella.domain.audiences.matches import SEGMENT_ID, SEGMENTS, with_matches
from tessella.domain.errors import NothingCalculated
from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Json, SubjectId
from tessella.domain.privacy.disclosure import SEE_ALL
from tessella.ports import Session
from tessella.ports.audience_reading import AudienceReading
from tessella.ports.session.privacy import PersonalFile, PersonalForm
from tessella.usecases.audiences.rows import active_audience
from tessella.usecases.personalization.settings import named_subject

#: So much is handed on at once.
_PIECE_BYTES: Final = 64 * 1024
_READERS: Final = {PersonalForm.PARQUET: "read_parquet({})", PersonalForm.CSV: "read_csv({}, all_varchar = true)"}
#: Told by name under `audience`, and not by the columns of its files.
_OF_AUDIENCES: Final = (BASE, DELTA)


async def export_subject(session: Session, reader: AudienceReading, subject_id: SubjectId) -> AsyncIterator[bytes]:
    """One JSON object in pieces: settings, rows by table, and for administrators segments and files.

    Also of who has opted out, and of somebody of whom nothing is known. Memory holds some rows at a time. Raises
    `NotYours` before the first piece, and as `AudienceReading.rows` does.
    """
    named_subject(session.caller, subject_id, "/subject_id")
    consent = await session.stored_consent(subject_id)
    head = {"subject_id": subject_id, "exported_at": iso(session.now()), "settings": consent}
    yield msgspec.json.encode(head)[:-1]
    async for piece in _rows(session, subject_id):
        yield piece
    if session.caller.role in SEE_ALL:
        told = {"audience": await _audience(session, reader, subject_id)}
        told |= {"files": [each async for each in _files(session, reader, subject_id)]}
        yield b"," + msgspec.json.encode(told)[1:-1]
    yield b"}"


async def _rows(session: Session, subject_id: SubjectId) -> AsyncIterator[bytes]:
    """`,"rows":{"table":[row,...],...}`."""
    held, before = bytearray(b',"rows":{'), ""
    async for table, row in session.stream_subject_rows(subject_id):
        if table != before:
            held += (b"]," if before else b"") + msgspec.json.encode(table) + b":["
        held += (b"," if table == before else b"") + row.encode()
        before = table
        if len(held) >= _PIECE_BYTES:
            yield bytes(held)
            held.clear()
    yield bytes(held) + (b"]}" if before else b"}")


async def _audience(session: Session, reader: AudienceReading, subject_id: SubjectId) -> Json:
    """The segments that hold the subject by the last calculation; None where there is none, or they are not in it."""
    from tessella.domain.audiences.rows import audience_rows  # loads sqlglot

    try:
        active = await active_audience(session)
    except NothingCalculated:
        return None
    rows = with_matches(audience_rows(active.audience, active.folder), active.audience)
    asked = f"SELECT {SEGMENT_ID}, {SEGMENTS} FROM ({rows}) AS told WHERE {SUBJECT} = $subject"
    found = await reader.rows(asked, {"subject": subject_id})
    told = {"version": active.audience.version, "as_of": iso(active.audience.as_of)}
    return next(({**told, "segment_id": first, "segments": [*segments]} for first, segments in found), None)


async def _files(session: Session, reader: AudienceReading, subject_id: SubjectId) -> AsyncIterator[Json]:
    """What other files hold: predictions for segments, and exports that were written here."""
    for file in session.personal_files():
        if file.path.name not in _OF_AUDIENCES and (rows := await _told(reader, file, subject_id)):
            yield {"file": file.path.name, "rows": [msgspec.Raw(each.encode()) for (each,) in rows]}


async def _told(reader: AudienceReading, file: PersonalFile, subject_id: SubjectId) -> Sequence[Sequence[str]]:
    held = _READERS[file.form].format(literal(str(file.path)))
    columns = {name for name, *_ in await reader.rows(f"SELECT column_name FROM (DESCRIBE FROM {held})", {})}
    if file.column not in columns:
        return []
    asked = f'SELECT CAST(to_json(held) AS VARCHAR) FROM {held} AS held WHERE "{file.column}" = $subject'
    return await reader.rows(asked, {"subject": subject_id})
