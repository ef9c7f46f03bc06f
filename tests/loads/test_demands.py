"""What a made-up squat asks of the knee, in numbers that its formulas give by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.body.muscle_groups import GROUPS
from kinechain.core.types import SIDES, Loads
from kinechain.loads.demands import Demand, find_demands, find_shares
from kinechain.loads.peaks import knee_flexion
from made_loads import AREA_M2, HEADS, SCATTER, STRENGTHS, made_loads, made_spans, quadriceps_arm
from paper_squat import MASS_KG, G, moments_on_paper, paper_loads

CODES = {
    "patellofemoral_force_peak": "BW",
    "patellofemoral_stress_peak": "MPa",
    "patellofemoral_impulse": "BW s",
    "tibiofemoral_force_peak": "BW",
    "quadriceps_demand_peak": "1",
}
#: A tenth of scatter is so much at 90 %.
REACH = 1.645 * SCATTER


def demands_of(loads: Loads, repetitions: int = 0, side: str = "left") -> dict[tuple[str, int | None], Demand]:
    found = find_demands(loads, made_spans(repetitions) if repetitions else ())
    return {(demand.code, demand.rep): demand for demand in found if demand.side == side}


def changed(loads: Loads, name: str, change: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Loads:
    """The loads with one curve, and its draws, changed; the last dimensions of what is changed are time and side."""
    dataset, draws = loads.dataset.copy(deep=True), loads.draws.copy(deep=True) if loads.draws is not None else None
    dataset[name].values[:] = change(dataset[name].values, loads.time_s)
    if draws is not None and name in draws:
        draws[name].values[:] = change(draws[name].values, loads.time_s)
    return Loads(dataset, draws)


def within(time_s: np.ndarray, rep: int) -> np.ndarray:
    """The frames of a repetition, without its ends, which the next one shares."""
    _, start_s, end_s = made_spans(rep)[rep - 1]
    return (time_s > start_s + 0.01) & (time_s < end_s - 0.01)


def pull_on_paper(knee: float) -> float:
    """What the quadriceps pull with at a bend (rad), with half the weight on the leg."""
    moment = float(moments_on_paper(np.array([knee]), 0.5 * MASS_KG * G)["knee_angle"][0])
    return moment / float(quadriceps_arm(np.array([knee]))[0])


# --- peaks ---


@settings(max_examples=20, deadline=None)
@given(deepest=st.floats(50.0, 125.0))
def test_peaks_are_the_ones_on_paper(deepest: float) -> None:
    found = demands_of(made_loads(deepest), 2)
    weight = MASS_KG * G
    force, stress, joint, demand = (found[code, 1] for code in CODES if code != "patellofemoral_impulse")
    assert force.at_knee_flexion_rad <= np.deg2rad(min(deepest, 90.0)) + 1e-9
    expected = (0.5 + 0.4 * force.at_knee_flexion_rad) * pull_on_paper(force.at_knee_flexion_rad)
    assert force.value == pytest.approx(expected / weight, rel=1e-3)
    assert stress.value == pytest.approx(expected / AREA_M2 / 1e6)
    assert np.rad2deg(demand.at_knee_flexion_rad) == pytest.approx(deepest, abs=0.2), "told past 90 degrees too"
    assert demand.value == pytest.approx(pull_on_paper(demand.at_knee_flexion_rad) / sum(STRENGTHS.values()))
    assert joint.value == pytest.approx(0.5 + 0.8 * pull_on_paper(joint.at_knee_flexion_rad) / weight, rel=1e-3)


def test_every_number_has_its_interval_unit_and_place() -> None:
    found = demands_of(made_loads(), 2)
    assert {code for code, _ in found} == {*CODES, "patellofemoral_impulse_set"}
    for (code, _), demand in found.items():
        assert demand.unit == CODES[code.removesuffix("_set")]
        assert demand.low == pytest.approx((1.0 - REACH) * demand.value, rel=0.005)
        assert demand.high == pytest.approx((1.0 + REACH) * demand.value, rel=0.005)
        assert np.isfinite(demand.at_knee_flexion_rad) == code.endswith("_peak")


def test_methods_stand_beside_the_interval_where_there_are_some() -> None:
    for (code, _), demand in demands_of(made_loads(), 2).items():
        if code.startswith("patellofemoral"):
            assert (demand.method_low, demand.method_high) == pytest.approx((0.8 * demand.value, 1.4 * demand.value))
        else:
            assert np.isnan([demand.method_low, demand.method_high]).all()


def test_without_repetitions_the_whole_movement_is_one() -> None:
    whole, by_rep = demands_of(made_loads()), demands_of(made_loads(), 2)
    assert set(whole) == {(code, None) for code in CODES}
    assert whole["patellofemoral_force_peak", None].value == by_rep["patellofemoral_force_peak", 2].value
    assert whole["patellofemoral_impulse", None].value > by_rep["patellofemoral_impulse_set", None].value, "standing loads too"


def test_one_leg_alone_is_told_alone() -> None:
    assert {demand.side for demand in find_demands(made_loads(side_seen="right"), made_spans())} == {"right"}
    assert {demand.side for demand in find_demands(made_loads(), made_spans())} == set(SIDES)


def test_what_is_carried_does_not_change_what_a_body_weighs() -> None:
    loads = made_loads()
    carried = Loads(loads.dataset.assign_attrs(load_kg=100.0), loads.draws)
    bare = demands_of(loads, 2)
    assert {key: demand.value for key, demand in demands_of(carried, 2).items()} == {
        key: demand.value for key, demand in bare.items()
    }


def test_loads_without_muscles_ask_nothing() -> None:
    assert find_demands(paper_loads(), made_spans()) == ()
    assert find_shares(paper_loads(), "left") is None


def test_a_best_estimate_outside_of_its_draws_widens_their_interval() -> None:
    loads = made_loads()
    dataset = loads.dataset.copy(deep=True)
    dataset["quadriceps_demand"].values *= 3.0
    peak = demands_of(Loads(dataset, loads.draws), 2)["quadriceps_demand_peak", 1]
    assert peak.high == peak.value > 2.0 * peak.low


def test_where_most_draws_tell_nothing_there_is_no_interval() -> None:
    loads = made_loads()
    assert loads.draws is not None
    for untold, known in ((20, True), (40, False)):
        draws = loads.draws.copy(deep=True)
        draws["quadriceps_demand"].values[:untold] = np.nan
        peak = demands_of(Loads(loads.dataset, draws), 2)["quadriceps_demand_peak", 1]
        assert np.isfinite(peak.value)
        assert np.isfinite(peak.low) == np.isfinite(peak.high) == known


# --- over the repetitions ---


@pytest.mark.parametrize(("repetitions", "mean"), [(1, 2.0), (2, 1.5), (3, 1.0), (4, 1.0)])
def test_the_first_of_more_than_two_is_left_out(repetitions: int, mean: float) -> None:
    def double_first(values: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        return np.where(within(time_s, 1)[:, None], 2.0, 1.0) * values

    plain = made_loads(80.0, repetitions)
    found = demands_of(changed(plain, "quadriceps_demand", double_first), repetitions)
    once = demands_of(plain, repetitions)["quadriceps_demand_peak", 1].value
    assert found["quadriceps_demand_peak", 1].value == pytest.approx(2.0 * once)
    assert found["quadriceps_demand_peak", None].value == pytest.approx(mean * once)


def test_what_all_repetitions_share_does_not_average_out_and_what_they_do_not_does() -> None:
    def shuffled(values: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        """Every repetition errs for itself: the draws of each are dealt anew."""
        if values.ndim == 2:
            return values
        rng = np.random.default_rng(3)
        dealt = values.copy()
        for rep in range(2, 6):
            frames = np.flatnonzero(within(time_s, rep))
            dealt[:, frames] = values[:, frames][rng.permutation(len(values))]
        return dealt

    def reach(loads: Loads) -> float:
        peak = demands_of(loads, 5)["quadriceps_demand_peak", None]
        return (peak.high - peak.low) / (2.0 * peak.value)

    together = made_loads(80.0, 5)
    assert reach(together) == pytest.approx(REACH, rel=0.02)
    assert reach(changed(together, "quadriceps_demand", shuffled)) == pytest.approx(0.5 * REACH, rel=0.25), "four count"


def test_a_repetition_that_is_hardly_known_is_left_out() -> None:
    def half_known(values: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        return np.where((within(time_s, 2) & (time_s > 4.5))[:, None], np.nan, values)

    found = demands_of(changed(made_loads(), "quadriceps_demand", half_known), 2)
    assert {rep for _, rep in found} == {1, None}
    assert ("patellofemoral_impulse_set", None) not in found, "a set of which one is not known has no sum"
    assert find_demands(made_loads(), [(1, 100.0, 102.5)]) == ()


# --- impulse ---


def test_the_impulse_of_a_steady_force_is_force_times_time() -> None:
    """One body weight for 2.5 s, twice."""
    weight = MASS_KG * 9.80665
    found = demands_of(changed(made_loads(80.0), "patellofemoral_force", lambda values, _: np.full(values.shape, weight)), 2)
    assert found["patellofemoral_impulse", 1].value == pytest.approx(2.5)
    assert found["patellofemoral_impulse", None].value == pytest.approx(2.5)
    assert found["patellofemoral_impulse_set", None].value == pytest.approx(5.0)
    assert found["patellofemoral_impulse", 1].left_out == 0.0


def test_an_impulse_tells_how_long_the_knee_was_bent_too_far_for_numbers() -> None:
    """5 + 95 sin^2(pi t / T) is above 90 degrees where |t / T - 1/2| < 0.1057, so for 21 % of the time."""
    impulse = demands_of(made_loads(100.0), 2)["patellofemoral_impulse", 1]
    assert impulse.left_out == pytest.approx(2.0 * (0.5 - np.arcsin(np.sqrt(85.0 / 95.0)) / np.pi), abs=0.03)
    assert demands_of(made_loads(85.0), 2)["patellofemoral_impulse", 1].left_out == pytest.approx(0.0)


# --- class, and whether it is explained ---


@pytest.mark.parametrize(("deepest", "told"), [(50.0, "low"), (80.0, "moderate"), (105.0, "high"), (115.0, None)])
def test_the_class_is_the_one_at_the_deepest_moment(deepest: float, told: str | None) -> None:
    found = demands_of(made_loads(deepest), 2)
    assert found["patellofemoral_force_peak", 1].load_class == found["patellofemoral_force_peak", None].load_class == told
    assert all(demand.load_class is None for (code, _), demand in found.items() if code != "patellofemoral_force_peak")


def test_what_muscles_do_not_explain_has_numbers_but_no_class() -> None:
    for demand in demands_of(made_loads(explained=False), 2).values():
        assert np.isfinite(demand.value)
        assert not demand.explained
        assert demand.load_class is None
    shallow = demands_of(made_loads(60.0, explained=False), 2)
    assert all(demand.explained for demand in shallow.values()), "up to 70 degrees all is explained"


def test_a_frame_that_is_not_explained_carries_no_class_whatever_is_written_there() -> None:
    loads = changed(made_loads(), "explained", lambda values, _: np.zeros_like(values))
    assert (loads.dataset["patellofemoral_class"].values[50:80] >= 0).all()
    assert demands_of(loads, 2)["patellofemoral_force_peak", 1].load_class is None


def test_where_the_deepest_moment_is_not_modelled_no_class_is_told() -> None:
    loads = changed(made_loads(), "modelled", lambda values, time_s: values & (np.abs(time_s - 2.25) > 0.1))
    found = demands_of(loads, 2)
    assert found["patellofemoral_force_peak", 1].load_class is None
    assert found["patellofemoral_force_peak", 2].load_class == "moderate"


def test_over_the_repetitions_the_gravest_class_counts_unless_one_has_none() -> None:
    def second(place: int) -> Loads:
        return changed(
            made_loads(80.0), "patellofemoral_class", lambda values, time_s: np.where(within(time_s, 2)[:, None], place, values)
        )

    for place, over in ((2, "high"), (0, "moderate"), (-1, None)):
        assert demands_of(second(place), 2)["patellofemoral_force_peak", None].load_class == over


def test_a_peak_is_judged_at_its_frame_and_an_impulse_in_every_one() -> None:
    def first_frames(values: np.ndarray, time_s: np.ndarray) -> np.ndarray:
        return values & (time_s > 1.3)[:, None]

    found = demands_of(changed(made_loads(), "explained", first_frames), 2)
    assert found["patellofemoral_force_peak", 1].explained
    assert not found["patellofemoral_impulse", 1].explained
    assert found["patellofemoral_impulse", 2].explained
    assert not found["patellofemoral_impulse", None].explained


# --- who works ---


def test_the_heads_share_as_they_pull() -> None:
    loads = made_loads(95.0)
    shares = find_shares(loads, "left")
    assert shares is not None
    assert shares.heads == pytest.approx(HEADS)
    assert shares.knee_flexion_rad == np.nanmax(knee_flexion(loads, "left"))
    assert shares.explained
    assert set(shares.activation) == set(GROUPS)
    assert shares.activation["calf"] == pytest.approx(0.01 + 0.20 * shares.knee_flexion_rad / (0.5 * np.pi))


def test_a_groups_activation_is_its_force_over_what_it_could_give() -> None:
    """The quadriceps of 8000 N pull by all of it as far as the demand says, whatever each head does."""
    loads = made_loads(95.0)
    shares = find_shares(loads, "left")
    assert shares is not None
    assert shares.activation["quadriceps"] == pytest.approx(pull_on_paper(shares.knee_flexion_rad) / 8000.0)


@settings(max_examples=20, deadline=None)
@given(level=st.floats(0.01, 1.0), strengths=st.lists(st.floats(10.0, 5000.0), min_size=40, max_size=40))
def test_muscles_that_work_alike_work_as_a_group_whatever_their_strength(level: float, strengths: list[float]) -> None:
    dataset = made_loads().dataset.copy(deep=True)
    dataset["activation"].values[:] = level
    dataset["muscle_force"].values[:] = level * np.array(strengths)
    shares = find_shares(Loads(dataset, made_loads().draws), "right")
    assert shares is not None
    assert shares.activation == pytest.approx(dict.fromkeys(GROUPS, level))
    assert sum(shares.heads.values()) == pytest.approx(1.0)


def test_the_deepest_moment_is_the_deepest_that_is_modelled() -> None:
    loads = made_loads(side_seen="left")
    unmodelled = changed(loads, "modelled", lambda values, time_s: values & (time_s < 2.0))
    shares = find_shares(unmodelled, "left")
    assert shares is not None
    assert shares.time_s == pytest.approx(2.0, abs=0.04)
    assert find_shares(loads, "right") is None
