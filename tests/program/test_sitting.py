"""What times of sitting say together, and what to try; answers known by hand."""

import math
from datetime import date, timedelta

import pytest

from kinechain.core.training import Sitting
from kinechain.program.sitting import SittingView, look_at
from kinechain.report.words import say

MONDAY = date(2026, 11, 23)


def sat(*onsets: float | None, minutes: float = 60.0, breaks: int = 3, bend_deg: float | None = None) -> SittingView:
    bend = None if bend_deg is None else math.radians(bend_deg)
    return look_at([Sitting(MONDAY + timedelta(number), minutes, breaks, onset, bend) for number, onset in enumerate(onsets)])


def advice(view: SittingView) -> list[str]:
    return [because.reason.removeprefix("because_after.sitting_") for because in view.advice]


def test_nothing_told_says_nothing() -> None:
    view = look_at([])
    assert math.isnan(view.minutes_a_day)
    assert (view.onset, view.advice) == ("cannot_judge", ())


def test_minutes_are_summed_by_day_and_breaks_part_a_sitting_evenly() -> None:
    view = look_at([Sitting(MONDAY, 60.0, 1), Sitting(MONDAY, 30.0), Sitting(MONDAY + timedelta(1), 90.0, 2)])
    assert view.minutes_a_day == pytest.approx(90.0)
    assert view.stretch_min == pytest.approx(30.0)


@pytest.mark.parametrize(
    ("onsets", "says"),
    [
        ((10.0, 12.0, 30.0), "sooner"),
        ((16.0, 18.0, 20.0), "as_others"),
        ((15.0, 40.0, 25.0), "later"),
        ((5.0, 6.0), "cannot_judge"),
    ],
)
def test_when_it_begins_to_hurt_is_set_against_a_study_once_it_is_told_often_enough(onsets: tuple[float, ...], says: str) -> None:
    view = sat(*onsets)
    assert view.onset == says
    assert say(f"sitting_onset.{says}", low=16.0, high=20.0).endswith(".")


def test_long_sittings_without_breaks_ask_for_breaks_short_ones_do_not() -> None:
    assert advice(sat(None, minutes=60.0, breaks=3)) == []
    long = sat(None, minutes=60.0, breaks=2)
    assert advice(long) == ["breaks"]
    assert long.advice[0].parameters["minutes"] == 15.0
    assert "sitting.break_after" in long.advice[0].sources


def test_whoever_hurts_sooner_takes_breaks_by_their_own_time() -> None:
    own = sat(8.0, 10.0, 12.0, minutes=48.0, breaks=3)
    assert advice(own) == ["own"]
    assert own.advice[0].parameters["minutes"] == 10.0
    assert advice(sat(8.0, 10.0, minutes=48.0, breaks=3)) == [], "two are too few to go by"


def test_a_knee_at_a_right_angle_asks_for_a_higher_seat() -> None:
    bent = sat(None, bend_deg=95.0)
    assert advice(bent) == ["higher"]
    assert "95°" in say(bent.advice[0].reason, **bent.advice[0].parameters)
    assert advice(sat(None, bend_deg=70.0)) == []
    assert advice(sat(None)) == [], "an angle that nobody told asks for nothing"
