"""What has to be known of a movement so that a film of it can be checked and measured?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kinechain.core.types import Keypoints, Measure, Motion, Person, Reason, Repetition, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.standing import longest_standing_s


@dataclass(frozen=True)
class Movement:
    """One test as films show it.

    `views` are those from which it may be filmed; another one is refused. `find_repetitions` is told the tested leg, None where it
    is both or not known. `check` yields what only this test asks of a film. `from_fit` names by view the curves that the fit tells
    better than the plain twin; without any, nothing is fitted. `find_side` sees which leg is tested, None where both are.
    `complete` are the views that all of it takes, so that a missing one is told. `loads`: whether the leg model holds.
    `fppa_margin`: by how many of its own spreads the knee's bend may lie outside of where the projection angle is told, where the
    fit tells that bend badly.
    `other_foot_aloft`: the fit is told that only the tested foot ever rests, for it takes one that hangs still for one that stands.
    """

    test: str
    views: tuple[View, ...]
    find_repetitions: Callable[[Keypoints, str | None], tuple[Repetition, ...]]
    check: Callable[[Examination], Iterator[Reason]]
    measure: Callable[[Examination, Motion | None, Person], tuple[Measure, ...]]
    from_fit: Mapping[View, tuple[str, ...]]
    find_side: Callable[[Keypoints], str | None] | None = None
    complete: tuple[View, ...] = ()
    loads: bool = False
    other_foot_aloft: bool = False
    fppa_margin: float = 0.0


def reason(code: str, weight: Verdict, examination: Examination, **parameters: object) -> Reason:
    """Return a reason that names its film."""
    return Reason(code, weight, examination.header.name, dict(parameters))


def ask_for_standing(examination: Examination) -> Iterator[Reason]:
    """Ask for quiet standing before the first repetition."""
    if examination.standing is None:
        longest_s = longest_standing_s(examination.keypoints, examination.begins)
        needed_s = constant("film.quiet_standing").value
        yield reason("no_quiet_standing", Verdict.CAUTION, examination, longest_s=longest_s, needed_s=needed_s)


def ask_for_repetitions(examination: Examination, needed: int) -> Iterator[Reason]:
    """Ask for so many whole repetitions; without any the film cannot be measured."""
    found = examination.repetitions
    if sum(not repetition.partial for repetition in found) < needed:
        weight = Verdict.CAUTION if found else Verdict.REFILM
        yield reason("too_few_repetitions", weight, examination, found=len(found), needed=needed)
