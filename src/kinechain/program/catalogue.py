"""Which exercises are there, what is each for, how is it dosed, and which one is easier or harder? Data in, checked rows out."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.training import EQUIPMENT, Part
from kinechain.core.types import LINKS
from kinechain.evidence import claims, constants, effects, norms, studies
from kinechain.evidence.rows import among, build, parse

_FILE = "exercises.toml"
#: What the catalogue is ordered by.
AREAS: tuple[str, ...] = (
    *("squat", "step", "lunge", "open_chain", "hip", "calf"),
    *("ankle", "foot", "balance", "sitting", "activity"),
)
#: By which kind of posture and load it is known what the kneecap bears.
MECHANICS: tuple[str, ...] = (
    *("two_legs", "two_legs_weight", "two_legs_wedge", "two_legs_rest", "wall", "split", "step", "one_leg", "press"),
    *("open_chain", "lunge_unloaded", "none", "published", "assumed"),
)
#: Below which number each part of a dose cannot be.
_LEAST = {"sets": 1, "repetitions": 1, "days": 1, "seconds": 0}


@dataclass(frozen=True)
class Exercise:
    """One exercise: its place in the chain, the doses in which it is given, what it needs, and how far the knee bends.

    `sets`, `repetitions`, `days` (a week) and `seconds` (how long a repetition is held or lasts, 0 where it is moved) are the least
    and the most. `one_sided` ones are done with each leg in turn. `progress` are the next harder ones, `regress` the next easier.
    `sources` are keys of studies or rows, or letters of claims, that it or its dose rests on; `reason` says what of it is judged by
    us, and why. Without any source all of it is assumed.
    """

    code: str
    area: str
    part: Part
    links: tuple[str, ...]
    mechanics: str
    one_sided: bool
    sets: tuple[int, int]
    repetitions: tuple[int, int]
    days: tuple[int, int]
    seconds: tuple[float, float] = (0.0, 0.0)
    effort: int | None = None
    flexion_rad: tuple[float, float] | None = None
    equipment: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()
    regress: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class _Row:
    """An exercise as the file writes it; what is written as the least and the most is looked at before it is trusted."""

    area: str
    part: str
    links: tuple[str, ...]
    mechanics: str
    one_sided: bool
    sets: Any
    repetitions: Any
    days: Any
    seconds: Any = (0, 0)
    effort: int | None = None
    flexion_deg: Any = ()  # empty: not said
    equipment: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reason: str = ""


def exercise(code: str) -> Exercise:
    """Return an exercise by its code. Raises UsageError where there is none.

    >>> exercise("box_squat").progress
    ('squat',)
    """
    known = catalogue()
    if code not in known:
        raise UsageError("the code of an exercise", repr(code), "kinechain exercises lists them.")
    return known[code]


@cache
def catalogue() -> Mapping[str, Exercise]:
    """Return all shipped exercises by code, in their order."""
    known = {*studies(), *constants(), *effects(), *norms(), *claims()}
    return read_catalogue((files("kinechain.program") / "data" / _FILE).read_text(encoding="utf-8"), _FILE, known)


def read_catalogue(text: str, name: str, known_sources: Collection[str]) -> Mapping[str, Exercise]:
    """Read exercises from TOML `text`; `name` is what errors call the file.

    Raises DataFileError for a row that lacks a field, names what is not there, doses backwards, or says neither source nor reason,
    and for exercises that are harder than themselves by some way round.
    """
    tables = parse(text, name)
    rows = {code: _row(table, f"exercise {code} of {name}", known_sources) for code, table in tables.items()}
    for code, row in rows.items():
        for harder in row.progress:
            among(harder, rows, "an exercise as the next harder", f"exercise {code} of {name}", "Mend or drop it.")
    _require_no_way_round(rows, name)
    easier = {code: tuple(other for other, row in rows.items() if code in row.progress) for code in rows}
    return {code: _exercise(code, row, easier[code]) for code, row in rows.items()}


def _row(table: Any, where: str, known_sources: Collection[str]) -> _Row:
    row = build(_Row, table, where)
    among(row.area, AREAS, "an area", where, "Use one of them.")
    among(row.part, tuple(Part), "a part", where, "Use one of them.")
    among(row.mechanics, MECHANICS, "mechanics", where, "Use one of them.")
    for link in row.links:
        among(link, LINKS, "a link", where, "Use one of them.")
    for one in row.equipment:
        among(one, EQUIPMENT, "equipment", where, "Use one of them.")
    for what, least in _LEAST.items():
        _require_ends(getattr(row, what), what, least, where)
    if row.flexion_deg:
        _require_ends(row.flexion_deg, "flexion_deg", 0, where)
    for source in row.sources:
        if source not in known_sources:
            raise DataFileError("the key of a study or row, or the letter of a claim", f"{source!r} in {where}", "Add or mend it.")
    if not row.sources and not row.reason:
        raise DataFileError("sources or a reason", f"neither in {where}", "Say what it rests on, or why it is assumed.")
    return row


def _require_ends(ends: Any, what: str, least: int, where: str) -> None:
    """Raise DataFileError unless these are two numbers, the lesser first, not below `least`."""
    numbers = isinstance(ends, tuple) and all(isinstance(end, int | float) for end in ends)
    if not numbers or len(ends) != len(("least", "most")) or not least <= ends[0] <= ends[1]:
        raise DataFileError(
            f"{what} as the least and the most, from {least}", f"{ends!r} in {where}", "Write two numbers, the lesser first."
        )


def _exercise(code: str, row: _Row, regress: tuple[str, ...]) -> Exercise:
    flexion = (math.radians(row.flexion_deg[0]), math.radians(row.flexion_deg[1])) if row.flexion_deg else None
    seconds = (float(row.seconds[0]), float(row.seconds[1]))
    return Exercise(
        code=code,
        area=row.area,
        part=Part(row.part),
        links=row.links,
        mechanics=row.mechanics,
        one_sided=row.one_sided,
        sets=row.sets,
        repetitions=row.repetitions,
        days=row.days,
        seconds=seconds,
        effort=row.effort,
        flexion_rad=flexion,
        equipment=row.equipment,
        progress=row.progress,
        regress=regress,
        sources=row.sources,
        reason=row.reason,
    )


def _require_no_way_round(rows: Mapping[str, _Row], name: str) -> None:
    def harder(code: str, way: tuple[str, ...]) -> None:
        if code in way:
            raise DataFileError(
                "no exercise harder than itself", f"{' -> '.join((*way, code))} in {name}", "Drop one of these steps."
            )
        for one in rows[code].progress:
            harder(one, (*way, code))

    for code in rows:
        harder(code, ())
