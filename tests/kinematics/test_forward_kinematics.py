"""An independent rigid-body library, told the same tree by hand, finds the same points and the same Jacobians."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.body.proportions import usual_log_lengths
from kinechain.body.skeleton import COORDINATES, LENGTHS, POINT_AT, POINTS, lay_out

LENGTHS_M = np.exp(usual_log_lengths(1.75)) * np.linspace(0.9, 1.1, len(LENGTHS))
LENGTH = dict(zip(LENGTHS, LENGTHS_M, strict=True))
MASS = '<geom size="0.01" mass="1"/>'


def hinge(name: str, axis: str) -> str:
    return f'<joint name="{name}" type="hinge" axis="{axis}"/>'


def leg(side: str, out: int) -> str:
    """One leg; `out` is 1 where z points outward."""
    s = side[0]
    ankle, heel, toe = LENGTH["ankle"], LENGTH["heel"], LENGTH["toe"]
    return f"""
    <body name="{side}_thigh" pos="0 0 {out * LENGTH["hip"]}">{MASS}
      {hinge(f"hip_flexion_{s}", "0 0 1")}{hinge(f"hip_adduction_{s}", f"{out} 0 0")}{hinge(f"hip_rotation_{s}", f"0 {out} 0")}
      <body name="{side}_shank" pos="0 {-LENGTH["thigh"]} 0">{MASS}{hinge(f"knee_angle_{s}", "0 0 -1")}<site name="{side}_knee"/>
        <body name="{side}_foot" pos="0 {-LENGTH["shank"]} 0">{MASS}<site name="{side}_ankle"/>
          {hinge(f"ankle_angle_{s}", "0 0 1")}
          {hinge(f"subtalar_angle_{s}", f"{out} 0 0")}{hinge(f"foot_rotation_{s}", f"0 {out} 0")}
          <site name="{side}_heel" pos="{-heel} {-0.7 * ankle} 0"/><site name="{side}_foot_index" pos="{toe} {-0.8 * ankle} 0"/>
        </body>
      </body>
    </body>"""


def tree() -> str:
    """The whole body: the pelvis slides and turns, on it the trunk and both legs."""
    slides = "".join(
        f'<joint name="pelvis_t{letter}" type="slide" axis="{axis}"/>'
        for letter, axis in zip("xyz", ("1 0 0", "0 1 0", "0 0 1"), strict=True)
    )
    turns = hinge("pelvis_rotation", "0 1 0") + hinge("pelvis_list", "1 0 0") + hinge("pelvis_tilt", "0 0 1")
    lumbar = hinge("lumbar_extension", "0 0 1") + hinge("lumbar_bending", "1 0 0") + hinge("lumbar_rotation", "0 1 0")
    hips = f'<site name="right_hip" pos="0 0 {LENGTH["hip"]}"/><site name="left_hip" pos="0 0 {-LENGTH["hip"]}"/>'
    shoulders = "".join(
        f'<site name="{side}_shoulder" pos="0 {LENGTH["trunk"]} {out * LENGTH["shoulder"]}"/>'
        for side, out in (("right", 1), ("left", -1))
    )
    return f"""<mujoco><compiler angle="radian"/><worldbody><body name="pelvis">{MASS}{slides}{turns}{hips}
    <body name="trunk">{MASS}{lumbar}{shoulders}</body>{leg("right", 1)}{leg("left", -1)}</body></worldbody></mujoco>"""


@pytest.fixture(scope="module")
def mujoco(require_oracle: Callable[[str], ModuleType]) -> ModuleType:
    return require_oracle("mujoco")


def test_points_and_jacobians_agree_with_mujoco(mujoco: ModuleType) -> None:
    model = mujoco.MjModel.from_xml_string(tree())
    data = mujoco.MjData(model)
    random = np.random.default_rng(5)
    coordinates = random.uniform(-1.5, 1.5, (20, len(COORDINATES)))
    laid = lay_out(coordinates, LENGTHS_M)
    by_coordinate = laid.by_coordinate(laid.points)
    place = [model.joint(name).dofadr[0] for name in COORDINATES]
    for frame, q in enumerate(coordinates):
        data.qpos[place] = q
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        for name in POINTS:
            jacobian = np.zeros((3, model.nv))
            mujoco.mj_jacSite(model, data, jacobian, None, model.site(name).id)
            assert laid.points[frame, POINT_AT[name]] == pytest.approx(data.site(name).xpos, abs=1e-9)
            assert by_coordinate[frame, POINT_AT[name]] == pytest.approx(jacobian[:, place], abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_longer_segments_move_the_points_as_said(seed: int) -> None:
    coordinates = np.random.default_rng(seed).uniform(-1.5, 1.5, (2, len(COORDINATES)))
    slopes = lay_out(coordinates, LENGTHS_M).by_log_length(LENGTHS_M)
    step = 1e-5
    for number in range(len(LENGTHS)):
        change = np.zeros(len(LENGTHS))
        change[number] = step
        longer, shorter = (lay_out(coordinates, LENGTHS_M * np.exp(sign * change)).points for sign in (1.0, -1.0))
        assert slopes[..., number] == pytest.approx((longer - shorter) / (2.0 * step), abs=1e-8)
