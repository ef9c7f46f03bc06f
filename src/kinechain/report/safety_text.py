"""How do the safety questions and what follows from them read? Lines for a terminal, and the tables of docs/safety.md."""

from collections.abc import Iterator, Sequence

from kinechain.evidence import constant, studies
from kinechain.program.conditions import Condition, Question, Term
from kinechain.program.safety import Outcome
from kinechain.program.safety_rules import Rule, Urgency, Whom, safety
from kinechain.report.lines import Kind, TextLine
from kinechain.report.words import has_words, say


def question_words(question: Question, language: str = "en") -> str:
    """Return a question as a person reads it."""
    return say(f"safety.question.{question.code}", language=language)


def question_help(question: Question, language: str = "en") -> str:
    """Return what helps to answer, empty where nothing is needed."""
    code = f"safety.question.{question.code}.help"
    return say(code, language=language) if has_words(code, language) else ""


def answer_words(answer: str, language: str = "en") -> str:
    """Return an answer as a person reads it."""
    return say(f"safety.answer.{answer}", language=language)


def go(urgency: Urgency, whom: Whom, language: str = "en") -> str:
    """Return the sentence that says how soon to go, and to whom."""
    return say(f"safety.go.{urgency}_{whom}", language=language)


def outcome_lines(outcome: Outcome, language: str = "en") -> list[TextLine]:
    """Return what follows from answers as lines: whom to see and how soon, why, what may be done, and what it rests on."""
    return list(_lines(outcome, language))


def _lines(outcome: Outcome, language: str) -> Iterator[TextLine]:
    def text(code: str, kind: Kind = Kind.TEXT, **parameters: object) -> TextLine:
        return TextLine(kind, say(f"safety.{code}", language=language, **parameters))

    if outcome.clear:
        yield text("may_go_on", Kind.OK)
        yield text("may_go_on_next")
        yield text("not_diagnosis", Kind.NOTE)
        return
    if outcome.urgency is not None and outcome.whom is not None:
        yield TextLine(_STYLE.get(outcome.urgency, Kind.CAUTION), go(outcome.urgency, outcome.whom, language))
        for code, flags in (("flags", outcome.flags), ("unsure", outcome.unsure)):
            if flags:
                yield text(code, Kind.HEADING)
            yield from (TextLine(Kind.TEXT, f"  - {say(f'safety.flag.{flag}', language=language)}") for flag in flags)
        yield text("program_no")
        if not outcome.unanswered:
            yield text("tests_yes" if outcome.may_test else "tests_no", limit=constant("safety.stop_pain").value)
        yield text("film_ok")
        if outcome.urgency.rank <= Urgency.SOON.rank:
            yield text("worse")
        yield text("show")
    if outcome.unanswered and (outcome.urgency is None or outcome.urgency.rank > Urgency.SAME_DAY.rank):
        yield text("open", Kind.CAUTION)
        yield text("open_list")
        asked = {question.code: question for question in safety().questions}
        yield from (TextLine(Kind.TEXT, f"  - {question_words(asked[code], language)}") for code in outcome.unanswered)
    yield text("not_diagnosis", Kind.NOTE)
    yield from _sources(outcome, language)


#: What presses is red; what only asks for somebody's word first is not.
_STYLE = {Urgency.NOW: Kind.REFILM, Urgency.SAME_DAY: Kind.REFILM, Urgency.URGENT: Kind.REFILM}


def _sources(outcome: Outcome, language: str) -> Iterator[TextLine]:
    rules = [rule for rule in safety().rules if rule.code in (*outcome.flags, *outcome.unsure)]
    names = list(dict.fromkeys(studies()[key].authors for rule in rules for key in rule.sources))
    if names:
        yield TextLine(Kind.NOTE, say("safety.sources", language=language, names="; ".join(names)))
    if any(rule.kind == "assumed" for rule in rules):
        yield TextLine(Kind.NOTE, say("safety.assumed", language=language))


def answers_template(language: str = "en") -> str:
    """Return a file of answers to fill in: every question as a remark, with what may be answered, and an empty answer."""
    return "\n".join(["# " + say("safety.ask_or_file", language=language), *safety_blanks(language)]) + "\n"


def safety_blanks(language: str = "en") -> Iterator[str]:
    """Yield the lines of a file of answers: every question as a remark, with what may be answered, and an empty answer."""
    for question in safety().questions:
        yield ""
        yield f"# {question_words(question, language)}"
        asked = condition_words(question.asked, language)
        may = " | ".join((*question.words, "unknown")) if question.words else f"{question.low:g} to {question.high:g}"
        yield f"# {may}{f'; {asked}' if asked else ''}"
        yield f'{"# " if question.typed else ""}{question.code} = ""'


def rules_tables(language: str = "en") -> str:
    """Return all questions and all rules as two Markdown tables: the generated part of docs/safety.md."""
    questions = [_question_row(question, language) for question in safety().questions]
    rules = [_rule_row(rule, language) for rule in safety().rules]
    return "\n".join([*_table("question", questions, language), "", *_table("rule", rules, language)]) + "\n"


def _table(name: str, rows: Sequence[str], language: str) -> tuple[str, ...]:
    head = say(f"safety.doc.{name}_head", language=language)
    return head, "|" + "---|" * (head.count("|") - 1), *rows


def _question_row(question: Question, language: str) -> str:
    def words(code: str) -> str:
        return say(f"safety.doc.{code}", language=language)

    asked = words("typed") if question.typed else condition_words(question.asked, language) or words("always")
    kind = " / ".join(question.words) or f"{question.low:g} to {question.high:g}"
    why = ", ".join(question.sources) or question.reason
    return f"| `{question.code}` {question_words(question, language)} | {asked} | {kind} | {why} |"


def _rule_row(rule: Rule, language: str) -> str:
    soon = f"`{rule.urgency}`, {rule.whom}"
    why = f"{rule.kind}: {' '.join(part for part in (', '.join(rule.sources), f'({rule.reason})' if rule.reason else '') if part)}"
    tests = say("safety.doc.tests_yes" if rule.tests else "safety.doc.tests_no", language=language)
    flag = say(f"safety.flag.{rule.code}", language=language)
    return f"| `{rule.code}` {flag} | {condition_words(rule.when, language)} | {soon} | {tests} | {why} |"


def condition_words(condition: Condition, language: str = "en") -> str:
    """Return a condition as a person may read it, with the codes of its questions; empty where there is none."""
    both, either = (f" {say(f'safety.doc.{code}', language=language)} " for code in ("all_of", "any_of"))
    every = [_term(term) for term in condition.every]
    some = either.join(_term(term) for term in condition.some)
    return both.join([*every, *([f"({some})" if every else some] if some else [])])


def _term(term: Term) -> str:
    value = f"{term.value:g}" if isinstance(term.value, float) else term.value
    return f"{term.question} {term.sign} {value}"
