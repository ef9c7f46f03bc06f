"""On what does a result rest? From the keys that it names to the studies behind them, and what is assumed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinechain.core.errors import DataFileError
from kinechain.core.sourced import Sourced
from kinechain.evidence import constants, studies
from kinechain.evidence.ledger import Study
from kinechain.io.result import LOADS_SCHEMA
from kinechain.io.result import SCHEMA as RESULT_SCHEMA

SCHEMA = "kinechain.bibliography/1"
#: What a folder may hold, in the order in which it is looked for.
_NAMES = ("result.json", "loads.json")
_SCHEMAS = (RESULT_SCHEMA, LOADS_SCHEMA)
_MADE_BY = "Give the file that kinechain assess or kinechain loads wrote, or its folder."


@dataclass(frozen=True)
class Bibliography:
    """What one result rests on: its rows by the study they are from, studies by key, and the rows that are assumed."""

    name: str
    by_study: Mapping[str, tuple[Sourced, ...]]
    studies: tuple[Study, ...]
    assumed: tuple[Sourced, ...]


def find_bibliography(path: Path) -> Bibliography:
    """Return the bibliography of a `result.json` or `loads.json`, or of the folder of one.

    Raises DataFileError where it cannot be read, holds no numbers, or names a row that this kinechain does not know.
    """
    file = _find(path)
    document = _read(file)
    keys = document.get("sources")
    if not isinstance(keys, list) or not keys:
        got = f"{file}, whose films have to be made again" if "quality" in document else f"{file}, which names none"
        raise DataFileError("a result that names its sources", got, "A result without numbers rests on nothing.")
    for finding in document.get("findings", []):
        keys = [*keys, *finding.get("sources", [])]
    rows = [_row(str(key), file, document) for key in dict.fromkeys(keys)]
    known = studies()
    by_study: dict[str, tuple[Sourced, ...]] = {}
    for row in rows:
        if row.source in known:
            by_study[row.source] = (*by_study.get(row.source, ()), row)
    cited = tuple(known[key] for key in sorted(by_study))
    return Bibliography(str(file), by_study, cited, tuple(row for row in rows if row.kind == "assumed"))


def bibliography_document(found: Bibliography) -> dict[str, Any]:
    """Return a bibliography as plain values."""
    return {
        "schema": SCHEMA,
        "result": found.name,
        "studies": [vars(study) | {"rows": [row.key for row in found.by_study[study.key]]} for study in found.studies],
        "assumed": [{"key": row.key, "value": row.value, "unit": row.unit, "reason": row.reason} for row in found.assumed],
    }


def _find(path: Path) -> Path:
    if not path.is_dir():
        return path
    for name in _NAMES:
        if (path / name).is_file():
            return path / name
    raise DataFileError(f"a folder with {' or '.join(_NAMES)}", f"{path} without either", _MADE_BY)


def _read(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError("a result", f"{file}, which does not exist", _MADE_BY) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataFileError("a result", f"{file}, which cannot be read ({error})", _MADE_BY) from error
    if not isinstance(document, dict) or document.get("schema") not in _SCHEMAS:
        raise DataFileError(f"a result with schema {' or '.join(_SCHEMAS)}", f"{file} without it", _MADE_BY)
    return document


def _row(key: str, file: Path, document: Mapping[str, Any]) -> Sourced:
    try:
        return constants()[key]
    except KeyError:
        made_by = document.get("engine", {}).get("kinechain", "unknown")
        do = f"Cite it with kinechain {made_by}, which made it."
        raise DataFileError("only rows that this kinechain knows", f"{key!r} among the sources of {file}", do) from None
