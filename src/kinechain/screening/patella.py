"""How are the tests of the kneecap judged? No norm of them is in the ledger: a clinician's note, and how it changes."""

from kinechain.screening.judged import Judged, Worse

JUDGED = (
    Judged("patellar_mobility", "knee", Worse.AWAY),
    Judged("patella_tilt", "knee", Worse.MORE),
    Judged("patella_compression", "knee", Worse.MORE),
)
