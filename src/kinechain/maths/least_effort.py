"""How are sums shared out with the least effort? Members between bounds, a few sums to make, all frames together.

For every frame this solves

    least  sum(x**2) + sum((slack / allowance)**2)   where  effects @ x + slack = wanted,   low <= x <= high

by Newton's method on its dual, which has one unknown a sum: with multipliers y, x = clip(effects.T @ y, low, high) and
slack = allowance**2 y, and what is left of the sums is the slope of a convex function whose pieces are quadratic (Li and Swetits
1997, A new algorithm for solving strictly convex quadratic programs). Most frames are there after a few of Newton's whole steps;
in the others a step runs to the lowest place on its line, which leads there from anywhere. There is always an answer: what the
members cannot make, the slack does.

Arrays carry time last, and members that change the same sums come in blocks, so that zeros are never multiplied. Everything here
works on NumPy arrays, and given JAX arrays on JAX.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

#: Newton's whole steps that all frames take.
_STEPS = 2
#: Careful steps that are taken at a time by the frames that are not there yet, and how often at most; and by all frames on JAX.
_CAREFUL, _ROUNDS, _JAX_STEPS = 1, 48, 30
#: Every how many frames one is solved before the others.
_APART = 4
#: A frame is solved where what is left of every sum is below this share of what is wanted of all, or of one unit.
_LEFT = 1e-9

Row = Float[Any, " time"]
Rows = Float[Any, "sum time"]
Members = Float[Any, "member time"]
#: Bounds of members and costs of slack may be the same in all frames.
Bounds = Float[Any, "member #time"]
Costs = Float[Any, "sum #time"]


class Block(NamedTuple):
    """Members that change the same sums: the numbers of these `sums`, and what one unit of each member adds to each."""

    sums: tuple[int, ...]
    effects: Float[Any, "changed member time"]


class Effort(NamedTuple):
    """How the sums are shared: `members` in the blocks' order, the `slack` of each sum, and its `multiplier`; what is `left`."""

    members: Members
    slack: Rows
    multipliers: Rows
    left: Row


def least_effort(
    blocks: Sequence[Block], wanted: Rows, low: Bounds, high: Bounds, allowance: Costs, start: Rows | None = None
) -> Effort:
    """Return the least effort that makes the `wanted` sums; `start` are multipliers near the answer, where there are any.

    `low` and `high` bound the members (member, time or 1), `allowance` (sum, time or 1) is how much slack of each sum costs as
    much as a member's one. Frames need not be like their neighbours, but where they are it is faster: some are solved first, and
    those between start from between their answers.
    """
    yielding = allowance**2
    first = _unbounded(blocks, wanted, yielding) if start is None else start
    if not isinstance(wanted, np.ndarray):  # JAX wants to know beforehand how many frames there are: all are taken carefully
        return _improved(blocks, wanted, low, high, yielding, first, _JAX_STEPS, careful=True)
    count = wanted.shape[1]
    if start is None and count > _APART:
        anchors = np.append(np.arange(0, count - 1, _APART), count - 1)
        found = least_effort(*_some(blocks, wanted, low, high, allowance, anchors), first[:, anchors])
        first = np.stack([np.interp(np.arange(count), anchors, row) for row in found.multipliers])
    found = _improved(blocks, wanted, low, high, yielding, first, _STEPS, careful=False)
    enough = _LEFT * (1.0 + np.abs(wanted).max(axis=0))
    astray = np.nonzero(~(found.left <= enough))[0]
    found.multipliers[:, astray] = first[:, astray]
    for _ in range(_ROUNDS):
        some = _some(blocks, wanted, low, high, yielding, astray)
        more = _improved(*some, found.multipliers[:, astray], _CAREFUL, careful=True)
        for whole, part in zip(found, more, strict=True):
            whole[..., astray] = part
        astray = astray[more.left > enough[astray]]
        if not astray.size:
            break
    return found


def _some(
    blocks: Sequence[Block], wanted: Rows, low: Bounds, high: Bounds, costs: Costs, at: Int[np.ndarray, " frame"]
) -> tuple[Sequence[Block], Any, Any, Any, Any]:
    """Return some of the frames."""
    least, most, cost = (each[:, at] if each.shape[1] > 1 else each for each in (low, high, costs))
    return [Block(block.sums, block.effects[..., at]) for block in blocks], wanted[:, at], least, most, cost


def _improved(
    blocks: Sequence[Block], wanted: Rows, low: Bounds, high: Bounds, yielding: Costs, y: Rows, steps: int, careful: bool
) -> Effort:
    """Return the effort after so many Newton steps from multipliers `y`."""
    xp, count = wanted.__array_namespace__(), wanted.shape[0]

    def step(state: tuple[Rows, Members]) -> tuple[Rows, Members]:
        y, pull = state
        free = (pull > low) & (pull < high)
        slope = _summed(xp, blocks, xp.clip(pull, low, high), count) + yielding * y - wanted
        along = -_solved(_curvature(xp, blocks, free, count, yielding), list(slope))
        turning = _pulled(xp, blocks, along)
        if careful:
            falling, rising = xp.sum(along * slope, axis=0), xp.sum(yielding * along**2, axis=0)
            part = _lowest(xp, pull, turning, low, high, falling, rising)
            along, turning = part * along, part * turning
        return y + along, pull + turning

    y, pull = _repeated(step, (y, _pulled(xp, blocks, y)), steps)
    members, slack = xp.clip(pull, low, high), yielding * y
    left = xp.max(xp.abs(_summed(xp, blocks, members, count) + slack - wanted), axis=0)
    return Effort(members, slack, y, left)


def _repeated(step: Callable[[Any], Any], state: Any, times: int) -> Any:
    """Return a state after so many steps; JAX is told that they are all alike, so that it translates one of them only."""
    if not isinstance(state[0], np.ndarray):
        from jax.lax import fori_loop

        return fori_loop(0, times, lambda _, before: step(before), state)
    for _ in range(times):
        state = step(state)
    return state


def _lowest(xp: Any, pull: Members, turning: Members, low: Bounds, high: Bounds, falling: Row, rising: Row) -> Row:
    """Return which part of a step, at most all of it, leads to the lowest place on its line.

    The slope along the line, `falling` at the start, rises in straight pieces: by `rising` for the slack everywhere, and by the
    square of its own `turning` for each member from where it leaves one bound to where it meets the other.
    """
    along = xp.where(turning == 0.0, 1.0, turning)
    ends = xp.stack([(low - pull) / along, (high - pull) / along])
    places = xp.clip(xp.concatenate([xp.zeros_like(falling)[None], xp.min(ends, axis=0), xp.max(ends, axis=0)]), 0.0, 1.0)
    gained = xp.concatenate([rising[None], turning**2, -(turning**2)])
    order = xp.argsort(places, axis=0)
    places, gained = (xp.take_along_axis(each, order, axis=0) for each in (places, gained))
    bends = xp.maximum(xp.cumsum(gained, axis=0), rising)
    risen = xp.cumsum(bends[:-1] * (places[1:] - places[:-1]), axis=0)
    slopes = falling + xp.concatenate([xp.zeros_like(falling)[None], risen])
    last = xp.maximum(xp.sum(slopes <= 0.0, axis=0) - 1, 0)[None]
    place, slope, bend = (xp.take_along_axis(each, last, axis=0)[0] for each in (places, slopes, bends))
    return xp.clip(place - slope / xp.where(bend == 0.0, 1.0, bend), 0.0, 1.0)


def _unbounded(blocks: Sequence[Block], wanted: Rows, yielding: Costs) -> Rows:
    """Return the multipliers that would do if no member had bounds."""
    xp = wanted.__array_namespace__()
    every = xp.ones((sum(block.effects.shape[1] for block in blocks), 1))
    return _solved(_curvature(xp, blocks, every, wanted.shape[0], yielding), list(wanted))


def _pulled(xp: Any, blocks: Sequence[Block], y: Rows) -> Members:
    """Return what multipliers ask of each member."""
    return xp.concatenate([xp.einsum("smt,st->mt", block.effects, xp.stack([y[row] for row in block.sums])) for block in blocks])


def _summed(xp: Any, blocks: Sequence[Block], members: Members, count: int) -> Rows:
    """Return the sums that members make."""
    sums: list[Any] = [0.0] * count
    for block, own in zip(blocks, _parted(blocks, members), strict=True):
        for row, made in zip(block.sums, xp.einsum("smt,mt->st", block.effects, own), strict=True):
            sums[row] = sums[row] + made
    nothing = xp.zeros_like(members[0])
    return xp.stack([nothing + row for row in sums])


def _curvature(xp: Any, blocks: Sequence[Block], free: Any, count: int, yielding: Costs) -> list[list[Any]]:
    """Return the second derivative of the dual, its lower half by rows: what free members and slack yield to multipliers."""
    rows: list[list[Any]] = [[0.0] * place + [yielding[place]] for place in range(count)]
    for block, own in zip(blocks, _parted(blocks, free), strict=True):
        yielded = block.effects * own
        for one, row in enumerate(block.sums):
            for other, column in enumerate(block.sums[: one + 1]):
                late, early = max(row, column), min(row, column)
                rows[late][early] = rows[late][early] + xp.einsum("mt,mt->t", yielded[one], block.effects[other])
    return rows


def _parted(blocks: Sequence[Block], members: Any) -> list[Any]:
    ends = [0]
    for block in blocks:
        ends.append(ends[-1] + block.effects.shape[1])
    return [members[start:stop] for start, stop in pairwise(ends)]


def _solved(rows: list[list[Any]], right: list[Any]) -> Rows:
    """Return the solution of positive definite equations given by their lower half, frame by frame (Cholesky)."""
    xp = right[0].__array_namespace__()
    count = len(right)
    factor: list[list[Any]] = []
    forward: list[Any] = []
    for i in range(count):
        own: list[Any] = []
        for j in range(i):
            value = rows[i][j]
            for k in range(j):
                value = value - own[k] * factor[j][k]
            own.append(value / factor[j][j])
        square = rows[i][i]
        value = right[i]
        for k in range(i):
            square = square - own[k] ** 2
            value = value - own[k] * forward[k]
        own.append(xp.sqrt(square))
        factor.append(own)
        forward.append(value / own[i])
    solution: list[Any] = [None] * count
    for i in range(count - 1, -1, -1):
        value = forward[i]
        for k in range(i + 1, count):
            value = value - factor[k][i] * solution[k]
        solution[i] = value / factor[i][i]
    return xp.stack(solution)
