"""A curve's gaps stay gaps, its ticks are round, and its words say what the eye sees."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.report.curves import COMPACT, WIDE, Line, Span, draw_curve, round_ticks
from kinechain.report.ruler import Bar, draw_ruler

TIME_S = np.arange(0.0, 10.0, 0.1)
SPAN = Span(1, 2.0, 3.0, 4.0)


def line(values: np.ndarray, side: str = "left", half: float = 10.0) -> Line:
    return Line(side, values, values - half, values + half)


def bump() -> np.ndarray:
    return 8.0 + 104.0 * np.exp(-((TIME_S - 3.0) ** 2))


def path(svg: str, kind: str) -> str:
    found = re.search(rf'<path class="{kind} left" d="([^"]*)"', svg)
    assert found
    return found.group(1)


def test_an_unbroken_curve_is_one_stroke() -> None:
    svg = draw_curve("k", "Knee", TIME_S, [line(bump())], [SPAN])
    assert path(svg, "line").count("M") == 1
    assert path(svg, "band").count("Z") == 1


def test_a_gap_breaks_the_line_and_its_band() -> None:
    values = bump()
    values[40:50] = np.nan
    svg = draw_curve("k", "Knee", TIME_S, [line(values)], [SPAN])
    assert path(svg, "line").count("M") == 2
    assert path(svg, "band").count("Z") == 2
    assert not re.search(r"\bnan\b", svg)
    assert "Not measured for 1\xa0s in all" in svg


def test_no_point_is_drawn_inside_a_gap() -> None:
    values = bump()
    values[40:50] = np.nan
    numbers = [
        float(x) for x, _ in re.findall(r"([\d.]+) ([\d.]+)", path(draw_curve("k", "Knee", TIME_S, [line(values)], []), "line"))
    ]
    scale = (WIDE.right - WIDE.left) / TIME_S[-1]
    seconds = (np.array(numbers) - WIDE.left) / scale
    assert not ((seconds > 3.95) & (seconds < 4.95)).any()


def test_a_single_frame_between_gaps_is_still_seen() -> None:
    values = np.full(TIME_S.shape, np.nan)
    values[30] = 50.0
    assert "h.1" in path(draw_curve("k", "Knee", TIME_S, [line(values)], []), "line")


def test_a_film_without_angles_says_so() -> None:
    svg = draw_curve("k", "Knee", TIME_S, [line(np.full(TIME_S.shape, np.nan))], [SPAN])
    assert "Not measured in this film." in svg
    assert "<path" not in svg


def test_the_words_say_the_numbers() -> None:
    svg = draw_curve("k", "Knee flexion", TIME_S, [line(bump())], [SPAN])
    assert 'role="img"' in svg
    assert 'aria-labelledby="k-title k-desc"' in svg
    assert '<title id="k-title">Knee flexion</title>' in svg
    assert "from 8 to 112 degrees" in svg
    assert "Repetition 1: at most 112 degrees, at 3\xa0s." in svg


def test_the_deepest_moment_is_marked_where_it_is() -> None:
    svg = draw_curve("k", "Knee", TIME_S, [line(bump())], [SPAN])
    found = re.search(r'<circle class="mark left" cx="([\d.]+)"', svg)
    assert found
    assert float(found.group(1)) == pytest.approx(WIDE.left + (WIDE.right - WIDE.left) * 3.0 / TIME_S[-1], abs=0.1)


def test_two_sides_are_told_apart_without_colour() -> None:
    svg = draw_curve("k", "Knee", TIME_S, [line(bump()), line(0.9 * bump(), "right")], [SPAN])
    assert 'class="line right dashed"' in svg
    assert ">left</text>" in svg
    assert ">right</text>" in svg


def test_a_title_is_escaped() -> None:
    assert "<b>" not in draw_curve("k", "<b>", TIME_S, [line(bump())], [], frame=COMPACT)


def test_a_long_film_stays_small() -> None:
    time_s = np.arange(0.0, 600.0, 1.0 / 60.0)
    values = 50.0 + 40.0 * np.sin(time_s)
    assert len(draw_curve("k", "Knee", time_s, [Line("left", values, values - 5.0, values + 5.0)], [])) < 60_000


@given(low=st.floats(-400.0, 0.0), reach=st.floats(1.0, 800.0))
def test_ticks_are_round_even_and_hold_the_range(low: float, reach: float) -> None:
    steps = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 180.0)
    ticks = round_ticks(low, low + reach, steps, 7)
    gaps = np.diff(ticks)
    assert len(ticks) <= 7
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= low + reach - 1e-6
    np.testing.assert_allclose(gaps, gaps[0])
    if reach <= 720.0:
        assert gaps[0] in steps
        assert all(tick % gaps[0] == 0.0 for tick in ticks)


def test_the_ruler_says_every_repetition() -> None:
    svg = draw_ruler("r", "Knee flexion", [Bar(1, "left", 108.0, 94.0, 123.0), Bar(2, "left", 112.0, 97.0, 127.0)])
    assert "Repetition 2, left leg: 112°, interval 97° to 127°." in svg
    assert svg.count("<circle") == 2
