"""How much force does a muscle make at a length and a speed? The curves of Millard et al. 2013, as OpenSim draws them.

Each curve is a chain of quintic Bezier corners: two points with a slope each, joined by a bend whose sharpness is its curviness
(Millard et al. 2013, appendix; OpenSim's `SmoothSegmentedFunctionFactory`). Force, length and speed are in shares of a muscle's
maximal isometric force, optimal fibre length and maximal shortening speed. A model states its own shapes
(`Muscle.curves`); OpenSim's defaults are the rows `muscle.*`. The tendon does not give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Float

from kinechain.evidence import constant

Values = Float[Any, "*#shape"]

#: Points that each Bezier corner is drawn with; between them it is straight, off by less than one in a million.
_DRAWN = 400


@dataclass(frozen=True)
class Knot:
    """A point of a curve, with the slope that the curve has there."""

    x: float
    y: float
    slope: float


@dataclass(frozen=True)
class Drawn:
    """A curve by its points, x rising; before the first and after the last it runs straight on at the slopes of its ends."""

    x: Float[np.ndarray, " point"]
    y: Float[np.ndarray, " point"]
    first_slope: float
    last_slope: float

    def __call__(self, x: Values) -> Values:
        """Return the curve at `x`."""
        xp = x.__array_namespace__()
        inside = xp.interp(x, self.x, self.y)
        before, after = xp.minimum(x - self.x[0], 0.0), xp.maximum(x - self.x[-1], 0.0)
        return inside + self.first_slope * before + self.last_slope * after


def _drawn(corners: Sequence[tuple[Knot, Knot]], curviness: float) -> Drawn:
    """Return the chain of corners as one curve; `curviness` 0 is nearly a line from point to point, 1 nearly a sharp bend."""
    sharpness = 0.1 + 0.8 * curviness
    u = np.linspace(0.0, 1.0, _DRAWN)
    weights = [(1, 0), (5, 1), (10, 2), (10, 3), (5, 4), (1, 5)]
    basis = np.array([times * u**power * (1.0 - u) ** (5 - power) for times, power in weights])
    xs, ys = [], []
    for start, end in corners:
        if abs(start.slope - end.slope) > 1e-12:
            bend_x = (end.y - start.y - end.x * end.slope + start.x * start.slope) / (start.slope - end.slope)
        else:
            bend_x = 0.5 * (start.x + end.x)
        bend_y = (bend_x - end.x) * end.slope + end.y
        early, late = ((at.x + sharpness * (bend_x - at.x), at.y + sharpness * (bend_y - at.y)) for at in (start, end))
        points = np.array([(start.x, start.y), early, early, late, late, (end.x, end.y)])
        xs.append(points[:, 0] @ basis)
        ys.append(points[:, 1] @ basis)
    return Drawn(np.concatenate(xs), np.concatenate(ys), corners[0][0].slope, corners[-1][1].slope)


def active_force_length(
    *,
    min_norm_active_fiber_length: float,
    transition_norm_fiber_length: float,
    max_norm_active_fiber_length: float,
    shallow_ascending_slope: float,
    minimum_value: float,
) -> Drawn:
    """Return the force of a fully active fibre by its length; the parameters are OpenSim's, by its names."""
    shortest, transition, longest = min_norm_active_fiber_length, transition_norm_fiber_length, max_norm_active_fiber_length
    plateau = 0.05  # half the width of the flat top, as OpenSim draws it
    steep_end = 1.0 - plateau
    shallow = 1.0 - shallow_ascending_slope * (steep_end - transition)
    rise = Knot(shortest + 0.5 * (transition - shortest), 0.5 * shallow, 1.25 * shallow / (transition - shortest))
    shoulder = Knot(transition + 0.5 * (steep_end - transition), shallow + 0.5 * (1.0 - shallow), shallow_ascending_slope)
    top = Knot(1.0, 1.0, 0.0)
    falling_from, falling_to = 1.0 + plateau, longest - plateau
    fall = Knot(falling_from + 0.5 * (longest - falling_from), 0.5, -1.0 / (falling_to - falling_from))
    first, last = Knot(shortest, minimum_value, 0.0), Knot(longest, minimum_value, 0.0)
    return _drawn([(first, rise), (rise, shoulder), (shoulder, top), (top, fall), (fall, last)], curviness=1.0)


def passive_force_length(
    *,
    strain_at_zero_force: float,
    strain_at_one_norm_force: float,
    stiffness_at_low_force: float | None = None,
    stiffness_at_one_norm_force: float | None = None,
    curviness: float | None = None,
) -> Drawn:
    """Return the force of a resting fibre by its length; the parameters are OpenSim's, who fills in what is not given."""
    slack, one = 1.0 + strain_at_zero_force, 1.0 + strain_at_one_norm_force
    stiff = 2.0 / (one - slack) if stiffness_at_one_norm_force is None else stiffness_at_one_norm_force
    soft = 0.2 if stiffness_at_low_force is None else stiffness_at_low_force
    toe = min(0.1 / stiff, 0.1 * (one - slack))
    low = Knot(slack + toe, soft * 0.5 * toe, soft)
    corners = [(Knot(slack, 0.0, 0.0), low), (low, Knot(one, 1.0, stiff))]
    return _drawn(corners, 0.75 if curviness is None else curviness)


def force_velocity(
    *,
    concentric_slope_at_vmax: float,
    concentric_slope_near_vmax: float,
    isometric_slope: float,
    eccentric_slope_at_vmax: float,
    eccentric_slope_near_vmax: float,
    max_eccentric_velocity_force_multiplier: float,
    concentric_curviness: float,
    eccentric_curviness: float,
) -> Drawn:
    """Return the force of an active fibre by its speed, -1 shortening fastest, 1 at rest; the parameters are OpenSim's."""
    most = max_eccentric_velocity_force_multiplier
    fastest, rest, longest = (
        Knot(-1.0, 0.0, concentric_slope_at_vmax),
        Knot(0.0, 1.0, isometric_slope),
        Knot(1.0, most, eccentric_slope_at_vmax),
    )
    near_fastest = Knot(-0.9, 0.05 * (concentric_slope_near_vmax + concentric_slope_at_vmax), concentric_slope_near_vmax)
    near_longest = Knot(0.9, most - 0.05 * (eccentric_slope_near_vmax + eccentric_slope_at_vmax), eccentric_slope_near_vmax)
    shortening = _drawn([(fastest, near_fastest), (near_fastest, rest)], concentric_curviness)
    lengthening = _drawn([(rest, near_longest), (near_longest, longest)], eccentric_curviness)
    x, y = (np.concatenate([getattr(shortening, axis), getattr(lengthening, axis)]) for axis in "xy")
    return Drawn(x, y, shortening.first_slope, lengthening.last_slope)


@dataclass(frozen=True)
class Curves:
    """A muscle's curves, in shares; `shortest` (in optimal lengths) and `steepest_rad` bound its fibres as OpenSim does."""

    active: Drawn
    passive: Drawn
    velocity: Drawn
    shortest: float
    steepest_rad: float


def curves_of(stated: Mapping[str, Mapping[str, float]]) -> Curves:
    """Return the curves of the parameters that a model states (`Muscle.curves`); what it leaves out is OpenSim's default."""
    return _curves(*(tuple(sorted(stated.get(curve, {}).items())) for curve in _DEFAULTS))


#: OpenSim's defaults of each curve's parameters, the rows `muscle.*`.
_DEFAULTS: dict[str, tuple[str, ...]] = {
    "ActiveForceLengthCurve": (
        "muscle.min_norm_active_fiber_length",
        "muscle.transition_norm_fiber_length",
        "muscle.max_norm_active_fiber_length",
        "muscle.shallow_ascending_slope",
        "muscle.minimum_value",
    ),
    "FiberForceLengthCurve": ("muscle.strain_at_zero_force", "muscle.strain_at_one_norm_force"),
    "ForceVelocityCurve": (
        "muscle.concentric_slope_at_vmax",
        "muscle.concentric_slope_near_vmax",
        "muscle.isometric_slope",
        "muscle.eccentric_slope_at_vmax",
        "muscle.eccentric_slope_near_vmax",
        "muscle.max_eccentric_velocity_force_multiplier",
        "muscle.concentric_curviness",
        "muscle.eccentric_curviness",
    ),
}

Stated = tuple[tuple[str, float], ...]


@cache
def _curves(active: Stated, passive: Stated, velocity: Stated) -> Curves:
    usual = [{key.removeprefix("muscle."): constant(key).value for key in keys} for keys in _DEFAULTS.values()]
    shapes = [known | dict(stated) for known, stated in zip(usual, (active, passive, velocity), strict=True)]
    return Curves(
        active=active_force_length(**shapes[0]),
        passive=passive_force_length(**shapes[1]),
        velocity=force_velocity(**shapes[2]),
        shortest=shapes[0]["min_norm_active_fiber_length"],
        steepest_rad=float(np.arccos(0.1)),
    )


@dataclass(frozen=True)
class Fibres:
    """Muscle fibres on a tendon that does not give: `length` (shares of the optimal one), `along` the cosine of their pennation."""

    length: Values
    along: Values


def fibres(
    curves: Curves, lengths_m: Values, optimal_m: Values | float, slack_m: Values | float, pennation_rad: Values | float
) -> Fibres:
    """Return the fibres of muscles at muscle-tendon lengths (m), given optimal fibre and slack lengths (m) and pennation (rad).

    The muscle keeps its thickness, so that fibres stand the steeper the shorter they are (Millard et al. 2013). A fibre that the
    path leaves no room for stays at its shortest: it makes as good as no force.
    """
    xp = lengths_m.__array_namespace__()
    thickness = optimal_m * np.sin(pennation_rad)
    shortest = np.maximum(curves.shortest * optimal_m, thickness / np.sin(curves.steepest_rad))
    along = xp.maximum(lengths_m - slack_m, np.sqrt(shortest**2 - thickness**2))
    length = xp.sqrt(along**2 + thickness**2)
    return Fibres(length / optimal_m, along / length)


def active_force(curves: Curves, at: Fibres, velocity: Values | float = 0.0) -> Values:
    """Return the force on the tendon at full activation, in shares of the maximal isometric force; without the passive part.

    `velocity` is that of the fibre, in shares of its maximal shortening speed, lengthening positive.
    """
    xp = at.length.__array_namespace__()
    return curves.active(at.length) * curves.velocity(xp.asarray(velocity, dtype=at.length.dtype)) * at.along


def passive_force(curves: Curves, at: Fibres) -> Values:
    """Return the resting fibre's force on the tendon, in shares of the maximal isometric force."""
    return curves.passive(at.length) * at.along
