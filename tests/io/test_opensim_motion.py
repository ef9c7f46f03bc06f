"""OpenSim's tables come in as radians, metres and newtons, go out as OpenSim reads them, and bad ones are refused in a sentence."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kinechain.core.errors import DataFileError
from kinechain.core.types import Coordinates
from kinechain.io.ground_forces import read_ground_reaction
from kinechain.io.opensim_motion import MotionLimits, read_mot
from kinechain.io.opensim_tables import format_sto, read_table

LIMITS = MotionLimits(least_frames=20, longest_step_s=0.1, hyperextension_rad=0.35, drop_m=0.05)
TIME_S = np.arange(40) / 20.0
#: Down to 90 degrees of knee flexion in a second, and up again.
BEND = 45.0 * (1.0 - np.cos(np.pi * TIME_S))
NEEDED = ("pelvis_ty", "pelvis_rotation", "hip_flexion_r", "knee_angle_r", "knee_angle_l", "ankle_angle_r")


def squat() -> dict[str, np.ndarray]:
    """A squat in degrees and metres, as a file has it."""
    return {
        "pelvis_ty": 0.95 - 0.004 * BEND,
        "pelvis_rotation": np.full(TIME_S.shape, 10.0),
        "hip_flexion_r": 1.1 * BEND,
        "knee_angle_r": BEND,
        "knee_angle_r_beta": np.deg2rad(BEND),
        "knee_angle_l": BEND + 1.0,
        "ankle_angle_r": 0.3 * BEND,
    }


def text_of(
    columns: Mapping[str, np.ndarray], time_s: np.ndarray = TIME_S, degrees: str = "inDegrees=yes", between: str = "\t"
) -> str:
    rows = np.column_stack([time_s, *columns.values()])
    head = ["Coordinates", "version=1", f"nRows={rows.shape[0]}", f"nColumns={rows.shape[1]}", degrees, "", "a note = with a sign"]
    lines = [between.join(f"{value:.10g}" for value in row) for row in rows]
    return "\n".join([*head, "endheader", between.join(["time", *columns]), *lines]) + "\n"


@pytest.fixture
def mot(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str | None = None, name: str = "squat.mot") -> Path:
        path = tmp_path / name
        path.write_text(text_of(squat()) if text is None else text)
        return path

    return write


@pytest.mark.parametrize("between", ["\t", "   ", " \t"])
def test_degrees_become_radians_and_lengths_stay(mot: Callable[..., Path], between: str) -> None:
    motion = read_mot(mot(text_of(squat(), between=between)), LIMITS, NEEDED)
    assert motion.time_s == pytest.approx(TIME_S)
    assert motion.curve("knee_angle_r") == pytest.approx(np.deg2rad(BEND))
    assert motion.curve("pelvis_ty") == pytest.approx(0.95 - 0.004 * BEND)
    assert motion.curve("pelvis_rotation")[0] == pytest.approx(np.deg2rad(10.0))


def test_the_kneecaps_coordinates_are_radians_in_any_file(mot: Callable[..., Path], shared_data: Path) -> None:
    motion = read_mot(mot(), LIMITS, NEEDED)
    assert motion.curve("knee_angle_r_beta") == pytest.approx(motion.curve("knee_angle_r"))
    real = read_mot(shared_data / "mocap/opencap_squat.mot", LIMITS, NEEDED)
    for side in "rl":
        assert real.curve(f"knee_angle_{side}_beta") == pytest.approx(real.curve(f"knee_angle_{side}"), abs=1e-6)
    assert real.time_s.size == 801
    assert np.rad2deg(real.curve("knee_angle_r").max()) == pytest.approx(86.97, abs=0.01)


def test_a_file_of_states_is_read_by_its_short_names_without_its_speeds(mot: Callable[..., Path]) -> None:
    columns = {
        "/jointset/walker_knee_r/knee_angle_r/value": np.deg2rad(BEND),
        "/jointset/walker_knee_r/knee_angle_r/speed": np.gradient(np.deg2rad(BEND), TIME_S),
        "/jointset/ground_pelvis/pelvis_ty/value": 0.95 - 0.004 * BEND,
        "/forceset/vasmed_r/activation": np.full(TIME_S.shape, np.nan),
    }
    motion = read_mot(mot(text_of(columns, degrees="inDegrees=no"), "states.sto"), LIMITS)
    assert motion.names == ("knee_angle_r", "pelvis_ty")
    assert motion.curve("knee_angle_r") == pytest.approx(np.deg2rad(BEND))


def changed(**columns: np.ndarray) -> str:
    return text_of(squat() | columns)


def with_gap() -> np.ndarray:
    knee = BEND.copy()
    knee[[7, 9]] = np.nan
    return knee


BAD = {
    "missing": (
        text_of({"pelvis_ty": BEND, "knee_angle_r": BEND}),
        "without pelvis_rotation, hip_flexion_r, knee_angle_l, ankle_angle_r.",
    ),
    "nan": (changed(knee_angle_r=with_gap()), "a number at every time, got none for knee_angle_r at 0.35 s (2 times in all) in "),
    "infinite": (changed(knee_angle_l=np.where(TIME_S == 1.0, np.inf, BEND)), "got none for knee_angle_l at 1 s in "),
    "degrees called radians": (text_of(squat(), degrees="inDegrees=no"), "hip_flexion_r up to 99 in "),
    "radians called degrees": (
        text_of({name: value if name == "pelvis_ty" else np.deg2rad(value) for name, value in squat().items()}),
        "legs that never bend by more than 1.7 degrees in ",
    ),
    "neither": (text_of(squat(), degrees=""), "a line inDegrees=yes or inDegrees=no before endheader, got none in "),
    "more than half a turn": (changed(ankle_angle_r=BEND + 300.0), "ankle_angle_r up to 390 degrees in "),
    "ten frames": (
        text_of({name: value[:10] for name, value in squat().items()}, TIME_S[:10]),
        "at least 20 frames, to tell accelerations from noise, got 10 in ",
    ),
    "backwards": (text_of(squat(), TIME_S[::-1]), "time running backwards in "),
    "repeated": (text_of(squat(), np.where(TIME_S == 0.5, 0.45, TIME_S)), "the same time twice in "),
    "milliseconds": (text_of(squat(), 1000.0 * TIME_S), "frames at most 0.1 s apart, times in seconds, got 50 s after 0 s in "),
    "foreign sign": (changed(knee_angle_r=-BEND, knee_angle_l=-BEND), "knee_angle_r down to -90 degrees in "),
    "forces": (text_of({"ground_force_r_vx": BEND}), "a motion with joint angles, got ground forces in "),
    "no table": ("time,knee\n0,1\n", "with the line endheader, got "),
    "no time": (text_of(squat()).replace("time\t", "when\t"), "column names that begin with time, after endheader, got when in "),
    "nothing after its head": ("a\nendheader\n", "column names that begin with time, after endheader, got none in "),
    "no rows": ("a\nendheader\ntime\tx\n", "at least one row of numbers, got none in "),
    "twice": (text_of(squat()).replace("knee_angle_l", "knee_angle_r"), "every column once, got knee_angle_r twice in "),
    "vectors": ("a\nDataType=Vec3\nendheader\ntime\tx\n0\t1,2,3\n", "(DataType=double), got DataType=vec3 in "),
    "cut off in a row": (text_of(squat())[:-30], "8 numbers in every row, got 6 in line 49 of "),
    "cut off between rows": ("\n".join(text_of(squat()).splitlines()[:-5]), "40 rows, as nRows in its head says, got 35 in "),
    "columns": (text_of(squat()).replace("nColumns=8", "nColumns=9"), "9 columns, as nColumns in its head says, got 8 names in "),
    "one row shorter": (text_of(squat()).replace("0.1\t", "", 1), "8 numbers in every row, got 7 in line 12 of "),
    "words": (text_of(squat()).replace("\n0.1\t", "\n0.1\twet", 1), " as pelvis_ty in line 12 of "),
    "a time that is none": (text_of(squat()).replace("\n0.1\t", "\nnan\t", 1), "a time in every row, got none in row 3 of "),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_motion_is_refused_in_one_sentence(mot: Callable[..., Path], kind: str) -> None:
    text, said = BAD[kind]
    path = mot(text)
    with pytest.raises(DataFileError, match=re.escape(said)) as refused:
        read_mot(path, LIMITS, NEEDED)
    assert str(path) in str(refused.value)
    assert str(refused.value).startswith("Expected ")
    assert str(refused.value).endswith(".")


def test_what_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mot").write_bytes(bytes(range(128, 256)))
    with pytest.raises(DataFileError, match="which is text"):
        read_table(tmp_path / "film.mot")
    with pytest.raises(DataFileError, match=r"which cannot be read \(No such file"):
        read_table(tmp_path / "absent.mot")
    with pytest.raises(DataFileError, match="which cannot be read"):
        read_table(tmp_path)


def test_a_deep_knee_and_one_frame_of_hyperextension_are_not_the_readers_to_judge(mot: Callable[..., Path]) -> None:
    knee = BEND * 170.0 / 90.0
    knee[0] = -25.0
    assert np.rad2deg(read_mot(mot(changed(knee_angle_r=knee)), LIMITS, NEEDED).curve("knee_angle_r").max()) == pytest.approx(170.0)


@given(sway=st.floats(0.0, 3.0), lean=st.floats(-0.02, 0.02))
def test_quiet_standing_in_degrees_is_believed(tmp_path_factory: pytest.TempPathFactory, sway: float, lean: float) -> None:
    """Legs that hardly bend are no radians as long as the pelvis stays up: the test for units never hits a person who stands."""
    path = tmp_path_factory.getbasetemp() / "standing.mot"
    columns = {name: sway * np.sin(TIME_S) for name in NEEDED} | {"pelvis_ty": 0.95 + lean * np.sin(TIME_S)}
    path.write_text(text_of(columns))
    assert read_mot(path, LIMITS, NEEDED).curve("knee_angle_r") == pytest.approx(np.deg2rad(sway * np.sin(TIME_S)))


NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.just(float("nan")))


@given(values=arrays(float, (5, 3), elements=NUMBERS))
def test_what_is_written_comes_back(tmp_path_factory: pytest.TempPathFactory, values: np.ndarray) -> None:
    path = tmp_path_factory.getbasetemp() / "round.sto"
    path.write_text(format_sto("loads", TIME_S[:5], dict(zip(("a", "b", "c"), values.T, strict=True)), ["a note"]))
    back = read_table(path)
    assert (back.names, back.in_degrees) == (("a", "b", "c"), False)
    assert back.time_s == pytest.approx(TIME_S[:5])
    np.testing.assert_allclose(back.values, values, rtol=1e-7, equal_nan=True)


@pytest.fixture(scope="module")
def opensim(require_oracle: Callable[[str], ModuleType]) -> ModuleType:
    module = require_oracle("opensim")
    module.Logger.removeFileSink()  # else it leaves a log wherever the tests run
    return module


def test_opensim_opens_what_is_written(tmp_path: Path, opensim: Any) -> None:
    """Also `Storage`, its older reader, to the last row although some numbers are missing."""
    path = tmp_path / "loads.sto"
    moment = np.where(TIME_S < 0.5, np.nan, BEND)
    path.write_text(format_sto("Loads", TIME_S, {"knee_angle_r_moment": moment, "pelvis_tx_force": BEND}, ["a note in words"]))
    table = opensim.TimeSeriesTable(str(path))
    assert list(table.getColumnLabels()) == ["knee_angle_r_moment", "pelvis_tx_force"]
    assert np.array(table.getIndependentColumn()) == pytest.approx(TIME_S)
    assert table.getDependentColumn("knee_angle_r_moment").to_numpy() == pytest.approx(moment, nan_ok=True)
    storage = opensim.Storage(str(path))
    place = storage.getStateIndex("pelvis_tx_force")
    assert [storage.getStateVector(row).getData().get(place) for row in range(storage.getSize())] == pytest.approx(BEND)


def test_what_opensim_writes_is_read(tmp_path: Path, opensim: Any) -> None:
    table = opensim.TimeSeriesTable()
    table.setColumnLabels(list(squat()))
    for time, row in zip(TIME_S, np.column_stack(list(squat().values())), strict=True):
        table.appendRow(float(time), opensim.RowVector(row.tolist()))
    table.addTableMetaDataString("inDegrees", "yes")
    opensim.STOFileAdapter.write(table, str(tmp_path / "table.sto"))
    motion = read_mot(tmp_path / "table.sto", LIMITS, NEEDED)
    assert motion.names == tuple(squat())
    assert motion.curve("knee_angle_r") == pytest.approx(np.deg2rad(BEND))


# --- force plates ---

PLATE_S = np.arange(0, 401) / 200.0
NAMINGS: dict[str, Callable[[str, str, str], str]] = {
    "ground_force_r_vx": lambda side, part, axis: f"ground_{'torque' if part == 'm' else 'force'}_{side}_{part.strip('m')}{axis}",
    "R_ground_force_vx": lambda side, part, axis: (
        f"{side.upper()}_ground_{'torque' if part == 'm' else 'force'}_{part.strip('m')}{axis}"
    ),
    "ground_force_calcn_r_vx": lambda side, part, axis: f"ground_force_calcn_{side}_{part}{axis}",
    "gait2392": lambda side, part, axis: (
        ("1_" if side == "l" else "") + f"ground_{'torque' if part == 'm' else 'force'}_{part.strip('m')}{axis}"
    ),
}


def standing(naming: Callable[[str, str, str], str]) -> dict[str, np.ndarray]:
    """Standing on two plates, 300 N left and 500 N right; the left foot is lifted for the last half second."""
    lifted = PLATE_S > 1.5
    columns = {}
    for side, force, across in (("r", 500.0, 0.1), ("l", 300.0, -0.1)):
        up = np.where(lifted & (side == "l"), 0.0, force)
        given_point = (0.05 + 0.01 * PLATE_S, 0.0 * PLATE_S, np.full(PLATE_S.shape, across))
        for axis, pushed, at, twist in zip("xyz", (0.02 * up, up, 0.0 * up), given_point, (0.0, 1.5, 0.0), strict=True):
            at = np.where(up > 0.0, at, 0.0)  # what plates say of a foot in the air
            columns[naming(side, "v", axis)] = pushed
            columns[naming(side, "p", axis)] = at
            columns[naming(side, "m", axis)] = np.where(up > 0.0, twist, 0.0)
    return columns


def motion_of(time_s: np.ndarray = TIME_S, turned_deg: float = 0.0) -> Coordinates:
    return Coordinates(time_s, ("pelvis_rotation",), np.full((time_s.size, 1), np.deg2rad(turned_deg)))


@pytest.mark.parametrize("naming", NAMINGS)
def test_plates_are_read_by_side_and_brought_to_the_motions_times(mot: Callable[..., Path], naming: str) -> None:
    path = mot(text_of(standing(NAMINGS[naming]), PLATE_S, "inDegrees=no"), "forces.mot")
    ground = read_ground_reaction(path, motion_of(), 20.0)
    assert ground.force.shape == (40, 2, 3)
    assert ground.force[10] == pytest.approx(np.array([[6.0, 300.0, 0.0], [10.0, 500.0, 0.0]]))
    assert ground.centre_of_pressure[10] == pytest.approx(np.array([[0.055, 0.0, -0.1], [0.055, 0.0, 0.1]]), abs=1e-4)
    assert ground.moment[10] == pytest.approx(np.array([[0.0, 1.5, 0.0]] * 2), abs=1e-3)
    assert (ground.force[-5:, 0] == 0.0).all(), "the left foot is in the air"
    assert np.isnan(ground.centre_of_pressure[-5:, 0]).all()
    assert np.isfinite(ground.centre_of_pressure[:, 1]).all()


@given(at=st.floats(0.0, 2.0))
def test_the_moment_about_the_origin_is_linear_between_samples(tmp_path_factory: pytest.TempPathFactory, at: float) -> None:
    """Also where a foot lifts: a centre of pressure at the origin there never pulls the true one along."""
    path = tmp_path_factory.getbasetemp() / "plates.mot"
    columns = standing(NAMINGS["ground_force_r_vx"])
    path.write_text(text_of(columns, PLATE_S, "inDegrees=no"))
    ground = read_ground_reaction(path, motion_of(np.array([at, at + 1e-9]) if at < 2.0 else np.array([1.0, 2.0])), 20.0)
    force, centre, moment = (part[0, 1] for part in (ground.force, ground.centre_of_pressure, ground.moment))
    when = at if at < 2.0 else 1.0
    samples = {part: np.column_stack([columns[NAMINGS["ground_force_r_vx"]("r", part, axis)] for axis in "xyz"]) for part in "vpm"}
    about_origin = samples["m"] + np.cross(samples["p"], samples["v"])
    expected = [np.interp(when, PLATE_S, about_origin[:, axis]) for axis in range(3)]
    assert np.cross(centre, force) + moment == pytest.approx(expected, abs=1e-6)
    left = ground.centre_of_pressure[0, 0]
    assert np.isnan(left).all() or left == pytest.approx([0.05 + 0.01 * when, 0.0, -0.1], abs=1e-4)


def numbered(side: str, part: str, axis: str) -> str:
    return f"{ {'r': 1, 'l': 2}[side] }_ground_{'torque' if part == 'm' else 'force'}_{part.strip('m')}{axis}"


def forces(change: Callable[[dict[str, np.ndarray]], None] = lambda _: None) -> str:
    columns = standing(NAMINGS["ground_force_r_vx"])
    change(columns)
    return text_of(columns, PLATE_S, "")


def press_down(columns: dict[str, np.ndarray]) -> None:
    for name in columns:
        if "_v" in name:
            columns[name] = -columns[name]


def lose_a_sample(columns: dict[str, np.ndarray]) -> None:
    columns["ground_force_l_vy"] = np.where(PLATE_S == 1.0, np.nan, columns["ground_force_l_vy"])


def in_millimetres(columns: dict[str, np.ndarray]) -> None:
    for name in columns:
        if "_p" in name:
            columns[name] = 1000.0 * columns[name]


def no_place_in_the_air(columns: dict[str, np.ndarray]) -> None:
    for name in columns:
        if "_l_p" in name or "torque_l" in name:
            columns[name] = np.where(PLATE_S > 1.5, np.nan, columns[name])


def test_a_foot_in_the_air_needs_no_centre_of_pressure(mot: Callable[..., Path]) -> None:
    told, silent = (
        read_ground_reaction(mot(text, "forces.mot"), motion_of(), 20.0) for text in (forces(), forces(no_place_in_the_air))
    )
    np.testing.assert_array_equal(told.force, silent.force)
    np.testing.assert_array_equal(told.centre_of_pressure, silent.centre_of_pressure)


BAD_PLATES = {
    "numbered": (text_of(standing(numbered), PLATE_S), "plates called 1, 2 in "),
    "no plates": (text_of(squat()), "columns such as ground_force_r_vx, ground_force_r_px and ground_torque_r_x, got none in "),
    "no moment": (
        forces(lambda columns: [columns.pop(f"ground_torque_l_{axis}") for axis in "xyz"]),
        "without ground_torque_l_x, ",
    ),
    "too short": (
        text_of(standing(NAMINGS["gait2392"]), PLATE_S - 0.5),
        "over the whole motion, from 0 to 1.95 s, got -0.5 to 1.5 s in ",
    ),
    "pressing down": (forces(press_down), "which point up (y positive), got none that do in "),
    "millimetres": (forces(in_millimetres), "centres of pressure in metres, got one 100 away from the origin in "),
    "not a number": (forces(lose_a_sample), "got none for ground_force_l_vy at 1 s in "),
}


@pytest.mark.parametrize("kind", BAD_PLATES)
def test_bad_plates_are_refused_in_one_sentence(mot: Callable[..., Path], kind: str) -> None:
    text, said = BAD_PLATES[kind]
    path = mot(text, "forces.mot")
    with pytest.raises(DataFileError, match=re.escape(said)) as refused:
        read_ground_reaction(path, motion_of(), 20.0)
    assert str(path) in str(refused.value)


def test_feet_that_are_exchanged_show_by_where_the_pelvis_faces(mot: Callable[..., Path]) -> None:
    path = mot(text_of(standing(NAMINGS["ground_force_r_vx"]), PLATE_S), "forces.mot")
    with pytest.raises(DataFileError, match="got it 20 cm to the left"):
        read_ground_reaction(path, motion_of(turned_deg=180.0), 20.0)
