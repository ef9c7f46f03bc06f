"""How sure is a fit in truth? Its own spreads, widened by what it leaves out, as measured on people whose angles are known.

A fit's posterior knows of noise and of what it was told to believe, not of where it is wrong as a model. Rows written by
`kinechain lab calibrate` say, for each view and curve, by which factor its spreads are stretched, by which share a curve's
excursions may be wrong over a whole film, and how far all of it may be shifted, so that 90 % intervals of frames and of peaks hold
the truth of rendered people 90 times in a hundred. A further shift, assumed, stands for the step from rendered to real people.
"""

from statistics import NormalDist

import numpy as np
from jaxtyping import Float

from kinechain.core.types import SIDES, View
from kinechain.core.units import INTERVAL_LEVEL
from kinechain.evidence import constant

Curve = Float[np.ndarray, " time"]
Draws = Float[np.ndarray, "draw time"]


def place_of(view: View, side: str | None, near: str) -> str:
    """Return whose rows hold: the view, the front's from behind, and from the side the near or the far leg.

    >>> place_of(View.SIDE, "left", "right"), place_of(View.SIDE, None, "right"), place_of(View.REAR, "left", "right")
    ('side_far', 'side', 'front')
    """
    if view is View.REAR:
        return str(View.FRONT)
    if view is View.SIDE and side is not None:
        return "side_near" if side == near else "side_far"
    return str(view)


def calibrated(
    deviations: Float[np.ndarray, "draw time *side"],
    estimate: Float[np.ndarray, " time *side"],
    name: str,
    view: View,
    near: str,
    rng: np.random.Generator,
    *,
    to_real: bool,
) -> tuple[Float[np.ndarray, "draw time *side"], Float[np.ndarray, " time *side"]]:
    """Return a curve's draws about the estimate, widened by the rows, and their spread over time."""
    if deviations.ndim == 2:
        return _widened(deviations, estimate, name, place_of(view, None, near), rng, to_real=to_real)
    legs = [
        _widened(deviations[..., number], estimate[:, number], name, place_of(view, side, near), rng, to_real=to_real)
        for number, side in enumerate(SIDES)
    ]
    return np.stack([leg[0] for leg in legs], axis=-1), np.stack([leg[1] for leg in legs], axis=-1)


def _widened(
    deviations: Draws, estimate: Curve, name: str, place: str, rng: np.random.Generator, *, to_real: bool
) -> tuple[Draws, Curve]:
    stretch, gain = constant(f"fit.{place}_{name}_stretch").value, constant(f"fit.{place}_{name}_gain").value
    shift = constant(f"fit.{place}_{name}_shift").si
    if to_real:
        shift = float(np.hypot(shift, constant(f"fit.real_step_{name}").si))
    raw = stretch * np.sqrt((deviations**2).mean(axis=0))
    spread = np.hypot(raw, np.hypot(gain * excursion(estimate), shift))
    return widen(deviations, estimate, stretch, gain, shift, rng), np.asarray(spread)


def widen(deviations: Draws, estimate: Curve, stretch: float, gain: float, shift: float, rng: np.random.Generator) -> Draws:
    """Return draws about an estimate, stretched, and each with a gain on the estimate's excursion and a shift of its own.

    Gains and shifts are the normal distribution's quantiles in random order, so that few draws add no chance to the spread.
    """
    count = len(deviations)
    quantiles = [NormalDist().inv_cdf((number + 0.5) / count) for number in range(count)]
    gains, shifts = (rng.permutation(quantiles)[:, None] for _ in range(2))
    return np.asarray(stretch * deviations + gain * gains * excursion(estimate) + shift * shifts)


def excursion(estimate: Curve) -> Curve:
    """Return how far a curve is from its median over the film; NaN where it is not known."""
    known = np.isfinite(estimate)
    return np.asarray(estimate - (np.median(estimate[known]) if known.any() else np.nan))


def interval_of(drawn: Float[np.ndarray, " draw"]) -> tuple[float, float]:
    """Return the interval of a number that was taken of every draw."""
    tail = 0.5 * (1.0 - INTERVAL_LEVEL)
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    return float(low), float(high)
