"""What do answers look like? People as a clinician would write them down, and laws that hold for all answers."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.core.errors import UsageError
from kinechain.core.training import EQUIPMENT, GOALS
from kinechain.evidence import constant
from kinechain.program import safety
from kinechain.program.conditions import UNKNOWN, Answer, Answers, Question, Term
from kinechain.program.intake import check_answer, intake_of, likeness, own_answers, questions, to_ask
from kinechain.program.intake_rules import Pattern, intake_rules
from kinechain.report.intake_text import headline

ASKED = {question.code: question for question in questions()}
WEEK = ASKED["days"].options
PATTERNS = {pattern.code: pattern for pattern in intake_rules().patterns}
BARRING = tuple(pattern for pattern in PATTERNS.values() if not pattern.program)


def person(age: float, **told: Answer) -> dict[str, Answer]:
    """Return somebody who has answered both sets of questions, harmlessly but for what is `told`; they have pain where they say."""
    answers: dict[str, Answer] = {"age": age, **told}
    while left := safety.to_ask({code: answer for code, answer in answers.items() if code not in ASKED}):
        answers |= {question.code: question.harmless for question in left}
    while left := to_ask(answers):
        answers |= {question.code: plain(question) for question in left}
    return answers


def plain(question: Question) -> Answer:
    if question.kind == "number":
        return question.low
    return question.options[: question.least] if question.kind == "several" else question.harmless


def at(*places: str, **told: Answer) -> dict[str, Answer]:
    """Return somebody of 27 who has pain at these places in squats and on stairs, and else what is `told`."""
    age = told.pop("age", 27.0)
    assert isinstance(age, float)
    return person(age, where=places, **{"brings_on": ("squat", "stairs_down"), **told})


RUNNER = at("kneecap", "inner_rim", "outer_rim", resisted_contraction="yes", palpation="yes", pain_free_squat="half")

# --- Stories ---


def test_pain_round_the_kneecap_in_squats_and_on_stairs_looks_like_it() -> None:
    found = likeness(RUNNER)
    assert (found.resembles, found.program, found.whom) == ("patellofemoral", True, None)
    assert (found.patterns, found.unsure, found.also, found.unanswered) == ((), (), (), ())
    assert found.cluster.met
    assert {"willy-2019", "cook-2010"} <= set(found.sources)


@pytest.mark.parametrize(
    ("who", "pattern", "resembles"),
    [
        (at("below_kneecap", one_spot="yes", brings_on=("jumping",), age=22.0), "patellar_tendon", "elsewhere"),
        (at("above_kneecap", one_spot="yes", age=35.0), "quadriceps_tendon", "elsewhere"),
        (at("kneecap", "inner_joint_line", injury="earlier", twisted="yes"), "meniscus", "elsewhere"),
        (at("inner_joint_line", "kneecap", catches="yes"), "meniscus", "elsewhere"),
        (at("kneecap", "inner_joint_line", age=48.0), "osteoarthritis", "elsewhere"),
        (at("kneecap", age=62.0, osteoarthritis_looked_at="no"), "osteoarthritis_first", "unclear"),
        (at("shin_bump", age=13.0), "growth_plate", "elsewhere"),
        (at("kneecap", "below_kneecap", age=15.0), "growth_plate", "elsewhere"),
        (at("outer_side", brings_on=("running",)), "outer_band", "elsewhere"),
        (at("kneecap", hip_brings_it="yes"), "hip", "elsewhere"),
        (at("kneecap", "groin"), "hip", "elsewhere"),
        (at("kneecap", kneecap_slips="yes"), "instability", "elsewhere"),
        (at("kneecap", dislocated="long_ago"), "instability", "elsewhere"),
        (at("kneecap", injury="within_week"), "fresh_injury", "unclear"),
        (at("kneecap", operated_before="yes", looked_at="no"), "operated", "unclear"),
        (at("kneecap", swells="yes", looked_at="no"), "swelling", "unclear"),
        (at("inner_below"), "not_at_kneecap", "elsewhere"),
        (at("back_hollow"), "not_at_kneecap", "elsewhere"),
    ],
)
def test_a_pattern_goes_to_somebody_who_looks_and_not_into_a_program(who: dict[str, Answer], pattern: str, resembles: str) -> None:
    found = likeness(who)
    assert pattern in found.patterns
    assert (found.resembles, found.program) == (resembles, False)
    assert found.whom == PATTERNS[pattern].whom
    assert set(PATTERNS[pattern].sources) <= set(found.sources)


@pytest.mark.parametrize(
    ("who", "also"),
    [
        (at("kneecap", age=46.0), ("osteoarthritis_too",)),
        (at("kneecap", age=62.0, osteoarthritis_looked_at="yes"), ("osteoarthritis_too",)),
        (at("kneecap", "below_kneecap", one_spot="yes", brings_on=("squat", "jumping")), ("patellar_tendon_too",)),
        (at("outer_rim", "above_kneecap", one_spot="yes"), ("quadriceps_tendon_too",)),
        (at("outer_rim", "outer_side", brings_on=("running",)), ("outer_band_too",)),
        (at("kneecap", "back_hollow"), ("back_of_knee",)),
        (at("kneecap", operated_before="yes", looked_at="yes"), ()),
        (at("kneecap", swells="yes", looked_at="yes"), ()),
        (at("kneecap", injury="earlier"), ()),
        (at("kneecap", age=15.0), ()),
        (at("kneecap", "below_kneecap", age=16.0), ()),
    ],
)
def test_what_it_could_be_as_well_is_told_and_does_not_stand_in_the_way(who: dict[str, Answer], also: tuple[str, ...]) -> None:
    found = likeness(who)
    assert (found.resembles, found.program, found.also) == ("patellofemoral", True, also)


def test_a_desk_worker_whose_squats_do_not_hurt_is_less_sure_but_not_turned_away() -> None:
    found = likeness(at("kneecap", brings_on=("sitting", "rising")))
    assert found.program
    assert (found.signs["squat"], found.signs["loaded_bend"], found.cluster.met) == (False, True, False)


def test_without_pain_in_any_loaded_bend_or_only_deep_inside_it_is_not_clear() -> None:
    assert likeness(at("kneecap", brings_on=())).resembles == "unclear"
    assert likeness(at("kneecap", brings_on=("kneeling",))).resembles == "unclear"
    assert likeness(at("all_over")).resembles == "unclear"
    assert likeness(at("kneecap", brings_on=(), pain_free_squat="small_bend")).program, "the squat itself told"


def test_a_measured_age_beside_the_answers_counts() -> None:
    told = {code: answer for code, answer in at("kneecap", "below_kneecap").items() if code != "age"}
    assert likeness(told, 13.0).patterns == ("growth_plate",)
    assert likeness(told, 27.0).program


def test_without_the_safety_questions_there_is_no_program() -> None:
    found = likeness(own_answers(RUNNER))
    assert (found.resembles, found.program) == ("unclear", False)
    assert {"instability", "hip", "fresh_injury"} <= set(found.unsure)


# --- Not knowing, and not having said ---


@pytest.mark.parametrize(
    "code", ["where", "kneecap_slips", "hip_brings_it", "swells", "operated_before", "gives_way", "dislocated"]
)
def test_what_could_bar_a_program_bars_it_where_it_is_not_known(code: str) -> None:
    """Neither "I do not know" nor silence is no."""
    unknown = likeness(RUNNER | {code: UNKNOWN})
    silent = likeness({other: answer for other, answer in RUNNER.items() if other != code})
    assert unknown.unsure
    assert (unknown.resembles, unknown.program) == ("unclear", False)
    assert not silent.program
    if code in ASKED:
        assert code in silent.unanswered


def test_what_only_adds_to_it_may_stay_open() -> None:
    for code in ("resisted_contraction", "palpation", "since_weeks", "worst_pain", "equipment", "sits_hours"):
        assert likeness(RUNNER | {code: UNKNOWN}).program


def test_usual_pain_has_to_be_told_and_above_five_somebody_looks_first() -> None:
    told = {code: answer for code, answer in RUNNER.items() if code not in ("usual_pain", "worst_pain")} | {"worst_pain": UNKNOWN}
    assert likeness(told).unanswered == ("usual_pain",)
    assert not likeness(told | {"usual_pain": 6.0}).program
    assert likeness(told | {"usual_pain": 6.0}).patterns == ("too_sore",)
    assert likeness(told | {"usual_pain": 5.0}).program
    assert "somebody should look" in headline(likeness(told | {"usual_pain": 6.0}))
    assert "more like something else" in headline(likeness(at("kneecap", "groin")))
    assert "not clear" in headline(likeness(at("all_over")))


def test_a_needed_sign_that_is_not_known_is_not_there() -> None:
    found = likeness(at("kneecap", brings_on=UNKNOWN, pain_free_squat=UNKNOWN))
    assert (found.resembles, found.program, found.signs["loaded_bend"]) == ("unclear", False, None)


# --- The cluster ---


def test_two_of_three_signs_make_the_cluster_counted_by_hand() -> None:
    """All 27 ways to know, not to know and to deny three signs, against counting."""
    for squat, resisted, pressed in itertools.product(("yes", "no", UNKNOWN), repeat=3):
        how: Answer = {"yes": "half", "no": "no_pain", UNKNOWN: UNKNOWN}[squat]
        found = likeness(
            at("kneecap", brings_on=("stairs_up",), pain_free_squat=how, resisted_contraction=resisted, palpation=pressed)
        ).cluster
        signs = (squat, resisted, pressed)
        yes, no = signs.count("yes"), signs.count("no")
        assert (found.positive, found.known) == (yes, yes + no)
        assert found.met == (True if yes >= 2 else False if no >= 2 else None)


def test_what_the_cluster_is_worth_is_what_the_study_found() -> None:
    found = likeness(RUNNER).cluster
    assert (found.predictive, found.ratio, found.ratio_low, found.ratio_high) == (0.89, 4.0, 1.8, 10.3)


# --- Who is asked what ---


def test_what_safety_asked_is_not_asked_again() -> None:
    assert not set(ASKED) & {question.code for question in safety.questions(30.0)}
    told = person(30.0, injury="earlier", where=("inner_joint_line",))
    known = {code: told[code] for code in told if code not in ASKED}

    def then(**changed: Answer) -> set[str]:
        return {question.code for question in to_ask({**known, **changed})}

    assert "twisted" in then(where=("inner_joint_line",)), "what safety was told leads on"
    assert "twisted" in then(where=("inner_joint_line",), injury=UNKNOWN), "who does not know is asked"
    assert "twisted" not in then(where=("inner_joint_line",), injury="no")
    assert "twisted" not in then(where=("kneecap",))


def test_some_questions_follow_from_others() -> None:
    base = {code: answer for code, answer in person(30.0).items() if code not in ASKED}

    def then(**told: Answer) -> set[str]:
        return {question.code for question in to_ask({**base, **told})}

    assert "one_spot" in then(where=("below_kneecap",))
    assert "one_spot" not in then(where=("kneecap",))
    assert "catches" in then(where=("inner_joint_line",))
    assert "runs_km" in then(brings_on=("running",), goals=())
    assert "runs_km" not in then(brings_on=("squat",), goals=())
    assert "looked_at" in then(operated_before="yes", swells="no")
    assert "looked_at" in then(operated_before=UNKNOWN, swells="no"), "who does not know is asked on"
    assert "pain_free_flexion" not in then(), "only told where it was measured"


def test_every_question_is_used() -> None:
    """A question that neither a rule nor a program needs would be asked for nothing."""
    rules = intake_rules()
    used = {code for row in (*rules.signs, *rules.patterns) for code in row.when.questions}
    used |= {code for question in ASKED.values() for code in question.asked.questions}
    for code in set(ASKED) - used:
        question = ASKED[code]
        other: Answer = (10.0 if code == "worst_pain" else 9.0) if question.kind == "number" else question.options[-1]
        other = (other,) if question.kind == "several" and isinstance(other, str) else other
        base = RUNNER | {"worst_pain": 9.0, "usual_pain": 0.0}
        changed = vars(intake_of(base | {code: other})) | {"answers": None}
        assert changed != vars(intake_of(base)) | {"answers": None}, code


# --- What a program is built from ---


def test_answers_become_an_intake() -> None:
    told = intake_of(
        at(
            "inner_rim",
            "kneecap",
            knee="left",
            since_weeks=20.0,
            pain_free_squat="small_bend",
            palpation="yes",
            resisted_contraction=UNKNOWN,
            usual_pain=3.0,
            worst_pain=6.0,
            goals=("running",),
            days=("saturday", "tuesday"),
            equipment=("step", "band"),
            sits_hours=8.0,
            runs_km=12.0,
        )
    )
    assert (told.side, told.regions, told.triggers) == ("left", ("kneecap", "inner_rim"), ("squat", "stairs_down"))
    assert (told.since_weeks, told.usual_pain, told.worst_pain) == (20.0, 3.0, 6.0)
    assert (told.goals, told.days, told.equipment) == (("running",), (1, 5), ("step", "band"))
    assert (told.sits_hours, told.runs_km_a_week) == (8.0, 12.0)
    assert told.cluster == {"squat": True, "palpation": True}, "what is not known is not among them"
    assert told.pain_free_flexion_rad == pytest.approx(math.radians(constant("intake.flexion_small_bend").value))


def test_what_is_not_told_stays_away() -> None:
    told = intake_of({code: UNKNOWN for code, question in ASKED.items() if not question.must})
    assert (told.side, told.regions, told.days, told.goals) == ("both", (), (0, 2, 4), ("daily_life",))
    assert (told.usual_pain, told.worst_pain, told.since_weeks, told.pain_free_flexion_rad) == (None,) * 4
    assert told.cluster == {}
    assert intake_of({}).answers == {}


def test_a_measured_squat_is_known_better_than_by_eye_and_deeper_is_more() -> None:
    assert intake_of(RUNNER | {"pain_free_flexion": 62.0}).pain_free_flexion_rad == pytest.approx(math.radians(62.0))
    seen = [intake_of({"pain_free_squat": how}).pain_free_flexion_rad or 0.0 for how in ASKED["pain_free_squat"].options]
    assert seen == sorted(seen, reverse=True)
    assert max(seen) <= math.radians(110.0)


def test_goals_and_equipment_are_those_that_programs_know() -> None:
    assert ASKED["goals"].options == GOALS
    assert ASKED["equipment"].options == EQUIPMENT


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"usual_pain": 5.0, "worst_pain": 3.0}, "a worst pain at least as high as the usual one"),
        ({"usual_pain": 11.0}, "usual_pain as a number from 0 to 10"),
        ({"where": ()}, "where with at least 1 of its answers"),
        ({"where": ("elbow",)}, "where as a list out of kneecap"),
        ({"where": ("kneecap", "kneecap")}, "where as a list out of kneecap"),
        ({"where": "kneecap"}, "where as a list out of kneecap"),
        ({"knee": UNKNOWN}, "knee answered with left, right, both"),
        ({"swells": "sometimes"}, "swells answered with no, yes, unknown"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_one_sentence(answers: dict[str, Answer], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        intake_of(answers)


def test_a_question_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="the code of a question of the intake, got 'elbow'"):
        check_answer("elbow", "yes")


# --- Laws that hold for all answers ---


def answer_to(question: Question) -> st.SearchStrategy[Answer]:
    if question.kind == "several":
        named = st.lists(st.sampled_from(question.options), min_size=question.least, unique=True).map(tuple)
        return st.one_of(named, st.just(UNKNOWN))
    if question.words:
        return st.sampled_from([*question.words, *([] if question.must else [UNKNOWN])])
    return st.integers(int(question.low), int(question.high)).map(float)


_RULED = {code for pattern in PATTERNS.values() for code in pattern.when.questions}
_EVERY = {
    question.code: question for question in (*safety.questions(30.0), *safety.questions(15.0), *safety.questions(60.0))
} | ASKED
#: Somebody who looks like it, with some answers changed: anything, or nothing at all.
ANSWERS = st.fixed_dictionaries(
    {}, optional={code: answer_to(_EVERY[code]) for code in sorted(_RULED | {"brings_on", "pain_free_squat", "palpation"})}
).map(lambda changes: RUNNER | {"worst_pain": UNKNOWN} | changes)


@settings(max_examples=80, deadline=None)
@given(answers=ANSWERS, code=st.sampled_from(sorted(_RULED | {"brings_on", "pain_free_squat", "resisted_contraction"})))
def test_not_knowing_never_makes_a_program_more_allowed(answers: dict[str, Answer], code: str) -> None:
    if not _EVERY[code].must:
        assert likeness(answers | {code: UNKNOWN}).program <= likeness(answers).program


@settings(max_examples=80, deadline=None)
@given(answers=ANSWERS, pattern=st.sampled_from(BARRING))
def test_a_pattern_that_bars_never_opens_a_program(answers: dict[str, Answer], pattern: Pattern) -> None:
    found = likeness(with_pattern(answers, pattern))
    assert pattern.code in found.patterns
    assert not found.program
    assert found.whom is not None


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS, data=st.data())
def test_the_order_of_answers_does_not_matter(answers: dict[str, Answer], data: st.DataObject) -> None:
    shuffled = {
        code: tuple(data.draw(st.permutations(answers[code]))) if isinstance(answers[code], tuple) else answers[code]
        for code in data.draw(st.permutations(sorted(answers)))
    }
    assert likeness(shuffled) == likeness(answers)
    assert vars(intake_of(shuffled)) | {"answers": None} == vars(intake_of(answers)) | {"answers": None}


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS)
def test_a_program_only_where_it_looks_like_it_and_nothing_that_bars_is_up_or_open(answers: dict[str, Answer]) -> None:
    found = likeness(answers)
    assert found.program == (found.resembles == "patellofemoral") == (found.whom is None)
    assert not (found.program and (found.patterns or found.unsure))
    assert not found.program or (found.signs["at_kneecap"] and found.signs["loaded_bend"])


def with_pattern(answers: Answers, pattern: Pattern) -> dict[str, Answer]:
    """Return answers changed so that a pattern holds: its terms, one where one is enough, and what their questions hang on."""
    changed = dict(answers)
    terms = (*pattern.when.every, *pattern.when.some[:1])
    asked = [_EVERY[term.question].asked for term in terms]
    terms = (*(term for gate in asked for term in (*gate.every, *gate.some[:1])), *terms)
    bounds = [term for term in terms if term.question == "age"]
    if bounds:
        changed["age"] = next(age for age in map(float, range(5, 111)) if all(term.holds({"age": age}) for term in bounds))
    for term in terms:
        changed[term.question] = fulfilling(term, changed.get(term.question))
    return changed | {"worst_pain": UNKNOWN}


def fulfilling(term: Term, now: Answer | None) -> Answer:
    if term.question == "age":
        assert now is not None
        return now
    several = now if isinstance(now, tuple) else ()
    if term.sign == "has":
        return (*several, str(term.value)) if term.value not in several else several
    if term.sign == "lacks":
        return tuple(one for one in several if one != term.value) or ("inner_below",)
    return term.value + 1.0 if term.sign == ">" and isinstance(term.value, float | int) else term.value


@pytest.mark.parametrize("code", sorted(PATTERNS))
def test_every_pattern_can_be_reached_by_answers_to_questions_that_are_asked(code: str) -> None:
    """Not only by a file that answers what nobody asked."""
    wanted = with_pattern(RUNNER, PATTERNS[code])
    answers: dict[str, Answer] = {"age": wanted["age"]}
    while left := safety.to_ask(answers):
        answers |= {question.code: wanted.get(question.code, question.harmless) for question in left}
    while left := to_ask(answers):
        answers |= {question.code: wanted.get(question.code, plain(question)) for question in left}
    found = likeness(answers)
    assert code in (*found.patterns, *found.also)
