"""Is it safe to be tested and to train? Questions before, rules over the answers, and when to stop.

A question without an answer leaves the outcome open: it is not safe to say, and the question is asked again. "I do not know" is an
answer: it is never taken as no, and what follows from it stands with the rules (`data/safety.toml`).
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from kinechain.core.errors import UsageError
from kinechain.evidence import constant
from kinechain.program.conditions import Answer, Answers, Question, look
from kinechain.program.safety_rules import Urgency, Whom, safety

__all__ = [
    *("Answer", "Answers", "Outcome", "Question", "Urgency", "Whom"),
    *("ask_again", "check_answer", "hip_rotation_answers", "must_stop", "questions", "to_ask", "triage", "worth_asking"),
]
_MOST_PAIN = 10.0


@dataclass(frozen=True)
class Outcome:
    """What follows from answers: flags that are up, the most pressing first, how soon and whom to see, what may be done.

    `unsure` are flags that somebody does not know enough to rule out; they count in `urgency` and `whom`. `unanswered` are the
    questions still to be asked: while there are any, neither tests nor a program are said to be safe.
    """

    flags: tuple[str, ...] = ()
    urgency: Urgency | None = None
    whom: Whom | None = None
    program: bool = True
    may_test: bool = True
    unsure: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()

    @property
    def clear(self) -> bool:
        """Whether nothing stands in the way: no flag, nothing unsure, nothing unanswered."""
        return not (self.flags or self.unsure or self.unanswered)


def questions(age_years: float | int) -> tuple[Question, ...]:
    """Return the questions that may be asked at an age, in order; some depend on the answers to others (`to_ask`)."""
    return tuple(question for question in safety().questions if question.asked.holds({"age": age_years}) is not False)


def to_ask(answers: Answers) -> tuple[Question, ...]:
    """Return the questions that the answers so far leave open, in order; those that hang on an open one are not among them yet."""
    return look(safety().questions, answers)[1]


def worth_asking(answers: Answers) -> tuple[Question, ...]:
    """Return what is still to be asked; where somebody has to look today, only what could make it more pressing."""
    found = triage(answers)
    settled, due = look(safety().questions, answers)
    if found.urgency is None or found.urgency.rank > Urgency.SAME_DAY.rank:
        return due
    rank = found.urgency.rank
    open_rules = [rule for rule in safety().rules if rule.urgency.rank < rank and rule.when.holds(settled) is None]
    needed = {code for rule in open_rules for code in rule.when.questions}
    return tuple(question for question in due if question.code in needed)


def triage(answers: Answers) -> Outcome:
    """Return what follows from answers. Raises UsageError for an unknown question, and for an answer that it does not know.

    >>> triage({"hot_red_swollen": "yes"}).urgency.value
    'same_day'
    """
    for code, answer in answers.items():
        check_answer(code, answer)
    rows = safety()
    settled, due = look(safety().questions, answers)
    told = {question.code: question.harmless for question in rows.questions} | settled
    held = {rule.code: rule.when.holds(told) for rule in rows.rules}
    up, unsure = ([rule for rule in rows.by_urgency if held[rule.code] is so] for so in (True, None))
    pressing = [(rule.urgency, rule.whom) for rule in up] + [rows.unsure[rule.urgency] for rule in unsure]
    urgency, whom = min(pressing, key=lambda each: (each[0].rank, each[1].rank), default=(None, None))
    return Outcome(
        flags=tuple(rule.code for rule in up),
        urgency=urgency,
        whom=whom,
        program=not due and all(rule.program for rule in [*up, *unsure]),
        may_test=not due and all(rule.tests for rule in [*up, *unsure]),
        unsure=tuple(rule.code for rule in unsure),
        unanswered=tuple(question.code for question in due),
    )


def check_answer(code: str, answer: object) -> None:
    """Raise UsageError unless the question is there and knows the answer."""
    question = next((each for each in safety().questions if each.code == code), None)
    if question is None:
        known = ", ".join(each.code for each in safety().questions)
        raise UsageError("the code of a safety question", repr(code), f"Use one of {known}.")
    question.check(answer)


def hip_rotation_answers(left_rad: float | None, right_rad: float | None) -> dict[str, Answer]:
    """Return what a measured internal rotation of the hips (rad) answers; sides that were not measured are None.

    >>> hip_rotation_answers(0.0, None)
    {'hip_internal_rotation': 0.0}
    """
    degrees = [math.degrees(side) for side in (left_rad, right_rad) if side is not None and not math.isnan(side)]
    answers: dict[str, Answer] = {"hip_internal_rotation": min(degrees)} if degrees else {}
    return answers | ({"hip_rotation_difference": max(degrees) - min(degrees)} if len(degrees) > 1 else {})


def must_stop(pain: float | None, gave_way: bool) -> bool:
    """Tell whether a test or a set ends at once: the knee gave way, or pain (0 to 10; None: not told) is above the row's limit.

    >>> must_stop(5.0, False), must_stop(6.0, False), must_stop(None, True)
    (False, True, True)
    """
    return gave_way or (pain is not None and _pain(pain) > constant("safety.stop_pain").value)


def ask_again(pains: Sequence[float]) -> bool:
    """Tell whether pain jumped, so that the questions are asked anew: `pains` are in the order in which they were felt.

    It jumped where the last is the row's step or more above the one before, or above the middle of all before, so that a rise in
    small steps is seen too.

    >>> ask_again([2.0, 3.0]), ask_again([2.0, 4.0]), ask_again([1.0, 1.0, 2.0, 3.0])
    (False, True, True)
    """
    if len(pains) <= 1:
        return False
    *before, last = (_pain(pain) for pain in pains)
    return last - min(before[-1], statistics.median(before)) >= constant("safety.pain_jump").value


def _pain(pain: float) -> float:
    if not 0.0 <= pain <= _MOST_PAIN:
        raise UsageError("a pain between 0 (none) and 10 (worst)", f"{pain:g}", "Tell it from 0 to 10.")
    return pain
