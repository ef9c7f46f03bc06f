"""What is filmed besides the movement, and from where? Clothes, room, light and sensor of a clip, drawn by chance, and its camera.

Colours are sRGB from 0 to 1 as one names them. Azimuth is the direction from the person to the camera, turned from where the person
faces towards the person's left (about the upright axis, as `Truth.facing_rad`): 0 sees the front, +90 degrees the person's left
side, -90 the right side, 180 the back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lab.rotations import Z, about, crossing
from lab.types import Camera, Person, Prop

Colour = tuple[float, float, float]
Vector = Float[np.ndarray, " 3"]

#: Sizes of the pictures (px): width and height. The network looks at 256 x 256 pixels about the person; in these sizes a person has
#: about as many pixels as in the real films, and no picture is larger than those the product measures.
PORTRAIT = (406, 720)
LANDSCAPE = (960, 540)

#: How high a phone stands (m): mostly leant against something or on a seat; in every third film as high as on a shelf or in a hand,
#: and then it looks down, by 14 degrees in the one real film whose camera is known.
_HEIGHT_M, _HIGH = ((0.3, 1.2), (1.2, 1.9)), 1.0 / 3.0


@dataclass(frozen=True)
class Garment:
    """One piece of clothing.

    `length` says how far it reaches, from 0 to 1 along what it covers: the legs from hip to ankle, the arms from shoulder to wrist,
    the shank from ankle to knee for socks. `looseness_m` is how far it stands off the skin; `stripe_m` the period of its stripes
    (0: plain); `mottle` how strongly its brightness varies over the cloth.
    """

    colour: Colour
    length: float
    looseness_m: float
    second: Colour = (0.5, 0.5, 0.5)
    stripe_m: float = 0.0
    mottle: float = 0.08


@dataclass(frozen=True)
class Looks:
    """How a person looks. Missing clothes are None; `sleeveless` makes the top a tank top; `tucked` ends it at the waist."""

    skin: Colour
    hair: Colour
    hair_volume_m: float
    eye: Colour
    top: Garment | None
    bottom: Garment
    socks: Garment | None
    shoes: Garment | None
    sole: Colour = (0.9, 0.9, 0.9)
    sleeveless: bool = False
    tucked: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Wall:
    """An upright plane seen from one side: its inward `normal` (level, length 1), how far it is from the origin (m), its height."""

    normal: Vector
    distance_m: float
    height_m: float
    kind: str
    colour: Colour
    second: Colour
    skirting_m: float = 0.08


@dataclass(frozen=True)
class Panel:
    """A rectangle on wall number `wall`.

    `left_m` and `right_m` count along the wall (along the cross product of up and its normal) from the point nearest to the origin,
    `bottom_m` and `top_m` up from the floor; the frame takes `frame_m` of it on every side.
    """

    wall: int
    left_m: float
    right_m: float
    bottom_m: float
    top_m: float
    kind: str
    colour: Colour
    frame_m: float
    frame_colour: Colour


@dataclass(frozen=True)
class Floor:
    """The floor's texture: `kind` is planks, tiles, carpet, rubber, concrete or grass; `size_m` the width of its pieces."""

    kind: str
    colour: Colour
    second: Colour
    size_m: float
    yaw_rad: float


@dataclass(frozen=True)
class Mat:
    """A mat on the floor under the person: half sizes along its own axes (m)."""

    half_length_m: float
    half_width_m: float
    yaw_rad: float
    colour: Colour


@dataclass(frozen=True)
class Box:
    """A thing that stands about, or a prop with its paint."""

    prop: Prop
    colour: Colour


@dataclass(frozen=True)
class Light:
    """Two far lights and the light from all around; colours are linear and may exceed 1. Directions point towards the light."""

    key: Vector
    key_colour: Colour
    fill: Vector
    fill_colour: Colour
    sky_colour: Colour
    ground_colour: Colour
    shadow: float
    softness_m: float


@dataclass(frozen=True)
class Sensor:
    """What the phone makes of the light: brightness relative to a well exposed picture, colour cast, contrast, noise, dark corners.

    `noise` is the standard deviation in grey levels (of 255); `vignette` how much darker the corners are (share).
    """

    exposure: float
    white_balance: Colour
    contrast: float
    noise: float
    vignette: float


@dataclass(frozen=True)
class Bystander:
    """Somebody who stands about: where on the floor (x, z in m), facing which way, in which clothes."""

    person: Person
    place: tuple[float, float]
    yaw_rad: float
    looks: Looks


@dataclass(frozen=True)
class Scene:
    """All that is seen besides the person's movement."""

    looks: Looks
    floor: Floor
    mat: Mat | None
    walls: tuple[Wall, ...]
    panels: tuple[Panel, ...]
    boxes: tuple[Box, ...]
    prop_colour: Colour
    light: Light
    sensor: Sensor
    bystander: Bystander | None = None


def heading(yaw_rad: float) -> Vector:
    """Return the level direction turned by `yaw_rad` from +x towards -z."""
    return np.array([np.cos(yaw_rad), 0.0, -np.sin(yaw_rad)])


# Skin from very light to very dark, hair, eyes: sRGB as picked from photographs' typical values (assumed; only variety matters).
_SKINS: tuple[Colour, ...] = (
    (0.96, 0.82, 0.73),
    (0.91, 0.74, 0.62),
    (0.85, 0.65, 0.51),
    (0.74, 0.54, 0.40),
    (0.58, 0.40, 0.28),
    (0.42, 0.28, 0.20),
    (0.28, 0.19, 0.14),
)
_HAIRS: tuple[Colour, ...] = (
    (0.07, 0.06, 0.05),
    (0.15, 0.10, 0.07),
    (0.30, 0.19, 0.11),
    (0.50, 0.34, 0.18),
    (0.72, 0.58, 0.36),
    (0.55, 0.54, 0.52),
    (0.80, 0.79, 0.77),
    (0.45, 0.17, 0.08),
)
_EYES = ((0.25, 0.16, 0.10), (0.30, 0.40, 0.50), (0.30, 0.38, 0.25))


def draw_scene(
    rng: np.random.Generator,
    *,
    azimuth_rad: float,
    props: Sequence[Prop] = (),
    others: Sequence[Person] = (),
    clearance_m: float = 1.2,
    facing_rad: float = 0.0,
) -> Scene:
    """Draw a scene for a camera at `azimuth_rad` from the person.

    Nothing stands within `clearance_m` of the origin but the props; `others` are people of whom one may stand about (one clip in
    twelve); the room's walls keep clear of the props.
    """
    outdoors = bool(rng.random() < 0.15)
    towards_camera = facing_rad + azimuth_rad
    walls, panels = _draw_garden(rng, towards_camera) if outdoors else _draw_room(rng, towards_camera, clearance_m, props)
    return Scene(
        looks=draw_looks(rng),
        floor=_draw_floor(rng, outdoors),
        mat=_draw_mat(rng, facing_rad) if rng.random() < 0.25 else None,
        walls=walls,
        panels=panels,
        boxes=_draw_clutter(rng, towards_camera, clearance_m, walls) if not outdoors else (),
        prop_colour=_draw_prop_colour(rng, props, walls),
        light=_draw_light(rng, towards_camera, outdoors),
        sensor=_draw_sensor(rng),
        bystander=_draw_bystander(rng, towards_camera, others) if others and rng.random() < 1.0 / 12.0 else None,
    )


def draw_looks(rng: np.random.Generator) -> Looks:
    """Draw skin, hair and clothes."""
    reach = rng.choice(["shorts", "long shorts", "leggings", "trousers", "loose"], p=[0.28, 0.12, 0.25, 0.20, 0.15])
    length = {"shorts": rng.uniform(0.25, 0.42), "long shorts": rng.uniform(0.45, 0.60)}.get(str(reach), rng.uniform(0.90, 1.0))
    off = {"leggings": (0.0005, 0.002), "shorts": (0.003, 0.016), "trousers": (0.005, 0.012), "loose": (0.014, 0.026)}
    looseness = rng.uniform(*off.get(str(reach), (0.005, 0.018)))
    sleeveless = bool(rng.random() < 0.2)
    sleeve = rng.uniform(0.85, 1.0) if rng.random() < 0.2 and not sleeveless else rng.uniform(0.2, 0.42)
    barefoot = bool(rng.random() < 0.22)
    shoe = Garment(_any_colour(rng), 0.0, rng.uniform(0.005, 0.010), mottle=0.03)
    sock = Garment(_any_colour(rng), rng.uniform(0.05, 0.45), 0.001)
    return Looks(
        skin=_near(rng, _SKINS[rng.integers(len(_SKINS))], 0.03),
        hair=_near(rng, _HAIRS[rng.integers(len(_HAIRS))], 0.02),
        hair_volume_m=float(rng.uniform(0.002, 0.022)),
        eye=_EYES[rng.integers(len(_EYES))],
        top=None if rng.random() < 0.06 else _draw_garment(rng, float(sleeve), float(rng.choice([0.003, 0.008, 0.016, 0.024]))),
        bottom=_draw_garment(rng, float(length), float(looseness)),
        socks=sock if rng.random() < (0.3 if barefoot else 0.9) else None,
        shoes=None if barefoot else shoe,
        sole=_any_colour(rng) if rng.random() < 0.4 else (0.92, 0.92, 0.90),
        sleeveless=sleeveless,
        tucked=bool(rng.random() < 0.2),
        seed=int(rng.integers(1 << 30)),
    )


def _draw_garment(rng: np.random.Generator, length: float, looseness_m: float) -> Garment:
    stripe = float(rng.uniform(0.03, 0.12)) if rng.random() < 0.15 else 0.0
    return Garment(_any_colour(rng), length, looseness_m, _any_colour(rng), stripe, float(rng.uniform(0.02, 0.18)))


def _any_colour(rng: np.random.Generator) -> Colour:
    """Draw a cloth's or thing's colour: often grey, black or white, else of any hue."""
    value = rng.uniform(0.08, 0.95)
    if rng.random() < 0.45:
        return _near(rng, (value, value, value), 0.02)
    hue = rng.random(3)
    saturation = rng.uniform(0.2, 0.8)
    hue = (hue - hue.min()) / max(float(np.ptp(hue)), 0.1)
    mixed = value * (1.0 - saturation * (1.0 - hue))
    return float(mixed[0]), float(mixed[1]), float(mixed[2])


def _draw_prop_colour(rng: np.random.Generator, props: Sequence[Prop], walls: Sequence[Wall]) -> Colour:
    """Draw the props' colour; where one is a wall, mostly the colour of the room's walls."""
    colour = _any_colour(rng)
    return walls[0].colour if any(prop.kind == "wall" for prop in props) and rng.random() < 0.7 else colour


def _near(rng: np.random.Generator, colour: Colour, spread: float) -> Colour:
    r, g, b = (float(np.clip(c + rng.normal(0.0, spread), 0.02, 0.98)) for c in colour)
    return r, g, b


def _draw_floor(rng: np.random.Generator, outdoors: bool) -> Floor:
    kind = str(rng.choice(["grass", "concrete"] if outdoors else ["planks", "tiles", "carpet", "rubber", "concrete"]))
    colours: dict[str, tuple[Colour, Colour]] = {
        "grass": ((0.30, 0.42, 0.18), (0.42, 0.50, 0.24)),
        "concrete": ((0.55, 0.54, 0.52), (0.45, 0.44, 0.43)),
        "planks": ((0.66, 0.50, 0.34), (0.50, 0.35, 0.22)),
        "tiles": ((0.80, 0.78, 0.74), (0.55, 0.53, 0.50)),
        "carpet": ((0.48, 0.46, 0.45), (0.40, 0.38, 0.37)),
        "rubber": ((0.16, 0.16, 0.17), (0.40, 0.40, 0.45)),
    }
    first, second = colours[kind]
    size = {"planks": rng.uniform(0.07, 0.2), "tiles": rng.uniform(0.2, 0.6)}.get(kind, rng.uniform(0.5, 1.5))
    shade = float(rng.uniform(0.6, 1.25))
    return Floor(
        kind, _shaded(_near(rng, first, 0.05), shade), _shaded(_near(rng, second, 0.05), shade), float(size), rng.uniform(0, np.pi)
    )


def _shaded(colour: Colour, shade: float) -> Colour:
    r, g, b = (min(c * shade, 0.98) for c in colour)
    return r, g, b


def _draw_mat(rng: np.random.Generator, facing_rad: float) -> Mat:
    yaw = facing_rad + rng.normal(0.0, 0.1) + (0.5 * np.pi if rng.random() < 0.4 else 0.0)
    return Mat(rng.uniform(0.8, 1.0), rng.uniform(0.3, 0.6), float(yaw), _any_colour(rng))


def _draw_room(
    rng: np.random.Generator, towards_camera: float, clearance_m: float, props: Sequence[Prop]
) -> tuple[tuple[Wall, ...], tuple[Panel, ...]]:
    """Draw four walls of a room around person and camera, and what hangs on the two that are most in view."""
    yaw = towards_camera + rng.uniform(-0.45, 0.45)
    back, behind_camera = clearance_m + rng.uniform(0.0, 2.5), rng.uniform(5.2, 7.0)
    sides = rng.uniform(clearance_m + 0.6, 4.5, 2)
    height, kind = rng.uniform(2.3, 3.2), str(rng.choice(["plaster", "plaster", "stripes", "brick"]))
    pale = rng.uniform(0.55, 0.95)
    colour = _near(rng, (pale, pale, pale * rng.uniform(0.85, 1.0)), 0.04)
    colour, second = (
        (_near(rng, (0.55, 0.33, 0.26), 0.05), (0.65, 0.63, 0.60)) if kind == "brick" else (colour, _shaded(colour, 0.88))
    )
    skirting = float(rng.choice([0.0, 0.06, 0.10]))
    walls = tuple(
        Wall(
            heading(yaw + turn),
            _clear_of(props, heading(yaw + turn), float(distance)),
            float(height),
            kind if number == 0 else "plaster",
            colour,
            second,
            skirting,
        )
        for number, (turn, distance) in enumerate(
            ((0.0, back), (0.5 * np.pi, sides[0]), (-0.5 * np.pi, sides[1]), (np.pi, behind_camera))
        )
    )
    return walls, tuple(panel for wall in range(3) for panel in _draw_panels(rng, wall))


def _clear_of(props: Sequence[Prop], normal: Vector, distance_m: float) -> float:
    """Return the distance of a wall, moved out where a prop would stick through it."""
    radius = [float(np.hypot(prop.half_size[0], prop.half_size[2]) - normal @ prop.centre) for prop in props]
    return max([distance_m, *radius])


def _draw_panels(rng: np.random.Generator, wall: int) -> list[Panel]:
    """Draw what is on a wall from left to right: doors, windows, pictures, now and then a mirror."""
    panels, along = [], rng.uniform(-3.0, -1.8)
    while along < 2.5:
        kind = str(rng.choice(["door", "window", "picture", "poster", "mirror", "none"], p=[0.14, 0.16, 0.26, 0.18, 0.02, 0.24]))
        width, bottom, top = {
            "door": (0.9, 0.0, 2.05),
            "window": (rng.uniform(0.8, 1.6), rng.uniform(0.8, 1.0), 2.1),
            "mirror": (rng.uniform(0.6, 1.6), rng.uniform(0.1, 0.5), rng.uniform(1.7, 2.1)),
        }.get(kind, (rng.uniform(0.3, 0.9), rng.uniform(1.1, 1.4), rng.uniform(1.6, 2.0)))
        if kind != "none":
            frame = _any_colour(rng) if kind in ("picture", "mirror") else _shaded((0.95, 0.94, 0.92), rng.uniform(0.5, 1.0))
            paint = _any_colour(rng) if kind in ("picture", "poster", "door") else (0.75, 0.85, 0.98)
            frame_m = 0.0 if kind == "poster" else rng.uniform(0.03, 0.08)
            panels.append(Panel(wall, along, along + width, bottom, top, kind, paint, frame_m, frame))
        along += width + rng.uniform(0.2, 1.2)
    return panels


def _draw_garden(rng: np.random.Generator, towards_camera: float) -> tuple[tuple[Wall, ...], tuple[Panel, ...]]:
    """Draw a hedge or a house far behind the person, under an open sky."""
    kind = str(rng.choice(["hedge", "brick", "plaster"]))
    colours: dict[str, tuple[Colour, Colour]] = {
        "hedge": ((0.16, 0.27, 0.10), (0.30, 0.42, 0.18)),
        "brick": ((0.52, 0.32, 0.26), (0.62, 0.60, 0.57)),
        "plaster": ((0.80, 0.76, 0.68), (0.70, 0.66, 0.60)),
    }
    first, second = colours[kind]
    wall = Wall(
        heading(towards_camera + rng.uniform(-0.5, 0.5)),
        float(rng.uniform(4.0, 12.0)),
        float(rng.uniform(1.5, 5.0)),
        kind,
        _near(rng, first, 0.04),
        _near(rng, second, 0.04),
        0.0,
    )
    return (wall,), tuple(_draw_panels(rng, 0)) if kind == "plaster" else ()


def _draw_clutter(rng: np.random.Generator, towards_camera: float, clearance_m: float, walls: Sequence[Wall]) -> tuple[Box, ...]:
    """Draw boxes (cupboards, tables, bags) behind the person and to the sides, within the walls."""
    boxes: list[Box] = []
    for _ in range(int(rng.integers(0, 6))):
        half = np.array([rng.uniform(0.1, 0.5), rng.uniform(0.08, 0.9), rng.uniform(0.1, 0.5)])
        place = heading(towards_camera + np.pi + rng.uniform(-1.2, 1.2)) * rng.uniform(clearance_m + 0.5, 4.0)
        place[1] = half[1]
        room = min(float(wall.normal @ place) + wall.distance_m for wall in walls)
        if room > 0.1:
            boxes.append(Box(Prop("clutter", place, half, float(rng.uniform(0.0, np.pi))), _any_colour(rng)))
    return tuple(boxes)


def _draw_light(rng: np.random.Generator, towards_camera: float, outdoors: bool) -> Light:
    """Draw a main light from above (a window, a lamp, the sun), a weaker one from elsewhere, and the light from all around."""
    around, up = towards_camera + rng.uniform(-2.2, 2.2), rng.uniform(0.6, 1.3)
    key = heading(around) * np.cos(up) + np.array([0.0, np.sin(up), 0.0])
    other = heading(around + np.pi + rng.uniform(-0.9, 0.9)) * 0.9 + np.array([0.0, 0.43, 0.0])
    warmth, ambient = rng.uniform(-0.12, 0.12), rng.uniform(0.25, 0.6)
    strength = rng.uniform(0.9, 1.6) if outdoors else rng.uniform(0.4, 1.0)
    return Light(
        key=key,
        key_colour=(strength * (1 + warmth), strength, strength * (1 - warmth)),
        fill=other / np.linalg.norm(other),
        fill_colour=(0.25, 0.25, 0.25 * rng.uniform(0.9, 1.2)),
        sky_colour=(ambient, ambient, ambient * rng.uniform(0.95, 1.15)),
        ground_colour=(0.5 * ambient, 0.48 * ambient, 0.44 * ambient),
        shadow=float(rng.uniform(0.2, 0.75)),
        softness_m=float(rng.uniform(0.02, 0.08)),
    )


def _draw_sensor(rng: np.random.Generator) -> Sensor:
    warm, green = rng.normal(0.0, 0.06), rng.normal(0.0, 0.02)
    return Sensor(
        exposure=float(np.exp(rng.normal(0.0, 0.25))),
        white_balance=(1.0 + warm, 1.0 + green, 1.0 - warm),
        contrast=float(rng.uniform(0.9, 1.25)),
        noise=float(np.exp(rng.uniform(np.log(0.5), np.log(8.0)))),
        vignette=float(rng.uniform(0.0, 0.25)),
    )


def _draw_bystander(rng: np.random.Generator, towards_camera: float, others: Sequence[Person]) -> Bystander:
    place = heading(towards_camera + np.pi + rng.choice([-1, 1]) * rng.uniform(0.5, 1.2)) * rng.uniform(1.2, 2.2)
    person = others[int(rng.integers(len(others)))]
    return Bystander(person, (float(place[0]), float(place[2])), float(towards_camera + rng.uniform(-1.5, 1.5)), draw_looks(rng))


def draw_camera(
    rng: np.random.Generator,
    *,
    azimuth_rad: float,
    portrait: bool,
    stature_m: float,
    frames: int,
    fps: float = 30.0,
    facing_rad: float = 0.0,
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0),
    half_width_m: float = 0.45,
    top_m: float | None = None,
    tilt_rad: tuple[float, float] = (-0.2, 0.35),
    handheld: bool | None = None,
) -> Camera:
    """Draw a phone's place, lens, aim and sway so that the whole person mostly fits.

    The person takes a cylinder about `centre` on the floor, `half_width_m` wide to each side and `top_m` high (stature and a hand's
    breadth, if None). Ranges: distance 2.0 to 4.5 m, height 0.3 to 1.9 m, downward tilt within `tilt_rad` (20 degrees at most),
    roll of sd 1.5 and at most 5 degrees, focal length 0.60 to 0.95 of the long side, sway none (`handheld` False) or slow angles of
    0.1 to 0.8 degrees (None: either). What the drawn phone would cut off by more than a twentieth of the picture is drawn again.
    """
    width, height = PORTRAIT if portrait else LANDSCAPE
    top = stature_m + 0.08 if top_m is None else top_m
    extent = _outline(np.array(centre), half_width_m, top)
    best, excess = None, np.inf
    for _ in range(200):
        focal = float(np.clip(rng.normal(0.75, 0.09), 0.60, 0.95)) * max(width, height)
        fits = half_width_m + focal * max(top / height, 2.0 * half_width_m / width)
        distance = float(np.clip(fits * rng.uniform(0.95, 1.6), 2.0, 4.5))
        position = np.array(centre) + heading(facing_rad + azimuth_rad) * distance
        position[1] = rng.uniform(*_HEIGHT_M[int(rng.random() < _HIGH)])
        turn, out = _aim(rng, position, np.array(centre), extent, focal, (width, height), tilt_rad)
        if out < excess:
            best, excess = (focal, position, turn), out
        if excess <= rng.uniform(0.0, 0.05):
            break
    assert best is not None  # the first draw is always kept
    focal, position, turn = best
    still = bool(rng.random() < 0.5) if handheld is None else not handheld
    sway = np.zeros((frames, 3)) if still else _draw_sway(rng, frames, fps)
    return Camera(width, height, focal, position, np.array([_small_turn(angles) @ turn for angles in sway]))


def _outline(centre: Vector, half_width_m: float, top_m: float) -> Float[np.ndarray, "corner 3"]:
    corners = [(half_width_m * np.cos(a), y, half_width_m * np.sin(a)) for a in np.arange(8) * np.pi / 4.0 for y in (-0.02, top_m)]
    return np.asarray(centre + np.array(corners))


def _aim(
    rng: np.random.Generator,
    position: Vector,
    centre: Vector,
    extent: Float[np.ndarray, "corner 3"],
    focal_px: float,
    size: tuple[int, int],
    tilt_rad: tuple[float, float],
) -> tuple[Float[np.ndarray, "3 3"], float]:
    """Return a turn from world to camera that has the person in the picture, and the largest share of it that lies outside."""
    towards = centre - position
    flat = float(np.hypot(towards[0], towards[2]))
    down = -(extent[:, 1] - position[1]) / flat
    middle = np.arctan(0.5 * (np.min(down) + np.max(down)))
    tilt = float(np.clip(middle + rng.normal(0.0, 0.03), tilt_rad[0], min(tilt_rad[1], np.deg2rad(20.0))))
    yaw = float(np.arctan2(-towards[2], towards[0]) + rng.normal(0.0, 0.02))
    roll = float(np.clip(rng.normal(0.0, np.deg2rad(1.5)), -np.deg2rad(5.0), np.deg2rad(5.0)))
    turn = look(yaw, tilt, roll)
    seen = (extent - position) @ turn.T
    pixels = focal_px * seen[:, :2] / seen[:, 2:] / np.array(size)
    return turn, float(np.max(np.abs(pixels)) - 0.5)


def look(yaw_rad: float, tilt_rad: float, roll_rad: float = 0.0) -> Float[np.ndarray, "3 3"]:
    """Return the turn from world to a camera that looks along `heading(yaw_rad)`, tilted down, rolled clockwise about its axis."""
    forward = heading(yaw_rad) * np.cos(tilt_rad) - np.array([0.0, np.sin(tilt_rad), 0.0])
    right = np.array([np.sin(yaw_rad), 0.0, np.cos(yaw_rad)])
    turn = np.stack([right, np.cross(forward, right), forward])
    return np.asarray(about(Z, -roll_rad) @ turn)


def _draw_sway(rng: np.random.Generator, frames: int, fps: float) -> Float[np.ndarray, "time 3"]:
    """Draw a hand's slow turning about three axes (rad): a few sines between 0.1 and 1.5 Hz, of 0.1 to 0.8 degrees together."""
    time = np.arange(frames) / fps
    sway = np.zeros((frames, 3))
    for axis in range(3):
        for frequency in rng.uniform(0.1, 1.5, 5):
            sway[:, axis] += rng.normal() / (1.0 + frequency) * np.sin(2.0 * np.pi * (frequency * time + rng.random()))
    size = np.deg2rad(rng.uniform(0.1, 0.8))
    return np.asarray(sway * size / max(float(np.sqrt((sway**2).sum(axis=1)).max()), 1e-9))


def _small_turn(angles: Vector) -> Float[np.ndarray, "3 3"]:
    """Return the turn about a rotation vector: `from_vector` but for the last bit, kept so that clips keep theirs."""
    angle = float(np.linalg.norm(angles))
    if angle == 0.0:
        return np.eye(3)
    cross = crossing(angles / angle)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross)
