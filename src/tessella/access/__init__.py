"""Who may do what: `matrix.yaml`, read once. Row policies and route guards are made from it."""

from tessella.access.matrix import ERASER, MATRIX, SYSTEM, VERBS, Extent, Matrix, Reach, Table

__all__ = ["ERASER", "MATRIX", "SYSTEM", "VERBS", "Extent", "Matrix", "Reach", "Table"]
