"""What is the body as a machine? Segments on joints, coordinates with their ranges, and muscles: one model, whoever made it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.muscle_fit import MuscleFit
from kinechain.body.muscles import MuscleGeometry
from kinechain.body.pull_fit import PullFit
from kinechain.body.pulls import Pulls
from kinechain.core.muscles import Muscle, PathPoint
from kinechain.core.types import SIDES, Loads
from kinechain.maths.curves import Curve
from kinechain.maths.multibody import Follower, Freedom, Link, Place, Tree

#: What a compiled model's document is called, so that another file is not taken for one.
SCHEMA = "kinechain.body/1"


@dataclass(frozen=True)
class Origin:
    """Where a model comes from: its file and SHA-256, its authors' credits and publications, its licence, who compiled it."""

    file: str
    sha256: str
    credits: str
    publications: str
    licence: str
    compiler: str


@dataclass(frozen=True)
class BodyModel:
    """A body: its tree of segments, each coordinate's working range and value at rest (rad, m), its muscles and their geometry.

    `turning` are the coordinates that are angles; `fits` tell of each muscle how well its geometry was fitted. `pulls` tell how
    muscles pull on kneecap and shin, with `pull_fits`; None of a model that has no kneecaps of its own.
    """

    name: str
    tree: Tree
    ranges: Mapping[str, tuple[float, float]]
    rest: Mapping[str, float]
    turning: frozenset[str]
    muscles: tuple[Muscle, ...]
    geometry: MuscleGeometry
    fits: tuple[MuscleFit, ...]
    origin: Origin
    pulls: Pulls | None = None
    pull_fits: tuple[PullFit, ...] = ()

    @property
    def leg_coordinates(self) -> tuple[str, ...]:
        """The coordinates of both legs that carry loads."""
        return tuple(f"{name}_{side[0]}" for side in SIDES for name in Loads.LOADED if f"{name}_{side[0]}" in self.ranges)

    def within(self, coordinates: Float[np.ndarray, "time coordinate"], names: Sequence[str]) -> Bool[np.ndarray, " time"]:
        """Return in which frames all of these coordinates, in the tree's order, lie in their working ranges."""
        inside = np.ones(coordinates.shape[0], dtype=bool)
        for name in names:
            low, high = self.ranges[name]
            value = coordinates[:, self.tree.at[name]]
            inside &= (value >= low) & (value <= high)
        return inside


def model_document(model: BodyModel) -> dict[str, Any]:
    """Return all of a model but the tables of its geometry and pulls, as plain values for JSON."""
    origin = model.origin
    return {
        "schema": SCHEMA,
        "name": model.name,
        "origin": {name: getattr(origin, name) for name in Origin.__dataclass_fields__},
        "coordinates": {
            name: {"range": list(model.ranges[name]), "rest": model.rest[name], "unit": "rad" if name in model.turning else "m"}
            for name in model.tree.coordinates
        },
        "gravity": model.tree.gravity.tolist(),
        "followers": [
            {"coordinate": follower.coordinate, "leader": follower.leader, "curve": _curve_document(follower.curve)}
            for follower in model.tree.followers
        ],
        "links": [_link_document(link) for link in model.tree.links],
        "muscles": [_muscle_document(muscle) for muscle in model.muscles],
        "fits": [
            {**asdict(fit), "length_worst_at": dict(fit.length_worst_at), "arm_worst_at": dict(fit.arm_worst_at)}
            for fit in model.fits
        ],
        "pull_fits": [
            {**asdict(fit), "depends_on": list(fit.depends_on), "off_worst_at": dict(fit.off_worst_at)} for fit in model.pull_fits
        ],
    }


def model_arrays(model: BodyModel) -> dict[str, np.ndarray]:
    """Return the tables of a model's geometry and pulls, by name."""
    return model.geometry.to_arrays() | (model.pulls.to_arrays() if model.pulls else {})


def read_model(document: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> BodyModel:
    """Return the model of a document and the tables of `model_arrays`. Raises KeyError or ValueError where they are not of one."""
    if document.get("schema") != SCHEMA:
        raise ValueError(f"schema {document.get('schema')!r} instead of {SCHEMA!r}")
    coordinates = document["coordinates"]
    return BodyModel(
        name=document["name"],
        tree=Tree(
            tuple(coordinates),
            tuple(_read_link(link) for link in document["links"]),
            tuple(Follower(one["coordinate"], one["leader"], _read_curve(one["curve"])) for one in document["followers"]),
            np.array(document["gravity"]),
        ),
        ranges={name: (one["range"][0], one["range"][1]) for name, one in coordinates.items()},
        rest={name: one["rest"] for name, one in coordinates.items()},
        turning=frozenset(name for name, one in coordinates.items() if one["unit"] == "rad"),
        muscles=tuple(_read_muscle(muscle) for muscle in document["muscles"]),
        geometry=MuscleGeometry.from_arrays(arrays),
        fits=tuple(MuscleFit(**fit) for fit in document["fits"]),
        origin=Origin(**document["origin"]),
        pulls=Pulls.from_arrays(arrays),
        pull_fits=tuple(PullFit(**{**fit, "depends_on": tuple(fit["depends_on"])}) for fit in document.get("pull_fits", [])),
    )


def _link_document(link: Link) -> dict[str, Any]:
    return {
        "name": link.name,
        "parent": link.parent,
        "in_parent": _place_document(link.in_parent),
        "slides": [_freedom_document(freedom) for freedom in link.slides],
        "turns": [_freedom_document(freedom) for freedom in link.turns],
        "in_child": _place_document(link.in_child),
        "mass": link.mass,
        "centre": link.centre.tolist(),
        "inertia": link.inertia.tolist(),
    }


def _read_link(link: Mapping[str, Any]) -> Link:
    return Link(
        name=link["name"],
        parent=link["parent"],
        in_parent=_read_place(link["in_parent"]),
        slides=tuple(_read_freedom(freedom) for freedom in link["slides"]),
        turns=tuple(_read_freedom(freedom) for freedom in link["turns"]),
        in_child=_read_place(link["in_child"]),
        mass=link["mass"],
        centre=np.array(link["centre"]),
        inertia=np.array(link["inertia"]),
    )


def _place_document(place: Place) -> dict[str, Any]:
    return {"axes": place.axes.tolist(), "origin": place.origin.tolist()}


def _read_place(place: Mapping[str, Any]) -> Place:
    return Place(np.array(place["axes"]), np.array(place["origin"]))


def _freedom_document(freedom: Freedom) -> dict[str, Any]:
    return {"axis": freedom.axis.tolist(), "coordinate": freedom.coordinate, "curve": _curve_document(freedom.curve)}


def _read_freedom(freedom: Mapping[str, Any]) -> Freedom:
    return Freedom(np.array(freedom["axis"]), _read_curve(freedom["curve"]), freedom["coordinate"])


def _curve_document(curve: Curve) -> dict[str, Any]:
    starts = curve.starts[1:].tolist()  # the first piece holds from anywhere
    return {"starts": starts, "origins": curve.origins.tolist(), "coefficients": curve.coefficients.tolist()}


def _read_curve(curve: Mapping[str, Any]) -> Curve:
    return Curve(np.array([-np.inf, *curve["starts"]]), np.array(curve["origins"]), np.array(curve["coefficients"]))


def _muscle_document(muscle: Muscle) -> dict[str, Any]:
    values = {name: getattr(muscle, name) for name in Muscle.__dataclass_fields__}
    path = [{"segment": point.segment, "location_m": list(point.location_m)} for point in muscle.path]
    return values | {"path": path, "crosses": list(muscle.crosses), "curves": {k: dict(v) for k, v in muscle.curves.items()}}


def _read_muscle(muscle: Mapping[str, Any]) -> Muscle:
    path = tuple(PathPoint(point["segment"], tuple(point["location_m"])) for point in muscle["path"])
    return Muscle(**{**muscle, "path": path, "crosses": tuple(muscle["crosses"])})
