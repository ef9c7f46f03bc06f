"""What belongs together is put together, what only looks alike is refused with the reason, and nobody is counted twice."""

import math
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.errors import DataFileError
from kinechain.evidence import claims, effects, studies
from kinechain.evidence.effects import Effect
from kinechain.evidence.ledger import Study
from kinechain.evidence.pooling import (
    Question,
    comparable,
    from_scale,
    on_scale,
    pooled,
    pools,
    questions,
    read_pooled,
    read_questions,
    refusals,
    scale_of,
    sort_question,
    window_of,
)

STUDIES = {
    key: Study(key=key, authors="Doe J", year=year, identifier="doi 10.1000/1", seen="abstract", design=design, pain=pain)
    for key, year, design, pain in (
        ("first", 2010, "trial", True),
        ("second", 2015, "trial", True),
        ("third", 2020, "trial", True),
        ("healthy", 2015, "trial", False),
        ("nobody-told", 2015, "trial", None),
        ("review", 2018, "meta-analysis", True),
        ("later-review", 2021, "meta-analysis", True),
        ("undated", None, "trial", True),
    )
}


def effect(key: str, study: str = "", **different: Any) -> Effect:
    """Return one effect of a made-up trial of exercise A against B on pain; `different` is what sets it apart from the others."""
    usual = Effect(key, study or key, "pain", "A against B", "MD", "point", "measured", -1.0, -2.0, 0.0, follow_up="12 weeks", n=50)
    return replace(usual, **different)


def sort(*rows: Effect) -> tuple[list[tuple[str, ...]], list[tuple[str, tuple[str, ...]]]]:
    known = {row.key: row for row in rows}
    found, refused = sort_question(Question("q", "a", tuple(known)), known, STUDIES)
    return [pool.effects for pool in found], [(refusal.reason, refusal.effects) for refusal in refused]


def test_two_trials_of_the_same_are_put_together() -> None:
    assert sort(effect("first"), effect("second")) == ([("first", "second")], [])


@pytest.mark.parametrize(
    ("reason", "other"),
    [
        ("comparison", effect("second", comparison="A against C")),
        ("outcome", effect("second", outcome="strength")),
        ("measure", effect("second", measure="SMD", unit="1")),
        ("measure", effect("second", unit="%")),
        ("time", effect("second", follow_up="1 year")),
        ("people", effect("second", study="healthy")),
        ("people", effect("second", study="nobody-told")),
    ],
)
def test_what_differs_in_one_thing_is_refused_for_that(reason: str, other: Effect) -> None:
    assert sort(effect("first"), other) == ([], [(reason, ("first", "second"))])


def test_two_that_are_alike_stay_together_where_a_third_differs() -> None:
    found, refused = sort(effect("first"), effect("second"), effect("third", comparison="A against C"))
    assert found == [("first", "second")]
    assert refused == [("comparison", ("first", "second", "third"))]


def test_dose_and_detail_behind_a_comma_do_not_part_effects() -> None:
    found, _ = sort(effect("first", comparison="A against B, 6 weeks"), effect("second", comparison="a  against B, 12 weeks"))
    assert found == [("first", "second")]


def test_what_is_compared_against_counts_wherever_it_stands() -> None:
    rows = (
        effect("first", comparison="stretching, 15 minutes, against none"),
        effect("second", comparison="stretching, against a sham"),
    )
    assert sort(*rows) == ([], [("comparison", ("first", "second"))])


def test_people_of_whom_nobody_told_are_like_none_but_their_own_study() -> None:
    rows = effect("first", study="nobody-told"), effect("second", study="nobody-told")
    assert sort(*rows) == ([], [("same_study", ("first", "second"))])


def test_three_doses_of_one_review_would_count_its_people_three_times() -> None:
    rows = [effect(f"dose-{number}", study="review") for number in range(3)]
    assert sort(*rows) == ([], [("same_study", ("dose-0", "dose-1", "dose-2"))])


def test_a_trial_gives_way_to_the_review_that_holds_it_and_a_later_trial_does_not() -> None:
    held, review, later = effect("first", in_reviews=("review",)), effect("review"), effect("third")
    found, refused = sort(held, review, later)
    assert found == [("review", "third")]
    assert refused == [("same_trials", ("first", "review", "third"))]


def test_a_trial_that_a_review_may_hold_is_not_put_beside_it() -> None:
    assert sort(effect("first"), effect("review")) == ([], [("maybe_same_trials", ("first", "review"))])


def test_a_trial_of_no_known_year_may_be_in_any_review() -> None:
    assert sort(effect("undated"), effect("review")) == ([], [("maybe_same_trials", ("undated", "review"))])


def test_two_reviews_may_share_trials() -> None:
    assert sort(effect("review"), effect("later-review"))[0] == []


def test_what_nobody_read_or_nobody_weighed_stays_out() -> None:
    remembered, vague = effect("second", kind="assumed"), effect("third", low=math.nan, high=math.nan)
    found, refused = sort(effect("first"), remembered, vague)
    assert found == []
    assert refused == [("assumed", ("second",)), ("no_interval", ("third",))]


ROWS = [
    effect("first"),
    effect("second"),
    effect("third", in_reviews=("review",)),
    effect("review"),
    effect("year", study="second", follow_up="1 year"),
    effect("well", study="healthy"),
    effect("recalled", study="third", kind="assumed"),
]


@given(st.permutations(ROWS), st.integers(2, len(ROWS)))
def test_all_but_one_that_is_left_alone_are_pooled_or_refused_in_whatever_order(rows: list[Effect], count: int) -> None:
    chosen = rows[:count]
    found, refused = sort(*chosen)
    named = {key for _, keys in refused for key in keys}
    assert len({row.key for row in chosen} - named - {key for keys in found for key in keys}) <= 1
    again, _ = sort(*sorted(chosen, key=lambda row: row.key))
    assert {frozenset(keys) for keys in found} == {frozenset(keys) for keys in again}
    for keys in found:
        sources = [row.study for row in chosen if row.key in keys]
        assert len(set(sources)) == len(sources) >= 2


@pytest.mark.parametrize(
    ("follow_up", "window"),
    [
        ("", "at_once"),
        ("right after the training", "at_once"),
        ("12 weeks", "short"),
        ("3 months", "short"),
        ("90 days", "short"),
        ("8 to 12 weeks", "short"),
        ("4 months", "medium"),
        ("6-month follow-up", "medium"),
        ("52 weeks", "long"),
        ("1 year", "long"),
        ("6 weeks of training, asked after 12 months", "long"),
    ],
)
def test_the_window_is_that_of_the_last_length_named(follow_up: str, window: str) -> None:
    assert window_of(follow_up) == window


def test_errors_follow_from_intervals_by_hand() -> None:
    assert on_scale(effect("first", estimate=-1.5, low=-2.3, high=-0.8)) == pytest.approx((-1.5, 1.5 / (2 * 1.959964)), rel=1e-6)
    ratio = effect("first", measure="OR", unit="1", estimate=2.0, low=1.0, high=4.0)
    assert on_scale(ratio) == pytest.approx((math.log(2.0), 2 * math.log(2.0) / (2 * 1.959964)), rel=1e-6)
    nine_tenths = effect("first", estimate=0.0, low=-1.0, high=1.0, level=0.9)
    assert on_scale(nine_tenths)[1] == pytest.approx(1.0 / 1.644854, rel=1e-6)


def test_a_share_is_weighed_by_its_people() -> None:
    half = effect("first", measure="share", unit="%", estimate=50.0, low=math.nan, high=math.nan, n=100)
    assert on_scale(half) == pytest.approx((0.0, 0.2)), "1 / sqrt(100 / 4)"
    counted = replace(half, estimate=75.4, cases=75)
    assert on_scale(counted)[0] == pytest.approx(math.log(3.0)), "the count, not the rounded share"
    assert all(math.isnan(number) for number in on_scale(replace(half, n=None)))


@given(st.floats(0.5, 99.5))
def test_a_share_goes_to_its_scale_and_back(percent: float) -> None:
    row = effect("first", measure="share", unit="%", estimate=percent, low=math.nan, high=math.nan, n=400)
    assert from_scale(on_scale(row)[0], scale_of(row), "%") == pytest.approx(percent)


def test_an_effect_in_words_has_no_place_on_a_scale() -> None:
    assert all(math.isnan(number) for number in on_scale(effect("first", measure="text", note="rose")))


def test_nothing_shipped_that_could_be_put_together_is_overlooked() -> None:
    let_through = {frozenset(pool.effects) for pool in pools()}
    overlooked = [keys for keys in comparable(effects(), studies()) if not any(set(keys) <= pool for pool in let_through)]
    assert not overlooked, "add a question that names them to questions.toml"


def test_the_stored_summaries_are_of_the_pools_that_the_rule_lets_through() -> None:
    stored = {key: (row.claim, row.effects, row.scale) for key, row in pooled().items()}
    assert stored == {pool.key: (pool.claim, pool.effects, pool.scale) for pool in pools()}, "run `kinechain lab pool`"


def test_every_question_asks_of_findings_of_its_claim() -> None:
    for question in questions().values():
        found = {finding.effect for finding in claims()[question.claim].findings}
        assert set(question.effects) <= found, question.key


def test_adding_hips_to_knees_is_not_hips_instead_of_knees() -> None:
    for pool in pools():
        assert not {"nascimento-2018-knee"} & set(pool.effects)
    refused = next(refusal for refusal in refusals() if "nascimento-2018-knee" in refusal.effects)
    assert refused.reason == "comparison"
    assert {"hott-2019-hip-knee", "hansen-2023-hip-knee"} <= set(refused.effects)


def test_three_doses_of_stretching_in_one_review_are_not_summed_up() -> None:
    doses = ("radford-2006-short", "radford-2006-medium", "radford-2006-long")
    assert ("same_study", doses) in {(refusal.reason, refusal.effects) for refusal in refusals()}


def test_shares_of_people_who_cannot_sit_long_are_put_together() -> None:
    three = pooled()["long_sitting"]
    assert (three.k, three.scale, three.measure) == (3, "logit", "share")
    shares = [effects()[key].estimate for key in three.effects]
    assert min(shares) < three.estimate < max(shares)
    assert 0.0 < three.prediction_low < three.low
    assert three.high < three.prediction_high < 1.0


def test_a_summary_of_two_says_nothing_of_a_further_study() -> None:
    both = pooled()["hip_or_knee_exercise"]
    assert both.k == 2
    assert math.isnan(both.prediction_low)
    assert both.low < both.alike_low < both.estimate < both.alike_high < both.high


_ROW = """[pool]
claim = "g"
effects = ["first", "second"]
model = "m"
scale = "plain"
measure = "MD"
unit = "point"
level = 0.95
estimate = -1.0
low = -2.0
high = 0.0
alike_low = -1.5
alike_high = -0.5
tau2 = 0.0
i2 = 0.0
k = 2
"""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"second"', '"nobody"', "the key of an effect, got 'nobody'"),
        ('"second"', '"first"', "two different effects or more, got 1"),
        ('"plain"', '"cubic"', "a scale among plain, log, logit"),
        ('"point"', '"furlong"', "a unit among"),
        ("k = 2", "k = 3", "k = 2, the number of its effects, got 3"),
        ("tau2 = 0.0\n", "", "a tau2 in every row"),
        ("low = -2.0", "low = 2.0", "rising order"),
        ("k = 2", "k = 2\nluck = 1", "luck in"),
    ],
)
def test_a_broken_summary_fails_with_one_sentence(before: str, after: str, said: str) -> None:
    known = {"first": effect("first"), "second": effect("second")}
    assert read_pooled(_ROW, "pooled.toml", known)["pool"].high == 0.0
    with pytest.raises(DataFileError, match=said):
        read_pooled(_ROW.replace(before, after, 1), "pooled.toml", known)


def test_a_broken_question_fails_with_one_sentence() -> None:
    with pytest.raises(DataFileError, match="a claim in every row"):
        read_questions('[q]\neffects = ["first", "second"]', "questions.toml", {})
    with pytest.raises(DataFileError, match="the key of an effect"):
        read_questions('[q]\nclaim = "a"\neffects = ["first", "second"]', "questions.toml", {})


def test_users_read_stored_rows_and_compute_nothing() -> None:
    heavy = "{'statsmodels', 'scipy', 'numpy', 'pandas'}"
    watch = f"import sys; from kinechain.evidence.pooling import *; pooled(); refusals(); print(sorted(set(sys.modules) & {heavy}))"
    assert subprocess.run([sys.executable, "-c", watch], check=True, capture_output=True, text=True).stdout.strip() == "[]"
