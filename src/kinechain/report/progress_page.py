"""How does a person see whether it helps? A page to print: pain, sessions kept, loads, scores, tests before and now."""

from typing import Any

from markupsafe import Markup

from kinechain.evidence import constant
from kinechain.program.retest import Seen
from kinechain.report.context import ReportContext
from kinechain.report.environment import environment, style
from kinechain.report.progress_chart import draw_kept, draw_load, draw_pain, draw_retest, draw_score
from kinechain.report.progress_reading import Progress, pains, read_progress, strength_weeks
from kinechain.report.words import say


def render_progress(progress: Progress, context: ReportContext) -> str:
    """Return the page as one HTML document; what was not told is left out of it."""
    language = context.language
    reading = read_progress(progress, language)
    told = any(pain is not None for session in progress.sessions for pain in pains(session).values())
    page: dict[str, Any] = {
        "context": context,
        "style": style("progress"),
        "title": say("progress.title", language=language),
        "privacy": say("progress.privacy", language=language),
        "reading": reading,
        "usual": progress.usual_pain,
        "limit": constant("safety.stop_pain").value,
        "pain": Markup(draw_pain(progress, language)) if told else None,
        "kept": Markup(draw_kept(progress, language)) if strength_weeks(progress) else None,
        "load": Markup(draw_load(progress, language)) if progress.loads else None,
        "scores": {
            change.instrument: Markup(draw_score(progress, change, scores, language))
            for change, scores in progress.scores
            if len(scores) > 1 and change.seen is not Seen.CANNOT_JUDGE
        },
        "retests": [(one, Markup(draw_retest(f"retest-{number}", one, language))) for number, one in enumerate(reading.retests)],
    }
    return environment(language).get_template("progress.html.j2").render(**page)
