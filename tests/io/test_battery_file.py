"""A `battery.toml` is read as it was meant, or refused in one sentence that names the place."""

import math
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.errors import DataFileError
from kinechain.core.types import Pain, Person, Protocol
from kinechain.io.battery import BatteryFile, check_battery, format_battery, load_battery

TESTS = ("squat", "knee-to-wall", "hip")
PERSON = {"height_cm": 175, "mass_kg": 70}


def read(text: str) -> BatteryFile:
    return check_battery(tomllib.loads(text), TESTS)


def test_everything_that_may_be_written() -> None:
    file = read("""
        [person]
        height_cm = 175
        mass_kg = 70.5
        age = 30
        sex = "f"
        [aim]
        squat = "deep"
        [protocol]
        footwear = "barefoot"
        heel_cm = 2
        load_kg = 20
        mirrored = true
        [protocol.knee-to-wall]
        knee_bent = true
        [typed]
        sit_to_stand_s = 9
        [typed.left]
        knee_to_wall_cm = 9.5
        [pain.squat]
        right = 2
        [pain.squat.left]
        value = 4
        at_knee_flexion_deg = 60
        [films]
        "IMG 1.mp4" = "squat"
    """)
    assert file.person == Person(1.75, 70.5, 30, "f")
    assert (file.aim, file.mirrored, file.protocol) == ("deep", True, Protocol("barefoot", 0.02, load_kg=20.0))
    assert file.notes == {"knee-to-wall": {"knee_bent": True}}
    assert file.typed == {"left": {"knee_to_wall_cm": 9.5}, "both": {"sit_to_stand_s": 9}}
    assert set(file.pains) == {Pain("left", 4.0, math.radians(60)), Pain("right", 2.0)}
    assert file.films == {"IMG 1.mp4": "squat"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Expected a table [person] with height_cm and mass_kg, got none in battery.toml."),
        ("person = 3", "Expected person as a table, got 3 in battery.toml. Write [person] on a line of its own."),
        ("[person]\nheight_cm = 175", "Expected mass_kg in [person], got none"),
        ("[person]\nheigt_cm = 175", "Did you mean height_cm?"),
        ('[person]\nheight_cm = "175 cm"\nmass_kg = 70', "height_cm in [person] as a number, got '175 cm'"),
        (
            "[person]\nheight_cm = 1.75\nmass_kg = 70",
            "a height between 90 and 240 cm, got 2 cm in battery.toml. Mend it under [person].",
        ),
        ("[person]\nheight_cm = 175\nmass_kg = 70\nage = 30.5", "age as a whole number, got 30.5"),
        ("[person]\nheight_cm = 175\nmass_kg = 70\nsex = true", 'sex as "f" or "m", got True'),
    ],
)
def test_who_was_tested_has_to_be_told(text: str, said: str) -> None:
    with pytest.raises(DataFileError) as refused:
        read(text)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"tiped": {}}, "Did you mean typed?"),
        ({"aim": {"squat": 3}}, "squat in [aim] in quotes"),
        ({"aim": {"lunge": "deep"}}, "an entry of [aim], got 'lunge'"),
        ({"protocol": {"heel_cm": 90}}, "heel_cm between 0 and 20, got 90"),
        ({"protocol": {"footware": "none"}}, "Did you mean footwear?"),
        ({"protocol": {"knee-to-wal": {}}}, "Did you mean knee-to-wall?"),
        ({"typed": {"middle": {}}}, "[typed.left] or [typed.right]"),
        ({"pain": {"squats": {}}}, "Did you mean squat?"),
        ({"pain": {"squat": {"knee": 3}}}, "[pain.squat.left] or [pain.squat.right]"),
        ({"pain": {"squat": {"left": 11}}}, "the pain in [pain.squat.left] between 0 and 10, got 11"),
        ({"pain": {"squat": {"left": "much"}}}, "value in [pain.squat.left] as a number"),
        ({"pain": {"squat": {"left": {"at_knee_flexion_deg": 300}}}}, "between 0 and 170, got 300"),
        ({"films": {"a.mp4": 1}}, "the test that a.mp4 shows in quotes"),
    ],
)
def test_each_wrong_thing_is_told_in_one_sentence(table: dict[str, Any], said: str) -> None:
    with pytest.raises(DataFileError) as refused:
        check_battery({"person": PERSON, **table}, TESTS)
    assert said in str(refused.value)
    assert "in battery.toml" in str(refused.value)


def test_a_file_that_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"none in .* kinechain battery --example prints a sample"):
        load_battery(tmp_path)
    with pytest.raises(DataFileError, match=r"which is none\. Name the folder"):
        load_battery(tmp_path / "absent")
    (tmp_path / "battery.toml").write_text("[person\n")
    with pytest.raises(DataFileError, match="breaks its rules"):
        load_battery(tmp_path)
    (tmp_path / "battery.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DataFileError, match="in plain text"):
        load_battery(tmp_path)


_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=8)
_VALUES = st.one_of(
    st.text(max_size=12),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6),
    st.lists(st.text(max_size=5), max_size=3),
)


@given(st.dictionaries(_NAMES, st.one_of(_VALUES, st.dictionaries(_NAMES, _VALUES, min_size=1, max_size=3)), max_size=4))
def test_what_is_written_reads_back_the_same(document: dict[str, Any]) -> None:
    assert tomllib.loads(format_battery(document)) == document
