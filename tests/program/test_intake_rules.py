"""The file of questions, signs and patterns is read whole or refused in one sentence."""

import pytest

from kinechain.core.errors import DataFileError
from kinechain.evidence import studies
from kinechain.program.intake_rules import intake_rules, read_intake
from kinechain.program.safety_rules import Whom

WHERE = '[question.where]\nkind = "several"\noptions = ["knee", "shin"]\nleast = 1\nsources = ["willy-2019"]\n'
PAIN = '[question.usual]\nkind = "number"\nlow = 0\nhigh = 10\nsources = ["willy-2019"]\n'
SIGN = '[sign.at_knee]\nwhen = { any = ["where has knee"] }\nneeded = true\nkind = "read"\nsources = ["willy-2019"]\n'
PATTERN = """[pattern.shin]
when = { all = ["where has shin", "where lacks knee", "age >= 9"] }
whom = "clinician"
kind = "assumed"
sources = []
reason = "a judgement"
"""


def test_a_small_file_is_read() -> None:
    read = read_intake(WHERE + PAIN + SIGN + PATTERN, "intake.toml", studies())
    assert [question.code for question in read.questions] == ["where", "usual"], "the safety questions are not among them"
    (sign,), (pattern,) = read.signs, read.patterns
    assert (sign.code, sign.needed, sign.cluster) == ("at_knee", True, False)
    assert (pattern.whom, pattern.program, pattern.elsewhere) == (Whom.CLINICIAN, False, True)


@pytest.mark.parametrize(
    ("answers", "holds"),
    [
        ({"age": 30.0, "where": ("shin",)}, True),
        ({"age": 30.0, "where": ("shin", "knee")}, False),
        ({"age": 30.0, "where": ()}, False),
        ({"age": 5.0, "where": ("shin",)}, False),
        ({"age": 30.0, "where": "unknown"}, None),
        ({"age": 5.0, "where": "unknown"}, False),
        ({"where": ("shin",)}, None),
        ({}, None),
    ],
)
def test_what_a_list_has_and_lacks_is_weighed_with_three_values(answers: dict[str, object], holds: bool | None) -> None:
    (pattern,) = read_intake(WHERE + PATTERN, "intake.toml", studies()).patterns
    assert pattern.when.holds(answers) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[question", "a TOML file"),
        ("[rule.one]\n", "only questions, signs and patterns, got .rule."),
        (WHERE.replace("where", "injury"), "a question that safety does not ask already, got question injury"),
        (WHERE.replace('["knee", "shin"]', '["knee"]'), "options in a choice, and nowhere else"),
        (WHERE + PAIN.replace("high", 'not_below = "worst"\nhigh'), "a question that stands before, got 'worst'"),
        (WHERE.replace("least", 'not_below = "age"\nleast'), "only numbers to be typed"),
        (WHERE + SIGN.replace("where has knee", "where has elbow"), "an option of where among knee, shin, got 'elbow'"),
        (WHERE + SIGN.replace("where has knee", "where=knee"), "where has or lacks, and an option"),
        (WHERE + SIGN.replace("where has knee", "where"), "where has or lacks, and an option"),
        (PAIN + SIGN.replace("where has knee", "usual has 3"), "a bound for usual"),
        (WHERE + SIGN.replace('["where has knee"]', "[]"), "a condition in every rule"),
        (WHERE + SIGN.replace('["willy-2019"]', "[]"), "a source or a reason"),
        (WHERE + SIGN.replace('["willy-2019"]', '["hearsay"]'), "the key of a study, got 'hearsay'"),
        (WHERE + PATTERN.replace('"clinician"', '"a friend"'), "whom among emergency, doctor"),
        (WHERE + PATTERN.replace('reason = "a judgement"', ""), "a source or a reason"),
        (WHERE + PATTERN + "program = true\n", "no program where it points elsewhere"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(DataFileError, match=said) as refused:
        read_intake(text, "intake.toml", studies())
    assert str(refused.value).startswith("Expected ")


def test_what_was_read_stands_apart_from_what_is_judged() -> None:
    rules = intake_rules()
    kinds = {row.code: row.kind for row in (*rules.signs, *rules.patterns)}
    assert kinds["squat"] == "read"
    assert kinds["patellar_tendon"] == "assumed"
    assert all(row.reason for row in rules.patterns if row.kind == "assumed")


def test_a_needed_sign_and_three_of_a_cluster_are_shipped() -> None:
    signs = intake_rules().signs
    assert [sign.code for sign in signs if sign.needed] == ["at_kneecap", "loaded_bend"]
    assert [sign.code for sign in signs if sign.cluster] == ["squat", "resisted_contraction", "palpation"]
