"""The catalogue speaks every code that the stages emit, plainly and without promising more than is known."""

import re
from string import Formatter

import pytest

from kinechain.report.words import REFERENCE_LANGUAGE, fields_of, has_words, languages, messages, say

# What the film check hands over with each reason: the contract between the stages and the catalogue.
REASONS = {
    "no_person": {"share_found": 0.2},
    "person_often_lost": {"share_found": 0.902, "needed": 0.95},
    "feet_outside": {"share": 0.3},
    "hips_outside": {"share": 0.3},
    "person_small": {"share_of_height": 0.25},
    "low_frame_rate": {"fps": 14.98, "needed": 24},
    "slow_motion": {"capture_fps": 240.0, "fps": 30.0},
    "camera_moves": {"shift_share": 0.08},
    "scene_cut": {"time_s": 3.4},
    "camera_rolled": {"roll_deg": 12.3, "allowed_deg": 5.0},
    "other_people": {"share": 0.5},
    "legs_exchanged": {"times": 3, "first_time_s": 12.66, "share": 0.04},
    "legs_renamed": {"pictures": 12, "share": 0.04},
    "marks_set_aside": {"marks": 27, "share": 0.003},
    "fit_not_trusted": {"why": "fit_body_odd", "view": "side"},
    "segment_lengths_vary": {"segment": "left_shank", "change_share": 0.31},
    "maybe_mirrored": {},
    "no_quiet_standing": {"longest_s": 0.4, "needed_s": 1.0},
    "too_few_repetitions": {"found": 1, "needed": 2},
    "oblique_view": {},
    "rear_view": {},
    "view_changes": {},
    "too_dark": {"brightness": 0.08},
    "too_short": {"duration_s": 1.2, "needed_s": 3.0},
    "time_gaps": {"longest_s": 0.8},
    "clip_left_out": {"name": "front.mp4"},
    "nothing_measurable": {},
    "no_side_view": {},
    "no_front_view": {},
    "wrong_view": {"view": "front", "test": "knee-to-wall"},
    "standing_leg_unclear": {},
    "other_leg_stands": {"told": "left", "seen": "right"},
    "tested_leg_far": {"side": "left"},
    "no_foot_lifted": {},
    "projection_without_verdict": {},
    "another_movement": {"test": "heel-raise"},
    "tested_leg_unknown": {},
    "no_upright_line": {},
}

CANNOT_JUDGE = {
    "needs_side_view": {},
    "needs_front_view": {},
    "far_leg_hidden": {},
    "not_seen_from_front": {},
    "not_seen_from_side": {},
    "fit_not_trusted": {},
    "beyond_fppa_range": {"low_deg": 20.0, "high_deg": 75.0},
    "no_quiet_standing": {},
    "legs_exchanged": {},
    "gap_in_track": {},
    "smaller_than_noise": {"noise": "2 cm"},
    "no_heel_rise_seen": {"falsely": 0.06, "seen_1_cm": 0.17, "seen_2_cm": 0.38, "seen_3_cm": 0.62},
    "not_from_one_camera": {},
    "oblique_view": {},
    "slow_motion": {},
    "standing_leg_unclear": {},
    "tested_leg_far": {},
    "one_leg_from_front": {},
    "not_thirty_seconds": {"filmed_s": 12.0, "needed_s": 30.0},
    "foot_not_seen": {},
    "heel_not_told_in_lunge": {},
    "height_needs_side_view": {},
    "one_repetition": {},
    "fewer_than_five": {"found": 3},
    "shorter_than_thirty_s": {},
    "stand_too_short": {},
}

FROM_STANDING = ("knee_flexion_peak", "trunk_thigh_flexion_peak", "shank_inclination_peak", "trunk_lean_peak")
MEASURES = (
    *FROM_STANDING,
    *(f"{code}_from_standing" for code in FROM_STANDING),
    "thigh_inclination_peak",
    "hip_height_drop",
    "heel_rise_peak",
    "fppa_at_peak_flexion",
    "knee_ankle_separation_ratio",
    "pelvic_shift_peak",
    "stance_width",
    "toe_out",
    "descent_s",
    "ascent_s",
    "hold_s",
    "pain",
    "pain_onset_knee_flexion",
    "knee_to_wall_deg_film",
    "heel_raise_height",
    "heel_raise_count",
    "heel_raise_tempo",
    "sit_to_stand_s",
    "sit_to_stand_count",
    "knee_over_second_toe",
    "step_downs_30s",
    "stance_s",
    "sway_amplitude",
)


@pytest.mark.parametrize("language", languages())
def test_every_message_is_well_formed(language: str) -> None:
    for code, words in messages(language).items():
        assert words.strip() or code.endswith(".sign"), f"{code} is empty"
        assert words == words.strip() or code.endswith(".sign"), f"{code} has stray spaces"
        for _, name, how, conversion in Formatter().parse(words):
            if name is None:
                continue
            assert re.fullmatch(r"[a-z][a-z_0-9]*", name), f"{code} has a malformed field {name!r}"
            assert conversion is None, f"{code} converts the field {name}"
            assert how is not None
            if how.startswith("@"):
                assert any(other.startswith(f"{how[1:]}.") for other in messages(language)), f"{code} points to no group {how}"


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_codes_and_fields_of_the_first(language: str) -> None:
    first, other = messages(REFERENCE_LANGUAGE), messages(language)
    assert set(other) == set(first)
    assert {code: fields_of(words) for code, words in other.items()} == {code: fields_of(words) for code, words in first.items()}


@pytest.mark.parametrize(("code", "parameters"), REASONS.items())
def test_every_reason_says_what_is_wrong_and_what_to_do(code: str, parameters: dict[str, object]) -> None:
    assert say(f"reason.{code}", **parameters).endswith((".", "?"))
    assert say(f"reason.{code}.do", **parameters).endswith(".")
    used = fields_of(messages()[f"reason.{code}.text"]) | fields_of(messages()[f"reason.{code}.do"])
    assert used == set(parameters), "the words use every parameter, and no other"


def test_no_reason_is_left_over() -> None:
    assert {code.split(".")[1] for code in messages() if code.startswith("reason.")} == set(REASONS)


@pytest.mark.parametrize(("code", "parameters"), CANNOT_JUDGE.items())
def test_every_cannot_judge_has_its_why(code: str, parameters: dict[str, object]) -> None:
    assert say(f"cannot_judge.{code}", **parameters).endswith(".")


@pytest.mark.parametrize("code", MEASURES)
def test_every_measure_has_a_name_and_a_meaning(code: str) -> None:
    assert say(f"measure.{code}.name")
    assert say(f"measure.{code}.meaning").endswith(".")


@pytest.mark.parametrize("language", languages())
def test_the_words_promise_no_cause(language: str) -> None:
    for code, words in messages(language).items():
        assert not re.search(r"\b(caus\w*|guarantee\w*|proves?|cures?|heals?|abnormal|diagnose[sd]?)\b", words, re.IGNORECASE), code


def test_sentences_stay_short_enough_to_read() -> None:
    for code, words in messages().items():
        for sentence in re.split(r"(?<=[.!?:]) ", words):
            assert len(sentence.split()) <= 32, f"{code} has a sentence of {len(sentence.split())} words"


def test_numbers_read_as_a_person_would_write_them() -> None:
    assert "15 pictures" in say("reason.low_frame_rate", fps=14.98, needed=24)
    assert "94.7%" in say("reason.person_often_lost", share_found=0.9468, needed=0.95), "never rounded up to the threshold"
    assert "95% are needed" in say("reason.person_often_lost", share_found=0.9468, needed=0.95)
    assert "<0.1%" in say("reason.other_people", share=0.0004)


def test_one_and_many() -> None:
    assert say("repetitions.squat", count=1) == "1 squat"
    assert say("repetitions.squat", count=2) == "2 squats"


def test_missing_numbers_read_unknown() -> None:
    assert "first at unknown\xa0s" in say("reason.legs_exchanged", times=2, share=0.1, first_time_s=float("nan"))
    assert "unknown" in say("reason.person_small", share_of_height=None)


def test_a_field_can_point_to_other_words_and_survives_an_unknown_one() -> None:
    assert "left shank" in say("reason.segment_lengths_vary", segment="left_shank", change_share=0.3)
    assert "little toe" in say("reason.segment_lengths_vary", segment="little_toe", change_share=0.3)


def test_unknown_codes_and_missing_parameters_raise() -> None:
    with pytest.raises(KeyError, match="message catalogue"):
        say("reason.bad_karma")
    with pytest.raises(KeyError, match="needed"):
        say("reason.low_frame_rate", fps=10.0)
    with pytest.raises(KeyError, match="Expected a language"):
        say("view.side", language="tlh")
    assert not has_words("reason.bad_karma")


def test_hostile_parameters_stay_text() -> None:
    assert "{0.__class__}" in say("reason.clip_left_out", name="{0.__class__}")
