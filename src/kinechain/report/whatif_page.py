"""How does a person see what a change would do? Two figures side by side, a small table, and how far to trust it: one page."""

from typing import Any

from markupsafe import Markup

from kinechain.loads.what_if import WhatIf
from kinechain.report.context import ReportContext
from kinechain.report.environment import environment, style
from kinechain.report.squat_picture import draw_squats
from kinechain.report.whatif_reading import degrees, read_whatif
from kinechain.report.words import say


def render_whatif(answer: WhatIf, context: ReportContext) -> str:
    """Return the page as one HTML document."""
    language = context.language
    first, second = answer.figures
    captions = tuple(
        say(
            "whatif.figure",
            language=language,
            when=say(f"whatif.{when}", language=language),
            knee=degrees(figure.knee),
            lean=degrees(figure.lean),
        )
        for when, figure in (("before", first), ("after", second))
    )
    title = say("whatif.picture", language=language, before=degrees(first.knee), after=degrees(second.knee))
    page: dict[str, Any] = {
        "context": context,
        "style": style("whatif"),
        "title": say("whatif.title", language=language),
        "privacy": say("whatif.privacy", language=language),
        "reading": read_whatif(answer, language),
        "picture": Markup(draw_squats("squats", title, (captions[0], captions[1]), (first, second))),
    }
    return environment(language).get_template("whatif.html.j2").render(**page)
