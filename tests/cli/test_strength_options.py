"""A person's own strength is typed as a dynamometer tells it, and reaches `assess` and `loads` alike."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinechain.app.loads import LoadsRequest
from kinechain.body.strength import Reading
from kinechain.cli.read import read_knee_extension, read_weakness
from kinechain.cli.run import run
from kinechain.core.errors import UsageError
from kinechain.core.types import Person

FILM = Path(__file__).resolve().parents[2] / "src/kinechain/app/demo_films/person_1_side.mp4"
BODY = ["--height-cm", "178", "--mass-kg", "75"]
READ = ["--knee-extension", "right=150Nm@60", "--knee-extension", "left=2.1Nm/kg"]
WEAK = ["--weak", "vasmed_l=0.8", "--weak", "soleus_r=0.9"]
MAN = Person(1.78, 75.0, 30, "m")


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("right=150Nm@60", Reading(150.0, per_kg=False, knee_flexion=np.pi / 3.0, side="right")),
        ("left = 1.8 Nm/kg @ 90 deg", Reading(1.8, per_kg=True, knee_flexion=np.pi / 2.0, side="left")),
        ("2.1Nm/kg", Reading(2.1, per_kg=True)),
        ("both=180.5nm", Reading(180.5, per_kg=False)),
    ],
)
def test_a_reading_is_typed_as_a_dynamometer_tells_it(text: str, reading: Reading) -> None:
    assert read_knee_extension([text], MAN) == (reading,)


def test_nothing_told_is_nothing_known() -> None:
    assert (read_knee_extension(None, MAN), read_weakness(None)) == ((), {})


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["150"], r"Expected a reading such as right=150Nm@60 or 2.1Nm/kg, got '150'\. Give --knee-extension in Nm"),
        (["right=300N@60"], r"force in N times the lever in m"),
        (["middle=150Nm"], r"got 'middle=150Nm'"),
        (["right=-150Nm"], r"got 'right=-150Nm'"),
        (["right=1,8Nm/kg"], r"got 'right=1,8Nm/kg'"),
        (["150Nm@170"], r"Expected a knee flexion between 0 and 140 degrees, got 170"),
        (["15000Nm"], r"between 0\.05 and 8 Nm per kg of body mass, got 200\.00 Nm/kg"),
        (["0Nm"], r"got 0\.00 Nm/kg"),
        (["left=150Nm@60", "left=140Nm@90"], r"Expected one reading of the left leg, got 2"),
    ],
)
def test_what_is_no_reading_is_refused_in_one_sentence(texts: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_knee_extension(texts, MAN)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["vasmed_l"], r"Expected a weak muscle and its share of force, such as vasmed_l=0.8, got 'vasmed_l'"),
        (["vasmed_l=80%"], r"got 'vasmed_l=80%'"),
        (["vmo_l=0.8"], r"Expected the name of a muscle with its side, such as vasmed_l, got vmo_l\. `kinechain body muscles`"),
        (["vasmed_l=80"], r"Expected a factor of force above 0 and up to 2 for vasmed_l, got 80\.0"),
        (["vasmed_l=0"], r"got 0\.0"),
        (["vasmed_l=0.8", "vasmed_l=0.7"], r"Expected each weak muscle once, got vasmed_l twice"),
    ],
)
def test_what_is_no_weakness_is_refused_in_one_sentence(texts: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_weakness(texts)


@pytest.mark.parametrize(
    ("command", "door"),
    [(["loads", "squat.mot"], "kinechain.cli.loads.run_loads"), (["assess", str(FILM)], "kinechain.cli.show.run_assess")],
)
def test_both_commands_carry_it_to_the_computation(monkeypatch: pytest.MonkeyPatch, command: list[str], door: str) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(door, lambda request, *_: asked.append(request))
    assert run([*command, *BODY, *READ, *WEAK]) == 0
    assert run([*command, *BODY]) == 0
    told, silent = asked
    right = Reading(150.0, per_kg=False, knee_flexion=float(np.radians(60.0)), side="right")
    assert told.readings == (right, Reading(2.1, per_kg=True, side="left"))
    assert told.weakness == {"vasmed_l": 0.8, "soleus_r": 0.9}
    assert (silent.readings, silent.weakness) == ((), {})


@pytest.mark.parametrize("command", [["loads", "squat.mot"], ["assess", str(FILM)]])
def test_a_wrong_word_ends_with_2_before_any_work(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert run([*command, *BODY, "--knee-extension", "strong"]) == 2
    assert run([*command, *BODY, "--weak", "quads=0.5"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("kinechain: Expected ") == 2
    assert "Traceback" not in err


def test_their_help_tells_how_it_is_typed(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("loads", "assess"):
        assert run([command, "--help"]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert "right=150Nm@60" in shown
        assert "vasmed_l=0.8" in shown


def test_a_request_without_it_is_a_request_as_before() -> None:
    request = LoadsRequest(Path("squat.mot"), MAN)
    assert (request.readings, dict(request.weakness)) == ((), {})
