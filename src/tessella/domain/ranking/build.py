"""An index from a catalogue and what subjects did with its items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.building import BuiltCatalogue
from tessella.domain.ranking.index.index import Neighbours, Popularity, RankingIndex
from tessella.domain.ranking.index.recipe import Recipe
from tessella.domain.ranking.signals.co_visitation.co_visitation import co_visitation
from tessella.domain.ranking.signals.embeddings import embeddings_of, train_embeddings
from tessella.domain.ranking.signals.interactions import Interactions
from tessella.domain.ranking.signals.popularity import popularity
from tessella.domain.steps import Steps


def index_steps(recipe: Recipe, built: BuiltCatalogue, events: Interactions) -> Steps[RankingIndex]:
    """Compute every signal, a step each."""
    items, as_of = len(built.catalogue), recipe.as_of
    popular: dict[float, Popularity] = {}
    for days in recipe.windows.half_lives_days:
        popular[days] = popularity(events, items, days, as_of)
        yield
    together: dict[int, Neighbours] = {}
    for window in recipe.windows.co_vis_windows_days:
        together[window] = co_visitation(events, items, window, as_of, recipe.setup.co_visitation)
        yield
    vectors = _vectors(recipe, built, events)
    embeddings = None if vectors is None else embeddings_of(vectors, popular[max(popular)])
    yield
    return RankingIndex(recipe.version, as_of, built.catalogue, popular, together, embeddings)


def _vectors(recipe: Recipe, built: BuiltCatalogue, events: Interactions) -> NDArray[np.float32] | None:
    """Those that came with the items, else trained ones where the setup asks for them."""
    dimensions = recipe.setup.embedding_dimensions
    if built.vectors is not None or not dimensions:
        return built.vectors
    return train_embeddings(events, len(built.catalogue), dimensions, recipe.as_of)
