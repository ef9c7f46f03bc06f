"""How are motions and loads laid out for a spreadsheet and for other programs? CSV of curves, netCDF of all there is."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from kinechain.core.types import SIDES, Keypoints, Loads, Motion
from kinechain.core.units import INTERVAL_HALF_WIDTH

#: The angles of `angles.csv`: those of the whole person, then those of each leg.
_WHOLE, _EACH_LEG = ("trunk_lean",), ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "fppa")


def format_angles(motions: Sequence[tuple[str, Motion]]) -> str:
    """Return `angles.csv`: one row a frame, degrees, each angle with its 90 % interval; empty where not measured.

    `motions` pairs the name of a film with its motion; with more than one film the first column is `clip`.
    """
    many = len(motions) > 1
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [(angle, None, angle) for angle in _WHOLE] + [
        (angle, side, f"{angle}_{side[0]}") for angle in _EACH_LEG for side in SIDES
    ]
    header = [name + end for _, _, name in columns for end in ("", "_low", "_high")]
    writer.writerow((["clip"] if many else []) + ["time_s", *header])
    for clip, motion in motions:
        values = np.column_stack([_with_interval(motion, angle, side) for angle, side, _ in columns])
        for time, row in zip(motion.time_s, values, strict=True):
            writer.writerow(
                ([clip] if many else []) + [f"{time:.4f}", *(f"{value:.2f}" if np.isfinite(value) else "" for value in row)]
            )
    return out.getvalue()


def format_columns(time_s: Float[np.ndarray, " time"], columns: Mapping[str, Float[np.ndarray, " time"]]) -> str:
    """Return a CSV with a row a frame: `time_s`, then the columns by name; empty where a value is missing."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["time_s", *columns])
    for time, row in zip(time_s, np.column_stack(list(columns.values())), strict=True):
        writer.writerow([f"{time:.4f}", *(f"{value:.4g}" if np.isfinite(value) else "" for value in row)])
    return out.getvalue()


def loads_bytes(loads: Loads) -> bytes:
    """Return loads as a netCDF 3 file, which xarray, MATLAB, R and Panoply open.

    The draws of a curve `x` are its `x_draws`, in single precision, over `drawn_time` where they are told at fewer times.
    """
    dataset = loads.dataset
    if loads.draws is not None:
        draws = loads.draws.astype(np.float32, keep_attrs=True)
        if draws.sizes["time"] != loads.time_s.size:
            draws = draws.rename(time="drawn_time").assign_coords(drawn_time=("drawn_time", draws["time"].values, {"units": "s"}))
        dataset = dataset.assign({f"{name}_draws": draw for name, draw in draws.data_vars.items()})
    return bytes(dataset.to_netcdf(engine="scipy"))


def _with_interval(motion: Motion, angle: str, side: str | None) -> Any:
    value, spread = motion.values(angle, side), motion.values(f"{angle}_sd", side)
    return np.rad2deg(np.column_stack([value, value - INTERVAL_HALF_WIDTH * spread, value + INTERVAL_HALF_WIDTH * spread]))


def motion_bytes(motion: Motion) -> bytes:
    """Return a motion as a netCDF 3 file, which xarray, MATLAB, R and Panoply open.

    The draws of a curve `x` are its `x_draws`, in single precision: they scatter by far more.
    """
    dataset = motion.dataset
    if motion.draws is not None:
        draws = motion.draws.astype(np.float32, keep_attrs=True)
        dataset = dataset.assign({f"{name}_draws": draw for name, draw in draws.data_vars.items()})
    return bytes(dataset.to_netcdf(engine="scipy"))


def keypoints_bytes(keypoints: Keypoints) -> bytes:
    """Return keypoints as a netCDF 3 file in the layout of a `movement` poses dataset (one individual, `person`)."""
    return bytes(as_movement_poses(keypoints).to_netcdf(engine="scipy"))


def as_movement_poses(keypoints: Keypoints) -> xr.Dataset:
    """Return keypoints in `movement`'s own names: dimensions time, space, keypoints, individuals; pixels, x right, y down."""
    source = keypoints.dataset
    poses = source[["position", "confidence"]].rename({"keypoint": "keypoints"}).expand_dims({"individuals": ["person"]})
    time_s = keypoints.time_s
    return xr.Dataset(
        {
            "position": poses["position"].transpose("time", "space", "keypoints", "individuals"),
            "confidence": poses["confidence"].transpose("time", "keypoints", "individuals"),
        },
        attrs={
            "ds_type": "poses",
            "time_unit": "seconds",
            "fps": float(1.0 / np.median(np.diff(time_s))) if time_s.size > 1 else 0.0,
            "source_software": f"kinechain ({keypoints.engine.pose_model})",
            "pose_sha256": keypoints.engine.pose_sha256,
        },
    )
