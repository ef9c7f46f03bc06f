"""How do findings, limits, gains, ranges and pain read in `result.json`? Shown units, words beside every code."""

import math
from collections.abc import Iterable
from typing import Any

from kinechain.core.types import Finding, Gain, Limit, Measure, Pain, Person, Ranged, Reason, Screening
from kinechain.core.units import INTERVAL_LEVEL, to_shown
from kinechain.report.words import has_words, say

#: What a person reaches in a squat: a range of motion is at least this.
_REACHED = ("knee_flexion_peak", "trunk_thigh_flexion_peak", "shank_inclination_peak")
#: What a typed test measures as a range of motion.
_RANGES = (
    "knee_to_wall_deg",
    "knee_to_wall_cm",
    "calf_length",
    "hip_flexion_range",
    "hip_internal_rotation_range",
    "hip_external_rotation_range",
    "quadriceps_length",
    "hamstring_length",
)


def person_row(person: Person) -> dict[str, Any]:
    """Return who was tested."""
    return {
        "height_cm": round(person.height_m * 100.0, 1),
        "mass_kg": person.mass_kg,
        "age": person.age_years,
        "sex": person.sex,
    }


def pain_rows(pains: Iterable[Pain]) -> list[dict[str, Any]]:
    """Return pain, test by test and side by side."""
    return [
        {
            "test": pain.test,
            "side": pain.side,
            "value": pain.value,
            "at_knee_flexion_deg": None if pain.at_knee_flexion_rad is None else round(math.degrees(pain.at_knee_flexion_rad), 1),
        }
        for pain in pains
    ]


def range_rows(measures: Iterable[Measure]) -> dict[str, dict[str, Any]]:
    """Return ranges of motion by code and side: typed ones, and how far a squat on film went, which is at least the range."""
    rows: dict[str, dict[str, Any]] = {}
    for measure in measures:
        typed = not measure.clip
        if measure.code in (_RANGES if typed else _REACHED) and measure.rep is None and math.isfinite(measure.value):
            rows.setdefault(measure.code, {})[measure.side] = shown_range(
                Ranged(measure.value, measure.low, measure.high), measure.unit
            ) | {"from": "typed" if typed else "film", "clip": measure.clip or None}
    return rows


def finding_row(finding: Finding) -> dict[str, Any]:
    """Return what one measure says of one link."""
    measured = Ranged(finding.measure.value, finding.measure.low, finding.measure.high)
    return {
        "code": finding.code,
        "link": finding.link,
        "side": finding.side,
        "verdict": finding.verdict.value,
        "percentile": known(finding.percentile),
        "probability": known(finding.probability),
        "message": say(finding.message, **finding.parameters),
        "message_code": finding.message,
        "parameters": finding.parameters,
        "norm": finding.norm,
        "sources": list(finding.sources),
        **shown_range(measured, finding.measure.unit),
        "clip": finding.measure.clip or None,
    }


def limit_row(limit: Limit) -> dict[str, Any]:
    """Return a link that holds a movement back, with its share of what is missing."""
    return {
        "goal": limit.goal,
        "link": limit.link,
        "side": limit.side,
        "share": ranged(limit.share),
        "findings": list(limit.findings),
        "message": say(limit.message, **limit.parameters),
        "message_code": limit.message,
        "parameters": limit.parameters,
        "sources": list(limit.sources),
    }


def gain_row(gain: Gain) -> dict[str, Any]:
    """Return what one freer link would bring, all of it in degrees."""
    unit, factor = to_shown("rad")
    return {
        "link": gain.link,
        "side": gain.side,
        "measure": gain.measure,
        "changed_to": known(factor * gain.changed_to),
        **{name: ranged(getattr(gain, name), factor) for name in ("before", "after", "gain")},
        "unit": unit,
    }


def answer_row(screening: Screening) -> dict[str, Any]:
    """Return the one sentence of a screening."""
    return {
        "message": say(screening.answer, **screening.answer_parameters),
        "message_code": screening.answer,
        "parameters": screening.answer_parameters,
    }


def missing_row(reason: Reason) -> dict[str, Any]:
    """Return what would have to be filmed or typed to tell more."""
    code = missing_words(reason.code)
    return {"code": reason.code, "message": say(code, **reason.parameters), "parameters": reason.parameters}


def missing_words(code: str) -> str:
    """Return the code of the words for what is missing: its own, or those of the film check."""
    return next((f"{group}.{code}" for group in ("missing", "reason") if has_words(f"{group}.{code}")), code)


def shown_range(value: Ranged, unit: str) -> dict[str, Any]:
    """Return a value with its interval in the unit that a person reads."""
    shown, factor = to_shown(unit)
    return ranged(value, factor) | {"level": INTERVAL_LEVEL, "unit": shown}


def ranged(value: Ranged, factor: float = 1.0) -> dict[str, float | None]:
    """Return a value and the ends of its interval, times a factor; None where unknown."""
    return {name: known(getattr(value, name) * factor) for name in ("value", "low", "high")}


def known(value: float) -> float | None:
    """Return a number with no more digits than anybody needs, None where it is not known."""
    return round(value, 3) if math.isfinite(value) else None
