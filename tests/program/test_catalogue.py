"""Every exercise has a dose that was asked of people before, a place on a ladder that ends, words, and something it rests on."""

import re
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.training import EQUIPMENT, Part
from kinechain.evidence import constant
from kinechain.program.catalogue import AREAS, Exercise, catalogue, exercise, read_catalogue
from kinechain.report.words import messages, say

ALL = tuple(catalogue().values())
STRENGTH = tuple(one for one in ALL if one.part is Part.STRENGTH)
#: The resistance protocol (PMC7783996, table 2): sets, repetitions, seconds held in all, days a week, least effort.
SETS, REPETITIONS, HOLD_S, DAYS, EFFORT = (2, 3), (8, 15), (30.0, 60.0), (3, 3), 5
#: Where a deeper bend asks more of the thigh; lying and sitting it need not.
ON_THE_FEET = ("two_legs", "two_legs_weight", "two_legs_wedge", "split", "step", "one_leg")


def by_code(one: Exercise) -> str:
    return one.code


def within(ends: tuple[float, float], bounds: tuple[float, float]) -> bool:
    return bounds[0] <= ends[0] <= ends[1] <= bounds[1]


def sentences(words: str) -> list[str]:
    return re.split(r"(?<=[.!?]) ", words)


# --- What there is ---


def test_there_is_work_for_every_area_of_the_leg_and_more_than_forty_exercises() -> None:
    assert len(ALL) >= 40
    assert {one.area for one in ALL} == set(AREAS)
    assert {one.part for one in ALL} == set(Part)


@pytest.mark.parametrize("area", AREAS)
def test_who_has_no_equipment_finds_an_exercise_of_every_area(area: str) -> None:
    assert [one.code for one in ALL if one.area == area and not one.equipment]


def test_every_piece_of_equipment_that_may_be_told_is_of_use() -> None:
    assert {piece for one in ALL for piece in one.equipment} == set(EQUIPMENT)


def test_an_unknown_code_says_where_the_known_ones_are_listed() -> None:
    with pytest.raises(UsageError, match=r"got 'sqat'. kinechain exercises lists them"):
        exercise("sqat")


# --- Ladders ---


@pytest.mark.parametrize("one", ALL, ids=by_code)
def test_every_ladder_ends(one: Exercise) -> None:
    rungs = [one.code]
    while exercise(rungs[-1]).progress:
        rungs.append(exercise(rungs[-1]).progress[0])
    assert len(rungs) == len(set(rungs))


def test_the_squat_ladder_leads_from_a_hand_on_the_table_to_the_deep_squat() -> None:
    assert exercise("supported_squat").regress == ()
    assert exercise("supported_squat").progress == ("box_squat",)
    assert exercise("box_squat").progress == ("squat",)
    assert exercise("squat").progress == ("tempo_squat",)
    assert "deep_squat" in exercise("tempo_squat").progress
    assert exercise("deep_squat").progress == ()


def test_every_exercise_is_reached_from_one_to_begin_with() -> None:
    seen: set[str] = set()
    ahead = [one.code for one in ALL if not one.regress]
    while ahead:
        code = ahead.pop()
        seen.add(code)
        ahead += exercise(code).progress
    assert seen == set(catalogue())


def test_only_what_is_no_training_stands_on_no_ladder() -> None:
    lonely = {one.code for one in ALL if not one.progress and not one.regress}
    assert lonely == {"sitting_break", "seated_knee_swing", "lying_knee_to_chest"}


def test_what_is_easier_is_what_is_harder_read_backwards() -> None:
    up = {(one.code, harder) for one in ALL for harder in one.progress}
    down = {(easier, one.code) for one in ALL for easier in one.regress}
    assert up == down


@pytest.mark.parametrize("one", ALL, ids=by_code)
def test_the_next_harder_one_is_of_the_same_budget_and_on_the_feet_bends_the_knee_no_less(one: Exercise) -> None:
    for harder in map(exercise, one.progress):
        assert harder.part is one.part
        if harder.mechanics == one.mechanics in ON_THE_FEET and one.flexion_rad and harder.flexion_rad:
            assert harder.flexion_rad[1] >= one.flexion_rad[1]


# --- Doses ---


@pytest.mark.parametrize("one", STRENGTH, ids=by_code)
def test_strength_stays_inside_the_protocol(one: Exercise) -> None:
    assert within(one.sets, SETS)
    assert within(one.days, DAYS)
    assert one.effort == EFFORT
    if one.seconds[1] == 0.0:
        assert within(one.repetitions, REPETITIONS)
    else:
        assert within((one.repetitions[0] * one.seconds[0], one.repetitions[1] * one.seconds[1]), HOLD_S)
    assert "resistance-protocol" in one.sources


def test_the_rows_by_which_programs_are_dosed_are_of_the_same_protocol() -> None:
    bounds = [constant(f"dose.{what}_{end}").value for what in ("sets", "repetitions") for end in ("least", "most")]
    assert bounds == [*SETS, *REPETITIONS]
    assert (constant("dose.days").value, constant("dose.effort").value) == (DAYS[1], EFFORT)


@pytest.mark.parametrize("one", [one for one in ALL if one.part is not Part.STRENGTH], ids=by_code)
def test_what_is_no_strength_asks_for_no_effort(one: Exercise) -> None:
    assert one.effort is None


@pytest.mark.parametrize("one", [one for one in ALL if one.part is Part.DAILY], ids=by_code)
def test_daily_work_takes_minutes_and_may_be_done_on_every_second_day(one: Exercise) -> None:
    legs = 2 if one.one_sided else 1
    least_s = legs * one.sets[0] * one.repetitions[0] * max(one.seconds[0], 3.0)  # a movement takes about 3 s
    assert least_s <= 4 * 60
    assert one.days[0] <= 3


@pytest.mark.parametrize("one", ALL, ids=by_code)
def test_bends_are_angles_that_a_knee_can_have(one: Exercise) -> None:
    if one.flexion_rad is not None:
        assert 0.0 <= one.flexion_rad[0] <= one.flexion_rad[1] <= np.deg2rad(135.0)


def test_sitting_knee_extensions_stay_in_the_bend_in_which_the_kneecap_bears_less_until_the_last_rung() -> None:
    for code in ("isometric_knee_extension", "band_knee_extension", "machine_knee_extension"):
        bend = exercise(code).flexion_rad
        assert bend is not None
        assert within(bend, (np.deg2rad(45.0), np.deg2rad(90.0)))
    assert exercise("machine_knee_extension").progress == ("full_knee_extension",)


# --- The founding article ---


def test_the_deep_squat_of_the_article_is_without_knees_that_fall_in_and_says_how_little_that_rests_on() -> None:
    assert "knees over the feet, not falling in" in say("exercise.deep_squat.cues").lower()
    assert "small studies" in say("exercise.deep_squat.also")
    assert {"j", "w"} <= set(exercise("deep_squat").sources)


def test_the_ankle_drill_has_the_dose_of_the_article_and_is_owned_up_to_as_a_substitute() -> None:
    drill = exercise("knee_over_toe_drill")
    assert (drill.part, drill.sets, drill.repetitions, drill.days) == (Part.DAILY, (1, 1), (6, 10), (3, 7))
    assert drill.one_sided
    assert not drill.equipment
    assert drill.sources == (), "nothing stands behind it: it is assumed"
    assert "lost" in drill.reason
    assert "No study has tested" in say("exercise.knee_over_toe_drill.also")


def test_the_feet_of_the_article_get_strength_control_and_balance() -> None:
    for code in ("standing_short_foot", "toe_yoga", "single_leg_stand"):
        assert "foot" in exercise(code).links
        assert "m" in exercise(code).sources


# --- Words ---


@pytest.mark.parametrize("one", ALL, ids=by_code)
def test_every_exercise_has_all_its_words(one: Exercise) -> None:
    for what in ("name", "purpose", "setup", "cues", "faults"):
        words = say(f"exercise.{one.code}.{what}")
        assert words.endswith(".") == (what != "name")
    assert 2 <= len(sentences(say(f"exercise.{one.code}.cues"))) <= 4
    assert 1 <= len(sentences(say(f"exercise.{one.code}.faults"))) <= 3


def test_no_words_are_left_over_and_no_two_exercises_share_a_name() -> None:
    told = {code.split(".")[1] for code in messages() if code.startswith("exercise.")}
    assert told == set(catalogue())
    names = [say(f"exercise.{code}.name") for code in catalogue()]
    assert len(names) == len(set(names))
    for group, known in (("exercise_area", AREAS), ("exercise_part", tuple(Part))):
        assert {code.split(".")[1] for code in messages() if code.startswith(f"{group}.")} == set(known)


def words_of_all() -> list[tuple[str, str]]:
    said = [(code, words) for code, words in messages().items() if code.startswith("exercise.")]
    return said + [(one.code, one.reason) for one in ALL]


PROMISE = (
    r"(reliev|relief|\bheal(s|ed|ing)?\b|\bcur(e|es|ing)\b|\bfix|rid of|pain-free|painless|prevent|protect|safe for"
    r"|will (help|get better|go away))"
)
ALONE = r"(isolat|\balone\b|\bonly the\b|\bpure(ly)?\b|target)"


def test_nothing_is_promised_and_no_muscle_is_said_to_be_trained_by_itself() -> None:
    for code, words in words_of_all():
        assert not re.search(PROMISE, words, re.IGNORECASE), code
        assert not re.search(ALONE, words, re.IGNORECASE), code


def test_no_exercise_is_for_the_vmo_and_where_it_is_named_the_words_say_that_this_is_no_better() -> None:
    named = {code: words for code, words in words_of_all() if re.search(r"VMO|vastus|inner thigh", words)}
    assert set(named) == {"exercise.straight_leg_raise.also"}
    assert "did no better than exercises for the whole thigh" in named["exercise.straight_leg_raise.also"]
    assert not [one.code for one in ALL if re.search("vmo|vastus", one.code)]


@pytest.mark.parametrize(
    "one", [one for one in STRENGTH if one.one_sided and one.mechanics in ("step", "split", "one_leg")], ids=by_code
)
def test_who_stands_on_one_leg_is_told_to_keep_the_knee_in_line(one: Exercise) -> None:
    assert "knee falls inward" in say(f"exercise.{one.code}.faults")


# --- Reading ---

GOOD = {
    "area": '"squat"',
    "part": '"strength"',
    "links": '["knee"]',
    "mechanics": '"two_legs"',
    "flexion_deg": "[0, 90]",
    "equipment": '["chair"]',
    "one_sided": "false",
    "sets": "[2, 3]",
    "repetitions": "[8, 15]",
    "days": "[3, 3]",
    "seconds": "[0, 5]",
    "sources": '["smith-2001"]',
    "reason": '"a reason"',
}


def row(code: str = "bend", **changes: str | None) -> str:
    fields = {name: text for name, text in (GOOD | changes).items() if text is not None}
    return f"[{code}]\n" + "\n".join(f"{name} = {text}" for name, text in fields.items()) + "\n"


def read(text: str) -> dict[str, Exercise]:
    return dict(read_catalogue(text, "rows.toml", {"smith-2001"}))


def test_a_good_row_is_kept_in_radians_and_knows_what_is_easier() -> None:
    both = read(row("bend", progress='["sink"]') + row("sink"))
    assert both["bend"].flexion_rad == pytest.approx((0.0, np.pi / 2.0))
    assert (both["bend"].progress, both["sink"].regress) == (("sink",), ("bend",))
    assert read(row(flexion_deg=None))["bend"].flexion_rad is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (row(area='"arm"'), "Expected an area among squat, step,"),
        (row(part='"weekly"'), "Expected a part among strength, daily, activity, got 'weekly' in exercise bend of rows.toml."),
        (row(mechanics='"magic"'), "got 'magic' in exercise bend of rows.toml. Use one of them."),
        (row(links='["elbow"]'), "Expected a link among foot, ankle, knee, hip, trunk, got 'elbow'"),
        (row(equipment='["trampoline"]'), "got 'trampoline' in exercise bend of rows.toml. Use one of them."),
        (row(sets=None), "Expected a sets in every row, got none in exercise bend of rows.toml."),
        (row(sets="[3, 2]"), "Expected sets as the least and the most, from 1, got (3, 2) in exercise bend of rows.toml."),
        (row(sets="3"), "Expected sets as the least and the most, from 1, got 3"),
        (row(repetitions="[0, 8]"), "Expected repetitions as the least and the most, from 1, got (0, 8)"),
        (row(days='["a", "b"]'), "Expected days as the least and the most, from 1, got ('a', 'b')"),
        (row(seconds="[-1, 5]"), "Expected seconds as the least and the most, from 0, got (-1, 5)"),
        (row(flexion_deg="[10]"), "Expected flexion_deg as the least and the most, from 0, got (10,)"),
        (row(sources='["doe-1999"]'), "Expected the key of a study or row, or the letter of a claim, got 'doe-1999'"),
        (row(sources="[]", reason='""'), "Expected sources or a reason, got neither in exercise bend of rows.toml."),
        (row(progress='["fly"]'), "Expected an exercise as the next harder among bend, got 'fly' in exercise bend of rows.toml."),
        (
            row(progress='["bend"]'),
            "Expected no exercise harder than itself, got bend -> bend in rows.toml. Drop one of these steps.",
        ),
        (row(colour='"red"'), "got colour in exercise bend of rows.toml. Rename or drop it."),
        ("bend = 3", "Expected a table for each row, got 3 as exercise bend of rows.toml."),
        ("[bend", "Expected a TOML file, got rows.toml, which breaks its rules"),
    ],
)
def test_a_bad_row_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(DataFileError, match=re.escape(said)):
        read(text)


CODES = "abcdef"


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), max_size=9))
def test_ladders_are_refused_exactly_where_they_lead_round(steps: set[tuple[str, str]]) -> None:
    harder = {code: sorted(above for below, above in steps if below == code) for code in CODES}
    text = "".join(row(code, progress=str(above).replace("'", '"')) for code, above in harder.items())
    try:
        TopologicalSorter(harder).prepare()  # the standard library's own search for a way round
    except CycleError:
        with pytest.raises(DataFileError, match="no exercise harder than itself"):
            read(text)
    else:
        found = read(text)
        assert {(one.code, above) for one in found.values() for above in one.progress} == steps
        assert {(below, one.code) for one in found.values() for below in one.regress} == steps


def test_the_shipped_file_is_the_one_that_is_read_in_its_order() -> None:
    text = (files("kinechain.program") / "data" / "exercises.toml").read_text(encoding="utf-8")
    assert re.findall(r"^\[(\w+)\]$", text, re.MULTILINE) == list(catalogue())
