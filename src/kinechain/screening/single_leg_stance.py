"""How is standing on one leg judged? By time, with eyes and watch as the norm had them; how far the pelvis sways has no norm."""

from kinechain.screening.judged import Edition, Judged, Reading, Worse

JUDGED = (
    Judged(
        "stance_s",
        "hip",
        editions=(
            Edition(
                tuple(f"single-leg-stance.india-{eyes}-{sex}" for eyes in ("open", "closed") for sex in ("f", "m")), Reading.MIDDLE
            ),
            Edition(
                tuple(f"single-leg-stance.best-{eyes}-{age}" for eyes in ("open", "closed") for age in (18, 40, 50, 60, 70, 80)),
                Reading.MIDDLE,
            ),
        ),
    ),
    Judged("sway_amplitude", "hip", Worse.MORE),
)
