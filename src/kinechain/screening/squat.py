"""How is the squat judged? Its depth against what the person aims for; nothing else of it has a norm that anybody published."""

from kinechain.screening.judged import Judged, Worse

JUDGED = (
    Judged("knee_flexion_peak", "knee", against_aim=True),
    Judged("thigh_inclination_peak", "knee"),
    Judged("trunk_thigh_flexion_peak", "hip"),
    Judged("shank_inclination_peak", "ankle"),
    Judged("heel_rise_peak", "ankle", Worse.MORE),
    Judged("trunk_lean_peak", "trunk", Worse.MORE),
    Judged("fppa_at_peak_flexion", "knee", Worse.MORE),
    Judged("knee_ankle_separation_ratio", "knee"),
    Judged("pelvic_shift_peak", "hip", Worse.AWAY),
    Judged("descent_s", "knee", Worse.AWAY),
    Judged("ascent_s", "knee", Worse.AWAY),
    Judged("pain", "knee", Worse.MORE),
    Judged("pain_onset_knee_flexion", "knee"),
)
