"""How is the knee-to-wall test judged? The tape and the inclinometer each by their own rows; the film's angle never.

Centimetres: healthy people with their spread. Degrees: no mean with a spread was found, so the limit under which one study called
ankles limited. Other limits (36.5 degrees went with pain of a tendon; conventions of the field) stay in the ledger and decide
nothing.
"""

from kinechain.screening.judged import Edition, Judged, Reading

_ASKS = {"footwear": ("barefoot", "socks"), "foot_straight": ("yes",), "knee_bent": ("yes",)}

JUDGED = (
    Judged(
        "knee_to_wall_cm",
        "ankle",
        editions=(
            Edition(("knee-to-wall.hoch-2011",), Reading.SPREAD),
            Edition(
                tuple(f"knee-to-wall.matassessment-{age}-{sex}" for age in (15, 20, 41, 60) for sex in ("f", "m")), Reading.MIDDLE
            ),
        ),
        error="knee-to-wall.powden-2015-one-cm",
        sides="knee-to-wall.hoch-2011-sides",
        asks=_ASKS,
        what_if=True,
    ),
    Judged(
        "knee_to_wall_deg",
        "ankle",
        editions=(Edition(("knee-to-wall.laboratory-groups",), Reading.CUT_OFF),),
        error="knee-to-wall.powden-2015-one-deg",
        asks=_ASKS,
        what_if=True,
    ),
    Judged("knee_to_wall_deg_film", "ankle", unjudged="film_not_graded"),
)
