"""What `kinechain safety` asks, answers and leaves with."""

import ast
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from kinechain.app.safety import safety_document
from kinechain.cli.run import run
from kinechain.program.conditions import Answer
from kinechain.program.safety import questions, triage
from kinechain.program.safety_rules import safety
from kinechain.report.safety_text import go, outcome_lines
from kinechain.report.words import messages, say

SOURCE = Path(__file__).resolve().parents[2] / "src"


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["safety", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, re.sub(r"\s+", " ", out), err


def healthy(**worries: Answer) -> dict[str, Answer]:
    """Return the answers of somebody of 30 without any sign, but for `worries`."""
    asked = [question for question in questions(30) if not question.typed and not question.asked.questions]
    return {question.code: question.harmless for question in asked} | {"age": 30} | worries


def written(folder: Path, answers: dict[str, Answer]) -> Path:
    file = folder / "answers.toml"
    file.write_text("\n".join(f"{code} = {json.dumps(value)}" for code, value in answers.items()), encoding="utf-8")
    return file


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_nothing_in_the_way_leaves_with_0(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = answer(capsys, "--answers", written(tmp_path, healthy()))
    assert (code, err) == (0, "")
    assert "Nothing in your answers speaks against" in out


def test_a_flag_leaves_with_3_and_says_where_to_go(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = answer(capsys, "--answers", written(tmp_path, healthy(hot_red_swollen=True)))
    assert code == 3
    assert out.startswith("Go today to an emergency department")
    assert "NHS Gloucestershire" in out


def test_an_unfinished_file_is_not_safe_to_say(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = answer(capsys, "--answers", written(tmp_path, healthy(locked="")))
    assert code == 3
    assert "It is not safe to say yet" in out
    assert "Does the knee get stuck" in out
    assert "How old are you" not in out


def test_the_empty_form_is_a_file_of_answers_with_all_still_open(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["safety"]) == 0
    form = capsys.readouterr().out
    for question in safety().questions:
        assert f'{question.code} = ""' in form
    (tmp_path / "form.toml").write_text(form, encoding="utf-8")
    assert answer(capsys, "--answers", tmp_path / "form.toml")[0] == 3
    filled = form.replace('age = ""', "age = 30")
    for question in safety().questions:
        filled = filled.replace(f'{question.code} = ""', f'{question.code} = "{question.harmless}"')
    (tmp_path / "form.toml").write_text(filled, encoding="utf-8")
    assert answer(capsys, "--answers", tmp_path / "form.toml")[0] == 0


def test_json_holds_the_outcome_with_its_sources(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["safety", "--json", "--answers", str(written(tmp_path, healthy(locked="yes", lump="unknown")))]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "kinechain.safety/1"
    assert (document["urgency"], document["whom"], document["program"], document["may_test"]) == ("urgent", "doctor", False, False)
    assert document["message"] == go(*[triage(healthy(locked="yes")).urgency, triage(healthy(locked="yes")).whom])
    assert [(flag["code"], flag["unsure"]) for flag in document["flags"]] == [("locked_knee", False), ("lump_or_weight_loss", True)]
    named = {key for flag in document["flags"] for key in flag["sources"]}
    assert {study["key"] for study in document["sources"]} == named
    assert document["unanswered"] == []
    assert safety_document(healthy())["message"] == say("safety.may_go_on")


def test_asked_step_by_step_it_stops_asking_once_somebody_has_to_go_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, "40", "n", "n", "b", "n", "n", "n", "y", "y")
    code, out, _ = answer(capsys, "--ask")
    assert code == 3
    assert "Call the emergency services now" in out
    assert "blood thinners" not in out
    assert out.count("Is the knee hot, red") == 2, "asked again after going back"


def test_asked_to_the_end_without_a_sign(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [question for question in questions(30) if not question.typed and not question.asked.questions]
    type_in(monkeypatch, "30", *("n" if question.kind == "yes_no" else "1" for question in asked[1:]))
    code, out, _ = answer(capsys, "--ask", "--json")
    assert code == 0
    assert json.loads(out)["program"] is True


@pytest.mark.parametrize("word", ["q", "stop"])
def test_leaving_decides_nothing_and_leaves_with_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, word: str, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    type_in(monkeypatch, "30", word)
    code, out, _ = answer(capsys, "--ask")
    assert code == 3
    assert "Nothing in your answers" not in out
    assert list(tmp_path.iterdir()) == [], "nothing is stored"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age = ", "a file of answers"),
        ('locked = "often"', "locked answered with no, yes, unknown"),
        ("locked = [1]", "locked answered with no, yes, unknown"),
        ("age = true", "age as a number from 5 to 110"),
        ('knee = "yes"', "the code of a safety question"),
        ("[locked]\nyes = 1", "locked answered with"),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_4_in_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(text, encoding="utf-8")
    code, out, err = answer(capsys, "--answers", file)
    assert (code, out) == (4, "")
    assert said in err
    assert str(file) in err
    assert len(err.splitlines()) == 1


def test_wrong_usage_and_a_missing_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert answer(capsys, "--ask", "--answers", tmp_path / "x.toml")[0] == 2
    code, _, err = answer(capsys, "--answers", tmp_path / "x.toml")
    assert code == 4
    assert "does not exist" in err


def test_a_film_that_exists_is_measured_without_any_question() -> None:
    """Nothing that `assess` and `check` use, however far down, knows the questions or a way to ask.

    That nobody is waited for, the other tests of `assess` show: they run without a keyboard, where reading from it fails.
    """
    used, left = set[str](), ["kinechain.cli.show", "kinechain.cli.read", "kinechain.app.assess", "kinechain.app.check"]
    while left:
        name = left.pop()
        if name not in used:
            used.add(name)
            left += imported(name)
    assert {"kinechain.app.films", "kinechain.kinematics.film_check", "kinechain.report.page"} <= used, "the search goes deep"
    assert not used & {"kinechain.cli.ask", "kinechain.cli.safety", "kinechain.app.safety"}
    assert not {name for name in used if name.startswith("kinechain.program")}


def imported(name: str) -> list[str]:
    """Return the modules of kinechain that a module imports, wherever in it."""
    file = SOURCE / (name.replace(".", "/") + ".py")
    tree = ast.parse((file if file.exists() else file.with_suffix("") / "__init__.py").read_text(encoding="utf-8"))
    found = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [node.module, *(one for one in below if is_module(one))]
    return [one for one in found if one.split(".")[0] == "kinechain" and is_module(one)]


def is_module(name: str) -> bool:
    path = SOURCE / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


# --- Every word there is ---


def test_every_question_option_flag_and_way_has_its_words_and_no_other_is_left() -> None:
    rows = safety()
    ways = {(rule.urgency, rule.whom) for rule in rows.rules} | {rows.unsure[rule.urgency] for rule in rows.rules}
    expected = {f"safety.question.{question.code}.text" for question in rows.questions}
    expected |= {f"safety.flag.{rule.code}" for rule in rows.rules} | {f"safety.go.{urgency}_{whom}" for urgency, whom in ways}
    expected |= {f"safety.answer.{word}" for question in rows.questions for word in question.options}
    groups = ("safety.question.", "safety.flag.", "safety.go.", "safety.answer.")
    told = {code for code in messages() if code.startswith(groups) and not code.endswith(".help")}
    assert told == expected


def test_what_presses_is_said_first_and_directly_and_no_telephone_number_is_given() -> None:
    for code, words in messages().items():
        if code.startswith("safety."):
            assert not re.search(r"\b(999|911|112|111|000)\b", words), code
    for worry in ("numb_cold_discoloured", "cannot_use", "calf_swollen", "locked", "lump"):
        assert re.match(r"(Call|Go|See) ", str(outcome_lines(triage(healthy(**{worry: "yes"})))[0])), worry


def test_the_words_are_plain_enough_at_fourteen_and_in_a_hurry(require_oracle: Callable[[str], ModuleType]) -> None:
    """Two measures of reading ease in school years; a reader of 14 has about eight behind them."""
    textstat = require_oracle("textstat")
    for group in ("safety.question.", "safety.flag.", "safety.go."):
        said = " ".join(words if words[-1] in ".?" else f"{words}." for code, words in messages().items() if code.startswith(group))
        assert textstat.automated_readability_index(said) < 8.0, group
        assert textstat.coleman_liau_index(said) < 8.0, group
