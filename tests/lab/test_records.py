"""A record is read as it was written, within the quantum of each number, and what was missing is still missing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_records import made_record, moved

from kinechain.core.errors import DataFileError, OutputError
from kinechain.core.types import Keypoints
from lab.records import (
    OFFSET_POINTS,
    POSITION_QUANTUM_PX,
    SHARE_QUANTUM,
    TIME_QUANTUM_S,
    WORLD_QUANTUM_M,
    Record,
    load_plan,
    load_record,
    perturbed_keypoints,
    record_name,
    record_paths,
    save_record,
    shrink_masks,
)
from lab.types import Camera

#: How far each variable of the keypoints may come back from where it was: half a quantum.
HALF_QUANTA = {
    "position": POSITION_QUANTUM_PX / 2,
    "confidence": SHARE_QUANTUM / 2,
    "world": WORLD_QUANTUM_M / 2,
    "presence": 5e-5,
    "camera_shift": POSITION_QUANTUM_PX / 2,
    "scene_change": 5e-5,
    "people": 0.0,
    "brightness": 5e-5,
}
TINY = 1e-9


def _again(record: Record, folder: Path) -> Record:
    path = folder / f"{record_name(record.plan)}.npz"
    save_record(path, record, replace=True)
    return load_record(path)


def _wild_record(seed: int, missing_share: float, size_px: float) -> Record:
    """Return a record of random numbers with random holes, and a camera that tumbles."""
    random = np.random.default_rng(seed)
    record = made_record(person=seed, seed=seed, faults=["knees_in"], note="Zoë")
    count = record.truth.time_s.size
    dataset = record.keypoints.dataset.copy(deep=True)
    for name in HALF_QUANTA:
        values = random.uniform(0.0, 1.0, dataset[name].shape)
        scale = {"position": size_px, "world": 2.0, "camera_shift": 40.0, "people": 4.0}.get(name, 1.0)
        values = np.rint(values * scale) if name == "people" else values * scale
        values[random.random(values.shape) < missing_share] = np.nan
        dataset[name] = (dataset[name].dims, values)
    turn, _ = np.linalg.qr(random.normal(size=(count, 3, 3)))
    turn *= np.linalg.det(turn)[:, None, None]
    camera = replace(record.truth.camera, focal_px=float(random.uniform(300, 3000)), turn=turn)
    truth = replace(
        record.truth,
        camera=camera,
        centres=random.normal(0.0, 5.0, record.truth.centres.shape),
        contact=random.random((count, 2, 2)) < 0.5,
        seated=random.random(count) < 0.5,
        facing_rad=float(random.normal()),
    )
    return replace(
        record,
        truth=truth,
        keypoints=Keypoints(dataset),
        offset_px=random.normal(0.0, 20.0, record.offset_px.shape),
        silhouette=random.random(record.silhouette.shape) < 0.5,
    )


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), missing_share=st.sampled_from([0.0, 0.1, 1.0]), size_px=st.sampled_from([540.0, 4000.0]))
def test_a_record_comes_back_within_its_quanta(
    tmp_path_factory: pytest.TempPathFactory, seed: int, missing_share: float, size_px: float
) -> None:
    record = _wild_record(seed, missing_share, size_px)
    read = _again(record, tmp_path_factory.mktemp("records"))

    for name, half in HALF_QUANTA.items():
        before, after = record.keypoints.dataset[name].values, read.keypoints.dataset[name].values
        np.testing.assert_array_equal(np.isnan(after), np.isnan(before))
        np.testing.assert_allclose(after, before, atol=half + TINY, rtol=0.0)
    np.testing.assert_allclose(read.keypoints.time_s, record.keypoints.time_s, atol=TIME_QUANTUM_S / 2 + TINY, rtol=0.0)
    np.testing.assert_allclose(read.truth.centres, record.truth.centres, atol=WORLD_QUANTUM_M / 2 + TINY, rtol=0.0)
    np.testing.assert_allclose(read.truth.camera.turn, record.truth.camera.turn, atol=1e-6)
    np.testing.assert_allclose(read.offset_px, record.offset_px, atol=POSITION_QUANTUM_PX / 2 + TINY, rtol=0.0)
    np.testing.assert_array_equal(read.silhouette, record.silhouette)
    np.testing.assert_array_equal(read.truth.contact, record.truth.contact)
    np.testing.assert_array_equal(read.truth.seated, record.truth.seated)
    assert (read.plan, read.who, read.cost) == (record.plan, record.who, record.cost)
    assert (read.truth.repetitions, read.truth.facing_rad) == (record.truth.repetitions, record.truth.facing_rad)
    assert read.truth.camera.focal_px == record.truth.camera.focal_px
    assert read.keypoints.dataset.attrs == record.keypoints.dataset.attrs
    assert read.keypoints.engine == record.keypoints.engine


def test_writing_what_was_read_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    save_record(first, _wild_record(3, 0.1, 540.0))
    save_record(second, load_record(first))
    assert second.read_bytes() == first.read_bytes()


def test_an_unknown_camera_roll_stays_unknown(tmp_path: Path) -> None:
    record = made_record()
    record.keypoints.dataset.attrs["camera_roll_rad"] = float("nan")
    assert np.isnan(_again(record, tmp_path).keypoints.dataset.attrs["camera_roll_rad"])


def test_a_real_size_of_clip_fits_the_repository(tmp_path: Path) -> None:
    record = made_record(noise_px=0.5)
    path = tmp_path / "clip.npz"
    save_record(path, record)
    assert path.stat().st_size < 90_000 * record.truth.time_s.size / 165


def test_the_name_hangs_on_the_plan_and_on_nothing_else() -> None:
    plan = made_record().plan
    assert len(record_name(plan)) == 16
    assert record_name(dict(reversed(plan.items()))) == record_name(plan)
    assert record_name({**plan, "seed": 2}) != record_name(plan)


def test_records_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for person in (2, 0, 1):
        save_record(tmp_path / f"{person}.npz", made_record(person=person))
    assert [load_record(path).person for path in record_paths(tmp_path)] == [0, 1, 2]
    assert [load_plan(path)["person"] for path in record_paths(tmp_path)] == [0, 1, 2]


def test_offsets_move_their_points_in_pixels_of_the_measured_picture() -> None:
    record = moved(made_record(), "left_knee", np.array([8.0, -4.0]))
    camera = record.truth.camera
    twice_as_large = Camera(2 * camera.width_px, 2 * camera.height_px, 2 * camera.focal_px, camera.position, camera.turn)
    record = replace(record, truth=replace(record.truth, camera=twice_as_large))
    before, after = record.keypoints, perturbed_keypoints(record)
    np.testing.assert_allclose(
        after.xy("left_knee") - before.xy("left_knee"), np.broadcast_to([4.0, -2.0], (len(before.time_s), 2))
    )
    for name in set(OFFSET_POINTS) - {"left_knee"}:
        np.testing.assert_array_equal(after.xy(name), before.xy(name))
    np.testing.assert_array_equal(after.xyz("left_knee"), before.xyz("left_knee"))


def test_a_silhouette_cell_is_covered_where_half_of_it_is() -> None:
    mask = np.zeros((1, 17, 16), dtype=bool)
    mask[0, :4, :8] = True
    mask[0, 8:11, 8:] = True
    np.testing.assert_array_equal(shrink_masks(mask), [[[True, False], [False, False]]])


def test_a_record_is_not_overwritten_by_chance(tmp_path: Path) -> None:
    save_record(tmp_path / "clip.npz", made_record())
    with pytest.raises(OutputError, match="not to exist yet"):
        save_record(tmp_path / "clip.npz", made_record())


@pytest.mark.parametrize("content", [b"", b"PK but no archive", None])
def test_a_damaged_record_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "clip.npz"
    if content is None:
        save_record(path, made_record())
        content = path.read_bytes()[:-400]
    path.write_bytes(content)
    with pytest.raises(DataFileError, match=r"clip\.npz"):
        load_record(path)


def test_frames_have_to_agree() -> None:
    record = made_record()
    with pytest.raises(ValueError, match="equally many frames"):
        replace(record, keypoints=Keypoints(record.keypoints.dataset.isel(time=slice(0, -1))))
