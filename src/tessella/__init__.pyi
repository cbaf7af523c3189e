"""What `tessella` offers, for type checkers. Source: `_LAZY` in `__init__.py`."""

from tessella.sdk.engine import Engine
from tessella.sdk.open import open_namespace as open  # noqa: A004 - read as `tessella.open`

__version__: str
__all__ = ["Engine", "__version__", "open"]
