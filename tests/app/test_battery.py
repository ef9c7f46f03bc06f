"""A folder of films and typed values becomes one answer: which link limits, and what would have to be known to tell more."""

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from kinechain.app.battery import Battery, battery_tests, find_films, read_folder, run_battery, write_battery
from kinechain.app.battery_example import example_battery
from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.types import FindingVerdict, Measure, Person, Screening
from kinechain.io.battery import check_battery, load_battery
from kinechain.io.result import result_schema
from kinechain.pose.backend import PoseBackend
from kinechain.report.screening_text import screening_lines
from kinechain.screening.typed import read_typed, typed_measures

PERSON = Person(1.75, 70.0, 30, "m")
OTHER = {"left": "right", "right": "left", "both": "both"}


def no_network() -> PoseBackend:
    raise AssertionError("nothing was filmed, so no network is needed")


def typed(*values: tuple[str, str, object], person: Person = PERSON) -> tuple[Measure, ...]:
    noted = {"footwear": "barefoot", "foot_straight": "yes", "knee_bent": "yes"}
    return tuple(read_typed(code, side, told, person, noted) for code, side, told in values)


def screened(*values: tuple[str, str, object], aim: str = "deep") -> Screening:
    return run_battery(Battery(PERSON, aim, typed=typed(*values)), no_network).screening


@cache
def ankles(left: int, right: int) -> Screening:
    """One and the same person but for how far the ankles bend."""
    return screened(("knee_to_wall_deg", "left", f"{left} deg"), ("knee_to_wall_deg", "right", f"{right} deg"))


def verdicts(screening: Screening) -> dict[tuple[str, str], FindingVerdict]:
    return {(finding.code, finding.side): finding.verdict for finding in screening.findings}


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "battery.toml").write_text(f"[person]\nheight_cm = 175\nmass_kg = 70\n{text}", encoding="utf-8")
    return folder


def test_a_stiff_ankle_is_told_with_the_depth_that_it_costs_and_a_free_one_is_not() -> None:
    stiff, free = ankles(20, 40), ankles(40, 40)
    assert verdicts(stiff)["knee_to_wall_deg", "left"] is FindingVerdict.LIMITS
    assert verdicts(stiff)["knee_to_wall_deg", "right"] is FindingVerdict.FINE
    assert {(limit.goal, limit.link) for limit in stiff.limits} == {("depth", "ankle")}
    (gain,) = (gain for gain in stiff.gains if gain.link == "ankle")
    assert gain.gain.value > 0.2, "some 20 degrees more for ankles that bend as usual"
    sentence = str(screening_lines(stiff)[0])
    assert "ankle" in sentence
    assert "°" in sentence, "the depth that it costs"
    assert {verdicts(free)["knee_to_wall_deg", side] for side in ("left", "right")} == {FindingVerdict.FINE}
    assert free.limits == ()
    assert (
        str(screening_lines(free)[0])
        == "Very likely your ankles and your balance allow a deep squat. Nothing that was measured holds your squat back."
    )


def test_exchanging_left_and_right_exchanges_every_answer() -> None:
    here, there = ankles(20, 40), ankles(40, 20)
    assert verdicts(here) == {(code, OTHER[side]): verdict for (code, side), verdict in verdicts(there).items()}
    assert [(limit.goal, limit.link, limit.side) for limit in here.limits] == [
        (limit.goal, limit.link, OTHER[limit.side]) for limit in there.limits
    ]
    for one, other in zip(
        sorted(here.gains, key=lambda gain: gain.link), sorted(there.gains, key=lambda gain: gain.link), strict=True
    ):
        assert one.side == OTHER[other.side]
        assert one.gain.value == pytest.approx(other.gain.value, abs=1e-9)
        assert (one.gain.low, one.gain.high) == pytest.approx((other.gain.low, other.gain.high), abs=1e-9)
    assert [limit.side for limit in here.limits if limit.link == "ankle"] == ["left"]
    assert here.answer_parameters == there.answer_parameters | {"side": "left"}


def test_one_folder_with_typed_values_end_to_end(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "tests",
        """
        age = 30
        [aim]
        squat = "deep"
        [protocol.knee-to-wall]
        footwear = "barefoot"
        [typed.left]
        knee_to_wall_cm = 6
        [typed.right]
        knee_to_wall_cm = 13
        [typed]
        sit_to_stand_s = 8
        [pain.squat.left]
        value = 3
        at_knee_flexion_deg = 60
        """,
    )
    result = write_battery(run_battery(read_folder(folder), no_network), tmp_path / "out")
    document = json.loads((result / "result.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, result_schema())
    assert {path.name for path in result.iterdir()} == {"result.json", "report.html"}
    assert document["test"] == "battery"
    assert document["ranges"]["knee_to_wall_cm"]["left"] == {
        "value": 6.0,
        "low": 4.872,
        "high": 7.128,
        "level": 0.9,
        "unit": "cm",
        "from": "typed",
        "clip": None,
    }
    assert document["pain"] == [{"test": "squat", "side": "left", "value": 3.0, "at_knee_flexion_deg": 60.0}]
    assert document["engine"]["pose_model"] is None
    by_code = {(finding["code"], finding["side"]): finding for finding in document["findings"]}
    assert by_code["knee_to_wall_cm", "left"]["norm"] == "knee-to-wall.hoch-2011"
    assert all(finding["sources"] or finding["verdict"] == "cannot_judge" for finding in document["findings"]), (
        "none without a source"
    )
    assert document["answer"]["message"]
    assert document["missing"]
    assert all(limit["sources"] for limit in document["limiting"])


def test_a_missing_test_is_asked_for_and_nothing_is_judged_from_nothing() -> None:
    screening = screened(("heel_raise_count", "left", 20))
    assert screening.limits == ()
    assert {reason.code for reason in screening.missing} >= {"knee_to_wall"}


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(UsageError, match="at least one film or one typed value"):
        run_battery(Battery(PERSON), no_network)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[typed.left]\nknee_to_wal_cm = 9", "Did you mean knee_to_wall_cm?"),
        ('[typed.left]\nknee_to_wall_cm = "38 deg"', "For deg write knee_to_wall_deg."),
        ("[typed.left]\nknee_to_wall_cm = 95", "between 0 and 30 cm, got 95 in "),
        ("[typed.left]\nnavicular_drop = 9", "kappa 0.40"),
        ("[typed]\nstance_s = 9", "for left or right, got both"),
        ('[aim]\nsquat = "deeper"', "an aim among chair, parallel, deep, got 'deeper'"),
        ('[protocol.single-leg-stance]\neyes = "half"', "eyes among open, shut"),
    ],
)
def test_each_wrong_value_is_told_in_one_sentence_that_names_the_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataFileError) as refused:
        read_folder(write(tmp_path, text))
    assert said in str(refused.value)
    assert "battery.toml" in str(refused.value)


def test_films_are_told_apart_by_their_names_or_by_the_table(tmp_path: Path) -> None:
    for name in ("squat_side.mp4", "squat_front.mp4", "knee-to-wall_left.mp4", "Step-Down left 2.MP4", "IMG_1.mov", "notes.txt"):
        (tmp_path / name).touch()
    found = find_films(tmp_path, {"IMG_1.mov": "knee-to-wall right"})
    assert [(one.test, one.side, [film.name for film in one.films]) for one in found] == [
        ("squat", "both", ["squat_front.mp4", "squat_side.mp4"]),
        ("knee-to-wall", "left", ["knee-to-wall_left.mp4"]),
        ("knee-to-wall", "right", ["IMG_1.mov"]),
        ("step-down", "left", ["Step-Down left 2.MP4"]),
    ]
    assert [one.name for one in found] == ["squat", "knee-to-wall-left", "knee-to-wall-right", "step-down-left"]
    with pytest.raises(UsageError, match=r"got IMG_1\.mov\. Rename it, such as squat_side.mp4"):
        find_films(tmp_path, {})
    with pytest.raises(UsageError, match=r"Did you mean knee-to-wall\?"):
        find_films(tmp_path, {"IMG_1.mov": "kneetowall"})
    with pytest.raises(UsageError, match=r"Did you mean IMG_1\.mov\?"):
        find_films(tmp_path, {"IMG_1.mo": "squat"})


def test_the_sample_is_read_as_it_is_and_with_every_remark_taken_up(tmp_path: Path) -> None:
    text = example_battery()
    (tmp_path / "battery.toml").write_text(text, encoding="utf-8")
    bare = check_battery(load_battery(tmp_path), battery_tests())
    assert (bare.typed, bare.pains, bare.aim) == ({"left": {}, "right": {}}, (), None)
    lines = (line.removeprefix("# ") if line.startswith("# ") else line for line in text.splitlines())
    taken = "\n".join(line for line in lines if "IMG_0001" not in line)
    (tmp_path / "battery.toml").write_text(taken, encoding="utf-8")
    battery = read_folder(tmp_path)
    assert {measure.code for measure in battery.typed} == set(typed_measures())
    assert len(battery.typed) == sum(len(measure.sides) for measure in typed_measures().values())
    screening = run_battery(battery, no_network).screening
    assert {finding.code for finding in screening.findings} >= set(typed_measures())
