"""A forest plot lies where its numbers say, on paper and on a terminal, and says the same in words."""

import math
import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.evidence.pooling import Reason, pooled, questions
from kinechain.report.forest import Forest, Line, Together, describe_forest, draw_forest, forest_lines
from kinechain.report.pools import forest_of, summary_sentences
from kinechain.report.words import messages

A, B = Line("Doe 2001", -1.5, -2.0, -1.0, 40), Line("Roe 2010", -0.5, -1.0, 0.0, 60)
BOTH = Together("Together, 2 studies", -1.0, -1.5, -0.5)
FOREST = Forest((A, B), BOTH, "point", ("A better", "B better"))


def middles(svg: str) -> list[float]:
    return [float(x) + 5.0 for x in re.findall(r'<rect class="mark middle" x="([-\d.]+)"', svg)]


def spans(svg: str) -> list[tuple[float, float]]:
    return [(float(low), float(high)) for low, high in re.findall(r'd="M([-\d.]+) [-\d.]+H([-\d.]+)"', svg)]


def diamond(svg: str) -> list[tuple[float, float]]:
    found = re.search(r'<polygon class="together" points="([^"]*)"', svg)
    assert found
    return [(float(x), float(y)) for x, y in (point.split(",") for point in found.group(1).split())]


def zero(svg: str) -> float:
    found = re.search(r'<line class="zero" x1="([-\d.]+)"', svg)
    assert found
    return float(found.group(1))


def test_estimates_lie_in_the_middle_of_even_intervals_and_as_far_apart_as_they_differ() -> None:
    svg = draw_forest("k", "Pain", FOREST)
    (left, right), (low, high) = spans(svg)
    first, second = middles(svg)
    assert first == pytest.approx((left + right) / 2, abs=0.2)
    assert second == pytest.approx((low + high) / 2, abs=0.2)
    assert second - first == pytest.approx(right - left, abs=0.2), "both are 1 point"
    assert zero(svg) == pytest.approx(high, abs=0.2), "Roe's interval ends at no difference"


def test_the_diamond_reaches_from_end_to_end_of_the_summary() -> None:
    svg = draw_forest("k", "Pain", FOREST)
    left, top, right, bottom = diamond(svg)
    first, second = middles(svg)
    assert (left[0], right[0]) == pytest.approx((first, second), abs=0.2)
    assert top[0] == bottom[0] == pytest.approx((first + second) / 2, abs=0.2)
    assert top[1] < left[1] == right[1] < bottom[1]


def test_half_and_twice_are_equally_far_from_no_difference_on_a_ratio_axis() -> None:
    halves = Forest((Line("Doe 2001", 0.5, 0.25, 1.0), Line("Roe 2010", 2.0, 1.0, 4.0)), None, "1", logarithmic=True, neutral=1.0)
    svg = draw_forest("k", "Odds", halves)
    first, second = middles(svg)
    assert zero(svg) - first == pytest.approx(second - zero(svg), abs=0.2)
    assert re.findall(r'class="tick"[^>]*>([^<]*)<', svg) == ["0.5", "1", "2"]


def test_a_further_study_is_drawn_dashed_and_only_where_it_can_be_told() -> None:
    three = Together("Together, 3 studies", -1.0, -1.5, -0.5, -2.4, 0.4)
    svg = draw_forest("k", "Pain", Forest((A, B), three, "point"))
    assert svg.count("dashed") == 1
    assert "A further study" in svg
    assert "dashed" not in draw_forest("k", "Pain", FOREST)
    assert "A further study" not in draw_forest("k", "Pain", FOREST)


def test_a_study_without_an_interval_has_a_mark_and_no_line() -> None:
    svg = draw_forest("k", "Pain", Forest((A, Line("Poe 2012", -1.0, math.nan, math.nan)), None, "point"))
    assert len(middles(svg)) == 2
    assert len(spans(svg)) == 1
    assert "no interval given" in svg
    assert "They are not put together." in svg


def test_a_summary_that_reaches_too_far_is_cut_and_shown_to_go_on() -> None:
    wide = Together("Together, 2 studies", -1.0, -30.0, 28.0)
    svg = draw_forest("k", "Pain", Forest((A, B), wide, "point"))
    left, _, right, _ = diamond(svg)
    assert left[0] == 14.0
    assert right[0] == 386.0
    assert svg.count("L14 ") == svg.count("L386 ") == 1
    first, second = middles(svg)
    assert second - first > 60.0, "studies stay readable"
    assert "−30.0 to 28.0" in svg, "the numbers are not cut"
    strip = next(line for line in forest_lines(Forest((A, B), wide, "point")) if line.startswith("Together"))
    assert "<###" in strip
    assert "###>" in strip


def test_the_picture_says_itself_in_words_and_carries_nothing_foreign() -> None:
    svg = draw_forest("k", "Pain <after> six weeks", Forest((Line('Doe & "Sons" 2001', -1.5, -2.0, -1.0, 40), B), BOTH, "point"))
    assert 'role="img" aria-labelledby="k-title k-desc"' in svg
    assert '<title id="k-title">Pain &lt;after&gt; six weeks</title>' in svg
    told = re.search(r'<desc id="k-desc">(.*)</desc>', svg)
    assert told
    assert told.group(1) == "Doe &amp; &quot;Sons&quot; 2001: −1.5 points (−2.0 to −1.0). Roe 2010: −0.5 points (−1.0 to 0.0). " + (
        "Together: −1.0 points (−1.5 to −0.5)."
    )
    for foreign in ("<script", "url(", "http", "style="):
        assert foreign not in svg


def test_words_stay_inside_the_picture_and_beside_each_other() -> None:
    long = Line("Nascimento, Teixeira-Salmela, Souza and Resende 2018, a review of fourteen trials", -1.5, -2.3, -0.8, 673)
    svg = draw_forest("k", "Pain", Forest((long, B), BOTH, "point"))
    rows: dict[str, int] = {}
    for y, words in re.findall(r'<text class="(?:name|value|peak)" x="[\d.]+" y="([\d.]+)"[^>]*>([^<]*)<', svg):
        rows[y] = rows.get(y, 0) + len(words)
    assert max(rows.values()) <= 46, "what fits on a phone at 15 of 400"
    places = [float(y) for y in re.findall(r' y="([\d.]+)"', svg)]
    height = re.search(r'viewBox="0 0 400 ([\d.]+)"', svg)
    assert height
    assert max(places) <= float(height.group(1))


def test_a_study_keeps_the_digits_it_was_given_with() -> None:
    told = describe_forest(Forest((Line("Doe 2001", 1.4, 0.03, 2.8), Line("Roe 2010", 8.0, 2.0, 14.0)), None, "1"))
    assert told[:2] == ["Doe 2001: 1.40 (0.03 to 2.80).", "Roe 2010: 8 (2 to 14)."]


def test_a_terminal_shows_the_same_in_plain_signs() -> None:
    lines = forest_lines(FOREST)
    assert all(line.isascii() for line in lines)
    assert max(map(len, lines)) <= 80
    doe, roe, both = (next(line for line in lines if line.startswith(name)) for name in ("Doe", "Roe", "Together"))
    assert doe.index("o", 24) < both.index("o", 24) < roe.index("o", 24)
    assert "#o#" in both
    assert "-1.5 points (-2.0 to -1.0)" in doe
    assert any("< A better  |  B better >" in line for line in lines)


numbers = st.floats(-50.0, 50.0).map(lambda number: round(number, 2))


@given(st.lists(st.tuples(numbers, st.floats(0.0, 20.0), st.floats(0.0, 20.0)), min_size=1, max_size=9), st.booleans())
def test_nothing_leaves_the_picture(rows: list[tuple[float, float, float]], ratios: bool) -> None:
    back = (lambda number: math.exp(number / 10.0)) if ratios else float
    lines = [Line(f"Doe {2000 + i}", back(m), back(m - low), back(m + high), i) for i, (m, low, high) in enumerate(rows)]
    together = Together("Together", back(0.0), back(-200.0), back(200.0), back(-300.0), back(300.0))
    for both in (None, together):
        forest = Forest(lines, both, "1", logarithmic=ratios, neutral=1.0 if ratios else 0.0)
        svg = draw_forest("k", "Pain", forest)
        for low, high in spans(svg):
            assert 13.9 <= low <= high <= 386.1
        assert len(middles(svg)) == len(lines)
        assert not re.search(r"\bnan\b", svg)
        assert max(map(len, forest_lines(forest))) <= 110


def test_stored_summaries_show_every_study_of_theirs() -> None:
    for summary in pooled().values():
        forest = forest_of(summary, lambda study: study.key)
        assert [line.name for line in forest.lines] == [key_of(effect) for effect in summary.effects]
        assert forest.together is not None
        assert draw_forest(summary.key, "What was found", forest).count('class="mark') == summary.k


def key_of(effect: str) -> str:
    from kinechain.evidence import effects

    return effects()[effect].study


def test_shares_read_as_percentages_and_have_no_place_of_no_difference() -> None:
    forest = forest_of(pooled()["long_sitting"], lambda study: study.key)
    assert (forest.unit, math.isnan(forest.neutral)) == ("%", True)
    assert 50.0 < forest.lines[0].estimate < 60.0
    assert 'class="zero"' not in draw_forest("k", "Sitting", forest)


def test_few_studies_say_what_they_cannot_tell() -> None:
    two, three = (summary_sentences(pooled()[key]) for key in ("hip_or_knee_exercise", "long_sitting"))
    assert "Two studies cannot tell" in two[1]
    assert "−2.7 to 2.0 points" in two[1]
    assert three[0].startswith("Of what sets these studies apart, 8")
    assert "54.1 to 61.6%" in three[1]


def test_every_reason_has_words_and_every_summary_says_whom_its_sides_favour() -> None:
    said = messages()
    assert {code.removeprefix("refusal.") for code in said if code.startswith("refusal.")} == set(get_args(Reason))
    favoured = {code.split(".")[1] for code in said if code.startswith("favours.")}
    assert favoured <= set(questions())
    assert favoured == {summary.key for summary in pooled().values() if summary.measure != "share"}
