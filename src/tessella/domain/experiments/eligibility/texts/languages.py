"""Numbers as English and Spanish write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    #: What it calls fields of a context; other names stay as they are.
    fields: Mapping[str, str] = field(default_factory=dict)

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
        """A Bayes factor of at least 1 as the first number of "x to 1".

        >>> [ENGLISH.odds(each) for each in (1.02, 3.44, 250.0, 2e6)]
        ['1', '3.4', '250', '1,000,000+']
        """
        if factor > _BEYOND:
            return f"{self.number(_BEYOND)}+"
        return self.number(factor, 1 if factor < 100 and round(factor, 1) != round(factor) else 0)

    def names(self, names: tuple[str, ...]) -> str:
        """Names of dimensions in a row.

        >>> SPANISH.names(("source", "user.tier"))
        'origen y user.tier'
        """
        return f" {self.conjunction} ".join(self.fields.get(each, each) for each in names)

    def _written(self, text: str) -> str:
        return text.translate({ord(","): self.thousands, ord("."): self.point})


ENGLISH: Final = Language("en", ",", ".", "and")
_CAMPOS: Final = {
    "channel": "canal", "source": "origen", "device": "dispositivo", "country": "país", "hour": "hora",
    "weekday": "día de la semana", "is_weekend": "fin de semana", "is_business_hours": "horario laboral",
    "segment_id": "segmento",
}  # fmt: skip
SPANISH: Final = Language("es", ".", ",", "y", _CAMPOS)
LANGUAGES: Final = (ENGLISH, SPANISH)
