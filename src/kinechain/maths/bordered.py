"""How is a least-squares problem solved whose unknowns are a long chain and a few that all share? Block by block, with a border.

The normal matrix is [[H, B], [B', C]]: H couples each block of the chain with the next few only, B the chain with the shared
unknowns. As many blocks as reach each other make one link; then H is block tridiagonal in links, and a Cholesky factor of them one
after the other, with a small dense one at the end, does everything; cost and memory grow with the length of the chain.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Chain = Float[np.ndarray, "unknown *more"]
Shared = Float[np.ndarray, "shared *more"]
Links = Float[np.ndarray, "_ width width"]


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

        own, below = _links(self.chain)
        each = np.arange(own.shape[1])
        own[:, each, each] *= 1.0 + damping
        half = _padded(self.border, *own.shape[:2])
        for number, link in enumerate(own):
            if number:
                link -= below[number - 1] @ below[number - 1].T
                half[number] -= below[number - 1] @ half[number - 1]
            own[number] = inverse = lapack.dtrtri(cholesky(link, lower=True, check_finite=False), lower=1)[0]
            half[number] = inverse @ half[number]
            if number < len(below):
                below[number] = below[number] @ inverse.T
        flat = _flat(half)
        shared = self.shared + damping * np.diag(np.diag(self.shared)) - flat.T @ flat
        return Factor(self.border.shape[0], own, below, half, cholesky(shared, lower=True))


@dataclass(frozen=True)
class Factor:
    """The Cholesky factor [[L, 0], [W', S]] of a `Bordered` matrix.

    Link by link: `inverses` of the lower triangles on L's diagonal, what is `below` them, and `half`, which is W; `schur` is S.
    So many `unknowns` of the chain count: the last link may be filled up.
    """

    unknowns: int
    inverses: Links
    below: Links
    half: Float[np.ndarray, "link size shared"]
    schur: Float[np.ndarray, "shared shared"]

    def solve(self, chain: Chain, shared: Shared) -> tuple[Chain, Shared]:
        """Return the solution for the right-hand side (`chain`, `shared`)."""
        from scipy.linalg import solve_triangular

        first = self._linked(chain)
        for number, inverse in enumerate(self.inverses):
            if number:
                first[number] -= self.below[number - 1] @ first[number - 1]
            first[number] = inverse @ first[number]
        right = shared.reshape(shared.shape[0], -1) - _flat(self.half).T @ _flat(first)
        found, aside = self._back(first, solve_triangular(self.schur, right, lower=True))
        return found.reshape(chain.shape), aside.reshape(shared.shape)

    def draw(
        self, rng: np.random.Generator, count: int
    ) -> tuple[Float[np.ndarray, "unknown draw"], Float[np.ndarray, "shared draw"]]:
        """Return draws with mean zero from the normal distribution whose precision is the factored matrix."""
        first = self._linked(rng.standard_normal((self.unknowns, count)))
        return self._back(first, rng.standard_normal((self.schur.shape[0], count)))

    def draw_given(
        self, rng: np.random.Generator, given: Float[np.ndarray, "given draw"]
    ) -> tuple[Float[np.ndarray, "unknown draw"], Float[np.ndarray, "shared draw"]]:
        """Return such draws, but with the first shared unknowns as `given`.

        Free draws are moved by the regression of everything on what is given (Matheron's rule).
        """
        chain, shared = self.draw(rng, given.shape[1])
        count = given.shape[0]
        with_chain, with_shared = self.solve(np.zeros((self.unknowns, count)), np.eye(self.schur.shape[0], count))
        off = np.linalg.solve(with_shared[:count], given - shared[:count])
        return chain + with_chain @ off, shared + with_shared @ off

    def shared_covariance(self) -> Float[np.ndarray, "shared shared"]:
        """Return the covariance of the shared unknowns: the inverse of what the chain leaves of C."""
        from scipy.linalg import cho_solve

        return np.asarray(cho_solve((self.schur, True), np.eye(self.schur.shape[0])))

    def _back(
        self, first: Float[np.ndarray, "link size column"], second: Float[np.ndarray, "shared column"]
    ) -> tuple[Float[np.ndarray, "unknown column"], Float[np.ndarray, "shared column"]]:
        """Return the solution of [[L', W], [0, S']] x = (`first`, `second`)."""
        from scipy.linalg import solve_triangular

        shared = solve_triangular(self.schur, second, lower=True, trans="T")
        found = first - self.half @ shared
        for number, inverse in reversed(list(enumerate(self.inverses))):
            if number < len(self.below):
                found[number] -= self.below[number].T @ found[number + 1]
            found[number] = inverse.T @ found[number]
        return _flat(found)[: self.unknowns], shared

    def _linked(self, right: Chain) -> Float[np.ndarray, "link size column"]:
        return _padded(right.reshape(right.shape[0], -1), *self.inverses.shape[:2])


def _links(chain: Float[np.ndarray, "block reach size size"]) -> tuple[Links, Links]:
    """Return H link by link: what is on its diagonal, and what is below it. The last link is filled up with a unit matrix."""
    blocks, reach, size, _ = chain.shape
    count = -(-blocks // reach)
    padded = np.zeros((count * reach, reach, size, size))
    padded[:blocks] = chain
    padded[blocks:, 0] = np.eye(size)
    grouped = padded.reshape(count, reach, reach, size, size)
    own, below = np.zeros((count, reach, size, reach, size)), np.zeros((count - 1, reach, size, reach, size))
    for column in range(reach):
        for distance in range(reach):
            row = column + distance
            if row < reach:
                own[:, row, :, column] = grouped[:, column, distance]
            else:
                below[:, row - reach, :, column] = grouped[:-1, column, distance]
    return own.reshape(count, reach * size, -1), below.reshape(count - 1, reach * size, reach * size)


def _padded(rows: Float[np.ndarray, "unknown column"], links: int, size: int) -> Float[np.ndarray, "link size column"]:
    """Return rows link by link, filled up with zeros."""
    padded = np.zeros((links * size, rows.shape[1]))
    padded[: rows.shape[0]] = rows
    return padded.reshape(links, size, -1)


def _flat(linked: Float[np.ndarray, "link size column"]) -> Float[np.ndarray, "row column"]:
    return linked.reshape(-1, linked.shape[2])
