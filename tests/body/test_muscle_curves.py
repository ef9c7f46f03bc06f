"""A muscle makes all its force at its optimal length at rest, less on either side, none when it shortens fastest."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from kinechain.body.muscle_curves import (
    active_force,
    active_force_length,
    curves_of,
    fibres,
    force_velocity,
    passive_force,
    passive_force_length,
)

#: What the leg model's file states for all its muscles.
STATED = {
    "ActiveForceLengthCurve": {
        "min_norm_active_fiber_length": 0.25,
        "transition_norm_fiber_length": 0.77,
        "max_norm_active_fiber_length": 1.9,
        "shallow_ascending_slope": 0.75,
        "minimum_value": 0.0,
    }
}


def test_the_curves_pass_through_what_their_names_promise() -> None:
    curves = curves_of(STATED)
    assert curves.active(np.array([0.25, 1.0, 1.9, 0.2, 2.1])) == pytest.approx([0.0, 1.0, 0.0, 0.0, 0.0])
    assert curves.passive(np.array([0.5, 1.0, 1.7])) == pytest.approx([0.0, 0.0, 1.0])
    assert curves.velocity(np.array([-1.0, 0.0, 1.0])) == pytest.approx([0.0, 1.0, 1.4])


def test_a_pennate_fibre_keeps_its_thickness_and_pulls_by_its_cosine() -> None:
    curves, angle = curves_of(STATED), np.pi / 6
    at_rest = fibres(curves, np.array([0.3 + 0.1 * np.cos(angle)]), 0.1, 0.3, angle)
    assert at_rest.length == pytest.approx([1.0])
    assert active_force(curves, at_rest) == pytest.approx([np.cos(angle)])
    longer = fibres(curves, np.array([0.3 + 0.12]), 0.1, 0.3, angle)
    assert longer.length * np.sqrt(1.0 - longer.along**2) == pytest.approx([0.5])  # thickness over optimal length


def test_a_slack_muscle_makes_no_force_and_a_stretched_one_resists_even_at_rest() -> None:
    curves = curves_of(STATED)
    lengths = np.array([0.1, 0.3 + 0.15])
    at = fibres(curves, lengths, 0.1, 0.3, 0.0)
    assert active_force(curves, at)[0] == pytest.approx(0.0, abs=1e-9)
    assert passive_force(curves, at)[0] == 0.0
    assert passive_force(curves, at)[1] > 0.2


def test_what_a_model_leaves_out_is_the_default_of_opensim(require_oracle: Callable[[str], ModuleType]) -> None:
    opensim = require_oracle("opensim")
    curves = curves_of({})
    lengths, speeds = np.linspace(0.1, 2.2, 211), np.linspace(-1.2, 1.2, 241)
    for ours, theirs, places in (
        (curves.active, opensim.ActiveForceLengthCurve(), lengths),
        (curves.passive, opensim.FiberForceLengthCurve(), lengths),
        (curves.velocity, opensim.ForceVelocityCurve(), speeds),
    ):
        assert np.abs(ours(places) - [theirs.calcValue(float(x)) for x in places]).max() < 1e-4


def test_stated_shapes_are_drawn_as_opensim_draws_them(require_oracle: Callable[[str], ModuleType]) -> None:
    opensim = require_oracle("opensim")
    lengths, speeds = np.linspace(0.1, 2.2, 211), np.linspace(-1.2, 1.2, 241)
    shape = STATED["ActiveForceLengthCurve"]
    stiff = {"stiffness_at_low_force": 0.3, "stiffness_at_one_norm_force": 4.0, "curviness": 0.6}
    speed = (0.1, 0.3, 6.0, 0.05, 0.2, 1.5, 0.5, 0.8)
    names = (
        "concentric_slope_at_vmax",
        "concentric_slope_near_vmax",
        "isometric_slope",
        "eccentric_slope_at_vmax",
        "eccentric_slope_near_vmax",
        "max_eccentric_velocity_force_multiplier",
        "concentric_curviness",
        "eccentric_curviness",
    )
    drawn = force_velocity(**dict(zip(names, speed, strict=True)))
    passive = passive_force_length(strain_at_zero_force=0.1, strain_at_one_norm_force=0.6, **stiff)
    for ours, theirs, places in (
        (active_force_length(**shape), opensim.ActiveForceLengthCurve(*shape.values()), lengths),
        (passive, opensim.FiberForceLengthCurve(0.1, 0.6, *stiff.values()), lengths),
        (drawn, opensim.ForceVelocityCurve(*speed), speeds),
    ):
        assert np.abs(ours(places) - [theirs.calcValue(float(x)) for x in places]).max() < 1e-4
