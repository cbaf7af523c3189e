"""Sources of customers, each read by the engine that has its rows."""

from tessella.warehouse.engines.opening import open_engine

__all__ = ["open_engine"]
