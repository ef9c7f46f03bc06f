"""Verdicts follow from findings by one rule: told with made-up studies whose verdict anyone can give, then for all 23 claims."""

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.errors import DataFileError
from kinechain.evidence import claims, constant, effects, studies
from kinechain.evidence.claims import (
    GRADES,
    About,
    Asks,
    ClaimFinding,
    Judgement,
    Says,
    Sureness,
    judge,
    read_claims,
    read_grading,
    start_grades,
    weigh,
)
from kinechain.evidence.effects import Effect
from kinechain.evidence.ledger import Design, Study
from kinechain.report.words import fields_of, messages

DOCS = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"
TRIAL = Study("trial", "A", "x", "abstract", 2001, design="trial", population="people in pain", n=200, pain=True)
STUDIES = {
    "trial": TRIAL,
    "small": replace(TRIAL, key="small", n=20),
    "uncounted": replace(TRIAL, key="uncounted", n=None),
    "told": replace(TRIAL, key="told", seen="second hand: a clinic's page"),
    "look": replace(TRIAL, key="look", design="cross-sectional"),
    "pooled": replace(TRIAL, key="pooled", design="meta-analysis", n=None),
    "girls": replace(TRIAL, key="girls", design="prospective", n=76),
    "bare": replace(TRIAL, key="bare", design="", population=""),
}
WORDS = Effect("words", "trial", "pain", "squats against rest", "text", "1", "measured", note="Less.")
EFFECTS = {
    "words": WORDS,
    "remembered": replace(WORDS, key="remembered", kind="assumed"),
    "doubted": replace(WORDS, key="doubted", doubted=True),
    "eight": replace(WORDS, key="eight", study="girls", cases=8),
    "few": replace(WORDS, key="few", n=20),
}


def found(study: str, says: Says = "supports", about: About = "this", effect: str = "") -> ClaimFinding:
    return ClaimFinding(study, says, about, effect)


def judged(*findings: ClaimFinding, asks: Asks = "helps") -> Judgement:
    return judge(findings, asks, STUDIES, EFFECTS)


def test_a_good_trial_of_the_claim_itself_supports_it_surely() -> None:
    assert judged(found("trial")) == Judgement("supported", "high", "for_unopposed")


def test_two_good_trials_that_disagree_support_it_partly_and_less_surely() -> None:
    assert judged(found("trial"), found("trial", "against")) == Judgement("partly", "moderate", "for_but_also_against")


def test_a_small_trial_for_it_yields_to_a_large_one_against_it() -> None:
    assert judged(found("small"), found("trial", "against")) == Judgement("contradicted", "moderate", "against_stronger")


def test_a_small_trial_against_it_leaves_a_large_one_standing_but_shaken() -> None:
    assert judged(found("trial"), found("small", "against")) == Judgement("supported", "moderate", "for_unopposed")


def test_a_part_of_a_claim_is_only_a_part_and_leaves_the_rest_unsure() -> None:
    assert judged(found("trial", about="part")) == Judgement("partly", "moderate", "part_only")


def test_a_part_for_it_and_the_whole_against_it_is_overstated() -> None:
    answer = judged(found("trial", about="part"), found("trial", "against"))
    assert answer == Judgement("overstated", "moderate", "part_opposed")


def test_healthy_people_alone_make_a_claim_overstated() -> None:
    assert judged(found("look", about="indirect"), asks="seen") == Judgement("overstated", "low", "indirect_only")


def test_indirect_support_falls_before_a_direct_finding_against() -> None:
    answer = judged(found("trial", about="indirect"), found("small", "against", "part"))
    assert answer == Judgement("contradicted", "low", "against_stronger")


def test_a_claim_that_only_faces_findings_against_it_is_contradicted() -> None:
    assert judged(found("trial", "against")) == Judgement("contradicted", "high", "against_alone")


@pytest.mark.parametrize("findings", [(), (found("trial", "neither"),), (found("trial", "against", "indirect"),)])
def test_a_claim_that_nobody_has_tested_is_unsupported(findings: tuple[ClaimFinding, ...]) -> None:
    assert judged(*findings) == Judgement("unsupported", "very low", "nothing_for")


@pytest.mark.parametrize(
    ("finding", "grade", "steps"),
    [
        (found("trial"), 4, ()),
        (found("small"), 3, ("few_people",)),
        (found("uncounted"), 3, ("people_unknown",)),
        (found("told"), 3, ("second_hand",)),
        (found("trial", about="indirect"), 3, ("indirect",)),
        (found("trial", about="part"), 4, ()),
        (found("trial", effect="remembered"), 3, ("assumed",)),
        (found("trial", effect="doubted"), 3, ("authors_doubt",)),
        (found("trial", effect="few"), 3, ("few_people",)),
        (found("girls", effect="eight"), 1, ("few_cases",)),
        (found("pooled"), 4, ()),
        (found("look"), 1, ()),
        (found("look", about="indirect"), 1, ("indirect",)),
    ],
)
def test_what_a_finding_weighs_for_a_claim_that_something_helps(finding: ClaimFinding, grade: int, steps: tuple[str, ...]) -> None:
    weight = weigh(finding, "helps", STUDIES, EFFECTS)
    assert (weight.grade, weight.steps) == (grade, steps)


def test_the_same_study_weighs_differently_for_different_questions() -> None:
    """Looking once tells what people are like, not what came first."""
    grades = {asks: weigh(found("look"), asks, STUDIES, EFFECTS).grade for asks in get_args(Asks)}
    assert grades == {"anatomy": 4, "seen": 3, "works": 2, "leads_to": 1, "helps": 1}


FINDINGS = st.lists(
    st.builds(
        found,
        st.sampled_from(("trial", "small", "told", "look", "pooled")),
        st.sampled_from(get_args(Says)),
        st.sampled_from(get_args(About)),
    ),
    max_size=6,
)
ORDER = ("contradicted", "unsupported", "overstated", "partly", "supported")


@given(FINDINGS, st.randoms())
def test_the_order_of_findings_and_their_repetition_change_nothing(findings: list[ClaimFinding], random: object) -> None:
    mixed = [*findings, *findings]
    random.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis hands a random.Random
    assert judged(*mixed) == judged(*findings)


@given(FINDINGS, st.sampled_from(get_args(About)))
def test_one_more_finding_for_a_claim_never_makes_its_verdict_worse(findings: list[ClaimFinding], about: About) -> None:
    before, after = judged(*findings).verdict, judged(*findings, found("trial", "supports", about)).verdict
    if before != "unsupported":
        assert ORDER.index(after) >= ORDER.index(before)


@given(FINDINGS)
def test_a_finding_that_speaks_neither_way_changes_nothing(findings: list[ClaimFinding]) -> None:
    assert judged(*findings, found("trial", "neither")) == judged(*findings)


GOOD = """
[a]
code = "squats_help"
asks = "helps"
verdict = "{verdict}"
sureness = "{sureness}"
findings = [{finding}]
"""
FINDING = '{ effect = "words", says = "supports", about = "this" }'


def row(finding: str = FINDING, verdict: str = "supported", sureness: str = "high") -> str:
    return GOOD.replace("{finding}", finding).replace("{verdict}", verdict).replace("{sureness}", sureness)


def test_a_good_row_is_read_and_names_its_messages_and_sources() -> None:
    claim = read_claims(row(), "claims.toml", STUDIES, EFFECTS)["a"]
    assert (claim.letter, claim.code, claim.sources) == ("a", "squats_help", ("trial",))
    assert claim.statement == "claim.squats_help.statement"
    study_alone = '{ study = "trial", says = "supports", about = "this" }'
    assert read_claims(row(study_alone), "claims.toml", STUDIES, EFFECTS)["a"].verdict == "supported"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            row(verdict="partly"),
            "Expected the verdict that follows from the findings, supported with sureness high, "
            "got partly with high in row a of claims.toml. Write what follows, or mend the findings.",
        ),
        (row(sureness="low"), "supported with sureness high, got supported with low in row a"),
        (row(verdict="true"), "Expected verdict among supported, partly, overstated, unsupported, contradicted, got 'true'"),
        (row(FINDING.replace("words", "songs")), "Expected the key of an effect, got 'songs' in row a of claims.toml."),
        (row('{ study = "jones", says = "supports", about = "this" }'), "Expected the key of a study, got 'jones'"),
        (row('{ says = "supports", about = "this" }'), "Expected a study in every row, got none in the findings of row a"),
        (row(FINDING.replace("supports", "hints")), "Expected says among supports, against, neither, got 'hints'"),
        (row(FINDING.replace('"this"', '"that"')), "Expected about among this, part, indirect, got 'that'"),
        (
            row('{ study = "bare", says = "supports", about = "this" }'),
            "Expected a design for every study of a claim, got none for bare",
        ),
        (row().replace('"helps"', '"knows"'), "Expected asks among anatomy, seen, works, leads_to, helps, got 'knows'"),
        (row().replace("findings", "evidence"), "Expected a list of findings in every row, got none in row a"),
        (row() + row().replace("[a]", "[b]"), "Expected every code once, got squats_help again in row b"),
        (row(FINDING.replace(" }", ", loud = true }")), "got loud in the findings of row a"),
    ],
)
def test_a_bad_row_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(DataFileError, match=re.escape(said)):
        read_claims(text, "claims.toml", STUDIES, EFFECTS)


def test_grades_need_a_reason_and_every_design() -> None:
    every = "\n".join(f'{design} = "low"' for design in get_args(Design))
    assert read_grading(f'[seen]\nreason = "so"\n{every}', "grading.toml")["seen"]["trial"] == "low"
    for text, said in (
        (f"[seen]\n{every}", "Expected a reason"),
        ('[seen]\nreason = "so"\ntrial = "low"', "Expected a grade for every design"),
        (f'[seen]\nreason = "so"\n{every}'.replace('"low"', '"poor"', 1), "Expected a grade among very low"),
        (f'[felt]\nreason = "so"\n{every}', "Expected a question among anatomy"),
    ):
        with pytest.raises(DataFileError, match=re.escape(said)):
            read_grading(text, "grading.toml")


# --- the claims that ship ---


def test_all_claims_of_the_list_are_judged() -> None:
    assert "".join(claims()) == "abcdefghijklmnopqrstuvw"
    assert set(start_grades()) == set(get_args(Asks))


def test_every_verdict_follows_from_its_findings() -> None:
    for claim in claims().values():
        follows = judge(claim.findings, claim.asks, studies(), effects())
        assert (claim.verdict, claim.sureness) == (follows.verdict, follows.sureness), claim.letter


def test_a_stronger_study_would_change_a_verdict() -> None:
    """Claim f rests on healthy people only: one trial-like look at many painful people would turn it."""
    claim = claims()["f"]
    patients = Study("patients", "A", "x", "abstract", design="cross-sectional", population="people in pain", n=120, pain=True)
    known = {**studies(), "patients": patients}
    after = judge([*claim.findings, ClaimFinding("patients", "supports", "this")], claim.asks, known, effects())
    assert (claim.verdict, after.verdict) == ("overstated", "supported")


def test_the_claim_about_depth_carries_its_people_its_ratio_and_its_limit() -> None:
    depth = [effects()[finding.effect] for finding in claims()["f"].findings if finding.study == "jaberzadeh-2016"]
    assert {effect.n for effect in depth} == {18}
    assert all("ratio" in effect.outcome for effect in depth)
    assert "80 degrees" in "".join(effect.note for effect in depth)
    assert (studies()["jaberzadeh-2016"].pain, studies()["jaberzadeh-2016"].population.startswith("18 healthy")) == (False, True)
    words = messages()["claim.deeper_squat_vmo.found"]
    for told in ("18 healthy people", "ratio", "80 degrees"):
        assert told in words


def test_findings_in_people_without_the_pain_are_never_taken_for_the_claim_itself() -> None:
    """But where a claim is about what comes before the pain, people without it are the right ones; and anatomy is everyone's."""
    for claim in claims().values():
        for finding in claim.findings:
            study = studies()[finding.study]
            if study.pain is False and claim.asks in ("seen", "helps"):
                assert finding.about == "indirect", (claim.letter, finding.effect)


def test_claims_that_the_project_began_with_are_judged_as_any_other() -> None:
    """None of the sentences of the article that kinechain began with holds in full but for plain anatomy."""
    held = {claim.letter for claim in claims().values() if claim.verdict == "supported"}
    assert held == {letter for letter, claim in claims().items() if claim.asks == "anatomy"}
    assert claims()["n"].verdict == "contradicted"


def test_every_finding_has_one_place_in_its_claim() -> None:
    for claim in claims().values():
        named = [finding.effect for finding in claim.findings]
        assert len(named) == len(set(named)), claim.letter


def test_every_claim_has_all_its_words_and_no_words_are_left_over() -> None:
    needed = {code for claim in claims().values() for code in (claim.statement, claim.short, claim.found, claim.does, claim.gap)}
    assert {code for code in messages() if code.startswith("claim.")} == needed
    assert not any(fields_of(messages()[code]) for code in needed)


def test_words_tell_no_number_that_the_rows_do_not_hold() -> None:
    """Every number in the words of a claim, but for whole ones below ten, stands in one of its rows, rounded at most."""
    for claim in claims().values():
        told = re.findall(r"\d[\d,]*(?:\.\d+)?", messages()[claim.found])
        rows = " ".join(f"{effects()[one.effect]} {studies()[one.study]}" for one in claim.findings)
        held = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", rows)]
        for number in told:
            value = float(number.replace(",", ""))
            near = [abs(value - other * scale) <= 0.02 * value for other in held for scale in (1.0, 100.0)]
            assert any(near) or number in "0123456789", (claim.letter, number)


# --- docs/evidence.md ---


def test_the_page_shows_the_verdicts_and_grades_that_are_computed() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for claim in claims().values():
        line = f"| {claim.letter} | {messages()[claim.statement]} | {claim.verdict} | {claim.sureness} |"
        assert line in text, line
    for asks, grades in start_grades().items():
        line = f"| {asks} | " + " | ".join(grades[design] for design in get_args(Design)) + " |"
        assert line in text, line
    assert text.count("\n| ") == len(claims()) + len(start_grades()) + 2, "no row is left over"


def test_the_page_tells_the_limits_that_the_rule_uses() -> None:
    text = " ".join(DOCS.read_text(encoding="utf-8").split())
    assert f"fewer than {constant('claims.few_people').value:.0f} people" in text
    assert f"fewer than {constant('claims.few_cases').value:.0f} people to whom" in text
    for grade in get_args(Sureness):
        assert grade in text
    assert get_args(Sureness) == GRADES
