"""How deep does a squat have to be for what this person wants? Knee flexion, from rows of the ledger."""

from kinechain.core.errors import UsageError
from kinechain.evidence import constant

#: What a person may aim for, shallowest first.
AIMS: tuple[str, ...] = ("chair", "parallel", "deep")


def aim_row(aim: str) -> str:
    """Return the key of the row that says what an aim needs. Raises UsageError for an aim that is none."""
    if aim not in AIMS:
        raise UsageError(f"an aim among {', '.join(AIMS)}", repr(aim), "Say what the squat is for.")
    return f"aim.{aim}"


def needed_knee_flexion(aim: str) -> float:
    """Return the knee flexion (rad) that an aim needs.

    >>> import math
    >>> round(math.degrees(needed_knee_flexion("chair")))
    90
    """
    return constant(aim_row(aim)).si
