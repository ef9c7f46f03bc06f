"""What does a test say of a measure: its link, which way is worse, and which rows of the ledger tell what is usual?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Worse(StrEnum):
    """Which way a measure gets worse."""

    LESS = "less"
    MORE = "more"
    AWAY = "away"


class Reading(StrEnum):
    """How a norm's row is read.

    `CUT_OFF`: its own cut-off. `SPREAD`: its mean less (or plus) the row `screening.cut_off_spreads` times its spread. `RANGE`: the
    ends of the range of usual people. `MIDDLE`: no cut-off is published; who is at the middle or better is not unusual, of anybody
    else nothing can be said.
    """

    CUT_OFF = "cut_off"
    SPREAD = "spread"
    RANGE = "range"
    MIDDLE = "middle"


@dataclass(frozen=True)
class Edition:
    """One way in which a measure's norm was published: the keys of its rows (by sex, age and protocol) and how they are read.

    Rows that name no ages are of adults, and are used up to the row `screening.rows_without_ages_until`.
    """

    rows: tuple[str, ...]
    reading: Reading


@dataclass(frozen=True)
class Judged:
    """How one measure of a test is judged.

    `editions` are tried in order; the first whose protocol and people match is the norm, the others are named beside it. `error` is
    the row that holds the smallest change of this measure that is more than noise, `sides` and `symmetry` the rows on how far both
    sides differ in healthy people (a difference, and the weaker as a percentage of the other). `asks` are notes that spoil the
    comparison where they were told to be otherwise; what a row itself needs must have been told. `what_if` says that the predicted
    squat can free this link. `against_aim` judges by what the person wants instead of by a norm. `unjudged` is the message where
    there is no norm at all, or none that may be used.
    """

    code: str
    link: str
    worse: Worse = Worse.LESS
    editions: tuple[Edition, ...] = ()
    error: str = ""
    sides: str = ""
    symmetry: str = ""
    asks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    what_if: bool = False
    against_aim: bool = False
    unjudged: str = "no_norm"
