"""Two independent writings of the same definitions, one of the package and one of the lab, read the same posture alike."""

from pathlib import Path

import numpy as np
import pytest

from kinechain.body.skeleton import POINTS
from kinechain.kinematics.angles import posture_curves
from lab.angles import at_rest, true_angles
from lab.records import load_plan, load_record, record_paths

CLIPS = Path(__file__).resolve().parents[2] / "lab" / "data" / "clips"


@pytest.mark.parametrize("movement", ["squat", "step-down"])
def test_the_packages_curves_are_the_labs(movement: str) -> None:
    path = next(path for path in record_paths(CLIPS) if load_plan(path)["movement"] == movement)
    truth = load_record(path).truth
    curves = posture_curves(np.stack([truth.path(name) for name in POINTS], axis=1), truth.facing_rad)
    expected, rest = true_angles(truth), at_rest(truth)
    for name in ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "thigh_inclination", "fppa", "trunk_lean"):
        assert curves[name] == pytest.approx(expected[name], abs=1e-9), name
    assert curves["knee_ankle_separation_ratio"] == pytest.approx(expected["knee_ankle_separation_ratio"], abs=1e-9)
    shift = curves["pelvic_shift"] - np.median(curves["pelvic_shift"][rest])
    assert shift == pytest.approx(expected["pelvic_shift"], abs=1e-9)
    rise = curves["heel_height"] - curves["heel_height"][rest].min(axis=0)
    assert rise == pytest.approx(expected["heel_rise"], abs=1e-9)
    height = curves["hip_height"] - np.median(curves["heel_height"][rest].mean(axis=1))
    assert height / np.median(height[rest]) == pytest.approx(expected["hip_height"], abs=1e-9)
