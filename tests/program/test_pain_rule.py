"""What one session says, by its pain alone: what is tolerated, what is stepped back from, what nobody can judge."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.training import Done, Session
from kinechain.program.pain_rule import Ruling, Verdict, judge

MONDAY = date(2026, 11, 23)
TOLD = st.none() | st.floats(0.0, 10.0)


def session(
    day: int = 0, before: float | None = 2.0, during: float | None = 3.0, morning: float | None = 2.0, **rest: object
) -> Session:
    return Session(MONDAY + timedelta(day), pain_before=before, pain_during=during, pain_next_morning=morning, **rest)


def week(*mornings: float | None, usual: float | None = None, during: float = 3.0) -> Verdict:
    """Return the verdict of the last of sessions every other day, of which each morning is told."""
    verdicts: tuple[Verdict, ...] = ()
    for number, morning in enumerate(mornings):
        verdicts = (*verdicts, judge(session(2 * number, before=morning, during=during, morning=morning), verdicts, usual))
    return verdicts[-1]


def reasons(verdict: Verdict) -> list[str]:
    return [because.reason.removeprefix("because_after.") for because in verdict.because]


@pytest.mark.parametrize(
    ("told", "usual", "ruling", "why"),
    [
        (session(during=4.0, morning=3.0), 3.0, "good", "tolerated"),
        (session(during=5.0, morning=0.0), 0.0, "good", "tolerated"),
        (session(during=4.0, morning=4.0), 3.0, "good", "tolerated"),
        (session(during=4.0, morning=5.0), 3.0, "back", "worse_next_morning"),
        (session(before=4.0, during=4.0, morning=4.0), None, "good", "tolerated"),
        (session(before=1.0, during=4.0, morning=4.0), None, "back", "worse_next_morning"),
        (session(during=7.0), 3.0, "stop", "pain_stop"),
        (session(during=5.5, morning=None), 3.0, "stop", "pain_stop"),
        (session(during=3.0, pain_hour_after=7.0), 3.0, "back", "pain_above"),
        (session(during=3.0, morning=7.0), 7.0, "back", "pain_above"),
        (session(before=6.0, during=5.0, morning=3.0), 3.0, "back", "pain_above"),
        (session(during=0.0, morning=0.0, gave_way=True), 3.0, "stop", "gave_way"),
        (session(morning=None), 3.0, "hold", "morning_not_told"),
        (session(during=None), 3.0, "hold", "pain_not_told"),
        (session(before=None), None, "hold", "usual_not_told"),
    ],
)
def test_a_session_is_judged_against_the_persons_own_usual_level(told: Session, usual: float | None, ruling: str, why: str) -> None:
    verdict = judge(told, (), usual)
    assert (verdict.ruling, reasons(verdict)[0]) == (ruling, why)


def test_the_limit_of_five_still_counts_and_all_that_speaks_against_a_session_is_told() -> None:
    verdict = judge(session(during=7.0, pain_hour_after=6.0, morning=5.0), (), 2.0)
    assert reasons(verdict) == ["pain_stop", "pain_above", "worse_next_morning"]


def test_pain_of_one_line_is_pain_of_the_session() -> None:
    told = session(during=None, done=(Done("hip", (8, 8), pain=1.0), Done("knee", (8, 8), pain=6.0)))
    assert judge(told, (), 3.0).worst == 6.0
    assert judge(told, (), 3.0).ruling is Ruling.STOP


def test_mornings_that_rise_over_a_week_are_stepped_back_from_though_none_is_too_much() -> None:
    assert reasons(week(2.0, 3.0, 4.0, usual=4.0)) == ["rising"]
    assert week(2.0, 3.0, 4.0).ruling is Ruling.BACK, "each is as the pain before it, so only the rise tells"


@pytest.mark.parametrize(
    "mornings", [(2.0, 4.0, 2.0), (4.0, 2.0, 4.0), (3.0, 3.0, 4.0), (3.0, 2.0, 1.0), (2.0, 4.0), (4.0, 4.0, 4.0)]
)
def test_mornings_that_come_and_go_do_not_rise(mornings: tuple[float, ...]) -> None:
    assert week(*mornings, usual=3.0).ruling is Ruling.GOOD


def test_a_rise_is_looked_for_within_a_week_and_among_sessions_that_were_tolerated() -> None:
    slow = tuple(judge(session(7 * number, morning=1.0 + number), (), 4.0) for number in range(3))
    assert judge(session(21, morning=4.0), slow, 4.0).ruling is Ruling.GOOD, "one point a week is no rise within one"
    bad = judge(session(0, during=8.0, morning=0.0), (), 4.0)
    fine = judge(session(2, morning=2.0), (bad,), 4.0)
    assert judge(session(4, morning=4.0), (bad, fine), 4.0).ruling is Ruling.GOOD, "two mornings always make a line"


def test_a_jump_above_the_usual_level_asks_the_safety_questions_again_without_stepping_back() -> None:
    quiet = judge(session(0, during=1.0), (), 1.0)
    jumped = judge(session(2, during=4.0), (quiet,), 1.0)
    assert (jumped.ruling, jumped.ask_again, reasons(jumped)) == (Ruling.GOOD, True, ["tolerated", "jump"])
    assert not judge(session(2, during=4.0), (quiet,), 3.0).ask_again, "within a point of what is usual"


def test_a_morning_far_worse_than_those_before_asks_the_safety_questions_again() -> None:
    quiet = judge(session(0, morning=3.0), (), 3.0)
    swollen = judge(session(2, during=3.0, morning=8.0), (quiet,), 3.0)
    assert (swollen.ruling, swollen.ask_again, reasons(swollen)) == (
        Ruling.BACK,
        True,
        ["pain_above", "worse_next_morning", "jump"],
    )
    assert swollen.because[-1].parameters["when"] == "next_morning"
    assert not judge(session(2, during=3.0, morning=4.0), (quiet,), 3.0).ask_again


def test_a_stop_asks_the_safety_questions_again() -> None:
    assert judge(session(gave_way=True), (), 3.0).ask_again
    assert judge(session(during=8.0), (), 3.0).ask_again


@given(TOLD, TOLD, TOLD, TOLD, TOLD, st.booleans())
def test_no_session_is_good_against_the_rule(
    before: float | None, during: float | None, hour: float | None, morning: float | None, usual: float | None, gave_way: bool
) -> None:
    """The rule as a sentence, written down a second time."""
    told = session(before=before, during=during, morning=morning, pain_hour_after=hour, gave_way=gave_way)
    level = before if usual is None else usual
    every = [pain for pain in (before, during, hour, morning) if pain is not None]
    verdict = judge(told, (), usual)
    if gave_way or (during is not None and during > 5.0):
        assert verdict.ruling is Ruling.STOP
    elif max(every, default=0.0) > 5.0 or (level is not None and morning is not None and morning > level + 1.0):
        assert verdict.ruling is Ruling.BACK
    elif during is None or morning is None or level is None:
        assert verdict.ruling is Ruling.HOLD
    else:
        assert verdict.ruling is Ruling.GOOD


@given(st.lists(st.tuples(TOLD, TOLD), max_size=6), st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_more_pain_never_makes_a_session_better(
    earlier: list[tuple[float | None, float | None]], during: float, morning: float
) -> None:
    verdicts: tuple[Verdict, ...] = ()
    for number, (felt, after) in enumerate(earlier):
        verdicts = (*verdicts, judge(session(number, during=felt, morning=after), verdicts, 3.0))
    order = list(Ruling)
    now = judge(session(7, during=during, morning=morning), verdicts, 3.0)
    worse = judge(session(7, during=min(during + 2.0, 10.0), morning=min(morning + 2.0, 10.0)), verdicts, 3.0)
    assert order.index(worse.ruling) >= order.index(now.ruling)
