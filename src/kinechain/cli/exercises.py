"""How is the catalogue of exercises shown on a terminal?"""

import json
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from kinechain.app.exercises import exercises_document, find_exercises, write_exercises_page
from kinechain.cli.lines import print_lines
from kinechain.core.errors import UsageError
from kinechain.report.exercise_reading import exercise_lines, read_areas, read_exercise
from kinechain.report.words import say


def run_exercises(code: str | None, out: Path | None, as_json: bool) -> None:
    """Tell how an exercise is done, or which there are; with `out` write a page with pictures."""
    if out is not None and as_json:
        raise UsageError("one form of answer", "two together", "Give one of -o and --json.")
    codes = find_exercises(code)
    if out is not None:
        file = write_exercises_page(codes, out)
        typer.echo(say("exercises.wrote", path=file))
        typer.echo(say("cli.open_report", path=file.resolve().as_uri()))
    elif as_json:
        typer.echo(json.dumps(exercises_document(codes), indent=1, ensure_ascii=False))
    elif code is None:
        _show_all(codes)
    else:
        print_lines(exercise_lines(read_exercise(codes[0])))


def _show_all(codes: tuple[str, ...]) -> None:
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("code", "dose", "load"):
        table.add_column(say(f"exercises.col_{column}"), no_wrap=column == "code")
    for area in read_areas(codes):
        table.add_row(f"[bold]{area.name}[/]", "", "")
        for reading in area.exercises:
            table.add_row(f"  {reading.exercise.code}", reading.dose, reading.load.headline)
    console.print(table)
    console.print(say("exercises.ask"), soft_wrap=True)
