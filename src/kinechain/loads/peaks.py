"""Which loads are the largest, when, and how far can they be believed? A movement's `Loads` in a few numbers.

Moments by the table of signs (extension and plantarflexion positive), per kilogram of body mass.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.signs import sign
from kinechain.core.types import SIDES, Loads
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.evidence import constant

#: The moments in the sagittal plane, from hip to ankle, by the joint.
SAGITTAL: Mapping[str, str] = {
    "hip": "hip_extension_moment",
    "knee": "knee_extension_moment",
    "ankle": "ankle_plantarflexion_moment",
}

Curve = Float[np.ndarray, " time"]


@dataclass(frozen=True)
class Interval:
    """A value and its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class PeakMoment:
    """The largest moment of one joint of one leg: Nm/kg, its frame and time, and how far the knee was bent then (rad).

    `explained` tells whether motion, masses and ground agree well enough in that frame for it to be believed.
    """

    code: str
    side: str
    moment: Interval
    frame: int
    time_s: float
    at_knee_flexion_rad: float
    explained: bool


@dataclass(frozen=True)
class Support:
    """What hip, knee and ankle of one leg bear at the deepest moment: Nm/kg, and the share of their sum.

    A joint that pulls the other way (below 0) has no share; `deepest` is the frame.
    """

    side: str
    deepest: int
    knee_flexion_rad: float
    moments: Mapping[str, Interval]
    shares: Mapping[str, float]


@dataclass(frozen=True)
class PressureEffect:
    """What the knee's extension moment at its peak gains where the centre of pressure lies a centimetre further forward.

    `change` in Nm/kg, `share` of the moment.
    """

    side: str
    change: float
    share: float


@dataclass(frozen=True)
class Residual:
    """What motion, masses and ground leave unexplained at the pelvis, at most, over the frames that are modelled.

    `force_share` of the largest ground force; `moment_share` of that force times stature.
    """

    force_share: float
    moment_share: float

    @property
    def small(self) -> bool:
        """Whether both are below what is usually asked for: rows `residual.force` and `residual.moment`."""
        return self.force_share <= constant("residual.force").value and self.moment_share <= constant("residual.moment").value


def moment_per_kg(loads: Loads, code: str, side: str) -> tuple[Curve, Curve]:
    """Return a moment of the table of signs over time in Nm/kg of body mass, and its standard deviation."""
    row = sign(code)
    mass_kg = float(loads.dataset.attrs["mass_kg"])
    coordinate = row.coordinate or ""
    return (
        row.factor * loads.values("moment", side, coordinate) / mass_kg,
        loads.values("moment_sd", side, coordinate) / mass_kg,
    )


def knee_flexion(loads: Loads, side: str) -> Curve:
    """Return how far a knee is bent (rad)."""
    row = sign("knee_flexion")
    return np.asarray(row.factor * loads.values("angle", side, row.coordinate or ""))


def weight_n(loads: Loads) -> float:
    """Return the body's weight (N), without what it carries."""
    return float(loads.dataset.attrs["mass_kg"]) * constant("body.gravity").value


def modelled(loads: Loads) -> Bool[np.ndarray, " time"]:
    """Return in which frames the model holds."""
    return np.asarray(loads.dataset["modelled"].values, dtype=bool)


def adds_up(loads: Loads) -> Bool[np.ndarray, " time"]:
    """Return in which frames little enough is left over at the pelvis: at most the row `explained.pelvis_moment`."""
    left = np.linalg.norm(loads.dataset["residual_moment"].values, axis=-1)
    return np.asarray(left <= constant("explained.pelvis_moment").value)


def find_peaks(loads: Loads) -> tuple[PeakMoment, ...]:
    """Return the largest moment of each joint and leg that has one."""
    fine = adds_up(loads)
    peaks = []
    for code in SAGITTAL.values():
        for side in SIDES:
            value, spread = moment_per_kg(loads, code, side)
            if np.isfinite(value).any():
                frame = int(np.nanargmax(value))
                peaks.append(
                    PeakMoment(
                        code=code,
                        side=side,
                        moment=_interval(value[frame], spread[frame]),
                        frame=frame,
                        time_s=float(loads.time_s[frame]),
                        at_knee_flexion_rad=float(knee_flexion(loads, side)[frame]),
                        explained=bool(fine[frame]),
                    )
                )
    return tuple(peaks)


def find_support(loads: Loads) -> tuple[Support, ...]:
    """Return what the joints of each leg bear at the deepest modelled moment; a leg of which one joint is not known is left out."""
    supports = []
    for side in SIDES:
        curves = {joint: moment_per_kg(loads, code, side) for joint, code in SAGITTAL.items()}
        known = np.all([np.isfinite(value) for value, _ in curves.values()], axis=0)
        if not known.any():
            continue
        flexion = knee_flexion(loads, side)
        deepest = int(np.nanargmax(np.where(known, flexion, np.nan)))
        moments = {joint: _interval(value[deepest], spread[deepest]) for joint, (value, spread) in curves.items()}
        bearing = {joint: max(moment.value, 0.0) for joint, moment in moments.items()}
        total = sum(bearing.values())
        shares = {joint: value / total if total > 0.0 else float("nan") for joint, value in bearing.items()}
        supports.append(Support(side, deepest, float(flexion[deepest]), moments, shares))
    return tuple(supports)


def find_pressure_effects(loads: Loads, peaks: tuple[PeakMoment, ...]) -> tuple[PressureEffect, ...]:
    """Return what a centimetre of the centre of pressure does to each knee's largest moment."""
    row = sign(SAGITTAL["knee"])
    effects = []
    for peak in peaks:
        if peak.code == row.code:
            per_metre = loads.values("moment_per_cop", peak.side, row.coordinate or "")[peak.frame]
            change = row.factor * float(per_metre) * 0.01 / float(loads.dataset.attrs["mass_kg"])
            effects.append(PressureEffect(peak.side, change, change / peak.moment.value))
    return tuple(effects)


def find_residual(loads: Loads, height_m: float) -> Residual:
    """Return the largest residuals over the modelled frames; NaN where there are none."""
    inside = modelled(loads)
    if not inside.any():
        return Residual(float("nan"), float("nan"))
    force, moment, ground = (
        np.linalg.norm(values[inside], axis=-1)
        for values in (
            loads.dataset["residual_force"].values,
            loads.dataset["residual_moment"].values,
            loads.dataset["ground_force"].sum("side").values,
        )
    )
    largest = float(ground.max())
    return Residual(float(force.max()) / largest, float(moment.max()) / (largest * height_m))


def _interval(value: float, spread: float) -> Interval:
    reach = INTERVAL_HALF_WIDTH * float(spread)
    return Interval(float(value), float(value) - reach, float(value) + reach)
