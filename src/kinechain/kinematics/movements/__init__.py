"""Which movements can be measured in a film? One module each, and a table of them by the test's name."""

from collections.abc import Mapping
from types import MappingProxyType

from kinechain.kinematics.movements.movement import Movement
from kinechain.kinematics.movements.squat import SQUAT

#: Every movement by the name of its test, in the order in which they are listed.
MOVEMENTS: Mapping[str, Movement] = MappingProxyType({movement.test: movement for movement in (SQUAT,)})

__all__ = ["MOVEMENTS", "Movement"]
