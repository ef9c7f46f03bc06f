"""The stored figures about real marker data are those of today's fit, and the page says what they say."""

from pathlib import Path

import numpy as np
import pytest

from kinechain.body.skeleton import POINT_AT, POINTS
from kinechain.core.types import Markers
from kinechain.kinematics.fit.seen import hip_centres
from lab.markers import markers_section, measure_take, read_markers_figures, takes, three_point_knee, write_markers


def test_a_few_takes_give_the_stored_figures_again(shared_data: Path) -> None:
    rows = {(row["kind"], row["take"]): row for row in read_markers_figures()["takes"]}
    everything = list(takes(shared_data))
    assert len(everything) == len(rows) == 100
    for kind, path in everything[3::33]:
        again = measure_take(kind, path)
        row = rows[kind, again["take"]]
        for name in ("fit_peak_deg", "fitted_hips_peak_deg", "three_point_peak_deg", "textbook_peak_deg"):
            assert again[name] == pytest.approx(row[name], abs=0.3), name
        assert np.array(again["residual_mm"]) == pytest.approx(np.array(row["residual_mm"]), abs=1.0)


def test_the_fit_agrees_with_three_points_about_the_same_centres() -> None:
    rows = read_markers_figures()["takes"]
    off = np.array([np.subtract(row["fit_peak_deg"], row["three_point_peak_deg"]) for row in rows])
    assert np.abs(off).mean() < 3.0
    own = np.array([np.subtract(row["fit_peak_deg"], row["fitted_hips_peak_deg"]) for row in rows])
    assert (np.abs(own) < 3.0).mean() > 0.95, "through the fit's own hips too, plain lines read what the fit reads"
    assert all(row["settled"] for row in rows)


def test_plain_three_points_find_a_knee_that_is_known() -> None:
    """Legs that bend in planes beside each other, their markers 6 cm outward of the knee and 3 cm up the thigh."""
    flexion = np.deg2rad(np.linspace(20.0, 130.0, 12))
    still = np.ones((flexion.size, 1))
    paths = {
        name: still * [x, 1.0, z]
        for name, x, z in (("LASI", 0.0, -0.12), ("RASI", 0.0, 0.12), ("LPSI", -0.16, -0.05), ("RPSI", -0.16, 0.05))
    }
    forward = np.column_stack([np.sin(0.4 * flexion), -np.cos(0.4 * flexion), 0.0 * flexion])  # from hip to knee
    back = np.column_stack([-np.sin(0.6 * flexion), -np.cos(0.6 * flexion), 0.0 * flexion])  # from knee to ankle
    hips = hip_centres(Markers(np.arange(flexion.size) / 100.0, tuple(paths), np.stack(list(paths.values()), axis=1)))
    offsets = np.zeros((len(POINTS), 3))
    for side, out in (("left", -1.0), ("right", 1.0)):
        knee = hips[side] + 0.42 * forward
        offsets[POINT_AT[f"{side}_knee"]], offsets[POINT_AT[f"{side}_ankle"]] = (0.0, 0.03, 0.06 * out), (0.0, 0.0, 0.04 * out)
        paths[f"{side[0].upper()}KNE"] = knee - 0.03 * forward + [0.0, 0.0, 0.06 * out]
        paths[f"{side[0].upper()}ANK"] = knee + 0.40 * back + [0.0, 0.0, 0.04 * out]
    markers = Markers(np.arange(flexion.size) / 100.0, tuple(paths), np.stack(list(paths.values()), axis=1))
    found = three_point_knee(markers, offsets)
    assert np.rad2deg(found) == pytest.approx(np.rad2deg(np.column_stack([flexion, flexion])), abs=0.2)


def made_take(kind: str, fit: float, three: float, textbook: float) -> dict[str, object]:
    return {
        "take": "made",
        "kind": kind,
        "settled": True,
        "residual_mm": [[float(number), number + 0.4] for number in range(len(POINTS))],
        "fit_peak_deg": [fit, fit],
        "three_point_peak_deg": [three, three],
        "textbook_peak_deg": [textbook, textbook],
        "knee_marker_up_mm": [30.0, 30.0],
    }


def test_the_page_says_what_the_figures_say(tmp_path: Path) -> None:
    figures = {
        "points": list(POINTS),
        "takes": [made_take("correct", 100.0, 98.0, 95.0), made_take("incorrect", 90.0, 91.0, 88.0)],
    }
    write_markers(figures, tmp_path / "markers.json")
    text = markers_section(read_markers_figures(tmp_path / "markers.json"))
    assert "| all | 2 | +0.5, 1.5 | +3.5, 3.5 |" in text
    assert "| correct | 1 | +2.0, 2.0 | +5.0, 5.0 |" in text
    assert "markers 3 cm above" in text
    knee = [list(POINTS).index(f"{side}_knee") for side in ("left", "right")]
    assert f"| knee | {knee[0]}, {knee[0]} | {knee[1]}, {knee[1]} |" in text
