"""How is the single-leg squat judged? Norms of its projection angle exist, for markers that the network's hip is not."""

from kinechain.screening.judged import Judged, Worse

JUDGED = (
    Judged("fppa_at_peak_flexion", "knee", Worse.MORE, unjudged="marker_offset"),
    Judged("knee_flexion_peak", "knee"),
    Judged("knee_over_second_toe", "knee", Worse.MORE),
)
