"""What does the kneecap bear in every exercise of the catalogue? The table of the program and the page about it, both written here.

The load engine works out what it can for the made-up person of its other tests, over many draws; what it cannot is published or
judged, and says so.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinechain.core.training import LOAD_CLASSES
from kinechain.core.types import Loads
from kinechain.core.units import DEGREES_PER_RADIAN, INTERVAL_HALF_WIDTH
from kinechain.evidence import constant
from kinechain.evidence.rows import build
from kinechain.loads.exercise_loads import Borne, kneecap_borne
from kinechain.loads.patellofemoral import classify
from kinechain.loads.squatter import People
from kinechain.program.catalogue import Exercise, catalogue
from kinechain.program.exercise_loads import ExerciseLoad
from lab.whatif_table import made_person

_KINDS = Path(__file__).with_name("exercise_kinds.toml")
_STEP_DEG = 5
#: Kinds whose load is chosen for the way that the exercise goes: nothing is told beside it.
_OWN_WAY = ("isometric", "machine", "band", "raised")
_HEAD = "# Written by `kinechain lab exercises`: what the kneecap bears in each exercise, by degrees of knee flexion, in body weights.\n"


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
    kinds, worked = read_kinds(), {}
    tables = []
    for exercise in catalogue().values():
        kind = kind_of(exercise, kinds)
        bends = _bends(exercise, kind)
        key = kind.kind, bends
        if kind.kind and key not in worked:
            worked[key] = kneecap_borne(kind.kind, np.deg2rad(np.array(bends, float)), made_person(), People(0, draws))
        tables.append(
            f"\n[{exercise.code}]\n" + "".join(f"{name} = {_written(value)}\n" for name, value in _fields(kind, worked.get(key)))
        )
    return _HEAD + "".join(tables)


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
        told = [one for one in borne if math.isfinite(one.force.value)]
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
