"""How do person, measures, findings, limits and pain come back from the rows of `result.json`? Shown units become SI again."""

import math
from collections.abc import Mapping
from typing import Any

from kinechain.core.types import Finding, FindingVerdict, Limit, Measure, Pain, Person, Ranged
from kinechain.core.units import SI

#: What a person reads, and the unit that the library computes in.
_SHOWN = {"deg": "rad", "cm": "m"}


def read_person(row: Mapping[str, Any]) -> Person:
    """Return who was tested; raises UsageError for a body that nobody has."""
    return Person(row["height_cm"] / 100.0, float(row["mass_kg"]), row["age"], row["sex"])


def read_measure(code: str, side: str, row: Mapping[str, Any], clip: str) -> Measure:
    """Return a measure over the repetitions from the row that holds its value, interval and unit."""
    unit = row["unit"]
    factor = SI[unit] if unit in _SHOWN else 1.0
    value, low, high = (math.nan if row[end] is None else factor * row[end] for end in ("value", "low", "high"))
    return Measure(code, side, None, value, low, high, _SHOWN.get(unit, unit), clip)


def read_finding(row: Mapping[str, Any]) -> Finding:
    """Return what one measure says of one link."""
    return Finding(
        code=row["code"],
        link=row["link"],
        side=row["side"],
        verdict=FindingVerdict(row["verdict"]),
        measure=read_measure(row["code"], row["side"], row, row["clip"] or ""),
        message=row["message_code"],
        sources=tuple(row["sources"]),
        norm=row["norm"],
        percentile=_number(row["percentile"]),
        probability=_number(row["probability"]),
        parameters=dict(row["parameters"]),
    )


def read_limit(row: Mapping[str, Any]) -> Limit:
    """Return a link that holds a movement back."""
    return Limit(
        goal=row["goal"],
        link=row["link"],
        side=row["side"],
        share=Ranged(*(_number(row["share"][end]) for end in ("value", "low", "high"))),
        findings=tuple(row["findings"]),
        message=row["message_code"],
        sources=tuple(row["sources"]),
        parameters=dict(row["parameters"]),
    )


def read_pain(row: Mapping[str, Any]) -> Pain:
    """Return pain as it was told in one test; a result of one test may leave its name away."""
    value, angle_deg = row["value"], row["at_knee_flexion_deg"]
    return Pain(
        side=row["side"],
        value=None if value is None else float(value),
        at_knee_flexion_rad=None if angle_deg is None else math.radians(angle_deg),
        test=row.get("test", "squat"),
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
