"""A model is compiled once, written down, and read back the same; what is no model is said to be none."""

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from kinechain.app.compile_model import compile_model, load_model, write_model
from kinechain.body.muscle_fit import FitOptions
from kinechain.body.pull_fit import PullOptions
from kinechain.core.errors import DataFileError, OutputError
from kinechain.maths.multibody import lay_out


def shipped(folder: Path) -> Path:
    """A copy of the shipped model."""
    for end in ("json", "npz"):
        shutil.copy(str(files("kinechain.body") / "data" / f"lai_uhlrich_2022.{end}"), folder / f"model.{end}")
    return folder / "model.json"


def test_the_shipped_model_says_what_it_is() -> None:
    model = load_model()
    assert len(model.muscles) == len(model.fits) == 80
    assert {"knee_angle_r", "hip_flexion_l", "pelvis_tx"} <= set(model.tree.free)
    assert np.rad2deg(model.ranges["knee_angle_r"]) == pytest.approx([-10.0, 140.0], abs=0.1)
    assert "Rajagopal" in model.origin.credits
    assert "Apache-2.0" in model.origin.licence
    assert model.tree.mass == pytest.approx(75.3, abs=0.1)


def test_it_is_the_shared_file_compiled(shared_data: Path) -> None:
    from kinechain.io.compiled import file_hash

    assert load_model().origin.sha256 == file_hash(shared_data / "model" / "LaiUhlrich2022.osim")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    model = load_model()
    path = write_model(model, tmp_path / "again")
    again = load_model(path)
    pose = np.full((1, len(model.tree.coordinates)), 0.2)
    one, other = (lay_out(body.tree, body.tree.with_followers(pose)) for body in (model, again))
    assert np.array_equal(one.origins[-1], other.origins[-1])
    lengths = [body.geometry.lengths(pose, body.tree.coordinates) for body in (model, again)]
    assert np.array_equal(*lengths)
    assert again.muscles == model.muscles
    assert again.fits == model.fits
    with pytest.raises(OutputError):
        write_model(model, path)


def test_a_model_without_its_tables_is_said_so(tmp_path: Path) -> None:
    path = shipped(tmp_path)
    path.with_suffix(".npz").unlink()
    with pytest.raises(DataFileError, match=r"no file at .*model\.npz"):
        load_model(path)


def test_a_garbled_model_is_refused(tmp_path: Path) -> None:
    path = shipped(tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["links"]
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DataFileError, match="links"):
        load_model(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DataFileError, match="breaks their rules"):
        load_model(path)


def test_another_json_is_no_model(tmp_path: Path) -> None:
    path = shipped(tmp_path)
    path.write_text('{"schema": "kinechain.result/1"}', encoding="utf-8")
    with pytest.raises(DataFileError, match=r"kinechain\.body/1"):
        load_model(path)


def test_compiling_the_shared_model_gives_the_shipped_tree(
    shared_data: Path, require_oracle: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # OpenSim writes a log where it is imported
    require_oracle("opensim")
    few = FitOptions(poses=600, held_out=20, terms=(12, 30, 60, 80, 80, 80))
    done: list[int] = []
    fewer = PullOptions(poses=300, held_out=20, bends=(("knee_angle", 8),), otherwise=2, alone=12)
    path = shared_data / "model" / "LaiUhlrich2022.osim"
    model = compile_model(path, "a licence", few, lambda step: done.append(step.done), fewer)
    kept = load_model()
    assert model.pulls is not None
    assert kept.pulls is not None
    assert (model.pulls.kneecap, model.pulls.shin) == (kept.pulls.kneecap, kept.pulls.shin)
    assert [fit.depends_on for fit in model.pull_fits] == [fit.depends_on for fit in kept.pull_fits]
    assert model.origin.licence == "a licence"
    assert model.muscles == kept.muscles
    assert done == sorted(done)
    pose = np.full((1, len(kept.tree.coordinates)), 0.3)
    places = [lay_out(body.tree, body.tree.with_followers(pose)).origins for body in (model, kept)]
    assert np.allclose(places[0], places[1], atol=1e-12)
