"""Subjects who let their data be shared: nobody else is exported, announced or learned from."""

import csv
import io
from collections.abc import AsyncIterator, Iterable

from tessella.domain.identifiers import Instant, SubjectId
from tessella.ports import Session


async def share(session: Session, subjects: Iterable[str]) -> None:
    """Have these share their data. Whether they are personalized stays as it is."""
    text = io.StringIO()
    csv.writer(text).writerows((subject, "", "true") for subject in subjects)

    async def rows() -> AsyncIterator[bytes]:
        yield text.getvalue().encode()

    await session.add_consents_csv(rows())


async def everybody_shares(session: Session) -> None:
    """The same for everybody with events or facts who has not opted out."""
    known = {subject_id async for subject_id, _ in session.stream_subjects()}
    events = [piece async for piece in session.stream_events(["subject_id"], until=Instant(2**60))]
    known |= {SubjectId(row[0]) for row in csv.reader(io.StringIO(b"".join(events).decode()))}
    await share(session, known)
