"""How does a predicted change read? A headline, a small table, what it rests on, and how far to trust it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from kinechain.core.types import Loads, Ranged
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence import constant
from kinechain.loads.squatter import RANGES, Change, Squatter
from kinechain.loads.what_if import Row, WhatIf
from kinechain.report.words import say

#: How many of a unit a person reads, and with how many decimals.
_SHOWN = {"rad": (DEGREES_PER_RADIAN, 0), "Nm/kg": (1.0, 2), "1": (100.0, 0), "BW": (1.0, 1), "m": (100.0, 1), "kg": (1.0, 1)}
#: What follows a number at once; other units have words.
_SIGNS = {"rad": "°", "1": "%"}
#: The unit inside of what may be changed by a number.
_UNIT_OF = {**dict.fromkeys(RANGES, "rad"), "heel_m": "m", "load_kg": "kg", "stance_m": "m", "toe_out_rad": "rad"}
#: A change of depth that nobody would see.
_UNSEEN_RAD = 1.0 / DEGREES_PER_RADIAN


@dataclass(frozen=True)
class RowReading:
    """A row of the table in words."""

    name: str
    before: str
    after: str
    change: str


@dataclass(frozen=True)
class WhatIfReading:
    """An answer in words: what it rests on in `known`, how far to trust it in `limits`."""

    headline: str
    lead: str
    rows: tuple[RowReading, ...]
    notes: tuple[str, ...]
    known: tuple[str, ...]
    limits: tuple[str, ...]


def read_whatif(answer: WhatIf, language: str = "en") -> WhatIfReading:
    """Return an answer in words."""
    depth = next(row for row in answer.rows if row.code == "depth")
    seen = abs(depth.after.value - depth.before.value) >= _UNSEEN_RAD
    first, *others = (change_words(change, language) for change in answer.changes)
    changes = ", ".join([first, *(other[:1].lower() + other[1:] for other in others)])
    return WhatIfReading(
        headline=say(
            "whatif.headline" if seen else "whatif.headline_same",
            language=language,
            changes=changes,
            before=degrees(depth.before.value),
            after=degrees(depth.after.value),
        ),
        lead=say("whatif.lead", language=language),
        rows=tuple(_row(row, language) for row in answer.rows),
        notes=tuple(_notes(answer, language)),
        known=tuple(_known(answer.before, answer.chance.draws, language)),
        limits=tuple(say(f"whatif.{code}", language=language) for code in ("sagittal", "still", "no_cause")),
    )


def change_words(change: Change, language: str = "en") -> str:
    """Return what is changed, in words.

    >>> change_words(Change("heel_m", 0.02))
    'Heels to 2 cm'
    """
    if isinstance(change.value, str):
        words = say(f"whatif_change.{change.measure}", language=language, value=change.value)
    else:
        factor, _ = _SHOWN[_UNIT_OF[change.measure]]
        number = f"{abs(factor * change.value):.1f}".removesuffix(".0")
        sign = "+" if change.value >= 0.0 else "−"
        amount = say(f"whatif_mode.{change.mode}", language=language, number=number, sign=sign)
        words = say(f"whatif_change.{change.measure}", language=language, amount=amount)
    return words if change.side == "both" else say("whatif_change.on_side", language=language, change=words, side=change.side)


def degrees(angle_rad: float) -> str:
    """Return an angle as a person reads it."""
    return f"{round(angle_rad * DEGREES_PER_RADIAN) + 0:d}°" if math.isfinite(angle_rad) else say("language.unknown")


def _row(row: Row, language: str) -> RowReading:
    name = say(f"whatif_row.{row.code}", language=language, at=degrees(row.at))
    return RowReading(
        name, *(_between(row, value, language, signed=value is row.change) for value in (row.before, row.after, row.change))
    )


def _between(row: Row, value: Ranged, language: str, *, signed: bool) -> str:
    """Return a value with its interval and its unit."""
    if not math.isfinite(value.value) or not math.isfinite(value.low):
        return say("language.unknown", language=language)
    factor, decimals = _SHOWN[row.unit]
    number, low, high = (_number(factor * one, decimals, signed=signed) for one in (value.value, value.low, value.high))
    sign = _SIGNS.get(row.unit, "")
    words = say("whatif.interval", language=language, value=f"{number}{sign}", low=f"{low}{sign}", high=f"{high}{sign}")
    return words if sign else say(f"whatif_unit.{row.code}", language=language, value=words)


def _number(number: float, decimals: int, *, signed: bool) -> str:
    text = f"{abs(number):.{decimals}f}"
    if not float(text):
        return text
    return f"{'−' if number < 0.0 else '+' if signed else ''}{text}"


def _notes(answer: WhatIf, language: str) -> Iterator[str]:
    before, after = answer.reached
    at = degrees(answer.at)
    yield say("whatif.compared", language=language, at=at, before=before, after=after)
    classes = [Loads.CLASSES[order] if order >= 0 else None for order in answer.kneecap_class]
    if None in classes:
        yield say("whatif.class_none", language=language, classes=constant("patellofemoral.class_up_to").value)
    else:
        code = "whatif.class_one" if classes[0] == classes[1] else "whatif.class_two"
        yield say(code, language=language, at=at, before=classes[0], after=classes[1])


def _known(squatter: Squatter, draws: int, language: str) -> Iterator[str]:
    for measure, sides in squatter.ranges.items():
        left, right = sides["left"], sides["right"]
        yield say(
            "whatif.range_both" if left == right else "whatif.range",
            language=language,
            measure=measure,
            left=degrees(left.value),
            right=degrees(right.value),
            left_told=left.told,
            right_told=right.told,
        )
    if any(one.told == "assumed" for one in squatter.ranges["knee_to_wall_deg"].values()):
        yield say("whatif.unmeasured", language=language)
    heel = f"{100.0 * squatter.heel_m:.1f}".removesuffix(".0")
    yield say("whatif.settings", language=language, arms=squatter.arms, heel=heel, load=f"{squatter.load_kg:g}")
    yield say("whatif.drawn", language=language, draws=draws)
