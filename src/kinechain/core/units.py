"""Which units exist, and how does one become another? SI and radians inside; degrees and centimetres at the door."""

import math
from statistics import NormalDist

#: Units that a row of evidence, a variable or a measure may carry. "1" is a pure number or a share.
UNITS = frozenset(
    {"1", "%", "s", "Hz", "1/s", "m", "cm", "mm", "px", "kg", "rad", "deg", "m/s2", "rad/s2"}
    | {"N", "Nm", "mm2", "Pa", "MPa", "BW", "BW s", "frame", "pixel/s"}
    | {"Nm/kg", "1/min", "cm2", "cm3", "cm3/kg", "cm3/kg/m", "Nm/kg/m", "year", "min", "point", "repetition"}
    | {"mm/deg", "mm/deg2", "mm/deg3", "cm/deg", "1/deg", "1/deg2", "1/deg3"}
)

#: Level of every interval, and its half width in standard deviations where errors are taken as normal.
INTERVAL_LEVEL, INTERVAL_HALF_WIDTH = 0.9, 1.6448536269514722

_SHIFTS = 90  # of so many, the fifth from each end lies exactly where 5 and 95 % do
#: Equally likely errors in standard deviations: what stands for a spread where nothing better is drawn.
NORMAL_SHIFTS: tuple[float, ...] = tuple(NormalDist().inv_cdf((number + 0.5) / _SHIFTS) for number in range(_SHIFTS))

DEGREES_PER_RADIAN = 180.0 / math.pi

#: What a person reads, for each unit that the library computes in: (unit, factor).
_SHOWN = {"rad": ("deg", DEGREES_PER_RADIAN), "m": ("cm", 100.0), "1": ("1", 1.0), "s": ("s", 1.0), "%": ("%", 1.0)}

#: What leads from a row's unit to the one that the library computes in.
SI = {"deg": 1.0 / DEGREES_PER_RADIAN, "cm": 0.01, "mm": 0.001, "%": 0.01, "mm2": 1e-6, "MPa": 1e6}


def to_shown(unit: str) -> tuple[str, float]:
    """Return the unit that a person reads for `unit`, and the factor that leads to it.

    >>> to_shown("m")
    ('cm', 100.0)
    """
    return _SHOWN.get(unit, (unit, 1.0))
