"""What flows between the rooms of the lab? Frozen types, in metres, seconds and radians.

The lab's world is OpenSim's: x to where the person faces, y up, z to the person's right; the floor is y = 0 and the person stands
near the origin. A camera looks along its own +z, with x to the right and y down in the picture.

A `Person` (a body drawn from the exported shapes) moves by a `Posture` (what a movement asks for, frame by frame), which
`lab.skeleton` turns into a `Pose` (how every segment lies). A `Scene` and a `Camera` make pictures of it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

Rotation = Float[np.ndarray, "3 3"]

#: Segments, parents before children; left and right are the person's own. Each turns about its own joint (`Skeleton.joints`).
SEGMENTS: tuple[str, ...] = (
    "pelvis",
    "abdomen",
    "thorax",
    "head",
    *(f"{part}_{side}" for side in "lr" for part in ("thigh", "shank", "foot", "toes")),
    *(f"{part}_{side}" for side in "lr" for part in ("upper_arm", "forearm", "hand")),
)

#: The segment that each one hangs on.
PARENTS: dict[str, str] = {
    "abdomen": "pelvis",
    "thorax": "abdomen",
    "head": "thorax",
    **{
        f"{child}_{side}": parent if parent in ("pelvis", "thorax") else f"{parent}_{side}"
        for side in "lr"
        for child, parent in (
            ("thigh", "pelvis"),
            ("shank", "thigh"),
            ("foot", "shank"),
            ("toes", "foot"),
            ("upper_arm", "thorax"),
            ("forearm", "upper_arm"),
            ("hand", "forearm"),
        )
    },
}

#: Points whose true place is stored for every frame, by the pose network's own names, and the segment each is fixed to. Shoulder,
#: elbow, wrist, hip, knee and ankle are joint centres; heel and foot_index points of the foot's skin; nose and ears of the head's.
LANDMARKS: dict[str, str] = {
    "nose": "head",
    "left_ear": "head",
    "right_ear": "head",
    **{
        f"{side}_{point}": f"{segment}_{side[0]}"
        for point, segment in (
            ("shoulder", "upper_arm"),
            ("elbow", "forearm"),
            ("wrist", "hand"),
            ("hip", "thigh"),
            ("knee", "shank"),
            ("ankle", "foot"),
            ("heel", "foot"),
            ("foot_index", "toes"),
        )
        for side in ("left", "right")
    },
}


@dataclass(frozen=True)
class Skeleton:
    """A person's joints and landmarks in the rest posture (m): upright, facing +x, feet flat on y = 0, every rotation the identity.

    `joints` (segment, 3): the centre each segment turns about; the pelvis' is the midpoint of the hip centres. `landmarks`
    (landmark, 3) in the order of `LANDMARKS`.
    """

    joints: Float[np.ndarray, "segment 3"]
    landmarks: Float[np.ndarray, "landmark 3"]

    def joint(self, segment: str) -> Float[np.ndarray, " 3"]:
        """Return the centre about which a segment turns."""
        return np.asarray(self.joints[SEGMENTS.index(segment)])

    def landmark(self, name: str) -> Float[np.ndarray, " 3"]:
        """Return a landmark's place at rest."""
        return np.asarray(self.landmarks[tuple(LANDMARKS).index(name)])

    def length(self, upper: str, lower: str) -> float:
        """Return the distance between two landmarks at rest; within one segment, or from a joint to the next, it never changes."""
        return float(np.linalg.norm(self.landmark(upper) - self.landmark(lower)))

    @property
    def leg_length(self) -> float:
        """Thigh and shank, the mean of both sides."""
        return 0.5 * sum(self.length(f"{s}_hip", f"{s}_knee") + self.length(f"{s}_knee", f"{s}_ankle") for s in ("left", "right"))


@dataclass(frozen=True)
class Person:
    """A rendered person: who, the mesh at rest, and how it hangs on the skeleton.

    `vertices` (vertex, 3) m; `triangles` (triangle, 3) counter-clockwise seen from outside; `weights` (vertex, 4) are the shares of
    the four segments in `carriers` (vertex, 4), together 1; `region` (vertex) indexes `lab.bodies.REGIONS` (skin, hair, eye, ...);
    `mass_kg` comes from the mesh's volume and a density.
    """

    key: int
    group: str
    sex: str
    age_years: int
    stature_m: float
    mass_kg: float
    skeleton: Skeleton
    vertices: Float[np.ndarray, "vertex 3"]
    triangles: Int[np.ndarray, "triangle 3"]
    weights: Float[np.ndarray, "vertex 4"]
    carriers: Int[np.ndarray, "vertex 4"]
    region: UInt8[np.ndarray, " vertex"]


@dataclass(frozen=True)
class Posture:
    """What a movement asks of a body, frame by frame; `lab.skeleton.pose` makes it exact. Side 0 is left, 1 right.

    `pelvis` (time, 3) midpoint of the hip centres; `pelvis_turn`, `thorax_turn`, `head_turn` (time, 3, 3) from the rest posture
    to the world; `ankle` (time, side, 3) ankle centres; `foot_turn` (time, side, 3, 3); `toe_flexion` (time, side) rad, toes up
    positive; `knee_aim` (time, side, 3) where the knee points to (only its part across the line from hip to ankle counts);
    `upper_arm` and `forearm` (time, side, 3) directions from shoulder to elbow and elbow to wrist;
    `contact` (time, side, 2) whether heel and toes bear on something; `seated` (time) whether the buttocks do.
    """

    time_s: Float[np.ndarray, " time"]
    pelvis: Float[np.ndarray, "time 3"]
    pelvis_turn: Float[np.ndarray, "time 3 3"]
    thorax_turn: Float[np.ndarray, "time 3 3"]
    head_turn: Float[np.ndarray, "time 3 3"]
    ankle: Float[np.ndarray, "time 2 3"]
    foot_turn: Float[np.ndarray, "time 2 3 3"]
    toe_flexion: Float[np.ndarray, "time 2"]
    knee_aim: Float[np.ndarray, "time 2 3"]
    upper_arm: Float[np.ndarray, "time 2 3"]
    forearm: Float[np.ndarray, "time 2 3"]
    contact: Bool[np.ndarray, "time 2 2"]
    seated: Bool[np.ndarray, " time"]


@dataclass(frozen=True)
class Pose:
    """How every segment lies in the world: `turns` (time, segment, 3, 3) from the rest posture, `joints` (time, segment, 3) m."""

    time_s: Float[np.ndarray, " time"]
    turns: Float[np.ndarray, "time segment 3 3"]
    joints: Float[np.ndarray, "time segment 3"]


@dataclass(frozen=True)
class Prop:
    """A step, a seat, a wall: a box by its centre and half sizes (m), turned by `yaw_rad` about the vertical."""

    kind: str
    centre: Float[np.ndarray, " 3"]
    half_size: Float[np.ndarray, " 3"]
    yaw_rad: float = 0.0


@dataclass(frozen=True)
class Performance:
    """One movement done by one body: the posture, its repetitions (start, deepest, end in s), and what stands about.

    `held` is `none` or `bar` (across the back of the shoulders); `faults` are what was done badly on purpose.
    """

    posture: Posture
    repetitions: tuple[tuple[float, float, float], ...]
    props: tuple[Prop, ...] = ()
    held: str = "none"
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Camera:
    """A phone. `position` (3,) m; `turn` (time, 3, 3) from the world to the camera, frame by frame: a hand sways by turning."""

    width_px: int
    height_px: int
    focal_px: float
    position: Float[np.ndarray, " 3"]
    turn: Float[np.ndarray, "time 3 3"]

    def project(self, points: Float[np.ndarray, "time *point 3"]) -> Float[np.ndarray, "time *point 2"]:
        """Return where points of the world (m) lie in the picture (px, x right, y down, pixel centres at whole numbers)."""
        turn = self.turn.reshape(self.turn.shape[:1] + (1,) * (points.ndim - 2) + (3, 3))
        seen = np.einsum("...ij,...j->...i", turn, points - self.position)
        middle = [0.5 * (self.width_px - 1), 0.5 * (self.height_px - 1)]
        return np.asarray(self.focal_px * seen[..., :2] / seen[..., 2:] + middle)


@dataclass(frozen=True)
class Truth:
    """What is exactly known of one clip.

    `centres` (time, landmark, 3) m in the order of `LANDMARKS`; `contact` and `seated` as in `Posture`; the camera; the
    repetitions. `facing_rad`: where the person faces, turned from +x towards -z (to the person's left), fixed for the clip.
    """

    time_s: Float[np.ndarray, " time"]
    centres: Float[np.ndarray, "time landmark 3"]
    contact: Bool[np.ndarray, "time 2 2"]
    seated: Bool[np.ndarray, " time"]
    camera: Camera
    repetitions: tuple[tuple[float, float, float], ...]
    facing_rad: float = 0.0

    @cached_property
    def index(self) -> dict[str, int]:
        """Where each landmark is in `centres`."""
        return {name: number for number, name in enumerate(LANDMARKS)}

    def path(self, landmark: str) -> Float[np.ndarray, "time 3"]:
        """Return one landmark's path (m)."""
        return self.centres[:, self.index[landmark]]
