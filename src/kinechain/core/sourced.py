"""Where does this number come from? A value that carries the key, kind and spread of its row of evidence."""

from dataclasses import dataclass
from typing import Literal

from kinechain.core.units import SI

Kind = Literal["measured", "derived", "assumed"]


@dataclass(frozen=True)
class Sourced:
    """A number and its home: the row `key` of `evidence/data`.

    `value` is in `unit`; `sd` is its spread in the same unit, NaN where the row states none. `source` is the key of a study,
    or `judgement` for a row of kind `assumed`, whose `reason` says why.
    """

    key: str
    value: float
    unit: str
    sd: float
    kind: Kind
    source: str
    place: str
    population: str
    n: int | None
    reason: str

    @property
    def si(self) -> float:
        """The value in the unit that the library computes in: radians, metres, shares."""
        return self.value * SI.get(self.unit, 1.0)

    def __float__(self) -> float:
        return self.value
