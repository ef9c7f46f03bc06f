"""The file of questions and rules is read whole or refused in one sentence."""

import pytest

from kinechain.core.errors import DataFileError
from kinechain.evidence import studies
from kinechain.program.safety_rules import Urgency, Whom, read_safety, safety

QUESTION = '[question.locked]\nkind = "yes_no"\nsources = ["glos-knee-red-flags"]\n'
AGE = '[question.age]\nkind = "number"\nlow = 5\nhigh = 110\nsources = []\nreason = "by age"\n'
RULE = """[rule.stuck]
when = { all = ["locked"] }
urgency = "urgent"
whom = "doctor"
kind = "read"
sources = ["glos-knee-red-flags"]
"""
UNSURE = "".join(f'[unsure.{urgency}]\nurgency = "{urgency}"\nwhom = "doctor"\n' for urgency in Urgency)


def test_a_small_file_is_read() -> None:
    read = read_safety(QUESTION + RULE + UNSURE, "rules.toml", studies())
    (rule,) = read.rules
    assert (rule.code, rule.urgency, rule.whom, rule.tests, rule.program) == ("stuck", Urgency.URGENT, Whom.DOCTOR, False, False)
    assert [rule.when.holds({"locked": answer}) for answer in ("yes", "no", "unknown")] == [True, False, None]
    assert rule.when.holds({}) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[question", "a TOML file"),
        ("[questions.locked]\n", "only questions, rules and unsure, got .questions."),
        (QUESTION.replace('"yes_no"', '"perhaps"'), "kind among yes_no, choice, number"),
        (QUESTION.replace("glos-knee-red-flags", "hearsay"), "the key of a study, got 'hearsay' in question locked"),
        (QUESTION.replace('["glos-knee-red-flags"]', "[]"), "a source or a reason, got neither in question locked"),
        (QUESTION.replace("kind", 'colour = "red"\nkind'), "only the fields .*got colour"),
        (QUESTION.replace("kind", 'options = ["no", "yes"]\nkind'), "options in a choice, and nowhere else"),
        (QUESTION.replace('"yes_no"', '"choice"'), "options in a choice, and nowhere else"),
        (QUESTION.replace('"yes_no"', '"number"'), "low below high for a number"),
        (QUESTION.replace("kind", "typed = true\nkind"), "only numbers to be typed"),
        (QUESTION.replace("kind", 'asked = { all = ["age < 18"] }\nkind'), "a question that stands before, got 'age'"),
        (QUESTION.replace("kind", 'asked = "always"\nkind'), "asked with lists all, any or both"),
        (QUESTION + UNSURE, "every question in a rule, got question locked of rules.toml in none"),
        (QUESTION + RULE.replace('"locked"', '"stuck"'), "a question that stands before, got 'stuck' in rule stuck"),
        (QUESTION + RULE.replace('"locked"', '"locked=no"'), "an answer to locked that worries among yes, got 'no'"),
        (QUESTION + RULE.replace('"locked"', '"locked > 3"'), "A bound is for numbers only"),
        (QUESTION + RULE.replace('"locked"', '"?"'), "a term such as limp"),
        (QUESTION + RULE.replace('["locked"]', "[]"), "a condition in every rule"),
        (AGE + QUESTION + RULE.replace('"locked"', '"age"'), "a bound for age, such as age < 14"),
        (AGE + QUESTION + RULE.replace('"locked"', '"age < old"'), "a bound for age, such as age < 14"),
        (QUESTION + RULE.replace('"urgent"', '"at leisure"'), "urgency among now, same_day"),
        (QUESTION + RULE.replace('"doctor"', '"a friend"'), "whom among emergency, doctor"),
        (QUESTION + RULE.replace('"read"', '"guessed"'), "kind among read, assumed"),
        (QUESTION + RULE.replace('"read"', '"assumed"'), "a reason for every assumed rule"),
        (QUESTION + RULE.replace('["glos-knee-red-flags"]', '[]\nreason = "so"'), "a source for what was read"),
        (QUESTION + RULE, "what follows from not knowing for every urgency"),
        (
            QUESTION + RULE + UNSURE.replace('[unsure.soon]\nurgency = "soon"', '[unsure.soon]\nurgency = "now"'),
            "not knowing to press no more than yes, got now for soon",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(DataFileError, match=said) as refused:
        read_safety(text, "rules.toml", studies())
    assert str(refused.value).startswith("Expected ")


def test_what_is_shipped_lets_nobody_with_a_flag_have_a_program() -> None:
    assert not any(rule.program for rule in safety().rules)
    assert [rule.code for rule in safety().rules if rule.tests] == ["osteoarthritis"]


def test_what_was_read_stands_apart_from_what_is_judged() -> None:
    """A rule may call itself read only where the flag and its urgency stand in a page; fever alone stands in none."""
    kinds = {rule.code: rule.kind for rule in safety().rules}
    assert kinds["extensor_torn"] == "read"
    assert kinds["infection"] == "assumed"
    assert all(rule.reason for rule in safety().rules if rule.kind == "assumed")
