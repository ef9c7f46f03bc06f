"""docs/outcomes.md says what the data and the code do."""

import re
from pathlib import Path

from kinechain.evidence import norms
from kinechain.io.diary import parse_diary
from kinechain.program.outcomes import instruments, score
from kinechain.report.words import say
from kinechain.screening.battery import JUDGED

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "outcomes.md").read_text(encoding="utf-8")


def test_the_table_holds_every_score_with_its_threshold_and_its_rows() -> None:
    rows = {
        cells[0]: cells for cells in re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
    }
    assert list(rows) == list(instruments())
    for code, one in instruments().items():
        _, name, reach, _, threshold, rests = rows[code]
        assert name.casefold() in say(f"outcome.{code}.name").casefold()
        assert reach.startswith(f"{one.low:g} to {one.high:g}, ")
        assert threshold.removesuffix(" either way") == f"{one.threshold:g}"
        assert set(re.findall(r"`([\w.-]+)`", rests)) == set(one.thresholds)
        assumed = {key for key in one.thresholds if norms()[key].kind == "assumed"}
        assert rests.count("(assumed)") == len(assumed)


def test_the_diary_shown_is_one() -> None:
    shown = re.search(r"```toml\n(.+?)```", TEXT, re.DOTALL)
    assert shown is not None
    diary = parse_diary(shown[1], score)
    assert [len(some) for some in (diary.sessions, diary.sittings, diary.scores)] == [1, 1, 1]


def test_the_tests_whose_own_error_is_known_are_those_named() -> None:
    known = {(test, norms()[rule.error].mdc) for test, rules in JUDGED.items() for rule in rules if rule.error}
    assert known == {("knee-to-wall", 1.9), ("knee-to-wall", 4.7), ("heel-raise", 6.0)}
    assert "the knee-to-wall test (1.9 cm, 4.7 degrees) and the heel raises (6)" in TEXT.replace("\n", " ")
