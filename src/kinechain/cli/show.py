"""How is an answer shown on a terminal? Results on standard output, progress on standard error, exit codes as documented."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from kinechain.app import assess as assessing
from kinechain.app import bench as benching
from kinechain.app import check as checking
from kinechain.app import demo as demonstrating
from kinechain.app import models
from kinechain.app.progress import Progress as Tell
from kinechain.app.progress import Step
from kinechain.app.screening import screen_request
from kinechain.cli.lines import print_lines
from kinechain.cli.place import free_folder
from kinechain.cli.quiet import without_native_chatter
from kinechain.core.types import Screening, Verdict
from kinechain.report.screening_text import screening_lines
from kinechain.report.text import film_lines, result_lines
from kinechain.report.words import say

_REFILM = 3
_Row = TypeVar("_Row")


def run_assess(request: assessing.Request, model: Path | None, out: Path | None, as_json: bool) -> None:
    """Assess films, write the folder, and tell what was found; leaves with 3 where the films have to be made again."""
    destination = free_folder(out, request.test)
    with show_progress() as tell:
        assessed = assessing.assess(request, models.open_backend(model, tell), tell)
        screening = screen_request(request, assessed.assessment)
        assessing.write_assessment(assessed, destination, tell, screening)
    _show_assessment(assessed, screening, destination, as_json)


def run_demo(out: Path | None, as_json: bool) -> None:
    """Assess the embedded films and print measured against true."""
    destination = free_folder(out, "demo")
    with show_progress() as tell:
        demo = demonstrating.run_demo(models.open_backend(None, tell), destination, tell)
    if as_json:
        _print_json(
            {"peaks": [vars(row) | {"error": row.error} for row in demo.peaks], "curves": [vars(row) for row in demo.curves]}
        )
        return
    console = _console()
    console.print(say("cli.demo_intro"), "\n")
    for clip in (clip for assessed in demo.assessed.values() for clip in assessed.assessment.clips):
        view = say(f"view.{clip.clip.view.value}")
        console.print(say("cli.demo_counted", name=clip.clip.header.name, view=view, count=len(clip.repetitions)))
    console.print()
    console.print(_peak_table(demo))
    console.print(_curve_table(demo))
    console.print(say("cli.demo_explain"), "\n")
    console.print(say("cli.wrote", folder=destination))
    for name in demo.assessed:
        _say_what_to_open(console, destination / name)


def run_check(
    film: Path, mirrored: bool | None, test: str, side: str | None, model: Path | None, thumbnail: Path | None, as_json: bool
) -> None:
    """Look at a film and tell whether it is fit; leaves with 3 where it has to be made again."""
    with show_progress() as tell:
        backend = models.open_backend(model, tell)
        examination = checking.check(film, backend, mirrored=mirrored, test=test, side=side, thumbnail=thumbnail, progress=tell)
    if as_json:
        _print_json(checking.check_document(examination))
    else:
        view = say(f"view.{examination.sight.view.value}")
        _console().print(say("cli.check_seen", name=examination.header.name, view=view, count=len(examination.repetitions)))
        print_lines(film_lines(examination.header.name, examination.quality))
    if examination.quality.verdict is Verdict.REFILM:
        raise typer.Exit(_REFILM)


def run_bench(what: str, as_json: bool, osim: Path | None = None) -> None:
    """Time what was asked for and print each figure beside its floor."""
    with show_progress() as tell:
        figures = benching.bench(what, tell, osim)
    if as_json:
        _print_json([vars(figure) | {"ratio": figure.ratio if figure.floor else None} for figure in figures])
        return
    table = Table("figure", "value", "floor", "ratio", "aim")
    for figure in figures:
        floor = f"{figure.floor_name} {figure.floor:.3g} {figure.unit}" if figure.floor else ""
        ratio, aim = (f"{figure.ratio:.3g}", f"{figure.aim:.3g}") if figure.floor else ("", "")
        table.add_row(figure.name, f"{figure.value:.3g} {figure.unit}", floor, ratio, aim)
    _console().print(table)


def run_models_fetch() -> None:
    """Fetch the weights and tell where they are."""
    with show_progress() as tell:
        path = models.fetch_models(tell)
    _console().print(say("cli.model_ready", path=path))


def run_models_list(as_json: bool) -> None:
    """Tell which networks are known and at hand."""
    rows = [
        {name: str(value) if isinstance(value, Path) else value for name, value in vars(row).items()}
        for row in models.known_models()
    ]
    if as_json:
        _print_json(rows)
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    _console().print(table)


def _show_assessment(assessed: assessing.Assessed, screening: Screening | None, destination: Path, as_json: bool) -> None:
    assessment = assessed.assessment
    refilm = assessment.quality.verdict is Verdict.REFILM
    if as_json:
        typer.echo((destination / "result.json").read_text(encoding="utf-8"), nl=False)
    else:
        print_lines(result_lines(assessment))
        print_lines([] if screening is None else screening_lines(screening))
        say_where(destination)
    if refilm:
        raise typer.Exit(_REFILM)


def _peak_table(demo: demonstrating.Demo) -> Table:
    """Return a row for each measure of each film, over its legs and repetitions."""
    head = (Column("film", no_wrap=True), "measure", "true", "measured", "90% interval", "error", "held")
    table = Table(*head, title=say("cli.demo_caption"), title_justify="left")
    for film, rows in _grouped(demo.peaks, lambda row: row.clip).items():
        for number, (code, same) in enumerate(_grouped(rows, lambda row: row.code).items()):
            true, measured, low, high, error = (
                fmean(getattr(row, name) for row in same) for name in ("true", "measured", "low", "high", "error")
            )
            numbers = (f"{true:.1f}°", f"{measured:.1f}°", f"{low:.0f}° to {high:.0f}°", f"{error:+.1f}°")
            held = f"{sum(row.inside for row in same)} of {len(same)}"
            table.add_row("" if number else Path(film).stem, say(f"measure.{code}.name"), *numbers, held)
        table.add_section()
    return table


def _curve_table(demo: demonstrating.Demo) -> Table:
    """Return a row for each film and a column for each angle."""
    angles = demonstrating.ANGLES
    names = [say(f"curve.{angle}.name") for angle in angles]
    table = Table(Column("film", no_wrap=True), *names, title=say("cli.demo_curves"), title_justify="left")
    for film, rows in _grouped(demo.curves, lambda row: row.clip).items():
        by_angle = _grouped(rows, lambda row: row.angle)
        table.add_row(Path(film).stem, *(_curve_error(by_angle.get(angle, [])) for angle in angles))
    return table


def _curve_error(rows: list[demonstrating.CurveRow]) -> str:
    if not rows:
        return ""
    frames = sum(row.frames for row in rows)
    error, bias = (sum(getattr(row, name) * row.frames for row in rows) / frames for name in ("mean_absolute_error", "bias"))
    return f"{error:.1f}° ({bias:+.1f}°)"


def _grouped(rows: Iterable[_Row], key: Callable[[_Row], str]) -> dict[str, list[_Row]]:
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def say_where(destination: Path) -> None:
    """Tell where the result is, and what to open."""
    console = _console()
    console.print(say("cli.wrote", folder=destination))
    _say_what_to_open(console, destination)


def _say_what_to_open(console: Console, folder: Path) -> None:
    console.print(say("cli.open_report", path=(folder / "report.html").resolve().as_uri()), soft_wrap=True)


def _console() -> Console:
    return Console(highlight=False)


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, indent=1, ensure_ascii=False, default=str))


@contextmanager
def show_progress() -> Iterator[Tell]:
    """Show a bar for each stage on standard error, where that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with without_native_chatter():
        console = Console(stderr=True)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
            tasks: dict[tuple[str, str], TaskID] = {}

            def tell(step: Step) -> None:
                key = (step.stage, step.name)
                if key not in tasks:
                    tasks[key] = bars.add_task(say(f"cli.stage.{step.stage}", name=step.name), total=step.total)
                bars.update(tasks[key], completed=step.done, total=step.total)

            yield tell
