"""Runs a case of `tests/specs/rankings`: decide, then rank small catalogues by the configuration of the decision."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from tessella import Engine
from tessella.domain.decisions import Decision
from tessella.domain.definitions import DEFAULTS_ID, ID_FIELD, Definitions, Kind, read_definition
from tessella.domain.features.gate import DAY_US, normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.rank import rank
from tessella.domain.ranking.ranking import Ranking, RankingRequest
from tessella.domain.ranking.subject.history import History
from tessella.usecases.ranking import campaign_of
from tests.domain.ranking.catalogues import Item, an_index


def outcome(spec: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    """What a case comes to, in the form of its `expect`."""
    engine, index = engine_of(spec), index_of(spec)
    now = normalise(case["now"], FeatureType.TIMESTAMP)
    asked = {name: case[name] for name in ("campaign_id", "overrides") if name in case}
    decision = engine.decide(case["context"], now=now, **asked)
    ranking = rank(index, request_of(engine, index, case, decision, now), now=now)
    return {
        "segment_id": decision.segment_id,
        "profile_id": decision.profile_id,
        "config": {
            knob: [decision.config[knob], layer] for knob, layer in decision.provenance.items() if layer != "built_in"
        },
        "items": [[each.item_id, each.score, list(each.reasons)] for each in ranking.items],
        "remarks": [code for code, _ in ranking.remarks],
        "diversity": round(diversity(index, ranking), 4),
    }


def engine_of(spec: dict[str, Any]) -> Engine:
    """The definitions, in memory."""
    definitions = Definitions()
    for kind, id_field in ID_FIELD.items():
        for written in spec["definitions"].get(kind.plural, []):
            definitions = definitions.with_definition(kind, written[id_field], read_definition(kind, written))
    defaults = read_definition(Kind.DEFAULTS, spec["definitions"].get("defaults", {}))
    return Engine.of(definitions.with_definition(Kind.DEFAULTS, DEFAULTS_ID, defaults))


def index_of(spec: dict[str, Any]) -> RankingIndex:
    """The items with their signals, whatever half-life and window is asked for."""
    signals = ("popularity", "vector")
    items = [Item(**{name: value for name, value in each.items() if name not in signals}) for each in spec["items"]]
    return an_index(
        *items,
        popularity={each["item_id"]: each["popularity"] for each in spec["items"]},
        vectors={each["item_id"]: each["vector"] for each in spec["items"]},
        neighbours=spec["neighbours"],
    )


def request_of(
    engine: Engine, index: RankingIndex, case: dict[str, Any], decision: Decision, now: Instant
) -> RankingRequest:
    """What the ranking is asked: events are purchases, as [item, days before now], the latest first."""
    campaign = campaign_of(engine.snapshot, decision)
    events = case["history"]
    history = History(
        index.catalogue.rows_of([item_id for item_id, _ in events]),
        np.array([now - int(days * DAY_US) for _, days in events], np.int64),
        np.ones(len(events), np.float32),
        np.ones(len(events), np.bool_),
    )
    return RankingRequest(
        decision.config,
        case["limit"],
        history,
        pins=index.catalogue.rows_of([] if campaign is None else campaign.pins),
        filters=engine.snapshot.filters_for(decision.profile_id, campaign),
        values=decision.features,
    )


def diversity(index: RankingIndex, ranking: Ranking) -> float:
    """1 less the mean cosine of all pairs of the list."""
    assert index.embeddings is not None
    vectors = index.embeddings.vectors[index.catalogue.rows_of([each.item_id for each in ranking.items])]
    return 1.0 - float(np.mean([vectors[a] @ vectors[b] for a, b in combinations(range(len(vectors)), 2)]))
