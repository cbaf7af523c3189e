"""`tessella personalization`: what is switched on, for how many, and what a subject is shown of a scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.options import SubjectOption
from tessella.cli.output import AsJson, answer, console, print_table
from tessella.domain.identifiers import Json, ScopeId, SubjectId
from tessella.domain.personalization.flags import Flags
from tessella.domain.personalization.ranking import ScopeRanking
from tessella.ports import Session
from tessella.settings import read_settings
from tessella.usecases.personalization.recommend import RankingRequest

app = typer.Typer(no_args_is_help=True, help="Whether rankings are personal, for how many, and which they are.")

ScopeArgument = Annotated[str, typer.Argument(help="The scope_id, as `tessella scopes list` tells it.")]
Percent = Annotated[float, typer.Argument(min=0, max=100, help="Of all subjects, by a stable hash.")]
#: Items that have any, with their tags.
Tags = Mapping[str, Sequence[str]]


@app.command("on")
def switch_on(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Switch personal rankings on, as far as the installation allows them."""
    _set({"personalization_rankings": True}, namespace, as_json=as_json)


@app.command("off")
def switch_off(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Give everybody the default order, in every process within two seconds. Settings of subjects stay."""
    _set({"personalization_rankings": False}, namespace, as_json=as_json)


@app.command("rollout")
def roll_out(percent: Percent, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Make the rankings of a share of subjects personal; who is in stays in as it grows."""
    _set({"rollout_percent": percent}, namespace, as_json=as_json)


@app.command("status")
def status(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show what is switched on, as far as the settings of this shell allow it: servers have settings of their own."""

    async def read(session: Session) -> Flags:
        return usecases.get_flags(session)

    flags = in_session(namespace, read)
    answer(msgspec.to_builtins(flags), as_json=as_json, show=lambda _: _print(flags))


@app.command("recommend")
def recommend(
    scope: ScopeArgument,
    subject: SubjectOption = None,
    limit: Annotated[int, typer.Option(min=1, help="The most items.")] = 10,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Show what a subject is shown of a scope, and why. It is kept, as for a request."""
    asked = RankingRequest(ScopeId(scope), limit, None if subject is None else SubjectId(subject))
    ranking, tags = in_session(namespace, lambda session: _ranked(session, asked))
    answer(_told(ranking, tags), as_json=as_json, show=lambda _: _print_ranking(ranking, tags))


def _set(flags: Mapping[str, bool | float], namespace: str, *, as_json: bool) -> None:
    found = in_session(namespace, lambda session: usecases.set_flags(session, flags))
    answer(msgspec.to_builtins(found), as_json=as_json, show=lambda _: _print(found))


async def _ranked(session: Session, asked: RankingRequest) -> tuple[ScopeRanking, Tags]:
    ranking = await usecases.recommend_scope(session, asked)
    if asked.subject_id is None or ranking.why_default is not None:
        return ranking, {}
    return ranking, await usecases.get_rationale(session, asked.subject_id, asked.scope)


def _told(ranking: ScopeRanking, tags: Tags) -> dict[str, Json]:
    items = [
        {
            "id": each.item_id,
            "score": each.score,
            "confidence": each.confidence,
            "tags": list(tags.get(each.item_id, ())),
        }
        for each in ranking.items
    ]
    head = {"scope": ranking.scope, "cached": ranking.cached, "model_version": ranking.model_version}
    return {**head, "why_default": ranking.why_default, "items": items}


def _print(flags: Flags) -> None:
    told = {True: "on", False: "off"}
    why = "" if read_settings().personalization_enabled else " (PERSONALIZATION_ENABLED is false here)"
    console.print(f"personal rankings: {told[flags.personalization_rankings]}{why}", highlight=False)
    console.print(f"for {flags.rollout_percent:g} % of subjects", highlight=False)
    console.print(f"models: {told[flags.ml_models]}", highlight=False)
    console.print(f"figures of evaluations: {told[flags.evaluation_metrics]}", highlight=False)


def _print_ranking(ranking: ScopeRanking, tags: Tags) -> None:
    by = f"by {ranking.model_version}"
    if ranking.why_default is not None:
        by = f"in the default order ({ranking.why_default})"
    kept = ", kept from before" if ranking.cached else ""
    console.print(f"{ranking.scope} {by}{kept}", highlight=False)
    rows = [
        (each.item_id, f"{each.score:.4f}", f"{each.confidence:.4f}", ", ".join(tags.get(each.item_id, ())))
        for each in ranking.items
    ]
    if rows:
        print_table("Items", ("item", "score", "confidence", "tags"), rows)
