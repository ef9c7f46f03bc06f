"""Products of Chebyshev polynomials: known values, whole polynomials given back, and derivatives that are those of the function."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import chebyshev

from kinechain.maths.polynomials import ProductBasis, list_exponents, unite_exponents

degree_lists = st.lists(st.integers(0, 5), min_size=1, max_size=4).filter(lambda degrees: max(degrees) > 0)


def over_unit_box(exponents: np.ndarray) -> ProductBasis:
    return ProductBasis(np.full(exponents.shape[1], -1.0), np.ones(exponents.shape[1]), exponents)


def drawn_basis(degrees: list[int], seed: int) -> tuple[ProductBasis, np.ndarray, np.ndarray]:
    """A table over a random box, coefficients of two functions, and points inside."""
    random = np.random.default_rng(seed)
    low = random.uniform(-3.0, 1.0, len(degrees))
    high = low + random.uniform(0.5, 3.0, len(degrees))
    basis = ProductBasis(low, high, list_exponents(degrees))
    return basis, random.standard_normal((len(basis.exponents), 2)), random.uniform(low + 0.01, high - 0.01, (20, len(degrees)))


def test_up_to_a_total_degree_there_are_as_many_terms_as_combinatorics_says() -> None:
    assert len(list_exponents([6, 6, 6])) == 84
    assert list_exponents([2, 1]).tolist() == [[0, 0], [0, 1], [1, 0], [2, 0]]
    assert list_exponents([0, 3])[:, 0].max() == 0


def test_united_tables_hold_each_term_once() -> None:
    united = unite_exponents(list_exponents([3, 0]), list_exponents([1, 1]))
    assert sorted(map(tuple, united.tolist())) == [(0, 0), (0, 1), (1, 0), (2, 0), (3, 0)]


def test_a_term_is_the_product_of_its_chebyshev_polynomials() -> None:
    basis = over_unit_box(list_exponents([3, 3]))
    x, y = 0.3, -0.7
    values = basis.terms(np.array([[x, y]]))[:, 0]
    by_hand = {(2, 1): (2.0 * x**2 - 1.0) * y, (0, 3): 4.0 * y**3 - 3.0 * y, (0, 0): 1.0}
    for exponents, expected in by_hand.items():
        assert values[basis.exponents.tolist().index(list(exponents))] == pytest.approx(expected)


@settings(max_examples=40, deadline=None)
@given(degree_lists, st.integers(0, 1000))
def test_a_derivative_is_what_central_differences_find(degrees: list[int], seed: int) -> None:
    basis, coefficients, points = drawn_basis(degrees, seed)
    step = 1e-5
    for variable in range(len(degrees)):
        ahead = step * np.eye(len(degrees))[variable]
        differences = coefficients.T @ (basis.terms(points + ahead) - basis.terms(points - ahead)) / (2.0 * step)
        exact = basis.differentiated(coefficients, variable).T @ basis.terms(points)
        assert exact == pytest.approx(differences, abs=1e-5 * max(1.0, np.abs(differences).max()))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 30), st.integers(0, 1000))
def test_in_one_variable_it_is_what_numpy_has(degree: int, seed: int) -> None:
    basis, coefficients, points = drawn_basis([degree], seed)
    oracle = chebyshev.Chebyshev(coefficients[:, 0], domain=[basis.low[0], basis.high[0]])
    assert coefficients[:, 0] @ basis.terms(points) == pytest.approx(oracle(points[:, 0]), abs=1e-9)
    slope = basis.differentiated(coefficients, 0)[:, 0]
    assert slope @ basis.terms(points) == pytest.approx(oracle.deriv()(points[:, 0]), rel=1e-9, abs=1e-7)


def test_the_order_of_derivatives_does_not_matter() -> None:
    basis, coefficients, _ = drawn_basis([4, 3, 5], 1)
    one = basis.differentiated(basis.differentiated(coefficients, 0), 2)
    assert one == pytest.approx(basis.differentiated(basis.differentiated(coefficients, 2), 0))


def test_a_table_with_gaps_is_refused() -> None:
    with pytest.raises(ValueError, match="lower ones"):
        over_unit_box(np.array([[0, 0], [2, 0]]))
    with pytest.raises(ValueError, match="lower ones"):
        over_unit_box(np.array([[0], [1], [1]]))


def test_a_range_that_does_not_rise_is_refused() -> None:
    with pytest.raises(ValueError, match="rising range"):
        ProductBasis(np.array([1.0]), np.array([1.0]), list_exponents([2]))
