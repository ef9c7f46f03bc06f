"""Trees of links whose answers can be had another way: made at random, and weighed as point masses of which only paths count.

A rigid body of mass m, centre c and inertia I is seven point masses on its principal axes; what they need, and what they hold of
energy and momentum, follows from where they are, by differences in time. No angular velocity enters, so nothing is shared with
what is tested.
"""

from dataclasses import dataclass

import numpy as np

from kinechain.maths.curves import Curve
from kinechain.maths.multibody import Frames, Freedom, Link, Place, Tree, lay_out

#: Seven points round a middle: weights of the first and the second derivative, for steps of one.
FIRST = np.array([-1.0, 9.0, -45.0, 0.0, 45.0, -9.0, 1.0]) / 60.0
SECOND = np.array([2.0, -27.0, 270.0, -490.0, 270.0, -27.0, 2.0]) / 180.0
AROUND = np.arange(-3, 4)

#: How far the points lie from a body's centre (m), the steps of time (s) and of a coordinate (rad, m) in differences.
_APART, STEP_S, STEP = 0.1, 0.005, 0.005

EARTH = np.array([0.0, -9.80665, 0.0])
IDENTITY = Curve.polynomial([0.0, 1.0])


@dataclass(frozen=True)
class Moment:
    """One instant of a motion: coordinates, rates and accelerations, each (1, coordinate)."""

    coordinates: Frames
    rates: Frames
    accelerations: Frames

    def around(self, step_s: float = STEP_S) -> Frames:
        """Return the coordinates at seven times about the instant, of a motion that is accelerated evenly."""
        after = step_s * AROUND[:, None]
        return np.asarray(self.coordinates + self.rates * after + 0.5 * self.accelerations * after**2)

    def rates_around(self) -> Frames:
        """Return the rates at the same seven times."""
        return np.asarray(self.rates + self.accelerations * STEP_S * AROUND[:, None])


@dataclass(frozen=True)
class PointMasses:
    """A tree as point masses: on which link each is, where in it (m), and its mass (kg), which may be negative."""

    tree: Tree
    link: np.ndarray
    local: np.ndarray
    mass: np.ndarray

    @classmethod
    def of(cls, tree: Tree) -> "PointMasses":
        """Return the points that weigh what the tree weighs, with the same centres and inertias."""
        links, local, mass = [], [], []
        for number, link in enumerate(tree.links):
            spread, axes = np.linalg.eigh(0.5 * np.trace(link.inertia) * np.eye(3) - link.inertia)
            arms = _APART * np.vstack([axes.T, -axes.T])
            outer = np.tile(spread / (2.0 * _APART**2), 2)
            local.append(link.centre + np.vstack([np.zeros(3), arms]))
            mass.append(np.concatenate([[link.mass - outer.sum()], outer]))
            links.append(np.full(7, number))
        return cls(tree, np.concatenate(links), np.vstack(local), np.concatenate(mass))

    def paths(self, coordinates: Frames) -> np.ndarray:
        """Return where the points are, (time, point, 3)."""
        laid = lay_out(self.tree, coordinates)
        axes, origins = np.stack(laid.axes)[self.link], np.stack(laid.origins)[self.link]
        return np.asarray(np.einsum("pijt,pj->tpi", axes, self.local) + np.moveaxis(origins, -1, 0))

    def momentary(self, moment: Moment) -> tuple[np.ndarray, np.ndarray]:
        """Return positions and accelerations of the points at an instant, each (point, 3)."""
        paths = self.paths(moment.around())
        return paths[3], np.einsum("t,tpx->px", SECOND, paths) / STEP_S**2

    def needed(self, moment: Moment) -> np.ndarray:
        """Return the generalised forces of a motion: of each point's m (a - g), by how each coordinate moves it."""
        _, acceleration = self.momentary(moment)
        push = self.mass[:, None] * (acceleration - self.tree.gravity)
        return np.einsum("cpx,px->c", self.moved(moment.coordinates)[0], push)

    def moved(self, coordinates: Frames) -> np.ndarray:
        """Return how each coordinate moves the points, (time, coordinate, point, 3) in m per rad or m."""
        count, size = coordinates.shape
        changed = coordinates[:, None, None] + STEP * AROUND[:, None] * np.eye(size)[:, None]  # time, which, how far, coordinate
        paths = self.paths(changed.reshape(-1, size)).reshape(count, size, AROUND.size, -1, 3)
        return np.asarray(np.einsum("s,tcspx->tcpx", FIRST, paths) / STEP)

    def energy(self, moment: Moment) -> np.ndarray:
        """Return kinetic and potential energy (J) at the seven times."""
        velocity = np.einsum("tc,tcpx->tpx", moment.rates_around(), self.moved(moment.around()))
        kinetic = 0.5 * np.einsum("p,tpx,tpx->t", self.mass, velocity, velocity)
        return np.asarray(kinetic - np.einsum("p,tpx,x->t", self.mass, self.paths(moment.around()), self.tree.gravity))


def made_tree(seed: int, *, floating: bool = False, gravity: np.ndarray = EARTH) -> Tree:
    """Return two to five links on each other at random: turns and slides, plain ones, bent ones, constant ones, shared ones."""
    random = np.random.default_rng(seed)
    links: list[Link] = []
    base = coordinates = 6 if floating else 0
    if floating:
        free = tuple(Freedom(axis, IDENTITY, number) for number, axis in enumerate(np.eye(3)))
        turns = tuple(Freedom(axis, IDENTITY, 3 + number) for number, axis in enumerate(np.eye(3)))
        links.append(_link("base", -1, free, turns, random))
    for number in range(len(links), len(links) + int(random.integers(2, 5))):
        freedoms = []
        for _ in range(int(random.integers(1, 5))):
            kind = random.choice(["plain", "bent", "constant", "shared"]) if coordinates > base else "plain"
            at = int(random.integers(base, coordinates)) if kind == "shared" else coordinates
            coordinates += kind in ("plain", "bent")
            curve = IDENTITY if kind == "plain" else Curve.polynomial(random.uniform(-0.6, 0.6, 1 if kind == "constant" else 4))
            freedoms.append(Freedom(direction(random), curve, None if kind == "constant" else at))
        cut = int(random.integers(0, len(freedoms) + 1))
        parent = int(random.integers(0 if floating else -1, number)) if number else -1
        links.append(_link(f"link{number}", parent, tuple(freedoms[:cut]), tuple(freedoms[cut:]), random))
    return Tree(tuple(f"q{number}" for number in range(coordinates)), tuple(links), (), gravity)


def some_moment(tree: Tree, seed: int) -> Moment:
    """Return an instant of some motion: values up to 1 (rad, m), rates up to 2, accelerations up to 5."""
    q, qd, qdd = np.random.default_rng(seed).uniform(-1.0, 1.0, (3, 1, len(tree.coordinates)))
    return Moment(q, 2.0 * qd, 5.0 * qdd)


def direction(random: np.random.Generator) -> np.ndarray:
    """Return some direction."""
    axis = random.standard_normal(3)
    return np.asarray(axis / np.linalg.norm(axis))


def turned(random: np.random.Generator) -> np.ndarray:
    """Return some rotation."""
    axes, _ = np.linalg.qr(random.standard_normal((3, 3)))
    return np.asarray(axes * np.sign(np.linalg.det(axes)))


def _link(name: str, parent: int, slides: tuple[Freedom, ...], turns: tuple[Freedom, ...], random: np.random.Generator) -> Link:
    sides, axes = random.uniform(0.05, 0.4, 3) ** 2, turned(random)
    mass = random.uniform(0.5, 5.0)
    inertia = axes @ np.diag(mass / 12.0 * (sides.sum() - sides)) @ axes.T
    in_parent, in_child = (Place(turned(random), random.uniform(-0.3, 0.3, 3)) for _ in range(2))
    return Link(name, parent, in_parent, slides, turns, in_child, mass, random.uniform(-0.3, 0.3, 3), inertia)
