"""A talk on a terminal: what is typed becomes answers, one can go back, and one word ends it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kinechain.cli.ask import Asked, Ended, Prompt, ask
from kinechain.core.errors import UsageError

SURE = Prompt("sure", "Are you sure?", unknown="unknown")
SIZE = Prompt("size", "How big?", kind="number", low=1.0, high=9.0, optional=True)
HUE = Prompt("hue", "Which colour?", kind="choice", choices=(("r", "Red"), ("b", "Blue")))
PLACES = Prompt(
    "places",
    "Where?",
    kind="several",
    choices=(("knee", "in the knee"), ("hip", "in the hip"), ("calf", "in the calf, low down"), ("toe", "in a toe")),
    unknown="unknown",
)


def even(typed: str) -> int:
    if not typed.isdigit() or int(typed) % 2:
        raise UsageError("an even number", typed or "nothing", "Type one.")
    return int(typed)


EVEN = Prompt("even", "An even number?", kind="text", check=even, stop=True)


def talk(*typed: str, prompts: tuple[Prompt, ...] = (SURE, SIZE, HUE, EVEN), **known: Any) -> tuple[Asked, list[str]]:
    lines: Iterator[str] = iter(typed)
    told: list[str] = []

    def read(_: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    def following(answers: Mapping[str, Any]) -> Prompt | None:
        return next((prompt for prompt in prompts if prompt.code not in answers), None)

    return ask(following, known, read, told.append), told


def test_answers_in_whatever_way_they_are_typed() -> None:
    assert talk(" Y ", "4", "2", "8") == (
        Asked({"sure": "yes", "size": 4.0, "hue": "b", "even": 8}, Ended.DONE),
        talk("y", "4", "2", "8")[1],
    )
    assert talk("no", "2,5", "red", "8")[0].answers == {"sure": "no", "size": 2.5, "hue": "r", "even": 8}
    assert talk("I don't  know", "", "1", "8")[0].answers == {"sure": "unknown", "size": None, "hue": "r", "even": 8}


def test_what_is_no_answer_is_asked_again_with_why() -> None:
    asked, told = talk("perhaps", "", "y", "10", "nan", "four", "d", "4", "3", "b lue", "1", "7", "8")
    assert asked == Asked({"sure": "yes", "size": 4.0, "hue": "r", "even": 8}, Ended.DONE)
    assert told.count("  That was not understood.") == 4
    assert told.count("  Please type a number from 1 to 9.") == 4, "a number has no I do not know here"
    assert "  Expected an even number, got 7. Type one." in told


def test_going_back_takes_the_last_answer_and_not_one_that_was_known() -> None:
    asked, told = talk("b", "y", "4", "back", "back", "n", "5", "1", "2", sure_before="yes")
    assert asked.answers == {"sure_before": "yes", "sure": "no", "size": 5.0, "hue": "r", "even": 2}
    assert told.count("  This is the first question.") == 1


def test_leaving_stopping_and_the_end_of_the_input() -> None:
    assert talk("y", "q")[0] == Asked({"sure": "yes"}, Ended.QUIT)
    assert talk("y", "STOP")[0] == Asked({"sure": "yes"}, Ended.STOP)
    assert talk("y", "s")[0].ended is Ended.STOP
    assert talk("y")[0].ended is Ended.QUIT


def test_each_question_says_which_keys_there_are() -> None:
    _, told = talk("y", "4", "1", "8")
    keys = [line for line in told if line.startswith("  (")]
    assert ["y yes" in line for line in keys] == [True, False, False, False]
    assert ["Enter" in line for line in keys] == [False, True, False, False]
    assert ["s stop" in line for line in keys] == [False, False, False, True]
    assert all("q quit" in line and "b back" in line for line in keys)
    assert "  1 Red" in told


def several(*typed: str, least: int = 0) -> tuple[object, list[str]]:
    """Return what several choices are answered with, and what was told."""
    asked, told = talk(*typed, prompts=(replace(PLACES, least=least),))
    return asked.answers.get("places"), told


def test_several_are_named_by_numbers_words_codes_or_none() -> None:
    assert several("3, 1")[0] == ("knee", "calf"), "in the order of the choices"
    assert several("1 3")[0] == ("knee", "calf")
    assert several("2,2")[0] == ("hip",)
    assert several("In the Hip, toe")[0] == ("hip", "toe")
    assert several("in the calf, low down")[0] == ("calf",), "words may have commas of their own"
    assert several("none")[0] == ()
    assert several("d")[0] == "unknown"


def test_several_that_are_not_there_are_asked_again() -> None:
    answer, told = several("5", "1,elbow", "", "4")
    assert answer == ("toe",)
    assert told.count("  That was not understood.") == 3


def test_where_one_is_needed_none_is_no_answer() -> None:
    answer, told = several("none", "1", least=1)
    assert answer == ("knee",)
    assert "  Please name at least one." in told
    assert not any("none for nothing" in line for line in told)
    assert any("none for nothing" in line for line in several("none")[1])


def test_a_number_says_where_it_may_be_unknown() -> None:
    hours = Prompt("hours", "How long?", kind="number", low=0.0, high=24.0, unknown="unknown")
    asked, told = talk("d", prompts=(hours,))
    assert asked.answers == {"hours": "unknown"}
    assert any("d do not know" in line for line in told)
    assert not any("d do not know" in line for line in talk("4", prompts=(SIZE,))[1])
