"""How are recorded markers read? `.trc` as OpenSim writes it and `.c3d` as laboratories do, into metres with y up.

A `.trc` says nothing of its axes: y is taken to be up, as OpenSim has it. A `.c3d` may name the axis that is up on the screen;
where it does not, z is taken to be up, as most laboratories have it. `up` overrules both. Turned from z up, x stays x and y
becomes -z.
"""

import struct
import warnings
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.types import Markers

#: How many metres a unit of a marker file is.
_METRES = {"mm": 0.001, "cm": 0.01, "m": 1.0}

#: Lines of a .trc before its rows: kind of file, names and values of what it says of itself, marker names, axis names.
_HEAD_LINES = 5

Positions = Float[np.ndarray, "time marker 3"]


def read_markers(path: Path, up: str | None = None) -> Markers:
    """Read a marker file by its ending; `up` is `y` or `z` where the file's own convention is not to be believed.

    Raises:
        DataFileError: the file is missing, damaged, of another kind or in an unknown unit.
        UsageError: `up` is neither y nor z.
    """
    if up not in (None, "y", "z"):
        raise UsageError("up axis y or z", repr(up), "Name the axis that points up in the laboratory.")
    readers = {".trc": _read_trc, ".c3d": _read_c3d}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DataFileError("a marker file ending in .trc or .c3d", f"{path}", "Export the markers as one of these.")
    time_s, names, positions, usual_up = reader(path)
    if (up or usual_up) == "z":
        positions = positions[..., [0, 2, 1]] * [1.0, 1.0, -1.0]
    plain = tuple(name.rsplit(":", 1)[-1].strip() for name in names)
    try:
        return Markers(time_s, plain, positions)
    except ValueError as error:
        raise DataFileError("each marker once and rising times", f"{path} ({error})", "Mend the file or export it anew.") from error


_Read = tuple[Float[np.ndarray, " time"], list[str], Positions, str]


def _read_trc(path: Path) -> _Read:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError("a marker file", f"{path}, which cannot be read ({error})", "Check the file's name.") from error
    if len(lines) < _HEAD_LINES or not lines[0].startswith("PathFileType"):
        raise DataFileError("a .trc whose first line begins with PathFileType", f"{path} without it", "Export the markers anew.")
    about = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    names = [name for name in lines[3].split("\t")[2:] if name.strip()]
    scale = _metres(about.get("Units", "").strip(), path)
    rows = [
        _trc_row(line, number, len(names), path) for number, line in enumerate(lines[_HEAD_LINES:], _HEAD_LINES + 1) if line.strip()
    ]
    if not rows or not names:
        raise DataFileError("at least one marker and one frame", f"none in {path}", "Export the markers anew.")
    table = np.array(rows)
    positions = scale * table[:, 1:].reshape(len(rows), len(names), 3)
    positions[(positions == 0.0).all(axis=2)] = np.nan  # how some systems write a marker that is lost
    return table[:, 0], names, positions, "y"


def _trc_row(line: str, number: int, markers: int, path: Path) -> list[float]:
    """Return time and coordinates of a row; blanks are NaN, and a row may end early where its last markers are lost."""
    words = line.split("\t")[1:]
    wanted = 1 + 3 * markers
    if any(word.strip() for word in words[wanted:]):
        raise DataFileError(f"{wanted} numbers in a row", f"more in line {number} of {path}", "Export the markers anew.")
    try:
        row = [float(word) if word.strip() else np.nan for word in words[:wanted]]
    except ValueError as error:
        raise DataFileError(
            "numbers", f"line {number} of {path} ({error})", "Mend that line or export the markers anew."
        ) from error
    return row + [np.nan] * (wanted - len(row))


def _read_c3d(path: Path) -> _Read:
    try:
        import c3d
    except ImportError as error:
        raise DataFileError(
            "the library c3d, which reads .c3d files", "none", "Install it: pip install 'kinechain[markers]'."
        ) from error
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # it warns where there are no force plates
            reader = c3d.Reader(file)
            frames = [points for _, points, _ in reader.read_frames()]
            names = [str(label).strip() for label in reader.point_labels]
            unit, screen = reader.get_string("POINT:UNITS").strip(), reader.get_screen_axis()
            count, rate = reader.frame_count, reader.point_rate
    except OSError as error:
        raise DataFileError("a marker file", f"{path}, which cannot be read ({error})", "Check the file's name.") from error
    except (AssertionError, AttributeError, EOFError, IndexError, KeyError, TypeError, ValueError, struct.error) as error:
        raise DataFileError("a .c3d file", f"{path}, which breaks its rules ({error})", "Export the markers anew.") from error
    if not frames or not names or len(frames) != count or not rate > 0.0:
        raise DataFileError(
            f"a .c3d file with markers in all its {count} frames", f"{len(frames)} frames in {path}", "Export the markers anew."
        )
    seen = np.stack(frames)[:, : len(names)].astype(float)
    positions = np.where(seen[..., 3:4] < 0.0, np.nan, seen[..., :3]) * _metres(unit, path)
    return np.arange(len(frames)) / float(rate), names, positions, "y" if screen and screen[1].strip().upper() == "+Y" else "z"


def _metres(unit: str, path: Path) -> float:
    if unit not in _METRES:
        raise DataFileError(f"a unit among {', '.join(_METRES)}", f"{unit!r} in {path}", "Export the markers in millimetres.")
    return _METRES[unit]
