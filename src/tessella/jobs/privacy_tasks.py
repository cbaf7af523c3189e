"""What the jobs of privacy do."""

from __future__ import annotations

from tessella.domain.identifiers import Json
from tessella.jobs.order import Order
from tessella.usecases.privacy.erase import erase_subject, read_erasure
from tessella.usecases.privacy.rekey import rekey_pseudonyms


async def erase(order: Order) -> Json:
    """Erase a subject. A turn after the last one had come to its end finds nobody to erase."""
    subject_id = read_erasure(order.attempt.inputs)
    if subject_id is None:
        return {"user_hash": None, "rows": {}, "files": 0}
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            erased = await erase_subject(session, warehouse, subject_id, order.progress)
    return {"user_hash": erased.user_hash, "rows": dict(erased.rows), "files": erased.files}


async def rekey(order: Order) -> Json:
    """Name everybody by the key in use."""
    async with order.session() as session:
        done = await rekey_pseudonyms(session, order.progress)
    return {"subjects": done.subjects, "rows": done.rows}
