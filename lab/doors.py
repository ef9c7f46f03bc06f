"""What can be asked of the lab? One function per command of `kinechain lab`; run from a checkout."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from kinechain.app.claim_tests import make_squats
from kinechain.app.compile_model import load_model
from kinechain.app.models import fetch_models, open_backend
from kinechain.core.errors import OutputError, UsageError
from kinechain.evidence.made_squats import alike, format_made_squats, made_squats
from kinechain.io.film_writer import write_film
from kinechain.io.whole import whole_file, write_whole
from kinechain.pose.backend import PoseBackend
from kinechain.program.exercise_loads import exercise_loads
from lab.accuracy import accuracy_page, evaluate, write_accuracy
from lab.calibration import calibration_text, write_calibration
from lab.deep_squats import FILE as DEEP_SQUAT_FIGURES
from lab.deep_squats import format_deep_squats, measure_deep_squats, read_deep_squats
from lab.deep_squats_page import deep_squats_page
from lab.demo import DEMO_FILMS, draw_guide, make_demo_films
from lab.design import Plan, read_design
from lab.exercise_loads import MARKS as EXERCISE_MARKS
from lab.exercise_loads import exercise_loads_text, exercises_part
from lab.markers import read_markers_figures
from lab.muscle_table import muscle_page
from lab.people import Shown, work_out
from lab.people_table import alike as same_figures
from lab.people_table import people_part, says_the_same, write_part
from lab.pooling import pooled_text
from lab.records import save_record
from lab.sheet import draw_tile, lay_out
from lab.studio import Stage, make_record, stage
from lab.truth_table import truth_csv
from lab.whatif_table import MARKS as WHATIF_MARKS
from lab.whatif_table import whatif_part

ROOT = Path(__file__).resolve().parents[1]
CLIPS = ROOT / "lab" / "data" / "clips"
ACCURACY = ROOT / "docs" / "accuracy.md"
MUSCLES = ROOT / "docs" / "muscles.md"
LOADS = ROOT / "docs" / "loads.md"
WHATIF = ROOT / "docs" / "whatif.md"
EXERCISES = ROOT / "docs" / "exercises.md"
EXERCISE_LOADS = ROOT / "src" / "kinechain" / "program" / "data" / "exercise_loads.toml"
DEEP_SQUATS = ROOT / "docs" / "deep_squats.md"
SHARED = ROOT.parent / "shared" / "data"
CALIBRATION = ROOT / "src" / "kinechain" / "evidence" / "data" / "calibration.toml"
MADE_SQUATS = ROOT / "src" / "kinechain" / "evidence" / "data" / "made_squats.toml"
POOLED = ROOT / "src" / "kinechain" / "evidence" / "data" / "pooled.toml"
GUIDE = ROOT / "docs" / "images" / "filming.jpg"

#: Movements that are set beside studies.
_MOVEMENTS = 6

#: Told how many clips are done, and of how many.
Tell = Callable[[int, int], None]


def find_plans(names: tuple[str, ...] = ()) -> tuple[Plan, ...]:
    """Return the planned clips whose names start with one of `names`, or all.

    Raises:
        UsageError: no clip of the design is named so.
    """
    plans = read_design()
    chosen = tuple(plan for plan in plans if not names or plan.name.startswith(names))
    if not chosen:
        raise UsageError("the name of a planned clip", ", ".join(names), "`kinechain lab show` lists them.")
    return chosen


def describe(plan: Plan) -> str:
    """Return one line that says what a clip is, and whether it is stored."""
    stored = "stored " if _place(plan).exists() else "planned"
    extras = [*plan.faults, *(["played from markers"] if plan.source == "mocap" else [])]
    what = f"{plan.group:9} person {plan.person:3}  {plan.movement:17} {plan.view:7} {plan.azimuth_deg:6.1f} deg"
    return f"{plan.name}  {stored}  {what}  {plan.fps:g} fps  {', '.join(extras)}".rstrip()


def show(plans: tuple[Plan, ...], destination: Path, count: int, marks: bool, tell: Tell) -> None:
    """Draw a sheet with one picture each of `count` of the clips, evenly picked."""
    picked = [plans[number * len(plans) // count] for number in range(count)] if len(plans) > count else list(plans)
    tell(0, len(picked))
    tiles = []
    for plan in picked:
        tiles.append(draw_tile(plan, marks=marks))
        tell(len(tiles), len(picked))
    with whole_file(destination) as beside:
        lay_out(tiles).save(beside, format="png")


def render(plan: Plan, destination: Path, tell: Tell) -> Path:
    """Draw one clip, and beside it a table of its true angles; returns the table's path.

    Raises:
        OutputError: a file of either name exists.
    """
    table = destination.with_suffix(".csv")
    if table.exists():
        raise OutputError("a free name for the true angles", f"{table}, which exists", "Name another film.")
    staged = stage(plan)
    write_film(destination, _counted(staged, tell), plan.fps, plan.crf)
    write_whole(table, truth_csv(staged.truth))
    return table


def _counted(staged: Stage, tell: Tell) -> Iterator[tuple[float, np.ndarray]]:
    total = staged.pose.time_s.size
    for done, frame in enumerate(staged.frames(), start=1):
        yield frame
        tell(done, total)


def measure(tell: Tell, limit: int | None = None, workers: int | None = None) -> int:
    """Make and measure what the design plans and the folder lacks; drop what it plans no more. Returns how many were made.

    Each clip is whole or absent, so that a run can be cut off at any time and goes on where it was.
    """
    CLIPS.mkdir(parents=True, exist_ok=True)
    plans = read_design()
    planned = {plan.name for plan in plans}
    for stale in CLIPS.glob("*.npz"):
        if stale.stem not in planned:
            stale.unlink()
    todo = list(islice((plan for plan in plans if not _place(plan).exists()), limit))
    fetch_models()
    tell(0, len(todo))
    # Each worker draws and measures on one core; a fork would inherit the threads of whatever ran before.
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_measure_one, plan) for plan in todo]
        for done, finished in enumerate(as_completed(waiting), start=1):
            finished.result()
            tell(done, len(todo))
    return len(todo)


def _measure_one(plan: Plan) -> None:
    save_record(_place(plan), make_record(plan, _backend()))


def _place(plan: Plan) -> Path:
    return CLIPS / f"{plan.name}.npz"


@cache
def _backend() -> PoseBackend:
    return open_backend()


def make_demo(tell: Tell) -> list[Path]:
    """Make the embedded films and the film guide's pictures anew; returns what was written."""
    made: list[Path] = []
    for path in make_demo_films(ROOT / "src" / "kinechain" / "app" / "demo_films"):
        made.append(path)
        tell(len(made), DEMO_FILMS + 1)
    with whole_file(GUIDE, replace=True) as beside:
        draw_guide().save(beside, format="jpeg", quality=85)
    return [*made, GUIDE]


def table() -> Path:
    """Write the accuracy table anew from the stored clips, and that of the body model's muscles from the model."""
    write_whole(MUSCLES, muscle_page(load_model()), replace=True)
    write_accuracy(CLIPS, ACCURACY)
    return ACCURACY


def table_is_fresh() -> bool:
    """Tell whether the written tables are what the stored clips and the body model say today."""
    if not _says(MUSCLES, muscle_page(load_model())):  # at once, the other takes minutes
        return False
    return ACCURACY.exists() and _says(ACCURACY, accuracy_page(evaluate(CLIPS)))


def _says(page: Path, text: str) -> bool:
    return page.exists() and page.read_text(encoding="utf-8") == text


def calibrate() -> Path:
    """Write the rows of the fit's intervals anew from the calibration people's stored clips."""
    write_calibration(CLIPS, CALIBRATION)
    return CALIBRATION


def calibration_is_fresh() -> bool:
    """Tell whether the written rows are what the stored clips teach today."""
    return CALIBRATION.exists() and CALIBRATION.read_text(encoding="utf-8") == calibration_text(CLIPS)


def put_claims() -> Path:
    """Put the claims of which the load engine can speak to it anew, and write what it says."""
    write_whole(MADE_SQUATS, format_made_squats(make_squats()), replace=True)
    return MADE_SQUATS


def claims_are_fresh() -> bool:
    """Tell whether the written answers are what the load engine says today, as far as four digits tell."""
    today, stored = make_squats(), made_squats()
    return today.keys() == stored.keys() and all(alike(today[key], stored[key]) for key in today)


def pool_effects() -> Path:
    """Sum up anew the effects that belong together."""
    write_whole(POOLED, pooled_text(), replace=True)
    return POOLED


def pooled_is_fresh() -> bool:
    """Tell whether the written summaries are what the effects say today."""
    return _says(POOLED, pooled_text())


def people(tell: Tell, check: bool = False) -> tuple[str, bool]:
    """Set the model beside studies of people: returns the table, and whether docs/loads.md held it already.

    Writes it there unless `check`.

    Raises:
        UsageError: the shared films and motions are not beside the checkout.
    """
    if not SHARED.is_dir():
        do = "Ask the project for them, or put films and motions of the same names there."
        raise UsageError(f"the shared films and motions in {SHARED}", "no such folder", do)
    says_the_same(LOADS.read_text(encoding="utf-8"), ())  # a page without its marks is found out before the work, not after
    shown: list[Shown] = []
    tell(0, _MOVEMENTS)
    for one in work_out(SHARED, open_backend()):
        shown.append(one)
        tell(len(shown), _MOVEMENTS)
    part = people_part(shown, load_model())
    fresh = says_the_same(LOADS.read_text(encoding="utf-8"), part)
    if not check:
        write_part(LOADS, part)
    return "\n".join(part), fresh


def whatif(check: bool = False) -> tuple[str, bool]:
    """Set predicted squats beside studies of people: returns the table, and whether docs/whatif.md held it already.

    Writes it there unless `check`.
    """
    part = whatif_part()
    fresh = says_the_same(WHATIF.read_text(encoding="utf-8"), part, WHATIF_MARKS)
    if not check:
        write_part(WHATIF, part, WHATIF_MARKS)
    return "\n".join(part), fresh


def exercises() -> Path:
    """Work out anew what the kneecap bears in every exercise, and write the program's table and the page about it."""
    write_whole(EXERCISE_LOADS, exercise_loads_text(), replace=True)
    exercise_loads.cache_clear()
    write_part(EXERCISES, exercises_part(), EXERCISE_MARKS)
    return EXERCISES


def exercises_are_fresh() -> bool:
    """Tell whether the table of exercises is what the load engine says today, and the page what the table says."""
    if not EXERCISE_LOADS.exists() or not same_figures(EXERCISE_LOADS.read_text(encoding="utf-8"), exercise_loads_text()):
        return False
    return says_the_same(EXERCISES.read_text(encoding="utf-8"), exercises_part(), EXERCISE_MARKS)


def squats(tell: Tell) -> Path:
    """Measure good and bad deep squats of marker data anew, and write the figures and the page about them.

    Raises:
        UsageError: the shared takes are not beside the checkout.
    """
    if not SHARED.is_dir():
        raise UsageError(f"the shared takes in {SHARED}", "no such folder", "Ask the project for them, or put UI-PRMD's there.")
    write_whole(DEEP_SQUAT_FIGURES, format_deep_squats(measure_deep_squats(SHARED, tell)), replace=True)
    write_whole(DEEP_SQUATS, _squats_page(), replace=True)
    return DEEP_SQUATS


def squats_are_fresh() -> bool:
    """Tell whether the page about good and bad deep squats is what the stored figures say."""
    return _says(DEEP_SQUATS, _squats_page())


def _squats_page() -> str:
    return deep_squats_page(read_deep_squats(), read_markers_figures())
