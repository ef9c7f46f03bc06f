"""What is kept of one clip of the lab? What was planned, who was filmed, what is true, what the network saw; no pictures.

A record is one small `.npz` file. Numbers are rounded to a quantum far below what they are worth, written as steps from frame to
frame, and compressed; missing stays missing. Nothing else of a clip has to be kept to rebuild every table.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int, UInt8

from kinechain.core.errors import DataFileError
from kinechain.core.types import KEYPOINT_NAMES, SIDES, Keypoints
from kinechain.io.whole import whole_file
from lab.types import LANDMARKS, Camera, Truth

#: The points at which real people's marks may lie elsewhere than rendered people's, in the order of `Record.offset_px`.
OFFSET_POINTS: tuple[str, ...] = tuple(
    f"{side}_{point}" for side in SIDES for point in ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")
)

#: Pixels of the film to one cell of a stored silhouette, along each axis.
SILHOUETTE_STEP = 8

#: What each stored quantity is rounded to: pixels, metres, seconds and shares.
POSITION_QUANTUM_PX, WORLD_QUANTUM_M, TIME_QUANTUM_S, SHARE_QUANTUM = 1.0 / 32.0, 1e-4, 1e-6, 1.0 / 250.0
_FACT_QUANTUM = 1e-4  # presence, scene change and brightness
_TURN_QUANTUM = 1e-7  # of a rotation matrix's entries: a ten-thousandth of a pixel

Curves = Float[np.ndarray, "time *more"]
Gaps = Bool[np.ndarray, "time *more"]
Whole = Int[np.ndarray, "*shape"]
Planes = UInt8[np.ndarray, "byte *shape"]

_FORMAT = "kinechain.lab.record/1"

#: Variables of `Keypoints`: dimensions, quantum, unit, and how many differences in time are stored instead of the values.
_VARIABLES: dict[str, tuple[tuple[str, ...], float, str, int]] = {
    "position": (("time", "space", "keypoint"), POSITION_QUANTUM_PX, "px", 1),
    "confidence": (("time", "keypoint"), SHARE_QUANTUM, "1", 1),
    "world": (("time", "axis", "keypoint"), WORLD_QUANTUM_M, "m", 1),
    "presence": (("time",), _FACT_QUANTUM, "1", 1),
    "camera_shift": (("time", "space"), POSITION_QUANTUM_PX, "px", 1),
    "scene_change": (("time",), _FACT_QUANTUM, "1", 0),
    "people": (("time",), 1.0, "1", 1),
    "brightness": (("time",), _FACT_QUANTUM, "1", 1),
}


@dataclass(frozen=True)
class Who:
    """Who was filmed. `leg_length_m` is thigh and shank between joint centres, the mean of both sides."""

    stature_m: float
    mass_kg: float
    sex: str
    age_years: int
    leg_length_m: float


@dataclass(frozen=True)
class Cost:
    """Seconds that a clip took: drawing and encoding its pictures, and measuring them with the network."""

    render_s: float
    pose_s: float


@dataclass(frozen=True)
class Record:
    """Everything that is kept of one clip.

    `plan` holds JSON values by name: `group` (tune, calibrate or test), `person`, `movement`, `view` (side, front, oblique, rear),
    `azimuth_deg`, `source` (drawn or mocap), `faults`, `fps`, `portrait`, `standing_first`, the scene's facts, `seed`.
    `keypoints` are as measured, in pixels of the measured pictures, which may be fewer than the camera's. `offset_px`
    (time, 12, 2), in pixels of the camera's picture, is what `perturbed_keypoints` adds, in the order of `OFFSET_POINTS`.
    `silhouette` (time, row, column) tells which cells of `SILHOUETTE_STEP` pixels are mostly covered by the person.
    """

    plan: Mapping[str, Any]
    who: Who
    truth: Truth
    keypoints: Keypoints
    offset_px: Float[np.ndarray, "time 12 2"]
    silhouette: Bool[np.ndarray, "time row column"]
    cost: Cost

    def __post_init__(self) -> None:
        counts = {self.truth.time_s.size, self.keypoints.time_s.size, len(self.offset_px), len(self.silhouette)}
        if len(counts) != 1:
            raise ValueError(f"Expected truth, keypoints, offsets and silhouettes of equally many frames, got {sorted(counts)}.")

    @property
    def group(self) -> str:
        """Which persons this one belongs to: `tune`, `calibrate` or `test`."""
        return str(self.plan["group"])

    @property
    def person(self) -> int:
        """The number of the person."""
        return int(self.plan["person"])

    @property
    def movement(self) -> str:
        """What the person does, such as `squat`."""
        return str(self.plan["movement"])

    @property
    def view(self) -> str:
        """From where the camera was meant to see it: `side`, `front`, `oblique` or `rear`."""
        return str(self.plan["view"])

    @property
    def film_scale(self) -> float:
        """Pixels of the measured picture to one of the camera's."""
        return float(self.keypoints.dataset.attrs["width_px"]) / self.truth.camera.width_px


def record_name(plan: Mapping[str, Any]) -> str:
    """Return the name of a plan's record without its ending: the first 16 hex digits of the SHA-256 of its canonical JSON.

    >>> record_name({"person": 3, "view": "side"}) == record_name({"view": "side", "person": 3})
    True
    """
    return plan_sha256(plan)[:16]


def plan_sha256(plan: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a plan's canonical JSON, in hex."""
    canonical = json.dumps(dict(plan), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def shrink_masks(masks: Bool[np.ndarray, "time height width"]) -> Bool[np.ndarray, "time row column"]:
    """Return silhouettes in cells of `SILHOUETTE_STEP` pixels: covered where at least half of the cell is; a rest is cut off."""
    time, rows, columns = masks.shape[0], masks.shape[1] // SILHOUETTE_STEP, masks.shape[2] // SILHOUETTE_STEP
    cut = masks[:, : rows * SILHOUETTE_STEP, : columns * SILHOUETTE_STEP]
    cells = cut.reshape(time, rows, SILHOUETTE_STEP, columns, SILHOUETTE_STEP)
    return np.asarray(2 * cells.sum(axis=(2, 4)) >= SILHOUETTE_STEP**2)


def perturbed_keypoints(record: Record) -> Keypoints:
    """Return the keypoints with `offset_px` added; the network's own 3D stays as it is."""
    dataset = record.keypoints.dataset.copy(deep=True)
    for number, point in enumerate(OFFSET_POINTS):
        moved = record.keypoints.xy(point) + record.film_scale * record.offset_px[:, number]
        dataset["position"].loc[{"keypoint": point, "space": ["x", "y"]}] = moved
    return Keypoints(dataset)


def save_record(path: Path, record: Record, *, replace: bool = False) -> None:
    """Write a record, whole or not at all.

    Raises:
        OutputError: the place cannot be written to, or is taken and `replace` is false.
    """
    truth, keypoints = record.truth, record.keypoints.dataset
    about = {
        "format": _FORMAT,
        "plan": dict(record.plan),
        "who": asdict(record.who),
        "cost": asdict(record.cost),
        "landmarks": list(LANDMARKS),
        "keypoints": list(KEYPOINT_NAMES),
        "offsets": list(OFFSET_POINTS),
        "attributes": {name: _plain(value) for name, value in keypoints.attrs.items()},
        "camera": {
            "width_px": truth.camera.width_px,
            "height_px": truth.camera.height_px,
            "focal_px": truth.camera.focal_px,
            "position": [float(part) for part in truth.camera.position],
        },
        "repetitions": [list(map(float, repetition)) for repetition in truth.repetitions],
        "facing_rad": truth.facing_rad,
        "silhouette": list(record.silhouette.shape),
    }
    arrays: dict[str, np.ndarray] = {
        "about": np.frombuffer(json.dumps(about, sort_keys=True, default=_plain).encode("utf-8"), dtype=np.uint8)
    }
    for name, (dims, quantum, _, order) in _VARIABLES.items():
        arrays |= _packed(name, keypoints[name].transpose(*dims).values, quantum, order)
    arrays |= _packed("time", record.keypoints.time_s, TIME_QUANTUM_S, 2)
    arrays |= _packed("true_time", truth.time_s, TIME_QUANTUM_S, 2)
    arrays |= _packed("centres", truth.centres, WORLD_QUANTUM_M, 2)
    arrays |= _packed("offset", record.offset_px, POSITION_QUANTUM_PX, 2)
    arrays |= _packed("turns", truth.camera.turn, _TURN_QUANTUM, 2)
    arrays["contact"] = np.packbits(truth.contact)
    arrays["seated"] = np.packbits(truth.seated)
    arrays["silhouette"] = np.packbits(_changes(record.silhouette))
    with whole_file(path, replace=replace) as beside, beside.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # by the stub, they might mean `allow_pickle`


def load_plan(path: Path) -> dict[str, Any]:
    """Read of a record only what was planned; raises as `load_record` does."""
    return dict(_read(path, lambda name: name == "about")[0]["plan"])


def load_record(path: Path) -> Record:
    """Read a record.

    Raises:
        DataFileError: the file is missing, damaged, or of another format.
    """
    about, arrays = _read(path, lambda _: True)
    truth = _truth(about, arrays)
    return Record(
        plan=about["plan"],
        who=Who(**about["who"]),
        truth=truth,
        keypoints=_keypoints(about, arrays),
        offset_px=_unpacked("offset", arrays, POSITION_QUANTUM_PX, 2),
        silhouette=_from_changes(_bits(arrays["silhouette"], tuple(about["silhouette"]))),
        cost=Cost(**about["cost"]),
    )


def record_paths(folder: Path) -> list[Path]:
    """Return the records of a folder, in the order of their names."""
    return sorted(folder.glob("*.npz"))


def _read(path: Path, wanted: Callable[[str], bool]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what a record says of itself, and those of its arrays that are wanted."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files if wanted(name)}
        about = json.loads(arrays["about"].tobytes())
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataFileError(f"a record of the lab in {path}", f"'{error}'", "Make that clip again.") from error
    written = {"format": _FORMAT, "landmarks": list(LANDMARKS), "keypoints": list(KEYPOINT_NAMES), "offsets": list(OFFSET_POINTS)}
    if any(about.get(name) != value for name, value in written.items()):
        raise DataFileError(f"a record of format {_FORMAT} in {path}", str(about.get("format")), "Make that clip again.")
    return about, arrays


def _truth(about: dict[str, Any], arrays: dict[str, np.ndarray]) -> Truth:
    time_s = _unpacked("true_time", arrays, TIME_QUANTUM_S, 2)
    camera = about["camera"]
    return Truth(
        time_s=time_s,
        centres=_unpacked("centres", arrays, WORLD_QUANTUM_M, 2),
        contact=_bits(arrays["contact"], (time_s.size, 2, 2)),
        seated=_bits(arrays["seated"], (time_s.size,)),
        camera=Camera(
            camera["width_px"],
            camera["height_px"],
            camera["focal_px"],
            np.array(camera["position"], dtype=float),
            _unpacked("turns", arrays, _TURN_QUANTUM, 2),
        ),
        repetitions=tuple((first, deepest, last) for first, deepest, last in about["repetitions"]),
        facing_rad=about["facing_rad"],
    )


def _keypoints(about: dict[str, Any], arrays: dict[str, np.ndarray]) -> Keypoints:
    variables = {
        name: (dims, _unpacked(name, arrays, quantum, order), {"units": unit})
        for name, (dims, quantum, unit, order) in _VARIABLES.items()
    }
    coordinates = {
        "time": ("time", _unpacked("time", arrays, TIME_QUANTUM_S, 2), {"units": "s"}),
        "space": ["x", "y"],
        "axis": ["x", "y", "z"],
        "keypoint": list(KEYPOINT_NAMES),
    }
    attributes = {name: float("nan") if value is None else value for name, value in about["attributes"].items()}
    return Keypoints(xr.Dataset(variables, coords=coordinates, attrs=attributes))


def _plain(value: Any) -> Any:
    """Return a number as JSON holds it, also one of NumPy's; NaN as null."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and not np.isfinite(plain) else plain


def _packed(name: str, values: Curves, quantum: float, order: int) -> dict[str, np.ndarray]:
    """Return an array as `order`-th differences in time of whole numbers of quanta, and where it is missing."""
    missing = ~np.isfinite(values)
    whole = np.rint(_held(values, missing) / quantum).astype(np.int64)
    for step in range(order):
        whole[step + 1 :] = np.diff(whole[step:], axis=0)
    return {name: _planes(whole), f"{name}_missing": np.packbits(missing)}


def _unpacked(name: str, arrays: dict[str, np.ndarray], quantum: float, order: int) -> Curves:
    whole = _from_planes(arrays[name])
    for step in reversed(range(order)):
        whole[step:] = np.cumsum(whole[step:], axis=0)
    missing = _bits(arrays[f"{name}_missing"], whole.shape)
    return np.asarray(np.where(missing, np.nan, whole * quantum))


def _held(values: Curves, missing: Gaps) -> Curves:
    """Return the values with the last known one, or 0, in place of what is missing, so that the differences stay small."""
    known = values.reshape(len(values), int(np.prod(values.shape[1:])))
    gone = missing.reshape(known.shape)
    last = np.maximum.accumulate(np.where(gone, 0, np.arange(len(known))[:, None]), axis=0)
    held = np.take_along_axis(np.where(gone, 0.0, known), last, axis=0)
    return np.asarray(held.reshape(values.shape))


def _planes(whole: Whole) -> Planes:
    """Return whole numbers as planes of bytes, lowest first, small ones of either sign with zeros on top: these pack well."""
    folded = np.where(whole < 0, -2 * whole - 1, 2 * whole)
    count = np.min_scalar_type(int(folded.max(initial=0))).itemsize
    return np.stack([(folded >> (8 * byte) & 0xFF).astype(np.uint8) for byte in range(count)])


def _from_planes(planes: Planes) -> Whole:
    folded = sum(plane.astype(np.int64) << (8 * byte) for byte, plane in enumerate(planes))
    return np.asarray(np.where(folded % 2, -(folded + 1) // 2, folded // 2))


def _bits(packed: UInt8[np.ndarray, " byte"], shape: tuple[int, ...]) -> Bool[np.ndarray, "..."]:
    return np.asarray(np.unpackbits(packed, count=int(np.prod(shape))).astype(bool).reshape(shape))


def _changes(masks: Bool[np.ndarray, "time row column"]) -> Bool[np.ndarray, "time row column"]:
    """Return the first mask, then what changes from each to the next."""
    return np.concatenate([masks[:1], masks[1:] ^ masks[:-1]])


def _from_changes(changes: Bool[np.ndarray, "time row column"]) -> Bool[np.ndarray, "time row column"]:
    return np.asarray(np.logical_xor.accumulate(changes, axis=0))
