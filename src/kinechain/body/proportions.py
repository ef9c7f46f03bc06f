"""How long are a person's segments likely to be? From stature, with the spread among people, before anything was measured."""

import numpy as np
from jaxtyping import Float

from kinechain.body.skeleton import LENGTHS
from kinechain.evidence import constant


def usual_log_lengths(stature_m: float) -> Float[np.ndarray, " length"]:
    """Return the logarithms of the usual segment lengths (m) at a stature, in the order of `LENGTHS`; rows `body.*_share`."""
    return np.log([stature_m * constant(f"body.{length}_length_share").value for length in LENGTHS])


def log_length_covariance(stature_sd: float) -> Float[np.ndarray, "length length"]:
    """Return how logarithms of lengths vary: by themselves, and together with a stature known to the share `stature_sd`."""
    own = [_relative_spread(length) for length in LENGTHS]
    return np.asarray(np.diag(np.square(own)) + stature_sd**2)


def _relative_spread(length: str) -> float:
    row = constant(f"body.{length}_length_share")
    assert row.sd is not None
    return row.sd / row.value
