"""A feature store as the settings describe it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.identifiers import Namespace
from tessella.ports.customer_engine import CustomerEngine
from tessella.settings import SettingInvalid, Settings
from tessella.warehouse.feature_store.cache import MemoryCache, RowCache
from tessella.warehouse.feature_store.store import FeatureStore, Times


def feature_store_of(settings: Settings, environment: Mapping[str, str], key: Callable[[], bytes]) -> FeatureStore:
    """Reads sources with the credentials of the environment; nothing is opened yet.

    `key` gives the key under which a shared cache tells customers apart. Raises `SettingInvalid`.
    """

    def opened(namespace: Namespace, source: CustomerSource) -> CustomerEngine:
        from tessella.warehouse.engines.opening import open_engine  # loads sqlglot

        return open_engine(namespace, source, settings, environment)

    times = Times(settings.customer_row_seconds, settings.customer_row_wait_ms / 1000)
    return FeatureStore(cache_of(settings, key), opened, times)


def cache_of(settings: Settings, key: Callable[[], bytes]) -> RowCache:
    """This process's memory, or the Redis server that the settings name. Raises `SettingInvalid`."""
    if settings.redis_url is None:
        return MemoryCache(capacity=settings.cached_customer_rows)
    try:
        from tessella.warehouse.feature_store.redis_cache import RedisCache
    except ModuleNotFoundError as error:
        raise SettingInvalid("TESSELLA_REDIS_URL", "it needs the package redis: install tessella[redis]") from error
    return RedisCache(settings.redis_url.get_secret_value(), key=key())
