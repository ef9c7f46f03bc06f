"""Which values between two bounds make a banded quadratic form least? Newton's steps on those that are not held by a bound."""

import numpy as np
from jaxtyping import Bool, Float

Values = Float[np.ndarray, " unknown"]

#: So many steps are taken at most, a dozen is usual; halvings of one; the slope, against the greatest at the start, that is none.
_MOST_STEPS, _MOST_HALVINGS, _NO_SLOPE = 200, 100, 1e-12
#: An unknown so near a bound, as a share of the way between both, is hardly off it.
_NEAR = 1e-3


def least_between(bands: Float[np.ndarray, "band unknown"], right: Values, low: Values, high: Values) -> Values:
    """Return x between `low` and `high` with x'Ax/2 - b'x least, A by its lower bands (positive definite), b = `right`.

    Projected Newton steps (Bertsekas 1982, Projected Newton methods for optimization problems with simple constraints): unknowns at
    a bound, or hardly off one, that the form pushes against go there, the rest take Newton's step, cut off at the bounds and halved
    until the form gets lower.
    """
    from scipy.linalg import solveh_banded  # imported here: it costs a second or more

    values = np.clip(np.zeros_like(right), low, high)
    slope = _product(bands, values) - right
    none = _NO_SLOPE * max(float(np.abs(right).max(initial=0.0)), float(np.abs(slope).max(initial=0.0)))
    for _ in range(_MOST_STEPS):
        held = ((values <= low) & (slope > 0.0)) | ((values >= high) & (slope < 0.0))
        if np.abs(slope[~held]).max(initial=0.0) <= none:
            break
        downhill = -slope / bands[0]
        near = np.minimum(np.abs(np.clip(values + downhill, low, high) - values).max(), _NEAR * (high - low))
        held = ((values <= low + near) & (slope > 0.0)) | ((values >= high - near) & (slope < 0.0))
        step = np.asarray(solveh_banded(_without(bands, held), np.where(held, 0.0, -slope), lower=True))
        step = np.where(held, downhill, step)
        moved = _lower(bands, values, slope, step, low, high)
        if moved is None:  # as low as numbers tell
            break
        values = moved
        slope = _product(bands, values) - right
    return np.asarray(values)


def _lower(
    bands: Float[np.ndarray, "band unknown"], values: Values, slope: Values, step: Values, low: Values, high: Values
) -> Values | None:
    """Return the values after the longest of a step's halves that makes the form lower; None where none does."""
    for halving in range(_MOST_HALVINGS):
        moved = np.clip(values + 0.5**halving * step, low, high)
        change = moved - values
        if float(slope @ change + 0.5 * change @ _product(bands, change)) < 0.0:
            return np.asarray(moved)
    return None


def _without(bands: Float[np.ndarray, "band unknown"], held: Bool[np.ndarray, " unknown"]) -> Float[np.ndarray, "band unknown"]:
    """Return the bands with rows and columns of held unknowns put to those of the unit matrix."""
    kept = np.where(held[None, :], 0.0, bands)
    for below in range(1, bands.shape[0]):
        kept[below, :-below] = np.where(held[below:], 0.0, kept[below, :-below])
    kept[0] = np.where(held, 1.0, kept[0])
    return kept


def _product(bands: Float[np.ndarray, "band unknown"], values: Values) -> Values:
    """Return the symmetric banded matrix times a vector."""
    result = bands[0] * values
    for below in range(1, bands.shape[0]):
        result[below:] += bands[below, :-below] * values[:-below]
        result[:-below] += bands[below, :-below] * values[below:]
    return np.asarray(result)
