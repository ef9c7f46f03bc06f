"""Who are the people of the lab? Loads an exported mesh, gives it proportions of its own and anatomical joint centres.

120 people in three groups that share nobody: 20 to tune by, 50 to calibrate with, 50 to test on. Their segments' lengths vary more
than, and about other means than, any prior a fit may assume: on the one real clip with a reference, what the network sees of a man
differs from the plain mesh by 4 to 15 %.

Joint centres are the anatomical ones, not the mesh's own bones: the knee midway between the epicondyles and the ankle midway
between the malleoli, as seen on the skin; the hip by the regression of Harrington et al. 2007 (J Biomech 40:595, doi
10.1016/j.jbiomech.2006.02.003) across, on a pelvic width of assumed size, and at the mesh's own hip bone in height and depth. The
mesh's hip bones lie 3 cm too far out and its knees 2 cm too far forward, which would have everybody stand bent by nine degrees.
"""

from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int, UInt8

from lab.types import LANDMARKS, PARENTS, SEGMENTS, Person, Skeleton

_DATA = Path(__file__).parent / "data" / "bodies.npz"
_SEED = 20261123

#: The groups, by people's keys.
GROUPS: dict[str, range] = {"tune": range(20), "calibrate": range(20, 70), "test": range(70, 120)}

#: What a piece of the mesh's surface is, apart from clothes.
REGIONS: tuple[str, ...] = ("skin", "hair", "eye", "brow", "lip")

#: How much longer segments are than the mesh's: mean and spread. The trunk's mean is above 1 because the meshes' trunks are short
#: (shoulder to hip .268 of stature) beside the .30 of the one real man with a reference.
_STRETCH: dict[str, tuple[float, float]] = {
    "trunk": (1.11, 0.08),
    "thigh": (0.98, 0.05),
    "shank": (0.97, 0.06),
    "foot": (1.0, 0.05),
    "arm": (1.0, 0.04),
}
#: Inter-ASIS distance over stature, and its spread: assumed, about 26 cm in a person of 1.75 m, with a wide spread because the
#: references to which real marks are compared do not agree where the hip is.
_PELVIC_WIDTH = (0.148, 0.015)
#: The middle of the shoulder joint lies nearer to the spine than the mesh's bone of the upper arm begins, by this factor (assumed).
_SHOULDER_IN = 0.95
#: kg/m3 of a living body with the lungs half full.
_DENSITY = 985.0

#: Which bones of the export move with which segment.
_BONES: dict[str, tuple[str, ...]] = {
    "pelvis": ("root", "pelvis", "spine05"),
    "abdomen": ("spine04", "spine03"),
    "thorax": ("spine02", "spine01", "clavicle", "shoulder01", "breast", "neck01"),
    "head": ("neck02", "neck03", "head", "eye"),
    "thigh": ("upperleg",),
    "shank": ("lowerleg",),
    "foot": ("foot",),
    "toes": ("toe",),
    "upper_arm": ("upperarm",),
    "forearm": ("lowerarm",),
    "hand": ("wrist", "finger", "metacarpal"),
}
_ONE_OF_A_KIND = ("pelvis", "abdomen", "thorax", "head")

Points = Float[np.ndarray, "_ 3"]


def load_person(key: int) -> Person:
    """Return one of the lab's people, 0 to 119; the same key is the same person for ever."""
    group = next((name for name, keys in GROUPS.items() if key in keys), None)
    if group is None:
        raise ValueError(f"Expected a person's key from 0 to 119, got {key}. See lab.bodies.GROUPS.")
    export = _export()
    mean, quantum = export["mean"], float(export["quantum_m"])
    vertices = (mean + export["vertices"][key].T.astype(float)) * quantum
    rng = np.random.default_rng([_SEED, key])
    weights, carriers = _weights()
    stature = float(export["stature_m"][key])
    skeleton = _skeleton(vertices, export["heads"][key].astype(float), stature * _within(rng, *_PELVIC_WIDTH))
    triangles = export["triangles"].astype(np.int64)
    factors = {part: _within(rng, *row) for part, row in _STRETCH.items()} | {"girth": 1.0}
    # Stretching changes the mass; the girth gives it back.
    stretched, _ = _stretched(vertices, skeleton, weights, carriers, factors)
    factors["girth"] = float(np.sqrt(_volume(vertices, triangles) / _volume(stretched, triangles)))
    vertices, skeleton = _stretched(vertices, skeleton, weights, carriers, factors)
    return Person(
        key=key,
        group=group,
        sex="f" if export["female"][key] else "m",
        age_years=int(export["age_years"][key]),
        stature_m=stature,
        mass_kg=_DENSITY * _volume(vertices, triangles),
        skeleton=skeleton,
        vertices=vertices,
        triangles=triangles,
        weights=weights,
        carriers=carriers,
        region=_regions(),
    )


def _within(rng: np.random.Generator, mean: float, spread: float) -> float:
    """Draw from a normal distribution cut off at two and a half spreads."""
    return float(np.clip(rng.normal(mean, spread), mean - 2.5 * spread, mean + 2.5 * spread))


@cache
def _export() -> dict[str, np.ndarray]:
    with np.load(_DATA) as file:
        return dict(file)


@cache
def _weights() -> tuple[Float[np.ndarray, "vertex 4"], Int[np.ndarray, "vertex 4"]]:
    """Return the four heaviest segments of every vertex and their shares, bones of one segment taken together."""
    export = _export()
    segment_of = np.array([_segment_of(str(bone)) for bone in export["bone_names"]])
    total = np.zeros((export["bones"].shape[0], len(SEGMENTS)))
    for column in range(export["bones"].shape[1]):
        np.add.at(total, (np.arange(total.shape[0]), segment_of[export["bones"][:, column]]), export["bone_weights"][:, column])
    carriers = np.argsort(-total, axis=1, kind="stable")[:, :4]
    weights = np.take_along_axis(total, carriers, axis=1)
    return weights / weights.sum(axis=1, keepdims=True), carriers


def _segment_of(bone: str) -> int:
    name, _, side = bone.partition(".")
    kind = next(kind for kind, starts in _BONES.items() if name.startswith(starts))
    return SEGMENTS.index(kind if kind in _ONE_OF_A_KIND else f"{kind}_{side.lower()}")


@cache
def _mean_shape() -> tuple[Points, Points]:
    """Return vertices and bone heads averaged over everybody, each brought to a stature of one metre."""
    export = _export()
    scale = 1.0 / export["stature_m"][:, None, None]
    vertices = (export["mean"].T[None] + export["vertices"].astype(float)) * float(export["quantum_m"]) * scale
    return vertices.mean(axis=0).T, (export["heads"] * scale).mean(axis=0)


def _bone(heads: Points, name: str) -> Float[np.ndarray, " 3"]:
    return np.asarray(heads[list(_export()["bone_names"]).index(name)])


@cache
def _ring(bone: str) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"]]:
    """Return the skin vertices that lie furthest left and furthest right at the height of a joint of the leg, on the mean shape."""
    vertices, heads = _mean_shape()
    _, carriers = _weights()
    side = -1.0 if bone.endswith(".L") else 1.0
    leg = [SEGMENTS.index(f"{part}_{bone[-1].lower()}") for part in ("thigh", "shank", "foot")]
    slab = (
        np.isin(carriers[:, 0], leg) & (np.abs(vertices[:, 1] - _bone(heads, bone)[1]) < 0.010) & (side * vertices[:, 2] > 0)
    ).nonzero()[0]
    across = slab[np.argsort(vertices[slab, 2])]
    return across[:4], across[-4:]


@cache
def _tip(kind: str, side: str) -> Int[np.ndarray, " n"]:
    """Return the vertices at the back of the heel, at the tip of the second toe, of the nose or of an ear, on the mean shape."""
    vertices, heads = _mean_shape()
    z = np.where(side == "L", -1.0, 1.0) * vertices[:, 2]
    _, carriers = _weights()
    if kind in ("heel", "toe"):
        foot = np.isin(carriers[:, 0], [SEGMENTS.index(f"{part}_{side.lower()}") for part in ("foot", "toes")])
        at = foot if kind == "heel" else foot & (np.abs(vertices[:, 2] - _bone(heads, f"toe2-3.{side}")[2]) < 0.006)
        key = np.where(at, -vertices[:, 0] if kind == "heel" else vertices[:, 0], -np.inf)
    else:
        head = carriers[:, 0] == SEGMENTS.index("head")
        low = _bone(heads, "eye.L")[1]
        level = head & (vertices[:, 1] > low - 0.04) & (vertices[:, 1] < low + 0.005)
        key = np.where(level, vertices[:, 0] if kind == "nose" else z, -np.inf)
    return np.argsort(-key, kind="stable")[:5]


def _skeleton(vertices: Points, heads: Points, pelvic_width_m: float) -> Skeleton:
    joints = {
        "abdomen": _bone(heads, "spine04"),
        "thorax": _bone(heads, "spine02"),
        "head": _bone(heads, "neck02"),
    }
    landmarks = {"nose": vertices[_tip("nose", "L")].mean(axis=0)}
    for side, name, sign in (("L", "left", -1.0), ("R", "right", 1.0)):
        hip = _bone(heads, f"upperleg01.{side}").copy()
        hip[2] = sign * (0.33 * pelvic_width_m + 0.0073)
        own = {
            "thigh": hip,
            "shank": _middle(vertices, f"lowerleg01.{side}"),
            "foot": _middle(vertices, f"foot.{side}"),
            "toes": np.mean([_bone(heads, f"toe{toe}-1.{side}") for toe in (1, 2, 3, 4, 5)], axis=0),
            "upper_arm": _bone(heads, f"upperarm01.{side}") * [1.0, 1.0, _SHOULDER_IN],
            "forearm": _bone(heads, f"lowerarm01.{side}"),
            "hand": _bone(heads, f"wrist.{side}"),
        }
        joints |= {f"{part}_{side.lower()}": place for part, place in own.items()}
        landmarks |= {
            f"{name}_ear": vertices[_tip("ear", side)].mean(axis=0),
            f"{name}_shoulder": own["upper_arm"],
            f"{name}_elbow": own["forearm"],
            f"{name}_wrist": own["hand"],
            f"{name}_hip": own["thigh"],
            f"{name}_knee": own["shank"],
            f"{name}_ankle": own["foot"],
            f"{name}_heel": vertices[_tip("heel", side)].mean(axis=0),
            f"{name}_foot_index": vertices[_tip("toe", side)].mean(axis=0),
        }
    joints["pelvis"] = 0.5 * (joints["thigh_l"] + joints["thigh_r"])
    return Skeleton(np.array([joints[name] for name in SEGMENTS]), np.array([landmarks[name] for name in LANDMARKS]))


def _middle(vertices: Points, bone: str) -> Float[np.ndarray, " 3"]:
    """Return the point midway between the inmost and outmost skin at a joint of the leg."""
    one, other = _ring(bone)
    return np.asarray(0.5 * (vertices[one].mean(axis=0) + vertices[other].mean(axis=0)))


def _stretched(
    vertices: Points,
    skeleton: Skeleton,
    weights: Float[np.ndarray, "vertex 4"],
    carriers: Int[np.ndarray, "vertex 4"],
    factors: dict[str, float],
) -> tuple[Points, Skeleton]:
    """Return mesh and skeleton with segments stretched along their own lines by their factors, back at the same stature.

    The person then stands on the floor with the ankles' middle above the origin.
    """
    matrices = np.array([_stretch_of(segment, skeleton, factors) for segment in SEGMENTS])
    starts = np.zeros((len(SEGMENTS), 3))
    for child, parent in ((SEGMENTS.index(child), SEGMENTS.index(parent)) for child, parent in PARENTS.items()):
        starts[child] = starts[parent] + matrices[parent] @ (skeleton.joints[child] - skeleton.joints[parent])

    def moved(points: Points, share: Float[np.ndarray, "_ k"], by: Int[np.ndarray, "_ k"]) -> Points:
        local = points[:, None] - skeleton.joints[by]
        return np.asarray(np.einsum("nk,nki->ni", share, starts[by] + np.einsum("nkij,nkj->nki", matrices[by], local)))

    mesh = moved(vertices, weights, carriers)
    fixed_to = np.array([[SEGMENTS.index(segment)] for segment in LANDMARKS.values()])
    marks = moved(skeleton.landmarks, np.ones(fixed_to.shape), fixed_to)
    scale = np.ptp(vertices[:, 1]) / np.ptp(mesh[:, 1])
    feet = 0.5 * (starts[SEGMENTS.index("foot_l")] + starts[SEGMENTS.index("foot_r")])
    origin = np.array([feet[0], mesh[:, 1].min(), feet[2]])
    return (mesh - origin) * scale, Skeleton((starts - origin) * scale, (marks - origin) * scale)


def _stretch_of(segment: str, skeleton: Skeleton, factors: dict[str, float]) -> Float[np.ndarray, "3 3"]:
    """Return the matrix that stretches a segment along its line, and all but head, hands and feet across it by the girth."""
    kind = segment.removesuffix("_l").removesuffix("_r")
    end = {"thigh": "shank", "shank": "foot", "upper_arm": "forearm", "forearm": "hand"}.get(kind)
    if kind in ("foot", "toes"):
        return np.diag([factors["foot"], 1.0, 1.0])
    if kind in ("head", "hand"):
        return np.eye(3)
    line = np.array([0.0, 1.0, 0.0])
    if end is not None:
        line = skeleton.joint(f"{end}_{segment[-1]}") - skeleton.joint(segment)
        line /= np.linalg.norm(line)
    along = {"pelvis": 1.0, "thigh": factors["thigh"], "shank": factors["shank"]}.get(
        kind, factors["trunk"] if kind in ("abdomen", "thorax") else factors["arm"]
    )
    return np.asarray(factors["girth"] * np.eye(3) + (along - factors["girth"]) * np.outer(line, line))


def _volume(vertices: Points, triangles: Int[np.ndarray, "triangle 3"]) -> float:
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    return float(abs(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6.0)


@cache
def _regions() -> UInt8[np.ndarray, " vertex"]:
    """Return what each vertex is, by where it lies on the mean shape's head (in shares of stature about the eyes)."""
    vertices, heads = _mean_shape()
    _, carriers = _weights()
    eye = 0.5 * (_bone(heads, "eye.L") + _bone(heads, "eye.R"))
    x, y, z = (vertices - eye).T
    head = carriers[:, 0] == SEGMENTS.index("head")
    front = x > 0.0
    region = np.zeros(vertices.shape[0], dtype=np.uint8)

    def paint(name: str, where: np.ndarray) -> None:
        region[where] = REGIONS.index(name)

    paint("hair", head & ((y > 0.034) | ((x < -0.045) & (y > -0.03)) | ((y > 0.012) & (x < -0.03))))
    paint("brow", head & front & (np.abs(y - 0.0125) < 0.003) & (np.abs(z) > 0.006) & (np.abs(z) < 0.03))
    paint("lip", head & front & (np.abs(y + 0.040) < 0.005) & (np.abs(z) < 0.014) & (x > 0.004))
    names = [str(name) for name in _export()["bone_names"]]
    eyes = [number for number, name in enumerate(names) if name.startswith("eye")]
    paint("eye", np.isin(_export()["bones"][:, 0], eyes))
    return region
