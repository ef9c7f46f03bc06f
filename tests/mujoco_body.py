"""A tree of links for MuJoCo, an engine written by others: the same bodies on hinges and slides.

MuJoCo knows no joint whose axes slide by functions of its angle, so `hinged` makes the knees and kneecaps plain hinges first; and
it refuses inertias that no body can have (one principal moment above the sum of the others), as the model's toes do.
"""

from dataclasses import replace

import numpy as np

from kinechain.maths.multibody import Freedom, Link, Tree
from trees import IDENTITY


def hinged(tree: Tree) -> Tree:
    """Return the tree with one plain turn or slide a coordinate: the first turn about a knee stays, what it drags goes."""
    return replace(tree, links=tuple(_hinged(link) for link in tree.links), followers=())


def mjcf(tree: Tree, more: str = "", on: dict[str, str] | None = None) -> str:
    """Return a tree of plain joints as MuJoCo's XML, y up; `more` goes into the world, `on` into the bodies of these names."""
    children = {number: [] for number in range(-1, len(tree.links))}
    for number, link in enumerate(tree.links):
        children[link.parent].append(number)

    def body(number: int) -> str:
        link = tree.links[number]
        axes, origin = _resting(link)
        inside = (on or {}).get(link.name, "") + "".join(body(child) for child in children[number])
        joints = "".join(_joint(tree, link, freedom, "slide") for freedom in link.slides)
        joints += "".join(_joint(tree, link, freedom, "hinge") for freedom in link.turns)
        inertia = [link.inertia[i, j] for i, j in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))]
        return (
            f'<body name="{link.name}" pos="{_told(origin)}" xyaxes="{_told(axes[:, :2].T.ravel())}">{joints}'
            f'<inertial pos="{_told(link.centre)}" mass="{link.mass!r}" fullinertia="{_told(inertia)}"/>{inside}</body>'
        )

    bodies = "".join(body(number) for number in children[-1])
    return (
        f'<mujoco><compiler angle="radian" autolimits="false"/><option gravity="{_told(tree.gravity)}"/>'
        f"<worldbody>{more}{bodies}</worldbody></mujoco>"
    )


def _hinged(link: Link) -> Link:
    turning = {turn.coordinate for turn in link.turns}
    kept: dict[int, Freedom] = {}
    for turn in link.turns:
        if turn.coordinate is not None and turn.coordinate not in kept:
            kept[turn.coordinate] = turn if _is_plain(turn) else replace(turn, curve=IDENTITY)
    slides = tuple(slide for slide in link.slides if slide.coordinate is not None and slide.coordinate not in turning)
    return replace(link, slides=slides, turns=tuple(kept.values()), inertia=_possible(link.inertia))


def _possible(inertia: np.ndarray) -> np.ndarray:
    """Return an inertia, made that of a ball where no body can have it."""
    principal = np.linalg.eigvalsh(inertia)
    return inertia if 2.0 * principal[-1] <= principal.sum() else np.trace(inertia) / 3.0 * np.eye(3)


def _is_plain(freedom: Freedom) -> bool:
    """Tell whether it is the coordinate itself, or its opposite."""
    return freedom.curve.is_identity or freedom.curve.times(-1.0).is_identity


def _resting(link: Link) -> tuple[np.ndarray, np.ndarray]:
    """Return axes and origin of a link in its parent where all its coordinates are zero."""
    axes = link.in_parent.axes @ link.in_child.axes.T
    return axes, link.in_parent.origin - axes @ link.in_child.origin


def _joint(tree: Tree, link: Link, freedom: Freedom, kind: str) -> str:
    assert freedom.coordinate is not None
    axis = link.in_child.axes @ freedom.axis * freedom.curve.coefficients[0, 1]
    name = tree.coordinates[freedom.coordinate]
    return f'<joint name="{name}" type="{kind}" pos="{_told(link.in_child.origin)}" axis="{_told(axis)}"/>'


def _told(values: "np.ndarray | list[float]") -> str:
    return " ".join(repr(float(value) + 0.0) for value in values)
