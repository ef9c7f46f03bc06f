"""A screening made by hand: a stiff left ankle that costs depth, a fine right one, hips that cannot be judged, no feet."""

import math
from dataclasses import replace

from kinechain.core.types import (
    Finding,
    FindingVerdict,
    Gain,
    Limit,
    Measure,
    Pain,
    Person,
    Ranged,
    Reason,
    Screening,
    Verdict,
)

#: What the words of the ankle's findings and limit are filled with.
LUNGE = {"limit": 9.2, "sign": "cm.sign", "population": "healthy people", "worse": "less", "aim": "parallel"}
HELD = {"sure": "very_likely", "link": "ankle", "side": "left", "missing": 21.0, "aim": "parallel", "gain": 16.4, "share": 0.78}
OTHER = {"left": "right", "right": "left", "both": "both"}


def centimetres(code: str, side: str, value: float, half: float) -> Measure:
    return Measure(code, side, None, value / 100.0, (value - half) / 100.0, (value + half) / 100.0, "m", "")


def degrees(code: str, side: str, value: float, half: float) -> Measure:
    low, high = math.radians(value - half), math.radians(value + half)
    return Measure(code, side, None, math.radians(value), low, high, "rad", "")


def ranged(value: float, low: float, high: float) -> Ranged:
    return Ranged(*(math.radians(one) for one in (value, low, high)))


def made_screening() -> Screening:
    tape = ("knee-to-wall.hoch-2011", "hoch-2011")
    lunge = "knee-to-wall.powden-2015-one-deg"
    stiff, free = centimetres("knee_to_wall_cm", "left", 5.5, 1.4), centimetres("knee_to_wall_cm", "right", 12.5, 1.4)
    findings = (
        Finding(
            "knee_to_wall_cm",
            "ankle",
            "left",
            FindingVerdict.LIMITS,
            stiff,
            "finding.limits",
            tape,
            tape[0],
            percentile=2.0,
            probability=0.98,
            parameters=LUNGE | {"gain": 16.4},
        ),
        Finding(
            "knee_to_wall_cm",
            "ankle",
            "right",
            FindingVerdict.FINE,
            free,
            "finding.fine",
            tape,
            tape[0],
            percentile=57.0,
            probability=0.02,
            parameters=LUNGE,
        ),
        Finding(
            "knee_flexion_peak",
            "knee",
            "right",
            FindingVerdict.FINE,
            degrees("knee_flexion_peak", "right", 118.0, 4.0),
            "finding.reaches_aim",
            ("aim.parallel",),
            "aim.parallel",
            parameters={"aim": "parallel", "needed": 115.0, "sign": "deg.sign"},
        ),
        Finding(
            "trunk_thigh_flexion_peak",
            "hip",
            "both",
            FindingVerdict.CANNOT_JUDGE,
            degrees("trunk_thigh_flexion_peak", "both", 96.0, 9.0),
            "finding.no_norm",
            (),
        ),
        Finding(
            "trunk_lean_peak",
            "trunk",
            "both",
            FindingVerdict.FINE,
            degrees("trunk_lean_peak", "both", 34.0, 6.0),
            "finding.at_middle",
            (lunge,),
            parameters={"limit": 30.0, "sign": "deg.sign", "population": "people in 12 studies"},
        ),
    )
    gain = Gain(
        "ankle", "left", "knee_to_wall_cm", 0.12, ranged(94.0, 88.0, 101.0), ranged(110.4, 103.0, 118.0), ranged(16.4, 12.6, 19.4)
    )
    hip = Gain(
        "hip",
        "both",
        "trunk_thigh_flexion_peak",
        math.radians(120.0),
        ranged(94.0, 88.0, 101.0),
        ranged(96.0, 89.0, 104.0),
        ranged(2.0, 0.0, 5.0),
    )
    limit = Limit("depth", "ankle", "left", Ranged(0.78, 0.6, 0.93), ("knee_to_wall_cm",), "limit.depth", tape, HELD)
    return Screening(
        person=Person(1.7, 66.0, 29, "f"),
        aim="parallel",
        assessments=(),
        typed=(stiff, free, centimetres("midfoot_width_change", "right", 4.0, 1.0)),
        pains=(
            Pain("left", 4.0, math.radians(68.0)),
            Pain("right", 0.0),
            Pain("left", 2.0, None, "step-down"),
            Pain("right", None, None, "step-down"),
        ),
        findings=findings,
        gains=(gain, hip),
        limits=(limit,),
        answer="answer.one_link",
        answer_parameters=HELD | {"grouped": 127, "pilot": 26, "trial": 218},
        missing=(Reason("knee_to_wall", Verdict.CAUTION, None, {"side": "right"}), Reason("front_view", Verdict.CAUTION)),
    )


def mirrored(screening: Screening) -> Screening:
    """The same person with left and right exchanged everywhere."""

    def turned(measure: Measure) -> Measure:
        return replace(measure, side=OTHER[measure.side])

    return replace(
        screening,
        answer_parameters=screening.answer_parameters | {"side": OTHER[screening.answer_parameters["side"]]},
        typed=tuple(turned(one) for one in screening.typed),
        pains=tuple(replace(one, side=OTHER[one.side]) for one in screening.pains),
        findings=tuple(replace(one, side=OTHER[one.side], measure=turned(one.measure)) for one in screening.findings),
        gains=tuple(replace(one, side=OTHER[one.side]) for one in screening.gains),
        limits=tuple(
            replace(one, side=OTHER[one.side], parameters=one.parameters | {"side": OTHER[one.side]}) for one in screening.limits
        ),
    )
