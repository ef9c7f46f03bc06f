"""How is a least-squares problem solved whose unknowns are a long chain and a few that all share? Banded, with a dense border.

The normal matrix is [[H, B], [B', C]]: H couples each block of the chain with the next few only, B the chain with the shared
unknowns. One banded Cholesky factor and one small dense one do everything; cost and memory grow with the length of the chain.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Chain = Float[np.ndarray, "unknown *more"]
Shared = Float[np.ndarray, "shared *more"]


@dataclass(frozen=True)
class Bordered:
    """A symmetric matrix: `chain` (block, reach, size, size) holds block (k + d, k) of H at [k, d]; `border` B; `shared` C."""

    chain: Float[np.ndarray, "block reach size size"]
    border: Float[np.ndarray, "unknown shared"]
    shared: Float[np.ndarray, "shared shared"]

    def factor(self, damping: float = 0.0) -> "Factor":
        """Return the Cholesky factor, after the diagonal has grown by the share `damping` of itself.

        Raises numpy.linalg.LinAlgError where the matrix is not positive definite.
        """
        from scipy.linalg import cholesky, lapack  # imported here: it costs a second or more

        bands = _bands(self.chain)
        bands[0] *= 1.0 + damping
        band_factor, failed = lapack.dpbtrf(bands, lower=1, overwrite_ab=1)
        if failed:
            raise np.linalg.LinAlgError("Expected a positive definite chain, got one that is not. Give every unknown a prior.")
        half, _ = lapack.dtbtrs(band_factor, self.border, uplo="L", trans="N")
        shared = self.shared + damping * np.diag(np.diag(self.shared)) - half.T @ half
        return Factor(band_factor, half, cholesky(shared, lower=True))


@dataclass(frozen=True)
class Factor:
    """The Cholesky factor [[L, 0], [W', S]] of a `Bordered` matrix: `bands` holds L, `half` W."""

    bands: Float[np.ndarray, "band unknown"]
    half: Float[np.ndarray, "unknown shared"]
    schur: Float[np.ndarray, "shared shared"]

    def solve(self, chain: Chain, shared: Shared) -> tuple[Chain, Shared]:
        """Return the solution for the right-hand side (`chain`, `shared`)."""
        from scipy.linalg import solve_triangular

        first = self._lower(chain, "N")
        second = solve_triangular(self.schur, shared - self.half.T @ first, lower=True)
        return self._back(first, second)

    def draw(
        self, rng: np.random.Generator, count: int
    ) -> tuple[Float[np.ndarray, "unknown draw"], Float[np.ndarray, "shared draw"]]:
        """Return draws with mean zero from the normal distribution whose precision is the factored matrix."""
        return self._back(rng.standard_normal((self.bands.shape[1], count)), rng.standard_normal((self.schur.shape[0], count)))

    def shared_covariance(self) -> Float[np.ndarray, "shared shared"]:
        """Return the covariance of the shared unknowns: the inverse of what the chain leaves of C."""
        from scipy.linalg import cho_solve

        return np.asarray(cho_solve((self.schur, True), np.eye(self.schur.shape[0])))

    def _back(self, first: Chain, second: Shared) -> tuple[Chain, Shared]:
        from scipy.linalg import solve_triangular

        shared = solve_triangular(self.schur, second, lower=True, trans="T")
        return self._lower(first - self.half @ shared, "T"), shared

    def _lower(self, right: Chain, trans: str) -> Chain:
        from scipy.linalg import lapack

        columns = right.reshape(right.shape[0], -1)
        return np.asarray(lapack.dtbtrs(self.bands, columns, uplo="L", trans=trans)[0]).reshape(right.shape)


def _bands(chain: Float[np.ndarray, "block reach size size"]) -> Float[np.ndarray, "band unknown"]:
    """Return H in LAPACK's lower band storage: row i - j, column j."""
    blocks, reach, size, _ = chain.shape
    bands = np.zeros((reach * size, blocks, size), order="C")
    column = np.arange(size)
    for distance in range(reach):
        for row in range(size):
            offset = distance * size + row - column
            inside = offset >= 0
            bands[offset[inside], :, column[inside]] = chain[:, distance, row, column[inside]].T
    return np.asfortranarray(bands.reshape(reach * size, blocks * size))
