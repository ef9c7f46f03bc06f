"""Where are the pose network's weights? In the user's cache, fetched there once by pip, or in a file that the user names."""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from kinechain.core.errors import OutputError, PoseModelError
from kinechain.io.whole import write_whole

#: Called while fetching with the bytes so far and all bytes.
Progress = Callable[[int, int], None]

#: Names the cache folder and the weights file for all runs of a user.
CACHE_VARIABLE, MODEL_VARIABLE = "KINECHAIN_CACHE", "KINECHAIN_POSE_MODEL"

# The network that kinechain is tested with. Every wheel of this release holds the same two files; the one named here is fetched
# whatever the interpreter and machine, because there is none for Python 3.13 or for Linux on ARM.
_NAME = "blazepose-full"
_PINNED_WHEEL = "mediapipe==0.10.21"
_WHEEL_TAGS = ("--python-version", "3.12", "--implementation", "cp", "--platform", "manylinux_2_28_x86_64")
_DETECTOR_SHA256 = "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c"
_LANDMARKER_SHA256 = "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f"

# Names of the two files: in the cache and in a `.task` bundle; in the wheel; of a detector beside a landmark file.
_DETECTOR_FILE, _LANDMARKER_FILE = "pose_detector.tflite", "pose_landmarks_detector.tflite"
_IN_WHEEL = ("mediapipe/modules/pose_detection/pose_detection.tflite", "mediapipe/modules/pose_landmark/pose_landmark_full.tflite")
_IN_ARCHIVE = ((_DETECTOR_FILE, _LANDMARKER_FILE), _IN_WHEEL)
_DETECTOR_NAMES = (_DETECTOR_FILE, "pose_detection.tflite")

# Bytes 4 to 8 of every TensorFlow Lite file.
_TFLITE_MARK = b"TFL3"

_OTHER_WAYS = f"or give a .task file with --model FILE or {MODEL_VARIABLE}."


@dataclass(frozen=True)
class PoseWeights:
    """The pose network's two files as bytes, the network's name, and the file or folder that they came from."""

    name: str
    detector: bytes
    landmarker: bytes
    path: Path

    @property
    def sha256(self) -> str:
        """SHA-256 over the detector's bytes and then the landmarker's."""
        return hashlib.sha256(self.detector + self.landmarker).hexdigest()


@dataclass(frozen=True)
class KnownWeights:
    """Weights that kinechain can fetch: their name, where they are or will be cached, and what is there now.

    `state` is `absent`, `whole` or `altered`; `size_bytes` is what lies in the cache; `source` is the wheel that they come from.
    """

    name: str
    path: Path
    state: str
    size_bytes: int
    source: str


def load_weights(model: Path | None = None, progress: Progress | None = None) -> PoseWeights:
    """Return the weights: of `model`, else of KINECHAIN_POSE_MODEL, else of the cache, which is filled by pip if need be.

    `model` is a `.task` file (or the wheel itself), or a `.tflite` landmark file with its detector, `pose_detector.tflite` or
    `pose_detection.tflite`, beside it. With a filled cache nothing touches the network.

    Raises:
        PoseModelError: the named file is missing or wrong, or the weights cannot be fetched or cached.
    """
    if model is not None:
        return read_weights(model)
    if named := os.environ.get(MODEL_VARIABLE):
        return read_weights(Path(named))
    return fetch_weights(progress)


def fetch_weights(progress: Progress | None = None) -> PoseWeights:
    """Return the weights of the cache; where they are absent, or altered since, fetch them first.

    Altered files are replaced, not refused: only the pinned bytes are ever handed on, so fetching them again mends the cache.

    Raises:
        PoseModelError: the weights cannot be fetched, are not the pinned ones, or cannot be cached.
    """
    if (cached := _read_cache()) is not None:
        return cached
    detector, landmarker = _fetch(progress)
    _fill_cache(detector, landmarker)
    return PoseWeights(_NAME, detector, landmarker, weights_path())


def list_weights() -> tuple[KnownWeights, ...]:
    """Return the weights that can be fetched, and whether they lie in the cache."""
    files = [path for path in (weights_path() / _DETECTOR_FILE, weights_path() / _LANDMARKER_FILE) if path.is_file()]
    whole = _read_cache() is not None
    state = "whole" if whole else "altered" if files else "absent"
    return (KnownWeights(_NAME, weights_path(), state, sum(path.stat().st_size for path in files), _PINNED_WHEEL),)


def weights_path() -> Path:
    """Return the folder in which the fetched weights are cached: under KINECHAIN_CACHE, else under the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    cache = Path(named).expanduser() if named else platformdirs.user_cache_path("kinechain", appauthor=False)
    return cache / "weights" / _NAME


def read_weights(model: Path) -> PoseWeights:
    """Return the weights in the file `model`, as `load_weights` says.

    Raises:
        PoseModelError: the file is missing, is neither kind, or lacks its detector.
    """
    if not model.is_file():
        got = "a folder of that name" if model.is_dir() else "no file of that name"
        raise PoseModelError(f"pose network weights at {model}", got, f"Name a .task file with --model FILE or {MODEL_VARIABLE}.")
    detector, landmarker = _read_archive(model) if zipfile.is_zipfile(model) else _read_pair(model)
    pinned = (_sha256(detector), _sha256(landmarker)) == (_DETECTOR_SHA256, _LANDMARKER_SHA256)
    return PoseWeights(_NAME if pinned else model.stem, detector, landmarker, model)


def _read_archive(model: Path) -> tuple[bytes, bytes]:
    with zipfile.ZipFile(model) as archive:
        held = set(archive.namelist())
        for detector, landmarker in _IN_ARCHIVE:
            if {detector, landmarker} <= held:
                return _checked(_member(archive, detector, model), model), _checked(_member(archive, landmarker, model), model)
    raise PoseModelError(
        f"{_DETECTOR_FILE} and {_LANDMARKER_FILE} in {model}", "an archive without them", "Name a pose landmarker's .task file."
    )


def _member(archive: zipfile.ZipFile, name: str, model: Path) -> bytes:
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise PoseModelError(
            f"a whole archive at {model}", f"a damaged {name} in it", "Copy or download the file again."
        ) from error


def _read_pair(model: Path) -> tuple[bytes, bytes]:
    landmarker = _checked(_read(model), model)
    for name in _DETECTOR_NAMES:
        beside = model.with_name(name)
        if beside.is_file() and not beside.samefile(model):
            return _checked(_read(beside), beside), landmarker
    raise PoseModelError(
        f"the person detector beside {model}",
        f"neither {' nor '.join(_DETECTOR_NAMES)} there",
        "Put it there, or name a .task file.",
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PoseModelError(
            f"weights that can be read at {path}", f"the answer '{error.strerror}'", "Mend its permissions."
        ) from error


def _checked(content: bytes, path: Path) -> bytes:
    if content[4:8] != _TFLITE_MARK:
        raise PoseModelError(
            f"TensorFlow Lite weights in {path}", "other content", "Name a .task file, or a .tflite landmark file."
        )
    return content


def _read_cache() -> PoseWeights | None:
    try:
        detector = (weights_path() / _DETECTOR_FILE).read_bytes()
        landmarker = (weights_path() / _LANDMARKER_FILE).read_bytes()
    except OSError:
        return None
    if (_sha256(detector), _sha256(landmarker)) != (_DETECTOR_SHA256, _LANDMARKER_SHA256):
        return None
    return PoseWeights(_NAME, detector, landmarker, weights_path())


def _fill_cache(detector: bytes, landmarker: bytes) -> None:
    try:
        weights_path().mkdir(parents=True, exist_ok=True)
        # Two processes may do this at once: each replaces a file by one of the same bytes.
        write_whole(weights_path() / _DETECTOR_FILE, detector, replace=True)
        write_whole(weights_path() / _LANDMARKER_FILE, landmarker, replace=True)
    except (OSError, OutputError) as error:
        if _read_cache() is not None:
            return
        raise PoseModelError(
            f"a cache folder that can be written to at {weights_path()}",
            error.got if isinstance(error, OutputError) else f"the system's answer '{error.strerror}'",
            f"Set {CACHE_VARIABLE} to a folder of yours, {_OTHER_WAYS}",
        ) from error


def _fetch(progress: Progress | None) -> tuple[bytes, bytes]:
    with tempfile.TemporaryDirectory(prefix="kinechain-", ignore_cleanup_errors=True) as folder:
        lines: list[str] = []
        if _run_pip(Path(folder), lines, progress) != 0:
            raise PoseModelError(
                f"pip to fetch the pose network's weights ({_PINNED_WHEEL}, once, 35 MB)",
                f"its answer '{_reason(lines)}'",
                f"Connect to the internet or a package index and try again, {_OTHER_WAYS}",
            )
        wheels = list(Path(folder).glob("*.whl"))
        detector, landmarker = _read_archive(wheels[0]) if wheels else (b"", b"")
    if (_sha256(detector), _sha256(landmarker)) != (_DETECTOR_SHA256, _LANDMARKER_SHA256):
        raise PoseModelError(
            f"the known weights in {_PINNED_WHEEL}",
            "other bytes from the package index",
            f"Ask who runs the index, use another by PIP_INDEX_URL, {_OTHER_WAYS}",
        )
    return detector, landmarker


def _run_pip(folder: Path, lines: list[str], progress: Progress | None) -> int:
    """Download the wheel into `folder`, appending what pip says to `lines`; return its exit code."""
    # -P: a folder named pip in the working folder is not taken for pip.
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", *_WHEEL_TAGS]
    command += ["--dest", str(folder), "--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar", "raw"]
    with subprocess.Popen(
        [*command, _PINNED_WHEEL],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_pip_environment(),
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                step = re.fullmatch(r"Progress (\d+) of (\d+)", line.strip())
                if step is None:
                    lines.append(line.strip())
                elif progress is not None:
                    progress(int(step[1]), int(step[2]))
        except BaseException:
            process.kill()
            raise
    return process.returncode


def _pip_environment() -> dict[str, str]:
    """Return the environment for pip, in which uv's index counts where pip has none of its own."""
    environment = dict(os.environ)
    index = environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL")
    if index and not environment.get("PIP_INDEX_URL"):
        # uv takes an index as `name=address` too.
        environment["PIP_INDEX_URL"] = re.sub(r"^[\w.-]+=(?=\S)", "", index)
    return environment


def _reason(lines: list[str]) -> str:
    """Return the line of pip's that tells most: the broken connection, else its last error, else its last line."""
    for line in reversed(lines):
        if broken := re.search(r"connection broken by .*?: (.*?)\W*: /", line):
            return broken[1]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR:")]
    return (errors or [line for line in lines if line] or ["nothing"])[-1]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
