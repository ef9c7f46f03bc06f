"""Every exercise is drawn at its start and its end: limbs as long as they are, feet on the ground, all of it inside its picture."""

import math
import re
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kinechain.program.catalogue import catalogue
from kinechain.report.exercise_feet import CLOSE
from kinechain.report.exercise_pictures import SCENES, draw_exercise, drawn, lies
from kinechain.report.posed_figure import LIMB
from kinechain.report.reaching_figure import (
    UPRIGHT,
    Camera,
    Foot,
    Hand,
    Pose,
    bent,
    draw_person,
    knee_flexion,
    lay_out_pose,
    lifted,
)

ALL = tuple(catalogue())
#: What reaches past the outermost points: half of the widest line.
LINE = 2.5
#: Drawn with a foot in the air, or lying: what is not to stand.
FLY = {("two_leg_jump", "end"), ("hop", "end"), ("walk_run", "end"), ("easy_run", "end"), ("longer_run", "end")}
LIE = ("straight_leg_raise", "lying_knee_to_chest", "bridge", "single_leg_bridge", "quadriceps_set", "hip_thrust")
ON_THE_SIDE = ("clam", "side_lying_abduction", "side_bridge")
#: How far a drawn bend may lie beside the catalogue's (degrees): somebody who stands upright is drawn with 8.
BESIDE = 9.0


def moments(code: str) -> dict[str, Pose]:
    return {"start": SCENES[code].start, "end": SCENES[code].end}


def sole(pose: Pose, side: str) -> float:
    points = lay_out_pose(pose)
    return float(min(points[f"{side}_{name}"][1] - LIMB[name] for name in ("heel", "foot_index")))


class Outermost(HTMLParser):
    """Follows groups into each other and keeps every place of paths, circles and rectangles, as the picture shows it."""

    def __init__(self) -> None:
        super().__init__()
        self.groups = [(1.0, 0.0, 0.0)]
        self.places: list[tuple[float, float]] = []
        self.box = (0.0, 0.0)
        self.classes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.classes |= set(told.get("class", "").split())
        if tag == "svg":
            _, _, width, height = map(float, told["viewbox"].split())
            self.box = (width, height)
        if tag == "g":
            self.groups.append(self._within(told.get("transform", "")))
        if tag == "path" and "transform" not in told:
            self._path(told["d"])
        if tag == "circle" and "cx" in told:
            x, y, r = (float(told[name]) for name in ("cx", "cy", "r"))
            self._keep([(x - r, y - r), (x + r, y + r)])
        if tag == "rect":
            x, y, width, height = (float(told[name]) for name in ("x", "y", "width", "height"))
            self._keep([(x, y), (x + width, y + height)])
        if tag == "text":
            self._keep([(float(told["x"]), float(told["y"]) - 12.0), (float(told["x"]) + 10.0, float(told["y"]))])

    def handle_endtag(self, tag: str) -> None:
        if tag == "g":
            self.groups.pop()

    def _within(self, transform: str) -> tuple[float, float, float]:
        scale, x, y = self.groups[-1]
        for kind, values in re.findall(r"(\w+)\(([^)]*)\)", transform):
            numbers = [float(value) for value in values.split()]
            if kind == "translate":
                x, y = x + scale * numbers[0], y + scale * numbers[1]
            elif kind == "scale":
                scale *= numbers[0]
        return scale, x, y

    def _path(self, way: str) -> None:
        for letter, values in re.findall(r"([A-Za-z])([^A-Za-z]*)", way):
            numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", values)]
            if letter in "MLQC":
                self._keep(list(zip(numbers[::2], numbers[1::2], strict=True)))

    def _keep(self, places: list[tuple[float, float]]) -> None:
        scale, x, y = self.groups[-1]
        self.places += [(x + scale * across, y + scale * down) for across, down in places]


@cache
def picture(code: str) -> str:
    return draw_exercise(code)


def outermost(svg: str) -> Outermost:
    seen = Outermost()
    seen.feed(svg)
    seen.close()
    return seen


# --- Every exercise ---


def test_every_exercise_of_the_catalogue_is_drawn_and_nothing_else() -> None:
    assert set(SCENES) == set(ALL)


@pytest.mark.parametrize("code", ALL)
def test_start_and_end_differ(code: str) -> None:
    start, end = (draw_exercise(code, which, key="one") for which in ("start", "end"))
    assert re.sub(r"<title.*?</title>|<text.*?</text>", "", start) != re.sub(r"<title.*?</title>|<text.*?</text>", "", end)
    held = SCENES[code].start == SCENES[code].end
    assert held == (code in {*CLOSE, "isometric_knee_extension", "single_leg_stand_eyes_shut"})


@pytest.mark.parametrize("code", ALL)
def test_everything_lies_inside_its_picture(code: str) -> None:
    seen = outermost(picture(code))
    across, down = np.array(seen.places).T
    width, height = seen.box
    assert across.min() > -LINE
    assert down.min() > -LINE
    assert across.max() < width + LINE
    assert down.max() < height + LINE
    assert width == 208.0
    assert height <= 194.0
    alone = outermost(draw_exercise(code, "end")).box
    assert alone == pytest.approx((208.0, 0.5 * height) if lies(code) else (104.0, height), abs=0.1)


@pytest.mark.parametrize("code", ALL)
def test_nobody_sinks_into_the_ground_or_hovers_over_it(code: str) -> None:
    for moment, pose in moments(code).items():
        points = lay_out_pose(pose)
        lowest = min(point[1] - LIMB.get(name.partition("_")[2], 0.0) for name, point in points.items())
        assert lowest > -1.2
        lowest_sole = min(sole(pose, "right"), sole(pose, "left"))
        if (code, moment) in FLY:
            assert lowest_sole > 10.0
        elif code not in (*LIE, *ON_THE_SIDE, "leg_press"):
            # on the floor, or on what was drawn to stand on
            stands_on = {"low_step_up": 10.0, "lateral_step_up": 17.0, "step_up": 20.0, "step_down": 12.0}.get(code, 0.0)
            assert min(abs(lowest_sole), abs(lowest_sole - stands_on)) < 1.0


@pytest.mark.parametrize("code", LIE)
def test_who_lies_or_sits_on_the_floor_touches_it(code: str) -> None:
    points = lay_out_pose(SCENES[code].start)
    assert points["middle_hip"][1] == pytest.approx(10.0, abs=5.5)


def test_both_feet_stand_in_squats_lunges_and_stretches() -> None:
    for code in ("squat", "deep_squat", "wall_sit", "split_squat", "forward_lunge", "calf_stretch", "knee_over_toe_drill"):
        for pose in moments(code).values():
            assert max(abs(sole(pose, side)) for side in ("right", "left")) < 1.0, code


@pytest.mark.parametrize("code", [code for code in ALL if catalogue()[code].flexion_rad])
def test_the_knee_is_drawn_as_bent_as_the_catalogue_says(code: str) -> None:
    """At its most bent no further, and at the end of some moment within: many begin from standing upright."""
    least, most = (math.degrees(bend) for bend in catalogue()[code].flexion_rad or (0.0, 0.0))
    working = SCENES[code].working
    bends = [knee_flexion(lay_out_pose(pose), side) for pose in moments(code).values() for side in working]
    assert any(least - BESIDE <= bend <= most + BESIDE for bend in bends)
    if code != "sitting_break":  # which begins on the chair
        assert max(bends) < most + BESIDE


def test_the_leg_that_works_is_marked_and_one_alone_where_one_works() -> None:
    for code, one in catalogue().items():
        marked = SCENES[code].working
        assert set(marked) <= {"right", "left"}
        if one.part != "activity":
            assert (len(marked) == 1) == one.one_sided, code
        assert 'class="bones tested"' in picture(code)


def test_an_arrow_tells_where_to_move_only_at_the_end() -> None:
    for code in ALL:
        heads = [sum("move-head" in bit.svg for bit in drawn(code, moment)) for moment in ("start", "end")]
        assert heads == [0, 0 if SCENES[code].arrow is None else 1], code


def test_what_is_needed_stands_in_the_picture() -> None:
    """Bands, weights and what one sits or steps on are drawn where the catalogue says that they are needed."""
    kinds = {"band": "rubber", "weight": "weight", "barbell": "plate", "machine": "weight", "chair": "prop", "step": "prop"}
    for code, one in catalogue().items():
        svg = "".join(bit.svg for bit in drawn(code, "end"))
        for need in one.equipment:
            assert f'class="{kinds.get(need, "prop")}"' in svg, f"{code} without {need}"


def test_feet_are_shown_from_near_by_where_feet_are_exercised() -> None:
    assert set(CLOSE) == {code for code, one in catalogue().items() if one.area == "foot"}
    for code in CLOSE:
        assert picture(code).count('class="near-by"') == 2


def test_a_picture_has_a_name_and_its_own_ids() -> None:
    once, again = draw_exercise("squat"), draw_exercise("squat", key="again")
    assert '<title id="exercise-squat-both-title">Squat: how it starts (1) and how it ends (2)</title>' in once
    assert 'aria-labelledby="again-title"' in again
    assert draw_exercise("squat") == once


def test_every_class_of_the_pictures_has_a_style() -> None:
    sheet = (files("kinechain.report") / "templates" / "exercise_pictures.css").read_text(encoding="utf-8")
    used = set().union(*(outermost(picture(code)).classes for code in ALL))
    assert {name for name in used if not re.search(rf"\.{name}\b", sheet)} <= {"near", "arm", "top"}


# --- People who reach ---


def test_somebody_upright_is_as_tall_as_their_parts() -> None:
    points = lay_out_pose(Pose((0.0, UPRIGHT)))
    assert pytest.approx(8.5 + 41.0 + 42.0 + 0.4) == UPRIGHT
    assert points["right_ankle"][:2] == pytest.approx([0.0, 8.9], abs=1e-2)
    assert knee_flexion(points, "left") == pytest.approx(0.0, abs=1.0)


def test_hips_over_a_bent_leg_bend_the_knee_as_asked() -> None:
    pose = Pose(bent(90.0, 30.0), right=Foot(), left=Foot())
    points = lay_out_pose(pose)
    shank = points["right_knee"] - points["right_ankle"]
    assert knee_flexion(points, "right") == pytest.approx(90.0)
    assert math.degrees(math.atan2(shank[0], shank[1])) == pytest.approx(30.0)


def test_a_heel_rises_over_toes_that_stay() -> None:
    flat, raised = (lay_out_pose(Pose((0.0, 60.0), right=Foot(up=up))) for up in (0.0, -40.0))
    assert raised["right_foot_index"] == pytest.approx(flat["right_foot_index"])
    assert raised["right_heel"][1] > flat["right_heel"][1] + 10.0


def test_on_the_left_side_the_right_leg_is_above_and_the_head_to_the_right_of_who_looks_on() -> None:
    points = lay_out_pose(Pose(rolled=90.0, laid=(0.0, 20.0, 0.0)))
    assert points["right_knee"][1] > points["left_knee"][1]
    assert Camera(90.0).sees(points["head"])[0] > Camera(90.0).sees(points["middle_hip"])[0]


def test_from_the_side_forward_is_right_and_from_the_front_their_right_is_left() -> None:
    assert Camera().sees((3.0, 2.0, 1.0)) == pytest.approx((3.0, -2.0))
    assert Camera(90.0).sees((3.0, 2.0, 1.0)) == pytest.approx((-1.0, -2.0))
    assert Camera(0.0, 90.0).sees((3.0, 2.0, 1.0)) == pytest.approx((3.0, 1.0))


def test_one_hand_stands_for_both_each_to_its_own_side() -> None:
    points = lay_out_pose(Pose(hands=Hand((40.0, 120.0, 15.0))))
    assert points["right_wrist"] == pytest.approx([40.0, 120.0, 15.0])
    assert points["left_wrist"] == pytest.approx([40.0, 120.0, -15.0])


places = st.floats(-60.0, 60.0)


@settings(max_examples=60, deadline=None)
@given(x=places, y=st.floats(0.0, 40.0), out=st.floats(-20.0, 40.0), up=st.floats(-80.0, 120.0), height=st.floats(30.0, 91.0))
def test_limbs_are_as_long_wherever_they_reach(x: float, y: float, out: float, up: float, height: float) -> None:
    assume(math.hypot(x, y - height, out) > 2.0)
    assume(math.hypot(x - 17.1, y + 40.0 - height - 47.0, 7.0) > 2.0)
    foot, hand = lifted(x, y, up, out), Hand((x, y + 40.0, 10.0))
    points = lay_out_pose(Pose((0.0, height), 20.0, right=foot, left=Foot(), right_hand=hand))

    def long(first: str, second: str) -> float:
        return float(np.linalg.norm(points[first] - points[second]))

    assert long("right_hip", "right_knee") == pytest.approx(42.0)
    assert long("right_knee", "right_ankle") == pytest.approx(41.0)
    assert long("right_shoulder", "right_elbow") == pytest.approx(28.0)
    assert long("right_elbow", "right_wrist") == pytest.approx(27.0)
    assert long("right_ankle", "right_foot_index") == pytest.approx(math.hypot(18.0, 0.8 * 8.5))
    wanted = np.array([x, y, 8.5 + out])
    if 2.0 < np.linalg.norm(wanted - points["right_hip"]) < 82.9:
        assert points["right_ankle"] == pytest.approx(wanted, abs=1e-6)


def test_a_person_is_drawn_within_the_box_that_is_told() -> None:
    person = draw_person(SCENES["hip_hinge"].end, Camera())
    across, down = np.array(outermost(person.svg).places).T
    left, top, right, bottom = person.box
    assert left - 0.1 <= across.min()
    assert across.max() <= right + 0.1
    assert top - 0.1 <= down.min()
    assert down.max() <= bottom + 0.1
