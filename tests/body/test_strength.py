"""A person's quadriceps extend the knee as people of that sex and age do, or as the person's own dynamometer says."""

from itertools import pairwise

import numpy as np
import pytest

from kinechain.app.compile_model import load_model
from kinechain.body.model import BodyModel
from kinechain.body.scaling import scale
from kinechain.body.strength import Reading, Strength, factor_from_thickness, knee_extension, knee_extension_norm, strengthen
from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES, Person

SEATED = np.radians(85.0)
MID_RANGE = np.radians(np.linspace(40.0, 80.0, 41))
WOMAN = Person(1.66, 62.0, 30, "f")


@pytest.fixture(scope="module")
def model() -> BodyModel:
    return load_model()


@pytest.fixture(scope="module")
def scaled(model: BodyModel) -> BodyModel:
    return scale(model, WOMAN)


def strongest(model: BodyModel, side: str, mass_kg: float) -> float:
    return float(knee_extension(model, side, MID_RANGE, SEATED).max()) / mass_kg


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
def test_knee_extension_meets_the_norm_of_sex_and_age(model: BodyModel, person: Person, norm: float) -> None:
    strong, strength = strengthen(scale(model, person), model, person)
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


def test_a_dynamometer_wins_over_the_norm_on_its_own_side(model: BodyModel, scaled: BodyModel) -> None:
    reading = Reading(moment=1.5 * WOMAN.mass_kg, per_kg=False, knee_flexion=np.radians(60.0), side="left")
    strong, strength = strengthen(scaled, model, WOMAN, [reading])
    at_sixty = np.radians([60.0])
    assert knee_extension(strong, "left", at_sixty, SEATED)[0] / WOMAN.mass_kg == pytest.approx(1.5)
    assert strongest(strong, "right", WOMAN.mass_kg) == pytest.approx(2.41)
    assert strength.source == {"left": "reading", "right": "norm"}
    assert strength.spread["vasmed_l"] < strength.spread["vasmed_r"] < strength.spread["soleus_r"]
    healthy = forces(strengthen(scaled, model, WOMAN)[0])
    assert forces(strong)["soleus_l"] == pytest.approx(healthy["soleus_l"])  # a weak quadriceps says nothing of the calf


def test_a_reading_for_both_legs_yields_to_that_of_one(model: BodyModel, scaled: BodyModel) -> None:
    readings = [Reading(2.0, per_kg=True), Reading(1.6, per_kg=True, side="right")]
    strong, _ = strengthen(scaled, model, WOMAN, readings)
    assert strongest(strong, "left", WOMAN.mass_kg) == pytest.approx(2.0)
    assert strongest(strong, "right", WOMAN.mass_kg) == pytest.approx(1.6)


def test_a_weak_muscle_is_weaker_by_its_factor_and_its_neighbours_are_not(model: BodyModel, scaled: BodyModel) -> None:
    before = forces(strengthen(scaled, model, WOMAN)[0])
    after = forces(strengthen(scaled, model, WOMAN, weakness={"vasmed_l": 0.7})[0])
    assert {name: after[name] / before[name] for name in before if after[name] != before[name]} == pytest.approx({"vasmed_l": 0.7})


def test_a_reading_holds_what_is_weak_already(model: BodyModel, scaled: BodyModel) -> None:
    reading = [Reading(2.0, per_kg=True)]
    strong, _ = strengthen(scaled, model, WOMAN, reading)
    uneven, _ = strengthen(scaled, model, WOMAN, reading, {"vasmed_l": 0.7})
    assert strongest(uneven, "left", WOMAN.mass_kg) == pytest.approx(2.0)
    share = {name: forces(one)["vasmed_l"] / forces(one)["vaslat_l"] for name, one in (("even", strong), ("uneven", uneven))}
    assert share["uneven"] == pytest.approx(0.7 * share["even"])


def test_every_muscle_has_a_spread(model: BodyModel, scaled: BodyModel) -> None:
    _, strength = strengthen(scaled, model, WOMAN)
    assert isinstance(strength, Strength)
    assert set(strength.spread) == {muscle.name for muscle in model.muscles}
    assert all(0.05 < sd < 0.5 for sd in strength.spread.values())


def test_a_heavier_person_of_the_same_stature_has_more_muscle(model: BodyModel) -> None:
    light, heavy = (Person(1.70, mass, 30, "m") for mass in (60.0, 90.0))
    weak, strong = (forces(strengthen(scale(model, person), model, person)[0]) for person in (light, heavy))
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
        ([Reading(2.0, per_kg=True, knee_flexion=170.0)], {}, "Expected a knee angle at which"),
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
