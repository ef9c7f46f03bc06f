"""What is a program made of, what does it stand on, and what is told of its sessions? Frozen types, checked once.

Codes and numbers only: words are in the catalogue of messages, exercises in the catalogue of `program`. SI units and radians; pain
and effort from 0 to 10; weekdays from 0 (Monday) to 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES, Finding, Limit, Loads, Pain, Person

#: How much the kneecap bears in an exercise, in steps; `none` where the knee carries nothing.
LOAD_CLASSES: tuple[str, ...] = ("none", *Loads.CLASSES)
#: What an exercise may need. Floor, wall, a towel and something firm to hold are always there.
EQUIPMENT: tuple[str, ...] = ("chair", "step", "band", "weight", "barbell", "machine", "wedge")
#: What a person may want back, or want to do.
GOALS: tuple[str, ...] = ("daily_life", "squat_deeper", "running", "jumping", "kicking", "lifting", "sitting")
_DAYS_A_WEEK = 7
_MOST = 10.0


class Part(StrEnum):
    """Which budget an exercise is taken from: the strength days, the short daily work, or what one does anyway."""

    STRENGTH = "strength"
    DAILY = "daily"
    ACTIVITY = "activity"


@dataclass(frozen=True)
class Because:
    """Why something was chosen, changed or left out: the code of the words, what they are filled with, and what they rest on.

    `sources` are keys of studies, rows, effects or norms, or the letter of a claim; none where it is `assumed`. `by_judgement`
    marks work that was matched to a finding, which no trial has shown to be better than not matching.
    """

    reason: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    by_judgement: bool = False


@dataclass(frozen=True)
class Intake:
    """What a person tells before a program: where and since when it hurts, what brings it on, what they want and can do.

    `regions` are codes of the pain map, `side` the knee that hurts (`left`, `right` or `both`), `triggers` what brings it on.
    `usual_pain` and `worst_pain` are of the last week. `days` are the weekdays on which there is time for strength. `cluster` holds
    the signs of patellofemoral pain that are known (`resisted_contraction`, `squat`, `palpation`). `pain_free_flexion_rad` is how
    far the knee bends in a squat without pain. None, or left out, where not told. `answers` are all answers as they were given.
    """

    side: str = "both"
    regions: tuple[str, ...] = ()
    since_weeks: float | None = None
    triggers: tuple[str, ...] = ()
    usual_pain: float | None = None
    worst_pain: float | None = None
    goals: tuple[str, ...] = ("daily_life",)
    days: tuple[int, ...] = (0, 2, 4)
    equipment: tuple[str, ...] = ()
    cluster: Mapping[str, bool] = field(default_factory=dict)
    pain_free_flexion_rad: float | None = None
    sits_hours: float | None = None
    runs_km_a_week: float | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.side not in (*SIDES, "both"):
            raise UsageError("a painful knee left, right or both", repr(self.side), "Say which knee hurts.")
        for what, pain in (("usual", self.usual_pain), ("worst", self.worst_pain)):
            _require_pain(f"{what} pain", pain)
        if self.usual_pain is not None and self.worst_pain is not None and self.worst_pain < self.usual_pain:
            got = f"{self.worst_pain:g} below {self.usual_pain:g}"
            raise UsageError("a worst pain at least as high as the usual one", got, "Mend one of the two.")
        if len(set(self.days)) != len(self.days) or not all(0 <= day < _DAYS_A_WEEK for day in self.days) or not self.days:
            raise UsageError("weekdays, each once, at least one", repr(self.days), "Name the days with time for strength.")
        for what, given, known in (("equipment", self.equipment, EQUIPMENT), ("goals", self.goals, GOALS)):
            for one in given:
                if one not in known:
                    raise UsageError(f"{what} among {', '.join(known)}", repr(one), "Mend or drop it.")


@dataclass(frozen=True)
class Basis:
    """What a program stands on: what was told and, where tests were made, who did them and what they say.

    `limits` come in the order of what they hold back; `findings` of every link; `pains` as felt during tests.
    """

    intake: Intake
    person: Person | None = None
    aim: str = "parallel"
    findings: tuple[Finding, ...] = ()
    limits: tuple[Limit, ...] = ()
    pains: tuple[Pain, ...] = ()


@dataclass(frozen=True)
class Dose:
    """How much: `sets` of `repetitions` on `days` a week.

    `seconds` is how long one repetition is held or lasts, 0 where it is moved. `effort` is the least effort aimed for (0 to 10),
    None where it does not matter.
    """

    sets: int
    repetitions: int
    days: int
    seconds: float = 0.0
    effort: int | None = None


@dataclass(frozen=True)
class Prescription:
    """One line of a program: an exercise of the catalogue, on which side, how much, how far the knee bends, and why.

    `side` is `both` where both legs work, together or in turn. `flexion_rad` is from the least to the most bend, None where the
    exercise does not say. `weeks` are the first and the last week. `link` is the limiting link it was added for, empty for what
    everybody gets. `slot` is the place in the program that it fills: progression changes the exercise, never the slot. A clinician
    may have `locked` it: then nothing but another edit changes it.
    """

    slot: str
    exercise: str
    side: str
    part: Part
    dose: Dose
    because: Because
    flexion_rad: tuple[float, float] | None = None
    weeks: tuple[int, int] = (1, 12)
    link: str = ""
    locked: bool = False

    def due(self, week: int) -> bool:
        """Tell whether it is done in a week."""
        return self.weeks[0] <= week <= self.weeks[1]


@dataclass(frozen=True)
class Lesson:
    """A short module of education and the week in which it is read."""

    code: str
    week: int
    because: Because


@dataclass(frozen=True)
class Offer:
    """A support that is offered, not prescribed, for at most so many weeks."""

    code: str
    weeks: int
    because: Because


@dataclass(frozen=True)
class LeftOut:
    """Something that was not taken into a program: an exercise, or the code of an approach."""

    what: str
    because: Because


@dataclass(frozen=True)
class Edit:
    """What a clinician did to a program, and their reason in their own words.

    `action` is one of `ACTIONS`; `slot` names the line, empty for the whole program; `changes` are the fields set and their values.
    """

    on: date
    by: str
    reason: str
    action: str
    slot: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Program:
    """Weeks of training from a `start`: strength on `days`, what is done daily, what is read, offered and left out, and why.

    `load_caps` is the highest class (`LOAD_CLASSES`) that the kneecap may bear, by week from the first; `flexion_cap_rad` how far
    the knee may bend under load to begin with. `usual_pain` is the person's own level, to which pain has to be back by the next
    morning. `edits` are a clinician's, in order; `signed_by` whoever signed it as it stands.
    """

    start: date
    weeks: int
    days: tuple[int, ...]
    prescriptions: tuple[Prescription, ...]
    lessons: tuple[Lesson, ...]
    offers: tuple[Offer, ...]
    left_out: tuple[LeftOut, ...]
    rules: tuple[Because, ...]
    load_caps: tuple[str, ...]
    flexion_cap_rad: float
    flexion_because: Because
    usual_pain: float | None
    basis: Basis
    edits: tuple[Edit, ...] = ()
    signed_by: str = ""

    def of(self, part: Part) -> tuple[Prescription, ...]:
        """Return the lines of one part."""
        return tuple(line for line in self.prescriptions if line.part is part)

    def with_lines(self, lines: tuple[Prescription, ...]) -> "Program":
        """Return it with other lines; what has come into it is no longer left out."""
        taken = {line.exercise for line in lines}
        return replace(self, prescriptions=lines, left_out=tuple(one for one in self.left_out if one.what not in taken))

    def line(self, slot: str) -> Prescription | None:
        """Return the line that fills a slot, None where none does."""
        return next((line for line in self.prescriptions if line.slot == slot), None)


@dataclass(frozen=True)
class Done:
    """What was done of one line in a session: repetitions set by set, effort and pain during it where told."""

    slot: str
    repetitions: tuple[int, ...]
    effort: float | None = None
    pain: float | None = None

    def __post_init__(self) -> None:
        _require_pain(f"pain during {self.slot}", self.pain)
        _require_pain(f"effort of {self.slot}", self.effort)
        if any(count < 0 for count in self.repetitions):
            raise UsageError("repetitions of 0 and more", repr(self.repetitions), f"Mend the sets of {self.slot}.")


@dataclass(frozen=True)
class Session:
    """One session: what was done, and pain before, at its worst during, an hour after and on the next morning; None: not told."""

    on: date
    done: tuple[Done, ...] = ()
    pain_before: float | None = None
    pain_during: float | None = None
    pain_hour_after: float | None = None
    pain_next_morning: float | None = None
    gave_way: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        for what in ("pain_before", "pain_during", "pain_hour_after", "pain_next_morning"):
            _require_pain(f"{what} of {self.on}", getattr(self, what))


@dataclass(frozen=True)
class Sitting:
    """A time spent sitting: minutes, breaks, after how long it began to hurt, how far the knee was bent; None: not told."""

    on: date
    minutes: float
    breaks: int = 0
    onset_min: float | None = None
    knee_flexion_rad: float | None = None


@dataclass(frozen=True)
class Score:
    """The result of an outcome measure on a day: its total, and its items where they were given."""

    on: date
    instrument: str
    total: float
    items: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Diary:
    """All that was told since a program began, each in the order of its days."""

    sessions: tuple[Session, ...] = ()
    sittings: tuple[Sitting, ...] = ()
    scores: tuple[Score, ...] = ()


#: What a clinician may do: change fields of a line, add or take away one, lock or unlock it, sign the whole.
ACTIONS: tuple[str, ...] = ("change", "add", "remove", "lock", "unlock", "sign")


def _require_pain(what: str, value: float | None) -> None:
    if value is not None and not 0.0 <= value <= _MOST:
        raise UsageError(f"{what} between 0 and 10", f"{value:g}", "Tell it from 0 (none) to 10 (worst).")
