"""What did a study find? Effects with their outcome, comparison, interval and unit, each tied to its study."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kinechain.core.errors import DataFileError
from kinechain.core.sourced import Kind
from kinechain.evidence.ledger import Study, studies
from kinechain.evidence.rows import build, in_order, known_study, known_unit, parse, shipped

#: What kind of number an effect is: a difference of means, the same in standard deviations, odds and risk ratios, a correlation, a
#: likelihood ratio, an effect size whose kind the source does not name, means of groups, a share, only a P value, only words.
Measure = Literal["MD", "SMD", "OR", "RR", "r", "LR", "ES", "mean", "share", "ratio", "P", "text"]


@dataclass(frozen=True)
class Group:
    """The people of one arm or side: how many, their mean and standard deviation, NaN where unknown."""

    name: str
    mean: float
    sd: float = math.nan
    n: int | None = None


@dataclass(frozen=True)
class Effect:
    """What one study found of one outcome.

    `estimate`, with its interval from `low` to `high` at `level`, is in `unit`; what the source does not give is NaN. `p` is the P
    value, or what it lies below (`p_below`). `doubted` tells that the authors themselves call its certainty low. `groups` are means
    as the source gives them. `cases` counts the people to whom the outcome happened. `in_reviews` are studies that already hold
    this one's people, so that nobody is counted twice. An effect of kind `derived` was computed from what the source gives; its
    `note` says how.
    """

    key: str
    study: str
    outcome: str
    comparison: str
    measure: Measure
    unit: str
    kind: Kind
    estimate: float = math.nan
    low: float = math.nan
    high: float = math.nan
    level: float = 0.95
    follow_up: str = ""
    n: int | None = None
    cases: int | None = None
    p: float = math.nan
    p_below: bool = False
    groups: tuple[Group, ...] = ()
    in_reviews: tuple[str, ...] = ()
    doubted: bool = False
    place: str = ""
    note: str = ""


@cache
def effects() -> dict[str, Effect]:
    """Return all shipped effects by key."""
    return read_effects(shipped("effects.toml"), "effects.toml", studies())


def read_effects(text: str, name: str, known_studies: Mapping[str, Study]) -> dict[str, Effect]:
    """Read effects from TOML `text`, a table each.

    Raises DataFileError for a row that lacks a field, names an unknown study, unit, measure or kind, holds numbers that its measure
    cannot take, or says nothing.
    """
    return {key: _read(key, table, f"row {key} of {name}", known_studies) for key, table in parse(text, name).items()}


def _read(key: str, table: Any, where: str, known_studies: Mapping[str, Study]) -> Effect:
    groups: tuple[Group, ...] = ()
    if isinstance(table, dict) and isinstance(table.get("groups"), list):
        groups = tuple(build(Group, group, f"the groups of {where}") for group in table["groups"])
        table = {field: value for field, value in table.items() if field != "groups"} | {"groups": groups}
    effect = build(Effect, table, where, key=key)
    known_study(effect.study, known_studies, where)
    for review in effect.in_reviews:
        known_study(review, known_studies, where)
    known_unit(effect.unit, where)
    in_order(effect.low, effect.estimate, effect.high, where)
    _check_numbers(effect, where)
    return effect


def _check_numbers(effect: Effect, where: str) -> None:
    if math.isnan(effect.low) != math.isnan(effect.high):
        raise DataFileError("both ends of an interval", f"one of them in {where}", "Add the other, or leave both out.")
    if effect.kind != "measured" and not effect.note:
        raise DataFileError(f"a note in every row of kind {effect.kind}", f"none in {where}", "Say how it was reckoned or why.")
    if effect.measure in ("OR", "RR", "LR") and min(effect.estimate, effect.low) <= 0.0:
        raise DataFileError(f"an {effect.measure} above 0", f"{effect.estimate:g} in {where}", "Ratios are never 0 or less.")
    for what, number, most in (("a P value", effect.p, 1.0), ("a level", effect.level, 1.0), ("a share", _share(effect), 100.0)):
        if not (math.isnan(number) or 0.0 <= number <= most):
            raise DataFileError(f"{what} from 0 to {most:g}", f"{number:g} in {where}", "Look for a slip.")
    says = {"P": not math.isnan(effect.p), "text": bool(effect.note), "mean": bool(effect.groups)}
    if not says.get(effect.measure, not math.isnan(effect.estimate)):
        needed = {"P": "a p", "text": "a note", "mean": "groups"}.get(effect.measure, "an estimate")
        raise DataFileError(f"{needed} in an effect of measure {effect.measure}", f"none in {where}", "A row must say something.")


def _share(effect: Effect) -> float:
    if effect.measure != "share" or math.isnan(effect.estimate):
        return math.nan
    return effect.estimate * (100.0 if effect.unit == "1" else 1.0)
