"""The people of the lab: who they are, and where their joints lie in the flesh."""

import numpy as np
import pytest

from lab.bodies import GROUPS, REGIONS, load_person
from lab.types import LANDMARKS, SEGMENTS, Person


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return [load_person(key) for key in range(120)]


def test_three_groups_share_nobody_and_hold_everybody() -> None:
    keys = [key for group in GROUPS.values() for key in group]
    assert (len(keys), len(set(keys))) == (120, 120)
    assert {name: len(keys) for name, keys in GROUPS.items()} == {"tune": 20, "calibrate": 50, "test": 50}


def test_nobody_else_is_there() -> None:
    with pytest.raises(ValueError, match="0 to 119, got 120"):
        load_person(120)


def test_the_same_key_is_the_same_person() -> None:
    first, again = load_person(7), load_person(7)
    assert np.array_equal(first.vertices, again.vertices)
    assert np.array_equal(first.skeleton.joints, again.skeleton.joints)


def test_people_are_as_different_as_people_are(people: list[Person]) -> None:
    statures = np.array([person.stature_m for person in people])
    indices = np.array([person.mass_kg / person.stature_m**2 for person in people])
    ages = [person.age_years for person in people]
    assert 1.50 <= statures.min() < 1.58
    assert 1.82 < statures.max() <= 1.95
    assert 17.5 < indices.min() < 20.5
    assert 30.0 < indices.max() < 38.5
    assert min(ages) < 25
    assert 60 < max(ages) <= 70
    assert {person.sex for person in people} == {"f", "m"}


def test_everybody_stands_on_the_floor_and_is_as_tall_as_said(people: list[Person]) -> None:
    for person in people:
        assert person.vertices[:, 1].min() == pytest.approx(0.0, abs=1e-9)
        assert np.ptp(person.vertices[:, 1]) == pytest.approx(person.stature_m, abs=2e-4)
        ankles = person.skeleton.landmark("left_ankle") + person.skeleton.landmark("right_ankle")
        assert ankles[[0, 2]] == pytest.approx([0.0, 0.0], abs=1e-9)


def test_left_and_right_mirror_each_other(people: list[Person]) -> None:
    for person in people:
        for name in (name for name in LANDMARKS if name.startswith("left_")):
            other = person.skeleton.landmark(name.replace("left_", "right_")) * [1.0, 1.0, -1.0]
            assert person.skeleton.landmark(name) == pytest.approx(other, abs=2e-3), (person.key, name)
        assert person.skeleton.landmark("right_hip")[2] > 0.05  # z points to the person's right


def test_joint_centres_lie_where_anatomy_has_them(people: list[Person]) -> None:
    """Heights over stature near de Leva's (hip .53, knee .29, ankle .04); a standing knee is nearly straight."""
    for person in people:
        height = {joint: person.skeleton.landmark(f"left_{joint}")[1] / person.stature_m for joint in ("hip", "knee", "ankle")}
        assert 0.45 < height["hip"] < 0.58
        assert 0.24 < height["knee"] < 0.33
        assert 0.035 < height["ankle"] < 0.055
        hip, knee, ankle = (person.skeleton.landmark(f"left_{joint}") for joint in ("hip", "knee", "ankle"))
        thigh, shank = (hip - knee)[:2], (knee - ankle)[:2]
        bend = np.rad2deg(np.arctan2(shank[0], shank[1]) - np.arctan2(thigh[0], thigh[1]))
        assert -2.0 < bend < 7.0
        assert 0.12 < person.skeleton.landmark("right_hip")[2] - person.skeleton.landmark("left_hip")[2] < 0.25


def test_knees_and_ankles_lie_inside_the_leg(people: list[Person]) -> None:
    """Skin lies on all four sides of a centre, at the same height."""
    for person in people[:10]:
        for joint, parts in (("knee", ("thigh_r", "shank_r")), ("ankle", ("shank_r", "foot_r"))):
            centre = person.skeleton.landmark(f"right_{joint}")
            leg = np.isin(person.carriers[:, 0], [SEGMENTS.index(part) for part in parts])
            around = person.vertices[leg & (np.abs(person.vertices[:, 1] - centre[1]) < 0.015)] - centre
            assert around[:, 0].min() < -0.015 < 0.015 < around[:, 0].max()
            assert around[:, 2].min() < -0.015 < 0.015 < around[:, 2].max()


def test_trunk_to_leg_ratio_spreads_more_than_any_one_mesh(people: list[Person]) -> None:
    ratio = []
    for person in people:
        shoulders, hips = (
            0.5 * (person.skeleton.landmark(f"left_{point}") + person.skeleton.landmark(f"right_{point}"))
            for point in ("shoulder", "hip")
        )
        ratio.append(np.linalg.norm(shoulders - hips) / person.skeleton.leg_length)
    assert np.std(ratio) > 0.04
    assert min(ratio) < 0.53
    assert max(ratio) > 0.68  # the one real man with a reference has .66


def test_every_vertex_hangs_wholly_on_segments(people: list[Person]) -> None:
    weights, carriers = people[0].weights, people[0].carriers
    assert weights.sum(axis=1) == pytest.approx(np.ones(len(weights)))
    assert weights.min() >= 0.0
    assert set(np.unique(carriers[:, 0])) == set(range(len(SEGMENTS)))


def test_the_face_has_its_parts(people: list[Person]) -> None:
    counts = np.bincount(people[0].region, minlength=len(REGIONS))
    assert (counts > 10).all()
    hair = people[0].vertices[people[0].region == REGIONS.index("hair")]
    assert hair[:, 1].min() > people[0].stature_m * 0.85
