"""What `kinechain plan` asks, writes, goes on with and refuses. One program is made for all; each test works on a copy."""

import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from icalendar import Calendar

from kinechain.cli.run import run
from kinechain.io.program import program_schema
from kinechain.program.conditions import Question
from kinechain.program.intake import to_ask as intake_due
from kinechain.program.safety import worth_asking as safety_due
from made_plan import healthy, kneecap, write_answers, write_result

Answer = Callable[..., tuple[int, str, str]]
FILES = {"program.json", "program.html", "program.ics", "diary.toml"}
MONDAY = "2026-01-05"
BY = ("--by", "P. Physio", "--because", "stands all day")


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Answer:
    def told(*arguments: object, command: str = "plan") -> tuple[int, str, str]:
        code = run([command, *(str(argument) for argument in arguments)])
        out, err = capsys.readouterr()
        return code, re.sub(r"\s+", " ", out), err

    return told


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a program for a stiff left ankle and a runner's kneecap."""
    folder = tmp_path_factory.mktemp("plan")
    result, answers = write_result(folder / "result"), write_answers(folder / "answers.toml")
    assert run(["plan", str(result), "--answers", str(answers), "--start", MONDAY, "-o", str(folder / "plan")]) == 0
    return folder / "plan"


@pytest.fixture
def plan(made: Path, tmp_path: Path) -> Path:
    """A copy of it to do things with."""
    return Path(shutil.copytree(made, tmp_path / "plan"))


def document(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "program.json").read_text(encoding="utf-8"))
    return read


def line(folder: Path, slot: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in document(folder)["prescriptions"] if row["slot"] == slot)
    return found


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: object) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{one}\n" for one in lines)))


def kept(answer: Answer, plan: Path, then: Path, *arguments: object) -> str:
    """Go on with a plan into the folder `then`, without the pages, which take their time to draw; returns what was shown."""
    code, out, err = answer(plan, *arguments, "--json")
    assert code == 0, err
    then.mkdir()
    (then / "program.json").write_text(out, encoding="utf-8")
    shutil.copy(plan / "diary.toml", then)
    return answer(then)[1]


# --- making one ---


def test_a_program_is_a_folder_of_four_files_that_keep_to_their_shapes(made: Path) -> None:
    assert {file.name for file in made.iterdir()} == FILES
    jsonschema.Draft202012Validator(program_schema()).validate(document(made))
    page = (made / "program.html").read_text(encoding="utf-8")
    assert "Knee-over-toe drill" in page
    assert "<script" not in page
    assert all(not row or row.startswith("#") for row in (made / "diary.toml").read_text(encoding="utf-8").splitlines())


def test_what_was_measured_is_in_it_and_the_limiting_ankle_gets_work_marked_as_judged(made: Path) -> None:
    told = document(made)
    assert told["basis"]["person"] == {"height_cm": 170.0, "mass_kg": 66.0, "age": 29, "sex": "f"}
    assert [row["link"] for row in told["basis"]["limits"]] == ["ankle"]
    ankle = line(made, "limit_ankle_daily")
    assert (ankle["link"], ankle["side"], ankle["because"]["by_judgement"]) == ("ankle", "left", True)
    assert told["flexion_cap_deg"] < 68.0, "the squat starts above where it began to hurt"
    assert told["built"]["prescriptions"] == told["prescriptions"]


def test_the_same_input_makes_the_same_files_to_the_byte(made: Path, tmp_path: Path, answer: Answer) -> None:
    result, answers = write_result(tmp_path / "result"), write_answers(tmp_path / "answers.toml")
    assert answer(result, "--answers", answers, "--start", MONDAY, "-o", tmp_path / "again")[0] == 0
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (made / name).read_bytes(), name


def test_the_calendar_has_strength_on_the_days_told_and_a_test_after_3_6_and_12_weeks(made: Path) -> None:
    events = list(Calendar.from_ical((made / "program.ics").read_bytes()).walk("VEVENT"))
    start = date.fromisoformat(MONDAY)
    strength = [one for one in events if str(one["summary"]) == "Strength for the knee"]
    assert [day for one in strength for day in one["rrule"]["BYDAY"]] == ["MO", "WE", "FR"]
    assert strength[0]["dtstart"].dt.tzinfo is None, "18:00 is 18:00 wherever one is"
    tests = [one["dtstart"].dt for one in events if str(one["summary"]).startswith("Test again")]
    assert tests == [start + timedelta(weeks=weeks) for weeks in (3, 6, 12)]
    uids = [str(one["uid"]) for one in events]
    assert len(set(uids)) == len(uids)


def test_without_answers_the_file_to_fill_in_is_printed_and_it_says_so(answer: Answer) -> None:
    code, out, err = answer()
    assert code == 0
    assert "[safety]" in out
    assert "[intake]" in out
    assert "Give it with --answers FILE" in err


def test_no_result_is_needed(answer: Answer, tmp_path: Path) -> None:
    code, out, _ = answer("--answers", write_answers(tmp_path / "answers.toml"), "--start", MONDAY)
    assert code == 0
    assert out.startswith("12 weeks, strength on Monday, Wednesday and Friday")
    assert "Nothing was written. Name a new folder with -o to keep it." in out


def test_json_is_what_the_folder_would_hold(made: Path, answer: Answer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result, answers = write_result(tmp_path / "result"), write_answers(tmp_path / "answers.toml")
    assert run(["plan", str(result), "--answers", str(answers), "--start", MONDAY, "--json"]) == 0
    assert capsys.readouterr().out == (made / "program.json").read_text(encoding="utf-8")


# --- safety first ---


def test_a_flag_ends_it_before_anything_is_built(answer: Answer, tmp_path: Path) -> None:
    answers = write_answers(tmp_path / "answers.toml", healthy(hot_red_swollen="yes"))
    code, out, _ = answer("--answers", answers, "-o", tmp_path / "plan")
    assert code == 3
    assert out.startswith("Go today to an emergency department")
    assert not (tmp_path / "plan").exists()


def test_an_open_safety_question_is_not_safe_to_say(answer: Answer, tmp_path: Path) -> None:
    answers = write_answers(tmp_path / "answers.toml", {**healthy(), "locked": ""})
    assert answer("--answers", answers, "-o", tmp_path / "plan")[0] == 3
    assert not (tmp_path / "plan").exists()


def test_pain_that_looks_like_something_else_gets_whom_to_see_and_no_program(answer: Answer, tmp_path: Path) -> None:
    answers = write_answers(tmp_path / "answers.toml", intake=kneecap(where=["shin_bump"], brings_on=["jumping"], one_spot="yes"))
    code, out, _ = answer("--answers", answers, "-o", tmp_path / "plan")
    assert code == 3
    assert "12 weeks" not in out
    assert not (tmp_path / "plan").exists()
    code, out, _ = answer("--answers", answers, "--json")
    assert code == 3
    assert json.loads(out)["program"] is False


def test_hips_that_hardly_turn_in_a_result_speak_among_the_safety_questions(answer: Answer, tmp_path: Path) -> None:
    turn = {"value": 0.0, "low": -3.0, "high": 3.0, "level": 0.9, "unit": "deg", "from": "typed", "clip": None}
    result = write_result(
        tmp_path / "result",
        ranges={"hip_internal_rotation_range": {"left": turn}},
        person={"height_cm": 160, "mass_kg": 50, "age": 15, "sex": "m"},
    )
    answers = write_answers(tmp_path / "answers.toml", healthy(age=15))
    code, out, _ = answer(result, "--answers", answers)
    assert code == 3
    assert "hip" in out
    assert answer("--answers", answers)[0] == 0, "without the result nothing would have spoken against it"


def test_answers_of_another_age_than_the_results_are_refused(answer: Answer, tmp_path: Path) -> None:
    result = write_result(tmp_path / "result")
    answers = write_answers(tmp_path / "answers.toml", healthy(age=45))
    code, out, err = answer(result, "--answers", answers)
    assert (code, out) == (2, "")
    assert "answers of somebody of 29 years, as in the result, got an age of 45" in err


def test_asked_one_by_one_and_left_nothing_is_written(answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "29", "q")
    code, out, _ = answer("--ask", "-o", tmp_path / "plan")
    assert code == 3
    assert "How old are you?" in out
    assert not (tmp_path / "plan").exists()


def test_asked_one_by_one_a_hot_knee_ends_it(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "29", "n", "y", *["d"] * 20)
    code, out, _ = answer("--ask")
    assert code == 3
    assert "Go today to an emergency department" in out
    assert "Which knee hurts?" not in out


def typed(question: Question, answer: Any) -> str:
    """Return what is typed on a terminal to answer a question."""
    if question.kind == "yes_no":
        return str(answer)[0]
    if question.kind == "choice":
        return str(question.options.index(answer) + 1)
    if question.kind == "several":
        return " ".join(str(question.options.index(one) + 1) for one in answer)
    return str(answer)


def test_asked_to_the_end_it_is_the_program_that_a_file_of_the_same_answers_makes(
    made: Path, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: dict[str, Any] = {"age": 29}
    told = {**healthy(), **kneecap()}
    lines = []
    for due in (safety_due, intake_due):
        while open_questions := due(known):
            question = open_questions[0]
            known[question.code] = tuple(told[question.code]) if question.kind == "several" else told[question.code]
            lines.append(typed(question, told[question.code]))
    type_in(monkeypatch, *lines)
    code, out, _ = answer(write_result(tmp_path / "result"), "--ask", "--start", MONDAY, "-o", tmp_path / "asked")
    assert code == 0
    assert "How old are you?" not in out, "the result knows"
    for name in FILES - {"program.json", "program.ics"}:
        assert (tmp_path / "asked" / name).read_bytes() == (made / name).read_bytes(), name
    assert document(tmp_path / "asked")["prescriptions"] == document(made)["prescriptions"]


# --- going on ---


def test_a_plan_is_shown_as_it_was_written(plan: Path, answer: Answer) -> None:
    code, out, _ = answer(plan)
    assert code == 0
    assert out.startswith("12 weeks, strength on Monday, Wednesday and Friday From 5 January 2026 to 29 March 2026")
    assert answer(plan / "program.json") == (0, out, "")


def log(monkeypatch: pytest.MonkeyPatch, answer: Answer, plan: Path, on: str, *lines: object) -> tuple[int, str, str]:
    type_in(monkeypatch, *lines)
    return answer(plan, "--log", "--on", on)


def whole_session(plan: Path, *, during: object = 3, gave_way: str = "n", earlier: tuple[object, ...] = ()) -> list[object]:
    """Return what is typed for a session in which all was done with an effort of 6."""
    lines = [one for row in document(plan)["prescriptions"] if row["weeks"][0] <= 1 for one in _typed(row)]
    return [*earlier, "y", 2, *lines, during, gave_way, 2, ""]


def _typed(row: dict[str, Any]) -> tuple[object, ...]:
    return ("all", 6) if row["dose"]["effort"] is not None else ("all",)


def test_a_session_is_told_and_stands_in_the_diary(plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = log(monkeypatch, answer, plan, "2026-01-05", *whole_session(plan))
    assert (code, err) == (0, "")
    assert "How it felt the next morning is not told." in out
    diary = (plan / "diary.toml").read_text(encoding="utf-8")
    assert "done.knee = { repetitions = [8, 8], effort = 6 }" in diary
    assert "[[session]]\non = 2026-01-05\npain_before = 2\npain_during = 3\npain_hour_after = 2\n" in diary
    assert diary.startswith((plan / "diary.toml").read_text(encoding="utf-8")[:200]), "what stood there stays"


def test_the_next_morning_is_asked_later_and_put_under_its_session(
    plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(monkeypatch, answer, plan, "2026-01-05", *whole_session(plan))
    code, out, _ = log(monkeypatch, answer, plan, "2026-01-06", 3, "n")
    assert code == 0
    assert "on the morning after the session of 5 January 2026" in out
    assert "Your session of 5 January 2026: A good session." in out
    assert "[[session]]\non = 2026-01-05\npain_next_morning = 3\n" in (plan / "diary.toml").read_text(encoding="utf-8")
    code, out, _ = log(monkeypatch, answer, plan, "2026-01-06", "n")
    assert "Nothing new was told, so nothing was written." in out
    type_in(monkeypatch, *whole_session(plan))
    assert answer(plan, "--log", "--on", "2026-01-07", "-o", plan.with_name("then"))[0] == 0
    assert document(plan.with_name("then"))["diary"]["sessions"] == 2


def test_a_bad_next_morning_takes_a_step_back_and_the_original_stays(
    plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log(monkeypatch, answer, plan, "2026-01-05", *whole_session(plan))
    log(monkeypatch, answer, plan, "2026-01-06", 5, "n")
    code, out, _ = answer(plan, "-o", tmp_path / "then")
    assert code == 0
    assert "One step back" in out
    then = document(tmp_path / "then")
    jsonschema.Draft202012Validator(program_schema()).validate(then)
    assert then["built"] == document(plan)["built"]
    assert line(tmp_path / "then", "knee")["flexion_deg"][1] < line(plan, "knee")["flexion_deg"][1]
    assert [row["slot"] for row in then["steps"]].count("knee") == 1
    borne = {row["slot"]: row for row in then["loads"]}
    assert len(borne["knee"]["sets"]) == line(plan, "knee")["dose"]["sets"], "what the kneecap bore, set by set"
    assert borne["knee"]["whole"]["value"] == pytest.approx(sum(one["value"] for one in borne["knee"]["sets"]), abs=2e-3)
    assert borne["knee"]["whole"]["low"] < borne["knee"]["whole"]["value"] < borne["knee"]["whole"]["high"]
    assert (tmp_path / "then" / "diary.toml").read_bytes() == (plan / "diary.toml").read_bytes()
    assert {file.name for file in (tmp_path / "then").iterdir()} == FILES | {"progress.html"}
    assert answer(tmp_path / "then")[1] == answer(plan)[1], "replayed, it is the same and not twice as far back"


def test_pain_that_is_too_much_brings_the_safety_questions_back(
    plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = log(monkeypatch, answer, plan, "2026-01-05", *whole_session(plan, during=7), "n", "y", *["d"] * 20)
    assert code == 3
    assert "the safety questions come again first" in out
    assert "Go today to an emergency department" in out
    assert "pain_during = 7" in (plan / "diary.toml").read_text(encoding="utf-8"), "what was told is kept"


def test_sittings_and_scores_of_the_diary_are_told_with_the_plan(plan: Path, answer: Answer) -> None:
    with (plan / "diary.toml").open("a", encoding="utf-8") as diary:
        for week, pain in ((0, 5), (3, 2)):
            diary.write(f'[[score]]\non = {date(2026, 1, 5) + timedelta(weeks=week)}\ninstrument = "usual_pain"\ntotal = {pain}\n')
        diary.write("[[sitting]]\non = 2026-01-07\nminutes = 90\n")
    code, out, _ = answer(plan)
    assert code == 0
    assert re.search(r"Usual pain of the last week: 5; now 2; change −3: better", out)
    assert "You sat up to 90 minutes without a break." in out
    assert "12 weeks, strength on Monday" in out


@pytest.mark.parametrize(
    ("entry", "refused"),
    [
        ("[[session]]\non = 2026-01-05\ndone.kneee = [8]\n", "got 'kneee'"),
        ("[[session]]\non = 2026-01-05\npain_during = 11\n", "between 0 and 10"),
        ("[[score]]\non = 2026-01-05\ninstrument = 'mood'\ntotal = 3\n", "got 'mood'"),
        ("[[session]\n", "a TOML file"),
    ],
)
def test_a_slip_in_the_diary_is_named_and_nothing_is_written(
    plan: Path, answer: Answer, tmp_path: Path, entry: str, refused: str
) -> None:
    (plan / "diary.toml").write_text(entry, encoding="utf-8")
    code, out, err = answer(plan, "-o", tmp_path / "then")
    assert (code, out) == (4, "")
    assert refused in err
    assert "diary.toml" in err
    assert not (tmp_path / "then").exists()


def test_leaving_before_the_end_keeps_nothing(plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (plan / "diary.toml").read_bytes()
    code, out, _ = log(monkeypatch, answer, plan, "2026-01-05", "y", 2, "all", "q")
    assert code == 0
    assert "Nothing was kept." in out
    assert (plan / "diary.toml").read_bytes() == before


def test_what_is_typed_of_sets_is_understood_or_asked_again(plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = log(monkeypatch, answer, plan, "2026-01-05", "y", "", "many", "2x8", "", "q")
    assert code == 0
    assert "Expected repetitions set by set, such as 10 10 8, got 'many'" in out


# --- a clinician's changes ---


def test_a_clinician_changes_locks_and_signs_and_the_reason_is_kept(plan: Path, answer: Answer, tmp_path: Path) -> None:
    changes = ("--change", "knee.sets=3", "--change", "knee.bend_deg=40")
    kept(answer, plan, tmp_path / "a", *changes, *BY, "--on", "2026-01-10")
    shown = kept(answer, tmp_path / "a", tmp_path / "b", "--lock", "hip", "--sign", *BY, "--on", "2026-01-11")
    told = document(tmp_path / "b")
    jsonschema.Draft202012Validator(program_schema()).validate(told)
    assert [(one["action"], one["slot"], one["changes"]) for one in told["edits"]] == [
        ("change", "knee", {"sets": 3, "flexion_deg": [0.0, 40.0]}),
        ("lock", "hip", {}),
        ("sign", "", {}),
    ]
    assert {one["reason"] for one in told["edits"]} == {"stands all day"}
    assert told["signed_by"] == "P. Physio"
    assert (line(tmp_path / "b", "knee")["dose"]["sets"], line(tmp_path / "b", "knee")["flexion_deg"]) == (3, [0.0, 40.0])
    assert line(tmp_path / "b", "hip")["locked"] is True
    assert told["built"]["edits"] == []
    assert "10 January 2026, P. Physio: knee changed: 3 sets, knee bent from 0° to 40° stands all day" in shown
    assert "11 January 2026, P. Physio: hip locked" in shown


def test_the_whole_program_is_changed_too(plan: Path, answer: Answer, tmp_path: Path) -> None:
    changes = ("--change", "days=tue,fri", "--change", "load_cap=high", "--change", "usual_pain=2")
    out = kept(answer, plan, tmp_path / "then", *changes, *BY, "--on", "2026-01-10")
    assert out.startswith("12 weeks, strength on Tuesday and Friday")
    told = document(tmp_path / "then")
    assert (told["days"], told["usual_pain"], told["load_caps"][0]) == ([1, 4], 2.0, "high")
    assert "strength on Tuesday, Friday, load on the kneecap: a high load at most, usual pain 2 of 10" in out


def test_a_change_holds_from_its_day_on_and_what_was_told_before_was_judged_without_it(
    plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log(monkeypatch, answer, plan, "2026-01-05", *whole_session(plan))
    log(monkeypatch, answer, plan, "2026-01-06", 5, "n")
    kept(answer, plan, tmp_path / "back")
    kept(answer, plan, tmp_path / "then", "--change", "knee.sets=3", *BY, "--on", "2026-01-07")
    before, then = line(tmp_path / "back", "knee"), line(tmp_path / "then", "knee")
    assert then["flexion_deg"] == before["flexion_deg"], "the step back of Monday stands"
    assert (before["dose"]["sets"], then["dose"]["sets"]) == (2, 3)


def test_what_is_told_late_of_a_session_before_a_change_moves_nothing_any_more(
    plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log(monkeypatch, answer, plan, "2026-01-05", *whole_session(plan))
    kept(answer, plan, tmp_path / "then", "--change", "knee.sets=3", *BY, "--on", "2026-01-06")
    code, out, _ = log(monkeypatch, answer, tmp_path / "then", "2026-01-07", 9, "n")
    assert code == 0
    assert "One step back" in out, "the session is still judged"
    kept(answer, tmp_path / "then", tmp_path / "after")
    assert line(tmp_path / "after", "knee") == line(tmp_path / "then", "knee"), "the clinician's program stands"


def test_an_exercise_is_added_and_taken_away(plan: Path, answer: Answer, tmp_path: Path) -> None:
    kept(answer, plan, tmp_path / "a", "--remove", "knee_second", *BY, "--on", "2026-01-10")
    kept(answer, tmp_path / "a", tmp_path / "b", "--add", "extra=bridge", *BY, "--on", "2026-01-10")
    slots = {row["slot"]: row["exercise"] for row in document(tmp_path / "b")["prescriptions"]}
    assert "knee_second" not in slots
    assert slots["extra"] == "bridge"


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (("--change", "knee.sets=3"), "Expected the name of whoever changes a program, got none. Give it with --by."),
        (("--change", "knee.sets=3", "--by", "P"), "Expected a reason for every change, got none. Give it with --because."),
        (("--change", "knee.stes=3", *BY), "got 'stes'. Did you mean sets?"),
        (("--change", "nose.sets=3", *BY), "got 'nose'. Name one of them."),
        (("--change", "knee.sets=three", *BY), "Expected sets as a whole number, got 'three'. Mend it."),
        (("--change", "knee", *BY), "Expected a change written as SLOT.FIELD=VALUE, got 'knee'. Write it like knee.sets=3."),
        (("--change", "knee.exercise=handstand", *BY), "got 'handstand'"),
        (("--change", "knee.bend_deg=deep", *BY), "Expected bend_deg as degrees such as 60 or 10-60, got 'deep'. Mend it."),
        (("--change", "knee.bend_deg=150", *BY), "a change that keeps the program's laws"),
        (("--change", "days=mon,tue,wed", *BY), "a change that keeps the program's laws"),
        (("--change", "days=mon,funday", *BY), "such as mon,wed,fri"),
        (("--by", "P"), "Expected a change, a lock or a signature for --by and --because, got none."),
        (("--ask",), "Expected no --ask for a program that is made"),
        (("--start", "2026-02-01"), "Expected no --start for a program that is made"),
        (("--log", "--sign", "--by", "P"), "Expected one of --log, --retest and a change, got several together."),
        (("--on", "soon", "--log"), "Expected a day written as 2026-01-05, got 'soon'. Mend --on."),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence_and_nothing_is_written(
    plan: Path, answer: Answer, tmp_path: Path, said: tuple[str, ...], refused: str
) -> None:
    day = () if "--on" in said else ("--on", "2026-01-10")
    code, out, err = answer(plan, *said, *day, "-o", tmp_path / "then")
    assert (code, out) == (2, "")
    assert refused in err
    assert err.count("\n") == 1
    assert not (tmp_path / "then").exists()


@pytest.mark.parametrize("said", [("--log",), ("--sign", "--by", "P"), ("--retest", "x"), ("--diary", "x")])
def test_what_needs_a_program_says_so_without_one(answer: Answer, said: tuple[str, ...]) -> None:
    code, _, err = answer(*said)
    assert code == 2
    assert "Expected a program for" in err


# --- retest, bibliography, broken files ---


def test_a_retest_compares_with_the_result_that_the_program_was_made_from(plan: Path, answer: Answer, tmp_path: Path) -> None:
    first = write_result(tmp_path / "first")
    rows = json.loads((first / "result.json").read_text(encoding="utf-8"))["measures"]
    better = [row | {end: row[end] + 5.0 for end in ("value", "low", "high")} if row["side"] == "left" else row for row in rows]
    later = write_result(tmp_path / "later", measures=better)
    code, out, _ = answer(plan, "--retest", later, "-o", tmp_path / "then")
    assert code == 0
    assert re.search(r"distance, left: 6 cm \(4 cm to 7 cm\); now 10 cm \(9 cm to 12 cm\); change \+5\.0 cm [^:]*: better", out)
    assert re.search(r"distance, right: 12 cm [^:]*: no change seen", out)
    assert (tmp_path / "then" / "progress.html").exists()
    assert {row["seen"] for row in document(tmp_path / "then")["retests"]} >= {"better", "no_change_seen"}


def test_a_retest_needs_a_result_on_both_sides(plan: Path, answer: Answer, tmp_path: Path) -> None:
    assert answer("--answers", write_answers(tmp_path / "answers.toml"), "--start", MONDAY, "-o", tmp_path / "bare")[0] == 0
    code, _, err = answer(tmp_path / "bare", "--retest", write_result(tmp_path / "later"))
    assert code == 2
    assert "Expected a program that was made from a result, got one without." in err
    assert answer(plan, "--retest", plan)[0] == 2


def test_a_program_has_a_bibliography(plan: Path, answer: Answer) -> None:
    code, out, _ = answer(plan, "--json", command="cite")
    found = json.loads(out)
    assert code == 0
    studies = {study["key"] for study in found["studies"]}
    assert {"neal-2024", "hoch-2011", "syme-2009"} <= studies, "claim e stands for its studies"
    assert "dose.gentle_weeks" in {row["key"] for row in found["assumed"]}
    assert all("=" not in key for key in studies)


@pytest.mark.parametrize("where", ["built", "changed"])
def test_a_program_that_was_changed_by_hand_against_its_laws_is_refused(
    plan: Path, answer: Answer, tmp_path: Path, where: str
) -> None:
    kept(answer, plan, tmp_path / "then", "--change", "knee.sets=3", *BY, "--on", "2026-01-10")
    told = document(tmp_path / "then")
    rows = told["built"] if where == "built" else told["changed"][0]
    rows["prescriptions"][0]["flexion_deg"] = [0.0, 140.0]
    (tmp_path / "then" / "program.json").write_text(json.dumps(told), encoding="utf-8")
    code, out, err = answer(tmp_path / "then")
    assert (code, out) == (4, "")
    assert "Expected a program that keeps its own laws" in err


def test_a_diary_that_lost_sessions_is_noticed(plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log(monkeypatch, answer, plan, "2026-01-05", *whole_session(plan))
    kept(answer, plan, tmp_path / "then")
    (tmp_path / "then" / "diary.toml").unlink()
    code, _, err = answer(tmp_path / "then")
    assert code == 4
    assert "Expected the 1 sessions that the program was fitted to, got no diary.toml" in err
    assert answer(tmp_path / "then", "--diary", plan / "diary.toml")[0] == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "kinechain.program/1"}', '{"schema": "kinechain.program/2"}', "\0"])
def test_a_file_that_is_no_program_is_refused_in_one_sentence(tmp_path: Path, answer: Answer, text: str) -> None:
    (tmp_path / "program.json").write_text(text, encoding="utf-8")
    code, out, err = answer(tmp_path)
    assert (code, out) == (4, "")
    assert err.startswith("kinechain: Expected ")
    assert err.count("\n") == 1


def test_films_that_have_to_be_made_again_make_no_program(answer: Answer, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(
        json.dumps({"schema": "kinechain.result/1", "test": "squat", "quality": {"verdict": "refilm", "reasons": []}}),
        encoding="utf-8",
    )
    code, _, err = answer(tmp_path, "--answers", write_answers(tmp_path / "answers.toml"))
    assert code == 2
    assert "whose films have to be made again" in err


def test_a_result_that_is_broken_is_refused_in_one_sentence(answer: Answer, tmp_path: Path) -> None:
    result = write_result(tmp_path / "result", findings=[{"code": "knee_to_wall_cm"}])
    code, out, err = answer(result, "--answers", write_answers(tmp_path / "answers.toml"))
    assert (code, out) == (4, "")
    assert "Expected findings, limits and pain of a result, got a wrong or missing 'link'" in err


def test_a_folder_that_is_there_is_never_written_over(plan: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch)
    code, _, err = answer("--ask", "-o", plan)
    assert code == 4
    assert "nothing is overwritten" in err
