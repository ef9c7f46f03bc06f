"""How does an OpenSim model become kinechain's own? Read, sampled and fitted once with OpenSim; afterwards nothing needs it."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kinechain.app.progress import Progress, Step, ignore
from kinechain.body.model import BodyModel, Origin, model_arrays, model_document, read_model
from kinechain.body.muscle_fit import FitOptions, Lengths, Poses, Sampler, fit_geometry
from kinechain.body.pull_fit import PullOptions, fit_pulls
from kinechain.core.errors import DataFileError
from kinechain.evidence import constant
from kinechain.io.compiled import file_hash, read_compiled, read_shipped, write_compiled
from kinechain.io.osim import read_structure
from kinechain.io.osim_muscles import open_muscles

_KNEE = re.compile(r"^knee_angle_[rl]$")
#: Poses after which progress is told.
_TOLD_AFTER = 256
#: What is said of a licence that nobody told.
UNTOLD = "not told"


def compile_model(
    path: Path,
    licence: str = UNTOLD,
    options: FitOptions | None = None,
    progress: Progress = ignore,
    pull_options: PullOptions | None = None,
) -> BodyModel:
    """Return the model of an .osim file: its tree as it is, muscles' lines and pulls as polynomials fitted to what OpenSim says.

    Raises DataFileError, naming the part, for what a tree of links or a polynomial cannot represent.
    """
    options = options or FitOptions()
    structure, opened = read_structure(path), open_muscles(path)
    sampled = _watched(opened.lengths, lambda done: progress(Step("compile", path.name, min(done, options.poses), options.poses)))
    fitted = fit_geometry(sampled, opened.muscles, _working(opened.ranges), options)
    pulled = fit_pulls(opened.pulls, structure.tree, opened.muscles, _working(opened.ranges), pull_options)
    return BodyModel(
        name=structure.name,
        tree=structure.tree,
        ranges=_working(structure.ranges),
        rest=structure.defaults,
        turning=structure.rotational,
        muscles=opened.muscles,
        geometry=fitted.geometry,
        fits=fitted.fits,
        origin=Origin(
            file=path.name,
            sha256=file_hash(path),
            credits=structure.credits,
            publications=structure.publications,
            licence=licence,
            compiler=f"OpenSim {structure.opensim}",
        ),
        pulls=pulled.pulls if pulled else None,
        pull_fits=pulled.fits if pulled else (),
    )


def _working(ranges: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return a model's ranges with knees that may pass straight by the row `body.knee_past_straight`: standing, many do."""
    past = -constant("body.knee_past_straight").si
    return {name: (min(low, past) if _KNEE.match(name) else low, high) for name, (low, high) in ranges.items()}


def _watched(sample: Sampler, told: Callable[[int], None]) -> Sampler:
    """Return a sampler that tells how many poses it has looked at: thousands take a minute."""
    done = 0

    def sampled(names: Sequence[str], poses: Poses, muscles: Sequence[str]) -> Lengths:
        nonlocal done
        parts = []
        for start in range(0, len(poses), _TOLD_AFTER):
            part = poses[start : start + _TOLD_AFTER]
            parts.append(sample(names, part, muscles))
            done += len(part)
            told(done)
        return np.concatenate(parts)

    return sampled


def write_model(model: BodyModel, destination: Path, *, replace: bool = False) -> Path:
    """Write a compiled model as a .json, with its tables in the .npz of the same name, and return the .json's path."""
    target = destination.with_suffix(".json")
    write_compiled(model_document(model), model_arrays(model), target, replace=replace)
    return target


def load_model(path: Path | None = None) -> BodyModel:
    """Return a compiled model; without a path the one that kinechain brings along, which is read once."""
    return _shipped_model() if path is None else _model(path, *read_compiled(path))


@cache
def _shipped_model() -> BodyModel:
    return _model(None, *read_shipped())


def _model(path: Path | None, document: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> BodyModel:
    try:
        return read_model(document, arrays)
    except (KeyError, ValueError, TypeError) as error:
        raise DataFileError(
            "a model compiled by kinechain",
            f"{path}, which lacks or garbles a part ({error})",
            "Compile it anew: kinechain models compile.",
        ) from error
