"""What a measure says of its link: verdicts known by hand, and none without a source."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import kinechain.screening
from kinechain.core.errors import UsageError
from kinechain.core.types import (
    AssessedClip,
    Assessment,
    Clip,
    FilmHeader,
    Finding,
    FindingVerdict,
    Gain,
    Keypoints,
    Measure,
    Person,
    Protocol,
    Quality,
    Ranged,
    View,
)
from kinechain.evidence import constants, norms, studies
from kinechain.report.words import fields_of, has_words, messages, say
from kinechain.screening.aims import AIMS
from kinechain.screening.battery import JUDGED
from kinechain.screening.findings import find, gather
from kinechain.screening.typed import read_typed, typed_measures
from kinechain.screening.usual import Unsuitable, norm_of

FINE, LIMITS, CANNOT = FindingVerdict.FINE, FindingVerdict.LIMITS, FindingVerdict.CANNOT_JUDGE
MAN = Person(1.78, 75.0, 30, "m")
NOBODY = Person(1.78, 75.0)


def typed(code: str, told: object, side: str = "left", person: Person = MAN, **noted: object) -> Measure:
    return read_typed(code, side, told, person, noted)


def filmed(code: str, value: float, half: float = 0.03, side: str = "left", unit: str = "rad") -> Measure:
    return Measure(code, side, None, value, value - half, value + half, unit, "film")


def ranged(value: float, half: float) -> Ranged:
    return Ranged(*(math.radians(number) for number in (value, value - half, value + half)))


def gain(before: float, after: float, half: float = 4.0, link: str = "ankle", side: str = "left") -> Gain:
    return Gain(link, side, "knee_to_wall_deg", math.radians(38), ranged(before, 6), ranged(after, 6), ranged(after - before, half))


def one(measure: Measure, gains: tuple[Gain, ...] = (), aim: str = "deep", person: Person = MAN, test: str = "") -> Finding:
    (finding,) = find({test: (measure,)}, person, Protocol(), gains, aim)
    return finding


# --- the ankle: a tape, an angle meter, a film ---


def test_a_stiff_ankle_that_costs_depth_limits_and_a_free_one_is_fine() -> None:
    stiff = one(typed("knee_to_wall_deg", 20), (gain(105, 140),))
    free = one(typed("knee_to_wall_deg", 40), (gain(145, 145),))
    assert (stiff.verdict, stiff.message) == (LIMITS, "finding.limits")
    assert stiff.probability > 0.99
    assert stiff.parameters["gain"] == pytest.approx(35)
    assert (free.verdict, free.message) == (FINE, "finding.fine")
    assert free.probability < 0.01


def test_six_centimetres_are_fewer_than_what_98_in_100_healthy_people_have() -> None:
    """12.0 less 2.8 is 9.2 cm; 6.2 cm are 2.07 spreads under the mean: 1.9 in 100 have less."""
    finding = one(typed("knee_to_wall_cm", "6.2 cm"), (gain(100, 130),))
    assert (finding.verdict, finding.norm) == (LIMITS, "knee-to-wall.hoch-2011")
    assert finding.percentile == pytest.approx(1.9, abs=0.05)
    assert finding.parameters["limit"] == pytest.approx(9.2)
    assert finding.sources == ("knee-to-wall.hoch-2011", "knee-to-wall.powden-2015-one-cm", "hoch-2011", "powden-2015")


@pytest.mark.parametrize(
    ("cm", "verdict", "message"),
    [
        (9.2, FINE, "finding.fine"),
        (9.1, CANNOT, "finding.within_noise"),
        (7.3, CANNOT, "finding.within_noise"),
        (7.29, LIMITS, "finding.limits"),
    ],
)
def test_only_what_is_past_the_cut_off_by_more_than_noise_limits(cm: float, verdict: FindingVerdict, message: str) -> None:
    """The cut-off is 9.2 cm, the smallest real change 1.9 cm: 7.3 is the edge."""
    finding = one(typed("knee_to_wall_cm", cm), (gain(100, 130),))
    assert (finding.verdict, finding.message) == (verdict, message)


def test_exactly_at_the_cut_off_it_is_even_odds() -> None:
    at = one(typed("knee_to_wall_deg", 30), (gain(100, 130),))
    assert at.verdict is FINE
    assert at.probability == pytest.approx(0.5)


def test_what_costs_nothing_of_what_is_wanted_does_not_limit() -> None:
    """20 degrees are few, but depth enough for whoever wants to sit down; and a link that frees 3 degrees frees little."""
    stiff = typed("knee_to_wall_deg", 20)
    assert one(stiff, (gain(105, 140),), aim="chair").message == "finding.enough"
    assert one(stiff, (gain(105, 140),), aim="chair").verdict is FINE
    assert one(stiff, (gain(105, 108, half=1),)).message == "finding.little_gain"
    assert (one(stiff).verdict, one(stiff).message) == (CANNOT, "finding.unusual_untried"), "without a what-if nothing limits"


def test_a_film_that_shows_the_depth_is_believed_before_any_model() -> None:
    measures = {"": (typed("knee_to_wall_deg", 20),), "squat": (filmed("knee_flexion_peak", math.radians(135)),)}
    ankle, depth = find(measures, MAN, Protocol(), (gain(105, 140),), "deep")
    assert (ankle.verdict, ankle.message) == (FINE, "finding.enough_filmed")
    assert (depth.verdict, depth.message, depth.norm) == (FINE, "finding.reaches_aim", "aim.deep")


def test_an_angle_from_film_is_never_graded() -> None:
    finding = one(filmed("knee_to_wall_deg_film", math.radians(15)), (gain(90, 140),), test="knee-to-wall")
    assert (finding.verdict, finding.message, finding.norm) == (CANNOT, "finding.film_not_graded", None)


def test_centimetres_and_degrees_are_judged_each_by_their_own_rows() -> None:
    """10 cm are above 9.2 cm; 25 degrees are under 30: neither is turned into the other, and they may disagree."""
    tape, angle = find(
        {"": (typed("knee_to_wall_cm", 10), typed("knee_to_wall_deg", 25))}, MAN, Protocol(), (gain(100, 130),), "deep"
    )
    assert (tape.verdict, angle.verdict) == (FINE, LIMITS)
    assert (tape.measure.unit, angle.measure.unit) == ("m", "rad")


# --- which edition, for whom ---


def test_the_first_edition_that_fits_is_the_norm_and_the_others_are_named() -> None:
    assert one(typed("knee_to_wall_cm", 11)).parameters["beside"] == ("knee-to-wall.matassessment-20-m",)
    old = one(typed("knee_to_wall_cm", 11), person=replace(MAN, age_years=70))
    assert (old.norm, old.message) == ("knee-to-wall.matassessment-60-m", "finding.at_middle")
    assert math.isnan(old.percentile), "this edition has no spread"
    boy = one(typed("knee_to_wall_cm", 9), person=replace(MAN, age_years=16))
    assert (boy.norm, boy.verdict, boy.message) == ("knee-to-wall.matassessment-15-m", CANNOT, "finding.no_cut_off")


def test_who_tells_neither_age_nor_sex_is_judged_only_by_rows_that_need_neither() -> None:
    assert one(typed("knee_to_wall_cm", 11), person=NOBODY).norm == "knee-to-wall.hoch-2011"
    assert one(typed("heel_raise_count", 30, slope_deg=10), person=NOBODY).message == "finding.needs_sex"
    assert one(typed("sit_to_stand_s", "7 s", "both"), person=NOBODY).message == "finding.needs_age"
    assert one(typed("sit_to_stand_s", "7 s", "both"), person=replace(MAN, age_years=12)).message == "finding.no_norm_for_person"


@pytest.mark.parametrize(("slope", "message"), [(10, "finding.at_middle"), (0, "finding.protocol_differs")])
def test_heel_raises_count_only_on_the_slope_of_the_norm(slope: int, message: str) -> None:
    finding = one(typed("heel_raise_count", 25, slope_deg=slope))
    assert finding.message == message
    assert (finding.norm is None) is (slope != 10)
    assert one(typed("heel_raise_count", 25)).message == "finding.protocol_untold"


def stance(seconds: float, **noted: object) -> Finding:
    return one(replace(typed("stance_s", f"{seconds} s"), parameters=noted))


def test_on_one_leg_the_watch_decides_which_norm_counts() -> None:
    """60 seconds are past a norm that stops at 45 and far under one that never stops; its spread was no spread, so no place."""
    capped, endless = stance(60, eyes="open", stopped="45 s"), stance(60, eyes="open", stopped="never")
    assert (capped.norm, capped.verdict) == ("single-leg-stance.best-open-18", FINE)
    assert (endless.norm, endless.verdict, endless.message) == ("single-leg-stance.india-open-m", CANNOT, "finding.no_cut_off")
    assert math.isnan(endless.percentile)
    assert math.isnan(endless.probability)
    assert stance(60, eyes="open").message == "finding.protocol_untold"
    assert stance(20, eyes="shut", stopped="45 s").norm == "single-leg-stance.best-closed-18"


def test_a_stand_that_the_film_cuts_short_is_fine_or_open_and_never_too_short() -> None:
    """At least 50 seconds are past the 44.7 of the norm; at least 20 may have become 60."""
    notes = {"eyes": "open", "stopped": "45 s", "at_least": True}
    long, short = (Measure("stance_s", "left", None, time, time, math.inf, "s", "film", parameters=notes) for time in (50.0, 20.0))
    assert (one(long).verdict, one(long).message) == (FINE, "finding.at_middle")
    assert (one(short).verdict, one(short).message, one(short).norm) == (CANNOT, "finding.at_least", None)


@pytest.mark.parametrize("noted", [{"footwear": "shoes"}, {"knee_bent": "no"}, {"foot_straight": "no"}])
def test_a_knee_to_wall_test_done_another_way_has_no_verdict(noted: dict[str, str]) -> None:
    finding = one(read_typed("knee_to_wall_cm", "left", 5, MAN, noted), (gain(100, 130),))
    assert (finding.verdict, finding.message, finding.norm) == (CANNOT, "finding.protocol_differs", None)
    assert finding.parameters["what"] == next(iter(noted))


def test_a_raised_heel_spoils_the_test_unless_it_was_done_barefoot() -> None:
    measure = typed("knee_to_wall_cm", 11)
    assert isinstance(norm_of(measure, MAN, Protocol(heel_m=0.02)), Unsuitable)
    assert not isinstance(norm_of(typed("knee_to_wall_cm", 11, footwear="barefoot"), MAN, Protocol(heel_m=0.02)), Unsuitable)
    assert not isinstance(norm_of(measure, MAN, Protocol(heel_m=0.0)), Unsuitable)


# --- what has no what-if, or no norm ---


def test_what_no_what_if_can_free_never_limits() -> None:
    slow = one(typed("sit_to_stand_s", "12 s", "both"), (gain(90, 140, link="knee"),))
    weak = one(typed("hip_abduction_torque", "0.4 Nm/kg"), (gain(90, 140, link="hip"),))
    flat = one(typed("foot_posture_index", 9), (gain(90, 140, link="foot"),), person=replace(MAN, age_years=25))
    assert {finding.verdict for finding in (slow, weak, flat)} == {CANNOT}
    assert [finding.message for finding in (slow, weak, flat)] == ["finding.unusual", "finding.unusual", "finding.unusual_range"]
    assert slow.percentile == pytest.approx(0.0, abs=0.01), "slower than all: 12 s are 4.2 spreads over 6.1"


def test_a_foot_may_be_unusual_either_way() -> None:
    young = replace(MAN, age_years=25)
    assert [one(typed("foot_posture_index", told), person=young).verdict for told in (-2, -1, 6, 7)] == [CANNOT, FINE, FINE, CANNOT]
    assert one(typed("foot_posture_index", 6), person=replace(MAN, age_years=40)).message == "finding.unusual_range", "0 to 5 then"


def test_single_leg_angles_wait_for_the_offset_to_the_markers_and_two_legged_ones_have_no_norm() -> None:
    measure = filmed("fppa_at_peak_flexion", math.radians(25))
    woman = replace(MAN, sex="f")
    assert one(measure, person=woman, test="single-leg-squat").message == "finding.marker_offset"
    assert one(measure, person=woman, test="step-down").message == "finding.marker_offset"
    assert one(measure, person=woman, test="squat").message == "finding.no_norm"
    assert one(measure, person=woman, test="squat").verdict is CANNOT


def test_what_could_not_be_measured_keeps_its_own_reason() -> None:
    missing = Measure(
        "knee_flexion_peak", "right", None, math.nan, math.nan, math.nan, "rad", "film", cannot_judge="far_leg_hidden"
    )
    finding = one(missing, test="squat")
    assert (finding.verdict, finding.message, finding.parameters["why"]) == (CANNOT, "finding.not_measured", "far_leg_hidden")


def test_of_two_films_the_surer_counts_and_single_repetitions_do_not() -> None:
    rough, sure = filmed("knee_flexion_peak", 1.9, 0.3), filmed("knee_flexion_peak", 2.4, 0.1)
    alone = replace(filmed("knee_flexion_peak", 2.5, 0.01), rep=2)
    unknown = replace(rough, value=math.nan, low=math.nan, high=math.nan)
    (finding,) = find({"squat": (unknown, rough, alone, sure)}, MAN, Protocol(), (), "deep")
    assert finding.measure is sure


def test_an_aim_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match=re.escape("Expected an aim among chair, parallel, deep, got 'shallow'.")):
        find({}, MAN, Protocol(), (), "shallow")


@given(st.floats(5.0, 14.0))
@settings(max_examples=20)
def test_how_sure_is_the_share_of_draws_of_person_and_norm_that_lie_past_the_cut_off(cm: float) -> None:
    """A true value about the tape's, and the mean less one spread of 35 people drawn anew each time."""
    rng = np.random.default_rng(7)
    people = rng.normal(12.0, 2.8, size=(20_000, 35))
    limits = people.mean(axis=1) - people.std(axis=1, ddof=1)
    truths = cm + 1.9 / (1.96 * math.sqrt(2.0)) * rng.normal(size=20_000)
    finding = one(typed("knee_to_wall_cm", round(cm, 3)), (gain(100, 130),))
    # The spread of few people is a little too small on the average, by 2 cm / 280: their limit lies that much higher.
    assert finding.probability == pytest.approx(float(np.mean(truths < limits)), abs=0.02)


def test_what_was_noted_of_a_filmed_test_counts_for_its_measures() -> None:
    """No film tells the slope under the foot; with it noted, the norm of heel raises applies."""
    count = Measure("heel_raise_count", "left", None, 25.0, 25.0, 25.0, "1", "film")
    assessment = Assessment("heel-raise", MAN, Protocol(), (), (clip_of(count),), Quality())
    told = gather((assessment,), (), {"heel-raise": {"slope_deg": 10.0}})
    assert [finding.message for finding in find(told, MAN, Protocol(), (), "deep")] == ["finding.at_middle"]
    untold = gather((assessment,), ())
    assert [finding.message for finding in find(untold, MAN, Protocol(), (), "deep")] == ["finding.protocol_untold"]


def clip_of(*measures: Measure) -> AssessedClip:
    """A film that holds nothing but its measures."""
    variables = {
        **dict.fromkeys(("presence", "scene_change", "people", "brightness"), ("time",)),
        "position": ("time", "space", "keypoint"),
        "confidence": ("time", "keypoint"),
        "world": ("time", "axis", "keypoint"),
        "camera_shift": ("time", "space"),
    }
    size = {"time": 2, "space": 2, "axis": 3, "keypoint": 33}
    dataset = xr.Dataset(
        {name: (dims, np.zeros([size[dim] for dim in dims])) for name, dims in variables.items()}, {"time": [0.0, 1.0]}
    )
    header = FilmHeader("raises.mp4", "film", "h264", 100, 100, 0, 2, 1.0, 2.0)
    return AssessedClip(Clip(header, np.array([0.0, 1.0]), View.SIDE, "left"), Keypoints(dataset), Quality(), measures=measures)


# --- both sides ---


@pytest.mark.parametrize(
    ("right", "verdict", "message", "side"),
    [
        (12.0, FINE, "finding.sides_alike", "both"),
        (13.9, FINE, "finding.sides_alike", "left"),
        (14.5, FINE, "finding.sides_differ_usual", "left"),
        (15.5, CANNOT, "finding.sides_differ", "left"),
        (8.5, CANNOT, "finding.sides_differ", "right"),
    ],
)
def test_sides_differ_only_beyond_the_smallest_real_change(right: float, verdict: FindingVerdict, message: str, side: str) -> None:
    """Left 12 cm. 1.9 cm is noise, up to about 3 cm are seen in healthy people."""
    found = find({"": (typed("knee_to_wall_cm", 12), typed("knee_to_wall_cm", right, "right"))}, MAN, Protocol(), (), "deep")
    (finding,) = [one for one in found if one.code == "knee_to_wall_cm_difference"]
    assert (finding.verdict, finding.message, finding.side) == (verdict, message, side)
    assert finding.measure.value == pytest.approx(abs(right - 12.0) / 100.0)
    assert finding.norm == "knee-to-wall.hoch-2011-sides"


def test_a_weaker_leg_is_told_by_a_custom_that_nobody_has_tested() -> None:
    def symmetry(right: float) -> Finding:
        legs = (typed("knee_extension_torque", "3 Nm/kg"), typed("knee_extension_torque", f"{right} Nm/kg", "right"))
        return next(one for one in find({"": legs}, MAN, Protocol(), (), "deep") if one.code.endswith("_symmetry"))

    assert (symmetry(2.8).verdict, symmetry(2.8).side) == (FINE, "right")
    assert (symmetry(2.6).verdict, symmetry(2.6).parameters["share"]) == (CANNOT, pytest.approx(2.6 / 3.0))


# --- laws ---

SIDED = [code for code, row in typed_measures().items() if row.each_leg]
NOTES: Mapping[str, object] = {"eyes": "open", "stopped": "45 s", "slope_deg": 10.0, "footwear": "barefoot"}
OTHER = {"left": "right", "right": "left", "both": "both"}


#: What was typed: a code, the sides, how far in the plausible range each lies, and whether the notes were told.
TYPED = st.lists(
    st.tuples(
        st.sampled_from(SIDED),
        st.sampled_from((("left",), ("right",), ("left", "right"))),
        st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda told: told[0],
)
Told = list[tuple[str, tuple[str, ...], tuple[float, float], bool]]


def made(told: Told) -> tuple[Measure, ...]:
    found = []
    for code, sides, places, noted in told:
        row = typed_measures()[code]
        for side, place in zip(sides, places, strict=False):
            value = round(row.low + place * (row.high - row.low), 4)
            answer: object = place > 0.5 if row.unit == "yes" else f"{value} {row.unit}" if row.unit != "1" else value
            found.append(replace(read_typed(code, side, answer, MAN), parameters=dict(NOTES) if noted else {}))
    return tuple(found)


PEOPLE = st.builds(Person, st.just(1.75), st.just(70.0), st.none() | st.integers(10, 90), st.sampled_from((None, "f", "m")))
GAINS = st.lists(
    st.builds(
        gain,
        st.floats(70.0, 150.0),
        st.floats(70.0, 160.0),
        st.floats(0.5, 20.0),
        st.sampled_from(("ankle", "hip")),
        st.sampled_from(("left", "right", "both")),
    ),
    max_size=4,
)


@given(TYPED, PEOPLE, GAINS, st.sampled_from(AIMS))
def test_no_verdict_without_a_norm_and_a_source_and_every_message_has_its_words(
    told: Told, person: Person, gains: list[Gain], aim: str
) -> None:
    for finding in find({"": made(told)}, person, Protocol(), gains, aim):
        if finding.verdict is not CANNOT:
            assert finding.norm in norms() or finding.norm in constants()
            assert finding.sources
        assert all(key in studies() or key in norms() or key in constants() for key in finding.sources)
        assert math.isnan(finding.percentile) or 0.0 <= finding.percentile <= 100.0
        assert math.isnan(finding.probability) or -1e-9 <= finding.probability <= 1.0 + 1e-9
        if finding.verdict is LIMITS:
            assert finding.probability > 0.5
        assert say(finding.message, **finding.parameters).endswith(".")
        assert "unknown" not in say(finding.message, **finding.parameters)


def mirrored(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    return tuple(replace(measure, side=OTHER[measure.side]) for measure in measures)


@given(TYPED, PEOPLE, GAINS, st.sampled_from(AIMS))
def test_swap_left_and_right_and_every_finding_swaps(told: Told, person: Person, gains: list[Gain], aim: str) -> None:
    measures = made(told)
    here = find({"": measures}, person, Protocol(), gains, aim)
    there = find({"": mirrored(measures)}, person, Protocol(), [replace(gain, side=OTHER[gain.side]) for gain in gains], aim)
    assert [(one.code, OTHER[one.side], one.verdict, one.message, one.parameters, repr(one.probability)) for one in here] == [
        (one.code, one.side, one.verdict, one.message, one.parameters, repr(one.probability)) for one in there
    ]


def test_every_measure_that_may_be_typed_is_judged_on_the_link_it_is_typed_for() -> None:
    rules = {rule.code: rule for every in JUDGED.values() for rule in every}
    assert {code: row.link for code, row in typed_measures().items()} == {code: rules[code].link for code in typed_measures()}
    for rule in rules.values():
        named = [key for edition in rule.editions for key in edition.rows] + [
            key for key in (rule.error, rule.sides, rule.symmetry) if key
        ]
        assert set(named) <= set(norms()), rule.code
        assert set(rule.asks) <= {code.split(".")[1] for code in messages() if code.startswith("finding_what.")}


def test_every_need_of_a_norm_has_its_words() -> None:
    needed = {need.partition("=")[0] for norm in norms().values() for need in norm.needs}
    assert {"eyes", "stopped", "slope_deg"} <= needed
    assert all(has_words(f"finding_what.{name}") for name in needed)


def test_findings_speak_no_number_that_is_not_a_parameter() -> None:
    for code, words in messages().items():
        if code.startswith("finding."):
            assert not re.search(r"\d", re.sub(r"\{[^}]*\}", "", words).replace("°", "")), code
            assert fields_of(words) <= {
                *("limit", "most", "sign", "population", "worse", "change", "gain", "aim", "needed", "what", "share", "sure")
            }, code


def test_every_word_of_findings_and_answers_is_said_by_some_code() -> None:
    said = "\n".join(path.read_text(encoding="utf-8") for path in Path(kinechain.screening.__file__).parent.glob("*.py"))
    for code in messages():
        group, _, rest = code.partition(".")
        if group in ("finding", "answer", "limit"):
            name = rest.split(".")[0].removesuffix("_range")
            parts = ("frontal_",) if name.startswith("frontal_") else (f"{group}.{name}", f'"{name}"')
            assert code == "answer.not_why_it_hurts" or any(part in said for part in parts), code
