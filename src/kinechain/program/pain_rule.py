"""Was a session good, is it to be held, stepped back from, or stopped for? What pain says, against the person's own usual level.

Pain up to the row `safety.stop_pain` is tolerated where it is back to the person's own usual level by the next morning and does not
rise over the week. What was not told is never taken as no pain: then it cannot be judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from kinechain.core.training import Because, Session
from kinechain.evidence import constant
from kinechain.program.safety import ask_again, must_stop

#: When the pain of a verdict was felt, as the words of `because_after_when` call it.
_WHEN = {"worst": "during", "morning": "next_morning"}


class Ruling(StrEnum):
    """What follows from one session, the gentlest last: it counts, it cannot be judged, a step back, or a stop and a step back."""

    GOOD = "good"
    HOLD = "hold"
    BACK = "back"
    STOP = "stop"

    @property
    def bad(self) -> bool:
        """Whether what was trained is to be easier."""
        return self in (Ruling.BACK, Ruling.STOP)


@dataclass(frozen=True)
class Verdict:
    """What was found for a session: the `ruling`, why (the first decides), and whether the safety questions are to be asked again.

    `worst` is the most pain that was told of the exercise itself, `morning` that of the next morning, `usual` the level that it had
    to be back to; None: not told.
    """

    on: date
    ruling: Ruling
    because: tuple[Because, ...]
    ask_again: bool = False
    worst: float | None = None
    morning: float | None = None
    usual: float | None = None


def judge(session: Session, before: Sequence[Verdict], usual_pain: float | None = None) -> Verdict:
    """Judge a session by the pain told of it, `before` being what was found for those before it, in order.

    The level that pain has to be back to is `usual_pain`; where that was not told, the pain before the session.

    >>> from datetime import date
    >>> judge(Session(date(2026, 11, 23), pain_during=4.0, pain_next_morning=3.0), (), usual_pain=3.0).ruling.value
    'good'
    """
    worst, morning = worst_during(session), session.pain_next_morning
    usual = session.pain_before if usual_pain is None else usual_pain
    stop = _stop(session, worst)
    back = [because for because in (_above(session), _worse(morning, usual), _rising(session, before)) if because]
    unknown = _cannot_judge(worst, morning, usual)
    jump = _jump({"worst": worst, "morning": morning}, before, usual_pain)
    if stop or back:
        ruling, because = Ruling.STOP if stop else Ruling.BACK, [*stop, *back]
    elif unknown:
        ruling, because = Ruling.HOLD, unknown
    else:
        words = {"pain": worst, "morning": morning, "usual": usual}
        ruling, because = Ruling.GOOD, [_because("tolerated", "safety.stop_pain", "session.usual_margin", **words)]
    return Verdict(session.on, ruling, (*because, *jump), bool(stop or jump), worst, morning, usual)


def worst_during(session: Session) -> float | None:
    """Return the most pain told of the exercise itself, of the session or of one of its lines; None where none was told."""
    told = [session.pain_during, *(done.pain for done in session.done)]
    return max((pain for pain in told if pain is not None), default=None)


def _stop(session: Session, worst: float | None) -> list[Because]:
    if session.gave_way:
        return [Because("because_after.gave_way", {}, ("glos-knee-red-flags", "nhs-knee-pain"))]
    if must_stop(worst, gave_way=False):
        return [_because("pain_stop", "safety.stop_pain", pain=worst)]
    return []


def _above(session: Session) -> Because | None:
    """Return that pain was too much at another time than during the exercise, where it was."""
    limit = constant("safety.stop_pain")
    told = {what: getattr(session, f"pain_{what}") for what in ("before", "hour_after", "next_morning")}
    high = {what: pain for what, pain in told.items() if pain is not None and pain > limit.value}
    when = max(high, key=lambda what: high[what], default="")
    return _because("pain_above", limit.key, pain=high[when], when=when) if when else None


def _worse(morning: float | None, usual: float | None) -> Because | None:
    """Return that the next morning was worse than usual by more than the row's margin, where it was."""
    margin = constant("session.usual_margin")
    if usual is None or morning is None or morning <= usual + margin.value:
        return None
    return _because("worse_next_morning", margin.key, "trek-kneecap-pain", morning=morning, usual=usual)


def _rising(session: Session, before: Sequence[Verdict]) -> Because | None:
    """Return that a straight line through a week's mornings rises by the row or more, where it does.

    Sessions that were already stepped back from are left out: they have had their answer.
    """
    row, least = constant("session.week_rise"), constant("session.week_mornings")
    if session.pain_next_morning is None:
        return None
    since = session.on - timedelta(weeks=1)
    told = [(verdict.on, verdict.morning) for verdict in before if verdict.on >= since and not verdict.ruling.bad]
    mornings = [(on, pain) for on, pain in told if pain is not None] + [(session.on, session.pain_next_morning)]
    if len(mornings) < least.value:
        return None
    rise = _rise([(on - since).days for on, _ in mornings], [pain for _, pain in mornings])
    return _because("rising", row.key, least.key, mornings=len(mornings), rise=rise) if rise >= row.value else None


def _rise(days: Sequence[int], pains: Sequence[float]) -> float:
    """Return how much the line of least squares rises from the first day to the last; 0 where all are of one day.

    >>> _rise([0, 2, 4], [2.0, 3.0, 4.0]), _rise([0, 2, 4], [2.0, 4.0, 2.0])
    (2.0, 0.0)
    """
    day, pain = sum(days) / len(days), sum(pains) / len(pains)
    spread = sum((one - day) ** 2 for one in days)
    if not spread:
        return 0.0
    slope = sum((one - day) * (felt - pain) for one, felt in zip(days, pains, strict=True)) / spread
    return slope * (max(days) - min(days))


def _cannot_judge(worst: float | None, morning: float | None, usual: float | None) -> list[Because]:
    told = {"pain": worst, "morning": morning, "usual": usual}
    return [Because(f"because_after.{what}_not_told") for what, pain in told.items() if pain is None]


def _jump(now: Mapping[str, float | None], before: Sequence[Verdict], usual_pain: float | None) -> list[Because]:
    """Return that pain jumped, where it did: first `worst` of the exercise, else of the next `morning`.

    Pain within a person's usual level is no news.
    """
    for what, pain in now.items():
        felt = [max(one, usual_pain or 0.0) for one in (*(getattr(verdict, what) for verdict in before), pain) if one is not None]
        if pain is not None and ask_again(felt):
            return [_because("jump", "safety.pain_jump", pain=pain, when=_WHEN[what])]
    return []


def _because(reason: str, *sources: str, **words: Any) -> Because:
    """Return a reason of this room's own group; the limit that all of it turns on is one of its words."""
    parameters: Mapping[str, Any] = {"limit": constant("safety.stop_pain").value, **words}
    return Because(f"because_after.{reason}", parameters, sources)
