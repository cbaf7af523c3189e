"""What a scoring process is asked: the members of segments, and the model that is to tell of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tessella.domain.audiences.audience import Audience
from tessella.domain.features.schema import Schema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, OfferId
from tessella.domain.predictions.segment.members import cells_sql, members_sql, outputs_of
from tessella.domain.predictions.segment.scoring import Group, ScoringModel
from tessella.domain.predictions.setup import Offer
from tessella.domain.predictions.thresholds import Thresholds
from tessella.ports import Session
from tessella.ports.models import LoadedModel
from tessella.ports.scoring import ScoringOrder
from tessella.usecases.audiences.rows import AudienceRows
from tessella.usecases.audiences.rule_over_audience import check_held
from tessella.usecases.predictions.tellers import Teller


def order_of(
    session: Session,
    teller: Teller,
    rows: AudienceRows,
    member: str,
    groups: Sequence[Group],
    target: Path | None = None,
) -> ScoringOrder:
    """Score everybody of a condition. Raises `NotInAudience` and `FeatureChanged` for what the model reads."""
    held = _held(session.snapshot().schema, rows.audience, teller.reads)
    words = sorted({each.word for each in groups if each.word})
    if teller.model is None:
        return ScoringOrder(cells_sql(rows.sql, member, held, words), rows.parameters, tuple(groups), None, target)
    sql = members_sql(rows.sql, member, teller.model.manifest.inputs, held, words)
    model = _model(session, teller.model, teller.thresholds)
    return ScoringOrder(sql, rows.parameters, tuple(groups), model, target)


def offers_made(session: Session, model: LoadedModel) -> dict[OfferId, Offer]:
    """The offers that a model knows and that may be made; one that is not declared is worth nothing."""
    declared = session.snapshot().definitions.offers
    known = {OfferId(name): declared.get(OfferId(name)) for name in outputs_of(model.manifest)}
    offers = {name: each or Offer(name, name) for name, each in known.items()}
    return {name: each for name, each in offers.items() if each.active}


def _model(session: Session, model: LoadedModel, thresholds: Thresholds | None) -> ScoringModel:
    folder = str(model.folder)
    if thresholds is not None:
        return ScoringModel(folder, model.manifest, thresholds=thresholds)
    worth: dict[str, float] = {name: each.value_usd for name, each in offers_made(session, model).items()}
    return ScoringModel(folder, model.manifest, worth)


def _held(
    schema: Schema, audience: Audience, names: Sequence[FeatureName]
) -> Mapping[FeatureName, tuple[str, FeatureType]]:
    """The columns of what a model reads. What is not declared, or comes with a request, is missing for everybody."""
    declared = [schema[name] for name in names if name in schema]
    of_subjects = [each for each in declared if each.source not in (Source.REQUEST, Source.ITEM)]
    for each in of_subjects:
        check_held(audience, each)
    return {each.name: (audience.column(each.name), each.type) for each in of_subjects}
