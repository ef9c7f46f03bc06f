"""A person's quadriceps extend the knee as people of that sex and age do, or as the person's own dynamometer says."""

import importlib.util
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.app.compile_model import load_model
from kinechain.body.model import BodyModel
from kinechain.body.scaling import scale
from kinechain.body.strength import Reading, Strength, factor_from_thickness, knee_extension, knee_extension_norm, strengthen
from kinechain.body.torque_angle import torque_angle
from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES, Person

SEATED = np.radians(85.0)
MID_RANGE = np.radians(np.linspace(40.0, 80.0, 41))
WOMAN = Person(1.66, 62.0, 30, "f")
MAN = Person(1.80, 80.0, 30, "m")

Strengthened = Callable[[Person], tuple[BodyModel, Strength]]


@pytest.fixture(scope="module")
def model() -> BodyModel:
    return load_model()


@pytest.fixture(scope="module")
def scaled(model: BodyModel) -> BodyModel:
    return scale(model, WOMAN)


@pytest.fixture(scope="module")
def strengthened(model: BodyModel) -> Strengthened:
    """The model as strong as a person without readings or weakness, made once for each."""
    return cache(lambda person: strengthen(scale(model, person), model, person))


def strongest(model: BodyModel, side: str, mass_kg: float) -> float:
    return float(knee_extension(model, side, MID_RANGE, SEATED).max()) / mass_kg


def as_people(strong: BodyModel, strength: Strength, side: str, degrees: float) -> float:
    """Return the moment of knee extension (Nm) with the factor that makes the model's shape that of people."""
    return float(knee_extension(strong, side, np.radians([degrees]), SEATED, strength.by_angle[side])[0])


def forces(model: BodyModel) -> dict[str, float]:
    return {muscle.name: muscle.max_isometric_force_n for muscle in model.muscles}


def test_the_generic_knee_is_stronger_than_peoples_knees(model: BodyModel) -> None:
    assert strongest(model, "right", model.tree.mass) == pytest.approx(4.94, abs=0.02)  # people: 3.2
    assert knee_extension(model, "right", np.radians([30.0]), 0.0)[0] / model.tree.mass == pytest.approx(5.94, abs=0.02)


@pytest.mark.parametrize(
    ("person", "norm"),
    [
        (Person(1.80, 80.0, 30, "m"), (2.92 + 3.45) / 2),
        (WOMAN, (2.08 + 2.74) / 2),
        (Person(1.60, 65.0, 75, "f"), (1.40 + 1.64) / 2),
        (Person(1.75, 75.0, 75, "m"), (1.74 + 2.16) / 2),
    ],
)
def test_knee_extension_meets_the_norm_of_sex_and_age(strengthened: Strengthened, person: Person, norm: float) -> None:
    strong, strength = strengthened(person)
    for side in SIDES:
        assert strongest(strong, side, person.mass_kg) == pytest.approx(norm, rel=1e-6)
        assert strength.source[side] == "norm"


def test_strength_falls_with_age_without_a_step() -> None:
    ages = list(range(20, 91))
    norms = [knee_extension_norm(Person(1.7, 70.0, age, "f")).value for age in ages]
    assert all(later <= earlier for earlier, later in pairwise(norms))
    assert max(earlier - later for earlier, later in pairwise(norms)) < 0.05
    assert norms[0] == norms[20] > norms[40] > norms[50] == norms[70]


def test_an_untold_sex_is_spread_over_both() -> None:
    women, men, unknown = (knee_extension_norm(Person(1.7, 70.0, 30, sex)) for sex in ("f", "m", None))
    assert unknown.value == pytest.approx(0.5 * (women.value + men.value))
    assert unknown.sd > max(women.sd, men.sd)
    assert unknown.sd**2 == pytest.approx(0.5 * (women.sd**2 + men.sd**2) + (0.5 * (men.value - women.value)) ** 2)


def test_a_dynamometer_wins_over_the_norm_on_its_own_side(model: BodyModel, strengthened: Strengthened, scaled: BodyModel) -> None:
    reading = Reading(moment=1.5 * WOMAN.mass_kg, per_kg=False, knee_flexion=np.radians(60.0), side="left")
    strong, strength = strengthen(scaled, model, WOMAN, [reading])
    assert as_people(strong, strength, "left", 60.0) / WOMAN.mass_kg == pytest.approx(1.5, rel=1e-12)
    assert strongest(strong, "right", WOMAN.mass_kg) == pytest.approx(2.41)
    assert strength.source == {"left": "reading", "right": "norm"}
    assert strength.spread["vasmed_l"] < strength.spread["vasmed_r"] < strength.spread["soleus_r"]
    healthy = forces(strengthened(WOMAN)[0])
    assert forces(strong)["soleus_l"] == pytest.approx(healthy["soleus_l"])  # a weak quadriceps says nothing of the calf


def test_a_reading_for_both_legs_yields_to_that_of_one(model: BodyModel, scaled: BodyModel) -> None:
    readings = [Reading(2.0, per_kg=True), Reading(1.6, per_kg=True, side="right")]
    strong, _ = strengthen(scaled, model, WOMAN, readings)
    assert strongest(strong, "left", WOMAN.mass_kg) == pytest.approx(2.0)
    assert strongest(strong, "right", WOMAN.mass_kg) == pytest.approx(1.6)


def test_a_weak_muscle_is_weaker_by_its_factor_and_its_neighbours_are_not(
    model: BodyModel, strengthened: Strengthened, scaled: BodyModel
) -> None:
    before = forces(strengthened(WOMAN)[0])
    after = forces(strengthen(scaled, model, WOMAN, weakness={"vasmed_l": 0.7})[0])
    assert {name: after[name] / before[name] for name in before if after[name] != before[name]} == pytest.approx({"vasmed_l": 0.7})


def test_a_reading_holds_what_is_weak_already(model: BodyModel, scaled: BodyModel) -> None:
    reading = [Reading(2.0, per_kg=True)]
    strong, _ = strengthen(scaled, model, WOMAN, reading)
    uneven, _ = strengthen(scaled, model, WOMAN, reading, {"vasmed_l": 0.7})
    assert strongest(uneven, "left", WOMAN.mass_kg) == pytest.approx(2.0)
    share = {name: forces(one)["vasmed_l"] / forces(one)["vaslat_l"] for name, one in (("even", strong), ("uneven", uneven))}
    assert share["uneven"] == pytest.approx(0.7 * share["even"])


def test_the_model_alone_is_too_strong_near_extension_and_too_weak_deep(strengthened: Strengthened) -> None:
    strong, _ = strengthened(MAN)
    near, deep = knee_extension(strong, "right", np.radians([20.0, 90.0]), SEATED) / MAN.mass_kg
    assert near > 2.23
    assert deep < 2.50  # abstract of the norm: men with an extended knee 1.34 to 2.23 Nm/kg, with a flexed one 2.50 to 3.06


@pytest.mark.parametrize(
    ("person", "extended", "mid", "flexed"),
    [(MAN, (1.34, 2.23), (2.92, 3.45), (2.50, 3.06)), (WOMAN, (1.01, 1.50), (2.08, 2.74), (2.04, 2.71))],
)
def test_with_its_factor_the_model_is_in_the_published_ranges_at_three_angles(
    strengthened: Strengthened, person: Person, extended: tuple[float, float], mid: tuple[float, float], flexed: tuple[float, float]
) -> None:
    strong, strength = strengthened(person)
    for degrees, (low, high) in ((20.0, extended), (60.0, mid), (90.0, flexed)):
        assert low < as_people(strong, strength, "right", degrees) / person.mass_kg < high


def test_the_shape_is_the_published_cosine(strengthened: Strengthened) -> None:
    strong, strength = strengthened(MAN)
    for degrees, share in ((20.0, 0.552), (40.0, 0.854), (90.0, 0.852), (110.0, 0.549)):  # cos(1.258 (angle - 1.133)), by hand
        assert as_people(strong, strength, "left", degrees) / MAN.mass_kg == pytest.approx(3.185 * share, rel=1e-3)
    assert strongest(strong, "left", MAN.mass_kg) == pytest.approx(3.185)
    assert as_people(strong, strength, "left", np.degrees(1.133)) / MAN.mass_kg == pytest.approx(3.185, rel=1e-12)


@pytest.mark.parametrize(("name", "person"), [("man", MAN), ("woman", WOMAN)])
def test_the_documented_strengths_are_the_programs(model: BodyModel, strengthened: Strengthened, name: str, person: Person) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/loads.md").read_text(encoding="utf-8")
    strong, strength = strengthened(person)
    angles = np.radians([20.0, 40.0, 60.0, 80.0, 90.0, 100.0, 110.0])
    for row, by_angle in (("model alone", None), ("with the factor", strength.by_angle["right"])):
        (cells,) = re.findall(rf"^\| {name} of 30, {row} \|((?: [\d.]+ \|){{7}})", text, re.MULTILINE)
        written = [float(cell) for cell in cells.split("|")[:-1]]
        computed = knee_extension(strong, "right", angles, SEATED, by_angle) / person.mass_kg
        assert computed == pytest.approx(written, abs=0.0051)


def test_beyond_the_angles_that_were_tested_strength_is_held(strengthened: Strengthened) -> None:
    strong, strength = strengthened(MAN)
    for inside, beyond in ((15.0, 5.0), (15.0, 0.0), (110.0, 120.0), (110.0, 140.0)):
        held = as_people(strong, strength, "left", inside)
        assert as_people(strong, strength, "left", beyond) == pytest.approx(held, rel=1e-3)
    factor = strength.by_angle["left"].at(np.radians(np.linspace(-10.0, 140.0, 601)))
    assert 0.4 < factor.min() < factor.max() < 1.8
    assert np.abs(np.diff(factor)).max() < 0.02  # no step over a quarter of a degree
    assert np.isnan(strength.by_angle["left"].at(np.array([np.nan])))


@pytest.mark.parametrize("degrees", [5.0, 20.0, 62.3, 90.0, 118.0])
def test_a_reading_is_met_at_its_own_angle_wherever_that_is(model: BodyModel, scaled: BodyModel, degrees: float) -> None:
    reading = Reading(100.0, per_kg=False, knee_flexion=np.radians(degrees), side="right")
    strong, strength = strengthen(scaled, model, WOMAN, [reading], {"vasmed_r": 0.7})
    assert as_people(strong, strength, "right", degrees) == pytest.approx(100.0, rel=1e-12)
    assert strength.by_angle["right"].spread_at(np.radians([degrees]))[0] == pytest.approx(0.0, abs=1e-12)
    assert strength.by_angle["right"].spread_at(np.radians([40.0]))[0] > 0.05


def test_readings_at_two_angles_of_the_same_curve_make_the_same_person(model: BodyModel, scaled: BodyModel) -> None:
    curve = torque_angle(WOMAN)
    made = []
    for degrees in (60.0, 95.0):
        share = float(curve.at(np.radians([degrees]))[0])
        strong, strength = strengthen(scaled, model, WOMAN, [Reading(2.0 * share, per_kg=True, knee_flexion=np.radians(degrees))])
        made.append((forces(strong)["vaslat_l"], as_people(strong, strength, "left", 80.0)))
    assert made[0] == pytest.approx(made[1], rel=1e-6)


def test_the_factor_is_one_of_capacity_alike_for_a_weak_and_a_strong_person(
    model: BodyModel, strengthened: Strengthened, scaled: BodyModel
) -> None:
    angles = np.radians(np.linspace(0.0, 130.0, 27))
    _, weak = strengthen(scaled, model, WOMAN, [Reading(1.0, per_kg=True)])
    _, healthy = strengthened(WOMAN)
    assert weak.by_angle["left"].at(angles) == pytest.approx(healthy.by_angle["left"].at(angles))
    assert healthy.by_angle["left"].at(angles) == pytest.approx(healthy.by_angle["right"].at(angles), rel=1e-6)


def test_the_shape_is_unsure_away_from_where_strength_is_known(strengthened: Strengthened) -> None:
    _, strength = strengthened(MAN)
    by_angle, angles = strength.by_angle["right"], np.radians([20.0, 1.133 * 180.0 / np.pi, 100.0])
    # by hand at 20 degrees: tan(1.258 * 0.784) = 1.509; place 1.509 * 1.258 * 0.073, width 1.509 * 0.784 * 0.073
    assert by_angle.spread_at(angles) == pytest.approx([np.hypot(0.1386, 0.0864), 0.0, 0.0996], abs=1e-3)
    later, flatter = (by_angle.at(angles, draw) / by_angle.at(angles) for draw in (np.array([1.0, 0.0]), np.array([0.0, -1.0])))
    assert later[0] < 1.0 < later[2]  # strongest deeper: weaker near extension, stronger deep
    assert flatter[0] > 1.0 < flatter[2]
    many = np.random.default_rng(1).normal(size=(2, 4000, 1))
    drawn = np.log(by_angle.at(angles, many) / by_angle.at(angles))
    assert drawn.shape == (4000, 3)
    assert drawn.std(axis=0) == pytest.approx(by_angle.spread_at(angles), rel=0.05, abs=1e-9)


def test_an_untold_sex_or_age_has_a_shape_too() -> None:
    women, men, unknown = (torque_angle(Person(1.7, 70.0, None, sex)) for sex in ("f", "m", None))
    assert (women.place.value, men.place.value) == (1.274, 1.133)  # women are strongest deeper than men
    assert unknown.place.value == pytest.approx((1.274 + 1.133) / 2)
    assert unknown.place.sd > max(men.place.sd, (1.274 - 1.133) / 2)
    assert torque_angle(Person(1.7, 70.0, 60, "m")).width.value == 1.225
    assert torque_angle(Person(1.7, 70.0, 90, "m")).width.value == 1.310


@given(age=st.integers(18, 100), sex=st.sampled_from(["f", "m", None]))
def test_people_of_all_ages_are_strongest_in_the_middle_and_weaken_to_both_sides(age: int, sex: str | None) -> None:
    share = torque_angle(Person(1.7, 70.0, age, sex)).at(np.radians(np.arange(0.0, 141.0)))
    best = int(share.argmax())
    assert 60 <= best <= 75
    assert (share > 0.3).all()
    assert share.max() <= 1.0
    assert (np.diff(share[: best + 1]) >= 0.0).all()
    assert (np.diff(share[best:]) <= 0.0).all()


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is an extra")
def test_jax_arrays_give_the_same_factor(model: BodyModel, scaled: BodyModel) -> None:
    import jax

    _, strength = strengthen(scaled, model, WOMAN, [Reading(2.0, per_kg=True, knee_flexion=1.2)])
    angles, draw = np.radians(np.linspace(-5.0, 130.0, 55).reshape(5, 11)), np.array([0.7, -1.1])
    by_angle = strength.by_angle["left"]
    with jax.enable_x64():
        there = jax.numpy.asarray(angles)
        assert isinstance(by_angle.at(there), jax.Array)
        assert np.asarray(by_angle.at(there)) == pytest.approx(by_angle.at(angles), rel=1e-12)
        assert np.asarray(by_angle.at(there, jax.numpy.asarray(draw))) == pytest.approx(by_angle.at(angles, draw), rel=1e-12)
        assert np.asarray(by_angle.spread_at(there)) == pytest.approx(by_angle.spread_at(angles), rel=1e-9)


def test_every_muscle_has_a_spread(model: BodyModel, strengthened: Strengthened) -> None:
    _, strength = strengthened(WOMAN)
    assert isinstance(strength, Strength)
    assert set(strength.spread) == {muscle.name for muscle in model.muscles}
    assert all(0.05 < sd < 0.5 for sd in strength.spread.values())


def test_a_heavier_person_of_the_same_stature_has_more_muscle(strengthened: Strengthened) -> None:
    light, heavy = (Person(1.70, mass, 30, "m") for mass in (60.0, 90.0))
    weak, strong = (forces(strengthened(person)[0]) for person in (light, heavy))
    assert strong["soleus_r"] / weak["soleus_r"] == pytest.approx(90.0 / 60.0, rel=0.02)  # knee extension goes with body mass


def test_thickness_is_force_only_within_a_wide_spread() -> None:
    equal, thin = factor_from_thickness(20.0, 20.0), factor_from_thickness(16.0, 20.0)
    assert (equal.value, equal.sd) == (1.0, 0.0)
    assert thin.value == pytest.approx(0.8)
    assert thin.value - 2.0 * thin.sd < 0.8**2 < thin.value < 1.0 < thin.value + 2.5 * thin.sd


@pytest.mark.parametrize(
    ("readings", "weakness", "said"),
    [
        ([Reading(900.0, per_kg=False)], {}, r"Expected a knee extension moment between 0\.05 and 8 Nm per kg .* got 14\.52 Nm/kg"),
        ([Reading(2.0, per_kg=True), Reading(2.1, per_kg=True)], {}, "Expected one reading of the left leg, got 2"),
        ([Reading(2.0, per_kg=True, knee_flexion=170.0)], {}, r"Expected a knee angle between -10 and 140 degrees, .* got 9740"),
        ([], {"vmo_left": 0.5}, "Expected the name of a muscle with its side, such as vasmed_l, got vmo_left"),
        ([], {"vasmed_l": 0.0}, "Expected a factor of force above 0 and up to 2 for vasmed_l, got 0.0"),
        ([], {"vasmed_l": 80.0}, "Expected a factor of force above 0 and up to 2 for vasmed_l, got 80.0"),
    ],
)
def test_what_is_no_persons_strength_is_refused_in_one_sentence(
    model: BodyModel, scaled: BodyModel, readings: list[Reading], weakness: dict[str, float], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        strengthen(scaled, model, WOMAN, readings, weakness)


def test_a_side_or_a_thickness_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="Expected the side left or right, got 'l'"):
        Reading(2.0, per_kg=True, side="l")
    with pytest.raises(UsageError, match="Expected two thicknesses above 0"):
        factor_from_thickness(0.0, 20.0)
