"""How is a predicted change asked for and shown on a terminal?"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from kinechain.app.squatters import squatter_typed
from kinechain.app.whatif import what_if, whatif_document, write_whatif_page
from kinechain.core.errors import UsageError
from kinechain.core.types import Person
from kinechain.loads.squatter import Change
from kinechain.loads.uncertainty import Chance
from kinechain.loads.what_if import WhatIf, compare
from kinechain.report.whatif_reading import WhatIfReading, read_whatif
from kinechain.report.words import say

#: What may be changed by a number: its option, the measure it means, and what makes its unit the library's.
NUMBERS: Mapping[str, tuple[str, float]] = {
    "--dorsiflexion": ("knee_to_wall_deg", np.pi / 180.0),
    "--hip-flexion": ("hip_flexion_range", np.pi / 180.0),
    "--knee-flexion": ("knee_flexion_range", np.pi / 180.0),
    "--heel-cm": ("heel_m", 0.01),
    "--load-kg": ("load_kg", 1.0),
    "--stance-cm": ("stance_m", 0.01),
    "--toe-out": ("toe_out_rad", np.pi / 180.0),
}
_RANGES = ("--dorsiflexion", "--hip-flexion", "--knee-flexion")
_AMOUNT = re.compile(r"([+\-\u2212]?)(\d+(?:\.\d+)?)(?:deg|cm|kg|°)?")


@dataclass(frozen=True)
class Asked:
    """Who squats: the result they are in, or what was typed of them instead."""

    result: Path | None
    person: Person | None
    dorsiflexion_deg: float | None


def read_changes(numbers: Mapping[str, str | None], arms: str | None, load_at: str | None, side: str) -> tuple[Change, ...]:
    """Return what is to be changed: by a number with a sign, to one without; `side` is that of the ranges.

    >>> read_changes({"--heel-cm": "2"}, None, None, "both")
    (Change(measure='heel_m', value=0.02, mode='to', side='both'),)
    """
    changes = []
    for option, text in numbers.items():
        if text is not None:
            measure, factor = NUMBERS[option]
            match = _AMOUNT.fullmatch(text.replace(" ", ""))
            if match is None:
                do = f"Give {option} +5 for 5 more, {option} 35 for 35 in all."
                raise UsageError("a number with or without a sign", repr(text), do)
            sign, number = match.groups()
            value = factor * float(number) * (1.0 if sign in ("", "+") else -1.0)
            changes.append(Change(measure, value, "by" if sign else "to", side if option in _RANGES else "both"))
    changes += [Change(measure, words) for measure, words in (("arms", arms), ("load_at", load_at)) if words is not None]
    return tuple(changes)


def run_whatif(asked: Asked, changes: tuple[Change, ...], chance: Chance, page: Path | None, as_json: bool) -> None:
    """Predict a squat before and after changes; print it, and with `page` write it to read and print."""
    answer = _answer(asked, changes, chance)
    file = None if page is None else write_whatif_page(answer, page)
    if as_json:
        typer.echo(json.dumps(whatif_document(answer), indent=1, ensure_ascii=False))
        return
    _print(read_whatif(answer))
    if file is not None:
        typer.echo(say("whatif.wrote", path=file))
        typer.echo(say("cli.open_report", path=file.resolve().as_uri()))


def _answer(asked: Asked, changes: tuple[Change, ...], chance: Chance) -> WhatIf:
    if not changes:
        raise UsageError("something to change", "nothing", "Say for instance --dorsiflexion +5 or --heel-cm 2.")
    if asked.result is not None:
        return what_if(asked.result, changes, chance)
    if asked.person is None:
        do = "Give the folder that kinechain assess wrote, or --height-cm and --mass-kg."
        raise UsageError("a result, or a height and a mass", "neither", do)
    return compare(squatter_typed(asked.person, asked.dorsiflexion_deg), changes, chance)


def _print(reading: WhatIfReading) -> None:
    console = Console(highlight=False)
    console.print(f"[bold]{reading.headline}[/bold]", soft_wrap=True)
    console.print(reading.lead, style="dim", soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for code in ("quantity", "before", "after", "change"):
        table.add_column(say(f"whatif.{code}"))
    for row in reading.rows:
        table.add_row(row.name, row.before, row.after, row.change)
    console.print()
    console.print(table)
    for lines in (reading.notes, reading.known, reading.limits):
        console.print()
        for line in lines:
            console.print(line, style="dim", soft_wrap=True)
