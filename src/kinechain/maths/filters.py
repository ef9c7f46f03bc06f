"""How is a noisy, gappy curve made smooth without moving it in time?"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float, Int

#: A second-order Butterworth run forwards and backwards loses 3 dB at 0.802 of its own cut-off: (sqrt(2) - 1) ** (1/4).
_TWO_PASS_FACTOR = (2.0**0.5 - 1.0) ** 0.25
_ORDER = 2

#: A stretch of so few samples is not filtered.
_FEWEST = 9


#: One or more curves over the same times, time first.
Curves = Float[np.ndarray, "time *more"]


def low_pass(values: Curves, time_s: Float[np.ndarray, " time"], cutoff_hz: float, longest_gap_s: float) -> Curves:
    """Return `values` after a zero-phase Butterworth low-pass that loses 3 dB at `cutoff_hz`.

    Each column is filtered on an even grid with the median step and read back at `time_s`, so uneven times are no harm. Gaps
    (NaN) up to `longest_gap_s` are bridged by straight lines; longer ones stay NaN and part the curve into stretches that are
    filtered by themselves. A stretch too short to filter is returned as it is.

    >>> import numpy as np
    >>> float(low_pass(np.ones(50), np.arange(50) / 30, 6.0, 0.2)[25].round(9))
    1.0
    """
    columns = values.reshape(values.shape[0], -1)
    smooth = np.full(columns.shape, np.nan)
    for known, group in _known_alike(np.isfinite(columns)):
        for start, stop in known_stretches(known, time_s, longest_gap_s):
            at = start + np.flatnonzero(known[start:stop])
            bridged = _interpolate(time_s[start:stop], time_s[at], columns[np.ix_(at, group)])
            smooth[start:stop, group] = _filter_stretch(bridged, time_s[start:stop], cutoff_hz)
    return smooth.reshape(values.shape)


def _known_alike(
    known: Bool[np.ndarray, "time curve"],
) -> Iterator[tuple[Bool[np.ndarray, " time"], Int[np.ndarray, " some"]]]:
    """Yield the curves that are known at the same times together: at which times, and which curves."""
    if known.all():
        yield known[:, 0], np.arange(known.shape[1])
        return
    patterns, pattern_of_column = np.unique(known, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        yield pattern, np.flatnonzero(pattern_of_column.reshape(-1) == number)


def _filter_stretch(
    values: Float[np.ndarray, "time curve"], time_s: Float[np.ndarray, " time"], cutoff_hz: float
) -> Float[np.ndarray, "time curve"]:
    from scipy.signal import butter, sosfiltfilt  # imported here: it costs a second or more

    if time_s.size < 2:
        return values
    step = float(np.median(np.diff(time_s)))
    corner = cutoff_hz / _TWO_PASS_FACTOR * 2.0 * step  # as a share of the Nyquist frequency
    grid = np.arange(time_s[0], time_s[-1] + 0.5 * step, step)
    if corner >= 1.0 or grid.size <= _FEWEST:
        return values  # sampled too slowly for this cut-off to remove anything, or too short to filter
    padding = min(grid.size - 1, max(_FEWEST, round(12.0 / corner)))
    even = _interpolate(grid, time_s, values)
    return _interpolate(time_s, grid, sosfiltfilt(butter(_ORDER, corner, output="sos"), even, axis=0, padlen=padding))


def _interpolate(
    at: Float[np.ndarray, " new"], time_s: Float[np.ndarray, " time"], values: Float[np.ndarray, "time curve"]
) -> Float[np.ndarray, "new curve"]:
    if time_s.size == 1:
        return np.repeat(values, at.size, axis=0)
    after = np.clip(np.searchsorted(time_s, at), 1, time_s.size - 1)
    share = np.clip((at - time_s[after - 1]) / (time_s[after] - time_s[after - 1]), 0.0, 1.0)[:, None]
    return np.asarray((1.0 - share) * values[after - 1] + share * values[after])


def known_stretches(
    known: Bool[np.ndarray, " time"], time_s: Float[np.ndarray, " time"], longest_gap_s: float
) -> list[tuple[int, int]]:
    """Return the stretches `[start, stop)` of known frames; gaps that last up to `longest_gap_s` do not part them.

    A gap lasts from the known frame before it to the known frame after it, less one step: two missing frames at 30 Hz are 0.067 s.
    """
    frames = np.flatnonzero(known)
    if frames.size == 0:
        return []
    step = float(np.median(np.diff(time_s))) if time_s.size > 1 else 0.0
    gaps = np.diff(time_s[frames]) - step
    breaks = np.flatnonzero(gaps > longest_gap_s + 1e-9)
    starts = np.concatenate([frames[:1], frames[breaks + 1]])
    stops = np.concatenate([frames[breaks], frames[-1:]]) + 1
    return [(int(start), int(stop)) for start, stop in zip(starts, stops, strict=True)]
