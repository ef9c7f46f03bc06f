"""Is a fit to be believed? Not where the body or the phone it ended with would be a rarity, or where marks lie far from it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from kinechain.core.types import Keypoints
from kinechain.evidence import constant
from kinechain.kinematics.fit.film import Before, Fit, fit_film
from kinechain.kinematics.standing import Standing


@dataclass(frozen=True)
class Doubt:
    """Why a fit is not to be believed: a code, and its parameters for the words."""

    code: str
    parameters: dict[str, float | str]


def best_fit(
    keypoints: Keypoints,
    stature_m: float,
    standing: Standing | None,
    exchanged: Bool[np.ndarray, " time"] | None,
    before: Before | None,
    planted: str | None = None,
) -> Fit:
    """Fit a film; where that leaves doubts, fit it from another start too, and return the likelier of both."""
    fit = fit_film(keypoints, stature_m, standing, exchanged, before, planted=planted)
    if not doubts(fit):
        return fit
    other = fit_film(keypoints, stature_m, standing, exchanged, before, planted=planted, from_height=True)
    return min(fit, other, key=lambda found: (bool(doubts(found)), found.problem.cost(found.state)))


def doubts(fit: Fit) -> tuple[Doubt, ...]:
    """Return every reason not to believe a fit; none where it may be used."""
    return tuple(_doubts(fit))


def _doubts(fit: Fit) -> Iterator[Doubt]:
    if not fit.settled:
        yield Doubt("fit_not_settled", {})
    worst = max(fit.oddities, key=lambda name: abs(fit.oddities[name]))
    if abs(fit.oddities[worst]) > constant("fit.oddity_most").value:
        yield Doubt("fit_body_odd", {"what": worst, "spreads": fit.oddities[worst]})
    if fit.misfit > constant("fit.misfit_most").value:
        yield Doubt("fit_marks_far", {"spreads": fit.misfit})
    stray = float(np.mean(fit.repairs.stray[fit.marks.known])) if fit.marks.known.any() else 1.0
    if stray > constant("fit.stray_share_most").value:
        yield Doubt("fit_marks_stray", {"share": stray})
