"""The catalogue as a person reads it: every exercise with its picture, its words, its load and what it rests on."""

import json
import math
import re
from pathlib import Path

import pytest

from kinechain.app.exercises import exercises_document, find_exercises, write_exercises_page
from kinechain.cli.exercises import run_exercises
from kinechain.core.errors import OutputError, UsageError
from kinechain.core.training import LOAD_CLASSES
from kinechain.core.types import Ranged
from kinechain.program.catalogue import AREAS, catalogue, exercise
from kinechain.program.exercise_loads import ExerciseLoad, LoadRow, highest_class, load_of
from kinechain.report.context import ReportContext
from kinechain.report.exercise_page import render_exercises
from kinechain.report.exercise_reading import LoadRun, exercise_lines, ladder, ladders, load_runs, read_areas, read_exercise
from kinechain.report.load_bar import draw_load_bar
from kinechain.report.words import messages
from page_reader import Reader

ALL = tuple(catalogue())
CONTEXT = ReportContext("0.0", made_on="2026-01-01", rows=())
ROOM = Path(__file__).resolve().parents[2] / "src" / "kinechain"


@pytest.fixture(scope="module")
def page() -> str:
    return render_exercises(ALL, CONTEXT)


@pytest.fixture(scope="module")
def reader(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def text(reader: Reader) -> str:
    return reader.text


def load(*rows: tuple[float | None, str | None]) -> ExerciseLoad:
    told = tuple(LoadRow(None if at is None else math.radians(at), Ranged(1.0, 0.5, 2.0), one) for at, one in rows)
    return ExerciseLoad("one", "computed" if rows else "none", "", told, (), "")


# --- The page ---


def test_the_page_holds_every_exercise_with_a_picture_and_a_bar_of_its_own(reader: Reader) -> None:
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["id"] for _, attributes in reader.all("article")} == set(ALL)
    drawn = [str(attributes["class"]) for _, attributes in reader.all("svg") if "class" in attributes]
    assert drawn.count("exercise") == drawn.count("load-bar") == len(ALL)


def test_the_page_is_closed_in_itself_and_its_links_lead_somewhere(page: str, reader: Reader) -> None:
    assert reader.open == []
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)
    ids = {attributes.get("id") for _, attributes in reader.elements}
    assert {str(attributes["href"]).removeprefix("#") for _, attributes in reader.all("a")} <= ids


def test_the_same_catalogue_gives_the_same_page(page: str) -> None:
    assert render_exercises(ALL, CONTEXT) == page


@pytest.mark.parametrize("code", ALL)
def test_every_word_of_an_exercise_stands_on_the_page(code: str, text: str) -> None:
    reading = read_exercise(code)
    said = (reading.name, reading.purpose, reading.setup, *reading.cues, *reading.faults, reading.also, reading.dose)
    for words in (*said, reading.exercise.reason, reading.load.load.reason):
        assert words in text, words
    for one in reading.references:
        assert one.says in text
    assert reading.references or reading.assumed


def test_one_exercise_alone_names_its_neighbours_without_links() -> None:
    alone = Reader()
    alone.feed(render_exercises(("squat",), CONTEXT))
    assert "Squat to a high seat" in alone.text
    assert [attributes["href"] for _, attributes in alone.all("a")] == ["#result"]


def test_what_no_study_stands_behind_is_said_to_be_assumed() -> None:
    without = [code for code in ALL if not exercise(code).sources]
    for code in without:
        lines = "\n".join(line.text for line in exercise_lines(read_exercise(code)))
        assert "Assumed: no study that we read stands behind it." in lines


# --- Ladders ---


def test_the_squat_ladder_rises_step_by_step() -> None:
    steps = ladder([one for one in catalogue().values() if one.area == "squat"])
    way = ["supported_squat", "box_squat", "squat", "tempo_squat", "goblet_squat", "barbell_squat"]
    assert [steps[code] for code in way] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("area", AREAS)
def test_what_is_harder_stands_on_a_higher_step(area: str) -> None:
    members = [one for one in catalogue().values() if one.area == area]
    steps = ladder(members)
    assert sorted(code for steps in ladders(members) for step in steps for code in step) == sorted(steps)
    for code in steps:
        for harder in exercise(code).progress:
            if harder in steps:
                assert steps[harder] > steps[code]
    assert min(steps.values(), default=0) == 0


def test_walking_jumping_and_kicking_are_ladders_of_their_own() -> None:
    found = ladders([one for one in catalogue().values() if one.area == "activity"])
    assert sorted(steps[0] for steps in found) == [("easy_kick",), ("two_leg_jump",), ("walk",)]
    assert (("walk",), ("walk_run",), ("easy_run",), ("longer_run",)) in found


def test_areas_come_in_their_order_and_hold_every_exercise_once() -> None:
    areas = read_areas(ALL)
    assert [area.code for area in areas] == list(AREAS)
    assert sorted(reading.exercise.code for area in areas for reading in area.exercises) == sorted(ALL)


# --- What the kneecap bears ---


def test_between_two_bends_the_higher_class_counts() -> None:
    runs = load_runs(load((0.0, "low"), (30.0, "low"), (60.0, "moderate"), (90.0, "high")))
    assert [run.load_class for run in runs] == ["low", "moderate", "high"]
    assert [round(run.start_deg or 0.0) for run in runs] == [0, 30, 60]
    assert [round(run.end_deg or 0.0) for run in runs] == [30, 60, 90]


def test_a_class_that_is_not_told_counts_as_the_highest_and_nothing_as_none() -> None:
    assert load_runs(load((0.0, "low"), (30.0, None)))[-1].load_class == "high"
    assert load_runs(load((None, "moderate"))) == (LoadRun("moderate", None, None),)
    assert load_runs(load()) == (LoadRun("none", None, None),)


@pytest.mark.parametrize("code", ALL)
def test_the_runs_tell_the_class_that_the_program_goes_by(code: str) -> None:
    told = load_of(code)
    for run in load_runs(told):
        if run.start_deg is not None and run.end_deg is not None:
            middle = math.radians(0.5 * (run.start_deg + run.end_deg))
            assert highest_class(code, (middle, middle)) == run.load_class
        else:
            assert highest_class(code, None) == run.load_class


def test_a_bar_is_as_high_as_its_class() -> None:
    bar = draw_load_bar("key", read_exercise("squat").load)
    heights = dict(re.findall(r'class="is-(\w+)".*?height="([\d.]+)"', bar))
    found = [float(heights[one]) for one in LOAD_CLASSES if one in heights]
    assert found == sorted(found)
    assert len(found) == 3
    assert 'class="own"' in bar


def test_the_most_is_told_at_the_deepest_bend_of_the_exercise_itself() -> None:
    assert read_exercise("supported_squat").load.most.startswith("At 45°: ")
    assert read_exercise("clam").load.most == ""


# --- Asking ---


def test_exercises_are_found_by_code_and_name_and_an_unknown_one_names_the_nearest() -> None:
    assert find_exercises(None) == ALL
    assert find_exercises("Wall-Sit") == ("wall_sit",)
    assert find_exercises("Toe lifts") == ("toe_yoga",)
    with pytest.raises(UsageError, match="Say one of box_squat"):
        find_exercises("box_sqat")
    with pytest.raises(UsageError, match="Say one of standing_hip_abduction"):
        find_exercises("leg lift to the side standing")


def test_the_page_is_written_once_and_never_over_another(tmp_path: Path) -> None:
    file = write_exercises_page(("clam",), tmp_path)
    assert file == tmp_path / "exercises.html"
    with pytest.raises(OutputError):
        write_exercises_page(("clam",), file)


def test_the_document_is_plain_values() -> None:
    document = json.loads(json.dumps(exercises_document(ALL), allow_nan=False))
    assert document["schema"] == "kinechain.exercises/1"
    assert [one["code"] for one in document["exercises"]] == list(ALL)
    squat = next(one for one in document["exercises"] if one["code"] == "squat")
    assert squat["knee_flexion_deg"] == [0.0, 90.0]
    assert {row["class"] for row in squat["kneecap"]["rows"]} == {"low", "moderate", "high"}


def test_the_command_shows_all_one_and_values(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run_exercises(None, None, as_json=False)
    listed = capsys.readouterr().out
    assert all(code in listed for code in ALL)
    run_exercises("clam", None, as_json=False)
    assert "lift the upper knee" in capsys.readouterr().out
    run_exercises("clam", None, as_json=True)
    assert json.loads(capsys.readouterr().out)["exercises"][0]["code"] == "clam"
    run_exercises("clam", tmp_path / "clam.html", as_json=False)
    assert (tmp_path / "clam.html").exists()
    with pytest.raises(UsageError):
        run_exercises("clam", tmp_path / "other.html", as_json=True)


def test_no_message_of_the_catalogue_is_left_over() -> None:
    pages = (*ROOM.glob("report/exercise_*.py"), ROOM / "report" / "load_bar.py", *ROOM.glob("*/exercises.py"))
    source = "\n".join(file.read_text(encoding="utf-8") for file in (*pages, ROOM / "report/templates/exercises.html.j2"))
    for code in messages():
        group, _, name = code.partition(".")
        if group == "exercises":
            assert re.search(rf"\b{name.removeprefix('col_').removeprefix('picture_')}\b", source), f"{code} is used nowhere"
    assert {code.partition(".")[2] for code in messages() if code.startswith("exercises_load.")} == set(LOAD_CLASSES)
