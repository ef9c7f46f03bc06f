"""The predicted squat beside studies of people: each direction that the studies saw, and the page that says so."""

import numpy as np
import pytest

from kinechain.evidence import effects
from kinechain.loads.squatter import People
from lab.doors import WHATIF, WHATIF_MARKS
from lab.people_table import says_the_same
from lab.whatif_table import compared, made_person, whatif_part


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[str, str]]:
    return {row.effect: (row.model, row.agree) for row in compared(made_person(), People(0, 40))}


def test_every_study_is_there_with_an_effect_of_the_ledger(rows: dict[str, tuple[str, str]]) -> None:
    assert {key.split("-")[0] for key in rows} == {"macrum", "kasuyama", "kim", "limited", "monteiro", "ishida", "support"}
    assert rows.keys() <= effects().keys()


@pytest.mark.parametrize(
    "key",
    [
        "macrum-2012-knee",
        "limited-dorsiflexion-squat-trunk",
        "monteiro-2022-depth",
        "monteiro-2022-trunk",
        "monteiro-2022-knee",
        "ishida-2022-knee",
        "support-moment-2022-share",
    ],
)
def test_the_model_goes_the_way_that_people_went(rows: dict[str, tuple[str, str]], key: str) -> None:
    assert rows[key][1].startswith("direction agrees"), rows[key]


def test_a_weight_further_forward_takes_from_the_knee_as_much_as_in_people(rows: dict[str, tuple[str, str]]) -> None:
    assert "inside" in rows["ishida-2022-knee"][1]
    assert np.isfinite(effects()["ishida-2022-knee"].estimate)


@pytest.mark.soak
def test_the_page_says_what_the_model_says_today() -> None:
    assert says_the_same(WHATIF.read_text(encoding="utf-8"), whatif_part(), WHATIF_MARKS), (
        "Run `kinechain lab whatif` and commit it."
    )
