"""Which movements can be measured in a film? One module each, and a table of them by the test's name."""

from collections.abc import Mapping
from types import MappingProxyType

from kinechain.kinematics.movements.heel_raise import HEEL_RAISE
from kinechain.kinematics.movements.knee_to_wall import KNEE_TO_WALL
from kinechain.kinematics.movements.movement import Movement
from kinechain.kinematics.movements.single_leg_squat import SINGLE_LEG_SQUAT
from kinechain.kinematics.movements.single_leg_stance import SINGLE_LEG_STANCE
from kinechain.kinematics.movements.sit_to_stand import SIT_TO_STAND
from kinechain.kinematics.movements.squat import SQUAT
from kinechain.kinematics.movements.step_down import STEP_DOWN

_ALL = (SQUAT, KNEE_TO_WALL, STEP_DOWN, SINGLE_LEG_SQUAT, SINGLE_LEG_STANCE, HEEL_RAISE, SIT_TO_STAND)

#: Every movement by the name of its test, in the order in which they are listed.
MOVEMENTS: Mapping[str, Movement] = MappingProxyType({movement.test: movement for movement in _ALL})

__all__ = ["MOVEMENTS", "Movement"]
