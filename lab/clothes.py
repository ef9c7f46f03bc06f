"""What does a person wear? Cloth as the body's own surface, smoothed, lifted off the skin, and painted where it covers.

For every garment a vertex has a signed distance to the garment's edge (m, positive within), so that an edge is sharp in a picture
although the mesh is coarse.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from jaxtyping import Float, Float32

from lab.room import linear, noise
from lab.scene import Colour, Garment, Looks
from lab.skin import compute_normals
from lab.types import SEGMENTS, Person

#: Columns of `Dressed.paint`: skin, hair or eye colour (linear), distances to the edges of garments (m), mottle, height at rest (m).
RED, GREEN, BLUE, TOP, BOTTOM, SOCK, SHOE, MOTTLE, HEIGHT = range(9)

#: Height of a shoe's sole (m).
SOLE_M = 0.022

Curve = Float[np.ndarray, " vertex"]
Points = Float[np.ndarray, "vertex 3"]


@dataclass(frozen=True)
class Dressed:
    """A person in clothes at rest: the mesh with cloth, its paint, and the clothes' colours.

    `paint` (vertex, 9) has the columns named above; `cloth` (5, 10) one row each for top, bottom, sock, shoe and sole: colour and
    second colour (linear), stripes' period (m, 0: plain), mottle's strength, two unused.
    """

    person: Person
    paint: Float32[np.ndarray, "vertex 9"]
    cloth: Float[np.ndarray, "garment 8"]


def dressed(person: Person, looks: Looks) -> Dressed:
    """Return a person in the clothes of `looks`."""
    body = _Body(person)
    edges = {TOP: body.top_edge(looks), BOTTOM: body.bottom_edge(looks), SOCK: body.sock_edge(looks), SHOE: body.shoe_edge(looks)}
    vertices = _with_cloth(person, looks, edges)
    paint = np.zeros((len(vertices), 9), np.float32)
    paint[:, RED : BLUE + 1] = _region_colours(person, looks)
    for column, edge in edges.items():
        paint[:, column] = edge
    paint[:, MOTTLE] = _mottle(person.vertices, looks.seed)
    paint[:, HEIGHT] = vertices[:, 1]
    rows = [
        _cloth_row(garment)
        for garment in (looks.top, looks.bottom, looks.socks, looks.shoes, Garment(looks.sole, 0.0, 0.0, mottle=0.0))
    ]
    return Dressed(replace(person, vertices=vertices), paint, np.array(rows))


def _cloth_row(garment: Garment | None) -> list[float]:
    if garment is None:
        return [0.0] * 8
    return [*linear(garment.colour), *linear(garment.second), garment.stripe_m, garment.mottle]


class _Body:
    """A person's mesh measured as a tailor does: shares of arms and legs, heights, and how far along an arm."""

    def __init__(self, person: Person) -> None:
        self.at = person.vertices
        self.skeleton = person.skeleton
        self.arm = _share(person, "upper_arm", "forearm", "hand")
        self.head = _share(person, "head")
        self.foot = _share(person, "foot", "toes")
        self.leg = _share(person, "shank") + self.foot
        hip, knee, ankle = (0.5 * (self.joint(f"{name}_l") + self.joint(f"{name}_r")) for name in ("thigh", "shank", "foot"))
        self.hip_y, self.knee_y, self.ankle_y = hip[1], knee[1], ankle[1]
        self.waist_y = 0.6 * self.hip_y + 0.4 * self.joint("thorax")[1]

    def joint(self, name: str) -> Float[np.ndarray, " 3"]:
        return self.skeleton.joint(name)

    def along_arm(self) -> Curve:
        """Return how far from the shoulder each vertex lies along its side's straight arm (share of the arm's length)."""
        out = np.empty(len(self.at))
        for side, where in (("l", self.at[:, 2] < 0), ("r", self.at[:, 2] >= 0)):
            shoulder, wrist = self.joint(f"upper_arm_{side}"), self.joint(f"hand_{side}")
            line = wrist - shoulder
            out[where] = (self.at[where] - shoulder) @ line / (line @ line)
        return out

    def arm_length(self) -> float:
        return float(np.linalg.norm(self.joint("hand_l") - self.joint("upper_arm_l")))

    def bottom_edge(self, looks: Looks) -> Curve:
        """Trousers: from the waist down to their length between hip and ankle; never arms."""
        hem = self.hip_y + (self.ankle_y - self.hip_y) * looks.bottom.length
        within = np.minimum(self.waist_y - self.at[:, 1], self.at[:, 1] - hem)
        return np.asarray(np.where(self.arm > 0.5, -0.05, within))

    def top_edge(self, looks: Looks) -> Curve:
        """A shirt: from the neck to the hem, and along the arms to its sleeves' length or, without sleeves, between the armholes."""
        if looks.top is None:
            return np.full(len(self.at), -0.05)
        neck = self.joint("head")
        hem = self.waist_y - 0.005 if looks.tucked else self.hip_y - 0.02
        shoulder = self.joint("upper_arm_r")
        across, forward = np.abs(self.at[:, 2]), self.at[:, 0] - neck[0]
        collar_y = 0.55 * shoulder[1] + 0.45 * neck[1]
        below_collar = collar_y - 0.5 * np.maximum(forward, 0.0) - self.at[:, 1]
        beside_neck = np.minimum(across - 0.085, neck[1] - self.at[:, 1])
        within = np.minimum(self.at[:, 1] - hem, np.maximum(below_collar, beside_neck))
        sleeve = 0.02 if looks.sleeveless else (looks.top.length - self.along_arm()) * self.arm_length()
        if looks.sleeveless:
            armhole_y = shoulder[1] - 0.09
            strap = np.minimum(shoulder[2] - 0.045 - across, across - 0.035)
            low = np.minimum(armhole_y - self.at[:, 1], (0.4 - self.arm) * 0.1)
            within = np.minimum(within, np.maximum(strap, low))
        # On the trunk no sleeve ends: only vertices that an arm carries ask how far along it they lie.
        within = np.where(self.arm > 0.2, np.minimum(within, sleeve), within)
        hidden = (self.head > 0.6) | (self.leg > 0.5) | ((self.arm > 0.5) & (self.along_arm() > 0.0) & looks.sleeveless)
        return np.asarray(np.where(hidden, -0.05, np.where(self.arm > 0.5, np.minimum(sleeve, 0.05), within)))

    def sock_edge(self, looks: Looks) -> Curve:
        if looks.socks is None:
            return np.full(len(self.at), -0.05)
        hem = self.ankle_y + (self.knee_y - self.ankle_y) * looks.socks.length
        return np.asarray(np.where(self.leg > 0.3, hem - self.at[:, 1], -0.05))

    def shoe_edge(self, looks: Looks) -> Curve:
        """A low shoe: up to just below the ankle's middle, lower over the instep."""
        if looks.shoes is None:
            return np.full(len(self.at), -0.05)
        return np.asarray(np.where(self.leg > 0.3, self.ankle_y - 0.005 - self.at[:, 1], -0.05))


def _share(person: Person, *kinds: str) -> Curve:
    """Return how much of each vertex segments of these kinds carry, both sides."""
    chosen = [number for number, name in enumerate(SEGMENTS) if name.removesuffix("_l").removesuffix("_r") in kinds]
    return np.asarray((person.weights * np.isin(person.carriers, chosen)).sum(axis=1))


def _with_cloth(person: Person, looks: Looks, edges: dict[int, Curve]) -> Points:
    """Return the mesh with smoothed, lifted cloth, hair's volume, and flat soles."""
    average = _averaging(person)
    vertices = person.vertices.copy()
    lift = np.zeros(len(vertices))
    wrinkle = np.zeros(len(vertices))
    for column, garment, rounds in ((TOP, looks.top, 6), (BOTTOM, looks.bottom, 6), (SHOE, looks.shoes, 10)):
        if garment is None:
            continue
        covered = np.clip(edges[column] / 0.01, 0.0, 1.0)
        loose = min(garment.looseness_m / 0.02, 1.0)
        smooth = vertices
        for _ in range(rounds if column == SHOE else int(round(rounds * loose))):
            smooth = average @ smooth
        vertices += covered[:, None] * (smooth - vertices)
        lift = np.maximum(lift, covered * garment.looseness_m)
        if column != SHOE:
            wrinkle = np.maximum(wrinkle, covered * garment.looseness_m * 0.35)
    hair = person.region == 1
    lift = np.where(hair, average @ (hair * 1.0) * looks.hair_volume_m, lift)
    for _ in range(2):
        lift = average @ lift
    folds = _folds(person.vertices, looks.seed)
    vertices = vertices + (lift + wrinkle * folds)[:, None] * compute_normals(vertices, person.triangles)
    if looks.shoes is not None:
        vertices[:, 1] = np.where(vertices[:, 1] < SOLE_M * 0.6, 0.0, vertices[:, 1])
    vertices[:, 1] = np.maximum(vertices[:, 1], 0.0)
    return vertices


def _averaging(person: Person) -> sp.csr_matrix:
    """Return the matrix that takes every vertex half way to the mean of its neighbours."""
    count = len(person.vertices)
    i, j, k = person.triangles.T
    pairs = (np.concatenate([i, j, k, j, k, i]), np.concatenate([j, k, i, i, j, k]))
    near = sp.csr_matrix((np.ones(len(pairs[0])), pairs), shape=(count, count))
    near.data[:] = 1.0
    degree = np.maximum(np.asarray(near.sum(axis=1)).ravel(), 1.0)
    return (0.5 * sp.identity(count) + 0.5 * sp.diags(1.0 / degree) @ near).tocsr()


def _region_colours(person: Person, looks: Looks) -> Float[np.ndarray, "vertex 3"]:
    """Return every vertex' own colour (linear), by region: skin, hair, eye, brow, lip, nail."""
    skin, hair = np.array(linear(looks.skin)), np.array(linear(looks.hair))
    lip = skin * [0.80, 0.52, 0.52]
    table = np.array([skin, hair, linear(looks.eye), 0.6 * hair + 0.4 * 0.5 * skin, lip, skin * 1.1])
    flush = 1.0 + 0.05 * (_mottle(person.vertices, looks.seed + 1)[:, None] * [0.6, 1.0, 1.0])
    return np.asarray(table[person.region] * flush)


def _mottle(vertices: Points, seed: int) -> Curve:
    """Return slow noise over the cloth from -1 to 1."""
    first = [noise(p[0] * 11.0 + p[1] * 5.0, p[1] * 9.0 + p[2] * 11.0, seed & 0xFFFF) for p in vertices]
    return np.asarray(2.0 * np.array(first) - 1.0)


def _folds(vertices: Points, seed: int) -> Curve:
    """Return folds from -1 to 1: longer along a limb than around it."""
    rows = [noise(p[0] * 30.0 + p[2] * 18.0, p[1] * 14.0 + p[2] * 7.0, (seed >> 3) & 0xFFFF) for p in vertices]
    return np.asarray(2.0 * np.array(rows) - 1.0)


def plain_colour(colour: Colour) -> Float[np.ndarray, " 9"]:
    """Return the paint of a bare thing of one colour."""
    return np.array([*linear(colour), -1.0, -1.0, -1.0, -1.0, 0.0, 0.0])
