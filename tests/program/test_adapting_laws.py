"""Laws of adapting that hold for whole diaries, whatever somebody tells."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.core.training import EQUIPMENT, LOAD_CLASSES, Basis, Diary, Done, Intake, Part, Prescription, Program, Session
from kinechain.program.adapting import Adapted, Step, adapt, week_of
from kinechain.program.building import build
from kinechain.program.catalogue import exercise
from kinechain.program.checks import faults
from kinechain.program.exercise_loads import highest_class

START = date(2026, 11, 23)
#: Four people: somebody with nothing at hand, a runner with everything, a sore one, and one whose pain is not told.
PEOPLE = (
    Intake(usual_pain=3.0),
    Intake(usual_pain=1.0, goals=("running", "jumping", "squat_deeper"), equipment=EQUIPMENT, pain_free_flexion_rad=1.2),
    Intake(usual_pain=4.0, worst_pain=7.0, equipment=("chair", "band")),
    Intake(goals=("lifting",), equipment=("barbell", "chair", "wedge"), days=(0, 3), pain_free_flexion_rad=1.5),
)
STRENGTH, DAILY = ("knee", "hip", "knee_second"), ("ankle", "foot", "balance", "limit_ankle_daily")
#: What is told of a session: days since the last, lines, repetitions of each set, effort, pain during, after and next morning, and
#: whether the knee gave way. Mostly good, so that lines climb; types are made in tests, as their checks draw numbers themselves.
Told = tuple[int, tuple[str, ...], list[int], float | None, float | None, float | None, float | None, bool]
TOLD = st.tuples(
    st.sampled_from([2] * 8 + [0, 1, 3, 9]),
    st.sampled_from(
        [STRENGTH] * 6 + [DAILY] * 3 + [("knee",), ("hip", "foot"), ("running", "walking"), ("nowhere", "balance"), ()]
    ),
    st.sampled_from([[30, 30, 30]] * 12 + [[8, 8], [5], [0], []]),
    st.sampled_from([6.0] * 12 + [None]),
    st.sampled_from([2.0] * 12 + [1.0, 3.0, 4.0, 5.0, 5.5, 9.0, None]),
    st.sampled_from([None] * 12 + [2.0, 7.0]),
    st.sampled_from([1.0] * 12 + [0.0, 2.0, 3.0, 4.0, 8.0, None]),
    st.sampled_from([False] * 20 + [True]),
)
TOLDS = st.lists(TOLD, min_size=3, max_size=12)
#: How sessions feel that are done as the program asks: good ones mostly, so that lines climb.
FELT = st.sampled_from([(2.0, 1.0)] * 6 + [(3.0, None), (7.0, 1.0), (2.0, 8.0)])


def sessions(told: Sequence[Told]) -> tuple[Session, ...]:
    """Return what was told as sessions; some begin before the program and some follow its end."""
    days = itertools.accumulate((one[0] for one in told), initial=-3)
    made = []
    for (_, slots, sets, effort, during, hour, morning, gave_way), day in zip(told, itertools.islice(days, 1, None), strict=True):
        done = tuple(Done(slot, tuple(sets), effort) for slot in slots)
        made.append(Session(START + timedelta(day), done, 1.0, during, hour, morning, gave_way))
    return tuple(made)


@cache
def program(person: int) -> Program:
    return build(Basis(PEOPLE[person]), START)


def asked(of: Program, on: date, during: float, morning: float | None) -> Session:
    """Return a session done as a program asks."""
    week = week_of(of, on)
    lines = [line for line in of.prescriptions if line.weeks[0] <= week <= line.weeks[1]]
    done = tuple(Done(line.slot, (line.dose.repetitions,) * line.dose.sets, 6.0) for line in lines)
    return Session(on, done, pain_before=1.0, pain_during=during, pain_next_morning=morning)


def lived(of: Program, felt: Sequence[tuple[int, float, float | None]]) -> Adapted:
    """Return what comes of sessions, each done as the program then asks: on a day from the start, with pain during and after."""
    done: tuple[Session, ...] = ()
    for day, during, morning in felt:
        done = (*done, asked(adapt(of, Diary(done)).program, START + timedelta(day), during, morning))
    return adapt(of, Diary(done))


def lines_of(steps: Sequence[Step]) -> dict[str, list[Step]]:
    return {slot: [step for step in steps if step.slot == slot] for slot in {step.slot for step in steps}}


def differs(before: Prescription, after: Prescription) -> list[str]:
    dose = [
        what
        for what in ("sets", "repetitions", "seconds", "days", "effort")
        if getattr(before.dose, what) != getattr(after.dose, what)
    ]
    return dose + [
        what
        for what in ("exercise", "flexion_rad", "side", "part", "weeks", "link")
        if getattr(before, what) != getattr(after, what)
    ]


def net(found: Adapted, part: Part) -> int:
    """Return how many steps forwards a part of a program has taken more than back."""
    return sum(1 if step.forward else -1 for step in found.steps if step.before.part is part)


@given(st.integers(0, 3), TOLDS)
@settings(max_examples=20, deadline=None)
def test_every_step_is_one_step_and_no_session_takes_two(person: int, told: list[Told]) -> None:
    of = program(person)
    found = adapt(of, Diary(sessions(told)))
    for slot, steps in lines_of(found.steps).items():
        assert steps[0].before == of.line(slot)
        assert steps[-1].after == found.program.line(slot)
        assert all(one.after == other.before for one, other in itertools.pairwise(steps)), "nothing happens between two steps"
        assert len({step.on for step in steps}) == len(steps), "one line changes once after a session"
    for step in found.steps:
        changed = differs(step.before, step.after)
        assert (len(changed) == 1) or step.what == "exercise", changed
    forwards = [(step.on, step.before.part) for step in found.steps if step.forward]
    assert len(set(forwards)) == len(forwards), "one thing in each part"


@given(st.integers(0, 3), TOLDS)
@settings(max_examples=20, deadline=None)
def test_no_diary_leads_past_a_law_of_the_program(person: int, told: list[Told]) -> None:
    of = program(person)
    found = adapt(of, Diary(sessions(told)))
    last = max((verdict.on for verdict in found.verdicts), default=START)
    week = min(max(week_of(of, last), 1), of.weeks)
    assert faults(found.program, week) == ()
    for step in found.steps:
        if step.forward:
            assert step.after.dose.sets <= exercise(step.after.exercise).sets[1]
            load = highest_class(step.after.exercise, step.after.flexion_rad)
            assert LOAD_CLASSES.index(load) <= LOAD_CLASSES.index(of.load_caps[week_of(of, step.on) - 1])


@given(st.integers(0, 3), TOLDS)
@settings(max_examples=20, deadline=None)
def test_nothing_gets_harder_after_a_session_against_the_pain_rule(person: int, told: list[Told]) -> None:
    """The pain rule as a sentence, over the days as they were told."""
    of = program(person)
    found = adapt(of, Diary(sessions(told)))
    for step in found.steps:
        day = [session for session in sessions(told) if session.on == step.on]
        felt = [
            pain
            for one in day
            for pain in (one.pain_during, one.pain_hour_after, one.pain_before, *(done.pain for done in one.done))
        ]
        mornings = [one.pain_next_morning for one in day if one.pain_next_morning is not None]
        if step.forward:
            assert max(pain for pain in felt if pain is not None) <= 5.0
            assert mornings
            assert max(mornings) <= (1.0 if of.usual_pain is None else of.usual_pain) + 1.0
            assert not any(one.gave_way for one in day)


@given(st.integers(0, 3), TOLDS, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_same_diary_makes_the_same_program_in_whatever_order_it_was_told(
    person: int, told: list[Told], shuffle: random.Random
) -> None:
    of = program(person)
    mixed = [replace(session, done=session.done[::-1]) for session in sessions(told)]
    shuffle.shuffle(mixed)
    assert repr(adapt(of, Diary(sessions(told)))) == repr(adapt(of, Diary(tuple(mixed))))


@given(st.integers(0, 3), TOLDS)
@settings(max_examples=20, deadline=None)
def test_what_was_told_later_changes_nothing_of_what_came_before(person: int, told: list[Told]) -> None:
    of = program(person)
    whole = adapt(of, Diary(sessions(told)))
    for day in {session.on for session in sessions(told)[:3]}:
        early = adapt(of, Diary(tuple(session for session in sessions(told) if session.on <= day)))
        assert early.verdicts == whole.verdicts[: len(early.verdicts)]
        assert early.steps == whole.steps[: len(early.steps)]


@given(st.integers(0, 3), TOLDS, st.sampled_from([(8.0, 1.0), (2.0, 10.0), (10.0, None)]))
@settings(max_examples=20, deadline=None)
def test_one_more_bad_session_at_the_end_makes_no_line_harder(
    person: int, told: list[Told], felt: tuple[float, float | None]
) -> None:
    of = program(person)
    before = adapt(of, Diary(sessions(told)))
    last = max((session.on for session in sessions(told)), default=START) + timedelta(1)
    after = adapt(of, Diary((*sessions(told), asked(before.program, last, *felt))))
    more = after.steps[len(before.steps) :]
    assert not any(step.forward for step in more)
    for step in more:
        back = [highest_class(line.exercise, line.flexion_rad) for line in (step.before, step.after)]
        assert LOAD_CLASSES.index(back[1]) <= LOAD_CLASSES.index(back[0])
        way = [line for one in before.steps if one.slot == step.slot for line in (one.before, one.after)]
        last_move = [one for one in before.steps if one.slot == step.slot][-1:]
        if last_move and last_move[0].forward:
            assert step.after == way[-2], "the way it came"


@given(st.integers(0, 3), st.lists(FELT, min_size=1, max_size=9), st.data())
@settings(max_examples=20, deadline=None)
def test_one_more_bad_session_anywhere_never_leaves_a_part_further_on(
    person: int, felt: list[tuple[float, float | None]], data: st.DataObject
) -> None:
    """For somebody who does what is asked each time: a bad session more, whenever it comes, is never made good and more."""
    of = program(person)
    days = [7 * (number // 3) + 2 * (number % 3) for number in range(len(felt))]
    plain = [(day, *one) for day, one in zip(days, felt, strict=True)]
    at = data.draw(st.sampled_from(days))
    worse = sorted([*plain, (at + 1, 8.0, data.draw(st.sampled_from([None, 0.0, 9.0])))])
    less, more = lived(of, worse), lived(of, plain)
    for part in Part:
        assert net(less, part) <= net(more, part)


@given(st.integers(0, 3), TOLDS)
@settings(max_examples=20, deadline=None)
def test_locked_lines_never_change(person: int, told: list[Told]) -> None:
    of = program(person)
    locked = replace(of, prescriptions=tuple(replace(line, locked=True) for line in of.prescriptions))
    assert adapt(locked, Diary(sessions(told))).program == locked
