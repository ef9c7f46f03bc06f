"""How is a loop compiled? One decorator for every inner loop of the lab, with the same bits on every run."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Return `function` compiled by numba on its first call, kept on disk, free of the interpreter's lock.

    No fast-math and no parallel loops: sums keep their order, so that one machine gives the same bits every time. Put
    `@no_type_check` beneath it: shapes are checked where kernels are called, not within them.
    """
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
