"""One run of the demo for all tests of the app: it takes some seconds, and everything hangs on it."""

from pathlib import Path

import pytest

from kinechain.app.demo import Demo, run_demo
from kinechain.loads.uncertainty import Chance
from kinechain.pose.blazepose import BlazePose


@pytest.fixture(scope="session")
def backend(pose_weights: tuple[bytes, bytes]) -> BlazePose:
    """The real pose network."""
    return BlazePose(*pose_weights, "blazepose-full")


@pytest.fixture(scope="session")
def demo(backend: BlazePose, tmp_path_factory: pytest.TempPathFactory) -> tuple[Demo, Path]:
    """The demo's comparison, and the folder that it wrote for its first person."""
    folder = tmp_path_factory.mktemp("demo") / "result"
    few = Chance(draws=20)  # no test of the demo asks how wide the intervals of loads are
    return run_demo(backend, folder, chance=few), folder / "person_1"
