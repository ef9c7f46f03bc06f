"""Which values between two bounds make a banded quadratic form least? Newton's steps on those that are not held by a bound."""

import numpy as np
from jaxtyping import Bool, Float

Values = Float[np.ndarray, " unknown"]

#: So many changes of what is held are allowed; a handful is usual.
_MOST_ROUNDS = 60


def least_between(bands: Float[np.ndarray, "band unknown"], right: Values, low: Values, high: Values) -> Values:
    """Return x between `low` and `high` with x'Ax/2 - b'x least, A by its lower bands (positive definite), b = `right`.

    Active sets by projected Newton steps (Bertsekas 1982): unknowns at a bound that the form pushes against are held there, the
    rest solved for. Ends where nothing changes; the best values found so far are given back after `_MOST_ROUNDS`.
    """
    from scipy.linalg import solveh_banded  # imported here: it costs a second or more

    values = np.clip(np.zeros_like(right), low, high)
    held = np.zeros(right.shape, dtype=bool)
    for _ in range(_MOST_ROUNDS):
        target = right - _product(bands, np.where(held, values, 0.0))
        free = np.asarray(solveh_banded(_without(bands, held), np.where(held, 0.0, target), lower=True))
        values = np.where(held, values, np.clip(free, low, high))
        slope = _product(bands, values) - right
        holding = ((values <= low) & (slope > 0.0)) | ((values >= high) & (slope < 0.0))
        if np.array_equal(holding, held) and not ((free < low) | (free > high))[~held].any():
            break
        held = holding
    return values


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
    return result
