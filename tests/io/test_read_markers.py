"""Marker files come in as metres with y up, what is missing as NaN, and a bad file is refused in one sentence."""

import builtins
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import c3d
import numpy as np
import pytest

from kinechain.core.errors import DataFileError, UsageError
from kinechain.io.markers import read_markers
from kinechain.io.opensim import format_trc

TIME_S = np.array([0.0, 0.01, 0.02])
KNEE = np.array([[0.1, 0.5, 0.2], [0.1, 0.49, 0.2], [np.nan, np.nan, np.nan]])
ANKLE = np.array([[0.1, 0.1, 0.2], [np.nan, np.nan, np.nan], [0.11, 0.1, 0.2]])


@pytest.fixture
def trc(tmp_path: Path) -> Path:
    path = tmp_path / "squat.trc"
    path.write_text(format_trc("squat.trc", TIME_S, {"LKNE": KNEE, "LANK": ANKLE}, 100.0))
    return path


def write_c3d(path: Path, points: np.ndarray, labels: list[str], units: str = "mm", up: str | None = None) -> Path:
    """Write points (time, marker, 3) as a laboratory would; NaN becomes an invalid point."""
    writer = c3d.Writer(point_rate=100.0, point_units=units)
    for frame in points:
        lost = np.isnan(frame).any(axis=1)
        rows = np.zeros((len(labels), 5), dtype=np.float32)
        rows[:, :3] = np.where(lost[:, None], 0.0, frame)
        rows[lost, 3:] = -1.0
        writer.add_frames([(rows, np.array([[]], dtype=np.float32))])
    writer.set_point_labels(labels)
    if up is not None:
        writer.set_screen_axis("+X", up)
    with path.open("wb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses labels of force plates, which there are none of
        writer.write(file)
    return path


def test_a_trc_comes_back_as_it_was_written(trc: Path) -> None:
    markers = read_markers(trc)
    assert markers.names == ("LKNE", "LANK")
    assert markers.time_s == pytest.approx(TIME_S)
    assert markers.path("LKNE") == pytest.approx(KNEE, nan_ok=True)
    assert markers.path("LANK") == pytest.approx(ANKLE, nan_ok=True)
    assert np.isnan(markers.path("RKNE")).all()


def test_units_zeros_subjects_and_axes_are_taken_as_meant(trc: Path) -> None:
    text = trc.read_text().replace("\tmm\t", "\tm\t").replace("LKNE", "Anna:LKNE").replace("100.000\t490.000\t200.000", "0\t0\t0")
    trc.write_text(text)
    markers = read_markers(trc, up="z")
    assert markers.names == ("LKNE", "LANK")
    assert markers.path("LKNE")[0] == pytest.approx([100.0, 200.0, -500.0])
    assert np.isnan(markers.path("LKNE")[1]).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("PathFileType", "Path"), "Expected a .trc whose first line begins with PathFileType, got "),
        (("\tmm\t", "\tfeet\t"), "Expected a unit among mm, cm, m, got 'feet' in "),
        (("490.000", "wet"), "Expected numbers, got line 8 of "),
        (("0.010000", "0.000000"), "Expected each marker once and rising times, got "),
        (("LANK", "LKNE"), "Expected each marker once and rising times, got "),
        (("490.000", "1\t2\t3\t4\t5\t6"), "Expected 7 numbers in a row, got more in line 8 of "),
    ],
)
def test_a_bad_trc_is_refused_in_one_sentence(trc: Path, change: tuple[str, str], said: str) -> None:
    trc.write_text(trc.read_text().replace(*change))
    with pytest.raises(DataFileError, match=re.escape(said)):
        read_markers(trc)


def test_a_trc_without_frames_is_refused(trc: Path) -> None:
    trc.write_text("\n".join(trc.read_text().splitlines()[:5]))
    with pytest.raises(DataFileError, match="at least one marker and one frame"):
        read_markers(trc)


@pytest.mark.parametrize(("units", "scale"), [("mm", 1000.0), ("m", 1.0)])
def test_a_c3d_with_z_up_is_turned_to_y_up(tmp_path: Path, units: str, scale: float) -> None:
    points = scale * np.stack([KNEE, ANKLE], axis=1)
    markers = read_markers(write_c3d(tmp_path / "squat.c3d", points, ["LKNE", "LANK"], units))
    assert markers.names == ("LKNE", "LANK")
    assert markers.time_s == pytest.approx(TIME_S)
    assert markers.path("LKNE") == pytest.approx(KNEE[:, [0, 2, 1]] * [1.0, 1.0, -1.0], abs=1e-6, nan_ok=True)
    assert markers.path("LANK") == pytest.approx(ANKLE[:, [0, 2, 1]] * [1.0, 1.0, -1.0], abs=1e-6, nan_ok=True)


def test_a_c3d_may_say_that_y_is_up(tmp_path: Path) -> None:
    path = write_c3d(tmp_path / "squat.c3d", 1000.0 * np.stack([KNEE, ANKLE], axis=1), ["LKNE", "LANK"], up="+Y")
    assert read_markers(path).path("LKNE") == pytest.approx(KNEE, abs=1e-6, nan_ok=True)


def test_a_c3d_that_ends_early_or_is_none_is_refused(tmp_path: Path) -> None:
    points = 1000.0 * np.tile(np.stack([KNEE, ANKLE], axis=1), (40, 1, 1))
    whole = write_c3d(tmp_path / "squat.c3d", points, ["LKNE", "LANK"]).read_bytes()
    for name, content in {"short.c3d": whole[: len(whole) - 2048], "text.c3d": b"no markers here" * 100, "empty.c3d": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataFileError, match=r"Expected a \.c3d file"):
            read_markers(tmp_path / name)


def test_without_its_library_a_c3d_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole: Callable[..., Any] = builtins.__import__

    def without_c3d(name: str, *rest: Any, **more: Any) -> Any:
        if name == "c3d":
            raise ImportError(name)
        return whole(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_c3d)
    with pytest.raises(DataFileError, match=re.escape("pip install 'kinechain[markers]'")):
        read_markers(tmp_path / "squat.c3d")


@pytest.mark.parametrize("name", ["missing.trc", "missing.c3d"])
def test_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataFileError, match="which cannot be read"):
        read_markers(tmp_path / name)


def test_other_endings_and_axes_are_refused(trc: Path) -> None:
    with pytest.raises(DataFileError, match=r"a marker file ending in \.trc or \.c3d"):
        read_markers(trc.with_suffix(".csv"))
    with pytest.raises(UsageError, match="up axis y or z"):
        read_markers(trc, up="x")
