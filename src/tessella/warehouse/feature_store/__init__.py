"""Rows of customers for decisions: kept for a while, and read in batches where they are."""

from tessella.warehouse.feature_store.building import cache_of, feature_store_of
from tessella.warehouse.feature_store.store import FeatureStore, Times

__all__ = ["FeatureStore", "Times", "cache_of", "feature_store_of"]
