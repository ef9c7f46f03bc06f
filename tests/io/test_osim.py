"""An OpenSim model becomes a tree of links, or is refused in one sentence that names the part."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from kinechain.core.errors import DataFileError
from kinechain.io.osim import read_structure
from kinechain.maths.multibody import lay_out


@pytest.fixture
def opensim(require_oracle: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)  # OpenSim writes a log where it is imported
    library = require_oracle("opensim")
    library.Logger.setLevelString("Off")
    return library


def arm(opensim: Any, joint: Any = None) -> Any:
    """A model of one rod that hangs from the ground, by a pin unless another joint is given."""
    model = opensim.Model()
    model.setName("arm")
    rod = opensim.Body("rod", 2.0, opensim.Vec3(0.0, -0.5, 0.0), opensim.Inertia(0.2, 0.01, 0.2))
    model.addBody(rod)
    model.addJoint(joint(model, rod) if joint else opensim.PinJoint("pin", model.getGround(), rod))
    model.finalizeConnections()
    return model


def written(model: Any, folder: Path) -> Path:
    path = folder / "model.osim"
    model.printToXML(str(path))
    return path


def test_a_rod_on_a_pin_hangs_and_swings(opensim: Any, tmp_path: Path) -> None:
    structure = read_structure(written(arm(opensim), tmp_path))
    tree = structure.tree
    assert (tree.coordinates, tree.links[0].name, tree.mass) == (("pin_coord_0",), "rod", 2.0)
    assert structure.rotational == {"pin_coord_0"}
    end = lay_out(tree, np.array([[0.0], [np.pi / 2.0]])).place("rod", np.array([0.0, -1.0, 0.0]))
    assert np.allclose(end, [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0]])


def test_the_shared_model_is_laid_out_as_opensim_lays_it_out(opensim: Any, shared_data: Path) -> None:
    path = shared_data / "model" / "LaiUhlrich2022.osim"
    tree, model = read_structure(path).tree, opensim.Model(str(path))
    state, rng = model.initSystem(), np.random.default_rng(0)
    poses = tree.with_followers(rng.uniform(-0.4, 0.9, size=(5, len(tree.coordinates))))
    laid = lay_out(tree, poses)
    for frame, pose in enumerate(poses):
        for name, value in zip(tree.coordinates, pose, strict=True):
            model.getCoordinateSet().get(name).setValue(state, float(value), False)
        model.realizePosition(state)
        for link in tree.links:
            place = model.getBodySet().get(link.name).getPositionInGround(state)
            assert np.allclose(laid.place(link.name, np.zeros(3))[frame], [place.get(k) for k in range(3)], atol=1e-12)


def test_a_joint_that_is_no_turn_and_no_slide_is_named(opensim: Any, tmp_path: Path) -> None:
    def egg(model: Any, rod: Any) -> Any:
        return opensim.EllipsoidJoint("egg", model.getGround(), rod, opensim.Vec3(0.1, 0.2, 0.3))

    with pytest.raises(DataFileError, match=r"EllipsoidJoint egg of model.osim"):
        read_structure(written(arm(opensim, egg), tmp_path))


def test_a_function_that_is_no_polynomial_is_named(opensim: Any, shared_data: Path, tmp_path: Path) -> None:
    text = (shared_data / "model" / "LaiUhlrich2022.osim").read_text(encoding="utf-8")
    start = text.index("<PolynomialFunction")
    end = text.index("</PolynomialFunction>") + len("</PolynomialFunction>")
    wave = "<Sine><amplitude>1</amplitude><omega>1</omega><phase>0</phase></Sine>"
    (tmp_path / "wave.osim").write_text(text[:start] + wave + text[end:], encoding="utf-8")
    with pytest.raises(DataFileError, match=r"Sine rotation2 of joint walker_knee_r of wave\.osim"):
        read_structure(tmp_path / "wave.osim")


def test_a_constraint_that_is_no_coupler_is_named(opensim: Any, tmp_path: Path) -> None:
    model = arm(opensim)
    rod = model.getBodySet().get("rod")
    tie = opensim.ConstantDistanceConstraint(model.getGround(), opensim.Vec3(1.0), rod, opensim.Vec3(0.0), 0.5)
    tie.setName("tie")
    model.addConstraint(tie)
    model.finalizeConnections()
    with pytest.raises(DataFileError, match="ConstantDistanceConstraint tie"):
        read_structure(written(model, tmp_path))


def test_a_file_that_is_no_model_or_none_at_all_is_said_so(opensim: Any, tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="no file"):
        read_structure(tmp_path / "absent.osim")
    text = tmp_path / "text.osim"
    text.write_text("not a model", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"text\.osim, which OpenSim cannot read"):
        read_structure(text)


def test_reading_leaves_no_log_behind(opensim: Any, tmp_path: Path) -> None:
    path = written(arm(opensim), tmp_path)
    read_structure(path)
    assert sorted(file.name for file in tmp_path.iterdir()) in (["model.osim"], ["model.osim", "opensim.log"])
