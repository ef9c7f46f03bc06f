"""docs/safety.md tells what the program does: every control has its test, and every question and rule stands there."""

import ast
import re
from pathlib import Path

from kinechain.evidence import constant, studies
from kinechain.program.safety_rules import safety
from kinechain.report.safety_text import rules_tables

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")


def hazards() -> list[tuple[str, str, str]]:
    """Return the rows of the table of hazards: hazard, control and test."""
    table = PAGE.split("| hazard | control | test |\n", 1)[1].split("\n\n", 1)[0]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines()[1:]]
    return [(hazard, control, test) for hazard, control, test in rows]


def test_every_control_has_a_test_that_exists() -> None:
    assert len(hazards()) >= 15
    for hazard, control, test in hazards():
        assert hazard
        assert control
        match = re.fullmatch(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`", test)
        assert match, f"the control of {hazard!r} names no test"
        tree = ast.parse((ROOT / match[1]).read_text(encoding="utf-8"))
        assert match[2] in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{test} does not exist"


def test_the_page_holds_every_question_and_rule_as_they_are_today() -> None:
    told = PAGE.split("<!-- rules -->\n", 1)[1].split("<!-- end of rules -->", 1)[0]
    assert told == rules_tables(), "put what `kinechain safety --rules` prints between the two marks of docs/safety.md"
    for row in (*safety().questions, *safety().rules):
        assert f"| `{row.code}` " in told
        assert all(key in studies() and key in told for key in row.sources)


def test_the_numbers_of_the_page_are_the_rows() -> None:
    assert f"above {constant('safety.stop_pain').value:g} of 10" in PAGE
    assert f"by {constant('safety.pain_jump').value:g} of 10 or more" in PAGE
