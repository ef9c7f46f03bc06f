"""The least effort that makes given sums: by hand, by another solver, by its own laws, and where no members could make them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from kinechain.maths.least_effort import Block, Effort, least_effort

#: Members that change the same sums, as muscles that cross the same joints do: the sums, and how many.
LEG = (((0, 1, 2), 9), ((0, 1, 2, 3), 5), ((3,), 3), ((3, 4, 5), 2), ((4, 5), 4))
SUMS = 6
LOW = 0.01

seeds = st.integers(0, 100_000)
laws = settings(max_examples=25, deadline=None)


@dataclass(frozen=True)
class Problem:
    blocks: Sequence[Block]
    wanted: np.ndarray
    low: np.ndarray
    high: np.ndarray
    allowance: np.ndarray

    def solved(self, start: np.ndarray | None = None) -> Effort:
        return least_effort(self.blocks, self.wanted, self.low, self.high, self.allowance, start)

    def at(self, frames: Any) -> "Problem":
        blocks = [Block(block.sums, block.effects[..., frames]) for block in self.blocks]
        return Problem(blocks, self.wanted[:, frames], self.low, self.high, self.allowance[:, frames])

    @property
    def effects(self) -> np.ndarray:
        """All members' effects on all sums (sum, member, time)."""
        whole = []
        for block in self.blocks:
            part = np.zeros((self.wanted.shape[0], *block.effects.shape[1:]))
            part[list(block.sums)] = block.effects
            whole.append(part)
        return np.concatenate(whole, axis=1)

    def effort(self, found: Effort) -> np.ndarray:
        return np.asarray((found.members**2).sum(axis=0) + ((found.slack / self.allowance) ** 2).sum(axis=0))

    def left(self, found: Effort) -> np.ndarray:
        return np.asarray(np.einsum("smt,mt->st", self.effects, found.members) + found.slack - self.wanted)


def drawn(seed: int, frames: int = 24, wanting: float = 1.0) -> Problem:
    """A leg's worth of members, some strong and some weak; `wanting` 1 is what they make at about a third of their strength.

    Frames want more and more, from almost nothing to three times `wanting`: towards the end many members are spent.
    """
    rng = np.random.default_rng(seed)
    blocks = []
    for sums, count in LEG:
        strength = np.exp(rng.normal(4.0, 1.0, (1, count, 1)))
        blocks.append(Block(sums, rng.normal(size=(len(sums), count, frames)) * strength))
    members = sum(count for _, count in LEG)
    shape = Problem(blocks, np.zeros((SUMS, frames)), np.full((members, 1), LOW), np.ones((members, 1)), np.ones((SUMS, frames)))
    asked = (
        0.3 * wanting * np.linspace(0.0, 3.0, frames) * np.sqrt((shape.effects**2).sum(axis=1)) * rng.normal(size=(SUMS, frames))
    )
    return Problem(blocks, asked, shape.low, shape.high, np.exp(rng.normal(0.5, 0.7, (SUMS, frames))))


def by_bounded_least_squares(problem: Problem) -> np.ndarray:
    """The members, frame by frame: the effort is the squares of x and of (wanted - effects x) / allowance."""
    answers = []
    for frame in range(problem.wanted.shape[1]):
        scale = problem.allowance[:, frame]
        effects = problem.effects[..., frame] / scale[:, None]
        matrix = np.vstack([np.eye(effects.shape[1]), effects])
        right = np.concatenate([np.zeros(effects.shape[1]), problem.wanted[:, frame] / scale])
        found = lsq_linear(matrix, right, (problem.low[:, 0], problem.high[:, 0]), method="bvls", tol=1e-14, max_iter=500)
        answers.append(found.x)
    return np.stack(answers, axis=1)


def one_sum(effects: list[float], wanted: list[float], low: float = 0.0, high: float = 1.0, allowance: float = 1e-3) -> Effort:
    """Members of one sum, alike in all frames."""
    columns = np.repeat(np.array(effects)[None, :, None], len(wanted), axis=2)
    bounds = (np.full((len(effects), 1), bound) for bound in (low, high))
    return least_effort([Block((0,), columns)], np.array([wanted]), *bounds, np.full((1, 1), allowance))


def test_two_members_share_a_sum_by_their_strength() -> None:
    # 3 x + 4 y = 5 of least x^2 + y^2 is the foot of the perpendicular: 5 (3, 4) / 25.
    found = one_sum([3.0, 4.0], [5.0, 2.5, 0.0])
    assert found.members[:, 0] == pytest.approx([0.6, 0.8], rel=1e-6)
    assert found.members[:, 1] == pytest.approx([0.3, 0.4], rel=1e-6)
    assert found.members[:, 2] == pytest.approx([0.0, 0.0], abs=1e-12)


def test_what_a_spent_member_cannot_make_the_other_does() -> None:
    # Alone by strength the strong one would have to do 6.5 * 4 / 25 = 1.04: it makes 4, and the other the 2.5 that are left.
    found = one_sum([3.0, 4.0], [6.5])
    assert found.members[:, 0] == pytest.approx([2.5 / 3.0, 1.0], rel=1e-6)
    # Both are spent at 7, and the rest is slack.
    beyond = one_sum([3.0, 4.0], [10.0, -1.0])
    assert beyond.members[:, 0] == pytest.approx([1.0, 1.0])
    assert beyond.members[:, 1] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert beyond.slack[0] == pytest.approx([3.0, -1.0], rel=1e-6)


def test_slack_and_a_member_alike_share_evenly() -> None:
    # With an allowance of 4 slack costs as much a unit as a member 4 strong: each makes half.
    found = one_sum([4.0], [2.0], allowance=4.0)
    assert (found.members[0, 0], found.slack[0, 0]) == pytest.approx((0.25, 1.0))


@pytest.mark.parametrize(("seed", "wanting"), [(1, 0.3), (2, 1.0), (3, 1.0), (4, 3.0), (5, 20.0)])
def test_another_solver_finds_the_same(seed: int, wanting: float) -> None:
    problem = drawn(seed, wanting=wanting)
    assert problem.solved().members == pytest.approx(by_bounded_least_squares(problem), abs=1e-7)


def test_the_problems_have_members_at_both_bounds_and_between_and_much_slack() -> None:
    problem = drawn(4, frames=100)
    found = problem.solved()
    assert (found.members == LOW).mean() > 0.1
    assert (found.members == 1.0).mean() > 0.1
    assert ((found.members > LOW) & (found.members < 1.0)).mean() > 0.1
    assert np.abs(found.slack).max() > 100.0


@pytest.mark.parametrize("wanting", [0.1, 0.3, 1.0, 3.0, 20.0])
def test_no_frame_of_two_thousand_stays_unsolved(wanting: float) -> None:
    """Where few members are free and a step is a million times too long: its lowest place must be found."""
    problem = drawn(8, frames=2000, wanting=wanting)
    assert (problem.solved().left <= 1e-8 * (1.0 + np.abs(problem.wanted).max(axis=0))).all()


@laws
@given(seeds, st.floats(0.1, 30.0))
def test_the_sums_are_met_within_the_bounds(seed: int, wanting: float) -> None:
    problem = drawn(seed, wanting=wanting)
    found = problem.solved()
    assert found.members.min() >= LOW
    assert found.members.max() <= 1.0
    scale = 1.0 + np.abs(problem.wanted).max(axis=0)
    assert (np.abs(problem.left(found)) / scale).max() < 1e-7
    assert found.left == pytest.approx(np.abs(problem.left(found)).max(axis=0), abs=1e-7 * scale.max())


@laws
@given(seeds, st.floats(0.1, 30.0))
def test_each_member_does_what_the_multipliers_ask_as_far_as_it_may(seed: int, wanting: float) -> None:
    """Karush, Kuhn and Tucker's conditions: together with the sums they hold at the least effort and nowhere else."""
    problem = drawn(seed, wanting=wanting)
    found = problem.solved()
    asked = np.einsum("smt,st->mt", problem.effects, found.multipliers)
    assert found.members == pytest.approx(np.clip(asked, LOW, 1.0), abs=1e-9)
    assert found.slack == pytest.approx(problem.allowance**2 * found.multipliers, rel=1e-12)


@laws
@given(seeds, st.floats(1.1, 10.0))
def test_cheaper_slack_never_costs_more_and_takes_work_off_the_members(seed: int, factor: float) -> None:
    problem = drawn(seed)
    cheaper = Problem(problem.blocks, problem.wanted, problem.low, problem.high, factor * problem.allowance)
    dear, cheap = problem.solved(), cheaper.solved()
    assert (cheaper.effort(cheap) <= problem.effort(dear) * (1.0 + 1e-9)).all()
    assert ((cheap.members**2).sum(axis=0) <= (dear.members**2).sum(axis=0) * (1.0 + 1e-9)).all()
    slacks = [((found.slack / problem.allowance) ** 2).sum(axis=0) for found in (dear, cheap)]
    assert (slacks[1] >= slacks[0] * (1.0 - 1e-9) - 1e-12).all()


@laws
@given(seeds, st.floats(1e-3, 1e3))
def test_units_of_the_sums_do_not_matter(seed: int, unit: float) -> None:
    problem = drawn(seed)
    blocks = [Block(block.sums, unit * block.effects) for block in problem.blocks]
    other = Problem(blocks, unit * problem.wanted, problem.low, problem.high, unit * problem.allowance)
    found, again = problem.solved(), other.solved()
    assert again.members == pytest.approx(found.members, abs=1e-6)


@laws
@given(seeds)
def test_where_it_starts_does_not_matter(seed: int) -> None:
    problem = drawn(seed, wanting=2.0)
    found = problem.solved()
    rng = np.random.default_rng(seed)
    far = found.multipliers * np.exp(rng.normal(size=found.multipliers.shape)) + 0.1 * rng.normal(size=found.multipliers.shape)
    for start in (found.multipliers, np.zeros_like(far), far):
        assert problem.solved(start).members == pytest.approx(found.members, abs=1e-7)


@laws
@given(seeds)
def test_frames_know_nothing_of_each_other(seed: int) -> None:
    problem = drawn(seed)
    order = np.random.default_rng(seed).permutation(problem.wanted.shape[1])
    found, alone = problem.solved(), problem.at(order).solved()
    assert alone.members == pytest.approx(found.members[:, order], abs=1e-7)
    some = problem.at(order[:1]).solved()
    assert some.members == pytest.approx(found.members[:, order[:1]], abs=1e-7)


@laws
@given(seeds)
def test_members_may_come_in_any_order(seed: int) -> None:
    problem = drawn(seed)
    turned = Problem(problem.blocks[::-1], problem.wanted, problem.low, problem.high, problem.allowance)
    ends = np.cumsum([block.effects.shape[1] for block in problem.blocks])[:-1]
    expected = np.concatenate(np.split(problem.solved().members, ends)[::-1])
    assert turned.solved().members == pytest.approx(expected, abs=1e-7)


def test_the_impossible_has_an_answer_too() -> None:
    """A million times too much, nobody who could help, members with no effect at all: the slack makes it."""
    problem = drawn(11)
    far = Problem(problem.blocks, 1e6 * (problem.wanted + 1.0), problem.low, problem.high, problem.allowance)
    found = far.solved()
    assert np.isfinite(found.members).all()
    assert (np.abs(far.left(found)) <= 1e-7 * np.abs(far.wanted).max()).all()
    nobody = [Block(block.sums, np.zeros_like(block.effects)) for block in problem.blocks]
    alone = Problem(nobody, problem.wanted, problem.low, problem.high, problem.allowance).solved()
    assert (alone.members == LOW).all()
    assert alone.slack == pytest.approx(problem.wanted, rel=1e-12)


def test_arrays_of_jax_give_the_same_numbers(require_oracle: Callable[[str], ModuleType]) -> None:
    jax: Any = require_oracle("jax")
    problem = drawn(6, frames=30, wanting=2.0)
    found = problem.solved()
    with jax.enable_x64(True):
        arrays = [jax.numpy.asarray(each) for each in (problem.wanted, problem.low, problem.high, problem.allowance)]
        effects = [jax.numpy.asarray(block.effects) for block in problem.blocks]

        def solve(effects: list[Any], wanted: Any, low: Any, high: Any, allowance: Any) -> Effort:
            blocks = [Block(block.sums, own) for block, own in zip(problem.blocks, effects, strict=True)]
            return least_effort(blocks, wanted, low, high, allowance)

        theirs = jax.jit(solve)(effects, *arrays)
        assert np.asarray(theirs.members) == pytest.approx(found.members, abs=1e-8)
        assert np.asarray(theirs.left).max() < 1e-6
