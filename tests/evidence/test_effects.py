"""What studies found is kept as they found it: a row that cannot be right is refused; what was reckoned is reckoned again."""

import math
import re

import pytest
from scipy import stats

from kinechain.core.errors import DataFileError
from kinechain.evidence import claims, effects, studies
from kinechain.evidence.effects import read_effects
from kinechain.evidence.ledger import read_studies

STUDIES = read_studies('[smith-2001]\nauthors = "Smith A"\nyear = 2001\nidentifier = "PMID 1"\nseen = "abstract"', "studies.toml")
GOOD = {
    "study": '"smith-2001"',
    "outcome": '"pain"',
    "comparison": '"squats against rest"',
    "measure": '"MD"',
    "unit": '"point"',
    "kind": '"measured"',
    "estimate": "-1.5",
    "low": "-2.3",
    "high": "-0.8",
}


def row(**changes: str | None) -> str:
    fields = {name: text for name, text in (GOOD | changes).items() if text is not None}
    return "[smith]\n" + "\n".join(f"{name} = {text}" for name, text in fields.items())


def test_a_good_row_keeps_what_the_study_says_and_leaves_the_rest_unknown() -> None:
    effect = read_effects(row(groups='[{ name = "squats", mean = 2.0, n = 12 }]'), "effects.toml", STUDIES)["smith"]
    assert (effect.study, effect.estimate, effect.low, effect.high, effect.level) == ("smith-2001", -1.5, -2.3, -0.8, 0.95)
    assert math.isnan(effect.p)
    assert effect.n is None
    (group,) = effect.groups
    assert (group.name, group.mean, group.n) == ("squats", 2.0, 12)
    assert math.isnan(group.sd)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"study": None}, "Expected a study in every row, got none in row smith of effects.toml."),
        ({"study": '"smith-2002"'}, "Expected the key of a study, got 'smith-2002' in row smith of effects.toml."),
        ({"unit": None}, "Expected a unit in every row, got none in row smith of effects.toml."),
        ({"unit": '"furlong"'}, "got 'furlong' in row smith of effects.toml."),
        ({"outcome": '""'}, "Expected a outcome in every row, got none"),
        ({"measure": '"hunch"'}, "Expected measure among MD, SMD"),
        ({"kind": '"guessed"'}, "Expected kind among measured, derived, assumed, got 'guessed'"),
        ({"kind": '"assumed"'}, "Expected a note in every row of kind assumed, got none"),
        ({"kind": '"derived"'}, "Expected a note in every row of kind derived, got none"),
        ({"low": "-0.2"}, "Expected low, middle and high in rising order, got [-0.2, -1.5, -0.8]"),
        ({"low": None}, "Expected both ends of an interval, got one of them"),
        ({"estimate": None, "low": None, "high": None}, "Expected an estimate in an effect of measure MD, got none"),
        ({"measure": '"OR"'}, "Expected an OR above 0, got -1.5"),
        ({"measure": '"P"'}, "Expected a p in an effect of measure P, got none"),
        ({"p": "1.2"}, "Expected a P value from 0 to 1, got 1.2"),
        (
            {"measure": '"share"', "estimate": "1.4", "low": "1.1", "high": "1.6", "unit": '"1"'},
            "Expected a share from 0 to 100, got 140",
        ),
        ({"measure": '"mean"'}, "Expected groups in an effect of measure mean, got none"),
        ({"estimate": '"much"'}, "Expected a number as estimate, got 'much'"),
        ({"n": "11.5"}, "Expected a whole number as n, got 11.5"),
        ({"n": "true"}, "Expected a whole number as n, got True"),
        ({"colour": '"red"'}, "got colour in row smith of effects.toml."),
        ({"groups": '[{ name = "squats" }]'}, "Expected a mean in every row, got none in the groups of row smith"),
    ],
)
def test_a_bad_row_is_refused_in_one_sentence(changes: dict[str, str | None], said: str) -> None:
    with pytest.raises(DataFileError, match=re.escape(said)):
        read_effects(row(**changes), "effects.toml", STUDIES)


def test_a_row_that_is_no_table_and_a_design_that_nobody_knows_are_refused() -> None:
    with pytest.raises(DataFileError, match="a table for each row"):
        read_effects("smith = 3", "effects.toml", STUDIES)
    with pytest.raises(DataFileError, match="Expected a design among anatomy"):
        read_studies('[a]\nauthors = "A"\nidentifier = "x"\nseen = "abstract"\ndesign = "hearsay"', "studies.toml")
    with pytest.raises(DataFileError, match="true or false as pain"):
        read_studies('[a]\nauthors = "A"\nidentifier = "x"\nseen = "abstract"\npain = "yes"', "studies.toml")


def test_a_study_read_on_a_page_of_others_says_so() -> None:
    assert studies()["pattyn-2011"].second_hand
    assert not studies()["giles-2015"].second_hand
    assert studies()["giles-2015"].dated == "2015"
    assert studies()["sitting-mri"].dated == "year not known"


def test_every_effect_speaks_to_a_claim() -> None:
    assert set(effects()) == {finding.effect for claim in claims().values() for finding in claim.findings} - {""}


def test_differences_between_groups_are_what_their_means_give() -> None:
    for effect in effects().values():
        if effect.kind == "derived" and effect.measure == "MD":
            first, *_, last = effect.groups
            assert effect.estimate == pytest.approx(first.mean - last.mean, abs=1e-9), effect.key


def test_intervals_of_differences_are_welchs() -> None:
    checked = set()
    for effect in effects().values():
        if effect.kind != "derived" or "Welch" not in effect.note:
            continue
        first, last = effect.groups
        assert first.n is not None
        assert last.n is not None
        variances = first.sd**2 / first.n, last.sd**2 / last.n
        freedom = sum(variances) ** 2 / (variances[0] ** 2 / (first.n - 1) + variances[1] ** 2 / (last.n - 1))
        half = stats.t.ppf(0.975, freedom) * math.sqrt(sum(variances))
        assert effect.low == pytest.approx(effect.estimate - half, abs=0.006)
        assert effect.high == pytest.approx(effect.estimate + half, abs=0.006)
        checked.add(effect.key)
    assert checked == {"pattyn-2011-vmo", "souza-2009-rotation", "herrington-2014-squat", "herrington-2014-landing"}


def test_shares_are_counts_over_people_with_wilsons_interval() -> None:
    shares = [effect for effect in effects().values() if effect.kind == "derived" and effect.measure == "share"]
    assert {effect.key.split("-")[0] for effect in shares} == {"collins", "sitting", "ophey"}
    for effect in shares:
        assert effect.cases is not None
        assert effect.n is not None
        wilson = stats.binomtest(effect.cases, effect.n).proportion_ci(method="wilson")
        assert effect.estimate == pytest.approx(effect.cases / effect.n, abs=0.0006)
        assert (effect.low, effect.high) == pytest.approx((wilson.low, wilson.high), abs=0.0006)


def test_the_quadriceps_study_is_kept_with_both_of_its_answers() -> None:
    """Leg against leg in 22 people all five are thinner; against healthy people none is: neither may be told without the other."""
    rows = effects()
    limb = {key: rows[f"giles-2015-{key}-limb"] for key in ("vmo", "vm", "vl", "vi", "rf")}
    assert [effect.p for effect in limb.values()] == [0.038, 0.001, 0.005, 0.013, 0.045]
    assert {effect.n for effect in limb.values()} == {22}
    assert rows["giles-2015-controls"].p == 0.122
    assert rows["giles-2015-controls"].n == 70


def test_what_is_only_remembered_is_never_called_measured() -> None:
    for effect in effects().values():
        remembered = "memory" in effect.note
        assert remembered == (effect.kind == "assumed"), effect.key
