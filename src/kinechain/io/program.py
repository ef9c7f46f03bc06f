"""How is a program stored? `program.json`, whose shape is `schema/program-1.schema.json` (`kinechain.program/1`)."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from kinechain.io.result import SCHEMA as RESULT_SCHEMA
from kinechain.io.result import find_document, read_document

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
    return find_document(path, _NAMES, _MADE_BY)


def read_made(file: Path) -> dict[str, Any]:
    """Read a program or a result; `schema` in it tells which. Raises DataFileError where it is neither."""
    return read_document(file, (SCHEMA, RESULT_SCHEMA), "a program or a result", _MADE_BY)
