"""How is a battery of tests written down? `battery.toml`: who, what for, how, what was typed, and where it hurt.

Here its shape is read: tables, names and kinds of values, each wrong one refused in a sentence that names it. What may be typed in
`[typed]`, and in which units, is for `screening.typed` to say.
"""

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.names import mend
from kinechain.core.types import SIDES, Pain, Person, Protocol
from kinechain.io.toml_text import write_key, write_value

#: The name of the file in the folder of a battery.
NAME = "battery.toml"
#: Tables of the file; `asked` is how far asking went, and says nothing of the person.
_KNOWN = ("person", "aim", "protocol", "typed", "pain", "films", "asked")
_PERSON = ("height_cm", "mass_kg", "age", "sex")
_PROTOCOL = ("footwear", "heel_cm", "arms", "bar", "load_kg", "mirrored")
_PAIN = ("value", "at_knee_flexion_deg")
_ASK = "kinechain battery --example prints a sample."


@dataclass(frozen=True)
class BatteryFile:
    """What a `battery.toml` says. `typed` is by side (`both` for the whole person), then by name, as it was written.

    `notes` is what was noted of a test, `films` the test that a film shows, by its name.
    """

    person: Person
    aim: str | None = None
    protocol: Protocol = field(default_factory=Protocol)
    mirrored: bool | None = None
    notes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    typed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pains: tuple[Pain, ...] = ()
    films: Mapping[str, str] = field(default_factory=dict)


def load_battery(folder: Path) -> dict[str, Any]:
    """Return the tables of a folder's `battery.toml` unchecked. Raises DataFileError where it cannot be read."""
    path = folder / NAME
    if not folder.is_dir():
        raise DataFileError("a folder of films with a battery.toml", f"{folder}, which is none", "Name the folder.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError(f"a {NAME} that says who was tested", f"none in {folder}", _ASK) from None
    except tomllib.TOMLDecodeError as error:
        raise DataFileError("a TOML file", f"{path}, which breaks its rules ({error})", "Mend the line it names.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"a {NAME} in plain text", f"{path}, which cannot be read ({error})", _ASK) from error


def check_battery(document: Mapping[str, Any], tests: Collection[str], name: str = NAME) -> BatteryFile:
    """Return the tables of a `battery.toml` as what they say; `name` is what errors call the file.

    `tests` are the names that notes and pain may stand under. Raises DataFileError where the person is lacking, and for a name or a
    value that makes no sense.
    """
    try:
        return _battery(document, tests)
    except UsageError as error:
        raise DataFileError(error.expected, f"{error.got} in {name}", error.do) from error


def format_battery(document: Mapping[str, Any]) -> str:
    """Return tables as the text of a `battery.toml`; reading it gives them back."""
    return "\n".join(_lines(document, ())).strip("\n") + "\n"


def _battery(document: Mapping[str, Any], tests: Collection[str]) -> BatteryFile:
    _only(document, _KNOWN, "a table or entry")
    protocol = _table(document, "protocol")
    own, notes = {name: value for name, value in protocol.items() if not isinstance(value, dict)}, _notes(protocol, tests)
    return BatteryFile(
        person=_person(document),
        aim=_aim(document),
        protocol=_protocol(own),
        mirrored=_of_kind(own, "mirrored", bool, "true or false"),
        notes=notes,
        typed=_typed(_table(document, "typed")),
        pains=_pains(_table(document, "pain"), tests),
        films={
            name: _text(test, f"the test that {name} shows", '"knee-to-wall left"')
            for name, test in _table(document, "films").items()
        },
    )


def _person(document: Mapping[str, Any]) -> Person:
    if "person" not in document:
        raise UsageError("a table [person] with height_cm and mass_kg", "none", "Add it: norms and the what-if need both.")
    table = _table(document, "person")
    _only(table, _PERSON, "an entry of [person]")
    height_cm, mass_kg = _needed(table, "height_cm"), _needed(table, "mass_kg")
    age, sex = _of_kind(table, "age", int, "a whole number"), _of_kind(table, "sex", str, '"f" or "m"')
    try:
        return Person(height_cm / 100.0, mass_kg, age, sex)
    except UsageError as error:  # its advice names options of the command line
        raise UsageError(error.expected, error.got, "Mend it under [person].") from error


def _needed(table: Mapping[str, Any], name: str) -> float:
    value = _number(table, name, "[person]")
    if value is None:
        raise UsageError(f"{name} in [person]", "none", f"Add {name}: norms and the what-if need it.")
    return value


def _aim(document: Mapping[str, Any]) -> str | None:
    aim = _table(document, "aim")
    _only(aim, ("squat",), "an entry of [aim]")
    return None if aim.get("squat") is None else _text(aim["squat"], "squat in [aim]", '"parallel"')


def _protocol(table: Mapping[str, Any]) -> Protocol:
    _only(table, _PROTOCOL, "an entry of [protocol]")
    heel_cm, load_kg = _number(table, "heel_cm", "[protocol]"), _number(table, "load_kg", "[protocol]")
    _within(heel_cm, "heel_cm", 0.0, 20.0)
    _within(load_kg, "load_kg", 0.0, 500.0)
    footwear, arms, bar = (_of_kind(table, name, str, "words in quotes") for name in ("footwear", "arms", "bar"))
    return Protocol(footwear, None if heel_cm is None else heel_cm / 100.0, arms, bar, load_kg)


def _notes(protocol: Mapping[str, Any], tests: Collection[str]) -> dict[str, Mapping[str, Any]]:
    notes: dict[str, Mapping[str, Any]] = {test: table for test, table in protocol.items() if isinstance(table, dict)}
    for test in notes:
        _known_test(test, tests)
    return notes


def _typed(table: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return what was typed by side; what stands under [typed] itself is of the whole person."""
    for name, value in table.items():
        if isinstance(value, dict) and name not in SIDES:
            raise UsageError(
                "[typed.left] or [typed.right]", f"[typed.{name}]", "Name the side; the whole person's go under [typed]."
            )
    whole = {name: value for name, value in table.items() if name not in SIDES}
    sides = {side: _table(table, side) for side in SIDES if side in table}
    return sides | ({"both": whole} if whole else {})


def _films(table: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(test, f"the test that {name} shows", '"knee-to-wall left"') for name, test in table.items()}


def _pains(table: Mapping[str, Any], tests: Collection[str]) -> tuple[Pain, ...]:
    pains = []
    for test in table:
        _known_test(test, tests)
        for side, told in _table(table, test).items():
            if side not in (*SIDES, "both"):
                raise UsageError(f"[pain.{test}.left] or [pain.{test}.right]", f"[pain.{test}.{side}]", "Name the side.")
            if told != {}:
                pains.append(_pain(test, side, told if isinstance(told, dict) else {"value": told}))
    return tuple(pains)


def _pain(test: str, side: str, table: Mapping[str, Any]) -> Pain:
    where = f"[pain.{test}.{side}]"
    _only(table, _PAIN, f"an entry of {where}")
    value, angle_deg = (_number(table, name, where) for name in _PAIN)
    _within(value, f"the pain in {where}", 0.0, 10.0)
    _within(angle_deg, f"at_knee_flexion_deg in {where}", 0.0, 170.0)
    return Pain(side, value, None if angle_deg is None else math.radians(angle_deg), test)


def _known_test(test: str, tests: Collection[str]) -> None:
    if test not in tests:
        raise UsageError("the name of a test", repr(test), mend(test, tests))


def _only(table: Mapping[str, Any], known: Collection[str], what: str) -> None:
    for name in table:
        if name not in known:
            raise UsageError(what, repr(name), mend(name, known))


def _table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise UsageError(f"{name} as a table", repr(table), f"Write [{name}] on a line of its own.")
    return table


def _number(table: Mapping[str, Any], name: str, where: str) -> float | None:
    value = table.get(name)
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
        raise UsageError(f"{name} in {where} as a number", repr(value), "Write the number alone, without unit and quotes.")
    return None if value is None else float(value)


def _of_kind(table: Mapping[str, Any], name: str, kind: type, what: str) -> Any:
    value = table.get(name)
    if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        raise UsageError(f"{name} as {what}", repr(value), "Mend it.")
    return value


def _text(value: object, what: str, example: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{what} in quotes", repr(value), f"Write it like {example}.")
    return value


def _within(value: float | None, what: str, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise UsageError(f"{what} between {low:g} and {high:g}", f"{value:g}", "Look for a slip.")


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """Return a table's own entries, then the tables in it, each under its heading."""
    own = [f"{write_key(name)} = {write_value(value)}" for name, value in table.items() if not isinstance(value, Mapping)]
    heading = [f"[{'.'.join(map(write_key, path))}]"] if path and own else []
    inner = [line for name, value in table.items() if isinstance(value, Mapping) for line in _lines(value, (*path, name))]
    return [*heading, *own, *([""] if own else []), *inner]
