"""How are the lengths of muscles judged? No norm of them is in the ledger: their value, and how it changes."""

from kinechain.screening.judged import Judged

JUDGED = (Judged("quadriceps_length", "knee"), Judged("hamstring_length", "hip"), Judged("calf_length", "ankle"))
