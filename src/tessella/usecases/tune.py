"""Tune a profile: search for knobs on some days, report on the days after them, and propose. Nothing is published."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from tessella.domain.definitions import Kind, write_definition
from tessella.domain.errors import NoSuch, NothingToSearchOn
from tessella.domain.features.gate import DAY_US, iso
from tessella.domain.features.instants import typed_instant
from tessella.domain.identifiers import Instant, Json, ProfileId
from tessella.domain.ranking.evaluation.asked import EvaluationAsked, TuningAsked
from tessella.domain.ranking.index.recipe import Recipe, Windows
from tessella.domain.ranking.profile import Profile
from tessella.domain.steps import walk
from tessella.logs import get_logger
from tessella.ports import Progress, Session
from tessella.ports.evaluations import EvaluationKind, StoredEvaluation
from tessella.usecases import rehearsal as past
from tessella.usecases.drafts import save_draft
from tessella.usecases.evaluate import days_of, inputs_of
from tessella.usecases.held_out import check_held_out
from tessella.usecases.progress import after_each

if TYPE_CHECKING:
    from tessella.domain.ranking.evaluation.report import Evaluation
    from tessella.domain.ranking.evaluation.search import Found
    from tessella.usecases.rehearsal import Rehearsal

_LOG: Final = get_logger(__name__)
#: How far a tuning is when events are read, and when the search is over.
_READ: Final = 0.1
_SEARCHED: Final = 0.8
CURRENT: Final = "current"
PROPOSED: Final = "proposed"


async def tune(session: Session, asked: TuningAsked, progress: Progress = lambda share: None) -> StoredEvaluation:
    """Search on the inner days, compare the profile with the best found on the outer days, and keep the report.

    The outer days are looked at once, when the search is over. Raises `NoSuch` for a profile that is not there,
    `NothingToSearchOn`, and what `evaluate` raises.
    """
    definitions = await session.definitions()
    profile = definitions.profiles.get(ProfileId(asked.profile_id))
    if profile is None:
        raise NoSuch("profile", asked.profile_id)
    await check_held_out(session, definitions.defaults.ranking.purchase_types, days_of(asked.outer))
    await _check_searched(session, definitions.defaults.ranking.purchase_types, asked.inner)
    stage = await past.rehearse(session, until=asked.outer.until)
    progress(_READ)
    found = await asyncio.to_thread(_search, stage, asked, progress)
    _LOG.info("search_over", count=found.trials)
    outer = await asyncio.to_thread(_report, stage, asked, found)
    return await session.add_evaluation(
        EvaluationKind.TUNING,
        {**inputs_of(asked.outer), "profile_id": asked.profile_id, "view": asked.view},
        _told(stage, asked, profile, found, outer),
    )


async def save_tuned(session: Session, tuned: StoredEvaluation) -> None:
    """Keep the proposed profile as a draft, for a person to read, change and publish."""
    proposal: Mapping[str, Json] = msgspec.to_builtins(tuned.report)["proposal"]
    await save_draft(session, Kind.PROFILE, str(proposal["profile_id"]), proposal, expected_version=None)


async def _check_searched(session: Session, types: Sequence[str], inner: EvaluationAsked) -> None:
    """Raises `NothingToSearchOn` for days without a purchase; with so many days that one is among the inner ones."""
    last = await session.last_event(types, since=None, before=inner.until)
    if last is None or last < inner.cut:
        reaching = None if last is None else -(-(inner.until - last + inner.days * DAY_US) // (2 * DAY_US))
        raise NothingToSearchOn("/days", typed_instant(inner.cut), typed_instant(inner.until), reaching)


def _search(stage: Rehearsal, asked: TuningAsked, progress: Progress) -> Found:
    from tessella.domain.ranking.evaluation.search import SUBJECTS, most_steps, search_steps

    split = past.held_out(stage, asked.inner, SUBJECTS)
    index = past.index_of(_recipe(stage, split.as_of), stage, split)
    tell = after_each(progress, most_steps(), begin=_READ, end=_SEARCHED)
    return walk(search_steps(index, split, _config(stage, asked), asked.view), tell)


def _report(stage: Rehearsal, asked: TuningAsked, found: Found) -> Evaluation:
    from tessella.domain.ranking.evaluation.contenders import BASELINES, contender
    from tessella.domain.ranking.evaluation.evaluate import evaluation_steps

    split = past.held_out(stage, asked.outer)
    index = past.index_of(_recipe(stage, split.as_of), stage, split)
    current, proposed = contender(CURRENT, _config(stage, asked)), contender(PROPOSED, found.config)
    return walk(
        evaluation_steps(
            index, split, [proposed], length=asked.outer.length, baselines=(*BASELINES, current)
        )
    )  # fmt: skip


def _config(stage: Rehearsal, asked: TuningAsked) -> Mapping[str, float | int | bool]:
    return stage.snapshot.configs[ProfileId(asked.profile_id)].values


def _recipe(stage: Rehearsal, as_of: Instant) -> Recipe:
    """Every window that the search may try, and those in use."""
    from tessella.domain.ranking.evaluation.search import TRIED

    configs = [each.values for each in stage.snapshot.configs.values()]
    half_lives = {*TRIED["half_life_days"], *(each["half_life_days"] for each in configs)}
    windows = {*TRIED["co_vis_window_days"], *(each["co_vis_window_days"] for each in configs)}
    built = Windows(tuple(sorted(map(float, half_lives))), tuple(sorted(map(int, windows))))
    return Recipe("tuning", as_of, stage.snapshot.definitions.defaults.ranking, built)


def _told(stage: Rehearsal, asked: TuningAsked, profile: Profile, found: Found, outer: Evaluation) -> dict[str, Json]:
    changed = found.changed(_config(stage, asked))
    proposal = replace(profile, knobs={**profile.knobs, **changed})
    return {
        "searched": {
            "cut": iso(asked.inner.cut), "until": iso(asked.inner.until),
            "began_at": found.began_at, "reached": found.reached, "trials": found.trials,
        },
        "changed": dict(changed),
        "current": {knob: _config(stage, asked)[knob] for knob in changed},
        "proposal": write_definition(proposal),
        "outer": msgspec.to_builtins(outer),
    }  # fmt: skip
