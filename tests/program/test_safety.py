"""Who is sent to whom, and how soon: people as a clinician would write them down, and laws that hold for all answers."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.core.errors import UsageError
from kinechain.program.conditions import UNKNOWN, Answer, Question
from kinechain.program.safety import (
    Outcome,
    ask_again,
    hip_rotation_answers,
    must_stop,
    questions,
    to_ask,
    triage,
    worth_asking,
)
from kinechain.program.safety_rules import Urgency, Whom, safety

ASKED = {question.code: question for question in safety().questions}


def person(age: float, **worries: Answer) -> dict[str, Answer]:
    """Return somebody who has answered every question, harmlessly but for `worries`."""
    answers: dict[str, Answer] = {"age": age, **worries}
    while left := to_ask(answers):
        answers |= {question.code: question.harmless for question in left}
    return answers


def seen(outcome: Outcome) -> tuple[str | None, str | None, bool, bool]:
    return outcome.urgency, outcome.whom, outcome.may_test, outcome.program


# --- The cases that must come out as they do ---

GO_ON = (None, None, True, True)


@pytest.mark.parametrize(
    ("who", "flag", "outcome"),
    [
        (person(30, locked="yes"), "locked_knee", ("urgent", "doctor", False, False)),
        (person(30, hot_red_swollen="yes", fever_or_ill="no"), "infection", ("same_day", "emergency", False, False)),
        (person(30, fever_or_ill="yes"), "infection", ("same_day", "emergency", False, False)),
        (person(15, limp="yes"), "hip_of_the_young", ("urgent", "doctor", False, False)),
        (person(16, lost_hip_rotation="yes"), "hip_of_the_young", ("urgent", "doctor", False, False)),
        (person(12, limp="yes"), "hip_of_the_young", ("urgent", "doctor", False, False)),
        (person(40, calf_sore="yes", clot_risk="yes"), "clot_after_rest", ("same_day", "doctor", False, False)),
        (person(40, calf_sore="yes", surgery="yes"), "clot_after_rest", ("same_day", "doctor", False, False)),
        (person(40, calf_swollen="yes"), "clot", ("same_day", "doctor", False, False)),
        (person(40, calf_sore="yes", breathless="yes"), "clot_in_lung", ("now", "emergency", False, False)),
        (person(29, calf_sore="yes", pregnant="yes"), "clot_after_rest", ("same_day", "doctor", False, False)),
        (person(40, calf_swollen="yes", breathless="yes"), "clot_in_lung", ("now", "emergency", False, False)),
        (person(40, calf_sore="yes"), "sore_calf", ("soon", "doctor", False, False)),
        (person(34, injury="within_week", cannot_bend_90="yes"), "x_ray_after_injury", ("same_day", "emergency", False, False)),
        (
            person(34, injury="within_week", cannot_take_four_steps="yes"),
            "x_ray_after_injury",
            ("same_day", "emergency", False, False),
        ),
        (person(34, injury="within_week", kneecap_tender="yes"), "x_ray_after_injury", ("same_day", "emergency", False, False)),
        (person(34, injury="within_week", fibula_tender="yes"), "x_ray_after_injury", ("same_day", "emergency", False, False)),
        (
            person(55, injury="within_week", osteoarthritis_looked_at="yes"),
            "x_ray_after_injury",
            ("same_day", "emergency", False, False),
        ),
        (person(34, injury="earlier", swelled_within_hours="yes"), "bled_into_joint", ("urgent", "doctor", False, False)),
        (person(34, cannot_raise_straight_leg="yes"), "extensor_torn", ("same_day", "emergency", False, False)),
        (person(34, cannot_use="yes"), "knee_unusable", ("same_day", "emergency", False, False)),
        (person(34, dislocated="now"), "out_of_joint", ("now", "emergency", False, False)),
        (person(34, dislocated="recently"), "came_out_of_joint", ("urgent", "doctor", False, False)),
        (person(34, dislocated="long_ago"), "kneecap_unstable", ("clinician_first", "clinician", False, False)),
        (person(34, gives_way="yes"), "unstable_knee", ("urgent", "doctor", False, False)),
        (person(34, numb_cold_discoloured="yes"), "blood_or_nerve", ("now", "emergency", False, False)),
        (person(34, rest_or_night_pain="yes"), "rest_or_night_pain", ("soon", "doctor", False, False)),
        (person(34, lump="yes"), "lump_or_weight_loss", ("soon", "doctor", False, False)),
        (person(34, weight_loss="yes"), "lump_or_weight_loss", ("soon", "doctor", False, False)),
        (person(19, lump="yes"), "lump_in_the_young", ("urgent", "doctor", False, False)),
        (person(34, surgery="yes"), "after_surgery", ("clinician_first", "clinician", False, False)),
        (person(34, injection="yes"), "after_injection", ("clinician_first", "clinician", False, False)),
        (person(34, artificial_joint="yes"), "artificial_joint", ("clinician_first", "clinician", False, False)),
        (person(29, pregnant="yes"), "pregnancy", ("clinician_first", "clinician", False, False)),
        (person(34, inflammatory_disease="yes"), "inflammatory_disease", ("clinician_first", "clinician", False, False)),
        (person(34, morning_stiffness="longer"), "inflammatory_disease", ("clinician_first", "clinician", False, False)),
        (person(34, neurological_disease="yes"), "neurological_disease", ("clinician_first", "clinician", False, False)),
        (person(34, anticoagulants="yes"), "anticoagulants", ("clinician_first", "clinician", False, False)),
        (person(34, told_not_to_exercise="yes"), "told_not_to_exercise", ("clinician_first", "clinician", False, False)),
        (person(13), "child", ("clinician_first", "clinician", False, False)),
        (person(15, guardian="no"), "guardian_away", ("guardian_first", "guardian", False, False)),
        (person(62, osteoarthritis_looked_at="no"), "osteoarthritis", ("osteoarthritis_first", "clinician", True, False)),
    ],
)
def test_a_flag_ends_in_whom_to_see_and_how_soon_and_no_program(
    who: dict[str, Answer], flag: str, outcome: tuple[str | None, str | None, bool, bool]
) -> None:
    found = triage(who)
    assert flag in found.flags
    assert seen(found) == outcome
    assert (found.unsure, found.unanswered) == ((), ())


@pytest.mark.parametrize(
    "who",
    [
        person(30),
        person(18),
        person(50),
        person(15),
        person(17),
        person(62, osteoarthritis_looked_at="yes"),
        person(34, injury="within_week"),
        person(34, injury="earlier"),
        person(34, morning_stiffness="up_to_half_an_hour"),
        person(15, **hip_rotation_answers(0.7, 0.6)),
    ],
)
def test_without_any_sign_tests_and_a_program_are_open(who: dict[str, Answer]) -> None:
    found = triage(who)
    assert found.clear
    assert seen(found) == GO_ON


def test_the_most_pressing_flag_leads_and_the_others_are_still_told() -> None:
    found = triage(person(40, anticoagulants="yes", locked="yes", hot_red_swollen="yes"))
    assert found.flags == ("infection", "locked_knee", "anticoagulants")
    assert (found.urgency, found.whom) == (Urgency.SAME_DAY, Whom.EMERGENCY)


def test_a_hip_that_was_measured_speaks_without_being_asked() -> None:
    """15 degrees inward on one side is little; 30 against 50 is a side that has lost a third; 40 and 45 are fine."""
    degree = 3.141592653589793 / 180.0
    assert "hip_of_the_young" in triage(person(15, **hip_rotation_answers(15 * degree, None))).flags
    assert "hip_of_the_young" in triage(person(15, **hip_rotation_answers(30 * degree, 50 * degree))).flags
    assert triage(person(15, **hip_rotation_answers(40 * degree, 45 * degree))).clear
    assert triage(person(30, **hip_rotation_answers(15 * degree, 45 * degree))).clear, "the rule is for growing people"
    assert hip_rotation_answers(None, float("nan")) == {}


# --- Who is asked what ---


def test_each_age_is_asked_its_own_questions() -> None:
    asked = {age: {question.code for question in questions(age)} for age in (13, 15, 30, 50, 51)}
    assert "limp" in asked[13] & asked[15]
    assert "limp" not in asked[30]
    assert "guardian" in asked[15]
    assert "guardian" not in asked[13] | asked[30]
    assert "osteoarthritis_looked_at" in asked[51]
    assert "osteoarthritis_looked_at" not in asked[50]
    assert asked[30] == asked[50]


def test_the_ottawa_questions_come_after_an_injury_of_this_week_only() -> None:
    ottawa = {"cannot_take_four_steps", "cannot_bend_90", "kneecap_tender", "fibula_tender"}

    def then(injury: str) -> set[str]:
        return {question.code for question in to_ask({"age": 30.0, "injury": injury})}

    assert ottawa <= then("within_week")
    assert ottawa <= then(UNKNOWN), "who does not know is asked"
    assert not ottawa & (then("earlier") | then("no"))
    assert "swelled_within_hours" in then("earlier")


def test_no_answer_is_not_no() -> None:
    """Nobody who left one question out is told to go on; the question is named, so that it is asked again."""
    whole = person(30)
    for code in whole:
        found = triage({other: answer for other, answer in whole.items() if other != code})
        assert code in found.unanswered
        assert (found.may_test, found.program, found.clear) == (False, False, False)
    nothing = triage({})
    assert nothing.unanswered[0] == "age"
    assert seen(nothing) == (None, None, False, False)


@pytest.mark.parametrize("code", [question.code for question in safety().questions if question.words])
def test_not_knowing_is_not_no_either(code: str) -> None:
    """Somebody has to look, as soon as for a yes or a step later, never sooner; and nothing is said to be up."""
    age = 15 if code in ("limp", "lost_hip_rotation", "guardian") else 60 if code in ("osteoarthritis_looked_at", "injury") else 30
    after = ASKED[code].asked.questions
    context: dict[str, Answer] = (
        {"calf_sore": "yes"} if "calf_sore" in after else {"injury": "within_week"} if "injury" in after else {}
    )
    harmless = triage(person(age, **context))
    unsure = triage(person(age, **context, **{code: UNKNOWN}))
    worst = triage(person(age, **context, **{code: ASKED[code].words[-1]}))
    assert unsure.unsure
    assert set(unsure.flags) == set(harmless.flags)
    assert not unsure.program
    assert milder(worst) <= milder(unsure) <= milder(harmless)


def test_who_has_to_go_today_is_asked_no_more_than_could_send_them_at_once() -> None:
    answers: dict[str, Answer] = {"age": 30.0, "numb_cold_discoloured": "no", "hot_red_swollen": "yes"}
    left = {question.code for question in worth_asking(answers)}
    assert left == {"calf_swollen", "calf_sore", "dislocated"}
    assert "breathless" in {question.code for question in worth_asking(answers | {"calf_swollen": "yes"})}
    assert worth_asking({"numb_cold_discoloured": "yes"}) == ()
    assert worth_asking({"age": 30.0, "anticoagulants": "yes"}) == to_ask({"age": 30.0, "anticoagulants": "yes"})


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"knee_temperature": "hot"}, "the code of a safety question"),
        ({"locked": "maybe"}, "locked answered with no, yes, unknown"),
        ({"injury": "yes"}, "injury answered with no, earlier, within_week, unknown"),
        ({"age": "thirty"}, "age as a number from 5 to 110"),
        ({"age": 3.0}, "age as a number from 5 to 110"),
        ({"age": float("nan")}, "age as a number from 5 to 110"),
        ({"age": UNKNOWN}, "age as a number from 5 to 110"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_one_sentence(answers: dict[str, Answer], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        triage(answers)


# --- When to stop, and when to ask again ---


def test_a_test_stops_above_five_of_ten_or_when_the_knee_gives_way() -> None:
    assert [must_stop(pain, False) for pain in (0.0, 5.0, 5.1, 10.0, None)] == [False, False, True, True, False]
    assert must_stop(None, True)
    assert must_stop(0.0, True)
    for wrong in (-1.0, 11.0, float("nan")):
        with pytest.raises(UsageError, match="a pain between 0"):
            must_stop(wrong, False)


def test_the_questions_come_back_when_pain_jumps_and_when_it_creeps() -> None:
    assert not ask_again([])
    assert not ask_again([7.0])
    assert not ask_again([3.0, 4.0, 3.0, 4.0])
    assert ask_again([3.0, 5.0])
    assert ask_again([2.0, 2.0, 3.0, 4.0]), "a rise in small steps"
    assert not ask_again([6.0, 3.0, 2.0])


# --- Laws that hold for all answers ---


def answer_to(question: Question) -> st.SearchStrategy[Answer]:
    if question.words:
        return st.sampled_from([*question.words, UNKNOWN])
    return st.integers(int(question.low), int(question.high)).map(float)


#: Some answers, to some of the questions.
ANSWERS = st.fixed_dictionaries({}, optional={question.code: answer_to(question) for question in safety().questions})


def milder(outcome: Outcome) -> tuple[int, int, bool, bool]:
    """How mild an outcome is, to be compared: later, by somebody who can do less, with more allowed."""
    urgency = len(Urgency) if outcome.urgency is None else outcome.urgency.rank
    whom = len(Whom) if outcome.whom is None else outcome.whom.rank
    return urgency, whom, outcome.may_test, outcome.program


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS, data=st.data())
def test_an_answer_that_worries_never_makes_an_outcome_milder(answers: dict[str, Answer], data: st.DataObject) -> None:
    question = data.draw(st.sampled_from([question for question in safety().questions if question.words]))
    before = triage(answers)
    words = question.words
    known = answers.get(question.code)
    at = words.index(known) if isinstance(known, str) and known in words else -1
    for worse in words[at + 1 :] if at >= 0 else words[-1:]:
        after = triage(answers | {question.code: worse})
        assert set(before.flags) - {"kneecap_unstable", "came_out_of_joint"} <= set(after.flags) | injuries(question)
        assert milder(after)[0] <= milder(before)[0]
        assert milder(after)[:2] <= milder(before)[:2]
        assert before.program or not after.program or before.unanswered
        assert before.may_test or not after.may_test or before.unanswered


def injuries(question: Question) -> set[str]:
    """Flags that another option of the same choice takes the place of."""
    return {rule.code for rule in safety().rules if question.kind == "choice" and question.code in rule.when.questions}


@settings(max_examples=20, deadline=None)
@given(answers=ANSWERS, data=st.data())
def test_the_order_of_answers_does_not_matter(answers: dict[str, Answer], data: st.DataObject) -> None:
    shuffled: Mapping[str, Answer] = dict(data.draw(st.permutations(sorted(answers.items()))))
    assert triage(shuffled) == triage(answers)


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS)
def test_nothing_is_allowed_while_a_flag_is_up_a_doubt_stands_or_an_answer_is_missing(answers: dict[str, Answer]) -> None:
    found = triage(answers)
    assert found.program == found.clear
    if not found.clear and found.may_test:
        assert set(found.flags) | set(found.unsure) == {"osteoarthritis"}
    assert (found.urgency is None) == (not found.flags and not found.unsure)
    assert (found.whom is None) == (found.urgency is None)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), age=st.integers(5, 110))
def test_asking_ends_and_leaves_nothing_open(data: st.DataObject, age: int) -> None:
    answers: dict[str, Answer] = {"age": float(age)}
    for _ in ASKED:
        if not (left := to_ask(answers)):
            break
        answers[left[0].code] = data.draw(answer_to(left[0]))
    assert triage(answers).unanswered == ()


def test_every_rule_can_be_reached_by_answers_to_questions_that_are_asked() -> None:
    for rule in safety().rules:
        terms = [*rule.when.every, *rule.when.some[:1]]
        first = [term for asked in terms for term in (*ASKED[asked.question].asked.every, *ASKED[asked.question].asked.some[:1])]
        raising: dict[str, Answer] = {term.question: term.value for term in [*first, *terms] if term.sign == "="}
        ages = [age for age in (13, 16, 20, 30, 60) if all(term.holds({"age": age}) for term in terms if term.question == "age")]
        assert any(set(raising) <= asked_of(age, raising) and rule.code in triage(person(age, **raising)).flags for age in ages)


def asked_of(age: int, answers: Mapping[str, Answer]) -> set[str]:
    """Return all that somebody of an age is asked who answers so, and the rest harmlessly."""
    told: dict[str, Answer] = {"age": age}
    while left := to_ask(told):
        told |= {question.code: answers.get(question.code, question.harmless) for question in left}
    return set(told)


def test_every_question_is_used_and_every_answer_that_worries_raises_something() -> None:
    for question in safety().questions:
        terms = [term for rule in safety().rules for term in (*rule.when.every, *rule.when.some) if term.question == question.code]
        assert terms, question.code
        raised = {term.value for term in terms if term.sign == "="}
        harmless = {"up_to_half_an_hour", "earlier", "within_week"}  # ask for more, or for nothing
        assert set(question.words[1:]) - harmless <= raised, question.code
