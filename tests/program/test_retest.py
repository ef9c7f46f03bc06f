"""What two measurements say of a change: known by hand at the knee-to-wall test, and laws that hold for any numbers."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.errors import UsageError
from kinechain.core.training import Because
from kinechain.core.types import Measure
from kinechain.program.retest import Better, Retest, Seen, compare, unjudged

ONE_TESTER = "knee-to-wall.powden-2015-one-cm"


def wall(value_cm: float, half_cm: float = 1.127, **parameters: object) -> Measure:
    """A typed knee-to-wall distance; a real change of 1.9 cm (95 %) leaves an interval (90 %) of 1.127 cm to each side."""
    low, high = (value_cm - half_cm) / 100.0, (value_cm + half_cm) / 100.0
    return Measure("knee_to_wall_cm", "left", None, value_cm / 100.0, low, high, "m", "", parameters=dict(parameters))


def told(retest: Retest) -> tuple[str, str]:
    return retest.seen.value, retest.because.reason


@pytest.mark.parametrize(
    ("after_cm", "said"),
    [
        (9.9, ("better", "retest.because.past_error")),
        (9.7, ("no_change_seen", "retest.because.within_error")),  # 1.7: past the intervals' 1.59, short of 1.9
        (9.5, ("no_change_seen", "retest.because.within_interval")),
        (6.1, ("worse", "retest.because.past_error")),
    ],
)
def test_a_tape_tells_a_change_of_one_point_nine_centimetres(after_cm: float, said: tuple[str, str]) -> None:
    retest = compare(wall(8.0), wall(after_cm), Better.MORE, ONE_TESTER)
    assert told(retest) == said
    assert retest.least == pytest.approx(0.019)
    half = math.hypot(1.127, 1.127) / 100.0
    assert retest.difference.high - retest.difference.value == pytest.approx(half)
    assert retest.because.sources == (ONE_TESTER,)


def test_each_side_of_the_difference_comes_from_the_ends_that_make_it() -> None:
    """10 (9 to 13) after 6 (2 to 7): 4 less the root of 1 + 1, and 4 more the root of 9 + 16."""
    before = Measure("trunk_lean_peak", "left", None, 6.0, 2.0, 7.0, "rad", "a")
    after = Measure("trunk_lean_peak", "left", None, 10.0, 9.0, 13.0, "rad", "b")
    difference = compare(before, after).difference
    assert (difference.value, difference.low, difference.high) == pytest.approx((4.0, 4.0 - math.sqrt(2.0), 9.0))


def test_without_a_row_the_intervals_alone_decide() -> None:
    assert told(compare(wall(8.0), wall(9.7), Better.MORE)) == ("better", "retest.because.past_interval")


def test_without_an_interval_the_row_alone_decides_and_without_both_nothing_does() -> None:
    before, after = (replace(wall(value), low=math.nan, high=math.nan) for value in (8.0, 9.9))
    assert told(compare(before, after, Better.MORE, ONE_TESTER)) == ("better", "retest.because.past_error")
    assert told(compare(before, after, Better.MORE)) == ("cannot_judge", "retest.because.no_error_known")


def test_what_was_not_measured_or_has_no_better_way_cannot_be_judged() -> None:
    gone = replace(wall(8.0), value=math.nan, low=math.nan, high=math.nan)
    assert told(compare(gone, wall(9.0), Better.MORE)) == ("cannot_judge", "retest.because.not_measured")
    assert told(compare(wall(8.0), wall(12.0))) == ("cannot_judge", "retest.because.neither_way")
    assert told(compare(wall(8.0), wall(8.1))) == ("no_change_seen", "retest.because.within_interval")


def test_who_stood_to_the_end_of_the_clock_twice_may_have_changed_unseen() -> None:
    def stood(seconds: float, *, to_the_end: bool) -> Measure:
        high, more = (math.inf, {"at_least": True}) if to_the_end else (seconds + 1.0, {})
        return Measure("stance_s", "left", None, seconds, seconds - 1.0, high, "s", "", parameters=more)

    assert (
        told(compare(stood(45.0, to_the_end=True), stood(45.0, to_the_end=True), Better.MORE))[1] == "retest.because.both_stopped"
    )
    risen = compare(stood(20.0, to_the_end=False), stood(45.0, to_the_end=True), Better.MORE)
    assert (risen.seen, risen.difference.high) == (Seen.BETTER, math.inf)
    fallen = compare(stood(45.0, to_the_end=True), stood(20.0, to_the_end=False), Better.MORE)
    assert (fallen.seen, fallen.difference.low) == (Seen.WORSE, -math.inf)


def test_a_measure_is_compared_only_with_itself() -> None:
    with pytest.raises(UsageError, match="two measurements of the same side, got left and right"):
        compare(wall(8.0), replace(wall(8.0), side="right"))


def test_what_lies_outside_the_numbers_is_told_as_it_is() -> None:
    retest = unjudged(wall(8.0), wall(12.0), Because("retest.because.protocol", {"what": "footwear"}))
    assert retest.seen is Seen.CANNOT_JUDGE
    assert math.isnan(retest.difference.value)
    assert retest.after.value == pytest.approx(0.12)


distances = st.floats(0.0, 20.0)
halves = st.floats(0.0, 5.0)


@given(distances, distances, halves, halves, st.sampled_from(["", ONE_TESTER]))
def test_there_and_back_is_the_same_change_turned_round(a: float, b: float, half_a: float, half_b: float, error: str) -> None:
    there = compare(wall(a, half_a), wall(b, half_b), Better.MORE, error)
    back = compare(wall(b, half_b), wall(a, half_a), Better.MORE, error)
    opposite = {Seen.BETTER: Seen.WORSE, Seen.WORSE: Seen.BETTER}
    assert back.seen is opposite.get(there.seen, there.seen)
    assert back.difference.value == -there.difference.value
    assert (back.difference.low, back.difference.high) == (-there.difference.high, -there.difference.low)


@given(distances, distances, halves, halves, halves, halves, st.sampled_from(["", ONE_TESTER]))
def test_a_wider_interval_never_makes_a_change(
    a: float, b: float, half_a: float, half_b: float, more_a: float, more_b: float, error: str
) -> None:
    narrow = compare(wall(a, half_a), wall(b, half_b), Better.MORE, error)
    wide = compare(wall(a, half_a + more_a), wall(b, half_b + more_b), Better.MORE, error)
    assert wide.seen in (narrow.seen, Seen.NO_CHANGE_SEEN)


@given(distances, distances, halves, halves)
def test_what_is_better_one_way_is_worse_the_other(a: float, b: float, half_a: float, half_b: float) -> None:
    seen = [compare(wall(a, half_a), wall(b, half_b), better).seen for better in (Better.MORE, Better.LESS)]
    assert set(seen) in ({Seen.BETTER, Seen.WORSE}, {Seen.NO_CHANGE_SEEN})
