"""How does a table of a data file become a checked row? Fields, types and units, each refused in one sentence if wrong."""

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from importlib.resources import files
from typing import Any, Literal, TypeVar, get_args, get_origin

from kinechain.core.errors import DataFileError
from kinechain.core.units import UNITS

_Row = TypeVar("_Row")
_WRITTEN: dict[Any, tuple[tuple[type, ...], str]] = {
    float: ((int, float), "a number"),
    int: ((int,), "a whole number"),
    int | None: ((int,), "a whole number"),
    str: ((str,), "text"),
    bool: ((bool,), "true or false"),
    bool | None: ((bool,), "true or false"),
}


def shipped(name: str) -> str:
    """Return the text of a shipped data file."""
    return (files("kinechain.evidence") / "data" / name).read_text(encoding="utf-8")


def parse(text: str, name: str) -> dict[str, Any]:
    """Return the tables of TOML `text`; `name` is what errors call the file. Raises DataFileError where it breaks TOML's rules."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataFileError("a TOML file", f"{name}, which breaks its rules ({error})", "Mend the line it names.") from error


def build(kind: type[_Row], table: Any, where: str, **known: Any) -> _Row:
    """Return `table` as a row of the dataclass `kind`; `known` are fields that the file does not write in the table itself.

    A field without a default must be there; a field of kind float, int, str or bool must hold one, one of fixed words one of them.
    Raises DataFileError.
    """
    if not isinstance(table, dict):
        raise DataFileError("a table for each row", f"{table!r} as {where}", "Write its fields under a heading of its own.")
    own = {field.name: field for field in fields(kind) if field.name not in known}  # type: ignore[arg-type] # rows are dataclasses
    for name in sorted(set(table) - set(own)):
        raise DataFileError(f"only the fields {', '.join(sorted(own))}", f"{name} in {where}", "Rename or drop it.")
    for name, field in own.items():
        if table.get(name) in (None, "") and field.default is MISSING:
            raise DataFileError(f"a {name} in every row", f"none in {where}", "No row enters without one.")
    return kind(**known, **{name: _typed(value, own[name].type, name, where) for name, value in table.items()})


def among(value: Any, allowed: Collection[str], what: str, where: str, do: str) -> None:
    """Raise DataFileError unless `value` is one of `allowed`."""
    if value not in allowed:
        known = ", ".join(word or "nothing" for word in allowed)
        raise DataFileError(f"{what} among {known}", f"{value!r} in {where}", do)


def known_unit(unit: str, where: str) -> None:
    """Raise DataFileError unless `unit` is one that kinechain knows."""
    among(unit, sorted(UNITS), "a unit", where, "Use one of them, or add it to core/units.py.")


def known_study(key: str, studies: Mapping[str, Any], where: str) -> None:
    """Raise DataFileError unless `key` is the key of one of `studies`."""
    if key not in studies:
        raise DataFileError("the key of a study", f"{key!r} in {where}", "Add the study to studies.toml, or mend the key.")


def in_order(low: float, middle: float, high: float, where: str) -> None:
    """Raise DataFileError unless low, middle and high rise; NaN, for a number that is not known, is passed over."""
    known = [number for number in (low, middle, high) if not math.isnan(number)]
    if known != sorted(known):
        raise DataFileError("low, middle and high in rising order", f"{known} in {where}", "Look for a wrong sign or a slip.")


def _typed(value: Any, wanted: Any, name: str, where: str) -> Any:
    if get_origin(wanted) is Literal:
        among(value, get_args(wanted), name, where, "Write one of these.")
        return value
    accepted, needed = _WRITTEN.get(wanted, ((object,), ""))
    if not isinstance(value, accepted) or (isinstance(value, bool) and not {bool, object} & set(accepted)):
        raise DataFileError(f"{needed} as {name}", f"{value!r} in {where}", "Mend the value; a gap is left out.")
    if wanted is float and isinstance(value, int | float):
        return float(value)
    return tuple(value) if isinstance(value, list) else value
