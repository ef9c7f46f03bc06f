"""How well does the marker path of the fit do on real marker data? 100 takes of UI-PRMD squats, against plain three-point angles.

There is no truth in it: both ways see the same markers and the same hip joint centres. It shows that the path works on a
laboratory's data, how far skin and a rigid skeleton part, and what that does to the knee's angle.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinechain.body.skeleton import POINT_AT, POINTS
from kinechain.core.types import SIDES, Markers
from kinechain.kinematics.angles import posture_curves
from kinechain.kinematics.fit.markers import MarkerFit, fit_markers
from kinechain.kinematics.fit.seen import hip_centres, seen_points
from lab.motions import UIPRMD_HZ, UIPRMD_MARKERS
from lab.rotations import across, unit

FILE = Path(__file__).parent / "data" / "markers.json"

#: How the takes lie in the shared data, by kind.
_FOLDER = Path("mocap") / "uiprmd_m01"
KINDS = ("correct", "incorrect")

#: The points in the page's order, as it calls them.
_ROWS = {
    "shoulder": "shoulder (acromion)",
    "hip": "hip centre (regression)",
    "knee": "knee",
    "ankle": "ankle",
    "heel": "heel",
    "foot_index": "toe",
}

#: How often the plane of the leg is found anew through the centres that follow from it.
_ROUNDS = 4

Path3 = Float[np.ndarray, "time 3"]
Offsets = Float[np.ndarray, "point 3"]


def takes(shared: Path) -> Iterator[tuple[str, Path]]:
    """Return every take's kind and file, in the order of their names."""
    for kind in KINDS:
        for path in sorted((shared / _FOLDER / kind).glob("*.txt.gz")):
            yield kind, path


def read_take(path: Path) -> Markers:
    """Read a take as the markers of a file would be read: metres, y up, nothing smoothed."""
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt(file, delimiter=",").reshape(-1, len(UIPRMD_MARKERS), 3) / 1000.0
    return Markers(np.arange(len(rows)) / UIPRMD_HZ, tuple(UIPRMD_MARKERS), rows[..., [0, 2, 1]] * [1.0, 1.0, -1.0])


def three_point_knee(
    markers: Markers, offsets_m: Offsets, hips: Mapping[str, Path3] | None = None
) -> Float[np.ndarray, "time side"]:
    """Return knee flexion (rad), left and right, between plain lines through joint centres, every frame by itself.

    `hips` by side; where not given, by the fit's own regression. Knee and ankle lie beside their markers by `offsets_m` (point, 3):
    forward, up and to the right in axes of thigh and shank, which are along the line and square to the plane of the leg; these are
    found first through the markers and then through the centres.
    """
    hips = hip_centres(markers) if hips is None else hips
    right = markers.path("RASI") - markers.path("LASI")
    return np.column_stack([_three_points(markers, hips[side], side, right, offsets_m) for side in SIDES])


def _three_points(markers: Markers, hip: Path3, side: str, right: Path3, offsets_m: Offsets) -> Float[np.ndarray, " time"]:
    lateral = [markers.path(f"{side[0].upper()}{name}") for name in ("KNE", "ANK")]
    offsets = [offsets_m[POINT_AT[f"{side}_{joint}"]] for joint in ("knee", "ankle")]
    knee, ankle = lateral
    for _ in range(_ROUNDS):
        normal = np.cross(hip - knee, knee - ankle)
        normal = normal * np.sign(np.sum(normal * right, axis=1, keepdims=True))
        lines = (hip - knee, knee - ankle)
        knee, ankle = (
            marker - _within(line, normal) @ offset for marker, line, offset in zip(lateral, lines, offsets, strict=True)
        )
    thigh, shank = hip - knee, knee - ankle
    return np.asarray(np.arctan2(np.linalg.norm(np.cross(thigh, shank), axis=1), np.sum(thigh * shank, axis=1)))


def _within(line: Path3, normal: Path3) -> Float[np.ndarray, "time 3 3"]:
    """Return the axes of a segment as columns: forward, up along its line, to the right."""
    up = unit(line)
    right = unit(across(normal, up))
    return np.stack([np.cross(up, right), up, right], axis=-1)


def measure_take(kind: str, path: Path) -> dict[str, Any]:
    """Return the figures of one take: residuals by point (mm: median, 95th percentile) and peaks of knee flexion (deg)."""
    markers = read_take(path)
    fit = fit_markers(markers)
    residuals = 1000.0 * fit.residuals_m
    return {
        "take": path.name.split("_positions")[0],
        "kind": kind,
        "settled": fit.settled,
        "residual_mm": np.nanpercentile(residuals, (50, 95), axis=0).T.round(1).tolist(),
        "fit_peak_deg": _peaks(_knee(fit)),
        "three_point_peak_deg": _peaks(three_point_knee(markers, fit.offsets_m)),
        "fitted_hips_peak_deg": _peaks(three_point_knee(markers, fit.offsets_m, _hips(fit))),
        "textbook_peak_deg": _peaks(three_point_knee(markers, seen_points(markers).offset_m)),
        "knee_marker_up_mm": [round(1000.0 * float(fit.offsets_m[POINT_AT[f"{side}_knee"], 1]), 1) for side in SIDES],
    }


def _knee(fit: MarkerFit) -> Float[np.ndarray, "time side"]:
    return np.asarray(posture_curves(fit.state.at(fit.places.samples).laid.points, 0.0)["knee_flexion"])


def _hips(fit: MarkerFit) -> dict[str, Path3]:
    """Return where the fitted skeleton has the hips."""
    points = np.asarray(fit.state.at(fit.places.samples).laid.points)
    return {side: points[:, POINT_AT[f"{side}_hip"]] for side in SIDES}


def _peaks(knee: Float[np.ndarray, "time side"]) -> list[float]:
    return [round(float(peak), 2) for peak in np.rad2deg(np.nanmax(knee, axis=0))]


def measure_markers(shared: Path) -> dict[str, Any]:
    """Return the figures of all takes in the folder of shared data; see `measure_take`."""
    return {"points": list(POINTS), "takes": [measure_take(kind, path) for kind, path in takes(shared)]}


def write_markers(figures: Mapping[str, Any], path: Path = FILE) -> None:
    """Write the figures, a line a take."""
    rows = ",\n".join(json.dumps(take) for take in figures["takes"])
    path.write_text(f'{{"points": {json.dumps(figures["points"])},\n"takes": [\n{rows}\n]}}\n', encoding="utf-8")


def read_markers_figures(path: Path = FILE) -> dict[str, Any]:
    """Return the stored figures."""
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


_SECTION = """\
## Real marker data

The same fit takes 3D markers instead of a film. On {count} takes of deep overhead squats by five people (UI-PRMD, Vakanski et al.
2018; Vicon, 100 Hz; half of them bad squats on purpose) it is compared with plain three-point angles, each frame by itself from the
same markers. There is no truth in this: it shows that markers and films share one path, how far skin and a rigid skeleton part, and
what that does to the knee. Hip joint centres are those of Harrington et al. 2007 in both. In the first comparison knee and ankle
centres lie beside their markers where the fit found them, in the second at textbook half widths inward.

Peak knee flexion, the fit less three points: mean, mean absolute (degrees):

| takes | n | same centres | textbook centres |
|---|---|---|---|
{peaks}

The fit finds these knee markers {up:.0f} cm above the joint's centre, by how their distance to the ankle shrinks as the knee bends.
Plain lines from the markers' own height read less in a deep squat: that is most of the second comparison's difference.

How far markers lie from where the fitted skeleton has them: median, 95th percentile of a take; the middle of all takes (mm):

| marker | left | right |
|---|---|---|
{residuals}
"""


def markers_section(figures: Mapping[str, Any]) -> str:
    """Return the part of the accuracy page about real marker data, in Markdown."""
    takes_of = {"all": figures["takes"], **{kind: [t for t in figures["takes"] if t["kind"] == kind] for kind in KINDS}}
    return _SECTION.format(
        count=len(figures["takes"]),
        peaks="\n".join(f"| {kind} | {len(rows)} | {_peak_row(rows)} |" for kind, rows in takes_of.items()),
        up=np.mean([take["knee_marker_up_mm"] for take in figures["takes"]]) / 10.0,
        residuals="\n".join(_residual_row(figures, point) for point in _ROWS),
    )


def _peak_row(takes: Sequence[Mapping[str, Any]]) -> str:
    fit = np.array([take["fit_peak_deg"] for take in takes])
    off = [fit - np.array([take[way] for take in takes]) for way in ("three_point_peak_deg", "textbook_peak_deg")]
    return " | ".join(f"{difference.mean():+.1f}, {np.abs(difference).mean():.1f}" for difference in off)


def _residual_row(figures: Mapping[str, Any], point: str) -> str:
    middles = np.median([take["residual_mm"] for take in figures["takes"]], axis=0)
    sides = [middles[figures["points"].index(f"{side}_{point}")] for side in SIDES]
    return f"| {_ROWS[point]} | " + " | ".join(f"{median:.0f}, {high:.0f}" for median, high in sides) + " |"
