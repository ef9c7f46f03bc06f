"""What does each way of measuring say of a clip? Methods in one list: the product's own, and those it has to be compared with.

A method takes a clip as the product sees it and returns a `Motion`, or None where it refuses. A new one is one more entry of
`METHODS`. Each may also be listed a second time with a linear correction, learned on the tuning persons only.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from jaxtyping import Float

from kinechain.core.types import SIDES, FilmHeader, Keypoints, Motion, Person, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.film_check import examine_film
from kinechain.kinematics.fit import estimate_fitted_motion
from kinechain.kinematics.planar import estimate_planar_motion
from kinechain.kinematics.view import Sight
from kinechain.maths.filters import low_pass
from lab.angles import true_angles
from lab.records import Record, perturbed_keypoints, plan_sha256, record_name
from lab.types import LANDMARKS, Camera, Truth

#: Values of one clip, however many.
Values = Float[np.ndarray, " _"]

#: Reasons to film again that hold for squats only: they count repetitions.
_OF_SQUATS_ONLY = {"too_few_repetitions"}
#: What the network's own 3D, which is centred on the hips and knows no floor, can tell.
_OF_SPACE = ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "thigh_inclination", "trunk_lean", "fppa")
#: Angles between points need no camera.
_NO_CAMERA = Camera(1, 1, 1.0, np.zeros(3), np.eye(3)[None])
#: A correction learned on fewer clips is none.
_FEWEST_CLIPS = 3
#: Huber's constant (robust standard deviations), and how often the weights are found anew.
_HUBER, _ROUNDS, _TINY = 1.345, 20, 1e-12


@dataclass(frozen=True)
class Seen:
    """One clip as the product sees it: its keypoints, what the film check says of them, and who it is told was filmed."""

    keypoints: Keypoints
    examination: Examination
    person: Person
    movement: str

    @property
    def refilm_codes(self) -> tuple[str, ...]:
        """Why the product sends this clip back, without what is asked of squats only where this is none."""
        forgiven = set() if self.movement == "squat" else _OF_SQUATS_ONLY
        reasons = self.examination.quality.reasons
        return tuple(reason.code for reason in reasons if reason.weight is Verdict.REFILM and reason.code not in forgiven)


@dataclass(frozen=True)
class Method:
    """A way to measure: how it is named in the tables, and for which planned views it is shown.

    `comparison_only`: the product refuses what this one says, and its figures stand there only to be compared with.
    `corrected`: its curves are corrected by lines learned on the tuning persons.
    """

    name: str
    estimate: Callable[[Seen], Motion | None]
    views: tuple[str, ...] = ("side", "front", "oblique", "rear")
    comparison_only: bool = False
    corrected: bool = False


@dataclass(frozen=True)
class Line:
    """A linear correction: truth is about `intercept + slope * estimate`, with `spread` left over (all in the quantity's unit)."""

    intercept: float
    slope: float
    spread: float


def see(record: Record, *, perturbed: bool = True) -> Seen:
    """Show the product a clip; with the offsets of the person's marks unless `perturbed` is false."""
    keypoints = perturbed_keypoints(record) if perturbed else record.keypoints
    person = Person(record.who.stature_m, record.who.mass_kg, record.who.age_years, record.who.sex)
    return Seen(keypoints, examine_film(film_header(record), keypoints, mirror_known=True), person, record.movement)


def film_header(record: Record) -> FilmHeader:
    """Return what the clip's file would have said of itself."""
    attributes, time_s = record.keypoints.dataset.attrs, record.keypoints.time_s
    return FilmHeader(
        name=f"{record_name(record.plan)}.mp4",
        sha256=plan_sha256(record.plan),
        codec="h264",
        width_px=int(attributes["width_px"]),
        height_px=int(attributes["height_px"]),
        rotation_deg=0,
        announced_frames=time_s.size,
        announced_duration_s=float(time_s[-1] - time_s[0]),
        announced_fps=float(1.0 / np.median(np.diff(time_s))),
    )


def fit(seen: Seen) -> Motion | None:
    """Return the fit of one skeleton to the whole film; nothing of a film that has to be made again or whose fit is doubted.

    Its intervals are those for rendered people, without what is assumed for the step to real ones.
    """
    if seen.refilm_codes:
        return None
    examination = seen.examination
    exchanged = examination.exchanges.exchanged
    fitted = estimate_fitted_motion(
        seen.keypoints, examination.sight.view, seen.person.height_m, examination.standing, exchanged, to_real=False
    )
    return None if fitted.doubts else fitted.motion


def planar(seen: Seen) -> Motion | None:
    """Return planar angles, none from an oblique view or from a film that has to be made again."""
    if seen.refilm_codes or seen.examination.sight.view is View.OBLIQUE:
        return None
    return _planar_from(seen, seen.examination.sight)


def planar_anyway(seen: Seen) -> Motion | None:
    """Return the picture-plane angles of both legs, sagittal and frontal, whatever the view and the film check say."""
    sight = seen.examination.sight
    if not np.isfinite(sight.azimuth_rad):
        return None
    sagittal = [_planar_from(seen, Sight(View.SIDE, side, _facing(seen.keypoints), sight.azimuth_rad)) for side in SIDES]
    across = seen.keypoints.xy("left_shoulder")[:, 0] - seen.keypoints.xy("right_shoulder")[:, 0]
    view = View.FRONT if np.nanmedian(across) > 0 else View.REAR
    frontal = _planar_from(seen, Sight(view, None, 1, sight.azimuth_rad))
    both = _both_legs(*(motion.dataset for motion in sagittal))
    return Motion(both.merge(frontal.dataset[[name for name in frontal.dataset if name not in both]]))


def network_3d(seen: Seen) -> Motion | None:
    """Return the angles of the network's own 3D points, by the definitions of the truth.

    Up is up in the picture; the sagittal plane is square to the mean direction of the network's own hips over the clip.
    """
    cutoff, gap = constant("filter.cutoff").value, constant("filter.longest_gap").value
    time_s = seen.keypoints.time_s
    # The network's x is right in the picture, y down, z away; turned to right, up, towards the camera.
    points = np.stack([seen.keypoints.xyz(name) for name in LANDMARKS], axis=1) * [1.0, -1.0, -1.0]
    centres = low_pass(points, time_s, cutoff, gap)
    hips = seen.keypoints.xyz("right_hip") - seen.keypoints.xyz("left_hip")
    if not np.isfinite(hips).any():
        return None
    across, _, away = np.nanmean(hips / np.linalg.norm(hips, axis=1, keepdims=True), axis=0)
    nothing = np.zeros((time_s.size, 2, 2), dtype=bool)
    angles = true_angles(Truth(time_s, centres, nothing, nothing[:, 0, 0], _NO_CAMERA, (), float(np.arctan2(across, -away))))
    variables = {}
    for name in _OF_SPACE:
        dims, unit = (("time", "side") if angles[name].ndim == 2 else ("time",)), {"units": "rad"}
        variables[name] = (dims, angles[name], unit)
        variables[f"{name}_sd"] = (dims, np.full(angles[name].shape, np.nan), unit)
    coordinates = {"time": time_s, "side": list(SIDES)}
    return Motion(xr.Dataset(variables, coords=coordinates, attrs={"estimator": "network_3d"}))


#: Every method of the tables, in their order.
METHODS: tuple[Method, ...] = (
    Method("fit", fit),
    Method("planar", planar),
    Method("planar, corrected", planar, corrected=True),
    Method("picture plane anyway", planar_anyway, ("front", "oblique"), comparison_only=True),
    Method("picture plane anyway, corrected", planar_anyway, ("front", "oblique"), comparison_only=True, corrected=True),
    Method("network 3D", network_3d, comparison_only=True),
    Method("network 3D, corrected", network_3d, comparison_only=True, corrected=True),
)


def learn_line(pairs: Iterable[tuple[Values, Values]]) -> Line | None:
    """Return the line from estimate to truth, each clip (estimate, truth) counting the same; None from too few clips.

    Least squares with Huber's weights: frames in which the network slips by tens of degrees must not tilt the line. They do count
    in what it leaves over.
    """
    clips = [(estimate[known], truth[known]) for estimate, truth in pairs if (known := np.isfinite(estimate + truth)).any()]
    if len(clips) < _FEWEST_CLIPS:
        return None
    estimate, truth = (np.concatenate([clip[part] for clip in clips]) for part in (0, 1))
    share = np.concatenate([np.full(clip[0].size, 1.0 / (clip[0].size * len(clips))) for clip in clips])
    weight = share
    for _ in range(_ROUNDS):
        intercept, slope = _weighted_line(estimate, truth, weight)
        left_over = truth - intercept - slope * estimate
        scale = _HUBER * 1.4826 * np.median(np.abs(left_over)) + _TINY
        weight = share * np.minimum(1.0, scale / np.maximum(np.abs(left_over), _TINY))
    return Line(intercept, slope, float(np.sqrt(share @ left_over**2)))


def _weighted_line(estimate: Values, truth: Values, weight: Values) -> tuple[float, float]:
    weight = weight / weight.sum()
    middle, aim = float(weight @ estimate), float(weight @ truth)
    variance = float(weight @ (estimate - middle) ** 2)
    slope = float(weight @ ((estimate - middle) * (truth - aim))) / variance if variance > 0.0 else 0.0
    return aim - slope * middle, slope


def correct(motion: Motion, lines: Mapping[str, Line]) -> Motion:
    """Return the curves that have a line, corrected by it, with the spread that the line left over."""
    dataset = motion.dataset[[name for name in motion.dataset if str(name).removesuffix("_sd") in lines]].copy(deep=True)
    for name, line in lines.items():
        if name in dataset:
            dataset[name] = (line.intercept + line.slope * dataset[name]).assign_attrs(dataset[name].attrs)
            dataset[f"{name}_sd"] = xr.full_like(dataset[name], line.spread).where(np.isfinite(dataset[name]))
    return Motion(dataset)


def _planar_from(seen: Seen, sight: Sight) -> Motion:
    examination = seen.examination
    return estimate_planar_motion(seen.keypoints, sight, seen.person, examination.standing, examination.exchanges.exchanged)


def _facing(keypoints: Keypoints) -> int:
    """Return the way the feet point in the picture: +1 to the right, -1 to the left."""
    forward = sum(keypoints.xy(f"{side}_foot_index")[:, 0] - keypoints.xy(f"{side}_heel")[:, 0] for side in SIDES)
    return 1 if np.nanmedian(forward) >= 0 else -1


def _both_legs(left: xr.Dataset, right: xr.Dataset) -> xr.Dataset:
    """Return the left leg's curves of one motion beside the right leg's of the other; what has no side is taken from the left."""
    both = left.copy(deep=True)
    for name in left:
        if "side" in left[name].dims:
            both[name].loc[{"side": "right"}] = right[name].sel(side="right")
    return both
