"""What is carried weighs, where it is carried."""

import numpy as np
import pytest

from bodies import body
from kinechain.body.burden import carrying, with_mass
from kinechain.core.errors import UsageError
from kinechain.maths.curves import Curve
from kinechain.maths.multibody import Freedom, Link, Place, lay_out, move

AXES = Place(np.eye(3), np.zeros(3))


def test_two_points_of_mass_are_a_dumbbell() -> None:
    turn = Freedom(np.array([0.0, 0.0, 1.0]), Curve.polynomial([0.0, 1.0]), 0)
    point = Link("point", -1, AXES, (), (turn,), AXES, 2.0, np.zeros(3), np.zeros((3, 3)))
    dumbbell = with_mass(point, 2.0, np.array([0.0, 1.0, 0.0]))
    assert dumbbell.mass == 4.0
    assert dumbbell.centre == pytest.approx([0.0, 0.5, 0.0])
    # Each 2 kg is half a metre from the middle: 2 x 2 x 0.25 = 1 kg m2 about x and z, none about the rod.
    assert np.diag(dumbbell.inertia) == pytest.approx([1.0, 0.0, 1.0])


@pytest.mark.parametrize("at", ["shoulders", "front", "hands"])
def test_a_load_is_held_by_the_ground_wherever_it_is(at: str) -> None:
    tree = carrying(body().tree, 20.0, at)
    still = tree.with_followers(np.array([[body().rest[name] for name in tree.coordinates]]))
    whole = move(tree, still, 0.0 * still, 0.0 * still).whole
    assert whole.force[:, 0] == pytest.approx([0.0, 92.0 * 9.80665, 0.0])


def test_a_bar_lies_behind_the_shoulders_and_a_weight_in_front_of_them() -> None:
    tree = body().tree
    still = tree.with_followers(np.array([[body().rest[name] for name in tree.coordinates]]))

    def forward(at: str) -> float:
        loaded = carrying(tree, 30.0, at)
        torso = loaded.links[loaded.link_at["torso"]]
        return float(lay_out(loaded, still).place("torso", torso.centre)[0, 0])

    bare = float(lay_out(tree, still).place("torso", tree.links[tree.link_at["torso"]].centre)[0, 0])
    assert forward("shoulders") < bare + 0.01 < forward("front")


def test_nothing_carried_is_the_same_body() -> None:
    assert carrying(body().tree, 0.0) is body().tree


@pytest.mark.parametrize(
    ("load_kg", "at", "said"), [(20.0, "feet", "'feet'"), (-1.0, "hands", "-1 kg"), (900.0, "front", "900 kg")]
)
def test_what_nobody_carries_is_refused(load_kg: float, at: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        carrying(body().tree, load_kg, at)
