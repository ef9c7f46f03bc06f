"""What the page and the picture of the leg say is what the model computes with."""

import re
from dataclasses import replace

import numpy as np
import pytest

from kinechain.app.compile_model import load_model
from kinechain.body.arm_curves import arm_curves, posture_at_rest
from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import GROUPS, OTHER, group_of, without_side
from kinechain.core.types import View
from kinechain.report.anatomy_page import render_anatomy
from kinechain.report.leg_picture import Ink, draw_leg
from kinechain.report.muscle_reading import crossing, failures, leg_muscles, plain_name, read_arms, read_muscles
from kinechain.report.page import ReportContext
from kinechain.report.words import messages
from page_reader import Reader

CONTEXT = ReportContext("0.1.0", "22 November 2026", rows=())
QUADRICEPS = ("recfem_r", "vasmed_r", "vaslat_r", "vasint_r")
VASTI = QUADRICEPS[1:]


@pytest.fixture(scope="module")
def model() -> BodyModel:
    return load_model()


@pytest.fixture(scope="module")
def page(model: BodyModel) -> str:
    return render_anatomy(model, (), CONTEXT)


def foreign(model: BodyModel) -> BodyModel:
    """The same body, its right vastus medialis under a name that no textbook has."""
    strange = "quad7_r"
    muscles = tuple(replace(muscle, name=strange) if muscle.name == "vasmed_r" else muscle for muscle in model.muscles)
    fits = tuple(replace(fit, name=strange) if fit.name == "vasmed_r" else fit for fit in model.fits)
    geometry = model.geometry
    groups = tuple(
        replace(group, muscles=tuple(tuple(strange if name == "vasmed_r" else name for name in place) for place in group.muscles))
        for group in geometry.groups
    )
    names = tuple(strange if name == "vasmed_r" else name for name in geometry.muscles)
    return replace(model, muscles=muscles, fits=fits, geometry=replace(geometry, muscles=names, groups=groups))


def points_of(svg: str, kind: str) -> np.ndarray:
    paths = re.findall(rf'<path class="{kind}"[^>]* d="([^"]+)"', svg)
    return np.array([[float(number) for number in pair.split()] for path in paths for pair in re.findall(r"[-\d.]+ [-\d.]+", path)])


def polygon(path: str) -> np.ndarray:
    return np.array([[float(number) for number in pair.split()] for pair in path.split("L")])


def outside(hull: np.ndarray, point: np.ndarray) -> float:
    """How far beyond the farthest of a convex polygon's sides a point lies, below 0 inside."""
    sides = np.roll(hull, -1, axis=0) - hull
    lengths = np.maximum(np.hypot(*sides.T), 1e-9)
    across = (sides[:, 0] * (point - hull)[:, 1] - sides[:, 1] * (point - hull)[:, 0]) / lengths
    return float(-across[lengths > 0.5].min())


def test_every_muscle_of_the_model_has_words_and_no_words_are_left_over(model: BodyModel) -> None:
    ours = {without_side(muscle.name) for muscle in model.muscles}
    told = {code.split(".")[1] for code in messages() if code.startswith("muscle.")}
    assert told == ours == {name for names in GROUPS.values() for name in names}
    for reading in read_muscles(model, leg_muscles(model)):
        assert reading.plain != reading.short or reading.short in ("iliacus", "soleus")
        assert reading.origin
        assert reading.insertion


def test_no_words_of_the_page_are_left_over() -> None:
    from importlib.resources import files

    root = files("kinechain")
    sources = [
        root / "report" / "templates" / "anatomy.html.j2",
        *(root / "report" / f"{name}.py" for name in ("anatomy_page", "muscle_reading")),
        root / "app" / "anatomy.py",
        root / "cli" / "body.py",
    ]
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    made = {"anatomy.view_side", "anatomy.view_front", *(f"anatomy.col_{code}" for code in ("name", "plain", "force_n", "fit_mm"))}
    for code in messages():
        if code.startswith("anatomy.") and code not in made:
            said = rf"""["']{re.escape(code)}["']|"{code.removeprefix("anatomy.")}": """
            assert re.search(said, text), f"{code} is never said"


def test_three_quadriceps_cross_only_the_knee_and_one_crosses_hip_and_knee(model: BodyModel) -> None:
    readings = read_muscles(model, QUADRICEPS)
    assert {reading.name for reading in crossing(readings, "knee")} == set(VASTI)
    assert [reading.name for reading in crossing(readings, "hip", "knee")] == ["recfem_r"]


def test_all_four_run_over_the_kneecap_to_one_place_on_the_shin(model: BodyModel) -> None:
    muscles = [muscle for muscle in model.muscles if muscle.name in QUADRICEPS]
    assert all("patella_r" in {point.segment for point in muscle.path} for muscle in muscles)
    ends = np.array([muscle.insertion.location_m for muscle in muscles])
    assert {muscle.insertion.segment for muscle in muscles} == {"tibia_r"}
    assert np.ptp(ends, axis=0).max() < 0.015, "their ends lie within one tendon's width"


def test_the_first_sentences_of_the_page_are_the_founding_facts(page: str) -> None:
    assert "Four quadriceps pull on one kneecap." in page
    assert "Three cross only the knee, one crosses hip and knee: rectus femoris." in page
    assert "no VMO" in page


def test_the_vasti_have_no_arm_at_the_hip_and_stretch_the_knee_all_the_way(model: BodyModel) -> None:
    values = np.deg2rad(np.arange(0.0, 131.0, 5.0))
    for curve in arm_curves(model, VASTI, "knee_angle_r", values):
        assert (curve.pulled > 0.0).all()
        assert curve.direction is not None
        assert curve.direction.code == "knee_extension_moment"
    assert all((curve.arms == 0.0).all() for curve in arm_curves(model, VASTI, "hip_flexion_r", values[:10]))
    (hip,) = arm_curves(model, ("recfem_r",), "hip_flexion_r", values[:10])
    assert hip.direction is not None
    assert hip.direction.code == "hip_flexion", "of the four, the rectus femoris alone bends the hip"


def test_the_arms_told_are_those_of_the_geometry(model: BodyModel) -> None:
    (plot,) = read_arms(model, ("vasmed_r",))
    names = model.tree.coordinates
    for nth in (0, 50, 140):
        posture = posture_at_rest(model)[None, :]
        posture[0, model.tree.at["knee_angle_r"]] = plot.curves[0].values[nth]
        arm = model.geometry.moment_arms(posture, names)[0, model.geometry.muscles.index("vasmed_r"), model.tree.at["knee_angle_r"]]
        assert plot.millimetres(plot.curves[0])[nth] == pytest.approx(-1000.0 * arm, abs=1e-9)


def test_an_arm_is_how_fast_the_muscle_shortens(model: BodyModel) -> None:
    """By virtual work, without the geometry's own derivative: lengths half a thousandth of a radian apart."""
    step, bent = 5e-4, np.deg2rad(60.0)
    postures = np.tile(posture_at_rest(model), (2, 1))
    postures[:, model.tree.at["knee_angle_r"]] = (bent - step, bent + step)
    lengths = model.geometry.lengths(postures, model.tree.coordinates)[:, model.geometry.muscles.index("vaslat_r")]
    (curve,) = arm_curves(model, ("vaslat_r",), "knee_angle_r", np.array([bent]))
    assert curve.arms[0] == pytest.approx(-(lengths[1] - lengths[0]) / (2.0 * step), abs=1e-5)


def test_the_numbers_drawn_in_words_are_the_plots(model: BodyModel, page: str) -> None:
    knee = next(plot for plot in read_arms(model, QUADRICEPS) if plot.coordinate == "knee_angle_r")
    rectus = knee.curves[0]
    first, last = knee.millimetres(rectus)[0], np.interp(130.0, knee.degrees, knee.millimetres(rectus))
    assert f"rectus femoris: {first:.0f} mm at -10°, {last:.0f} mm at 130°" in page
    assert "at 140°" not in page, "the quadriceps' plot ends where the rectus femoris breaks"


def test_left_is_right_mirrored(model: BodyModel) -> None:
    right, left = (read_arms(model, [f"recfem_{side}"]) for side in "rl")
    for one, other in zip(right, left, strict=True):
        assert one.title == other.title
        np.testing.assert_allclose(one.millimetres(one.curves[0]), other.millimetres(other.curves[0]), atol=1e-9)


@pytest.mark.parametrize("view", [View.SIDE, View.FRONT])
def test_the_left_leg_drawn_is_the_right_one_in_a_mirror(model: BodyModel, view: View) -> None:
    drawn = [
        draw_leg("k", "leg", "a leg", model, posture_at_rest(model), view, {f"vasmed_{side[0]}": Ink("red")}, side)
        for side in ("right", "left")
    ]
    for kind in ("bone", "muscle"):
        right, left = (points_of(svg, kind) for svg in drawn)
        spans = [(points[:, 0].min(), points[:, 0].max(), points[:, 1].min(), points[:, 1].max()) for points in (right, left)]
        assert spans[0] == pytest.approx((-spans[1][1], -spans[1][0], *spans[1][2:]), abs=0.2)


def test_a_bent_knee_draws_the_heel_behind_and_higher(model: BodyModel) -> None:
    def shin(bend_deg: float) -> np.ndarray:
        posture = posture_at_rest(model)
        posture[model.tree.at["knee_angle_r"]] = np.deg2rad(bend_deg)
        return points_of(draw_leg("k", "leg", "a leg", model, posture, View.SIDE, {"soleus_r": Ink("red")}), "muscle")

    straight, bent = shin(0.0), shin(90.0)
    assert bent[:, 1].max() < straight[:, 1].max() - 250.0, "y runs down"
    assert bent[:, 0].min() < straight[:, 0].min() - 250.0, "a person seen from the right faces right"


def test_muscles_end_on_the_bones_that_are_drawn(model: BodyModel) -> None:
    """An origin or insertion in the picture lies on a drawn bone, or within two centimetres of its edge."""
    for view in (View.SIDE, View.FRONT):
        names = [
            name for name in leg_muscles(model) if without_side(name) != "psoas"
        ]  # it arises from the spine, which is not drawn
        everything = {name: Ink("red") for name in names}
        svg = draw_leg("k", "leg", "a leg", model, posture_at_rest(model), view, everything)
        hulls = [polygon(part) for d in re.findall(r'<path class="bone" d="M([^"]+)Z"', svg) for part in d.split("ZM")]
        for path in re.findall(r'<path class="muscle"[^>]* d="M([^"]+)Z"', svg):
            edge = polygon(path)
            half = len(edge) // 2
            for end in (0.5 * (edge[0] + edge[-1]), 0.5 * (edge[half - 1] + edge[half])):
                assert min(outside(hull, end) for hull in hulls) < 20.0


def test_a_person_seen_from_the_side_looks_the_same_whatever_way_they_face(model: BodyModel) -> None:
    posture = posture_at_rest(model)
    turned = posture.copy()
    turned[model.tree.at["pelvis_rotation"]] = np.deg2rad(130.0)
    ink = {"vaslat_r": Ink("red")}
    one, other = (points_of(draw_leg("k", "leg", "a leg", model, q, View.SIDE, ink), "muscle") for q in (posture, turned))
    np.testing.assert_allclose(one, other, atol=0.2)


def test_the_picture_draws_no_more_than_it_is_given(model: BodyModel) -> None:
    svg = draw_leg("k", "<leg>", "a & b", model, posture_at_rest(model), View.SIDE, {"vasmed_r": Ink('red"><script>', 0.5)})
    assert svg.count('class="muscle"') == 1
    assert "<script>" not in svg
    assert "&lt;leg&gt;" in svg


@pytest.mark.parametrize("asked", [(), ("vasmed_r",), ("recfem_l",), tuple(f"{name}_r" for name in GROUPS["gluteals"])])
def test_pages_are_well_formed_and_load_nothing(model: BodyModel, asked: tuple[str, ...]) -> None:
    text = render_anatomy(model, asked, CONTEXT)
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    assert not reader.all("script", "link", "iframe", "object", "img")
    assert not re.search(r'(?:src|href)="(?!#)|url\(|@import|https?://', text)
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert "7499645500d4bca9269f27fd669bd3ed3abbeccd549d87f86cd01119a1a24366" in text
    assert "Rajagopal" in text


def test_what_fails_is_what_the_fit_table_says(model: BodyModel) -> None:
    readings = read_muscles(model, leg_muscles(model))
    wrong = [one for one in readings if one.fit.jumped > 0.0 or one.fit.arm_worst_m > 0.005]
    sentences = list(failures(readings))
    assert len(sentences) == len(wrong) > 0
    for reading, sentence in zip(wrong, sentences, strict=True):
        assert sentence.startswith(reading.plain)


def test_a_muscle_without_words_goes_by_opensims_name(model: BodyModel) -> None:
    strange = foreign(model)
    (reading,) = read_muscles(strange, ("quad7_r",))
    assert (reading.plain, reading.origin, reading.group) == ("quad7", "", OTHER)
    assert "quad7" in render_anatomy(strange, (), CONTEXT)
    assert "Three cross" not in render_anatomy(strange, (), CONTEXT), "a leg of three known quadriceps is not said to have four"


def test_names_and_groups_by_hand() -> None:
    assert plain_name("vasmed_l") == "vastus medialis"
    assert [group_of(name) for name in ("soleus_r", "grac_l", "elephant")] == ["calf", "adductors", OTHER]


def test_a_model_of_one_left_leg_is_drawn_and_told_of(model: BodyModel) -> None:
    """What a researcher's own model may be: no right side at all."""
    left = replace(model, muscles=tuple(muscle for muscle in model.muscles if muscle.name.endswith("_l")))
    assert len(leg_muscles(left)) == 40
    page = render_anatomy(left, (), CONTEXT).replace("<wbr>", "")
    assert "recfem_l" in page
    assert "A left leg from the side" in page


@pytest.mark.parametrize(
    ("muscle", "said"),
    [("vasmed_r", "Crosses only the knee."), ("recfem_r", "Crosses hip and knee."), ("glmed1_r", "Crosses only the hip.")],
)
def test_the_page_of_one_muscle_says_which_joints_it_crosses(model: BodyModel, muscle: str, said: str) -> None:
    assert said in render_anatomy(model, (muscle,), CONTEXT)
