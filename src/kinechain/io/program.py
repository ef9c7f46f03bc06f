"""How is a program stored? `program.json`, whose shape is `schema/program-1.schema.json` (`kinechain.program/1`)."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from kinechain.core.errors import DataFileError
from kinechain.io.result import SCHEMA as RESULT_SCHEMA

SCHEMA = "kinechain.program/1"
#: The name of the file in a program's folder.
NAME = "program.json"
_MADE_BY = "Give what kinechain assess, battery or plan wrote: the file, or its folder."
#: What a folder may hold, in the order in which it is looked for.
_NAMES = (NAME, "result.json")


def program_schema() -> dict[str, Any]:
    """Return the JSON Schema of `program.json`."""
    schema: dict[str, Any] = json.loads((files("kinechain.io") / "schema" / "program-1.schema.json").read_text(encoding="utf-8"))
    return schema


def find_made(path: Path) -> Path:
    """Return the file that is meant: `path`, or the program or result in it where it is a folder. Raises DataFileError."""
    if not path.is_dir():
        return path
    found = next((path / name for name in _NAMES if (path / name).is_file()), None)
    if found is None:
        raise DataFileError(f"a folder with {' or '.join(_NAMES)}", f"{path} without either", _MADE_BY)
    return found


def read_made(file: Path) -> dict[str, Any]:
    """Read a program or a result; `schema` in it tells which. Raises DataFileError where it is neither."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError("a program or a result", f"{file}, which does not exist", _MADE_BY) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataFileError("a program or a result", f"{file}, which cannot be read ({error})", _MADE_BY) from error
    if not isinstance(document, dict) or document.get("schema") not in (SCHEMA, RESULT_SCHEMA):
        raise DataFileError(f"a file with schema {SCHEMA} or {RESULT_SCHEMA}", f"{file} without it", _MADE_BY)
    return document
