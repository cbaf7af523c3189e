"""The `ranking_quality` benchmark: what shipped profiles find of later purchases, beside other ways to rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from benchmarks.figure import Figure, Goal
from benchmarks.ranking_quality_peers import PEERS, bought_by, lists_by
from benchmarks.ranking_shops import COMPLETE_JOURNEY, ONLINE_RETAIL, Sales, Shop, sales_of
from tessella.domain.definitions import Definitions
from tessella.domain.ranking.build import index_steps
from tessella.domain.ranking.effective_config import effective_config
from tessella.domain.ranking.evaluation.accuracy import ndcg
from tessella.domain.ranking.evaluation.contenders import BASELINES, Contender, contender
from tessella.domain.ranking.evaluation.evaluate import evaluation_steps
from tessella.domain.ranking.evaluation.report import Evaluation
from tessella.domain.ranking.evaluation.views import View, relevant
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.index.recipe import Recipe, windows_in_use
from tessella.domain.steps import walk
from tessella.files.definitions import read_folder

#: The least NDCG@10 of the best profile.
GOALS: Final[Mapping[tuple[str, View], float]] = {
    (ONLINE_RETAIL.name, View.NEW_ITEMS): 0.135,
    (ONLINE_RETAIL.name, View.REPEATS_ALLOWED): 0.36,
    (COMPLETE_JOURNEY.name, View.NEW_ITEMS): 0.055,
    (COMPLETE_JOURNEY.name, View.REPEATS_ALLOWED): 0.45,
}
LENGTH: Final = 10
_UNIT: Final = "NDCG"


def run() -> Iterator[Figure]:
    """NDCG@10 on held-out purchases of two shops, over whole catalogues, beside popularity, own history, ALS, EASE."""
    for shop in (ONLINE_RETAIL, COMPLETE_JOURNEY):
        yield from _figures(shop)


def _figures(shop: Shop) -> Iterator[Figure]:
    definitions, sales = read_folder(shop.definitions), sales_of(shop)
    evaluation = _evaluated(definitions, sales)
    peers = {name: _of_peer(name, sales) for name in PEERS}
    for view in (View.NEW_ITEMS, View.REPEATS_ALLOWED):
        found = {each.name: evaluation.metric(each.name, view, "ndcg") for each in evaluation.contenders}
        for name, measured in found.items():
            yield Figure(f"{shop.name}, {view}: {name}", measured.value, _UNIT)
        profiles = {name: measured.value for name, measured in found.items() if name in definitions.profiles}
        best = max(profiles, key=profiles.__getitem__)
        name = f"{shop.name}, {view}: best, {best}"
        yield Figure(name, profiles[best], _UNIT, goal=Goal("value", ">=", GOALS[shop.name, view]))
        yield Figure(f"{name}, lower end of 95 %", found[best].low, _UNIT)
        yield Figure(f"{name}, upper end of 95 %", found[best].high, _UNIT)
        for peer, values in peers.items():
            yield Figure(name, profiles[best], _UNIT, peer, values[view])


def _evaluated(definitions: Definitions, sales: Sales) -> Evaluation:
    usual = definitions.defaults.knobs
    contenders = [
        contender(name, effective_config({"namespace": usual, "profile": profile.knobs}).values)
        for name, profile in definitions.profiles.items()
    ]
    index = _index(definitions, sales, contenders)
    return walk(evaluation_steps(index, sales.split, contenders, length=LENGTH))


def _index(definitions: Definitions, sales: Sales, contenders: list[Contender]) -> RankingIndex:
    usual, *others = [each.served_to(0).config for each in (*contenders, *BASELINES)]
    windows = windows_in_use(usual, others)
    recipe = Recipe("benchmark", sales.split.as_of, definitions.defaults.ranking, windows)
    return walk(index_steps(recipe, sales.built, sales.split.known))


def _of_peer(name: str, sales: Sales) -> Mapping[View, float]:
    scores = PEERS[name](bought_by(sales))[sales.split.subjects]
    found = {}
    for view in (View.NEW_ITEMS, View.REPEATS_ALLOWED):
        wanted = relevant(sales.split, view)
        counts = wanted.counts()
        hits = wanted.holds(lists_by(scores, sales, view, LENGTH))
        found[view] = float(ndcg(hits[counts > 0], counts[counts > 0]).mean())
    return found
