"""What is typed, what comes back, and with which exit code."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kinechain.cli.checkout import open_lab
from kinechain.cli.run import run
from kinechain.core.errors import UsageError

FILMS = Path(__file__).resolve().parents[2] / "src/kinechain/app/demo_films"
BODY = ["--height-cm", "182", "--mass-kg", "80"]


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'xarray', 'scipy', 'av', 'PIL', 'rich', 'jinja2'}"
    watch = f"import sys; from kinechain.cli.run import run; run(['--help']); print(sorted(set(sys.modules) & {heavy}))"
    shown = subprocess.run([sys.executable, "-c", watch], check=True, capture_output=True, text=True).stdout
    for command in ("demo", "assess", "battery", "safety", "intake", "check", "bench", "evidence", "cite", "plan", "models", "lab"):
        assert f"  {command} " in shown
    assert shown.strip().endswith("[]")


_MODELS = [["models"], ["models", "fetch"], ["models", "list"], ["models", "path"]]
_LAB = [
    ["lab"],
    ["lab", "show"],
    ["lab", "render"],
    ["lab", "measure"],
    ["lab", "demo"],
    ["lab", "table"],
    ["lab", "people"],
    ["lab", "squats"],
    ["lab", "calibrate"],
    ["lab", "pool"],
    ["lab", "claims"],
]


@pytest.mark.parametrize(
    "command",
    [
        ["demo"],
        ["assess"],
        ["battery"],
        ["safety"],
        ["intake"],
        ["check"],
        ["bench"],
        ["evidence"],
        ["cite"],
        ["plan"],
        *_MODELS,
        *_LAB,
    ],
)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, out, _ = answer(capsys, *command, "--help")
    assert code == 0
    assert len(out) > 100


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "--version") == (0, "0.1.0\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["assess", FILMS / "person_1_side.mp4", "--mass-kg", "80"], "--height-cm"),
        (["assess", "--height-cm", "182", "--mass-kg", "80"], "at least one film, got none"),
        (
            ["assess", FILMS / "person_1_side.mp4", "--height-cm", "1.82", "--mass-kg", "80"],
            "a height between 90 and 240 cm, got 2 cm",
        ),
        (["assess", FILMS / "person_1_side.mp4", *BODY, "--test", "dance"], "dance"),
        (["assess", FILMS / "person_1_side.mp4", *BODY, "--pain", "11"], "a pain between 0 (none) and 10 (worst), got 11"),
        (["assess", FILMS / "person_1_side.mp4", *BODY, "--pain", "4"], "Add --painful"),
        (["assess", FILMS / "person_1_side.mp4", *BODY, "--painful", "none", "--pain", "4"], "no pain where no knee hurts"),
        (["assess", FILMS / "person_1_side.mp4", *BODY, "--pain-at-deg", "300"], "between 0 and 170"),
        (["assess", FILMS / "person_1_side.mp4", *BODY, "--heel-cm", "90"], "a heel between 0 and 20 cm"),
        (["assess", FILMS / "person_1_side.mp4", *BODY, "--load-kg", "-5"], "a load between 0 and 500 kg"),
        (["assess", FILMS / "person_1_side.mp4", *BODY, "--age", "300"], "an age between 5 and 110"),
        (["assess", FILMS / "person_1_side.mp4", FILMS / "person_1_side.mp4", *BODY], "each film once"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_ends_with_2_and_one_clear_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[object], said: str
) -> None:
    code, out, err = answer(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_missing_film_ends_with_4_and_leaves_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = answer(capsys, "assess", tmp_path / "absent.mp4", *BODY, "-o", tmp_path / "out")
    assert code == 4
    assert err.startswith("kinechain: Expected ")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_refused_before_any_work(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = answer(capsys, "assess", FILMS / "person_1_side.mp4", *BODY, "-o", tmp_path)
    assert code == 4
    assert "nothing is overwritten" in err
    code, _, err = answer(capsys, "assess", FILMS / "person_1_side.mp4", *BODY, "-o", tmp_path / "no" / "such" / "place")
    assert code == 4
    assert "Make that folder first." in err


def test_check_of_a_good_film(capsys: pytest.CaptureFixture[str], pose_weights: object, tmp_path: Path) -> None:
    code, out, _ = answer(
        capsys, "check", FILMS / "person_1_side.mp4", "--json", "--not-mirrored", "--thumbnail", tmp_path / "small.jpg"
    )
    document = json.loads(out)
    assert (code, document["view"], document["repetitions"]) == (0, "side", 2)
    assert document["quality"] == {"verdict": "ok", "reasons": []}
    assert (tmp_path / "small.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_a_film_that_has_to_be_made_again_ends_with_3(
    capsys: pytest.CaptureFixture[str], pose_weights: object, made_film: Callable[..., Path], tmp_path: Path
) -> None:
    room = made_film("room.mp4")
    code, out, _ = answer(capsys, "check", room)
    assert code == 3
    assert "No whole person" in out
    code, out, _ = answer(capsys, "assess", room, *BODY, "-o", tmp_path / "out", "--json")
    assert code == 3
    assert json.loads(out)["quality"]["verdict"] == "refilm"


def test_assess_tells_records_pain_and_writes_into_a_folder_of_the_day(
    capsys: pytest.CaptureFixture[str], pose_weights: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = (FILMS / "person_1_side.mp4").resolve()
    monkeypatch.chdir(tmp_path)
    told = ["--painful", "left", "--pain", "3", "--pain-at-deg", "60", "--footwear", "barefoot", "--heel-cm", "1"]
    code, out, err = answer(capsys, "assess", film, *BODY, *told, "--side", "left", "--draws", "20", "--seed", "1")
    assert code == 0, err
    (folder,) = tmp_path.glob("kinechain-*-squat")
    document = json.loads((folder / "result.json").read_text())
    assert document["pain"] == [{"test": "squat", "side": "left", "value": 3.0, "at_knee_flexion_deg": 60.0}]
    assert (document["painful"], document["protocol"]["heel_cm"], document["protocol"]["footwear"]) == ("left", 1.0, "barefoot")
    assert {measure["side"] for measure in document["measures"]} == {"left", "both"}
    assert "Pain: 3 of 10, left knee" in out.replace("\xa0", " ").replace("\n", " ")
    assert "Knee flexion" in out
    page = (folder / "report.html").read_text(encoding="utf-8").replace("\xa0", " ")
    assert "3 of 10" in page


def test_the_lab_lists_its_clips_in_a_checkout(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = answer(capsys, "lab", "show")
    assert code == 0
    assert len(out.splitlines()) >= 300
    assert answer(capsys, "lab", "show", "nonsense")[0] == 2


def test_the_lab_says_where_it_is_where_it_is_not(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Expected a checkout of the repository .* got an installed package. Clone"):
        open_lab(tmp_path)


def test_models_list_and_path_agree(capsys: pytest.CaptureFixture[str], pose_weights: object) -> None:
    _, rows, _ = answer(capsys, "models", "list", "--json")
    _, path, _ = answer(capsys, "models", "path")
    assert len(json.loads(rows)) >= 1
    assert Path(path.strip()).is_dir()


def test_a_fault_of_ours_ends_with_70_and_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("the roof fell in")

    monkeypatch.setattr("kinechain.app.models.models_path", broken)
    code, _, err = answer(capsys, "models", "path")
    assert code == 70
    assert "the roof fell in" in err
    assert "our fault" in err
