"""Where was a leg or the trunk out of sight for too long? There the fit would only tell what is believed, so it tells nothing."""

from collections.abc import Iterable

import numpy as np
import xarray as xr
from jaxtyping import Bool

from kinechain.core.types import SIDES, Keypoints, Motion
from kinechain.evidence import constant
from kinechain.maths.filters import known_stretches

_LEG = ("hip", "knee", "ankle")


def without_unseen(motion: Motion, keypoints: Keypoints) -> Motion:
    """Return the motion with NaN where marks it hangs on are missing for longer than the row `fit.longest_gap`.

    A leg's curves hang on its hip, knee and ankle; what has no side on both shoulders and hips.
    """
    time = keypoints.dataset["time"]
    legs = np.column_stack([_seen(keypoints, (f"{side}_{joint}" for joint in _LEG)) for side in SIDES])
    trunk = _seen(keypoints, (f"{side}_{joint}" for side in SIDES for joint in ("shoulder", "hip")))
    by_leg = xr.DataArray(legs, coords={"time": time, "side": list(SIDES)}, dims=("time", "side"))
    by_trunk = xr.DataArray(trunk, coords={"time": time}, dims=("time",))

    def shown(dataset: xr.Dataset) -> xr.Dataset:
        curves = {
            name: variable.where(by_leg if "side" in variable.dims else by_trunk).transpose(*variable.dims)
            for name, variable in dataset.data_vars.items()
        }
        return dataset.assign(curves)

    return Motion(shown(motion.dataset), None if motion.draws is None else shown(motion.draws))


def _seen(keypoints: Keypoints, names: Iterable[str]) -> Bool[np.ndarray, " time"]:
    known = np.all([np.isfinite(keypoints.xy(name)).all(axis=1) for name in names], axis=0)
    seen = np.zeros(known.shape, dtype=bool)
    for start, stop in known_stretches(known, keypoints.time_s, constant("fit.longest_gap").value):
        seen[start:stop] = True
    return seen
