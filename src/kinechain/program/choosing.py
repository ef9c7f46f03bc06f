"""Which exercise fills a place of the program? Rows of rules: for whom, which exercises in order, and why; the first that fits."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kinechain.core.training import Because
from kinechain.evidence import constant
from kinechain.evidence.rows import among, build, parse
from kinechain.program.catalogue import Exercise, catalogue, exercise
from kinechain.program.dosing import cap_for, is_bound, within
from kinechain.program.exercise_loads import deepest_within, highest_class
from kinechain.program.facts import Fact

_FILE = "building.toml"
#: In which order rows are looked at: what everybody gets, what a finding or a goal asks for, what is added where there is room.
GROUPS: tuple[str, ...] = ("core", "matched", "extra")


@dataclass(frozen=True)
class Row:
    """A rule: where all facts of `when` hold and none of `unless`, the first of `exercises` that fits fills `slot`.

    `bend_deg` is how far the knee has to bend in an exercise, where it bends that far at all; the last of them is taken also where
    it has to be shallower. `because` and `sources` say why; where a fact of `unless` stands against the rule, `blocked` says so.
    `link` is the one that it is added for.
    """

    code: str
    group: str
    slot: str
    exercises: tuple[str, ...]
    because: str
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    link: str = ""
    sources: tuple[str, ...] = ()
    bend_deg: float = 0.0
    blocked: str = ""


@dataclass(frozen=True)
class Caps:
    """What an exercise has to keep to: how far the knee bends under load (rad), the class the kneecap may bear, what is at hand."""

    flexion_rad: float
    load: str
    equipment: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fit:
    """An exercise that fits, and how far the knee bends in it; None where it does not say."""

    exercise: str
    flexion_rad: tuple[float, float] | None


@cache
def rules() -> tuple[Row, ...]:
    """Return the shipped rules in their order."""
    return read_rules((files("kinechain.program") / "data" / _FILE).read_text(encoding="utf-8"), _FILE)


def read_rules(text: str, name: str) -> tuple[Row, ...]:
    """Read rules from TOML `text`; `name` is what errors call the file.

    Raises DataFileError for a row with an unknown group, field or exercise.
    """
    rows = []
    for group, tables in parse(text, name).items():
        among(group, GROUPS, "a group of rules", name, "Use one of them.")
        for code, table in tables.items():
            where = f"rule {code} of {name}"
            rows.append(build(Row, table, where, code=code, group=group))
            for one in rows[-1].exercises:
                among(one, catalogue(), "an exercise", where, "Use one of the catalogue.")
    return tuple(rows)


def applies(row: Row, facts: Mapping[str, Fact]) -> bool:
    """Tell whether a rule is for somebody of whom these facts hold, whatever stands against it."""
    return all(fact in facts for fact in row.when)


def choose(row: Row, caps: Caps, taken: frozenset[str]) -> tuple[Fit | None, dict[str, Because]]:
    """Return the first of a rule's exercises that fits and is not `taken` yet, and why those before it do not."""
    refused: dict[str, Because] = {}
    free = [code for code in row.exercises if code not in taken]
    for code in free:
        found = fit(exercise(code), caps, math.radians(row.bend_deg) if code != free[-1] else 0.0)
        if isinstance(found, Fit):
            return found, refused
        refused[code] = found
    return None, refused


def fit(one: Exercise, caps: Caps, bend_rad: float = 0.0) -> Fit | Because:
    """Return how an exercise fits under caps, or why it does not.

    The knee bends as far as exercise and caps allow. It has to move by the row `dose.least_depth` at least, and to bend to
    `bend_rad`, where the exercise does so at all.
    """
    missing = [what for what in one.equipment if what not in caps.equipment]
    if missing:
        return Because("because.no_equipment", {"equipment": missing[0]})
    cap = cap_for(one.part, caps.load)
    heavy = Because("because.too_heavy", {"cap": cap}, ("patellofemoral.moderate_from", "patellofemoral.high_from"))
    if one.flexion_rad is None:
        return Fit(one.code, None) if within(highest_class(one.code, None), cap) else heavy
    least, most = one.flexion_rad
    needed = min(most, max(least + constant("dose.least_depth").si, bend_rad))
    allowed = min(most, caps.flexion_rad) if is_bound(one) else most
    if allowed < needed:
        return Because("because.too_deep", {"depth_deg": math.degrees(most), "cap_deg": math.degrees(caps.flexion_rad)})
    deepest = deepest_within(one.code, cap, allowed)
    return heavy if deepest is None or deepest < needed else Fit(one.code, (least, deepest))


def reason_of(row: Row, facts: Mapping[str, Fact]) -> Because:
    """Return why a rule's exercise is in a program: the rule's own sources, then those of the facts that it is for."""
    held = [facts[fact] for fact in row.when]
    parameters = {name: value for fact in held for name, value in fact.parameters.items()}
    sources = tuple(dict.fromkeys((*row.sources, *(source for fact in held for source in fact.sources))))
    return Because(row.because, parameters, sources, by_judgement=row.group == "matched")
