"""Files that other programs read: their layout is worked out by hand here, and opened by those programs in the tests of the app."""

import csv
import io

import numpy as np
import pytest
import xarray as xr

from figures import film_of, squats
from kinechain.core.errors import DataFileError
from kinechain.core.types import Motion
from kinechain.io.opensim import format_mot, format_trc
from kinechain.io.result import format_result, read_result
from kinechain.io.tables import as_movement_poses, format_angles, motion_bytes

TIME_S = np.array([0.0, 0.5, 1.0])


def test_a_mot_is_in_degrees_and_leaves_out_what_opensim_cannot_read() -> None:
    text = format_mot("squat", TIME_S, {"knee_angle_r": np.array([0.0, np.pi / 2, np.nan])}, ["a note"])
    assert text.splitlines() == [
        "squat",
        "version=1",
        "nRows=2",
        "nColumns=2",
        "inDegrees=yes",
        "a note",
        "endheader",
        "time\tknee_angle_r",
        "0.000000\t0.000000",
        "0.500000\t90.000000",
    ]


def test_a_trc_is_in_millimetres_and_leaves_a_lost_marker_blank() -> None:
    hip = np.array([[0.0, 0.9, 0.1], [0.0, 0.5, 0.1], [np.nan, np.nan, np.nan]])
    lines = format_trc("squat.trc", TIME_S, {"hip": hip, "knee": 0.5 * hip}, 2.0).splitlines()
    assert lines[2].split("\t")[:5] == ["2.0000", "2.0000", "3", "2", "mm"]
    assert lines[3] == "Frame#\tTime\thip\t\t\tknee\t\t"
    assert lines[4] == "\t\tX1\tY1\tZ1\tX2\tY2\tZ2"
    assert lines[6] == "1\t0.000000\t0.000\t900.000\t100.000\t0.000\t450.000\t50.000"
    assert lines[8].split("\t")[2:] == [""] * 6


def motion() -> Motion:
    knee = np.column_stack([[np.nan] * 3, np.deg2rad([10.0, 90.0, np.nan])])
    variables = {
        "knee_flexion": (("time", "side"), knee),
        "knee_flexion_sd": (("time", "side"), np.where(np.isfinite(knee), np.deg2rad(2.0), np.nan)),
    }
    dataset = xr.Dataset(
        {name: (*variable, {"units": "rad"}) for name, variable in variables.items()},
        coords={"time": TIME_S, "side": ["left", "right"]},
    )
    return Motion(dataset)


def test_angles_csv_has_degrees_intervals_and_empty_cells() -> None:
    rows = list(csv.DictReader(io.StringIO(format_angles([("squat.mp4", motion())]))))
    assert "clip" not in rows[0]
    assert rows[1]["time_s"] == "0.5000"
    assert rows[1]["knee_flexion_r"] == "90.00"
    assert float(rows[1]["knee_flexion_r_high"]) == pytest.approx(90.0 + 1.645 * 2.0, abs=0.01)
    assert (rows[2]["knee_flexion_r"], rows[1]["knee_flexion_l"], rows[1]["trunk_lean"]) == ("", "", "")
    several = list(csv.DictReader(io.StringIO(format_angles([("a", motion()), ("b", motion())]))))
    assert [row["clip"] for row in several] == ["a"] * 3 + ["b"] * 3


def test_a_motion_survives_its_file() -> None:
    with xr.open_dataset(io.BytesIO(motion_bytes(motion())), engine="scipy") as back:
        xr.testing.assert_allclose(back, motion().dataset)
        assert back["knee_flexion"].attrs["units"] == "rad"


def test_keypoints_in_the_names_of_movement() -> None:
    poses = as_movement_poses(film_of(squats(1)))
    assert poses["position"].dims == ("time", "space", "keypoints", "individuals")
    assert poses["confidence"].dims == ("time", "keypoints", "individuals")
    assert poses.attrs["ds_type"] == "poses"
    assert poses.attrs["fps"] == pytest.approx(30.0)


def test_a_result_writes_missing_numbers_as_null_and_refuses_foreign_files(tmp_path) -> None:
    path = tmp_path / "result.json"
    path.write_text(format_result({"schema": "kinechain.result/1", "values": [float("nan"), 1.5]}))
    assert read_result(path)["values"] == [None, 1.5]
    for content in ("{", "[]", '{"schema": "other/1"}'):
        path.write_text(content)
        with pytest.raises(DataFileError, match="kinechain assess"):
            read_result(path)
    with pytest.raises(DataFileError):
        read_result(tmp_path / "absent.json")
