"""How is a film of squats on one leg checked and measured? From the front by the fit, from the side by the picture.

The fit is told that the other foot rests nowhere: it would take a foot that is held still for one that stands. From the side it
errs all the same, more than the picture does.
"""

from kinechain.core.types import View
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.kinematics.movements.bends import check_bends, measure_bends
from kinechain.kinematics.movements.movement import Movement
from kinechain.kinematics.movements.one_leg import find_bends, leg_that_stands

SINGLE_LEG_SQUAT = Movement(
    test="single-leg-squat",
    views=(View.SIDE, View.FRONT),
    find_repetitions=find_bends,
    check=check_bends,
    measure=measure_bends,
    from_fit={View.FRONT: ("fppa",)},
    find_side=leg_that_stands,
    fppa_margin=INTERVAL_HALF_WIDTH,
    other_foot_aloft=True,
)
