"""How like real films are the lab's? The same figures of both, side by side: proportions, marks, noise, tempo, tilt.

Of three real films only such figures are kept, in `data/real_clips.json`; neither pictures nor keypoints of them are in the
repository. One of the three has a reference by two calibrated phones; what needs joint centres is known of that one only.
"""

import json
import math
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from kinechain.app.films import look_at_film
from kinechain.core.types import SIDES, Keypoints
from kinechain.evidence import constant
from kinechain.io.whole import write_whole
from kinechain.kinematics.repetitions import find_repetitions
from kinechain.kinematics.standing import hip_to_ankle_px
from kinechain.maths.filters import low_pass
from kinechain.pose.backend import PoseBackend
from lab.angles import true_angles
from lab.records import OFFSET_POINTS, Record, perturbed_keypoints
from lab.types import Camera

Points = Float[np.ndarray, "time point 3"]
Marks = Float[np.ndarray, "time point 2"]
Curve = Float[np.ndarray, " time"]

REAL_CLIPS = Path(__file__).parent / "data" / "real_clips.json"

#: Standing: frames whose hips are at least this share of their greatest height above the ankles.
_STANDING_SHARE = 0.97
_CHAIN = ("shoulder", "hip", "knee", "ankle")
_JOINTS = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
#: Frames that a camera is fitted to, spread over the clip.
_FITTED_FRAMES = 40
#: What is thought of a phone's focal length before it is fitted: share of the long side, and the spread of its logarithm.
_FOCAL_SHARE, _FOCAL_SPREAD = 0.75, 0.12
#: Reference time is film time less this (the data's README).
REFERENCE_LATE_S = 0.046

_REFERENCE_NAMES = {
    f"{side}_{point}": f"{side[0].upper()}{name}"
    for side in SIDES
    for point, name in zip(_JOINTS, ("Shoulder", "Hip", "Knee", "Ankle", "Heel", "BigToe"), strict=True)
}
_REAL_FILMS = {"squat_side_phone.mp4": "side", "squat_front.mp4": "front", "squat_front_oblique_60fps.mov": "front"}
_WITH_REFERENCE = "squat_front_oblique_60fps.mov"


@dataclass(frozen=True)
class Likeness:
    """The figures of one clip of the lab by name, and what they cost; see `figures_of_marks` and the functions after it."""

    view: str
    movement: str
    frames: int
    render_s: float
    pose_s: float
    figures: Mapping[str, float]


@dataclass(frozen=True)
class RealClip:
    """The same figures of one real film; what is not known of it is missing from them."""

    name: str
    view: str
    figures: Mapping[str, float]


@dataclass(frozen=True)
class _Shown:
    """One figure of the section: its name, how it is called, its unit, and whether it depends on the view."""

    name: str
    title: str
    decimals: int = 1
    of_view: bool = True


_PROPORTIONS = (
    _Shown("true_trunk_to_leg", "trunk over leg, joint centres, standing", 2, of_view=False),
    _Shown("true_trunk_share", "shoulder to hip, % of shoulder to ankle, centres", of_view=False),
    _Shown("true_thigh_share", "hip to knee, the same", of_view=False),
    _Shown("true_shank_share", "knee to ankle, the same", of_view=False),
    _Shown("trunk_to_leg", "trunk over leg, as the network marks them, standing", 2),
    _Shown("trunk_share", "shoulder to hip, % of shoulder to ankle, as marked"),
    _Shown("thigh_share", "hip to knee, as marked"),
    _Shown("shank_share", "knee to ankle, as marked"),
)
_OFFSETS = tuple(
    _Shown(f"offset_{joint}_{axis}", f"mark of the {joint.replace('foot_index', 'toe')} too far {axis}, % of leg, standing")
    for joint in _JOINTS
    for axis in ("out", "up")
)
_FILMING = (
    _Shown("tilt_deg", "camera looks down by, degrees", of_view=False),
    _Shown("person_px", "nose to heels in the measured picture, px, standing", 0, of_view=False),
    _Shown("person_share", "nose to heels, % of the picture's height, standing", 0, of_view=False),
    _Shown("repetition_s", "seconds a squat", of_view=False),
    _Shown("knee_speed_deg_s", "fastest bending of the knee, degrees a second", 0, of_view=False),
)
_NOISE = (
    _Shown("noise", "white noise of a mark from frame to frame, % of leg", 2),
    _Shown("found_share", "frames with the person found, %", 1),
    _Shown("presence", "mean presence", 2),
    _Shown("confidence", "mean confidence of the legs' and shoulders' marks", 2),
)


def likeness_of(record: Record) -> Likeness:
    """Return the figures of one clip of the lab, with the offsets of the person's marks."""
    keypoints, truth = perturbed_keypoints(record), record.truth
    centres = np.stack([truth.path(point) for point in OFFSET_POINTS], axis=1)
    figures = figures_of_marks(keypoints) | figures_of_centres(centres, _standing(keypoints))
    looks = truth.camera.turn[:, 2].mean(axis=0)
    figures["tilt_deg"] = float(np.rad2deg(np.arcsin(-looks[1])))
    if record.movement == "squat":
        figures["knee_speed_deg_s"] = knee_speed_deg_s(true_angles(truth)["knee_flexion"].mean(axis=1), truth.time_s)
        if record.view == "front":
            figures |= figures_of_offsets(keypoints, centres)[0]
    return Likeness(record.view, record.movement, truth.time_s.size, record.cost.render_s, record.cost.pose_s, figures)


def figures_of_marks(keypoints: Keypoints) -> dict[str, float]:
    """Return what the network's marks alone tell: proportions standing, noise, detection, tempo."""
    standing = _standing(keypoints)
    marks = np.stack([keypoints.xy(point) for point in OFFSET_POINTS], axis=1)
    joints = [f"{side}_{joint}" for side in SIDES for joint in _CHAIN]
    presence = keypoints.dataset["presence"].values
    noise = [white_noise(keypoints.xy(joint)) for joint in joints]
    repetitions = [
        keypoints.time_s[repetition.end] - keypoints.time_s[repetition.start] for repetition in find_repetitions(keypoints)
    ]
    heels = 0.5 * (keypoints.xy("left_heel") + keypoints.xy("right_heel"))[standing, 1]
    person_px = float(np.nanmedian(heels - keypoints.xy("nose")[standing, 1]))
    return _proportions(marks, standing) | {
        "person_px": person_px,
        "person_share": 100.0 * person_px / keypoints.dataset.attrs["height_px"],
        "noise": 100.0 * float(np.median(noise)) / _leg_length(marks, standing),
        "found_share": 100.0 * float(np.isfinite(presence).mean()),
        "presence": float(np.nanmean(presence)),
        "confidence": float(np.nanmean(keypoints.dataset["confidence"].sel(keypoint=joints).values)),
        **({"repetition_s": float(np.median(repetitions))} if repetitions else {}),
    }


def figures_of_centres(centres: Points, standing: Bool[np.ndarray, " time"]) -> dict[str, float]:
    """Return proportions between joint centres, in the order of `OFFSET_POINTS`, while standing."""
    return {f"true_{name}": value for name, value in _proportions(centres, standing).items()}


def figures_of_offsets(keypoints: Keypoints, centres: Points) -> tuple[dict[str, float], Camera]:
    """Return by how much marks lie outward of and above the centres in the picture (% of leg length), and the camera fitted for it.

    For a real film the camera is not known, so one is fitted to all marks, for rendered films too: what all marks have in common is
    lost in it. Medians while standing, the mean of both sides; outward is away from the middle of the hips.
    """
    marks = np.stack([keypoints.steady_xy(point) for point in OFFSET_POINTS], axis=1)
    size = (int(keypoints.dataset.attrs["width_px"]), int(keypoints.dataset.attrs["height_px"]))
    camera = fit_camera(centres, marks, size)
    seen, standing = camera.project(centres), _standing(keypoints)
    off = 100.0 * (marks - seen)[standing] / _leg_length(seen, standing)
    hips = [OFFSET_POINTS.index(f"{side}_hip") for side in SIDES]
    left_is_at = float(np.sign(np.median(seen[standing, hips[0], 0] - seen[standing, hips[1], 0])))
    figures = {}
    for joint in _JOINTS:
        left, right = (np.nanmedian(off[:, OFFSET_POINTS.index(f"{side}_{joint}")], axis=0) for side in SIDES)
        figures[f"offset_{joint}_out"] = 0.5 * left_is_at * float(left[0] - right[0])
        figures[f"offset_{joint}_up"] = -0.5 * float(left[1] + right[1])
    return figures, camera


def knee_speed_deg_s(flexion_rad: Curve, time_s: Curve) -> float:
    """Return the greatest speed at which a knee bends or straightens, after the usual low-pass."""
    smooth = low_pass(flexion_rad, time_s, constant("filter.cutoff").value, constant("filter.longest_gap").value)
    return float(np.rad2deg(np.nanmax(np.abs(np.gradient(smooth, time_s)))))


def white_noise(path: Float[np.ndarray, "time 2"]) -> float:
    """Return the spread of what is new in every frame of a path, in its unit and along one axis.

    From third differences, in which smooth movement cancels: white noise of spread s gives them the spread sqrt(20) s. By medians,
    so that a few jumps do not count.
    """
    third = np.diff(path, n=3, axis=0)
    third = third[np.isfinite(third).all(axis=1)]
    spread = 1.4826 * np.median(np.abs(third - np.median(third, axis=0)), axis=0) / math.sqrt(20.0)
    return float(np.sqrt(np.mean(spread**2)))


def fit_camera(centres: Points, marks: Marks, size: tuple[int, int]) -> Camera:
    """Return the camera that best projects centres onto marks: place, turn and focal length, the same in all frames.

    Robust least squares (soft L1 at 1 % of the picture's long side), principal point in the middle, started from in front of the
    person and from 25 degrees to either side. A phone's usual focal length holds it where the marks do not tell.
    """
    from scipy.optimize import least_squares  # imported here: it costs a second or more
    from scipy.spatial.transform import Rotation

    known = np.flatnonzero(np.isfinite(marks).all(axis=(1, 2)))
    chosen = known[np.linspace(0, known.size - 1, min(_FITTED_FRAMES, known.size)).astype(int)]
    points, aims, long_side = centres[chosen], marks[chosen], float(max(size))
    middle = points.reshape(-1, 3).mean(axis=0)
    facing_it = np.array([[0.0, 0.0, -1.0], [0.0, -1.0, 0.0], [-1.0, 0.0, 0.0]])
    height_m, height_px = np.ptp(points[..., 1]), np.ptp(aims[..., 1])

    def camera_of(state: Float[np.ndarray, " 7"]) -> Camera:
        turn = Rotation.from_rotvec(state[:3]).as_matrix() @ facing_it
        focal = _FOCAL_SHARE * long_side * math.exp(state[6])
        away = height_m / height_px * focal * math.exp(state[5])
        position = middle - turn.T @ np.array([state[3] * away, state[4] * away, away])
        return Camera(*size, focal, position, turn[None])

    def residuals(state: Float[np.ndarray, " 7"]) -> Float[np.ndarray, " residual"]:
        off = (camera_of(state).project(points) - aims) / (0.01 * long_side)
        return np.append(off.ravel(), state[6] / _FOCAL_SPREAD)

    starts = [np.array([0.0, np.deg2rad(azimuth), 0.0, 0.0, 0.0, 0.0, 0.0]) for azimuth in (-25.0, 0.0, 25.0)]
    fits = [least_squares(residuals, start, loss="soft_l1", max_nfev=60) for start in starts]
    return camera_of(min(fits, key=lambda fit: float(fit.cost)).x)


def measure_real_clips(data: Path, backend: PoseBackend) -> tuple[RealClip, ...]:
    """Return the figures of the real films in the folder of shared data, each film measured once by the product."""
    clips = []
    for name, view in _REAL_FILMS.items():
        keypoints = look_at_film(data / "video" / name, backend, mirrored=False).keypoints
        figures = figures_of_marks(keypoints)
        if name == _WITH_REFERENCE:
            figures |= _figures_of_reference(keypoints, data / "mocap" / "squat_front_oblique_two_camera_reference.csv")
        clips.append(RealClip(name, view, figures))
    return tuple(clips)


def write_real_clips(clips: Iterable[RealClip], path: Path = REAL_CLIPS) -> None:
    """Write the figures of the real films, rounded to what they are worth, in place of older ones."""
    rounded = [asdict(clip) | {"figures": {name: round(value, 4) for name, value in clip.figures.items()}} for clip in clips]
    write_whole(path, json.dumps({"clips": rounded}, indent=1, sort_keys=True) + "\n", replace=True)


def read_real_clips(path: Path = REAL_CLIPS) -> tuple[RealClip, ...]:
    """Read the figures of the real films."""
    return tuple(RealClip(**clip) for clip in json.loads(path.read_text(encoding="utf-8"))["clips"])


def realism_section(likenesses: Iterable[Likeness], real: Iterable[RealClip]) -> list[str]:
    """Return the section of the page that sets the lab's figures beside the real films', as lines of Markdown."""
    squats, clips = [clip for clip in likenesses if clip.movement == "squat"], list(real)
    section = partial(_comparison, squats, clips)
    return [
        "## How like real films are these?",
        "",
        *paragraph(
            "The same figures of the lab's squats and of three real films of three men. *Inside*: within the lab's 5th to 95th "
            "percentile; *at the edge*: only between its least and greatest. A figure that depends on the view is compared within "
            f"the view. Only `{_WITH_REFERENCE}` has a reference: joint centres triangulated from two calibrated phones, "
            "themselves good to a few centimetres, so what hangs on centres is rough there. Its camera is not known: one camera "
            "was fitted robustly to all marks of the film, and in the same way to each rendered film, so that offsets are "
            "comparable; what all marks share is lost in it."
        ),
        "",
        *section(_PROPORTIONS + _OFFSETS + _FILMING),
        "",
        *paragraph(
            "How steadily the network marks, and how surely it finds, in rendered and in real pictures (white noise by third "
            "differences, the median of shoulders, hips, knees and ankles):"
        ),
        "",
        *section(_NOISE),
        "",
    ]


def paragraph(text: str) -> list[str]:
    """Return a text as the lines of a Markdown file."""
    return textwrap.wrap(text, 120, break_long_words=False, break_on_hyphens=False)


def _comparison(squats: list[Likeness], clips: list[RealClip], shown: Iterable[_Shown]) -> list[str]:
    rows = ["| figure | real film | real | lab, 5 to 95 % | lab, least to greatest | |", "|---|---|---|---|---|---|"]
    for figure in shown:
        for clip in (clip for clip in clips if figure.name in clip.figures):
            pool = [one for one in squats if figure.name in one.figures and (not figure.of_view or one.view == clip.view)]
            values = np.array([one.figures[figure.name] for one in pool])
            title = f"{figure.title}, {clip.view}" if figure.of_view else figure.title
            rows.append(f"| {title} | `{clip.name}` | {_comparison_cells(clip.figures[figure.name], values, figure.decimals)} |")
    return rows


def _comparison_cells(real: float, lab: Float[np.ndarray, " clip"], decimals: int) -> str:
    if not lab.size:
        return f"{real:.{decimals}f} | - | - | no such film in the lab"
    least, low, high, most = np.quantile(lab, [0.0, 0.05, 0.95, 1.0])
    verdict = "inside" if low <= real <= high else "at the edge" if least <= real <= most else "**outside**"
    spans = (f"{a + 0.0:.{decimals}f} to {b + 0.0:.{decimals}f}" for a, b in ((low, high), (least, most)))
    return " | ".join([f"{real:.{decimals}f}", *spans, verdict])


def _figures_of_reference(keypoints: Keypoints, path: Path) -> dict[str, float]:
    reference = np.genfromtxt(path, delimiter=",", names=True)
    time_s = np.asarray(reference["time_s"], dtype=float)
    at_film = partial(np.interp, keypoints.time_s - REFERENCE_LATE_S, time_s)
    centres = np.stack(
        [np.column_stack([at_film(reference[f"{_REFERENCE_NAMES[point]}_{axis}_m"]) for axis in "xyz"]) for point in OFFSET_POINTS],
        axis=1,
    )
    flexion = np.deg2rad(0.5 * (reference["reference_knee_flexion_l_deg"] + reference["reference_knee_flexion_r_deg"]))
    offsets, camera = figures_of_offsets(keypoints, centres)
    return (
        figures_of_centres(centres, _standing(keypoints))
        | offsets
        | {
            "tilt_deg": float(np.rad2deg(np.arcsin(-camera.turn[0, 2, 1]))),
            "knee_speed_deg_s": knee_speed_deg_s(flexion, time_s),
        }
    )


def _standing(keypoints: Keypoints) -> Bool[np.ndarray, " time"]:
    height = hip_to_ankle_px(keypoints)
    return np.asarray(height >= _STANDING_SHARE * np.nanpercentile(height, 95))


def _proportions(points: Float[np.ndarray, "time point axis"], standing: Bool[np.ndarray, " time"]) -> dict[str, float]:
    trunk, thigh, shank = _segments(points, standing)
    whole = trunk + thigh + shank
    return {
        "trunk_to_leg": trunk / (thigh + shank),
        "trunk_share": 100.0 * trunk / whole,
        "thigh_share": 100.0 * thigh / whole,
        "shank_share": 100.0 * shank / whole,
    }


def _segments(points: Float[np.ndarray, "time point axis"], standing: Bool[np.ndarray, " time"]) -> tuple[float, float, float]:
    """Return trunk (between the middles of shoulders and hips), thigh and shank (mean of both sides), medians while standing."""
    at = {point: points[standing, number] for number, point in enumerate(OFFSET_POINTS)}
    middle = {joint: 0.5 * (at[f"left_{joint}"] + at[f"right_{joint}"]) for joint in ("shoulder", "hip")}
    trunk = float(np.nanmedian(np.linalg.norm(middle["shoulder"] - middle["hip"], axis=1)))
    thigh, shank = (
        float(np.mean([np.nanmedian(np.linalg.norm(at[f"{side}_{upper}"] - at[f"{side}_{lower}"], axis=1)) for side in SIDES]))
        for upper, lower in pairwise(("hip", "knee", "ankle"))
    )
    return trunk, thigh, shank


def _leg_length(points: Float[np.ndarray, "time point axis"], standing: Bool[np.ndarray, " time"]) -> float:
    _, thigh, shank = _segments(points, standing)
    return thigh + shank
