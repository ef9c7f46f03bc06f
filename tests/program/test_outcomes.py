"""Outcome scores come out as on the official form, refuse what it cannot give, and tell a change only past its threshold."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.training import Score
from kinechain.evidence import norms
from kinechain.program.outcomes import change, changes, instrument, instruments, read_instruments, score
from kinechain.program.retest import Better, Seen

DAY = date(2026, 11, 23)
#: Seven items short of their best by 2, 2, 1, 2, 3, 4 and 2 points: 100 - 16.
RUNNER = {
    "limp": 3,
    "support": 5,
    "walking": 5,
    "stairs": 8,
    "squatting": 4,
    "running": 8,
    "jumping": 7,
    "sitting": 6,
    "pain": 8,
    "swelling": 10,
    "patellar_movement": 10,
    "atrophy": 5,
    "flexion_deficit": 5,
}


def made(code: str, total: float | int | None = None, items: dict[str, int] | None = None, weeks: int = 0) -> Score:
    points = {name: float(each) for name, each in (items or {}).items()}
    return score(code, DAY + timedelta(weeks=weeks), None if total is None else float(total), points)


def later(code: str, *totals: float | int) -> list[Score]:
    return [made(code, total, weeks=number) for number, total in enumerate(totals)]


def test_the_best_knee_makes_a_hundred_the_worst_none_and_a_runner_eighty_four() -> None:
    points = instrument("akps").items
    assert len(points) == 13
    assert made("akps", items={name: int(each[0]) for name, each in points.items()}).total == 100.0
    assert made("akps", items={name: int(each[-1]) for name, each in points.items()}).total == 0.0
    assert made("akps", items=RUNNER).total == 84.0
    assert made("akps", 84, RUNNER).items == RUNNER


def test_the_patient_specific_scale_is_a_mean_of_activities_of_ones_own() -> None:
    assert made("psfs", items={"stairs": 4, "running": 2, "kneeling": 6}).total == 4.0
    assert made("psfs", 4.3, {"stairs": 4, "running": 3, "kneeling": 6}).total == pytest.approx(13 / 3)


@pytest.mark.parametrize(
    ("code", "total", "items", "said"),
    [
        ("akps", None, RUNNER | {"limp": 4}, "Expected points among 0, 3, 5 for limp of akps, got 4."),
        (
            "akps",
            None,
            {name: RUNNER[name] for name in RUNNER if name != "pain"},
            "points for all 13 items of akps, got none for pain",
        ),
        ("akps", None, RUNNER | {"kneeling": 5}, "Expected an item of akps, got 'kneeling'."),
        ("akps", 90, RUNNER, "Expected a total of 84 for akps, as its items make, got 90."),
        ("akps", 101, None, "Expected a total of akps from 0 to 100, got 101."),
        ("akps", 70.5, None, "Expected a whole number as total of akps, got 70.5."),
        ("akps", None, None, "Expected a total or points for akps, got neither."),
        ("usual_pain", 11, None, "from 0 to 10, got 11"),
        ("koos_pf", None, {"one": 1}, "Expected the total of koos_pf alone, got its item 'one'."),
        ("psfs", None, {"stairs": 4, "running": 2}, "Expected at least 3 activities in psfs, got 2."),
        ("psfs", None, {"stairs": 4, "running": 2, "sitting": 12}, "points from 0 to 10 for 'sitting' of psfs, got 12"),
        ("groc", -8, None, "from -7 to 7, got -8"),
        ("kujala", 80, None, "Expected the code of an outcome score, got 'kujala'."),
    ],
)
def test_what_a_form_cannot_give_is_refused_in_one_sentence(
    code: str, total: float | int | None, items: dict[str, int] | None, said: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        made(code, total, items)


@pytest.mark.parametrize(
    ("code", "totals", "seen"),
    [
        ("akps", (70, 83), Seen.BETTER),
        ("akps", (70, 82), Seen.NO_CHANGE_SEEN),  # more than the 10 that people notice, less than the noise of 13
        ("akps", (83, 70), Seen.WORSE),
        ("worst_pain", (6, 4), Seen.BETTER),
        ("worst_pain", (6, 4.5), Seen.NO_CHANGE_SEEN),
        ("usual_pain", (3, 5), Seen.WORSE),
        ("koos_pf", (50, 66), Seen.NO_CHANGE_SEEN),
        ("koos_pf", (50, 67), Seen.BETTER),
        ("psfs", (4, 6), Seen.BETTER),
        ("psfs", (4,), Seen.CANNOT_JUDGE),
        ("groc", (3,), Seen.NO_CHANGE_SEEN),
        ("groc", (-2, 5), Seen.BETTER),
        ("groc", (5, -4), Seen.WORSE),  # a rating of change is not compared with an earlier one
    ],
)
def test_a_change_has_to_reach_the_largest_of_its_thresholds(code: str, totals: tuple[float | int, ...], seen: Seen) -> None:
    found = change(later(code, *totals))
    assert found.seen is seen
    (row,) = found.because.sources
    assert found.threshold in (norms()[row].mdc, norms()[row].mic), "it leads to the row that decides, and to no better known one"


def test_the_first_day_is_set_against_the_latest_however_they_are_told() -> None:
    told = later("akps", 60, 90, 75)
    found = change([told[2], told[0], told[1]])
    assert (found.before, found.after, found.difference, found.seen) == (told[0], told[2], 15.0, Seen.BETTER)


def test_other_activities_are_not_compared() -> None:
    first = made("psfs", items={"stairs": 2, "running": 2, "kneeling": 2})
    second = made("psfs", items={"stairs": 8, "running": 8, "sitting": 8}, weeks=6)
    found = change([first, second])
    assert (found.seen, found.because.reason) == (Seen.CANNOT_JUDGE, "outcome.because.other_items")


def test_each_instrument_is_told_by_itself_in_the_order_of_the_file() -> None:
    found = changes([*later("worst_pain", 6, 2), *later("akps", 60, 62)])
    assert [(one.instrument, one.seen) for one in found] == [("akps", Seen.NO_CHANGE_SEEN), ("worst_pain", Seen.BETTER)]
    assert changes([]) == ()
    with pytest.raises(UsageError, match="scores of one instrument"):
        change([*later("akps", 60), *later("groc", 2)])


@given(st.sampled_from(["akps", "usual_pain", "worst_pain", "koos_pf", "psfs"]), st.integers(0, 100), st.integers(0, 100))
def test_there_and_back_is_the_same_change_turned_round(code: str, first: int, second: int) -> None:
    low, high = instrument(code).low, instrument(code).high
    a, b = (min(max(float(total), low), high) for total in (first, second))
    there, back = change(later(code, a, b)), change(later(code, b, a))
    assert back.difference == -there.difference
    assert {there.seen, back.seen} in ({Seen.BETTER, Seen.WORSE}, {Seen.NO_CHANGE_SEEN})


def test_every_threshold_is_a_row_of_the_ledger_and_pain_gets_better_by_less() -> None:
    told = [(code, one.threshold) for code, one in instruments().items()]
    assert told == [("akps", 13.0), ("usual_pain", 2.0), ("worst_pain", 2.0), ("koos_pf", 16.4), ("psfs", 2.0), ("groc", 4.0)]
    assert {code for code, one in instruments().items() if one.better is Better.LESS} == {"usual_pain", "worst_pain"}


ROW = '[one]\nlow = 0\nhigh = 10\nbetter = "more"\nscored = "sum"\nthresholds = ["worst-pain.crossley-2004"]\nreason = "So."\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROW.replace("worst-pain.crossley-2004", "worst-pain.nobody"), "Expected the key of a norm as threshold"),
        (ROW.replace("worst-pain.crossley-2004", "foot.spain"), "a threshold with a smallest change, got none"),
        (ROW.replace('reason = "So."', ""), "Expected a source or a reason"),
        (ROW.replace('"more"', '"up"'), "Expected better among more, less"),
        (ROW + "[one.items]\nlimp = [5, 0]\n", "items whose points go from 0 to 10"),
        (ROW.replace("low = 0", "low = 20"), "rising order"),
    ],
)
def test_a_bad_instrument_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(DataFileError, match=re.escape(said)):
        read_instruments(text, "outcomes.toml", norms())
    assert read_instruments(ROW, "outcomes.toml", norms())["one"].threshold == 2.0
