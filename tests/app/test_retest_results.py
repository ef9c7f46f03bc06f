"""Two results of one person, measure by measure: what changed beyond its error, and what cannot be compared."""

import copy
import math
from typing import Any

import pytest

from kinechain.app.diary_template import diary_template
from kinechain.app.retest import retest_rows, retests
from kinechain.core.errors import DataFileError
from kinechain.io.diary import parse_diary
from kinechain.program.outcomes import instruments, score
from kinechain.program.retest import Retest, Seen
from kinechain.report.words import has_words, messages, say
from kinechain.screening.typed import typed_measures

SIDE, FRONT = "a" * 64, "b" * 64


def row(code: str, value: float | None, half: float, unit: str, clip: str | None = None, **more: Any) -> dict[str, Any]:
    low, high = (None, None) if value is None else (value - half, value + half)
    told = {"code": code, "side": "left", "rep": None, "value": value, "low": low, "high": high, "level": 0.9, "unit": unit}
    return told | {"clip": clip, "cannot_judge": None, "parameters": {}} | more


def result(*rows: dict[str, Any], test: str = "battery", **protocol: Any) -> dict[str, Any]:
    names = ("footwear", "heel_cm", "arms", "bar", "load_kg", "eyes")
    return {
        "test": test,
        "protocol": dict.fromkeys(names) | protocol,
        "engine": {"pose_sha256": "c" * 64},
        "clips": [{"sha256": SIDE, "test": "squat"}, {"sha256": FRONT, "test": "step-down"}],
        "measures": list(rows),
    }


def one(before: dict[str, Any], after: dict[str, Any]) -> Retest:
    (found,) = retests(before, after)
    return found


def test_a_tape_that_reads_two_centimetres_more_tells_a_change_and_a_degree_more_none() -> None:
    before = result(row("knee_to_wall_cm", 8.0, 1.127, "cm"), row("calf_length", 30.0, 5.0, "deg"))
    after = result(row("knee_to_wall_cm", 10.0, 1.127, "cm"), row("calf_length", 31.0, 5.0, "deg"))
    wall, calf = retests(before, after)
    assert (wall.seen, wall.least) == (Seen.BETTER, pytest.approx(0.019))
    assert wall.because.sources == ("knee-to-wall.powden-2015-one-cm",)
    assert (calf.seen, calf.unit) == (Seen.NO_CHANGE_SEEN, "rad")
    told = retest_rows([wall, calf])
    assert told[0]["difference"] == {"value": 2.0, "low": 0.406, "high": 3.594, "level": 0.9, "unit": "cm"}
    assert (told[0]["least_change"], told[1]["least_change"]) == (1.9, None)


def test_less_lean_is_better_more_is_worse() -> None:
    before, after = (result(row("trunk_lean_peak", value, 4.0, "deg", SIDE)) for value in (45.0, 30.0))
    assert (one(before, after).seen, one(after, before).seen) == (Seen.BETTER, Seen.WORSE)


def test_another_protocol_spoils_only_the_tests_it_concerns() -> None:
    rows = (row("knee_to_wall_cm", 8.0, 1.1, "cm"), row("hip_internal_rotation_range", 30.0, 5.0, "deg"))
    barefoot, shod = result(*rows, footwear="barefoot"), result(*rows, footwear="shoes")
    wall, hip = retests(barefoot, shod)
    assert (wall.seen, wall.because.reason) == (Seen.CANNOT_JUDGE, "retest.because.protocol")
    words = say(wall.because.reason, **wall.because.parameters)
    assert words.endswith("in another way: footwear was barefoot before and is shoes now.")
    assert hip.seen is Seen.NO_CHANGE_SEEN
    assert retests(barefoot, result(*rows))[0].because.reason == "retest.because.protocol_untold"


def test_other_notes_of_a_typed_measure_spoil_it() -> None:
    before, after = (result(row("knee_to_wall_cm", 8.0, 1.1, "cm", parameters={"knee_bent": told})) for told in ("yes", "no"))
    assert one(before, after).because.parameters["what"] == "knee_bent"


def test_another_pose_network_spoils_films_and_not_the_tape() -> None:
    before = result(row("trunk_lean_peak", 45.0, 4.0, "deg", SIDE), row("knee_to_wall_cm", 8.0, 1.1, "cm"))
    after = copy.deepcopy(before)
    after["engine"]["pose_sha256"] = "d" * 64
    assert [found.because.reason.rpartition(".")[2] for found in retests(before, after)] == ["network", "within_interval"]


def test_the_same_measure_of_two_tests_is_told_apart_and_of_two_films_the_surest_is_taken() -> None:
    before = result(
        row("knee_flexion_peak", 90.0, 8.0, "deg", SIDE),
        row("knee_flexion_peak", 60.0, 3.0, "deg", FRONT),
        row("knee_flexion_peak", 95.0, 3.0, "deg", SIDE),
    )
    squat, step_down = retests(before, before)
    assert [round(math.degrees(found.before.value)) for found in (squat, step_down)] == [95, 60]


def test_what_was_measured_once_only_is_said_and_what_no_test_judges_is_passed_over() -> None:
    before = result(row("knee_to_wall_cm", 8.0, 1.1, "cm"), row("stance_width", 30.0, 2.0, "cm", SIDE))
    after = result(row("calf_length", 30.0, 5.0, "deg"))
    found = retests(before, after)
    assert [(each.code, each.because.reason) for each in found] == [
        ("knee_to_wall_cm", "retest.because.only_once"),
        ("calf_length", "retest.because.only_once"),
    ]
    assert math.isnan(found[0].after.value)
    assert not math.isnan(found[0].before.value)


def test_who_stood_to_the_end_of_the_clock_has_no_upper_bound() -> None:
    before = result(row("stance_s", 20.0, 1.0, "s"), eyes="open")
    after = result(row("stance_s", 45.0, 1.0, "s", high=None, parameters={"at_least": True}), eyes="open")
    found = one(before, after)
    assert (found.seen, found.after.high) == (Seen.BETTER, math.inf)
    assert retest_rows([found])[0]["after"]["high"] is None


def test_films_that_could_not_be_measured_are_refused() -> None:
    with pytest.raises(DataFileError, match="a result that measured something"):
        retests({"test": "squat", "quality": {"verdict": "refilm"}}, result())


def test_every_reason_and_every_note_of_a_protocol_has_its_words() -> None:
    noted = {note for measure in typed_measures().values() for note in measure.notes} - {"stopped"}
    assert {code.split(".")[1] for code in messages() if code.startswith("protocol_note.")} == noted | set(result()["protocol"])
    assert all(has_words(f"seen.{seen.value}") for seen in Seen)


# --- the diary to fill in ---


def test_an_empty_diary_reads_as_one_and_its_examples_are_possible() -> None:
    text = diary_template(["knee", "hip"])
    assert parse_diary(text, score, ["knee", "hip"]).sessions == ()
    taken_up = "\n".join(line.removeprefix("# ") for line in text.splitlines() if not line.startswith("##"))
    without_twice = taken_up.replace("done.knee = [10, 10]\n", "")
    diary = parse_diary(without_twice, score, ["knee", "hip"])
    assert {done.slot for done in diary.sessions[0].done} == {"knee", "hip"}
    assert {told.instrument for told in diary.scores} == set(instruments())
    assert len(diary.sittings) == 1
