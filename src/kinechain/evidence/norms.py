"""What is usual in a test? Norms with their protocol, zero, people and spread; editions that disagree stand side by side."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kinechain.core.errors import DataFileError
from kinechain.core.sourced import Kind
from kinechain.evidence.ledger import Study, studies
from kinechain.evidence.rows import build, in_order, known_study, known_unit, parse, shipped

_JUDGEMENT = "judgement"


@dataclass(frozen=True)
class Norm:
    """What one source found usual in a test, by one protocol, in one population.

    `zero` says what the measure is counted from, and which sign. What is usual is `mean` with `sd`, or the range from `low` to
    `high`; `mdc` is the smallest change that is more than noise, `sem` the standard error of a measurement, `mic` the smallest
    change that people notice, `cut_off` a limit and `predicts` what was found beyond it. Numbers are in `unit`, the unknown NaN.
    `needs` are the conditions of the protocol that a measurement has to have told before it may be compared: `name=word`,
    `name=number` or `name=low..high`.
    """

    key: str
    test: str
    measure: str
    protocol: str
    zero: str
    population: str
    unit: str
    source: str
    kind: Kind
    mean: float = math.nan
    sd: float = math.nan
    low: float = math.nan
    high: float = math.nan
    mdc: float = math.nan
    sem: float = math.nan
    mic: float = math.nan
    cut_off: float = math.nan
    predicts: str = ""
    sex: Literal["", "f", "m"] = ""
    age_low: float = math.nan
    age_high: float = math.nan
    n: int | None = None
    place: str = ""
    reason: str = ""
    note: str = ""
    needs: tuple[str, ...] = ()


@cache
def norms() -> dict[str, Norm]:
    """Return all shipped norms by key."""
    return read_norms(shipped("norms.toml"), "norms.toml", studies())


def read_norms(text: str, name: str, known_studies: Mapping[str, Study]) -> dict[str, Norm]:
    """Read norms from TOML `text`, each table `[test.name]` a row.

    Raises DataFileError for a row that lacks a field, names an unknown source, unit or kind, has no number, or gives a cut-off
    without what it predicts.
    """
    return {
        f"{group}.{short}": _read(f"{group}.{short}", table, f"row {group}.{short} of {name}", known_studies)
        for group, members in parse(text, name).items()
        for short, table in members.items()
    }


def _read(key: str, table: Any, where: str, known_studies: Mapping[str, Study]) -> Norm:
    norm = build(Norm, table, where, key=key)
    known_unit(norm.unit, where)
    if not (norm.kind == "assumed" and norm.source == _JUDGEMENT):
        known_study(norm.source, known_studies, where)
    if norm.kind != "measured" and not norm.reason:
        raise DataFileError(f"a reason in every row of kind {norm.kind}", f"none in {where}", "Say how it is known.")
    in_order(norm.low, norm.mean, norm.high, where)
    in_order(norm.age_low, norm.age_low, norm.age_high, where)
    if all(math.isnan(number) for number in (norm.mean, norm.low, norm.high, norm.mdc, norm.sem, norm.mic, norm.cut_off)):
        raise DataFileError("a number", f"none in {where}", "A norm without one says nothing: drop it.")
    for what, number in (("sd", norm.sd), ("mdc", norm.mdc), ("sem", norm.sem), ("mic", norm.mic)):
        if number <= 0.0:
            raise DataFileError(f"a {what} above 0", f"{number:g} in {where}", "Look for a slip.")
    if not math.isnan(norm.cut_off) and not norm.predicts:
        raise DataFileError("what a cut-off predicts", f"nothing in {where}", "Say what was found beyond it.")
    return norm
