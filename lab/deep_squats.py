"""Can a deep squat done badly on purpose be told from a good one? UI-PRMD's markers, through the fit that films go through.

Five faults are read off each take, the same for everybody, and put together into one score. Both the score and every cut-off were
written down, and committed, before any of the five had been computed; nothing was changed after.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from kinechain.evidence import constant
from kinechain.kinematics.fit.markers import fit_markers
from kinechain.kinematics.fit.motion import drawn_curves
from kinechain.kinematics.measures import lasting_peak
from lab.markers import read_take, takes

FILE = Path(__file__).parent / "data" / "deep_squats.json"

Values = Float[np.ndarray, " take"]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong in a squat: a number that is larger the worse it is, and past which value it counts as a fault.

    `least_spread`: the smallest spread by which it is divided; a finer difference than that is the measurement's own noise.
    """

    name: str
    what: str
    unit: str
    cut_off: float
    least_spread: float


#: The criteria of the Functional Movement Screen's deep squat (thighs below level, trunk no further forward than the shins, knees
#: over the feet, heels down) and left against right. Trunk and shins may part by 10 degrees: a trunk that stands upright leans by
#: about as much between joint centres. Heels by the film's own row; symmetry is a judgement.
FAULTS = (
    Fault("depth", "thighs short of level where the hips are lowest, mean of both legs", "deg", 0.0, 3.0),
    Fault(
        "knees", "1 less the least ratio of knee to ankle separation while the knees bend past half of their peak", "1", 0.0, 0.05
    ),
    Fault("trunk", "trunk lean beyond the shins' inclination where the hips are lowest", "deg", 10.0, 3.0),
    Fault("symmetry", "difference of left and right knee flexion where the hips are lowest", "deg", 10.0, 3.0),
    Fault("heels", "higher rise of the two heels, kept for 0.1 s, from the take's first 0.1 s", "m", 0.025, 0.01),
)

#: A score above this is called incorrect: on average one spread past other people's good squats in every fault.
SCORE_CUT_OFF = 5.0


def faults_of(curves: Mapping[str, np.ndarray], time_s: Float[np.ndarray, " time"]) -> dict[str, float]:
    """Return the size of each of `FAULTS` in one squat, from the curves of `posture_curves` (rad, m)."""
    deepest = int(np.argmin(curves["hip_height"]))
    flexion = curves["knee_flexion"].mean(axis=1)
    bent = flexion >= 0.5 * flexion.max()
    lean = curves["trunk_lean"][deepest] - curves["shank_inclination"][deepest].mean()
    left, right = curves["knee_flexion"][deepest]
    at_first = time_s <= time_s[0] + constant("heel.lasting").value
    rise = curves["heel_height"] - np.median(curves["heel_height"][at_first], axis=0)
    return {
        "depth": float(-np.rad2deg(curves["thigh_inclination"][deepest].mean())),
        "knees": float(1.0 - curves["knee_ankle_separation_ratio"][bent].min()),
        "trunk": float(np.rad2deg(lean)),
        "symmetry": float(np.rad2deg(abs(left - right))),
        "heels": max(lasting_peak(rise[:, leg], time_s) for leg in range(2)),
    }


def score_takes(sizes: Float[np.ndarray, "take fault"], people: Sequence[str], correct: Bool[np.ndarray, " take"]) -> Values:
    """Return the score of every take: how many spreads its faults exceed the good squats of other people, summed.

    Mean and spread of each fault are those of the correct takes of everybody but the person judged, so nobody is measured by
    himself; better than that mean counts as nothing, so that one fault is not made up for by something done well. The deepest
    squatter leans most, the shallow one least: a plain sum would forgive the one by the other.
    """
    person = np.array(people)
    least = np.array([fault.least_spread for fault in FAULTS])
    scores = np.empty(len(sizes))
    for judged in np.unique(person):
        others = sizes[(person != judged) & correct]
        past = (sizes[person == judged] - others.mean(axis=0)) / np.maximum(others.std(axis=0, ddof=1), least)
        scores[person == judged] = np.maximum(past, 0.0).sum(axis=1)
    return scores


def faulty(sizes: Float[np.ndarray, "take fault"]) -> Bool[np.ndarray, "take fault"]:
    """Tell which faults are past their fixed cut-offs."""
    return np.asarray(sizes > np.array([fault.cut_off for fault in FAULTS]))


def area_under_curve(bad: Float[np.ndarray, " bad"], good: Float[np.ndarray, " good"]) -> float:
    """Return how often a bad take scores above a good one, ties counting half.

    >>> area_under_curve(np.array([3.0, 2.0]), np.array([1.0, 2.0]))
    0.875
    """
    above = np.sign(bad[:, None] - good[None, :])
    return float(0.5 + 0.5 * above.mean())


def measure_take(kind: str, path: Path) -> dict[str, Any]:
    """Return who did a take and how, and the size of each fault in it."""
    fit = fit_markers(read_take(path))
    sizes = faults_of(drawn_curves(fit.places.samples, fit.state, ()).best, fit.places.samples.time_s)
    name = path.name.split("_positions")[0]
    return {"take": name, "person": name.split("_")[1], "kind": kind, **{key: round(size, 4) for key, size in sizes.items()}}


def measure_deep_squats(shared: Path, tell: Callable[[int, int], None]) -> list[dict[str, Any]]:
    """Return the figures of all takes in the folder of shared data; see `measure_take`."""
    everything, rows = list(takes(shared)), []
    tell(0, len(everything))
    for kind, path in everything:
        rows.append(measure_take(kind, path))
        tell(len(rows), len(everything))
    return rows


def format_deep_squats(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the figures as they are stored, a line a take."""
    return '{"takes": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]}\n"


def read_deep_squats(path: Path = FILE) -> list[dict[str, Any]]:
    """Return the stored figures, a row a take."""
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["takes"]
    return rows
