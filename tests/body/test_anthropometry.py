"""A body's parts weigh what the body weighs, by a published table, whatever the model's own parts weigh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.body.anthropometry import COUNTS, build_of, group_of, mass_shares, mass_spread, segment_masses
from kinechain.core.errors import UsageError

LEG = {"femur": 9.0, "patella": 0.1, "tibia": 3.7, "talus": 0.1, "calcn": 1.25, "toes": 0.2}
ARM = {"humerus": 2.0, "ulna": 0.6, "radius": 0.6, "hand": 0.5}
GENERIC = {"pelvis": 11.8, "torso": 26.8} | {f"{name}_{side}": kg for name, kg in (LEG | ARM).items() for side in "rl"}


@given(st.floats(20.0, 300.0), st.sampled_from(["f", "m", None]))
def test_the_parts_together_weigh_the_body(mass_kg: float, sex: str | None) -> None:
    masses = segment_masses(GENERIC, mass_kg, sex)
    assert sum(masses.values()) == pytest.approx(mass_kg, abs=1e-9)
    assert all(masses[f"{name}_r"] == masses[f"{name}_l"] > 0.0 for name in LEG | ARM)


def test_a_man_of_100_kg_has_a_thigh_of_14_kg_and_a_womans_is_heavier() -> None:
    man, woman = (segment_masses(GENERIC, 100.0, sex) for sex in "mf")
    assert man["femur_r"] + man["patella_r"] == pytest.approx(14.16, abs=0.01)
    assert woman["femur_r"] + woman["patella_r"] == pytest.approx(14.78, abs=0.01)
    assert man["pelvis"] + man["torso"] == pytest.approx(43.46 + 6.94, abs=0.01)


def test_within_a_foot_mass_is_split_as_the_model_splits_it() -> None:
    masses = segment_masses(GENERIC, 75.0, None)
    assert masses["calcn_l"] / masses["toes_l"] == pytest.approx(1.25 / 0.2)


def test_arms_that_a_model_lacks_ride_with_its_trunk() -> None:
    armless = {name: kg for name, kg in GENERIC.items() if name[:-2] not in ARM}
    masses = segment_masses(armless, 80.0, "f")
    shares = mass_shares("f")
    riding = shares["trunk"] + shares["head"] + 2.0 * (shares["upper_arm"] + shares["forearm"] + shares["hand"])
    assert masses["pelvis"] + masses["torso"] == pytest.approx(80.0 * riding)
    assert sum(masses.values()) == pytest.approx(80.0, abs=1e-9)


def test_an_untold_sex_is_the_middle_of_both_and_less_sure() -> None:
    for group in COUNTS:
        women, men, unknown = (mass_shares(sex)[group] for sex in ("f", "m", None))
        assert min(women, men) <= unknown <= max(women, men)
        assert mass_spread(None, group) >= mass_spread("f", group) > 0.0
    assert build_of("thigh", "f").centre < build_of("thigh", None).centre < build_of("thigh", "m").centre


def test_segments_that_no_table_knows_are_refused_in_one_sentence() -> None:
    with pytest.raises(UsageError, match=r"Expected segments named pelvis, .* got exo_frame\. Rename it"):
        group_of("exo_frame")
    with pytest.raises(UsageError, match="got femur"):
        segment_masses({"pelvis": 40.0, "femur": 9.0}, 70.0, None)
    with pytest.raises(UsageError, match="a pelvis or a torso"):
        segment_masses({"femur_r": 9.0}, 70.0, None)
