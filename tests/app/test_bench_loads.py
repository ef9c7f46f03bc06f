"""What the bench of the loads is made of: a squat on two feet, a difference found where it is, and OpenSim asked for both."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from kinechain.app import bench as benching
from kinechain.app import bench_loads
from kinechain.app.bench import bench
from kinechain.app.bench_loads import differentiated, furthest, read_stretch
from kinechain.app.bench_muscles import Apart, Cost, JaxCost, MuscleCosts
from kinechain.core.errors import DataFileError, UsageError

#: Costs of muscles with easy numbers.
MUSCLES = MuscleCosts(
    optimization_ms=400.0,
    reaction_ms=20.0,
    alike=Apart(0.03, 0.01, 0.02, "addbrev_r", 0.01, 0.01, 0.005, 0.005),
    own=Apart(0.1, 0.03, 0.03, "grac_r", 0.02, 0.02, 0.01, 0.01),
    given_patellofemoral=0.002,
    given_tibiofemoral=0.001,
    costs=(Cost(100, 160.0, 190.0, 1.0), Cost(1_000, 100.0, 200.0, 2.0), Cost(100_000, 80.0, 600.0, 200.0)),
    jax=JaxCost(1e-14, 100.0, "cpu"),
)


def test_the_stretch_is_sixty_frames_of_a_deep_squat_that_the_ground_bears() -> None:
    stretch = read_stretch()
    assert stretch.count == 60
    coordinates, rates, accelerations = differentiated(stretch)
    knee = coordinates[:, stretch.motion.names.index("knee_angle_r")]
    assert np.rad2deg(knee.max()) > 80.0
    assert np.rad2deg(knee.min()) < 60.0
    # What the spline says is the slope is what the next frames do, as far as a difference over 0.02 s can tell.
    step = np.diff(stretch.motion.time_s).mean()
    assert np.gradient(coordinates, step, axis=0)[1:-1] == pytest.approx(rates[1:-1], abs=0.05)
    assert np.gradient(rates, step, axis=0)[1:-1] == pytest.approx(accelerations[1:-1], abs=5.0)
    up = stretch.ground.force[stretch.frames, :, 1].sum(axis=1) / (75.337 * 9.80665)
    assert up.min() > 0.5
    assert up.max() < 2.0


def test_the_furthest_coordinate_is_found_on_the_legs_only() -> None:
    names = read_stretch().motion.names
    ours, theirs = np.zeros((2, 5, len(names)))
    theirs[3, names.index("pelvis_tx")] = 9.0
    theirs[2, names.index("ankle_angle_l")] = -0.5
    theirs[1, names.index("knee_angle_r")] = 0.2
    assert furthest(ours, theirs, names) == (0.5, "ankle_angle_l")


def test_without_a_model_the_bench_says_where_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, require_oracle: Callable[[str], ModuleType]
) -> None:
    require_oracle("opensim")
    monkeypatch.setattr(bench_loads, "_BESIDE", tmp_path / "none.osim")
    with pytest.raises(UsageError, match=r"Expected the OpenSim model LaiUhlrich2022.osim .* --osim"):
        bench("loads")
    with pytest.raises(DataFileError, match="no file at"):
        bench("loads", osim=tmp_path / "other.osim")


def test_without_opensim_the_bench_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opensim", None)
    with pytest.raises(UsageError, match="Install it"):
        bench("loads")


def test_the_bench_prints_both_speeds_and_a_difference_below_a_tenth_of_a_newton_metre(
    shared_data: Path,
    require_oracle: Callable[[str], ModuleType],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    require_oracle("opensim")
    monkeypatch.setattr(benching, "muscle_costs", lambda *_: MUSCLES)  # else minutes of OpenSim's
    monkeypatch.setattr(benching, "draw_seconds", lambda: 8.0)
    sixty, many, apart, *muscles = bench("loads", osim=shared_data / "model" / "LaiUhlrich2022.osim")
    assert apart.unit == "Nm"
    assert 0.0 < apart.value < 0.1
    assert min(sixty.value, sixty.floor, many.value, many.floor) > 0.0
    assert capfd.readouterr().out == ""  # OpenSim's own listing of the model would break --json
    figures = {figure.name: figure for figure in muscles}
    assert len(figures) == len(muscles)
    whole = figures["inverse dynamics and static optimization, both legs"]
    assert whole.ratio == pytest.approx(80.0 / 400_000.0)
    assert whole.ratio < whole.aim
    assert figures["memory of 100000 frames"].ratio == pytest.approx(2.0)
    met = {name for name, figure in figures.items() if figure.floor_name == "aim" and figure.ratio <= figure.aim}
    assert "vasti and rectus femoris, RMS, without pennation's cosine, as OpenSim" in met
    assert "vasti and rectus femoris, RMS, with it" not in met
