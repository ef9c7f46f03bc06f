"""What do typed days and a clinician's changes of a program mean? Text becomes dates and edits, or is refused in one sentence."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kinechain.core.errors import UsageError
from kinechain.core.names import mend
from kinechain.core.training import Edit, Program
from kinechain.report.words import say

_WEEK = 7


@dataclass(frozen=True)
class Wanted:
    """The changes that were typed, as they were typed; `by` whom, and the reason in their own words."""

    change: Sequence[str] = ()
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    lock: Sequence[str] = ()
    unlock: Sequence[str] = ()
    sign: bool = False
    by: str = ""
    because: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is to be changed."""
        return bool(self.change or self.add or self.remove or self.lock or self.unlock or self.sign)


def read_day(text: str | None, option: str) -> date:
    """Return a day written as 2026-01-05, today where none was; raises UsageError for what is no day."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("a day written as 2026-01-05", repr(text), f"Mend {option}.") from None


def read_edits(wanted: Wanted, program: Program, on: date) -> tuple[Edit, ...]:
    """Return typed changes of a program as edits, in the order in which they make sense; raises UsageError for what is none.

    Several fields of one line are one edit, so that they may fit together only as a whole.
    """

    def edit(action: str, slot: str = "", changes: Mapping[str, Any] | None = None) -> Edit:
        return Edit(on, wanted.by, wanted.because, action, slot, changes or {})

    changes: dict[str, dict[str, Any]] = {}
    for text in wanted.change:
        slot, name, value = _change(text, program)
        changes.setdefault(slot, {})[name] = value
    return (
        *(edit("unlock", slot) for slot in wanted.unlock),
        *(edit("remove", slot) for slot in wanted.remove),
        *(edit("add", slot, {"exercise": code}) for slot, code in map(_added, wanted.add)),
        *(edit("change", slot, fields) for slot, fields in changes.items()),
        *(edit("lock", slot) for slot in wanted.lock),
        *(edit("sign") for _ in range(wanted.sign)),
    )


def _added(text: str) -> tuple[str, str]:
    """Return the place and the exercise of `SLOT=EXERCISE`; without a place it is called as the exercise."""
    slot, _, code = text.rpartition("=")
    return slot.strip() or code.strip(), code.strip()


def _change(text: str, program: Program) -> tuple[str, str, Any]:
    """Return the line (empty for the whole program), the field and its value of `SLOT.FIELD=VALUE`."""
    place, equals, value = text.partition("=")
    slot, _, field = place.strip().rpartition(".")
    known = _OF_LINE if slot else _OF_PROGRAM
    if not equals or not value.strip():
        raise UsageError("a change written as SLOT.FIELD=VALUE", repr(text), "Write it like knee.sets=3.")
    if field not in known:
        raise UsageError(f"a field among {', '.join(known)}", repr(field), mend(field, known))
    if field == "bend_deg":
        return slot, "flexion_rad", _bend(value.strip(), slot, program)
    try:
        return slot, field, known[field](value.strip())
    except ValueError:
        raise UsageError(f"{field} as {_WRITTEN[field]}", repr(value), "Mend it.") from None


def _bend(value: str, slot: str, program: Program) -> tuple[float, float]:
    """Return how far the knee bends (rad): `10-60`, or `60` for the most alone."""
    line = program.line(slot)
    least = 0.0 if line is None or line.flexion_rad is None else math.degrees(line.flexion_rad[0])
    try:
        ends = [float(one) for one in value.split("-")]
    except ValueError:
        ends = []
    if len(ends) not in (1, 2) or ends != sorted(ends):
        raise UsageError("bend_deg as degrees such as 60 or 10-60", repr(value), "Mend it.")
    low, high = ends if len(ends) == 2 else (min(least, ends[0]), ends[0])
    return math.radians(low), math.radians(high)


def _weeks(value: str) -> tuple[int, int]:
    first, last = (int(one) for one in value.split("-"))
    return first, last


def _days(value: str) -> tuple[int, ...]:
    names = [say(f"weekday.{day}").casefold() for day in range(_WEEK)]
    told = [one.strip().casefold() for one in value.split(",")]
    found = [next((day for day, name in enumerate(names) if len(one) > 1 and name.startswith(one)), None) for one in told]
    if None in found:
        raise ValueError
    return tuple(day for day in found if day is not None)


#: The fields of a line and of a program, and how their values are read.
_OF_LINE: Mapping[str, Callable[[str], Any]] = {
    "exercise": str,
    "side": str,
    "sets": int,
    "repetitions": int,
    "days": int,
    "seconds": float,
    "effort": int,
    "bend_deg": str,
    "weeks": _weeks,
}
_OF_PROGRAM: Mapping[str, Callable[[str], Any]] = {"days": _days, "load_cap": str, "usual_pain": float}
_WRITTEN = dict.fromkeys(("sets", "repetitions", "effort"), "a whole number") | {
    "seconds": "a number",
    "usual_pain": "a number from 0 to 10",
    "weeks": "the first and the last week, such as 1-6",
    "days": "a number for a line, or weekdays for the program, such as mon,wed,fri",
}
