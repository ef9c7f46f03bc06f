"""What the bench of the fit is made of: films of any length without a jump, factors counted, and LAPACK timed for as many."""

import numpy as np
import pytest

from figures import keypoints_of
from kinechain.app.bench_fit import lapack_s, lengthened, watched_factors
from kinechain.core.types import Keypoints
from kinechain.maths.bordered import Bordered


@pytest.fixture
def film() -> Keypoints:
    time_s = np.arange(20) / 30.0
    xy = np.broadcast_to(np.arange(20.0)[:, None, None], (20, 33, 2)).copy()
    return keypoints_of(time_s, xy, np.zeros((20, 33, 3)))


def test_a_lengthened_film_goes_forwards_and_backwards_without_a_jump(film: Keypoints) -> None:
    longer = lengthened(film, 3.0)
    assert longer.time_s == pytest.approx(np.arange(91) / 30.0)
    path = longer.xy("left_knee")[:, 0]
    assert np.abs(np.diff(path)) == pytest.approx(1.0)
    assert path[:20] == pytest.approx(film.xy("left_knee")[:, 0])
    assert lengthened(film, 0.2).time_s.size == 7


def test_factors_are_counted_while_they_are_watched_and_not_after() -> None:
    matrix = Bordered(np.tile(np.eye(2), (3, 1, 1, 1)), np.zeros((6, 1)), np.eye(1))
    with watched_factors() as shapes:
        matrix.factor()
        matrix.factor(0.1)
    matrix.factor()
    assert shapes == [(6, 2, 1)] * 2


def test_lapack_alone_takes_some_time_for_each_matrix() -> None:
    assert lapack_s([]) == 0.0
    assert lapack_s([(400, 92, 20)] * 100) > 0.0
