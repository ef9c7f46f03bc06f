"""What do all measures of one person mean together? Findings, what freeing a link would bring, and the one that limits."""

from kinechain.core.types import Assessment, Gain, Measure, Pain, Person, Protocol, Reason, Screening
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
) -> Screening:
    """Return what tests on film and typed measures mean for what the person wants; `missing` is already known to be wanting."""
    measures = gather(assessments, typed)
    gains: tuple[Gain, ...] = ()
    findings = find(measures, person, protocol, gains, aim)
    limits, answer, parameters, wanting = limiting(findings, gains, aim)
    return Screening(
        person=person,
        aim=aim,
        assessments=assessments,
        typed=typed,
        pains=pains,
        findings=findings,
        gains=gains,
        limits=limits,
        answer=answer,
        answer_parameters=parameters,
        missing=(*missing, *wanting),
    )
