"""Where does a compiled model of the body lie, and how is it read and written? A readable JSON file with its tables beside it."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from kinechain.core.errors import DataFileError
from kinechain.io.whole import write_whole

#: The model that kinechain brings along.
SHIPPED = "lai_uhlrich_2022"


def read_shipped() -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return document and tables of the model that kinechain brings along."""
    with as_file(files("kinechain.body") / "data") as folder:
        return read_compiled(folder / f"{SHIPPED}.json")


def read_compiled(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return document and tables of a compiled model: `path` its .json, the .npz of the same name beside it.

    Raises DataFileError where either is missing or not what it should be.
    """
    tables = path.with_suffix(".npz")
    for part in (path, tables):
        if not part.is_file():
            raise DataFileError(
                "a compiled model, its .json and the .npz beside it", f"no file at {part}", "Make both by kinechain models compile."
            )
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        with np.load(tables) as arrays:
            return dict(document), {name: arrays[name] for name in arrays.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise DataFileError(
            "a compiled model, its .json and the .npz beside it",
            f"{path.name}, which breaks their rules ({error})",
            "Make both anew by kinechain models compile.",
        ) from error


def write_compiled(document: Mapping[str, Any], arrays: Mapping[str, np.ndarray], path: Path, *, replace: bool = False) -> None:
    """Write a compiled model: the document as `path` (.json), its tables as the .npz of the same name beside it."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **dict(arrays))  # type: ignore[arg-type]  # no table is named allow_pickle
    write_whole(path.with_suffix(".npz"), buffer.getvalue(), replace=replace)
    write_whole(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n", replace=replace)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
