"""What `kinechain whatif` answers: a table, a page, plain values; from a result or without; and how it refuses."""

import json
import re
from pathlib import Path

import pytest

from kinechain.app.squatters import shank_at_wall, squatter_from, squatter_of
from kinechain.cli.run import run
from kinechain.cli.whatif import read_changes
from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.types import Measure, Person, Protocol
from kinechain.loads.sagittal_chain import shape_of
from kinechain.loads.squatter import Change
from kinechain.report.whatif_reading import change_words

_PERSON = ("--height-cm", 175, "--mass-kg", 70, "--draws", 30)
_RESULT = {
    "schema": "kinechain.result/1",
    "test": "squat",
    "person": {"height_cm": 175.0, "mass_kg": 70.0, "age": 30, "sex": "m"},
    "protocol": {"footwear": None, "heel_cm": 1.0, "arms": "crossed", "bar": None, "load_kg": None, "mirrored": False},
    "body": {
        "thigh": {"value": 43.0, "low": 41.0, "high": 45.0, "unit": "cm"},
        "foot": {"value": 25.0, "low": 24.0, "high": 26.0, "unit": "cm"},
    },
    "ranges": {
        "knee_to_wall_deg": {
            "left": {"value": 22.0, "low": 19.0, "high": 25.0, "unit": "deg", "from": "typed"},
            "right": {"value": 30.0, "low": 27.0, "high": 33.0, "unit": "deg", "from": "typed"},
        },
        "knee_flexion_peak": {"left": {"value": 100.0, "low": 95.0, "high": 105.0, "unit": "deg", "from": "film"}},
    },
    "measures": [],
}


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["whatif", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, re.sub(r"\s+", " ", out), err


def test_without_a_result_it_answers_with_a_table_a_picture_and_how_far_to_trust_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "whatif.html"
    code, out, err = answer(capsys, *_PERSON, "--dorsiflexion-deg", 22, "--dorsiflexion", "+8", "--heel-cm", "2", "-o", page)
    assert (code, err) == (0, "")
    assert out.startswith("Ankle dorsiflexion +8°, heels to 2 cm: the deepest squat would go from")
    assert "22° on both legs, typed in" in out
    assert "115° on both legs, assumed" in out
    assert "left to the studies" in out
    text = page.read_text(encoding="utf-8")
    assert text.count('class="limb thigh"') == 2
    assert 'class="wedge"' in text
    assert "<script" not in text
    assert "http://" not in text
    assert "https://" not in text


def test_a_result_tells_person_lengths_ranges_and_protocol(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(json.dumps(_RESULT), encoding="utf-8")
    code, out, err = answer(capsys, tmp_path, "--load-kg", "20", "--draws", 30, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["ranges"]["knee_to_wall_deg"]["left"] == {"value": 22.0, "sd": 2.0, "unit": "deg", "from": "typed"}
    assert document["ranges"]["hip_flexion_range"]["left"]["from"] == "assumed"
    assert document["changes"] == [{"measure": "load_kg", "mode": "to", "side": "both", "value": 20.0}]
    rows = {row["code"]: row for row in document["rows"]}
    assert rows["depth"]["unit"] == "deg"
    for row in rows.values():
        for when in ("before", "after", "change"):
            value = row[when]
            assert value["value"] is None or value["low"] <= value["value"] <= value["high"]
    assert rows["kneecap"]["at_knee_flexion_deg"] <= 90.0


def test_what_was_typed_wins_and_what_a_film_showed_is_the_least() -> None:
    squatter = squatter_from(_RESULT)
    assert {one.told for one in squatter.ranges["knee_to_wall_deg"].values()} == {"typed"}
    assert squatter.arms == "crossed"
    assert squatter.heel_m == pytest.approx(0.01)
    assert squatter.lengths_sd["thigh"] == pytest.approx(0.02 / 1.645 / 0.43, rel=0.01)
    shown = Measure("shank_inclination_peak", "left", None, 0.8, 0.75, 0.85, "rad", "film")
    free = squatter_of(Person(1.75, 70.0), Protocol(), {}, (shown,))
    assert free.ranges["knee_to_wall_deg"]["left"].value == 0.8
    assert free.ranges["knee_to_wall_deg"]["left"].told == "assumed"


def test_centimetres_to_the_wall_lean_the_shank_by_this_persons_own_lengths() -> None:
    """12 cm is the middle of healthy people, whose shanks lean by 35 to 42 degrees: the two norms are of one thing."""
    shape = shape_of(squatter_from(_RESULT).body.model)
    leans = [shank_at_wall(distance, shape) * 57.3 for distance in (0.05, 0.12, 0.15)]
    assert leans == sorted(leans)
    assert 30.0 < leans[1] < 45.0


def test_numbers_with_a_sign_are_added_and_without_one_are_set() -> None:
    changes = read_changes({"--dorsiflexion": "+5", "--hip-flexion": "-10", "--heel-cm": "2"}, "overhead", None, "left")
    assert [(change.measure, change.mode, change.side) for change in changes] == [
        ("knee_to_wall_deg", "by", "left"),
        ("hip_flexion_range", "by", "left"),
        ("heel_m", "to", "both"),
        ("arms", "to", "both"),
    ]
    assert [change_words(change) for change in changes] == [
        "Ankle dorsiflexion +5°, left",
        "Hip flexion −10°, left",
        "Heels to 2 cm",
        "Arms overhead",
    ]
    assert change_words(Change("load_at", "front")) == "Load on the front of the chest"
    with pytest.raises(UsageError, match="with or without a sign"):
        read_changes({"--heel-cm": "high"}, None, None, "both")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*_PERSON,), "something to change"),
        (("--dorsiflexion", "+5"), "a result, or a height and a mass"),
        ((*_PERSON, "--dorsiflexion-deg", "90", "--heel-cm", "2"), "a dorsiflexion between"),
        (("nowhere", "--heel-cm", "2"), "result.json"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[object, ...], said: str
) -> None:
    code, out, err = answer(capsys, *arguments)
    assert (code in (2, 4), out) == (True, "")
    assert said in err


def test_a_result_of_a_film_to_be_made_anew_is_refused() -> None:
    with pytest.raises(DataFileError, match="person"):
        squatter_from({"schema": "kinechain.result/1", "test": "squat", "quality": {}})
