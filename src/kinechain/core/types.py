"""What flows between the rooms? Frozen types, checked once in the constructor, then trusted.

A film becomes `Picture`s, these become `Keypoints`, these a `Motion`; from a motion come `Repetition`s and `Measure`s. What could
not be judged is a `Reason`. Inside: SI units and radians, picture coordinates in pixels of the upright picture (x right, y down).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, UInt8

from kinechain.core.errors import UsageError
from kinechain.core.units import INTERVAL_LEVEL, NORMAL_SHIFTS

#: The 33 landmarks of BlazePose, in the network's order. Left and right are the person's own.
KEYPOINT_NAMES: tuple[str, ...] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)

SIDES: tuple[str, str] = ("left", "right")


#: The links of the chain from foot to trunk.
LINKS: tuple[str, ...] = ("foot", "ankle", "knee", "hip", "trunk")


class View(StrEnum):
    """From where the camera sees the person."""

    SIDE = "side"
    FRONT = "front"
    REAR = "rear"
    OBLIQUE = "oblique"


class Verdict(StrEnum):
    """Whether a film is fit to be measured, mildest first."""

    OK = "ok"
    CAUTION = "caution"
    REFILM = "refilm"

    @property
    def rank(self) -> int:
        """0 for ok, 1 for caution, 2 for refilm."""
        return list(Verdict).index(self)


class FindingVerdict(StrEnum):
    """What a measure says of a link: nothing unusual, it holds this person back, or it cannot be told."""

    FINE = "fine"
    LIMITS = "limits"
    CANNOT_JUDGE = "cannot_judge"


@dataclass(frozen=True)
class Person:
    """Who was filmed. `height_m` in metres, `mass_kg` in kilograms; `sex` is `f`, `m` or None; `age_years` may be None."""

    height_m: float
    mass_kg: float
    age_years: int | None = None
    sex: str | None = None

    def __post_init__(self) -> None:
        if not 0.9 <= self.height_m <= 2.4:
            raise UsageError("a height between 90 and 240 cm", f"{self.height_m * 100:.0f} cm", "Give --height-cm in centimetres.")
        if not 20.0 <= self.mass_kg <= 300.0:
            raise UsageError("a body mass between 20 and 300 kg", f"{self.mass_kg:.0f} kg", "Give --mass-kg in kilograms.")
        if self.age_years is not None and not 5 <= self.age_years <= 110:
            raise UsageError("an age between 5 and 110 years", f"{self.age_years}", "Give --age in whole years.")
        if self.sex not in (None, "f", "m"):
            raise UsageError("sex f or m", repr(self.sex), "Leave --sex away if neither fits.")


@dataclass(frozen=True)
class Protocol:
    """How the test was done, as far as it was told; None where it was not."""

    footwear: str | None = None
    heel_m: float | None = None
    arms: str | None = None
    bar: str | None = None
    load_kg: float | None = None
    eyes: str | None = None


@dataclass(frozen=True)
class Pain:
    """Pain felt during a test: 0 to 10, the side, and the knee flexion (rad) at which it began, where told."""

    side: str
    value: float | None = None
    at_knee_flexion_rad: float | None = None
    test: str = "squat"


@dataclass(frozen=True)
class FilmHeader:
    """What a video file says of itself before it is decoded. Width and height are those of the upright pictures handed on.

    `rotation_deg` is how far the stored pictures were turned clockwise. `capture_fps` is the camera's rate where the phone wrote
    it down: a film that is played at another rate was retimed.
    """

    name: str
    sha256: str
    codec: str
    width_px: int
    height_px: int
    rotation_deg: int
    announced_frames: int | None
    announced_duration_s: float | None
    announced_fps: float | None
    capture_fps: float | None = None

    @property
    def slowed_by(self) -> float | None:
        """How many times slower than life the film plays, by its tags; 1 as filmed, below 1 a time lapse, None where not known."""
        if self.capture_fps is None or not self.announced_fps:
            return None
        return self.capture_fps / self.announced_fps


@dataclass(frozen=True)
class Picture:
    """One decoded picture: upright, RGB, with its time from the container, counted from the first picture."""

    index: int
    time_s: float
    rgb: UInt8[np.ndarray, "height width 3"]


@dataclass(frozen=True)
class Engine:
    """Which pose network made the keypoints: its name and the SHA-256 over its weights."""

    pose_model: str
    pose_sha256: str


@dataclass(frozen=True)
class Keypoints:
    """Landmarks of one person over one film, and what only pixels can tell.

    `dataset` holds, over dimensions time (s), space (x, y), axis (x, y, z), keypoint:
    `position` (time, space, keypoint) px; `confidence` (time, keypoint) 0 to 1; `world` (time, axis, keypoint) m about the hips,
    the network's own 3D (x right, y down, z away from the camera); `presence` (time) 0 to 1, NaN where nobody was found;
    `camera_shift` (time, space) px, how far the background has moved since the first picture;
    `scene_change` (time) 0 to 1, how much the brightness pattern changed since it was last read, NaN where it was not read;
    `people` (time) persons in view, NaN where not looked for; `brightness` (time) 0 to 1.
    Missing is NaN. Attributes: `width_px`, `height_px`, `pose_model`, `pose_sha256`.
    """

    dataset: xr.Dataset

    def __post_init__(self) -> None:
        _require_variables(
            self.dataset,
            "keypoints",
            {
                "position": ("time", "space", "keypoint"),
                "confidence": ("time", "keypoint"),
                "world": ("time", "axis", "keypoint"),
                "presence": ("time",),
                "camera_shift": ("time", "space"),
                "scene_change": ("time",),
                "people": ("time",),
                "brightness": ("time",),
            },
        )
        _require_rising_time(self.time_s)

    @property
    def time_s(self) -> Float[np.ndarray, " time"]:
        """Times of the pictures in seconds."""
        return np.asarray(self.dataset["time"].values, dtype=float)

    def xy(self, keypoint: str) -> Float[np.ndarray, "time 2"]:
        """Return one landmark's path in pixels, x to the right, y down."""
        return np.asarray(self.dataset["position"].sel(keypoint=keypoint).transpose("time", "space").values, dtype=float)

    def steady_xy(self, keypoint: str) -> Float[np.ndarray, "time 2"]:
        """Return one landmark's path in pixels with the camera's sway taken out; an unknown sway counts as none."""
        sway = np.asarray(self.dataset["camera_shift"].values, dtype=float)
        return np.asarray(self.xy(keypoint) - np.where(np.isfinite(sway), sway, 0.0))

    def xyz(self, keypoint: str) -> Float[np.ndarray, "time 3"]:
        """Return one landmark's path in the network's own 3D, in metres about the hips."""
        return np.asarray(self.dataset["world"].sel(keypoint=keypoint).transpose("time", "axis").values, dtype=float)

    @property
    def engine(self) -> Engine:
        """The network that made them."""
        return Engine(self.dataset.attrs["pose_model"], self.dataset.attrs["pose_sha256"])


@dataclass(frozen=True)
class Markers:
    """Paths of markers in space, as a motion capture system saw them.

    `positions` (time, marker, 3) m in OpenSim's axes as far as a file tells them: y up, the other two level and right-handed, the
    person facing anywhere. Missing is NaN. `names` without a subject's prefix.
    """

    time_s: Float[np.ndarray, " time"]
    names: tuple[str, ...]
    positions: Float[np.ndarray, "time marker 3"]

    def __post_init__(self) -> None:
        _require_rising_time(self.time_s)
        expected = (self.time_s.size, len(self.names), 3)
        if self.positions.shape != expected:
            raise ValueError(f"Expected marker positions of shape {expected}, got {self.positions.shape}. Give every time a row.")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"Expected each marker once, got {self.names}. Rename or drop the second of a kind.")

    def path(self, name: str) -> Float[np.ndarray, "time 3"]:
        """Return one marker's path (m); all NaN where there is no such marker."""
        if name not in self.names:
            return np.full((self.time_s.size, 3), np.nan)
        return np.asarray(self.positions[:, self.names.index(name)])


@dataclass(frozen=True)
class Coordinates:
    """Generalised coordinates of a body over time, under OpenSim's names and with its signs.

    `values` (time, coordinate) in radians and metres; missing is NaN.
    """

    time_s: Float[np.ndarray, " time"]
    names: tuple[str, ...]
    values: Float[np.ndarray, "time coordinate"]

    def __post_init__(self) -> None:
        _require_rising_time(self.time_s)
        expected = (self.time_s.size, len(self.names))
        if self.values.shape != expected:
            raise ValueError(f"Expected coordinates of shape {expected}, got {self.values.shape}. Give every time a row.")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"Expected each coordinate once, got {self.names}. Rename or drop the second of a kind.")

    def curve(self, name: str) -> Float[np.ndarray, " time"]:
        """Return one coordinate; all NaN where there is none of this name."""
        if name not in self.names:
            return np.full(self.time_s.shape, np.nan)
        return np.asarray(self.values[:, self.names.index(name)])


@dataclass(frozen=True)
class GroundReaction:
    """What the ground does to each foot, in the world's axes (x forward, y up, z to the right as OpenSim has them).

    Over time, side (left, right) and axis: `force` (N) applied at `centre_of_pressure` (m), and `moment` (Nm) about that point;
    force and moment are 0 for a foot in the air, and the centre of pressure is NaN there.
    """

    time_s: Float[np.ndarray, " time"]
    force: Float[np.ndarray, "time side 3"]
    centre_of_pressure: Float[np.ndarray, "time side 3"]
    moment: Float[np.ndarray, "time side 3"]


@dataclass(frozen=True)
class Loads:
    """What the joints bear over time, and what the ground gives; missing is NaN, an estimate has its spread `x_sd` beside it.

    `dataset` holds, over dimensions time (s), side (left, right), coordinate (`LOADED`), space (x, y, z):
    `moment` (time, side, coordinate) Nm, what the muscles make, positive as OpenSim's coordinate is: at the knee extension is
    negative; `moment_per_cop` (time, side, coordinate) Nm/m, the moment's change where the centre of pressure lies further forward;
    `angle` (time, side, coordinate) rad; `ground_force` (time, side, space) N; `centre_of_pressure` (time, side, space) m;
    `residual_force` (time, space) N and `residual_moment` (time, space) Nm at the pelvis, what motion, masses and ground leave
    unexplained; `modelled` (time) whether the frame is inside the range in which the model holds.
    Attributes: `ground` (`plates` or `estimated`), `mass_kg`, `load_kg`, `body_model`.

    Where the model has muscles (`has_muscles`) it also holds what they do, muscles without their side, in the model's order; an
    `x_low` and `x_high` are the 90 % interval by all that is not known, a `x_method_low` and `x_method_high` the spread of
    published ways to work it out:
    `activation` (time, side, muscle) and `muscle_force` (time, side, muscle) N, each with its interval; `reserve` (time, side,
    coordinate) Nm, what the muscles could not make of the moment; `quadriceps_demand` (time, side), the moment that the four make
    as a share of the most they could make there; `patellofemoral_force` (time, side) N and `patellofemoral_stress` (time, side) Pa,
    both with interval and spread of methods, NaN where the knee is bent further than numbers are given; `tibiofemoral_force`
    (time, side) N; `patellofemoral_class` (time, side), a place in `CLASSES`, -1 where none can be told; `explained` (time, side)
    whether muscles that are not spent explain the moments. `draws`, over (draw, time, side), of a long motion at fewer times,
    holds curves of `DRAWN` that might as well be true, so that peaks and sums taken of every draw show how sure they are.
    Attributes: `draws` and `seed`.
    """

    dataset: xr.Dataset
    draws: xr.Dataset | None = None

    #: The coordinates of a leg that carry a moment, without their side.
    LOADED: ClassVar[tuple[str, ...]] = (
        "hip_flexion",
        "hip_adduction",
        "hip_rotation",
        "knee_angle",
        "ankle_angle",
        "subtalar_angle",
    )
    #: How much the kneecap bears, in steps.
    CLASSES: ClassVar[tuple[str, ...]] = ("low", "moderate", "high")
    #: What draws hold.
    DRAWN: ClassVar[tuple[str, ...]] = ("quadriceps_demand", "patellofemoral_force", "patellofemoral_stress", "tibiofemoral_force")

    def __post_init__(self) -> None:
        legs = ("time", "side", "coordinate")
        feet = ("time", "side", "space")
        _require_variables(
            self.dataset,
            "loads",
            {
                "moment": legs,
                "moment_sd": legs,
                "moment_per_cop": legs,
                "angle": legs,
                "ground_force": feet,
                "ground_force_sd": feet,
                "centre_of_pressure": feet,
                "centre_of_pressure_sd": feet,
                "residual_force": ("time", "space"),
                "residual_moment": ("time", "space"),
                "modelled": ("time",),
            },
        )
        if self.has_muscles:
            _require_variables(self.dataset, "loads", _muscle_variables())
            if self.draws is None:
                raise ValueError("Expected draws beside what muscles do, got none. Give them.")
            _require_variables(self.draws, "draws of loads", dict.fromkeys(self.DRAWN, ("draw", "time", "side")))
        _require_rising_time(self.time_s)

    @property
    def has_muscles(self) -> bool:
        """Whether it tells what muscles do, and not only what joints bear."""
        return "activation" in self.dataset

    @property
    def muscles(self) -> tuple[str, ...]:
        """The muscles of a leg, without their side."""
        return tuple(str(name) for name in self.dataset["muscle"].values) if self.has_muscles else ()

    @property
    def time_s(self) -> Float[np.ndarray, " time"]:
        """Times in seconds."""
        return np.asarray(self.dataset["time"].values, dtype=float)

    def values(self, name: str, side: str, coordinate: str) -> Float[np.ndarray, " time"]:
        """Return one curve of one leg's coordinate."""
        return np.asarray(self.dataset[name].sel(side=side, coordinate=coordinate).values, dtype=float)

    def of_leg(self, name: str, side: str, muscle: str | None = None) -> Float[np.ndarray, " time"]:
        """Return one curve of one leg, or of one of its muscles."""
        of_side = self.dataset[name].sel(side=side)
        return np.asarray((of_side if muscle is None else of_side.sel(muscle=muscle)).values, dtype=float)

    def explained(self, side: str) -> Bool[np.ndarray, " time"]:
        """Return where muscles explain what a leg's joints bear."""
        return np.asarray(self.dataset["explained"].sel(side=side).values, dtype=bool)

    def drawn(self, name: str, side: str) -> Float[np.ndarray, "draw time"]:
        """Return the curves of one leg that might as well be true, a row each, at all times; none where there are no draws."""
        if self.draws is None:
            return np.empty((0, self.time_s.size))
        values = np.asarray(self.draws[name].sel(side=side).transpose("draw", "time").values, dtype=float)
        if values.shape[1] == self.time_s.size:
            return values
        known_s = np.asarray(self.draws["time"].values, dtype=float)
        return np.stack([np.interp(self.time_s, known_s, curve) for curve in values])


@dataclass(frozen=True)
class Clip:
    """One film as it was seen: its header, the times of its pictures, the view and, from the side, the leg nearer to the camera."""

    header: FilmHeader
    time_s: Float[np.ndarray, " time"]
    view: View
    near_side: str | None

    @property
    def fps(self) -> float:
        """Pictures a second: one over the median step between pictures."""
        return float(1.0 / np.median(np.diff(self.time_s))) if self.time_s.size > 1 else float("nan")

    @property
    def duration_s(self) -> float:
        """Time from the first picture to the last."""
        return float(self.time_s[-1] - self.time_s[0]) if self.time_s.size else 0.0


@dataclass(frozen=True)
class Motion:
    """Joint angles and distances over time, each variable `x` with its spread `x_sd`, over dimensions time and side.

    Radians, metres and shares (units on every variable); NaN where not measured. Attribute `estimator` names what made it, of a
    variable where it has one of its own, else of the whole motion.
    `draws`, over a further dimension draw, holds curves that might as well be true: correlated in time and with each other, so that
    peaks, means and differences taken of every draw show how sure they are. Without it `drawn` takes the error for one shift.
    """

    dataset: xr.Dataset
    draws: xr.Dataset | None = None

    def __post_init__(self) -> None:
        _require_rising_time(self.time_s)
        for name, variable in self.dataset.data_vars.items():
            if "units" not in variable.attrs:
                raise ValueError(f"Expected units on every variable of a motion, got none on {name}. Set attrs['units'].")
            if not str(name).endswith("_sd") and f"{name}_sd" not in self.dataset:
                raise ValueError(f"Expected a spread beside {name}, got none. Add {name}_sd.")

    @property
    def time_s(self) -> Float[np.ndarray, " time"]:
        """Times in seconds."""
        return np.asarray(self.dataset["time"].values, dtype=float)

    def values(self, name: str, side: str | None = None) -> Float[np.ndarray, " time"]:
        """Return one curve, all NaN where the motion does not hold it."""
        if name not in self.dataset:
            return np.full(self.time_s.shape, np.nan)
        variable = self.dataset[name]
        return np.asarray((variable if side is None else variable.sel(side=side)).values, dtype=float)

    def estimator(self, name: str) -> str:
        """Return what made a curve."""
        return str(self.dataset[name].attrs.get("estimator", self.dataset.attrs.get("estimator", "")))

    def is_drawn(self, name: str) -> bool:
        """Tell whether there are draws of a curve."""
        return self.draws is not None and name in self.draws

    def drawn(self, name: str, side: str | None = None) -> Float[np.ndarray, "draw time"]:
        """Return curves that might as well be true, a row each; of a motion without draws the curve shifted by its spread.

        The shifts are quantiles of the normal distribution, evenly spaced, so that intervals of them are exact.
        """
        if self.draws is not None and name in self.draws:
            variable = self.draws[name]
            return np.asarray((variable if side is None else variable.sel(side=side)).transpose("draw", "time").values, dtype=float)
        return np.asarray(self.values(name, side) + np.array(NORMAL_SHIFTS)[:, None] * self.values(f"{name}_sd", side))


@dataclass(frozen=True)
class Repetition:
    """One repetition: frames where it starts, is deepest and ends; `partial` where it is much shallower than the others.

    `index` counts from 1, through all films of a test.
    """

    index: int
    start: int
    deepest: int
    end: int
    partial: bool = False


@dataclass(frozen=True)
class Reason:
    """A code and its parameters; the words are in the message catalogue. `weight` is the verdict it brings about by itself."""

    code: str
    weight: Verdict
    clip: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Quality:
    """Whether a film, or all films of a test, can be measured, and why not."""

    reasons: tuple[Reason, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The gravest of the reasons' weights."""
        return max((reason.weight for reason in self.reasons), key=lambda weight: weight.rank, default=Verdict.OK)


@dataclass(frozen=True)
class Measure:
    """One number of one repetition (`rep`) or over all of them (None), with its interval at `level`; NaN value = cannot judge.

    `unit` is the unit of `value`, `low` and `high` (SI inside). `clip` is the SHA-256 of the film it was read from, empty where it
    was typed in. `cannot_judge` is the code of the reason where the value is NaN.
    """

    code: str
    side: str
    rep: int | None
    value: float
    low: float
    high: float
    unit: str
    clip: str
    level: float = INTERVAL_LEVEL
    cannot_judge: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)


#: A repetition as loads are read by: its index, where it starts and where it ends (s).
RepetitionSpan = tuple[int, float, float]


@dataclass(frozen=True)
class AssessedClip:
    """All that is known of one film: what it is, whether it is fit, and, where it is, what was measured in it.

    `keypoints` carry the legs' names as they were put right, where they were. `lengths` of the person's segments by name, each with
    its standard deviation (m); none where no fit was believed. `loads` are None where the film does not show enough for them.
    """

    clip: Clip
    keypoints: Keypoints
    quality: Quality
    motion: Motion | None = None
    repetitions: tuple[Repetition, ...] = ()
    measures: tuple[Measure, ...] = ()
    lengths: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    loads: Loads | None = None

    @property
    def spans(self) -> tuple[RepetitionSpan, ...]:
        """The repetitions that are whole, those by which loads are read."""
        time_s = self.clip.time_s
        return tuple((rep.index, float(time_s[rep.start]), float(time_s[rep.end])) for rep in self.repetitions if not rep.partial)


@dataclass(frozen=True)
class Assessment:
    """One test of one person over one or more films: what `result.json`, the report and the other files are written from."""

    test: str
    person: Person
    protocol: Protocol
    pains: tuple[Pain, ...]
    clips: tuple[AssessedClip, ...]
    quality: Quality
    painful: str | None = None
    mirrored: bool = False

    @property
    def measured_clips(self) -> tuple[AssessedClip, ...]:
        """The films that are fit to be measured, at least in part."""
        return tuple(clip for clip in self.clips if clip.quality.verdict is not Verdict.REFILM)


@dataclass(frozen=True)
class Finding:
    """What one measure says of one link of one side, against what is usual.

    `norm` is the key of the norm's row, None where none that fits is known. `percentile` (0 to 100, higher is freer, stronger or
    steadier) is the place among the norm's people, `probability` how likely the true value lies past the cut-off; NaN where it
    cannot be told. `message` and `parameters` are for the catalogue; `sources` are keys of studies and rows of the ledger.
    """

    code: str
    link: str
    side: str
    verdict: FindingVerdict
    measure: Measure
    message: str
    sources: tuple[str, ...]
    norm: str | None = None
    percentile: float = float("nan")
    probability: float = float("nan")
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranged:
    """A value with its interval at `INTERVAL_LEVEL`, in SI units; NaN where it cannot be told."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Gain:
    """What one freer link would bring: the deepest squat that balance allows (rad of knee flexion), as all is and with it usual.

    `measure` is the code of what is changed, `changed_to` its value (SI) then. `gain` is after less before, drawn together, so its
    interval is narrower than those of its parts.
    """

    link: str
    side: str
    measure: str
    changed_to: float
    before: Ranged
    after: Ranged
    gain: Ranged


@dataclass(frozen=True)
class Limit:
    """A link that holds a movement back.

    `goal` is `depth`, where `share` is the part of the missing depth that it explains, or `frontal_plane`, where findings merely go
    together in studies and the share is NaN. `findings` are the codes it rests on.
    """

    goal: str
    link: str
    side: str
    share: Ranged
    findings: tuple[str, ...]
    message: str
    sources: tuple[str, ...]
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Screening:
    """What a battery of tests says of one person: what was measured, filmed or typed, what it means, and what holds them back.

    `aim` is the code of what the person wants (`chair`, `parallel`, `deep`). `answer` is the one sentence (a message code with its
    parameters), also where nothing limits or can be told. `missing` says what would have to be filmed or typed to tell more.
    """

    person: Person
    aim: str
    assessments: tuple[Assessment, ...]
    typed: tuple[Measure, ...]
    pains: tuple[Pain, ...]
    findings: tuple[Finding, ...]
    gains: tuple[Gain, ...]
    limits: tuple[Limit, ...]
    answer: str
    answer_parameters: dict[str, Any]
    missing: tuple[Reason, ...]


def _muscle_variables() -> dict[str, tuple[str, ...]]:
    """Return the variables of `Loads` that tell of muscles, with their dimensions."""
    of_leg, of_muscle = ("time", "side"), ("time", "side", "muscle")
    sure = dict.fromkeys(("activation", "muscle_force"), of_muscle) | dict.fromkeys(Loads.DRAWN, of_leg)
    intervals = {f"{name}_{end}": dims for name, dims in sure.items() for end in ("low", "high")}
    kneecap = ("patellofemoral_force", "patellofemoral_stress")
    methods = {f"{name}_method_{end}": of_leg for name in kneecap for end in ("low", "high")}
    told = {"reserve": ("time", "side", "coordinate"), "patellofemoral_class": of_leg, "explained": of_leg}
    return {**sure, **intervals, **methods, **told}


def _require_variables(dataset: xr.Dataset, what: str, expected: dict[str, tuple[str, ...]]) -> None:
    for name, dims in expected.items():
        got = dataset[name].dims if name in dataset else None
        if got != dims:
            raise ValueError(f"Expected {what} variable {name} over {dims}, got {got}. Build it with these dimensions.")


def _require_rising_time(time_s: Float[np.ndarray, " time"]) -> None:
    steps = np.diff(time_s)
    if not (np.isfinite(time_s).all() and (steps > 0).all()):
        raise ValueError(
            "Expected times that rise from picture to picture, got repeated or falling ones. Sort and thin them first."
        )
