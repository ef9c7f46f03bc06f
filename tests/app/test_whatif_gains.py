"""Two people whose ankles alone differ: the stiff one is told the ankle, with the depth that it costs, the free one is not."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from kinechain.app.whatif import gains, squatter_of, usual_changes
from kinechain.core.types import Gain, Measure, Person, Protocol
from kinechain.loads.squatter import Change, Squatter

_DRAWS = 60


def typed(code: str, side: str, degrees: float) -> Measure:
    value = float(np.deg2rad(degrees))
    return Measure(code, side, None, value, value, value, "rad", "")


def with_ankles(left: float, right: float) -> Squatter:
    """Return one person with these ankles; the body, which takes a while to make, is made once."""
    ankles = {
        side: replace(_person().ranges["knee_to_wall_deg"][side], value=float(np.deg2rad(degrees)))
        for side, degrees in (("left", left), ("right", right))
    }
    return replace(_person(), ranges={**_person().ranges, "knee_to_wall_deg": ankles})


@cache
def _person() -> Squatter:
    measures = (typed("knee_to_wall_deg", "left", 30.0), typed("knee_to_wall_deg", "right", 30.0))
    return squatter_of(Person(1.75, 70.0), Protocol(arms="crossed"), {}, measures)


def by_link(squatter: Squatter) -> dict[str, Gain]:
    return {gain.link: gain for gain in gains(squatter, usual_changes(squatter), 0, _DRAWS)}


@pytest.fixture(scope="module")
def stiff() -> Squatter:
    return with_ankles(20.0, 20.0)


def test_a_stiff_ankle_is_told_with_the_depth_it_costs_and_a_free_one_is_not(stiff: Squatter) -> None:
    told, free = by_link(stiff), by_link(with_ankles(40.0, 40.0))
    assert np.rad2deg(told["ankle"].gain.value) > 30.0
    assert told["ankle"].gain.high > told["ankle"].gain.value
    assert np.rad2deg(free["ankle"].gain.value) < 1.0
    assert np.rad2deg(free["ankle"].gain.high) < 5.0
    assert told["ankle"].gain.value > 3.0 * max(told["hip"].gain.value, told["knee"].gain.value)


def test_a_gain_is_known_better_than_what_it_is_the_difference_of(stiff: Squatter) -> None:
    change = Change("knee_to_wall_deg", float(np.deg2rad(3.0)), "by")
    (gain,) = gains(stiff, (change,), 0, _DRAWS)
    widths = {name: one.high - one.low for name, one in vars(gain).items() if name in ("before", "after", "gain")}
    assert widths["gain"] < 0.6 * widths["before"]


def test_one_stiff_ankle_holds_both_legs_back_and_swapping_sides_swaps_every_answer() -> None:
    left, right = by_link(with_ankles(20.0, 40.0)), by_link(with_ankles(40.0, 20.0))
    assert (left["ankle"].side, right["ankle"].side) == ("left", "right")
    for link in ("ankle", "hip", "knee"):
        mirrored = right[link] if link != "ankle" else replace(right[link], side="left")
        assert left[link] == mirrored


def test_freeing_one_of_two_stiff_ankles_brings_nothing(stiff: Squatter) -> None:
    (gain,) = gains(stiff, (Change("knee_to_wall_deg", float(np.deg2rad(40.0)), side="left"),), 0, _DRAWS)
    assert gain.gain.value == 0.0
    assert gain.gain.high == 0.0


def test_the_same_seed_gives_the_same_answer(stiff: Squatter) -> None:
    assert gains(stiff, usual_changes(stiff), 3, _DRAWS) == gains(stiff, usual_changes(stiff), 3, _DRAWS)


@pytest.mark.parametrize(
    ("told", "bar", "held"),
    [
        (None, None, "crossed"),  # a counterweight is given to nobody unasked
        ("stretched out in front", None, "forward"),
        ("Crossed over the chest", None, "crossed"),
        ("overhead", None, "overhead"),
        ("at the sides", None, "hanging"),
        (None, "back", "crossed"),
    ],
)
def test_arms_are_held_as_people_say(told: str | None, bar: str | None, held: str) -> None:
    assert squatter_of(Person(1.75, 70.0), Protocol(arms=told, bar=bar), {}, ()).arms == held
