"""How does a person step down? One foot stays on the step and bends, the other one lowers its heel to the floor in front."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lab.movements.arms import draw_arms
from lab.movements.balance import Plan, embody, frames
from lab.movements.feet import HEEL_OFF_M, Feet, Footing, knee_aims, middle_of_foot, set_feet
from lab.movements.habits import draw_habits, draw_wander
from lab.movements.standing import standing_plan
from lab.movements.tempo import Curve, draw_tempo, ramp, rise, with_room
from lab.skeleton import leg_vectors, pose
from lab.types import SEGMENTS, Performance, Posture, Prop, Skeleton

FAULTS = ("knees_in", "heels_up", "trunk_lean", "limited_dorsiflexion", "uneven_tempo", "pause", "partial", "shift")

#: Knee flexion with which the heel is on the floor (deg), and how high the step may be for it (m).
_PEAK_DEG, _STEP_M = (42.0, 72.0), (0.15, 0.20)
#: Short legs get a lower step than that, if need be: this share of their length.
_LOW_STEP_SHARE = 0.18
_PARTIAL_SHARE = (0.5, 0.7)
#: The lowered leg's knee when its heel touches (deg), and how far ahead of the other ankle its ankle then is (share of leg length).
_FREE_KNEE_DEG, _AHEAD = (8.0, 16.0), (0.18, 0.27)
#: Toes up by so much when the heel touches (deg).
_TOES_UP_DEG = (6.0, 16.0)
_SHORTEST_S, _LONGEST_S = 2.0, 4.0
_HOLDS = {"hips": 0.4, "hanging": 0.25, "front": 0.2, "crossed": 0.15}
#: The weight comes over one leg in so long before it bends (s).
_SHIFT_S = 0.6
#: The step reaches this far beyond both feet and back (half sizes, m).
_STEP_HALF_M = (0.17, 0.25)
#: With a stiff ankle and the heel down the knee bends by no more than this, and the other heel does not reach the floor.
_STIFF_BEND_RAD = np.deg2rad(38.0)
#: On its way the lowered leg is never straighter than this share of its knee's flexion at the touch, and gets there softly (m).
_STRAIGHTEST_SHARE, _SOFTLY_M = 0.7, 0.003
#: The foot clears the step by so much (m).
_CLEARANCE_M = 0.035


def step_down(
    skeleton: Skeleton, rng: np.random.Generator, fps: float, faults: tuple[str, ...], standing_first: bool
) -> Performance:
    """Return stepping down from a step until the heel touches the floor, and back up; `partial` does not come down all the way."""
    degrees = np.deg2rad
    habits = draw_habits(rng)
    side, wish, free_knee = int(rng.integers(2)), degrees(rng.uniform(*_PEAK_DEG)), degrees(rng.uniform(*_FREE_KNEE_DEG))
    ahead, toes_up = rng.uniform(*_AHEAD) * skeleton.leg_length, degrees(rng.uniform(*_TOES_UP_DEG))
    partial, stance_share, toe_out = rng.uniform(*_PARTIAL_SHARE), rng.uniform(0.8, 1.2), degrees(rng.uniform(0.0, 12.0, 2))
    shank_most, stiff_shank = degrees(rng.uniform(30.0, 42.0)), degrees(rng.uniform(12.0, 18.0))
    shank_gain, lean_gain, aim = rng.uniform(0.44, 0.58), rng.uniform(0.08, 0.3), degrees(rng.normal(0.0, 4.0))
    drop, bend = degrees(rng.normal(6.0, 2.5)), degrees(rng.normal(2.0, 3.0))
    inward, heels_up, more_lean = (
        degrees(rng.uniform(14.0, 26.0)),
        degrees(rng.uniform(10.0, 16.0)),
        degrees(rng.uniform(15.0, 25.0)),
    )
    tip = degrees(rng.uniform(7.0, 13.0))
    hold = str(rng.choice(list(_HOLDS), p=list(_HOLDS.values())))
    tempo = draw_tempo(rng, fps, faults, standing_first, _SHORTEST_S, _LONGEST_S)
    tempo = with_room(tempo, _SHIFT_S if standing_first else 0.0, fps)
    time_s = tempo.time_s
    wander = draw_wander(rng, time_s, habits, 1.5)
    begin = tempo.repetitions[0][0]
    over_leg = ramp(time_s, begin - _SHIFT_S, begin) if standing_first else np.ones_like(time_s)
    hips = float(np.linalg.norm(skeleton.landmark("left_hip") - skeleton.landmark("right_hip")))
    stiff, towards = "limited_dorsiflexion" in faults, -1.0 if side == 0 else 1.0
    arms = draw_arms(rng, hold, 0.5 * tempo.done, wander.arms)

    def on_step(step_m: float, done: Curve) -> Plan:
        raised = heels_up * ("heels_up" in faults) * rise(1.4 * done)
        footing = _footing(side, step_m, ahead, stance_share * hips, toe_out, done, raised, toes_up)
        calm = standing_plan(skeleton, time_s, footing, habits, wander, arms)
        outward = 0.9 * toe_out + wander.aim
        outward[:, side] += aim - inward * ("knees_in" in faults) * rise(1.8 * done)
        target = middle_of_foot(skeleton, side, footing) + np.array([habits.over_foot_m, 0.0]) + wander.over
        between = np.stack([target[:, 0], np.full_like(time_s, calm.over[0, 1])], axis=-1)
        return replace(
            calm,
            feet=_with_contact(skeleton, footing, 1 - side, step_m),
            knee_aim=knee_aims(outward),
            bearing=0.5 + over_leg[:, None] * (np.eye(2)[side] - 0.5),
            over=between + over_leg[:, None] * (target - between),
            shank=calm.shank + 0.8 * raised,
        )

    def bending(calm: Plan, bent: Curve) -> Plan:
        loaded, most = rise(bent / np.deg2rad(40.0)), stiff_shank if stiff else shank_most
        return replace(
            calm,
            knee_flexion=calm.knee_flexion + bent,
            shank=calm.shank + most * (1.0 - np.exp(-shank_gain * bent / most)),
            shank_ease=np.deg2rad(np.where(stiff, 0.4, 8.0 - 5.0 * loaded)),
            lean=calm.lean + lean_gain * bent + more_lean * ("trunk_lean" in faults) * loaded,
            lean_ease=np.deg2rad(1.0 + (1.5 if "trunk_lean" in faults else 8.0) * loaded),
            drop=calm.drop - towards * (drop + tip * ("shift" in faults)) * loaded,
            bend=calm.bend + towards * (bend + tip * ("shift" in faults)) * loaded,
        )

    done = np.clip(tempo.done, 0.0, 1.0)
    trial = on_step(0.5 * sum(_STEP_M), done)
    step_m, peak = _step_and_bend(skeleton, trial, bending, 1 - side, wish - habits.standing_knee, free_knee)
    done = done * (partial if "partial" in faults else 1.0) * (min(1.0, _STIFF_BEND_RAD / peak) if stiff else 1.0)
    posture = embody(skeleton, bending(on_step(step_m, done), peak * done))
    posture = _never_straight(skeleton, posture, 1 - side, _STRAIGHTEST_SHARE * free_knee)
    front = _tip_of_toes_m(skeleton, side)
    half_deep, half_wide = _STEP_HALF_M
    step = Prop("step", np.array([front - half_deep, 0.5 * step_m, 0.0]), np.array([half_deep, 0.5 * step_m, half_wide]))
    return Performance(posture, tempo.repetitions, (step,), faults=faults)


def _footing(
    side: int,
    step_m: float,
    ahead_m: float,
    apart_m: float,
    toe_out: Float[np.ndarray, " 2"],
    done: Curve,
    raised: Curve,
    toes_up: float,
) -> Footing:
    """Return one foot on the step, the other one from beside it to the floor in front."""
    count, free = done.size, 1 - side
    place = np.tile(np.array([[0.0, -0.5 * apart_m], [0.0, 0.5 * apart_m]]), (count, 1, 1))
    place[:, free, 0] += ahead_m * rise(done / 0.6)
    lift, heel_up = np.zeros((count, 2)), np.zeros((count, 2))
    # The hips sink with the square of the knee's bend, and the foot with them.
    lift[:, free] = _CLEARANCE_M * np.sin(np.pi * np.clip(done / 0.7, 0.0, 1.0)) ** 2 - step_m * done**2
    heel_up[:, side], heel_up[:, free] = raised, -toes_up * rise(done / 0.9)
    return Footing(place, np.tile([toe_out[0], -toe_out[1]], (count, 1)), lift, heel_up, np.full(2, step_m), np.zeros((count, 2)))


def _with_contact(skeleton: Skeleton, footing: Footing, free: int, step_m: float) -> Feet:
    """Return the feet; the free one bears on the step as long as it has not left it, and by its heel where it is on the floor."""
    feet = set_feet(skeleton, footing)
    contact = feet.contact.copy()
    on_step = np.abs(footing.lift[:, free]) < HEEL_OFF_M
    contact[:, free, 0] = on_step | (footing.lift[:, free] < HEEL_OFF_M - step_m)
    contact[:, free, 1] = on_step & (footing.heel_up[:, free] > -0.03)
    return replace(feet, contact=contact)


def _never_straight(skeleton: Skeleton, posture: Posture, free: int, least_knee: float) -> Posture:
    """Return the posture with the free foot lifted just where its leg would have to be straighter than `least_knee`."""
    letter = "lr"[free]
    hip = pose(skeleton, posture).joints[:, SEGMENTS.index(f"thigh_{letter}")]
    line = hip - posture.ankle[:, free]
    longest_squared = _leg_squared(skeleton, letter, least_knee)
    lowest = np.sqrt(np.maximum(longest_squared - line[:, 0] ** 2 - line[:, 2] ** 2, 0.0))
    ankle = posture.ankle.copy()
    ankle[:, free, 1] += _SOFTLY_M * np.logaddexp(0.0, (line[:, 1] - lowest) / _SOFTLY_M)
    return replace(posture, ankle=ankle)


def _leg_squared(skeleton: Skeleton, letter: str, knee: float) -> float:
    """Return the squared distance from hip to ankle of a leg whose knee is bent so (law of cosines)."""
    thigh, shank = (float(np.linalg.norm(line)) for line in leg_vectors(skeleton, letter))
    return thigh**2 + shank**2 + 2.0 * thigh * shank * float(np.cos(knee))


def _tip_of_toes_m(skeleton: Skeleton, side: int) -> float:
    """Return how far ahead of the ankle the step ends: just behind the tip of the toes (m)."""
    name = ("left", "right")[side]
    return float(skeleton.landmark(f"{name}_foot_index")[0] - skeleton.landmark(f"{name}_ankle")[0])


def _step_and_bend(
    skeleton: Skeleton, calm: Plan, bending: Callable[[Plan, Curve], Plan], free: int, wish: float, free_knee: float
) -> tuple[float, float]:
    """Return the step's height (m) and how far the bearing knee bends until the free heel just touches the floor (rad).

    The body is put, as in its deepest frame, through a range of bends; for each follows how low the other foot comes.
    """
    bends = np.deg2rad(np.linspace(20.0, 95.0, 12))
    letter = "lr"[free]
    lowest = frames(calm, np.full(bends.size, np.argmin(calm.feet.ankle[:, free, 1])))
    # Not yet on the floor: a foot that bears would draw the pelvis down to it.
    feet = replace(lowest.feet, contact=lowest.feet.contact & (np.arange(2) != free)[:, None])
    posture = embody(skeleton, bending(replace(lowest, feet=feet), bends))
    hip = pose(skeleton, posture).joints[:, SEGMENTS.index(f"thigh_{letter}")]
    ankle = posture.ankle[:, free]
    reach_squared = _leg_squared(skeleton, letter, free_knee)
    level_squared = (hip[:, 0] - ankle[:, 0]) ** 2 + (hip[:, 2] - ankle[:, 2]) ** 2
    heights = 0.5 * sum(_STEP_M) + ankle[:, 1] - (hip[:, 1] - np.sqrt(reach_squared - level_squared))
    least = min(_STEP_M[0], _LOW_STEP_SHARE * skeleton.leg_length)
    step_m = float(np.clip(np.interp(wish, bends, heights), least, _STEP_M[1]))
    return step_m, float(np.interp(step_m, heights, bends))
