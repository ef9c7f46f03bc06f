"""How is a squat done, and how badly? Both feet on the floor, down to any depth and up again."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from lab.movements.arms import draw_arms
from lab.movements.balance import embody
from lab.movements.feet import Footing, apart, ball_of_foot, bearing, knee_aims, middle_of_foot, slipping, stance, stepping
from lab.movements.habits import draw_habits, draw_wander
from lab.movements.standing import standing_plan
from lab.movements.tempo import Curve, Tempo, draw_tempo, rise
from lab.types import Performance, Skeleton

FAULTS = (
    "knees_in",
    "heels_up",
    "shift",
    "trunk_lean",
    "limited_dorsiflexion",
    "uneven_tempo",
    "pause",
    "partial",
    "leg_spared",
    "stepping",
)

#: Peak knee flexion (deg): from a mini squat to the deepest that soft parts allow. A partial squat stops at a part of it.
_PEAK_DEG = (50.0, 150.0)
_PARTIAL_SHARE, _PARTIAL_LEAST_DEG = (0.45, 0.65), 35.0
#: Ankles apart as a multiple of the hips', and toes out (deg).
_APART, _TOE_OUT_DEG = (0.9, 2.6), (0.0, 35.0)
#: How far the shank likes to lean at most, heel down (deg); a stiff ankle stops earlier and hardly gives.
_SHANK_MOST_DEG, _STIFF_SHANK_DEG = (29.0, 47.0), (12.0, 20.0)
#: With stiff ankles and heels down nobody goes deeper without falling back (deg).
_STIFF_PEAK_DEG = 68.0
#: How people hold their arms, and how often.
_HOLDS = {"front": 0.28, "clasped": 0.12, "crossed": 0.14, "hips": 0.12, "overhead": 0.1, "hanging": 0.12, "bar": 0.12}
#: The shortest repetition (s): so much, and longer the deeper it goes: 1.15 s for 80 degrees, a little less than on the quickest
#: real film.
_SHORTEST_S, _QUICKEST_RAD_S = 0.15, np.deg2rad(80.0)
#: Where arms that rise or swing on the way down have come all the way.
_FULL_RAD = np.deg2rad(110.0)
#: Heels so far up bear nothing, and the weight is over the balls of the feet (rad).
_ON_BALL_RAD = np.deg2rad(18.0)
#: The standing leg bends by so much while the other foot steps.
_STEPPING_KNEE_RAD = np.deg2rad(10.0)
#: A bar weighs this share of the body's mass: from a broomstick to a working set.
_BAR_SHARE = (0.02, 0.8)


@dataclass(frozen=True)
class _Style:
    """How one person squats (rad, m), and how large each fault would be."""

    peak: float
    apart: float
    toe_out: tuple[float, float]
    ahead_m: float
    shank_most: float
    shank_gain: float
    lean_gain: float
    tuck: float
    aim_share: float
    aim_unlike: tuple[float, float]
    drop: float
    turn: float
    unload: tuple[float, float]
    hold: str
    bar_share: float
    side: int
    knees_in: tuple[float, float]
    heels_up: tuple[float, float]
    shift_m: float
    more_lean: float
    stiff_shank: float
    partial: float
    spared_ahead_m: float
    step_m: tuple[float, float]
    step_height_m: float


def squat(skeleton: Skeleton, rng: np.random.Generator, fps: float, faults: tuple[str, ...], standing_first: bool) -> Performance:
    """Return squats by this body."""
    habits = draw_habits(rng)
    style = _with_faults(_draw_style(rng), faults)
    quickest = _QUICKEST_RAD_S * (
        0.7 if {"limited_dorsiflexion", "trunk_lean", "heels_up"} & set(faults) else 1.0
    )  # far to lean or rise, too
    tempo = draw_tempo(rng, fps, faults, standing_first, shortest_s=_SHORTEST_S + style.peak / quickest)
    wander = draw_wander(rng, tempo.time_s, habits)
    footing = _footing(skeleton, rng, style, faults, tempo)
    stance_knee = habits.standing_knee + _STEPPING_KNEE_RAD * footing.free.max(axis=1)
    knee = stance_knee + (style.peak - habits.standing_knee) * tempo.depth + wander.knee
    bent = np.maximum(knee - stance_knee, 0.0)
    loaded = rise(bent / np.deg2rad(60.0))
    inward = loaded * (1.0 - 0.5 * rise((knee - np.deg2rad(75.0)) / np.deg2rad(60.0)))  # knees fall in most halfway down
    towards = -1.0 if style.side == 0 else 1.0

    shank_start = 0.5 * habits.standing_knee
    shank = shank_start + style.shank_most * (1.0 - np.exp(-style.shank_gain * bent / style.shank_most)) + wander.shank
    shank += 0.8 * np.sum(bearing(footing) * footing.heel_up, axis=1)
    lean = habits.standing_lean + style.lean_gain * bent + style.more_lean * loaded + wander.lean
    stiff = "limited_dorsiflexion" in faults
    folded = "trunk_lean" in faults
    calm = standing_plan(skeleton, tempo.time_s, footing, habits, wander, draw_arms(rng, style.hold, bent / _FULL_RAD, wander.arms))
    plan = replace(
        calm,
        knee_aim=_aims(skeleton, style, footing, knee, inward[:, None] * style.knees_in, wander.aim),
        knee_flexion=np.maximum(knee, 0.0),
        over=calm.over + np.outer(loaded, [0.0, towards * style.shift_m]) + _onto_balls(skeleton, footing),
        shank=shank,
        shank_ease=np.deg2rad(np.where(stiff, 0.4, 8.0 - 5.0 * loaded + 9.0 * folded * loaded)),
        lean=lean,
        lean_ease=np.deg2rad(1.0 + (1.5 if folded else 9.0) * loaded),
        tuck=style.tuck * rise((knee - np.deg2rad(80.0)) / np.deg2rad(60.0)),
        drop=towards * style.drop * loaded + wander.drop,
        turn=style.turn * loaded + wander.turn,
        bend=-0.5 * towards * style.drop * loaded + wander.bend,
        twist=0.5 * style.turn * loaded + wander.twist,
        bar_share=style.bar_share if style.hold == "bar" else 0.0,
    )
    return Performance(embody(skeleton, plan), tempo.repetitions, (), "bar" if style.hold == "bar" else "none", faults)


def _draw_style(rng: np.random.Generator) -> _Style:
    """Return a style without faults; sizes of faults are drawn always, so that a fault changes nothing else."""
    degrees = np.deg2rad
    low, high = _PEAK_DEG
    ankles_apart = rng.uniform(*_APART)
    wide = (ankles_apart - _APART[0]) / (_APART[1] - _APART[0])
    toe_out = np.clip(rng.normal(6.0 + 22.0 * wide, 6.0) + rng.normal(0.0, 2.0, 2), *_TOE_OUT_DEG)
    return _Style(
        peak=degrees(low + (high - low) * rng.beta(1.8, 1.8)),
        apart=ankles_apart,
        toe_out=(degrees(toe_out[0]), degrees(toe_out[1])),
        ahead_m=rng.normal(0.0, 0.012),
        shank_most=degrees(rng.uniform(*_SHANK_MOST_DEG)),
        shank_gain=rng.uniform(0.36, 0.52),
        lean_gain=rng.uniform(0.22, 0.42),
        tuck=degrees(rng.uniform(0.0, 20.0)),
        aim_share=rng.uniform(0.75, 1.1),
        aim_unlike=(degrees(rng.normal(0.0, 3.0)), degrees(rng.normal(0.0, 3.0))),
        drop=degrees(rng.normal(0.0, 1.2)),
        turn=degrees(rng.normal(0.0, 2.0)),
        unload=tuple(degrees(rng.gamma(1.0, 0.5, 2))),
        hold=str(rng.choice(list(_HOLDS), p=list(_HOLDS.values()))),
        bar_share=rng.uniform(*_BAR_SHARE),
        side=int(rng.integers(2)),
        knees_in=tuple(degrees(rng.uniform(14.0, 28.0) * rng.uniform(0.8, 1.2, 2))),
        heels_up=tuple(degrees(rng.uniform(12.0, 24.0) * rng.uniform(0.85, 1.15, 2))),
        shift_m=rng.uniform(0.04, 0.075),
        more_lean=degrees(rng.uniform(16.0, 28.0)),
        stiff_shank=degrees(rng.uniform(*_STIFF_SHANK_DEG)),
        partial=rng.uniform(*_PARTIAL_SHARE),
        spared_ahead_m=rng.uniform(0.04, 0.09),
        step_m=(rng.uniform(0.03, 0.09), rng.uniform(-0.05, 0.03)),
        step_height_m=rng.uniform(0.03, 0.07),
    )


def _with_faults(style: _Style, faults: tuple[str, ...]) -> _Style:
    """Return the style with the sizes of all faults that are not done set to nothing."""
    peak, stiff = style.peak, "limited_dorsiflexion" in faults
    if "partial" in faults:
        peak = max(style.partial * peak, np.deg2rad(_PARTIAL_LEAST_DEG))
    return replace(
        style,
        peak=min(peak, np.deg2rad(_STIFF_PEAK_DEG)) if stiff else peak,
        shank_most=style.stiff_shank if stiff else style.shank_most,
        hold=_forward(style.hold) if stiff else style.hold,
        knees_in=style.knees_in if "knees_in" in faults else (0.0, 0.0),
        heels_up=style.heels_up if "heels_up" in faults else (0.0, 0.0),
        more_lean=style.more_lean if "trunk_lean" in faults else 0.0,
        shift_m=style.shift_m * ("shift" in faults) + 0.7 * style.shift_m * ("leg_spared" in faults),
        spared_ahead_m=style.spared_ahead_m if "leg_spared" in faults else 0.0,
    )


def _forward(hold: str) -> str:
    """Return how the arms are held by someone whose ankles are stiff: in front, or they fall back."""
    return "front" if hold in ("bar", "overhead", "hips", "hanging") else hold


def _footing(skeleton: Skeleton, rng: np.random.Generator, style: _Style, faults: tuple[str, ...], tempo: Tempo) -> Footing:
    hips = float(np.linalg.norm(skeleton.landmark("left_hip") - skeleton.landmark("right_hip")))
    ahead = style.ahead_m + style.spared_ahead_m * (1.0 if style.side == 1 else -1.0)
    still = stance(tempo.time_s.size, style.apart * hips, style.toe_out, ahead)
    footing = slipping(still, rng, tempo.time_s, 0.0015)
    heel_up = np.clip(tempo.depth, 0.0, None)[:, None] ** 2 * style.unload + rise(1.2 * tempo.depth)[:, None] * style.heels_up
    footing = replace(footing, heel_up=heel_up)
    if "stepping" in faults:
        start, end = tempo.repetitions[0][2], tempo.repetitions[1][0]
        outward = style.step_m[1] * (-1.0 if style.side == 0 else 1.0)
        footing = stepping(footing, tempo.time_s, style.side, start, end, (style.step_m[0], outward), style.step_height_m)
    return footing


def _onto_balls(skeleton: Skeleton, footing: Footing) -> Float[np.ndarray, "time 2"]:
    """Return how far the weight goes forward to the balls of feet whose heels are up (m)."""
    shares = bearing(footing)
    ahead = [
        shares[:, [side]]
        * rise(footing.heel_up[:, side] / _ON_BALL_RAD)[:, None]
        * (ball_of_foot(skeleton, side, footing) - middle_of_foot(skeleton, side, footing))
        for side in (0, 1)
    ]
    return np.asarray(ahead[0] + ahead[1])


def _aims(
    skeleton: Skeleton,
    style: _Style,
    footing: Footing,
    knee: Curve,
    inward: Float[np.ndarray, "time 2"],
    unsteady: Float[np.ndarray, "time 2"],
) -> Float[np.ndarray, "time 2 3"]:
    """Return where the knees point to: nearly where the toes do, and inward by so much (time, side)."""
    outward = style.aim_share * footing.yaw * [1.0, -1.0] + style.aim_unlike + unsteady - inward
    return knee_aims(apart(skeleton, footing, knee, outward))
