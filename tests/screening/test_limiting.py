"""Which link holds this person back: stories whose answer is known by hand, and laws that hold for any set of measures."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.types import Finding, FindingVerdict, Gain, Limit, Measure, Person, Protocol, Ranged, Reason
from kinechain.evidence import constants, norms, studies
from kinechain.report.words import has_words, say
from kinechain.screening.chances import sureness
from kinechain.screening.findings import find
from kinechain.screening.limiting import limiting, share_of
from kinechain.screening.typed import read_typed

WOMAN = Person(1.68, 62.0, 28, "f")
OTHER = {"left": "right", "right": "left", "both": "both"}
Answer = tuple[tuple[Limit, ...], str, dict[str, Any], tuple[Reason, ...]]


def ankle(degrees: float, side: str) -> Measure:
    return read_typed("knee_to_wall_deg", side, degrees, WOMAN)


def ankles(left: float, right: float) -> list[Measure]:
    return [ankle(left, "left"), ankle(right, "right")]


def filmed(code: str, degrees: float, side: str = "left", half: float = 4.0) -> Measure:
    value, low, high = (math.radians(number) for number in (degrees, degrees - half, degrees + half))
    return Measure(code, side, None, value, low, high, "rad", "film")


def ranged(value: float, half: float) -> Ranged:
    return Ranged(*(math.radians(number) for number in (value, value - half, value + half)))


def gain(side: str, before: float, after: float, link: str = "ankle", half: float = 3.0) -> Gain:
    return Gain(link, side, "knee_to_wall_deg", math.radians(38), ranged(before, 3), ranged(after, 3), ranged(after - before, half))


def limits(link: str, side: str, probability: float = 0.99) -> Finding:
    """A finding of a link that limits, whatever it was measured by."""
    measure = Measure("hip_flexion_range", side, None, 1.4, 1.3, 1.5, "rad", "")
    row = "knee-to-wall.laboratory-groups"
    return Finding(
        "hip_flexion_range", link, side, FindingVerdict.LIMITS, measure, "finding.limits", (row,), row, probability=probability
    )


def asked(typed: Sequence[Measure], gains: Sequence[Gain], aim: str = "deep", squat: Sequence[Measure] = ()) -> Answer:
    return limiting(find({"": typed, "squat": squat}, WOMAN, Protocol(), gains, aim), gains, aim)


def test_of_two_alike_but_for_the_ankle_the_stiff_one_is_told_the_ankle_with_its_cost_and_the_free_one_is_not() -> None:
    """With 20 degrees balance ends at 105, with 40 at 150; a deep squat needs 130, and a usual ankle brings all 25 that lack."""
    stiff, answer, told, _ = asked(ankles(20, 20), [gain("left", 105, 140), gain("right", 105, 140)])
    assert answer == "answer.one_link"
    assert (told["link"], told["side"], told["sure"]) == ("ankle", "both", "very_likely")
    assert (told["missing"], told["gain"], told["share"]) == (pytest.approx(25), pytest.approx(35), 1.0)
    assert {(limit.goal, limit.link, limit.side) for limit in stiff} == {("depth", "ankle", "left"), ("depth", "ankle", "right")}
    assert say(answer, **told) == (
        "Very likely the ankle (both sides) holds your squat back. You lack about 25° of bend in the knee for a deep squat; "
        "a usual one there would bring about 35°, which covers 100% of it."
    )
    free, answer, told, _ = asked(ankles(40, 40), [gain("left", 150, 150), gain("right", 150, 150)])
    assert (free, answer) == ((), "answer.nothing")
    assert say(answer, **told) == (
        "Very likely your ankles and your balance allow a deep squat. Nothing that was measured holds your squat back."
    )


def test_a_share_is_what_the_link_would_bring_of_what_is_missing() -> None:
    """125 of 130 degrees in reach of a hip freed from 105: 20 of the 25 that are lacking, 0.8 of it; the ends pair the extremes."""
    share = share_of(gain("left", 105, 125, link="hip"), "deep")
    assert share.value == pytest.approx(20 / 25)
    assert share.low == pytest.approx(17 / 28)
    assert share.high == 1.0
    assert math.isnan(share_of(gain("left", 131, 140), "deep").value), "nothing is missing"


def test_two_links_are_told_the_larger_share_first_and_shares_need_not_add_up() -> None:
    gains = [gain("left", 105, 125, link="hip"), gain("left", 105, 128)]
    findings = (*find({"": ankles(20, 40)}, WOMAN, Protocol(), gains, "deep"), limits("hip", "left"))
    found, answer, told, _ = limiting(findings, gains, "deep")
    assert answer == "answer.two_links"
    assert [limit.link for limit in found] == ["ankle", "hip"]
    assert (told["link"], told["second"]) == ("ankle", "hip")
    assert told["share"] + told["second_share"] > 1.0
    assert "overlap" in say(answer, **told)


def test_three_links_name_the_two_that_cost_most() -> None:
    gains = [gain("left", 105, 125, link="hip"), gain("left", 105, 128), gain("both", 105, 112, link="trunk")]
    findings = (*find({"": ankles(20, 40)}, WOMAN, Protocol(), gains, "deep"), limits("hip", "left"), limits("trunk", "both"))
    found, answer, told, _ = limiting(findings, gains, "deep")
    assert answer == "answer.several_links"
    assert (told["links"], len(found)) == (("ankle", "hip", "trunk"), 3)
    assert "most of all" in say(answer, **told)


def test_without_the_knee_to_wall_test_it_cannot_be_told_and_what_to_do_is_said() -> None:
    found, answer, _, missing = asked([], [gain("left", 105, 140)])
    assert (found, answer) == ((), "answer.cannot_tell_ankle")
    assert [(reason.code, reason.parameters.get("side")) for reason in missing][:2] == [
        ("knee_to_wall", "left"),
        ("knee_to_wall", "right"),
    ]
    _, answer, _, missing = asked([ankle(40, "left")], [gain("left", 145, 145)])
    assert answer == "answer.cannot_tell_ankle", "the other ankle may hold it back"
    assert [reason.parameters.get("side") for reason in missing if reason.code == "knee_to_wall"] == ["right"]


def test_an_angle_from_film_does_not_stand_in_for_the_test() -> None:
    film = [replace(filmed("knee_to_wall_deg_film", 20, side)) for side in ("left", "right")]
    assert asked(film, [gain("left", 105, 140)])[1] == "answer.cannot_tell_ankle"


def test_an_ankle_too_near_its_limit_leaves_it_open() -> None:
    """27 degrees are 3 past 30, less than the 4.7 that are noise."""
    _, answer, told, _ = asked(ankles(27, 40), [gain("left", 110, 128), gain("right", 110, 128)])
    assert answer == "answer.cannot_tell_near"
    assert say(answer, **told)


def test_what_is_perhaps_enough_and_perhaps_not_leaves_it_open() -> None:
    """Stiff ankles, and a deep squat (130) just within reach, give or take 20: nobody can say that nothing limits."""
    gains = [replace(gain(side, 131, 140), before=ranged(131, 20)) for side in ("left", "right")]
    assert asked(ankles(20, 20), gains)[1] == "answer.cannot_tell_near"
    sure = [replace(gain(side, 140, 140), before=ranged(140, 3)) for side in ("left", "right")]
    assert asked(ankles(20, 20), sure)[1] == "answer.nothing"


def test_lacking_less_than_can_be_seen_is_lacking_nothing() -> None:
    """126 of the 130 that a deep squat needs: 4 degrees, under the 5 that a film can tell. 124 lack 6."""

    def message(reach: float) -> str:
        return find({"": [ankle(20, "left")]}, WOMAN, Protocol(), [gain("both", reach, 140)], "deep")[0].message

    assert (message(126), message(124)) == ("finding.perhaps_enough", "finding.limits")


def test_tape_and_angle_that_disagree_make_it_less_sure() -> None:
    """The angle is far under its limit, the tape far over: the mean of both chances is about a half."""
    gains = [gain("left", 100, 140)]
    tape = read_typed("knee_to_wall_cm", "left", "14 cm", WOMAN)
    assert asked(ankles(20, 40), gains)[2]["sure"] == "very_likely"
    assert asked([*ankles(20, 40), tape], gains)[2]["sure"] == "maybe"


def test_depth_that_is_missing_and_that_no_measured_link_explains_is_said_so() -> None:
    _, answer, told, _ = asked(ankles(40, 40), [gain("left", 110, 111), gain("right", 110, 111)])
    assert answer == "answer.not_found"
    assert told["missing"] == pytest.approx(20)


def test_a_squat_that_was_filmed_deep_enough_is_held_back_by_nothing() -> None:
    gains = [gain("left", 105, 140), gain("right", 105, 140)]
    found, answer, _, _ = asked(ankles(20, 20), gains, squat=[filmed("knee_flexion_peak", 135)])
    assert (found, answer) == ((), "answer.reached")
    assert asked(ankles(20, 20), gains, squat=[filmed("knee_flexion_peak", 100)])[1] == "answer.one_link"


def test_without_what_ifs_nothing_limits_and_what_is_missing_is_named() -> None:
    found, answer, _, missing = asked(ankles(20, 20), [])
    assert (found, answer) == ((), "answer.cannot_tell_near")
    assert asked(ankles(40, 40), [])[1] == "answer.cannot_tell_model"
    assert "what_if" in [reason.code for reason in missing]


def test_how_sure_needs_both_the_cut_off_and_the_reach() -> None:
    """Past the cut-off for sure, but 124 give or take 30 may well reach the 130 that are needed: perhaps."""
    near = Gain("ankle", "left", "knee_to_wall_deg", 0.66, ranged(124, 30), ranged(150, 30), ranged(26, 3))
    _, answer, told, _ = asked(ankles(20, 40), [near])
    assert (answer, told["sure"]) == ("answer.one_link", "maybe")
    assert (sureness(0.95), sureness(0.9), sureness(0.5), sureness(math.nan)) == ("very_likely", "likely", "maybe", "unknown")


# --- the frontal plane ---


def test_what_goes_with_knees_that_fall_in_is_named_only_where_that_was_measured_and_only_on_that_side() -> None:
    weak = read_typed("hip_abduction_torque", "right", "0.4 Nm/kg", WOMAN)
    wide = read_typed("midfoot_width_change", "left", "14 mm", WOMAN)
    typed, gains = [*ankles(20, 40), weak, wide], [gain("left", 105, 140)]
    assert all(limit.goal == "depth" for limit in asked(typed, gains)[0])
    one_side = asked(typed, gains, squat=[filmed("fppa_at_peak_flexion", 8, "left")])[0]
    both_sides = asked(typed, gains, squat=[filmed("fppa_at_peak_flexion", 8, side) for side in ("left", "right")])[0]
    frontal = [limit for limit in both_sides if limit.goal == "frontal_plane"]
    assert [(limit.link, limit.side) for limit in one_side if limit.goal == "frontal_plane"] == [
        ("ankle", "left"),
        ("foot", "left"),
    ]
    assert [(limit.link, limit.side) for limit in frontal] == [("ankle", "left"), ("hip", "right"), ("foot", "left")]
    assert all(math.isnan(limit.share.value) for limit in frontal), "an association has no share"
    assert {"lima-2018", "wyndow-2016", "limited-dorsiflexion-squat"} <= set(frontal[0].sources)
    assert {"souza-2009", "ireland-2003", "neal-2019"} <= set(frontal[1].sources)
    for limit in frontal:
        assert "In " in say(limit.message, **limit.parameters)
        assert "holds" not in say(limit.message, **limit.parameters)


def test_usual_links_are_not_named_with_knees_that_fall_in() -> None:
    found = asked(ankles(40, 40), [gain("left", 150, 150)], squat=[filmed("fppa_at_peak_flexion", 12)])[0]
    assert found == ()


# --- laws ---

SETS = st.lists(
    st.tuples(
        st.sampled_from(("knee_to_wall_deg", "knee_to_wall_cm", "midfoot_width_change", "hip_abduction_torque")),
        st.sampled_from(("left", "right")),
        st.floats(0.5, 30.0),
    ),
    max_size=6,
    unique_by=lambda told: told[:2],
)
GAINS = st.lists(
    st.tuples(
        st.sampled_from(("left", "right", "both")),
        st.floats(60.0, 150.0),
        st.floats(60.0, 160.0),
        st.sampled_from(("ankle", "hip", "trunk")),
    ),
    max_size=5,
)
UNITS = {"knee_to_wall_deg": "deg", "knee_to_wall_cm": "cm", "midfoot_width_change": "mm", "hip_abduction_torque": "Nm/kg"}


def both_ways(
    told: list[tuple[str, str, float]], given_gains: list[tuple[str, float, float, str]], knees: list[str], aim: str
) -> tuple[Answer, Answer]:
    """Return the answer to a set of measures, and to the same with left and right exchanged."""

    def answer(swap: bool) -> Answer:
        of = OTHER if swap else {side: side for side in OTHER}
        typed = [
            read_typed(code, of[side], f"{value / (10.0 if code.endswith('torque') else 1.0)} {UNITS[code]}", WOMAN)
            for code, side, value in told
        ]
        gains = [gain(of[side], before, after, link) for side, before, after, link in given_gains]
        return asked(typed, gains, aim, [filmed("fppa_at_peak_flexion", 10, of[side]) for side in knees])

    return answer(False), answer(True)


@given(SETS, GAINS, st.lists(st.sampled_from(("left", "right")), unique=True), st.sampled_from(("chair", "parallel", "deep")))
def test_swap_left_and_right_and_every_answer_swaps(
    told: list[tuple[str, str, float]], gains: list[tuple[str, float, float, str]], knees: list[str], aim: str
) -> None:
    here, there = both_ways(told, gains, knees, aim)

    def seen(limits: tuple[Limit, ...], swap: dict[str, str]) -> set[str]:
        return {repr((one.goal, one.link, swap[one.side], one.share, sorted(one.findings), one.message)) for one in limits}

    same = {side: side for side in OTHER}
    assert seen(here[0], OTHER) == seen(there[0], same)
    assert here[1] == there[1]
    mirrored = {name: OTHER[value] if name in ("side", "second_side") else value for name, value in here[2].items()}
    assert mirrored == there[2]
    assert sorted((one.code, OTHER.get(one.parameters.get("side", "both"), "")) for one in here[3]) == sorted(
        (one.code, one.parameters.get("side", "both")) for one in there[3]
    )


@given(SETS, GAINS, st.sampled_from(("chair", "parallel", "deep")))
def test_every_answer_has_its_words_and_every_limit_its_sources_and_a_share_between_none_and_all(
    told: list[tuple[str, str, float]], gains: list[tuple[str, float, float, str]], aim: str
) -> None:
    limits, answer, parameters, missing = both_ways(told, gains, ["left"], aim)[0]
    assert say(answer, **parameters).endswith(".")
    assert "218" in say("answer.not_why_it_hurts", **parameters)
    for reason in missing:
        assert say(f"missing.{reason.code}", **reason.parameters).endswith(".")
        assert has_words(f"missing.{reason.code}.do")
    for limit in limits:
        assert say(limit.message, **limit.parameters).endswith(".")
        assert limit.sources
        assert all(key in studies() or key in norms() or key in constants() for key in limit.sources)
        if limit.goal == "depth":
            assert 0.0 <= limit.share.low <= limit.share.value <= limit.share.high <= 1.0
            assert limit.share.value > 0.0
