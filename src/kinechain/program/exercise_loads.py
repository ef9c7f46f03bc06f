"""What does a kneecap bear in an exercise, how far may the knee bend within a class, and what does one repetition add up to?

Read from a table that `kinechain lab exercises` writes. Forces are told to 90 degrees of knee flexion, classes to 110; beyond, and
wherever none is told, nothing is estimated: whoever asks whether that is too much is answered as for the highest class. A class
between two bends of the table is the higher one of both.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.training import LOAD_CLASSES
from kinechain.core.types import Ranged
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.evidence import constant, constants, studies
from kinechain.evidence.rows import among, build, parse
from kinechain.program.catalogue import exercise

_FILE = "exercise_loads.toml"
#: How it is known: worked out by the load engine, read of a study, judged, or a knee that carries nothing.
Method = Literal["computed", "published", "assumed", "none"]
_NONE, _HIGHEST = LOAD_CLASSES[0], LOAD_CLASSES[-1]
_NOT_TOLD = Ranged(math.nan, math.nan, math.nan)
_NEAR_RAD = 1e-6  # so near two bends are the same


@dataclass(frozen=True)
class LoadRow:
    """What a kneecap bears at a bend of the knee (rad), or at most where that is None: in body weights, and its class.

    NaN where no number is told; a class of None is not estimated.
    """

    flexion_rad: float | None
    force: Ranged
    load_class: str | None


@dataclass(frozen=True)
class ExerciseLoad:
    """What a kneecap bears in an exercise, by bends of the knee, and how it is known.

    `kind` is the posture it was worked out in. `sources` are keys of rows and studies; `reason` says what is judged by us, and why.
    """

    code: str
    method: Method
    kind: str
    rows: tuple[LoadRow, ...]
    sources: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class _Row:
    """An exercise's load as the file writes it; of the lists of numbers the last ones are left out where none are told."""

    method: Method
    reason: str
    kind: str = ""
    sources: tuple[str, ...] = ()
    load_class: tuple[str, ...] = ()
    flexion_deg: tuple[float | int, ...] = ()
    force: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


def load_of(code: str) -> ExerciseLoad:
    """Return what a kneecap bears in an exercise. Raises UsageError for one that is not in the table.

    >>> load_of("squat").method
    'computed'
    """
    known = exercise_loads()
    if code not in known:
        raise UsageError("the code of an exercise with a load", repr(code), "`kinechain lab exercises` works new ones out.")
    return known[code]


def highest_class(code: str, flexion_rad: tuple[float, float] | None) -> str:
    """Return the highest class that a kneecap bears while the knee bends from the lesser to the greater angle (rad).

    None stands for the exercise's own range. What is not estimated counts as the highest.

    >>> highest_class("squat", (0.0, 0.5))
    'low'
    """
    load = load_of(code)
    if load.method == "none":
        return _NONE
    asked = exercise(code).flexion_rad if flexion_rad is None else flexion_rad
    return max(_classes(load.rows, asked), key=LOAD_CLASSES.index)


def deepest_within(code: str, cap: str, most_rad: float) -> float | None:
    """Return how far the knee may bend (rad), up to `most_rad` and the exercise's own end, before the class exceeds `cap`.

    None where already the exercise's least bend exceeds it, or bends further than `most_rad`.

    >>> deepest_within("squat", "high", 0.5)
    0.5
    """
    start, end = exercise(code).flexion_rad or (0.0, most_rad)
    most, allowed = min(end, most_rad), LOAD_CLASSES.index(cap)
    tried = sorted({start, most, *(row.flexion_rad for row in load_of(code).rows if row.flexion_rad is not None)})
    fine = [to for to in tried if start <= to <= most and LOAD_CLASSES.index(highest_class(code, (start, to))) <= allowed]
    return max(fine, default=None)


def impulse(code: str, flexion_rad: tuple[float, float] | None, seconds: float = 0.0) -> Ranged:
    """Return what one repetition adds up to (body weights times seconds), the time spread evenly over the bends of the knee (rad).

    It lasts `seconds`, or where these are 0 as the row `exercise_load.tempo` has it. NaN where no force is told all the way.

    >>> impulse("clam", None).value
    0.0
    """
    load = load_of(code)
    if load.method == "none":
        return Ranged(0.0, 0.0, 0.0)
    asked, tempo = exercise(code).flexion_rad if flexion_rad is None else flexion_rad, constant("exercise_load.tempo")
    if asked is None:
        return _NOT_TOLD
    spread = 0.0 if seconds else INTERVAL_HALF_WIDTH * tempo.sd
    lasting = seconds or tempo.value
    times = {"value": lasting, "low": lasting - spread, "high": lasting + spread}
    return Ranged(**{end: time * _mean(load.rows, end, asked) for end, time in times.items()})


@cache
def exercise_loads() -> Mapping[str, ExerciseLoad]:
    """Return all shipped loads by the exercise's code."""
    text = (files("kinechain.program") / "data" / _FILE).read_text(encoding="utf-8")
    return read_exercise_loads(text, _FILE, {*constants(), *studies()})


def read_exercise_loads(text: str, name: str, known_sources: Collection[str]) -> Mapping[str, ExerciseLoad]:
    """Read loads from TOML `text`; `name` is what errors call the file.

    Raises DataFileError for a row that lacks a field, whose bends do not rise, whose lists do not belong together, or which names a
    class or a source that is none.
    """
    return {code: _load(code, table, f"exercise {code} of {name}", known_sources) for code, table in parse(text, name).items()}


def _load(code: str, table: object, where: str, known_sources: Collection[str]) -> ExerciseLoad:
    row = build(_Row, table, where)
    for source in row.sources:
        among(source, known_sources, "the key of a row or a study", where, "Add it, or mend the key.")
    for one in row.load_class:
        among(one, (*LOAD_CLASSES, ""), "a class", where, "Use one of them; nothing stands for not estimated.")
    numbers = (row.force, row.low, row.high)
    bends: Sequence[float | None] = [math.radians(bend) for bend in row.flexion_deg] or [None] * len(row.load_class)
    if list(row.flexion_deg) != sorted(set(row.flexion_deg)) or len(bends) != len(row.load_class):
        raise DataFileError("bends that rise, each with a class", f"others in {where}", "Run `kinechain lab exercises`.")
    if len({len(one) for one in numbers}) != 1 or len(row.force) > len(bends):
        raise DataFileError("as many forces as lows and highs, and no more than bends", f"others in {where}", "Mend its lists.")
    if (row.method == "none") == bool(bends):
        raise DataFileError("classes where the knee carries something, and only there", f"others in {where}", "Mend its method.")
    told = [Ranged(*each) for each in zip(*numbers, strict=True)]
    forces = told + [_NOT_TOLD] * (len(bends) - len(told))
    rows = tuple(LoadRow(bend, force, one or None) for bend, force, one in zip(bends, forces, row.load_class, strict=True))
    return ExerciseLoad(code, row.method, row.kind, rows, row.sources, row.reason)


def _classes(rows: Sequence[LoadRow], asked: tuple[float, float] | None) -> list[str]:
    """Return the classes of the rows that a way between two bends touches or lies next to; the highest where a row is missing."""
    if asked is None or rows[0].flexion_rad is None:
        return [row.load_class or _HIGHEST for row in rows]
    bends = [row.flexion_rad for row in rows if row.flexion_rad is not None]
    low, high = asked
    if low < bends[0] - _NEAR_RAD or high > bends[-1] + _NEAR_RAD:
        return [_HIGHEST]
    first = max(nth for nth, bend in enumerate(bends) if bend <= low + _NEAR_RAD)
    last = min(nth for nth, bend in enumerate(bends) if bend >= high - _NEAR_RAD)
    return [row.load_class or _HIGHEST for row in rows[first : last + 1]]


def _mean(rows: Sequence[LoadRow], end: str, asked: tuple[float, float]) -> float:
    """Return the mean force over a way between two bends, straight between rows; NaN where one on it is not told."""
    low, high = asked
    inner = [row.flexion_rad for row in rows if row.flexion_rad is not None and low < row.flexion_rad < high]
    bends = [low, *inner, high]
    forces = [_between(rows, end, bend) for bend in bends]
    if high - low < _NEAR_RAD:
        return forces[0]
    pieces = pairwise(zip(bends, forces, strict=True))
    return sum(0.5 * (one + other) * (to - since) for (since, one), (to, other) in pieces) / (high - low)


def _between(rows: Sequence[LoadRow], end: str, bend: float) -> float:
    told = [(row.flexion_rad, float(getattr(row.force, end))) for row in rows if row.flexion_rad is not None]
    for (since, one), (to, other) in pairwise(told):
        if since - _NEAR_RAD <= bend <= to + _NEAR_RAD:
            share = (bend - since) / (to - since)
            return one if share <= 0.0 else other if share >= 1.0 else one + share * (other - one)
    return told[0][1] if told and abs(bend - told[0][0]) <= _NEAR_RAD else math.nan
