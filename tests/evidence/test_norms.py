"""What is usual stands with its protocol and its people; editions that disagree stand side by side."""

import math
import re

import pytest

from kinechain.core.errors import DataFileError
from kinechain.evidence import effects, norms, studies
from kinechain.evidence.ledger import read_studies
from kinechain.evidence.norms import read_norms

STUDIES = read_studies('[smith-2001]\nauthors = "Smith A"\nyear = 2001\nidentifier = "PMID 1"\nseen = "abstract"', "studies.toml")
GOOD = {
    "test": '"knee-to-wall"',
    "measure": '"distance"',
    "protocol": '"toe to wall"',
    "zero": '"0 at the wall"',
    "population": '"adults"',
    "unit": '"cm"',
    "source": '"smith-2001"',
    "kind": '"measured"',
    "mean": "12.0",
    "sd": "2.8",
}


def row(**changes: str | None) -> str:
    fields = {name: text for name, text in (GOOD | changes).items() if text is not None}
    return "[knee-to-wall.smith]\n" + "\n".join(f"{name} = {text}" for name, text in fields.items())


def test_a_good_row_keeps_its_numbers_and_leaves_the_rest_unknown() -> None:
    norm = read_norms(row(), "norms.toml", STUDIES)["knee-to-wall.smith"]
    assert (norm.test, norm.mean, norm.sd, norm.unit, norm.source) == ("knee-to-wall", 12.0, 2.8, "cm", "smith-2001")
    assert all(math.isnan(number) for number in (norm.low, norm.high, norm.mdc, norm.mic, norm.cut_off, norm.age_low))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": None}, "Expected a source in every row, got none in row knee-to-wall.smith of norms.toml."),
        ({"source": '"jones"'}, "Expected the key of a study, got 'jones' in row knee-to-wall.smith of norms.toml."),
        ({"source": '"judgement"'}, "Expected the key of a study, got 'judgement'"),
        ({"unit": '"furlong"'}, "got 'furlong' in row knee-to-wall.smith of norms.toml."),
        ({"protocol": None}, "Expected a protocol in every row"),
        ({"zero": None}, "Expected a zero in every row"),
        ({"population": None}, "Expected a population in every row"),
        ({"kind": '"guessed"'}, "Expected kind among measured, derived, assumed, got 'guessed'"),
        ({"kind": '"assumed"'}, "Expected a reason in every row of kind assumed"),
        ({"mean": None, "sd": None}, "Expected a number, got none"),
        ({"sd": "0"}, "Expected a sd above 0, got 0"),
        ({"low": "13", "high": "14"}, "Expected low, middle and high in rising order"),
        ({"age_low": "60", "age_high": "50"}, "Expected low, middle and high in rising order"),
        ({"cut_off": "9"}, "Expected what a cut-off predicts, got nothing"),
        ({"sex": '"x"'}, "Expected sex among nothing, f, m, got 'x'"),
        ({"colour": '"red"'}, "got colour in row knee-to-wall.smith"),
    ],
)
def test_a_bad_row_is_refused_in_one_sentence(changes: dict[str, str | None], said: str) -> None:
    with pytest.raises(DataFileError, match=re.escape(said)):
        read_norms(row(**changes), "norms.toml", STUDIES)


def test_every_source_is_a_study_or_an_assumption_with_its_reason() -> None:
    for norm in norms().values():
        assert norm.source in studies() or (norm.source == "judgement" and norm.kind == "assumed" and norm.reason), norm.key
        assert norm.key.startswith(f"{norm.test}."), norm.key


def test_what_is_only_remembered_is_never_called_measured() -> None:
    for norm in norms().values():
        if "memory" in f"{norm.key} {norm.reason}":
            assert norm.kind == "assumed", norm.key


def test_editions_stand_side_by_side_and_the_protocol_tells_them_apart() -> None:
    """Standing on one leg at 18 to 40 years: about 44 seconds where the watch is stopped at 45, over 90 where it is not."""
    young = [
        norm for norm in norms().values() if norm.test == "single-leg-stance" and "open" in norm.protocol and norm.age_low < 30
    ]
    assert {norm.source for norm in young} == {"single-leg-balance-page", "judgement", "stance-india"}
    capped = [norm.mean for norm in young if "45" in norm.protocol]
    endless = [norm.mean for norm in young if "never stopped" in norm.protocol]
    assert max(capped) < 45.0 < min(endless)
    assert len({(norm.protocol, norm.sex) for norm in young}) == len(young)


def test_no_edition_is_hidden_by_another_of_the_same_kind() -> None:
    told = [
        (
            norm.test,
            norm.measure,
            norm.protocol,
            norm.population,
            norm.unit,
            norm.source,
            norm.sex,
            norm.age_low,
            norm.mdc,
            norm.cut_off,
            norm.mean,
        )
        for norm in norms().values()
    ]
    assert len(told) == len(set(map(str, told)))


def test_the_smallest_change_follows_from_the_error_of_measurement() -> None:
    """1.96 times the root of 2 times the standard error: 2 degrees give 5.5, 4 degrees give 11.1."""
    derived = [norm for norm in norms().values() if norm.kind == "derived"]
    assert {norm.sem for norm in derived} == {2.0, 4.0}
    for norm in derived:
        assert norm.mdc == pytest.approx(1.96 * math.sqrt(2.0) * norm.sem, abs=0.006)


def test_the_share_who_squat_deeply_is_the_count_that_the_claims_tell() -> None:
    depth = effects()["kasuyama-2009-depth"]
    assert depth.cases is not None
    assert depth.n is not None
    assert norms()["squat.kasuyama-2009"].mean == pytest.approx(100.0 * depth.cases / depth.n, abs=0.05)


def test_women_with_the_pain_let_the_knee_further_in_by_what_the_effect_says() -> None:
    usual, sore = (norms()[f"single-leg-squat.herrington-2014-women{who}"].mean for who in ("", "-pain"))
    assert sore - usual == pytest.approx(effects()["herrington-2014-squat"].estimate)


def test_what_was_not_found_is_not_there() -> None:
    assert not [norm for norm in norms().values() if norm.test == "squat" and "frontal" in norm.measure], "no norm was found"
