"""Who may do what: `matrix.yaml`, read once. Row policies and route guards are made from it."""

from tessella.access.matrix import MATRIX, SYSTEM, VERBS, Extent, Matrix, Reach, Table

__all__ = ["MATRIX", "SYSTEM", "VERBS", "Extent", "Matrix", "Reach", "Table"]
