"""Damage does what it says and nothing else, and the page counts what it did."""

import numpy as np
import pytest
from made_records import made_record

from figures import squats
from kinechain.core.types import KEYPOINT_NAMES, Keypoints
from lab.damage import cut_hole, drop_marks, exchange_legs
from lab.records import Record
from lab.robustness import Damaged, damages, robustness_section

RECORD = made_record("front", squats(2, still_s=2.0))


def _position(keypoints: Keypoints) -> np.ndarray:
    return np.asarray(keypoints.dataset["position"].transpose("time", "keypoint", "space").values)


def test_a_share_of_the_marks_is_missing_and_the_rest_is_as_it_was() -> None:
    whole, hurt = _position(RECORD.keypoints), _position(drop_marks(RECORD.keypoints, 0.15, np.random.default_rng(1)))
    gone = np.isnan(hurt)
    assert gone[..., 0].mean() == pytest.approx(0.15, abs=0.01)
    np.testing.assert_array_equal(gone[..., 0], gone[..., 1])
    np.testing.assert_array_equal(hurt[~gone], whole[~gone])


def test_legs_are_exchanged_as_often_and_as_long_as_asked() -> None:
    hurt, exchanged = exchange_legs(RECORD.keypoints, 6, 4, np.random.default_rng(1))
    starts = np.flatnonzero(np.diff(exchanged.astype(int)) == 1)
    assert (exchanged.sum(), starts.size) == (24, 6)
    for name in ("hip", "knee", "ankle", "heel", "foot_index"):
        left, right = RECORD.keypoints.xy(f"left_{name}"), RECORD.keypoints.xy(f"right_{name}")
        np.testing.assert_array_equal(hurt.xy(f"left_{name}"), np.where(exchanged[:, None], right, left))
    np.testing.assert_array_equal(hurt.xy("left_shoulder"), RECORD.keypoints.xy("left_shoulder"))


def test_a_film_too_short_for_so_many_exchanges_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 600 frames"):
        exchange_legs(RECORD.keypoints, 100, 4, np.random.default_rng(1))


def test_a_hole_is_in_one_mark_for_its_time() -> None:
    hurt = cut_hole(RECORD.keypoints, "left_knee", 3.0, 0.4)
    gone = np.isnan(_position(hurt)[..., 0])
    assert gone[:, KEYPOINT_NAMES.index("left_knee")].sum() == gone.sum() == pytest.approx(12, abs=1)
    assert np.abs(RECORD.keypoints.time_s[gone.any(axis=1)] - 3.0).max() <= 0.2


def test_the_same_film_is_damaged_the_same_way_each_time() -> None:
    def marks(record: Record) -> list[np.ndarray]:
        return [_position(keypoints) for keypoints, _ in damages(record, record.keypoints).values()]

    first, again, other = marks(RECORD), marks(RECORD), marks(made_record("front", squats(2, still_s=2.0), person=3))
    assert len(first) == 4
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first[1], other[1], equal_nan=True)


def test_the_page_tells_how_much_the_error_grew_and_what_was_put_right() -> None:
    films = [
        Damaged("side", "legs exchanged", 3.0, 3.5, 1.0, ("legs_exchanged",), False),
        Damaged("side", "legs exchanged", 2.0, 3.5, 0.5, (), True),
        Damaged("front", "hole", 4.0, 4.0, float("nan"), (), False),
    ]
    text = "\n".join(robustness_section(films))
    assert "| legs exchanged | side | 2 | 2.5 | 3.5 | 1.0 | 1.5 | 75 % | 1 | 1 |" in text
    assert "| hole | front | 1 | 4.0 | 4.0 | 0.0 | 0.0 | - | 0 | 0 |" in text
    assert robustness_section([]) == []
