"""A squat whose loads are known on paper: level feet, massless legs, all weight at rest over the centre of pressure."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from kinechain.core.types import SIDES, Loads

G = 9.81
THIGH_M, SHANK_M, MASS_KG, HEIGHT_M = 0.42, 0.42, 70.0, 1.75
#: The centre of pressure, forward of the ankle, and its spread (m).
PRESSURE_M, PRESSURE_SD_M = 0.06, 0.02
FPS = 30.0


def bends(deepest_deg: float = 100.0, count: int = 2, one_s: float = 2.5) -> tuple[np.ndarray, np.ndarray]:
    """Times, and knee flexion (rad) over `count` slow squats with a second of standing before and after."""
    time_s = np.arange(0.0, 2.0 + count * one_s, 1.0 / FPS)
    phase = np.clip(time_s - 1.0, 0.0, count * one_s) / one_s
    return time_s, np.deg2rad(5.0 + (deepest_deg - 5.0) * np.sin(np.pi * phase) ** 2)


def moments_on_paper(knee_rad: np.ndarray, force_n: float) -> dict[str, np.ndarray]:
    """What hip, knee and ankle extensors hold (Nm): the force straight up at the centre of pressure times its arm to each joint.

    The shank leans by a third of the knee's flexion, the thigh the other way by the rest.
    """
    shank, thigh = knee_rad / 3.0, 2.0 * knee_rad / 3.0
    knee_m = SHANK_M * np.sin(shank)
    hip_m = knee_m - THIGH_M * np.sin(thigh)
    return {
        "hip_flexion": force_n * (PRESSURE_M - hip_m),
        "knee_angle": force_n * (knee_m - PRESSURE_M),
        "ankle_angle": force_n * PRESSURE_M * np.ones_like(knee_rad),
    }


def paper_loads(
    deepest_deg: float = 100.0,
    right_share: float = 0.5,
    unmodelled: slice | None = None,
    plates: bool = False,
    residual_n: float = 4.0,
    load_kg: float = 0.0,
    count: int = 2,
) -> Loads:
    """The loads of `count` such squats; the right leg bears `right_share` of the weight."""
    time_s, knee = bends(deepest_deg, count)
    weight = (MASS_KG + load_kg) * G
    shape = (time_s.size, len(SIDES), len(Loads.LOADED))
    moment, per_cop, angle = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape)
    force, pressure = np.zeros((time_s.size, 2, 3)), np.zeros((time_s.size, 2, 3))
    at = {name: number for number, name in enumerate(Loads.LOADED)}
    for number, side in enumerate(SIDES):
        borne = weight * (right_share if side == "right" else 1.0 - right_share)
        force[:, number, 1] = borne
        pressure[:, number] = [PRESSURE_M, 0.0, 0.12 if side == "right" else -0.12]
        pressure[:, number, 0] += 0.015 * np.sin(2.0 * time_s + number)
        for name, value in moments_on_paper(knee, borne).items():
            moment[:, number, at[name]] = -value  # OpenSim counts a moment as it counts its coordinate
            per_cop[:, number, at[name]] = borne if name == "knee_angle" else -borne
        angle[:, number, at["knee_angle"]] = knee
        angle[:, number, at["ankle_angle"]] = knee / 3.0
        angle[:, number, at["hip_flexion"]] = knee
        if plates:
            for name in ("hip_adduction", "hip_rotation", "subtalar_angle"):
                moment[:, number, at[name]] = -0.05 * borne
    inside = np.ones(time_s.size, dtype=bool)
    if unmodelled is not None:
        inside[unmodelled] = False
        moment[unmodelled] = per_cop[unmodelled] = np.nan
    legs, feet = ("time", "side", "coordinate"), ("time", "side", "space")
    spread = np.abs(per_cop) * PRESSURE_SD_M + np.where(np.isfinite(moment), 2.0, np.nan)
    variables: Mapping[str, tuple[tuple[str, ...], np.ndarray, dict[str, str]]] = {
        "moment": (legs, moment, {"units": "Nm"}),
        "moment_sd": (legs, spread, {"units": "Nm"}),
        "moment_per_cop": (legs, per_cop, {"units": "Nm/m"}),
        "angle": (legs, angle, {"units": "rad"}),
        "ground_force": (feet, force, {"units": "N"}),
        "ground_force_sd": (feet, 0.05 * force, {"units": "N"}),
        "centre_of_pressure": (feet, pressure, {"units": "m"}),
        "centre_of_pressure_sd": (feet, np.broadcast_to([PRESSURE_SD_M, 0.0, 0.01], pressure.shape).copy(), {"units": "m"}),
        "residual_force": (("time", "space"), np.tile([residual_n, 0.0, 0.0], (time_s.size, 1)), {"units": "N"}),
        "residual_moment": (("time", "space"), np.tile([0.0, 0.0, residual_n], (time_s.size, 1)), {"units": "Nm"}),
        "modelled": (("time",), inside, {"units": "1"}),
    }
    coordinates = {"time": time_s, "side": list(SIDES), "coordinate": list(Loads.LOADED), "space": ["x", "y", "z"]}
    attributes = {
        "ground": "plates" if plates else "estimated",
        "mass_kg": MASS_KG,
        "load_kg": load_kg,
        "body_model": "LaiUhlrich2022",
    }
    return Loads(xr.Dataset(variables, coords=coordinates, attrs=attributes))
