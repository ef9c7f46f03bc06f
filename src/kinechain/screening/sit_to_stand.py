"""How is rising from a chair judged? Five times by age with its spread, or by limits for older people; 30 seconds from 60 on."""

from kinechain.screening.judged import Edition, Judged, Reading, Worse

JUDGED = (
    Judged(
        "sit_to_stand_s",
        "knee",
        Worse.MORE,
        editions=(
            Edition(tuple(f"sit-to-stand.bohannon-2010-{age}" for age in (20, 30, 40, 50)), Reading.SPREAD),
            Edition(tuple(f"sit-to-stand.bohannon-2006-{age}" for age in (60, 70, 80)), Reading.CUT_OFF),
        ),
        asks={"arms_crossed": ("yes",)},
    ),
    Judged(
        "sit_to_stand_count",
        "knee",
        editions=(Edition(("sit-to-stand.thirty-seconds-f", "sit-to-stand.thirty-seconds-m"), Reading.RANGE),),
        asks={"arms_crossed": ("yes",)},
    ),
)
