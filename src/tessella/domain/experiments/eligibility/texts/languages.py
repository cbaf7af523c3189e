"""Numbers as English and Spanish write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: More is not told: such odds are beyond doubt.
_BEYOND: Final = 1e6


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes numbers, and joins names."""

    code: str
    #: Between thousands, and before decimals.
    thousands: str
    point: str
    conjunction: str

    def number(self, value: float, digits: int = 0) -> str:
        """A number with some decimals.

        >>> ENGLISH.number(12345.678, 1), SPANISH.number(12345.678, 1)
        ('12,345.7', '12.345,7')
        """
        return self._written(f"{value:,.{digits}f}")

    def signed(self, value: float) -> str:
        """An amount to two significant digits, with its sign.

        >>> ENGLISH.signed(0.01234), ENGLISH.signed(-1234.5), SPANISH.signed(0.0)
        ('+0.012', '-1,234', '+0')
        """
        return self._written(f"{value:+,.0f}" if abs(value) >= 100 else f"{float(f'{value:.2g}'):+}".removesuffix(".0"))

    def percent(self, share: float, sign: str = "") -> str:
        """A share as a percentage; with `sign` "+" its sign is always told.

        >>> ENGLISH.percent(0.0213), SPANISH.percent(0.35, "+")
        ('2.1 %', '+35,0 %')
        """
        return self._written(f"{100 * share:{sign}.1f} %")

    def odds(self, factor: float) -> str:
        """A Bayes factor of at least 1 as the first number of "x to 1"."""
        return f"{self.number(_BEYOND)}+" if factor > _BEYOND else self.number(factor, 1 if factor < 100 else 0)

    def names(self, names: tuple[str, ...]) -> str:
        """Names in a row.

        >>> SPANISH.names(("source", "device"))
        'source y device'
        """
        return f" {self.conjunction} ".join(names)

    def _written(self, text: str) -> str:
        return text.translate({ord(","): self.thousands, ord("."): self.point})


ENGLISH: Final = Language("en", ",", ".", "and")
SPANISH: Final = Language("es", ".", ",", "y")
LANGUAGES: Final = (ENGLISH, SPANISH)
