"""How does a body model stand in the posture that a film from the side shows? From angles between lines to OpenSim's coordinates.

A film tells lines through joint centres: how far shank and trunk lean, how far the knee is bent between thigh and shank. The model
has coordinates of its own, zero where its segments' axes are; each line is matched by what the model's own joint centres say. What
a film from the side cannot tell is as in a plain squat: both legs alike, in planes that face forward, feet where they stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.body.model import BodyModel
from kinechain.core.types import SIDES, Coordinates
from kinechain.evidence import constant
from kinechain.loads.feet import find_soles
from kinechain.maths.multibody import Frames, lay_out

Curve = Float[np.ndarray, " time"]

#: Knee angles at which the model is asked for its lines (rad): past its range, so that a curve at the border is not cut off.
_KNEES = np.deg2rad(np.arange(-20.0, 161.0, 1.0))
_ROUNDS = 8
_PELVIS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")


@dataclass(frozen=True)
class SagittalPosture:
    """What a film from the side tells over time, in radians: leans forward positive, flexion positive, heels up positive.

    `shoulder_flexion` and `elbow_flexion` may be None where the film does not show the arms; they then hang.
    """

    time_s: Curve
    knee_flexion: Curve
    shank_inclination: Curve
    trunk_lean: Curve
    foot_pitch: Curve
    shoulder_flexion: Curve | None = None
    elbow_flexion: Curve | None = None


def take_posture(model: BodyModel, posture: SagittalPosture, pelvis_share: float | None = None) -> Coordinates:
    """Return the model's coordinates over time in a posture; see `take_postures`. By default the row `loads.pelvis_share` holds."""
    share = constant("loads.pelvis_share").value if pelvis_share is None else pelvis_share
    return take_postures(model, [(posture, share)])[0]


def take_postures(model: BodyModel, postures: Sequence[tuple[SagittalPosture, float]]) -> list[Coordinates]:
    """Return the model's coordinates over time in postures, each with the share of the trunk's lean that the pelvis tilts.

    Nothing marks the pelvis, and nothing is told of the plane across either, so that the oblique axes of knee and ankle let the
    feet slide sideways by up to 4 cm and turn by up to 6 degrees in a deep squat.
    """
    lines = _Lines.of(model)
    columns = _on_feet(model, np.concatenate([_columns(model, lines, posture, share) for posture, share in postures]))
    ends = np.cumsum([posture.time_s.size for posture, _ in postures])
    names = tuple(model.tree.coordinates)
    return [
        Coordinates(posture.time_s, names, values)
        for (posture, _), values in zip(postures, np.split(columns, ends[:-1]), strict=True)
    ]


def _columns(model: BodyModel, lines: "_Lines", posture: SagittalPosture, share: float) -> Frames:
    """Return a posture's coordinates in the tree's order, the pelvis at the world's origin."""
    knee = np.interp(posture.knee_flexion, lines.flexion, _KNEES)
    thigh = np.interp(knee, _KNEES, lines.thigh) - (posture.shank_inclination - posture.knee_flexion)  # turned back, from upright
    tilt = -share * (posture.trunk_lean - lines.trunk(np.zeros(1), np.zeros(1))[0])
    values = {
        "pelvis_tilt": tilt,
        "lumbar_extension": _matched_trunk(lines, tilt, posture.trunk_lean),
        **{f"hip_flexion_{side[0]}": thigh - tilt for side in SIDES},
        **{f"knee_angle_{side[0]}": knee for side in SIDES},
        **{f"ankle_angle_{side[0]}": knee - thigh - posture.foot_pitch for side in SIDES},
    }
    for name, curve in (("arm_flex", posture.shoulder_flexion), ("elbow_flex", posture.elbow_flexion)):
        if curve is not None:
            values |= {f"{name}_{side[0]}": curve for side in SIDES}
    rest = dict(model.rest) | dict.fromkeys(_PELVIS, 0.0)
    return np.column_stack([values.get(name, np.full(posture.time_s.shape, rest[name])) for name in model.tree.coordinates])


def _on_feet(model: BodyModel, columns: Frames) -> Frames:
    """Return coordinates with the pelvis where the toes then stay in one place, on the ground."""
    toes = find_soles(lay_out(model.tree, model.tree.with_followers(columns))).toe.mean(axis=1)
    placed = np.array(columns)
    placed[:, [model.tree.at[name] for name in _PELVIS]] -= toes
    return placed


@dataclass(frozen=True)
class _Lines:
    """What a model's joint centres say: by knee angle the flexion between the lines of thigh and shank and the thigh's own lean.

    `hips_to_back` and `back_to_shoulders` (forward, up, in m) make up the trunk's line in the pelvis's and the torso's axes.
    """

    flexion: Curve
    thigh: Curve
    hips_to_back: Float[np.ndarray, " 2"]
    back_to_shoulders: Float[np.ndarray, " 2"]

    @classmethod
    def of(cls, model: BodyModel) -> "_Lines":
        tree = model.tree
        poses = np.zeros((_KNEES.size, len(tree.coordinates)))
        poses[:, tree.at["knee_angle_r"]] = _KNEES
        laid = lay_out(tree, tree.with_followers(poses))
        joints: Mapping[str, Float[np.ndarray, " 3"]] = {link.name: link.in_parent.origin for link in tree.links}
        hip, knee = laid.place("pelvis", joints["femur_r"]), laid.place("femur_r", joints["tibia_r"])
        ankle = laid.place("tibia_r", joints["talus_r"])
        thigh, shank = _lean(hip - knee), _lean(knee - ankle)
        hips, shoulders = (0.5 * (joints[f"{name}_r"] + joints[f"{name}_l"]) for name in ("femur", "humerus"))
        return cls(shank - thigh, thigh, (joints["torso"] - hips)[:2], shoulders[:2])

    def trunk(self, tilt: Curve, lumbar: Curve) -> Curve:
        """Return how far the line from hips to shoulders leans forward (rad)."""
        lower, upper = _tilted(self.hips_to_back, tilt), _tilted(self.back_to_shoulders, tilt + lumbar)
        return _lean(lower + upper)


def _matched_trunk(lines: _Lines, tilt: Curve, lean: Curve) -> Curve:
    """Return the lumbar extension at which the trunk's line leans so; the line turns nearly as much, so few rounds do."""
    lumbar = np.zeros_like(tilt)
    for _ in range(_ROUNDS):
        lumbar = lumbar + lines.trunk(tilt, lumbar) - lean
    return lumbar


def _tilted(line: Float[np.ndarray, " 2"], angle: Curve) -> Float[np.ndarray, "time 2"]:
    """Return a line (forward, up) turned back by an angle about the axis to the right."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.column_stack([line[0] * cosine - line[1] * sine, line[0] * sine + line[1] * cosine])


def _lean(line: Float[np.ndarray, "time axis"]) -> Curve:
    return np.asarray(np.arctan2(line[:, 0], line[:, 1]))
