"""What do the tests of the pose stage share? The backends, and stills of real and rendered people."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from oracle import MediaPipe

from kinechain.io.film import open_film
from kinechain.pose import BlazePose, PoseBackend


@pytest.fixture(scope="session")
def blazepose(pose_weights: tuple[bytes, bytes]) -> BlazePose:
    return BlazePose(*pose_weights, "blazepose-full")


@pytest.fixture(scope="session")
def mediapipe_backend(require_oracle: Callable[[str], ModuleType], pose_weights: tuple[bytes, bytes]) -> Iterator[MediaPipe]:
    backend = MediaPipe(require_oracle("mediapipe"), *pose_weights)
    yield backend
    backend.close()


@pytest.fixture(params=["blazepose", "mediapipe_backend"])
def backend(request: pytest.FixtureRequest) -> PoseBackend:
    """Every backend there is, one after the other."""
    return request.getfixturevalue(request.param)


def read_stills(film: Path, wanted: range) -> list[np.ndarray]:
    """Return those pictures of a film whose index is in `wanted`."""
    stills = []
    with open_film(film) as opened:
        for picture in opened.pictures():
            if picture.index in wanted:
                stills.append(picture.rgb)
            if picture.index >= wanted[-1]:
                break
    return stills


@pytest.fixture(scope="session")
def rendered_side(sample: Path) -> list[np.ndarray]:
    """Six stills of the rendered person from the side, from standing into the first squat."""
    return read_stills(sample / "squat_side.mp4", range(0, 60, 10))


@pytest.fixture(scope="session")
def rendered_front(sample: Path) -> list[np.ndarray]:
    """Six stills of the rendered person from the front."""
    return read_stills(sample / "squat_front.mp4", range(0, 60, 10))
