"""Define a segment once and decide with it everywhere: in a request, in an experiment, over a warehouse.

`tessella.Engine` decides in this process, from a folder of files. `tessella.open()` works with an installation.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

__version__ = "0.1.0"

#: Where each name is, and what it is called there. Loaded on first use, so that `import tessella` stays quick.
#: `__init__.pyi` says the same to type checkers: an import for them here would make every module depend on the SDK.
_LAZY: Final = {
    "Engine": ("tessella.sdk.engine", "Engine"),
    "open": ("tessella.sdk.open", "open_namespace"),
}

__all__ = ["Engine", "__version__", "open"]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'tessella' has no attribute {name!r}")
    module, attribute = _LAZY[name]
    return getattr(import_module(module), attribute)
