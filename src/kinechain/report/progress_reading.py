"""How do weeks of training read? Sessions kept, pain, scores and tests in words, and how far to trust it all."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kinechain.core.training import Because, Diary, Part, Program, Score, Session
from kinechain.core.types import Ranged
from kinechain.core.units import to_shown
from kinechain.evidence import constant
from kinechain.program.adapting import Adapted, Adherence, Impulse, adherence_of, by_day, total
from kinechain.program.outcomes import Change, changes, instrument
from kinechain.program.pain_rule import worst_during
from kinechain.program.retest import Retest, Seen
from kinechain.program.sitting import SittingView, look_at
from kinechain.report.numbers import decimals_for, rounded, unit_sign
from kinechain.report.reasons import Reason, Reference, read_reason, references
from kinechain.report.words import say

_LIMIT = "safety.stop_pain"
_WEEK_DAYS = 7


@dataclass(frozen=True)
class Progress:
    """What a page of progress is made from; everything but the start and the diary may be lacking.

    `kept` is how many days of a week were planned and done, `impulses` what a kneecap bore, line by line.
    """

    start: date
    diary: Diary
    usual_pain: float | None = None
    kept: tuple[Adherence, ...] = ()
    impulses: tuple[Impulse, ...] = ()
    retests: tuple[Retest, ...] = ()

    def week(self, on: date) -> float:
        """Return how many weeks after the start a day lies, in parts of a week."""
        return (on - self.start).days / _WEEK_DAYS

    @property
    def sessions(self) -> tuple[Session, ...]:
        """One session a day, in order."""
        return by_day(self.diary.sessions)

    @property
    def scores(self) -> tuple[tuple[Change, tuple[Score, ...]], ...]:
        """What each instrument says, with its scores in the order of their days."""
        return tuple(
            (change, tuple(one for one in self.diary.scores if one.instrument == change.instrument))
            for change in changes(self.diary.scores)
        )

    @property
    def loads(self) -> tuple[tuple[date, Ranged], ...]:
        """What a kneecap bore in each session, as far as it is known, in body weights times seconds."""
        days = dict.fromkeys(one.on for one in self.impulses)
        known = {day: [one.whole for one in self.impulses if one.on == day and math.isfinite(one.whole.value)] for day in days}
        return tuple((day, total(some)) for day, some in known.items() if some)


@dataclass(frozen=True)
class ScoreReading:
    """One instrument in words: its first and its latest score, the change, what would count, and what that says."""

    code: str
    name: str
    range: str
    first: str
    latest: str
    difference: str
    needed: str
    seen: Seen
    reason: Reason


@dataclass(frozen=True)
class RetestReading:
    """One measure in words, before and after."""

    name: str
    before: str
    after: str
    difference: str
    needed: str
    seen: Seen
    reason: Reason
    retest: Retest


@dataclass(frozen=True)
class ProgressReading:
    """All of it in words; `limit` is the row of the pain that is still tolerated, `limits` how far to trust all of it."""

    headline: str
    lead: tuple[str, ...]
    pain: tuple[str, ...]
    kept: str
    load: str
    sitting: str
    advice: tuple[Reason, ...]
    scores: tuple[ScoreReading, ...]
    retests: tuple[RetestReading, ...]
    unjudged: tuple[RetestReading, ...]
    limits: tuple[str, ...]
    limit: Reference
    sources: tuple[Reference, ...]


def progress_of(program: Program, diary: Diary, adapted: Sequence[Adapted] = (), retests: tuple[Retest, ...] = ()) -> Progress:
    """Return what a page is made from; `adapted` are the stretches of a program as a clinician's changes part them."""
    impulses = tuple(one for part in adapted for one in part.impulses)
    return Progress(program.start, diary, program.usual_pain, adherence_of(program, diary), impulses, retests)


def read_progress(progress: Progress, language: str = "en") -> ProgressReading:
    """Return the weeks of a program in words."""
    sat = look_at(progress.diary.sittings)
    reasons = [*_sat(sat), *(change.because for change, _ in progress.scores), *(retest.because for retest in progress.retests)]
    known = references([*reasons, Because("", sources=(_LIMIT,))], language)
    scores = tuple(_score(change, known, language) for change, _ in progress.scores)
    tests = [_retest(retest, known, language) for retest in progress.retests]
    return ProgressReading(
        headline=_headline(progress, language),
        lead=tuple(_lead(progress, scores, tests, language)),
        pain=tuple(pain_sentences(progress, language)),
        kept=_kept(progress, language),
        load=_load(progress, language),
        sitting=_sitting(sat, language),
        advice=tuple(read_reason(because, known, language) for because in _sat(sat)),
        scores=scores,
        retests=tuple(one for one in tests if math.isfinite(one.retest.difference.value)),
        unjudged=tuple(one for one in tests if not math.isfinite(one.retest.difference.value)),
        limits=tuple(say(f"progress.limit_{code}", language=language) for code in ("pain", "cause", "seen")),
        limit=known[_LIMIT],
        sources=tuple(known.values()),
    )


def pains(session: Session) -> dict[str, float | None]:
    """Return the pain of a session as the chart has it: before, at its worst during, and on the next morning."""
    return {"before": session.pain_before, "during": worst_during(session), "morning": session.pain_next_morning}


def strength_weeks(progress: Progress) -> tuple[Adherence, ...]:
    """Return the weeks in which strength was planned."""
    return tuple(one for one in progress.kept if one.part is Part.STRENGTH)


def _headline(progress: Progress, language: str) -> str:
    if not progress.diary.sessions:
        return say("progress.nothing", language=language)
    weeks = max(math.floor(progress.week(progress.sessions[-1].on)) + 1, 1)
    return say("progress.sessions", language=language, sessions=len(progress.sessions), weeks=weeks)


def _lead(progress: Progress, scores: Sequence[ScoreReading], tests: Sequence[RetestReading], language: str) -> Iterator[str]:
    gave_way = sum(session.gave_way for session in progress.sessions)
    if gave_way:
        yield say("progress.stops", language=language, count=gave_way)
    found = [(one.name, one.seen) for one in scores] + [(one.name, one.seen) for one in tests]
    changed = {seen: [name for name, its in found if its is seen] for seen in (Seen.WORSE, Seen.BETTER)}
    for seen, names in changed.items():
        if names:
            yield say(f"progress.{seen.value}", language=language, what="; ".join(names))
    if found and not any(changed.values()):
        yield say("progress.no_change", language=language)


def pain_sentences(progress: Progress, language: str = "en") -> Iterator[str]:
    """Yield what the pain of the sessions says: how often it was too much, the usual level, what is still to be told."""
    limit = constant(_LIMIT).value
    worst = [pain for session in progress.sessions if (pain := worst_during(session)) is not None]
    if not worst:
        yield say("progress.pain_none", language=language)
        return
    above = sum(pain > limit for pain in worst)
    yield say("progress.pain_told", language=language, count=len(worst), above=above, limit=limit)
    if progress.usual_pain is not None:
        yield say("progress.pain_usual", language=language, usual=progress.usual_pain)
    untold = sum(session.pain_next_morning is None for session in progress.sessions)
    if untold:
        yield say("progress.morning_untold", language=language, count=untold)


def _kept(progress: Progress, language: str) -> str:
    weeks = strength_weeks(progress)
    done, planned = (sum(getattr(one, what) for one in weeks) for what in ("done", "planned"))
    return say("progress.adherence_told", language=language, done=done, due=planned) if weeks else ""


def _load(progress: Progress, language: str) -> str:
    """Return in how many sessions a part of the load is not known, empty where it is known in all."""
    days = {one.on for one in progress.impulses if not math.isfinite(one.whole.value)}
    return say("progress.load_unknown", language=language, count=len(days)) if days else ""


def _sitting(sat: SittingView, language: str) -> str:
    """Return how long one sat, empty where nothing was told."""
    if math.isnan(sat.minutes_a_day):
        return ""
    told = say("progress.sitting_told", language=language, minutes=round(sat.minutes_a_day), stretch=round(sat.stretch_min))
    return f"{told} {say('progress.sitting_onset', language=language, minutes=round(sat.onset_min))}" if sat.told else told


def _sat(sat: SittingView) -> tuple[Because, ...]:
    """Return what sittings say beside their numbers: when it begins to hurt, as in a study or not, and what to try."""
    if math.isnan(sat.minutes_a_day):
        return ()
    rows = () if sat.onset == "cannot_judge" else ("sitting.onset_low", "sitting.onset_high")
    words = dict(zip(("low", "high"), (constant(row).value for row in rows), strict=False))
    return (Because(f"sitting_onset.{sat.onset}", words, rows), *sat.advice)


def _score(change: Change, known: dict[str, Reference], language: str) -> ScoreReading:
    of, before, after = instrument(change.instrument), change.before, change.after
    return ScoreReading(
        code=of.code,
        name=say(f"outcome.{of.code}.name", language=language),
        range=say(f"outcome.{of.code}.range", language=language),
        first="" if before is None else _short(before.total),
        latest=_short(after.total),
        difference="" if before is None or math.isnan(change.difference) else _signed(_short(change.difference)),
        needed=_short(change.threshold),
        seen=change.seen,
        reason=read_reason(change.because, known, language),
    )


def _retest(retest: Retest, known: dict[str, Reference], language: str) -> RetestReading:
    measure = say(f"measure.{retest.code}.name", language=language)
    side = "" if retest.side == "both" else say(f"side.{retest.side}", language=language)
    code = "retest.name" if side else "retest.name_both"
    unit, factor = to_shown(retest.unit)
    least = "" if math.isnan(retest.least) else f"{_short(factor * retest.least)}{unit_sign(unit, language)}"
    return RetestReading(
        name=say(code, language=language, measure=measure, side=side),
        before=shown(retest.before, retest.unit, language),
        after=shown(retest.after, retest.unit, language),
        difference=shown(retest.difference, retest.unit, language, signed=True),
        needed=least,
        seen=retest.seen,
        reason=read_reason(retest.because, known, language),
        retest=retest,
    )


def shown(value: Ranged, unit: str, language: str = "en", *, signed: bool = False) -> str:
    r"""Return a value with its interval as a person reads it; what has no upper end is at least so much.

    >>> shown(Ranged(0.019, 0.003, 0.035), "m", signed=True).replace("\xa0", " ")
    '+1.9 cm (+0.3 cm to +3.5 cm)'
    """
    if not math.isfinite(value.value):
        return say("language.unknown", language=language)
    name, factor = to_shown(unit)
    half = 0.5 * factor * (value.high - value.low)
    decimals = decimals_for(0.5 * half if signed else half) if math.isfinite(half) and half > 0.0 else 1
    number, low, high = (
        f"{rounded(factor * one, decimals)}{unit_sign(name, language)}" if math.isfinite(one) else ""
        for one in (value.value, value.low, value.high)
    )
    if signed:
        number, low, high = (_signed(one) for one in (number, low, high))
    number, low, high = (one.replace("-", "−") for one in (number, low, high))
    if value.high == math.inf:
        return say("retest.at_least", language=language, value=number)
    if value.low == -math.inf:
        return say("retest.at_most", language=language, value=number)
    return say("retest.interval", language=language, value=number, low=low, high=high) if low and half > 0.0 else number


def _short(number: float) -> str:
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0").replace("-", "−")


def _signed(number: str) -> str:
    return number if not number or number[0] in "-−" or float(number.split()[0].rstrip("°%") or 0) == 0.0 else f"+{number}"
