"""How does `kinechain models compile` answer? With the compiled model, and muscle by muscle how well it was fitted."""

import json
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from kinechain.app.compile_model import UNTOLD, compile_model, write_model
from kinechain.body.model import BodyModel
from kinechain.body.muscle_fit import MuscleFit
from kinechain.cli.show import show_progress
from kinechain.core.errors import OutputError
from kinechain.report.words import say

_MM = 1000.0


def run_compile(path: Path, out: Path | None, licence: str | None, as_json: bool) -> None:
    """Compile a model and say how well its muscles were fitted."""
    target = (out or Path(path.name)).with_suffix(".json")
    for file in (target, target.with_suffix(".npz")):
        if file.exists():  # found before the minute that compiling takes
            raise OutputError("a new file for the compiled model", f"{file}, which exists", "Name another one with -o.")
    with show_progress() as tell:
        model = compile_model(path, licence or UNTOLD, progress=tell)
    write_model(model, target)
    if as_json:
        typer.echo(json.dumps({"model": str(target), "muscles": [_row(fit) for fit in model.fits]}, indent=1))
        return
    console = Console(highlight=False)
    console.print(_table(model))
    console.print(say("cli.compiled", path=target, muscles=len(model.muscles), coordinates=len(model.tree.free)))


def _row(fit: MuscleFit) -> dict[str, str | float]:
    return {
        "name": fit.name,
        "length_median_mm": _MM * fit.length_median_m,
        "length_rms_mm": _MM * fit.length_rms_m,
        "length_worst_mm": _MM * fit.length_worst_m,
        "moment_arm_rms_mm": _MM * fit.arm_rms_m,
        "moment_arm_worst_mm": _MM * fit.arm_worst_m,
        "moment_arm_worst_about": fit.arm_worst_about,
    }


def _table(model: BodyModel) -> Table:
    table = Table(title=say("cli.compiled_caption"))
    rows = [_row(fit) for fit in model.fits]
    for name in rows[0] if rows else ():
        table.add_column(
            say(f"cli.compiled_column.{name}"), justify="left" if name in ("name", "moment_arm_worst_about") else "right"
        )
    for row in rows:
        table.add_row(*(value if isinstance(value, str) else f"{value:.3f}" for value in row.values()))
    return table
