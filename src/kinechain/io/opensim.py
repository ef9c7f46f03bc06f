"""How do OpenSim's text files look? Motions (.mot) and marker paths (.trc), as OpenSim 4 reads them."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float


def format_mot(
    name: str, time_s: Float[np.ndarray, " time"], columns: Mapping[str, Float[np.ndarray, " time"]], notes: Sequence[str]
) -> str:
    """Return a motion file in degrees: `columns` maps OpenSim coordinate names to angles in radians.

    OpenSim knows no missing values, so times at which any column is NaN are left out. `notes` go into the header, a line each.
    """
    angles = np.rad2deg(np.column_stack(list(columns.values()))) if columns else np.empty((time_s.size, 0))
    complete = np.isfinite(angles).all(axis=1)
    rows = np.column_stack([time_s[complete], angles[complete]])
    header = [
        name,
        "version=1",
        f"nRows={rows.shape[0]}",
        f"nColumns={rows.shape[1]}",
        "inDegrees=yes",
        *notes,
        "endheader",
        "\t".join(["time", *columns]),
    ]
    return "\n".join([*header, *("\t".join(f"{value:.6f}" for value in row) for row in rows)]) + "\n"


def format_trc(
    name: str,
    time_s: Float[np.ndarray, " time"],
    markers: Mapping[str, Float[np.ndarray, "time 3"]],
    rate_hz: float,
) -> str:
    """Return a marker file in millimetres: `markers` maps names to paths in metres (x forward, y up, z to the person's right).

    A marker that is missing at a time is left blank there, as OpenSim expects. The format has one rate, so `rate_hz` is the
    nominal one; the time column holds the true times.
    """
    count = len(markers)
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate_hz:.4f}\t{rate_hz:.4f}\t{time_s.size}\t{count}\tmm\t{rate_hz:.4f}\t1\t{time_s.size}",
        "Frame#\tTime\t" + "\t\t\t".join(markers) + "\t\t",
        "\t\t" + "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, count + 1)),
        "",
    ]
    paths = np.stack(list(markers.values()), axis=1).reshape(time_s.size, -1) * 1000.0
    rows = (
        f"{frame + 1}\t{time_s[frame]:.6f}\t" + "\t".join(f"{value:.3f}" if np.isfinite(value) else "" for value in paths[frame])
        for frame in range(time_s.size)
    )
    return "\n".join([*head, *rows]) + "\n"
