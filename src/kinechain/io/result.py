"""How is a result stored? `result.json`, whose shape is `schema/result-1.schema.json` (`kinechain.result/1`)."""

import json
import math
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from kinechain.core.errors import DataFileError

SCHEMA = "kinechain.result/1"
#: What the loads of a motion from a file carry.
LOADS_SCHEMA = "kinechain.loads/1"


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema of `result.json`."""
    schema: dict[str, Any] = json.loads((files("kinechain.io") / "schema" / "result-1.schema.json").read_text(encoding="utf-8"))
    return schema


def format_result(document: dict[str, Any]) -> str:
    """Return a result as JSON text; NaN, which JSON does not know, becomes null."""
    return json.dumps(_without_nan(document), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def find_document(path: Path, names: Sequence[str], do: str) -> Path:
    """Return the file that is meant: `path`, or the first of `names` in it where it is a folder.

    Raises DataFileError, with what to `do`, for a folder that holds none of them.
    """
    if not path.is_dir():
        return path
    found = next((path / name for name in names if (path / name).is_file()), None)
    if found is None:
        raise DataFileError(f"a folder with {' or '.join(names)}", f"{path} without either", do)
    return found


def read_document(file: Path, schemas: Sequence[str], what: str, do: str) -> dict[str, Any]:
    """Read a document that kinechain wrote; its `schema` tells which of `schemas` it has.

    Raises DataFileError, with `what` was expected and what to `do`, where it cannot be read or has none of them.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError(what, f"{file}, which does not exist", do) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataFileError(what, f"{file}, which cannot be read ({error})", do) from error
    if not isinstance(document, dict) or document.get("schema") not in schemas:
        raise DataFileError(f"{what} with schema {' or '.join(schemas)}", f"{file} without it", do)
    return document


def read_result(path: Path) -> dict[str, Any]:
    """Read a result. Raises DataFileError where the file is no result of a version this kinechain knows."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataFileError(
            "a result.json", f"{path}, which cannot be read ({error})", "Give the file that kinechain assess wrote."
        ) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise DataFileError(f"a result with schema {SCHEMA}", f"{path} without it", "Give the file that kinechain assess wrote.")
    return document


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return value
