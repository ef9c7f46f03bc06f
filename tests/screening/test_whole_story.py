"""From a typed test to the sentence, through the predicted squat: who has stiff ankles is told so, who has free ones is not."""

import math
from functools import cache

import pytest

from kinechain.app.whatif import gains, squatter_of, usual_changes
from kinechain.core.types import FindingVerdict, Gain, Measure, Person, Protocol
from kinechain.report.words import say
from kinechain.screening.findings import find
from kinechain.screening.limiting import limiting
from kinechain.screening.typed import read_typed

MAN = Person(1.75, 70.0, 30, "m")


def ankles(left: float, right: float) -> tuple[Measure, ...]:
    return (read_typed("knee_to_wall_deg", "left", left, MAN), read_typed("knee_to_wall_deg", "right", right, MAN))


@cache
def brought(left: float, right: float) -> tuple[Gain, ...]:
    squatter = squatter_of(MAN, Protocol(), {}, ankles(left, right))
    ankle = [change for change in usual_changes(squatter) if change.measure == "knee_to_wall_deg"]
    return gains(squatter, ankle, seed=0, draws=20)


def answer(left: float, right: float, aim: str = "deep") -> tuple[str, set[tuple[str, str]], str]:
    findings = find({"": ankles(left, right)}, MAN, Protocol(), brought(left, right), aim)
    limits, code, parameters, _ = limiting(findings, brought(left, right), aim)
    limited = {(one.code, one.side) for one in findings if one.verdict is FindingVerdict.LIMITS}
    sides = {side for _, side in limited}
    together = {"both"} if sides == {"left", "right"} else sides  # one change frees both ankles: one limit
    assert {(limit.link, limit.side) for limit in limits} == {("ankle", side) for side in together}
    return code, limited, say(code, **parameters)


@pytest.mark.parametrize(("aim", "squat"), [("deep", "a deep squat"), ("parallel", "a squat with level thighs")])
def test_twenty_degrees_of_ankle_are_told_the_ankle_with_the_depth_it_costs_and_forty_are_not(aim: str, squat: str) -> None:
    code, limited, words = answer(20, 20, aim)
    assert (code, limited) == ("answer.one_link", {("knee_to_wall_deg", "left"), ("knee_to_wall_deg", "right")})
    (ankle,) = brought(20, 20)
    assert f"would bring about {math.degrees(ankle.gain.value):.0f}°" in words
    assert "the ankle (both sides) holds your squat back" in words
    code, limited, words = answer(40, 40, aim)
    assert (code, limited) == ("answer.nothing", set())
    assert f"ankles and your balance allow {squat}" in words


def test_whoever_only_wants_to_sit_down_is_not_told_the_ankle() -> None:
    assert answer(20, 20, "chair")[:2] == ("answer.nothing", set())


@pytest.mark.parametrize(("left", "right", "side", "words"), [(20, 40, "left", "left side"), (40, 20, "right", "right side")])
def test_swap_left_and_right_and_the_answer_swaps(left: float, right: float, side: str, words: str) -> None:
    code, limited, said = answer(left, right)
    assert (code, limited) == ("answer.one_link", {("knee_to_wall_deg", side)})
    assert f"the ankle ({words}) holds your squat back" in said
    other = answer(right, left)[2]
    assert other.replace("left side", "?").replace("right side", "left side").replace("?", "right side") == said
