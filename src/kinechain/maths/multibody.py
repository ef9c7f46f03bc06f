"""What forces does a known motion of linked rigid bodies need? Newton's and Euler's laws along a tree, all frames together.

A tree of links hangs on the ground. Each link's joint is three places: where the joint sits in the parent, what moves in it, where
it sits in the child; what moves are turns about and slides along axes, each a given function of one coordinate (Delp et al. 2007;
Seth et al. 2010, Minimal formulation of joint motion for biomechanisms). Everything is expressed in the ground's axes, where
forces and moments about one point simply add up over all that hangs on a joint (Featherstone 2008, sections 2.4 and 5.3).

Arrays inside carry time last, so that one operation runs over whole rows of memory; they are never changed once made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kinechain.maths.curves import Curve, Jet

Frames = Float[np.ndarray, "time coordinate"]
Row = Float[np.ndarray, " time"]
Rows = Float[np.ndarray, "coordinate time"]
Vector = Float[np.ndarray, "3 time"]
Matrix = Float[np.ndarray, "3 3 time"]

#: Frames that are worked on together: many enough that calls cost little, few enough that rows stay in the processor's own memory.
_CHUNK = 2048


@dataclass(frozen=True)
class Freedom:
    """One turn about, or slide along, an axis: by a function of the coordinate with this number, or by a constant (None)."""

    axis: Float[np.ndarray, " 3"]
    curve: Curve
    coordinate: int | None


@dataclass(frozen=True)
class Place:
    """Where a joint sits in a segment: its axes as columns, and its origin (m), in the segment's axes."""

    axes: Float[np.ndarray, "3 3"]
    origin: Float[np.ndarray, " 3"]


@dataclass(frozen=True)
class Link:
    """A rigid segment and the joint that it hangs on.

    `parent` is the number of the link it hangs on, -1 the ground. The joint first slides along axes of its place in the parent,
    then turns, one turn after another about axes that turn along. `mass` in kg, its `centre` (m), `inertia` (kg m2) about that
    centre, in the segment's axes.
    """

    name: str
    parent: int
    in_parent: Place
    slides: tuple[Freedom, ...]
    turns: tuple[Freedom, ...]
    in_child: Place
    mass: float
    centre: Float[np.ndarray, " 3"]
    inertia: Float[np.ndarray, "3 3"]


@dataclass(frozen=True)
class Follower:
    """A coordinate that is no freedom of its own: a function of another one, both by their numbers."""

    coordinate: int
    leader: int
    curve: Curve


@dataclass(frozen=True)
class Tree:
    """Linked rigid bodies, each after the one it hangs on; `coordinates` by name, rad or m; `gravity` (m/s2)."""

    coordinates: tuple[str, ...]
    links: tuple[Link, ...]
    followers: tuple[Follower, ...]
    gravity: Float[np.ndarray, " 3"]

    def __post_init__(self) -> None:
        late = [link.name for number, link in enumerate(self.links) if link.parent >= number]
        if late:
            raise ValueError(f"Expected every link after the one it hangs on, got {late[0]} before. Sort them from the ground out.")

    @cached_property
    def at(self) -> dict[str, int]:
        """The number of each coordinate."""
        return {name: number for number, name in enumerate(self.coordinates)}

    @cached_property
    def link_at(self) -> dict[str, int]:
        """The number of each link."""
        return {link.name: number for number, link in enumerate(self.links)}

    @cached_property
    def free(self) -> tuple[str, ...]:
        """The coordinates that follow no other."""
        follow = {follower.coordinate for follower in self.followers}
        return tuple(name for number, name in enumerate(self.coordinates) if number not in follow)

    @property
    def mass(self) -> float:
        """The mass of all links (kg)."""
        return sum(link.mass for link in self.links)

    def with_followers(self, coordinates: Frames) -> Frames:
        """Return the coordinates with those that follow others put where these lead them."""
        led = np.array(coordinates)
        for follower in self.followers:
            led[:, follower.coordinate] = follower.curve.at(led[:, follower.leader]).value
        return led


@dataclass(frozen=True)
class Wrench:
    """A force (3, time) in N and its moment (3, time) in Nm about the ground's origin, both in the ground's axes."""

    force: Vector
    moment: Vector

    def __add__(self, other: "Wrench") -> "Wrench":
        """Return both together."""
        return Wrench(self.force + other.force, self.moment + other.moment)

    def __sub__(self, other: "Wrench") -> "Wrench":
        """Return the first without the second."""
        return Wrench(self.force - other.force, self.moment - other.moment)

    def about(self, point: Vector) -> Vector:
        """Return the moment about a point (3, time)."""
        return np.asarray(self.moment - cross(point, self.force))

    @classmethod
    def at_point(cls, force: Vector, point: Vector, moment: Vector | None = None) -> "Wrench":
        """Return a force that acts at a point, with a moment about that point."""
        arm = cross(point, force)
        return cls(force, arm if moment is None else arm + moment)


class Joint(NamedTuple):
    """One freedom as laid out: what it turns or slides, along which axis in the ground's axes, by which function of time."""

    link: int
    coordinate: int
    axis: Vector
    through: Vector | None
    slope: Row


@dataclass(frozen=True)
class Laid:
    """A tree laid out frame by frame: each link's axes (3, 3, time) and origin (3, time) in the ground's, and its freedoms."""

    tree: Tree
    axes: tuple[Matrix, ...]
    origins: tuple[Vector, ...]
    joints: tuple[Joint, ...]
    coordinates: Frames

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return int(self.coordinates.shape[0])

    def place(self, link: str, point: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "time 3"]:
        """Return where a point fixed to a link is (m)."""
        number = self.tree.link_at[link]
        return np.asarray((self.origins[number] + _turned(self.axes[number], point)).T)

    def forces(self, wrenches: Mapping[int, Wrench]) -> Frames:
        """Return the generalised forces that hold wrenches on links: what each freedom must give for them, by virtual work.

        In N for slides and Nm for turns, of all coordinates: those of followers as if they were free.
        """
        zero = np.zeros((3, self.frames))
        borne: list[Wrench | None] = [wrenches.get(number) for number in range(len(self.tree.links))]
        for number in range(len(self.tree.links) - 1, -1, -1):
            own, parent = borne[number], self.tree.links[number].parent
            if own is not None and parent >= 0:
                before = borne[parent]
                borne[parent] = own if before is None else before + own
        forces = [np.zeros(self.frames) for _ in self.tree.coordinates]
        for joint in self.joints:
            wrench = borne[joint.link]
            if wrench is not None:
                acting = wrench.force if joint.through is None else wrench.about(joint.through)
                forces[joint.coordinate] = forces[joint.coordinate] + joint.slope * dot(joint.axis, acting)
        return np.stack(forces, axis=1) if forces else zero[0][:, None]


class _Moving(NamedTuple):
    """How a link moves, in the ground's axes: its own axes and origin, how fast it spins up, how the origin is accelerated."""

    axes: Matrix
    origin: Vector
    spin: Vector
    spinning_up: Vector
    acceleration: Vector


@dataclass(frozen=True)
class Dynamics:
    """A tree in motion: how it is laid out, and the wrench that moves each link and holds it against gravity."""

    laid: Laid
    needed: tuple[Wrench, ...]

    def forces(self, given: Mapping[int, Wrench]) -> Frames:
        """Return the generalised forces of the motion where wrenches are given to links from outside; see `Laid.forces`."""
        left = dict(enumerate(self.needed))
        for number, wrench in given.items():
            left[number] = left[number] - wrench
        return self.laid.forces(left)

    @property
    def whole(self) -> Wrench:
        """The wrench that the whole tree needs from outside."""
        return reduce(Wrench.__add__, self.needed)


def lay_out(tree: Tree, coordinates: Frames) -> Laid:
    """Return where all links are, at coordinates (rad, m) in the tree's order; followers have to be put in place before."""
    still = np.zeros_like(coordinates)
    return _lay_out(tree, coordinates, still, still)[0]


def move(tree: Tree, coordinates: Frames, rates: Frames, accelerations: Frames) -> Dynamics:
    """Return the dynamics of a motion: coordinates (rad, m), their rates (a second) and accelerations (a second squared)."""
    laid, moving = _lay_out(tree, coordinates, rates, accelerations)
    return Dynamics(laid, tuple(_needed(link, at, tree.gravity) for link, at in zip(tree.links, moving, strict=True)))


def inverse_dynamics(
    tree: Tree, coordinates: Frames, rates: Frames, accelerations: Frames, given: Mapping[str, Wrench] | None = None
) -> Frames:
    """Return the generalised forces (N, Nm) that a motion needs, in the tree's order, wrenches being given to links by name.

    Followers must be in place; their own forces stand apart, as if they were free: see `led_forces`.
    """
    outside = given or {}
    parts = []
    for start in range(0, coordinates.shape[0], _CHUNK):
        chunk = slice(start, start + _CHUNK)
        wrenches = {tree.link_at[name]: Wrench(w.force[:, chunk], w.moment[:, chunk]) for name, w in outside.items()}
        parts.append(move(tree, coordinates[chunk], rates[chunk], accelerations[chunk]).forces(wrenches))
    return np.concatenate(parts) if parts else np.zeros_like(coordinates)


def led_forces(tree: Tree, coordinates: Frames, forces: Frames) -> Frames:
    """Return generalised forces with those of followers handed to the coordinates that lead them, by virtual work."""
    led = np.array(forces)
    for follower in tree.followers:
        led[:, follower.leader] += follower.curve.at(coordinates[:, follower.leader]).slope * led[:, follower.coordinate]
        led[:, follower.coordinate] = 0.0
    return led


def cross(one: Vector, other: Vector) -> Vector:
    """Return the vector product of rows of vectors, components first."""
    ones, others = (
        np.concatenate([one, one]),
        np.concatenate([other, other]),
    )  # x y z x y z: each component has the next two after it
    return np.asarray(ones[1:4] * others[2:5] - ones[2:5] * others[1:4])


def dot(one: Vector, other: Vector) -> Row:
    """Return the scalar product of rows of vectors, components first."""
    return np.asarray(one[0] * other[0] + one[1] * other[1] + one[2] * other[2])


def _lay_out(tree: Tree, coordinates: Frames, rates: Frames, accelerations: Frames) -> tuple[Laid, list[_Moving]]:
    frames = coordinates.shape[0]
    q, qd, qdd = (np.ascontiguousarray(values.T) for values in (coordinates, rates, accelerations))
    nowhere = np.zeros((3, frames))
    ground = _Moving(np.broadcast_to(np.eye(3)[:, :, None], (3, 3, frames)), nowhere, nowhere, nowhere, nowhere)
    moving: list[_Moving] = []
    joints: list[Joint] = []
    for number, link in enumerate(tree.links):
        parent = moving[link.parent] if link.parent >= 0 else ground
        axes = _times(parent.axes, link.in_parent.axes)
        arm = _turned(parent.axes, link.in_parent.origin)
        drift, push = nowhere, nowhere  # of the joint's origin against the parent
        for slide in link.slides:
            along = _turned(axes, slide.axis)
            amount = _followed(slide, q, qd, qdd)
            arm, drift, push = arm + along * amount.value, drift + along * amount.slope, push + along * amount.bend
            if slide.coordinate is not None:
                joints.append(Joint(number, slide.coordinate, along, None, amount.lever))
        spin, spinning_up, through = parent.spin, parent.spinning_up, parent.origin + arm
        acceleration = parent.acceleration + _carried(parent, arm)
        if link.slides:
            acceleration = acceleration + 2.0 * cross(parent.spin, drift) + push
        for turn in link.turns:
            about = _turned(axes, turn.axis)
            amount = _followed(turn, q, qd, qdd)
            spinning_up = spinning_up + about * amount.bend + cross(spin, about) * amount.slope
            spin = spin + about * amount.slope
            axes = _rotated(axes, turn.axis, amount.value)
            if turn.coordinate is not None:
                joints.append(Joint(number, turn.coordinate, about, through, amount.lever))
        axes = _times(axes, link.in_child.axes.T)
        here = _Moving(axes, through, spin, spinning_up, acceleration)
        back = -_turned(axes, link.in_child.origin)
        moving.append(here._replace(origin=through + back, acceleration=acceleration + _carried(here, back)))
    return Laid(tree, tuple(m.axes for m in moving), tuple(m.origin for m in moving), tuple(joints), coordinates), moving


class _Amount(NamedTuple):
    """A freedom's value and its first and second derivative in time; `lever` is its derivative by the coordinate."""

    value: Row
    slope: Row
    bend: Row
    lever: Row


def _followed(freedom: Freedom, q: Rows, qd: Rows, qdd: Rows) -> _Amount:
    at = freedom.coordinate
    if at is None:
        constant = np.broadcast_to(freedom.curve.coefficients[0, 0], q[0].shape)
        none = np.zeros_like(constant)
        return _Amount(constant, none, none, none)
    if freedom.curve.is_identity:
        return _Amount(q[at], qd[at], qdd[at], np.ones_like(q[at]))
    jet: Jet = freedom.curve.at(q[at])
    return _Amount(jet.value, jet.slope * qd[at], jet.slope * qdd[at] + jet.bend * qd[at] ** 2, jet.slope)


def _needed(link: Link, at: _Moving, gravity: Float[np.ndarray, " 3"]) -> Wrench:
    """Return what moves a link and holds it against gravity (Newton and Euler), its moment about the ground's origin."""
    to_centre = _turned(at.axes, link.centre)
    force = link.mass * (at.acceleration + _carried(at, to_centre) - gravity[:, None])
    local_spin, local_up = _into(at.axes, at.spin), _into(at.axes, at.spinning_up)
    local = link.inertia @ local_up + cross(local_spin, link.inertia @ local_spin)
    return Wrench.at_point(force, at.origin + to_centre, _out(at.axes, local))


def _carried(at: _Moving, arm: Vector) -> Vector:
    """Return the acceleration that turning lends to a point at this arm, beside that of the link's own origin."""
    return np.asarray(cross(at.spinning_up, arm) + cross(at.spin, cross(at.spin, arm)))


def _turned(axes: Matrix, vector: Float[np.ndarray, " 3"]) -> Vector:
    """Return a fixed vector in the ground's axes."""
    return np.asarray(vector @ axes)


def _out(axes: Matrix, vector: Vector) -> Vector:
    """Return vectors that are given along axes in the ground's."""
    return np.asarray(np.einsum("ijt,jt->it", axes, vector))


def _into(axes: Matrix, vector: Vector) -> Vector:
    """Return vectors of the ground's axes along others."""
    return np.asarray(np.einsum("jit,jt->it", axes, vector))


def _times(axes: Matrix, fixed: Float[np.ndarray, "3 3"]) -> Matrix:
    """Return axes turned further by a fixed rotation."""
    return axes if np.array_equal(fixed, np.eye(3)) else np.asarray(fixed.T @ axes)


def _rotated(axes: Matrix, axis: Float[np.ndarray, " 3"], angle: Row) -> Matrix:
    """Return axes turned about one of their own fixed directions (Rodrigues)."""
    skew = np.array([[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]])
    return np.asarray(axes + np.sin(angle) * (skew.T @ axes) + (1.0 - np.cos(angle)) * ((skew @ skew).T @ axes))
