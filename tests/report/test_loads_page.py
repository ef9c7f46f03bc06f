"""The loads of a squat known on paper, in sentences, drawings and on a page that needs nothing but itself."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.core.types import Assessment, Loads, Person
from kinechain.loads.peaks import find_peaks, find_pressure_effects, find_residual, find_support
from kinechain.report.chart import Chart, Mark, draw_chart
from kinechain.report.field import Axis, Band
from kinechain.report.loads_page import MotionSource, render_loads_report, render_loads_section
from kinechain.report.loads_summary import read_loads
from kinechain.report.loads_text import loads_lines
from kinechain.report.page import ReportContext, render_report
from kinechain.report.pressure import draw_pressure, find_footings
from page_reader import Reader
from paper_squat import HEIGHT_M, MASS_KG, PRESSURE_M, SHANK_M, G, paper_loads

PERSON = Person(HEIGHT_M, MASS_KG)
HOSTILE = '"><script>alert(1)</script>.mot'
SOURCE = MotionSource(HOSTILE, "f" * 64, 210, 7.0, ("mtp_angle_r", "mtp_angle_l"))
CONTEXT = ReportContext("0.1.0", "22 November 2026", rows=())


def page_of(loads: Loads) -> tuple[str, Reader]:
    html = render_loads_report(loads, PERSON, SOURCE, CONTEXT)
    reader = Reader()
    reader.feed(html)
    assert reader.open == [], "every element is closed"
    return html, reader


def knee_on_paper(deepest_deg: float, share: float = 0.5) -> float:
    """The knee's extension moment at the deepest moment in Nm/kg."""
    return share * G * (SHANK_M * np.sin(np.deg2rad(deepest_deg) / 3.0) - PRESSURE_M)


# --- numbers ---


@settings(max_examples=25)
@given(deepest=st.floats(40.0, 130.0), right_share=st.floats(0.2, 0.8))
def test_the_largest_moment_is_the_one_on_paper(deepest: float, right_share: float) -> None:
    peaks = {(peak.code, peak.side): peak for peak in find_peaks(paper_loads(deepest, right_share))}
    for side, share in (("right", right_share), ("left", 1.0 - right_share)):
        peak = peaks["knee_extension_moment", side]
        assert peak.moment.value == pytest.approx(knee_on_paper(deepest, share), rel=0.01)
        assert np.rad2deg(peak.at_knee_flexion_rad) == pytest.approx(deepest, abs=0.5)
        assert peak.moment.low < peak.moment.value < peak.moment.high
    assert peaks["ankle_plantarflexion_moment", "left"].moment.value == pytest.approx((1.0 - right_share) * G * PRESSURE_M)


def test_a_centimetre_of_pressure_takes_its_force_times_a_centimetre_off_the_knee() -> None:
    loads = paper_loads()
    left, right = find_pressure_effects(loads, find_peaks(loads))
    assert (left.side, right.side) == ("left", "right")
    assert left.change == pytest.approx(-0.01 * 0.5 * G)
    assert left.share == pytest.approx(-0.01 * 0.5 * G / knee_on_paper(100.0), rel=0.01)


def test_shares_of_a_leg_add_up_and_a_joint_that_pulls_the_other_way_has_none() -> None:
    deep, shallow = find_support(paper_loads())[0], find_support(paper_loads(15.0))[0]
    assert sum(deep.shares.values()) == pytest.approx(1.0)
    assert deep.moments["knee"].value == pytest.approx(knee_on_paper(100.0), rel=0.01)
    assert shallow.moments["knee"].value < 0.0
    assert shallow.shares["knee"] == 0.0


@settings(max_examples=25)
@given(residual=st.floats(0.0, 200.0))
def test_the_residual_is_a_share_of_the_ground_force(residual: float) -> None:
    found = find_residual(paper_loads(residual_n=residual), HEIGHT_M)
    assert found.force_share == pytest.approx(residual / (MASS_KG * G))
    assert found.moment_share == pytest.approx(residual / (MASS_KG * G * HEIGHT_M))
    assert found.small == (found.force_share <= 0.05 and found.moment_share <= 0.01)


def test_moments_are_per_kilogram_of_the_body_not_of_what_it_carries() -> None:
    """Twice the weight under the feet, twice the moment: the load counts as force, and the body's mass stays the measure."""
    bare, loaded = (find_peaks(paper_loads(load_kg=load))[0].moment.value for load in (0.0, MASS_KG))
    assert loaded == pytest.approx(2.0 * bare)


# --- words ---


def test_it_says_the_largest_moment_and_what_it_rests_on() -> None:
    even, plates = read_loads(paper_loads(), PERSON), read_loads(paper_loads(plates=True, right_share=0.6), PERSON)
    assert even.headline.replace("\u00a0", " ") == "Knee extension moment: up to 0.8 Nm/kg (0.6 to 1.0)."
    assert even.detail == "Left leg, at 100° of knee flexion. Both legs are taken to carry the same."
    assert plates.detail == "Right leg, at 100° of knee flexion."
    assert any("without force plates" in limit for limit in even.limits)
    assert any("sideways" in limit for limit in even.limits)
    assert not any("force plates" in limit for limit in plates.limits)


def test_further_forward_is_less_for_the_knee() -> None:
    left, _ = read_loads(paper_loads(), PERSON).pressure
    assert left.replace("\u00a0", " ") == (
        "Left knee: for each centimetre that the pressure lies further forward, the knee's largest moment is 0.05 Nm/kg (6%) less; "
        "further back, as much more."
    )


def test_what_does_not_add_up_is_said() -> None:
    good, poor = read_loads(paper_loads(), PERSON), read_loads(paper_loads(residual_n=60.0), PERSON)
    assert good.trusted
    assert "at most 0.6% of the largest ground force" in good.quality
    assert not poor.trusted
    assert "8.7% of the largest ground force stays unexplained (up to 5% is fine)" in poor.quality


def test_frames_beyond_the_model_are_counted_and_said() -> None:
    reading = read_loads(paper_loads(unmodelled=slice(60, 81)), PERSON)
    assert "does not hold in 21 frames (10% of the movement), first at 2\u00a0s" in reading.unmodelled
    assert read_loads(paper_loads(), PERSON).unmodelled == ""


def test_a_movement_that_is_nowhere_modelled_still_makes_a_page() -> None:
    html, page = page_of(paper_loads(unmodelled=slice(None)))
    assert "No joint moment is known in this movement." in page.text
    assert "cannot be said" in page.text
    assert not re.search(r"\bnan\b", html)


def test_one_leg_alone_is_told_alone() -> None:
    loads = paper_loads()
    dataset = loads.dataset.copy(deep=True)
    for name in ("moment", "moment_sd", "moment_per_cop"):
        dataset[name].loc[{"side": "right"}] = np.nan
    reading = read_loads(Loads(dataset), PERSON)
    assert reading.sides == ("left",)
    assert len(reading.pressure) == len(reading.supports) == 1
    assert any("Only the left leg is known." in limit for limit in reading.limits)


def test_the_terminal_says_the_same_in_short_lines() -> None:
    lines = [str(line) for line in loads_lines(paper_loads(unmodelled=slice(0, 5)), PERSON, SOURCE)]
    words = "\n".join(lines).replace("\u00a0", " ")
    assert lines[0].startswith("Knee extension moment: up to 0.8")
    assert "  Knee extension moment, left leg         0.8 Nm/kg  (0.6 to 1.0)  100°" in words
    assert "does not hold in 5 frames" in words
    assert "2 coordinates, which were taken at rest: mtp_angle_r, mtp_angle_l" in words
    assert max(len(line) for line in lines if "Nm/kg  (" in line.replace("\u00a0", " ")) < 80


# --- the page ---


@pytest.mark.parametrize("plates", [False, True])
def test_the_page_needs_nothing_but_itself_and_everybody_finds_the_way(plates: bool) -> None:
    html, page = page_of(paper_loads(plates=plates, unmodelled=slice(60, 70)))
    assert "<script" not in html.lower()
    for outside in ("http://", "https://", "url(", "@import"):
        assert outside not in html
    assert not page.all("link", "iframe", "object", "embed", "form", "base", "img")
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.elements:
        for target in (attributes.get("aria-labelledby") or "").split():
            assert target in ids
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("role") == "img"
    levels = [int(tag[1]) for tag, _ in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption"))
    assert not re.search(r"\b(nan|None)\b", page.text)


def test_the_page_holds_every_part() -> None:
    html, page = page_of(paper_loads(unmodelled=slice(60, 70)))
    assert html.count('<svg class="curve compact') == 3 + 3 + 2
    assert html.count('class="unknown"') == 3 + 1, "shaded over time, and nowhere else"
    assert html.count('class="shares"') == 2
    for words in ("48%", "38%", "13%", "0.8", "0.6 to 1.0", "Adds up", "10 cm", "LaiUhlrich2022", "f" * 64, "175 cm, 70 kg"):
        assert words in page.text.replace("\u00a0", " "), words
    assert HOSTILE not in html
    assert HOSTILE in page.text


def test_a_load_carried_is_named() -> None:
    assert "20 kg carried" in page_of(paper_loads(load_kg=20.0))[1].text.replace("\u00a0", " ")


def test_the_section_stands_in_any_page_and_bears_its_own_sentence() -> None:
    section = render_loads_section(paper_loads(), PERSON)
    reader = Reader()
    reader.feed(section)
    assert reader.open == []
    assert [tag for tag, _ in reader.all("h1", "h2")] == ["h2"]
    assert "Knee extension moment: up to 0.8" in reader.text
    assert section.lstrip().startswith('<section id="loads"')


def test_a_films_report_carries_a_section_for_each_film_that_shows_loads(assessment: Assessment) -> None:
    side, front, bad = assessment.clips
    assert 'href="#loads"' not in render_report(assessment, {}, {}, CONTEXT)
    both = replace(assessment, clips=(replace(side, loads=paper_loads()), replace(front, loads=paper_loads(80.0)), bad))
    reader = Reader()
    reader.feed(render_report(both, {}, {}, CONTEXT))
    assert reader.open == []
    sections = [attributes["id"] for _, attributes in reader.all("section")]
    assert sections.index("curves") < sections.index("loads") < sections.index("loads-2") < sections.index("measures")
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert ("a", {"href": "#loads"}) in reader.elements


def test_two_pages_of_the_same_loads_are_the_same() -> None:
    assert page_of(paper_loads())[0] == page_of(paper_loads())[0]


# --- drawings ---

ACROSS = Axis(0.0, 10.0, (1.0, 2.0, 5.0), lambda tick: f"{tick:g} s")
UP = Axis(-0.4, 1.7, (0.5, 1.0), lambda tick: f"{tick:g}", "Nm/kg")
TIMES = np.linspace(0.0, 10.0, 101)


def band(values: np.ndarray, side: str = "left") -> Band:
    return Band(side, TIMES, values, values - 0.1, values + 0.1)


def test_a_value_is_drawn_where_its_axis_has_it() -> None:
    svg = draw_chart("k", "Knee", "words", ACROSS, UP, Chart([band(np.ones(101))], [Mark("left", 5.0, 1.0, "1.0")]))
    ticks = {
        float(label): float(y) for y, label in re.findall(r'<text class="tick" x="44.0" y="([\d.]+)"[^>]*>([-\d.]+)</text>', svg)
    }
    dot = re.search(r'<circle class="mark left" cx="([\d.]+)" cy="([\d.]+)"', svg)
    assert dot
    assert float(dot[2]) == pytest.approx(ticks[1.0])
    assert float(dot[1]) == pytest.approx(0.5 * (52.0 + 388.0))
    assert ticks[0.0] > ticks[1.0], "more is higher"


def test_a_gap_in_a_chart_stays_a_gap_and_is_shaded() -> None:
    values = np.sin(TIMES)
    values[40:60] = np.nan
    svg = draw_chart("k", "<b>", "words", ACROSS, UP, Chart([band(values)], unknown=[(4.0, 6.0)]))
    line = re.search(r'<path class="line left" d="([^"]*)"', svg)
    assert line
    assert line[1].count("M") == 2
    assert svg.count('class="unknown"') == 1
    assert "<b>" not in svg
    assert not re.search(r"\bnan\b", svg)


@settings(max_examples=25)
@given(heading=st.floats(-np.pi, np.pi))
def test_pressure_is_drawn_as_the_person_stands_whichever_way_the_room_lies(heading: float) -> None:
    loads = paper_loads()
    turn = np.array([[np.cos(heading), 0.0, np.sin(heading)], [0.0, 1.0, 0.0], [-np.sin(heading), 0.0, np.cos(heading)]])
    dataset = loads.dataset.copy(deep=True)
    dataset["centre_of_pressure"].values[:] = dataset["centre_of_pressure"].values @ turn.T
    inside = np.ones(loads.time_s.size, dtype=bool)
    for still, turned in zip(find_footings(loads, inside), find_footings(Loads(dataset), inside), strict=True):
        np.testing.assert_allclose(turned.way_cm, still.way_cm, atol=1e-6)
    left, right = find_footings(loads, inside)
    assert right.mean_cm[0] - left.mean_cm[0] == pytest.approx(24.0, abs=0.1)


def test_pressure_reaches_as_far_as_its_spread() -> None:
    left, _ = footings = find_footings(paper_loads(), np.ones(210, dtype=bool))
    assert left.reach_cm == pytest.approx((1.645, 3.29), abs=0.02)
    svg = draw_pressure("p", "Pressure", footings)
    radii = re.search(r'<ellipse class="band left"[^>]* rx="([\d.]+)" ry="([\d.]+)"', svg)
    assert radii
    assert float(radii[2]) / float(radii[1]) == pytest.approx(2.0, rel=0.03)
    assert "left leg: nine times out of ten within 3.3 cm forward and back" in svg.replace("\u00a0", " ")


def test_a_foot_that_never_bore_weight_is_not_drawn() -> None:
    dataset = paper_loads().dataset.copy(deep=True)
    dataset["centre_of_pressure"].loc[{"side": "left"}] = np.nan
    footings = find_footings(Loads(dataset), np.ones(210, dtype=bool))
    assert [foot.side for foot in footings] == ["right"]
