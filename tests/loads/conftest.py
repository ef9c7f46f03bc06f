"""What do tests of loads share? The tree of the body that kinechain brings along."""

import pytest

from kinechain.body.model import read_model
from kinechain.io.compiled import read_shipped
from kinechain.maths.multibody import Tree


@pytest.fixture(scope="session")
def body_tree() -> Tree:
    """The segments and joints of the compiled model."""
    return read_model(*read_shipped()).tree
