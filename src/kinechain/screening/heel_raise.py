"""How are heel raises judged? By their count on the norm's slope; height and tempo have no norm."""

from kinechain.screening.judged import Edition, Judged, Reading

JUDGED = (
    Judged(
        "heel_raise_count",
        "ankle",
        editions=(Edition(("heel-raise.hebert-losier-2017-f", "heel-raise.hebert-losier-2017-m"), Reading.MIDDLE),),
        error="heel-raise.hebert-losier-2017-f",
    ),
    Judged("heel_raise_height", "ankle"),
    Judged("heel_raise_tempo", "ankle"),
)
