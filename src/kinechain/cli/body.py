"""How are the muscles of a leg shown on a terminal?"""

import json
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from kinechain.app.anatomy import anatomy_document, find_muscles, open_body, write_anatomy_page
from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import side_of
from kinechain.core.errors import OutputError
from kinechain.report.muscle_reading import (
    MuscleReading,
    failures,
    leg_muscles,
    millimetres,
    places,
    plain_name,
    read_arms,
    read_muscles,
    rows_of,
    share_of_force,
)
from kinechain.report.words import say


def run_muscles(name: str | None, body: Path | None, out: Path | None, as_json: bool) -> None:
    """Tell of one muscle, of a group, or of all of a leg; with `out` write the page too."""
    if out is not None and out.exists():
        raise OutputError("a new file", f"{out}, which exists", "Name another one with -o; nothing is overwritten.")
    model = open_body(body)
    asked = () if name is None else find_muscles(model, name)
    if out is not None:
        write_anatomy_page(model, asked, out)
    if as_json:
        typer.echo(json.dumps(anatomy_document(model, asked), indent=1, ensure_ascii=False))
        return
    console = Console(highlight=False)
    if asked:
        _show_some(console, model, asked)
    else:
        _show_leg(console, model)
    _show_source(console, model)
    if out is not None:
        console.print()
        console.print(say("anatomy.wrote", path=out))
        console.print(say("cli.open_report", path=out.resolve().as_uri()), soft_wrap=True)


def _show_leg(console: Console, model: BodyModel) -> None:
    leg = leg_muscles(model)
    readings = read_muscles(model, leg)
    table = _table()
    for code in ("name", "plain", "force_n", "crosses", "fit_mm"):
        table.add_column(say(f"anatomy.col_{code}"), justify="right" if code in ("force_n", "fit_mm") else "left", no_wrap=True)
    group = ""
    for reading in readings:
        if reading.group != group:
            group = reading.group
            if table.row_count:
                table.add_row()
            table.add_row("", f"[bold]{say(f'muscle_group.{group}')}[/bold]")
        force, error = f"{reading.muscle.max_isometric_force_n:.0f}", millimetres(reading.fit.length_rms_m)
        table.add_row(reading.short, reading.plain, force, ", ".join(reading.joints), error)
    console.print(table)
    console.print(f"{say('anatomy.every_lead', side=side_of(leg[0]) or 'right')} {say('anatomy.fit_explain')}")
    console.print()
    _show_failures(console, readings)


def _show_some(console: Console, model: BodyModel, asked: Sequence[str]) -> None:
    readings = read_muscles(model, asked)
    shares = share_of_force(readings)
    for reading in readings:
        console.print(f"[bold]{reading.plain[:1].upper()}{reading.plain[1:]}[/bold]  {reading.name}")
        console.print(_facts(reading, shares[reading.name] if len(readings) > 1 else None))
    for plot in read_arms(model, asked):
        console.print(f"[bold]{plot.title}[/bold]")
        console.print(Padding(f"{plot.note} {_broken(plot.breaks_at)}".strip(), (0, 0, 0, 2)))
        angles, rows = rows_of(plot)
        table = _table()
        table.add_column(say("anatomy.arms_table"))
        for angle in angles:
            table.add_column(f"{angle:.0f}°", justify="right")
        for muscle, arms in rows:
            table.add_row(plain_name(muscle), *(f"{arm + 0.0:.1f}" for arm in arms))
        console.print(table)
    _show_failures(console, readings)


def _facts(reading: MuscleReading, share: float | None) -> Table:
    fit = reading.fit
    force = say("anatomy.force_n", force=reading.muscle.max_isometric_force_n)
    at = [say("anatomy.fit_at", places=places(where)) for where in (fit.length_worst_at, fit.arm_worst_at)]
    rms = [
        say("anatomy.fit_rms", rms=millimetres(usual), worst=millimetres(worst))
        for usual, worst in ((fit.length_rms_m, fit.length_worst_m), (fit.arm_rms_m, fit.arm_worst_m))
    ]
    rows = {
        "origin": reading.origin,
        "insertion": reading.insertion,
        "crosses": reading.crosses,
        "force": force if share is None else f"{force}, {say('anatomy.share', share=share)}",
        "fibre": reading.fibres,
        "tendon": reading.tendon,
        "col_fit": f"{rms[0]} {at[0]}",
        "col_arm": f"{rms[1]} {at[1]}",
    }
    table = _table()
    table.show_header = False
    table.add_column(no_wrap=True)
    table.add_column()
    for code, words in rows.items():
        if words:
            table.add_row(say(f"anatomy.{code}"), words)
    return table


def _broken(at_deg: float | None) -> str:
    return "" if at_deg is None else say("anatomy.broken", limit=at_deg)


def _show_failures(console: Console, readings: Sequence[MuscleReading]) -> None:
    sentences = list(failures(readings))
    if sentences:
        console.print(f"[bold]{say('anatomy.fails')}[/bold]")
        for sentence in sentences:
            console.print(Padding(sentence[:1].upper() + sentence[1:], (0, 0, 0, 2)))
        console.print()


def _show_source(console: Console, model: BodyModel) -> None:
    origin = model.origin
    words = {
        "model": model.name,
        "authors": origin.credits,
        "licence": origin.licence,
        "file": origin.file,
        "sha256": origin.sha256,
    }
    console.print(f"[bold]{say('anatomy.source')}[/bold]")
    console.print(Padding(say("anatomy.source_line", **words), (0, 0, 0, 2)))


def _table() -> Table:
    return Table(box=None, pad_edge=False, collapse_padding=True, header_style="dim")
