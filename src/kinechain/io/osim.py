"""How does an OpenSim model become a tree of links? Read through OpenSim itself; what the tree cannot say is refused in words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import DataFileError, UsageError
from kinechain.maths.curves import Curve
from kinechain.maths.multibody import Follower, Freedom, Link, Place, Tree

#: Joints with fixed axes: those they turn about, then those they slide along, in the order of their coordinates.
_PLAIN_JOINTS: dict[str, tuple[str, str]] = {
    "WeldJoint": ("", ""),
    "PinJoint": ("z", ""),
    "SliderJoint": ("", "x"),
    "UniversalJoint": ("xy", ""),
    "GimbalJoint": ("xyz", ""),
    "PlanarJoint": ("z", "xy"),
}
_AXES = {name: np.eye(3)[number] for number, name in enumerate("xyz")}

#: How far a function may be from OpenSim's own value before it counts as not represented.
_SAME = 1e-9


@dataclass(frozen=True)
class OsimStructure:
    """The rigid part of a model: its tree, each coordinate's range and value at rest (rad, m), which of them turn, its credits."""

    name: str
    tree: Tree
    ranges: dict[str, tuple[float, float]]
    defaults: dict[str, float]
    rotational: frozenset[str]
    credits: str
    publications: str
    opensim: str


def opensim_library() -> ModuleType:
    """Return OpenSim, told to be quiet and to leave no log behind. Raises UsageError where it is not installed."""
    log = Path("opensim.log").absolute()
    had_log = log.exists()
    try:
        import opensim
    except ImportError as error:
        raise UsageError(
            "OpenSim to read its models with", "a Python without it", "Install it: pip install 'kinechain[opensim]'."
        ) from error
    opensim.Logger.setLevelString("Off")
    opensim.Logger.removeFileSink()
    if not had_log:
        log.unlink(missing_ok=True)
    library: ModuleType = opensim
    return library


def open_osim(path: Path) -> tuple[Any, Any]:
    """Return OpenSim's model and state of a file. Raises DataFileError where OpenSim cannot read it."""
    library = opensim_library()
    if not path.is_file():
        raise DataFileError("an OpenSim model (.osim)", f"no file at {path}", "Check the path.")
    try:
        model = library.Model(str(path))
        return model, model.initSystem()
    except RuntimeError as error:
        told = str(error).strip().splitlines()
        raise DataFileError(
            "an OpenSim model (.osim)",
            f"{path.name}, which OpenSim cannot read ({told[0] if told else error})",
            "Open it in OpenSim.",
        ) from error


def read_structure(path: Path) -> OsimStructure:
    """Read segments, joints, coordinates and couplers of an OpenSim model.

    Raises DataFileError, naming the part, where a joint, function or constraint is of a kind that a tree of links cannot say.
    """
    with _named(path.name):
        model, _ = open_osim(path)
        coordinates = [model.getCoordinateSet().get(i) for i in range(model.getNumCoordinates())]
        names = tuple(coordinate.getName() for coordinate in coordinates)
        links = _links(model, {name: number for number, name in enumerate(names)})
        tree = Tree(names, links, _followers(model, names), _vector(model.get_gravity()))
        return OsimStructure(
            name=model.getName(),
            tree=tree,
            ranges={c.getName(): (c.getRangeMin(), c.getRangeMax()) for c in coordinates},
            defaults={c.getName(): c.getDefaultValue() for c in coordinates},
            rotational=frozenset(
                n for link in links for turn in link.turns if turn.coordinate is not None for n in [names[turn.coordinate]]
            ),
            credits=model.getCredits(),
            publications=_publications(path),
            opensim=opensim_library().GetVersion(),
        )


def _publications(path: Path) -> str:
    """Return all that a model names as its publications, a line each; OpenSim itself tells only the first."""
    told = (" ".join((element.text or "").split()) for element in ElementTree.parse(path).getroot().iter("publications"))
    return "\n".join(line for line in told if line)


class _UnsaidError(Exception):
    """A part of a model that a tree of links cannot say: what was expected, and what was found."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(expected, got)
        self.expected, self.got = expected, got


@contextmanager
def _named(file: str) -> Iterator[None]:
    try:
        yield
    except _UnsaidError as error:
        raise DataFileError(
            error.expected, f"{error.got} of {file}", "kinechain cannot represent it: replace that part in the model."
        ) from error


def _links(model: Any, at: dict[str, int]) -> tuple[Link, ...]:
    joints = {joint.getChildFrame().findBaseFrame().getName(): joint for joint in _all(model.getJointSet())}
    bodies = {body.getName(): body for body in _all(model.getBodySet())}
    loose = sorted(set(bodies) - set(joints))
    if loose:
        raise _UnsaidError("every body on one joint", f"body {loose[0]} without any")
    ordered: list[str] = []
    while len(ordered) < len(bodies):
        for name in bodies:
            parent = joints[name].getParentFrame().findBaseFrame().getName()
            if name not in ordered and (parent in ordered or parent not in bodies):
                ordered.append(name)
    return tuple(_link(bodies[name], joints[name], ordered, at) for name in ordered)


def _link(body: Any, joint: Any, ordered: list[str], at: dict[str, int]) -> Link:
    parent = joint.getParentFrame().findBaseFrame().getName()
    slides, turns = _freedoms(joint, at)
    xx, yy, zz, xy, xz, yz = (body.get_inertia().get(i) for i in range(6))
    return Link(
        name=body.getName(),
        parent=ordered.index(parent) if parent in ordered else -1,
        in_parent=_place(joint.getParentFrame()),
        slides=slides,
        turns=turns,
        in_child=_place(joint.getChildFrame()),
        mass=body.getMass(),
        centre=_vector(body.getMassCenter()),
        inertia=np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]),
    )


def _freedoms(joint: Any, at: dict[str, int]) -> tuple[tuple[Freedom, ...], tuple[Freedom, ...]]:
    library, kind = opensim_library(), joint.getConcreteClassName()
    if kind == "CustomJoint":
        transform = library.CustomJoint.safeDownCast(joint).getSpatialTransform()
        axes = [transform.getTransformAxis(i) for i in range(6)]
        turns, slides = ([_custom(axis, joint.getName(), at) for axis in part] for part in (axes[:3], axes[3:]))
        return tuple(f for f in slides if f is not None), tuple(f for f in turns if f is not None)
    if kind not in _PLAIN_JOINTS:
        raise _UnsaidError(f"joints among CustomJoint, {', '.join(_PLAIN_JOINTS)}", f"{kind} {joint.getName()}")
    turning, sliding = _PLAIN_JOINTS[kind]
    numbers = [at[joint.get_coordinates(i).getName()] for i in range(joint.numCoordinates())]
    freedoms = [
        Freedom(_AXES[axis], Curve.polynomial([0.0, 1.0]), number) for axis, number in zip(turning + sliding, numbers, strict=True)
    ]
    return tuple(freedoms[len(turning) :]), tuple(freedoms[: len(turning)])


def _custom(axis: Any, joint: str, at: dict[str, int]) -> Freedom | None:
    """Return one axis of a custom joint; None where nothing ever moves along it."""
    names = [axis.getCoordinateNamesInArray().get(i) for i in range(axis.getCoordinateNamesInArray().size())]
    if len(names) > 1:
        raise _UnsaidError("joint functions of one coordinate", f"{axis.getName()} of joint {joint} with {len(names)}")
    direction = np.array([axis.getAxis().get(i) for i in range(3)])
    curve = _curve(axis.getFunction(), f"{axis.getName()} of joint {joint}")
    if curve.is_constant:
        return None if curve.coefficients[0, 0] == 0.0 else Freedom(direction, curve, None)
    if not names:
        raise _UnsaidError("a coordinate for every function that moves", f"{axis.getName()} of joint {joint} without one")
    return Freedom(direction / np.linalg.norm(direction), curve, at[names[0]])


def _curve(function: Any, where: str) -> Curve:
    """Return a function of OpenSim as pieces of polynomials, checked against OpenSim's own values."""
    curve = _pieces(function, where)
    knots = curve.origins
    width = max(1.0, float(np.ptp(knots)))
    for x in np.linspace(knots.min() - 0.2 * width, knots.max() + 0.2 * width, 41):
        told = function.calcValue(_argument(float(x)))
        if abs(float(curve.at(np.array([x])).value[0]) - told) > _SAME * (1.0 + abs(told)):
            raise _UnsaidError("functions made of polynomials", f"{function.getConcreteClassName()} {where}, which is not")
    return curve


def _pieces(function: Any, where: str) -> Curve:
    library, kind = opensim_library(), function.getConcreteClassName()
    if kind == "Constant":
        return Curve.polynomial([function.calcValue(_argument(0.0))])
    if kind == "LinearFunction":
        coefficients = library.LinearFunction.safeDownCast(function).getCoefficients()
        return Curve.polynomial([coefficients.get(1), coefficients.get(0)])
    if kind == "PolynomialFunction":
        falling = library.PolynomialFunction.safeDownCast(function).getCoefficients()
        return Curve.polynomial([falling.get(i) for i in range(falling.size() - 1, -1, -1)])
    if kind == "MultiplierFunction":
        scaled = library.MultiplierFunction.safeDownCast(function)
        return _pieces(scaled.getFunction(), where).times(scaled.getScale())
    if kind == "SimmSpline":
        spline = library.SimmSpline.safeDownCast(function)
        knots = np.array([spline.getX(i) for i in range(spline.getNumberOfPoints())])
        values = np.array([spline.getY(i) for i in range(knots.size)])
        return Curve.cubics(knots, values, np.array([_slope(function, float(x)) for x in knots]))
    raise _UnsaidError(
        "functions Constant, LinearFunction, PolynomialFunction, MultiplierFunction or SimmSpline", f"{kind} {where}"
    )


def _slope(function: Any, x: float) -> float:
    derivatives = opensim_library().StdVectorInt()
    derivatives.push_back(0)
    return float(function.calcDerivative(derivatives, _argument(x)))


def _argument(x: float) -> Any:
    return opensim_library().Vector(1, x)


def _followers(model: Any, names: tuple[str, ...]) -> tuple[Follower, ...]:
    library, followers = opensim_library(), []
    for constraint in _all(model.getConstraintSet()):
        kind = constraint.getConcreteClassName()
        if kind != "CoordinateCouplerConstraint":
            raise _UnsaidError("couplers of coordinates as only constraints", f"{kind} {constraint.getName()}")
        if not constraint.get_isEnforced():
            continue
        coupler = library.CoordinateCouplerConstraint.safeDownCast(constraint)
        leaders = coupler.getIndependentCoordinateNames()
        if leaders.size() != 1:
            raise _UnsaidError("couplers that follow one coordinate", f"{constraint.getName()} with {leaders.size()}")
        scale = library.PropertyHelper.getValueDouble(coupler.getPropertyByName("scale_factor"))
        curve = _curve(coupler.getFunction(), f"of constraint {constraint.getName()}").times(scale)
        followers.append(Follower(names.index(coupler.getDependentCoordinateName()), names.index(leaders.get(0)), curve))
    return tuple(followers)


def _place(frame: Any) -> Place:
    transform = frame.findTransformInBaseFrame()
    axes = np.array([[transform.R().get(i, j) for j in range(3)] for i in range(3)])
    return Place(axes, _vector(transform.p()))


def _vector(vector: Any) -> Float[np.ndarray, " 3"]:
    return np.array([vector.get(i) for i in range(3)])


def _all(a_set: Any) -> list[Any]:
    get: Callable[[int], Any] = a_set.get
    return [get(i) for i in range(a_set.getSize())]
