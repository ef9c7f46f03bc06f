"""How does a body squat as a real person did? It takes on a recorded motion, its feet planted, its bones its own."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from lab.motions import RecordedMotion, load_motions, read_at
from lab.movements.arms import HOLDS, draw_arms
from lab.movements.balance import height_over_legs
from lab.movements.feet import planted, set_feet
from lab.movements.tempo import Curve, ramp, sway
from lab.rotations import Turns, apply, between, from_vector, leaning, part_way
from lab.skeleton import leg_vectors
from lab.types import Performance, Posture, Skeleton

#: Quiet standing before the first move, and standing after the last (s).
_STILL_S, _TAIL_S = (1.0, 1.5), (0.3, 0.8)
#: A clip lasts at least so long (s).
_LEAST_S = 4.0
#: Recorded people are played a little faster or slower.
_SPEED = (0.8, 1.2)
#: Coming out of standing into the take, and back into standing, lasts so long (s).
_EASE_S = 0.4
#: How often the arms stay as recorded; UI-PRMD's are overhead.
_OWN_ARMS_SHARE = 0.4
#: A repetition has begun when the knees have bent by this share of the way.
_BEGUN_SHARE = 0.06


def squat_as_recorded(skeleton: Skeleton, rng: np.random.Generator, fps: float, standing_first: bool) -> Performance:
    """Return a recorded squat on this body: which one, how fast and how the arms are held is drawn."""
    motions = load_motions()
    motion = motions[int(rng.integers(len(motions)))]
    speed, still_s, tail_s = rng.uniform(*_SPEED), rng.uniform(*_STILL_S), rng.uniform(*_TAIL_S)
    own_arms, hold = rng.random() < _OWN_ARMS_SHARE, str(rng.choice([hold for hold in HOLDS if hold != "bar"]))
    start_s = still_s if standing_first else 0.0
    end_s = start_s + motion.duration_s / speed + (2.0 if standing_first else 1.0) * 0.5 * _EASE_S
    time_s = np.arange(round(max(end_s + tail_s, _LEAST_S) * fps)) / fps
    at_s = _take_time(time_s - start_s, motion.duration_s, speed, standing_first)
    posture = retarget(skeleton, motion, at_s, time_s)
    # The take sways by itself; while it is held still, the body sways for it.
    held = 1.0 - ramp(time_s, start_s, start_s + _EASE_S) + ramp(time_s, end_s - _EASE_S, end_s)
    posture = _swaying(posture, rng, held)
    if not own_arms:
        bent = read_at(motion, at_s).knee_flexion.mean(axis=1) - motion.knee_flexion[0].mean()
        arms = draw_arms(rng, hold, bent / np.deg2rad(110.0), sway(rng, time_s, np.deg2rad(1.5), columns=4))
        upper, fore = arms.directions(posture.thorax_turn)
        posture = replace(posture, upper_arm=upper, forearm=fore)
    return Performance(posture, _repetitions(motion, time_s, at_s))


def retarget(skeleton: Skeleton, motion: RecordedMotion, at_s: Curve, time_s: Curve) -> Posture:
    """Return a body moving as recorded: at the frame times `time_s` it does what was done at `at_s` (s) of the take.

    Feet stand where they stood, in leg lengths, so far apart that both legs fit the pelvis; the pelvis is where both legs, in
    their directions and bent as recorded, want it on the average.
    """
    now = read_at(motion, at_s)
    count, legs = time_s.size, skeleton.leg_length
    footing = replace(planted(count, motion.place * legs, motion.yaw), heel_up=now.heel_up)
    pelvis_turn, thorax_turn = _trunk_turns(skeleton, now)
    wish = _wished_pelvis(skeleton, now, set_feet(skeleton, footing).ankle, pelvis_turn)
    misfit = wish[0] - wish[0].mean(axis=0)
    feet = set_feet(skeleton, replace(footing, place=footing.place - misfit[:, [0, 2]]))
    return Posture(
        time_s=time_s,
        pelvis=_pelvis(skeleton, now, feet.ankle, pelvis_turn),
        pelvis_turn=pelvis_turn,
        thorax_turn=thorax_turn,
        head_turn=from_vector(now.head_turn),
        ankle=feet.ankle,
        foot_turn=feet.turn,
        toe_flexion=feet.toe_flexion,
        knee_aim=now.knee_aim,
        upper_arm=now.upper_arm,
        forearm=now.forearm,
        contact=feet.contact,
        seated=np.zeros(count, dtype=bool),
    )


def _trunk_turns(skeleton: Skeleton, motion: RecordedMotion) -> tuple[Turns, Turns]:
    """Return the turns of pelvis and thorax: as recorded, and then together so that the trunk's line is as recorded, too."""
    pelvis, thorax = from_vector(motion.pelvis_turn), from_vector(motion.thorax_turn)
    shoulders = 0.5 * (skeleton.joint("upper_arm_l") + skeleton.joint("upper_arm_r"))
    line = (
        apply(pelvis, skeleton.joint("abdomen") - skeleton.joint("pelvis"))
        + apply(part_way(pelvis, thorax, 0.5), skeleton.joint("thorax") - skeleton.joint("abdomen"))
        + apply(thorax, shoulders - skeleton.joint("thorax"))
    )
    onto = between(line, motion.trunk)
    return onto @ pelvis, onto @ thorax


def _pelvis(
    skeleton: Skeleton, motion: RecordedMotion, ankle: Float[np.ndarray, "time 2 3"], pelvis_turn: Float[np.ndarray, "time 3 3"]
) -> Float[np.ndarray, "time 3"]:
    """Return the pelvis over the middle of both legs' wishes, as high as their bends want on the average."""
    middle = _wished_pelvis(skeleton, motion, ankle, pelvis_turn).mean(axis=1)
    hips = [apply(pelvis_turn, skeleton.joint(f"thigh_{side}") - skeleton.joint("pelvis")) for side in "lr"]
    return height_over_legs(skeleton, ankle - np.stack(hips, axis=1), motion.knee_flexion, np.full((len(ankle), 2), 0.5), middle)


def _wished_pelvis(
    skeleton: Skeleton, motion: RecordedMotion, ankle: Float[np.ndarray, "time 2 3"], pelvis_turn: Float[np.ndarray, "time 3 3"]
) -> Float[np.ndarray, "time 2 3"]:
    """Return where each leg, bent and directed as recorded, puts the pelvis."""
    wish = np.empty_like(ankle)
    for number, side in enumerate("lr"):
        thigh, shank = (np.linalg.norm(line) for line in leg_vectors(skeleton, side))
        length = np.sqrt(thigh**2 + shank**2 + 2.0 * thigh * shank * np.cos(motion.knee_flexion[:, number]))
        hip = skeleton.joint(f"thigh_{side}") - skeleton.joint("pelvis")
        wish[:, number] = ankle[:, number] + length[:, None] * motion.leg[:, number] - apply(pelvis_turn, hip)
    return wish


def _take_time(since_s: Curve, duration_s: float, speed: float, eased: bool) -> Curve:
    """Return the time of the take at each time since its start: in and out of it the clock starts and stops gently."""
    ease = _EASE_S if eased else 0.0
    start = np.where(since_s < ease, 0.5 * np.maximum(since_s, 0.0) ** 2 / max(ease, 1e-9), since_s - 0.5 * ease)
    left = duration_s / speed - start  # as if it never stopped; the last bit is slowed down likewise
    slowed = np.where(left < 0.5 * _EASE_S, 0.5 * np.maximum(left + 0.5 * _EASE_S, 0.0) ** 2 / _EASE_S, left)
    return np.asarray(np.clip(duration_s - speed * slowed, 0.0, duration_s))


def _swaying(posture: Posture, rng: np.random.Generator, held: Curve) -> Posture:
    waves = sway(rng, posture.time_s, 1.0, columns=6) * held[:, None]
    nothing = np.zeros_like(held)
    trunk = leaning(np.deg2rad(0.6) * waves[:, 0], np.deg2rad(0.5) * waves[:, 1], np.deg2rad(0.8) * waves[:, 2])
    head = leaning(np.deg2rad(1.5) * waves[:, 3], nothing, np.deg2rad(3.0) * waves[:, 4])
    return replace(
        posture,
        pelvis=posture.pelvis + 0.004 * waves[:, [3, 5, 0]] * np.array([1.0, 0.0, 1.0]),
        thorax_turn=trunk @ posture.thorax_turn,
        head_turn=head @ trunk @ posture.head_turn,
    )


def _repetitions(motion: RecordedMotion, time_s: Curve, at_s: Curve) -> tuple[tuple[float, float, float], ...]:
    """Return start, deepest and end of every squat of the take: between the times at which the knees are nearly as at its start."""
    knee = read_at(motion, at_s).knee_flexion.mean(axis=1)
    low = knee.min()
    bent = knee > low + _BEGUN_SHARE * (knee.max() - low)
    deep = knee > low + 0.5 * (knee.max() - low)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], deep, [False]]).astype(int)))
    found = []
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        start = first - int(np.argmin(bent[first::-1])) if not bent[: first + 1].all() else int(np.argmin(knee[: first + 1]))
        end = stop + int(np.argmin(bent[stop:])) if not bent[stop:].all() else stop + int(np.argmin(knee[stop:]))
        deepest = first + int(np.argmax(knee[first:stop]))
        found.append((float(time_s[start]), float(time_s[deepest]), float(time_s[min(end, time_s.size - 1)])))
    return tuple(found)
