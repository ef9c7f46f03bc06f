"""Which points of the skeleton do a laboratory's markers show, and how well? Plug-in Gait's, or true joint centres by name.

Hip joint centres have no marker: they are placed in the pelvis by the one-variable equations of Harrington et al. 2007 (J Biomech
40:595, doi 10.1016/j.jbiomech.2006.02.003) from the pelvis' width and depth between its four spines' markers.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.body.skeleton import POINT_AT, POINTS
from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES, Markers
from kinechain.evidence import constant

_MM = 0.001
_AXES = ("forward", "up", "outward")

#: Plug-in Gait's marker of each point but the hip, with the side's letter before it.
_GAIT = {"shoulder": "SHO", "knee": "KNE", "ankle": "ANK", "heel": "HEE", "foot_index": "TOE"}
_SPINES = ("LASI", "RASI", "LPSI", "RPSI")

#: Without these nothing can be said of a squat.
_NEEDED = ("shoulder", "hip", "knee", "ankle")


@dataclass(frozen=True)
class Seen:
    """Points of the skeleton seen in space, in the order of `POINTS`.

    `places` (time, point, 3) m, NaN where missing; `offset_m` and `offset_sd_m` (point, 3): where each marker usually sits beside
    its point, forward, up and to the right in its segment's axes, and how far that varies; `spread_m` (point) of a single marker.
    """

    time_s: Float[np.ndarray, " time"]
    places: Float[np.ndarray, "time point 3"]
    offset_m: Float[np.ndarray, "point 3"]
    offset_sd_m: Float[np.ndarray, "point 3"]
    spread_m: Float[np.ndarray, " point"]

    def __post_init__(self) -> None:
        for name in (f"{side}_{point}" for side in SIDES for point in _NEEDED):
            if not np.isfinite(self.places[:, POINT_AT[name]]).all(axis=1).any():
                raise UsageError(
                    "markers of shoulders, hips, knees and ankles",
                    f"none that shows the {name.replace('_', ' ')}",
                    f"Name markers {' '.join(_SPINES)}, L/R{' L/R'.join(_GAIT.values())}, or joint centres such as {name}.",
                )


def seen_points(markers: Markers) -> Seen:
    """Return what markers show: true joint centres where they bear the skeleton's own names, else Plug-in Gait's.

    Raises UsageError where a shoulder, hip, knee or ankle is not shown.
    """
    return _true_centres(markers) if "left_knee" in markers.names else _plug_in_gait(markers)


def _true_centres(markers: Markers) -> Seen:
    """Return joint centres as exact; points of a foot are places on it, which bends, and shoulders ride on a trunk that does."""
    places = np.stack([markers.path(name) for name in POINTS], axis=1)
    exact = np.full(3, _MM * constant("marker.centre_offset").value)
    points = [name.split("_", 1)[1] for name in POINTS]
    rows = {"shoulder": "shoulder_centre", "heel": "heel", "foot_index": "foot_index"}
    spread = [_MM * constant(f"marker.{rows.get(point, 'centre')}_spread").value for point in points]
    offset_sd = [exact if point in _NEEDED else _usual(name)[1] for name, point in zip(POINTS, points, strict=True)]
    return Seen(markers.time_s, places, np.zeros((len(POINTS), 3)), np.array(offset_sd), np.array(spread))


def _plug_in_gait(markers: Markers) -> Seen:
    centres = hip_centres(markers)
    places, usual = [], [_usual(name) for name in POINTS]
    for name in POINTS:
        side, point = name.split("_", 1)
        places.append(centres[side] if point == "hip" else markers.path(f"{side[0].upper()}{_GAIT[point]}"))
    spread = [_MM * constant(f"marker.{name.split('_', 1)[1]}_spread").value for name in POINTS]
    return Seen(
        markers.time_s,
        np.stack(places, axis=1),
        np.array([offset for offset, _ in usual]),
        np.array([sd for _, sd in usual]),
        np.array(spread),
    )


def _usual(name: str) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """Return where a point's marker usually sits beside it (m; forward, up, right), and the spread of that."""
    side, point = name.split("_", 1)
    rows = [constant(f"marker.{point}_{axis}") for axis in _AXES]
    mirrored = [1.0, 1.0, 1.0 if side == "right" else -1.0]
    return _MM * np.array([row.value for row in rows]) * mirrored, _MM * np.array([row.sd for row in rows])


def hip_centres(markers: Markers) -> dict[str, Float[np.ndarray, "time 3"]]:
    """Return both hip joint centres (m) by side, from the markers of the pelvis' four spines; NaN where one of them is missing.

    Back of the front spines' middle -0.24 depth - 9.9 mm, below it -0.30 width - 10.9 mm, aside 0.33 width + 7.3 mm (Harrington et
    al. 2007); width and depth are medians over the recording, between the markers' middles on the skin.
    """
    spines = {name: markers.path(name) for name in _SPINES}
    front, back = 0.5 * (spines["LASI"] + spines["RASI"]), 0.5 * (spines["LPSI"] + spines["RPSI"])
    right = _unit(spines["RASI"] - spines["LASI"])
    forward = front - back
    forward = _unit(forward - np.sum(forward * right, axis=1, keepdims=True) * right)
    up = np.cross(right, forward)
    if not np.isfinite(up).any():
        return {side: np.full(front.shape, np.nan) for side in SIDES}
    width = float(np.nanmedian(np.linalg.norm(spines["RASI"] - spines["LASI"], axis=1)))
    depth = float(np.nanmedian(np.linalg.norm(front - back, axis=1)))
    ahead, above, aside = (
        constant(f"marker.hip_centre_{axis}_share").value * size + _MM * constant(f"marker.hip_centre_{axis}_more").value
        for axis, size in (("forward", depth), ("up", width), ("outward", width))
    )
    middle = front + ahead * forward + above * up
    return {side: middle + (aside if side == "right" else -aside) * right for side in SIDES}


def _unit(line: Float[np.ndarray, "time 3"]) -> Float[np.ndarray, "time 3"]:
    return np.asarray(line / np.linalg.norm(line, axis=1, keepdims=True))
