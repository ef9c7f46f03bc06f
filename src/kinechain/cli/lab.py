"""How does the virtual lab answer on a terminal? It is found beside the sources and told what was asked."""

import time
from pathlib import Path

import typer

from kinechain.app.progress import Step
from kinechain.cli.checkout import open_lab
from kinechain.cli.show import show_progress

_STALE = 1


def run_show(clips: tuple[str, ...], out: Path | None, count: int, marks: bool) -> None:
    """List planned clips, or draw a sheet of them."""
    doors = open_lab()
    plans = doors.find_plans(clips)
    if out is None:
        for plan in plans:
            typer.echo(doors.describe(plan))
        return
    with show_progress() as tell:
        doors.show(plans, out, count, marks, lambda done, total: tell(Step("lab_draw", out.name, done, total)))
    typer.echo(out)


def run_render(clip: str, out: Path) -> None:
    """Draw one clip as a film."""
    doors = open_lab()
    plan = doors.find_plans((clip,))[0]
    with show_progress() as tell:
        table = doors.render(plan, out, lambda done, total: tell(Step("lab_draw", out.name, done, total)))
    typer.echo(f"{out}\n{table}")


def run_measure(limit: int | None, workers: int | None) -> None:
    """Make and measure what is not stored yet."""
    doors = open_lab()
    began = time.monotonic()
    with show_progress() as tell:
        made = doors.measure(lambda done, total: tell(Step("lab_measure", "", done, total)), limit, workers)
    typer.echo(f"{made} clips in {(time.monotonic() - began) / 60:.1f} minutes; all lie in {doors.CLIPS}")


def run_demo() -> None:
    """Make the embedded films and the film guide's pictures anew."""
    doors = open_lab()
    with show_progress() as tell:
        made = doors.make_demo(lambda done, total: tell(Step("lab_draw", "demo", done, total)))
    for path in made:
        typer.echo(f"{path} {path.stat().st_size / 1000:.0f} kB")


def run_table(check: bool) -> None:
    """Write the accuracy table, or leave with 1 where the written one is not what the stored clips say."""
    doors = open_lab()
    if not check:
        typer.echo(doors.table())
        return
    if not doors.table_is_fresh():
        typer.echo(f"{doors.ACCURACY} is out of date: run `kinechain lab table` and commit it.", err=True)
        raise typer.Exit(_STALE)


def run_calibrate(check: bool) -> None:
    """Write the rows of the fit's intervals, or leave with 1 where the written ones are not what the stored clips teach."""
    doors = open_lab()
    if not check:
        typer.echo(doors.calibrate())
        return
    if not doors.calibration_is_fresh():
        typer.echo(
            f"{doors.CALIBRATION} is out of date: run `kinechain lab calibrate`, then `lab table`, and commit both.", err=True
        )
        raise typer.Exit(_STALE)


def run_claims(check: bool) -> None:
    """Put claims to the load engine and write what it says, or leave with 1 where that is no longer what is written."""
    doors = open_lab()
    if not check:
        typer.echo(doors.put_claims())
        return
    if not doors.claims_are_fresh():
        typer.echo(f"{doors.MADE_SQUATS} is out of date: run `kinechain lab claims` and commit it.", err=True)
        raise typer.Exit(_STALE)


def run_pool(check: bool) -> None:
    """Sum up effects that belong together, or leave with 1 where the written summaries are not what the effects say."""
    doors = open_lab()
    if not check:
        typer.echo(doors.pool_effects())
        return
    if not doors.pooled_is_fresh():
        typer.echo(f"{doors.POOLED} is out of date: run `kinechain lab pool` and commit it.", err=True)
        raise typer.Exit(_STALE)


def run_people(check: bool) -> None:
    """Print the model beside studies of people and write it into docs/loads.md, or leave with 1 where that says something else."""
    doors = open_lab()
    with show_progress() as tell:
        text, fresh = doors.people(lambda done, total: tell(Step("lab_people", "", done, total)), check)
    typer.echo(text)
    if check and not fresh:
        typer.echo(f"{doors.LOADS} is out of date: run `kinechain lab people` and commit it.", err=True)
        raise typer.Exit(_STALE)


def run_squats(check: bool) -> None:
    """Tell good deep squats from bad ones anew, or leave with 1 where the page is not what the stored figures say."""
    doors = open_lab()
    if check:
        if not doors.squats_are_fresh():
            typer.echo(f"{doors.DEEP_SQUATS} is out of date: run `kinechain lab squats` and commit it.", err=True)
            raise typer.Exit(_STALE)
        return
    with show_progress() as tell:
        page = doors.squats(lambda done, total: tell(Step("lab_squats", "", done, total)))
    typer.echo(page)


def run_whatif(check: bool) -> None:
    """Print predicted squats beside studies and write them into docs/whatif.md, or leave with 1 where that says something else."""
    doors = open_lab()
    text, fresh = doors.whatif(check)
    typer.echo(text)
    if check and not fresh:
        typer.echo(f"{doors.WHATIF} is out of date: run `kinechain lab whatif` and commit it.", err=True)
        raise typer.Exit(_STALE)


def run_exercises(check: bool) -> None:
    """Work out what the kneecap bears in every exercise, or leave with 1 where table or page say something else than the engine."""
    doors = open_lab()
    if not check:
        typer.echo(doors.exercises())
        return
    if not doors.exercises_are_fresh():
        typer.echo(f"{doors.EXERCISES} is out of date: run `kinechain lab exercises` and commit what it writes.", err=True)
        raise typer.Exit(_STALE)
