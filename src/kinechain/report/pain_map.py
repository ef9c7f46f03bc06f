"""Where does it hurt? A drawn knee with places to touch, each a link; a page without script that tells its name and its number.

A place is at least 44 pixels wide and high on a phone, and is reached with the keyboard in the order of the numbers. What was
touched stands in the page's address (`:target`), so nothing is stored and nothing is sent. A form can use the same drawing: it
hands over where each place leads and which ones are chosen.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from kinechain.core.types import SIDES, View
from kinechain.program.intake import questions
from kinechain.report.context import ReportContext
from kinechain.report.environment import environment, style
from kinechain.report.intake_text import option_words
from kinechain.report.knee_picture import HEIGHT, WIDTH, knee_layers
from kinechain.report.words import say

#: The views that are drawn.
VIEWS = (View.FRONT, View.REAR)
_QUESTION = "where"


@dataclass(frozen=True)
class _Place:
    """A place on the drawing of a right knee: its outline, and where its number stands."""

    path: str
    x: float
    y: float


#: The places of each view on a right knee; what the person tells that is not among them stands beside the picture.
PLACES: Mapping[View, Mapping[str, _Place]] = {
    View.FRONT: {
        "kneecap": _Place(
            "M180 182C206 180 228 194 230 220C231 247 205 270 192 285"
            "C186 291 174 291 168 285C155 270 129 247 130 220C132 194 154 180 180 182Z",
            180.0,
            228.0,
        ),
        "inner_rim": _Place(
            "M234 178C262 180 282 204 284 236C284 268 262 294 226 298C222 298 216 294 214 288"
            "C230 270 238 248 236 222C236 208 232 196 228 190C226 184 228 178 234 178Z",
            260.0,
            238.0,
        ),
        "outer_rim": _Place(
            "M126 178C98 180 78 204 76 236C76 268 98 294 134 298C138 298 144 294 146 288"
            "C130 270 122 248 124 222C124 208 128 196 132 190C134 184 132 178 126 178Z",
            100.0,
            238.0,
        ),
        "above_kneecap": _Place(
            "M132 112C140 104 220 104 228 112C234 128 238 150 238 164C234 174 218 174 206 176"
            "C190 172 170 172 154 176C142 174 126 174 122 164C122 150 126 128 132 112Z",
            180.0,
            141.0,
        ),
        "below_kneecap": _Place(
            "M150 300C166 304 194 304 210 300C218 302 216 340 212 352C204 358 156 358 148 352C144 340 142 302 150 300Z",
            180.0,
            328.0,
        ),
        "shin_bump": _Place(
            "M150 362C160 358 200 358 210 362C218 380 214 412 204 424C192 432 168 432 156 424C146 412 142 380 150 362Z",
            180.0,
            394.0,
        ),
        "outer_side": _Place(
            "M34 158C44 150 62 154 68 166C74 180 76 190 72 206C68 226 68 250 72 272"
            "C76 290 72 302 60 304C44 306 30 300 28 288C26 250 34 214 32 176C32 168 32 162 34 158Z",
            50.0,
            232.0,
        ),
        "inner_side": _Place(
            "M326 158C316 150 298 154 292 166C286 180 284 190 288 206C292 226 292 250 288 272"
            "C284 290 288 302 300 304C316 306 330 300 332 288C334 250 326 214 328 176C328 168 328 162 326 158Z",
            310.0,
            232.0,
        ),
        "outer_joint_line": _Place(
            "M34 318C30 310 40 308 52 310C84 314 112 308 136 304"
            "C140 318 140 340 138 356C110 366 74 370 50 362C40 354 36 332 34 318Z",
            88.0,
            338.0,
        ),
        "inner_joint_line": _Place(
            "M326 318C330 310 320 308 308 310C276 314 248 308 224 304"
            "C220 318 220 340 222 356C250 366 286 370 310 362C320 354 324 332 326 318Z",
            272.0,
            338.0,
        ),
        "inner_below": _Place(
            "M226 372C248 380 284 382 304 376C312 384 308 416 304 434C284 446 242 446 222 434C218 414 218 388 226 372Z",
            264.0,
            411.0,
        ),
        "thigh": _Place("M60 26C120 14 240 14 300 26C310 44 304 76 290 92C240 80 120 80 70 92C56 76 50 44 60 26Z", 180.0, 50.0),
    },
    View.REAR: {
        "back_outer": _Place(
            "M248 190C272 180 304 184 316 198C322 230 320 290 314 326C300 342 268 342 246 332C236 290 236 232 248 190Z",
            280.0,
            262.0,
        ),
        "back_hollow": _Place(
            "M134 186C152 176 208 176 226 186C238 220 238 300 228 336C210 348 150 348 132 336C122 300 122 220 134 186Z",
            180.0,
            262.0,
        ),
        "back_inner": _Place(
            "M112 190C88 180 56 184 44 198C38 230 40 290 46 326C60 342 92 342 114 332C124 290 124 232 112 190Z", 80.0, 262.0
        ),
    },
}


@dataclass(frozen=True)
class _Told:
    """A place as the page tells it: its code, the number to type, and its name."""

    code: str
    number: int
    name: str


@dataclass(frozen=True)
class _Knee:
    """One knee of the page: its pictures with their captions, and the places that each shows with how far down (%) they lie."""

    side: str
    title: str
    pictures: tuple[tuple[str, str, Markup, tuple[tuple[str, float], ...]], ...]


def regions() -> tuple[str, ...]:
    """Return the codes of all places in the order of their numbers, those beside the picture too."""
    return next(question.options for question in questions() if question.code == _QUESTION)


def draw_knee(
    key: str,
    side: str,
    view: View,
    link: Callable[[str], str],
    chosen: Collection[str] = (),
    language: str = "en",
) -> Markup:
    """Return a knee with its places as an SVG element.

    `side` is the person's own; `link` tells where a place leads, by its code; places in `chosen` are marked. `key` makes ids unique
    on a page.
    """
    places = PLACES[view]
    told = {one.code: one for one in _told(language)}
    names = ", ".join(f"{told[code].number} {told[code].name}" for code in places)
    label = say(
        "pain_map.words",
        language=language,
        side=say(f"side.{side}", language=language),
        view=say(f"pain_map.{_view_code(view)}", language=language),
        names=names,
    )
    drawn = "".join(
        _link(told[code], places[code], side, link(code), code in chosen) for code in sorted(places, key=regions().index)
    )
    return Markup(
        f'<svg class="pain-map" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="group" aria-label="{escape(label)}">'
        f"{knee_layers(key, side, view)}{_sides(side, view, language)}{drawn}</svg>"
    )


def render_pain_map(side: str, context: ReportContext) -> str:
    """Return the page of one knee, or of both, as one HTML document."""
    language = context.language
    shown = SIDES[::-1] if side == "both" else (side,)
    page: dict[str, Any] = {
        "context": context,
        "style": style("pain_map"),
        "title": say("pain_map.title", language=language),
        "privacy": say("pain_map.privacy", language=language),
        "knees": [_knee(one, language) for one in shown],
        "places": _told(language),
        "beside": [one for one in _told(language) if not any(one.code in places for places in PLACES.values())],
    }
    return environment(language).get_template("pain_map.html.j2").render(**page)


def _knee(side: str, language: str) -> _Knee:
    pictures = []
    for view in VIEWS:
        code = _view_code(view)
        svg = draw_knee(f"{side}-{code}", side, view, lambda place: f"#{side}-{place}", language=language)
        pictures.append(
            (
                code,
                say(f"pain_map.{code}", language=language),
                svg,
                tuple((place, 100.0 * PLACES[view][place].y / HEIGHT) for place in PLACES[view]),
            )
        )
    return _Knee(side, say(f"pain_map.side_{side}", language=language), tuple(pictures))


def _told(language: str) -> list[_Told]:
    return [_Told(code, number, option_words(_QUESTION, code, language)) for number, code in enumerate(regions(), start=1)]


def _link(told: _Told, place: _Place, side: str, link: str, chosen: bool) -> str:
    mirrored = f' transform="translate({WIDTH:g} 0) scale(-1 1)"' if side == "left" else ""
    x = WIDTH - place.x if side == "left" else place.x
    label = escape(f"{told.number}: {told.name}")
    current = ' aria-current="true"' if chosen else ""
    return (
        f'<a class="place {told.code}" href="{escape(link)}" aria-label="{label}"{current}><title>{label}</title>'
        f'<path class="area" d="{place.path}"{mirrored}/><circle class="badge" cx="{x:g}" cy="{place.y:g}" r="14"/>'
        f'<text x="{x:g}" y="{place.y + 5.5:g}">{told.number}</text></a>'
    )


def _sides(side: str, view: View, language: str) -> str:
    """Return the words for the outer and the inner side, where they lie in this picture."""
    outer_left = (side == "right") == (view is View.FRONT)
    words = [say(f"pain_map.{code}", language=language) for code in (("outer", "inner") if outer_left else ("inner", "outer"))]
    ends = ((6.0, "start"), (WIDTH - 6.0, "end"))
    return "".join(
        f'<text class="which" x="{x:g}" y="{HEIGHT - 14.0:g}" text-anchor="{anchor}" aria-hidden="true">{escape(word)}</text>'
        for word, (x, anchor) in zip(words, ends, strict=True)
    )


def _view_code(view: View) -> str:
    return "front" if view is View.FRONT else "back"
