"""What does the kneecap bear in every exercise of the catalogue? The table of the program and the page about it, both written here.

The load engine works out what it can for the made-up person of its other tests, over many draws; what it cannot is published or
judged, and says so.
"""

import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np

from kinechain.core.training import LOAD_CLASSES
from kinechain.core.types import Loads, Ranged
from kinechain.core.units import DEGREES_PER_RADIAN, INTERVAL_HALF_WIDTH
from kinechain.evidence import constant, studies
from kinechain.evidence.rows import build
from kinechain.loads.exercise_loads import Borne, kneecap_borne
from kinechain.loads.patellofemoral import classify
from kinechain.loads.squatter import People
from kinechain.program.catalogue import Exercise, catalogue
from kinechain.program.exercise_loads import LoadRow, deepest_within, exercise_loads, highest_class, impulse, load_of
from lab.realism import paragraph
from lab.whatif_table import made_person

_KINDS = Path(__file__).with_name("exercise_kinds.toml")
_STEP_DEG = 5
#: Kinds whose load is chosen for the way that the exercise goes: nothing is told beside it.
_OWN_WAY = ("isometric", "machine", "band", "raised")
_HEAD = "# Written by `kinechain lab exercises`: what the kneecap bears, by degrees of knee flexion, in body weights.\n"
#: The lines of docs/exercises.md between which the part lies that is written.
MARKS = ("<!-- written by `kinechain lab exercises` -->", "<!-- end of what `kinechain lab exercises` writes -->")
#: Bends of the knee that the page shows, those at which one study compared, and where numbers end (degrees).
_SHOWN_DEG, _NEAR_STRAIGHT, _BENT, _DEEP_DEG = (0, 15, 30, 45, 60, 75, 90, 110), (0, 15, 30), (60, 75, 90), 90
#: About how far a knee bends on stairs where it bears most, from memory (degrees).
_STAIRS_DEG = 60


@dataclass(frozen=True)
class Kind:
    """One way of knowing what an exercise asks, and of which exercises."""

    name: str
    reason: str
    mechanics: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    kind: str = ""
    row: str = ""
    load_class: str = ""
    sources: tuple[str, ...] = ()


def read_kinds() -> tuple[Kind, ...]:
    """Return the ways of knowing."""
    tables = tomllib.loads(_KINDS.read_text(encoding="utf-8"))
    return tuple(build(Kind, table, f"{name} of {_KINDS.name}", name=name) for name, table in tables.items())


def kind_of(exercise: Exercise, kinds: Sequence[Kind]) -> Kind:
    """Return by which kind an exercise is known: one that names it, else one of its mechanics."""
    named = [kind for kind in kinds if exercise.code in kind.of]
    found = named or [kind for kind in kinds if exercise.mechanics in kind.mechanics]
    if len(found) != 1:
        got = f"{exercise.code} in {', '.join(kind.name for kind in found) or 'none'}"
        raise ValueError(f"Expected every exercise in one kind of {_KINDS.name}, got {got}. Name it in one.")
    return found[0]


def exercise_loads_text(draws: int = 200) -> str:
    """Return the table as TOML."""
    kinds, person, people = read_kinds(), made_person(), People(0, draws)
    worked: dict[tuple[str, tuple[int, ...]], tuple[Borne, ...]] = {}
    text = _HEAD
    for exercise in catalogue().values():
        kind = kind_of(exercise, kinds)
        key = kind.kind, _bends(exercise, kind)
        if kind.kind and key not in worked:
            worked[key] = kneecap_borne(kind.kind, np.deg2rad(np.array(key[1], float)), person, people)
        fields = _fields(kind, worked.get(key))
        text += f"\n[{exercise.code}]\n" + "".join(f"{name} = {_written(value)}\n" for name, value in fields)
    return text


def _bends(exercise: Exercise, kind: Kind) -> tuple[int, ...]:
    """Return the degrees of knee flexion at which an exercise is worked out."""
    last = int(constant("patellofemoral.class_up_to").value)
    if kind.kind not in _OWN_WAY:
        return tuple(range(0, last + 1, _STEP_DEG))
    low, high = (round(DEGREES_PER_RADIAN * end) for end in exercise.flexion_rad or (0.0, 0.0))
    return tuple(sorted({low, *range(_STEP_DEG * math.ceil(low / _STEP_DEG), high, _STEP_DEG), high}))


def _fields(kind: Kind, borne: tuple[Borne, ...] | None) -> Iterator[tuple[str, object]]:
    borders = ("patellofemoral.moderate_from", "patellofemoral.high_from")
    if borne is not None:
        told = list(takewhile(lambda one: math.isfinite(one.force.value), borne))
        yield from (("method", "computed"), ("kind", kind.kind), ("sources", [*kind.sources, *borders]), ("reason", kind.reason))
        yield "flexion_deg", [round(DEGREES_PER_RADIAN * one.flexion_rad) for one in borne]
        yield "load_class", [Loads.CLASSES[one.place] if one.place >= 0 else "" for one in borne]
        for name, end in (("force", "value"), ("low", "low"), ("high", "high")):
            yield name, [round(float(getattr(one.force, end)), 2) for one in told]
    elif kind.row:
        row = constant(kind.row)
        place = int(classify(np.array([row.value]), np.zeros(1), 1.0)[0])
        half = 0.0 if math.isnan(row.sd) else INTERVAL_HALF_WIDTH * row.sd
        yield from (("method", "published"), ("sources", [row.source, row.key, *borders]), ("reason", kind.reason))
        yield "load_class", [Loads.CLASSES[place]]
        yield from (("force", [row.value]), ("low", [round(row.value - half, 2)]), ("high", [round(row.value + half, 2)]))
    elif kind.load_class:
        yield from (("method", "assumed"), ("reason", kind.reason), ("load_class", [kind.load_class]))
    else:
        yield from (("method", "none"), ("reason", kind.reason))


def _written(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_written(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def exercises_part() -> list[str]:
    """Return the part of docs/exercises.md that is written: classes by bend, the exercises, and both beside studies."""
    return [*_by_bend(), "", *_by_exercise(), "", *_beside_studies()]


def _by_bend() -> Iterator[str]:
    """Yield what the kneecap bears at some bends, each posture and load once."""
    yield "Class, middle and interval (body weights) at bends of the knee in degrees:"
    yield ""
    yield f"| exercises | {' | '.join(f'{bend}' for bend in _SHOWN_DEG)} |"
    yield f"|---|{'---|' * len(_SHOWN_DEG)}"
    alike: dict[tuple[LoadRow, ...], list[str]] = {}
    for load in exercise_loads().values():
        if load.method == "computed":
            alike.setdefault(load.rows, []).append(load.code)
    for rows, codes in alike.items():
        cells = [next((_cell(row) for row in rows if _is_at(row, bend)), "") for bend in _SHOWN_DEG]
        yield f"| {', '.join(codes)} | {' | '.join(cells)} |"


def _is_at(row: LoadRow, degrees: int) -> bool:
    return row.flexion_rad is not None and round(DEGREES_PER_RADIAN * row.flexion_rad) == degrees


def _cell(row: LoadRow) -> str:
    force = row.force
    if not math.isfinite(force.value):
        return row.load_class or "not estimated"
    return f"{row.load_class} {force.value:.1f} ({force.low:.1f} to {force.high:.1f})"


def _by_exercise() -> Iterator[str]:
    """Yield each exercise's highest class on its own way, and how far it may go within a lower one."""
    tempo = constant("exercise_load.tempo")
    yield from paragraph(
        "Each exercise on its own way: its highest class, how far the knee may bend before low and before moderate is left, and "
        f"what one repetition of {tempo.value:g} seconds adds up to (body weights times seconds). A dash: not within it at all, or "
        "not told."
    )
    yield ""
    yield "| exercise | how it is known | bend, degrees | highest class | low to | moderate to | one repetition |"
    yield "|---|---|---|---|---|---|---|"
    for code, load in exercise_loads().items():
        way, once = catalogue()[code].flexion_rad, impulse(code, None)
        bend = " to ".join(f"{DEGREES_PER_RADIAN * end:.0f}" for end in way) if way else "any"
        ends = (deepest_within(code, cap, way[1]) if way else None for cap in LOAD_CLASSES[1:3])
        told = ["–" if end is None else f"{DEGREES_PER_RADIAN * end:.0f}" for end in ends]
        summed = f"{once.value:.1f} ({once.low:.1f} to {once.high:.1f})" if math.isfinite(once.value) else "–"
        yield f"| {code} | {load.method} | {bend} | {highest_class(code, None)} | {' | '.join(told)} | {summed} |"


@dataclass(frozen=True)
class Beside:
    """A study beside the table: what it found, what the table says, whether they agree and in what, and what to know of it."""

    study: str
    found: str
    table: str
    agrees: bool
    what: str
    beside: str


_VERDICTS = {
    ("force", True): "inside the interval",
    ("force", False): "**outside the interval**",
    ("order", True): "order agrees",
    ("order", False): "**order disagrees**",
}


def beside_studies() -> tuple[Beside, ...]:
    """Return each study of exercises beside the table; nothing is tuned to agree."""
    return (*_greatest(), *_orders())


def _greatest() -> Iterator[Beside]:
    """Yield published greatest forces beside the table's, where its numbers end or stairs bend a knee."""
    for row, code, bend, beside in (
        ("people.patellofemoral_squat", "squat", _DEEP_DEG, "at the same bend, the body alone"),
        ("people.patellofemoral_deep_squat", "deep_squat", _DEEP_DEG, "the study's greatest may be at another bend"),
        ("people.patellofemoral_barbell_squat", "barbell_squat", _DEEP_DEG, "the study's bar was heavier than the table's"),
        (
            "people.patellofemoral_one_leg_squat",
            "single_leg_squat",
            _DEEP_DEG,
            "the study's people held a weight, the table's none",
        ),
        ("people.patellofemoral_wall_squat", "wall_sit", _DEEP_DEG, "the study's people held a weight, the table's none"),
        ("people.patellofemoral_lunge_back", "back_lunge", _DEEP_DEG, "the study's lunges moved"),
        ("people.patellofemoral_lunge_forward", "forward_lunge", _DEEP_DEG, "the study's lunges moved"),
        ("people.patellofemoral_stairs_up", "step_up", _STAIRS_DEG, "how far knees bent on the stairs was not read"),
        ("people.patellofemoral_stairs_down", "step_down", _STAIRS_DEG, "how far knees bent on the stairs was not read"),
    ):
        study, own = constant(row), _force(code, bend)
        yield Beside(
            study.source,
            f"{study.place}: {study.value:g} body weights",
            f"{code} at {bend} degrees: {own.value:.1f} ({own.low:.1f} to {own.high:.1f})",
            own.low <= study.value <= own.high,
            "force",
            f"the table's middle is {own.value / study.value:.1f} times as much; {beside}",
        )


def _orders() -> Iterator[Beside]:
    """Yield published orders of exercises beside the table's."""
    light = {bend: _force("full_knee_extension", bend).value - _force("squat", bend).value for bend in (*_NEAR_STRAIGHT, *_BENT)}
    as_found = all(light[bend] > 0.0 for bend in _NEAR_STRAIGHT) and all(light[bend] < 0.0 for bend in _BENT)
    heavy = [bend for bend in _BENT if _force("machine_knee_extension", bend).value > _force("squat", bend).value]
    yield Beside(
        "powers-2014",
        "squats bear more than seated knee extension at 60, 75 and 90 degrees, less at 0, 15 and 30",
        "full_knee_extension, one weight from 90 to 0 degrees: "
        + ", ".join(f"{difference:+.1f} at {bend}" for bend, difference in light.items())
        + " against squat",
        as_found,
        "order",
        "the weight that is right for 90 to 45 degrees is heavier: with it the squat bears less at "
        + (f"{', '.join(str(bend) for bend in heavy)} degrees too" if heavy else "no such bend"),
    )
    short, long = ([_force(code, bend).value for bend in (70, 80, _DEEP_DEG)] for code in ("short_lunge", "back_lunge"))
    yield Beside(
        "escamilla-lunge",
        "a short step bears more than a long one at 70 to 90 degrees",
        ", ".join(f"{one:.1f} against {other:.1f}" for one, other in zip(short, long, strict=True)) + " at 70, 80 and 90 degrees",
        all(one > other for one, other in zip(short, long, strict=True)),
        "order",
        "the shin's lean of either is a judgement",
    )
    back, forward = (constant(f"people.patellofemoral_lunge_{way}").value for way in ("back", "forward"))
    own_back, own_forward = (_force(f"{way}_lunge", _DEEP_DEG).value for way in ("back", "forward"))
    yield Beside(
        "goulette-2021",
        f"a lunge forward bears {forward / back:.2f} times as much as one back",
        f"{own_forward / own_back:.2f} times at {_DEEP_DEG} degrees",
        own_forward > own_back,
        "order",
        "the share of the weight on the front leg is a judgement",
    )
    wall, one = (constant(f"people.patellofemoral_{name}").value for name in ("wall_squat", "one_leg_squat"))
    own_wall, own_one = (_force(code, _DEEP_DEG).value for code in ("wall_sit", "single_leg_squat"))
    yield Beside(
        "escamilla-2009",
        f"a wall squat bears {wall / one:.2f} times as much as a squat on one leg",
        f"{own_wall / own_one:.2f} times at {_DEEP_DEG} degrees",
        own_wall > own_one,
        "order",
        "in the study each with as much weight as goes twelve times, in the table the body alone",
    )


def _force(code: str, degrees: int) -> Ranged:
    return next(row.force for row in load_of(code).rows if _is_at(row, degrees))


def _beside_studies() -> Iterator[str]:
    yield from paragraph(
        "Studies beside the table. Nothing is tuned to agree, and most forces were read second hand, on pages that quote them. "
        "Towards 90 degrees the model's own force is about twice the published ones: its lever arms differ from those of the "
        "published ways (docs/loads.md tells more), and in lunges hamstrings pull against the quadriceps. So a class turns high at "
        "a lesser bend than by those studies: the program is the more careful for it, and not the more right."
    )
    yield ""
    yield "| study | it found | the table says | agree? |"
    yield "|---|---|---|---|"
    for row in beside_studies():
        study = studies()[row.study]
        name = " ".join(str(part) for part in (study.authors.split(",")[0], study.year) if part)
        hand = ", second hand" if study.second_hand else ""
        verdict = _VERDICTS[row.what, row.agrees]
        yield f"| {name}{hand} | {row.found} | {row.table} | {verdict}; {row.beside} |".replace(" -", " −")
