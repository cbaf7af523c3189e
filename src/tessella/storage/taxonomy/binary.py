"""Arrays of doubles as PostgreSQL sends them: read as one block, and not number by number.

A query asks for `array_send(column)`, whose bytes are the binary form of an array: the number of dimensions, flags, the
type of an element, for each dimension its length and lower bound, and then each element with its length before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: What stands before the elements of an array of one dimension, in bytes; an empty array has no dimension.
_HEAD: Final = 20
_EMPTY: Final = 12
_ELEMENT: Final = [("length", ">i4"), ("value", ">f8")]


def numbers_of(sent: bytes) -> NDArray[np.float64]:
    """The numbers of an array of one dimension without NULL.

    >>> numbers_of(bytes(20) + bytes.fromhex("00000008 3ff8000000000000")).tolist()
    [1.5]
    """
    import numpy as np

    if len(sent) == _EMPTY:
        return np.empty(0)
    elements: Any = np.frombuffer(sent, _ELEMENT, offset=_HEAD)
    numbers: NDArray[np.float64] = elements["value"].astype(np.float64)
    return numbers
