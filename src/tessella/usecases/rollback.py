"""Roll back: put an earlier version in force again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tessella.domain.consistency import check_definitions
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.errors import NothingToPublish, VersionDeleted
from tessella.domain.experiments.setup.declared import read_experiment
from tessella.domain.identifiers import ExperimentId, point
from tessella.ports import Published, Restore, Session, StoredDefinition
from tessella.usecases.definitions import check_with
from tessella.usecases.history import get_version
from tessella.usecases.proposal import known_rules


async def rollback_object(
    session: Session, kind: Kind, identifier: str, version: int, *, expected_version: int | None = None
) -> StoredDefinition:
    """Make a stored version of an object the active one; an object that was deleted is there again.

    Raises `NoSuchVersion`, `VersionDeleted`, `StaleVersion`, `NothingToPublish` for the active version, and `Faults`
    with pointers into the object where it no longer holds together with everything else.
    """
    stored = await get_version(session, kind, identifier, version)
    if stored.body is None:
        raise VersionDeleted(kind, identifier, version)
    active = await session.stored_one(kind, identifier)
    if active is not None and active.version == version and expected_version in (None, version):
        raise NothingToPublish(f'version {version} of the {kind} "{identifier}" is the active one')
    definition, known = read_definition(kind, stored.body), known_rules(session)

    def check(before: Definitions) -> None:
        changed = before.with_definition(kind, identifier, definition)
        check_with(before, changed, known, own=point("", kind.plural, identifier))

    published = await session.publish([Restore(kind, identifier, version, expected_version)], check=check)
    return published.stored[0]


async def rollback_namespace(
    session: Session, version: int, *, expected_snapshot: int | None = None, comment: str = ""
) -> Published:
    """Make everything that was defined at a snapshot version active again, in one publish.

    What was defined since is taken away. Experiments stay as they are, as what units were given does: they have to hold
    together with what was defined then. Raises `NoSuchVersion`, `HistoryGone`, `StalePlan`, `Faults`, and
    `NothingToPublish` when it is what is defined now.
    """
    then, kept = await session.definitions_at(version), await session.stored(Kind.EXPERIMENT)
    experiments = {ExperimentId(each.identifier): read_experiment(each.body) for each in kept}
    definitions = replace(then, experiments=experiments)
    await asyncio.to_thread(check_definitions, definitions, known_rules(session))
    return await session.restore(version, expected_snapshot=expected_snapshot, comment=comment)
