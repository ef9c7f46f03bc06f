"""What does a screening say of each link of each side? Its verdict, and every finding with its number, place and sources."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kinechain.core.types import LINKS, SIDES, Finding, FindingVerdict, Gain, Limit, Measure, Pain, Ranged, Screening
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence import norms, studies
from kinechain.evidence.ledger import Study, constants
from kinechain.report.evidence_reading import short_name
from kinechain.report.numbers import rounded, show
from kinechain.report.words import fields_of, has_words, messages, say

#: A link of which nothing was measured.
NOT_MEASURED = "not_measured"
#: What a link may be, gravest first; all of them are drawn and told.
VERDICTS: tuple[str, ...] = (FindingVerdict.LIMITS, FindingVerdict.FINE, FindingVerdict.CANNOT_JUDGE, NOT_MEASURED)
_MORE_LIKELY_THAN_NOT = 0.5
_SENTENCE_END = re.compile(r"(?<=[.]) ")
_YES_OR_NO = frozenset({"patella_tilt", "patella_compression"})


@dataclass(frozen=True)
class FindingRow:
    """A finding as a person reads it; `interval`, `place` and `sure` are empty where there is none."""

    finding: Finding
    name: str
    value: str
    interval: str
    why: str
    place: str
    sure: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class LinkReading:
    """One link of one side (`both` for the trunk): its verdict, and whether it is named as what costs depth."""

    link: str
    side: str
    verdict: str
    rows: tuple[FindingRow, ...]
    named: bool = False


@dataclass(frozen=True)
class LimitReading:
    """What holds a movement back: the sentence, its share of what is missing, and who says so."""

    limit: Limit
    what: str
    sentence: str
    share: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class GainReading:
    """What one freer link would bring: what is changed, from what to what, and depths in degrees."""

    gain: Gain
    title: str
    changed: str
    before: Ranged
    after: Ranged
    words: str


@dataclass(frozen=True)
class PainReading:
    """Pain in one test: how much (None where not told), on which side, and how far the knee bent before it began."""

    pain: Pain
    test: str
    free: str


def read_answer(screening: Screening, language: str = "en") -> tuple[str, str]:
    """Return the answer: its first sentence, and what follows it, perhaps nothing."""
    first, *more = _SENTENCE_END.split(say(screening.answer, language=language, **screening.answer_parameters), maxsplit=1)
    return first, "".join(more)


def read_why_not(screening: Screening, language: str = "en") -> str:
    """Return why what limits is not thereby what hurts, with the studies' people where the screening hands them over."""
    code = "answer.not_why_it_hurts"
    known = fields_of(messages(language)[code]) <= set(screening.answer_parameters)
    return say(code if known else "chain.not_cause", language=language, **screening.answer_parameters)


def read_links(screening: Screening, language: str = "en") -> tuple[LinkReading, ...]:
    """Return every link from the foot up, the left before the right; the trunk once."""
    depth = [limit for limit in screening.limits if limit.goal == "depth"]
    named = {(limit.link, side) for limit in depth for side in _sides(limit.link, limit.side)}
    return tuple(
        LinkReading(
            link,
            side,
            verdict_of(findings),
            tuple(read_finding(finding, language) for finding in findings),
            (link, side) in named,
        )
        for link in LINKS
        for side in (("both",) if link == "trunk" else SIDES)
        for findings in [[one for one in screening.findings if one.link == link and side in _sides(link, one.side)]]
    )


def verdict_of(findings: Sequence[Finding]) -> str:
    """Return what findings say together: limits where one does; of none, not measured.

    Fine where one is, unless another lies more likely than not past the usual and cannot be judged: then the link cannot be either.
    """
    verdicts = {finding.verdict.value for finding in findings}
    doubts = any(one.verdict is FindingVerdict.CANNOT_JUDGE and one.probability > _MORE_LIKELY_THAN_NOT for one in findings)
    said = verdicts - {FindingVerdict.FINE.value} if doubts else verdicts
    return next((verdict for verdict in VERDICTS if verdict in said), NOT_MEASURED)


def read_finding(finding: Finding, language: str = "en") -> FindingRow:
    """Return a finding in words and numbers."""
    value, interval = _shown(finding.measure, language)
    place = "" if math.isnan(finding.percentile) else say("chain.place", language=language, percentile=finding.percentile)
    sure = "" if math.isnan(finding.probability) else _sure(finding, language)
    return FindingRow(
        finding,
        measure_name(finding.code, language),
        value,
        interval,
        say(finding.message, language=language, **finding.parameters),
        place,
        sure,
        source_names(finding.sources, language),
    )


def read_limits(screening: Screening, language: str = "en") -> tuple[LimitReading, ...]:
    """Return what holds the person back; what merely goes together in studies has no share."""
    return tuple(
        LimitReading(
            limit,
            link_words(limit.link, limit.side, language),
            say(limit.message, language=language, **limit.parameters),
            _share(limit.share, language),
            source_names(limit.sources, language),
        )
        for limit in screening.limits
    )


def read_gains(screening: Screening, language: str = "en") -> tuple[GainReading, ...]:
    """Return what each freer link would bring, the most first; depths that cannot be told, and no gain at all, are left out."""
    known = [gain for gain in screening.gains if math.isfinite(gain.gain.value) and not _is_nothing(gain)]
    return tuple(_gain(gain, screening, language) for gain in sorted(known, key=lambda gain: -gain.gain.value))


def read_no_gains(screening: Screening, language: str = "en") -> tuple[str, ...]:
    """Return the links whose freeing would bring no depth that shows in whole degrees."""
    return tuple(link_words(gain.link, gain.side, language) for gain in screening.gains if _is_nothing(gain))


def read_pains(screening: Screening, language: str = "en") -> tuple[PainReading, ...]:
    """Return pain by test, and how far the knee bent without it."""
    return tuple(
        PainReading(pain, say(f"test.{pain.test}", language=language), _free_of_pain(pain, language)) for pain in screening.pains
    )


def read_missing(screening: Screening, language: str = "en") -> tuple[tuple[str, str], ...]:
    """Return what is missing and what to do about it, empty where that is said at once."""
    codes = [f"missing.{reason.code}" for reason in screening.missing]
    return tuple(
        (
            say(code, language=language, **reason.parameters),
            say(f"{code}.do", language=language, **reason.parameters) if has_words(f"{code}.do", language) else "",
        )
        for code, reason in zip(codes, screening.missing, strict=True)
    )


def typed_without_finding(screening: Screening, language: str = "en") -> tuple[tuple[str, str, str], ...]:
    """Return what was typed and has no finding of its own: name, side and number."""
    judged = {(finding.code, finding.side) for finding in screening.findings}
    return tuple(
        (measure_name(measure.code, language), measure.side, _shown(measure, language)[0])
        for measure in screening.typed
        if (measure.code, measure.side) not in judged
    )


def source_names(keys: Sequence[str], language: str = "en") -> tuple[str, ...]:
    """Return short names of sources, each once: studies by their authors, rows by the study they come from."""
    return tuple(dict.fromkeys(_source(key, language) for key in keys))


def cited(screening: Screening) -> tuple[Study, ...]:
    """Return the studies that findings and limits rest on, each once, by key."""
    told = (*(finding.sources for finding in screening.findings), *(limit.sources for limit in screening.limits))
    keys = {key for sources in told for key in sources}
    found = {study for key in keys if (study := _study_key(key)) in studies()}
    return tuple(studies()[key] for key in sorted(found))


def measure_name(code: str, language: str = "en") -> str:
    """Return what a measure is called; one without words shows its code, so that no page fails over it."""
    return say(f"measure.{code}.name", language=language) if has_words(f"measure.{code}.name", language) else _plain(code)


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()


def link_words(link: str, side: str, language: str = "en") -> str:
    """Return a link of a side as it stands in a sentence.

    >>> link_words("ankle", "left"), link_words("hip", "both"), link_words("trunk", "both")
    ('left ankle', 'hips', 'trunk')
    """
    if link == "trunk":
        return say(f"link.{link}", language=language)
    return say("chain.both_links" if side == "both" else "chain.one_link", language=language, side=side, link=link)


def _sides(link: str, side: str) -> tuple[str, ...]:
    """Return the sides of the picture that a side speaks for: the trunk has one, elsewhere `both` is each."""
    if link == "trunk":
        return ("both",)
    return SIDES if side == "both" else (side,)


def _shown(measure: Measure, language: str) -> tuple[str, str]:
    if measure.code in _YES_OR_NO and math.isfinite(measure.value):
        return say("chain.yes" if measure.value > 0.5 else "chain.no", language=language), ""
    shown = show(measure, language)
    if shown is None:
        return say("chain.no_value", language=language), ""
    return shown.value, say("chain.interval", language=language, low=shown.low, high=shown.high) if shown.has_interval else ""


def _sure(finding: Finding, language: str) -> str:
    """Return how likely a measure lies past what is usual, or short of what is wanted: never nothing and never certainty."""
    code = "chain.sure_aim" if (finding.norm or "").startswith("aim.") else "chain.sure"
    return say(code, language=language, percent=min(max(100.0 * finding.probability, 1.0), 99.0))


def _share(share: Ranged, language: str) -> str:
    if math.isnan(share.value):
        return say("chain.goes_with", language=language)
    if math.isnan(share.low) or math.isnan(share.high):
        return say("chain.share", language=language, share=share.value)
    return say("chain.share_range", language=language, share=share.value, low=share.low, high=share.high)


def _gain(gain: Gain, screening: Screening, language: str) -> GainReading:
    before, after = (_degrees(one) for one in (gain.before, gain.after))
    more = _degrees(gain.gain)
    whole = {name: rounded(value, 0) for name, value in (("gain", more.value), ("low", more.low), ("high", more.high))}
    title = say("chain.gain_title", language=language, what=link_words(gain.link, gain.side, language))
    return GainReading(
        gain, title, _changed(gain, screening, language), before, after, say("chain.gain", language=language, **whole)
    )


def _is_nothing(gain: Gain) -> bool:
    return abs(DEGREES_PER_RADIAN * gain.gain.value) < 0.5


def _changed(gain: Gain, screening: Screening, language: str) -> str:
    """Return what is changed from what to what; without a measure of its own, only its name."""
    every = (*screening.typed, *(finding.measure for finding in screening.findings))
    of_side = [one for one in every if one.code == gain.measure and (one.side == gain.side or "both" in (one.side, gain.side))]
    name = measure_name(gain.measure, language)
    if not of_side or math.isnan(gain.changed_to):
        return name
    now = of_side[0]
    then = replace(now, value=gain.changed_to, low=math.nan, high=math.nan)
    return say("chain.changed", language=language, name=name, now=_shown(now, language)[0], then=_shown(then, language)[0])


def _degrees(angle: Ranged) -> Ranged:
    return Ranged(*(DEGREES_PER_RADIAN * number for number in (angle.value, angle.low, angle.high)))


def _free_of_pain(pain: Pain, language: str) -> str:
    if pain.at_knee_flexion_rad is not None:
        return say("chain.free_to", language=language, degrees=DEGREES_PER_RADIAN * pain.at_knee_flexion_rad)
    return say("chain.free_all" if pain.value == 0 else "chain.free_unknown", language=language)


def _study_key(key: str) -> str:
    """Return the study behind a source: itself, or that of a norm or a constant."""
    row = norms().get(key) or constants().get(key)
    return key if row is None else row.source


def _source(key: str, language: str) -> str:
    study = studies().get(_study_key(key))
    return say("chain.judgement", language=language) if study is None else short_name(study, language)


def counted(readings: Sequence[LinkReading]) -> Iterator[tuple[str, int]]:
    """Yield how many links have each verdict, all verdicts in their order."""
    for verdict in VERDICTS:
        yield verdict, sum(reading.verdict == verdict for reading in readings)
