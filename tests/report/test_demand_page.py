"""What muscles do and what the kneecap bears, of a made-up squat: in sentences, in drawings, and on a page that escapes all."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.app.compile_model import load_model
from kinechain.core.types import Assessment, Loads, Person
from kinechain.loads.peaks import knee_flexion
from kinechain.report.curves import Frame
from kinechain.report.deepest_leg import draw_deepest, posture_of
from kinechain.report.demand_curves import at_bends, deepest_frame, over_repetition, unexplained
from kinechain.report.demand_page import draw_demand, heads_in_demand
from kinechain.report.demand_summary import read_demands
from kinechain.report.field import Axis, Band, Field
from kinechain.report.layers import Layer, Zone, draw_layer, draw_spread, draw_zone
from kinechain.report.loads_page import MotionSource, render_loads_report, render_loads_section
from kinechain.report.loads_summary import read_loads
from kinechain.report.loads_text import loads_lines
from kinechain.report.page import ReportContext, render_report
from made_loads import HEADS, METHOD_HIGH, METHOD_LOW, STRENGTHS, made_loads, made_spans, quadriceps_arm
from page_reader import Reader
from paper_squat import HEIGHT_M, MASS_KG, PRESSURE_M, SHANK_M, G, paper_loads

PERSON = Person(HEIGHT_M, MASS_KG)
HOSTILE = '"><script>alert(1)</script>.mot'
SOURCE = MotionSource(HOSTILE, "f" * 64, 210, 7.0)
CONTEXT = ReportContext("0.1.0", "22 November 2026", rows=())
LIMITS = (
    "no evidence for or against training the VMO alone",
    "when muscles switch on",
    "(VMO) and long (VML)",
    "alike for everyone",
)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert reader.open == [], "every element is closed"
    return reader


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def pull_on_paper(deepest_deg: float) -> float:
    """What the quadriceps pull (N) at the deepest moment: half the body's weight, its arm to the knee over the tendon's."""
    knee = np.deg2rad(deepest_deg)
    moment = 0.5 * MASS_KG * G * (SHANK_M * np.sin(knee / 3.0) - PRESSURE_M)
    return float(moment / quadriceps_arm(np.array(knee)))


def renamed(loads: Loads, old: str, new: str) -> Loads:
    names = [new if name == old else name for name in loads.muscles]
    return Loads(loads.dataset.assign_coords(muscle=names), loads.draws)


# --- words ---


@settings(max_examples=6, deadline=None)
@given(deepest=st.floats(60.0, 88.0))
def test_the_headline_tells_what_is_on_paper(deepest: float) -> None:
    reading = read_demands(made_loads(deepest), made_spans(1))
    share = pull_on_paper(deepest) / sum(STRENGTHS.values())
    told = re.search(r"at about (\d+)% \((\d+) to (\d+)%\)", reading.headline)
    assert told
    assert float(told[1]) == pytest.approx(100.0 * share, abs=0.6)
    assert float(told[2]) == pytest.approx(100.0 * share * 0.836, abs=0.8), "nine draws of ten scatter by 16.4 % to either side"
    assert float(told[3]) == pytest.approx(100.0 * share * 1.164, abs=0.8)
    bent = re.search(r"^Left leg, at their hardest moment, knee bent (\d+)°", reading.detail)
    assert bent
    assert float(bent[1]) == pytest.approx(deepest, abs=0.7), "no picture is taken at the very deepest"


def test_the_kneecap_is_told_as_a_range_of_both_doubts_and_a_class() -> None:
    reading = read_demands(made_loads(80.0), made_spans())
    force = (0.5 + 0.4 * np.deg2rad(80.0)) * pull_on_paper(80.0) / (MASS_KG * G)
    low, high = (f"{force * factor:.1f}" for factor in (METHOD_LOW, METHOD_HIGH))
    assert f"pressed on with {low} to {high} times body weight, knee bent 80°." in reading.kneecap
    assert "That is moderate" in reading.kneecap
    interval, method = reading.ranges
    assert interval.numbers == f"{force * 0.836:.1f} to {force * 1.164:.1f} times body weight."
    assert method.numbers == f"{low} to {high} times body weight."
    assert reading.cautions == ()


def test_a_range_within_one_class_is_told_that_class_alone() -> None:
    assert plain(read_demands(made_loads(50.0), made_spans()).kneecap).endswith("That is low.")


def test_what_is_not_explained_carries_no_class() -> None:
    reading = read_demands(made_loads(85.0, explained=False), made_spans())
    assert "so no class is given" in reading.kneecap
    assert not re.search(r"\b(low|moderate|high)\b", " ".join((reading.kneecap, reading.detail, *reading.cautions)))
    assert "does not explain that moment" in reading.detail
    share = float(unexplained(made_loads(85.0, explained=False), "left").mean())
    assert any(f"In {share:.0%} of the movement" in sentence for sentence in reading.cautions)
    lines = [line for table in reading.tables for row in table.rows for cell in row.cells if cell for line in cell.lines]
    assert "not explained" in lines


@pytest.mark.parametrize(
    ("deepest", "said"),
    [
        (104.0, "The knee bends on to 104°. Beyond 90° no number can be relied on, only a class: at the deepest it is high."),
        (118.0, "beyond 110° what the kneecap bears is not estimated at all."),
    ],
)
def test_beyond_ninety_a_class_and_beyond_a_hundred_and_ten_nothing(deepest: float, said: str) -> None:
    reading = read_demands(made_loads(deepest), made_spans())
    assert reading.cautions[0].endswith(said)
    at = re.search(r"knee bent (\d+)°", reading.kneecap)
    assert at
    assert 80 <= int(at[1]) <= 90, "the number is from where numbers are told"


def test_a_deepest_moment_without_class_says_so() -> None:
    cautions = read_demands(made_loads(104.0, explained=False), made_spans()).cautions
    assert any("does not explain the deepest moment, no class is given" in sentence for sentence in cautions)


def test_the_leg_that_works_harder_is_told_and_comes_first() -> None:
    loads = made_loads(80.0)
    dataset = loads.dataset.copy(deep=True)
    dataset["quadriceps_demand"].loc[{"side": "right"}] *= 1.2
    harder = Loads(dataset, loads.draws)
    reading = read_demands(harder, made_spans())
    assert reading.side == reading.tables[0].side == "right"
    assert [leg.side for leg in draw_demand(harder, reading.side, "k", None).legs] == ["right", "left"]


def test_the_table_has_a_column_for_every_repetition_and_a_sum_of_them_all() -> None:
    table = read_demands(made_loads(80.0, repetitions=3), made_spans(3)).tables[0]
    assert table.columns == ("Mean", "Repetition 1", "Repetition 2", "Repetition 3")
    rows = {row.code: row for row in table.rows}
    each, whole = rows["patellofemoral_impulse"].cells, rows["patellofemoral_impulse_set"].cells
    assert whole[1:] == (None, None, None)
    assert each[1] is not None
    assert whole[0] is not None
    assert float(whole[0].value) == pytest.approx(3.0 * float(each[1].value), abs=0.3)
    assert "on average over the hardest moments" in read_demands(made_loads(80.0), made_spans()).detail
    assert read_demands(made_loads(80.0)).tables[0].columns == ("Whole movement",)


def test_a_movement_whose_muscles_are_nowhere_known_says_so() -> None:
    loads = made_loads(80.0)
    nothing = loads.dataset.copy(deep=True)
    for name in nothing.data_vars:
        if (
            str(name).startswith(("quadriceps", "patello", "tibio", "activation", "muscle_force"))
            and nothing[name].dtype.kind == "f"
        ):
            nothing[name][:] = np.nan
    empty = Loads(nothing, loads.draws)
    reading = read_demands(empty)
    assert (reading.side, reading.headline) == ("", "What the muscles do is not known in this movement.")
    page = read(render_loads_report(empty, PERSON, SOURCE, CONTEXT, load_model()))
    assert "How hard the kneecap is pressed on is not known" in page.text
    assert not re.search(r"\b(nan|None)\b", page.text)


@pytest.mark.parametrize("deepest", [50.0, 118.0])
@pytest.mark.parametrize("explained", [True, False])
def test_what_the_model_cannot_say_always_stands_there(deepest: float, explained: bool) -> None:
    loads = made_loads(deepest, explained=explained)
    section, reading = read(render_loads_section(loads, PERSON)), read_loads(loads, PERSON)
    lines = " ".join(str(line) for line in loads_lines(loads, PERSON, SOURCE))
    assert reading.demand
    for words in (*LIMITS, "lever arms of all methods are doubtful"):
        assert words in section.text
        assert words in lines
        assert any(words in limit for limit in reading.demand.limits)


def test_the_terminal_says_the_same_as_the_page() -> None:
    lines = [str(line) for line in loads_lines(made_loads(80.0), PERSON, SOURCE, spans=made_spans())]
    reading = read_demands(made_loads(80.0), made_spans(), even=True)
    assert lines[:3] == [reading.headline, reading.detail, reading.kneecap]
    assert any(line.startswith("  Kneecap force, times body weight, left leg") and "methods" in line for line in lines)
    assert lines.index("Underneath: what the joints bear") < lines.index("How well it adds up")


# --- drawings ---


@settings(max_examples=6, deadline=None)
@given(deepest=st.floats(40.0, 130.0))
def test_the_heads_stacked_add_up_to_the_demand(deepest: float) -> None:
    loads = made_loads(deepest)
    bends = over_repetition(loads, "left", made_spans())
    stacked = heads_in_demand(loads, "left", bends)
    total = 100.0 * bends.middle(loads.of_leg("quadriceps_demand", "left"))
    np.testing.assert_allclose(sum(stacked.values()), total)
    for name, share in HEADS.items():
        np.testing.assert_allclose(stacked[name] / total, share)
    assert (np.diff(bends.x) >= 0.0).all(), "down, and on to the right up again"
    assert bends.x[-1] > deepest > bends.x[0]


def test_the_way_down_and_up_are_drawn_apart() -> None:
    """Twice the work on the way up shows on the right half alone."""
    loads = made_loads(80.0)
    rising = np.gradient(knee_flexion(loads, "left"), loads.time_s) < 0.0
    curve = np.where(rising, 2.0, 1.0)
    bends = over_repetition(loads, "left", made_spans())
    middle = bends.middle(curve)
    assert (middle[bends.x < 75.0] == 1.0).all()
    assert (middle[bends.x > 85.0] == 2.0).all()


def test_beyond_the_numbers_nothing_is_drawn_and_the_zones_say_why() -> None:
    loads = made_loads(118.0)
    force = at_bends(loads, "left").middle(loads.of_leg("patellofemoral_force", "left"))
    bends = at_bends(loads, "left").x
    assert np.isnan(force[bends > 91.0]).all()
    assert np.isfinite(force[bends < 89.0]).all()
    kneecap, stress, shin = draw_demand(loads, "left", "k", None).legs[0].kneecap
    for figure in (kneecap, stress):
        assert "class only" in figure.svg
        assert "not estimated" in figure.svg
        assert figure.svg.count('class="teeth left"') == 1
    assert "not estimated" not in shin.svg
    assert "teeth" not in shin.svg, "there is one way to it alone"


def test_statistics_and_methods_are_drawn_each_in_its_own_way_and_told_apart_in_words() -> None:
    kneecap = draw_demand(made_loads(80.0), "left", "k", None).legs[0].kneecap[0].svg
    assert kneecap.count('class="band left"') == kneecap.count('class="ends left"') == 1
    force = (0.5 + 0.4 * np.deg2rad(80.0)) * pull_on_paper(80.0) / (MASS_KG * G)
    told = re.search(
        r"at most ([\d.]+) times body weight, 90% interval ([\d.]+) to ([\d.]+)\. Published ways: ([\d.]+) to", kneecap
    )
    assert told
    expected = [force, 0.836 * force, 1.164 * force, METHOD_LOW * force]
    assert [float(number) for number in told.groups()] == pytest.approx(expected, rel=0.06), "medians of five degrees"


def test_what_is_not_explained_is_shaded() -> None:
    shaded, clear = (draw_demand(made_loads(90.0, explained=flag), "left", "k", None).legs[0] for flag in (False, True))
    assert (shaded.shaded, clear.shaded) == (True, False)
    assert all('class="unknown"' in figure.svg for figure in (*shaded.muscles, *shaded.kneecap))
    assert not any('class="unknown"' in figure.svg for figure in (*clear.muscles, *clear.kneecap))


def test_the_deepest_leg_is_drawn_as_deep_as_it_is_with_the_feet_level() -> None:
    model, loads = load_model(), made_loads(95.0)
    frame = deepest_frame(loads, "right")
    assert frame is not None
    posture, at = posture_of(loads, model, frame), model.tree.at
    assert np.rad2deg(posture[at["knee_angle_r"]]) == pytest.approx(95.0, abs=0.5)
    pitch = posture[at["pelvis_tilt"]] + posture[at["hip_flexion_r"]] - posture[at["knee_angle_r"]] + posture[at["ankle_angle_r"]]
    assert pitch == pytest.approx(0.0)


def test_the_harder_a_muscle_works_the_darker_it_is() -> None:
    loads = made_loads(95.0)
    dataset = loads.dataset.copy(deep=True)
    for name, share in (("soleus", 1.0), ("tibant", 0.0)):
        for end in ("", "_low", "_high"):
            dataset[f"activation{end}"].loc[{"muscle": name}] = share
    deepest = draw_deepest(Loads(dataset, loads.draws), "right", load_model(), "leg")
    assert deepest
    assert [one.name for one in deepest.heads] == ["rectus femoris", "vastus medialis", "vastus lateralis", "vastus intermedius"]
    assert (deepest.others[0].name, deepest.others[0].step) == ("soleus", 10)
    side, front = (svg for _, svg in deepest.views)
    assert "fill:var(--work-10)" in side
    assert "fill:var(--work-0)" in front
    assert "soleus 100%" in side
    assert side.count('class="muscle"') == len(loads.muscles)


def test_without_a_model_muscles_are_listed_but_no_leg_is_drawn() -> None:
    section = render_loads_section(made_loads(80.0), PERSON)
    assert 'class="leg"' not in section
    assert "Vastus lateralis" in section
    assert render_loads_section(made_loads(80.0), PERSON, model=load_model()).count('class="leg"') == 2


FIELD = Field(Axis(0.0, 10.0, (1.0, 2.0), str), Axis(0.0, 10.0, (2.0, 5.0), str), Frame(100.0, 120.0, 0.0, 100.0, 0.0, 100.0))
TENS = np.linspace(0.0, 10.0, 11)


def test_a_comb_has_its_teeth_between_its_ends_and_none_where_nothing_is_known() -> None:
    low, high = np.full(11, 2.0), np.full(11, 6.0)
    low[:5] = np.nan
    drawn = draw_spread(FIELD, Band("left", TENS, np.full(11, 4.0), low, high))
    teeth = [tuple(map(float, tooth)) for tooth in re.findall(r"M([\d.]+) ([\d.]+)V([\d.]+)", drawn)]
    assert teeth
    assert all(x >= 50.0 and (bottom, top) == (80.0, 40.0) for x, bottom, top in teeth)
    assert draw_spread(FIELD, Band("left", TENS, low, np.full(11, np.nan), high)) == ""


def test_a_zones_strokes_stay_in_it() -> None:
    drawn = draw_zone(FIELD, Zone("class-only", 6.0, 9.0, "<class>"))
    ends = [tuple(map(float, stroke)) for stroke in re.findall(r"M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)", drawn)]
    assert len(ends) > 5
    for x0, y0, x1, y1 in ends:
        assert 60.0 <= x0 < x1 <= 90.0
        assert 0.0 <= y1 < y0 <= 100.0
        assert x1 - x0 == pytest.approx(y0 - y1, abs=0.2)
    assert "&lt;class&gt;" in drawn
    assert draw_zone(FIELD, Zone("beyond", 12.0, 15.0, "none")) == ""


def test_a_layer_fills_what_lies_between_its_edges() -> None:
    drawn = draw_layer(FIELD, Layer("muscle-recfem", TENS[:2], np.array([0.0, 0.0]), np.array([5.0, 10.0])))
    assert drawn == '<path class="layer muscle-recfem" d="M0.0 50.0 10.0 0.0 10.0 100.0 0.0 100.0Z"/>'
    assert draw_layer(FIELD, Layer("muscle-recfem", TENS, np.full(11, np.nan), np.full(11, np.nan))) == ""


# --- the page ---


def test_the_page_needs_nothing_but_itself_and_escapes_what_comes_from_outside() -> None:
    loads = renamed(made_loads(118.0, explained=False), "soleus", "<img src=x>")
    dataset = loads.dataset.copy(deep=True)
    dataset["activation"].loc[{"muscle": "<img src=x>"}] = 0.9
    html = render_loads_report(Loads(dataset, loads.draws), PERSON, SOURCE, CONTEXT, load_model(), made_spans())
    page = read(html)
    assert "<img" not in html
    assert "<img src=x>" in page.text
    assert HOSTILE not in html
    for outside in ("<script", "http://", "https://", "url(", "@import"):
        assert outside not in html.lower()
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.elements:
        assert all(target in ids for target in (attributes.get("aria-labelledby") or "").split())
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("role") == "img"
    levels = [int(tag[1]) for tag, _ in page.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption"))
    assert not re.search(r"\b(nan|None)\b", page.text)


def test_muscles_come_before_moments_and_the_headline_is_theirs() -> None:
    loads = made_loads(80.0)
    page = read(render_loads_report(loads, PERSON, SOURCE, CONTEXT, spans=made_spans()))
    reading = read_loads(loads, PERSON, spans=made_spans())
    assert reading.demand
    places = [page.text.index(plain(words)) for words in (reading.demand.headline, reading.demand.kneecap, reading.headline)]
    assert places == sorted(places)
    assert page.text.index("Quadriceps together") < page.text.index("Underneath: what the joints bear")


def test_one_leg_seen_is_drawn_alone() -> None:
    page = read(render_loads_section(made_loads(80.0, side_seen="right"), PERSON, model=load_model(), spans=made_spans()))
    assert "Right leg: muscles over the repetition" in page.text
    assert "Left leg: muscles" not in page.text
    assert not page.all("details")


def test_loads_without_muscles_make_the_page_that_they_made() -> None:
    loads = paper_loads()
    assert read_loads(loads, PERSON).demand is None
    page = read(render_loads_report(loads, PERSON, SOURCE, CONTEXT, load_model(), made_spans()))
    assert next(attributes["id"] for _, attributes in page.all("section")) == "loads"
    for words in ("quadriceps", "Underneath", "What the model cannot say about muscles"):
        assert words not in page.text
    assert str(loads_lines(paper_loads(), PERSON, SOURCE)[0]) == read_loads(loads, PERSON).headline


def test_a_films_report_draws_the_leg_and_tells_its_repetitions(assessment: Assessment) -> None:
    side, front, bad = assessment.clips
    with_muscles = replace(assessment, clips=(replace(side, loads=made_loads(95.0, side_seen="left")), front, bad))
    html = render_report(with_muscles, {}, {}, CONTEXT, load_model())
    page = read(html)
    assert html.count('class="leg"') == 2
    assert "The four quadriceps together work at about" in page.text
    assert ("a", {"href": "#loads"}) in page.elements
    assert page.text.count("What the muscles do and what the kneecap bears") == 2, "in the contents and above the section"
