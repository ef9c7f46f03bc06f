"""How does a person see how to film and to measure? Every guide with its pictures: one page to read and to print, no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from kinechain.core.types import View
from kinechain.report.context import ReportContext
from kinechain.report.environment import environment, style
from kinechain.report.guide_pictures import draw_plan, draw_test
from kinechain.report.guides import Guide, TypedGuide, read_rules
from kinechain.report.typed_pictures import draw_typed
from kinechain.report.words import say


@dataclass(frozen=True)
class _Card:
    """A guide with its pictures: what the phone sees from each view, where it stands, and each typed measurement."""

    guide: Guide
    seen: tuple[tuple[str, Markup], ...]
    plan: Markup
    typed: tuple[tuple[TypedGuide, Markup], ...]


def render_guides(guides: Sequence[Guide], context: ReportContext) -> str:
    """Return the page of guides as one HTML document; of one guide, that one alone."""
    language = context.language
    title = say("guides.title", language=language)
    page: dict[str, Any] = {
        "context": context,
        "style": style("guides"),
        "title": title if len(guides) > 1 else f"{title}: {guides[0].name}",
        "privacy": say("guides.privacy", language=language),
        "headline": say("guides.headline", language=language) if len(guides) > 1 else guides[0].name,
        "rules": read_rules(any(guide.views for guide in guides), language),
        "cards": [_card(guide, language) for guide in guides],
    }
    return environment(language).get_template("guides.html.j2").render(**page)


def _card(guide: Guide, language: str) -> _Card:
    return _Card(
        guide,
        tuple((say(f"guides.seen_{view.value}", language=language), _seen(guide, view, language)) for view in guide.views),
        _plan(guide, language) if guide.views else Markup(""),
        tuple((one, Markup(draw_typed(f"typed-{one.code}", one.code, one.name, one.how, language))) for one in guide.typed),
    )


def _seen(guide: Guide, view: View, language: str) -> Markup:
    title = say("guides.seen_title", language=language, name=guide.name, view=view)
    return Markup(draw_test(f"seen-{guide.test}-{view.value}", guide.test, view, title, guide.what, language))


def _plan(guide: Guide, language: str) -> Markup:
    told = dict(zip([name for name, _ in guide.steps], [text for _, text in guide.steps], strict=True))
    words = told[say("guide_step.phone", language=language)]
    title = say("guides.plan_title", language=language, name=guide.name)
    return Markup(draw_plan(f"plan-{guide.test}", guide.test, title, words, language))
