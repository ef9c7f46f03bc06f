"""How is the foot judged? Its posture by the usual range, both ways; its width by a limit at which a trial called feet mobile."""

from kinechain.screening.judged import Edition, Judged, Reading, Worse

JUDGED = (
    Judged(
        "foot_posture_index",
        "foot",
        Worse.AWAY,
        editions=(
            Edition(("foot.spain",), Reading.RANGE),
            Edition(("foot.standard-bands",), Reading.RANGE),
        ),
    ),
    Judged("midfoot_width_change", "foot", Worse.MORE, editions=(Edition(("foot.midfoot-mobility",), Reading.CUT_OFF),)),
)
