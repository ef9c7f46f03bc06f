"""Every exercise is worked out in one way, the page says where studies disagree, and both are what the load engine says today."""

from dataclasses import replace

import pytest

from kinechain.evidence import constants, studies
from kinechain.loads.exercise_loads import KINDS
from kinechain.program.catalogue import MECHANICS, catalogue
from lab.doors import EXERCISES, exercises_are_fresh
from lab.exercise_loads import MARKS, beside_studies, exercises_part, kind_of, read_kinds
from lab.people_table import says_the_same


def test_every_exercise_is_known_in_one_way_and_every_way_is_of_use() -> None:
    kinds = read_kinds()
    used = {kind_of(exercise, kinds).name for exercise in catalogue().values()}
    assert used == {kind.name for kind in kinds}
    assert {kind.kind for kind in kinds} - {""} == set(KINDS)
    for kind in kinds:
        assert sum(map(bool, (kind.kind, kind.row, kind.load_class))) <= 1
        assert set(kind.mechanics) <= set(MECHANICS)
        assert set(kind.of) <= set(catalogue())
        assert set(kind.sources) <= {*constants(), *studies()}


def test_an_exercise_that_no_way_names_is_refused() -> None:
    lost = replace(catalogue()["walk"], code="crawl")
    with pytest.raises(ValueError, match="got crawl in none"):
        kind_of(lost, read_kinds())


def test_what_disagrees_with_studies_is_left_standing() -> None:
    rows = beside_studies()
    apart = {(row.study, row.what) for row in rows if not row.agrees}
    assert apart == {("wallace-2002", "force"), ("escamilla-2009", "force"), ("escamilla-2009", "order")}
    assert {row.study for row in rows if row.what == "order" and row.agrees} == {"powers-2014", "escamilla-lunge", "goulette-2021"}


def test_the_page_says_what_the_table_says() -> None:
    page = EXERCISES.read_text(encoding="utf-8")
    assert says_the_same(page, exercises_part(), MARKS), "Run `kinechain lab exercises` and commit what it writes."
    assert page.count("**outside the interval**") + page.count("**order disagrees**") == 3


@pytest.mark.soak
def test_the_table_is_what_the_load_engine_says_today() -> None:
    assert exercises_are_fresh(), "Run `kinechain lab exercises` and commit what it writes."
