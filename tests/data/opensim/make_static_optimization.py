"""Make what OpenSim finds of muscles and knees in the slowed stretch of the bench, from ../shared/data and with OpenSim installed.

    python tests/data/opensim/make_static_optimization.py

writes static_optimization.npz beside this script, within two minutes: see `Chosen` for what is in it, `moments` (time,
coordinate; Nm) besides, what OpenSim's InverseDynamicsTool finds for the coordinates of the reserves. OpenSim's own settings are
kept: how its activations depend on them is told in `bench_static`.
"""

import tempfile
from pathlib import Path

import numpy as np

from kinechain.app.bench_loads import read_stretch, slowed
from kinechain.app.bench_opensim import Tool
from kinechain.app.bench_static import MuscleTools
from kinechain.io.osim import read_structure

ROOT = Path(__file__).resolve().parents[3]
OSIM = ROOT.parent / "shared" / "data" / "model" / "LaiUhlrich2022.osim"
ANSWERS = Path(__file__).parent / "static_optimization.npz"


def make_answers(osim: Path) -> dict[str, np.ndarray]:
    """Return all that is stored."""
    stretch = slowed(read_structure(osim).tree, read_stretch())
    with tempfile.TemporaryDirectory() as folder:
        tools = MuscleTools.set_up(osim, stretch.motion, stretch.ground, Path(folder))
        tools.optimize(stretch.span_s)
        tools.react(stretch.span_s)
        chosen = tools.chosen()
        tool = Tool.set_up(osim, stretch.motion, stretch.ground, stretch.span_s, Path(folder))
        tool.run()
        moments = tool.forces()[:, [stretch.motion.names.index(name) for name in chosen.coordinates]]
    arrays = chosen.to_arrays() | {"moments": moments}
    return {name: part.astype(np.float32) if part.dtype.kind == "f" and name != "time_s" else part for name, part in arrays.items()}


if __name__ == "__main__":
    np.savez_compressed(ANSWERS, **make_answers(OSIM))
