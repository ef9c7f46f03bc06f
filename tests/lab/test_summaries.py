"""Summaries agree with published worked examples, with formulas written out by hand, and with the stored rows."""

import math
from collections.abc import Sequence
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import t

from kinechain.core.errors import KinechainError
from lab import pooling
from lab.doors import POOLED, pooled_is_fresh
from lab.pooling import combine, prediction_interval

T_975 = {1: 12.7062, 8: 2.306004, 9: 2.262157}

# DerSimonian and Kacker 2007, pages 111 and 112 (tables 3 and 4), as metafor's own test dersimonian2007 quotes them: trials of
# aspirin in pregnancy, cases and people treated, cases and people in control; tau, the mean log odds ratio, its error.
CLASP = ((5, 156, 8, 74), (5, 303, 17, 303), (12, 565, 9, 477), (69, 1570, 94, 1565), (9, 103, 11, 105), (313, 4659, 352, 4650))
CLASP_PAULE_MANDEL, CLASP_DERSIMONIAN_LAIRD = (0.3681, -0.3811, 0.2060), (0.2323, -0.3240, 0.1540)

# Kacker 2004, its first example, as metafor sums it up in statsmodels' own tests: by Paule and Mandel (mean, error, tau2), and by
# DerSimonian and Laird with Knapp and Hartung (mean, error, ends).
KACKER = (
    (61.0, 61.4, 62.21, 62.3, 62.34, 62.6, 62.7, 62.84, 65.9),
    (0.2025, 1.21, 0.09, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225),
)
KACKER_PAULE_MANDEL = (62.4076199113286, 0.338030602684471, 0.705395309224248)
KACKER_KNAPP_HARTUNG = (62.3901386044504, 0.29477605699879, 61.710383798052, 63.0698934108488)

# Hartung and Knapp 2001, thirteen trials of cisapride, as the vignette of the R package pimeta quotes and sums them up: recovered
# and people treated, the same in control; with half a person added to each count, tau2, I2 and the mean odds ratio.
CISAPRIDE = (
    (15, 16, 9, 16),
    (12, 16, 1, 16),
    (29, 34, 18, 34),
    (42, 56, 31, 56),
    (14, 22, 6, 22),
    (44, 54, 17, 55),
    (14, 17, 7, 15),
    (29, 58, 23, 58),
    (10, 14, 3, 15),
    (17, 26, 6, 27),
    (38, 44, 12, 45),
    (19, 29, 22, 30),
    (21, 38, 19, 38),
)
CISAPRIDE_TOGETHER = (0.718, 0.699, 4.141)


@pytest.fixture(autouse=True)
def library(request: pytest.FixtureRequest) -> None:
    if "by_hand" not in request.node.name:
        pytest.importorskip("statsmodels", reason="statsmodels is not installed; `uv sync` installs it with the group `lab`")


def log_odds_ratios(counts: Sequence[tuple[float, float, float, float]], added: float = 0.0) -> tuple[list[float], list[float]]:
    """Return log odds ratios and their variances, `added` to each of the four counts."""
    cells = [[cell + added for cell in (a, n - a, c, m - c)] for a, n, c, m in counts]
    return [math.log(a * d / (b * c)) for a, b, c, d in cells], [sum(1.0 / cell for cell in four) for four in cells]


def errors(variances: Sequence[float]) -> list[float]:
    return [math.sqrt(variance) for variance in variances]


def mean_by_hand(values: Sequence[float], variances: Sequence[float], tau2: float) -> tuple[float, float, float]:
    """Return the mean with weights 1 / (variance + tau2), its classical error, and the weighted sum of squares about it."""
    weights = [1.0 / (variance + tau2) for variance in variances]
    mean = sum(w * y for w, y in zip(weights, values, strict=True)) / sum(weights)
    return mean, 1.0 / math.sqrt(sum(weights)), sum(w * (y - mean) ** 2 for w, y in zip(weights, values, strict=True))


def dersimonian_laird_by_hand(values: Sequence[float], variances: Sequence[float]) -> float:
    _, _, q = mean_by_hand(values, variances, 0.0)
    weights = [1.0 / variance for variance in variances]
    return max(0.0, (q - (len(values) - 1)) / (sum(weights) - sum(w * w for w in weights) / sum(weights)))


def paule_mandel_by_hand(values: Sequence[float], variances: Sequence[float]) -> float:
    """Halve the stretch in which the weighted sum of squares falls to k - 1."""
    low, high = 0.0, 4.0 * (max(values) - min(values)) ** 2 + 1.0
    if mean_by_hand(values, variances, 0.0)[2] <= len(values) - 1:
        return 0.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        above = mean_by_hand(values, variances, middle)[2] > len(values) - 1
        low, high = (middle, high) if above else (low, middle)
    return 0.5 * (low + high)


def knapp_hartung_by_hand(values: Sequence[float], variances: Sequence[float], tau2: float) -> float:
    _, error, q = mean_by_hand(values, variances, tau2)
    return error * math.sqrt(q / (len(values) - 1))


def test_the_formulas_by_hand_give_what_is_published() -> None:
    values, variances = log_odds_ratios(CLASP)
    tau2 = dersimonian_laird_by_hand(values, variances)
    assert (math.sqrt(tau2), *mean_by_hand(values, variances, tau2)[:2]) == pytest.approx(CLASP_DERSIMONIAN_LAIRD, abs=5e-5)
    tau2 = dersimonian_laird_by_hand(*KACKER)
    mean, error = mean_by_hand(*KACKER, tau2)[0], knapp_hartung_by_hand(*KACKER, tau2)
    reach = float(t.ppf(0.975, 8)) * error
    assert (mean, error, mean - reach, mean + reach) == pytest.approx(KACKER_KNAPP_HARTUNG, abs=1e-9)
    values, variances = log_odds_ratios(CISAPRIDE, added=0.5)
    tau2, q = dersimonian_laird_by_hand(values, variances), mean_by_hand(values, variances, 0.0)[2]
    together = tau2, 1.0 - 12.0 / q, math.exp(mean_by_hand(values, variances, tau2)[0])
    assert together == pytest.approx(CISAPRIDE_TOGETHER, abs=5e-4)


def test_the_trials_of_aspirin_come_out_as_published() -> None:
    values, variances = log_odds_ratios(CLASP)
    found = combine(values, errors(variances))
    assert (math.sqrt(found.tau2), found.estimate, found.error) == pytest.approx(CLASP_PAULE_MANDEL, abs=5e-5)


def test_the_measurements_of_kacker_come_out_as_published() -> None:
    found = combine(KACKER[0], errors(KACKER[1]))
    assert (found.estimate, found.error, found.tau2) == pytest.approx(KACKER_PAULE_MANDEL, abs=1e-6)
    assert (found.low, found.high) == pytest.approx([found.estimate + sign * T_975[8] * found.error for sign in (-1, 1)], abs=1e-5)


def test_the_trials_of_cisapride_differ_by_as_much_as_published() -> None:
    values, variances = log_odds_ratios(CISAPRIDE, added=0.5)
    assert combine(values, errors(variances)).i2 == pytest.approx(CISAPRIDE_TOGETHER[1], abs=5e-4)


@pytest.mark.parametrize(
    ("mean", "ends", "tau2", "prediction"),
    [
        # Ten made-up trials of Riley, Higgins and Deeks 2011 (BMJ 342:d549) as pimeta 1.0.1 sums them up: DerSimonian and Laird's
        # variance with the interval of Higgins and others 2009, and REML with Hartung and Knapp's error; confidence with t of 9.
        (-0.3340597, (-0.5068, -0.1613), 0.02824971, (-0.7597777, 0.09165839)),
        (-0.3287403, (-0.5761, -0.0814), 0.06995102, (-0.9886995, 0.3312188)),
    ],
)
def test_a_further_study_is_expected_where_is_published_by_hand(
    mean: float, ends: tuple[float, float], tau2: float, prediction: tuple[float, float]
) -> None:
    error = (ends[1] - ends[0]) / (2.0 * T_975[9])
    assert prediction_interval(mean, error, tau2, 10) == pytest.approx(prediction, abs=1e-4), "ends were printed with four digits"


def test_newer_programs_expect_a_further_study_in_a_narrower_stretch() -> None:
    # What a public test of a forest plot quotes of metafor (method PM, test knha, predict): t of k - 1 gives the inner ends; it
    # names the outer ones as those of the t of k - 2 that kinechain keeps.
    found = combine((0.40, -0.20, 0.55, 0.10), errors((0.05, 0.06, 0.04, 0.05)))
    assert (found.estimate, found.tau2) == pytest.approx((0.22957, 0.05930), abs=5e-6)
    reach = float(t.ppf(0.975, 3)) * math.sqrt(found.tau2 + found.error**2)
    assert (found.estimate - reach, found.estimate + reach) == pytest.approx((-0.70650, 1.16564), abs=5e-5)
    assert (found.prediction_low, found.prediction_high) == pytest.approx((-1.036, 1.495), abs=5e-4)


studies_of = st.lists(st.tuples(st.floats(-3.0, 3.0), st.floats(0.1, 2.0)), min_size=2, max_size=12)


@given(studies_of)
@settings(deadline=None)
def test_any_summary_is_that_of_the_formulas(rows: list[tuple[float, float]]) -> None:
    values, spreads = [value for value, _ in rows], [error for _, error in rows]
    variances = [error**2 for error in spreads]
    found = combine(values, spreads)
    tau2 = paule_mandel_by_hand(values, variances)
    mean, error, _ = mean_by_hand(values, variances, tau2)
    assert found.tau2 == pytest.approx(tau2, abs=1e-5)
    assert found.estimate == pytest.approx(mean, abs=1e-5)
    assert found.error == pytest.approx(max(error, knapp_hartung_by_hand(values, variances, tau2)), abs=1e-5)
    assert 0.0 <= found.i2 < 1.0
    if len(rows) > 2:
        assert found.prediction_low < found.low < found.estimate < found.high < found.prediction_high
    else:
        assert math.isnan(found.prediction_low)


@given(studies_of, st.floats(-5.0, 5.0), st.floats(0.2, 5.0))
@example([(6.5e-150, 1.0), (1.3e-149, 2.0)], 0.0, 1.0)  # a spread so small that all divided by it is beyond a float
@settings(deadline=None)
def test_another_zero_and_another_unit_change_nothing_else(rows: list[tuple[float, float]], zero: float, unit: float) -> None:
    found = combine(*zip(*rows, strict=True))
    moved = combine([zero + unit * value for value, _ in rows], [unit * error for _, error in rows])
    assert moved.estimate == pytest.approx(zero + unit * found.estimate, abs=1e-4)
    assert moved.high - moved.low == pytest.approx(unit * (found.high - found.low), rel=1e-4)
    assert moved.i2 == pytest.approx(found.i2, abs=1e-6)


def test_two_studies_that_agree_by_chance_promise_no_more_than_their_errors_allow() -> None:
    found = combine((0.3, 0.3), (0.2, 0.2))
    error = 0.2 / math.sqrt(2.0)
    assert (found.tau2, found.i2, found.error) == pytest.approx((0.0, 0.0, error))
    assert found.high - found.estimate == pytest.approx(T_975[1] * error, rel=1e-5)
    assert found.alike_high - found.estimate == pytest.approx(1.959964 * error, rel=1e-5)


def test_fewer_than_two_and_errors_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="two effects or more"):
        combine((0.3,), (0.2,))
    with pytest.raises(ValueError, match="errors above 0"):
        combine((0.3, 0.4), (0.2, 0.0))


#: Estimates and errors for which statsmodels 0.15, asked for 1e-7, steps over the root by rounding and answers 0.
STEPPED_OVER = (
    (0.0, 2.0, 2.125, 0.0, 0.0, 1.5, 1.125, -1.0, 0.0, 0.0, 1.0),
    (1.0, 0.8125, 0.875, 1.0, 2.0, 1.25, 0.2265625, 0.703125, 1.5, 0.4375, 0.875),
)


@pytest.mark.parametrize("zero", [0.0, 1.0, 2.0, 3.0])
def test_a_step_over_the_root_is_noticed_and_taken_again(zero: float) -> None:
    values, variances = [zero + value for value in STEPPED_OVER[0]], [error**2 for error in STEPPED_OVER[1]]
    assert combine(values, STEPPED_OVER[1]).tau2 == pytest.approx(paule_mandel_by_hand(values, variances), abs=1e-5)


def test_a_variance_that_solves_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import statsmodels.stats.meta_analysis as library

    answer = SimpleNamespace(tau2=0.0)
    monkeypatch.setattr(library, "combine_effects", lambda *_, **__: answer)
    values, variances = log_odds_ratios(CLASP)
    with pytest.raises(KinechainError, match="Paule and Mandel's equation, got 0"):
        combine(values, errors(variances))


def test_the_stored_summaries_are_what_the_effects_say() -> None:
    assert pooled_is_fresh(), f"{POOLED} is out of date: run `kinechain lab pool`"
    assert "\nmodel = " in POOLED.read_text(encoding="utf-8")
    assert pooling.MODEL in POOLED.read_text(encoding="utf-8")
