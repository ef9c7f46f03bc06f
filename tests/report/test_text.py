"""The terminal says the same as the page, in the same words."""

import math

import pytest

from kinechain.core.types import Assessment, Measure, Quality
from kinechain.report.lines import Kind
from kinechain.report.numbers import show
from kinechain.report.text import film_lines, result_lines


def test_the_result_in_lines(assessment: Assessment) -> None:
    lines = result_lines(assessment)
    text = "\n".join(map(str, lines))
    assert lines[0].kind is Kind.HEADLINE
    assert "Deepest: 112° of knee flexion (96° to 129°)." in lines[0].text
    assert "Knee flexion, deepest, left leg" in text
    assert "(95° to 126°)" in text
    assert "the far leg is hidden" in text
    assert "Intervals of what is read off the picture are assumed 90% spreads" in text
    assert "nan" not in text.split()


def test_each_reason_comes_with_what_to_do(assessment: Assessment) -> None:
    lines = film_lines("bad.mp4", assessment.clips[2].quality)
    assert [line.kind for line in lines] == [Kind.REFILM, Kind.REFILM, Kind.DO]
    assert "Do this: Film exactly from the side" in lines[2].text


def test_a_good_film_is_one_line() -> None:
    assert [line.kind for line in film_lines("good.mp4", Quality())] == [Kind.OK]


def test_what_cannot_be_measured_shows_no_number(refilm: Assessment) -> None:
    text = "\n".join(map(str, result_lines(refilm)))
    assert "This cannot be measured yet." in text
    assert "°" not in text


@pytest.mark.parametrize(
    ("measure", "shown"),
    [
        (Measure("knee_flexion_peak", "left", 1, math.radians(112.4), math.radians(95.8), math.radians(129.0), "rad", ""), "112°"),
        (Measure("knee_ankle_separation_ratio", "both", 1, 1.183, 1.1, 1.27, "1", ""), "1.18"),
        (Measure("knee_ankle_separation_ratio", "both", 1, 1.183, 0.98, 1.38, "1", ""), "1.2"),
        (Measure("stance_width", "both", 1, 0.4249, 0.37, 0.48, "m", ""), "42\xa0cm"),
        (Measure("hip_height_drop", "both", 1, 52.3, 47.0, 57.0, "%", ""), "52%"),
        (Measure("thigh_inclination_peak", "left", 1, -0.001, -0.2, 0.2, "rad", ""), "0°"),
    ],
)
def test_precision_follows_the_interval(measure: Measure, shown: str) -> None:
    result = show(measure)
    assert result
    assert result.value == shown


def test_what_could_not_be_judged_has_no_number() -> None:
    assert show(Measure("toe_out", "left", None, math.nan, math.nan, math.nan, "rad", "", 0.9, "not_from_one_camera")) is None
