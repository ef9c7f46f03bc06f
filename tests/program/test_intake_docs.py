"""docs/intake.md tells what the program does: every question, sign and pattern stands there as it is today."""

from pathlib import Path

from kinechain.evidence import constant, studies
from kinechain.program.intake_rules import intake_rules
from kinechain.report.intake_text import intake_tables

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "intake.md").read_text(encoding="utf-8")


def test_the_page_holds_every_row_as_it_is_today() -> None:
    told = PAGE.split("<!-- rules -->\n", 1)[1].split("<!-- end of rules -->", 1)[0]
    assert told == intake_tables(), "put what `kinechain intake --rules` prints between the two marks of docs/intake.md"
    rules = intake_rules()
    for row in (*rules.questions, *rules.signs, *rules.patterns):
        assert f"| `{row.code}` " in told
        assert all(key in studies() and key in told for key in row.sources)


def test_the_numbers_of_the_page_are_the_rows() -> None:
    said = " ".join(PAGE.split())
    assert f"{100 * constant('intake.cluster_predictive').value:.0f} % had pain at the kneecap" in said
    assert f"were {constant('intake.cluster_ratio').value} times as common" in said
    low, high = (constant(f"intake.cluster_ratio_{end}").value for end in ("low", "high"))
    assert f"({low} to {high})" in said
    assert f"tried together in {studies()['cook-2010'].n} people" in said
