"""Faults of made squats come out as made, nobody is measured by himself, and the stored figures are those of today's fit."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from lab.deep_squats import (
    FAULTS,
    SCORE_CUT_OFF,
    area_under_curve,
    faults_of,
    faulty,
    measure_take,
    read_deep_squats,
    score_takes,
)
from lab.deep_squats_page import deep_squats_page, over_people
from lab.doors import DEEP_SQUATS, squats_are_fresh
from lab.markers import read_markers_figures, takes

NAMES = tuple(fault.name for fault in FAULTS)


def made_squat(**changes: float) -> dict[str, np.ndarray]:
    """Curves of a squat to 120 degrees in 2 s at 100 Hz; `changes` in degrees, metres or as a ratio."""
    squat = {"thigh": 10.0, "lean": 40.0, "shank": 35.0, "unlike": 0.0, "ratio": 1.1, "heel": 0.0} | changes
    down = np.sin(np.linspace(0.0, np.pi, 201)) ** 2  # 0 standing, 1 where the hips are lowest
    both = np.ones(2)
    return {
        "hip_height": 0.9 - 0.5 * down,
        "knee_flexion": np.deg2rad(120.0 * down[:, None] + 0.5 * squat["unlike"] * down[:, None] * [1.0, -1.0]),
        "thigh_inclination": np.deg2rad(-90.0 + (90.0 + squat["thigh"]) * down[:, None] * both),
        "trunk_lean": np.deg2rad(squat["lean"] * down),
        "shank_inclination": np.deg2rad(squat["shank"] * down[:, None] * both),
        "knee_ankle_separation_ratio": 0.5 + (squat["ratio"] - 0.5) * np.minimum(1.0, 2.0 * down),
        "heel_height": 0.02 + squat["heel"] * down[:, None] * [0.0, 1.0],
    }


TIME_S = np.linspace(0.0, 2.0, 201)


def test_a_good_squat_has_no_fault() -> None:
    sizes = faults_of(made_squat(), TIME_S)
    assert sizes == pytest.approx({"depth": -10.0, "knees": -0.1, "trunk": 5.0, "symmetry": 0.0, "heels": 0.0}, abs=1e-6)
    assert not faulty(np.array([[sizes[name] for name in NAMES]])).any()


@pytest.mark.parametrize(
    ("changes", "fault", "size"),
    [
        ({"thigh": -20.0}, "depth", 20.0),
        ({"ratio": 0.8}, "knees", 0.2),
        ({"lean": 60.0}, "trunk", 25.0),
        ({"unlike": 14.0}, "symmetry", 14.0),
        ({"unlike": -14.0}, "symmetry", 14.0),
        ({"heel": 0.05}, "heels", 0.05),
    ],
)
def test_each_fault_is_found_alone(changes: dict[str, float], fault: str, size: float) -> None:
    sizes = faults_of(made_squat(**changes), TIME_S)
    assert sizes[fault] == pytest.approx(size, rel=0.02)
    past = faulty(np.array([[sizes[name] for name in NAMES]]))[0]
    assert [name for name, one in zip(NAMES, past, strict=True) if one] == [fault]


def test_knees_count_only_while_they_are_bent() -> None:
    """Feet and knees of somebody who stands are no squat: the ratio of 0.5 at both ends is not read."""
    assert made_squat()["knee_ankle_separation_ratio"].min() == 0.5
    assert faults_of(made_squat(), TIME_S)["knees"] == pytest.approx(-0.1)


def test_area_under_the_curve_by_hand() -> None:
    """Of six pairs, four with the bad one above, one even, one below: 4.5 of 6."""
    assert area_under_curve(np.array([5.0, 3.0]), np.array([1.0, 3.0, 4.0])) == pytest.approx(4.5 / 6.0)


@given(*[st.lists(st.integers(0, 6), min_size=1, max_size=12)] * 2)
def test_area_under_the_curve_is_mann_whitneys_share(bad: list[int], good: list[int]) -> None:
    area = area_under_curve(np.array(bad, dtype=float), np.array(good, dtype=float))
    assert area == pytest.approx(mannwhitneyu(bad, good, method="asymptotic").statistic / (len(bad) * len(good)))
    assert area + area_under_curve(np.array(good, dtype=float), np.array(bad, dtype=float)) == pytest.approx(1.0)


def made_people() -> tuple[np.ndarray, list[str], np.ndarray]:
    rng = np.random.default_rng(3)
    people, correct = [name for name in "abcde" for _ in range(20)], np.tile(np.repeat([True, False], 10), 5)
    return rng.normal(0.0, 5.0, (100, len(FAULTS))), people, correct


def test_score_by_hand() -> None:
    """Others' good squats have a depth of 0, 8, 0 and 8: mean 4, variance 64/3. One of two takes is 2 spreads past it."""
    sizes = np.zeros((6, len(FAULTS)))
    sizes[:, 0] = [0.0, 8.0, 0.0, 8.0, 4.0 + 2.0 * np.sqrt(64.0 / 3.0), -30.0]
    scores = score_takes(sizes, ["a", "a", "b", "b", "c", "c"], np.array([True, True, True, True, False, False]))
    assert scores[4:] == pytest.approx([2.0, 0.0])


def test_a_spread_too_small_to_measure_is_not_divided_by() -> None:
    sizes = np.zeros((5, len(FAULTS)))
    sizes[4] = [3.0, 0.05, 3.0, 3.0, 0.01]
    correct = np.array([True, True, True, True, False])
    assert score_takes(sizes, ["a", "a", "b", "b", "c"], correct) == pytest.approx([0.0, 0.0, 0.0, 0.0, 5.0])


def test_nobody_is_measured_by_himself() -> None:
    """Change one person's takes as you like: of his other takes no score moves, of other people's takes scores do."""
    sizes, people, correct = made_people()
    before = score_takes(sizes, people, correct)
    changed = sizes.copy()
    changed[40:45] += 100.0  # good squats of the third person
    after = score_takes(changed, people, correct)
    own = np.array([one == "c" for one in people])
    kept = own & (np.arange(100) >= 45)
    assert np.array_equal(after[kept], before[kept])
    assert (after[~own] != before[~own]).mean() > 0.5


def test_incorrect_takes_of_others_teach_nothing() -> None:
    sizes, people, correct = made_people()
    changed = np.where(correct[:, None], sizes, sizes + 50.0)
    assert np.array_equal(score_takes(changed, people, correct)[correct], score_takes(sizes, people, correct)[correct])


def test_people_are_drawn_not_takes() -> None:
    """Two people with values 0 and 1, ten takes each: of four ways to draw two, one gives 0, one gives 1, two give a half."""
    values = np.repeat([0.0, 1.0], 10)
    told = over_people(lambda some: float(values[some].mean()), ["a"] * 10 + ["b"] * 10)
    assert told.value == 0.5
    assert (told.low, told.high) == pytest.approx(tuple(np.quantile([0.0, 0.5, 0.5, 1.0], [0.05, 0.95])))


def test_the_page_is_what_the_stored_figures_say() -> None:
    assert squats_are_fresh(), f"{DEEP_SQUATS} is out of date: run `kinechain lab squats`"


def test_the_page_calls_takes_by_the_cut_offs() -> None:
    """Two people; only depth differs. One incorrect take of four reaches level: a sensitivity of 1 and of a half."""
    depths = {"correct": (-10.0, -12.0), "incorrect": (20.0, 25.0)}
    rows = [
        {"take": "made", "person": person, "kind": kind, **dict.fromkeys(NAMES, -1.0), "symmetry": 0.0, "depth": depth}
        for person in ("p1", "p2")
        for kind, values in depths.items()
        for depth in values
    ]
    rows[-1]["depth"] = -5.0
    page = deep_squats_page(rows, read_markers_figures())
    assert "| past its cut-off: depth | 0.75 | 0.54 to 0.96 | 1.00 | 1.00 to 1.00 |" in page
    assert f"| **the score is above {SCORE_CUT_OFF:g}** | 0.75 |" in page
    assert "| **the score** | 1.00 | 1.00 to 1.00 | 1.00 | 1.00 |" in page  # even the take that reaches level is the less deep
    assert "| trunk alone | 0.50 |" in page
    assert "| depth | -11, 22 | -11, 8 |" in page


def test_a_few_takes_give_the_stored_figures_again(shared_data: Path) -> None:
    rows = read_deep_squats()
    everything = list(takes(shared_data))
    assert len(rows) == len(everything) == 100
    assert {row["person"] for row in rows} == {f"s0{number}" for number in range(1, 6)}
    limits = {"depth": 0.3, "knees": 0.01, "trunk": 0.3, "symmetry": 0.3, "heels": 0.001}
    for (kind, path), row in list(zip(everything, rows, strict=True))[5::47]:
        again = measure_take(kind, path)
        assert (again["take"], again["kind"]) == (row["take"], row["kind"])
        for name in NAMES:
            assert again[name] == pytest.approx(row[name], abs=limits[name]), name
