"""Which exercise fills a place of the program? Rows of rules: for whom, which exercises in order, and why; the first that fits."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kinechain.core.training import LOAD_CLASSES, Because
from kinechain.evidence import constant
from kinechain.evidence.rows import among, build, parse
from kinechain.program.catalogue import Exercise, catalogue, exercise
from kinechain.program.dosing import is_bound
from kinechain.program.facts import Fact

_FILE = "building.toml"
#: In which order rows are looked at: what everybody gets, what a finding or a goal asks for, what is added where there is room.
GROUPS: tuple[str, ...] = ("core", "matched", "extra")


@dataclass(frozen=True)
class Row:
    """A rule: where all facts of `when` hold and none of `unless`, the first of `exercises` that fits fills `slot`.

    `whole` asks that an exercise fits with its whole bend, but for the last, which may be given shallower. `because` and `sources`
    say why; where a fact of `unless` stands against it, `blocked` says so. `link` is the one it is added for.
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
    whole: bool = False
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
        found = fit(exercise(code), caps, whole=row.whole and code != free[-1])
        if isinstance(found, Fit):
            return found, refused
        refused[code] = found
    return None, refused


def fit(one: Exercise, caps: Caps, *, whole: bool = False) -> Fit | Because:
    """Return how an exercise fits under caps, or why it does not.

    The knee bends as far as exercise and caps allow, and has to bend at least by the row `dose.least_depth`, where the exercise
    bends that far at all.
    """
    missing = [what for what in one.equipment if what not in caps.equipment]
    if missing:
        return Because("because.no_equipment", {"equipment": missing[0]})
    heavy = Because("because.too_heavy", {"cap": caps.load}, ("patellofemoral.moderate_from", "patellofemoral.high_from"))
    if one.flexion_rad is None:
        return Fit(one.code, None) if within(highest_class(one.code, None), caps.load) else heavy
    least, most = one.flexion_rad
    needed = most if whole else max(least, min(most, constant("dose.least_depth").si))
    allowed = min(most, caps.flexion_rad) if is_bound(one) else most
    if allowed < needed:
        return Because("because.too_deep", {"depth_deg": math.degrees(most), "cap_deg": math.degrees(caps.flexion_rad)})
    deepest = deepest_within(one.code, caps.load, allowed)
    return heavy if deepest is None or deepest < needed else Fit(one.code, (least, deepest))


def highest_class(code: str, flexion_rad: tuple[float, float] | None) -> str:
    if exercise(code).mechanics == "none" or code == "walk":
        return "none"
    return "high" if flexion_rad is None or flexion_rad[1] > 1.1 else "moderate" if flexion_rad[1] > 0.7 else "low"


def deepest_within(code: str, cap: str, most_rad: float) -> float | None:
    if exercise(code).mechanics == "none":
        return most_rad
    return {"none": None, "low": min(most_rad, 0.7), "moderate": min(most_rad, 1.1), "high": most_rad}[cap]


def within(load: str, cap: str) -> bool:
    """Tell whether a class of load is no higher than a cap.

    >>> within("none", "low"), within("high", "moderate")
    (True, False)
    """
    return LOAD_CLASSES.index(load) <= LOAD_CLASSES.index(cap)


def reason_of(row: Row, facts: Mapping[str, Fact], **words: Any) -> Because:
    """Return why a rule's exercise is in a program: the rule's own sources, then those of the facts that it is for."""
    held = [facts[fact] for fact in row.when]
    parameters = {name: value for fact in held for name, value in fact.parameters.items()}
    sources = tuple(dict.fromkeys((*row.sources, *(source for fact in held for source in fact.sources))))
    return Because(row.because, {**parameters, **words}, sources, by_judgement=row.group == "matched")
