"""The drawn knee: every place can be touched, reached by keyboard and told; left is the mirror of right; nothing runs or loads."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from kinechain.core.types import SIDES, View
from kinechain.report import environment
from kinechain.report.context import ReportContext
from kinechain.report.intake_text import option_words
from kinechain.report.knee_picture import WIDTH
from kinechain.report.pain_map import PLACES, VIEWS, draw_knee, regions, render_pain_map
from page_reader import Reader

#: The narrowest picture on a phone of 360 pixels: its page has margins of 20 pixels, which the picture takes back by 12.
_PHONE_PX = 360.0 - 2.0 * 20.0 + 2.0 * 12.0 - 2.0
_LEAST_PX = 44.0
BESIDE = ("groin", "all_over")


def page(side: str = "both") -> Reader:
    reader = Reader()
    reader.feed(render_pain_map(side, ReportContext("0", made_on="2026-01-01", rows=())))
    assert not reader.open
    return reader


def outline(path: str) -> np.ndarray:
    """Return points along a path of moves, lines and cubic curves, as (x, y)."""
    tokens = re.findall(r"[MCLZ]|-?[\d.]+", path)
    points: list[np.ndarray] = []
    at, kind, i = np.zeros(2), "", 0
    while i < len(tokens):
        if tokens[i].isalpha():
            kind, i = tokens[i], i + 1
            continue
        take = 6 if kind == "C" else 2
        numbers = np.array([float(token) for token in tokens[i : i + take]]).reshape(-1, 2)
        if kind == "C":
            t = np.linspace(0.0, 1.0, 20)[:, None]
            a, b, c = numbers
            points += list((1 - t) ** 3 * at + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t**2 * b + t**3 * c)
        else:
            points.append(numbers[0])
        at, i = numbers[-1], i + take
    return np.array(points)


def inside(point: tuple[float, float], corners: np.ndarray) -> bool:
    """Tell whether a point lies in a polygon, by how often a ray to the right crosses its edge."""
    x, y = point
    (x0, y0), (x1, y1) = corners.T, np.roll(corners, -1, axis=0).T
    crosses = (y0 > y) != (y1 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return bool(np.sum(crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))) % 2)


PLACED = [(view, code) for view in VIEWS for code in PLACES[view]]


@pytest.mark.parametrize(("view", "code"), PLACED)
def test_a_place_is_large_enough_for_a_finger_on_a_small_phone(view: View, code: str) -> None:
    corners = outline(PLACES[view][code].path)
    width, height = np.ptp(corners, axis=0) * _PHONE_PX / WIDTH
    assert min(width, height) >= _LEAST_PX


@pytest.mark.parametrize(("view", "code"), PLACED)
def test_its_number_stands_in_it_and_in_no_other(view: View, code: str) -> None:
    place = PLACES[view][code]
    holds = [other for other, each in PLACES[view].items() if inside((place.x, place.y), outline(each.path))]
    assert holds == [code]


@pytest.mark.parametrize("view", VIEWS)
def test_places_do_not_lie_on_each_other(view: View) -> None:
    shapes = {code: outline(place.path) for code, place in PLACES[view].items()}
    for one, other in combinations(shapes, 2):
        shared = [point for point in shapes[one] if inside((point[0], point[1]), shapes[other])]
        assert len(shared) <= 0.1 * len(shapes[one]), f"{one} lies on {other}"


def test_the_inner_side_is_where_it_is_in_a_body() -> None:
    """Somebody who faces you has the inner side of the right knee on your right; seen from behind it is on your left."""
    front, back = PLACES[View.FRONT], PLACES[View.REAR]
    assert front["outer_rim"].x < front["kneecap"].x < front["inner_rim"].x
    assert back["back_inner"].x < back["back_hollow"].x < back["back_outer"].x
    assert front["above_kneecap"].y < front["kneecap"].y < front["below_kneecap"].y < front["shin_bump"].y


def test_every_place_of_the_question_is_on_the_page_once_for_each_knee() -> None:
    drawn = [code for _, code in PLACED]
    assert sorted((*drawn, *BESIDE)) == sorted(regions())
    links = [attributes["href"] for _, attributes in page().all("a") if "place" in (attributes.get("class") or "")]
    assert sorted(links) == sorted(f"#{side}-{code}" for side in SIDES for code in regions())


def test_a_left_knee_is_a_right_one_mirrored() -> None:
    for view in VIEWS:
        places = {side: dict(badges(draw_knee("k", side, view, lambda code: f"#{code}"))) for side in SIDES}
        assert places["left"].keys() == places["right"].keys()
        for code, x in places["right"].items():
            assert x + places["left"][code] == pytest.approx(WIDTH)
    assert (sides("right", View.FRONT), sides("left", View.FRONT)) == (["outer", "inner"], ["inner", "outer"])
    assert (sides("right", View.REAR), sides("left", View.REAR)) == (["inner", "outer"], ["outer", "inner"])


def sides(side: str, view: View) -> list[str]:
    """Return the words for the sides of a picture from left to right."""
    found = re.findall(r'class="which" x="([\d.]+)"[^>]*>(\w+)', draw_knee("k", side, view, str))
    return [word for _, word in sorted(found, key=lambda one: float(one[0]))]


def badges(svg: str) -> list[tuple[str, float]]:
    return [(code, float(x)) for code, x in re.findall(r'class="place (\w+)".*?<circle class="badge" cx="([\d.]+)"', svg)]


def test_each_link_leads_to_a_mark_and_a_card_with_name_and_number() -> None:
    reader = page("right")
    ids = {attributes["id"] for _, attributes in reader.elements if attributes.get("id")}
    for number, code in enumerate(regions(), start=1):
        assert f"right-{code}" in ids
        name = option_words("where", code)
        assert f"{name[:1].upper()}{name[1:]} Type {number}" in reader.text
        assert f'where = ["{code}"]' in reader.text


def test_the_style_shows_the_card_and_marks_the_place_of_each_code() -> None:
    sheet = (Path(environment.__file__).parent / "templates" / "pain_map.css").read_text(encoding="utf-8")
    for code in regions():
        assert f".map-knee:has(.mark-{code}:target) .card-{code}" in sheet
        marked = f".mark-{code}:target ~ ul .{code}" if code in BESIDE else f".mark-{code}:target ~ svg .{code} .area"
        assert marked in sheet
    assert set(re.findall(r"\.card-(\w+)", sheet)) == set(regions())


def test_places_are_reached_by_keyboard_in_the_order_of_their_numbers_and_have_names() -> None:
    for view in VIEWS:
        labels = re.findall(r'<a class="place \w+" href="[^"]+" aria-label="(\d+): ([^"]+)"', draw_knee("k", "left", view, str))
        numbers = [int(number) for number, _ in labels]
        assert numbers == sorted(numbers)
        assert [name for _, name in labels] == [option_words("where", regions()[number - 1]) for number in numbers]


def test_a_form_says_where_places_lead_and_which_are_chosen() -> None:
    svg = draw_knee("k", "right", View.FRONT, lambda code: f"?where={code}&knee=1", chosen=("kneecap",))
    assert 'href="?where=inner_rim&amp;knee=1"' in svg
    assert re.findall(r'class="place (\w+)"[^>]*aria-current="true"', svg) == ["kneecap"]


def test_the_page_runs_nothing_loads_nothing_and_has_each_id_once() -> None:
    reader = page()
    assert not reader.all("script", "img", "iframe", "object", "form")
    ids = [attributes["id"] for _, attributes in reader.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for _, attributes in reader.elements:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src"):
            assert (attributes.get(name) or "#").startswith("#")


def test_one_knee_is_a_page_of_its_own() -> None:
    assert {"#left-kneecap"} == {
        attributes["href"] for _, attributes in page("left").all("a") if (attributes["href"] or "").endswith("-kneecap")
    }
