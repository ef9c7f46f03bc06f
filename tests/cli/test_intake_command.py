"""What `kinechain intake` asks, answers, draws and leaves with."""

import io
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kinechain.app.intake import read_answers_file
from kinechain.cli.ask import Ended
from kinechain.cli.intake import ask_intake
from kinechain.cli.run import run
from kinechain.core.errors import DataFileError
from kinechain.program import safety
from kinechain.program.conditions import Answer
from kinechain.program.intake import likeness, questions, to_ask
from kinechain.program.intake_rules import intake_rules
from kinechain.report.intake_text import likeness_lines
from kinechain.report.pain_map import regions
from kinechain.report.words import messages, say

SOURCE = Path(__file__).resolve().parents[2] / "src"
#: The length of a school year by which the words can be read.
GRADE = 8.0
HURTS: dict[str, Any] = {
    "knee": "right",
    "where": ["kneecap", "inner_rim"],
    "since_weeks": 30,
    "brings_on": ["squat", "stairs_down"],
    "pain_free_squat": "half",
    "resisted_contraction": True,
    "palpation": "unknown",
    "kneecap_slips": False,
    "hip_brings_it": False,
    "swells": False,
    "operated_before": False,
    "usual_pain": 3,
    "worst_pain": 6,
    "goals": ["running"],
    "days": ["monday", "wednesday", "friday"],
    "equipment": [],
    "sits_hours": 8,
    "runs_km": 10,
}


def healthy(**worries: Answer) -> dict[str, Answer]:
    """Return answers to the safety questions of somebody of 30 without any sign, but for `worries`."""
    answers: dict[str, Answer] = {"age": 30.0, **worries}
    while left := safety.to_ask(answers):
        answers |= {question.code: question.harmless for question in left}
    return answers


def written(folder: Path, told_safety: dict[str, Any], told: dict[str, Any]) -> Path:
    file = folder / "answers.toml"
    tables = {"safety": told_safety, "intake": told}
    lines = [
        f"[{name}]\n" + "\n".join(f"{code} = {json.dumps(value)}" for code, value in rows.items()) for name, rows in tables.items()
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["intake", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, re.sub(r"\s+", " ", out), re.sub(r"\s+", " ", err)


def test_what_looks_like_it_leaves_with_0_and_says_how_sure(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = answer(capsys, "--answers", written(tmp_path, healthy(), HURTS))
    assert (code, err) == (0, "")
    assert out.startswith("Your answers look like pain at the kneecap")
    assert "This is not certain" in out
    assert "You have 2 of 3 signs" in out
    assert "89%" in out
    assert "1.8 to 10.3" in out


def test_what_points_elsewhere_leaves_with_3_and_says_whom_to_see(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tendon = HURTS | {"where": ["below_kneecap"], "one_spot": True, "brings_on": ["jumping"]}
    code, out, _ = answer(capsys, "--answers", written(tmp_path, healthy(), tendon))
    assert code == 3
    assert "Show your knee to a doctor or physiotherapist first" in out
    assert "it could be the tendon there" in out
    assert "no training program for now" in out
    assert "Malliaras" in out


def test_what_could_not_be_ruled_out_and_what_is_open_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = answer(capsys, "--answers", written(tmp_path, healthy(), HURTS | {"hip_brings_it": "unknown", "swells": ""}))
    assert code == 3
    assert "It cannot be said yet" in out
    assert "What could not be ruled out:" in out
    assert say("intake_pattern.hip") in out
    assert f"Still to be answered: - {say('intake.question.swells')}" in out


def test_who_does_not_know_is_sent_to_somebody_who_can_look(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = answer(capsys, "--answers", written(tmp_path, healthy(), HURTS | {"hip_brings_it": "unknown"}))
    assert code == 3
    assert "it is not clear whether this is pain at the kneecap" in out
    assert "Show your knee to a doctor or physiotherapist first" in out


def test_the_safety_questions_come_first(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = answer(capsys, "--answers", written(tmp_path, healthy(hot_red_swollen="yes"), HURTS))
    assert code == 3
    assert out.startswith("Go today to an emergency department")
    assert "look like pain at the kneecap" not in out
    code, out, _ = answer(capsys, "--answers", written(tmp_path, {}, HURTS))
    assert code == 3
    assert "It is not safe to say yet" in out


def test_the_outcome_as_data(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = answer(
        capsys, "--answers", written(tmp_path, healthy(), HURTS | {"where": ["kneecap", "back_hollow"]}), "--json"
    )
    told = json.loads(out)
    assert code == 3, "the back of the knee asks one more question, which has no answer"
    assert told["schema"] == "kinechain.intake/1"
    assert (told["resembles"], told["program"], told["unanswered"]) == ("unclear", False, ["catches"])
    assert [(row["code"], row["how"]) for row in told["patterns"]] == [("meniscus", "unsure"), ("back_of_knee", "also")]
    assert told["answers"]["where"] == ["kneecap", "back_hollow"]
    assert {source["key"] for source in told["sources"]} >= {"cook-2010", "willy-2019"}


# --- One file of answers ---


def test_a_file_gives_both_sets_of_answers(tmp_path: Path) -> None:
    told_safety, told = read_answers_file(written(tmp_path, healthy(), HURTS | {"goals": ""}))
    assert told_safety["age"] == 30.0
    assert (told["where"], told["kneecap_slips"], told["equipment"]) == (("kneecap", "inner_rim"), "no", ())
    assert "goals" not in told, "an empty answer is none"
    assert likeness({**told_safety, **told}).program


def test_the_form_is_read_as_it_is_and_holds_every_question(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["intake"]) == 0
    form = capsys.readouterr().out
    file = tmp_path / "form.toml"
    file.write_text(form, encoding="utf-8")
    assert read_answers_file(file) == ({}, {})
    table = tomllib.loads(form)
    assert list(table["intake"]) == [question.code for question in questions() if not question.typed]
    for question in questions():
        assert f'{question.code} = ""' in form
        assert all(option in form for option in question.options)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[intake]\nwhere = [", "a file of answers"),
        ('locked = "no"\n', "tables .safety. and .intake., got locked"),
        ('[plan]\nwhere = "knee"\n', "tables .safety. and .intake., got plan"),
        ('intake = "none"\n', "tables .safety. and .intake., got plain values"),
        ('[intake]\nwhere = "kneecap"\n', "where as a list out of kneecap.* in .intake. of"),
        ("[intake]\nusual_pain = 12\n", "usual_pain as a number from 0 to 10"),
        ("[intake]\nusual_pain = 5\nworst_pain = 4\n", "a worst pain at least as high as the usual one"),
        ('[safety]\nwhere = ["kneecap"]\n', "the code of a safety question, got 'where' in .safety. of"),
        ('[intake]\nlocked = "no"\n', "the code of a question of the intake, got 'locked' in .intake. of"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=said):
        read_answers_file(file)
    with pytest.raises(DataFileError, match="which does not exist"):
        read_answers_file(tmp_path / "none.toml")


# --- Asked one by one ---


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


TALK = ("2", "1, 2", "30", "1,3", "3", "y", "d", "n", "n", "n", "n", "3", "6", "running", "1 3 5", "none", "8", "10")


def test_asked_after_safety_only_the_rest_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, *TALK)
    asked = ask_intake(healthy())
    assert asked.ended is Ended.DONE
    assert to_ask(asked.answers) == ()
    assert likeness(asked.answers).program
    told = {code: answer for code, answer in asked.answers.items() if code in HURTS}
    plain = {True: "yes", False: "no"}
    assert told == {
        code: tuple(value) if isinstance(value, list) else plain[value] if isinstance(value, bool) else value
        for code, value in HURTS.items()
    }


def test_the_worst_pain_is_not_below_the_usual_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    rest = {question.code: "unknown" for question in questions() if question.code not in ("usual_pain", "worst_pain", "knee")}
    type_in(monkeypatch, "4", "3", "4")
    asked = ask_intake({**healthy(), **rest, "knee": "left"})
    assert (asked.answers["usual_pain"], asked.answers["worst_pain"]) == (4.0, 4.0)
    assert "Please type a number from 4 to 10." in capsys.readouterr().out


def test_both_sets_are_asked_one_after_the_other(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    keys = []
    answers: dict[str, Answer] = {}
    while left := safety.worth_asking(answers):
        question = left[0]
        answers[question.code] = question.harmless if question.words else 30.0
        keys.append({"number": "30", "choice": "1"}.get(question.kind, str(question.harmless)))
    type_in(monkeypatch, *keys, *TALK)
    code, out, _ = answer(capsys, "--ask")
    assert code == 0
    assert "Your answers look like pain at the kneecap" in out


def test_the_number_on_the_map_is_the_number_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, code in enumerate(regions(), start=1):
        type_in(monkeypatch, "1", str(number))
        assert ask_intake(healthy()).answers["where"] == (code,)


def test_leaving_and_too_many_wishes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    type_in(monkeypatch, "q")
    code, out, _ = answer(capsys, "--ask")
    assert code == 3
    assert "Nothing was stored" in out
    code, _, err = answer(capsys, "--ask", "--rules")
    assert code == 2
    assert "Give one of them" in err
    assert answer(capsys, "--answers", tmp_path / "none.toml")[0] == 4


def test_the_map_is_written_as_a_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = answer(capsys, "--map", tmp_path / "knee.html")
    assert code == 0
    assert "knee.html" in out
    assert "<svg" in (tmp_path / "knee.html").read_text(encoding="utf-8")
    assert answer(capsys, "--map", tmp_path / "knee.html")[0] == 4, "nothing is overwritten"


# --- Words ---


def test_every_code_has_its_words_and_every_word_its_code() -> None:
    rules = intake_rules()
    groups = {
        "intake.question": {question.code for question in rules.questions},
        "intake_sign": {sign.code for sign in rules.signs},
        "intake_pattern": {pattern.code for pattern in rules.patterns},
    }
    for group, codes in groups.items():
        told = {
            code.removeprefix(f"{group}.").removesuffix(".text").removesuffix(".help")
            for code in messages()
            if code.startswith(f"{group}.")
        }
        assert told == codes
    options = {
        f"intake.option.{question.code}.{option}"
        for question in rules.questions
        if question.kind not in ("yes_no",)
        for option in question.options
    }
    assert {code for code in messages() if code.startswith("intake.option.")} == options


def test_every_other_message_is_used() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in (SOURCE / "kinechain").rglob("*") if path.suffix in (".py", ".j2")
    )
    for code in messages():
        group, _, name = code.partition(".")
        if group in ("intake", "pain_map") and not name.startswith(("question.", "option.", "doc.", "resembles_", "side_")):
            assert re.search(rf"\b{name}\b", source), f"{code} is used nowhere"


def test_no_outcome_is_told_as_certain() -> None:
    for found in (likeness(healthy() | {"where": ("kneecap",)}), likeness({**healthy(), "where": ("groin",)}), likeness({})):
        lines = [str(line) for line in likeness_lines(found)]
        assert lines[1] == say("intake.not_certain")
    for code, words in messages().items():
        if code.startswith("intake_pattern.") and code != "intake_pattern.not_at_kneecap":
            assert re.search(r"\b(could|can|may|look|looked|ask)\b", words, re.IGNORECASE), code


def test_the_words_read_at_fourteen(require_oracle: Callable[[str], ModuleType]) -> None:
    textstat = require_oracle("textstat")
    said = "\n".join(
        words
        for code, words in messages().items()
        if code.startswith(("intake.", "intake_sign.", "intake_pattern.", "pain_map.")) and words.endswith((".", "?"))
    )
    assert len(said.split()) > 600
    said = re.sub(r"\{[^}]*\}", "some", said)
    measured = (textstat.automated_readability_index(said), textstat.coleman_liau_index(said))
    assert max(measured) < GRADE, f"school years by two measures: {measured}"
