"""What does the kneecap bear? Two published ways from a knee's moment to its force; contact area, stress, impulse and class.

Both ways leave out that muscles of both sides of the knee pull at once, so that the net moment tells less than the quadriceps do;
and both were made for bends up to 90 degrees. They disagree by up to 1.7 times: that is shown, not averaged away.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.polynomial.polynomial import polyval

from kinechain.core.units import SI
from kinechain.evidence import constant

#: Arrays of any shape, alike among the arguments of a function.
Values = Float[np.ndarray, "*shape"]

#: How many coefficients a published polynomial has.
_ARM, _OVER, _UNDER = 4, 3, 4
#: The straight pieces of the other method's lever arm, from the straight knee on.
_PIECES = ("first", "second", "third", "fourth")
#: Knee flexions (degrees) at which contact areas were measured.
_MEASURED_AT = (0, 30, 60)


class ContactArea(NamedTuple):
    """The area on which the kneecap bears on the femur (m2), and its standard deviation as a share of it."""

    area: Float[np.ndarray, "..."]
    relative_sd: Float[np.ndarray, "..."]


class Impulse(NamedTuple):
    """Force summed over time (N s), and the share of the time at which no force is known, which is left out."""

    value: Float[np.ndarray, "..."]
    left_out: Float[np.ndarray, "..."]


def van_eijden(knee_flexion: Values, extension_moment: Values) -> Values:
    """Return the patellofemoral force (N) by the lever arm and the ratio of forces that most studies take from van Eijden 1986.

    Of knee flexion (rad) and the knee's net extension moment (Nm); 0 where the moment bends the knee, NaN outside of 0 to
    `patellofemoral.van_eijden_up_to`. With x in degrees, F = k(x) M / arm(x), arm a cubic, k a ratio of two polynomials.

    >>> round(float(van_eijden(np.deg2rad([45.0]), np.array([100.0]))[0]))
    2184
    """
    degrees = _degrees(knee_flexion)
    arm_mm = polyval(degrees, [constant(f"patellofemoral.van_eijden_arm_{power}").value for power in range(_ARM)])
    over = polyval(degrees, [constant(f"patellofemoral.van_eijden_over_{power}").value for power in range(_OVER)])
    under = polyval(degrees, [constant(f"patellofemoral.van_eijden_under_{power}").value for power in range(_UNDER)])
    pull = np.maximum(extension_moment, 0.0) / (SI["mm"] * arm_mm)
    return np.where(_between(degrees, constant("patellofemoral.van_eijden_up_to").value), over / under * pull, np.nan)


def piecewise(knee_flexion: Values, extension_moment: Values) -> Values:
    """Return the patellofemoral force (N) by a lever arm in straight pieces and the angle b between the tendons: 2 F sin(b / 2).

    Of knee flexion (rad) and the knee's net extension moment (Nm); 0 where the moment bends the knee, NaN outside of 0 to
    `patellofemoral.piecewise_up_to`. The pieces do not quite meet: at 60 degrees the arm falls by 5 %, and
    at 90 it is 7 % longer than just before.

    >>> round(float(piecewise(np.deg2rad([45.0]), np.array([100.0]))[0]))
    2634
    """
    degrees = _degrees(knee_flexion)
    starts = [constant(f"patellofemoral.piecewise_{piece}_from").value for piece in _PIECES[1:]]
    arms = np.array([constant(f"patellofemoral.piecewise_{piece}_arm").value for piece in _PIECES])
    slopes = np.array([constant(f"patellofemoral.piecewise_{piece}_slope").value for piece in _PIECES])
    piece = np.searchsorted(starts, degrees, side="right")
    arm_cm = arms[piece] + slopes[piece] * degrees
    between = constant("patellofemoral.piecewise_angle").value + constant("patellofemoral.piecewise_angle_slope").value * degrees
    pull = np.maximum(extension_moment, 0.0) / (SI["cm"] * arm_cm)
    force = 2.0 * pull * np.sin(0.5 * np.deg2rad(between))
    return np.where(_between(degrees, constant("patellofemoral.piecewise_up_to").value), force, np.nan)


#: The published ways from knee flexion (rad) and net extension moment (Nm) to the patellofemoral force (N).
METHODS: Mapping[str, Callable[[Values, Values], Values]] = {"van_eijden": van_eijden, "piecewise": piecewise}


def compute_method_range(knee_flexion: Values, extension_moment: Values, own_force: Values | None = None) -> tuple[Values, Values]:
    """Return the least and the greatest force (N) of all methods, and of a model's own where it is given.

    NaN where no method holds.
    """
    forces = [method(knee_flexion, extension_moment) for method in METHODS.values()]
    forces += [] if own_force is None else [own_force]
    return np.fmin.reduce(forces), np.fmax.reduce(forces)


def compute_contact_area(knee_flexion: Values, sex: str | None) -> ContactArea:
    """Return the contact area under load by knee flexion (rad), between measured angles by straight lines and flat past the last.

    Of women (`f`), men (`m`), or where it is not known the mean of both, with a spread that reaches both. The spread widens from
    the last measured angle to `patellofemoral.numbers_up_to`, by the rows `patellofemoral.area_spread` and `area_spread_deep`.

    >>> area, spread = compute_contact_area(np.deg2rad([60.0]), "m")
    >>> round(float(area[0]) * 1e6), float(spread[0])
    (645, 0.15)
    """
    degrees = _degrees(knee_flexion)
    areas = [_area_mm2(degrees, one) for one in (("f", "m") if sex is None else (sex,))]
    mean, half_apart = np.mean(areas, axis=0), 0.5 * np.ptp(areas, axis=0)
    spreads = [constant("patellofemoral.area_spread").value, constant("patellofemoral.area_spread_deep").value]
    between_people = np.interp(degrees, [_MEASURED_AT[-1], constant("patellofemoral.numbers_up_to").value], spreads)
    loaded = SI["mm2"] * constant("patellofemoral.area_loaded").value
    return ContactArea(np.asarray(loaded * mean), np.asarray(np.hypot(between_people, half_apart / mean)))


def compute_stress(force: Values, area: Values) -> Values:
    """Return the mean stress (Pa) of a force (N) spread over an area (m2)."""
    return np.asarray(force / area)


def compute_impulse(force: Float[np.ndarray, "*shape time"], time_s: Float[np.ndarray, " time"]) -> Impulse:
    """Return the impulse (N s) of forces over time, by trapezoids between neighbouring times at which both are known.

    NaN where there are none.

    >>> compute_impulse(np.array([1.0, 3.0, 5.0, np.nan]), np.array([0.0, 1.0, 2.0, 4.0]))
    Impulse(value=array(6.), left_out=array(0.5))
    """
    steps, middles = np.diff(time_s), 0.5 * (force[..., 1:] + force[..., :-1])
    known = np.isfinite(middles)
    kept_s = (known * steps).sum(axis=-1)
    value = np.where(known.any(axis=-1), np.where(known, steps * middles, 0.0).sum(axis=-1), np.nan)
    return Impulse(value, np.asarray(1.0 - kept_s / steps.sum() if steps.size else np.full(force.shape[:-1], np.nan)))


def numbers_told(knee_flexion: Values) -> Bool[np.ndarray, "*shape"]:
    """Return where the knee is bent (rad) no further than numbers are given: `patellofemoral.numbers_up_to`."""
    return np.asarray(_degrees(knee_flexion) <= constant("patellofemoral.numbers_up_to").value)


def classify(force: Values, knee_flexion: Values, body_weight: float) -> Int[np.ndarray, "*shape"]:
    """Return the place of each force (N) in `Loads.CLASSES`, -1 where it is not known or the knee is bent too far to tell.

    By the force in shares of `body_weight` (N): rows `patellofemoral.moderate_from`, `high_from` and `class_up_to`.

    >>> classify(np.array([1000.0, 2000.0, 4000.0]), np.deg2rad([80.0, 80.0, 120.0]), 700.0)
    array([ 0,  1, -1])
    """
    borders = [constant("patellofemoral.moderate_from").value, constant("patellofemoral.high_from").value]
    told = np.isfinite(force) & (_degrees(knee_flexion) <= constant("patellofemoral.class_up_to").value)
    return np.where(told, np.searchsorted(borders, force / body_weight, side="right"), -1)


def _degrees(knee_flexion: Values) -> Values:
    """Return degrees, whole ones whole again after their way through radians: formulas change at some of them."""
    return np.asarray(np.round(np.rad2deg(knee_flexion), 9))


def _between(degrees: Values, highest: float) -> Bool[np.ndarray, "*shape"]:
    return np.asarray((degrees >= 0.0) & (degrees <= highest))


def _area_mm2(degrees: Values, sex: str) -> Values:
    measured = [constant(f"patellofemoral.area_{sex}_{at}").value for at in _MEASURED_AT]
    return np.asarray(np.interp(degrees, _MEASURED_AT, measured))
