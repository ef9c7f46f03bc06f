"""The renderer: balls and boxes of known place land where the camera projects them, and the same film is the same bytes."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from capsules import capsule_person
from PIL import Image
from plain import at_rest, ball_person, performance, plain_looks, plain_scene, still_camera

from lab.render import Shot, film
from lab.rotations import about
from lab.scene import Box, Bystander, Garment, Panel, Scene, Wall, draw_looks, heading, look
from lab.types import Camera, Person, Prop

_REFERENCE = Path(__file__).parent / "data" / "capsules.png"

#: Other machines may round the last bit otherwise: nearly all pixels agree within one grey level, edges within a few.
LEVEL, SHARE, MOST = 1, 0.999, 12


def _shoot(person: Person, scene: Scene, camera: Camera, props: tuple[Prop, ...] = (), held: str = "none", seed: int = 1) -> Shot:
    return next(film(person, performance(1, props, held), at_rest(person), scene, camera, seed))


def _middle(mask: np.ndarray) -> np.ndarray:
    y, x = np.nonzero(mask)
    return np.array([x.mean(), y.mean()])


def _box(kind: str, centre: tuple[float, float, float], half: tuple[float, float, float]) -> Prop:
    return Prop(kind, np.array(centre), np.array(half))


@pytest.mark.parametrize("centre", [(0.0, 1.0, 0.0), (0.4, 1.5, -0.35), (-0.3, 0.6, 0.3)])
def test_a_ball_lands_where_the_camera_projects_it(centre: tuple[float, float, float]) -> None:
    camera = still_camera(azimuth_deg=30.0, tilt_deg=3.0, lines=540)
    shot = _shoot(ball_person(centre, 0.1), plain_scene(), camera)
    np.testing.assert_allclose(_middle(shot.silhouette), camera.project(np.array([[centre]]))[0, 0], atol=0.35)


@pytest.mark.parametrize(("radius_m", "distance_m"), [(0.15, 2.0), (0.3, 3.0), (0.1, 4.0)])
def test_a_balls_silhouette_has_the_area_of_its_cone(radius_m: float, distance_m: float) -> None:
    # On the axis the outline is a circle: tan of the cone's half angle is r / sqrt(d^2 - r^2).
    camera = still_camera(distance_m=distance_m, lines=540)
    shot = _shoot(ball_person((0.0, 1.0, 0.0), radius_m), plain_scene(), camera)
    area = np.pi * camera.focal_px**2 * radius_m**2 / (distance_m**2 - radius_m**2)
    assert shot.silhouette.sum() == pytest.approx(area, rel=0.01)


def test_a_prop_lands_where_the_camera_projects_its_face() -> None:
    camera = still_camera(lines=540)
    box = _box("wall", (-0.5, 1.2, 0.2), (0.5, 0.3, 0.2))
    scene = replace(plain_scene(), prop_colour=(0.1, 0.1, 0.95))
    blue = _shoot(ball_person((0.0, 1.0, -5.0), 0.1), scene, camera, (box,)).rgb.astype(int)
    found = blue[..., 2] - blue[..., 0] > 90
    corners = camera.project(np.array([[[0.0, y, z] for y in (0.9, 1.5) for z in (0.0, 0.4)]]))[0]
    y, x = np.nonzero(found)
    np.testing.assert_allclose([x.min(), x.max()], [corners[:, 0].min(), corners[:, 0].max()], atol=1.0)
    np.testing.assert_allclose([y.min(), y.max()], [corners[:, 1].min(), corners[:, 1].max()], atol=1.0)


def test_what_is_nearer_hides_what_is_farther() -> None:
    camera, person = still_camera(), ball_person((0.0, 1.0, 0.0), 0.3)
    alone = _shoot(person, plain_scene(), camera).silhouette.sum()
    half_front = _box("wall", (0.8, 1.0, 0.5), (0.1, 1.0, 0.5))
    behind = _box("wall", (-0.8, 1.0, 0.5), (0.1, 1.0, 0.5))
    assert _shoot(person, plain_scene(), camera, (half_front,)).silhouette.sum() == pytest.approx(0.5 * alone, rel=0.03)
    assert _shoot(person, plain_scene(), camera, (behind,)).silhouette.sum() == alone


def test_a_bystander_in_front_hides_the_person_and_is_no_part_of_the_silhouette() -> None:
    camera, person = still_camera(), capsule_person()
    alone = _shoot(person, plain_scene(), camera).silhouette

    def beside(x: float, z: float) -> np.ndarray:
        return _shoot(person, replace(plain_scene(), bystander=Bystander(person, (x, z), 0.0, plain_looks())), camera).silhouette

    np.testing.assert_array_equal(beside(-1.0, 0.0), alone)
    assert beside(0.8, 0.0).sum() < 0.6 * alone.sum()
    assert beside(0.0, 0.9).sum() == pytest.approx(alone.sum(), rel=0.05)


def test_a_mirror_shows_the_person_from_behind() -> None:
    # The wall is 1 m behind the ball, so its image is a ball 1 m behind the wall.
    wall = Wall(np.array([1.0, 0.0, 0.0]), 1.0, 3.0, "plaster", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), 0.0)
    glass = Panel(0, -1.4, 1.4, 0.1, 2.5, "mirror", (0.5, 0.5, 0.5), 0.02, (0.1, 0.1, 0.1))
    scene = replace(plain_scene(), walls=(wall,), panels=(glass,))
    centre = (0.0, 1.2, 0.4)
    camera = still_camera(azimuth_deg=30.0, lines=540)
    person = ball_person(centre, 0.1)
    with_mirror, without = (_shoot(person, each, camera) for each in (scene, replace(scene, panels=())))
    np.testing.assert_array_equal(with_mirror.silhouette, without.silhouette)
    red = with_mirror.rgb[..., 0].astype(int) - with_mirror.rgb[..., 1] > 60
    image = red & ~with_mirror.silhouette
    assert image.sum() > 50
    np.testing.assert_allclose(_middle(image), camera.project(np.array([[[-2.0, 1.2, 0.4]]]))[0, 0], atol=1.5)


def test_a_shadow_falls_away_from_the_light() -> None:
    camera = still_camera(tilt_deg=15.0, lines=540)
    ball, far_off = ball_person((0.0, 0.6, 0.0), 0.2), ball_person((0.0, 0.6, 30.0), 0.2)
    lit, dark = (_shoot(person, plain_scene(), camera).rgb.astype(float).mean(axis=2) for person in (far_off, ball))
    # The light comes from (0.3, 0.9, 0.3): the shadow of a height of 0.6 m lies at (-0.2, -0.2).
    column, row = np.round(camera.project(np.array([[[-0.2, 0.0, -0.2]]]))[0, 0]).astype(int)
    other, line = np.round(camera.project(np.array([[[-0.2, 0.0, 0.4]]]))[0, 0]).astype(int)
    assert dark[row, column] < 0.8 * lit[row, column]
    assert dark[line, other] == pytest.approx(lit[line, other], abs=1.0)


def test_a_bar_rests_behind_the_neck_and_casts_no_silhouette() -> None:
    camera, person = still_camera(azimuth_deg=180.0, distance_m=4.0), capsule_person()
    bare, loaded = (_shoot(person, plain_scene(), camera, held=held) for held in ("none", "bar"))
    changed = np.abs(bare.rgb.astype(int) - loaded.rgb).max(axis=2) > 12
    ends = camera.project(np.array([[[-0.1, 1.44, -0.9], [-0.1, 1.44, 0.9]]]))[0]
    x = np.nonzero(changed & ~bare.silhouette)[1]
    assert x.min() < ends[:, 0].min()
    assert x.max() > ends[:, 0].max()
    assert loaded.silhouette.sum() < bare.silhouette.sum()  # seen from behind, it hides a little


def test_a_swaying_camera_shows_what_a_still_one_would() -> None:
    person, scene = (
        capsule_person(),
        replace(plain_scene(), boxes=(Box(_box("box", (-1.5, 0.4, 0.6), (0.3, 0.4, 0.3)), (0.2, 0.6, 0.3)),)),
    )
    still = still_camera(tilt_deg=5.0, frames=3)
    turns = np.array([about(np.array([0.6, 0.8, 0.0]), angle) @ still.turn[0] for angle in (0.012, 0.0, -0.012)])
    swaying = list(film(person, performance(3), at_rest(person, 3), scene, replace(still, turn=turns), 1))
    for frame in (0, 2):
        held = _shoot(person, scene, replace(still, turn=turns[frame : frame + 1]))
        apart = np.abs(swaying[frame].rgb.astype(int) - held.rgb)
        assert np.mean(apart) < 1.0
        assert (swaying[frame].silhouette != held.silhouette).mean() < 0.002


def test_two_films_of_one_seed_are_the_same_bytes_and_noise_follows_the_seed() -> None:
    person, scene = capsule_person(), replace(plain_scene(), sensor=replace(plain_scene().sensor, noise=3.0))
    camera = still_camera(frames=3)

    def bytes_of(seed: int) -> list[bytes]:
        return [shot.rgb.tobytes() for shot in film(person, performance(3), at_rest(person, 3), scene, camera, seed)]

    first, again, other = bytes_of(1), bytes_of(1), bytes_of(2)
    assert first == again
    assert first != other
    assert len(set(first)) == 3


def test_noise_has_its_stated_spread() -> None:
    person, quiet = ball_person((0.0, 1.0, 30.0), 0.1), plain_scene()
    noisy = replace(quiet, sensor=replace(quiet.sensor, noise=3.0))
    one, other = (_shoot(person, scene, still_camera(tilt_deg=15.0)).rgb[150:].astype(float) for scene in (noisy, quiet))
    assert (one - other).std() == pytest.approx(3.0, rel=0.1)


def test_cloth_and_shoes_cover_what_they_should() -> None:
    green, blue = Garment((0.1, 0.8, 0.1), 0.3, 0.005, mottle=0.0), Garment((0.1, 0.1, 0.9), 0.95, 0.005, mottle=0.0)
    looks = replace(plain_looks(), top=green, bottom=blue, shoes=Garment((0.9, 0.9, 0.9), 0.0, 0.006), sole=(0.9, 0.9, 0.9))
    person, camera = capsule_person(), still_camera(lines=540)
    shot = _shoot(person, replace(plain_scene(), looks=looks), camera)

    def colour_at(place: tuple[float, float, float]) -> int:
        column, row = np.round(camera.project(np.array([[place]]))[0, 0]).astype(int)
        return int(np.argmax(shot.rgb[row, column].astype(int)))

    assert colour_at((0.0, 1.25, 0.0)) == 1
    assert colour_at((0.0, 0.60, 0.09)) == 2
    assert colour_at((0.0, 1.01, 0.51)) == 0
    assert colour_at((0.1, 1.60, 0.0)) == 0
    column, row = np.round(camera.project(np.array([[[0.2, 0.03, 0.09]]]))[0, 0]).astype(int)
    assert np.ptp(shot.rgb[row, column].astype(int)) < 40


def test_a_stored_picture_is_matched() -> None:
    picture = _reference_picture()
    apart = np.abs(picture.astype(int) - np.asarray(Image.open(_REFERENCE))).max(axis=2)
    assert (apart <= LEVEL).mean() >= SHARE
    assert apart.max() <= MOST


def _reference_picture() -> np.ndarray:
    """Capsules in clothes, in a furnished room with a mirror, filmed from the front left."""
    rng = np.random.default_rng(3)
    wall = Wall(heading(0.6), 1.6, 2.6, "brick", (0.55, 0.33, 0.26), (0.65, 0.63, 0.60))
    side = Wall(heading(-0.97), 1.9, 2.6, "stripes", (0.8, 0.8, 0.7), (0.6, 0.7, 0.6))
    panels = (
        Panel(0, 0.5, 1.1, 0.3, 1.9, "mirror", (0.5, 0.5, 0.5), 0.04, (0.3, 0.2, 0.1)),
        Panel(1, -0.9, 0.0, 0.0, 2.0, "door", (0.7, 0.6, 0.5), 0.06, (0.9, 0.9, 0.9)),
    )
    scene = replace(plain_scene(), looks=draw_looks(rng), walls=(wall, side), panels=panels)
    step = _box("step", (0.3, 0.1, 0.5), (0.2, 0.1, 0.2))
    return _shoot(capsule_person(), scene, still_camera(azimuth_deg=30.0, tilt_deg=6.0), (step,), "bar").rgb


def test_pose_and_camera_must_have_the_same_frames() -> None:
    person = capsule_person()
    with pytest.raises(ValueError, match="as many turns of the camera"):
        list(islice(film(person, performance(2), at_rest(person, 2), plain_scene(), still_camera(frames=3), 1), 1))


def test_a_body_behind_the_camera_is_not_seen() -> None:
    camera = replace(still_camera(), turn=look(0.0, 0.0)[None])
    assert not _shoot(ball_person((0.0, 1.0, 0.0), 0.3), plain_scene(), camera).silhouette.any()
