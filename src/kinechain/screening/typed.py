"""What does a number that a person typed say? Its code, unit and side checked, it becomes a measure with an interval.

What may be typed is data (`data/typed.toml`); how sure one reading is comes from there too, or from the smallest real change of a
norm's row. Two ways of one test stay apart: centimetres to the wall are not turned into degrees.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import NormalDist
from typing import Any, Literal

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.names import mend
from kinechain.core.types import LINKS, SIDES, Measure, Person
from kinechain.core.units import INTERVAL_HALF_WIDTH, SI
from kinechain.evidence.norms import norms
from kinechain.evidence.rows import among, build, in_order, parse

#: What leads from the smallest real change between two measurements, at 95 %, to the spread of one.
_ONE_OF_TWO = NormalDist().inv_cdf(0.975) * math.sqrt(2.0)
#: The units that may be typed: the word for it, the unit inside, and the factor that leads there.
_UNITS: dict[str, tuple[str, float]] = {
    "cm": ("m", SI["cm"]),
    "mm": ("m", SI["mm"]),
    "deg": ("rad", SI["deg"]),
    "s": ("s", 1.0),
    "Nm/kg": ("Nm/kg", 1.0),
    "1": ("1", 1.0),
    "yes": ("1", 1.0),
}
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_TOLD = re.compile(rf"({_NUMBER})\s*(\S.*)?")
_FORCE = re.compile(rf"n\s*at\s*({_NUMBER})\s*cm")
_SAME = {"°": "deg", "degrees": "deg", "degree": "deg", "sec": "s", "seconds": "s", "nm/kg": "Nm/kg", "nm": "Nm"}
_YES_OR_NO = {"yes": 1.0, "no": 0.0, "positive": 1.0, "negative": 0.0}


@dataclass(frozen=True)
class TypedMeasure:
    """A measure that may be typed, as `data/typed.toml` describes it."""

    code: str
    test: str
    link: str
    unit: str
    low: float
    high: float
    reason: str
    example: object
    each_leg: bool = True
    error: float = math.nan
    error_reason: str = ""
    needs: Literal["", "clinician", "dynamometer"] = ""
    notes: tuple[str, ...] = ()
    norm: str = ""

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that it is typed for: each leg, or `both` for the whole person."""
        return SIDES if self.each_leg else ("both",)

    @property
    def unit_named(self) -> bool:
        """Whether its code ends in its unit, or it has none, so that a bare number is plain."""
        return self.unit in ("1", "yes") or self.code.endswith(f"_{self.unit}")

    @property
    def spread(self) -> float:
        """Standard deviation of one measurement, in the unit asked."""
        return norms()[self.norm].mdc / _ONE_OF_TWO if self.norm else self.error


@dataclass(frozen=True)
class Note:
    """What is noted with a measure: one of `choices`, or a number between `low` and `high`."""

    name: str
    choices: tuple[str, ...] = ()
    low: float = math.nan
    high: float = math.nan


@cache
def typed_measures() -> Mapping[str, TypedMeasure]:
    """Return all that may be typed, by code, in the order in which it is asked."""
    return {code: _measure(code, dict(table)) for code, table in _shipped()["measure"].items()}


@cache
def notes() -> Mapping[str, Note]:
    """Return all that may be noted, by name."""
    return {name: build(Note, table, f"note {name} of typed.toml", name=name) for name, table in _shipped()["note"].items()}


def noted_tests() -> dict[str, tuple[str, ...]]:
    """Return the tests that something may be typed in, in order, each with what is noted in it."""
    found: dict[str, tuple[str, ...]] = {}
    for measure in typed_measures().values():
        found[measure.test] = tuple(dict.fromkeys((*found.get(measure.test, ()), *measure.notes)))
    return found


def find_typed(name: str) -> TypedMeasure:
    """Return the measure of a name; raises UsageError, with the nearest one, for a name that is none, or is refused."""
    code = name.strip().lower().replace("-", "_")
    refused = _shipped()["refused"]
    if code in refused:
        raise UsageError("a measure that may be typed", name, refused[code]["reason"])
    if code not in typed_measures():
        raise UsageError("the name of a measure", repr(name), mend(code, typed_measures()))
    return typed_measures()[code]


def read_typed(name: str, side: str, told: object, person: Person, noted: Mapping[str, Any] | None = None) -> Measure:
    """Return what was typed as a measure, in SI units, with the interval of one reading; `noted` is kept beside it.

    `told` is a number, or text such as "38 deg"; torque also in Nm, which body mass divides, or as a force: "230 N at 35 cm".
    Raises UsageError for an unknown name, a side that the measure does not have, a wrong unit or a number that cannot be.

    >>> round(read_typed("knee_to_wall_cm", "left", "12 cm", Person(1.7, 70.0)).value, 3)
    0.12
    """
    measure = find_typed(name)
    if side not in measure.sides:
        whole = "Write it under [typed], for the whole person." if not measure.each_leg else "Say left or right."
        raise UsageError(f"{measure.code} for {' or '.join(measure.sides)}", side, whole)
    value = _value(measure, told, person)
    if not measure.low <= value <= measure.high:
        raise UsageError(
            f"{measure.code} between {measure.low:g} and {measure.high:g}{_sign(measure)}",
            f"{value:g}",
            "Look for a slip, or for a number in another unit.",
        )
    unit, factor = _UNITS[measure.unit]
    half = INTERVAL_HALF_WIDTH * measure.spread
    kept = {note: noted[note] for note in measure.notes if noted and note in noted}
    return Measure(
        measure.code,
        side,
        None,
        value * factor,
        (value - half) * factor,
        (value + half) * factor,
        unit,
        clip="",
        parameters=kept,
    )


def read_notes(test: str, told: Mapping[str, object]) -> dict[str, Any]:
    """Return what was noted in a test, checked; raises UsageError for a name, a word or a number that it does not know."""
    known = noted_tests().get(test, ())
    return {name: _noted(_known_note(name, test, known), value) for name, value in told.items()}


def _known_note(name: str, test: str, known: tuple[str, ...]) -> Note:
    if name not in known:
        raise UsageError(f"a note of {test}", repr(name), mend(name, known) if known else "Nothing is noted in this test: drop it.")
    return notes()[name]


def _noted(note: Note, told: object) -> Any:
    if note.choices:
        word = {True: "yes", False: "no"}.get(told) if isinstance(told, bool) else str(told).strip().lower()
        if word not in note.choices:
            raise UsageError(f"{note.name} among {', '.join(note.choices)}", repr(told), "Write one of these words.")
        return word
    number = _plain_number(told)
    if number is None or not note.low <= number <= note.high:
        raise UsageError(f"{note.name} as a number between {note.low:g} and {note.high:g}", repr(told), "Write the number alone.")
    return number


def _value(measure: TypedMeasure, told: object, person: Person) -> float:
    """Return the number told, in the unit in which the measure is asked."""
    if measure.unit == "yes":
        answer = float(told) if isinstance(told, bool) else _YES_OR_NO.get(str(told).strip().lower())
        if answer is None:
            raise UsageError(f"{measure.code} as yes or no", repr(told), "Write yes where the test is positive.")
        return answer
    match = _TOLD.fullmatch(str(told).strip()) if isinstance(told, str | int | float) and not isinstance(told, bool) else None
    if match is None:
        raise UsageError(f"{measure.code} as a number{_sign(measure)}", repr(told), f'Write it like "{measure.example}".')
    number, unit = float(match[1]), _unit(match[2])
    if unit == measure.unit or (not unit and measure.unit_named):
        return number
    if measure.unit in ("cm", "mm") and unit in ("cm", "mm"):
        return number * SI[unit] / SI[measure.unit]
    if measure.unit == "Nm/kg":
        torque = _torque(number, unit)
        if torque is not None:
            return torque / person.mass_kg
    if not unit:
        raise UsageError(f"{measure.code} with its unit", repr(told), f'Write it like "{measure.example}".')
    raise UsageError(f"{measure.code}{' in' * (measure.unit != '1')}{_sign(measure)}", repr(told), _other_way(measure, unit))


def _torque(number: float, unit: str) -> float | None:
    """Return a torque (Nm) told in Nm, or as a force and the lever it acts at."""
    if unit == "Nm":
        return number
    force = _FORCE.fullmatch(unit.lower())
    return None if force is None else number * float(force[1]) * SI["cm"]


def _unit(told: str | None) -> str:
    unit = (told or "").strip()
    return _SAME.get(unit.lower(), unit)


def _other_way(measure: TypedMeasure, unit: str) -> str:
    """Return what to do with a number in another unit: the sister measure that is asked in it, or this one's own unit."""
    sister = next((one for one in typed_measures().values() if one.test == measure.test and one.unit == unit), None)
    return f"For {unit} write {sister.code}." if sister else f'Write it like "{measure.example}".'


def _sign(measure: TypedMeasure) -> str:
    return "" if measure.unit in ("1", "yes") else f" {measure.unit}"


def _plain_number(told: object) -> float | None:
    if isinstance(told, bool):
        return None
    try:
        return float(str(told))
    except ValueError:
        return None


@cache
def _shipped() -> dict[str, Any]:
    return parse((files("kinechain.screening") / "data" / "typed.toml").read_text(encoding="utf-8"), "typed.toml")


def _measure(code: str, table: dict[str, Any]) -> TypedMeasure:
    where = f"row {code} of typed.toml"
    measure = build(TypedMeasure, table | {"norm": table.pop("from", "")}, where, code=code)
    among(measure.unit, _UNITS, "a unit", where, "Use one of them.")
    among(measure.link, LINKS, "a link", where, "Use one of them.")
    in_order(measure.low, math.nan, measure.high, where)
    if measure.norm and measure.norm not in norms():
        raise DataFileError("the key of a norm", f"{measure.norm!r} in {where}", "Add the norm, or mend the key.")
    if not measure.norm and (math.isnan(measure.error) or not measure.error_reason):
        raise DataFileError("how sure a reading is, with its reason", f"none in {where}", "Give error and error_reason, or from.")
    return measure
