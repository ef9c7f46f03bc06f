"""What does a person wear? Cloth as the body's own surface, smoothed, lifted off the skin, and painted where it covers.

For every garment a vertex has a signed distance to the garment's edge (m, positive within), so that an edge is sharp in a picture
although the mesh is coarse.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from jaxtyping import Float, Float32

from lab.room import fill_noise, linear
from lab.scene import Colour, Garment, Looks
from lab.shoes import with_shoes
from lab.skin import compute_normals
from lab.types import SEGMENTS, Person

#: Columns of `Dressed.paint`: skin, hair or eye colour (linear), distances to garments' edges (m), mottle, height at rest (m).
RED, GREEN, BLUE, TOP, BOTTOM, SOCK, SHOE, MOTTLE, HEIGHT = range(9)

#: Height of a shoe's sole (m).
SOLE_M = 0.014

# How often cloth that hangs loose is smoothed; how deep wrinkles are beside how far the cloth stands off.
_CLOTH_ROUNDS, _WRINKLE_SHARE = 6, 0.35

# The foot goes on so far (m) into its shoe.
_SHOE_OVERLAP_M = 0.012

_HAIR = 1  # in lab.bodies.REGIONS

# How noise runs over the body at rest: two rows, each the cycles per metre along x, y and z. Folds are longer along a limb.
_PATCHES = ((11.0, 5.0, 0.0), (0.0, 9.0, 11.0))
_FOLDS = ((30.0, 0.0, 18.0), (0.0, 14.0, 7.0))

# What a vertex that a garment never covers has for its distance to the edge (m).
_NOWHERE_M = -0.05

Curve = Float[np.ndarray, " vertex"]
Points = Float[np.ndarray, "vertex 3"]


@dataclass(frozen=True)
class Dressed:
    """A person in clothes at rest: the mesh with cloth, its paint, and the clothes' colours.

    `paint` (vertex, 9) has the columns named above; `cloth` (5, 8) one row each for top, bottom, sock, shoe and sole: colour and
    second colour (linear), stripes' period (m, 0: plain), mottle's strength.
    """

    person: Person
    paint: Float32[np.ndarray, "vertex 9"]
    cloth: Float[np.ndarray, "garment 8"]


def dressed(person: Person, looks: Looks) -> Dressed:
    """Return a person in the clothes of `looks`."""
    body = _Body(person)
    edges = {TOP: body.top_edge(looks), BOTTOM: body.bottom_edge(looks), SOCK: body.sock_edge(looks), SHOE: body.shoe_edge(looks)}
    paint = np.zeros((len(person.vertices), 9), np.float32)
    paint[:, RED : BLUE + 1] = _region_colours(person, looks)
    for column, edge in edges.items():
        paint[:, column] = edge
    paint[:, MOTTLE] = _noise_at(person.vertices, _PATCHES, looks.seed)
    clothed = replace(person, vertices=_with_cloth(person, looks, edges))
    if looks.shoes is not None:
        clothed, own = with_shoes(clothed, edges[SHOE] > _SHOE_OVERLAP_M, looks.shoes.looseness_m)
        shell = np.full((len(clothed.vertices) - own, 9), _NOWHERE_M, np.float32)
        shell[:, SHOE] = -_NOWHERE_M
        paint = np.vstack([paint, shell])
    paint[:, HEIGHT] = clothed.vertices[:, 1]
    pieces = (looks.top, looks.bottom, looks.socks, looks.shoes, Garment(looks.sole, 0.0, 0.0, mottle=0.0))
    return Dressed(clothed, paint, np.array([_cloth_row(garment) for garment in pieces]))


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
        return np.asarray(np.where(self.arm > 0.5, _NOWHERE_M, within))

    def top_edge(self, looks: Looks) -> Curve:
        """A shirt: from the neck to the hem, and along the arms to its sleeves' length; a tank top ends at its armholes."""
        if looks.top is None:
            return np.full(len(self.at), _NOWHERE_M)
        hem = self.waist_y - 0.005 if looks.tucked else self.hip_y - 0.02
        trunk = np.minimum(self.at[:, 1] - hem, self._neckline(low=looks.sleeveless))
        if looks.sleeveless:
            edge = np.minimum(trunk, self._armholes())
        else:
            sleeve = (looks.top.length - self.along_arm()) * self.arm_length()
            # On the trunk no sleeve ends: only vertices that an arm carries ask how far along it they lie.
            edge = np.where(self.arm > 0.5, sleeve, np.where(self.arm > 0.2, np.minimum(trunk, sleeve), trunk))
        return np.asarray(np.where((self.head > 0.6) | (self.leg > 0.5), _NOWHERE_M, edge))

    def _neckline(self, low: bool) -> Curve:
        """Return how far below a neckline, higher behind than in front, or beside the neck a vertex lies (m)."""
        neck, shoulder_y = self.joint("head"), self.joint("upper_arm_r")[1]
        forward = self.at[:, 0] - neck[0]
        collar_y = shoulder_y - 0.01 if low else 0.55 * shoulder_y + 0.45 * neck[1]
        below = collar_y - (0.8 if low else 0.5) * np.maximum(forward, 0.0) - self.at[:, 1]
        beside = np.minimum(np.abs(self.at[:, 2]) - (0.055 if low else 0.085), neck[1] - self.at[:, 1])
        return np.asarray(np.maximum(below, beside))

    def _armholes(self) -> Curve:
        """Return how far within a tank top's armholes a vertex lies (m): below them, or on a strap, and never on an arm."""
        shoulder = self.joint("upper_arm_r")
        below = shoulder[1] - 0.10 - self.at[:, 1]
        strap = 0.68 * shoulder[2] - np.abs(self.at[:, 2])
        return np.asarray(np.minimum(np.maximum(below, strap), (0.35 - self.arm) * 0.15))

    def sock_edge(self, looks: Looks) -> Curve:
        if looks.socks is None:
            return np.full(len(self.at), _NOWHERE_M)
        hem = self.ankle_y + (self.knee_y - self.ankle_y) * looks.socks.length
        return np.asarray(np.where(self.leg > 0.3, hem - self.at[:, 1], _NOWHERE_M))

    def shoe_edge(self, looks: Looks) -> Curve:
        """A low shoe: up to just below the ankle's middle, lower over the instep."""
        if looks.shoes is None:
            return np.full(len(self.at), _NOWHERE_M)
        return np.asarray(np.where(self.leg > 0.3, self.ankle_y - 0.005 - self.at[:, 1], _NOWHERE_M))


def _share(person: Person, *kinds: str) -> Curve:
    """Return how much of each vertex segments of these kinds carry, both sides."""
    chosen = [number for number, name in enumerate(SEGMENTS) if name.removesuffix("_l").removesuffix("_r") in kinds]
    return np.asarray((person.weights * np.isin(person.carriers, chosen)).sum(axis=1))


def _with_cloth(person: Person, looks: Looks, edges: dict[int, Curve]) -> Points:
    """Return the mesh with smoothed, lifted cloth, hair's volume, and shoes."""
    average = _averaging(person)
    vertices = person.vertices.copy()
    lift = average @ (person.region == _HAIR) * looks.hair_volume_m
    wrinkle = np.zeros(len(vertices))
    for column, garment in ((TOP, looks.top), (BOTTOM, looks.bottom)):
        if garment is None:
            continue
        covered = np.clip(edges[column] / 0.01, 0.0, 1.0)
        smooth = vertices
        for _ in range(round(_CLOTH_ROUNDS * min(garment.looseness_m / 0.02, 1.0))):
            smooth = average @ smooth
        vertices += covered[:, None] * (smooth - vertices)
        lift = np.maximum(lift, covered * garment.looseness_m)
        wrinkle = np.maximum(wrinkle, covered * garment.looseness_m * _WRINKLE_SHARE)
    for _ in range(2):
        lift = average @ lift
    folds = _noise_at(person.vertices, _FOLDS, looks.seed >> 3)
    vertices += (lift + wrinkle * folds)[:, None] * compute_normals(vertices, person.triangles)
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
    flush = 1.0 + 0.05 * (_noise_at(person.vertices, _PATCHES, looks.seed + 1)[:, None] * [0.6, 1.0, 1.0])
    return np.asarray(table[person.region] * flush)


def _noise_at(vertices: Points, cycles: tuple[tuple[float, float, float], ...], seed: int) -> Curve:
    """Return smooth noise over the body from -1 to 1."""
    values = np.empty(len(vertices))
    fill_noise(vertices @ np.array(cycles).T, seed & 0xFFFF, values)
    return 2.0 * values - 1.0


def plain_colour(colour: Colour) -> Float[np.ndarray, " 9"]:
    """Return the paint of a bare thing of one colour."""
    return np.array([*linear(colour), -1.0, -1.0, -1.0, -1.0, 0.0, 0.0])
