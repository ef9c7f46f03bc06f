"""How do the questions before a program read, and what the answers look like? Lines for a terminal, a file to fill in, tables."""

from collections.abc import Iterator, Sequence

from kinechain.evidence import studies
from kinechain.program.conditions import UNKNOWN, Question
from kinechain.program.intake import Likeness
from kinechain.program.intake_rules import Pattern, Sign, intake_rules
from kinechain.report.lines import Kind, TextLine
from kinechain.report.safety_text import condition_words, safety_blanks
from kinechain.report.words import has_words, say


def question_words(question: Question, language: str = "en") -> str:
    """Return a question as a person reads it."""
    return say(f"intake.question.{question.code}", language=language)


def question_help(question: Question, language: str = "en") -> str:
    """Return what helps to answer, empty where nothing is needed."""
    code = f"intake.question.{question.code}.help"
    return say(code, language=language) if has_words(code, language) else ""


def option_words(question: str, option: str, language: str = "en") -> str:
    """Return one of the answers of a question as a person reads it."""
    return say(f"intake.option.{question}.{option}", language=language)


def headline(found: Likeness, language: str = "en") -> str:
    """Return in a sentence what answers look like.

    Where an answer that could decide is missing, it cannot be said yet; where the signs are there and yet something stands in the
    way that is not another place, somebody has to look first.
    """
    like: str = found.resembles
    if like == "unclear" and found.patterns:
        needed = (sign.code for sign in intake_rules().signs if sign.needed)
        like = "look_first" if all(found.signs[code] for code in needed) else like
    elif like == "unclear" and found.unanswered:
        like = "open"
    return say(f"intake.resembles_{like}", language=language)


def also_lines(found: Likeness, language: str = "en") -> list[TextLine]:
    """Return what it could be as well, for those who may have a program all the same; nothing where nothing speaks for it."""
    told = [TextLine(Kind.TEXT, f"  - {say(f'intake_pattern.{code}', language=language)}") for code in found.also]
    return [TextLine(Kind.HEADING, say("intake.also", language=language)), *told] if told else []


def likeness_lines(found: Likeness, language: str = "en") -> list[TextLine]:
    """Return what answers look like as lines: what speaks for it, what for something else, what is missing, and the sources."""
    return list(_lines(found, language))


def _lines(found: Likeness, language: str) -> Iterator[TextLine]:
    def text(code: str, kind: Kind = Kind.TEXT, **parameters: object) -> TextLine:
        return TextLine(kind, say(f"intake.{code}", language=language, **parameters))

    yield TextLine(Kind.OK if found.program else Kind.CAUTION, headline(found, language))
    yield text("not_certain")
    groups = {
        "patterns": [f"intake_pattern.{code}" for code in found.patterns],
        "unsure": [f"intake_pattern.{code}" for code in found.unsure],
        "signs": [f"intake_sign.{code}" for code, there in found.signs.items() if there],
        "also": [f"intake_pattern.{code}" for code in found.also],
    }
    for group, codes in groups.items():
        if codes:
            yield text(group, Kind.HEADING)
        yield from (TextLine(Kind.TEXT, f"  - {say(code, language=language)}") for code in codes)
    yield from (text(code, **vars(found.cluster)) for code in _sure(found))
    if not found.program:
        yield text("program_no")
    if found.unanswered:
        yield text("open_list", Kind.HEADING)
        asked = {question.code: question for question in intake_rules().questions}
        yield from (TextLine(Kind.TEXT, f"  - {question_words(asked[code], language)}") for code in found.unanswered)
    names = "; ".join(dict.fromkeys(studies()[key].authors for key in found.sources))
    yield from (text("sources", Kind.NOTE, names=names) for _ in range(bool(names)))
    yield text("assumed", Kind.NOTE)


def _sure(found: Likeness) -> Iterator[str]:
    """Yield the codes of the sentences that say how sure it is, where the answers look like pain at the kneecap at all."""
    if not found.signs.get("at_kneecap"):
        return
    yield {True: "cluster_met", False: "cluster_not_met", None: "cluster_unknown"}[found.cluster.met]
    if found.cluster.met:
        yield "cluster_ratio"
    if found.signs.get("squat") is False:
        yield "squat_no"


def answers_template(language: str = "en") -> str:
    """Return a file of answers to fill in, to the safety questions and to the intake: each question a remark, its answer empty."""
    head = "# " + say("intake.file_head", language=language)
    return "\n".join([head, "", "[safety]", *safety_blanks(language), "", "[intake]", *_blanks(language)]) + "\n"


def _blanks(language: str) -> Iterator[str]:
    for question in intake_rules().questions:
        yield ""
        yield f"# {question_words(question, language)}"
        asked = condition_words(question.asked, language)
        yield f"# {_may(question)}{f'; {asked}' if asked else ''}"
        if question.kind == "several":
            yield f"# {say('intake.file_some' if question.least else 'intake.file_several', language=language)}"
        yield f'{"# " if question.typed else ""}{question.code} = ""'


def _may(question: Question) -> str:
    """Return what may be answered, as a file writes it."""
    ways = question.words or (f"{question.low:g} to {question.high:g}",)
    return " | ".join(ways if question.must else (*ways, UNKNOWN))


def intake_tables(language: str = "en") -> str:
    """Return all questions, signs and patterns as three Markdown tables: the generated part of docs/intake.md."""
    rules = intake_rules()
    tables = {
        "question": [_question_row(question, language) for question in rules.questions],
        "sign": [_sign_row(sign, language) for sign in rules.signs],
        "pattern": [_pattern_row(pattern, language) for pattern in rules.patterns],
    }
    return "\n\n".join("\n".join(_table(name, rows, language)) for name, rows in tables.items()) + "\n"


def _table(name: str, rows: Sequence[str], language: str) -> tuple[str, ...]:
    head = say(f"intake.doc.{name}_head", language=language)
    return head, "|" + "---|" * (head.count("|") - 1), *rows


def _question_row(question: Question, language: str) -> str:
    asked = _doc("typed", language) if question.typed else condition_words(question.asked, language) or _doc("always", language)
    answers = " / ".join(question.words) or f"{question.low:g} to {question.high:g}"
    why = ", ".join(question.sources) or question.reason
    return f"| `{question.code}` {question_words(question, language)} | {asked} | {answers} | {why} |"


def _sign_row(sign: Sign, language: str) -> str:
    needed = _doc("needed" if sign.needed else "cluster" if sign.cluster else "optional", language)
    words = say(f"intake_sign.{sign.code}", language=language)
    return f"| `{sign.code}` {words} | {condition_words(sign.when, language)} | {needed} | {_rests_on(sign)} |"


def _pattern_row(pattern: Pattern, language: str) -> str:
    words = say(f"intake_pattern.{pattern.code}", language=language)
    follows = f"{pattern.whom}, {_doc('program_yes' if pattern.program else 'program_no', language)}"
    return f"| `{pattern.code}` {words} | {condition_words(pattern.when, language)} | {follows} | {_rests_on(pattern)} |"


def _rests_on(row: Sign | Pattern) -> str:
    parts = (", ".join(row.sources), f"({row.reason})" if row.reason else "")
    return f"{row.kind}: {' '.join(part for part in parts if part)}"


def _doc(code: str, language: str) -> str:
    return say(f"intake.doc.{code}", language=language)
