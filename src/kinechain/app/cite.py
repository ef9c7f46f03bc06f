"""On what does a result rest? From the keys that it names to the studies behind them, and what is assumed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinechain.core.errors import DataFileError
from kinechain.core.sourced import Sourced
from kinechain.evidence import claims, constants, effects, norms, studies
from kinechain.evidence.effects import Effect
from kinechain.evidence.ledger import Study
from kinechain.evidence.norms import Norm
from kinechain.io.program import NAME as PROGRAM
from kinechain.io.program import SCHEMA as PROGRAM_SCHEMA
from kinechain.io.result import LOADS_SCHEMA, find_document, read_document
from kinechain.io.result import SCHEMA as RESULT_SCHEMA

SCHEMA = "kinechain.bibliography/1"
#: What a folder may hold, in the order in which it is looked for.
_NAMES = ("result.json", "loads.json", PROGRAM)
_SCHEMAS = (RESULT_SCHEMA, LOADS_SCHEMA, PROGRAM_SCHEMA)
_MADE_BY = "Give the file that kinechain assess, loads or plan wrote, or its folder."


@dataclass(frozen=True)
class Bibliography:
    """What one result rests on: the keys of its rows by the study they are from, studies by key, and the rows that are assumed.

    A study that a finding names as a whole has no rows.
    """

    name: str
    by_study: Mapping[str, tuple[str, ...]]
    studies: tuple[Study, ...]
    assumed: tuple[Sourced | Norm, ...]


def find_bibliography(path: Path) -> Bibliography:
    """Return the bibliography of a `result.json`, `loads.json` or `program.json`, or of the folder of one.

    A claim that a program names stands for the studies for and against it.

    Raises DataFileError where it cannot be read, holds no numbers, or names a row that this kinechain does not know.
    """
    file = find_document(path, _NAMES, _MADE_BY)
    document = read_document(file, _SCHEMAS, "a result", _MADE_BY)
    keys = document.get("sources")
    if not isinstance(keys, list) or not keys:
        got = f"{file}, whose films have to be made again" if "quality" in document else f"{file}, which names none"
        raise DataFileError("a result that names its sources", got, "A result without numbers rests on nothing.")
    known = studies()
    by_study: dict[str, tuple[str, ...]] = {}
    assumed: list[Sourced | Norm] = []
    named = (str(key) for key in [*keys, *_found_by(document)])
    for key in dict.fromkeys(one for name in named for one in _behind(name)):
        if key in known:
            by_study.setdefault(key, ())
            continue
        row = _row(key, file, document)
        study = row.study if isinstance(row, Effect) else row.source
        if study in known:
            by_study[study] = (*by_study.get(study, ()), key)
        if row.kind == "assumed" and not isinstance(row, Effect):
            assumed.append(row)
    return Bibliography(str(file), by_study, tuple(known[key] for key in sorted(by_study)), tuple(assumed))


def bibliography_document(found: Bibliography) -> dict[str, Any]:
    """Return a bibliography as plain values."""
    return {
        "schema": SCHEMA,
        "result": found.name,
        "studies": [vars(study) | {"rows": list(found.by_study[study.key])} for study in found.studies],
        "assumed": [
            {"key": row.key, "value": row.value if isinstance(row, Sourced) else None, "unit": row.unit, "reason": row.reason}
            for row in found.assumed
        ],
    }


def _behind(key: str) -> tuple[str, ...]:
    """Return what stands behind a key: itself, for a claim's letter the effects and studies that were found."""
    if key not in claims():
        return (key,)
    return tuple(found.effect or found.study for found in claims()[key].findings)


def _found_by(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what findings and limits name: studies, norms, effects and constants."""
    for one in [*document.get("findings", []), *document.get("limiting", [])]:
        yield from (str(key) for key in one.get("sources", []))
        if one.get("norm"):
            yield str(one["norm"])


def _row(key: str, file: Path, document: Mapping[str, Any]) -> Sourced | Norm | Effect:
    rows: Mapping[str, Sourced | Norm | Effect] = {**effects(), **norms(), **constants()}
    if key in rows:
        return rows[key]
    made_by = document.get("engine", {}).get("kinechain", "unknown")
    do = f"Cite it with kinechain {made_by}, which made it."
    raise DataFileError("only rows that this kinechain knows", f"{key!r} among the sources of {file}", do)
