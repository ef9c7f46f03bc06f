"""How far off are loads where masses and angles are wrong? Squats made with known forces, told to a body that is not quite theirs.

The truth is a person whose segments weigh up to a sixth more or less than the table has it, in balanced squats of many shapes: the
centre of pressure is where that body's motion needs it. The estimate knows the table's masses and angles that are off by a smooth
error. None of these squats was used to choose a row of evidence.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from bodies import FPS, PERSON, body, squat_posture
from kinechain.app.loads import body_loads
from kinechain.body.model import BodyModel
from kinechain.core.types import GroundReaction, Loads
from kinechain.loads.ground_reaction import survey
from kinechain.loads.joint_moments import SAGITTAL
from kinechain.loads.motion import differentiate
from kinechain.loads.posture import take_posture
from kinechain.maths.filters import low_pass

#: How many squats; the first frames and the last, at which accelerations are not told, are left out.
SQUATS, INNER = 12, slice(6, -6)
#: How people place the centre of pressure: share of the foot from the heel, and its spread (m), as the rows have it.
USUAL, USUAL_SD_M = 0.42, 0.03


@dataclass(frozen=True)
class Told:
    """What the legs bear in truth, and by the estimate."""

    truth: Loads
    estimate: Loads

    def error(self, coordinate: str) -> np.ndarray:
        return (self.estimate.values("moment", "right", coordinate) - self.truth.values("moment", "right", coordinate))[INNER]

    def spread(self, coordinate: str) -> np.ndarray:
        return self.estimate.values("moment_sd", "right", coordinate)[INNER]


def built_otherwise(rng: np.random.Generator) -> BodyModel:
    """A body of the same mass whose segments weigh 6 % more or less each, left and right alike, with centres elsewhere by 4 %."""
    tree = body().tree
    plain = [link.name.removesuffix("_r").removesuffix("_l") for link in tree.links]
    heavier = {name: np.exp(0.06 * rng.normal()) for name in dict.fromkeys(plain)}
    further = {name: np.exp(0.04 * rng.normal()) for name in dict.fromkeys(plain)}
    total = sum(link.mass * heavier[name] for link, name in zip(tree.links, plain, strict=True))
    links = []
    for link, name in zip(tree.links, plain, strict=True):
        more = heavier[name] * PERSON.mass_kg / total
        links.append(replace(link, mass=link.mass * more, inertia=link.inertia * more, centre=link.centre * further[name]))
    return replace(body(), tree=replace(tree, links=tuple(links)))


def smooth_error(rng: np.random.Generator, count: int, sd_deg: float) -> np.ndarray:
    """An error in radians: half its variance a constant, half a slow wave."""
    path = low_pass(np.cumsum(rng.normal(size=count + 200)), np.arange(count + 200) / FPS, 1.0, np.inf)[100:-100]
    wave = path - np.linspace(path[0], path[-1], count)
    return np.asarray(np.deg2rad(sd_deg) * np.sqrt(0.5) * (rng.normal() + wave / wave.std()))


def made(seed: int, sd_deg: float) -> Told:
    """A squat that a person could do: the centre of pressure is under the foot throughout, and about where people have it."""
    rng = np.random.default_rng(seed)
    while True:
        posture = squat_posture(rng.uniform(60, 110), rng.uniform(2, 5), rng.uniform(15, 38), rng.uniform(15, 65))
        arms = np.full(posture.time_s.shape, np.deg2rad(rng.uniform(0, 90)))
        posture, other = replace(posture, shoulder_flexion=arms), built_otherwise(rng)
        motion = take_posture(other, posture)
        needs, soles = survey(differentiate(other.tree, motion))
        height = soles.heel[:, :, 1].mean(axis=1)
        arm = needs.moment[:, 2] + (height - needs.centre[:, 1]) * needs.force[:, 0]
        forward = needs.centre[:, 0] + arm / needs.force[:, 1]
        share = (forward - soles.heel[:, 1, 0]) / soles.length[1]
        off_m = (share.mean() - USUAL) * soles.length[1]
        if share.min() > 0.05 and share.max() < 0.95 and rng.random() < np.exp(-0.5 * (off_m / USUAL_SD_M) ** 2):
            break
    pressure = np.stack([np.column_stack([forward, height, soles.heel[:, foot, 2]]) for foot in (0, 1)], axis=1)
    force = np.repeat(0.5 * needs.force[:, None], 2, axis=1)
    truth = body_loads(other, motion, PERSON, GroundReaction(motion.time_s, force, pressure, 0.0 * force))
    told = {
        name: getattr(posture, name) + smooth_error(rng, motion.time_s.size, sd_deg)
        for name in ("knee_flexion", "shank_inclination", "trunk_lean")
    }
    seen = take_posture(body(), replace(posture, **told, shoulder_flexion=np.full_like(arms, np.deg2rad(45.0))))
    return Told(truth, body_loads(body(), seen, PERSON))


@pytest.fixture(scope="module")
def squats() -> list[Told]:
    """Squats whose angles are off by 2 degrees."""
    return [made(500 + number, 2.0) for number in range(SQUATS)]


def test_moments_are_off_by_a_tenth_of_what_a_deep_squat_asks(squats: list[Told]) -> None:
    off = {name: np.sqrt(np.mean([np.mean(squat.error(name) ** 2) for squat in squats])) for name in SAGITTAL}
    # Of thirty such squats: hip 5.5, knee 7.3, ankle 10.2 Nm; a deep squat asks about 55 Nm of each knee.
    assert off["hip_flexion"] < 7.0
    assert off["knee_angle"] < 9.0
    assert off["ankle_angle"] < 12.0


@pytest.mark.parametrize("coordinate", SAGITTAL)
def test_nine_intervals_of_ten_hold(squats: list[Told], coordinate: str) -> None:
    held = [np.mean(np.abs(squat.error(coordinate)) < 1.645 * squat.spread(coordinate)) for squat in squats]
    assert np.mean(held) > 0.8  # of thirty: 1.00, 1.00 and .89, as these people do share evenly


def test_what_is_left_at_the_pelvis_is_small(squats: list[Told]) -> None:
    left = [np.abs(squat.estimate.dataset["residual_moment"].values[INNER, 2]).max() for squat in squats]
    assert np.median(left) < 15.0
