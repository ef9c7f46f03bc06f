"""How does one leg carry a person? Squats on one leg, and simply standing on it, the other foot off the floor."""

from dataclasses import dataclass, replace

import numpy as np

from lab.movements.arms import draw_arms
from lab.movements.balance import Plan, Swing, embody
from lab.movements.feet import knee_aims, middle_of_foot, slipping, stance
from lab.movements.habits import Habits, Wander, draw_habits, draw_wander
from lab.movements.standing import standing_plan
from lab.movements.tempo import Curve, Tempo, draw_tempo, ramp, rise, with_room
from lab.types import Performance, Skeleton

SQUAT_FAULTS = ("knees_in", "heels_up", "trunk_lean", "limited_dorsiflexion", "uneven_tempo", "pause", "partial", "shift")
STANCE_FAULTS = ("trunk_lean", "shift", "stepping")

#: Peak knee flexion of a squat on one leg (deg); partial ones stop at a share of it.
_PEAK_DEG, _PARTIAL_SHARE = (40.0, 85.0), (0.5, 0.65)
_LEAST_DEG = 30.0
#: With a stiff ankle and the heel down nobody goes deeper on one leg (deg).
_STIFF_PEAK_DEG = 46.0
#: A repetition on one leg (s).
_SHORTEST_S, _LONGEST_S = 1.4, 4.0
#: Lifting a foot takes so long (s).
_LIFT_S = (0.9, 1.4)
#: Putting the foot down, and lifting it again, where it touches the floor in between (s).
_DOWN_S = 0.75
_HOLDS = {"hips": 0.35, "front": 0.25, "crossed": 0.2, "hanging": 0.2}
#: The balance point of one foot wanders more than that of two (times).
_UNSTEADY = 1.8


@dataclass(frozen=True)
class _Style:
    """How one person stands and squats on one leg (rad, m), and how large each fault would be."""

    side: int
    peak: float
    apart: float
    toe_out: tuple[float, float]
    shank_most: float
    shank_gain: float
    lean_gain: float
    aim: float
    drop: float
    bend: float
    behind: bool
    thigh: float
    knee: float
    lift_s: float
    hold: str
    knees_in: float
    heels_up: float
    more_lean: float
    stiff_shank: float
    partial: float
    tip: float
    touch_s: float


def single_leg_squat(
    skeleton: Skeleton, rng: np.random.Generator, fps: float, faults: tuple[str, ...], standing_first: bool
) -> Performance:
    """Return squats on one leg, the other one held in front or bent behind."""
    habits, style = draw_habits(rng), _draw_style(rng)
    peak = style.peak * (style.partial if "partial" in faults else 1.0)
    peak = max(peak, np.deg2rad(_LEAST_DEG))
    if "limited_dorsiflexion" in faults:
        peak = min(peak, np.deg2rad(_STIFF_PEAK_DEG))
    tempo = draw_tempo(rng, fps, faults, standing_first, _SHORTEST_S, _LONGEST_S)
    tempo = with_room(tempo, style.lift_s if standing_first else 0.0, fps)
    wander = draw_wander(rng, tempo.time_s, habits, _UNSTEADY)
    lifted_by = tempo.repetitions[0][0]
    share = np.clip((tempo.time_s - lifted_by) / style.lift_s + 1.0, 0.0, 1.0) if standing_first else np.ones_like(tempo.time_s)

    knee = habits.standing_knee + (peak - habits.standing_knee) * np.clip(tempo.depth, 0.0, None) + wander.knee
    bent = np.maximum(knee - habits.standing_knee, 0.0)
    loaded = rise(bent / np.deg2rad(45.0))
    stiff = "limited_dorsiflexion" in faults
    heel_up = style.heels_up * ("heels_up" in faults) * rise(1.4 * tempo.depth)
    plan = _on_one_leg(skeleton, rng, style, habits, wander, tempo, share, heel_up, bent)
    most = style.stiff_shank if stiff else style.shank_most
    inward = style.knees_in * ("knees_in" in faults) * loaded
    towards = -1.0 if style.side == 0 else 1.0
    tip = style.tip * ("shift" in faults) * loaded
    plan = replace(
        plan,
        knee_aim=_aims(style, wander, inward),
        knee_flexion=np.maximum(knee, 0.0),
        shank=plan.shank + most * (1.0 - np.exp(-style.shank_gain * bent / most)) + 0.8 * heel_up,
        shank_ease=np.deg2rad(np.where(stiff, 0.4, 8.0 - 5.0 * loaded)),
        lean=plan.lean + style.lean_gain * bent + style.more_lean * ("trunk_lean" in faults) * loaded,
        lean_ease=np.deg2rad(1.0 + (1.5 if "trunk_lean" in faults else 8.0) * loaded),
        drop=plan.drop - towards * (0.5 * style.drop * loaded + tip),
        bend=plan.bend + towards * (style.bend * loaded + tip),
    )
    return Performance(embody(skeleton, plan), tempo.repetitions, faults=faults)


def single_leg_stance(
    skeleton: Skeleton, rng: np.random.Generator, fps: float, faults: tuple[str, ...], standing_first: bool
) -> Performance:
    """Return standing on one leg for most of the clip; `stepping` touches the floor with the other foot halfway."""
    habits, style = draw_habits(rng), _draw_style(rng)
    tempo = draw_tempo(rng, fps, (), standing_first, 3.5, 5.0)
    time_s, (start, _, end) = tempo.time_s, (tempo.repetitions[0][0], 0.0, float(tempo.time_s[-1]))
    wander = draw_wander(rng, time_s, habits, 2.0 * _UNSTEADY)
    share = np.clip((time_s - start) / style.lift_s, 0.0, 1.0) if standing_first else np.ones_like(time_s)
    middle = 0.5 * (start + style.lift_s + end)
    touch = np.zeros_like(time_s)
    if "stepping" in faults:
        near, far = 0.15 * style.touch_s, 0.15 * style.touch_s + _DOWN_S
        touch = ramp(time_s, middle - far, middle - near) - ramp(time_s, middle + near, middle + far)
    steady = Tempo(time_s, ((start, middle, end),), ((start, end),), share, share)
    plan = _on_one_leg(skeleton, rng, style, habits, wander, steady, share, np.zeros_like(time_s), np.zeros_like(time_s), touch)
    towards = -1.0 if style.side == 0 else 1.0
    tip = style.tip * ("shift" in faults) * share
    plan = replace(
        plan,
        knee_aim=_aims(style, wander, np.zeros_like(time_s)),
        lean=plan.lean + style.more_lean * ("trunk_lean" in faults) * share,
        drop=plan.drop - towards * (0.3 * style.drop * share + tip),
        bend=plan.bend + towards * (0.5 * style.bend * share + tip),
    )
    return Performance(embody(skeleton, plan), steady.repetitions, faults=faults)


def _draw_style(rng: np.random.Generator) -> _Style:
    """Return a style without faults; sizes of faults are drawn always, so that a fault changes nothing else."""
    degrees = np.deg2rad
    behind = bool(rng.random() < 0.5)
    return _Style(
        side=int(rng.integers(2)),
        peak=degrees(rng.uniform(*_PEAK_DEG)),
        apart=rng.uniform(0.7, 1.1),
        toe_out=(degrees(rng.uniform(0.0, 14.0)), degrees(rng.uniform(0.0, 14.0))),
        shank_most=degrees(rng.uniform(25.0, 38.0)),
        shank_gain=rng.uniform(0.38, 0.52),
        lean_gain=rng.uniform(0.15, 0.4),
        aim=degrees(rng.normal(0.0, 4.0)),
        drop=degrees(rng.normal(4.0, 3.0)),
        bend=degrees(rng.normal(3.0, 3.0)),
        behind=behind,
        thigh=degrees(rng.uniform(-5.0, 15.0) if behind else rng.uniform(25.0, 50.0)),
        knee=degrees(rng.uniform(65.0, 95.0) if behind else rng.uniform(8.0, 35.0)),
        lift_s=rng.uniform(*_LIFT_S),
        hold=str(rng.choice(list(_HOLDS), p=list(_HOLDS.values()))),
        knees_in=degrees(rng.uniform(14.0, 26.0)),
        heels_up=degrees(rng.uniform(10.0, 16.0)),
        more_lean=degrees(rng.uniform(15.0, 25.0)),
        stiff_shank=degrees(rng.uniform(12.0, 18.0)),
        partial=rng.uniform(*_PARTIAL_SHARE),
        tip=degrees(rng.uniform(7.0, 13.0)),
        touch_s=rng.uniform(0.9, 1.4),
    )


def _on_one_leg(
    skeleton: Skeleton,
    rng: np.random.Generator,
    style: _Style,
    habits: Habits,
    wander: Wander,
    tempo: Tempo,
    share: Curve,
    heel_up: Curve,
    bent: Curve,
    touch: Curve | float = 0.0,
) -> Plan:
    """Return the plan of standing on one leg as far as `share` says, the other one hanging but where it is down again (`touch`)."""
    hips = float(np.linalg.norm(skeleton.landmark("left_hip") - skeleton.landmark("right_hip")))
    still = stance(tempo.time_s.size, style.apart * hips, style.toe_out)
    footing = slipping(still, rng, tempo.time_s, 0.001)
    raised = np.zeros((tempo.time_s.size, 2))
    raised[:, style.side] = heel_up
    footing = replace(footing, heel_up=raised)
    arms = draw_arms(rng, style.hold, bent / np.deg2rad(80.0), wander.arms)
    calm = standing_plan(skeleton, tempo.time_s, footing, habits, wander, arms)
    free = 1 - style.side
    # The foot leaves the floor when the body has come over the other one.
    over_leg, hang = rise(share / 0.55), rise((share - 0.3) / 0.7)
    alone = np.zeros((tempo.time_s.size, 2))
    alone[:, style.side] = 1.0
    bears = calm.bearing + over_leg[:, None] * (alone - calm.bearing)
    target = middle_of_foot(skeleton, style.side, footing) + np.array([habits.over_foot_m, 0.0]) + wander.over
    unsteady = 1.0 + 2.0 * wander.lean
    swing = Swing(
        side=free,
        share=hang * (1.0 - touch),
        thigh=(style.thigh + (0.1 if style.behind else 0.75) * bent) * unsteady,
        outward=np.full(tempo.time_s.size, np.deg2rad(3.0)) + wander.drop,
        knee=(style.knee + (0.45 if style.behind else 0.0) * bent) * unsteady,
        foot=np.full(tempo.time_s.size, np.deg2rad(-50.0 if style.behind else -5.0)),
    )
    return replace(calm, bearing=bears, over=calm.over + over_leg[:, None] * (target - calm.over), swing=swing)


def _aims(style: _Style, wander: Wander, inward: Curve) -> np.ndarray:
    outward = np.array(style.toe_out) * 0.9 + wander.aim
    outward[:, style.side] += style.aim - inward
    return knee_aims(outward)
