"""The legs' muscles against OpenSim's own lengths and moment arms: as shipped, by stored figures, and fitted anew by the oracle."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from kinechain.app.compile_model import load_model
from kinechain.body.muscle_fit import FitOptions, fit_geometry, mirror_name
from kinechain.core.errors import DataFileError
from kinechain.io.osim_muscles import OsimMuscles, open_muscles

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "opensim" / "muscle_reference.npz"
QUADRICEPS = ("recfem_r", "vasint_r", "vaslat_r", "vasmed_r")

Reference = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def reference() -> Reference:
    with np.load(REFERENCE) as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def opened(require_oracle: Callable[[str], ModuleType], shared_data: Path) -> OsimMuscles:
    require_oracle("opensim")
    return open_muscles(shared_data / "model" / "LaiUhlrich2022.osim")


def both_legs(reference: Reference, part: str) -> tuple[np.ndarray, list[str]]:
    """Poses of the right leg, and the left leg in the same."""
    names = reference["coordinates"].tolist()
    return np.hstack([reference[part], reference[part]]), [*names, *map(mirror_name, names)]


def errors(reference: Reference, part: str) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """How far the shipped model's lengths and moment arms are from OpenSim's (m), by muscle."""
    geometry = load_model().geometry
    paths = geometry.paths(*both_legs(reference, part))
    at = [geometry.muscles.index(name) for name in reference["muscles"]]
    names = reference["muscles"].tolist()
    lengths = paths.lengths[:, at] - reference[f"{part}_lengths"]
    arms = paths.moment_arms[:, at][:, :, : len(reference["coordinates"])] - reference[f"{part}_arms"]
    return dict(zip(names, lengths.T, strict=True)), dict(zip(names, np.moveaxis(arms, 1, 0), strict=True))


def test_lengths_are_opensims_where_its_lines_do_not_jump(reference: Reference) -> None:
    lengths, arms = errors(reference, "poses")
    assert np.median([np.sqrt((off**2).mean()) for off in lengths.values()]) < 0.05e-3
    for name, off in lengths.items():
        assert np.median(np.abs(off)) < 0.05e-3, name
        assert np.median(np.abs(arms[name])) < 0.5e-3, name


def test_the_table_of_errors_names_the_muscles_that_jump(reference: Reference) -> None:
    lengths, _ = errors(reference, "poses")
    jumped = {fit.name: fit.jumped for fit in load_model().fits}
    for name, off in lengths.items():
        share = float((np.abs(off) > 0.5e-3).mean())
        assert share <= jumped[name] + 3.0 * np.sqrt((jumped[name] + 0.005) / off.size), name


@pytest.mark.parametrize("name", QUADRICEPS)
def test_the_quadriceps_pull_with_opensims_moment_arms_from_straight_to_130_degrees(name: str, reference: Reference) -> None:
    _, arms = errors(reference, "sweep")
    knee = reference["coordinates"].tolist().index("knee_angle_r")
    assert np.abs(arms[name][:, knee]).max() < 0.5e-3
    # They extend: against the sign of knee flexion, by 18 to 60 mm.
    told = reference["sweep_arms"][:, reference["muscles"].tolist().index(name), knee]
    assert told.max() < -0.015


def test_left_and_right_agree_to_the_last_digit(reference: Reference) -> None:
    geometry = load_model().geometry
    paths = geometry.paths(*both_legs(reference, "poses"))
    right = [at for at, name in enumerate(geometry.muscles) if name.endswith("_r")]
    left = [geometry.muscles.index(mirror_name(geometry.muscles[at])) for at in right]
    half = len(reference["coordinates"])
    assert len(right) == 40
    assert np.array_equal(paths.lengths[:, right], paths.lengths[:, left])
    assert np.array_equal(paths.moment_arms[:, right, :half], paths.moment_arms[:, left, half:])


def test_the_stored_figures_are_opensims(opened: OsimMuscles, reference: Reference) -> None:
    names, muscles = reference["coordinates"].tolist(), reference["muscles"].tolist()
    assert opened.lengths(names, reference["poses"][:5], muscles) == pytest.approx(reference["poses_lengths"][:5], abs=1e-9)
    arms = opened.moment_arms(names, reference["sweep"][[10]], muscles)
    assert arms == pytest.approx(reference["sweep_arms"][[10]], abs=1e-7)


def test_moment_arms_are_the_slope_of_lengths_with_the_kneecap_moved_along(opened: OsimMuscles, reference: Reference) -> None:
    step = 1e-4
    poses = np.deg2rad([[20.0], [75.0], [110.0]])
    ahead, behind = (opened.lengths(["knee_angle_r"], poses + by, QUADRICEPS) for by in (step, -step))
    arms = opened.moment_arms(["knee_angle_r"], poses, QUADRICEPS)[:, :, 0]
    assert -(ahead - behind) / (2.0 * step) == pytest.approx(arms, abs=1e-5)


def test_what_an_osim_says_of_a_muscle_is_read(opened: OsimMuscles) -> None:
    muscles = {muscle.name: muscle for muscle in opened.muscles}
    assert len(muscles) == 80
    soleus, rectus = muscles["soleus_l"], muscles["recfem_r"]
    assert soleus.crosses == ("ankle_angle_l", "subtalar_angle_l")
    assert (soleus.origin.segment, soleus.insertion.segment) == ("tibia_l", "calcn_l")
    assert rectus.crosses == ("hip_flexion_r", "hip_adduction_r", "hip_rotation_r", "knee_angle_r")
    assert [point.segment for point in rectus.path] == ["pelvis", "patella_r", "patella_r", "patella_r", "tibia_r"]
    assert rectus.min_activation == 0.01
    assert rectus.curves["ActiveForceLengthCurve"]["max_norm_active_fiber_length"] == 1.9


def test_a_small_fit_by_the_oracle_meets_the_stored_figures(opened: OsimMuscles, reference: Reference) -> None:
    wanted = [name for pair in ("vasint", "soleus") for name in (f"{pair}_r", f"{pair}_l")]
    muscles = [muscle for muscle in opened.muscles if muscle.name in wanted]
    fitted = fit_geometry(opened.lengths, muscles, opened.ranges, FitOptions(poses=800, held_out=50))
    assert fitted.mirrored
    lengths = fitted.geometry.lengths(*both_legs(reference, "poses"))
    for name in wanted:
        column = reference["muscles"].tolist().index(f"{name[:-1]}r")
        assert lengths[:, fitted.geometry.muscles.index(name)] == pytest.approx(reference["poses_lengths"][:, column], abs=1e-5)


def test_what_is_no_model_is_refused(require_oracle: Callable[[str], ModuleType], tmp_path: Path) -> None:
    require_oracle("opensim")
    with pytest.raises(DataFileError, match="no file"):
        open_muscles(tmp_path / "absent.osim")
    (tmp_path / "empty.osim").write_text("<nothing/>", encoding="utf-8")
    with pytest.raises(DataFileError, match="an OpenSim model"):
        open_muscles(tmp_path / "empty.osim")
