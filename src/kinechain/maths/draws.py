"""How are many curves that might as well be true told in few numbers? Intervals of them, and values between known times."""

import numpy as np
from jaxtyping import Float


def interval_of(value: Float[np.ndarray, "..."], draws: Float[np.ndarray, "..."], level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return between what that share of draws (last axis but one) lie, reaching to the value; NaN where most draws tell nothing.

    >>> low, high = interval_of(np.array([3.0]), np.arange(1.0, 6.0)[:, None], 0.5)
    >>> float(low[0]), float(high[0])
    (2.0, 4.0)
    """
    ordered = np.sort(draws, axis=-2)  # what is not known comes last
    known = np.isfinite(ordered).sum(axis=-2, keepdims=True)
    bounds = []
    for share in (0.5 - 0.5 * level, 0.5 + 0.5 * level):
        place = share * np.maximum(known - 1, 0)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(known - 1, 0))
        first, second = (np.take_along_axis(ordered, at, axis=-2) for at in (below, above))
        bounds.append((first + (place - below) * (second - first))[..., 0, :])
    few = known[..., 0, :] <= 0.5 * draws.shape[-2]
    low, high = (np.where(few, np.nan, bound) for bound in bounds)
    return np.fmin(low, value) + 0.0 * low, np.fmax(high, value) + 0.0 * high


def filled_between(time_s: Float[np.ndarray, " frame"], known_s: Float[np.ndarray, " drawn"], values: np.ndarray) -> np.ndarray:
    """Return values known at some times at all of them, by straight lines along the last axis."""
    if known_s.size == time_s.size:
        return values
    after = np.clip(np.searchsorted(known_s, time_s), 1, known_s.size - 1)
    share = (time_s - known_s[after - 1]) / (known_s[after] - known_s[after - 1])
    first, second = values[..., after - 1], values[..., after]
    return np.where(share <= 0.0, first, np.where(share >= 1.0, second, (1.0 - share) * first + share * second))
