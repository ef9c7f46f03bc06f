"""What do all tests share? The shared data, the oracles, the pose network's weights, and films made on the spot."""

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from films import make_film
from kinechain.core.errors import PoseModelError

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SAMPLE = Path(__file__).resolve().parent / "data" / "sample"


def _absent(reason: str, required_by: str) -> None:
    """Skip with `reason`, or fail where the environment says that nothing may be absent."""
    if os.environ.get(required_by) == "1":
        pytest.fail(f"{reason} ({required_by}=1 asks for it)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared clips and models, which is no part of the repository."""
    if not SHARED_DATA.is_dir():
        _absent("the shared data folder is not beside this checkout", "KINECHAIN_REQUIRE_DATA")
    return SHARED_DATA


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder of three rendered films of one person and their true angles, which is part of the repository."""
    return SAMPLE


@pytest.fixture(scope="session")
def require_oracle() -> Callable[[str], ModuleType]:
    """Return a function that imports an oracle by name, or skips (fails under KINECHAIN_REQUIRE_ORACLES=1)."""

    def require(name: str) -> ModuleType:
        try:
            return importlib.import_module(name)
        except ImportError as error:
            _absent(f"the oracle {name} cannot be imported ({error}); group `oracles` holds it", "KINECHAIN_REQUIRE_ORACLES")
            raise

    return require


@pytest.fixture(scope="session")
def pose_weights() -> tuple[bytes, bytes]:
    """The pose network's two files as bytes: detector, landmarks. Fetched once into the user's cache."""
    from kinechain.io.weights import load_weights

    try:
        weights = load_weights(None)
    except PoseModelError as error:
        _absent(f"the pose network's weights are not to be had: {error}", "KINECHAIN_REQUIRE_DATA")
        raise
    return weights.detector, weights.landmarker


@pytest.fixture
def made_film(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of films in the test's own folder: `made_film("name.mp4", rotation_deg=90)`; see `films.make_film`."""

    def make(name: str = "film.mp4", **settings: Any) -> Path:
        return make_film(tmp_path / name, **settings)

    return make
