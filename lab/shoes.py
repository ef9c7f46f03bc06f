"""What shape has a shoe? A closed shell around the foot, laid through cross-sections from heel to toe; toes do not show through."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float, Int

from lab.types import SEGMENTS, Person

#: Cross-sections from heel to toe, and points around each.
_SECTIONS, _AROUND = 22, 16

# The lowest toe box (m), how far the shell bends about the toes' joint (m), and how steep heel and toe caps are.
_TOE_BOX_M, _BEND_M = 0.048, 0.025
_CAP_M = 0.03

Points = Float[np.ndarray, "vertex 3"]
Curve = Float[np.ndarray, " vertex"]
Profile = Float[np.ndarray, " section"]


def with_shoes(person: Person, covered: Bool[np.ndarray, " vertex"], room_m: float) -> tuple[Person, int]:
    """Return the person with both feet in shells `room_m` larger than they are, and how many vertices are the person's own.

    Triangles all of whose corners are `covered` are taken away; the shells' vertices come last.
    """
    shells = [_Shell(person, side, covered, room_m) for side in "lr"]
    own = len(person.vertices)
    kept = person.triangles[~covered[person.triangles].all(axis=1)]
    starts = own + np.array([0, len(shells[0].vertices)])
    return replace(
        person,
        vertices=np.vstack([person.vertices, *(shell.vertices for shell in shells)]),
        triangles=np.vstack([kept, *(shell.triangles + start for shell, start in zip(shells, starts, strict=True))]),
        weights=np.vstack([person.weights, *(shell.weights for shell in shells)]),
        carriers=np.vstack([person.carriers, *(shell.carriers for shell in shells)]),
        region=np.concatenate([person.region, np.zeros(sum(len(shell.vertices) for shell in shells), np.uint8)]),
    ), own


class _Shell:
    """One shoe at rest: vertices, outward triangles, and shares of foot and toes."""

    def __init__(self, person: Person, side: str, covered: Bool[np.ndarray, " vertex"], room_m: float) -> None:
        name = {"l": "left", "r": "right"}[side]
        heel, toe = person.skeleton.landmark(f"{name}_heel"), person.skeleton.landmark(f"{name}_foot_index")
        self._along = (toe - heel) * [1.0, 0.0, 1.0] / np.hypot(toe[0] - heel[0], toe[2] - heel[2])
        self._across = np.cross(self._along, [0.0, 1.0, 0.0])
        self._heel = heel * [1.0, 0.0, 1.0]
        foot = person.vertices[covered & ((person.vertices[:, 2] < 0.0) == (side == "l"))] - self._heel
        self.vertices = self._lay(foot, room_m)
        self.triangles = _shell_triangles()
        self.carriers, self.weights = self._shares(person, side)

    def _lay(self, foot: Float[np.ndarray, "foot 3"], room_m: float) -> Points:
        s, t, y = foot @ self._along, foot @ self._across, foot[:, 1]
        stations = s.min() - room_m + np.linspace(0.0, 1.0, _SECTIONS) * (np.ptp(s) + 2.0 * room_m)
        left, right, top = (_envelope(s, values, stations, sign) for values, sign in ((t, -1.0), (t, 1.0), (y, 1.0)))
        left, right = left - room_m, right + room_m
        top = np.maximum(top + room_m, _TOE_BOX_M)
        ends = np.minimum(stations - stations[0], stations[-1] - stations)
        round_off = np.sqrt(np.clip(1.0 - (1.0 - np.minimum(ends / _CAP_M, 1.0)) ** 2, 0.05, 1.0))
        middle, half = 0.5 * (left + right), 0.5 * (right - left) * round_off
        low = np.where(stations > 0.5 * (stations[0] + stations[-1]), round_off, 1.0) * top
        turn = np.arange(_AROUND) * 2.0 * np.pi / _AROUND
        # A superellipse: upright sides and a flat sole, a rounded upper.
        wide, high = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.6, np.sin(turn)
        high = np.where(high < 0.0, -(np.abs(high) ** 0.35), np.abs(high) ** 0.9)
        across = middle[:, None] + half[:, None] * wide
        up = 0.5 * low[:, None] * (1.0 + high)
        rings = (
            self._heel
            + stations[:, None, None] * self._along
            + across[..., None] * self._across
            + up[..., None] * np.array([0.0, 1.0, 0.0])
        )
        poles = rings[[0, -1]].mean(axis=1)
        return np.vstack([rings.reshape(-1, 3), poles])

    def _shares(self, person: Person, side: str) -> tuple[Int[np.ndarray, "vertex 4"], Float[np.ndarray, "vertex 4"]]:
        joint = (person.skeleton.joint(f"toes_{side}") - self._heel) @ self._along
        s = (self.vertices - self._heel) @ self._along
        toes = np.clip(0.5 + (s - joint) / (2.0 * _BEND_M), 0.0, 1.0)
        carriers = np.tile([SEGMENTS.index(f"foot_{side}"), SEGMENTS.index(f"toes_{side}"), 0, 0], (len(s), 1))
        return carriers, np.column_stack([1.0 - toes, toes, np.zeros_like(s), np.zeros_like(s)])


def _envelope(s: Curve, values: Curve, stations: Profile, sign: float) -> Profile:
    """Return the largest (`sign` 1) or smallest (-1) of the values near each station, smoothed along the foot."""
    reach = 1.2 * (stations[1] - stations[0])
    near = np.abs(s - stations[:, None]) < reach
    outer = np.where(near, sign * values, -np.inf).max(axis=1)
    known = np.isfinite(outer)
    outer = np.interp(stations, stations[known], outer[known])
    for _ in range(3):
        padded = np.concatenate([outer[:1], outer, outer[-1:]])
        outer = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    return np.asarray(sign * outer)


def _shell_triangles() -> Int[np.ndarray, "triangle 3"]:
    """Return the triangles between rings of points and on the two end caps, counter-clockwise from outside."""
    first, last = _SECTIONS * _AROUND, _SECTIONS * _AROUND + 1
    triangles = []
    for step in range(_AROUND):
        following = (step + 1) % _AROUND
        for ring in range(_SECTIONS - 1):
            a, b = ring * _AROUND + step, ring * _AROUND + following
            triangles += [(a, b, b + _AROUND), (a, b + _AROUND, a + _AROUND)]
        end = (_SECTIONS - 1) * _AROUND
        triangles += [(first, following, step), (last, end + step, end + following)]
    return np.array(triangles)
