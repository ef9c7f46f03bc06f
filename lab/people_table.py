"""What does the model say beside studies of people? The part of docs/loads.md that `kinechain lab people` writes.

Where model and study disagree, it stands there, with what is known of why.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from pathlib import Path

import numpy as np

from kinechain.body.model import BodyModel
from kinechain.core.sourced import Sourced
from kinechain.evidence import constant, studies
from kinechain.io.whole import write_whole
from kinechain.loads.patellofemoral import van_eijden
from kinechain.loads.peaks import moment_per_kg
from lab.people import ASSUMED, Shown
from lab.people_readings import (
    BENDS,
    NEAR,
    STANDING,
    VASTI,
    Agreement,
    Near,
    Peak,
    Span,
    asked_of_kneecap,
    formulae_mm,
    judge,
    judge_kneecap,
    judge_shin,
    quadriceps_arm_mm,
    read_near,
    read_on_the_way_down,
    read_peak,
    read_standing,
    span_of,
)
from lab.realism import paragraph

#: The lines of the page between which the part lies.
BEGIN, END = "<!-- written by `kinechain lab people` -->", "<!-- end of what `kinechain lab people` writes -->"

#: How far a figure of the page may be from today's, by its decimals: other processors round the pose network's marks elsewhere.
_LEAST, _SHARE = (2.0, 0.2, 0.03), 0.05
_NUMBER = re.compile(r"\d+(?:\.\d\d?)?")


def people_part(shown: Sequence[Shown], model: BodyModel) -> list[str]:
    """Return the part of the page, as lines of Markdown."""
    return [
        *_movements(shown),
        "",
        *_studies(shown, model),
        "",
        *_vasti(shown),
        "",
        *paragraph(_why(shown[0], model)),
    ]


def write_part(page: Path, part: Iterable[str], marks: tuple[str, str] = (BEGIN, END)) -> None:
    """Put the part between its marks on a page."""
    write_whole(page, _with_part(page.read_text(encoding="utf-8"), part, marks), replace=True)


def says_the_same(page: str, part: Iterable[str], marks: tuple[str, str] = (BEGIN, END)) -> bool:
    """Tell whether a page holds the part, each figure as near to it as another computer may come."""
    return alike(_marked(page, marks)[1], "\n".join(part))


def _with_part(page: str, part: Iterable[str], marks: tuple[str, str]) -> str:
    head, _, tail = _marked(page, marks)
    return "\n".join([f"{head}{marks[0]}", "", *part, "", f"{marks[1]}{tail}"])


def _marked(page: str, marks: tuple[str, str]) -> tuple[str, str, str]:
    """Return what stands before, between and after the marks of a page."""
    begin, end = marks
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise ValueError(f"Expected one line {begin!r} and one {end!r} after it, got another page. Put them there.")
    head, rest = page.split(begin)
    part, tail = rest.split(end)
    return head, part, tail


def alike(one: str, other: str) -> bool:
    """Tell whether two texts are the same, each figure as near to the other as another computer may come."""
    if _NUMBER.sub("", one).split() != _NUMBER.sub("", other).split():  # words may stand in other lines of a paragraph
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(abs(float(a) - float(b)) <= max(_LEAST[len(b.partition(".")[2])], _SHARE * float(b)) for a, b in pairs)


def _movements(shown: Sequence[Shown]) -> Iterator[str]:
    yield from paragraph(
        "The *side clip* is a real man with a bare bar on his back, filmed by a phone; nobody told his size, so that "
        f"{ASSUMED.height_m * 100:.0f} cm and {ASSUMED.mass_kg:.0f} kg are assumed, and the bar's weight is left out. *Demo* 1 "
        "to 3 are the rendered people of `kinechain demo`, of known size, who squat fast. *OpenCap* is a real person's motion "
        "without force plates; the size is assumed alike. Each row is the median of its frames with the knee bent by 80 to 90 "
        "degrees, of those that muscles explain where there are any: the value, in brackets its 90 % interval, after the semicolon "
        "the spread of methods, the model's own among them. Forces in body weights (BW)."
    )
    low, high = asked_of_kneecap().low, asked_of_kneecap().high
    yield ""
    yield (
        f"| movement | frames explained | knee moment, Nm/kg | quadriceps demand | kneecap, BW | {low:.0f} to {high:.0f} BW? "
        "| shin on thigh, BW |"
    )
    yield "|---|---|---|---|---|---|---|"
    for one in shown:
        near = read_near(one)
        if near is None:
            yield f"| {one.name} | none | | | | {Agreement.CANNOT_JUDGE} | |"
            continue
        agreement = judge_kneecap(near)
        cells = [
            one.name,
            f"{near.explained} of {near.frames}",
            f"{near.moment:.2f}",
            f"{100.0 * near.demand:.0f} %",
            f"{_said(near.kneecap)}; {near.methods.low:.1f} to {near.methods.high:.1f}",
            agreement,
            _said(near.shin),
        ]
        yield f"| {' | '.join(cells)} |"


def _studies(shown: Sequence[Shown], model: BodyModel) -> Iterator[str]:
    yield "| what | study | it says | the model says | agree? |"
    yield "|---|---|---|---|---|"
    near = {one.name: found for one in shown if (found := read_near(one)) is not None}
    peaks = {one.name: read_peak(one) for one in shown}
    bend = constant("people.tibiofemoral_knee_bend")
    yield _row(
        "shin on thigh, highest of a knee bend",
        bend,
        [(name, "nothing explained" if peak is None else _at(peak)) for name, peak in peaks.items()],
        [(name, judge_shin(peak)) for name, peak in peaks.items()],
        f"knee bent by {NEAR[0]:.0f} degrees or more, in frames that muscles explain; see below",
    )
    standing = {one.name: force for one in shown if (force := read_standing(one)) is not None}
    stance = constant("people.tibiofemoral_stance")
    yield _row(
        "shin on thigh, standing on two legs",
        stance,
        [(name, _said(force)) for name, force in standing.items()],
        [(name, judge(force, span_of(stance), True)) for name, force in standing.items()],
        f"knee bent by less than {STANDING:.0f} degrees; the study tells a peak, this is a median",
    )
    deep = constant("people.tibiofemoral_deep_squat")
    yield _row(
        "shin on thigh, highest on the way into a deep squat or kneeling and out of it; computed by another model",
        deep,
        [(name, _at(peak)) for name, peak in peaks.items() if peak is not None],
        [(name, judge(peak.force, span_of(deep), True)) for name, peak in peaks.items() if peak is not None],
        "see below",
    )
    bare = constant("people.patellofemoral_squat").value
    needed = bare * constant("body.gravity").value / float(van_eijden(np.deg2rad([NEAR[1]]), np.ones(1))[0])
    for key, what, note in (
        ("patellofemoral_deep_squat", "kneecap, highest on the same way; computed by another model", "told to 90 degrees here"),
        (
            "patellofemoral_squat",
            "kneecap, squat of the body alone, at 90 degrees; computed",
            f"the lower formula makes so much of {needed:.2f} Nm/kg; the study's moment was not seen",
        ),
    ):
        row = constant(f"people.{key}")
        yield _row(
            what,
            row,
            [(name, f"{_said(found.kneecap)}; {_methods(found)}") for name, found in near.items()],
            [(name, _judge_near(found, row)) for name, found in near.items()],
            note,
        )
    yield from _loaded(shown[0])
    for at in (10, 50):
        women, men = (constant(f"people.quadriceps_arm_{sex}_{at}") for sex in ("f", "m"))
        own = quadriceps_arm_mm(model, float(at))
        apart = 100.0 * (own / (0.5 * (women.value + men.value)) - 1.0)
        yield (
            f"| moment arm of the quadriceps, {at} degrees | {_study(women)}; {men.n} men | {women.value:.0f} and "
            f"{men.value:.0f} mm | {own:.0f} mm, generic leg | {_told_apart(apart)} |"
        )
    yield from _electric(shown)


def _judge_near(near: Near, row: Sourced) -> Agreement:
    return judge(near.kneecap.united(near.methods), span_of(row), near.explained > 0)


def _loaded(shown: Shown) -> Iterator[str]:
    """Yield what a weight on the shoulders adds, where the movement was computed with one."""
    bare = read_near(shown)
    loaded = None if shown.loaded is None else read_near(shown, shown.loaded)
    if bare is None or loaded is None:
        return
    row = constant("people.patellofemoral_squat_loaded")
    share = 100.0 * constant("people.squat_load_share").value
    study = row.value / constant("people.patellofemoral_squat").value
    own = loaded.kneecap.value / bare.kneecap.value
    where = "" if loaded.explained else ", in frames not explained"
    yield (
        f"| kneecap, {share:.0f} % of body weight on the shoulders at 90 degrees; computed | {_study(row)} | {row.value:.2f} BW, "
        f"{study:.2f} times as much as without | {shown.name} {_said(loaded.kneecap)}; {_methods(loaded)}; {own:.2f} times as much"
        f"{where} | {_judge_near(loaded, row)}; the model knows no other way of squatting under a weight |"
    )


def _electric(shown: Sequence[Shown]) -> Iterator[str]:
    """Yield what electromyography says, which the model can hardly be held to."""
    low, high = constant("people.vmo_ratio_from"), constant("people.vmo_ratio_to")
    ratios = [
        (one.name, " and ".join(f"{value:.2f}" if isfinite(value) else "-" for value in _ratio(one, (low.value, high.value))))
        for one in shown
    ]
    yield (
        f"| VMO to VL, squats at {low.value:.0f} to {high.value:.0f} degrees; electromyography | {_study(low)} | rises with depth "
        f"| VM to VL at both ends<br>{_listed(ratios)} | {Agreement.CANNOT_JUDGE}: VM is one muscle here, and its ratio to VL is "
        "fixed by strength and moment arm |"
    )
    low, high = constant("people.maximal_squat_from"), constant("people.maximal_squat_to")
    yield (
        f"| VM and VL, squats held with all might at {low.value:.0f} and {high.value:.0f} degrees; electromyography "
        f"| {_study(low)} | no difference | all of it, by its making | {Agreement.CANNOT_JUDGE}: no squat here is done with all "
        "might; of the body's own weight the model asks for more, the deeper it is |"
    )


def _ratio(shown: Shown, bends: tuple[float, float]) -> list[float]:
    medial, lateral = (
        [value for value, _ in read_on_the_way_down(shown, shown.loads.of_leg("activation", shown.side, head), bends)]
        for head in ("vasmed", "vaslat")
    )
    return [above / below for above, below in zip(medial, lateral, strict=True)]


def _vasti(shown: Sequence[Shown]) -> Iterator[str]:
    yield from paragraph(
        f"Activation of the vasti on the way down at {', '.join(f'{bend:.0f}' for bend in BENDS)} degrees, mean of the squats; in "
        "brackets where muscles do not explain the frames, a dash where no squat goes so deep or begins deeper:"
    )
    yield ""
    yield "| movement | VM | VL | VI | knee moment, Nm/kg |"
    yield "|---|---|---|---|---|"
    for one in shown:
        curves = [one.loads.of_leg("activation", one.side, head) for head in VASTI]
        curves.append(moment_per_kg(one.loads, "knee_extension_moment", one.side)[0])
        yield f"| {one.name} | {' | '.join(_descent(read_on_the_way_down(one, curve)) for curve in curves)} |"


def _why(shown: Shown, model: BodyModel) -> str:
    """Return what is known of why shin and thigh press harder in the model than in people with implants."""
    near = read_near(shown)
    if near is None:
        return ""
    middle = 0.5 * (NEAR[0] + NEAR[1])
    own, (cubic, pieces) = quadriceps_arm_mm(model, middle, VASTI), formulae_mm(middle)
    gravity = constant("body.gravity").value
    alone, longer = (1000.0 * near.moment / (gravity * arm) for arm in (own, cubic))
    study = constant("people.tibiofemoral_knee_bend").value
    return (
        f"Why shin and thigh press harder here than implants measure: of the {near.shin.value:.1f} body weights near 80 to 90 "
        f"degrees in the {shown.name} the quadriceps pull {near.quadriceps:.1f}. To hold the knee's moment alone, {alone:.1f} "
        "would do; the rest holds against hamstrings and calf, which hold hip and ankle and bend the knee meanwhile. The generic "
        f"vasti's moment arm at {middle:.0f} degrees is {own:.0f} mm, the two published formulae say {cubic:.0f} and {pieces:.0f}; "
        f"with {cubic:.0f} mm the moment alone would take {longer:.1f} body weights, against {study:.2f} measured between shin and "
        "thigh in all. So the short arm is one reason among others: how deep and how fast the people with implants bent their "
        "knees, which the abstract does not say, where the feet really press, and how much hamstrings and calf truly work. "
        "Nothing is tuned to make it agree: take the force between shin and thigh for an upper estimate."
    )


def _row(what: str, row: Sourced, says: Sequence[tuple[str, str]], agreements: Sequence[tuple[str, Agreement]], note: str) -> str:
    reach = f" ± {row.sd:.2f}" if isfinite(row.sd) else ""
    by_kind = [(kind, [name for name, agreement in agreements if agreement is kind]) for kind in Agreement]
    verdict = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in by_kind if names)
    return f"| {what} | {_study(row)} | {row.value:.2f}{reach} BW | {_listed(says)} | {verdict}{f' ({note})' if note else ''} |"


def _study(row: Sourced) -> str:
    study = studies()[row.source]
    first = re.split(r" and |,| [A-Z]+\b", study.authors)[0]
    people = f", {row.n} {row.population}" if row.n else ""
    return f"{first} {study.year}{people}{', second hand' if study.seen.startswith('second hand') else ''}"


def _listed(said: Sequence[tuple[str, str]]) -> str:
    return "<br>".join(f"{name}: {text}" for name, text in said)


def _said(span: Span) -> str:
    return f"{span.value:.1f} ({span.low:.1f} to {span.high:.1f})"


def _methods(near: Near) -> str:
    return f"{near.methods.low:.1f} to {near.methods.high:.1f}"


def _at(peak: Peak) -> str:
    return f"{_said(peak.force)} at {peak.degrees:.0f} degrees"


def _told_apart(percent: float) -> str:
    return f"{abs(percent):.0f} % {'longer' if percent > 0.0 else 'shorter'} here"


def _descent(read: Sequence[tuple[float, bool]]) -> str:
    return ", ".join("-" if not isfinite(value) else f"{value:.2f}" if fine else f"({value:.2f})" for value, fine in read)
