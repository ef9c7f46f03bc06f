"""How is a result stored? `result.json`, whose shape is `schema/result-1.schema.json` (`kinechain.result/1`)."""

import json
import math
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
