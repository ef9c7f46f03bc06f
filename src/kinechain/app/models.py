"""Which pose network is used, and where does it come from?"""

from pathlib import Path

from kinechain.app.progress import Progress, Step, ignore
from kinechain.io.weights import KnownWeights, list_weights, load_weights, weights_path
from kinechain.pose.backend import PoseBackend
from kinechain.pose.blazepose import BlazePose


def open_backend(model: Path | None = None, progress: Progress = ignore) -> PoseBackend:
    """Return the pose network from `model`, the user's settings, the cache, or, the very first time, the package index."""
    weights = load_weights(model, lambda done, total: progress(Step("fetch", "", done, total)))
    return BlazePose(weights.detector, weights.landmarker, weights.name)


def fetch_models(progress: Progress = ignore) -> Path:
    """Make sure that the weights are in the cache, and return where."""
    load_weights(None, lambda done, total: progress(Step("fetch", "", done, total)))
    return weights_path()


def known_models() -> tuple[KnownWeights, ...]:
    """Return the networks that kinechain knows of, and whether they are at hand."""
    return list_weights()


def models_path() -> Path:
    """Return the folder in which fetched weights are kept."""
    return weights_path()
