"""How does a person hold their program in the hand? One printed page to train by, and behind it how, why and on what it rests."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from kinechain.core.training import Program
from kinechain.report.context import ReportContext
from kinechain.report.environment import environment, style
from kinechain.report.exercise_pictures import draw_exercise
from kinechain.report.plan_reading import PlanReading, read_plan
from kinechain.report.words import say


def render_plan(program: Program, context: ReportContext, news: Sequence[str] = ()) -> str:
    """Return a program as one HTML document. `news` are sentences on what changed since it was last printed."""
    language = context.language
    plan = read_plan(program, language)
    page: dict[str, Any] = {
        "context": context,
        "style": style("guides", "exercise_pictures", "plan"),
        "title": say("plan_page.title", language=language),
        "privacy": say("plan_page.privacy", language=language),
        "plan": plan,
        "news": tuple(news),
        "pictures": _pictures(plan, language),
        "ticks": [say(f"weekday.{day}", language=language) for day in program.days],
    }
    return environment(language).get_template("plan.html.j2").render(**page)


def _pictures(plan: PlanReading, language: str) -> dict[str, Markup]:
    codes = dict.fromkeys(line.line.exercise for part in plan.parts for line in part.lines)
    return {code: Markup(draw_exercise(code, language=language)) for code in codes}
