"""How does a person look up an exercise? The catalogue by area, each with its ladder and a card of every exercise: one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from kinechain.core.training import LOAD_CLASSES
from kinechain.evidence import constant
from kinechain.report.context import ReportContext
from kinechain.report.environment import environment, style
from kinechain.report.exercise_pictures import draw_exercise
from kinechain.report.exercise_reading import AreaReading, ExerciseReading, read_areas
from kinechain.report.load_bar import draw_load_bar
from kinechain.report.words import say


@dataclass(frozen=True)
class _Card:
    """An exercise with its picture and its bar of load."""

    reading: ExerciseReading
    picture: Markup
    bar: Markup
    easier: tuple[tuple[str, str, bool], ...]
    harder: tuple[tuple[str, str, bool], ...]


def render_exercises(codes: Sequence[str], context: ReportContext) -> str:
    """Return the page of exercises as one HTML document; of one exercise, that one alone."""
    language = context.language
    areas = read_areas(codes, language)
    alone = areas[0].exercises[0] if len(codes) == 1 else None
    title = say("exercises.title", language=language)
    page: dict[str, Any] = {
        "context": context,
        "style": style("exercise_pictures", "exercises"),
        "title": title if alone is None else f"{title}: {alone.name}",
        "privacy": say("exercises.privacy", language=language),
        "headline": say("exercises.headline", language=language, count=len(codes)) if alone is None else alone.name,
        "alone": alone is not None,
        "areas": [(area, _cards(area, frozenset(codes), language)) for area in areas],
        "stop": say("exercises.stop", language=language, stop=constant("safety.stop_pain").value),
        "classes": [(one, say(f"exercises_load.{one}", language=language)) for one in LOAD_CLASSES],
    }
    return environment(language).get_template("exercises.html.j2").render(**page)


def _cards(area: AreaReading, shown: frozenset[str], language: str) -> list[_Card]:
    return [
        _Card(
            reading=reading,
            picture=Markup(draw_exercise(reading.exercise.code, language=language)),
            bar=Markup(draw_load_bar(f"load-{reading.exercise.code}", reading.load, language)),
            easier=tuple((code, name, code in shown) for code, name in reading.easier),
            harder=tuple((code, name, code in shown) for code, name in reading.harder),
        )
        for reading in area.exercises
    ]
