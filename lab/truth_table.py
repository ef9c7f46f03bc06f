"""What are a film's true angles, as a table? One row a picture, in degrees and metres, readable by anything."""

import csv
import io

import numpy as np

from kinechain.core.types import SIDES
from lab.angles import true_angles
from lab.types import Truth

_IN_DEGREES = ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "thigh_inclination", "fppa", "trunk_lean")


def truth_csv(truth: Truth) -> str:
    """Return the true angles as CSV: `time_s`, then `<angle>_deg`, with `_l` and `_r` where there is one for each leg."""
    angles = true_angles(truth)
    columns = {"time_s": truth.time_s}
    for name in _IN_DEGREES:
        degrees = np.rad2deg(angles[name])
        if degrees.ndim == 1:
            columns[f"{name}_deg"] = degrees
        else:
            columns |= {f"{name}_deg_{side[0]}": degrees[:, number] for number, side in enumerate(SIDES)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([f"{value:.3f}" for value in row] for row in zip(*columns.values(), strict=True))
    return text.getvalue()
