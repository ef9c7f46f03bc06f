"""What does a result say, in sentences and rows? The one reading of an Assessment that the page and the terminal both show."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kinechain.core.types import AssessedClip, Assessment, Measure, Pain, Reason, Repetition, Verdict, View
from kinechain.core.units import to_shown
from kinechain.report.numbers import Shown, rounded, show, unit_sign
from kinechain.report.words import has_words, messages, say

#: What is wanting without a film from a view: (code of the reason, the views that show it, the measures).
_UNSEEN = (
    ("needs_side_view", {View.SIDE}, ("heel_rise_peak",)),
    (
        "needs_front_view",
        {View.FRONT, View.REAR, View.OBLIQUE},
        ("knee_ankle_separation_ratio", "stance_width", "pelvic_shift_peak"),
    ),
)
#: The views in which knee flexion shows, best first.
_BEST_VIEWS = (View.SIDE, View.OBLIQUE, View.FRONT, View.REAR)
_PAIN_CODES = frozenset({"pain", "pain_onset_knee_flexion"})
_FROM_STANDING = "_from_standing"


@dataclass(frozen=True)
class Advice:
    """A reason of the film check in words: what is wrong, what to change, and how grave it is."""

    text: str
    do: str
    weight: Verdict


@dataclass(frozen=True)
class Row:
    """One measure of one side: over the repetitions, and for each of them; None where it could not be judged.

    `places` says where the value and each repetition's value lie within the interval: 0 at its low end, 1 at its high end.
    """

    code: str
    name: str
    meaning: str
    side: str
    over: Shown | None
    each: tuple[Shown | None, ...]
    places: tuple[float, ...]

    @property
    def from_standing(self) -> bool:
        """Whether this is the change from the person's own standing of the measure above it."""
        return self.code.endswith(_FROM_STANDING)


@dataclass(frozen=True)
class Table:
    """The measures of one film."""

    clip: AssessedClip
    repetitions: tuple[Repetition, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Unjudged:
    """A reason, and the measures that could not be judged because of it."""

    why: str
    what: tuple[str, ...]


def headline(assessment: Assessment, language: str = "en") -> str:
    """Return the result in one sentence: how many repetitions from where, and how deep the deepest was."""
    if assessment.quality.verdict is Verdict.REFILM and not assessment.measured_clips:
        return say("summary.refilm", language=language)
    counted = counted_clips(assessment)
    if not counted:
        return say("summary.no_repetitions", language=language)
    squats = _counted(assessment.test, counted, language)
    deepest = deepest_repetition(assessment)
    shown = show(deepest, language) if deepest else None
    if shown is None or not shown.has_interval:
        return say("summary.squats_only", language=language, squats=squats)
    return say("summary.squats_and_depth", language=language, squats=squats, value=shown.value, low=shown.low, high=shown.high)


def counted_clips(assessment: Assessment) -> list[AssessedClip]:
    """Return the films in which repetitions were counted and which need not be filmed again."""
    return [clip for clip in assessment.clips if clip.repetitions and clip.quality.verdict is not Verdict.REFILM]


def deepest_repetition(assessment: Assessment) -> Measure | None:
    """Return the knee flexion of the deepest repetition in the films from the view that shows it best, None without any.

    From the side it is that of the near leg.
    """
    for view in _BEST_VIEWS:
        clips = [clip for clip in assessment.measured_clips if clip.clip.view is view]
        peaks = [peak for clip in clips for peak in knee_peaks(clip)]
        singles = [peak for peak in peaks if peak.rep is not None]
        if peaks:
            return max(singles or peaks, key=lambda peak: peak.value)
    return None


def knee_peaks(clip: AssessedClip) -> list[Measure]:
    """Return the knee flexion of a film's repetitions, and over them: from the side of the near leg, if it was measured."""
    peaks = [measure for measure in clip.measures if measure.code == "knee_flexion_peak" and math.isfinite(measure.value)]
    if clip.clip.view is not View.SIDE:
        return peaks
    return [peak for peak in peaks if peak.side == clip.clip.near_side] or peaks


def advice(reasons: Iterable[Reason], language: str = "en") -> tuple[Advice, ...]:
    """Return reasons in words, gravest first."""
    ordered = sorted(reasons, key=lambda reason: -reason.weight.rank)
    return tuple(
        Advice(
            say(f"reason.{reason.code}", language=language, **reason.parameters),
            say(f"reason.{reason.code}.do", language=language, **reason.parameters),
            reason.weight,
        )
        for reason in ordered
    )


def overall_reasons(assessment: Assessment) -> list[Reason]:
    """Return the reasons that concern the test as a whole, not one of its films."""
    of_clips = {(reason.code, reason.clip) for clip in assessment.clips for reason in clip.quality.reasons}
    return [reason for reason in assessment.quality.reasons if (reason.code, reason.clip) not in of_clips]


def tables(assessment: Assessment, language: str = "en") -> list[Table]:
    """Return the measures of each measured film as rows, in the order in which the film's measures come."""
    found = [_table(clip, language) for clip in assessment.clips if clip.quality.verdict is not Verdict.REFILM]
    return [table for table in found if table.rows]


def unjudged(assessment: Assessment, language: str = "en") -> list[Unjudged]:
    """Return what could not be judged, gathered by reason.

    A measure that failed over the repetitions is named once; one that failed in some repetitions only is named with these. What
    another film could judge is left out.
    """
    every = [measure for clip in assessment.clips if clip.quality.verdict is not Verdict.REFILM for measure in clip.measures]
    judged = {(measure.code, measure.side) for measure in every if measure.rep is None and math.isfinite(measure.value)}
    failed_over = {_why_key(measure) for measure in every if measure.rep is None and not math.isfinite(measure.value)}
    grouped: dict[str, dict[str, list[int]]] = {}
    for measure in every:
        if math.isfinite(measure.value) or (measure.rep is None and (measure.code, measure.side) in judged):
            continue
        if measure.rep is not None and _why_key(measure) in failed_over:
            continue
        why = say(f"cannot_judge.{measure.cannot_judge or 'gap_in_track'}", language=language, **measure.parameters)
        repetitions = grouped.setdefault(why, {}).setdefault(named(measure, language), [])
        if measure.rep is not None and measure.rep not in repetitions:
            repetitions.append(measure.rep)
    found = [
        Unjudged(why, tuple(_with_repetitions(name, reps, language) for name, reps in what.items()))
        for why, what in grouped.items()
    ]
    return [*_unseen(assessment, language), *found]


def _unseen(assessment: Assessment, language: str) -> Iterable[Unjudged]:
    """Yield what only a view can show from which no film of squats could be measured."""
    if assessment.test != "squat":
        return
    views = {clip.clip.view for clip in assessment.measured_clips}
    for code, seen_from, measures in _UNSEEN:
        if views and not views & seen_from:
            names = tuple(say(f"measure.{measure}.name", language=language) for measure in measures)
            yield Unjudged(say(f"cannot_judge.{code}", language=language), names)


def spread_sentences(assessment: Assessment, language: str = "en") -> list[str]:
    """Return what the intervals lean on, a sentence for each kind of estimate that was used."""
    used = {made for clip in assessment.measured_clips for made in estimators(clip)}
    return [say(f"summary.spread_{made}", language=language) for made in ("fit", "planar") if made in used]


def estimators(clip: AssessedClip) -> dict[str, tuple[str, ...]]:
    """Return which estimators were used for a film, each with the curves it gave."""
    made: dict[str, tuple[str, ...]] = {}
    for name in () if clip.motion is None else map(str, clip.motion.dataset):
        if not name.endswith("_sd"):
            assert clip.motion is not None
            made[clip.motion.estimator(name)] = (*made.get(clip.motion.estimator(name), ()), name)
    return made


def pain_sentences(assessment: Assessment, language: str = "en") -> list[str]:
    """Return what was told about pain, a sentence each."""
    told = [_pain_sentence(pain, language) for pain in assessment.pains]
    if assessment.painful in ("left", "right", "both") and not any(pain.side == assessment.painful for pain in assessment.pains):
        told.append(say("summary.painful", language=language, side=assessment.painful))
    return told or [say("summary.pain_none" if assessment.painful == "none" else "summary.pain_not_told", language=language)]


def named(measure: Measure, language: str = "en") -> str:
    """Return a measure's name with its leg."""
    name = say(f"measure.{measure.code}.name", language=language)
    return name if measure.side == "both" else f"{name}, {say(f'side_leg.{measure.side}', language=language)}"


def interval(shown: Shown, language: str = "en") -> str:
    """Return an interval in words."""
    if not shown.has_interval:
        return say("summary.no_interval", language=language)
    return say("summary.interval", language=language, low=shown.low, high=shown.high)


def _counted(test: str, clips: Sequence[AssessedClip], language: str) -> str:
    """Return how many repetitions were seen: "2 squats", or "2 squats from the side, 5 from the front"."""
    code = f"repetitions.{test}" if has_words(f"repetitions.{test}", language) else "repetitions.squat"
    first, *more = clips
    squats = say(code, language=language, count=len(first.repetitions))
    if not more:
        return squats
    parts = [say("summary.from_view", language=language, squats=squats, view=first.clip.view)]
    parts += [say("summary.more_from_view", language=language, count=len(clip.repetitions), view=clip.clip.view) for clip in more]
    return ", ".join(parts)


def _table(clip: AssessedClip, language: str) -> Table:
    by_key: dict[tuple[str, str], dict[int | None, Measure]] = {}
    for measure in clip.measures:
        if measure.code not in _PAIN_CODES:
            by_key.setdefault((measure.code, measure.side), {})[measure.rep] = measure
    order = [code.split(".")[1] for code in messages(language) if code.startswith("measure.") and code.endswith(".name")]
    keys = sorted(by_key, key=lambda key: (order.index(key[0].removesuffix(_FROM_STANDING)), key[1], order.index(key[0])))
    rows = [_row(key, by_key[key], clip.repetitions, language) for key in keys]
    return Table(clip, clip.repetitions, tuple(row for row in rows if row.over or any(row.each)))


def _row(key: tuple[str, str], by_rep: dict[int | None, Measure], repetitions: Sequence[Repetition], language: str) -> Row:
    code, side = key
    over = by_rep.get(None)
    singles = [by_rep.get(rep.index) for rep in repetitions]
    return Row(
        code=code,
        name=say(f"measure.{code}.name", language=language),
        meaning=say(f"measure.{code}.meaning", language=language),
        side=side,
        over=show(over, language) if over else None,
        each=tuple(show(single, language) if single else None for single in singles),
        places=_places(over, singles),
    )


def _places(over: Measure | None, singles: Sequence[Measure | None]) -> tuple[float, ...]:
    if over is None or not math.isfinite(over.value) or not over.high > over.low:
        return ()
    values = [over.value, *(single.value for single in singles if single and math.isfinite(single.value))]
    return tuple(min(max((value - over.low) / (over.high - over.low), 0.0), 1.0) for value in values)


def _why_key(measure: Measure) -> tuple[str, str, str | None, str]:
    return measure.code, measure.side, measure.cannot_judge, measure.clip


def _with_repetitions(name: str, repetitions: Sequence[int], language: str) -> str:
    if not repetitions:
        return name
    return f"{name} ({', '.join(say('cannot_judge.words.rep', language=language, index=index) for index in repetitions)})"


def _pain_sentence(pain: Pain, language: str) -> str:
    value = None if pain.value is None else f"{pain.value:g}"
    at = None
    if pain.at_knee_flexion_rad is not None:
        unit, factor = to_shown("rad")
        at = f"{rounded(factor * pain.at_knee_flexion_rad, 0)}{unit_sign(unit, language)}"
    code = {(True, True): "pain_at", (True, False): "pain", (False, True): "pain_onset_only", (False, False): "pain_side_only"}
    return say(f"summary.{code[value is not None, at is not None]}", language=language, value=value, at=at, side=pain.side)
