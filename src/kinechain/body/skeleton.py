"""Where is every point of the skeleton at given joint angles, and how does it move with each? Forward kinematics, exact Jacobians.

The world is OpenSim's: y up, and, for a body with all angles 0, x forward and z to the body's right. Coordinates carry OpenSim's
names and signs. The pelvis turns by rotation, obliquity, tilt in this order (Baker 2001), so that any heading is alike; every
other joint by flexion, adduction, rotation, as OpenSim's hip does. Pelvis and trunk meet between the hip joint centres.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.core.types import SIDES

Frames = Float[np.ndarray, "time coordinate"]

#: Axes: forward, up, right.
_X, _Y, _Z = 0, 1, 2


@dataclass(frozen=True)
class Turn:
    """One rotation of the chain: its coordinate, the one it follows, its axis (0 x, 1 y, 2 z), its sign, the point it is about."""

    name: str
    follows: str | None
    axis: int
    sign: float
    about: str


def _leg(side: str) -> tuple[Turn, ...]:
    s, mirrored = side[0], 1.0 if side == "right" else -1.0
    return (
        Turn(f"hip_flexion_{s}", "pelvis_tilt", _Z, 1.0, f"{side}_hip"),
        Turn(f"hip_adduction_{s}", f"hip_flexion_{s}", _X, mirrored, f"{side}_hip"),
        Turn(f"hip_rotation_{s}", f"hip_adduction_{s}", _Y, mirrored, f"{side}_hip"),
        Turn(f"knee_angle_{s}", f"hip_rotation_{s}", _Z, -1.0, f"{side}_knee"),
        Turn(f"ankle_angle_{s}", f"knee_angle_{s}", _Z, 1.0, f"{side}_ankle"),
        Turn(f"subtalar_angle_{s}", f"ankle_angle_{s}", _X, mirrored, f"{side}_ankle"),
        Turn(f"foot_rotation_{s}", f"subtalar_angle_{s}", _Y, mirrored, f"{side}_ankle"),
    )


TURNS: tuple[Turn, ...] = (
    Turn("pelvis_rotation", None, _Y, 1.0, "pelvis"),
    Turn("pelvis_list", "pelvis_rotation", _X, 1.0, "pelvis"),
    Turn("pelvis_tilt", "pelvis_list", _Z, 1.0, "pelvis"),
    Turn("lumbar_extension", "pelvis_tilt", _Z, 1.0, "pelvis"),
    Turn("lumbar_bending", "lumbar_extension", _X, 1.0, "pelvis"),
    Turn("lumbar_rotation", "lumbar_bending", _Y, 1.0, "pelvis"),
    *_leg("right"),
    *_leg("left"),
)

#: All coordinates of one frame: where the middle of the hip joint centres is (m), then the angles (rad).
COORDINATES: tuple[str, ...] = ("pelvis_tx", "pelvis_ty", "pelvis_tz", *(turn.name for turn in TURNS))
AT: dict[str, int] = {name: number for number, name in enumerate(COORDINATES)}

#: The last turn of each segment: what is fixed to the segment turns with it.
CARRIER: dict[str, str] = {
    "pelvis": "pelvis_tilt",
    "trunk": "lumbar_rotation",
    **{
        f"{side}_{segment}": f"{turn}_{side[0]}"
        for side in SIDES
        for segment, turn in (("thigh", "hip_rotation"), ("shank", "knee_angle"), ("foot", "foot_rotation"))
    },
}

#: The points, with the segment that carries each: joint centres, and two points of the foot.
POINTS: dict[str, str] = {
    **{f"{side}_shoulder": "trunk" for side in SIDES},
    **{f"{side}_hip": "pelvis" for side in SIDES},
    **{f"{side}_knee": f"{side}_thigh" for side in SIDES},
    **{f"{side}_ankle": f"{side}_shank" for side in SIDES},
    **{f"{side}_heel": f"{side}_foot" for side in SIDES},
    **{f"{side}_foot_index": f"{side}_foot" for side in SIDES},
}
POINT_AT: dict[str, int] = {name: number for number, name in enumerate(POINTS)}

#: What is as long as the body makes it: trunk (hips to shoulders), half breadths, thigh, shank, ankle's height above the sole,
#: heel behind and big toe before the ankle.
LENGTHS: tuple[str, ...] = ("trunk", "shoulder", "hip", "thigh", "shank", "ankle", "heel", "toe")

#: Where our two points of the foot are, by definition: so high above the sole of a flat foot, as shares of the ankle's height.
FOOT_HEIGHTS: dict[str, float] = {"heel": 0.3, "foot_index": 0.2}

#: For each point the lengths that place it from its segment's own joint: (length, axis, share), left and right mirrored along z.
_PLACES: dict[str, tuple[tuple[str, int, float], ...]] = {
    "shoulder": (("trunk", _Y, 1.0), ("shoulder", _Z, 1.0)),
    "hip": (("hip", _Z, 1.0),),
    "knee": (("thigh", _Y, -1.0),),
    "ankle": (("shank", _Y, -1.0),),
    "heel": (("ankle", _Y, FOOT_HEIGHTS["heel"] - 1.0), ("heel", _X, -1.0)),
    "foot_index": (("ankle", _Y, FOOT_HEIGHTS["foot_index"] - 1.0), ("toe", _X, 1.0)),
}

_TURN_AT = {turn.name: number for number, turn in enumerate(TURNS)}
_SIGNS = np.array([turn.sign for turn in TURNS])
_CARRIERS = np.array([_TURN_AT[CARRIER[segment]] for segment in POINTS.values()])


def _line(number: int) -> list[int]:
    """Return a turn and all that it follows."""
    follows = TURNS[number].follows
    return [number] if follows is None else [*_line(_TURN_AT[follows]), number]


#: Which turns move which point.
_MOVES = np.zeros((len(POINTS), len(TURNS)), dtype=bool)
for _number, _carrier in enumerate(_CARRIERS):
    _MOVES[_number, _line(int(_carrier))] = True


def _placing() -> Float[np.ndarray, "length point 3"]:
    placing = np.zeros((len(LENGTHS), len(POINTS), 3))
    for name, number in POINT_AT.items():
        side, point = name.split("_", 1)
        for length, axis, share in _PLACES[point]:
            mirrored = -1.0 if axis == _Z and side == "left" else 1.0
            placing[LENGTHS.index(length), number, axis] = share * mirrored
    return placing


#: How far each length places each point from its segment's joint, in the segment's axes.
_PLACING = _placing()


@dataclass(frozen=True)
class Laid:
    """A skeleton laid out frame by frame.

    `points` (time, point, 3) in the order of `POINTS` (m); `turns` (time, turn, 3, 3) from each turn's own axes to the world;
    `axes` (time, turn, 3) about which each turns with its coordinate, and `origins` (time, turn, 3) through which (m).
    """

    points: Float[np.ndarray, "time point 3"]
    turns: Float[np.ndarray, "time turn 3 3"]
    axes: Float[np.ndarray, "time turn 3"]
    origins: Float[np.ndarray, "time turn 3"]

    @property
    def carriers(self) -> Float[np.ndarray, "time point 3 3"]:
        """The axes of the segment that carries each point."""
        return np.asarray(self.turns[:, _CARRIERS])

    def by_coordinate(self, places: Float[np.ndarray, "time point 3"]) -> Float[np.ndarray, "time point 3 coordinate"]:
        """Return how places fixed to the points' carriers move with every coordinate (m per m, m per rad)."""
        points, turns = np.nonzero(_MOVES)
        arm = places[:, points] - self.origins[:, turns]
        axis = self.axes[:, turns]
        moves = np.zeros((places.shape[0], len(POINTS), 3, len(COORDINATES)))
        moves[..., :3] = np.eye(3)
        flat = moves.reshape(places.shape[0], -1)
        for along in (_X, _Y, _Z):
            second, third = (along + 1) % 3, (along + 2) % 3
            spots = np.ravel_multi_index((points, along, 3 + turns), moves.shape[1:])
            flat[:, spots] = axis[..., second] * arm[..., third] - axis[..., third] * arm[..., second]
        return moves

    def by_log_length(self, lengths: Float[np.ndarray, " length"]) -> Float[np.ndarray, "time point 3 length"]:
        """Return how the points move with the logarithm of every length (m), each stretching what lies between pelvis and point."""
        own = np.einsum("tpij,lpj->tpil", self.carriers, _PLACING * lengths[:, None, None])
        moves = np.array(own)
        for name, number in POINT_AT.items():
            side, point = name.split("_", 1)
            for before in _BEFORE[point]:
                moves[:, number] += own[:, POINT_AT[f"{side}_{before}"]]
        return np.asarray(moves)


#: The points between the pelvis and each point.
_BEFORE: dict[str, tuple[str, ...]] = {
    "shoulder": (),
    "hip": (),
    "knee": ("hip",),
    "ankle": ("hip", "knee"),
    "heel": ("hip", "knee", "ankle"),
    "foot_index": ("hip", "knee", "ankle"),
}


def lay_out(coordinates: Frames, lengths: Float[np.ndarray, " length"]) -> Laid:
    """Return where everything is: coordinates (m, rad) in the order of `COORDINATES`, lengths (m) in that of `LENGTHS`."""
    count = coordinates.shape[0]
    turns = np.empty((len(TURNS), 3, 3, count))  # time comes last in here: whole rows of memory at once
    axes, origins, points = (np.empty((size, 3, count)) for size in (len(TURNS), len(TURNS), len(POINTS)))
    local = np.einsum("l,lpj->pj", lengths, _PLACING)
    pelvis = coordinates[:, :3].T
    angles = _SIGNS[:, None] * coordinates[:, 3:].T
    cosines, sines = np.cos(angles), np.sin(angles)
    upright = np.broadcast_to(np.eye(3)[:, :, None], (3, 3, count))
    placed: dict[str, Float[np.ndarray, "3 time"]] = {"pelvis": pelvis}
    for number, (turn, cosine, sine) in enumerate(zip(TURNS, cosines, sines, strict=True)):
        before, after = turns[_TURN_AT[turn.follows]] if turn.follows else upright, turns[number]
        second, third = (turn.axis + 1) % 3, (turn.axis + 2) % 3
        origins[number] = placed[turn.about]
        axes[number] = turn.sign * before[:, turn.axis]
        after[:, turn.axis] = before[:, turn.axis]
        after[:, second] = cosine * before[:, second] + sine * before[:, third]
        after[:, third] = cosine * before[:, third] - sine * before[:, second]
        for name in _CARRIED.get(turn.name, ()):
            joint = origins[number] if POINTS[name] != "pelvis" else pelvis
            placed[name] = points[POINT_AT[name]] = joint + np.einsum("ijt,j->it", after, local[POINT_AT[name]])
    return Laid(*(np.ascontiguousarray(np.moveaxis(values, -1, 0)) for values in (points, turns, axes, origins)))


#: The points that are placed once a turn is laid.
_CARRIED: dict[str, tuple[str, ...]] = {
    carrier: tuple(name for name, segment in POINTS.items() if CARRIER[segment] == carrier) for carrier in set(CARRIER.values())
}
