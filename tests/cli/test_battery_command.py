"""The whole battery from a terminal: with a tape and a watch, step by step, and from a folder without a question."""

import json
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kinechain.app.battery_steps import flatten, hip_rotation, next_step, unflatten
from kinechain.cli.run import run
from kinechain.core.errors import UsageError

#: What a person in good health answers, by a piece of the question; what else is asked is harmless, or passed over.
WHO = [
    ("How old are you", "30"),
    ("How tall", "175"),
    ("How heavy", "70"),
    ("woman (f) or a man", "2"),
    ("How deep do you want", "3"),
]
TAPE = [
    ("distance, left leg", "6"),
    ("distance, right leg", "13,5 cm"),
    ("What was on the foot", "1"),
    ("point straight", "1"),
    ("knee bent, over the foot", "1"),
]
Talk = Callable[..., tuple[int, str]]


@pytest.fixture
def talk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Return a function that runs a command and answers what it asks; after 200 questions the person leaves."""

    def answered(arguments: Sequence[object], script: Sequence[tuple[str, str]]) -> tuple[int, str]:
        left, said, asked = list(script), [], 0

        def reply(_: str = "") -> str:
            nonlocal asked
            asked += 1
            if asked > 200:
                raise EOFError
            words = capsys.readouterr().out
            said.append(words)
            for question, answer in left:
                if question in words:
                    left.remove((question, answer))
                    return answer
            return "" if "Enter leaves it out" in words else "1" if "  1 " in words else "no"

        monkeypatch.setattr("builtins.input", reply)
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, "".join(said) + out + err

    return answered


def kept(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "battery.toml").read_text(encoding="utf-8"))


def test_a_tape_and_a_watch_are_enough(talk: Talk, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    code, said = talk(["battery", folder, "--ask", "-o", tmp_path / "out"], [*WHO, *TAPE, ("Time on one leg, left", "45")])
    assert code == 0, said
    assert said.index("Is the knee hot, red") < said.index("How tall"), "safety comes first"
    document = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert document["person"] == {"height_cm": 175.0, "mass_kg": 70, "age": 30, "sex": "m"}
    values = {(one["code"], one["side"]): one["value"] for one in document["measures"]}
    assert values == {("knee_to_wall_cm", "left"): 6.0, ("knee_to_wall_cm", "right"): 13.5, ("stance_s", "left"): 45.0}
    assert document["answer"]["message"].split(":")[0] in " ".join(said.replace("\n", " ").split())
    assert "safety" not in kept(folder), "answers to the safety questions are not stored"


def test_a_flag_ends_the_tests_with_who_to_see_and_how_soon(talk: Talk, tmp_path: Path) -> None:
    script = [("How old are you", "30"), ("hot, red or newly swollen", "yes")]
    code, said = talk(["battery", tmp_path / "mine", "--ask", "-o", tmp_path / "out"], script)
    assert code == 3
    assert "today" in said
    assert "Knee to wall" not in said
    assert list(tmp_path.iterdir()) == [], "nothing is made, nothing kept"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([("Pain in the left knee", "7")], "Stop now: pain above 5 of 10"),
        ([("Did a knee give way", "yes")], "Stop now: the knee gave way"),
    ],
)
def test_pain_above_five_or_a_knee_that_gives_way_stops(
    talk: Talk, tmp_path: Path, answers: list[tuple[str, str]], words: str
) -> None:
    folder = tmp_path / "mine"
    code, said = talk(["battery", folder, "--ask", "-o", tmp_path / "out"], [*WHO, *TAPE, *answers])
    assert code == 3
    assert words in said
    assert kept(folder)["typed"] == {"left": {"knee_to_wall_cm": "6 cm"}, "right": {"knee_to_wall_cm": "13.5 cm"}}
    assert not (tmp_path / "out").exists()


def test_one_word_stops_and_the_same_command_goes_on(talk: Talk, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    code, said = talk(["battery", folder, "--ask", "-o", tmp_path / "out"], [*WHO, *TAPE, ("Calf length, left", "stop")])
    assert code == 0
    assert "run this again to go on" in said
    assert not (tmp_path / "out").exists()
    again = [("How old are you", "no such question"), ("Calf length, left", "30")]
    code, said = talk(["battery", folder, "--ask", "-o", tmp_path / "out"], again)
    assert code == 0, said
    assert "How tall" not in said
    assert "Knee to wall, distance, left leg (" not in said, "what is answered is not asked again"
    assert "Is the knee hot, red" in said, "but whether it is safe is"
    values = {one["code"] for one in json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["measures"]}
    assert values == {"knee_to_wall_cm", "calf_length"}


def test_pain_that_jumps_brings_the_safety_questions_back(talk: Talk, tmp_path: Path) -> None:
    script = [*WHO, *TAPE, ("Pain in the left knee", "0"), ("Pain in the right knee", "4"), ("Calf length, left", "q")]
    _, said = talk(["battery", tmp_path / "mine", "--ask", "-o", tmp_path / "out"], script)
    assert said.count("Is the knee hot, red") == 2
    assert said.index("The pain has jumped") < said.rindex("Is the knee hot, red")


def test_a_folder_is_told_without_a_question(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "battery.toml").write_text(
        "[person]\nheight_cm = 175\nmass_kg = 70\n[typed.left]\nknee_to_wall_cm = 12\n", encoding="utf-8"
    )
    code, said = talk(["battery", tmp_path, "-o", tmp_path / "out", "--json"], [("", "q")])
    assert code == 0
    assert json.loads(said)["findings"][0]["code"] == "knee_to_wall_cm"


def test_knee_to_wall_by_tape_needs_no_film(talk: Talk, tmp_path: Path) -> None:
    body = ["--height-cm", "175", "--mass-kg", "70"]
    test = ["assess", "--test", "knee-to-wall", *body]
    code, said = talk([*test, "--cm", "left=9.5", "--cm", "right=12", "-o", tmp_path / "out", "--json"], [])
    assert code == 0, said
    document = json.loads(said)
    assert document["test"] == "knee-to-wall"
    assert {(one["code"], one["side"], one["value"]) for one in document["measures"]} == {
        ("knee_to_wall_cm", "left", 9.5),
        ("knee_to_wall_cm", "right", 12.0),
    }
    assert "Write --cm left=9.5, or add --side." in talk([*test, "--cm", "9.5"], [])[1]
    assert "For deg write knee_to_wall_deg." in talk([*test, "--cm", "left=38 deg"], [])[1]
    assert "Say --test knee-to-wall." in talk(["assess", *body, "--cm", "left=9"], [])[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "Name one, or say --ask; --example prints a sample."),
        (["absent"], 4, "Name the folder."),
    ],
)
def test_what_cannot_be_run_is_told(talk: Talk, arguments: list[str], code: int, said: str) -> None:
    got, words = talk(["battery", *arguments], [])
    assert got == code
    assert said in words


def test_the_sample_is_printed(talk: Talk) -> None:
    code, said = talk(["battery", "--example"], [])
    assert code == 0
    assert '# knee_to_wall_cm = "11.5 cm"' in said
    tomllib.loads(said)


def test_answers_by_path_and_tables_are_two_ways_of_writing_the_same() -> None:
    document = {
        "person": {"age": 30, "height_cm": 175},
        "typed": {"sit_to_stand_s": "9 s", "left": {"stance_s": "45 s"}},
        "pain": {"squat": {"left": {"value": 3}}},
        "asked": {"clinician": "no", "skipped": ["person/sex"]},
    }
    assert unflatten(flatten(document)) == document
    assert flatten({"pain": {"squat": {"left": 3}}}) == {"pain/squat/left/value": 3}


def test_what_needs_a_clinician_is_asked_only_where_there_is_one() -> None:
    def asked(clinician: str) -> set[str]:
        answers = {"person/age": 30, "person/height_cm": 175, "person/mass_kg": 70, "asked/clinician": clinician}
        while (step := next_step(answers)) is not None:
            answers[step.path] = None
        return set(answers)

    assert asked("yes") - asked("no") == {
        f"typed/{side}/{code}"
        for side in ("left", "right")
        for code in ("foot_posture_index", "patellar_mobility", "patella_tilt", "patella_compression")
    }


def test_typed_turns_of_the_hips_answer_a_safety_question() -> None:
    told = {"person/height_cm": 175.0, "person/mass_kg": 70.0, "typed/left/hip_internal_rotation_range": "10 deg"}
    assert hip_rotation(told) == {"hip_internal_rotation": pytest.approx(10.0)}
    both = {**told, "typed/right/hip_internal_rotation_range": "35 deg"}
    assert hip_rotation(both)["hip_rotation_difference"] == pytest.approx(25.0)


def test_a_comma_and_a_bare_number_are_understood() -> None:
    answers = {"person/height_cm": 175.0, "person/mass_kg": 70.0}
    while (step := next_step(answers)) is not None and step.path != "typed/left/knee_to_wall_cm":
        answers[step.path] = None
    assert step is not None
    assert (step.check("9,5"), step.check("9.5 cm")) == ("9.5 cm", "9.5 cm")
    with pytest.raises(UsageError, match=r"For deg write knee_to_wall_deg\."):
        step.check("38 deg")
