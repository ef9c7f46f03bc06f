"""`kinechain loads`: a real squat in, a whole folder out; what cannot be used ends in one sentence, and leaves nothing."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import numpy as np
import pytest
import xarray as xr

from kinechain.cli.run import run
from kinechain.core.types import Loads
from kinechain.io.opensim_tables import Table, format_sto, read_table
from kinechain.io.result import result_schema

BODY = ["--height-cm", "178", "--mass-kg", "75"]
#: As few draws as may be, where intervals are not the point.
FEW = ["--draws", "20"]
#: What muscles, kneecap and knee are asked for.
DEMANDS = {
    "patellofemoral_force_peak",
    "patellofemoral_stress_peak",
    "patellofemoral_impulse",
    "tibiofemoral_force_peak",
    "quadriceps_demand_peak",
}


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture(scope="module")
def squat(shared_data: Path) -> Table:
    """A second and a half of a real squat, in degrees as its file has it."""
    whole = read_table(shared_data / "mocap/opencap_squat.mot")
    return Table(whole.path, True, whole.time_s[:150], whole.names, whole.values[:150])


def written(
    path: Path, table: Table, values: np.ndarray | None = None, time_s: np.ndarray | None = None, drop: tuple[str, ...] = ()
) -> Path:
    """Write a motion in degrees, changed as a test wants it."""
    values = table.values if values is None else values
    columns = {name: values[:, place] for place, name in enumerate(table.names) if name not in drop}
    text = format_sto("squat", table.time_s if time_s is None else time_s, columns)
    path.write_text(text.replace("inDegrees=no", "inDegrees=yes"))
    return path


def changed(table: Table, name: str, values: Any) -> np.ndarray:
    copy = table.values.copy()
    copy[:, table.names.index(name)] = values
    return copy


@pytest.fixture(scope="module")
def folder(squat: Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("loads")
    motion = written(place / "squat.mot", squat)
    assert run(["loads", str(motion), *BODY, *FEW, "--seed", "3", "-o", str(place / "out")]) == 0
    return place / "out"


@pytest.fixture(scope="module")
def netcdf(folder: Path) -> Loads:
    """What `loads.nc` holds: its draws are the variables named so."""
    with xr.open_dataset(folder / "loads.nc", engine="scipy") as opened:
        dataset = opened.load()
    drawn = {f"{name}_draws": name for name in Loads.DRAWN}
    return Loads(dataset.drop_vars(list(drawn)), dataset[list(drawn)].rename(drawn))


def test_its_help_says_what_may_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = answer(capsys, "loads", "--help")
    assert code == 0
    for option in ("--height-cm", "--mass-kg", "--grf", "--load-kg", "--load-at", "--draws", "--seed", "--json"):
        assert option in out


def test_the_folder_is_whole(folder: Path) -> None:
    files = ["activations.sto", "loads.csv", "loads.json", "loads.nc", "loads.sto", "muscle_forces.sto", "report.html"]
    assert sorted(path.name for path in folder.iterdir()) == files


def test_all_files_tell_the_same_moment(folder: Path, netcdf: Loads) -> None:
    sto = read_table(folder / "loads.sto")
    document = json.loads((folder / "loads.json").read_text())
    loads = netcdf
    csv = np.genfromtxt(folder / "loads.csv", delimiter=",", names=True)
    for side in ("left", "right"):
        knee = -loads.values("moment", side, "knee_angle") / 75.0
        row = next(row for row in document["loads"] if (row["code"], row["side"]) == ("knee_extension_moment_peak", side))
        assert row["value"] == pytest.approx(np.nanmax(knee), abs=1e-3)
        assert row["low"] < row["value"] < row["high"]
        np.testing.assert_allclose(csv[f"knee_extension_moment_{side[0]}"], knee, atol=1e-3, rtol=1e-3)
        column = sto.values[:, sto.names.index(f"knee_angle_{side[0]}_moment")]
        np.testing.assert_allclose(column, loads.values("moment", side, "knee_angle"), rtol=1e-6)
    assert document["ground"] == "estimated"
    assert document["motion"]["frames"] == 150


def test_its_rows_are_rows_of_a_result(folder: Path) -> None:
    rows = json.loads((folder / "loads.json").read_text())["loads"]
    assert sum(row["code"].endswith("_moment_peak") for row in rows) == 6
    assert {(row["code"], row["side"]) for row in rows} >= {(code, side) for code in DEMANDS for side in ("left", "right")}
    jsonschema.validate(rows, result_schema()["properties"]["loads"])


def test_all_files_tell_the_same_of_muscles_and_kneecaps(folder: Path, netcdf: Loads) -> None:
    csv = np.genfromtxt(folder / "loads.csv", delimiter=",", names=True)
    sto = read_table(folder / "loads.sto")
    rows = json.loads((folder / "loads.json").read_text())["loads"]
    for side in ("left", "right"):
        force = netcdf.of_leg("patellofemoral_force", side)
        np.testing.assert_allclose(csv[f"patellofemoral_force_{side[0]}"], force, rtol=1e-3)
        np.testing.assert_allclose(sto.values[:, sto.names.index(f"patellofemoral_force_{side[0]}")], force, rtol=1e-6)
        (peak,) = (row for row in rows if (row["code"], row["side"]) == ("patellofemoral_force_peak", side))
        assert peak["value"] == pytest.approx(np.nanmax(force) / (75.0 * 9.81), rel=2e-3)
        assert peak["low"] < peak["value"] < peak["high"]
        assert peak["unit"] == "BW"
    for file, variable in (("activations.sto", "activation"), ("muscle_forces.sto", "muscle_force")):
        table = read_table(folder / file)
        assert len(table.names) == 80
        for name in ("vasmed_l", "glmax1_r"):
            told = netcdf.of_leg(variable, "left" if name.endswith("_l") else "right", name[:-2])
            np.testing.assert_allclose(table.values[:, table.names.index(name)], told, rtol=1e-6)


def test_draws_and_seed_are_told_and_written(folder: Path, netcdf: Loads) -> None:
    document = json.loads((folder / "loads.json").read_text())
    assert (document["draws"], document["seed"]) == (20, 3)
    assert netcdf.draws is not None
    assert dict(netcdf.draws.sizes) == {"draw": 20, "time": 150, "side": 2}
    assert (netcdf.dataset.attrs["draws"], netcdf.dataset.attrs["seed"]) == (20, 3)


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(folder: Path, squat: Table, tmp_path: Path) -> None:
    motion = written(tmp_path / "squat.mot", squat)
    for seed in ("3", "4"):
        assert run(["loads", str(motion), *BODY, *FEW, "--seed", seed, "-o", str(tmp_path / seed)]) == 0
    for file in ("loads.json", "activations.sto", "loads.csv"):
        first, again = (folder / file).read_bytes(), (tmp_path / "3" / file).read_bytes()
        assert first == again
    first, other = (json.loads((place / "loads.json").read_text()) for place in (folder, tmp_path / "4"))
    assert first["motion"] == other["motion"]
    assert [row["value"] for row in first["loads"]] == [row["value"] for row in other["loads"]]
    assert [row["low"] for row in first["loads"]] != [row["low"] for row in other["loads"]]


def test_opensim_opens_it(folder: Path, require_oracle: Callable[[str], ModuleType]) -> None:
    opensim: Any = require_oracle("opensim")
    opensim.Logger.removeFileSink()  # else it leaves a log wherever the tests run
    table = opensim.TimeSeriesTable(str(folder / "loads.sto"))
    assert table.getNumRows() == 150
    assert {f"{name}_{side}_moment" for name in Loads.LOADED for side in "rl"} <= set(table.getColumnLabels())
    assert opensim.Storage(str(folder / "loads.sto")).getSize() == 150


def test_moments_that_cannot_be_known_are_missing_everywhere(folder: Path) -> None:
    sto = read_table(folder / "loads.sto")
    assert np.isnan(sto.values[:, sto.names.index("hip_adduction_r_moment")]).all()
    assert np.isfinite(sto.values[:, sto.names.index("hip_flexion_r_moment")]).all()
    assert "sideways" in (folder / "report.html").read_text(encoding="utf-8")


def test_json_on_standard_output_and_a_folder_of_the_day(
    capsys: pytest.CaptureFixture[str], squat: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    motion = written(tmp_path / "squat.mot", squat, drop=("mtp_angle_r",))
    monkeypatch.chdir(tmp_path)
    code, out, err = answer(capsys, "loads", motion, *BODY, "--load-kg", "20", "--load-at", "front", *FEW, "--json")
    assert code == 0, err
    document = json.loads(out)
    assert document["load_kg"] == 20.0
    assert document["motion"]["at_rest"] == ["mtp_angle_r"]
    (made,) = tmp_path.glob("kinechain-*-loads")
    assert json.loads((made / "loads.json").read_text()) == document


def test_the_terminal_says_what_the_report_says(capsys: pytest.CaptureFixture[str], squat: Table, tmp_path: Path) -> None:
    motion = written(tmp_path / "squat.mot", squat)
    code, out, err = answer(capsys, "loads", motion, *BODY, *FEW, "-o", tmp_path / "out")
    assert code == 0, err
    told = " ".join(out.replace("\xa0", " ").split())
    said = json.loads((tmp_path / "out" / "loads.json").read_text())["said"]
    assert told.startswith(said["demand"]["headline"].replace("\xa0", " "))
    assert re.search(r"Knee extension moment: up to \d\.\d Nm/kg \(", told)
    assert "What cannot be known here, and why" in out
    code, _, err = answer(capsys, "loads", motion, *BODY, *FEW, "-o", tmp_path / "out")
    assert code == 4
    assert "nothing is overwritten" in err


def bad_motions(squat: Table, place: Path) -> dict[str, tuple[Path, str]]:
    """The six bad motions that must be refused or told, each with what is said."""
    knee = squat.values[:, squat.names.index("knee_angle_r")]
    radians = written(place / "radians.mot", squat)
    radians.write_text(radians.read_text().replace("inDegrees=yes", "inDegrees=no"))
    ten = Table(squat.path, True, squat.time_s[:10], squat.names, squat.values[:10])
    return {
        "missing": (
            written(place / "missing.mot", squat, drop=("hip_flexion_l", "knee_angle_l")),
            "without hip_flexion_l, knee_angle_l.",
        ),
        "nan": (
            written(place / "nan.mot", squat, changed(squat, "knee_angle_r", np.where(squat.time_s == 0.5, np.nan, knee))),
            "none for knee_angle_r at 0.5 s in ",
        ),
        "radians": (radians, "change that line to inDegrees=yes."),
        "ten": (written(place / "ten.mot", ten), "at least 20 frames, to tell accelerations from noise, got 10 in "),
        "backwards": (written(place / "backwards.mot", squat, time_s=squat.time_s[::-1]), "time running backwards in "),
        "170": (written(place / "knee.mot", squat, changed(squat, "knee_angle_r", 170.0)), "170 degrees"),
    }


@pytest.mark.parametrize("kind", ["missing", "nan", "radians", "ten", "backwards", "170"])
def test_a_motion_that_cannot_be_used_ends_with_4_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], squat: Table, tmp_path: Path, kind: str
) -> None:
    motion, said = bad_motions(squat, tmp_path)[kind]
    code, out, err = answer(capsys, "loads", motion, *BODY, *FEW, "-o", tmp_path / "out")
    assert (code, out) == (4, "")
    assert err.startswith("kinechain: Expected ")
    assert said in err
    assert str(motion) in err
    assert not (tmp_path / "out").exists()


def test_a_knee_at_170_degrees_for_a_while_is_told_and_left_out(
    capsys: pytest.CaptureFixture[str], squat: Table, tmp_path: Path
) -> None:
    knee = squat.values[:, squat.names.index("knee_angle_r")]
    knee = 170.0 * knee / knee.max()
    motion = written(tmp_path / "deep.mot", squat, changed(squat, "knee_angle_r", knee))
    code, out, err = answer(capsys, "loads", motion, *BODY, *FEW, "-o", tmp_path / "out")
    assert code == 0, err
    frames = json.loads((tmp_path / "out" / "loads.json").read_text())["motion"]["unmodelled_frames"]
    assert frames == pytest.approx((knee > 140.0).sum(), abs=4), "but for what smoothing does"
    assert f"does not hold in {frames} frames" in out
    sto = read_table(tmp_path / "out" / "loads.sto")
    assert np.isnan(sto.values[knee > 145.0, sto.names.index("knee_angle_l_moment")]).all(), "both legs hang on one body"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["squat.mot", "--mass-kg", "75"], "--height-cm"),
        (["squat.mot", "--height-cm", "1.78", "--mass-kg", "75"], "a height between 90 and 240 cm, got 2 cm"),
        (["squat.mot", *BODY, "--load-kg", "-3"], "a load between 0 and 500 kg"),
        (["squat.mot", *BODY, "--load-at", "head"], "head"),
        (["squat.mot", *BODY, "--draws", "5"], "Expected 20 to 5000 draws, got 5."),
        (["squat.mot", *BODY, "--draws", "6000"], "Expected 20 to 5000 draws, got 6000."),
        (["squat.mot", *BODY, "--draws", "many"], "--draws"),
        (["squat.mot", *BODY, "--seed", "-1"], "Expected a seed of 0 or more, got -1."),
    ],
)
def test_wrong_usage_ends_with_2(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    code, out, err = answer(capsys, "loads", *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_plates_that_name_no_foot_end_with_4(capsys: pytest.CaptureFixture[str], squat: Table, tmp_path: Path) -> None:
    motion = written(tmp_path / "squat.mot", squat)
    forces = tmp_path / "forces.mot"
    forces.write_text(format_sto("forces", squat.time_s, {"2_ground_force_vx": np.zeros(150)}))
    code, _, err = answer(capsys, "loads", motion, *BODY, *FEW, "--grf", forces, "-o", tmp_path / "out")
    assert code == 4
    assert "Rename the columns by the foot that stood on each plate." in err


def test_with_plates_all_six_moments_of_each_leg_are_known(
    capsys: pytest.CaptureFixture[str], squat: Table, tmp_path: Path
) -> None:
    """Plates under still feet that share by 60 to 40: the right leg bears more, and what is sideways is told."""
    motion, columns = written(tmp_path / "squat.mot", squat), {}
    weight = 75.0 * 9.81
    for side, share, across in (("r", 0.6, -0.45), ("l", 0.4, -0.75)):
        for axis, force, place in zip("xyz", (0.0, share * weight, 0.0), (-0.15, 0.0, across), strict=True):
            columns[f"ground_force_{side}_v{axis}"] = np.full(150, force)
            columns[f"ground_force_{side}_p{axis}"] = np.full(150, place)
            columns[f"ground_torque_{side}_{axis}"] = np.zeros(150)
    (tmp_path / "forces.mot").write_text(format_sto("forces", squat.time_s, columns))
    code, _, err = answer(capsys, "loads", motion, *BODY, *FEW, "--grf", tmp_path / "forces.mot", "-o", tmp_path / "out")
    assert code == 0, err
    sto = read_table(tmp_path / "out" / "loads.sto")
    assert np.isfinite(sto.values[:, [place for place, name in enumerate(sto.names) if name.endswith("_moment")]]).all()
    assert json.loads((tmp_path / "out" / "loads.json").read_text())["ground"] == "plates"
