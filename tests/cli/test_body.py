"""What `kinechain body muscles` answers, and how it refuses."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kinechain.app.compile_model import load_model, write_model
from kinechain.cli.run import run


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["body", "muscles", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def names(capsys: pytest.CaptureFixture[str], asked: str) -> list[str]:
    code, out, _ = answer(capsys, asked, "--json")
    assert code == 0
    return [muscle["name"] for muscle in json.loads(out)["muscles"]]


def test_the_table_has_a_row_for_each_of_forty_muscles_and_fits_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = answer(capsys)
    assert (code, err) == (0, "")
    assert "…" not in out
    assert max(len(line) for line in out.splitlines()) <= 80
    first = {line.split(" ")[0] for line in out.splitlines()}
    assert {muscle.name.removesuffix("_r") for muscle in load_model().muscles if muscle.name.endswith("_r")} <= first
    assert "vastus lateralis                   5149 knee" in out
    assert "Apache-2.0" in out


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("vasmed", ["vasmed_r"]),
        ("vasmed_r", ["vasmed_r"]),
        ("vasmed_l", ["vasmed_l"]),
        ("Vastus Medialis", ["vasmed_r"]),
        ("vastus medialis left", ["vasmed_l"]),
        ("addmagIsch", ["addmagIsch_r"]),
        ("quadriceps", ["recfem_r", "vasmed_r", "vaslat_r", "vasint_r"]),
        ("Front of the shin", ["tibant_r", "edl_r", "ehl_r"]),
        ("gluteus maximus", ["glmax1_r", "glmax2_r", "glmax3_r"]),
        ("vastus", ["vasmed_r", "vaslat_r", "vasint_r"]),
    ],
)
def test_a_muscle_is_found_by_any_of_its_names(capsys: pytest.CaptureFixture[str], asked: str, meant: list[str]) -> None:
    assert names(capsys, asked) == meant


@pytest.mark.parametrize("asked", ["vasmedd", "quadrizeps", "", "x"])
def test_an_unknown_name_gets_one_sentence_with_the_nearest_names(capsys: pytest.CaptureFixture[str], asked: str) -> None:
    code, out, err = answer(capsys, asked)
    assert (code, out) == (2, "")
    assert f"got {asked!r}. The nearest are " in err
    assert err.count("\n") == 1
    if asked:
        assert {"vasmedd": "vasmed", "quadrizeps": "quadriceps", "x": ""}[asked] in err


def test_the_oblique_part_of_vastus_medialis_is_not_pretended(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = answer(capsys, "VMO")
    assert code == 2
    assert "Vastus medialis is one muscle here" in err


def test_one_muscle_tells_its_arms_and_what_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = answer(capsys, "recfem")
    assert code == 0
    for words in ("Stretches the knee", "Bends the hip", "hip and knee", "Beyond 130°", "2192 N"):
        assert words in out


def test_json_holds_arms_in_opensims_sign_beside_their_angles(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = answer(capsys, "vaslat", "--json")
    assert code == 0
    (muscle,) = json.loads(out)["muscles"]
    (arms,) = muscle["moment_arms"]
    assert arms["coordinate"] == "knee_angle_r"
    assert (arms["angle_deg"][0], arms["angle_deg"][-1]) == (-10.0, 140.0)
    assert max(arms["moment_arm_m"]) < 0.0, "in OpenSim a knee bends upwards, so what stretches it counts below 0"
    assert muscle["joints"] == ["knee"]


def test_the_page_is_written_once_and_never_over_another(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "leg.html"
    code, out, _ = answer(capsys, "quadriceps", "-o", page)
    assert code == 0
    assert "file://" in out
    written = page.read_bytes()
    code, _, err = answer(capsys, "-o", page)
    assert code == 4
    assert "nothing is overwritten" in err
    assert page.read_bytes() == written


def test_another_compiled_model_answers_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = write_model(load_model(), tmp_path / "own.json")
    code, out, _ = answer(capsys, "soleus", "--body", own)
    assert code == 0
    assert "6195 N" in out
    code, _, err = answer(capsys, "--body", tmp_path / "none.json")
    assert code == 4
    assert "none.json" in err


@pytest.mark.parametrize("command", [["body"], ["body", "muscles"]])
def test_the_commands_have_help(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert run([*command, "--help"]) == 0
    assert "muscles" in capsys.readouterr().out


def test_a_model_without_muscles_is_refused_in_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bare = write_model(replace(load_model(), muscles=(), fits=()), tmp_path / "bare.json")
    code, out, err = answer(capsys, "--body", bare)
    assert (code, out) == (4, "")
    assert "a body model with muscles, got LaiUhlrich2022, which has none" in err
