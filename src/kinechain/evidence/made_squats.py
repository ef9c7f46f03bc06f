"""What does kinechain's own model say where a claim can be put to it? Stored answers for squats that were made up.

Nobody did these squats: they are computed (kind `derived`) by `kinechain.app.claim_tests`, stored by `kinechain lab claims`, and
recomputed by a test. What people did is in `effects.toml`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kinechain.evidence.rows import build, parse, shipped


@dataclass(frozen=True)
class MadeSquat:
    """One moment on the way down: angles in degrees, activations as shares of 1, moments in Nm/kg (extension positive).

    `ankle` is `usual` or `stiff`, a shank that cannot lean as far; `deepest_deg` is the knee flexion beyond which no lean of the
    trunk up to level keeps balance. `adduction_nm` is what hip adductors make beside the squat. `kneecap` is in body weights, NaN
    where the model tells no number. `low` and `high` hold nine draws of ten of all that is not known.
    """

    key: str
    ankle: str
    knee_flexion_deg: float
    shank_inclination_deg: float
    trunk_lean_deg: float
    deepest_deg: float
    vasmed: float
    vaslat: float
    vasint: float
    recfem: float
    hamstrings: float
    hip_moment: float
    knee_moment: float
    ankle_moment: float
    vasmed_low: float = math.nan
    vasmed_high: float = math.nan
    kneecap: float = math.nan
    kneecap_low: float = math.nan
    kneecap_high: float = math.nan
    adduction_nm: float = 0.0

    @property
    def medial_to_lateral(self) -> float:
        """Vastus medialis over vastus lateralis, by their activations."""
        return self.vasmed / self.vaslat


@cache
def made_squats() -> dict[str, MadeSquat]:
    """Return the stored answers by key: `usual_80`, `stiff_50`, `squeeze_none`, `squeeze_some`."""
    return read_made_squats(shipped("made_squats.toml"), "made_squats.toml")


def read_made_squats(text: str, name: str) -> dict[str, MadeSquat]:
    """Read answers from TOML `text`. Raises DataFileError for a row that lacks a field or has an unknown one."""
    return {key: build(MadeSquat, table, f"row {key} of {name}", key=key) for key, table in parse(text, name).items()}


def alike(one: MadeSquat, other: MadeSquat, digits: float = 1e-3) -> bool:
    """Tell whether two answers are the same but for their last digits, NaN for NaN."""
    return all(_same(here, there, digits) for here, there in zip(vars(one).values(), vars(other).values(), strict=True))


def format_made_squats(squats: Mapping[str, MadeSquat]) -> str:
    """Return answers as the text of the data file."""
    head = "# Written by `kinechain lab claims`: squats made up and put to kinechain's own model. Nobody did them.\n"
    return head + "".join(_table(squat) for squat in squats.values())


def _table(squat: MadeSquat) -> str:
    fields = {name: value for name, value in vars(squat).items() if name != "key"}
    lines = "".join(f"{name} = {_value(value)}\n" for name, value in fields.items() if value == value)  # NaN is left out
    return f"\n[{squat.key}]\n{lines}"


def _value(value: float | str) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(float(f"{value:.4g}"))


def _same(here: float | str, there: float | str, digits: float) -> bool:
    if isinstance(here, str) or isinstance(there, str):
        return here == there
    return (math.isnan(here) and math.isnan(there)) or math.isclose(here, there, rel_tol=digits, abs_tol=digits)
