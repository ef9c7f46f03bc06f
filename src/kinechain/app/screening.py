"""What do all measures of one person mean together? Findings, what freeing a link would bring, and the one that limits."""

from collections.abc import Iterable, Mapping
from typing import Any

from kinechain.app.assess import Request
from kinechain.app.whatif import gains, squatter_of, usual_changes
from kinechain.core.types import Assessment, Measure, Pain, Person, Protocol, Reason, Screening, Verdict
from kinechain.screening.findings import find, gather
from kinechain.screening.limiting import limiting

#: What a squat is judged against where nobody told what it is for.
DEFAULT_AIM = "parallel"


def screen(
    person: Person,
    protocol: Protocol,
    aim: str,
    assessments: tuple[Assessment, ...],
    typed: tuple[Measure, ...] = (),
    pains: tuple[Pain, ...] = (),
    missing: tuple[Reason, ...] = (),
    seed: int = 0,
    notes: Mapping[str, Mapping[str, Any]] | None = None,
) -> Screening:
    """Return what tests on film and typed measures mean for what the person wants; `missing` is already known to be wanting.

    `notes` is how each test was done, as far as no film tells it. What a freer link would bring is told by predicted squats, whose
    draws start from `seed`.
    """
    measures = gather(assessments, typed, notes)
    every = [measure for known in measures.values() for measure in known]
    squatter = squatter_of(person, protocol, _lengths(assessments), every)
    freer = gains(squatter, usual_changes(squatter), seed)
    findings = find(measures, person, protocol, freer, aim)
    limits, answer, parameters, wanting = limiting(findings, freer, aim)
    return Screening(
        person=person,
        aim=aim,
        assessments=assessments,
        typed=typed,
        pains=pains,
        findings=findings,
        gains=freer,
        limits=limits,
        answer=answer,
        answer_parameters=parameters,
        missing=(*missing, *wanting),
    )


def screen_request(request: Request, assessment: Assessment) -> Screening | None:
    """Return what one test on film, and what was typed beside it, means; None where the films have to be made again."""
    if assessment.quality.verdict is Verdict.REFILM:
        return None
    aim = request.aim or DEFAULT_AIM
    return screen(request.person, request.protocol, aim, (assessment,), request.typed, request.pains, seed=request.chance.seed)


def _lengths(assessments: Iterable[Assessment]) -> Mapping[str, tuple[float, float]]:
    """Return the person's segments, each from the film that knows it best."""
    best: dict[str, tuple[float, float]] = {}
    for clip in (clip for assessment in assessments for clip in assessment.measured_clips):
        for name, (length, sd) in clip.lengths.items():
            if name not in best or sd < best[name][1]:
                best[name] = length, sd
    return best
