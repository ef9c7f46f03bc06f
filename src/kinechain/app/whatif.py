"""What would change if one link were freer? Asked of a result, or of anybody as they squat."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinechain import __version__
from kinechain.app.screening_rows import known
from kinechain.app.screening_rows import ranged as ranged_row
from kinechain.app.squatters import squatter_from
from kinechain.app.squatters import squatter_of as squatter_of
from kinechain.core.types import SIDES, Gain, Loads
from kinechain.core.units import to_shown
from kinechain.evidence import constant, constants
from kinechain.io.result import read_result
from kinechain.io.whole import place_for, write_whole
from kinechain.loads.squatter import RANGES, Change, People, Range, Squatter, range_draws, squatting
from kinechain.loads.uncertainty import Chance
from kinechain.loads.what_if import Row, WhatIf, compare, ranged
from kinechain.report.context import ReportContext

SCHEMA = "kinechain.whatif/1"
#: Groups of rows that a predicted squat leans on.
ROWS = ("squat_model", "body", "anthropometry", "loads", "sole", "burden", "strength", "muscle", "patellofemoral")
_NAME = "whatif.html"


def usual_changes(squatter: Squatter) -> tuple[Change, ...]:
    """Return each link's change to what is usual, on the legs where it is less; on both where it is nowhere less."""
    changes = []
    for measure, link in RANGES.items():
        usual = constant(f"squat_model.{link}").si
        less = [side for side in SIDES if squatter.ranges[measure][side].value < usual]
        changes.append(Change(measure, usual, "at_least", less[0] if len(less) == 1 else "both"))
    return tuple(changes)


def gains(squatter: Squatter, changes: Sequence[Change], seed: int = 0, draws: int | None = None) -> tuple[Gain, ...]:
    """Return what each change of a range brings by itself: the deepest squat before and after, in the same draws."""
    people = People.by(Chance(seed=seed) if draws is None else Chance(draws, seed))
    before = squatting(squatter, people).deepest()
    return tuple(_gain(squatter, change, before, people) for change in changes)


def _gain(squatter: Squatter, change: Change, before: Float[np.ndarray, " draw"], people: People) -> Gain:
    changed = squatter.changed((change,))
    after = squatting(changed, people).deepest()
    at = range_draws(changed, change.measure, people)[:, 0]
    return Gain(
        link=RANGES[change.measure],
        side=change.side,
        measure=change.measure,
        changed_to=float(at.min() if change.side == "both" else at[SIDES.index(change.side)]),
        before=ranged(before),
        after=ranged(after),
        gain=ranged(after - before),
    )


def what_if(result: Mapping[str, Any] | Path, changes: Sequence[Change], chance: Chance | None = None) -> WhatIf:
    """Return what changes would do to the squat of a result: its document, its file or its folder."""
    document = read_result(result / "result.json" if result.is_dir() else result) if isinstance(result, Path) else result
    return compare(squatter_from(document), changes, chance)


def write_whatif_page(answer: WhatIf, destination: Path) -> Path:
    """Write an answer as a page into a file, or into a folder as `whatif.html`; returns where. Raises OutputError if it exists."""
    file = place_for(destination, _NAME)
    from kinechain.report.whatif_page import render_whatif  # brings all that pages need, which takes seconds

    write_whole(file, render_whatif(answer, ReportContext(__version__, made_on=date.today().isoformat(), rows=())))
    return file


def whatif_document(answer: WhatIf) -> dict[str, Any]:
    """Return an answer as plain values: shown units, a number that is not known None."""
    return {
        "schema": SCHEMA,
        "changes": [_change(change) for change in answer.changes],
        "ranges": {measure: {side: _range(one) for side, one in sides.items()} for measure, sides in answer.before.ranges.items()},
        "rows": [_row(row) for row in answer.rows],
        "reached": dict(zip(("before", "after"), map(known, answer.reached), strict=True)),
        "kneecap_class": {
            when: None if order < 0 else Loads.CLASSES[order]
            for when, order in zip(("before", "after"), answer.kneecap_class, strict=True)
        },
        "draws": answer.chance.draws,
        "seed": answer.chance.seed,
        "sources": sorted(key for key in constants() if key.split(".")[0] in ROWS),
    }


def _range(one: Range) -> dict[str, Any]:
    return {"value": known(float(np.rad2deg(one.value))), "sd": known(float(np.rad2deg(one.sd))), "unit": "deg", "from": one.told}


def _change(change: Change) -> dict[str, Any]:
    return {"measure": change.measure, "mode": change.mode, "side": change.side, "value": change.value}


def _row(row: Row) -> dict[str, Any]:
    unit, factor = to_shown(row.unit)
    at = known(float(np.rad2deg(row.at)))
    return {"code": row.code, "unit": unit, "at_knee_flexion_deg": at} | {
        name: ranged_row(getattr(row, name), factor) for name in ("before", "after", "change")
    }
