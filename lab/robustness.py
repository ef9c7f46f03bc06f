"""Does the fit stand damaged marks? A dozen test squats, each measured whole and damaged in three ways, and what it put right.

Beside them the opposite: the same squats without the offsets that every mark was given on purpose.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES, Keypoints
from kinechain.kinematics.film_check import examine_film
from kinechain.kinematics.fit import Fitted, estimate_fitted_motion
from lab.damage import cut_hole, drop_marks, exchange_legs
from lab.methods import Seen, film_header, see
from lab.realism import paragraph
from lab.records import Record, load_record, plan_sha256
from lab.scores import Known, sides_of

Frames = Bool[np.ndarray, " time"]

#: How many test squats of each view are damaged.
CLIPS_A_VIEW = 4
DROPPED_SHARE, EXCHANGES, EXCHANGED_FRAMES, HOLE_S = 0.15, 6, 4, 0.4


@dataclass(frozen=True)
class Damaged:
    """What one damage did to one film: the knee's mean absolute error (deg) before and after, over all frames.

    `listed`: which share of the exchanged frames the fit lists as repaired, NaN where none was exchanged; `sent_back`: why the film
    check would not have let it through; `refused`: the fit itself is doubted after the damage.
    """

    view: str
    damage: str
    before: float
    after: float
    listed: float
    sent_back: tuple[str, ...]
    refused: bool


def damages(record: Record, keypoints: Keypoints) -> dict[str, tuple[Keypoints, Frames]]:
    """Return a film's damaged marks by what was done, and the frames whose legs were exchanged; chance hangs on the film alone."""
    seed = int(plan_sha256(record.plan)[:8], 16)
    none = np.zeros(keypoints.time_s.size, dtype=bool)
    deepest = record.truth.repetitions[len(record.truth.repetitions) // 2][1]
    near = sides_of(record, see(record))[0]
    return {
        "none, and no offsets put on the marks": (record.keypoints, none),
        f"{100 * DROPPED_SHARE:.0f} % of marks missing": (
            drop_marks(keypoints, DROPPED_SHARE, np.random.default_rng([seed, 1])),
            none,
        ),
        f"legs exchanged {EXCHANGES} times for {EXCHANGED_FRAMES} pictures": exchange_legs(
            keypoints, EXCHANGES, EXCHANGED_FRAMES, np.random.default_rng([seed, 2])
        ),
        f"a knee missing for {HOLE_S:g} s at the bottom": (cut_hole(keypoints, f"{near}_knee", deepest, HOLE_S), none),
    }


def damage_file(path: Path) -> tuple[Damaged, ...]:
    """Damage one stored film; nothing where it is sent back or its fit doubted even before."""
    record = load_record(path)
    seen = see(record)
    if seen.refilm_codes:
        return ()
    whole = _fit(seen)
    if whole.doubts:
        return ()
    error_of = partial(_knee_error, record, sides_of(record, seen))
    return tuple(
        _damaged(record, seen, damage, keypoints, exchanged, error_of, whole)
        for damage, (keypoints, exchanged) in damages(record, seen.keypoints).items()
    )


def _damaged(
    record: Record,
    seen: Seen,
    damage: str,
    keypoints: Keypoints,
    exchanged: Frames,
    error_of: Callable[[Fitted], float],
    whole: Fitted,
) -> Damaged:
    hurt = replace(seen, keypoints=keypoints, examination=examine_film(film_header(record), keypoints, mirror_known=True))
    fitted = _fit(replace(hurt, examination=replace(hurt.examination, sight=seen.examination.sight)))
    put_right = fitted.repairs.exchanged ^ whole.repairs.exchanged
    return Damaged(
        record.view,
        damage,
        error_of(whole),
        error_of(fitted),
        float(put_right[exchanged].mean()) if exchanged.any() else float("nan"),
        hurt.refilm_codes,
        bool(fitted.doubts),
    )


def _fit(seen: Seen) -> Fitted:
    examination = seen.examination
    return estimate_fitted_motion(
        seen.keypoints,
        examination.sight.view,
        seen.person.height_m,
        examination.standing,
        examination.exchanges.exchanged,
        to_real=False,
    )


def _knee_error(record: Record, sides: tuple[str, ...], fitted: Fitted) -> float:
    truth = Known.of(record).curves["knee_flexion"]
    errors = [fitted.motion.values("knee_flexion", side) - truth[:, SIDES.index(side)] for side in sides]
    return float(np.rad2deg(np.nanmean(np.abs(errors))))


def robustness_section(films: Iterable[Damaged]) -> list[str]:
    """Return the page's part on damaged marks, as lines of Markdown; none without films."""
    found = list(films)
    if not found:
        return []
    rows = []
    for damage in dict.fromkeys(film.damage for film in found):
        for view in dict.fromkeys(film.view for film in found):
            of_view = [film for film in found if (film.damage, film.view) == (damage, view)]
            if of_view:
                rows.append(f"| {damage} | {view} | {' | '.join(_cells(of_view))} |")
    return [
        "## What damaged marks do",
        "",
        *paragraph(
            f"Up to {CLIPS_A_VIEW} test squats of each view, damaged on purpose; the fit's mean absolute error at the knee in "
            "degrees. *Listed*: share of the exchanged pictures that the fit lists as put right; what is missing is bridged. "
            "*Sent back*: films that the film check would not have let through to the fit."
        ),
        "",
        "| damage | view | films | whole | damaged | grows by | most in a film | listed | sent back | fit doubted |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *rows,
        "",
    ]


def _cells(films: Sequence[Damaged]) -> list[str]:
    before, after, listed = (_array([getattr(film, name) for film in films]) for name in ("before", "after", "listed"))
    grows = after - before
    return [
        str(len(films)),
        f"{before.mean():.1f}",
        f"{after.mean():.1f}",
        f"{round(grows.mean(), 1) + 0.0:.1f}",
        f"{round(grows.max(), 1) + 0.0:.1f}",
        "-" if np.isnan(listed).all() else f"{100.0 * np.nanmean(listed):.0f} %",
        str(sum(bool(film.sent_back) for film in films)),
        str(sum(film.refused for film in films)),
    ]


def _array(values: Sequence[float]) -> Float[np.ndarray, " _"]:
    return np.array(values, dtype=float)
