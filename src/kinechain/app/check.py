"""Is one film fit to be measured? The film check by itself."""

from pathlib import Path
from typing import Any

import numpy as np

from kinechain.app.document import quality_document
from kinechain.app.films import look_at_film
from kinechain.app.overlay import film_thumbnail
from kinechain.app.progress import Progress, ignore
from kinechain.io.whole import write_whole
from kinechain.kinematics.examination import Examination
from kinechain.pose.backend import PoseBackend


def check(
    film: Path,
    backend: PoseBackend,
    *,
    mirrored: bool | None = None,
    test: str = "squat",
    side: str | None = None,
    thumbnail: Path | None = None,
    progress: Progress = ignore,
) -> Examination:
    """Look at a film and say whether it is fit to be measured; write a small picture of it where one is asked for."""
    examination = look_at_film(film, backend, mirrored=mirrored, test=test, side=side, progress=progress)
    if thumbnail is not None:
        write_whole(thumbnail, film_thumbnail(film, bool(mirrored)))
    return examination


def check_document(examination: Examination) -> dict[str, Any]:
    """Return a film check as JSON data: the film, its view, what was counted, and its quality."""
    azimuth, time_s = np.rad2deg(examination.sight.azimuth_rad), examination.keypoints.time_s
    return {
        "name": examination.header.name,
        "sha256": examination.header.sha256,
        "test": examination.test,
        "tested_side": examination.side,
        "view": examination.sight.view.value,
        "turned_deg": round(float(azimuth), 1) if np.isfinite(azimuth) else None,
        "near_side": examination.sight.near_side,
        "frames": int(time_s.size),
        "duration_s": round(float(time_s[-1] - time_s[0]), 3),
        "repetitions": len(examination.repetitions),
        "quality": quality_document(examination.quality),
    }
