"""How is the step-down judged? No norm of it was published; its projection angle waits for the offset to the markers of others."""

from kinechain.screening.judged import Judged, Worse

JUDGED = (
    Judged("fppa_at_peak_flexion", "knee", Worse.MORE, unjudged="marker_offset"),
    Judged("knee_flexion_peak", "knee"),
    Judged("knee_over_second_toe", "knee", Worse.MORE),
    Judged("step_downs_30s", "knee"),
)
