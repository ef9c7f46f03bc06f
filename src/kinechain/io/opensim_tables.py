"""How are OpenSim's tables read and written? The layout that .mot and .sto share, whatever the columns mean.

Lines that say what the table is, `endheader`, a line of column names that begins with `time`, and a row of numbers for each time.
Whatever is wrong with a file is said in one sentence that names the file, the column and the time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import DataFileError

_Values = Float[np.ndarray, "time column"]


@dataclass(frozen=True)
class Table:
    """A table as its file has it: `values` (time, column) without the times; `in_degrees` is None where the file does not say."""

    path: Path
    in_degrees: bool | None
    time_s: Float[np.ndarray, " time"]
    names: tuple[str, ...]
    values: _Values


def read_table(path: Path) -> Table:
    """Read any table of OpenSim's; raises DataFileError where the file is none, is cut off, or its times do not rise."""
    lines = _lines(path)
    about, names, first = _head(lines, path)
    rows = _rows(lines, first, names, path)
    announced = about.get("nrows")
    if announced is not None and announced != str(rows.shape[0]):
        raise DataFileError(
            f"{announced} rows, as nRows in its head says",
            f"{rows.shape[0]} in {path}",
            "The file is cut off or was changed by hand: export it anew.",
        )
    _require_rising(rows[:, 0], path)
    degrees = {"yes": True, "no": False}.get(about.get("indegrees", "").lower())
    return Table(path, degrees, rows[:, 0], tuple(names[1:]), rows[:, 1:])


def format_sto(
    name: str,
    time_s: Float[np.ndarray, " time"],
    columns: Mapping[str, Float[np.ndarray, " time"]],
    notes: Sequence[str] = (),
    digits: int = 8,
) -> str:
    """Return a .sto as OpenSim reads it: `columns` by name in SI units, missing numbers as nan; `notes` go into its head."""
    rows = np.column_stack([time_s, *columns.values()])
    header = [
        name,
        "DataType=double",
        # Below version 3 OpenSim's Storage silently stops reading at the first nan.
        "version=3",
        f"nRows={rows.shape[0]}",
        f"nColumns={rows.shape[1]}",
        "inDegrees=no",
        *notes,
        "endheader",
        "\t".join(["time", *columns]),
    ]
    return "\n".join([*header, *("\t".join(f"{value:.{digits}g}" for value in row) for row in rows)]) + "\n"


def require_numbers(table: Table, needed: Sequence[str]) -> None:
    """Raise DataFileError, naming column and time, where one of the columns `needed` is not a number."""
    for name in needed:
        bad = np.flatnonzero(~np.isfinite(table.values[:, table.names.index(name)]))
        if bad.size:
            times = f"at {table.time_s[bad[0]]:g} s" + (f" ({bad.size} times in all)" if bad.size > 1 else "")
            raise DataFileError(
                "a number at every time", f"none for {name} {times} in {table.path}", "Fill the gap, or cut the motion before it."
            )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataFileError(
            "a .mot or .sto file of OpenSim, which is text", f"{path}, which is not", "Export the motion from OpenSim."
        ) from error
    except OSError as error:
        raise DataFileError(
            "a .mot or .sto file", f"{path}, which cannot be read ({error.strerror})", "Check the file's name."
        ) from error


def _head(lines: list[str], path: Path) -> tuple[dict[str, str], list[str], int]:
    """Return what the head says, the column names, and at which line the rows begin."""
    end = next((number for number, line in enumerate(lines) if line.strip().lower() == "endheader"), None)
    if end is None:
        raise DataFileError(
            "a .mot or .sto file with the line endheader", f"{path} without it", "Export the motion from OpenSim as .mot."
        )
    about = dict(line.strip().lower().split("=", 1) for line in lines[:end] if "=" in line)
    about = {key.strip(): value.strip() for key, value in about.items()}
    if about.get("datatype", "double") != "double":
        raise DataFileError(
            "columns of plain numbers (DataType=double)", f"DataType={about['datatype']} in {path}", "Flatten the table first."
        )
    at = next((number for number in range(end + 1, len(lines)) if lines[number].strip()), len(lines))
    labels = lines[at] if at < len(lines) else ""
    names = [name.strip() for name in (labels.split("\t") if "\t" in labels else labels.split()) if name.strip()]
    if not names or names[0].lower() != "time":
        raise DataFileError(
            "column names that begin with time, after endheader", f"{names[0] if names else 'none'} in {path}", "Export it anew."
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataFileError("every column once", f"{twice[0]} twice in {path}", "Rename or drop one of them.")
    if about.get("ncolumns", str(len(names))) != str(len(names)):
        raise DataFileError(
            f"{about['ncolumns']} columns, as nColumns in its head says", f"{len(names)} names in {path}", "Export it anew."
        )
    return about, names, at + 1


def _rows(lines: list[str], first: int, names: list[str], path: Path) -> _Values:
    words = [(number, line.split()) for number, line in enumerate(lines[first:], first + 1) if line.strip()]
    for number, row in words:
        if len(row) != len(names):
            raise DataFileError(
                f"{len(names)} numbers in every row",
                f"{len(row)} in line {number} of {path}",
                "The file is cut off or damaged there: export it anew.",
            )
    if not words:
        raise DataFileError("at least one row of numbers", f"none in {path}", "Export it anew.")
    try:
        return np.array([row for _, row in words], dtype=float)
    except ValueError:
        number, column, word = next(
            (number, column, word) for number, row in words for column, word in zip(names, row, strict=True) if not _is_number(word)
        )
        raise DataFileError(
            "numbers", f"{word!r} as {column} in line {number} of {path}", "Mend that place, or export the file anew."
        ) from None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _require_rising(time_s: Float[np.ndarray, " time"], path: Path) -> None:
    if not np.isfinite(time_s).all():
        row = int(np.flatnonzero(~np.isfinite(time_s))[0])
        raise DataFileError("a time in every row", f"none in row {row + 1} of {path}", "Drop that row, or export the file anew.")
    wrong = np.flatnonzero(np.diff(time_s) <= 0.0)
    if wrong.size:
        before, after = time_s[wrong[0]], time_s[wrong[0] + 1]
        how = "the same time twice" if before == after else "time running backwards"
        raise DataFileError(
            "times that rise from row to row",
            f"{how} in {path}: {before:g} s is followed by {after:g} s",
            "Sort the rows by time and drop repeated ones.",
        )
