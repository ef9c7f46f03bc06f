"""Markers in space through the film's estimator: the truth comes back, gaps are bridged, what is not shown is asked for."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from posed import LENGTHS_M, squat_coordinates, squat_shares

from kinechain.body.skeleton import AT, POINT_AT, POINTS, lay_out
from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES, Markers
from kinechain.kinematics.angles import posture_curves
from kinechain.kinematics.fit.markers import fit_markers, marker_motion
from kinechain.kinematics.fit.seen import hip_centres, seen_points
from kinechain.kinematics.standing import Standing
from lab.angles import true_angles
from lab.records import load_plan, load_record, record_paths
from lab.types import LANDMARKS

CLIPS = Path(__file__).resolve().parents[2] / "lab" / "data" / "clips"
TIME_S, SHARE = squat_shares()
COORDINATES = squat_coordinates(SHARE, heading_rad=0.4)

#: Where markers sit beside the points (m; forward, up, outward), and the pelvis' spines from the middle of the hips: what a
#: laboratory might stick on.
BESIDE = {
    "SHO": ("shoulder", (0.0, 0.05, 0.0)),
    "KNE": ("knee", (0.002, 0.03, 0.061)),
    "ANK": ("ankle", (0.0, 0.0, 0.04)),
    "HEE": ("heel", (-0.01, 0.01, 0.0)),
    "TOE": ("foot_index", (-0.05, 0.03, 0.0)),
}
WIDTH_M, DEPTH_M = 2.0 * (LENGTHS_M[2] - 0.0073) / 0.66, 0.17  # a pelvis to which the regression gives our hips


def gait_markers() -> Markers:
    """Plug-in Gait's markers on our own skeleton, by hand."""
    laid = lay_out(COORDINATES, LENGTHS_M)
    paths = {}
    for side in SIDES:
        mirrored = np.array([1.0, 1.0, 1.0 if side == "right" else -1.0])
        for marker, (point, offset) in BESIDE.items():
            number = POINT_AT[f"{side}_{point}"]
            paths[side[0].upper() + marker] = laid.points[:, number] + laid.carriers[:, number] @ (offset * mirrored)
        front = np.array([0.24 * DEPTH_M + 0.0099, 0.30 * WIDTH_M + 0.0109, 0.5 * WIDTH_M])
        for marker, back in (("ASI", 0.0), ("PSI", DEPTH_M)):
            place = (front - [back, 0.0, 0.0]) * mirrored
            paths[side[0].upper() + marker] = COORDINATES[:, :3] + laid.carriers[:, POINT_AT["right_hip"]] @ place
    return Markers(TIME_S, tuple(paths), np.stack(list(paths.values()), axis=1))


@pytest.mark.parametrize("fault", [None, "trunk_lean", "shift"])
def test_exact_joint_centres_of_rendered_people_give_their_true_angles(fault: str | None) -> None:
    """The lab's trunk bends and its toes do: where the leg is bent every frame counts, and all angles on the mean."""
    wanted = {"movement": "squat", "source": "drawn", "faults": [fault] if fault else []}
    path = next(path for path in record_paths(CLIPS) if wanted.items() <= load_plan(path).items())
    truth = load_record(path).truth
    fit = fit_markers(Markers(truth.time_s, tuple(LANDMARKS), truth.centres), knot_step_s=1.0 / 30.0)
    found, expected = posture_curves(fit.state.at(fit.places.samples).laid.points, truth.facing_rad), true_angles(truth)
    bent = expected["knee_flexion"] > np.deg2rad(20.0)  # a leg that is nearly straight has no plane to bend in
    for name in ("knee_flexion", "shank_inclination", "thigh_inclination"):
        assert np.rad2deg(np.abs(found[name] - expected[name])[bent]).max() < 0.1, name
    for name in ("knee_flexion", "shank_inclination", "thigh_inclination", "trunk_thigh_flexion", "trunk_lean"):
        assert np.rad2deg(np.abs(found[name] - expected[name])).mean() < 0.1, name


def test_hip_centres_follow_the_regression() -> None:
    hips = hip_centres(gait_markers())
    points = lay_out(COORDINATES, LENGTHS_M).points
    for side in SIDES:
        assert hips[side] == pytest.approx(points[:, POINT_AT[f"{side}_hip"]], abs=1e-9)


def test_markers_on_the_skin_find_the_angles_beneath() -> None:
    fit = fit_markers(gait_markers())
    motion = marker_motion(fit, Standing(0, 30, 1.0))
    truth = posture_curves(lay_out(COORDINATES, LENGTHS_M).points, 0.4)
    assert fit.settled
    assert 1000.0 * np.nanmedian(fit.residuals_m) < 2.0
    for name in ("knee_flexion", "trunk_thigh_flexion", "shank_inclination"):
        off = motion.dataset[name].values - truth[name]
        assert np.rad2deg(np.abs(off)).max() < 3.0, name
        assert (np.abs(off) < 3.0 * motion.dataset[f"{name}_sd"].values + np.deg2rad(0.2)).mean() > 0.9, name
    assert fit.offsets_m[POINT_AT["right_knee"], 1] == pytest.approx(0.03, abs=0.006)


def test_a_motion_of_markers_has_the_same_curves_as_a_films() -> None:
    motion = marker_motion(fit_markers(gait_markers()), Standing(0, 30, 1.0))
    assert motion.dataset.attrs["estimator"] == "markers"
    assert {"knee_flexion", "trunk_lean", "fppa", "pelvic_shift", "hip_height", "heel_rise"} <= set(motion.dataset.data_vars)
    assert motion.drawn("knee_flexion", "left").shape[1] == TIME_S.size
    assert motion.values("hip_height")[:30] == pytest.approx(1.0, abs=0.01)


def test_without_quiet_standing_what_is_counted_from_it_is_missing() -> None:
    motion = marker_motion(fit_markers(gait_markers()))
    assert np.isnan(motion.values("hip_height")).all()
    assert np.isfinite(motion.values("knee_flexion", "left")).all()


def test_a_marker_that_is_lost_for_a_while_is_bridged() -> None:
    markers = gait_markers()
    positions = markers.positions.copy()
    positions[50:65, markers.names.index("LKNE")] = np.nan
    gap = fit_markers(replace(markers, positions=positions))
    whole, curves = (
        posture_curves(fit.state.at(fit.places.samples).laid.points, 0.4)["knee_flexion"] for fit in (fit_markers(markers), gap)
    )
    assert np.rad2deg(np.abs(whole - curves)).max() < 2.0
    assert np.isnan(gap.residuals_m[50:65, POINT_AT["left_knee"]]).all()


def test_a_stray_marker_hardly_moves_the_rest() -> None:
    markers = gait_markers()
    positions = markers.positions.copy()
    positions[60:63, markers.names.index("RANK")] += 0.3
    stray = fit_markers(replace(markers, positions=positions))
    whole, curves = (
        posture_curves(fit.state.at(fit.places.samples).laid.points, 0.4)["knee_flexion"] for fit in (fit_markers(markers), stray)
    )
    assert np.rad2deg(np.abs(whole - curves)).max() < 1.0


def test_feet_without_markers_are_left_to_belief() -> None:
    points = lay_out(COORDINATES, LENGTHS_M).points
    kept = [number for name, number in POINT_AT.items() if not name.endswith(("heel", "foot_index"))]
    markers = Markers(TIME_S, tuple(POINTS)[: len(kept)], points[:, kept])
    fit = fit_markers(markers, knot_step_s=1.0 / 30.0)
    knee = posture_curves(fit.state.at(fit.places.samples).laid.points, 0.4)["knee_flexion"]
    assert fit.plantings == ()
    assert knee[:, 0] == pytest.approx(COORDINATES[:, AT["knee_angle_l"]], abs=np.deg2rad(0.1))


@pytest.mark.parametrize(("missing", "said"), [("LKNE", "left knee"), ("RPSI", "left hip"), ("RSHO", "right shoulder")])
def test_markers_that_are_needed_are_asked_for_by_name(missing: str, said: str) -> None:
    markers = gait_markers()
    kept = [number for number, name in enumerate(markers.names) if name != missing]
    fewer = Markers(TIME_S, tuple(markers.names[number] for number in kept), markers.positions[:, kept])
    with pytest.raises(UsageError, match=f"none that shows the {said}"):
        seen_points(fewer)
