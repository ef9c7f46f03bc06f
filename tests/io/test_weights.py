"""Do the pose network's weights arrive whole, once, unaltered, and without the network ever after?"""

import hashlib
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kinechain.core.errors import PoseModelError
from kinechain.io import weights as weights_module
from kinechain.io.weights import fetch_weights, list_weights, load_weights, read_weights, weights_path

WHEEL = "mediapipe-0.10.21-cp312-cp312-manylinux_2_28_x86_64.whl"
IN_WHEEL = ["mediapipe/modules/pose_detection/pose_detection.tflite", "mediapipe/modules/pose_landmark/pose_landmark_full.tflite"]
IN_TASK = ["pose_detector.tflite", "pose_landmarks_detector.tflite"]
OTHER = b"\x1c\x00\x00\x00TFL3 other"


@pytest.fixture(autouse=True)
def empty_home(pose_weights, tmp_path, monkeypatch):
    """An empty cache, home and index, after the real weights were loaded."""
    for variable in (
        "KINECHAIN_POSE_MODEL",
        "UV_DEFAULT_INDEX",
        "UV_INDEX_URL",
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
    ):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("KINECHAIN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "home").mkdir()
    for variable in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    # pip asks rustc for its version, which may write settings of its own.
    monkeypatch.setenv("RUSTUP_HOME", str(tmp_path / "rustup"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")
    return tmp_path / "home"


@pytest.fixture
def index(tmp_path, monkeypatch, pose_weights):
    """Return a function that gives pip a folder with a small wheel of the pinned name, holding the named files."""

    def offer(contents=pose_weights):
        (tmp_path / "index").mkdir(exist_ok=True)
        info = "mediapipe-0.10.21.dist-info"
        texts = {
            f"{info}/METADATA": "Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.21\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp312-cp312-manylinux_2_28_x86_64\n",
            f"{info}/RECORD": "",
        }
        make_zip(tmp_path / "index" / WHEEL, dict(zip(IN_WHEEL, contents, strict=True)) | texts)
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))

    return offer


@pytest.fixture
def no_network(monkeypatch):
    """Any socket and any other program is an error."""

    def refuse(*_, **__):
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)


def make_zip(path, contents):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def fill_cache(pose_weights):
    weights_path().mkdir(parents=True)
    for name, content in zip(IN_TASK, pose_weights, strict=True):
        (weights_path() / name).write_bytes(content)


def files_below(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_weights_are_fetched_once_and_then_lie_whole_in_the_cache(index, pose_weights, tmp_path, empty_home, capfd, monkeypatch):
    index()
    monkeypatch.chdir(empty_home)
    fetched = load_weights(None)
    assert (fetched.name, fetched.detector, fetched.landmarker) == ("blazepose-full", *pose_weights)
    assert fetched.path == weights_path()
    assert files_below(tmp_path / "cache") == IN_TASK
    assert files_below(empty_home) == []
    assert capfd.readouterr() == ("", "")
    assert list_weights()[0].state == "whole"


def test_a_filled_cache_never_touches_the_network(no_network, pose_weights):
    fill_cache(pose_weights)
    loaded = load_weights(None)
    assert (loaded.detector, loaded.landmarker) == pose_weights
    assert loaded.sha256 == hashlib.sha256(b"".join(pose_weights)).hexdigest()


def test_two_processes_may_fetch_at_once(index, tmp_path):
    index()
    command = [sys.executable, "-c", "from kinechain.io.weights import load_weights; print(load_weights(None).name)"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0] for process in started] == ["blazepose-full\n"] * 2
    assert files_below(tmp_path / "cache") == IN_TASK
    assert list_weights()[0].state == "whole"


def test_an_altered_cache_is_fetched_anew(index, pose_weights):
    index()
    fill_cache(pose_weights)
    altered = weights_path() / IN_TASK[1]
    altered.write_bytes(altered.read_bytes()[:-1] + b"x")
    assert list_weights()[0].state == "altered"
    assert load_weights(None).landmarker == pose_weights[1]
    assert list_weights()[0].state == "whole"


def test_an_altered_cache_without_network_is_never_handed_on(pose_weights):
    fill_cache((pose_weights[0], OTHER))
    with pytest.raises(PoseModelError, match="pip to fetch"):
        load_weights(None)


def test_an_index_that_gives_other_bytes_is_refused(index, pose_weights, tmp_path):
    index((pose_weights[0], OTHER))
    with pytest.raises(PoseModelError, match=r"known weights in mediapipe==0\.10\.21, got other bytes"):
        load_weights(None)
    assert list_weights()[0].state == "absent"


def test_without_network_one_sentence_says_why_and_what_to_do(monkeypatch, tmp_path, capfd):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_RETRIES", "1")
    # uv's way to name an index; nothing listens on port 9.
    monkeypatch.setenv("UV_DEFAULT_INDEX", "mirror=http://127.0.0.1:9/simple")
    with pytest.raises(PoseModelError) as error:
        load_weights(None)
    message = str(error.value)
    assert "refused" in message
    assert "--model FILE" in message
    assert "KINECHAIN_POSE_MODEL" in message
    assert "\n" not in message
    assert capfd.readouterr() == ("", "")
    assert files_below(tmp_path / "cache") == []


@pytest.mark.parametrize(
    ("set_variables", "expected"),
    [
        ({}, None),
        ({"UV_DEFAULT_INDEX": "https://a/simple"}, "https://a/simple"),
        ({"UV_INDEX_URL": "https://b/simple"}, "https://b/simple"),
        ({"UV_DEFAULT_INDEX": "mirror=https://a/simple", "UV_INDEX_URL": "https://b/simple"}, "https://a/simple"),
        ({"UV_DEFAULT_INDEX": "https://a/simple?key=1"}, "https://a/simple?key=1"),
        ({"UV_DEFAULT_INDEX": "https://a/simple", "PIP_INDEX_URL": "https://c/simple"}, "https://c/simple"),
    ],
)
def test_uvs_index_is_handed_to_pip(monkeypatch, set_variables, expected):
    for name, value in set_variables.items():
        monkeypatch.setenv(name, value)
    assert weights_module._pip_environment().get("PIP_INDEX_URL") == expected


def test_progress_is_told_from_the_first_byte_to_the_last(monkeypatch, tmp_path):
    said = "Collecting\nProgress 0 of 300\nProgress 100 of 300\nProgress 300 of 300\nSaved\n"
    monkeypatch.setattr(weights_module.sys, "executable", fake_pip(tmp_path, said))
    steps, lines = [], []
    assert weights_module._run_pip(tmp_path, lines, lambda done, total: steps.append((done, total))) == 0
    assert steps == [(0, 300), (100, 300), (300, 300)]
    assert lines == ["Collecting", "Saved"]


def test_stopping_by_the_progress_callback_ends_pip(index, tmp_path, monkeypatch):
    monkeypatch.setattr(weights_module.sys, "executable", fake_pip(tmp_path, "Progress 0 of 300\n", seconds=60))

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_weights(stop)


def fake_pip(folder, says, seconds=0):
    """Return an interpreter's stand-in that says what pip would say."""
    if sys.platform == "win32":
        pytest.skip("a script cannot stand in for an interpreter on Windows")
    script = folder / "python"
    script.write_text(f"#!/bin/sh\nprintf '{says}'\nexec sleep {seconds}\n")
    script.chmod(0o755)
    return str(script)


def test_a_task_file_is_taken(pose_weights, tmp_path, no_network):
    loaded = load_weights(make_zip(tmp_path / "mine.task", dict(zip(IN_TASK, pose_weights, strict=True))))
    assert (loaded.detector, loaded.landmarker) == pose_weights
    assert loaded.path == tmp_path / "mine.task"
    # The same bytes are the same network, whatever the file is called.
    assert loaded.name == "blazepose-full"
    assert load_weights(make_zip(tmp_path / "heavy.task", dict.fromkeys(IN_TASK, OTHER))).name == "heavy"


def test_the_wheel_itself_is_taken(pose_weights, tmp_path, no_network):
    loaded = load_weights(make_zip(tmp_path / WHEEL, dict(zip(IN_WHEEL, pose_weights, strict=True))))
    assert (loaded.detector, loaded.landmarker) == pose_weights


@pytest.mark.parametrize("detector_name", ["pose_detector.tflite", "pose_detection.tflite"])
def test_a_landmark_file_beside_its_detector_is_taken(pose_weights, tmp_path, detector_name):
    (tmp_path / detector_name).write_bytes(pose_weights[0])
    (tmp_path / "pose_landmark_lite.tflite").write_bytes(OTHER)
    loaded = load_weights(tmp_path / "pose_landmark_lite.tflite")
    assert (loaded.name, loaded.detector, loaded.landmarker) == ("pose_landmark_lite", pose_weights[0], OTHER)


def test_the_argument_goes_before_the_environment_and_that_before_the_cache(pose_weights, tmp_path, monkeypatch):
    fill_cache(pose_weights)
    named = {name: make_zip(tmp_path / f"{name}.task", dict.fromkeys(IN_TASK, OTHER + name.encode())) for name in ("mine", "ours")}
    monkeypatch.setenv("KINECHAIN_POSE_MODEL", str(named["ours"]))
    assert load_weights(named["mine"]).name == "mine"
    assert load_weights(None).name == "ours"
    monkeypatch.delenv("KINECHAIN_POSE_MODEL")
    assert load_weights(None).name == "blazepose-full"


def wrong_files(folder: Path):
    (folder / "text.task").write_text("no weights")
    make_zip(folder / "empty.task", {"readme": b""})
    make_zip(folder / "texts.task", dict.fromkeys(IN_TASK, b"no weights"))
    (folder / "alone").mkdir()
    (folder / "alone" / "landmarks.tflite").write_bytes(OTHER)
    (folder / "alone" / "pose_detector.tflite").mkdir()
    damaged = bytearray(make_zip(folder / "damaged.task", dict.fromkeys(IN_TASK, OTHER * 100)).read_bytes())
    damaged[100:110] = b"0123456789"
    (folder / "damaged.task").write_bytes(damaged)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere.task", "no file of that name"),
        ("alone", "a folder of that name"),
        ("text.task", "TensorFlow Lite weights"),
        ("empty.task", "an archive without them"),
        ("texts.task", "TensorFlow Lite weights"),
        ("damaged.task", "damaged"),
        ("alone/landmarks.tflite", "person detector beside"),
    ],
)
def test_a_wrong_file_ends_in_one_sentence(tmp_path, name, says):
    wrong_files(tmp_path)
    with pytest.raises(PoseModelError, match=says) as error:
        read_weights(tmp_path / name)
    assert str(tmp_path / name) in str(error.value)


def test_a_cache_that_cannot_be_made_is_named(index, tmp_path, monkeypatch):
    index()
    (tmp_path / "file").touch()
    monkeypatch.setenv("KINECHAIN_CACHE", str(tmp_path / "file"))
    with pytest.raises(PoseModelError, match="Set KINECHAIN_CACHE"):
        load_weights(None)


def test_the_cache_is_the_users_own_where_none_is_named(monkeypatch):
    monkeypatch.delenv("KINECHAIN_CACHE")
    assert weights_path().parts[-2:] == ("weights", "blazepose-full")
    assert "kinechain" in weights_path().parts


@pytest.mark.soak
def test_the_real_wheel_can_be_fetched(monkeypatch, pose_weights, tmp_path):
    monkeypatch.undo()
    monkeypatch.setenv("KINECHAIN_CACHE", str(tmp_path / "again"))
    steps = []
    try:
        fetched = fetch_weights(lambda done, total: steps.append((done, total)))
    except PoseModelError as error:
        pytest.skip(f"no network: {error}")
    assert (fetched.detector, fetched.landmarker) == pose_weights
    assert steps[-1][0] == steps[-1][1] > 30_000_000
