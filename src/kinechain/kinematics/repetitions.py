"""When does each squat begin, reach its deepest point and end? Found by prominence, whatever the depth is worth."""

import numpy as np
from jaxtyping import Float

from kinechain.core.types import SIDES, Keypoints, Repetition
from kinechain.evidence import constant
from kinechain.maths.filters import low_pass

Curve = Float[np.ndarray, " time"]


def find_repetitions(keypoints: Keypoints) -> tuple[Repetition, ...]:
    """Return the repetitions of a film, first to last.

    A repetition is a peak of knee flexion, seen by the network's own 3D from any view, that stands out by `repetition.prominence`.
    Its deepest frame is the middle of those near that peak in which the hips are within `repetition.flat_share` of their lowest.
    It starts at the last frame, and ends at the first, at which the
    hips are within the upper `repetition.edge_share` of the way and slower than `repetition.edge_speed` of their fastest; so a
    pause further down belongs to it. It is partial where it stands out less than `repetition.partial_share` of the median.
    """
    time_s, flexion = keypoints.time_s, knee_flexion_by_network(keypoints)
    return repetitions_of(
        bridged(flexion, time_s), hip_depth_px(keypoints), time_s, np.deg2rad(constant("repetition.prominence").value)
    )


def repetitions_of(signal: Curve, depth: Curve, time_s: Curve, prominence: float) -> tuple[Repetition, ...]:
    """Return a repetition for each peak of `signal` that stands out by `prominence`, its moments read from `depth`.

    Both are known in every frame; `depth` is largest where the movement has gone furthest.
    """
    from scipy.signal import find_peaks  # imported here: it costs a second or more

    apart = max(1, round(constant("repetition.apart").value / float(np.median(np.diff(time_s)))))
    # Padding lets a film that starts or ends low still show its first and last peak.
    padded = np.concatenate([[signal.min()], signal, [signal.min()]])
    peaks, found = find_peaks(padded, prominence=prominence, distance=apart)
    typical = np.median(found["prominences"]) if peaks.size else 0.0
    repetitions = []
    for index, (peak, height) in enumerate(zip(peaks - 1, found["prominences"], strict=True)):
        left = peaks[index - 1] - 1 if index else 0
        right = peaks[index + 1] - 1 if index + 1 < peaks.size else time_s.size - 1
        start, deepest, end = _edges(depth, time_s, int(left), int(peak), int(right), apart)
        partial = bool(height < constant("repetition.partial_share").value * typical)
        repetitions.append(Repetition(index + 1, start, deepest, end, partial))
    return tuple(repetitions)


def knee_flexion_by_network(keypoints: Keypoints) -> Curve:
    """Return the mean knee flexion of both legs in the network's own 3D (rad), smoothed; good for timing, not for reporting."""
    flexion = []
    for side in SIDES:
        thigh = keypoints.xyz(f"{side}_hip") - keypoints.xyz(f"{side}_knee")
        shank = keypoints.xyz(f"{side}_knee") - keypoints.xyz(f"{side}_ankle")
        cosine = (thigh * shank).sum(axis=1) / (np.linalg.norm(thigh, axis=1) * np.linalg.norm(shank, axis=1))
        flexion.append(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return smooth(0.5 * (flexion[0] + flexion[1]), keypoints.time_s)


def hip_depth_px(keypoints: Keypoints) -> Curve:
    """Return how low the hips are in the picture (px, camera sway removed), smoothed and bridged."""
    hips = 0.5 * (keypoints.steady_xy("left_hip") + keypoints.steady_xy("right_hip"))[:, 1]
    return bridged(smooth(hips, keypoints.time_s), keypoints.time_s)


def bridged(curve: Curve, time_s: Curve) -> Curve:
    """Return the curve with straight lines where it is not known; level at 0 where nearly nothing is."""
    known = np.isfinite(curve)
    return np.asarray(np.interp(time_s, time_s[known], curve[known])) if known.sum() > 2 else np.zeros(time_s.shape)


def smooth(curve: Curve, time_s: Curve) -> Curve:
    """Return the curve as smooth as telling repetitions apart needs it; good for timing, not for reporting."""
    return low_pass(curve, time_s, constant("repetition.cutoff").value, constant("filter.longest_gap").value)


def _edges(depth: Curve, time_s: Curve, left: int, peak: int, right: int, apart: int) -> tuple[int, int, int]:
    """Return start, deepest and end of the repetition whose flexion peaks at `peak` between its neighbours' peaks."""
    near = slice(max(left, peak - apart), min(right, peak + apart) + 1)
    deepest = _middle_of_bottom(depth, near.start + int(np.argmax(depth[near])), left, right)
    down, up = depth[left : deepest + 1], depth[deepest : right + 1][::-1]
    start = left + _last_at_rest_on_top(down, time_s[left : deepest + 1])
    end = right - _last_at_rest_on_top(up, -time_s[deepest : right + 1][::-1])
    return start, deepest, end


def _middle_of_bottom(depth: Curve, lowest: int, left: int, right: int) -> int:
    """Return the middle of the frames round the lowest one that are nearly as low: a flat bottom's lowest frame is chance."""
    limit = depth[lowest] - constant("repetition.flat_share").value * (depth[lowest] - depth[left : right + 1].min())
    higher = np.flatnonzero(depth < limit)
    first = higher[higher < lowest].max(initial=left - 1) + 1
    last = higher[higher > lowest].min(initial=right + 1) - 1
    return int(first + last) // 2


def _last_at_rest_on_top(depth: Curve, time_s: Curve) -> int:
    """Return the last frame of a way down that is still high and still slow; slow is a share of the fastest speed of this way."""
    if depth.size < 3:
        return 0
    speed = np.abs(np.gradient(depth, time_s))
    top = depth.min()
    high = depth <= top + constant("repetition.edge_share").value * (depth[-1] - top)
    slow = speed <= constant("repetition.edge_speed").value * speed.max()
    at_rest = np.flatnonzero(high & slow)
    return int(at_rest[-1] if at_rest.size else np.argmin(depth))
