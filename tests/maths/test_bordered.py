"""A banded matrix with a border against the same matrix written out: same solutions, same covariance, draws that follow it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.maths.bordered import Bordered


def made(seed: int, blocks: int, reach: int, size: int, shared: int) -> tuple[Bordered, np.ndarray]:
    """A positive definite matrix as normal equations have it, in both forms."""
    random = np.random.default_rng(seed)
    count = blocks * size + shared
    dense = np.eye(count)
    for block in range(blocks):
        touched = [*range(block * size, min(block + reach, blocks) * size), *range(blocks * size, count)]
        rows = random.standard_normal((3, len(touched)))
        dense[np.ix_(touched, touched)] += rows.T @ rows
    chain = np.zeros((blocks, reach, size, size))
    for block in range(blocks):
        for distance in range(min(reach, blocks - block)):
            row, column = (block + distance) * size, block * size
            chain[block, distance] = dense[row : row + size, column : column + size]
    edge = blocks * size
    return Bordered(chain, dense[:edge, edge:], dense[edge:, edge:]), dense


shapes = st.tuples(st.integers(0, 1000), st.integers(1, 9), st.integers(1, 4), st.integers(1, 3), st.integers(1, 5))


@settings(max_examples=30, deadline=None)
@given(shapes)
def test_solutions_are_those_of_the_dense_matrix(shape: tuple[int, int, int, int, int]) -> None:
    bordered, dense = made(*shape)
    right = np.random.default_rng(1).standard_normal((len(dense), 2))
    edge = bordered.border.shape[0]
    chain, shared = bordered.factor().solve(right[:edge], right[edge:])
    assert np.concatenate([chain, shared]) == pytest.approx(np.linalg.solve(dense, right), abs=1e-9)
    one, aside = bordered.factor().solve(right[:edge, 0], right[edge:, 0])
    assert np.concatenate([one, aside]) == pytest.approx(np.linalg.solve(dense, right[:, 0]), abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(shapes)
def test_damping_grows_the_diagonal_by_its_share(shape: tuple[int, int, int, int, int]) -> None:
    bordered, dense = made(*shape)
    right = np.random.default_rng(1).standard_normal(len(dense))
    edge = bordered.border.shape[0]
    found = np.concatenate(bordered.factor(0.3).solve(right[:edge], right[edge:]))
    assert found == pytest.approx(np.linalg.solve(dense + 0.3 * np.diag(np.diag(dense)), right), abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(shapes)
def test_the_covariance_of_what_is_shared_is_its_part_of_the_inverse(shape: tuple[int, int, int, int, int]) -> None:
    bordered, dense = made(*shape)
    edge = bordered.border.shape[0]
    assert bordered.factor().shared_covariance() == pytest.approx(np.linalg.inv(dense)[edge:, edge:], abs=1e-9)


def test_draws_vary_as_the_inverse_says() -> None:
    bordered, dense = made(3, 4, 3, 2, 3)
    count = 40_000
    draws = np.concatenate(bordered.factor().draw(np.random.default_rng(8), count))
    covariance = np.linalg.inv(dense)
    spread = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)) + covariance**2)  # of each entry of one draw's product
    assert np.abs(draws @ draws.T / count - covariance).max() < 5.0 * (spread / np.sqrt(count)).max()
    assert np.abs(draws.mean(axis=1)).max() < 5.0 * np.sqrt(np.diag(covariance).max() / count)


def test_a_matrix_that_is_not_positive_definite_is_refused() -> None:
    bordered, _ = made(3, 4, 3, 2, 3)
    with pytest.raises(np.linalg.LinAlgError):
        Bordered(-bordered.chain, bordered.border, bordered.shared).factor()
    with pytest.raises(np.linalg.LinAlgError):
        Bordered(bordered.chain, bordered.border, -bordered.shared).factor()


def test_draws_given_some_unknowns_have_the_rest_as_the_normal_distribution_has() -> None:
    bordered, dense = made(3, 4, 3, 2, 3)
    edge, count, rng = bordered.border.shape[0], 40_000, np.random.default_rng(4)
    covariance = np.linalg.inv(dense)
    told = np.linalg.cholesky(covariance[edge : edge + 2, edge : edge + 2]) @ rng.standard_normal((2, count))
    chain, shared = bordered.factor().draw_given(rng, told)
    assert shared[:2] == pytest.approx(told)
    draws = np.concatenate([chain, shared])
    assert draws @ draws.T / count == pytest.approx(covariance, abs=0.05 * np.abs(covariance).max())
