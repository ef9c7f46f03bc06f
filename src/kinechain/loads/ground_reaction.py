"""What does the ground do to the feet, where no plate measured it? What the whole body's motion needs, given where feet stand.

Newton and Euler tell the force and moment that the whole body needs. Between them and the ground's lie errors of motion and
masses, so the ground's force, its centre of pressure and free moment are found for the whole clip at once, by least squares: near
what the motion needs, near what is usual, slow to change, the centre of pressure inside each foot, forces that push and that
friction can hold. What is left over is the residual at the pelvis. Two feet share evenly: how they do is not to be seen.

The centre of pressure is a belief with a spread, never a finding.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import GroundReaction
from kinechain.evidence import constant
from kinechain.loads.feet import PerFoot, Soles, Stance, Vectors, find_soles, find_stance
from kinechain.loads.motion import Moving
from kinechain.maths.banded_box import least_between

#: Unknowns of a frame: the whole force forward and sideways (shares of body weight), then for each foot how far the centre of
#: pressure lies from its usual place along and across the foot (m), and the free moment (body weight times metres).
_FORCE, _ALONG, _ACROSS, _FREE, _UNKNOWNS = slice(0, 2), (2, 5), (3, 6), (4, 7), 8
_LEVEL = (0, 2)  # the level axes
_UP = 1


@dataclass(frozen=True)
class Standing:
    """The ground reaction of a clip, which feet stand where, and how sure it is where the force acts.

    Spreads, 0 for a foot in the air: of the centre of pressure along and across the foot (`along_sd`, `across_sd`, m), of the level
    force along and across it (`pushed_sd`, N), and of all that a foot bears as a share of it (`shared_sd`).
    """

    ground: GroundReaction
    soles: Soles
    stance: Stance
    along_sd: PerFoot
    across_sd: PerFoot
    pushed_sd: Float[np.ndarray, "time side 2"]
    shared_sd: PerFoot

    @property
    def force_sd(self) -> Vectors:
        """How sure the force is in the world's axes (N)."""
        along, across = self.pushed_sd[..., :1] * self.soles.forward, self.pushed_sd[..., 1:] * self.soles.across
        return np.asarray(np.sqrt(along**2 + across**2 + (self.shared_sd[..., None] * self.ground.force) ** 2))

    @property
    def pressure_sd(self) -> Vectors:
        """How sure the centre of pressure is in the world's axes (m), NaN for a foot in the air."""
        along, across = self.along_sd[..., None] * self.soles.forward, self.across_sd[..., None] * self.soles.across
        return np.where(self.stance[..., None], np.hypot(along, across), np.nan)


@dataclass(frozen=True)
class WholeBody:
    """What a whole body needs from outside: `force` (N), `moment` (Nm) about its `centre` of mass (m), all (time, 3)."""

    force: Float[np.ndarray, "time 3"]
    moment: Float[np.ndarray, "time 3"]
    centre: Float[np.ndarray, "time 3"]


def estimate_ground_reaction(moving: Moving) -> Standing:
    """Return the ground reaction that explains a motion best, for all frames together."""
    body, soles = survey(moving)
    stance = find_stance(soles)
    weight = moving.tree.mass * float(np.linalg.norm(moving.tree.gravity))
    usual = usual_pressure(soles)
    share = stance / stance.sum(axis=1, keepdims=True)
    push = np.maximum(body.force[:, _UP], 0.0)
    system = _System(body, soles, stance, usual, share, push, weight)
    solved = system.solved(moving)
    along, across = (np.stack([solved[:, k] for k in which], axis=1) for which in (_ALONG, _ACROSS))
    pressure = usual + along[..., None] * soles.forward + across[..., None] * soles.across
    force = np.zeros((moving.time_s.size, 2, 3))
    force[..., _UP] = share * push[:, None]
    for axis, level in enumerate(_LEVEL):
        force[..., level] = share * weight * solved[:, axis, None]
    moment = np.zeros_like(force)
    moment[..., _UP] = weight * np.stack([solved[:, k] for k in _FREE], axis=1) * stance
    covariance = system.covariance()
    spreads = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    return Standing(
        GroundReaction(moving.time_s, force, np.where(stance[..., None], pressure, np.nan), moment),
        soles,
        stance,
        np.stack([spreads[:, k] for k in _ALONG], axis=1) * stance,
        np.stack([spreads[:, k] for k in _ACROSS], axis=1) * stance,
        *_force_spreads(share, _along_feet(covariance[:, _FORCE, _FORCE], soles), weight),
    )


def measured_standing(moving: Moving, plates: GroundReaction) -> Standing:
    """Return the ground reaction that plates measured, with the spread of their centre of pressure."""
    _, soles = survey(moving)
    stance = plates.force[..., _UP] > constant("loads.plate_threshold").value
    sd = constant("loads.plate_pressure").si * stance
    return Standing(plates, soles, stance, sd, sd, np.zeros((*stance.shape, 2)), constant("loads.plate_force").value * stance)


def _along_feet(covariance: Float[np.ndarray, "time 2 2"], soles: Soles) -> Float[np.ndarray, "time side 2"]:
    """Return the spread of a level vector along and across each foot, wherever in the world that points."""
    ways = np.stack([soles.forward, soles.across], axis=2)[..., _LEVEL]
    return np.asarray(np.sqrt(np.einsum("tswi,tij,tswj->tsw", ways, covariance, ways)))


def _force_spreads(
    share: PerFoot, level: Float[np.ndarray, "time side 2"], weight: float
) -> tuple[Float[np.ndarray, "time side 2"], PerFoot]:
    """Return how unsure each foot's level force is (N), and how two feet share: by the whole's spread, and what they do unseen."""
    both = ((share > 0.0) & (share < 1.0))[..., None]
    unseen = weight * np.where(both, [constant("loads.pushed_along").value, constant("loads.pushed_apart").value], 0.0)
    whole = weight * share[..., None] * level
    return np.hypot(whole, unseen), np.where(both[..., 0], 2.0 * constant("loads.share").value, 0.0)


def survey(moving: Moving) -> tuple[WholeBody, Soles]:
    """Return what the whole body needs, and its soles, over all frames."""
    masses = np.array([link.mass for link in moving.tree.links])
    bodies, soles = [], []
    for _, dynamics in moving.chunks():
        laid, whole = dynamics.laid, dynamics.whole
        centres = np.stack([laid.place(link.name, link.centre) for link in moving.tree.links])
        centre = np.einsum("l,lti->ti", masses, centres) / masses.sum()
        bodies.append(WholeBody(whole.force.T, whole.about(centre.T).T, centre))
        soles.append(find_soles(laid))
    body = WholeBody(*(np.concatenate([getattr(one, name) for one in bodies]) for name in ("force", "moment", "centre")))
    return body, Soles(
        heel=np.concatenate([one.heel for one in soles]),
        toe=np.concatenate([one.toe for one in soles]),
        forward=np.concatenate([one.forward for one in soles]),
        across=np.concatenate([one.across for one in soles]),
        length=soles[0].length,
    )


def usual_pressure(soles: Soles) -> Vectors:
    """Return where the centre of pressure usually lies under each foot (m): the row `loads.pressure_share`, from heel to toe."""
    return np.asarray(soles.heel + constant("loads.pressure_share").value * (soles.toe - soles.heel))


@dataclass(frozen=True)
class _System:
    """The least squares of a clip: what the body needs, where it stands, how feet share (time, side), the upward push (N)."""

    body: WholeBody
    soles: Soles
    stance: Stance
    usual: Vectors
    share: PerFoot
    push: Float[np.ndarray, " time"]
    weight: float

    def solved(self, moving: Moving) -> Float[np.ndarray, "time unknown"]:
        """Return the unknowns of all frames: evidence and beliefs count by time, and what changes fast costs."""
        seconds = moving.step_s / constant("loads.correlation").value  # what one frame weighs
        rows, wanted = self._rows()
        weighed = rows / self._noise()[:, None]
        blocks = seconds * (np.einsum("tri,trj->tij", weighed, weighed) + np.diag(self._usual_spreads() ** -2.0))
        right = seconds * np.einsum("tri,tr->ti", weighed, wanted / self._noise())
        return least_between(
            *_banded(blocks, right, self._rates() ** -2.0 / moving.step_s, moving.starts), *self._bounds()
        ).reshape(right.shape)

    def covariance(self) -> Float[np.ndarray, "time unknown unknown"]:
        """Return how sure each frame's unknowns are by what it says itself and what is usual; neighbours err alike."""
        rows, _ = self._rows()
        weighed = rows / self._noise()[:, None]
        blocks = np.einsum("tri,trj->tij", weighed, weighed) + np.diag(self._usual_spreads() ** -2.0)
        return np.asarray(np.linalg.inv(blocks))

    def _rows(self) -> tuple[Float[np.ndarray, "time 5 unknown"], Float[np.ndarray, "time 5"]]:
        """Return what is said of the unknowns, over body weight: two level forces, then three moments about the centre of mass."""
        count, up = self.push.size, np.array([0.0, 1.0, 0.0])
        rows = np.zeros((count, 5, _UNKNOWNS))
        rows[:, 0, 0] = rows[:, 1, 1] = 1.0
        arm = self.usual - self.body.centre[:, None]
        pushing = self.share[..., None] * (self.push[:, None, None] / self.weight) * up
        for axis, level in enumerate(_LEVEL):
            along = np.eye(3)[level]
            rows[:, 2:, axis] = (self.share[..., None] * np.cross(arm, along)).sum(axis=1)
        for foot in (0, 1):
            rows[:, 2:, _ALONG[foot]] = np.cross(self.soles.forward[:, foot], pushing[:, foot])
            rows[:, 2:, _ACROSS[foot]] = np.cross(self.soles.across[:, foot], pushing[:, foot])
            rows[:, 2:, _FREE[foot]] = self.stance[:, foot, None] * up
        needed = self.body.moment / self.weight - np.cross(arm, pushing).sum(axis=1)
        return rows, np.column_stack([self.body.force[:, _LEVEL] / self.weight, needed])

    def _noise(self) -> Float[np.ndarray, " 5"]:
        force, moment = constant("loads.force_noise").value, constant("loads.moment_noise").si
        return np.array([force, force, moment, moment, moment])

    def _usual_spreads(self) -> Float[np.ndarray, " unknown"]:
        return self._each("level_force", "pressure_along", "pressure_across", "free_moment")

    def _rates(self) -> Float[np.ndarray, " unknown"]:
        return self._each("level_force_drift", "pressure_drift", "pressure_drift", "free_moment_drift")

    def _each(self, force: str, along: str, across: str, free: str) -> Float[np.ndarray, " unknown"]:
        foot = [constant(f"loads.{name}").si for name in (along, across, free)]
        return np.array([constant(f"loads.{force}").value] * 2 + foot + foot)

    def _bounds(self) -> tuple[Float[np.ndarray, " all"], Float[np.ndarray, " all"]]:
        """Return between which values the unknowns lie: friction, the soles, and nothing for a foot in the air."""
        count = self.push.size
        high = np.empty((count, _UNKNOWNS))
        low = np.empty_like(high)
        grip = constant("loads.friction").value * self.push / self.weight
        high[:, _FORCE] = (grip / np.sqrt(2.0))[:, None]
        low[:, _FORCE] = -high[:, _FORCE]
        at, half = constant("loads.pressure_share").value, 0.5 * constant("sole.width_share").value
        for foot in (0, 1):
            length, on = self.soles.length[foot], self.stance[:, foot]
            high[:, _ALONG[foot]], low[:, _ALONG[foot]] = (1.0 - at) * length * on, -at * length * on
            high[:, _ACROSS[foot]] = half * length * on
            high[:, _FREE[foot]] = grip * half * length * on
            for one in (_ACROSS[foot], _FREE[foot]):
                low[:, one] = -high[:, one]
        return low.ravel(), high.ravel()


def _banded(
    blocks: Float[np.ndarray, "time unknown unknown"],
    right: Float[np.ndarray, "time unknown"],
    drift: Float[np.ndarray, " unknown"],
    starts: Bool[np.ndarray, " time"],
) -> tuple[Float[np.ndarray, "band all"], Float[np.ndarray, " all"]]:
    """Return the lower bands of the blocks along the diagonal and of what neighbours cost that differ: `drift` times the square.

    The first frame of a motion has no neighbour before it.
    """
    count, size = right.shape
    bands = np.zeros((size + 1, count, size))
    for below in range(size):
        bands[below, :, : size - below] = np.diagonal(blocks, -below, axis1=1, axis2=2)
    tied = ~starts[1:, None] * drift
    bands[0, 1:] += tied
    bands[0, :-1] += tied
    bands[size, :-1] = -tied
    return bands.reshape(size + 1, -1), right.ravel()
